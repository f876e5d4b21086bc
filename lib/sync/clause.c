/*
 * clause.c: the operators of scoping filters: the table, and when each is met.
 */
#include <string.h>

#include "base/nelem.h"
#include "sync/clause.h"

/* One clause for one person. */
struct trial {
	struct arena *a;
	const struct clause *c;
	const struct json_object *person;
	const struct scope_world *world;
	struct datum v;
	struct slice text; /* V as text; no data: null */
	struct error *err;
};

static int
is_equal(struct trial *t)
{
	return slice_equal(t->text, t->c->wanted);
}

static int
is_not_equal(struct trial *t)
{
	return !slice_equal(t->text, t->c->wanted);
}

static int
is_true(struct trial *t)
{
	bool b;

	return datum_as_boolean(&t->v, &b) == 0 && b;
}

static int
is_false(struct trial *t)
{
	bool b;

	return datum_as_boolean(&t->v, &b) == 0 && !b;
}

static int
is_null(struct trial *t)
{
	return datum_is_empty(&t->v);
}

static int
is_not_null(struct trial *t)
{
	return !datum_is_empty(&t->v);
}

static int
matches(struct trial *t)
{
	return regex_search(t->c->regex, t->text, t->err);
}

static int
matches_not(struct trial *t)
{
	int met = matches(t);

	return met == -1 ? -1 : !met;
}

/* Integers only: of anything else neither is met. */
static int
is_greater(struct trial *t)
{
	int64_t n;

	return datum_as_integer(&t->v, &n) == 0 && n > t->c->number;
}

static int
is_greater_or_equal(struct trial *t)
{
	int64_t n;

	return datum_as_integer(&t->v, &n) == 0 && n >= t->c->number;
}

static int
ends_with(struct trial *t)
{
	struct slice end = t->c->wanted;

	return t->text.len >= end.len &&
	    slice_equal(slice_from(t->text, t->text.len - end.len), end);
}

static int
starts_with(struct trial *t)
{
	struct slice start = t->c->wanted;

	return t->text.len >= start.len &&
	    slice_equal((struct slice){ t->text.data, start.len }, start);
}

static bool
holds(struct slice text, struct slice part)
{
	return part.len == 0 ||
	    (text.len > 0 &&
		memmem(text.data, text.len, part.data, part.len) != NULL);
}

static int
includes(struct trial *t)
{
	return holds(t->text, t->c->wanted);
}

static int
is_inside(struct trial *t)
{
	return holds(t->c->wanted, t->text);
}

static int
is_not_inside(struct trial *t)
{
	return !holds(t->c->wanted, t->text);
}

static int
is_in(struct trial *t)
{
	for (size_t i = 0; i < t->c->nwords; i++)
		if (slice_equal(t->text, t->c->words[i]))
			return 1;
	return 0;
}

static int
is_member(struct trial *t)
{
	if (t->world->is_member == NULL)
		return error_set(
		    t->err, ERR_INTERNAL, "who is a member is not known here");
	return t->world->is_member(t->world->arg, t->c->wanted, t->err);
}

/*
 * Where the person's date lies from that of the clause: -1, 0, 1; 2 when
 * one is null or the person's is no date.
 */
static int
compare_dates(struct trial *t, int *order)
{
	struct datum wanted;
	int64_t mine, other;

	*order = 2;
	if (datum_as_date(&t->v, &mine) == -1)
		return 0;
	if (expression_evaluate(t->a, t->c->date, t->person,
		t->world->expressions, &wanted, t->err) == -1)
		return -1;
	if (datum_is_empty(&wanted))
		return 0;
	if (datum_as_date(&wanted, &other) == -1)
		return error_set(t->err, ERR_INVALID_VALUE,
		    "the value of the clause is no date");
	*order = (mine > other) - (mine < other);
	return 0;
}

