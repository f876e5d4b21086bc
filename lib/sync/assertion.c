/*
 * assertion.c: who we are, proved by a signature.
 */
#include "base/base64.h"
#include "base/clock.h"
#include "base/uuid.h"
#include "json/json.h"
#include "sync/assertion.h"

enum { LIFE_S = 300 };

static struct slice
encode(struct arena *a, const struct json_object *part)
{
	struct slice text = json_text(a, part);

	return base64url_encode(a, text.data, text.len);
}

static void
set_text(struct arena *a, struct json_object *to, struct slice name,
    struct slice text)
{
	if (text.len > 0)
		json_set(to, name, json_new_string(a, text));
}

static struct slice
head_of(struct arena *a, const struct private_key *key, struct slice key_id)
{
	struct json_object *head = json_new_object(a);

	set_text(a, head, SLICE("alg"), slice_of(private_key_algorithm(key)));
	set_text(a, head, SLICE("typ"), SLICE("JWT"));
	set_text(a, head, SLICE("kid"), key_id);
	return encode(a, head);
}

static struct slice
claims_of(struct arena *a, struct slice client, struct slice audience)
{
	struct json_object *claims = json_new_object(a);
	int64_t now = clock_now_ms(), now_s = now / 1000;
	struct uuid uuid = uuid_new(now);
	char id[UUID_TEXT_SIZE];

	uuid_format(&uuid, id);
	set_text(a, claims, SLICE("iss"), client);
	set_text(a, claims, SLICE("sub"), client);
	set_text(a, claims, SLICE("aud"), audience);
	set_text(a, claims, SLICE("jti"), slice_of(id));
	json_set(claims, SLICE("iat"), json_new_integer(a, now_s));
	json_set(claims, SLICE("nbf"), json_new_integer(a, now_s));
	json_set(claims, SLICE("exp"), json_new_integer(a, now_s + LIFE_S));
	return encode(a, claims);
}

struct slice
assertion_make(struct arena *a, const struct private_key *key,
    struct slice key_id, struct slice client, struct slice audience)
{
	struct slice input = ARENA_JOIN(a, head_of(a, key, key_id), SLICE("."),
	    claims_of(a, client, audience));
	unsigned char signature[PRIVATE_SIGN_MAX];
	size_t len = private_key_sign(key, input, signature);

	return ARENA_JOIN(
	    a, input, SLICE("."), base64url_encode(a, signature, len));
}
