/*
 * grant.c: what a credential may do, from the command line.
 */
#include "admin/grant.h"
#include "auth/client.h"
#include "auth/token.h"
#include "base/clock.h"
#include "base/number.h"
#include "store/tenants.h"
#include "verb.h"

const char *
grant_day(struct arena *a, int64_t at_ms, const char *word)
{
	char text[CLOCK_TEXT_SIZE];

	if (at_ms == 0)
		return word;
	clock_format(at_ms, text);
	return arena_printf(a, "%.10s", text);
}

static void
take(struct slice *text, const char *word)
{
	if (word != NULL)
		*text = slice_of(word);
}

int
grant_read_limits(const char *const limits[LIMIT_MAX], int64_t out[LIMIT_MAX],
    struct error *err)
{
	for (int i = 0; i < LIMIT_MAX; i++)
		if (limits[i] != NULL &&
		    parse_int(
			slice_of(limits[i]), 0, INT64_MAX, &out[i], NULL) == -1)
			return error_set(err, ERR_INVALID_VALUE,
			    "--%s: '%s' is no number",
			    limit_row((enum limit)i)->option, limits[i]);
	return 0;
}

/* C as GRANT says; what it does not speak of stays. */
static int
apply(struct workplace *w, const struct grant *grant, struct credential *c,
    struct error *err)
{
	struct identity server = w->identity;
	struct tenancy y = workplace_tenancy(w);
	struct tenant tenant;

	server.catalog = w->catalog;
	take(&c->label, grant->label);
	take(&c->profile, grant->profile);
	take(&c->user, grant->user);
	take(&c->scope, grant->scope);
	take(&c->role, grant->role);
	take(&c->addresses, grant->addresses);
	take(&c->filter, grant->filter);
	if (grant_read_limits(grant->limits, c->limits, err) == -1 ||
	    tenancy_find_number(&y, c->tenant, &tenant, err) == -1 ||
	    grant_check(&server, &w->caller, &tenant, c, err) == -1)
		return -1;
	c->tenant_name = tenant.name;
	if (c->tenant == TENANT_STORE && credential_check_above(c, err) == -1)
		return -1;
	return grant->expires == NULL
	    ? 0
	    : grant_read_expiry(w->arena, w->caller.now, "--expires",
		  slice_of(grant->expires), &c->expires_at, err);
}

int
grant_read(struct workplace *w, const struct grant *grant,
    struct credential *out, struct error *err)
{
	*out = (struct credential){ .tenant = w->caller.tenant };
	return apply(w, grant, out, err);
}

int
grant_change(struct workplace *w, const struct grant *grant, struct slice id,
    int64_t lifetime, struct error *err)
{
	struct client client = { .lifetime = 0 };
	struct credential c;

	if (token_find_id(
		w->identity.store, w->arena, TENANT_STORE, id, &c, err) == -1 ||
	    apply(w, grant, &c, err) == -1)
		return -1;
	if (lifetime != 0 && !slice_equal(c.kind, SLICE("client")))
		return error_set(err, ERR_INVALID_VALUE,
		    "only a client has tokens that live for some time");
	client.credential = c;
	client.lifetime = lifetime;
	return client_update(w->identity.store, &client, err);
}

struct slice
grant_profile(const struct credential *c)
{
	return c->profile.len > 0 ? c->profile : SLICE("-");
}
