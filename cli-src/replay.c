/*
 * replay.c: muster replay ID --dry-run: what a request of the request log
 * would change now.
 */
#include <stdio.h>

#include "base/nelem.h"
#include "json/walk.h"
#include "records.h"
#include "serve/replay.h"
#include "store/tenants.h"
#include "verb.h"
#include "watch/line.h"
#include "watch/request_log.h"

static const char usage[] = "replay [--store DIR] [--tenant NAME] --dry-run ID";

struct words {
	const char *store;
	const char *tenant;
	const char *id;
	bool dry_run;
};

static void
print_field(struct slice name, struct slice before, struct slice after)
{
	printf("  %.*s: %.*s -> %.*s\n", SLICE_ARG(name),
	    SLICE_ARG(before.len > 0 ? before : SLICE("(none)")),
	    SLICE_ARG(after.len > 0 ? after : SLICE("(none)")));
}

/* Those that were there before, then those that are new. */
static void
print_fields(struct slice before, struct slice after)
{
	struct walk w = walk_enter(before);
	struct slice name, value, other;

	while (walk_member(&w, &name, &value)) {
		if (!walk_find(after, name, &other))
			other = SLICE("");
		print_field(name, value, other);
	}
	w = walk_enter(after);
	while (walk_member(&w, &name, &value))
		if (!walk_find(before, name, &other))
			print_field(name, SLICE(""), value);
}

static void
print_list(struct slice change, const char *name, const char *sign)
{
	struct slice list, item;
	struct walk w;

	if (!walk_find(change, slice_of(name), &list))
		return;
	w = walk_enter(list);
	while (walk_element(&w, &item))
		printf("  members: %s %.*s\n", sign, SLICE_ARG(item));
}

static void
print_change(struct slice change)
{
	struct slice before = SLICE("{}"), after = SLICE("{}"), secret;

	walk_find(change, SLICE("before"), &before);
	walk_find(change, SLICE("after"), &after);
	printf("%.*s %.*s %.*s\n", SLICE_ARG(line_text(change, "operation")),
	    SLICE_ARG(line_text(change, "type")),
	    SLICE_ARG(line_text(change, "id")));
	print_fields(before, after);
	print_list(change, "membersAdded", "+");
	print_list(change, "membersRemoved", "-");
	if (walk_find(change, SLICE("secretChanged"), &secret))
		puts("  password: (changed)");
}

static void
print(const struct replay *r)
{
	struct slice rest = r->changes, change;
	bool any = false;

	printf("answer %d\n", r->status);
	if (r->status >= 400)
		printf("  %.*s\n", SLICE_ARG(r->answer));
	while (rest.len > 0 && slice_next(&rest, '\n', &change)) {
		print_change(change);
		any = true;
	}
	if (!any)
		puts("nothing would change");
	if (r->tolerances.len > 0)
		printf("tolerances %.*s\n", SLICE_ARG(r->tolerances));
	if (r->is_redacted)
		puts("parts of its body were redacted in the log: what stands "
		     "for them is not what was sent");
}

static int
run(struct workplace *w, const void *arg)
{
	const struct words *words = arg;
	struct identity identity = w->identity;
	struct replay replay;
	struct slice line;
	struct error err;

	/* What is in force for its tenant is found again on its way. */
	identity.catalog = w->catalog;
	if (request_log_find(w->arena, w->settings.store, w->caller.tenant,
		slice_of(words->id), &line, &err) == -1 ||
	    replay_rehearse(
		&identity, &w->settings, w->arena, line, &replay, &err) == -1)
		return verb_failed(&err);
	print(&replay);
	return EXIT_OK;
}

int
verb_replay(int argc, char **argv)
{
	struct words words = { .tenant = TENANT_DEFAULT_NAME };
	const struct verb_option options[] = { { "store", &words.store },
		{ "tenant", &words.tenant } };
	const struct verb_flag flags[] = { { "dry-run", &words.dry_run } };

	/* Nothing is ever sent twice: without the word it is not understood. */
	if (verb_read_flags(argc, argv, options, NELEM(options), flags,
		NELEM(flags), &words.id) == -1 ||
	    words.id == NULL || !words.dry_run)
		return verb_usage(usage);
	return workplace_run(words.store, words.tenant, run, &words);
}
