/*
 * loader.c: the members of a schema, type or profile file, and what to say
 * of them.
 */
#include "json/check.h"
#include "json/walk.h"
#include "scim/loader.h"

int
load_begin(struct loader *l, struct catalog *c, const char *file,
    struct slice text, struct slice *out, struct error *err)
{
	*l = (struct loader){ c, file, err };
	if (json_check(text, err) == -1)
		return error_prefix(err, "%s: ", file);
	while (text.len > 0 && (unsigned char)*text.data <= ' ')
		text = slice_from(text, 1);
	*out = text;
	return 0;
}

/* "attributes[3].subAttributes[0].type" */
static const char *
path_of(struct arena *a, const struct load_place *place)
{
	const char *path;

	if (place == NULL)
		return "";
	path = path_of(a, place->in);
	path = arena_printf(
	    a, "%s%s%s", path, *path == '\0' ? "" : ".", place->name);
	return place->nth == 0
	    ? path
	    : arena_printf(a, "%s[%zu]", path, place->nth - 1);
}

int
load_refuse(const struct loader *l, const struct load_place *in,
    const char *name, const char *why)
{
	struct load_place member = { in, name, 0 };
	const char *path =
	    path_of(l->catalog->arena, name == NULL ? in : &member);

	return error_set(l->err, ERR_INVALID_VALUE, "%s: %s%s%s", l->file, path,
	    *path == '\0' ? "" : ": ", why);
}

int
load_refuse_text(const struct loader *l, const struct load_place *in,
    const char *name, const char *why, struct slice text)
{
	return load_refuse(l, in, name,
	    arena_printf(l->catalog->arena, "%s '%.*s'", why, SLICE_ARG(text)));
}

static int
refuse_kind(const struct loader *l, const struct load_place *in,
    const char *name, enum json_kind wanted, struct slice v)
{
	return load_refuse(l, in, name,
	    arena_printf(l->catalog->arena, "must be %s, not %s",
		json_kind_name(wanted), json_kind_name(walk_kind(v))));
}

/*
 * The row of NAME, or N.  People write members in the order in which they
 * are mostly written, which is the table's: FIRST is the row to begin with.
 */
static size_t
find_member(const struct load_member *members, size_t n, size_t first,
    struct slice name)
{
	for (size_t i = first; i < n; i++)
		if (slice_equal_nocase(members[i].name, name))
			return i;
	for (size_t i = 0; i < first; i++)
		if (slice_equal_nocase(members[i].name, name))
			return i;
	return n;
}

static bool
is_foreign(struct slice name)
{
	return slice_has_prefix_nocase(name, SLICE("x-")) &&
	    !slice_has_prefix_nocase(name, SLICE("x-muster-"));
}

/* The members that are next at W, up to the end of their object. */
static int
read_members(const struct loader *l, const struct load_place *place,
    struct walk *w, const struct load_member *members, size_t n,
    struct slice *values)
{
	struct slice name, value;
	size_t i = 0;

	for (size_t k = 0; k < n; k++)
		values[k] = (struct slice){ NULL, 0 };
	while (walk_member(w, &name, &value)) {
		size_t at = find_member(members, n, i, name);
		enum json_kind kind = walk_kind(value);

		if (at == n && is_foreign(name))
			continue;
		if (at == n)
			return load_refuse_text(
			    l, place, NULL, "unknown keyword", name);
		i = at + 1;
		if (kind == JSON_NULL)
			continue;
		if (kind != members[at].kind)
			return refuse_kind(l, place, members[at].name.data,
			    members[at].kind, value);
		values[at] = value;
	}
	return 0;
}

int
load_members(const struct loader *l, const struct load_place *place,
    struct slice v, const struct load_member *members, size_t n,
    struct slice *values)
{
	struct walk w = walk_enter(v);

	if (walk_kind(v) != JSON_OBJECT)
		return refuse_kind(l, place, NULL, JSON_OBJECT, v);
	return read_members(l, place, &w, members, n, values);
}

/* In one go: whoever cuts an object first reads it twice. */
int
load_objects(const struct loader *l, const struct load_place *in,
    const char *name, struct slice v, const struct load_member *members,
    size_t n, const struct slice **out, size_t *nout)
{
	struct load_place place = { in, name, 1 };
	struct walk w = walk_enter(v);
	struct slice other, *all = NULL;
	size_t len = n * sizeof(*all);

	for (;; place.nth++) {
		walk_sign(&w, ',');
		if (!walk_sign(&w, '{'))
			break;
		all = arena_grow(l->catalog->arena, all, (place.nth - 1) * len,
		    place.nth * len);
		if (read_members(l, &place, &w, members, n,
			all + (place.nth - 1) * n) == -1)
			return -1;
		walk_sign(&w, '}');
	}
	if (walk_element(&w, &other))
		return refuse_kind(l, &place, NULL, JSON_OBJECT, other);
	*out = all;
	*nout = place.nth - 1;
	return 0;
}

int
load_check_schemas(const struct loader *l, struct slice v, struct slice urn)
{
	struct walk w = walk_enter(v);
	struct slice element;

	if (v.len == 0)
		return 0;
	while (walk_element(&w, &element))
		if (slice_equal_nocase(
			walk_string(l->catalog->arena, element), urn))
			return 0;
	return load_refuse_text(l, NULL, "schemas", "this file needs", urn);
}

struct slice
load_text(const struct loader *l, struct slice v)
{
	struct arena *a = l->catalog->arena;

	return arena_slice(a, walk_string(a, v));
}

bool
load_flag(struct slice v)
{
	return slice_equal(v, SLICE("true"));
}

/* "one, two or three" */
static const char *
listed(const struct loader *l, const struct slice *words, size_t n)
{
	const char *text = "";

	for (size_t i = 0; i < n; i++)
		text = arena_printf(l->catalog->arena, "%s%s%.*s", text,
		    i == 0	     ? ""
			: i == n - 1 ? " or "
				     : ", ",
		    SLICE_ARG(words[i]));
	return text;
}

int
load_keyword(const struct loader *l, const struct load_place *in,
    const char *name, struct slice v, const struct slice *words, size_t n,
    int *out)
{
	struct slice word;

	*out = 0;
	if (v.len == 0)
		return 0;
	word = walk_string(l->catalog->arena, v);
	for (size_t i = 0; i < n; i++)
		if (slice_equal(words[i], word)) {
			*out = (int)i;
			return 0;
		}
	return load_refuse_text(l, in, name,
	    arena_printf(
		l->catalog->arena, "must be %s, not", listed(l, words, n)),
	    word);
}

static bool
holds(const struct slice *words, size_t n, struct slice word)
{
	for (size_t i = 0; i < n; i++)
		if (slice_equal(words[i], word))
			return true;
	return false;
}

int
load_words(const struct loader *l, const struct load_place *in,
    const char *name, struct slice v, const struct slice **out, size_t *nout)
{
	struct load_place place = { in, name, 1 };
	struct walk w = walk_enter(v);
	struct slice element, *words = NULL;

	for (; walk_element(&w, &element); place.nth++) {
		size_t n = place.nth - 1;
		struct slice word = load_text(l, element);

		if (word.len == 0)
			return load_refuse(l, &place, NULL,
			    "must be a string that is not empty");
		if (holds(words, n, word))
			return load_refuse_text(
			    l, &place, NULL, "stands twice:", word);
		words = arena_grow(l->catalog->arena, words, n * sizeof(word),
		    (n + 1) * sizeof(word));
		words[n] = word;
	}
	*out = words;
	*nout = place.nth - 1;
	return 0;
}
