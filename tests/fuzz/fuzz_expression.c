/*
 * fuzz_expression.c: any bytes as the expression of a mapping, evaluated for
 * a person: it is of the type that was told before, the same each time, and
 * the same inside functions that pass it on.
 */
#include <stdint.h>

#include "base/text.h"
#include "person.h"
#include "require.h"
#include "sync/function.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Of what kind V is must be among TYPES. */
static void
check_kind(const struct datum *v, unsigned types)
{
	static const unsigned kinds[] = {
		[DATUM_TEXT] = TYPE_TEXT,
		[DATUM_INTEGER] = TYPE_INTEGER,
		[DATUM_BOOLEAN] = TYPE_BOOLEAN,
		[DATUM_DATE] = TYPE_DATE,
		[DATUM_OBJECT] = TYPE_OBJECT,
		[DATUM_LIST] = TYPE_LIST,
	};

	if (v->kind == DATUM_NULL)
		return;
	require((kinds[v->kind] & types) != 0);
	require(!v->dropped);
	for (size_t i = 0; i < v->nitems; i++) {
		require(v->items[i].kind != DATUM_LIST);
		check_kind(&v->items[i], types);
	}
}

static int
evaluate(struct arena *a, const struct expression *e, struct datum *out)
{
	struct expression_world world = person_world();
	struct error err = { .code = ERR_NONE };
	int rc = expression_evaluate(a, e, person_tree(a), &world, out, &err);

	require((rc == -1) == (err.code != ERR_NONE));
	require(rc == 0 || text_is_utf8(slice_of(err.detail)));
	return rc;
}

/* BEFORE and AFTER round TEXT are the same value, where they may stand. */
static void
check_wrapped(struct arena *a, const char *before, struct slice text,
    const char *after, const struct datum *v)
{
	struct expression_environment env = person_environment();
	struct slice whole =
	    ARENA_JOIN(a, slice_of(before), text, slice_of(after));
	struct expression *e;
	struct datum again;
	struct error err;

	if (expression_compile(a, whole, &env, &e, &err) == 0 &&
	    evaluate(a, e, &again) == 0)
		require(datum_equal(v, &again) &&
		    v->redacted == again.redacted &&
		    v->dropped == again.dropped);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = { (const char *)data, size };
	struct arena *a = arena_new();
	struct expression_environment env = person_environment();
	struct expression *e;
	struct datum v, again;
	struct error err;

	if (expression_compile(a, text, &env, &e, &err) == -1) {
		require(text_is_utf8(slice_of(err.detail)));
	} else if (evaluate(a, e, &v) == 0) {
		check_kind(&v, e->root->types);
		require(evaluate(a, e, &again) == 0 && datum_equal(&v, &again));
		check_wrapped(a, "IIF(True,", text, ",1)", &v);
		check_wrapped(a, "Switch(1,,1,", text, ")", &v);
		datum_to_json(a, &v);
	}
	arena_free(a);
	return 0;
}
