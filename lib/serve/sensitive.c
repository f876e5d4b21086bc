/*
 * sensitive.c: attributes that shall not stand in URLs.
 */
#include "scim/filter.h"
#include "serve/sensitive.h"
#include "serve/settings.h"

/* Does the list of the settings name the attribute that NAME begins with? */
static bool
is_listed(const struct call *call, struct slice name)
{
	const struct resource_type *type;
	struct attr_ref ref;

	for (size_t i = 0;
	     (type = catalog_type(call->identity->catalog, i)) != NULL; i++) {
		struct slice rest = slice_of(call->settings->sensitive), item;

		if (attr_resolve(type, name, &ref) != ATTR_FOUND ||
		    ref.attr == NULL)
			continue;
		while (slice_next(&rest, ',', &item))
			if (slice_equal_nocase(
				slice_trim(item), ref.attr->name))
				return true;
	}
	return false;
}

static int
check(const struct call *call, const struct filter *f, struct error *err)
{
	if (f == NULL)
		return 0;
	if (f->name.len > 0 && is_listed(call, f->name))
		return error_set(err, ERR_SENSITIVE,
		    "'%.*s' must not stand in a URL: POST the query to "
		    "%.*s/.search",
		    SLICE_ARG(f->name), SLICE_ARG(call->path));
	if (f->op == FILTER_VALUE_PATH)
		return 0;
	return check(call, f->left, err) == -1 ? -1
					       : check(call, f->right, err);
}

int
sensitive_check(struct call *call, struct slice filter, struct error *err)
{
	struct filter *f;
	struct error unread;

	if (filter.data == NULL || call->settings->sensitive[0] == '\0' ||
	    filter_parse(call->arena, filter, &f, &unread) == -1)
		return 0;
	return check(call, f, err);
}
