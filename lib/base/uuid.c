/*
 * uuid.c: time-ordered identifiers, UUID version 7 (RFC 9562 section 5.7).
 */
#include <string.h>
#include <sys/random.h>

#include "base/log.h"
#include "base/uuid.h"

static const char hex[] = "0123456789abcdef";

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
	struct uuid id;

	if (getrandom(id.bytes, sizeof(id.bytes), 0) !=
	    (ssize_t)sizeof(id.bytes))
		fatal("getrandom failed");
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

/* A hyphen stands before these bytes. */
static bool
has_hyphen_before(int byte)
{
	return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

void
uuid_format(const struct uuid *id, char text[UUID_TEXT_SIZE])
{
	for (int i = 0; i < UUID_LEN; i++) {
		if (has_hyphen_before(i))
			*text++ = '-';
		*text++ = hex[id->bytes[i] >> 4];
		*text++ = hex[id->bytes[i] & 0x0f];
	}
	*text = '\0';
}

static int
digit(char c)
{
	const char *at = c == '\0' ? NULL : strchr(hex, c);

	return at == NULL ? -1 : (int)(at - hex);
}

int
uuid_parse(struct slice text, struct uuid *id)
{
	const char *p = text.data;

	if (text.len != UUID_TEXT_LEN)
		return -1;
	for (int i = 0; i < UUID_LEN; i++, p += 2) {
		int high, low;

		if (has_hyphen_before(i) && *p++ != '-')
			return -1;
		high = digit(p[0]);
		low = digit(p[1]);
		if (high == -1 || low == -1)
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
