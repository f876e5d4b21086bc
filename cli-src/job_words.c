/*
 * job_words.c: what the parts of muster job read and print.
 */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/number.h"
#include "job.h"
#include "json/diff.h"
#include "json/pretty.h"

enum { SECRET_MAX = 64 * 1024 };

int
job_read_version(
    const char *name, const char *word, uint64_t *out, struct error *err)
{
	int64_t number = 0;

	if (word != NULL &&
	    parse_int(slice_of(word), 1, INT64_MAX, &number, NULL) == -1)
		return error_set(err, ERR_INVALID_VALUE,
		    "%s: versions are counted from 1, not '%s'", name, word);
	*out = (uint64_t)number;
	return 0;
}

int
job_jobs(struct workplace *w, const struct job_words *words, struct jobs *j,
    struct error *err)
{
	uint64_t version;

	*j = (struct jobs){ .store = w->identity.store,
		.catalog = w->identity.catalog,
		.profile = w->caller.profile,
		.arena = w->arena,
		.tenant = w->caller.tenant,
		.actor = w->caller.actor,
		.now = w->caller.now };
	if (job_read_version(
		"--if-version", words->if_version, &version, err) == -1)
		return -1;
	if (version > 0)
		j->conditions.if_match = etag_of(w->arena, version);
	return 0;
}

struct slice
job_which(const struct job_words *words)
{
	return slice_of(words->place.names[0]);
}

static int
read_text(struct workplace *w, const char *path, size_t max, struct slice *text,
    struct error *err)
{
	if (strcmp(path, "-") == 0)
		path = "/dev/stdin";
	return file_read(w->arena, path, max, text, err);
}

int
job_read_file(struct workplace *w, const char *path, struct json_object **out,
    struct error *err)
{
	struct slice text;

	if (read_text(w, path, JOBS_TEXT_MAX, &text, err) == -1)
		return -1;
	if (json_parse(w->arena, text, out, err) == -1)
		return error_prefix(err, "%s: ", path);
	if (json_kind(*out) == JSON_OBJECT)
		return 0;
	return error_set(
	    err, ERR_INVALID_SYNTAX, "%s: is no JSON object", path);
}

void
job_print_pretty(const struct json_object *v)
{
	struct buf b;

	buf_init(&b, 16 * JOBS_TEXT_MAX);
	json_pretty(&b, v);
	printf("%.*s\n", SLICE_ARG(buf_text(&b)));
	buf_fini(&b);
}

void
job_print_json(const struct job_words *words, const struct json_object *v)
{
	struct buf b;

	if (!words->lines) {
		job_print_pretty(v);
		return;
	}
	buf_init(&b, 16 * JOBS_TEXT_MAX);
	json_print(&b, v);
	printf("%.*s\n", SLICE_ARG(buf_text(&b)));
	buf_fini(&b);
}

static void
print_value(struct workplace *w, const struct json_object *one,
    const char *name, char sign)
{
	const struct json_object *v = json_get(one, name);

	if (v == NULL)
		return;
	printf("%c %.*s: %.*s\n", sign,
	    SLICE_ARG(verb_plain(w->arena, json_string(json_get(one, "path")))),
	    SLICE_ARG(verb_plain(w->arena, json_text(w->arena, v))));
}

void
job_print_diff(struct workplace *w, const struct json_object *before,
    const struct json_object *after)
{
	const struct json_object *diff = json_diff(w->arena, before, after);

	for (size_t i = 0; i < json_len(diff); i++) {
		print_value(w, json_at(diff, i), "before", '-');
		print_value(w, json_at(diff, i), "after", '+');
	}
	if (json_len(diff) == 0)
		puts("no difference");
}

struct json_object *
job_part_of(struct arena *a, struct json_object *object, const char *name)
{
	struct json_object *part = json_get(object, name);

	if (part == NULL) {
		part = json_new_object(a);
		json_set(object, slice_of(name), part);
	}
	return part;
}

int
job_add_secret(struct workplace *w, const char *path,
    struct json_object *definition, struct error *err)
{
	struct slice secret;

	if (path == NULL)
		return 0;
	if (read_text(w, path, SECRET_MAX, &secret, err) == -1)
		return -1;
	while (secret.len > 0 &&
	    strchr(" \t\r\n", secret.data[secret.len - 1]) != NULL)
		secret.len--;
	json_set(job_part_of(w->arena, definition, "target"), SLICE("secret"),
	    json_new_string(w->arena, secret));
	return 0;
}
