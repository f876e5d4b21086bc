/*
 * grant.c: what a new credential may do, from the command line.
 */
#include <string.h>

#include "auth/address.h"
#include "auth/scope.h"
#include "base/clock.h"
#include "base/number.h"
#include "http/reply.h"
#include "identity/bound.h"
#include "verb.h"

enum { HOUR_MS = 3600 * 1000, DAYS_MAX = 36500 };

/* A credential of one user: there must be such a user. */
static int
check_user(struct workplace *w, struct slice id, struct error *err)
{
	const struct resource_type *type =
	    catalog_find_type(w->identity.catalog, SLICE("User"));
	struct conditions none = { .if_match = { NULL, 0 } };
	struct projection *projection;
	struct outcome outcome;
	struct buf out;
	int rc;

	if (id.len == 0)
		return 0;
	if (type == NULL)
		return error_set(err, ERR_NOT_FOUND,
		    "the tenant has no users: no credential is one's own");
	if (project_parse(w->arena, type, w->caller.profile, SLICE("id"),
		SLICE(""), &projection, err) == -1)
		return -1;
	buf_init(&out, HTTP_BODY_MAX);
	rc = identity_read(&w->identity, &w->caller, type, id, &none,
	    projection, &out, &outcome, err);
	buf_fini(&out);
	return rc;
}

/* There must be such a profile; who errs is told which there are. */
static int
check_profile(struct workplace *w, struct slice name, struct error *err)
{
	const struct catalog *c = w->identity.catalog;
	const char *names = "";

	/* Without one the tenant's counts, now and later. */
	if (name.len == 0 || profile_find(c, name) != NULL)
		return 0;
	for (size_t i = 0; profile_get(c, i) != NULL; i++)
		names = arena_printf(w->arena, "%s%s%.*s", names,
		    i == 0 ? "" : ", ",
		    SLICE_ARG(profile_name(profile_get(c, i))));
	return error_set(err, ERR_INVALID_VALUE,
	    "there is no profile '%.*s', only %s", SLICE_ARG(name), names);
}

/* "90d" or "12h" from NOW on; 0 is now, to see what a client does then. */
static int
parse_span(struct slice text, int64_t now, int64_t *at)
{
	int64_t n;
	char unit = text.len > 0 ? text.data[text.len - 1] : '\0';

	if (unit != 'd' && unit != 'h')
		return -1;
	text.len--;
	if (parse_int(text, 0, DAYS_MAX, &n, NULL) == -1)
		return -1;
	*at = now + n * HOUR_MS * (unit == 'd' ? 24 : 1);
	return 0;
}

/* A dateTime, or a date: its first moment in UTC. */
static int
parse_date(struct workplace *w, struct slice text, int64_t *at)
{
	struct instant instant;

	if (text.len == strlen("2026-11-21"))
		text = slice_of(
		    arena_printf(w->arena, "%.*sT00:00:00Z", SLICE_ARG(text)));
	if (clock_parse(text, &instant) == -1)
		return -1;
	*at = instant.seconds * 1000 + instant.nanoseconds / 1000000;
	return 0;
}

int
grant_read_expiry(struct workplace *w, const char *option, const char *word,
    int64_t *at, struct error *err)
{
	struct slice text = slice_of(word);
	int64_t now = clock_now_ms();

	*at = 0;
	if (text.len == 0 || parse_span(text, now, at) == 0)
		return 0;
	if (parse_date(w, text, at) == -1)
		return error_set(err, ERR_INVALID_VALUE,
		    "%s takes 90d, 12h or a date, not '%s'", option, word);
	if (*at <= now)
		return error_set(
		    err, ERR_INVALID_VALUE, "%s: %s is past", option, word);
	return 0;
}

const char *
grant_day(struct arena *a, int64_t at_ms, const char *word)
{
	char text[CLOCK_TEXT_SIZE];

	if (at_ms == 0)
		return word;
	clock_format(at_ms, text);
	return arena_printf(a, "%.10s", text);
}

/* "users" stands for /Users. */
static bool
is_type(const void *catalog, struct slice name)
{
	const struct resource_type *type;

	for (size_t i = 0; (type = catalog_type(catalog, i)) != NULL; i++)
		if (slice_equal_nocase(slice_from(type->endpoint, 1), name))
			return true;
	return false;
}

int
grant_read(struct workplace *w, const struct grant *grant,
    struct credential *out, struct error *err)
{
	const struct bound *bound;

	*out = (struct credential){
		.label = slice_of(grant->label),
		.profile = slice_of(grant->profile),
		.user = slice_of(grant->user),
		.scope = slice_of(grant->scope),
		.addresses = slice_of(grant->addresses),
		.filter = slice_of(grant->filter),
	};
	if (out->filter.len > 0 &&
	    bound_make(w->arena, &w->identity, out->filter, &bound, err) == -1)
		return -1;
	if (scope_check(out->scope, is_type, w->identity.catalog, err) == -1)
		return -1;
	if (out->addresses.len > 0 &&
	    address_check_list(out->addresses, err) == -1)
		return -1;
	if (check_profile(w, out->profile, err) == -1 ||
	    check_user(w, out->user, err) == -1)
		return -1;
	return grant_read_expiry(
	    w, "--expires", grant->expires, &out->expires_at, err);
}

struct slice
grant_profile(const struct credential *c)
{
	return c->profile.len > 0 ? c->profile : SLICE("-");
}
