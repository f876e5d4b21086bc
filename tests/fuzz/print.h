/*
 * print.h: a filter as text again, with the parentheses that it needs.
 */
#ifndef FUZZ_PRINT_H
#define FUZZ_PRINT_H

#include "base/buf.h"
#include "base/text.h"
#include "scim/filter.h"

struct printer {
	struct buf	text;
	int		depth;
	bool		outside;	/* of the limits or the grammar */
};

/* OR binds least, terms bind most (FILTER-04). */
static inline int
print_rank(const struct filter *f)
{
	return f->op == FILTER_OR ? 1 : f->op == FILTER_AND ? 2 : 3;
}

static inline void
print_value(struct buf *b, const struct filter_value *value)
{
	switch (value->kind) {
	case FILTER_NULL:
		buf_puts(b, "null");
		break;
	case FILTER_BOOLEAN:
		buf_puts(b, value->boolean ? "true" : "false");
		break;
	case FILTER_STRING:
		buf_json_string(b, value->text);
		break;
	default:
		buf_slice(b, value->text);
	}
}

static inline void print_tree(struct printer *p, const struct filter *f);

static inline void
print_nested(
    struct printer *p, const char *open, const struct filter *f, char close)
{
	buf_puts(&p->text, open);
	p->outside |= ++p->depth > FILTER_DEPTH_MAX;
	print_tree(p, f);
	p->depth--;
	buf_putc(&p->text, close);
}

static inline void
print_operand(struct printer *p, const struct filter *f, int rank)
{
	if (print_rank(f) < rank)
		print_nested(p, "(", f, ')');
	else
		print_tree(p, f);
}

static inline void
print_tree(struct printer *p, const struct filter *f)
{
	switch (f->op) {
	case FILTER_AND:
	case FILTER_OR:
		print_operand(p, f->left, print_rank(f));
		buf_puts(&p->text, f->op == FILTER_AND ? " and " : " or ");
		print_operand(p, f->right, print_rank(f) + 1);
		break;
	case FILTER_NOT:
		print_nested(p, "not (", f->left, ')');
		break;
	case FILTER_VALUE_PATH:
		buf_slice(&p->text, f->name);
		print_nested(p, "[", f->left, ']');
		break;
	default:
		/* Behind "]." stands a name that none may have elsewhere. */
		p->outside |= slice_equal_nocase(f->name, SLICE("not"));
		buf_slice(&p->text, f->name);
		buf_printf(&p->text, " %s ", filter_op_word(f->op));
		if (f->op != FILTER_PR)
			print_value(&p->text, &f->value);
	}
}

/*
 * F as text in A, which the parser reads as F again; false when it cannot:
 * too long or too deep now, or a word is not UTF-8.
 */
static inline bool
print_filter(struct arena *a, const struct filter *f, struct slice *out)
{
	struct printer p = { .depth = 0 };
	bool fits;

	buf_init(&p.text, FILTER_LEN_MAX);
	print_tree(&p, f);
	*out = arena_slice(a, buf_text(&p.text));
	fits = !p.outside && !buf_overflowed(&p.text) && text_is_utf8(*out);
	buf_fini(&p.text);
	return fits;
}

#endif
