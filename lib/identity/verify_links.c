/*
 * verify_links.c: what provisioning jobs know of their targets: links and the
 * keys of targets point at each other, what was told is of a link, what is due
 * is noted, nothing stands beside no job.
 */
#include "base/nelem.h"
#include "identity/verify_private.h"
#include "json/json.h"
#include "store/dues.h"
#include "store/jobs.h"
#include "store/key.h"
#include "store/links.h"

/* The engine makes all of it anew. */
#define DO_RESTART "run: muster job restart --scopes Full"

/* A key of the table. */
struct place {
	struct job_key job;
	struct slice what;
	struct slice rest; /* behind that word */
	const char *name;  /* of the job, for messages */
};

typedef int check_fn(struct verify_run *v, struct kv_txn *txn,
    const struct place *p, struct slice value);

/* As far as it concerns other keys. */
struct link_row {
	struct uuid source;
	struct slice type;
	struct slice target;
	struct slice target_type;
	int64_t due_at;
};

static const char *
id_text(struct kv_txn *txn, const struct uuid *id)
{
	char text[UUID_TEXT_SIZE];

	uuid_format(id, text);
	return arena_strdup(store_arena(txn), text);
}

static bool
read_link(struct kv_txn *txn, struct slice value, struct link_row *out)
{
	struct json_object *row;
	struct error err;

	if (json_parse(store_arena(txn), value, &row, &err) == -1 ||
	    json_string(json_get(row, "state")).len == 0)
		return false;
	out->type = json_string(json_get(row, "type"));
	out->target = json_string(json_get(row, "target"));
	out->target_type = json_string(json_get(row, "targetType"));
	out->due_at = json_integer(json_get(row, "dueAt"));
	return true;
}

/* The target, if it has one, is this source's, and what is due is noted. */
static int
check_link(struct verify_run *v, struct kv_txn *txn, const struct place *p,
    struct slice value)
{
	struct link_row row = { .source = key_last_uuid(p->rest) };
	const char *id = id_text(txn, &row.source);
	enum store_status status = STORE_OK;
	struct uuid owner = row.source;

	if (!read_link(txn, value, &row)) {
		verify_problem(
		    v, "%s: link %s cannot be read; " DO_RESTART, p->name, id);
		return 0;
	}
	if (row.target.len > 0)
		status = link_find(
		    txn, &p->job, row.target_type, row.target, &owner);
	if (status == STORE_FAIL)
		return -1;
	if (status == STORE_NOTFOUND || uuid_compare(&owner, &row.source) != 0)
		verify_problem(v,
		    "%s: link %s: its target is not found by its id; " DO_RESTART,
		    p->name, id);
	if (row.due_at == 0)
		return 0;
	status = due_get(
	    txn, &p->job, &(struct due){ row.due_at, row.source, DUE_OBJECT });
	if (status == STORE_NOTFOUND)
		verify_problem(v,
		    "%s: link %s: it is due, and not noted; " DO_RESTART,
		    p->name, id);
	return status == STORE_FAIL ? -1 : 0;
}

/* TARGET as a key has it: all of it, or the start of one that is long. */
static bool
is_start(struct slice target, struct slice in_key)
{
	if (target.len > KEY_TEXT_MAX)
		target.len = KEY_TEXT_MAX;
	return slice_equal(target, in_key);
}

/* Its source knows of it. */
static int
check_target(struct verify_run *v, struct kv_txn *txn, const struct place *p,
    struct slice value)
{
	struct link_row row = { .due_at = 0 };
	struct slice rest = p->rest, type = SLICE(""), target, text;
	enum store_status status = STORE_NOTFOUND;

	key_take_text(&rest, &type);
	target = (struct slice){ rest.data, rest.len - 1 };
	if (target.len > KEY_TEXT_MAX)
		target.len = KEY_TEXT_MAX;
	if (value.len == UUID_LEN) {
		memcpy(row.source.bytes, value.data, UUID_LEN);
		status = link_get(txn, &p->job, &row.source, false, &text);
	}
	if (status == STORE_FAIL)
		return -1;
	if (status == STORE_NOTFOUND || !read_link(txn, text, &row) ||
	    !slice_equal(row.target_type, type) ||
	    !is_start(row.target, target))
		verify_problem(v,
		    "%s: the target %.*s is of no link; " DO_RESTART, p->name,
		    SLICE_ARG(target));
	return 0;
}

