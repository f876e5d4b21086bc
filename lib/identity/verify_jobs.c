/*
 * verify_jobs.c: provisioning jobs: names and heads point at each other,
 * every version is there and can be read, nothing stands alone.
 */
#include "base/nelem.h"
#include "identity/verify_private.h"
#include "json/json.h"
#include "store/assignments.h"
#include "store/jobs.h"
#include "store/key.h"

#define DO_EDIT	  "mend it: muster job edit"
#define DO_IMPORT "run: muster job export and delete, and import it again"

/* A key of the table, and the head that it belongs to. */
struct place {
	uint32_t tenant;
	struct slice what;
	struct slice rest; /* behind the job's id */
	struct slice job_name;
	struct uuid id;
	const char *name; /* for messages */
	int64_t version;  /* of the head; 0: it is being deleted */
};

typedef int check_fn(struct verify_run *v, struct kv_txn *txn,
    const struct place *p, struct slice value);

static int
problem(struct verify_run *v, const struct place *p, const char *text)
{
	verify_problem(v, "%s: %s", p->name, text);
	return 0;
}

static int
check_head(struct verify_run *v, struct kv_txn *txn, const struct place *p,
    struct slice value)
{
	struct slice text;
	struct uuid id;
	enum store_status status;

	(void)value;
	status = job_name_find(txn, p->tenant, p->job_name, false, &id);
	if (status == STORE_FAIL)
		return -1;
	if (status == STORE_NOTFOUND || uuid_compare(&id, &p->id) != 0)
		problem(v, p, "its name is another one's; " DO_IMPORT);
	status = job_get(txn, p->tenant, JOB_STATE, &p->id, false, &text);
	if (status == STORE_NOTFOUND)
		problem(v, p, "has no state; " DO_IMPORT);
	if (status == STORE_FAIL)
		return -1;
	status = job_version_get(
	    txn, p->tenant, &p->id, (uint64_t)p->version, &text);
	if (status == STORE_NOTFOUND)
		problem(v, p, "its newest version is not there; " DO_REBUILD);
	return status == STORE_FAIL ? -1 : 0;
}

static int
check_state(struct verify_run *v, struct kv_txn *txn, const struct place *p,
    struct slice value)
{
	struct json_object *state;
	struct error err;

	if (json_parse(store_arena(txn), value, &state, &err) == -1 ||
	    json_string(json_get(state, "state")).len == 0)
		problem(v, p, "its state cannot be read; " DO_IMPORT);
	return 0;
}

static int
check_secret(struct verify_run *v, struct kv_txn *txn, const struct place *p,
    struct slice value)
{
	struct error err = { .code = ERR_NONE };
	struct slice secret;

	(void)value;
	if (job_secret_get(txn, p->tenant, &p->id, &secret, &err) != STORE_FAIL)
		return 0;
	if (err.code == ERR_NONE)
		return -1;
	return problem(v, p,
	    "its secret does not open; run: muster job edit --secret-file");
}

/* The newest is the one that the engine goes by. */
static void
check_newest(struct verify_run *v, struct kv_txn *txn, const struct place *p,
    const struct json_object *definition)
{
	struct error err;

	if (!slice_equal(
		json_string(json_get(definition, "name")), p->job_name))
		problem(v, p, "is called otherwise in itself; " DO_EDIT);
	if (v->order->check_job != NULL &&
	    v->order->check_job(
		v->order->arg, store_arena(txn), definition, &err) == -1)
		verify_problem(v, "%s: %s; " DO_EDIT, p->name, err.detail);
}

static int
check_version(struct verify_run *v, struct kv_txn *txn, const struct place *p,
    struct slice value)
{
	int64_t number = (int64_t)key_last_u64(p->rest);
	const struct json_object *definition;
	struct json_object *version;
	struct slice before;
	struct error err;

	if (number < 1 || number > p->version)
		verify_problem(v, "%s: has a version %lld of %lld; " DO_REBUILD,
		    p->name, (long long)number, (long long)p->version);
	if (number > 1)
		switch (job_version_get(
		    txn, p->tenant, &p->id, (uint64_t)number - 1, &before)) {
		case STORE_OK:
			break;
		case STORE_NOTFOUND:
			verify_problem(v,
			    "%s: version %lld is not there; " DO_REBUILD,
			    p->name, (long long)number - 1);
			break;
		default:
			return -1;
		}
	if (json_parse(store_arena(txn), value, &version, &err) == -1 ||
	    (definition = json_get(version, "definition")) == NULL) {
		verify_problem(v,
		    "%s: version %lld cannot be read; " DO_REBUILD, p->name,
		    (long long)number);
		return 0;
	}
	if (number == p->version)
		check_newest(v, txn, p, definition);
	return 0;
}

