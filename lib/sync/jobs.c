/*
 * jobs.c: the jobs of a tenant: made, found, listed.
 */
#include "base/clock.h"
#include "scim/schema.h"
#include "store/resources.h"
#include "sync/jobs_private.h"
#include "sync/progress.h"

static int
name_taken(struct slice name, struct error *err)
{
	return error_set(err, ERR_UNIQUENESS, "there is a job '%.*s' already",
	    SLICE_ARG(name));
}

struct creating {
	const struct jobs *j;
	struct job_info info;
	struct slice secret;
	struct job_info *out;
};

static int
note_created(
    struct kv_txn *txn, const struct jobs *j, const struct job_info *info)
{
	struct arena *a = store_arena(txn);
	struct json_object *after = json_new_object(a);

	json_set(after, SLICE("version"), json_new_integer(a, 1));
	json_set(after, SLICE("definition"), json_copy(a, info->definition));
	return jobs_note(txn, j, "create", info, NULL, after);
}

static int
create_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct creating *c = arg;
	const struct jobs *j = c->j;
	const struct job_info *info = &c->info;

	if (jobs_check_tenant(txn, j, err) == -1)
		return -1;
	switch (job_name_take(txn, j->tenant, info->name, &info->id)) {
	case STORE_OK:
		break;
	case STORE_EXISTS:
		return name_taken(info->name, err);
	default:
		return -1;
	}
	if (jobs_put_version(
		txn, j, info, SLICE("create"), c->secret.len > 0) == -1 ||
	    job_state_put(txn, j->tenant, &info->id, info->state) == -1 ||
	    jobs_put_secret(txn, j->tenant, &info->id, c->secret) == -1)
		return -1;
	return note_created(txn, j, info);
}

int
jobs_create(const struct jobs *j, const struct json_object *definition,
    struct job_info *out, struct error *err)
{
	struct creating c = { .j = j };
	struct job_info *info = &c.info;
	char at[CLOCK_TEXT_SIZE];
	struct json_object *whole;
	enum jobs_secret what;

	if (jobs_complete(j, definition, &whole, err) == -1 ||
	    jobs_check(j, whole, &info->definition, err) == -1 ||
	    jobs_check_commands(j, NULL, info->definition, err) == -1 ||
	    jobs_read_secret(whole, &what, &c.secret, err) == -1)
		return -1;
	clock_format(j->now, at);
	info->id = uuid_new(j->now);
	info->name = json_string(json_get(info->definition, "name"));
	info->version = 1;
	info->created = info->modified = slice_of(arena_strdup(j->arena, at));
	info->by = j->actor;
	info->has_secret = c.secret.len > 0;
	info->state = json_new_object(j->arena);
	json_set(info->state, SLICE("state"),
	    json_new_string(j->arena, SLICE("notRun")));
	if (store_txn(j->store, create_body, &c, err) == -1)
		return -1;
	*out = *info;
	return 0;
}

struct finding {
	const struct jobs *j;
	struct slice which;
	struct job_info *out;
};

static int
find_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct finding *f = arg;
	struct job_info info;
	struct uuid id;

	if (jobs_find_id(txn, f->j->tenant, f->which, &id, err) == -1 ||
	    job_load(txn, f->j->tenant, &id, &info, err) == -1)
		return -1;
	jobs_keep(f->j, &info, f->out);
	return 0;
}

int
jobs_find(const struct jobs *j, struct slice which, struct job_info *out,
    struct error *err)
{
	struct finding f = { j, which, out };

	return store_view(j->store, find_body, &f, err);
}

struct json_object *
jobs_progress(struct arena *a, const struct job_info *info)
{
	struct json_object *v = json_new_object(a);
	struct progress p;
	int64_t took, total;

	progress_read(a, info->state, &p);
	if (!p.is_initial || p.cycle_began_at == 0)
		return NULL;
	/* Objects that came since count too. */
	total = p.total > p.walked ? p.total : p.walked;
	took = p.worked_at - p.cycle_began_at;
	json_set(v, SLICE("done"), json_new_integer(a, p.walked));
	json_set(v, SLICE("total"), json_new_integer(a, total));
	if (took <= 0 || p.walked == 0)
		return v;
	json_set(
	    v, SLICE("perSecond"), json_new_integer(a, p.walked * 1000 / took));
	json_set(v, SLICE("secondsLeft"),
	    json_new_integer(a, (total - p.walked) * took / p.walked / 1000));
	return v;
}

static void
add_id(struct arena *a, struct uuid **ids, size_t *n, const struct uuid *id)
{
	size_t size = *n * sizeof(**ids);

	*ids = arena_grow(a, *ids, size, size + sizeof(**ids));
	(*ids)[(*n)++] = *id;
}

int
jobs_list_ids(struct kv_txn *txn, const struct jobs *j, bool of_deleted,
    struct uuid **ids, size_t *n)
{
	struct json_object *head;
	enum store_status status;
	struct kv_range *range;
	struct slice text;
	struct error err;
	struct uuid id;

	*ids = NULL;
	*n = 0;
	if (jobs_open(txn, j->tenant, &range) != STORE_OK)
		return -1;
	while ((status = jobs_next(range, &id, &text)) == STORE_OK) {
		if (json_load(store_arena(txn), text, &head, &err) == -1)
			return -1;
		if ((json_get(head, "version") == NULL) == of_deleted)
			add_id(j->arena, ids, n, &id);
	}
	kv_range_close(range);
	return status == STORE_NOTFOUND ? 0 : -1;
}

struct listing {
	const struct jobs *j;
	struct job_info *list;
	size_t n;
};

static int
list_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct listing *l = arg;
	struct job_info info;
	struct uuid *ids;
	size_t n;

	if (jobs_list_ids(txn, l->j, false, &ids, &n) == -1)
		return -1;
	l->n = 0;
	l->list = arena_calloc(l->j->arena, n + 1, sizeof(*l->list));
	for (size_t i = 0; i < n; i++) {
		if (job_load(txn, l->j->tenant, &ids[i], &info, err) == 0)
			jobs_keep(l->j, &info, &l->list[l->n++]);
		else if (err->code != ERR_NOT_FOUND)
			return -1;
	}
	return 0;
}

int
jobs_list(
    const struct jobs *j, struct job_info **list, size_t *n, struct error *err)
{
	struct listing l = { .j = j };

	if (store_view(j->store, list_body, &l, err) == -1)
		return -1;
	*list = l.list;
	*n = l.n;
	return 0;
}

static int
no_resource(const struct uuid *id, struct error *err)
{
	char text[UUID_TEXT_SIZE];

	uuid_format(id, text);
	return error_set(err, ERR_NOT_FOUND, "there is no resource %s", text);
}

int
jobs_find_type(struct kv_txn *txn, const struct jobs *j, const struct uuid *id,
    struct slice *out, struct error *err)
{
	const struct resource_type *type;
	struct record record;

	for (size_t i = 0; (type = catalog_type(j->catalog, i)) != NULL; i++)
		switch (resource_get(
		    txn, j->tenant, type->name, id, false, &record)) {
		case STORE_OK:
			*out = type->name;
			return 0;
		case STORE_NOTFOUND:
			break;
		default:
			return -1;
		}
	return no_resource(id, err);
}
