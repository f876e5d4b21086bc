/*
 * target_settings.c: where a target is, who we are there, how fast we may be.
 */
#include <string.h>

#include "base/nelem.h"
#include "http/client.h"
#include "http/url.h"
#include "json/json.h"
#include "sync/target_settings.h"

enum { ANSWER_MAX = 16 * 1024 * 1024, PATIENCE_MS = 10 * 60 * 1000 };

static const struct {
	const char *word;
	enum target_authentication is;
	bool has_client, has_token_url;
} ways[] = {
	{ "bearer", TARGET_BEARER, false, false },
	{ "client", TARGET_CLIENT, true, true },
	{ "assertion", TARGET_ASSERTION, true, true },
	{ "basic", TARGET_BASIC, true, false },
	{ "none", TARGET_ANONYMOUS, false, false },
};

/* The text NAME of JSON; empty when it is not there. */
static int
text_of(struct arena *a, const struct json_object *json, const char *name,
    const char **out, struct error *err)
{
	const struct json_object *v = json_get(json, name);

	if (json_kind(v) != JSON_NULL && json_kind(v) != JSON_STRING)
		return error_set(err, ERR_INVALID_VALUE,
		    "%s: a string is wanted, not %s", name,
		    json_kind_name(json_kind(v)));
	*out = arena_slice(a, json_string(v)).data;
	if (strpbrk(*out, "\r\n") != NULL && strcmp(name, "secret") != 0)
		return error_set(err, ERR_INVALID_VALUE,
		    "%s: there is the end of a line in it", name);
	return 0;
}

static int
number_of(const struct json_object *dialect, const char *name, int64_t min,
    int64_t max, int *out, struct error *err)
{
	const struct json_object *v = json_get(dialect, name);

	if (json_kind(v) == JSON_NULL)
		return 0;
	if (json_kind(v) != JSON_INTEGER || json_integer(v) < min ||
	    json_integer(v) > max)
		return error_set(err, ERR_INVALID_VALUE,
		    "dialect.%s: a number from %lld to %lld is wanted", name,
		    (long long)min, (long long)max);
	*out = (int)json_integer(v);
	return 0;
}

static int
read_url(struct arena *a, const struct json_object *json,
    struct target_settings *s, struct error *err)
{
	const char *text;
	size_t len;

	if (text_of(a, json, "url", &text, err) == -1)
		return -1;
	for (len = strlen(text); len > 0 && text[len - 1] == '/';)
		len--;
	s->url = arena_strndup(a, text, len);
	if (!http_url_is_safe(s->url))
		return error_set(err, ERR_INVALID_VALUE,
		    "url: '%s' is no https URL", s->url);
	/* CLI-30. */
	if (!http_url_is_bare(s->url))
		return error_set(err, ERR_INVALID_VALUE,
		    "url: there is a user, a query or a fragment in it");
	return 0;
}

static int
read_token_url(struct arena *a, const struct json_object *json,
    struct target_settings *s, struct error *err)
{
	if (text_of(a, json, "tokenUrl", &s->token_url, err) == -1)
		return -1;
	if (!http_url_is_safe(s->token_url))
		return error_set(err, ERR_INVALID_VALUE,
		    "tokenUrl: '%s' is no https URL", s->token_url);
	return 0;
}

static int
read_place(struct arena *a, const struct json_object *json,
    struct target_settings *s, struct error *err)
{
	const char *place;

	if (text_of(a, json, "credentialLocation", &place, err) == -1)
		return -1;
	s->in_body = strcmp(place, "body") == 0;
	if (!s->in_body && place[0] != '\0' && strcmp(place, "header") != 0)
		return error_set(err, ERR_INVALID_VALUE,
		    "credentialLocation: 'header' or 'body', not '%s'", place);
	return 0;
}

/* Who we are there, by the way that the definition names. */
static int
read_credentials(struct arena *a, const struct json_object *json,
    struct target_settings *s, struct error *err)
{
	const char *word, *client, *scope, *key;
	size_t i;

	if (text_of(a, json, "authentication", &word, err) == -1 ||
	    text_of(a, json, "clientId", &client, err) == -1 ||
	    text_of(a, json, "oauthScope", &scope, err) == -1 ||
	    text_of(a, json, "keyId", &key, err) == -1 ||
	    read_place(a, json, s, err) == -1)
		return -1;
	for (i = 0; i < NELEM(ways) && strcmp(ways[i].word, word) != 0;)
		i++;
	if (word[0] == '\0')
		i = 0;
	if (i == NELEM(ways))
		return error_set(err, ERR_INVALID_VALUE,
		    "authentication: 'bearer', 'client', 'assertion', 'basic' "
		    "or 'none', not '%s'",
		    word);
	s->authentication = ways[i].is;
	s->client_id = slice_of(client);
	s->oauth_scope = slice_of(scope);
	s->key_id = slice_of(key);
	if (ways[i].has_client && client[0] == '\0')
		return error_set(err, ERR_INVALID_VALUE,
		    "clientId: '%s' needs one", ways[i].word);
	return ways[i].has_token_url ? read_token_url(a, json, s, err) : 0;
}

static int
read_pace(const struct json_object *dialect, struct target_settings *s,
    struct error *err)
{
	int seconds = 30;

	s->concurrency = 8;
	if (number_of(dialect, "concurrency", 1, 256, &s->concurrency, err) ==
		-1 ||
	    number_of(dialect, "bulk", 0, 10000, &s->bulk, err) == -1 ||
	    number_of(dialect, "ratePerSecond", 0, 100000, &s->rate, err) ==
		-1 ||
	    number_of(dialect, "timeoutSeconds", 1, 600, &seconds, err) == -1)
		return -1;
	s->limit_ms = seconds * 1000;
	s->patience_ms = PATIENCE_MS;
	s->tries_max = 4;
	s->answer_max = ANSWER_MAX;
	return 0;
}

int
target_settings_read(struct arena *a, const struct json_object *json,
    struct slice secret, struct target_settings *out, struct error *err)
{
	const char *own;

	*out = (struct target_settings){ .rate = 25 };
	if (json_kind(json) != JSON_OBJECT)
		return error_set(err, ERR_INVALID_VALUE, "an object is wanted");
	if (read_url(a, json, out, err) == -1 ||
	    read_credentials(a, json, out, err) == -1 ||
	    read_pace(json_get(json, "dialect"), out, err) == -1 ||
	    text_of(a, json, "secret", &own, err) == -1)
		return -1;
	out->secret = own[0] != '\0' ? slice_of(own) : secret;
	return 0;
}
