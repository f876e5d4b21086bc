/*
 * jws.c: signed tokens in their compact form.
 */
#include "base/base64.h"
#include "feed/jws.h"

enum { HALF = SIGN_POINT_LEN / 2 };

/* The members of a key that its id is made of (RFC 7638 section 3.2). */
static const char *
key_members(struct arena *a, const struct sign_key *key)
{
	const unsigned char *point = sign_key_point(key);

	return arena_printf(a,
	    "\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"%.*s\",\"y\":\"%.*s\"",
	    SLICE_ARG(base64url_encode(a, point, HALF)),
	    SLICE_ARG(base64url_encode(a, point + HALF, HALF)));
}

/* The thumbprint of a key is its id. */
static struct slice
key_id(struct arena *a, const char *members)
{
	unsigned char hash[DIGEST_LEN];

	digest_sha256(slice_of(arena_printf(a, "{%s}", members)), hash);
	return base64url_encode(a, hash, sizeof(hash));
}

struct slice
jws_sign(struct arena *a, const struct sign_key *key, struct slice payload)
{
	struct slice id = key_id(a, key_members(a, key));
	struct slice head = slice_of(arena_printf(a,
	    "{\"alg\":\"ES256\",\"kid\":\"%.*s\",\"typ\":\"secevent+jwt\"}",
	    SLICE_ARG(id)));
	struct slice input = slice_of(arena_printf(a, "%.*s.%.*s",
	    SLICE_ARG(base64url_encode(a, head.data, head.len)),
	    SLICE_ARG(base64url_encode(a, payload.data, payload.len))));
	unsigned char signature[SIGN_LEN];

	sign_text(key, input, signature);
	return slice_of(arena_printf(a, "%.*s.%.*s", SLICE_ARG(input),
	    SLICE_ARG(base64url_encode(a, signature, sizeof(signature)))));
}

struct slice
jws_key_set(struct arena *a, const struct sign_key *key)
{
	const char *members = key_members(a, key);

	return slice_of(arena_printf(a,
	    "{\"keys\":[{%s,\"alg\":\"ES256\",\"use\":\"sig\","
	    "\"kid\":\"%.*s\"}]}",
	    members, SLICE_ARG(key_id(a, members))));
}
