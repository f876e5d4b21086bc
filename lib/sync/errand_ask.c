/*
 * errand_ask.c: a job is asked for something once, and the audit says so.
 */
#include "base/clock.h"
#include "json/json.h"
#include "sync/errand.h"
#include "sync/jobs_private.h"

struct asking {
	const struct jobs *j;
	const char *store;
	const char *kind;
	const struct json_object *request;
	struct slice which;
	struct job_info info;
	struct json_object *list; /* of the tenant */
};

static bool
is(const struct json_object *v, const char *name, const char *word)
{
	return slice_equal(json_string(json_get(v, name)), slice_of(word));
}

static bool
is_at_end(const struct json_object *v)
{
	return is(v, "state", "done") || is(v, "state", "failed");
}

static bool
is_of_job(const struct asking *q, const struct json_object *v)
{
	char id[UUID_TEXT_SIZE];

	uuid_format(&q->info.id, id);
	return is(v, "job", id);
}

/* The same that waits already, or NULL. */
static struct json_object *
find_same(const struct asking *q)
{
	for (size_t i = 0; i < json_len(q->list); i++) {
		struct json_object *v = json_at(q->list, i);

		if (is(v, "state", "waiting") && is(v, "kind", q->kind) &&
		    is_of_job(q, v) &&
		    json_equal(json_get(v, "request"), q->request))
			return v;
	}
	return NULL;
}

static int
check_number(const struct asking *q, struct error *err)
{
	size_t n = 0;

	for (size_t i = 0; i < json_len(q->list); i++)
		n += !is_at_end(json_at(q->list, i));
	if (n < ERRANDS_DUE_MAX)
		return 0;
	return error_set(err, ERR_RATE,
	    "%zu errands are not at an end: is muster work running?", n);
}

/* What is at an end makes way, the oldest first. */
static void
make_room(const struct asking *q)
{
	struct errand e = { q->store, q->j->tenant, { { 0 } } };
	size_t n = 0;

	for (size_t i = json_len(q->list); i-- > 0;) {
		const struct json_object *v = json_at(q->list, i);

		if (!is_at_end(v) || !is_of_job(q, v) ||
		    ++n < ERRANDS_KEPT_MAX ||
		    uuid_parse(json_string(json_get(v, "id")), &e.id) == -1)
			continue;
		errand_drop(&e);
	}
}

static void
put(struct arena *a, struct json_object *v, const char *name, struct slice text)
{
	json_set(v, slice_of(name), json_new_string(a, text));
}

static struct json_object *
describe(const struct asking *q, const struct uuid *id)
{
	struct arena *a = q->j->arena;
	struct json_object *v = json_new_object(a);
	char at[CLOCK_TEXT_SIZE], text[UUID_TEXT_SIZE];

	uuid_format(id, text);
	put(a, v, "id", slice_of(text));
	uuid_format(&q->info.id, text);
	put(a, v, "job", slice_of(text));
	put(a, v, "jobName", q->info.name);
	put(a, v, "kind", slice_of(q->kind));
	json_set(v, SLICE("request"), json_copy(a, q->request));
	put(a, v, "by", q->j->actor);
	clock_format(q->j->now, at);
	put(a, v, "asked", slice_of(at));
	put(a, v, "state", SLICE("waiting"));
	json_set(v, SLICE("tries"), json_new_integer(a, 0));
	return v;
}

static int
note_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct asking *q = arg;
	struct job_info info;

	if (jobs_enter(txn, q->j, q->which, &info, err) == -1)
		return -1;
	return jobs_note(txn, q->j, q->kind, &info, NULL, q->request);
}

int
errand_ask(const struct jobs *j, const char *store, struct slice which,
    const char *kind, const struct json_object *request,
    struct json_object **out, struct error *err)
{
	struct asking q = { .j = j,
		.store = store,
		.kind = kind,
		.request = request,
		.which = which };
	struct errand e = { store, j->tenant, uuid_new(j->now) };

	if (jobs_find(j, which, &q.info, err) == -1 ||
	    errand_list(j->arena, store, j->tenant, NULL, &q.list, err) == -1)
		return -1;
	*out = find_same(&q);
	if (*out != NULL)
		return 0;
	if (check_number(&q, err) == -1 ||
	    store_txn(j->store, note_body, &q, err) == -1)
		return -1;
	make_room(&q);
	*out = describe(&q, &e.id);
	if (errand_save(j->arena, &e, *out, err) == -1)
		return -1;
	return errand_begin(&e, err);
}
