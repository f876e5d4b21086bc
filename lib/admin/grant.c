/*
 * grant.c: what a credential may do, as an administrator says it.
 */
#include <string.h>

#include "admin/grant.h"
#include "auth/address.h"
#include "auth/role.h"
#include "auth/scope.h"
#include "base/clock.h"
#include "base/number.h"
#include "http/reply.h"
#include "identity/bound.h"

enum { HOUR_MS = 3600 * 1000, DAYS_MAX = 36500 };

/* A credential of one user: there must be such a user. */
static int
check_user(const struct identity *identity, const struct caller *caller,
    struct slice id, struct error *err)
{
	const struct resource_type *type =
	    catalog_find_type(identity->catalog, SLICE("User"));
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
	if (project_parse(caller->arena, type, caller->profile, SLICE("id"),
		SLICE(""), &projection, err) == -1)
		return -1;
	buf_init(&out, HTTP_BODY_MAX);
	rc = identity_read(
	    identity, caller, type, id, &none, projection, &out, &outcome, err);
	buf_fini(&out);
	return rc;
}

/* There must be such a profile; who errs is told which there are. */
static int
check_profile(struct arena *a, const struct catalog *c, struct slice name,
    struct error *err)
{
	const char *names = "";

	/* Without one the tenant's counts, now and later. */
	if (name.len == 0 || profile_find(c, name) != NULL)
		return 0;
	for (size_t i = 0; profile_get(c, i) != NULL; i++)
		names = arena_printf(a, "%s%s%.*s", names, i == 0 ? "" : ", ",
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
parse_date(struct arena *a, struct slice text, int64_t *at)
{
	struct instant instant;

	if (text.len == strlen("2026-11-21"))
		text = slice_of(
		    arena_printf(a, "%.*sT00:00:00Z", SLICE_ARG(text)));
	if (clock_parse(text, &instant) == -1)
		return -1;
	*at = instant.seconds * 1000 + instant.nanoseconds / 1000000;
	return 0;
}

int
grant_read_expiry(struct arena *a, int64_t now, const char *name,
    struct slice text, int64_t *at, struct error *err)
{
	*at = 0;
	if (text.len == 0 || parse_span(text, now, at) == 0)
		return 0;
	if (parse_date(a, text, at) == -1)
		return error_set(err, ERR_INVALID_VALUE,
		    "%s takes 90d, 12h or a date, not '%.*s'", name,
		    SLICE_ARG(text));
	if (*at <= now)
		return error_set(err, ERR_INVALID_VALUE, "%s: %.*s is past",
		    name, SLICE_ARG(text));
	return 0;
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

static int
check_all(const struct identity *identity, const struct caller *caller,
    struct credential *c, struct error *err)
{
	struct arena *a = caller->arena;
	const struct bound *bound;

	if (c->filter.len > 0 &&
	    bound_make(a, identity, c->filter, SLICE(""), &bound, err) == -1)
		return -1;
	if (limit_check(c->limits, err) == -1 ||
	    scope_check(c->scope, is_type, identity->catalog, err) == -1 ||
	    role_check(c, err) == -1)
		return -1;
	if (c->addresses.len > 0 && address_check_list(c->addresses, err) == -1)
		return -1;
	if (check_profile(a, identity->catalog, c->profile, err) == -1)
		return -1;
	return check_user(identity, caller, c->user, err);
}

int
grant_check(const struct identity *identity, const struct caller *caller,
    const struct tenant *tenant, struct credential *c, struct error *err)
{
	struct identity there = *identity;
	struct caller visitor = *caller;

	there.catalog =
	    catalog_narrow(caller->arena, identity->catalog, &tenant->choice);
	visitor.tenant = tenant->number;
	visitor.tenant_version = tenant->version;
	return check_all(&there, &visitor, c, err);
}
