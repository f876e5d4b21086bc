/*
 * function_logic.c: conditions, choices, bits.
 */
#include "sync/function.h"

/* And of nothing but 1 is 1, of one 0 is 0, else it is not known. */
static int
combine(struct call *c, int decides, struct datum *out)
{
	int result = !decides, one;

	for (size_t i = 0; i < c->node->nargs; i++) {
		if (call_condition(c, i, &one) == -1)
			return -1;
		if (one == decides) {
			*out = datum_boolean(decides);
			return 0;
		}
		if (one == CALL_UNKNOWN)
			result = CALL_UNKNOWN;
	}
	if (result != CALL_UNKNOWN)
		*out = datum_boolean(result);
	return 0;
}

int
function_and(struct call *c, struct datum *out)
{
	return combine(c, 0, out);
}

int
function_or(struct call *c, struct datum *out)
{
	return combine(c, 1, out);
}

int
function_not(struct call *c, struct datum *out)
{
	int met;

	if (call_condition(c, 0, &met) == -1)
		return -1;
	if (met != CALL_UNKNOWN)
		*out = datum_boolean(!met);
	return 0;
}

int
function_cbool(struct call *c, struct datum *out)
{
	int met;

	if (call_condition(c, 0, &met) == -1)
		return -1;
	if (met != CALL_UNKNOWN)
		*out = datum_boolean(met);
	return 0;
}

int
function_iif(struct call *c, struct datum *out)
{
	int met;

	if (call_condition(c, 0, &met) == -1)
		return -1;
	return call_value(c, met == 1 ? 1 : 2, out);
}

int
function_bit_and(struct call *c, struct datum *out)
{
	int64_t m, n;
	bool no_m, no_n;

	if (call_integer(c, 0, &m, &no_m) == -1 ||
	    call_integer(c, 1, &n, &no_n) == -1)
		return -1;
	if (!no_m && !no_n)
		*out = datum_integer((int64_t)((uint64_t)m & (uint64_t)n));
	return 0;
}

int
function_coalesce(struct call *c, struct datum *out)
{
	for (size_t i = 0; i < c->node->nargs; i++) {
		if (call_value(c, i, out) == -1)
			return -1;
		if (out->kind != DATUM_NULL)
			return 0;
	}
	return 0;
}

int
function_ignore_flow(struct call *c, struct datum *out)
{
	if (call_value(c, 0, out) == -1)
		return -1;
	if (datum_is_empty(out))
		*out = (struct datum){ .kind = DATUM_NULL, .dropped = true };
	return 0;
}

/* Is the first argument so? */
static int
tell(struct call *c, bool (*is)(const struct datum *v), struct datum *out)
{
	struct datum v;

	if (call_value(c, 0, &v) == -1)
		return -1;
	*out = datum_boolean(is(&v));
	return 0;
}

static bool
is_null(const struct datum *v)
{
	return v->kind == DATUM_NULL;
}

static bool
is_present(const struct datum *v)
{
	return !datum_is_empty(v);
}

static bool
is_text(const struct datum *v)
{
	return v->kind == DATUM_TEXT;
}

int
function_is_null(struct call *c, struct datum *out)
{
	return tell(c, is_null, out);
}

int
function_is_null_or_empty(struct call *c, struct datum *out)
{
	return tell(c, datum_is_empty, out);
}

int
function_is_present(struct call *c, struct datum *out)
{
	return tell(c, is_present, out);
}

int
function_is_string(struct call *c, struct datum *out)
{
	return tell(c, is_text, out);
}

/* A key without characters is met by what is absent, too. */
static int
is_key(struct call *c, size_t i, struct slice source)
{
	struct slice key;

	if (call_text(c, i, &key) == -1)
		return -1;
	return slice_equal(source, key);
}

int
function_switch(struct call *c, struct datum *out)
{
	struct slice source;
	int met;

	if (call_text(c, 0, &source) == -1)
		return -1;
	for (size_t i = 2; i + 1 < c->node->nargs; i += 2) {
		met = is_key(c, i, source);
		if (met == -1)
			return -1;
		if (met == 1)
			return call_value(c, i + 1, out);
	}
	return call_value(c, 1, out);
}
