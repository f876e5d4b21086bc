/*
 * jwt.c: JSON Web Tokens.
 */
#include <string.h>

#include "auth/jwt.h"
#include "base/base64.h"
#include "base/nelem.h"
#include "json/json.h"

static int
refuse(const char *why, struct error *err)
{
	return error_set(err, ERR_UNAUTHORIZED, "JWT: %s", why);
}

bool
jwt_is(struct slice text)
{
	size_t dots = 0;

	if (text.len <= 2 || memcmp(text.data, "ey", 2) != 0)
		return false;
	for (size_t i = 0; i < text.len; i++)
		dots += text.data[i] == '.';
	return dots == 2;
}

/* A part of the token, an object. */
static int
read_part(struct arena *a, struct slice text, struct json_object **out,
    struct error *err)
{
	struct error ignored;
	struct slice json;

	json.data = (const char *)base64url_decode(a, text, &json.len);
	if (json.data == NULL || json_parse(a, json, out, &ignored) == -1 ||
	    json_kind(*out) != JSON_OBJECT)
		return refuse("a part of it is gone, or damaged", err);
	return 0;
}

/* What a token of another kind says of itself (RFC 8725 section 3.11). */
static bool
is_known_type(const struct json_object *header)
{
	static const struct slice types[] = { { "JWT", 3 }, { "at+jwt", 6 },
		{ "client-authentication+jwt", 25 } };
	const struct json_object *typ = json_get(header, "typ");

	for (size_t i = 0; i < NELEM(types); i++)
		if (slice_equal_nocase(json_string(typ), types[i]))
			return true;
	return json_kind(typ) == JSON_NULL;
}

/* Keys that a token brings itself ("jwk", "jku", "x5c") are not looked at. */
static int
read_header(
    const struct json_object *header, struct jwt *out, struct error *err)
{
	out->alg = jwt_alg_find(json_string(json_get(header, "alg")));
	out->kid = json_string(json_get(header, "kid"));
	if (out->alg == JWT_ALG_MAX)
		return refuse("its algorithm is not RS256 or ES256", err);
	if (out->kid.len == 0)
		return refuse("it does not name its key", err);
	if (json_has(header, SLICE("crit")))
		return refuse("it asks for an extension", err);
	if (!is_known_type(header))
		return refuse("it is a token of another kind", err);
	return 0;
}

int
jwt_parse(
    struct arena *a, struct slice text, struct jwt *out, struct error *err)
{
	struct slice rest = text, parts[3];
	struct json_object *header;

	if (text.len > JWT_LEN_MAX || !jwt_is(text))
		return refuse("it is too long, or none", err);
	for (size_t i = 0; i < NELEM(parts); i++)
		slice_next(&rest, '.', &parts[i]);
	if (read_part(a, parts[0], &header, err) == -1 ||
	    read_header(header, out, err) == -1 ||
	    read_part(a, parts[1], &out->claims, err) == -1)
		return -1;
	out->text =
	    (struct slice){ text.data, parts[0].len + 1 + parts[1].len };
	out->signature.data =
	    (const char *)base64url_decode(a, parts[2], &out->signature.len);
	if (out->signature.data == NULL || out->signature.len == 0)
		return refuse("it has no signature", err);
	return 0;
}

struct slice
jwt_claim(const struct jwt *jwt, const char *name)
{
	return json_string(json_get(jwt->claims, name));
}

/*
 * A NumericDate, seconds with or without a fraction, in ms; FALLBACK when the
 * claim is not there, -1 when it is something else.
 */
static int64_t
time_of(const struct jwt *jwt, const char *name, int64_t fallback)
{
	const struct json_object *v = json_get(jwt->claims, name);
	double seconds = json_decimal(v);

	if (!json_has(jwt->claims, slice_of(name)))
		return fallback;
	if ((json_kind(v) != JSON_INTEGER && json_kind(v) != JSON_DECIMAL) ||
	    !(seconds >= 0 && seconds < 1e11))
		return -1;
	return (int64_t)(seconds * 1000);
}

