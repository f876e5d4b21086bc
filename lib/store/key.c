/*
 * key.c: the bytes of keys.
 */
#include <string.h>

#include "base/log.h"
#include "store/key.h"

static void
add(struct key *k, const void *data, size_t len)
{
	if (len > sizeof(k->bytes) - k->len)
		fatal("key longer than %zu bytes", sizeof(k->bytes));
	if (len > 0)
		memcpy(k->bytes + k->len, data, len);
	k->len += len;
}

void
key_init(struct key *k, uint32_t tenant)
{
	unsigned char bytes[4] = { (unsigned char)(tenant >> 24),
		(unsigned char)(tenant >> 16), (unsigned char)(tenant >> 8),
		(unsigned char)tenant };

	k->len = 0;
	add(k, bytes, sizeof(bytes));
}

void
key_add_text(struct key *k, struct slice text)
{
	unsigned char digest[DIGEST_LEN];

	if (text.len <= KEY_TEXT_MAX) {
		add(k, text.data, text.len);
	} else {
		digest_sha256(text, digest);
		add(k, text.data, KEY_TEXT_MAX);
		add(k, digest, sizeof(digest));
	}
	add(k, "", 1);
}

void
key_add_start(struct key *k, struct slice text)
{
	add(k, text.data, text.len);
}

void
key_add_uuid(struct key *k, const struct uuid *id)
{
	add(k, id->bytes, sizeof(id->bytes));
}

void
key_add_u64(struct key *k, uint64_t number)
{
	unsigned char bytes[8];

	key_put_u64(bytes, number);
	add(k, bytes, sizeof(bytes));
}

struct slice
key_slice(const struct key *k)
{
	return (struct slice){ (const char *)k->bytes, k->len };
}

struct uuid
key_last_uuid(struct slice key)
{
	struct uuid id = { { 0 } };

	if (key.len >= sizeof(id.bytes))
		memcpy(id.bytes, key.data + key.len - sizeof(id.bytes),
		    sizeof(id.bytes));
	return id;
}

uint64_t
key_last_u64(struct slice key)
{
	unsigned char bytes[8] = { 0 };

	if (key.len >= sizeof(bytes))
		memcpy(
		    bytes, key.data + key.len - sizeof(bytes), sizeof(bytes));
	return key_get_u64(bytes);
}

void
key_put_u64(unsigned char out[8], uint64_t number)
{
	for (int i = 0; i < 8; i++)
		out[i] = (unsigned char)(number >> (56 - 8 * i));
}

uint64_t
key_get_u64(const unsigned char in[8])
{
	uint64_t number = 0;

	for (int i = 0; i < 8; i++)
		number = number << 8 | in[i];
	return number;
}
