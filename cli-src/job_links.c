/*
 * job_links.c: muster job links | link | unlink.
 */
#include <stdio.h>

#include "job_object.h"
#include "sync/jobs_links.h"

enum { PAGE = 500 };

/* ---- which one ---- */

/* The id of WORD, in the words of job_object_find. */
static int
find(struct workplace *w, const struct jobs *j, struct slice which,
    const char *word, struct uuid *id, struct error *err)
{
	struct preview p;
	struct slice type;
	int rc;

	if (uuid_parse(slice_of(word), id) == 0)
		return 0;
	if (preview_open(&w->identity, j, which, NULL, false, &p, err) == -1)
		return -1;
	rc = job_object_find(w, &p, slice_of(word), id, &type, err);
	preview_close(&p);
	return rc;
}

static int
read_state(const char *word, enum link_state *out, struct error *err)
{
	*out = LINK_STATE_MAX;
	if (word == NULL || link_state_find(slice_of(word), out) == 0)
		return 0;
	return error_set(err, ERR_INVALID_VALUE,
	    "--state is none, creating, active, disabled or given");
}

/* ---- seen ---- */

static struct slice
text(struct arena *a, const struct json_object *v, const char *name)
{
	return verb_plain(a, json_string(json_get(v, name)));
}

static void
print(struct arena *a, const struct job_words *words,
    const struct json_object *one)
{
	const struct json_object *link = json_get(one, "link");
	struct slice code = text(a, link, "code");

	if (words->json) {
		printf("%.*s\n", SLICE_ARG(json_text(a, one)));
		return;
	}
	printf("%.*s  %-8.*s  %-8.*s  %.*s", SLICE_ARG(text(a, one, "source")),
	    SLICE_ARG(text(a, one, "type")), SLICE_ARG(text(a, link, "state")),
	    SLICE_ARG(text(a, link, "target")));
	if (code.len > 0)
		printf("  %.*s: %.*s", SLICE_ARG(code),
		    SLICE_ARG(text(a, link, "reason")));
	putchar('\n');
}

/* Page by page: there may be many. */
static int
print_all(const struct job_words *words, const struct jobs *j,
    struct links_query *q, struct error *err)
{
	struct links_page page;

	do {
		arena_reset(j->arena);
		if (jobs_links(j, job_which(words), q, &page, err) == -1)
			return -1;
		for (size_t i = 0; i < page.n; i++)
			print(
			    j->arena, words, jobs_link_show(j, &page.list[i]));
		q->has_after = true;
		q->after = page.last;
	} while (page.is_more);
	return 0;
}

int
job_links(struct workplace *w, const void *arg, struct error *err)
{
	const struct job_words *words = arg;
	struct links_query q = { .max = PAGE,
		.is_failing = words->failing,
		.target = slice_of(words->target) };
	struct uuid source;
	struct jobs j;
	int rc;

	if (job_jobs(w, words, &j, err) == -1 ||
	    read_state(words->state, &q.state, err) == -1)
		return -1;
	if (words->object != NULL) {
		if (find(w, &j, job_which(words), words->object, &source,
			err) == -1)
			return -1;
		q.source = &source;
	}
	j.arena = arena_new();
	rc = print_all(words, &j, &q, err);
	arena_free(j.arena);
	return rc;
}

/* ---- mended ---- */

int
job_link(struct workplace *w, const void *arg, struct error *err)
{
	const struct job_words *words = arg;
	struct uuid source;
	struct link link;
	struct jobs j;

	if (job_jobs(w, words, &j, err) == -1 ||
	    find(w, &j, job_which(words), words->place.names[1], &source,
		err) == -1 ||
	    jobs_link(&j, job_which(words), &source,
		slice_of(words->place.names[2]), &link, err) == -1)
		return -1;
	print(w->arena, words, jobs_link_show(&j, &link));
	return 0;
}

int
job_unlink(struct workplace *w, const void *arg, struct error *err)
{
	const struct job_words *words = arg;
	struct uuid source;
	struct jobs j;

	if (job_jobs(w, words, &j, err) == -1 ||
	    find(w, &j, job_which(words), words->place.names[1], &source,
		err) == -1)
		return -1;
	return jobs_unlink(&j, job_which(words), &source, err);
}