static int
check_assigned(struct verify_run *v, struct kv_txn *txn, const struct place *p,
    struct slice value)
{
	(void)txn;
	/* The type may not be in force any more, the resource may be gone. */
	return value.len > 0
	    ? 0
	    : problem(v, p, "who is assigned has no type; " DO_IMPORT);
}

/* clang-format off */
static const struct row {
	const char	*what;
	size_t		 rest_len;	/* bytes behind the job's id */
	bool		 has_role;	/* and a text */
	check_fn	*check;
} rows[] = {
	{ "job",	 0,		false,	check_head },
	{ "state",	 0,		false,	check_state },
	{ "secret",	 0,		false,	check_secret },
	{ "version",	 8,		false,	check_version },
	{ ASSIGNED_WORD, UUID_LEN,	true,	check_assigned },
	{ TOUCHED_WORD,	 UUID_LEN,	false,	check_assigned },
};
/* clang-format on */

static const struct row *
find_row(struct slice what)
{
	for (size_t i = 0; i < NELEM(rows); i++)
		if (slice_equal(what, slice_of(rows[i].what)))
			return &rows[i];
	return NULL;
}

/* The row whose shape KEY has, behind its tenant; or NULL. */
static const struct row *
take_place(struct slice key, struct place *p)
{
	const struct row *row;
	struct slice rest, role;

	if (!key_take_tenant(&key, &p->tenant) ||
	    !key_take_text(&key, &p->what) ||
	    (row = find_row(p->what)) == NULL || !key_take_uuid(&key, &p->id) ||
	    key.len < row->rest_len)
		return NULL;
	p->rest = key;
	rest = slice_from(key, row->rest_len);
	if (row->has_role && !key_take_text(&rest, &role))
		return NULL;
	return rest.len == 0 ? row : NULL;
}

/* The head of P; 1, 0 when that was a problem, or -1. */
static int
read_head(struct verify_run *v, struct kv_txn *txn, struct place *p)
{
	const char *tenant = verify_tenant_name(v, p->tenant);
	char id[UUID_TEXT_SIZE];
	struct json_object *head;
	struct slice text;
	struct error err;

	uuid_format(&p->id, id);
	p->name = arena_printf(
	    store_arena(txn), "%s job %s", tenant != NULL ? tenant : "?", id);
	if (tenant == NULL) {
		verify_problem(v,
		    "%s: belongs to tenant %u, which is not there; " DO_REBUILD,
		    p->name, p->tenant);
		return 0;
	}
	switch (job_get(txn, p->tenant, JOB_HEAD, &p->id, false, &text)) {
	case STORE_OK:
		break;
	case STORE_NOTFOUND:
		verify_problem(v,
		    "%s: a row (%.*s) stands beside no job; " DO_REBUILD,
		    p->name, SLICE_ARG(p->what));
		return 0;
	default:
		return -1;
	}
	if (json_parse(store_arena(txn), text, &head, &err) == -1)
		return problem(v, p, "cannot be read; " DO_REBUILD);
	p->version = json_integer(json_get(head, "version"));
	p->job_name = json_string(json_get(head, "name"));
	return 1;
}

static bool
is_name_key(struct slice key, struct place *p)
{
	return key_take_tenant(&key, &p->tenant) &&
	    key_take_text(&key, &p->what) &&
	    slice_equal(p->what, SLICE("name")) &&
	    key_take_text(&key, &p->rest) && key.len == 0;
}

/* What has a name is a job of that name. */
static int
check_name(struct verify_run *v, struct kv_txn *txn, struct place *p,
    struct slice value)
{
	int rc;

	if (value.len != UUID_LEN) {
		verify_problem(v,
		    "the name %.*s of a job is damaged; " DO_REBUILD,
		    SLICE_ARG(p->rest));
		return 0;
	}
	memcpy(p->id.bytes, value.data, UUID_LEN);
	rc = read_head(v, txn, p);
	if (rc == 1 && !slice_equal(p->rest, p->job_name))
		verify_problem(v, "%s: is not called %.*s; " DO_REBUILD,
		    p->name, SLICE_ARG(p->rest));
	return rc == -1 ? -1 : 0;
}

int
verify_job(struct verify_run *v, struct kv_txn *txn, struct slice key)
{
	struct place p = { .version = 0 };
	const struct row *row;
	struct slice value;
	int rc;
	enum store_status status = kv_get(txn, KV_JOBS, key, false, &value);

	if (status != STORE_OK)
		return status == STORE_NOTFOUND ? 0 : -1;
	if (is_name_key(key, &p))
		return check_name(v, txn, &p, value);
	row = take_place(key, &p);
	if (row == NULL) {
		verify_problem(
		    v, "a key of jobs.db has no meaning; " DO_REBUILD);
		return 0;
	}
	rc = read_head(v, txn, &p);
	/* Of one that is being deleted anything may be gone. */
	if (rc != 1 || p.version == 0)
		return rc == -1 ? -1 : 0;
	return row->check(v, txn, &p, value);
}