int64_t
jwt_expires_at(const struct jwt *jwt)
{
	int64_t at = time_of(jwt, "exp", 0);

	return at > 0 ? at : 0;
}

static int
check_times(const struct jwt *jwt, int64_t now, struct error *err)
{
	const int64_t skew = JWT_SKEW * 1000;
	int64_t expires = time_of(jwt, "exp", -1);
	int64_t begins = time_of(jwt, "nbf", 0);
	int64_t issued = time_of(jwt, "iat", 0);

	if (expires == -1 || begins == -1 || issued == -1)
		return refuse("it does not say until when", err);
	if (now >= expires + skew)
		return refuse("it has expired", err);
	if (expires - now > JWT_LIFE_MAX * (int64_t)1000 + skew)
		return refuse("it lives too long", err);
	if (begins > now + skew || issued > now + skew)
		return refuse("it is from the future; look at the clocks", err);
	return 0;
}

/* Entra shows an audience with "/.default" behind it, and sends it without. */
static bool
is_audience(struct slice claim, struct slice wanted)
{
	static const struct slice tail = { "/.default", 9 };
	struct slice longer = claim.len > wanted.len ? claim : wanted;
	struct slice shorter = claim.len > wanted.len ? wanted : claim;

	if (shorter.len == 0)
		return false;
	if (slice_equal(longer, shorter))
		return true;
	return longer.len == shorter.len + tail.len &&
	    memcmp(longer.data, shorter.data, shorter.len) == 0 &&
	    slice_equal(slice_from(longer, shorter.len), tail);
}

static bool
is_listed(struct slice claim, struct slice audiences)
{
	struct slice item;

	while (slice_next(&audiences, ',', &item))
		if (is_audience(claim, slice_trim(item)))
			return true;
	return false;
}

/* "aud" is a string, or a list of them (RFC 7519 section 4.1.3). */
static bool
has_audience(const struct jwt *jwt, struct slice audiences)
{
	const struct json_object *aud = json_get(jwt->claims, "aud");

	if (json_kind(aud) != JSON_ARRAY)
		return is_listed(json_string(aud), audiences);
	for (size_t i = 0; i < json_len(aud); i++)
		if (is_listed(json_string(json_at(aud, i)), audiences))
			return true;
	return false;
}

static int
check_claim(const struct jwt *jwt, const char *name, struct slice wanted,
    struct error *err)
{
	struct slice claim = jwt_claim(jwt, name);

	if (wanted.len == 0 || slice_equal(claim, wanted))
		return 0;
	return error_set(err, ERR_UNAUTHORIZED,
	    "JWT: '%s' is '%.*s', not '%.*s'", name,
	    claim.len > 128 ? 128 : (int)claim.len, claim.data,
	    SLICE_ARG(wanted));
}

/* A name that is none would not be known again (RFC 7519 section 4.1.7). */
static int
check_name(const struct jwt *jwt, struct error *err)
{
	return !json_has(jwt->claims, SLICE("jti")) ||
		jwt_claim(jwt, "jti").len > 0
	    ? 0
	    : refuse("its 'jti' is no text", err);
}

int
jwt_check(struct arena *a, int64_t now, const struct jwt *jwt,
    const struct trust *trust, struct error *err)
{
	if (trust->issuer.len == 0 || trust->audiences.len == 0)
		return refuse("nobody's is taken here", err);
	if (check_claim(jwt, "iss", trust->issuer, err) == -1)
		return -1;
	if (jwks_verify(a, trust->keys, jwt->kid, jwt->alg, jwt->text,
		jwt->signature, err) == -1)
		return -1;
	if (check_claim(jwt, "sub", trust->subject, err) == -1 ||
	    check_claim(jwt, "tid", trust->tenant_id, err) == -1)
		return -1;
	if (!has_audience(jwt, trust->audiences))
		return refuse("it is for another audience", err);
	if (check_name(jwt, err) == -1)
		return -1;
	return check_times(jwt, now, err);
}
