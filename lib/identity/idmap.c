/*
 * idmap.c: from ids to what is known of them: open addressing, at most half
 * full.
 */
#include "identity/idmap.h"

enum { SIZE_FIRST = 32 };

struct slot {
	struct uuid id;
	bool used;
	void *known;
};

struct idmap {
	struct arena *a;
	struct slot *slots;
	size_t size; /* a power of two */
	size_t n;
};

static void
allocate(struct idmap *map, size_t size)
{
	map->slots = arena_calloc(map->a, size, sizeof(*map->slots));
	map->size = size;
}

struct idmap *
idmap_new(struct arena *a)
{
	struct idmap *map = arena_calloc(a, 1, sizeof(*map));

	map->a = a;
	return map;
}

static struct slot *
find(const struct idmap *map, const struct uuid *id)
{
	size_t at = uuid_hash(id) & (map->size - 1);

	while (map->slots[at].used && uuid_compare(&map->slots[at].id, id) != 0)
		at = (at + 1) & (map->size - 1);
	return &map->slots[at];
}

static void
grow(struct idmap *map)
{
	struct idmap old = *map;

	allocate(map, old.size * 2);
	for (size_t i = 0; i < old.size; i++)
		if (old.slots[i].used)
			*find(map, &old.slots[i].id) = old.slots[i];
}

void **
idmap_at(struct idmap *map, const struct uuid *id)
{
	struct slot *slot;

	if (map->size == 0)
		allocate(map, SIZE_FIRST);
	slot = find(map, id);
	if (slot->used)
		return &slot->known;
	if (++map->n * 2 > map->size) {
		grow(map);
		slot = find(map, id);
	}
	*slot = (struct slot){ .id = *id, .used = true };
	return &slot->known;
}
