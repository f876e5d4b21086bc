/*
 * property.h: an object that people write, read into a struct by a table.
 *
 * What is not understood is refused, with the name that is nearest: a
 * misspelt "enabeld" must not silently mean its default.
 */
#ifndef SYNC_PROPERTY_H
#define SYNC_PROPERTY_H

#include <stdint.h>

#include "base/error.h"
#include "json/json.h"

enum property_kind {
	PROPERTY_TEXT,		/* struct slice */
	PROPERTY_FLAG,		/* bool */
	PROPERTY_NUMBER,	/* int64_t, from MIN to MAX */
	PROPERTY_WORD,		/* int: its place among WORDS */
	PROPERTY_OBJECT,	/* struct json_object * */
	PROPERTY_ARRAY,		/* struct json_object * */
	PROPERTY_VALUE		/* struct json_object *, of any kind */
};

struct property {
	const char		*name;
	enum property_kind	 kind;
	size_t			 offset;
	int64_t			 min, max;
	const char *const	*words;		/* NULL behind the last */
};

/*
 * Read OBJECT, or NULL, into INTO; what is absent or null leaves INTO as it
 * is.
 *
 * Owner:  texts and values are OBJECT's.
 * Errors: ERR_INVALID_VALUE: "NAME: why".
 */
int	property_read(const struct json_object *object,
	    const struct property *properties, size_t n, void *into,
	    struct error *err);

#endif
