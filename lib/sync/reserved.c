/*
 * reserved.c: unique values that objects are to get, in two generations: the
 * older one goes as a whole.
 */
#include <stdlib.h>

#include "base/log.h"
#include "base/text.h"
#include "json/json.h"
#include "sync/reserved.h"

enum { GENERATION_MS = 60 * 1000 };

/* The subject of each value, by attribute and value. */
struct generation {
	struct arena *a;
	struct json_object *subjects;
};

struct reserved {
	struct generation now, before;
	int64_t since;	 /* ms, the one of now */
	struct arena *a; /* for a moment */
};

static void
open_generation(struct generation *g)
{
	g->a = arena_new();
	g->subjects = json_new_object(g->a);
}

struct reserved *
reserved_open(void)
{
	struct reserved *r = calloc(1, sizeof(*r));

	if (r == NULL)
		fatal("out of memory");
	open_generation(&r->now);
	open_generation(&r->before);
	r->a = arena_new();
	return r;
}

void
reserved_close(struct reserved *r)
{
	if (r == NULL)
		return;
	arena_free(r->now.a);
	arena_free(r->before.a);
	arena_free(r->a);
	free(r);
}

void
reserved_begin(struct reserved *r, int64_t now)
{
	if (now - r->since < GENERATION_MS && now >= r->since)
		return;
	arena_free(r->before.a);
	r->before = r->now;
	open_generation(&r->now);
	r->since = now;
}

static void
clear(struct generation *g)
{
	arena_reset(g->a);
	g->subjects = json_new_object(g->a);
}

void
reserved_clear(struct reserved *r)
{
	clear(&r->now);
	clear(&r->before);
}

/* Type and attribute, and the value as it is compared. */
static const char *
name_of(struct reserved *r, const struct unique *u)
{
	struct slice text = json_text(r->a, u->value);

	if (!u->row->exact)
		text = text_fold(r->a, text);
	return arena_printf(r->a, "%.*s %.*s %.*s", SLICE_ARG(u->type),
	    SLICE_ARG(u->row->key), SLICE_ARG(text));
}

/* For whom it is, or "". */
static struct slice
subject_of(const struct reserved *r, const char *name)
{
	struct slice subject = json_string(json_get(r->now.subjects, name));

	return subject.len > 0
	    ? subject
	    : json_string(json_get(r->before.subjects, name));
}

bool
reserved_take(
    struct reserved *r, const struct unique *u, const struct uuid *subject)
{
	struct slice old;
	const char *name;
	char id[UUID_TEXT_SIZE];

	arena_reset(r->a);
	uuid_format(subject, id);
	name = name_of(r, u);
	old = subject_of(r, name);
	if (old.len > 0)
		return slice_equal(old, slice_of(id));
	json_set(r->now.subjects, slice_of(name),
	    json_new_string(r->now.a, slice_of(id)));
	return true;
}

void
reserved_release(
    struct reserved *r, const struct unique *u, const struct uuid *subject)
{
	const char *name;
	char id[UUID_TEXT_SIZE];

	arena_reset(r->a);
	uuid_format(subject, id);
	name = name_of(r, u);
	if (!slice_equal(subject_of(r, name), slice_of(id)))
		return;
	json_delete(r->now.subjects, slice_of(name));
	json_delete(r->before.subjects, slice_of(name));
}
