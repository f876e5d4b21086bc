/*
 * jobs_edit.c: new versions of a job.
 *
 * What a job would become is checked before the transaction that writes it,
 * since that takes time; if somebody else made a version meanwhile, it is
 * made of that one.
 */
#include "base/clock.h"
#include "json/diff.h"
#include "json/merge.h"
#include "sync/jobs_private.h"

enum { TRIES_MAX = 5 };

/* How a new version comes out of the one before. */
struct making {
	const struct json_object *changes;
	bool is_whole;	 /* CHANGES is all of it */
	uint64_t number; /* of a version that is taken again; or 0 */
	struct slice why;
};

struct editing {
	const struct jobs *j;
	struct slice which;
	struct job_info before;
	struct job_info after;
	struct slice why;
	enum jobs_secret what;
	struct slice secret;
	bool is_stale; /* somebody was first */
};

/*
 * What CHANGES make of BEFORE, with the secret if they have one.  A null there
 * is for us, not for the merge.
 */
static struct json_object *
make_definition(
    const struct jobs *j, const struct job_info *before, const struct making *m)
{
	const struct json_object *target = json_get(m->changes, "target");
	struct json_object *made;

	if (m->is_whole)
		return json_copy(j->arena, m->changes);
	made = json_merge(j->arena, before->definition, m->changes);
	if (json_has(target, SLICE("secret")) &&
	    json_get(target, "secret") == NULL)
		json_set(json_get(made, "target"), SLICE("secret"), NULL);
	return made;
}

static int
check_secret(const struct editing *e, struct error *err)
{
	if (e->what != SECRET_KEPT || !e->before.has_secret ||
	    !jobs_is_other_address(e->before.definition, e->after.definition))
		return 0;
	return error_set(err, ERR_INVALID_VALUE,
	    "target.secret: it was given for another address or another way "
	    "to authenticate, and goes nowhere else; give it again, or null");
}

/* What is to be written, of what there is now. */
static int
prepare(struct editing *e, const struct making *m, struct error *err)
{
	const struct jobs *j = e->j;
	struct json_object *made;
	char at[CLOCK_TEXT_SIZE];

	if (jobs_complete(j, make_definition(j, &e->before, m), &made, err) ==
		-1 ||
	    jobs_check(j, made, &e->after.definition, err) == -1 ||
	    jobs_check_commands(
		j, e->before.definition, e->after.definition, err) == -1 ||
	    jobs_read_secret(made, &e->what, &e->secret, err) == -1 ||
	    check_secret(e, err) == -1)
		return -1;
	clock_format(j->now, at);
	e->after.id = e->before.id;
	e->after.name = json_string(json_get(e->after.definition, "name"));
	e->after.version = e->before.version + 1;
	e->after.created = e->before.created;
	e->after.modified = slice_of(arena_strdup(j->arena, at));
	e->after.by = j->actor;
	e->after.has_secret = e->what == SECRET_GIVEN ||
	    (e->what == SECRET_KEPT && e->before.has_secret);
	return 0;
}

/* A secret that is given may be the same: it is new all the same. */
static bool
is_change(const struct editing *e)
{
	return e->what == SECRET_GIVEN ||
	    e->after.has_secret != e->before.has_secret ||
	    !json_equal(e->before.definition, e->after.definition);
}

static void
note_side(struct arena *a, struct json_object *side, const char *name,
    const struct json_object *one)
{
	struct json_object *v = json_get(one, name);

	if (v != NULL)
		json_set(
		    side, json_string(json_get(one, "path")), json_copy(a, v));
}

/* Only what differs, by its place. */
static int
note_edited(struct kv_txn *txn, const struct editing *e)
{
	struct arena *a = store_arena(txn);
	struct json_object *before = json_new_object(a),
			   *after = json_new_object(a), *diff;

	json_set(before, SLICE("version"),
	    json_new_integer(a, (int64_t)e->before.version));
	json_set(after, SLICE("version"),
	    json_new_integer(a, (int64_t)e->after.version));
	json_set(after, SLICE("why"), json_new_string(a, e->why));
	diff = json_diff(a, e->before.definition, e->after.definition);
	for (size_t i = 0; i < json_len(diff); i++) {
		note_side(a, before, "before", json_at(diff, i));
		note_side(a, after, "after", json_at(diff, i));
	}
	if (e->what != SECRET_KEPT)
		json_set(
		    after, SLICE("secretChanged"), json_new_boolean(a, true));
	return jobs_note(txn, e->j, "update", &e->after, before, after);
}

