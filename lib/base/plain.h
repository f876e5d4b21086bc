/*
 * plain.h: bytes that a JSON string holds as they are: no control, no quote,
 * no backslash.
 */
#ifndef BASE_PLAIN_H
#define BASE_PLAIN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * Which of eight bytes in memory is the first that is not 0?  Of those that
 * stand the other way round the first is taken for it, so that none counts.
 */
static inline size_t
first_of(uint64_t bytes)
{
	return (size_t)(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
		? __builtin_ctzll(bytes)
		: 0) /
	    8;
}

/*
 * How many bytes of the LEN at P are plain ASCII, up to the first that is
 * not?  Eight are looked at together; fewer at the end are not counted.
 */
static inline size_t
plain_len(const char *p, size_t len)
{
	const uint64_t ones = UINT64_MAX / 255, tops = ones << 7;
	size_t n = 0;

	for (; len - n >= sizeof(uint64_t); n += sizeof(uint64_t)) {
		uint64_t bytes, quotes, slashes, others;

		memcpy(&bytes, p + n, sizeof(bytes));
		quotes = bytes ^ ones * '"';
		slashes = bytes ^ ones * '\\';
		/*
		 * Each of these has the top bit where a byte is not plain; a
		 * borrow tells of others, but only behind the first.
		 */
		others = (bytes | (bytes - ones * ' ') | (quotes - ones) |
			     (slashes - ones)) &
		    tops;
		if (others != 0)
			return n + first_of(others);
	}
	return n;
}

#endif
