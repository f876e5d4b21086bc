/*
 * idset.c: a set of ids: open addressing, at most half full.
 */
#include <string.h>

#include "identity/idset.h"

enum { SIZE_FIRST = 32 };

struct idset {
	struct arena *a;
	struct uuid *slots;
	bool *used;
	size_t size; /* a power of two */
	size_t n;
};

static void
allocate(struct idset *set, size_t size)
{
	set->slots = arena_calloc(set->a, size, sizeof(*set->slots));
	set->used = arena_calloc(set->a, size, sizeof(*set->used));
	set->size = size;
	set->n = 0;
}

struct idset *
idset_new(struct arena *a)
{
	struct idset *set = arena_calloc(a, 1, sizeof(*set));

	set->a = a;
	allocate(set, SIZE_FIRST);
	return set;
}

/* The last bytes of an id are random: they serve as the hash. */
static size_t
slot_of(const struct idset *set, const struct uuid *id)
{
	size_t hash;

	memcpy(&hash, id->bytes + UUID_LEN - sizeof(hash), sizeof(hash));
	hash &= set->size - 1;
	while (set->used[hash] && uuid_compare(&set->slots[hash], id) != 0)
		hash = (hash + 1) & (set->size - 1);
	return hash;
}

static void
grow(struct idset *set)
{
	struct idset old = *set;

	allocate(set, old.size * 2);
	for (size_t i = 0; i < old.size; i++)
		if (old.used[i])
			idset_add(set, &old.slots[i]);
}

bool
idset_add(struct idset *set, const struct uuid *id)
{
	size_t slot = slot_of(set, id);

	if (set->used[slot])
		return false;
	set->slots[slot] = *id;
	set->used[slot] = true;
	if (++set->n * 2 > set->size)
		grow(set);
	return true;
}
