/*
 * clause_compile.c: a clause as JSON becomes one that can be tried: what its
 * operator needs is there, and of the kind of its attribute.
 */
#include "base/number.h"
#include "json/json.h"
#include "sync/clause.h"
#include "sync/date.h"
#include "sync/nearest.h"

static int
find_operator(struct arena *a, struct slice word, const struct clause_op **out,
    struct error *err)
{
	char *spaced = arena_strndup(a, word.data, word.len);
	struct nearest near = NEAREST_NONE;

	for (size_t i = 0; i < word.len; i++)
		if (spaced[i] == '_')
			spaced[i] = ' ';
	word.data = spaced;
	for (size_t i = 0; (*out = clause_op_at(i)) != NULL; i++) {
		if (slice_equal_nocase((*out)->word, word))
			return 0;
		nearest_try(&near, word, (*out)->word);
	}
	return error_set(err, ERR_INVALID_VALUE, "no operator %.*s%s%.*s%s",
	    SLICE_ARG(word), NEAREST_ARG(near));
}

/* What cannot hold text, number or boolean is no value of a clause. */
static int
read_text(struct arena *a, struct json_object *v, struct slice *out,
    struct error *err)
{
	struct datum d = datum_of_json(a, v);

	if (d.kind == DATUM_NULL || d.kind == DATUM_OBJECT ||
	    d.kind == DATUM_LIST)
		return error_set(err, ERR_INVALID_VALUE,
		    "a value expected, not %s", json_kind_name(json_kind(v)));
	*out = datum_print(a, &d);
	return 0;
}

/* TEXT as values of the kind of the attribute are written: "True", "12". */
static int
conform(struct arena *a, const struct clause *c, struct slice *text,
    struct error *err)
{
	struct datum d = datum_text(*text);

	switch (c->attribute->kind) {
	case DATUM_BOOLEAN:
		if (datum_as_boolean(&d, &d.boolean) == -1)
			return error_set(err, ERR_INVALID_VALUE,
			    "'%.*s' is neither True nor False",
			    SLICE_ARG(*text));
		d = datum_boolean(d.boolean);
		break;
	case DATUM_INTEGER:
		if (datum_as_integer(&d, &d.integer) == -1)
			return error_set(err, ERR_INVALID_VALUE,
			    "'%.*s' is no integer", SLICE_ARG(*text));
		d = datum_integer(d.integer);
		break;
	default:
		return 0;
	}
	*text = datum_print(a, &d);
	return 0;
}

static int
read_words(
    struct arena *a, struct clause *c, struct json_object *v, struct error *err)
{
	size_t n = json_len(v);

	if (json_kind(v) != JSON_ARRAY || n == 0 || n > SCOPE_VALUES_MAX)
		return error_set(err, ERR_INVALID_VALUE,
		    "an array of 1 to %d values expected", SCOPE_VALUES_MAX);
	c->words = arena_calloc(a, n, sizeof(*c->words));
	for (c->nwords = 0; c->nwords < n; c->nwords++)
		if (read_text(a, json_at(v, c->nwords), &c->words[c->nwords],
			err) == -1 ||
		    conform(a, c, &c->words[c->nwords], err) == -1)
			return -1;
	c->wanted = json_text(a, v);
	return 0;
}

/* A date, or an expression that gives one: DateAdd("d", 14, Now()). */
static int
read_date(struct arena *a, struct clause *c,
    const struct expression_environment *env, struct error *err)
{
	struct slice text = c->wanted;
	int64_t ticks;

	if (date_parse(text, &ticks) == 0)
		text = slice_of(
		    arena_printf(a, "CDate(\"%.*s\")", SLICE_ARG(text)));
	return expression_compile(a, text, env, &c->date, err);
}

static int
read_value(struct arena *a, struct clause *c, struct json_object *v,
    const struct expression_environment *env, struct error *err)
{
	if (c->op->needs == NEEDS_NOTHING)
		return 0;
	if (c->op->needs == NEEDS_WORDS)
		return read_words(a, c, v, err);
	if (read_text(a, v, &c->wanted, err) == -1)
		return -1;
	switch (c->op->needs) {
	case NEEDS_NUMBER:
		if (parse_int(
			c->wanted, INT64_MIN, INT64_MAX, &c->number, NULL) == 0)
			return 0;
		return error_set(err, ERR_INVALID_VALUE, "'%.*s' is no integer",
		    SLICE_ARG(c->wanted));
	case NEEDS_REGEX:
		return regex_compile(a, c->wanted, &c->regex, err);
	case NEEDS_DATE:
		return read_date(a, c, env, err);
	case NEEDS_SAME:
		return conform(a, c, &c->wanted, err);
	default:
		return 0;
	}
}

static int
read_attribute(struct arena *a, struct clause *c, struct slice name,
    const struct expression_environment *env, struct error *err)
{
	if (c->op->needs == NEEDS_GROUP) {
		if (name.len > 0)
			return error_set(err, ERR_INVALID_VALUE,
			    "%s has no attribute", c->op->word.data);
		return 0;
	}
	if (name.len == 0)
		return error_set(err, ERR_INVALID_VALUE, "no attribute");
	c->attribute = arena_calloc(a, 1, sizeof(*c->attribute));
	if (attribute_resolve(a, env, name, c->attribute, err) == -1)
		return -1;
	if (c->op->takes_null)
		return 0;
	if (c->attribute->multi_valued || c->attribute->kind == DATUM_OBJECT)
		return error_set(err, ERR_INVALID_VALUE,
		    "[%.*s] has several values or parts: only IS NULL and "
		    "IS NOT NULL take those",
		    SLICE_ARG(name));
	return 0;
}

int
clause_compile(struct arena *a, const struct json_object *text,
    const struct expression_environment *env, struct clause *out,
    struct error *err)
{
	struct slice name = json_string(json_attr(text, SLICE("attribute")));
	struct slice word = json_string(json_attr(text, SLICE("operator")));

	*out = (struct clause){ .wanted = SLICE("") };
	if (find_operator(a, word, &out->op, err) == -1 ||
	    read_attribute(a, out, name, env, err) == -1)
		return -1;
	return read_value(a, out, json_attr(text, SLICE("value")), env, err);
}
