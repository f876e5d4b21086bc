/*
 * journal.c: the provisioning log.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/nelem.h"
#include "base/text.h"
#include "json/json.h"
#include "json/walk.h"
#include "sync/advice.h"
#include "sync/journal.h"
#include "watch/line.h"

enum { MEMBERS_SHOWN = 100 };

static const char *const results[] = {
	[INTENT_SKIPPED] = "skipped",
	[INTENT_DONE] = "success",
	[INTENT_FAILED] = "failure",
};

static void
put(struct arena *a, struct json_object *v, const char *name, struct slice text)
{
	if (text.len > 0)
		json_set(v, slice_of(name), json_new_string(a, text));
}

static void
put_id(struct arena *a, struct json_object *v, const char *name,
    const struct uuid *id)
{
	char text[UUID_TEXT_SIZE];

	uuid_format(id, text);
	put(a, v, name, slice_of(text));
}

static void
put_time(struct arena *a, struct json_object *v, const char *name, int64_t at)
{
	char text[CLOCK_TEXT_SIZE];

	if (at == 0)
		return;
	clock_format(at, text);
	put(a, v, name, slice_of(text));
}

/* By what people know an object: its name, else that it is shown by. */
static struct slice
name_of(const struct json_object *person)
{
	struct slice name = json_string(json_get(person, "userName"));

	return name.len > 0 ? name
			    : json_string(json_get(person, "displayName"));
}

/* Who is gone, or was not read, is called as the target was told. */
static struct json_object *
source_of(struct arena *a, const struct intent *intent)
{
	struct slice name = name_of(intent->subject.person);
	struct json_object *v = json_new_object(a);

	put_id(a, v, "id", &intent->subject.id);
	put(a, v, "name",
	    name.len > 0 ? name : name_of(intent->link.stored_exported));
	return v;
}

static struct json_object *
target_of(struct arena *a, const struct intent *intent)
{
	struct json_object *v = json_new_object(a);

	put(a, v, "id", intent->link.target);
	return v;
}

static void
put_status(
    const struct run *run, const struct intent *intent, struct json_object *v)
{
	struct arena *a = run->arena;
	const struct advice *advice = advice_find(intent->code);

	put(a, v, "status", slice_of(results[intent->result]));
	put(a, v, "code", intent->code);
	put(a, v, "reason", intent->detail);
	if (advice == NULL)
		return;
	put(a, v, "category", slice_of(advice->category));
	put(a, v, "advice", slice_of(advice->action));
}

static struct json_object *
begin(const struct run *run, struct slice cycle, const struct intent *intent)
{
	struct arena *a = run->arena;
	struct json_object *v = json_new_object(a);
	int64_t now = clock_now_ms();
	struct uuid id = uuid_new(now);

	put_time(a, v, "at", now);
	put_id(a, v, "id", &id);
	put_id(a, v, "job", &run->key.id);
	put(a, v, "jobName", run->job->name);
	json_set(
	    v, SLICE("version"), json_new_integer(a, (int64_t)run->version));
	put(a, v, "cycle", cycle);
	put(a, v, "action", slice_of(intent->action));
	put_status(run, intent, v);
	json_set(v, SLICE("durationMs"),
	    json_new_integer(a, intent->took_us / 1000));
	put(a, v, "objectType", intent->subject.type);
	json_set(v, SLICE("source"), source_of(a, intent));
	json_set(v, SLICE("target"), target_of(a, intent));
	return v;
}

static void
end(const struct run *run, const struct intent *intent, struct json_object *v)
{
	if (intent->subject.steps != NULL)
		json_set(v, SLICE("steps"), intent->subject.steps);
	if (intent->wire != NULL)
		json_set(v, SLICE("wire"), intent->wire);
	put_time(run->arena, v, "retryAt", intent->link.due_at);
}

struct json_object *
journal_record(
    const struct run *run, struct slice cycle, const struct intent *intent)
{
	struct json_object *v = begin(run, cycle, intent);

	if (intent->changes != NULL)
		json_set(v, SLICE("modified"), intent->changes);
	end(run, intent, v);
	return v;
}

/* The first of those who came, or left; and how many they were. */
static void
put_members(
    struct arena *a, const struct roster *r, bool added, struct json_object *v)
{
	struct json_object *ids = json_new_array(a);
	char text[UUID_TEXT_SIZE];
	int64_t n = 0;

