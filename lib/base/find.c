/*
 * find.c: look at sixteen bytes at a time.
 *
 * A byte is worth a closer look when it begins PART and the one as far on as
 * PART is long ends it; or when it is none that may be folded by a bit.  Bit
 * 5 is set in all: that folds letters, and makes some others equal which are
 * not, so what is found is compared once more.
 */
#include <stdint.h>
#include <string.h>

#include "base/find.h"

enum { CASE_BIT = 0x20, STEP = 16 };

typedef unsigned char block __attribute__((vector_size(STEP)));

static block
load(const char *at)
{
	block b;

	memcpy(&b, at, STEP);
	return b;
}

static block
fill(unsigned char c)
{
	block b = { 0 };

	return b + c;
}

static bool
is_any(block b)
{
	uint64_t half[STEP / 8];

	memcpy(half, &b, STEP);
	return (half[0] | half[1]) != 0;
}

/* Does PART begin at one of the bytes from AT on that are set in NEAR? */
static bool
is_one(const char *at, block near, struct slice part)
{
	unsigned char set[STEP];

	memcpy(set, &near, STEP);
	for (int i = 0; i < STEP; i++)
		if (set[i] != 0 &&
		    slice_equal_nocase(
			(struct slice){ at + i, part.len }, part))
			return true;
	return false;
}

/* The last bytes, which are no whole block. */
static bool
is_in_rest(const char *at, const char *end, struct slice part)
{
	const unsigned char head = (unsigned char)*part.data | CASE_BIT;

	for (; at < end; at++)
		if ((unsigned char)*at >= 0x80 || *at == '\\' ||
		    (((unsigned char)*at | CASE_BIT) == head &&
			(size_t)(end - at) >= part.len &&
			slice_equal_nocase(
			    (struct slice){ at, part.len }, part)))
			return true;
	return false;
}

bool
find_may_hold(struct slice body, struct slice part)
{
	const char *at = body.data, *end = body.data + body.len;
	size_t last = part.len - 1;
	const block bit = fill(CASE_BIT), beyond = fill(0x80);
	const block escape = fill('\\');
	const block head = fill((unsigned char)part.data[0] | CASE_BIT);
	const block tail = fill((unsigned char)part.data[last] | CASE_BIT);

	for (; (size_t)(end - at) >= last + STEP; at += STEP) {
		block here = load(at), there = load(at + last);
		block odd = (here & beyond) | (block)(here == escape);
		block near = (block)((here | bit) == head) &
		    (block)((there | bit) == tail);

		if (is_any(odd | near) &&
		    (is_any(odd) || is_one(at, near, part)))
			return true;
	}
	return is_in_rest(at, end, part);
}