static int
rename_job(struct kv_txn *txn, const struct editing *e, struct error *err)
{
	if (slice_equal(e->before.name, e->after.name))
		return 0;
	switch (job_name_take(txn, e->j->tenant, e->after.name, &e->after.id)) {
	case STORE_OK:
		break;
	case STORE_EXISTS:
		return error_set(err, ERR_UNIQUENESS,
		    "there is a job '%.*s' already", SLICE_ARG(e->after.name));
	default:
		return -1;
	}
	return job_name_free(txn, e->j->tenant, e->before.name) == STORE_FAIL
	    ? -1
	    : 0;
}

static int
edit_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct editing *e = arg;
	struct job_info now;
	char id[UUID_TEXT_SIZE];

	uuid_format(&e->before.id, id);
	if (jobs_enter(txn, e->j, slice_of(id), &now, err) == -1)
		return -1;
	e->is_stale = now.version != e->before.version;
	if (e->is_stale)
		return 0;
	e->after.state = json_copy(e->j->arena, now.state);
	if (rename_job(txn, e, err) == -1 ||
	    jobs_put_version(
		txn, e->j, &e->after, e->why, e->what != SECRET_KEPT) == -1)
		return -1;
	if (e->what != SECRET_KEPT &&
	    jobs_put_secret(txn, e->j->tenant, &e->after.id, e->secret) == -1)
		return -1;
	return note_edited(txn, e);
}

/* As it is now; and of a rollback what it was. */
static int
look(struct editing *e, struct making *m, struct error *err)
{
	struct job_version version;

	if (jobs_find(e->j, e->which, &e->before, err) == -1 ||
	    etag_check_match(&e->j->conditions, e->before.version, err) == -1)
		return -1;
	if (m->number == 0)
		return 0;
	if (jobs_version(e->j, e->which, m->number, &version, err) == -1)
		return -1;
	/* It is called as it is called now. */
	json_set(version.definition, SLICE("name"),
	    json_new_string(e->j->arena, e->before.name));
	m->changes = version.definition;
	return 0;
}

static int
make_version(const struct jobs *j, struct slice which, struct making *m,
    struct job_info *out, struct error *err)
{
	for (int i = 0; i < TRIES_MAX; i++) {
		struct editing e = { .j = j, .which = which, .why = m->why };

		if (look(&e, m, err) == -1 || prepare(&e, m, err) == -1)
			return -1;
		if (!is_change(&e)) {
			*out = e.before;
			return 0;
		}
		if (store_txn(j->store, edit_body, &e, err) == -1)
			return -1;
		*out = e.after;
		if (!e.is_stale)
			return 0;
	}
	return error_set(
	    err, ERR_BUSY, "others change the job all the time: try again");
}

int
jobs_edit(const struct jobs *j, struct slice which,
    const struct json_object *changes, struct job_info *out, struct error *err)
{
	struct making m = { .changes = changes, .why = SLICE("edit") };

	if (json_kind(changes) != JSON_OBJECT)
		return error_set(
		    err, ERR_INVALID_SYNTAX, "changes are a JSON object");
	return make_version(j, which, &m, out, err);
}

int
jobs_replace(const struct jobs *j, struct slice which,
    const struct json_object *definition, struct job_info *out,
    struct error *err)
{
	struct making m = {
		.changes = definition, .is_whole = true, .why = SLICE("import")
	};

	return make_version(j, which, &m, out, err);
}

static int
roll_back(
    const struct jobs *j, uint64_t number, struct making *m, struct error *err)
{
	*m = (struct making){ .is_whole = true,
		.number = number,
		.why = slice_of(arena_printf(j->arena, "rollback to %llu",
		    (unsigned long long)number)) };
	if (number > 0)
		return 0;
	return error_set(err, ERR_NOT_FOUND, "versions are counted from 1");
}

int
jobs_roll_back(const struct jobs *j, struct slice which, uint64_t number,
    struct job_info *out, struct error *err)
{
	struct making m;

	return roll_back(j, number, &m, err) == -1
	    ? -1
	    : make_version(j, which, &m, out, err);
}

static int
preview(const struct jobs *j, struct slice which, struct making *m,
    struct json_object **before, struct json_object **after, struct error *err)
{
	struct editing e = { .j = j, .which = which };

	if (look(&e, m, err) == -1 || prepare(&e, m, err) == -1)
		return -1;
	*before = e.before.definition;
	*after = e.after.definition;
	return 0;
}

int
jobs_preview(const struct jobs *j, struct slice which,
    const struct json_object *changes, bool is_whole,
    struct json_object **before, struct json_object **after, struct error *err)
{
	struct making m = { .changes = changes, .is_whole = is_whole };

	return preview(j, which, &m, before, after, err);
}

int
jobs_preview_roll_back(const struct jobs *j, struct slice which,
    uint64_t number, struct json_object **before, struct json_object **after,
    struct error *err)
{
	struct making m;

	return roll_back(j, number, &m, err) == -1
	    ? -1
	    : preview(j, which, &m, before, after, err);
}
