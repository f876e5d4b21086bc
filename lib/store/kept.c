/*
 * kept.c: what a process keeps from one request to the next.
 *
 * A key has one set of places, of which it takes the one that was used
 * longest ago: what is lost is made again.  A structure stands there without
 * its words that are 0, which most are, in one piece with its texts.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/zeros.h"
#include "store/kept.h"
#include "store/store_private.h"

enum { WAYS = 16, SETS = 256, PLACES = WAYS * SETS, WORD_LEN = 8 };
_Static_assert(KEPT_SIZE_MAX <= 64 * WORD_LEN, "a bit for each word");

struct item {
	uint64_t turn;	/* at which it was true */
	uint64_t words; /* bits of those that stand here */
	size_t key_len;
	uint64_t data[]; /* the words, the key, the texts */
};

struct place {
	struct item *item; /* NULL: the place is free */
	uint32_t hash;
	uint32_t used; /* at this clock */
};

struct kept_places {
	uint32_t clock;
	struct zeros_span used;
	struct place places[PLACES];
};

void
kept_free(struct kept_places *kept)
{
	if (kept == NULL)
		return;
	for (size_t i = kept->used.first; i < kept->used.end; i++)
		free(kept->places[i].item);
	zeros_free(kept, sizeof(*kept));
}

/* FNV-1a. */
static uint32_t
hash_of(struct slice key)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < key.len; i++)
		hash = (hash ^ (unsigned char)key.data[i]) * 16777619u;
	return hash ^ hash >> 16;
}

static char *
key_of(struct item *item)
{
	return (char *)(item->data + __builtin_popcountll(item->words));
}

static bool
is_there(const struct place *p, uint32_t hash, struct slice key, uint64_t turn)
{
	return p->item != NULL && p->hash == hash && p->item->turn == turn &&
	    slice_equal(
		(struct slice){ key_of(p->item), p->item->key_len }, key);
}

static struct place *
find_place(struct place *set, uint32_t hash, struct slice key, uint64_t turn)
{
	for (int i = 0; i < WAYS; i++)
		if (is_there(&set[i], hash, key, turn))
			return &set[i];
	return NULL;
}

/* A place that is free, or the one that was used longest ago. */
static struct place *
oldest_of(struct place *set, uint32_t clock)
{
	struct place *oldest = set;

	for (int i = 0; i < WAYS; i++) {
		if (set[i].item == NULL)
			return &set[i];
		if (clock - set[i].used > clock - oldest->used)
			oldest = &set[i];
	}
	return oldest;
}

static uint64_t
words_of(const uint64_t *words, size_t n)
{
	uint64_t mask = 0;

	for (size_t i = 0; i < n; i++)
		mask |= (uint64_t)(words[i] != 0) << i;
	return mask;
}

static struct item *
item_new(struct slice key, size_t texts_len, uint64_t words, uint64_t turn)
{
	size_t n = (size_t)__builtin_popcountll(words);
	struct item *item =
	    malloc(sizeof(*item) + n * WORD_LEN + key.len + texts_len);

	if (item == NULL)
		fatal("out of memory");
	*item =
	    (struct item){ .turn = turn, .words = words, .key_len = key.len };
	memcpy(key_of(item), key.data, key.len);
	return item;
}

static size_t
offset_of(const struct kept_form *form, size_t i)
{
	size_t offset;

	memcpy(&offset, (const char *)form->offsets + i * form->stride,
	    sizeof(offset));
	return offset;
}

/* OBJECT, with texts of its own. */
static struct item *
pack(struct slice key, const struct kept_form *form, const void *object,
    uint64_t turn)
{
	uint64_t words[KEPT_SIZE_MAX / WORD_LEN];
	struct slice texts[KEPT_SIZE_MAX / sizeof(struct slice)];
	size_t len = 0, n = 0;
	struct item *item;
	char *to;

	memcpy(words, object, form->size);
	for (size_t i = 0; i < form->n; i++) {
		memcpy(&texts[i], (const char *)object + offset_of(form, i),
		    sizeof(texts[i]));
		len += texts[i].len;
	}
	item = item_new(key, len, words_of(words, form->size / WORD_LEN), turn);
	to = key_of(item) + key.len;
	for (size_t i = 0; i < form->n; i++) {
		if (texts[i].len > 0)
			memcpy(to, texts[i].data, texts[i].len);
		texts[i].data = to;
		memcpy((char *)words + offset_of(form, i), &texts[i],
		    sizeof(texts[i]));
		to += texts[i].len;
	}
	for (uint64_t mask = item->words; mask != 0; mask &= mask - 1)
		item->data[n++] = words[__builtin_ctzll(mask)];
	return item;
}

static void
unpack(const struct item *item, const struct kept_form *form, void *object)
{
	uint64_t words[KEPT_SIZE_MAX / WORD_LEN] = { 0 };
	size_t n = 0;

	for (uint64_t mask = item->words; mask != 0; mask &= mask - 1)
		words[__builtin_ctzll(mask)] = item->data[n++];
	memcpy(object, words, form->size);
}

/* The request may still have what stood at PLACE before. */
static void
take_place(struct place *place, struct arena *request, uint32_t hash,
    struct item *item, uint32_t clock)
{
	if (place->item != NULL)
		arena_defer(request, free, place->item);
	*place = (struct place){ item, hash, clock };
}

int
store_kept(struct store *store, struct arena *a, struct slice key,
    const struct kept_form *form, store_make *make, void *arg, void *out,
    struct error *err)
{
	struct place *set, *place;
	uint32_t hash, clock;
	uint64_t turn;

	/* There will be no other request. */
	if (store->kind == STORE_ONESHOT)
		return make(store, a, arg, out, err);
	/* Before it is read: what is written meanwhile makes it untrue. */
	turn = store_turn(store);
	hash = hash_of(key);
	if (store->kept == NULL)
		store->kept = zeros_new(sizeof(*store->kept));
	if (key.len > KEPT_KEY_MAX || form->size > KEPT_SIZE_MAX)
		fatal("a key of %zu bytes", key.len);
	clock = ++store->kept->clock;
	set = &store->kept->places[hash % SETS * WAYS];
	place = find_place(set, hash, key, turn);
	if (store->kv != NULL && place != NULL) {
		place->used = clock;
		unpack(place->item, form, out);
		return 0;
	}
	if (make(store, a, arg, out, err) == -1)
		return -1;
	if (place == NULL)
		place = oldest_of(set, clock);
	zeros_note(&store->kept->used, (size_t)(place - store->kept->places));
	take_place(place, a, hash, pack(key, form, out, turn), clock);
	return 0;
}

void
kept_end(struct kv_txn *txn)
{
	struct store *store = kv_txn_owner(txn);

	gate_turn(store->gate);
}
