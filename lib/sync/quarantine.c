/*
 * quarantine.c: which operations of a job fail so often that they rest.
 */
#include <stddef.h>
#include <string.h>

#include "base/nelem.h"
#include "json/json.h"
#include "sync/quarantine.h"

enum { HOUR_MS = 3600 * 1000, DAY_MS = 24 * HOUR_MS };

static const char *const names[OPERATION_MAX] = {
	[OPERATION_NONE] = "none",
	[OPERATION_USER_CREATE] = "users.create",
	[OPERATION_USER_UPDATE] = "users.update",
	[OPERATION_USER_REMOVE] = "users.remove",
	[OPERATION_GROUP_CREATE] = "groups.create",
	[OPERATION_GROUP_UPDATE] = "groups.update",
	[OPERATION_GROUP_REMOVE] = "groups.remove",
	[OPERATION_MEMBER_ADD] = "members.add",
	[OPERATION_MEMBER_REMOVE] = "members.remove",
};

/* The numbers of one operation. */
static const struct {
	const char *name;
	size_t offset;
} numbers[] = {
	{ "done", offsetof(struct quarantine_operation, tally.done) },
	{ "failed", offsetof(struct quarantine_operation, tally.failed) },
	{ "references",
	    offsetof(struct quarantine_operation, tally.references) },
	{ "since", offsetof(struct quarantine_operation, since) },
	{ "until", offsetof(struct quarantine_operation, until) },
	{ "rests", offsetof(struct quarantine_operation, rests) },
};

const char *
quarantine_operation_name(enum operation operation)
{
	return names[operation];
}

void
quarantine_read(const struct json_object *v, struct quarantine *out)
{
	int64_t number;

	*out = (struct quarantine){ .operations[0].since = 0 };
	for (size_t i = 1; i < OPERATION_MAX; i++)
		for (size_t k = 0; k < NELEM(numbers); k++) {
			number = json_integer(
			    json_get(json_get(v, names[i]), numbers[k].name));
			memcpy((char *)&out->operations[i] + numbers[k].offset,
			    &number, sizeof(number));
		}
}

static struct json_object *
write_operation(struct arena *a, const struct quarantine_operation *o)
{
	struct json_object *v = json_new_object(a);
	int64_t number;

	for (size_t k = 0; k < NELEM(numbers); k++) {
		memcpy(&number, (const char *)o + numbers[k].offset,
		    sizeof(number));
		if (number != 0)
			json_set(v, slice_of(numbers[k].name),
			    json_new_integer(a, number));
	}
	return v;
}

struct json_object *
quarantine_write(struct arena *a, const struct quarantine *q)
{
	struct json_object *v = json_new_object(a), *one;

	for (size_t i = 1; i < OPERATION_MAX; i++) {
		one = write_operation(a, &q->operations[i]);
		if (json_len(one) > 0)
			json_set(v, slice_of(names[i]), one);
	}
	return v;
}

bool
quarantine_is_over(
    const struct job_quarantine *limits, const struct quarantine_tally *t)
{
	if (limits->total > 0 && t->failed + t->references > limits->total)
		return true;
	if (t->failed < limits->failures)
		return false;
	if (limits->failures_max > 0 && t->failed > limits->failures_max)
		return true;
	return limits->percent > 0 &&
	    t->failed * 100 > limits->percent * (t->failed + t->done);
}

int64_t
quarantine_until(
    const struct quarantine *q, enum operation operation, int64_t now)
{
	int64_t until = q->operations[operation].until;

	return until > now ? until : 0;
}

/* It was tried again, and TALLY came of it. */
static enum quarantine_change
note_trial(struct quarantine_operation *o, const struct quarantine_tally *tally,
    int64_t now)
{
	int64_t ms = HOUR_MS;

	if (tally->done > 0) {
		memset(o, 0, sizeof(*o));
		return QUARANTINE_LIFTED;
	}
	if (tally->failed + tally->references == 0)
		return QUARANTINE_SAME;
	for (int64_t i = 0; i < o->rests && ms < DAY_MS; i++)
		ms *= 2;
	o->until = now + (ms < DAY_MS ? ms : DAY_MS);
	o->rests++;
	return QUARANTINE_SAME;
}

static void
add(struct quarantine_operation *o, const struct quarantine_tally *tally,
    int64_t now)
{
	if (o->since == 0 || now - o->since >= DAY_MS) {
		memset(&o->tally, 0, sizeof(o->tally));
		o->since = now;
	}
	o->tally.done += tally->done;
	o->tally.failed += tally->failed;
	o->tally.references += tally->references;
}

enum quarantine_change
quarantine_note(struct quarantine *q, const struct job_quarantine *limits,
    enum operation operation, const struct quarantine_tally *tally, int64_t now)
{
	struct quarantine_operation *o = &q->operations[operation];

	if (operation == OPERATION_NONE || o->until > now ||
	    tally->done + tally->failed + tally->references == 0)
		return QUARANTINE_SAME;
	if (o->until != 0)
		return note_trial(o, tally, now);
	add(o, tally, now);
	if ((tally->foreign == 0 || tally->done > 0) &&
	    !quarantine_is_over(limits, &o->tally))
		return QUARANTINE_SAME;
	o->until = now + HOUR_MS;
	o->rests = 1;
	return QUARANTINE_BEGAN;
}
