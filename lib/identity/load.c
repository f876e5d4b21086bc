/*
 * load.c: the files of a directory become a catalog: schemas, resource
 * types, client profiles.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "identity/identity.h"

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

static int
add_profiles(
    struct arena *a, struct catalog *c, const char *dir, struct error *err)
{
	if (add_directory(a, c, dir, profile_add, err) == -1)
		return -1;
	if (profile_link(c, dir, err) == 0)
		return 0;
	err->code = ERR_INTERNAL;
	return -1;
}

int
identity_load_catalog(
    struct arena *a, const char *dir, struct catalog **out, struct error *err)
{
	struct catalog *c = catalog_new(a);

	if (add_directory(a, c, dir, catalog_add_schema, err) == -1 ||
	    add_directory(a, c, arena_printf(a, "%s/types", dir),
		catalog_add_type, err) == -1 ||
	    add_profiles(a, c, arena_printf(a, "%s/profiles", dir), err) == -1)
		return -1;
	*out = c;
	return 0;
}
