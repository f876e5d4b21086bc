/*
 * stream.c: muster stream create | list | show | delete.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/nelem.h"
#include "feed/stream.h"
#include "http/client.h"
#include "store/tenants.h"
#include "verb.h"

static const char usage[] =
    "stream create [--store DIR] [--tenant NAME] [--label TEXT]\n"
    "           --issuer TEXT --audience TEXT [--full] [--types LIST]\n"
    "           [--events LIST] [--push URL [--authorization TEXT]]\n"
    "       muster stream list [--store DIR] [--tenant NAME]\n"
    "       muster stream show [--store DIR] [--tenant NAME] ID\n"
    "       muster stream delete [--store DIR] [--tenant NAME] ID";

struct words {
	const char *store;
	const char *tenant;
	const char *label;
	const char *issuer;
	const char *audience;
	const char *types;
	const char *events;
	const char *url;
	const char *authorization;
	const char *id;
	bool is_full;
};

static int
read_words(int argc, char **argv, struct words *w)
{
	const struct verb_option options[] = {
		{ "store", &w->store },
		{ "tenant", &w->tenant },
		{ "label", &w->label },
		{ "issuer", &w->issuer },
		{ "audience", &w->audience },
		{ "types", &w->types },
		{ "events", &w->events },
		{ "push", &w->url },
		{ "authorization", &w->authorization },
	};
	const struct verb_flag flags[] = { { "full", &w->is_full } };

	return verb_read_flags(
	    argc, argv, options, NELEM(options), flags, NELEM(flags), &w->id);
}

/* Every name in the list is a resource type. */
static int
check_types(const struct workplace *w, struct slice list, struct error *err)
{
	struct slice name;

	if (list.len == 0)
		return 0;
	while (slice_next(&list, ',', &name))
		if (catalog_find_type(w->identity.catalog, name) == NULL)
			return error_set(err, ERR_INVALID_VALUE,
			    "there is no resource type '%.*s'",
			    SLICE_ARG(name));
	return 0;
}

/* RFC 8935 section 5.1: tokens go over TLS. */
static int
check_url(struct slice url, struct error *err)
{
	if (url.len == 0 || http_url_is_safe(url.data))
		return 0;
	return error_set(err, ERR_INVALID_VALUE,
	    "'%.*s' is no https URL; http goes to this machine only",
	    SLICE_ARG(url));
}

static int
create(struct workplace *w, const void *arg)
{
	const struct words *words = arg;
	struct stream s = { .tenant = w->caller.tenant,
		.label = slice_of(words->label),
		.issuer = slice_of(words->issuer),
		.audience = slice_of(words->audience),
		.types = slice_of(words->types),
		.events = slice_of(words->events),
		.url = slice_of(words->url),
		.authorization = slice_of(words->authorization),
		.is_full = words->is_full };
	char id[UUID_TEXT_SIZE];
	struct error err;

	if (check_types(w, s.types, &err) == -1 ||
	    stream_check(&s, &err) == -1 || check_url(s.url, &err) == -1 ||
	    stream_create(w->identity.store, clock_now_ms(), &s, &err) == -1)
		return verb_failed(&err);
	uuid_format(&s.id, id);
	printf("%s\n", id);
	if (s.url.len == 0)
		printf("Polled at: .events/streams/%s below the SCIM base URL, "
		       "with a token of the tenant\n",
		    id);
	return EXIT_OK;
}

struct printing {
	uint32_t tenant;
	struct slice id; /* "": all of them, a line each */
	bool found;
};

static void
print_text(const char *name, struct slice text, const char *otherwise)
{
	printf("%-14s %.*s\n", name,
	    SLICE_ARG(text.len > 0 ? text : slice_of(otherwise)));
}

static void
print_all(const char *id, const struct stream *s)
{
	char at[CLOCK_TEXT_SIZE];

	print_text("id", slice_of(id), "");
	print_text("label", s->label, "");
	print_text("issuer", s->issuer, "");
	print_text("audience", s->audience, "");
	print_text("types", s->types, "all");
	print_text("events", s->events, "all");
	print_text("form", slice_of(s->is_full ? "full" : "notice"), "");
	print_text("pushed to", s->url, "nowhere: it is polled");
	print_text("authorization",
	    slice_of(s->authorization.len > 0 ? "(set)" : "none"), "");
	printf("%-14s %lld, and %zu behind it\n", "settled up to",
	    (long long)s->position, s->nahead);
	print_text("last error", s->last_error, "none");
	if (s->failures == 0)
		return;
	clock_format(s->next_at, at);
	printf("%-14s %lld, next try at %s\n", "failures",
	    (long long)s->failures, at);
}

static int
print_stream(struct stream *s, void *arg, struct error *err)
{
	struct printing *p = arg;
	char id[UUID_TEXT_SIZE];

	(void)err;
	uuid_format(&s->id, id);
	if (s->tenant != p->tenant ||
	    (p->id.len > 0 && !slice_equal(p->id, slice_of(id))))
		return 0;
	p->found = true;
	if (p->id.len > 0)
		print_all(id, s);
	else
		printf("%s  %-6s  %-6s  %10lld  %.*s\n", id,
		    s->url.len > 0 ? "push" : "poll",
		    s->is_full ? "full" : "notice", (long long)s->position,
		    SLICE_ARG(s->label));
	return 0;
}

static int
print(struct workplace *w, const void *arg)
{
	const struct words *words = arg;
	struct printing p = { .tenant = w->caller.tenant,
		.id = slice_of(words->id) };
	struct error err;

	if (stream_each(w->identity.store, w->arena, print_stream, &p, &err) ==
	    -1)
		return verb_failed(&err);
	if (p.found || p.id.len == 0)
		return EXIT_OK;
	error_set(
	    &err, ERR_NOT_FOUND, "there is no stream '%.*s'", SLICE_ARG(p.id));
	return verb_failed(&err);
}

static int
take_back(struct workplace *w, const void *arg)
{
	const struct words *words = arg;
	struct error err;

	if (stream_remove(w->identity.store, w->caller.tenant,
		slice_of(words->id), &err) == -1)
		return verb_failed(&err);
	return EXIT_OK;
}

static const struct {
	const char *name;
	int (*run)(struct workplace *w, const void *words);
	bool takes_id;
	bool creates;
} parts[] = {
	{ "create", create, false, true },
	{ "list", print, false, false },
	{ "show", print, true, false },
	{ "delete", take_back, true, false },
};

/* What a part of the verb needs, and what only one of them takes. */
static bool
makes_sense(const struct words *w, bool takes_id, bool creates)
{
	if ((w->id != NULL) != takes_id)
		return false;
	if (!creates)
		return w->issuer[0] == '\0' && w->audience[0] == '\0' &&
		    w->url[0] == '\0' && !w->is_full;
	return w->issuer[0] != '\0' && w->audience[0] != '\0' &&
	    (w->url[0] != '\0' || w->authorization[0] == '\0');
}

int
verb_stream(int argc, char **argv)
{
	struct words words = { .tenant = TENANT_DEFAULT_NAME,
		.label = "",
		.issuer = "",
		.audience = "",
		.types = "",
		.events = "",
		.url = "",
		.authorization = "" };

	if (argc < 2 || read_words(argc - 1, argv + 1, &words) == -1)
		return verb_usage(usage);
	for (size_t i = 0; i < NELEM(parts); i++)
		if (strcmp(argv[1], parts[i].name) == 0 &&
		    makes_sense(&words, parts[i].takes_id, parts[i].creates))
			return workplace_run(
			    words.store, words.tenant, parts[i].run, &words);
	return verb_usage(usage);
}
