/*
 * stream.c: muster stream create | list | show | delete.
 */
#include <stddef.h>
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
	struct verb_place place;
	const char *label;
	const char *issuer;
	const char *audience;
	const char *types;
	const char *events;
	const char *url;
	const char *authorization;
	bool is_full;
};

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
create(struct workplace *w, const void *arg, struct error *err)
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

	if (check_types(w, s.types, err) == -1 || stream_check(&s, err) == -1 ||
	    check_url(s.url, err) == -1 ||
	    stream_create(w->identity.store, clock_now_ms(), &s, err) == -1)
		return -1;
	uuid_format(&s.id, id);
	printf("%s\n", id);
	if (s.url.len == 0)
		printf("Polled at: .events/streams/%s below the SCIM base URL, "
		       "with a token of the tenant\n",
		    id);
	return 0;
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
print(struct workplace *w, const void *arg, struct error *err)
{
	const struct words *words = arg;
	struct printing p = { .tenant = w->caller.tenant,
		.id = slice_of(words->place.names[0]) };

	if (stream_each(w->identity.store, w->arena, print_stream, &p, err) ==
	    -1)
		return -1;
	return p.found || p.id.len == 0
	    ? 0
	    : error_set(err, ERR_NOT_FOUND, "there is no stream '%.*s'",
		  SLICE_ARG(p.id));
}

static int
take_back(struct workplace *w, const void *arg, struct error *err)
{
	const struct words *words = arg;

	return stream_remove(w->identity.store, w->caller.tenant,
	    slice_of(words->place.names[0]), err);
}

/* clang-format off */
enum { CREATE = 1 };

#define WORD(name) offsetof(struct words, name)

static const struct verb_word rows[] = {
	{ "tenant",	WORD(place.tenant),	0,	false },
	{ "label",	WORD(label),		CREATE,	false },
	{ "issuer",	WORD(issuer),		CREATE,	false },
	{ "audience",	WORD(audience),		CREATE,	false },
	{ "types",	WORD(types),		CREATE,	false },
	{ "events",	WORD(events),		CREATE,	false },
	{ "push",	WORD(url),		CREATE,	false },
	{ "authorization", WORD(authorization),	CREATE,	false },
	{ "full",	WORD(is_full),		CREATE,	true },
};

static const struct verb_part parts[] = {
	{ "create",	0, true, create },
	{ "list",	0, true, print },
	{ "show",	1, true, print },
	{ "delete",	1, true, take_back },
};
/* clang-format on */

static bool
make_sense(const struct verb_part *part, const void *arg)
{
	const struct words *w = arg;

	return part->run != create ||
	    (w->issuer != NULL && w->audience != NULL &&
		(w->url != NULL || w->authorization == NULL));
}

static const struct verb_table table = { usage, rows, NELEM(rows), parts,
	NELEM(parts), 0, 0, make_sense };

int
verb_stream(int argc, char **argv)
{
	struct words words = { .place = { .tenant = TENANT_DEFAULT_NAME } };

	return verb_run_part(argc, argv, &table, &words.place);
}
