/*
 * loader.c: the members of a schema or type file, and what to say of them.
 */
#include <string.h>

#include "scim/loader.h"

int
load_begin(struct loader *l, struct catalog *c, const char *file,
    struct slice text, struct json_object **out, struct error *err)
{
	*l = (struct loader){ c, arena_new(), file, err };
	if (json_parse(l->scratch, text, out, err) == -1)
		return error_prefix(err, "%s: ", file);
	return 0;
}

void
load_end(struct loader *l)
{
	arena_free(l->scratch);
}

/* A path for each attribute that is read, mostly for nobody: no printf. */
const char *
load_path(const struct loader *l, const char *path, const char *name)
{
	size_t path_len = strlen(path), name_len = strlen(name);
	char *text = arena_alloc(l->scratch, path_len + name_len + 2);

	memcpy(text, path, path_len);
	if (path_len > 0)
		text[path_len++] = '.';
	memcpy(text + path_len, name, name_len + 1);
	return text;
}

const char *
load_path_at(
    const struct loader *l, const char *path, const char *name, size_t i)
{
	return arena_printf(l->scratch, "%s[%zu]", load_path(l, path, name), i);
}

int
load_refuse(const struct loader *l, const char *path, const char *why)
{
	return error_set(l->err, ERR_INVALID_VALUE, "%s: %s%s%s", l->file, path,
	    *path == '\0' ? "" : ": ", why);
}

int
load_refuse_text(const struct loader *l, const char *path, const char *why,
    struct slice text)
{
	return load_refuse(l, path,
	    arena_printf(l->scratch, "%s '%.*s'", why, SLICE_ARG(text)));
}

static const struct load_member *
find_member(const struct load_member *members, size_t n, struct slice name)
{
	for (size_t i = 0; i < n; i++)
		if (slice_equal_nocase(slice_of(members[i].name), name))
			return &members[i];
	return NULL;
}

static bool
is_foreign(struct slice name)
{
	return slice_has_prefix_nocase(name, SLICE("x-")) &&
	    !slice_has_prefix_nocase(name, SLICE("x-muster-"));
}

int
load_check(const struct loader *l, const char *path,
    const struct json_object *v, const struct load_member *members, size_t n)
{
	struct json_member m = json_first(v);

	if (json_kind(v) != JSON_OBJECT)
		return load_refuse(l, path,
		    arena_printf(l->scratch, "must be an object, not %s",
			json_kind_name(json_kind(v))));
	for (; m.entry != NULL; json_next(&m)) {
		const struct load_member *known =
		    find_member(members, n, m.name);

		if (known == NULL && is_foreign(m.name))
			continue;
		if (known == NULL)
			return load_refuse_text(
			    l, path, "unknown keyword", m.name);
		if (json_kind(m.value) != JSON_NULL &&
		    json_kind(m.value) != known->kind)
			return load_refuse(l, load_path(l, path, known->name),
			    arena_printf(l->scratch, "must be %s, not %s",
				json_kind_name(known->kind),
				json_kind_name(json_kind(m.value))));
	}
	return 0;
}

int
load_check_schemas(
    const struct loader *l, const struct json_object *v, struct slice urn)
{
	struct json_object *list = load_get(v, "schemas");

	if (list == NULL)
		return 0;
	for (size_t i = 0; i < json_len(list); i++)
		if (slice_equal_nocase(json_string(json_at(list, i)), urn))
			return 0;
	return load_refuse_text(l, "schemas", "this file needs", urn);
}

struct json_object *
load_get(const struct json_object *v, const char *name)
{
	return json_attr(v, slice_of(name));
}

struct slice
load_text(const struct loader *l, const struct json_object *v, const char *name)
{
	return arena_slice(l->catalog->arena, json_string(load_get(v, name)));
}

/* "one, two or three" */
static const char *
listed(const struct loader *l, const struct slice *words, size_t n)
{
	const char *text = "";

	for (size_t i = 0; i < n; i++)
		text = arena_printf(l->scratch, "%s%s%.*s", text,
		    i == 0	     ? ""
			: i == n - 1 ? " or "
				     : ", ",
		    SLICE_ARG(words[i]));
	return text;
}

int
load_keyword(const struct loader *l, const char *path,
    const struct json_object *v, const char *name, const struct slice *words,
    size_t n, int *out)
{
	struct json_object *m = load_get(v, name);

	*out = 0;
	if (m == NULL)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (slice_equal(words[i], json_string(m))) {
			*out = (int)i;
			return 0;
		}
	return load_refuse_text(l, load_path(l, path, name),
	    arena_printf(l->scratch, "must be %s, not", listed(l, words, n)),
	    json_string(m));
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
load_words(const struct loader *l, const char *path,
    const struct json_object *v, const char *name, const struct slice **out,
    size_t *nout)
{
	struct json_object *list = load_get(v, name);
	size_t n = json_len(list);
	struct slice *words =
	    arena_calloc(l->catalog->arena, n, sizeof(*words));

	for (size_t i = 0; i < n; i++) {
		words[i] = arena_slice(
		    l->catalog->arena, json_string(json_at(list, i)));
		if (words[i].len == 0)
			return load_refuse(l, load_path_at(l, path, name, i),
			    "must be a string that is not empty");
		if (holds(words, i, words[i]))
			return load_refuse_text(l,
			    load_path_at(l, path, name, i),
			    "stands twice:", words[i]);
	}
	*out = words;
	*nout = n;
	return 0;
}
