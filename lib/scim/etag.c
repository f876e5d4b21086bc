/*
 * etag.c: versions of resources and conditions on them.
 */
#include "base/number.h"
#include "scim/etag.h"

struct slice
etag_of(struct arena *a, uint64_t version)
{
	char digits[NUMBER_LEN_MAX];

	return ARENA_JOIN(
	    a, SLICE("W/\""), number_text(version, digits), SLICE("\""));
}

/* The next tag of LIST without W/ and quotes; false at the end. */
static bool
next_tag(struct slice *list, struct slice *tag)
{
	if (!slice_next(list, ',', tag))
		return false;
	*tag = slice_trim(*tag);
	if (tag->len >= 2 && tag->data[0] == 'W' && tag->data[1] == '/')
		*tag = slice_from(*tag, 2);
	if (tag->len >= 2 && tag->data[0] == '"' &&
	    tag->data[tag->len - 1] == '"')
		*tag = (struct slice){ tag->data + 1, tag->len - 2 };
	return true;
}

bool
etag_list_has(struct slice list, uint64_t version)
{
	char digits[NUMBER_LEN_MAX];
	struct slice wanted = number_text(version, digits), tag;

	if (slice_equal(slice_trim(list), SLICE("*")))
		return true;
	while (next_tag(&list, &tag))
		if (slice_equal(tag, wanted))
			return true;
	return false;
}

int
etag_check_match(
    const struct conditions *conditions, uint64_t version, struct error *err)
{
	if (conditions->if_match.data != NULL &&
	    !etag_list_has(conditions->if_match, version))
		return error_set(err, ERR_PRECONDITION,
		    "the resource has version W/\"%llu\", not the one that "
		    "If-Match asks for: %.*s",
		    (unsigned long long)version,
		    SLICE_ARG(conditions->if_match));
	return 0;
}

int
etag_check_write(
    const struct conditions *conditions, uint64_t version, struct error *err)
{
	if (etag_check_match(conditions, version, err) == -1)
		return -1;
	if (slice_equal(slice_trim(conditions->if_none_match), SLICE("*")))
		return error_set(err, ERR_PRECONDITION,
		    "the resource exists, and If-None-Match: * wants that it "
		    "does not");
	return 0;
}
