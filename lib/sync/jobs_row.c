/*
 * jobs_row.c: the rows of a job, read and written.
 */
#include "base/clock.h"
#include "json/json.h"
#include "store/note.h"
#include "store/tenants.h"
#include "sync/jobs_private.h"

int
jobs_not_found(struct slice which, struct error *err)
{
	return error_set(
	    err, ERR_NOT_FOUND, "there is no job '%.*s'", SLICE_ARG(which));
}

static int
damaged(const struct uuid *id, const char *what, struct error *err)
{
	char text[UUID_TEXT_SIZE];

	uuid_format(id, text);
	return error_set(
	    err, ERR_INTERNAL, "job %s: its %s is damaged", text, what);
}

static struct slice
text_of(const struct json_object *object, const char *name)
{
	return json_string(json_get(object, name));
}

static void
set_text(struct arena *a, struct json_object *object, const char *name,
    struct slice text)
{
	json_set(object, slice_of(name), json_new_string(a, text));
}

/* The row WHAT of the job ID, an object. */
static int
get_object(struct kv_txn *txn, uint32_t tenant, enum job_row what,
    const struct uuid *id, bool for_update, struct json_object **out,
    struct error *err)
{
	char name[UUID_TEXT_SIZE];
	struct slice text;

	switch (job_get(txn, tenant, what, id, for_update, &text)) {
	case STORE_OK:
		break;
	case STORE_NOTFOUND:
		uuid_format(id, name);
		return jobs_not_found(slice_of(name), err);
	default:
		return -1;
	}
	if (json_load(store_arena(txn), text, out, err) == -1 ||
	    json_kind(*out) != JSON_OBJECT)
		return damaged(id, job_row_name(what), err);
	return 0;
}

int
job_state_get(struct kv_txn *txn, uint32_t tenant, const struct uuid *id,
    bool for_update, struct json_object **state, struct error *err)
{
	return get_object(txn, tenant, JOB_STATE, id, for_update, state, err);
}

int
job_state_put(struct kv_txn *txn, uint32_t tenant, const struct uuid *id,
    const struct json_object *state)
{
	return job_put(txn, tenant, JOB_STATE, id,
		   json_text(store_arena(txn), state)) == STORE_OK
	    ? 0
	    : -1;
}

bool
job_runs(const struct json_object *state)
{
	struct slice word = json_string(json_get(state, "state"));

	return slice_equal(word, SLICE("active")) ||
	    slice_equal(word, SLICE("quarantine"));
}

/* The head, without what stands in other rows. */
static int
load_head(struct kv_txn *txn, uint32_t tenant, const struct uuid *id,
    bool for_update, struct job_info *out, struct error *err)
{
	struct json_object *head;
	char name[UUID_TEXT_SIZE];

	*out = (struct job_info){ .id = *id };
	if (get_object(txn, tenant, JOB_HEAD, id, for_update, &head, err) == -1)
		return -1;
	out->name = text_of(head, "name");
	out->version = (uint64_t)json_integer(json_get(head, "version"));
	out->created = text_of(head, "created");
	out->modified = text_of(head, "modified");
	out->by = text_of(head, "by");
	if (out->version > 0)
		return 0;
	uuid_format(id, name);
	return jobs_not_found(slice_of(name), err);
}

static int
load_rest(struct kv_txn *txn, uint32_t tenant, bool for_update,
    struct job_info *out, struct error *err)
{
	struct job_version version;
	struct slice secret;
	enum store_status status;

	if (jobs_get_version(txn, store_arena(txn), tenant, &out->id,
		out->version, &version, err) == -1 ||
	    job_state_get(
		txn, tenant, &out->id, for_update, &out->state, err) == -1)
		return -1;
	out->definition = version.definition;
	status = job_get(txn, tenant, JOB_SECRET, &out->id, false, &secret);
	out->has_secret = status == STORE_OK;
	return status == STORE_FAIL ? -1 : 0;
}

int
job_head(struct kv_txn *txn, uint32_t tenant, const struct uuid *id,
    struct job_info *out, struct error *err)
{
	return load_head(txn, tenant, id, false, out, err);
}

int
job_load(struct kv_txn *txn, uint32_t tenant, const struct uuid *id,
    struct job_info *out, struct error *err)
{
	if (load_head(txn, tenant, id, false, out, err) == -1)
		return -1;
	return load_rest(txn, tenant, false, out, err);
}

int
jobs_read_version(struct arena *a, uint64_t number, struct slice text,
    struct job_version *out, struct error *err)
{
	struct json_object *v;

	if (json_load(a, text, &v, err) == -1 ||
	    json_kind(json_get(v, "definition")) != JSON_OBJECT)
		return error_set(err, ERR_INTERNAL,
		    "version %llu of a job is damaged",
		    (unsigned long long)number);
	*out = (struct job_version){ .number = number,
		.at = text_of(v, "at"),
		.by = text_of(v, "by"),
		.why = text_of(v, "why"),
		.secret_changed = json_boolean(json_get(v, "secretChanged")),
		.definition = json_get(v, "definition") };
	return 0;
}

