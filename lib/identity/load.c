/*
 * load.c: the files of directories become a catalog: schemas, resource
 * types, client profiles.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "identity/identity.h"
#include "json/walk.h"
#include "scim/schema_rules.h"

enum { SCHEMA_FILE_MAX = 1024 * 1024 }; /* bytes */

typedef int add_fn(
    struct catalog *c, const char *file, struct slice text, struct error *err);

static int
is_json(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 5 && strcmp(entry->d_name + len - 5, ".json") == 0;
}

static int
add_file(struct arena *a, struct catalog *c, const char *path, add_fn *add,
    struct error *err)
{
	struct slice text;

	if (file_read(a, path, SCHEMA_FILE_MAX, &text, err) == -1 ||
	    add(c, path, text, err) == -1) {
		err->code = ERR_INTERNAL;
		return -1;
	}
	return 0;
}

/*
 * The schemas of discovery say what discovery answers, which is nothing to
 * other programs: they are half of all the text.
 */
static int
add_other_schema(
    struct catalog *c, const char *file, struct slice text, struct error *err)
{
	struct slice id;

	/* Not checked yet: the walk ends early if it is not JSON. */
	if (walk_find(text, SLICE("id"), &id) && id.len > 2 &&
	    schema_is_discovery((struct slice){ id.data + 1, id.len - 2 }))
		return 0;
	return catalog_add_schema(c, file, text, err);
}

/* In the order of names, so that every process has the same catalog. */
static int
add_directory(struct arena *a, struct catalog *c, const char *dir, add_fn *add,
    struct error *err)
{
	struct dirent **entries;
	int n = scandir(dir, &entries, is_json, alphasort), rc = 0;

	if (n == -1)
		return error_set(
		    err, ERR_INTERNAL, "%s: %s", dir, strerror(errno));
	for (int i = 0; i < n; i++) {
		if (rc == 0)
			rc = add_file(a, c,
			    arena_printf(a, "%s/%s", dir, entries[i]->d_name),
			    add, err);
		free(entries[i]);
	}
	free(entries);
	return rc;
}

/* What a directory besides the first one need not have. */
static int
add_optional(struct arena *a, struct catalog *c, const char *dir, add_fn *add,
    bool is_first, struct error *err)
{
	if (!is_first && access(dir, F_OK) == -1 && errno == ENOENT)
		return 0;
	return add_directory(a, c, dir, add, err);
}

/* SUBDIR, or "" for itself, of every directory in LIST, ':' between them. */
static int
add_everywhere(struct arena *a, struct catalog *c, const char *list,
    const char *subdir, add_fn *add, struct error *err)
{
	struct slice rest = slice_of(list), dir;
	bool is_first = true;

	for (; slice_next(&rest, ':', &dir); is_first = false)
		if (add_optional(a, c,
			arena_printf(a, "%.*s%s", SLICE_ARG(dir), subdir), add,
			is_first, err) == -1)
			return -1;
	return 0;
}

static int
load_catalog(struct arena *a, const char *list, add_fn *add_schema,
    struct catalog **out, struct error *err)
{
	struct catalog *c = catalog_new(a);

	if (add_everywhere(a, c, list, "", add_schema, err) == -1 ||
	    add_everywhere(a, c, list, "/types", catalog_add_type, err) == -1 ||
	    add_everywhere(a, c, list, "/profiles", profile_add, err) == -1)
		return -1;
	if (catalog_link(c, err) == -1 ||
	    profile_link(c, arena_printf(a, "%s/profiles", list), err) == -1) {
		err->code = ERR_INTERNAL;
		return -1;
	}
	*out = c;
	return 0;
}

int
identity_load_catalog(
    struct arena *a, const char *list, struct catalog **out, struct error *err)
{
	return load_catalog(a, list, catalog_add_schema, out, err);
}

int
identity_load_types(
    struct arena *a, const char *list, struct catalog **out, struct error *err)
{
	return load_catalog(a, list, add_other_schema, out, err);
}
