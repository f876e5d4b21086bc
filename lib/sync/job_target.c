/*
 * job_target.c: "target" of a job: where it is, and who we are there.
 */
#include <stddef.h>

#include "base/nelem.h"
#include "json/json.h"
#include "sync/job_part.h"
#include "sync/property.h"

static const char *const authentication_words[] = { "bearer", "client",
	"assertion", "basic", "none", NULL };
static const char *const location_words[] = { "header", "body", NULL };

#define AT(member) offsetof(struct job_target, member)
/* clang-format off */
static const struct property properties[] = {
	{ "url",                PROPERTY_TEXT,   AT(url),            0, 0, NULL },
	{ "authentication",     PROPERTY_WORD,   AT(authentication), 0, 0, authentication_words },
	{ "secret",             PROPERTY_TEXT,   AT(secret),         0, 0, NULL },
	{ "clientId",           PROPERTY_TEXT,   AT(client_id),      0, 0, NULL },
	{ "tokenUrl",           PROPERTY_TEXT,   AT(token_url),      0, 0, NULL },
	{ "credentialLocation", PROPERTY_WORD,   AT(in_body),        0, 0, location_words },
	{ "oauthScope",         PROPERTY_TEXT,   AT(oauth_scope),    0, 0, NULL },
	{ "keyId",              PROPERTY_TEXT,   AT(key_id),         0, 0, NULL },
	{ "dialect",            PROPERTY_OBJECT, AT(dialect_json),   0, 0, NULL },
};
/* clang-format on */
#undef AT

static bool
has_any(struct slice text, const char *set)
{
	for (size_t i = 0; i < text.len; i++)
		if (strchr(set, text.data[i]) != NULL ||
		    (unsigned char)text.data[i] <= ' ' ||
		    (unsigned char)text.data[i] >= 0x7f)
			return true;
	return false;
}

int
job_check_url(
    const char *name, struct slice url, const char *not_in, struct error *err)
{
	struct slice rest = slice_from(url, sizeof("https://") - 1);

	if (!slice_has_prefix_nocase(url, SLICE("https://"))) {
		rest = slice_from(url, sizeof("http://") - 1);
		if (!slice_has_prefix_nocase(url, SLICE("http://")))
			rest.len = 0;
	}
	if (rest.len == 0 || rest.data[0] == '/' || has_any(url, not_in))
		return error_set(err, ERR_INVALID_VALUE,
		    "%s: a URL such as https://host/path expected, without "
		    "any of %s and spaces",
		    name, not_in);
	return 0;
}

/* What each way to authenticate needs. */
static int
check_needs(const struct job_target *t, struct error *err)
{
	const char *missing = NULL;

	if (t->authentication == JOB_CLIENT ||
	    t->authentication == JOB_ASSERTION) {
		if (t->client_id.len == 0)
			missing = "clientId";
		else if (t->token_url.len == 0)
			missing = "tokenUrl";
	}
	if (t->authentication == JOB_BASIC && t->client_id.len == 0)
		missing = "clientId";
	if (missing != NULL)
		return error_set(err, ERR_INVALID_VALUE,
		    "target.%s: needed for \"authentication\": \"%s\"", missing,
		    authentication_words[t->authentication]);
	if (t->token_url.len > 0)
		return job_check_url(
		    "target.tokenUrl", t->token_url, "@#\"<>\\", err);
	return 0;
}

int
job_compile_target(
    const struct json_object *json, struct job_target *out, struct error *err)
{
	*out = (struct job_target){ .client_id = SLICE(""),
		.token_url = SLICE(""),
		.oauth_scope = SLICE(""),
		.key_id = SLICE("") };
	if (json == NULL)
		return error_set(
		    err, ERR_INVALID_VALUE, "target: an object is needed");
	if (property_read(json, properties, NELEM(properties), out, err) == -1)
		return error_prefix(err, "target.");
	/* CLI-30: no user, no query and no fragment in it. */
	if (job_check_url("target.url", out->url, "@?#\"<>\\", err) == -1 ||
	    check_needs(out, err) == -1)
		return -1;
	while (out->url.data[out->url.len - 1] == '/')
		out->url.len--;
	if (dialect_read(out->dialect_json, &out->dialect, err) == -1)
		return error_prefix(err, "target.dialect.");
	return 0;
}