int
jobs_get_version(struct kv_txn *txn, struct arena *a, uint32_t tenant,
    const struct uuid *id, uint64_t number, struct job_version *out,
    struct error *err)
{
	struct slice text;

	switch (job_version_get(txn, tenant, id, number, &text)) {
	case STORE_OK:
		return jobs_read_version(
		    a, number, arena_slice(a, text), out, err);
	case STORE_NOTFOUND:
		return error_set(err, ERR_NOT_FOUND,
		    "the job has no version %llu", (unsigned long long)number);
	default:
		return -1;
	}
}

int
jobs_find_id(struct kv_txn *txn, uint32_t tenant, struct slice which,
    struct uuid *id, struct error *err)
{
	if (uuid_parse(which, id) == 0)
		return 0;
	switch (job_name_find(txn, tenant, which, false, id)) {
	case STORE_OK:
		return 0;
	case STORE_NOTFOUND:
		return jobs_not_found(which, err);
	default:
		return -1;
	}
}

int
jobs_check_tenant(struct kv_txn *txn, const struct jobs *j, struct error *err)
{
	switch (tenant_is_gone(txn, j->tenant)) {
	case 0:
		return 0;
	case 1:
		return error_set(
		    err, ERR_NOT_FOUND, "the tenant is being deleted");
	default:
		return -1;
	}
}

int
jobs_enter(struct kv_txn *txn, const struct jobs *j, struct slice which,
    struct job_info *info, struct error *err)
{
	struct uuid id;

	if (jobs_check_tenant(txn, j, err) == -1 ||
	    jobs_find_id(txn, j->tenant, which, &id, err) == -1 ||
	    load_head(txn, j->tenant, &id, true, info, err) == -1 ||
	    etag_check_match(&j->conditions, info->version, err) == -1)
		return -1;
	return load_rest(txn, j->tenant, true, info, err);
}

void
jobs_keep(
    const struct jobs *j, const struct job_info *info, struct job_info *out)
{
	struct arena *a = j->arena;

	*out = *info;
	out->name = arena_slice(a, info->name);
	out->created = arena_slice(a, info->created);
	out->modified = arena_slice(a, info->modified);
	out->by = arena_slice(a, info->by);
	out->definition = json_copy(a, info->definition);
	out->state = json_copy(a, info->state);
}

int
jobs_put_version(struct kv_txn *txn, const struct jobs *j,
    const struct job_info *info, struct slice why, bool secret_changed)
{
	struct arena *a = store_arena(txn);
	struct json_object *head = json_new_object(a),
			   *version = json_new_object(a);

	set_text(a, head, "name", info->name);
	json_set(head, SLICE("version"),
	    json_new_integer(a, (int64_t)info->version));
	set_text(a, head, "created", info->created);
	set_text(a, head, "modified", info->modified);
	set_text(a, head, "by", info->by);
	set_text(a, version, "at", info->modified);
	set_text(a, version, "by", info->by);
	set_text(a, version, "why", why);
	if (secret_changed)
		json_set(
		    version, SLICE("secretChanged"), json_new_boolean(a, true));
	json_set(version, SLICE("definition"), json_copy(a, info->definition));
	if (job_put(txn, j->tenant, JOB_HEAD, &info->id, json_text(a, head)) !=
		STORE_OK ||
	    job_version_put(txn, j->tenant, &info->id, info->version,
		json_text(a, version)) != STORE_OK)
		return -1;
	return 0;
}

int
jobs_put_secret(struct kv_txn *txn, uint32_t tenant, const struct uuid *id,
    struct slice secret)
{
	enum store_status status = secret.len == 0
	    ? job_delete(txn, tenant, JOB_SECRET, id)
	    : job_secret_put(txn, tenant, id, secret);

	return status == STORE_FAIL ? -1 : 0;
}

int
job_secret(struct kv_txn *txn, uint32_t tenant, const struct uuid *id,
    struct slice *secret, struct error *err)
{
	*secret = SLICE("");
	return job_secret_get(txn, tenant, id, secret, err) == STORE_FAIL ? -1
									  : 0;
}

int
jobs_note(struct kv_txn *txn, const struct jobs *j, const char *operation,
    const struct job_info *info, const struct json_object *before,
    const struct json_object *after)
{
	struct arena *a = store_arena(txn);
	char id[UUID_TEXT_SIZE];

	uuid_format(&info->id, id);
	return note_append(txn,
		   &(struct note){ .operation = operation,
		       .type = "Job",
		       .id = slice_of(id),
		       .tenant = j->tenant,
		       .before =
			   before != NULL ? json_text(a, before) : SLICE(""),
		       .after = after != NULL ? json_text(a, after)
					      : SLICE("") }) == STORE_OK
	    ? 0
	    : -1;
}
