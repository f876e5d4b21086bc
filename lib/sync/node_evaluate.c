/*
 * node_evaluate.c: the value of a tree, and how functions get at their
 * arguments: one by one, so that what is not needed is not evaluated.
 */
#include <stdarg.h>
#include <stdio.h>

#include "base/text_letter.h"
#include "sync/date.h"
#include "sync/function.h"

int
run_charge(struct run *r, const struct node *n, size_t steps)
{
	unsigned max = r->world->steps_max;

	if (max == 0)
		max = EXPRESSION_STEPS_MAX;
	if (steps > max - r->steps)
		return node_fail(
		    r->err, ERR_TOO_MANY, n, "more than %u steps", max);
	r->steps += (unsigned)steps;
	return 0;
}

static int
evaluate_call(struct run *r, const struct node *n, struct datum *out)
{
	struct call c = { .r = r, .node = n };

	*out = (struct datum){ .kind = DATUM_NULL };
	if (n->function->call(&c, out) == -1)
		return -1;
	out->redacted |= c.redacted;
	return 0;
}

int
node_evaluate(struct run *r, const struct node *n, struct datum *out)
{
	*out = n->constant;
	if (run_charge(r, n, 1) == -1)
		return -1;
	switch (n->kind) {
	case NODE_ATTRIBUTE:
		attribute_read(r->a, n->attribute, r->person, out);
		return run_charge(r, n, out->nitems + out->text.len / 64);
	case NODE_CALL:
		return evaluate_call(r, n, out);
	case NODE_COMPARE:
		return node_compare(r, n, out);
	default:
		return 0;
	}
}

bool
call_has(const struct call *c, size_t i)
{
	return i < c->node->nargs && c->node->args[i]->kind != NODE_EMPTY;
}

const struct node *
call_node(const struct call *c, size_t i)
{
	return c->node->args[i];
}

int
call_fail(struct call *c, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return node_fail(c->r->err, ERR_INVALID_VALUE, c->node, "%s: %s",
	    c->node->function->name.data, text);
}

int
call_value(struct call *c, size_t i, struct datum *out)
{
	*out = (struct datum){ .kind = DATUM_NULL };
	if (!call_has(c, i))
		return 0;
	if (node_evaluate(c->r, c->node->args[i], out) == -1)
		return -1;
	c->redacted |= out->redacted;
	return 0;
}

/* The same, for what takes one value; the check has seen to that, but the
 * person's tree may hold anything. */
static int
single(struct call *c, size_t i, struct datum *out)
{
	if (call_value(c, i, out) == -1)
		return -1;
	if (out->kind == DATUM_LIST)
		return call_fail(c, "argument %zu has several values", i + 1);
	return 0;
}

int
call_text(struct call *c, size_t i, struct slice *out)
{
	struct datum v;

	if (single(c, i, &v) == -1)
		return -1;
	*out = datum_print(c->r->a, &v);
	if (out->len > EXPRESSION_TEXT_MAX)
		return node_fail(c->r->err, ERR_TOO_MANY, c->node->args[i],
		    "text longer than %d bytes", EXPRESSION_TEXT_MAX);
	return run_charge(c->r, c->node, out->len / 64);
}

/* What an argument is not, named by how it is shown. */
static int
refuse(struct call *c, const struct datum *v, const char *what)
{
	struct slice shown =
	    letter_part(datum_shown(c->r->a, v), 0, CALL_SHOWN_MAX);

	return call_fail(c, "'%.*s' is no %s", SLICE_ARG(shown), what);
}

int
call_integer(struct call *c, size_t i, int64_t *out, bool *is_null)
{
	struct datum v;

	*out = 0;
	if (single(c, i, &v) == -1)
		return -1;
	*is_null = datum_is_empty(&v);
	if (*is_null || datum_as_integer(&v, out) == 0)
		return 0;
	return refuse(c, &v, "number");
}

int
call_date(struct call *c, size_t i, int64_t *out, bool *is_null)
{
	struct datum v;

	*out = 0;
	if (single(c, i, &v) == -1)
		return -1;
	*is_null = datum_is_empty(&v);
	if (*is_null || datum_as_date(&v, out) == 0)
		return 0;
	return refuse(c, &v, "date");
}

