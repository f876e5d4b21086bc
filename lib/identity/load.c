/*
 * load.c: the files of directories become a catalog: schemas, resource
 * types, client profiles.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/file.h"
#include "identity/identity.h"

enum { SCHEMA_FILE_MAX = 1024 * 1024, FILES_MAX = 1024 * 1024 }; /* bytes */

/* What is read of the directories in LIST. */
struct load {
	const char *list;
	bool has_discovery;
	bool has_profiles; /* all of them: then it is noted what was read */

	struct arena *a; /* for what ends with the loading */
	struct catalog *catalog;
	struct buf files; /* that were read, with their digests */
};

typedef int add_fn(
    struct catalog *c, const char *file, struct slice text, struct error *err);
typedef int add_all_fn(
    struct load *l, const char *dir, add_fn *add, struct error *err);

static int
is_json(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 5 && strcmp(entry->d_name + len - 5, ".json") == 0;
}

/* ',"schemas/User.json":"5f3c..."' */
static void
put_digest(struct buf *b, const char *path, struct slice text)
{
	unsigned char digest[DIGEST_LEN];

	digest_sha256(text, digest);
	buf_putc(b, b->len == 0 ? '{' : ',');
	buf_json_string(b, slice_of(path));
	buf_puts(b, ":\"");
	for (size_t i = 0; i < DIGEST_LEN; i++)
		buf_printf(b, "%02x", digest[i]);
	buf_putc(b, '"');
}

static int
add_file(struct load *l, const char *path, add_fn *add, struct error *err)
{
	struct slice text;

	if (file_read(l->a, path, SCHEMA_FILE_MAX, &text, err) == -1 ||
	    add(l->catalog, path, text, err) == -1) {
		err->code = ERR_INTERNAL;
		return -1;
	}
	if (l->has_profiles)
		put_digest(&l->files, path, text);
	return 0;
}

/* In the order of names, so that every process has the same catalog. */
static int
add_directory(struct load *l, const char *dir, add_fn *add, struct error *err)
{
	struct dirent **entries;
	int n = scandir(dir, &entries, is_json, alphasort), rc = 0;

	if (n == -1)
		return error_set(
		    err, ERR_INTERNAL, "%s: %s", dir, strerror(errno));
	for (int i = 0; i < n; i++) {
		if (rc == 0)
			rc = add_file(l,
			    arena_printf(
				l->a, "%s/%s", dir, entries[i]->d_name),
			    add, err);
		free(entries[i]);
	}
	free(entries);
	return rc;
}

/* One that need not be there. */
static int
add_optional(struct load *l, const char *dir, add_fn *add, struct error *err)
{
	if (access(dir, F_OK) == -1 && errno == ENOENT)
		return 0;
	return add_directory(l, dir, add, err);
}

/*
 * SUBDIR, or "" for itself, of every directory of L, of which the first one
 * has it.
 */
static int
add_everywhere(
    struct load *l, const char *subdir, add_fn *add, struct error *err)
{
	struct slice rest = slice_of(l->list), dir;
	add_all_fn *add_one = add_directory;

	for (; slice_next(&rest, ':', &dir); add_one = add_optional)
		if (add_one(l,
			arena_printf(l->a, "%.*s%s", SLICE_ARG(dir), subdir),
			add, err) == -1)
			return -1;
	return 0;
}

/*
 * The schemas of discovery say what discovery answers, which is nothing to
 * other programs: they are half of all the text.
 */
static int
add_discovery(struct load *l, struct error *err)
{
	struct slice rest = slice_of(l->list), dir;

	while (slice_next(&rest, ':', &dir))
		if (add_optional(l,
			arena_printf(l->a, "%.*s/discovery", SLICE_ARG(dir)),
			catalog_add_schema, err) == -1)
			return -1;
	return 0;
}

/* A file in every directory that has it. */
static int
add_default_profile(struct load *l, struct error *err)
{
	struct slice rest = slice_of(l->list), dir;

	while (slice_next(&rest, ':', &dir)) {
		const char *path = arena_printf(l->a,
		    "%.*s/profiles/" PROFILE_DEFAULT ".json", SLICE_ARG(dir));

		if (access(path, F_OK) == 0 &&
		    add_file(l, path, profile_add, err) == -1)
			return -1;
	}
	return 0;
}

static int
add_profiles(struct load *l, struct error *err)
{
	return add_everywhere(l, "/profiles", profile_add, err);
}

static int
link_profiles(struct load *l, struct error *err)
{
	if (profile_link(l->catalog, arena_printf(l->a, "%s/profiles", l->list),
		err) == 0)
		return 0;
	err->code = ERR_INTERNAL;
	return -1;
}

static int
add_all(struct load *l, struct error *err)
{
	if (add_everywhere(l, "", catalog_add_schema, err) == -1 ||
	    (l->has_discovery && add_discovery(l, err) == -1) ||
	    add_everywhere(l, "/types", catalog_add_type, err) == -1)
		return -1;
	if (catalog_link(l->catalog, err) == -1) {
		err->code = ERR_INTERNAL;
		return -1;
	}
	if ((l->has_profiles ? add_profiles(l, err)
			     : add_default_profile(l, err)) == -1)
		return -1;
	return link_profiles(l, err);
}

/* The catalog lives in A; the texts of the files end here. */
static int
load_catalog(
    struct arena *a, struct load *l, struct catalog **out, struct error *err)
{
	int rc;

	l->a = arena_new();
	l->catalog = *out = catalog_new(a);
	buf_init(&l->files, FILES_MAX);
	rc = add_all(l, err);
	if (rc == 0 && l->has_profiles) {
		buf_puts(&l->files, l->files.len == 0 ? "{}" : "}");
		catalog_set_files(
		    l->catalog, arena_slice(a, buf_text(&l->files)));
	}
	buf_fini(&l->files);
	arena_free(l->a);
	return rc;
}

int
identity_load_catalog(
    struct arena *a, const char *list, struct catalog **out, struct error *err)
{
	struct load load = {
		.list = list, .has_discovery = true, .has_profiles = true
	};

	return load_catalog(a, &load, out, err);
}

int
identity_load_types(
    struct arena *a, const char *list, struct catalog **out, struct error *err)
{
	struct load load = { .list = list, .has_profiles = true };

	return load_catalog(a, &load, out, err);
}

int
identity_load_brief(
    struct arena *a, const char *list, struct catalog **out, struct error *err)
{
	struct load load = { .list = list };

	if (load_catalog(a, &load, out, err) == 0)
		return 0;
	/* The default is in another file, or extends one; or say what else. */
	return identity_load_types(a, list, out, err);
}

int
identity_load_profile(struct arena *a, const char *list, struct slice name,
    const struct profile **out, struct error *err)
{
	struct load load = { .list = list, .a = a, .catalog = catalog_new(a) };

	if (add_profiles(&load, err) == -1 || link_profiles(&load, err) == -1)
		return -1;
	*out = profile_find(load.catalog, name);
	return 0;
}
