/*
 * key.c: the bytes of keys.
 */
#include <endian.h>
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

struct key
key_of_id(uint32_t tenant, const struct uuid *id)
{
	struct key k;

	key_init(&k, tenant);
	key_add_uuid(&k, id);
	return k;
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

bool
key_take_tenant(struct slice *rest, uint32_t *tenant)
{
	const unsigned char *p = (const unsigned char *)rest->data;

	if (rest->len < 4)
		return false;
	*tenant = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
	*rest = slice_from(*rest, 4);
	return true;
}

bool
key_take_text(struct slice *rest, struct slice *text)
{
	const char *end =
	    rest->len == 0 ? NULL : memchr(rest->data, '\0', rest->len);

	if (end == NULL)
		return false;
	*text = (struct slice){ rest->data, (size_t)(end - rest->data) };
	*rest = slice_from(*rest, text->len + 1);
	return true;
}

bool
key_take_uuid(struct slice *rest, struct uuid *id)
{
	if (rest->len < sizeof(id->bytes))
		return false;
	memcpy(id->bytes, rest->data, sizeof(id->bytes));
	*rest = slice_from(*rest, sizeof(id->bytes));
	return true;
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
	uint64_t number;

	/* One instruction: a scan reads four for each record. */
	memcpy(&number, in, sizeof(number));
	return be64toh(number);
}
