/*
 * uuid.c: time-ordered identifiers, UUID version 7 (RFC 9562 section 5.7).
 */
#include <limits.h>
#include <pthread.h>
#include <string.h>

#include "base/digest.h"
#include "base/uuid.h"

/*
 * Random bytes for the next ids: each request has one, and a system call for
 * each is more than the rest of it.
 */
static struct {
	bool is_watched; /* a child has none of its parent's */
	size_t used;
	unsigned char bytes[16 * UUID_LEN];
} pool = { .used = sizeof(pool.bytes) };

static void
empty_pool(void)
{
	pool.used = sizeof(pool.bytes);
}

static void
fill_pool(void)
{
	if (!pool.is_watched)
		pthread_atfork(NULL, NULL, empty_pool);
	pool.is_watched = true;
	digest_random(pool.bytes, sizeof(pool.bytes));
	pool.used = 0;
}

static struct uuid
random_id(void)
{
	struct uuid id;

	if (pool.used == sizeof(pool.bytes))
		fill_pool();
	memcpy(id.bytes, pool.bytes + pool.used, UUID_LEN);
	pool.used += UUID_LEN;
	return id;
}

/* The 48 bits of time and 12 bits of counter that stand first in an id. */
static void
put_time(struct uuid *id, uint64_t ms, unsigned counter)
{
	for (int i = 0; i < 6; i++)
		id->bytes[i] = (unsigned char)(ms >> (40 - 8 * i));
	id->bytes[6] = (unsigned char)(0x70 | (counter >> 8 & 0x0f));
	id->bytes[7] = (unsigned char)counter;
}

struct uuid
uuid_new(int64_t now_ms)
{
	/* The last (time, counter) that this process gave out. */
	static uint64_t last_ms;
	static unsigned counter;
	struct uuid id = random_id();

	if ((uint64_t)now_ms > last_ms) {
		last_ms = (uint64_t)now_ms;
		/* Room to count up: start in the lower half. */
		counter = ((unsigned)id.bytes[6] << 8 | id.bytes[7]) & 0x7ff;
	} else if (++counter > 0xfff) {
		last_ms++;
		counter = 0;
	}
	put_time(&id, last_ms, counter);
	id.bytes[8] = (unsigned char)(0x80 | (id.bytes[8] & 0x3f));
	return id;
}

/* Where the two digits of each byte stand, with hyphens between some. */
static const unsigned char digits_at[UUID_LEN] = { 0, 2, 4, 6, 9, 11, 14, 16,
	19, 21, 24, 26, 28, 30, 32, 34 };

void
uuid_format(const struct uuid *id, char text[UUID_TEXT_SIZE])
{
	static const char digits[] = "0123456789abcdef";

	memset(text, '-', UUID_TEXT_LEN);
	text[UUID_TEXT_LEN] = '\0';
	for (int i = 0; i < UUID_LEN; i++) {
		text[digits_at[i]] = digits[id->bytes[i] >> 4];
		text[digits_at[i] + 1] = digits[id->bytes[i] & 0x0f];
	}
}

/* The values of the digits, and one more: what is none is 0. */
static const unsigned char digit_values[UCHAR_MAX + 1] = { ['0'] = 1,
	['1'] = 2,
	['2'] = 3,
	['3'] = 4,
	['4'] = 5,
	['5'] = 6,
	['6'] = 7,
	['7'] = 8,
	['8'] = 9,
	['9'] = 10,
	['a'] = 11,
	['b'] = 12,
	['c'] = 13,
	['d'] = 14,
	['e'] = 15,
	['f'] = 16 };

static int
digit(char c)
{
	return digit_values[(unsigned char)c] - 1;
}

int
uuid_parse(struct slice text, struct uuid *id)
{
	static const unsigned char hyphens_at[] = { 8, 13, 18, 23 };
	const char *p = text.data;

	if (text.len != UUID_TEXT_LEN)
		return -1;
	for (size_t i = 0; i < sizeof(hyphens_at); i++)
		if (p[hyphens_at[i]] != '-')
			return -1;
	for (int i = 0; i < UUID_LEN; i++) {
		int high = digit(p[digits_at[i]]);
		int low = digit(p[digits_at[i] + 1]);

		if ((high | low) < 0)
			return -1;
		id->bytes[i] = (unsigned char)(high << 4 | low);
	}
	return 0;
}

int
uuid_compare(const struct uuid *a, const struct uuid *b)
{
	return memcmp(a->bytes, b->bytes, UUID_LEN);
}

uint64_t
uuid_hash(const struct uuid *id)
{
	/* An odd number near 2^64 divided by the golden ratio. */
	const uint64_t spread = 0x9e3779b97f4a7c15;
	uint64_t h, low;

	memcpy(&h, id->bytes, sizeof(h));
	memcpy(&low, id->bytes + sizeof(h), sizeof(low));
	h = (h ^ h >> 32) * spread + low;
	h = (h ^ h >> 32) * spread;
	return h ^ h >> 32;
}

int64_t
uuid_time(const struct uuid *id)
{
	int64_t ms = 0;

	for (int i = 0; i < 6; i++)
		ms = ms << 8 | id->bytes[i];
	return ms;
}
