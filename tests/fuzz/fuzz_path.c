/*
 * fuzz_path.c: any bytes as the path of a PATCH and as the names of a
 * projection: a path that is printed and parsed again is the same, its case
 * does not matter, and what one parameter returns the other leaves out.
 */
#include <stdint.h>
#include <string.h>

#include "print.h"
#include "require.h"
#include "scim/match.h"
#include "scim/path.h"
#include "scim/project.h"
#include "user.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
same_ref(const struct attr_ref *x, const struct attr_ref *y)
{
	return x->extension == y->extension && x->attr == y->attr &&
	    x->sub == y->sub;
}

/* PATH as text in A, the schema by its URN; false: a filter cannot be. */
static bool
print_path(struct arena *a, const struct path *path, struct slice *out)
{
	const struct attr_ref *ref = &path->ref;
	struct slice urn =
	    ref->extension != NULL ? ref->extension->id : SLICE("");
	struct slice attr = ref->attr != NULL ? ref->attr->name : SLICE("");
	struct slice sub = ref->sub != NULL ? ref->sub->name : SLICE("");
	struct slice filter = SLICE("");

	if (path->filter != NULL && !print_filter(a, path->filter, &filter))
		return false;
	*out = slice_of(arena_printf(a, "%.*s%s%.*s%s%.*s%s%s%.*s",
	    SLICE_ARG(urn), urn.len > 0 && attr.len > 0 ? ":" : "",
	    SLICE_ARG(attr), path->filter != NULL ? "[" : "", SLICE_ARG(filter),
	    path->filter != NULL ? "]" : "", sub.len > 0 ? "." : "",
	    SLICE_ARG(sub)));
	return true;
}

static int
matches(struct arena *a, const struct path *path)
{
	return path->filter == NULL
	    ? 1
	    : filter_match_element(a, path->filter,
		  SLICE("{\"value\":\"b@x\",\"type\":\"work\"}"));
}

static void
print_again(struct arena *a, const struct profile *p, const struct path *path)
{
	struct slice printed, twice;
	struct path again;
	struct error err;

	if (!print_path(a, path, &printed))
		return;
	require(path_parse(a, user_type(), p, printed, &again, &err) == 0);
	require(!again.unknown && same_ref(&path->ref, &again.ref));
	require(matches(a, path) == matches(a, &again));
	require(print_path(a, &again, &twice) && slice_equal(printed, twice));
}

/* Without brackets a path is nothing but names, and those have no case. */
static void
turn_case(struct arena *a, const struct profile *p, struct slice text,
    const struct path *path, int rc)
{
	char *other = arena_strndup(a, text.data, text.len);
	struct path turned;
	struct error err;

	for (size_t i = 0; i < text.len; i++)
		if ((other[i] >= 'a' && other[i] <= 'z') ||
		    (other[i] >= 'A' && other[i] <= 'Z'))
			other[i] ^= 'a' ^ 'A';
	require(path_parse(a, user_type(), p, (struct slice){ other, text.len },
		    &turned, &err) == rc);
	require(rc == -1 ||
	    (path->unknown == turned.unknown &&
		same_ref(&path->ref, &turned.ref)));
}

static void
try_path(struct arena *a, const char *profile, struct slice text)
{
	const struct profile *p =
	    profile_find(user_catalog(), slice_of(profile));
	struct path path;
	struct error err;
	int rc = path_parse(a, user_type(), p, text, &path, &err);

	require(rc == 0 || err.code == ERR_INVALID_PATH ||
	    err.code == ERR_INVALID_FILTER);
	if (text.len > 0 && memchr(text.data, '[', text.len) == NULL)
		turn_case(a, p, text, &path, rc);
	if (rc == 0 && !path.unknown)
		print_again(a, p, &path);
}

/* Of what is returned by default, one parameter is the other turned round. */
static void
check_attr(const struct projection *only, const struct projection *without,
    const struct schema *extension, const struct attr *attr)
{
	enum want in = project_wants(only, extension, attr);
	enum want out = project_wants(without, extension, attr);

	if (attr->returned == RET_NEVER || attr->mutability == MUT_WRITE_ONLY)
		require(in == WANT_NO && out == WANT_NO);
	else if (attr->returned == RET_ALWAYS)
		require(in == WANT_ALL && out == WANT_ALL);
	else if (attr->returned == RET_DEFAULT)
		require(in + out == WANT_NO + WANT_ALL ||
		    (in == WANT_SOME && out == WANT_SOME));
	for (size_t i = 0; i < attr->nsub; i++)
		if (in == WANT_SOME && attr->sub[i].returned == RET_DEFAULT)
			require(project_wants_sub(only, WANT_SOME, extension,
				    attr, &attr->sub[i]) !=
			    project_wants_sub(without, WANT_SOME, extension,
				attr, &attr->sub[i]));
}

static void
check_schema(const struct projection *only, const struct projection *without,
    const struct schema *extension, const struct schema *schema)
{
	for (size_t i = 0; i < schema->nattrs; i++)
		check_attr(only, without, extension, &schema->attrs[i]);
}

static void
try_projection(struct arena *a, struct slice text)
{
	const struct profile *p = profile_default(user_catalog());
	const struct resource_type *type = user_type();
	struct slice none = { NULL, 0 };
	struct projection *only, *without;
	struct error err;
	int rc = project_parse(a, type, p, text, none, &only, &err);

	require(project_parse(a, type, p, none, text, &without, &err) == rc);
	if (rc == -1 || !project_is_given(only))
		return;
	check_schema(only, without, NULL, type->schema);
	for (size_t i = 0; i < type->nextensions; i++)
		check_schema(only, without, type->extensions[i].schema,
		    type->extensions[i].schema);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = { (const char *)data, size };
	struct arena *a = arena_new();

	try_path(a, "strict", text);
	try_path(a, "tolerant", text);
	try_projection(a, text);
	arena_free(a);
	return 0;
}
