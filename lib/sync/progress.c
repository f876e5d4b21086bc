/*
 * progress.c: how far a job is.
 */
#include <stddef.h>
#include <string.h>

#include "base/nelem.h"
#include "json/json.h"
#include "sync/progress.h"

static const char *const count_names[COUNT_MAX] = {
	[COUNT_CREATED] = "created",
	[COUNT_UPDATED] = "updated",
	[COUNT_DISABLED] = "disabled",
	[COUNT_DELETED] = "deleted",
	[COUNT_SKIPPED] = "skipped",
	[COUNT_FAILED] = "failed",
	[COUNT_MEMBERS] = "members",
};

static const struct {
	const char *name;
	size_t offset;
} numbers[] = {
	{ "rule", offsetof(struct progress, rule) },
	{ "watermark", offsetof(struct progress, watermark) },
	{ "appliedVersion", offsetof(struct progress, version) },
	{ "cycleBeganAt", offsetof(struct progress, cycle_began_at) },
	{ "cycleEndedAt", offsetof(struct progress, cycle_ended_at) },
	{ "walked", offsetof(struct progress, walked) },
	{ "total", offsetof(struct progress, total) },
	{ "links", offsetof(struct progress, links) },
	{ "failing", offsetof(struct progress, failing) },
	{ "successes", offsetof(struct progress, successes) },
	{ "workedAt", offsetof(struct progress, worked_at) },
};

const char *
progress_count_name(enum count count)
{
	return count_names[count];
}

void
progress_read(
    struct arena *a, const struct json_object *state, struct progress *out)
{
	const struct json_object *counts = json_get(state, "counts");
	int64_t number;

	*out = (struct progress){ .is_initial = true };
	for (size_t i = 0; i < NELEM(numbers); i++) {
		number = json_integer(json_get(state, numbers[i].name));
		memcpy(
		    (char *)out + numbers[i].offset, &number, sizeof(number));
	}
	for (size_t i = 0; i < COUNT_MAX; i++)
		out->counts[i] = json_integer(json_get(counts, count_names[i]));
	if (!json_has(state, SLICE("watermark")))
		out->watermark = -1;
	out->is_initial = !slice_equal(
	    json_string(json_get(state, "phase")), SLICE("incremental"));
	out->has_after =
	    uuid_parse(json_string(json_get(state, "after")), &out->after) == 0;
	guard_read(json_get(state, "guard"), &out->guard);
	quarantine_read(json_get(state, "operations"), &out->quarantine);
	out->cycle = arena_slice(a, json_string(json_get(state, "cycle")));
}

void
progress_write(
    struct arena *a, const struct progress *p, struct json_object *state)
{
	struct json_object *counts = json_new_object(a);
	char id[UUID_TEXT_SIZE] = "";
	int64_t number;

	for (size_t i = 0; i < NELEM(numbers); i++) {
		memcpy(&number, (const char *)p + numbers[i].offset,
		    sizeof(number));
		json_set(state, slice_of(numbers[i].name),
		    json_new_integer(a, number));
	}
	for (size_t i = 0; i < COUNT_MAX; i++)
		json_set(counts, slice_of(count_names[i]),
		    json_new_integer(a, p->counts[i]));
	json_set(state, SLICE("counts"), counts);
	json_set(state, SLICE("guard"), guard_write(a, &p->guard));
	json_set(
	    state, SLICE("operations"), quarantine_write(a, &p->quarantine));
	json_set(state, SLICE("phase"),
	    json_new_string(
		a, p->is_initial ? SLICE("initial") : SLICE("incremental")));
	if (p->has_after)
		uuid_format(&p->after, id);
	json_set(state, SLICE("after"), json_new_string(a, slice_of(id)));
	json_set(state, SLICE("cycle"), json_new_string(a, p->cycle));
}

void
progress_take_counts(struct progress *p, const struct progress *from)
{
	memcpy(p->counts, from->counts, sizeof(p->counts));
	p->guard = from->guard;
	p->quarantine = from->quarantine;
	p->links = from->links;
	p->failing = from->failing;
	p->successes = from->successes;
}

void
progress_restart(
    struct progress *p, struct arena *a, int64_t now, int64_t watermark)
{
	struct uuid id = uuid_new(now);
	char text[UUID_TEXT_SIZE];

	uuid_format(&id, text);
	p->is_initial = true;
	p->rule = 0;
	p->has_after = false;
	p->watermark = watermark;
	p->cycle = slice_of(arena_strdup(a, text));
	p->cycle_began_at = now;
	p->cycle_ended_at = 0;
	p->walked = 0;
	memset(p->counts, 0, sizeof(p->counts));
}