static int
is_before(struct trial *t)
{
	int order;

	return compare_dates(t, &order) == -1 ? -1 : order == -1;
}

static int
is_on_or_before(struct trial *t)
{
	int order;

	return compare_dates(t, &order) == -1 ? -1 : order <= 0;
}

static int
is_after(struct trial *t)
{
	int order;

	return compare_dates(t, &order) == -1 ? -1 : order == 1;
}

static int
is_on_or_after(struct trial *t)
{
	int order;

	return compare_dates(t, &order) == -1 ? -1 : order == 0 || order == 1;
}

/* clang-format off */
/* The first 14 as Entra has them; an underscore is a space. */
static const struct clause_op operators[] = {
	{ { "EQUALS", 6 },		   NEEDS_SAME,	  false, is_equal },
	{ { "NOT EQUALS", 10 },		   NEEDS_SAME,	  false, is_not_equal },
	{ { "IS TRUE", 7 },		   NEEDS_NOTHING, false, is_true },
	{ { "IS FALSE", 8 },		   NEEDS_NOTHING, false, is_false },
	{ { "IS NULL", 7 },		   NEEDS_NOTHING, true,  is_null },
	{ { "IS NOT NULL", 11 },	   NEEDS_NOTHING, true,  is_not_null },
	{ { "REGEX MATCH", 11 },	   NEEDS_REGEX,	  false, matches },
	{ { "NOT REGEX MATCH", 15 },	   NEEDS_REGEX,	  false, matches_not },
	{ { "GREATER THAN", 12 },	   NEEDS_NUMBER,  false, is_greater },
	{ { "GREATER THAN OR EQUALS", 22 }, NEEDS_NUMBER, false, is_greater_or_equal },
	{ { "ENDS WITH", 9 },		   NEEDS_TEXT,	  false, ends_with },
	{ { "INCLUDES", 8 },		   NEEDS_TEXT,	  false, includes },
	{ { "&", 1 },			   NEEDS_TEXT,	  false, is_inside },
	{ { "!&", 2 },			   NEEDS_TEXT,	  false, is_not_inside },
	/* Beyond it. */
	{ { "STARTS WITH", 11 },	   NEEDS_TEXT,	  false, starts_with },
	{ { "IN", 2 },			   NEEDS_WORDS,	  false, is_in },
	{ { "IS MEMBER OF", 12 },	   NEEDS_GROUP,	  true,  is_member },
	{ { "BEFORE", 6 },		   NEEDS_DATE,	  false, is_before },
	{ { "ON OR BEFORE", 12 },	   NEEDS_DATE,	  false, is_on_or_before },
	{ { "AFTER", 5 },		   NEEDS_DATE,	  false, is_after },
	{ { "ON OR AFTER", 11 },	   NEEDS_DATE,	  false, is_on_or_after },
};
/* clang-format on */

const struct clause_op *
clause_op_at(size_t i)
{
	return i < NELEM(operators) ? &operators[i] : NULL;
}

struct slice
scope_operator(size_t i)
{
	return i < NELEM(operators) ? operators[i].word
				    : (struct slice){ NULL, 0 };
}

int
clause_evaluate(struct arena *a, const struct clause *c,
    const struct json_object *person, const struct scope_world *world,
    struct scope_step *step, struct error *err)
{
	struct trial t = {
		.a = a, .c = c, .person = person, .world = world, .err = err
	};

	step->op = c->op->word;
	step->wanted = c->wanted;
	step->attribute = SLICE("");
	if (c->attribute != NULL) {
		attribute_read(a, c->attribute, person, &t.v);
		step->attribute = c->attribute->name;
		step->value = datum_shown(a, &t.v);
		t.text = datum_print(a, &t.v);
	}
	if (!c->op->takes_null &&
	    (datum_is_empty(&t.v) || t.v.kind == DATUM_LIST))
		step->met = 0;
	else
		step->met = c->op->met(&t);
	return step->met;
}
