/*
 * trust.c: what an administrator says of an issuer (spec clients.md sections
 * 2.3 and 2.4).
 */
#include "auth/trust.h"

#define ENTRA_V1_ISSUER "https://sts.windows.net/%.*s/"
#define ENTRA_V2_ISSUER "https://login.microsoftonline.com/%.*s/v2.0"
#define ENTRA_V1_KEYS	"https://login.microsoftonline.com/%.*s/discovery/keys"
#define ENTRA_V2_KEYS \
	"https://login.microsoftonline.com/%.*s/discovery/v2.0/keys"
#define ENTRA_AUDIENCE "8adf8e6e-67b2-4cf2-a259-e3dc5476c621"

static struct slice
entra_issuer(struct arena *a, bool is_bearer, struct slice tenant_id)
{
	return slice_of(is_bearer
		? arena_printf(a, ENTRA_V1_ISSUER, SLICE_ARG(tenant_id))
		: arena_printf(a, ENTRA_V2_ISSUER, SLICE_ARG(tenant_id)));
}

static int
check_parts(bool is_bearer, const struct trust *t, struct error *err)
{
	if (is_bearer && t->tenant_id.len == 0)
		return error_set(err, ERR_INVALID_VALUE,
		    "an issuer of bearer tokens needs its tenant's id");
	if (t->issuer.len == 0 || t->audiences.len == 0 ||
	    (!is_bearer && t->subject.len == 0))
		return error_set(err, ERR_INVALID_VALUE,
		    "an issuer needs its name or its tenant's id, an audience "
		    "and a subject");
	return 0;
}

static struct slice
entra_keys(struct arena *a, bool is_bearer, struct slice tenant_id)
{
	return slice_of(is_bearer
		? arena_printf(a, ENTRA_V1_KEYS, SLICE_ARG(tenant_id))
		: arena_printf(a, ENTRA_V2_KEYS, SLICE_ARG(tenant_id)));
}

/* Either the keys themselves, or where they are. */
static int
check_keys(struct arena *a, const struct trust *t, struct error *err)
{
	if ((t->keys.len > 0) == (t->keys_url.len > 0))
		return error_set(err, ERR_INVALID_VALUE,
		    "an issuer needs its keys, or the URL where they are");
	if (t->keys.len > 0)
		return jwks_check(a, t->keys, err);
	if (slice_has_prefix_nocase(t->keys_url, SLICE("https://")))
		return 0;
	return error_set(err, ERR_INVALID_VALUE,
	    "keys are fetched from an https URL, not '%.*s'",
	    SLICE_ARG(t->keys_url));
}

int
trust_complete(
    struct arena *a, bool is_bearer, struct trust *t, struct error *err)
{
	if (t->issuer.len == 0 && t->tenant_id.len > 0) {
		t->issuer = entra_issuer(a, is_bearer, t->tenant_id);
		if (t->keys.len == 0 && t->keys_url.len == 0)
			t->keys_url = entra_keys(a, is_bearer, t->tenant_id);
	}
	if (t->audiences.len == 0 && is_bearer)
		t->audiences = SLICE(ENTRA_AUDIENCE);
	if (check_parts(is_bearer, t, err) == -1)
		return -1;
	return check_keys(a, t, err);
}
