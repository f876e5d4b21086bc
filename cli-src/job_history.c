/*
 * job_history.c: muster job history | diff | rollback | export | import: what
 * a job has been, and what it becomes (PS-120 to PS-123).
 */
#include <stdio.h>
#include <string.h>

#include "job.h"
#include "json/diff.h"

enum { PAGE_MAX = 100 };

static struct json_object *
show_version(struct arena *a, const struct job_version *version)
{
	struct json_object *v = json_new_object(a);

	json_set(
	    v, SLICE("version"), json_new_integer(a, (int64_t)version->number));
	json_set(v, SLICE("at"), json_new_string(a, version->at));
	json_set(v, SLICE("by"), json_new_string(a, version->by));
	json_set(v, SLICE("why"), json_new_string(a, version->why));
	json_set(v, SLICE("secretChanged"),
	    json_new_boolean(a, version->secret_changed));
	return v;
}

/* What VERSION made of the one before it. */
static int
print_version(struct workplace *w, const struct jobs *j,
    const struct job_words *words, const struct job_version *version,
    struct error *err)
{
	struct job_version before;

	if (words->json)
		printf("%.*s\n",
		    SLICE_ARG(
			json_text(w->arena, show_version(w->arena, version))));
	else
		printf("%4llu  %.*s  %-16.*s  %.*s%s\n",
		    (unsigned long long)version->number, SLICE_ARG(version->at),
		    SLICE_ARG(version->by), SLICE_ARG(version->why),
		    version->secret_changed ? ", with a secret" : "");
	if (!words->diff || words->json || version->number == 1)
		return 0;
	if (jobs_version(
		j, job_which(words), version->number - 1, &before, err) == -1)
		return -1;
	job_print_diff(w, before.definition, version->definition);
	return 0;
}

int
job_history(struct workplace *w, const void *arg, struct error *err)
{
	const struct job_words *words = arg;
	struct job_version *list;
	uint64_t before = 0;
	struct jobs j;
	size_t n;

	if (job_jobs(w, words, &j, err) == -1)
		return -1;
	do {
		if (jobs_history(&j, job_which(words), before, PAGE_MAX, &list,
			&n, err) == -1)
			return -1;
		for (size_t i = 0; i < n; i++)
			if (print_version(w, &j, words, &list[i], err) == -1)
				return -1;
		before = n > 0 ? list[n - 1].number : 0;
	} while (n == PAGE_MAX && before > 1);
	return 0;
}

/* Without words: the newest version, and what it was made of. */
int
job_diff(struct workplace *w, const void *arg, struct error *err)
{
	const struct job_words *words = arg;
	struct job_version from, to;
	uint64_t a, b;
	struct jobs j;

	if (job_jobs(w, words, &j, err) == -1 ||
	    job_read_version("--from", words->from, &a, err) == -1 ||
	    job_read_version("--to", words->to, &b, err) == -1 ||
	    jobs_version(&j, job_which(words), b, &to, err) == -1)
		return -1;
	if (a == 0)
		a = to.number > 1 ? to.number - 1 : 1;
	if (jobs_version(&j, job_which(words), a, &from, err) == -1)
		return -1;
	if (words->json)
		job_print_pretty(
		    json_diff(w->arena, from.definition, to.definition));
	else
		job_print_diff(w, from.definition, to.definition);
	return 0;
}

static int
preview(struct workplace *w, const struct jobs *j,
    const struct job_words *words, const struct json_object *definition,
    struct error *err)
{
	struct json_object *before, *after;

	if (jobs_preview(j, job_which(words), definition, true, &before, &after,
		err) == -1)
		return -1;
	job_print_diff(w, before, after);
	return 0;
}

int
job_roll_back(struct workplace *w, const void *arg, struct error *err)
{
	const struct job_words *words = arg;
	struct json_object *before, *after;
	struct job_info info;
	uint64_t number;
	struct jobs j;

	if (job_jobs(w, words, &j, err) == -1 ||
	    job_read_version("rollback", words->place.names[1], &number, err) ==
		-1)
		return -1;
	if (words->dry_run) {
		if (jobs_preview_roll_back(&j, job_which(words), number,
			&before, &after, err) == -1)
			return -1;
		job_print_diff(w, before, after);
		return 0;
	}
	if (jobs_roll_back(&j, job_which(words), number, &info, err) == -1)
		return -1;
	printf("version %llu\n", (unsigned long long)info.version);
	return 0;
}

int
job_export(struct workplace *w, const void *arg, struct error *err)
{
	const struct job_words *words = arg;
	struct job_version version;
	uint64_t number;
	struct jobs j;

	if (job_jobs(w, words, &j, err) == -1 ||
	    job_read_version("--version", words->version, &number, err) == -1 ||
	    jobs_version(&j, job_which(words), number, &version, err) == -1)
		return -1;
	job_print_pretty(version.definition);
	return 0;
}

/* The members in LIST are as OLD has them, or not there. */
static void
keep(struct workplace *w, const char *list, const struct json_object *old,
    struct json_object *definition)
{
	struct slice rest = slice_of(list), word;

	while (list != NULL && slice_next(&rest, ',', &word)) {
		struct json_object *v =
		    json_get(old, arena_strndup(w->arena, word.data, word.len));

		json_delete(definition, word);
		if (v != NULL)
			json_set(definition, word, json_copy(w->arena, v));
	}
}

static int
import_over(struct workplace *w, const struct jobs *j,
    const struct job_words *words, const struct job_info *old,
    struct json_object *definition, struct error *err)
{
	struct job_info info;

	keep(w, words->keep, old->definition, definition);
	if (job_add_secret(w, words->secret_file, definition, err) == -1)
		return -1;
	if (words->dry_run)
		return preview(w, j, words, definition, err);
	if (jobs_replace(j, job_which(words), definition, &info, err) == -1)
		return -1;
	printf("version %llu\n", (unsigned long long)info.version);
	return 0;
}

static int
import_new(struct workplace *w, const struct jobs *j,
    const struct job_words *words, struct json_object *definition,
    struct error *err)
{
	struct json_object *checked;
	struct job_info info;

	if (job_add_secret(w, words->secret_file, definition, err) == -1)
		return -1;
	if (words->dry_run) {
		if (jobs_check(j, definition, &checked, err) == -1)
			return -1;
		puts("a new job");
		return 0;
	}
	if (jobs_create(j, definition, &info, err) == -1)
		return -1;
	printf("version 1\n");
	return 0;
}

/* The job is called NAME, whatever the file calls it. */
int
job_import(struct workplace *w, const void *arg, struct error *err)
{
	const struct job_words *words = arg;
	struct json_object *definition;
	struct job_info old;
	struct jobs j;

	if (job_jobs(w, words, &j, err) == -1 ||
	    job_read_file(w, words->file, &definition, err) == -1)
		return -1;
	json_set(definition, SLICE("name"),
	    json_new_string(w->arena, job_which(words)));
	if (jobs_find(&j, job_which(words), &old, err) == 0)
		return import_over(w, &j, words, &old, definition, err);
	if (err->code != ERR_NOT_FOUND)
		return -1;
	return import_new(w, &j, words, definition, err);
}
