/*
 * function_replace.c: Replace, whose five modes are told apart by what
 * arguments it is given:
 *
 *	old, replacement		for each place of the old text
 *	old, template			the source, for the old text in it
 *	regex, replacement		for each match
 *	regex, group, replacement	for what the group matched alone
 *	regex, group, attribute		when there is no source: the group out
 *					of that attribute
 */
#include "base/text_letter.h"
#include "sync/function.h"

enum { SOURCE, OLD, REGEX, GROUP, REPLACEMENT, ATTRIBUTE, TEMPLATE };

/* TEXT with BY for every OLD in it; nothing is found of "". */
static int
replace_all(struct call *c, struct slice text, struct slice old,
    struct slice by, struct datum *out)
{
	struct buf b;
	const char *at;

	buf_init(&b, EXPRESSION_TEXT_MAX);
	while (old.len > 0 && text.len > 0 && !buf_overflowed(&b) &&
	    (at = memmem(text.data, text.len, old.data, old.len)) != NULL) {
		buf_add(&b, text.data, (size_t)(at - text.data));
		buf_slice(&b, by);
		text = slice_from(text, (size_t)(at - text.data) + old.len);
	}
	buf_slice(&b, text);
	return call_take_text(c, &b, out);
}

static int
by_text(struct call *c, struct slice source, struct datum *out)
{
	struct slice old, by, template;

	if (call_text(c, OLD, &old) == -1 ||
	    call_text(c, REPLACEMENT, &by) == -1 ||
	    call_text(c, TEMPLATE, &template) == -1)
		return -1;
	if (call_has(c, TEMPLATE))
		return replace_all(c, template, old, source, out);
	return replace_all(c, source, old, by, out);
}

/* What a limit of a regular expression says, with the place of the call. */
static int
limited(struct call *c, const struct error *inner)
{
	return node_fail(
	    c->r->err, inner->code, c->node, "Replace: %s", inner->detail);
}

static int
group_of(struct call *c, const struct regex *re, struct slice *group)
{
	*group = (struct slice){ NULL, 0 };
	if (!call_has(c, GROUP))
		return 0;
	if (call_text(c, GROUP, group) == -1)
		return -1;
	if (group->data == NULL || !regex_has_group(re, *group))
		return call_fail(c, "the regular expression has no group %.*s",
		    SLICE_ARG(letter_part(*group, 0, CALL_SHOWN_MAX)));
	return 0;
}

static int
by_regex(struct call *c, struct slice source, struct datum *out)
{
	const struct regex *re;
	struct slice group, by;
	struct error inner;
	struct buf b;

	if (call_regex(c, REGEX, &re) == -1 || group_of(c, re, &group) == -1 ||
	    call_text(c, REPLACEMENT, &by) == -1)
		return -1;
	buf_init(&b, EXPRESSION_TEXT_MAX);
	if (regex_replace(re, source, group, by, &b, &inner) == -1) {
		buf_fini(&b);
		return limited(c, &inner);
	}
	return call_take_text(c, &b, out);
}

static int
out_of_attribute(struct call *c, struct datum *out)
{
	const struct regex *re;
	struct slice group, from, found;
	struct error inner;
	int met;

	if (call_regex(c, REGEX, &re) == -1 || group_of(c, re, &group) == -1 ||
	    call_text(c, ATTRIBUTE, &from) == -1)
		return -1;
	if (from.data == NULL)
		return 0;
	if (group.data == NULL)
		group = SLICE("0");
	met = regex_extract(re, from, group, &found, &inner);
	if (met == -1)
		return limited(c, &inner);
	if (met == 1)
		*out = datum_text(found);
	return 0;
}

int
function_replace(struct call *c, struct datum *out)
{
	struct slice source;

	if (call_has(c, OLD) == call_has(c, REGEX))
		return call_fail(
		    c, "either an old value or a regular expression");
	if (call_text(c, SOURCE, &source) == -1)
		return -1;
	if (call_has(c, ATTRIBUTE) && call_has(c, REGEX)) {
		if (source.len == 0)
			return out_of_attribute(c, out);
		*out = datum_text(source);
		return 0;
	}
	if (source.data == NULL)
		return 0;
	return call_has(c, OLD) ? by_text(c, source, out)
				: by_regex(c, source, out);
}
