/*
 * job_log.c: muster job log: what provisioning did, and what came of it.
 */
#include <signal.h>
#include <stdio.h>
#include <time.h>

#include "base/moment.h"
#include "job.h"
#include "json/walk.h"
#include "records.h"

enum { LOOK_EVERY_MS = 200 };

static void
print_object(struct slice line)
{
	struct slice source;

	records_print(line, "objectType", "  ");
	if (!walk_find(line, SLICE("source"), &source))
		return;
	records_print(source, "name", " ");
	records_print(source, "id", " ");
}

static void
print_modified(struct slice line)
{
	struct slice list, one;
	const char *before = "  modified=";
	struct walk w;

	if (!walk_find(line, SLICE("modified"), &list))
		return;
	w = walk_enter(list);
	while (walk_element(&w, &one)) {
		records_print(one, "name", before);
		before = ",";
	}
}

static void
print_line(struct slice line)
{
	struct slice members;

	records_print(line, "at", "");
	records_print(line, "jobName", "  ");
	records_print(line, "action", "  ");
	records_print(line, "status", "  ");
	print_object(line);
	print_modified(line);
	if (walk_find(line, SLICE("members"), &members)) {
		records_print(members, "nAdded", "  members=+");
		records_print(members, "nRemoved", " -");
	}
	records_print(line, "code", "  ");
	records_print(line, "reason", ": ");
	records_print(line, "advice", "; advice: ");
	records_print(line, "retryAt", "; again at ");
	putchar('\n');
}

static int
print_found(struct slice line, void *arg, struct error *err)
{
	const bool *json = arg;

	(void)err;
	if (*json)
		printf("%.*s\n", SLICE_ARG(line));
	else
		print_line(line);
	return 1;
}

static struct slice
word(const char *text)
{
	return text == NULL ? SLICE("") : slice_of(text);
}

/* A job that is gone can still be called by its id. */
static int
read_job(struct workplace *w, const struct job_words *words, struct slice *id,
    struct error *err)
{
	char text[UUID_TEXT_SIZE];
	struct job_info info;
	struct uuid parsed;
	struct jobs j;

	*id = word(words->job);
	if (id->len == 0 || uuid_parse(*id, &parsed) == 0)
		return 0;
	if (job_jobs(w, words, &j, err) == -1 ||
	    jobs_find(&j, *id, &info, err) == -1)
		return -1;
	uuid_format(&info.id, text);
	*id = arena_slice(w->arena, slice_of(text));
	return 0;
}

static volatile sig_atomic_t is_ended;

static void
end(int signal_number)
{
	(void)signal_number;
	is_ended = 1;
}

static int
follow(struct workplace *w, const struct journal_search *s,
    struct lines_place *place, bool *json, struct error *err)
{
	const struct timespec pause = { .tv_nsec = LOOK_EVERY_MS * 1000000L };

	signal(SIGTERM, end);
	signal(SIGINT, end);
	while (!is_ended && !ferror(stdout)) {
		fflush(stdout);
		nanosleep(&pause, NULL);
		/* Another process may want to recover the store. */
		store_idle(w->identity.store);
		if (journal_run(w->settings.store, s, false, place, print_found,
			json, err) == -1)
			return -1;
	}
	return 0;
}

int
job_read_search(struct workplace *w, const struct job_words *words,
    struct journal_search *s, struct error *err)
{
	*s = (struct journal_search){ .tenant = w->caller.tenant,
		.cycle = word(words->cycle),
		.object = word(words->object),
		.action = word(words->action),
		.status = word(words->status),
		.code = word(words->code) };
	if (journal_check(s, err) == -1 ||
	    read_job(w, words, &s->job, err) == -1 ||
	    moment_read("--since", word(words->since), w->caller.now, &s->since,
		err) == -1)
		return -1;
	return moment_read(
	    "--until", word(words->until), w->caller.now, &s->until, err);
}

int
job_log(struct workplace *w, const void *arg, struct error *err)
{
	const struct job_words *words = arg;
	struct lines_place place = { .file = "" };
	struct journal_search s;
	bool json = words->json;

	if (job_read_search(w, words, &s, err) == -1 ||
	    journal_run(w->settings.store, &s, false, &place, print_found,
		&json, err) == -1)
		return -1;
	return words->follow ? follow(w, &s, &place, &json, err) : 0;
}
