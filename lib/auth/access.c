/*
 * access.c: access tokens of clients.
 *
 *	mat_ base64url( format 1 | client 16 | secret 16 | expires_at 8 |
 *	    scope | HMAC-SHA-256 of all this 32 )
 */
#include <string.h>

#include "auth/access.h"
#include "base/base64.h"

enum {
	FORMAT = 1,
	CLIENT_AT = 1,
	SECRET_AT = CLIENT_AT + UUID_LEN,
	EXPIRES_AT = SECRET_AT + UUID_LEN,
	SCOPE_AT = EXPIRES_AT + 8,
	TEXT_MAX = 4096
};

static int64_t
get_i64(const char *at)
{
	uint64_t n = 0;

	for (int i = 0; i < 8; i++)
		n = n << 8 | (unsigned char)at[i];
	return (int64_t)n;
}

static void
put_uuid(unsigned char *at, struct slice text)
{
	struct uuid id;

	if (uuid_parse(text, &id) == 0)
		memcpy(at, id.bytes, UUID_LEN);
}

static struct slice
get_uuid(struct arena *a, const char *at)
{
	static const struct uuid none;
	char text[UUID_TEXT_SIZE];
	struct uuid id;

	memcpy(id.bytes, at, UUID_LEN);
	if (uuid_compare(&id, &none) == 0)
		return SLICE("");
	uuid_format(&id, text);
	return slice_of(arena_strdup(a, text));
}

struct slice
access_seal(
    struct arena *a, const struct client *client, const struct access *access)
{
	size_t len = SCOPE_AT + access->scope.len;
	unsigned char *bytes = arena_calloc(a, len + DIGEST_LEN, 1);
	struct slice text;

	bytes[0] = FORMAT;
	put_uuid(bytes + CLIENT_AT, client->credential.id);
	put_uuid(bytes + SECRET_AT, access->secret_id);
	for (int i = 0; i < 8; i++)
		bytes[EXPIRES_AT + i] =
		    (unsigned char)((uint64_t)access->expires_at >>
			(56 - 8 * i));
	if (access->scope.len > 0)
		memcpy(bytes + SCOPE_AT, access->scope.data, access->scope.len);
	digest_hmac((const unsigned char *)client->seal_key.data,
	    (struct slice){ (const char *)bytes, len }, bytes + len);
	text = base64url_encode(a, bytes, len + DIGEST_LEN);
	return slice_of(arena_printf(a, ACCESS_PREFIX "%.*s", SLICE_ARG(text)));
}

static int
refuse(const char *why, struct error *err)
{
	return error_set(
	    err, ERR_UNAUTHORIZED, "no such access token: %s", why);
}

/* What TOKEN says, not yet believed; *SEALED is what stands under the seal. */
static int
read_token(struct arena *a, struct slice token, struct slice *sealed,
    struct error *err)
{
	token = slice_from(token, sizeof(ACCESS_PREFIX) - 1);
	if (token.len <= TEXT_MAX)
		sealed->data =
		    (const char *)base64url_decode(a, token, &sealed->len);
	if (token.len > TEXT_MAX || sealed->data == NULL ||
	    sealed->len < SCOPE_AT + DIGEST_LEN || sealed->data[0] != FORMAT)
		return refuse("a part of it is gone, or a typo", err);
	sealed->len -= DIGEST_LEN;
	return 0;
}

static int
check_seal(const struct client *client, struct slice sealed, struct error *err)
{
	unsigned char mac[DIGEST_LEN];

	digest_hmac((const unsigned char *)client->seal_key.data, sealed, mac);
	return digest_equal(mac, sealed.data + sealed.len, DIGEST_LEN)
	    ? 0
	    : refuse("its seal is wrong", err);
}

int
access_find(struct store *store, struct arena *a, int64_t now,
    struct slice token, struct credential *credential, struct error *err)
{
	struct client client;
	struct slice sealed, secret_id;
	int64_t expires_at;

	if (read_token(a, token, &sealed, err) == -1 ||
	    client_find(store, a, get_uuid(a, sealed.data + CLIENT_AT), &client,
		err) == -1 ||
	    check_seal(&client, sealed, err) == -1)
		return -1;
	expires_at = get_i64(sealed.data + EXPIRES_AT);
	if (now >= expires_at)
		return refuse("it has expired", err);
	secret_id = get_uuid(a, sealed.data + SECRET_AT);
	if (secret_id.len > 0 && client_secret_find(&client, secret_id) == NULL)
		return refuse("its client's secret was taken back", err);
	*credential = client.credential;
	credential->narrowed = slice_from(sealed, SCOPE_AT);
	return 0;
}
