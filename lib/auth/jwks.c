/*
 * jwks.c: the keys of an issuer.
 */
#include "auth/jwks.h"
#include "base/base64.h"
#include "base/digest_verify.h"
#include "base/nelem.h"
#include "json/json.h"

/* The kind of key decides what may be made with it: no confusion. */
static const struct {
	struct slice name;
	struct slice kty;
} algs[] = {
	[JWT_RS256] = { { "RS256", 5 }, { "RSA", 3 } },
	[JWT_ES256] = { { "ES256", 5 }, { "EC", 2 } },
};
_Static_assert(NELEM(algs) == JWT_ALG_MAX, "one row an algorithm");

enum jwt_alg
jwt_alg_find(struct slice name)
{
	for (size_t i = 0; i < NELEM(algs); i++)
		if (slice_equal(name, algs[i].name))
			return (enum jwt_alg)i;
	return JWT_ALG_MAX;
}

static struct slice
member(const struct json_object *v, const char *name)
{
	return json_string(json_get(v, name));
}

static struct slice
bytes_of(struct arena *a, const struct json_object *key, const char *name)
{
	struct slice out;

	out.data =
	    (const char *)base64url_decode(a, member(key, name), &out.len);
	return out.data != NULL ? out : SLICE("");
}

/* A key may say what it is for (RFC 7517 section 4.3). */
static bool
may_verify(const struct json_object *key)
{
	const struct json_object *uses = json_get(key, "key_ops");

	for (size_t i = 0; i < json_len(uses); i++)
		if (slice_equal(json_string(json_at(uses, i)), SLICE("verify")))
			return true;
	return json_kind(uses) == JSON_NULL;
}

/* KEY, to be freed, if it is one for ALG. */
static struct verify_key *
load(struct arena *a, const struct json_object *key, enum jwt_alg alg)
{
	struct slice use = member(key, "use"), name = member(key, "alg");

	if (!slice_equal(member(key, "kty"), algs[alg].kty) ||
	    (use.len > 0 && !slice_equal(use, SLICE("sig"))) ||
	    (name.len > 0 && !slice_equal(name, algs[alg].name)) ||
	    !may_verify(key))
		return NULL;
	if (alg == JWT_RS256)
		return verify_key_rsa(
		    bytes_of(a, key, "n"), bytes_of(a, key, "e"));
	if (!slice_equal(member(key, "crv"), SLICE("P-256")))
		return NULL;
	return verify_key_p256(bytes_of(a, key, "x"), bytes_of(a, key, "y"));
}

static bool
is_usable(struct arena *a, const struct json_object *key)
{
	for (int alg = 0; alg < JWT_ALG_MAX; alg++) {
		struct verify_key *k = load(a, key, (enum jwt_alg)alg);

		verify_key_free(k);
		if (k != NULL && member(key, "kid").len > 0)
			return true;
	}
	return false;
}

/*
 * What has a key's private part can make its signatures, and is none of ours
 * to keep (RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1).
 */
static bool
is_private(const struct json_object *key)
{
	return json_has(key, SLICE("d")) || json_has(key, SLICE("k"));
}

static bool
has_private(const struct json_object *keys)
{
	for (size_t i = 0; i < json_len(keys); i++)
		if (is_private(json_at(keys, i)))
			return true;
	return false;
}

int
jwks_check(struct arena *a, struct slice text, struct error *err)
{
	struct json_object *set, *keys;

	if (text.len > JWKS_LEN_MAX)
		return error_set(err, ERR_INVALID_VALUE,
		    "a set of keys has at most %d bytes", JWKS_LEN_MAX);
	if (json_parse(a, text, &set, err) == -1)
		return error_prefix(err, "the set of keys: ");
	keys = json_get(set, "keys");
	if (has_private(keys))
		return error_set(err, ERR_INVALID_VALUE,
		    "the set has a key that is secret ('d' or 'k'): bring the "
		    "public keys only");
	for (size_t i = 0; i < json_len(keys); i++)
		if (is_usable(a, json_at(keys, i)))
			return 0;
	return error_set(err, ERR_INVALID_VALUE,
	    "the set has no key with a 'kid' for RS256 (%d bits or more) or "
	    "ES256",
	    VERIFY_RSA_BITS_MIN);
}

bool
jwks_has(struct arena *a, struct slice text, struct slice kid)
{
	struct json_object *set, *keys;
	struct error err;

	if (text.len == 0 || json_parse(a, text, &set, &err) == -1)
		return false;
	keys = json_get(set, "keys");
	for (size_t i = 0; i < json_len(keys); i++)
		if (slice_equal(member(json_at(keys, i), "kid"), kid))
			return true;
	return false;
}

/* 1 when KEY made the signature, 0 when it did not, -1 when it is unfit. */
static int
try_key(struct arena *a, const struct json_object *key, enum jwt_alg alg,
    struct slice text, struct slice signature)
{
	struct verify_key *k = load(a, key, alg);
	int good;

	if (k == NULL)
		return -1;
	good = verify_text(k, text, signature);
	verify_key_free(k);
	return good;
}

int
jwks_verify(struct arena *a, struct slice text_of_keys, struct slice kid,
    enum jwt_alg alg, struct slice text, struct slice signature,
    struct error *err)
{
	struct json_object *set, *keys;
	const char *why = "its issuer has no such key";

	if (json_parse(a, text_of_keys, &set, err) == -1)
		return error_set(
		    err, ERR_INTERNAL, "a stored set of keys is damaged");
	keys = json_get(set, "keys");
	for (size_t i = 0; i < json_len(keys); i++) {
		const struct json_object *key = json_at(keys, i);

		if (!slice_equal(member(key, "kid"), kid))
			continue;
		switch (try_key(a, key, alg, text, signature)) {
		case 1:
			return 0;
		case 0:
			why = "its signature is wrong";
			break;
		default:
			why = "that key is not for this algorithm";
		}
	}
	return error_set(err, ERR_UNAUTHORIZED, "JWT with the key '%.*s': %s",
	    SLICE_ARG(kid), why);
}