int
call_condition(struct call *c, size_t i, int *out)
{
	struct datum v;
	bool met;

	*out = CALL_UNKNOWN;
	if (single(c, i, &v) == -1)
		return -1;
	if (datum_is_empty(&v))
		return 0;
	if (datum_as_boolean(&v, &met) == -1)
		return refuse(c, &v, "condition");
	*out = met;
	return 0;
}

int
call_regex(struct call *c, size_t i, const struct regex **out)
{
	struct slice pattern;
	struct regex *re;
	struct error inner;

	*out = c->node->args[i]->regex;
	if (*out != NULL)
		return 0;
	if (call_text(c, i, &pattern) == -1)
		return -1;
	if (pattern.data == NULL)
		pattern = SLICE("");
	if (regex_compile(c->r->a, pattern, &re, &inner) == -1)
		return call_fail(c, "%s", inner.detail);
	*out = re;
	return 0;
}

int
call_take_text(struct call *c, struct buf *b, struct datum *out)
{
	bool overflow = buf_overflowed(b);

	*out = datum_text(
	    arena_slice(c->r->a, b->len > 0 ? buf_text(b) : SLICE("")));
	buf_fini(b);
	if (overflow)
		return node_fail(c->r->err, ERR_TOO_MANY, c->node,
		    "text longer than %d bytes", EXPRESSION_TEXT_MAX);
	return run_charge(c->r, c->node, out->text.len / 64);
}

/* -1, 0 or 1 as X is before, at or behind Y. */
static int
order_of(int64_t x, int64_t y)
{
	return (x > y) - (x < y);
}

/*
 * A date decides first, then a boolean, then a number, as what the other is
 * read; what cannot be read so is compared as text.
 */
static int
order(struct arena *a, const struct datum *x, const struct datum *y)
{
	int64_t i, j;
	bool b, d;
	struct slice s, t;
	int differ;

	if ((x->kind == DATUM_DATE || y->kind == DATUM_DATE) &&
	    datum_as_date(x, &i) == 0 && datum_as_date(y, &j) == 0)
		return order_of(i, j);
	if ((x->kind == DATUM_BOOLEAN || y->kind == DATUM_BOOLEAN) &&
	    datum_as_boolean(x, &b) == 0 && datum_as_boolean(y, &d) == 0)
		return order_of(b, d);
	if ((x->kind == DATUM_INTEGER || y->kind == DATUM_INTEGER) &&
	    datum_as_integer(x, &i) == 0 && datum_as_integer(y, &j) == 0)
		return order_of(i, j);
	s = datum_print(a, x);
	t = datum_print(a, y);
	differ = memcmp(s.data, t.data, s.len < t.len ? s.len : t.len);
	return differ != 0 ? order_of(differ, 0)
			   : order_of((int64_t)s.len, (int64_t)t.len);
}

static bool
is_met(enum comparison op, int order)
{
	switch (op) {
	case COMPARE_EQ:
		return order == 0;
	case COMPARE_NE:
		return order != 0;
	case COMPARE_LT:
		return order < 0;
	case COMPARE_LE:
		return order <= 0;
	case COMPARE_GT:
		return order > 0;
	default:
		return order >= 0;
	}
}

int
node_compare(struct run *r, const struct node *n, struct datum *out)
{
	struct datum x, y;

	if (node_evaluate(r, n->args[0], &x) == -1 ||
	    node_evaluate(r, n->args[1], &y) == -1)
		return -1;
	if (x.kind == DATUM_LIST || y.kind == DATUM_LIST)
		return node_fail(r->err, ERR_INVALID_VALUE, n,
		    "several values cannot be compared");
	*out = datum_boolean(n->op == COMPARE_NE);
	if (x.kind != DATUM_NULL && y.kind != DATUM_NULL)
		*out = datum_boolean(is_met(n->op, order(r->a, &x, &y)));
	else if (n->op <= COMPARE_NE && x.kind == y.kind)
		*out = datum_boolean(n->op == COMPARE_EQ);
	out->redacted = x.redacted || y.redacted;
	return 0;
}
