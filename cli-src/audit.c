/*
 * audit.c: muster audit list | verify.
 */
#include <stdio.h>
#include <string.h>

#include "base/moment.h"
#include "base/nelem.h"
#include "json/walk.h"
#include "records.h"
#include "verb.h"
#include "watch/audit.h"

static const char usage[] =
    "audit list [--store DIR] [--tenant NAME | --tenant-number N]\n"
    "           [--type NAME] [--id ID] [--actor ID] [--operation WORD]\n"
    "           [--request ID] [--since TIME] [--until TIME] [--tail N] [--json]\n"
    "       muster audit verify [--store DIR] [--head N:HASH] [--changes]\n"
    "       muster audit verify --files DIR [--head N:HASH]";

struct words {
	const char *store;
	const char *tenant;
	const char *number;
	const char *type;
	const char *id;
	const char *request;
	const char *actor;
	const char *operation;
	const char *since;
	const char *until;
	const char *tail;
	const char *head;
	const char *files;
	bool json;
	bool changes;
};

static int
read_words(int argc, char **argv, struct words *w)
{
	const struct verb_option options[] = {
		{ "store", &w->store },
		{ "tenant", &w->tenant },
		{ "tenant-number", &w->number },
		{ "type", &w->type },
		{ "id", &w->id },
		{ "request", &w->request },
		{ "actor", &w->actor },
		{ "operation", &w->operation },
		{ "since", &w->since },
		{ "until", &w->until },
		{ "tail", &w->tail },
		{ "head", &w->head },
		{ "files", &w->files },
	};
	const struct verb_flag flags[] = { { "json", &w->json },
		{ "changes", &w->changes } };

	return verb_read_flags(
	    argc, argv, options, NELEM(options), flags, NELEM(flags), NULL);
}

static bool
always(void *arg)
{
	(void)arg;
	return true;
}

/* What muster work has not come to yet is shown too. */
static int
follow(struct workplace *w, struct error *err)
{
	uint64_t added;

	return audit_follow(
	    w->identity.store, w->settings.store, always, NULL, &added, err);
}

static void
print_entry(struct slice line, bool json)
{
	struct slice change;

	if (json || !walk_find(line, SLICE("change"), &change)) {
		printf("%.*s\n", SLICE_ARG(line));
		return;
	}
	records_print(line, "n", "");
	records_print(change, "at", "  ");
	records_print(change, "operation", "  ");
	records_print(change, "type", "  ");
	records_print(change, "id", " ");
	records_print(line, "log", "  log=");
	records_print(change, "tenant", " tenant=");
	records_print(change, "actor", " actor=");
	records_print(change, "request", " request=");
	records_print(change, "before", "  ");
	records_print(change, "after", " -> ");
	records_print(change, "membersAdded", " +");
	records_print(change, "membersRemoved", " -");
	putchar('\n');
}

static int
print_found(struct slice line, void *arg, struct error *err)
{
	const struct words *words = arg;

	(void)err;
	print_entry(line, words->json);
	return 1;
}

static int
read_search(const struct workplace *w, const struct words *words,
    struct audit_search *s, struct error *err)
{
	int64_t number;

	*s = (struct audit_search){ .all = words->tenant == NULL,
		.tenant = w->caller.tenant,
		.type = slice_of(words->type),
		.id = slice_of(words->id),
		.request = slice_of(words->request),
		.actor = slice_of(words->actor),
		.operation = slice_of(words->operation) };
	if (records_read_number(
		"tenant-number", words->number, UINT32_MAX, &number, err) == -1)
		return -1;
	if (words->number[0] != '\0') {
		s->tenant = (uint32_t)number;
		s->all = false;
	}
	if (moment_read("--since", slice_of(words->since), w->caller.now,
		&s->since, err) == -1)
		return -1;
	return moment_read(
	    "--until", slice_of(words->until), w->caller.now, &s->until, err);
}

static int
list(struct workplace *w, const struct words *words, struct error *err)
{
	struct search_found records = { .arena = w->arena };
	struct lines_place place = { .file = "" };
	struct words copy = *words;
	struct audit_search s;
	int64_t tail;

	if (read_search(w, words, &s, err) == -1 ||
	    records_read_number("tail", words->tail, 1000000, &tail, err) ==
		-1 ||
	    follow(w, err) == -1)
		return -1;
	if (tail == 0)
		return audit_search(w->settings.store, &s, false, &place,
		    print_found, &copy, err);
	records.max = (size_t)tail;
	if (audit_search(w->settings.store, &s, true, &place, search_keep,
		&records, err) == -1)
		return -1;
	for (size_t i = records.n; i > 0; i--)
		print_entry(records.list[i - 1], words->json);
	return 0;
}

static int
run_list(struct workplace *w, const void *arg)
{
	struct error err;

	return list(w, arg, &err) == -1 ? verb_failed(&err) : EXIT_OK;
}

/* What is not in the chain is not held by it. */
static int
say_lag(struct store *store, const char *dir)
{
	struct error err;
	uint64_t n;

	if (audit_lag(store, dir, &n, &err) == -1)
		return verb_failed(&err);
	if (n > 0)
		printf("%llu changes are not in it yet: muster work chains "
		       "them\n",
		    (unsigned long long)n);
	return EXIT_OK;
}

/* In DIR; held against the change log of STORE unless that is NULL. */
static int
verify(const char *dir, struct store *store, const struct words *words)
{
	struct audit_head known = { .n = 0 };
	struct audit_report report;
	struct error err;

	if (words->head[0] != '\0' &&
	    audit_head_parse(slice_of(words->head), &known) == -1)
		return verb_usage(usage);
	if (audit_verify(dir, store, &known, &report, &err) == -1)
		return verb_failed(&err);
	if (words->files != NULL && report.head.n == 0 && !report.is_broken) {
		error_set(&err, ERR_NOT_FOUND, "%s: no audit is there", dir);
		return verb_failed(&err);
	}
	if (report.is_broken) {
		printf("the audit does not hold: %s\n", report.what);
		return EXIT_FAILED;
	}
	printf("%llu entries hold; head %llu:%s\n",
	    (unsigned long long)report.head.n,
	    (unsigned long long)report.head.n, report.head.hash);
	if (report.unfinished > 0)
		printf("%llu bytes of an entry that was not finished: its "
		       "change comes again\n",
		    (unsigned long long)report.unfinished);
	return EXIT_OK;
}

static int
run_verify(struct workplace *w, const void *arg)
{
	const struct words *words = arg;

	int rc = verify(w->settings.store,
	    words->changes ? w->identity.store : NULL, words);

	return rc == EXIT_OK ? say_lag(w->identity.store, w->settings.store)
			     : rc;
}

int
verb_audit(int argc, char **argv)
{
	struct words words = { .number = "",
		.type = "",
		.id = "",
		.request = "",
		.actor = "",
		.operation = "",
		.since = "",
		.until = "",
		.tail = "",
		.head = "" };

	if (argc < 2 || read_words(argc - 1, argv + 1, &words) == -1)
		return verb_usage(usage);
	if (strcmp(argv[1], "list") == 0 && words.files == NULL)
		return workplace_run(
		    words.store, words.tenant, run_list, &words);
	if (strcmp(argv[1], "verify") != 0)
		return verb_usage(usage);
	if (words.files != NULL)
		return verify(words.files, NULL, &words);
	return workplace_run(words.store, NULL, run_verify, &words);
}
