/*
 * job_summary.c: muster job summary: what the provisioning log comes to.
 */
#include <stdio.h>

#include "job.h"
#include "sync/summary.h"

static void
print_counts(const struct json_object *v)
{
	printf("%8lld  %8lld  %8lld  %8lld",
	    (long long)json_integer(json_get(v, "records")),
	    (long long)json_integer(json_get(v, "success")),
	    (long long)json_integer(json_get(v, "skipped")),
	    (long long)json_integer(json_get(v, "failure")));
}

static void
print_word(const struct json_object *v, const char *name)
{
	struct slice word = json_string(json_get(v, name));

	if (word.len > 0)
		printf("  %.*s", SLICE_ARG(word));
}

static void
print_rows(const struct json_object *v, const char *list, const char *what)
{
	static const char *const words[] = { "name", "id", "from", "to",
		"advice" };
	const struct json_object *rows = json_get(v, list);

	for (size_t i = 0; i < json_len(rows); i++) {
		printf("%-8s", what);
		print_counts(json_at(rows, i));
		for (size_t k = 0; k < sizeof(words) / sizeof(*words); k++)
			print_word(json_at(rows, i), words[k]);
		putchar('\n');
	}
}

static void
print_text(const struct json_object *v)
{
	printf("%-8s%8s  %8s  %8s  %8s\n%-8s", "", "records", "success",
	    "skipped", "failure", "all");
	print_counts(v);
	if (json_get(v, "successPercent") != NULL)
		printf("  %lld %% of what was tried",
		    (long long)json_integer(json_get(v, "successPercent")));
	print_word(v, "from");
	print_word(v, "to");
	putchar('\n');
	print_rows(v, "types", "type");
	print_rows(v, "actions", "action");
	print_rows(v, "jobs", "job");
	print_rows(v, "cycles", "cycle");
	print_rows(v, "errors", "error");
	printf("members %8lld added  %8lld removed\n",
	    (long long)json_integer(json_get(v, "membersAdded")),
	    (long long)json_integer(json_get(v, "membersRemoved")));
}

int
job_summary(struct workplace *w, const void *arg, struct error *err)
{
	const struct job_words *words = arg;
	struct summary *summary = summary_new(w->arena);
	struct lines_place place = { .file = "" };
	struct json_object *v;
	struct journal_search s;

	if (job_read_search(w, words, &s, err) == -1 ||
	    journal_run(w->settings.store, &s, true, &place, summary_add,
		summary, err) == -1)
		return -1;
	v = summary_show(w->arena, summary);
	if (words->json)
		job_print_json(words, v);
	else
		print_text(v);
	return 0;
}