/* It can be read, and there is a link of it. */
static int
check_told(struct verify_run *v, struct kv_txn *txn, const struct place *p,
    struct slice value)
{
	struct uuid source = key_last_uuid(p->rest);
	const char *id = id_text(txn, &source);
	struct json_object *told;
	struct slice row;
	struct error err;
	enum store_status status = link_get(txn, &p->job, &source, false, &row);

	if (json_parse(store_arena(txn), value, &told, &err) == -1)
		verify_problem(v,
		    "%s: what was told of %s cannot be read; " DO_RESTART,
		    p->name, id);
	if (status == STORE_NOTFOUND)
		verify_problem(v,
		    "%s: what was told of %s is of no link; " DO_RESTART,
		    p->name, id);
	return status == STORE_FAIL ? -1 : 0;
}

static int
check_due(struct verify_run *v, struct kv_txn *txn, const struct place *p,
    struct slice value)
{
	(void)txn;
	(void)value;
	if (key_last_u64(p->rest) > DUE_MEMBERS)
		verify_problem(
		    v, "%s: something unknown is due; " DO_RESTART, p->name);
	return 0;
}

/* clang-format off */
static const struct row {
	const char	*what;
	size_t		 len;		/* bytes of what is behind the word */
	bool		 is_text;	/* two texts in place of these */
	check_fn	*check;		/* or NULL: nothing more to look at */
} rows[] = {
	{ "link",   UUID_LEN,		false,	check_link },
	{ "told",   UUID_LEN,		false,	check_told },
	{ "target", 0,			true,	check_target },
	{ "edge",   2 * UUID_LEN,	false,	NULL },
	{ "due",    8 + UUID_LEN + 8,	false,	check_due },
	{ "wait",   2 * UUID_LEN,	false,	NULL },
};
/* clang-format on */

/* A text that is long ends with a digest, which may hold any byte. */
static bool
has_form(const struct row *row, struct slice rest)
{
	struct slice type;

	if (!row->is_text)
		return rest.len == row->len;
	return key_take_text(&rest, &type) && rest.len > 1 &&
	    rest.data[rest.len - 1] == '\0';
}

/* The row whose form KEY has; or NULL. */
static const struct row *
take_place(struct slice key, struct place *p)
{
	if (!key_take_tenant(&key, &p->job.tenant) ||
	    !key_take_uuid(&key, &p->job.id) || !key_take_text(&key, &p->what))
		return NULL;
	p->rest = key;
	for (size_t i = 0; i < NELEM(rows); i++)
		if (slice_equal(p->what, slice_of(rows[i].what)) &&
		    has_form(&rows[i], key))
			return &rows[i];
	return NULL;
}

/* Is there such a job?  1, 0 when that was a problem, or -1. */
static int
has_job(struct verify_run *v, struct kv_txn *txn, struct place *p)
{
	const char *tenant = verify_tenant_name(v, p->job.tenant);
	enum store_status status = STORE_NOTFOUND;
	struct slice head;

	p->name = arena_printf(store_arena(txn), "%s job %s",
	    tenant != NULL ? tenant : "?", id_text(txn, &p->job.id));
	if (tenant != NULL)
		status = job_get(
		    txn, p->job.tenant, JOB_HEAD, &p->job.id, false, &head);
	if (status == STORE_NOTFOUND)
		verify_problem(v,
		    "%s: a row (%.*s) of links.db is of no job; " DO_REBUILD,
		    p->name, SLICE_ARG(p->what));
	return status == STORE_OK ? 1 : status == STORE_NOTFOUND ? 0 : -1;
}

int
verify_link(struct verify_run *v, struct kv_txn *txn, struct slice key)
{
	struct place p = { .name = "" };
	const struct row *row;
	struct slice value;
	int rc;
	enum store_status status = kv_get(txn, KV_LINKS, key, false, &value);

	if (status != STORE_OK)
		return status == STORE_NOTFOUND ? 0 : -1;
	row = take_place(key, &p);
	if (row == NULL) {
		verify_problem(
		    v, "a key of links.db has no meaning; " DO_REBUILD);
		return 0;
	}
	rc = has_job(v, txn, &p);
	if (rc != 1 || row->check == NULL)
		return rc == -1 ? -1 : 0;
	return row->check(v, txn, &p, value);
}
