/*
 * log.c: muster log: what was asked and answered.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/moment.h"
#include "base/nelem.h"
#include "records.h"
#include "store/tenants.h"
#include "verb.h"
#include "watch/request_log.h"

static const char usage[] =
    "log [--store DIR] [--tenant NAME | --tenant-number N | --nobody]\n"
    "           [--status 404|4xx] [--credential ID] [--method WORD]\n"
    "           [--path TEXT] [--type NAME] [--id ID] [--request ID]\n"
    "           [--since TIME] [--until TIME] [--tail N] [-f] [--json]";

enum { TAIL_FOLLOWED = 10, LOOK_EVERY_MS = 200 };

struct words {
	const char *store;
	const char *tenant;
	const char *number;
	const char *status;
	const char *credential;
	const char *method;
	const char *path;
	const char *type;
	const char *id;
	const char *request;
	const char *since;
	const char *until;
	const char *tail;
	bool nobody;
	bool follow;
	bool json;
};

static int
read_words(int argc, char **argv, struct words *w)
{
	const struct verb_option options[] = {
		{ "store", &w->store },
		{ "tenant", &w->tenant },
		{ "tenant-number", &w->number },
		{ "status", &w->status },
		{ "credential", &w->credential },
		{ "method", &w->method },
		{ "path", &w->path },
		{ "type", &w->type },
		{ "id", &w->id },
		{ "request", &w->request },
		{ "since", &w->since },
		{ "until", &w->until },
		{ "tail", &w->tail },
	};
	const struct verb_flag flags[] = { { "nobody", &w->nobody },
		{ "follow", &w->follow }, { "json", &w->json } };
	static char follow[] = "--follow";

	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "-f") == 0)
			argv[i] = follow;
	return verb_read_flags(
	    argc, argv, options, NELEM(options), flags, NELEM(flags), NULL);
}

static void
print_line(struct slice line, bool json)
{
	if (json) {
		printf("%.*s\n", SLICE_ARG(line));
		return;
	}
	records_print(line, "at", "");
	records_print(line, "status", "  ");
	records_print(line, "method", "  ");
	records_print(line, "path", " ");
	records_print(line, "query", "?");
	records_print(line, "us", "  us=");
	records_print(line, "in", " in=");
	records_print(line, "out", " out=");
	records_print(line, "read", " read=");
	records_print(line, "written", " written=");
	records_print(line, "credential", " credential=");
	records_print(line, "address", " address=");
	records_print(line, "id", " id=");
	records_print(line, "tolerances", " tolerances=");
	records_print(line, "isNew", " new=");
	records_print(line, "scimType", " scimType=");
	records_print(line, "detail", "  ");
	putchar('\n');
}

static int
print_found(struct slice line, void *arg, struct error *err)
{
	const struct words *words = arg;

	(void)err;
	print_line(line, words->json);
	return 1;
}

static int
read_search(const struct workplace *w, const struct words *words,
    struct request_search *s, struct error *err)
{
	int64_t number;

	*s = (struct request_search){ .tenant = w->caller.tenant,
		.credential = slice_of(words->credential),
		.method = slice_of(words->method),
		.path = slice_of(words->path),
		.type = slice_of(words->type),
		.id = slice_of(words->id),
		.request = slice_of(words->request),
		.status = slice_of(words->status) };
	if (records_read_number(
		"tenant-number", words->number, UINT32_MAX, &number, err) == -1)
		return -1;
	if (words->number[0] != '\0')
		s->tenant = (uint32_t)number;
	if (words->nobody)
		s->tenant = TENANT_STORE;
	if (moment_read("--since", slice_of(words->since), w->caller.now,
		&s->since, err) == -1 ||
	    moment_read("--until", slice_of(words->until), w->caller.now,
		&s->until, err) == -1)
		return -1;
	return request_search_check(s, err);
}

/* The last ones, in their order; *PLACE is where they end. */
static int
print_tail(const struct workplace *w, const struct words *words,
    const struct request_search *s, int64_t tail, struct error *err)
{
	struct search_found records = { .arena = w->arena,
		.max = (size_t)tail };
	struct lines_place place = { .file = "" };

	if (request_log_search(w->settings.store, s, true, &place, search_keep,
		&records, err) == -1)
		return -1;
	for (size_t i = records.n; i > 0; i--)
		print_line(records.list[i - 1], words->json);
	return 0;
}

static volatile sig_atomic_t is_ended;

static void
end(int signal_number)
{
	(void)signal_number;
	is_ended = 1;
}

/* Everything is passed over that is there: *PLACE is the end. */
static int
pass_over(struct slice line, void *arg, struct error *err)
{
	(void)line;
	(void)arg;
	(void)err;
	return 1;
}

static int
follow(struct workplace *w, const struct words *words,
    const struct request_search *s, struct lines_place *place,
    struct error *err)
{
	const struct timespec pause = { .tv_nsec = LOOK_EVERY_MS * 1000000L };
	struct words copy = *words;

	signal(SIGTERM, end);
	signal(SIGINT, end);
	while (!is_ended && !ferror(stdout)) {
		if (request_log_search(w->settings.store, s, false, place,
			print_found, &copy, err) == -1)
			return -1;
		fflush(stdout);
		nanosleep(&pause, NULL);
		/* Another process may want to recover the store. */
		store_idle(w->identity.store);
	}
	return 0;
}

static int
show(struct workplace *w, const struct words *words, struct error *err)
{
	struct lines_place place = { .file = "" };
	struct request_search s;
	struct words copy = *words;
	int64_t tail;

	if (read_search(w, words, &s, err) == -1 ||
	    records_read_number("tail", words->tail, 1000000, &tail, err) == -1)
		return -1;
	if (tail == 0 && !words->follow)
		return request_log_search(w->settings.store, &s, false, &place,
		    print_found, &copy, err);
	if (words->follow &&
	    request_log_search(w->settings.store, &s, false, &place, pass_over,
		NULL, err) == -1)
		return -1;
	if (print_tail(w, words, &s,
		tail == 0 && words->follow ? TAIL_FOLLOWED : tail, err) == -1)
		return -1;
	return words->follow ? follow(w, words, &s, &place, err) : 0;
}

int
verb_log(int argc, char **argv)
{
	struct words words = { .tenant = TENANT_DEFAULT_NAME,
		.number = "",
		.status = "",
		.credential = "",
		.method = "",
		.path = "",
		.type = "",
		.id = "",
		.request = "",
		.since = "",
		.until = "",
		.tail = "" };
	struct workplace w;
	struct error err;
	int rc = EXIT_OK;

	if (read_words(argc, argv, &words) == -1)
		return verb_usage(usage);
	if (workplace_open(&w, words.store,
		words.nobody || words.number[0] != '\0' ? NULL : words.tenant,
		false, NULL) == -1)
		return EXIT_FAILED;
	if (show(&w, &words, &err) == -1)
		rc = verb_failed(&err);
	workplace_close(&w);
	return rc;
}
