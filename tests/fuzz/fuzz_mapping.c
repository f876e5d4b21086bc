/*
 * fuzz_mapping.c: any mappings, evaluated for a person: what was sent once is
 * not sent again, what was created is as it flows, and what a dialect makes
 * of changes is JSON.
 *
 *	{"mappings": [...], "exported": {...}, "dialect": {...}}
 */
#include <stdint.h>

#include "person.h"
#include "require.h"
#include "sync/dialect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct sample {
	struct arena *a;
	struct mapping mapping;
	struct flow *flows;
	size_t nflows;
	struct dialect dialect;
};

static int
resolve(void *arg, struct slice type, struct slice id, struct slice *target,
    struct error *err)
{
	(void)arg;
	(void)type;
	*target = SLICE("t");
	if (id.len > 12)
		return error_set(err, ERR_BUSY, "not to be told");
	return id.len % 2 == 0;
}

static bool
evaluate(struct sample *s, bool creates)
{
	struct expression_world expressions = person_world();
	const struct mapping_world world = { .expressions = &expressions,
		.resolve = resolve };
	struct error err = { .code = ERR_NONE };

	if (mapping_evaluate(s->a, &s->mapping, person_tree(s->a), &world,
		creates, &s->flows, &s->nflows, &err) == -1) {
		require(err.code != ERR_NONE);
		return false;
	}
	require(s->nflows == s->mapping.nrows);
	return true;
}

static size_t
count_changes(
    const struct sample *s, const struct known *known, struct change **out)
{
	size_t n;

	difference(s->a, s->flows, s->nflows, known, out, &n);
	return n;
}

static void
check_json(struct arena *a, const struct json_object *v)
{
	struct json_object *again;
	struct error err;

	require(json_parse(a, json_text(a, v), &again, &err) == 0);
	require(json_equal(v, again));
}

/*
 * Elements of one list by different filters may be the same element; what is
 * in a password nobody knows.
 */
static bool
is_comparable(const struct mapping *m)
{
	for (size_t i = 0; i < m->nrows; i++) {
		if (m->rows[i].redacted)
			return false;
		for (size_t k = 0; k < i; k++) {
			const struct place *p = &m->rows[i].place;
			const struct place *q = &m->rows[k].place;

			if (p->in_list && slice_equal_nocase(p->urn, q->urn) &&
			    slice_equal_nocase(p->name, q->name) &&
			    !place_same_element(p, q))
				return false;
		}
	}
	return true;
}

static void
check_created(const struct sample *s)
{
	struct dialect plain = s->dialect;
	struct known known = { .exported = NULL };
	struct change *changes;
	struct json_object *body;

	plain.text_booleans = 0;
	body = dialect_create(
	    s->a, &plain, SLICE(URN_USER), s->flows, s->nflows, SLICE("1"));
	check_json(s->a, body);
	known.exported = difference_exported(s->a, s->flows, s->nflows, &known);
	known.resource = body;
	if (is_comparable(&s->mapping))
		require(count_changes(s, &known, &changes) == 0);
}

static void
check_changes(const struct sample *s, struct json_object *exported)
{
	struct known known = { .exported = exported };
	struct change *changes;
	size_t n = count_changes(s, &known, &changes);
	struct json_object *patch;

	check_json(s->a, difference_show(s->a, changes, n));
	patch = dialect_patch(s->a, &s->dialect, changes, n);
	require((patch == NULL) == (n == 0));
	check_json(s->a, patch);
	check_json(s->a, dialect_put(s->a, &s->dialect, exported, changes, n));
	known.exported = difference_exported(s->a, s->flows, s->nflows, &known);
	check_json(s->a, known.exported);
	require(count_changes(s, &known, &changes) == 0);
}

static void
check_matches(const struct sample *s)
{
	for (size_t i = 0; i < s->mapping.nmatches; i++) {
		struct slice filter = dialect_match_filter(s->a, &s->dialect,
		    &s->mapping.matches[i], s->flows, s->nflows);

		if (filter.data != NULL)
			require(
			    dialect_query(s->a, SLICE("/Users"), filter).len >
			    filter.len);
	}
}

static void
check(struct arena *a, const struct json_object *json)
{
	struct expression_environment env = person_environment();
	const struct mapping_types types = { .source = &env,
		.target = env.type };
	struct json_object *exported = json_attr(json, SLICE("exported"));
	struct sample s = { .a = a };
	struct error err = { .code = ERR_NONE };

	if (mapping_compile(a, json_attr(json, SLICE("mappings")), &types,
		&s.mapping, &err) == -1) {
		require(err.code == ERR_INVALID_VALUE);
		return;
	}
	if (dialect_read(json_attr(json, SLICE("dialect")), &s.dialect, &err) ==
	    -1)
		return;
	if (json_kind(exported) != JSON_OBJECT)
		exported = json_new_object(a);
	if (evaluate(&s, true)) {
		check_created(&s);
		check_matches(&s);
	}
	if (evaluate(&s, false))
		check_changes(&s, exported);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = { (const char *)data, size };
	struct arena *a = arena_new();
	struct json_object *json;
	struct error err;

	if (json_parse(a, text, &json, &err) == 0)
		check(a, json);
	arena_free(a);
	return 0;
}
