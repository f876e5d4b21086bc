/*
 * job_assign.c: muster job assign | unassign | assignments.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "job.h"

enum { BATCH_MAX = 500, LINE_SIZE = 256 };

/* Resources that are read, and what was done with them. */
struct batch {
	struct jobs j;
	const struct job_words *words;
	bool is_over;
	struct assignment list[BATCH_MAX];
	size_t n;
	size_t done;
	size_t changed;
};

static int
flush(struct batch *b, struct error *err)
{
	struct slice which = job_which(b->words);
	size_t changed;
	int rc = b->is_over
	    ? jobs_unassign(&b->j, which, b->list, b->n, &changed, err)
	    : jobs_assign(&b->j, which, b->list, b->n, &changed, err);

	if (rc == -1)
		return error_prefix(err, "after %zu: ", b->done);
	b->done += b->n;
	b->changed += changed;
	b->n = 0;
	return 0;
}

static int
add(struct batch *b, struct slice word, struct error *err)
{
	struct assignment *one = &b->list[b->n];

	*one = (struct assignment){ .role = slice_of(b->words->role) };
	if (uuid_parse(word, &one->id) == -1)
		return error_set(err, ERR_INVALID_VALUE,
		    "after %zu: '%.*s' is no id of a resource", b->done + b->n,
		    SLICE_ARG(word));
	b->n++;
	return b->n == BATCH_MAX ? flush(b, err) : 0;
}

/* Ids on standard input, one a line. */
static int
add_lines(struct batch *b, struct error *err)
{
	char line[LINE_SIZE];
	struct slice word;

	while (fgets(line, sizeof(line), stdin) != NULL) {
		word = slice_of(line);
		while (word.len > 0 &&
		    strchr(" \t\r\n", word.data[word.len - 1]) != NULL)
			word.len--;
		if (word.len > 0 && add(b, word, err) == -1)
			return -1;
	}
	if (ferror(stdin))
		return error_set(
		    err, ERR_INTERNAL, "standard input: %s", strerror(errno));
	return 0;
}

static int
run(struct workplace *w, const struct job_words *words, bool is_over,
    struct error *err)
{
	struct batch *b = arena_calloc(w->arena, 1, sizeof(*b));
	const char *id = words->place.names[1];
	int rc;

	b->words = words;
	b->is_over = is_over;
	if (job_jobs(w, words, &b->j, err) == -1)
		return -1;
	rc = strcmp(id, "-") == 0 ? add_lines(b, err)
				  : add(b, slice_of(id), err);
	if (rc == -1 || (b->n > 0 && flush(b, err) == -1))
		return -1;
	printf("%zu of %zu %s\n", b->changed, b->done,
	    is_over ? "no longer assigned" : "newly assigned");
	return 0;
}

int
job_assign(struct workplace *w, const void *words, struct error *err)
{
	return run(w, words, false, err);
}

int
job_unassign(struct workplace *w, const void *words, struct error *err)
{
	return run(w, words, true, err);
}

static void
print(struct workplace *w, const struct job_words *words,
    const struct assignment *one)
{
	char id[UUID_TEXT_SIZE];

	uuid_format(&one->id, id);
	if (words->json)
		printf("{\"value\":\"%s\",\"type\":%.*s,\"role\":%.*s}\n", id,
		    SLICE_ARG(json_text(
			w->arena, json_new_string(w->arena, one->type))),
		    SLICE_ARG(json_text(
			w->arena, json_new_string(w->arena, one->role))));
	else
		printf("%s  %-8.*s  %.*s\n", id, SLICE_ARG(one->type),
		    SLICE_ARG(verb_plain(w->arena, one->role)));
}

int
job_assignments(struct workplace *w, const void *arg, struct error *err)
{
	const struct job_words *words = arg;
	struct assignment *list, *after = NULL;
	struct jobs j;
	size_t n;

	if (job_jobs(w, words, &j, err) == -1)
		return -1;
	do {
		if (jobs_assignments(&j, job_which(words), after, BATCH_MAX,
			&list, &n, err) == -1)
			return -1;
		for (size_t i = 0; i < n; i++)
			print(w, words, &list[i]);
		after = n > 0 ? &list[n - 1] : NULL;
	} while (n == BATCH_MAX);
	return 0;
}