	for (size_t i = 0; i < r->nedges; i++) {
		if (r->edges[i].is_added != added || !r->edges[i].was_told)
			continue;
		if (n++ >= MEMBERS_SHOWN)
			continue;
		uuid_format(&r->edges[i].member, text);
		json_append(ids, json_new_string(a, slice_of(text)));
	}
	json_set(v, added ? SLICE("added") : SLICE("removed"), ids);
	json_set(v, added ? SLICE("nAdded") : SLICE("nRemoved"),
	    json_new_integer(a, n));
}

struct json_object *
journal_record_members(
    const struct run *run, struct slice cycle, const struct roster *r)
{
	struct json_object *v = begin(run, cycle, &r->intent),
			   *members = json_new_object(run->arena);

	put_members(run->arena, r, true, members);
	put_members(run->arena, r, false, members);
	json_set(v, SLICE("members"), members);
	end(run, &r->intent, v);
	return v;
}

int
journal_append(struct lines_writer *w, uint32_t tenant, int64_t now,
    const struct json_object *record, struct error *err)
{
	struct buf *b = lines_writer_line(w, JOURNAL_RECORD_MAX);

	json_print(b, record);
	if (buf_overflowed(b))
		return error_set(err, ERR_TOO_LARGE, "a record is too long");
	return lines_writer_append(w, tenant, now, buf_text(b), err);
}

/* ---- search ---- */

static struct slice
member_of(struct slice line, const char *name)
{
	struct slice value;

	return walk_find(line, slice_of(name), &value) ? value : SLICE("{}");
}

/* An id or a name of the object, at either side. */
static bool
is_object(struct slice line, struct slice wanted)
{
	struct slice source = member_of(line, "source");

	return line_is(source, "id", wanted) ||
	    line_is(source, "name", wanted) ||
	    line_is(member_of(line, "target"), "id", wanted);
}

static bool
is_found(struct slice line, const void *what)
{
	const struct journal_search *s = what;

	return line_is(line, "job", s->job) &&
	    line_is(line, "cycle", s->cycle) &&
	    line_is(line, "action", s->action) &&
	    line_is(line, "status", s->status) &&
	    line_is(line, "code", s->code) && is_object(line, s->object) &&
	    line_is_in_time(line, s->since, s->until);
}

/* A word that no record has is a slip, not a search that finds nothing. */
static int
check_word(const char *name, struct slice text, const char *const *list,
    size_t n, struct error *err)
{
	for (size_t i = 0; i < n; i++)
		if (slice_equal(text, slice_of(list[i])))
			return 0;
	if (text.len == 0)
		return 0;
	return error_set(err, ERR_INVALID_VALUE, "%s: no record has '%.*s'",
	    name, SLICE_ARG(text));
}

int
journal_check(const struct journal_search *s, struct error *err)
{
	static const char *const actions[] = { "create", "update", "disable",
		"delete", "stageddelete", "other" };
	static const char *const states[] = { "success", "skipped", "failure" };

	if (check_word("action", s->action, actions, NELEM(actions), err) ==
		-1 ||
	    check_word("status", s->status, states, NELEM(states), err) == -1)
		return -1;
	if (s->code.len == 0 || advice_find(s->code) != NULL)
		return 0;
	return error_set(err, ERR_INVALID_VALUE, "code: no record has '%.*s'",
	    SLICE_ARG(s->code));
}

static void
directory_of(const char *store, uint32_t tenant, char dir[4096])
{
	snprintf(dir, 4096, "%s/" JOURNAL_DIR "/%u", store, tenant);
}

int
journal_run(const char *store, const struct journal_search *s, bool back,
    struct lines_place *place, search_fn *fn, void *arg, struct error *err)
{
	char dir[4096];
	struct search search = { .dir = dir,
		.back = back,
		.since = s->since,
		.ends_at = s->ends_at,
		.is_found = is_found,
		.what = s };

	directory_of(store, s->tenant, dir);
	return search_run(&search, place, fn, arg, err);
}

void
journal_prune(const char *store, int64_t now, int64_t age_ms, uint64_t len_max)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/" JOURNAL_DIR, store);
	lines_prune_each(path, now, age_ms, len_max);
}
