/*
 * test_idmap.c: what is known of ids is found without a search, whatever ids
 * there are: an import keeps those that it brings (issue 4: what one request
 * costs grows with what it answers).
 */
#include <stdint.h>
#include <string.h>

#include "base/nelem.h"
#include "base/uuid.h"
#include "identity/idmap.h"
#include "tap.h"

enum { MANY = 20000, COMPARES = 4 }; /* of an id that is found, on average */

static size_t compares;

int __real_uuid_compare(const struct uuid *a, const struct uuid *b);
int __wrap_uuid_compare(const struct uuid *a, const struct uuid *b);

int
__wrap_uuid_compare(const struct uuid *a, const struct uuid *b)
{
	compares++;
	return __real_uuid_compare(a, b);
}

static const struct {
	const char *text;
	uint64_t step;
	int at; /* its last byte */
} rows[] = {
	{ "one after the other", 1, 15 },
	{ "256 apart", 256, 15 },
	{ "65536 apart", 65536, 15 },
	{ "by their first bytes", 1, 5 },
	{ "by the bytes in the middle", 1, 9 },
	{ "at random", 0x9e3779b97f4a7c15, 15 },
};

static struct uuid
id_of(size_t row, size_t n)
{
	struct uuid id = { { 1, 0x90, [6] = 0x70, [8] = 0x80 } };
	uint64_t left = (n + 1) * rows[row].step;

	for (int i = 0; i < 8 && i <= rows[row].at; i++)
		id.bytes[rows[row].at - i] ^= (unsigned char)(left >> 8 * i);
	return id;
}

static void
run(size_t row)
{
	static size_t numbers[MANY];
	struct arena *a = arena_new();
	struct idmap *map = idmap_new(a);
	size_t wrong = 0;
	struct uuid id;

	for (size_t n = 0; n < MANY; n++) {
		id = id_of(row, n);
		*idmap_at(map, &id) = &numbers[n];
	}
	compares = 0;
	for (size_t n = 0; n < MANY; n++) {
		id = id_of(row, n);
		wrong += *idmap_at(map, &id) != &numbers[n];
	}
	tap_ok(wrong == 0, "%s: each has its own", rows[row].text);
	tap_ok(compares <= COMPARES * (size_t)MANY,
	    "%s: %zu compared to find %d", rows[row].text, compares, MANY);
	arena_free(a);
}

int
main(void)
{
	for (size_t i = 0; i < NELEM(rows); i++)
		run(i);
	return tap_done();
}
