/*
 * literal.c: the values in a filter.
 */
#include "json/check.h"
#include "json/walk.h"
#include "scim/literal.h"

int
literal_string(
    struct arena *a, struct slice text, struct slice *out, size_t *used)
{
	struct error ignored;
	struct slice string;
	size_t i;

	for (i = 1; i < text.len && text.data[i] != '"'; i++)
		if (text.data[i] == '\\')
			i++;
	if (i >= text.len)
		return -1;
	string = (struct slice){ text.data, i + 1 };
	if (json_check(string, &ignored) == -1)
		return -1;
	*out = walk_string(a, string);
	*used = string.len;
	return 0;
}

void
literal_word(struct slice word, struct filter_value *value)
{
	struct error ignored;

	value->kind = FILTER_WORD;
	if (slice_equal(word, SLICE("null"))) {
		value->kind = FILTER_NULL;
	} else if (slice_equal(word, SLICE("true")) ||
	    slice_equal(word, SLICE("false"))) {
		value->kind = FILTER_BOOLEAN;
		value->boolean = word.len == 4;
	} else if ((*word.data == '-' ||
		       (*word.data >= '0' && *word.data <= '9')) &&
	    json_check(word, &ignored) == 0) {
		value->kind = FILTER_NUMBER;
	}
}
