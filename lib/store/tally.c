/*
 * tally.c: what a tenant counts, in one row.
 *
 * key:   tenant "tally" NUL
 * value: sequence; for each type: name NUL, total, closed, open
 */
#include <string.h>

#include "base/log.h"
#include "store/key.h"
#include "store/tally.h"

enum { NUMBERS_LEN = 8 + 8 + UUID_LEN };

/* A row that the transaction has locked. */
struct edit {
	uint32_t tenant;
	struct tally tally;
	struct edit *next;
};

static struct slice
make_key(struct key *k, uint32_t tenant)
{
	key_init(k, tenant);
	key_add_text(k, TALLY_NAME);
	return key_slice(k);
}

/* Cut the next type off *REST: false when it is damaged. */
static bool
decode_type(struct slice *rest, struct tally_type *type)
{
	const unsigned char *p;

	if (!key_take_text(rest, &type->name) || rest->len < NUMBERS_LEN)
		return false;
	p = (const unsigned char *)rest->data;
	type->total = (int64_t)key_get_u64(p);
	type->closed = (int64_t)key_get_u64(p + 8);
	memcpy(type->open.bytes, p + 16, UUID_LEN);
	*rest = slice_from(*rest, NUMBERS_LEN);
	return true;
}

static enum store_status
decode(struct kv_txn *txn, struct slice rest, struct tally *tally)
{
	size_t max = rest.len / NUMBERS_LEN;

	if (rest.len < 8)
		goto damaged;
	tally->sequence =
	    (int64_t)key_get_u64((const unsigned char *)rest.data);
	tally->types =
	    arena_calloc(kv_txn_arena(txn), max + 1, sizeof(*tally->types));
	for (rest = slice_from(rest, 8); rest.len > 0; tally->ntypes++)
		if (!decode_type(&rest, &tally->types[tally->ntypes]))
			goto damaged;
	return STORE_OK;
damaged:
	log_error("store: a row of counters.db is damaged");
	return STORE_FAIL;
}

static enum store_status
read_row(
    struct kv_txn *txn, uint32_t tenant, bool for_update, struct tally *tally)
{
	struct slice value;
	struct key k;
	enum store_status status =
	    kv_get(txn, KV_COUNTERS, make_key(&k, tenant), for_update, &value);

	*tally = (struct tally){ .ntypes = 0 };
	if (status == STORE_NOTFOUND)
		return STORE_OK;
	return status == STORE_OK ? decode(txn, value, tally) : status;
}

static unsigned char *
encode_type(unsigned char *out, const struct tally_type *type)
{
	memcpy(out, type->name.data, type->name.len);
	out += type->name.len;
	*out++ = '\0';
	key_put_u64(out, (uint64_t)type->total);
	key_put_u64(out + 8, (uint64_t)type->closed);
	memcpy(out + 16, type->open.bytes, UUID_LEN);
	return out + NUMBERS_LEN;
}

static enum store_status
write_row(struct kv_txn *txn, const struct edit *edit)
{
	const struct tally *tally = &edit->tally;
	unsigned char *value, *end;
	size_t len = 8;
	struct key k;

	for (size_t i = 0; i < tally->ntypes; i++)
		len += tally->types[i].name.len + 1 + NUMBERS_LEN;
	value = arena_alloc(kv_txn_arena(txn), len);
	key_put_u64(value, (uint64_t)tally->sequence);
	end = value + 8;
	for (size_t i = 0; i < tally->ntypes; i++)
		end = encode_type(end, &tally->types[i]);
	return kv_put(txn, KV_COUNTERS, make_key(&k, edit->tenant),
	    (struct slice){ (const char *)value, (size_t)(end - value) });
}

/* The end of a transaction. */
static enum store_status
write_rows(struct kv_txn *txn, void *arg)
{
	enum store_status status = STORE_OK;

	for (const struct edit *e = arg; e != NULL && status == STORE_OK;
	     e = e->next)
		status = write_row(txn, e);
	return status;
}

static struct edit *
find_edit(struct kv_txn *txn, uint32_t tenant)
{
	struct edit *e = kv_end_arg(txn, write_rows);

	while (e != NULL && e->tenant != tenant)
		e = e->next;
	return e;
}

enum store_status
tally_get(struct kv_txn *txn, uint32_t tenant, struct tally *tally)
{
	const struct edit *e = find_edit(txn, tenant);

	if (e == NULL)
		return read_row(txn, tenant, false, tally);
	*tally = e->tally;
	return STORE_OK;
}

enum store_status
tally_edit(struct kv_txn *txn, uint32_t tenant, struct tally **tally)
{
	struct edit *e = find_edit(txn, tenant);

	if (e == NULL) {
		e = arena_alloc(kv_txn_arena(txn), sizeof(*e));
		e->tenant = tenant;
		if (read_row(txn, tenant, true, &e->tally) != STORE_OK)
			return STORE_FAIL;
		e->next = kv_end_arg(txn, write_rows);
		kv_at_end(txn, write_rows, e);
	}
	*tally = &e->tally;
	return STORE_OK;
}

struct tally_type *
tally_find(const struct tally *tally, struct slice name)
{
	for (size_t i = 0; i < tally->ntypes; i++)
		if (slice_equal(tally->types[i].name, name))
			return &tally->types[i];
	return NULL;
}

/* In the order of names, so that equal counts are equal rows. */
struct tally_type *
tally_take(struct kv_txn *txn, struct tally *tally, struct slice name)
{
	struct arena *a = kv_txn_arena(txn);
	struct tally_type *type = tally_find(tally, name);
	size_t size = tally->ntypes * sizeof(*type), at = tally->ntypes;

	if (type != NULL)
		return type;
	tally->types = arena_grow(a, tally->types, size, size + sizeof(*type));
	for (; at > 0; at--) {
		if (slice_compare(tally->types[at - 1].name, name) < 0)
			break;
		tally->types[at] = tally->types[at - 1];
	}
	tally->ntypes++;
	tally->types[at] = (struct tally_type){ .name = arena_slice(a, name) };
	return &tally->types[at];
}

enum store_status
tally_total(struct kv_txn *txn, uint32_t tenant, struct slice type, int64_t *n)
{
	struct tally tally;
	enum store_status status = tally_get(txn, tenant, &tally);
	const struct tally_type *found =
	    status == STORE_OK ? tally_find(&tally, type) : NULL;

	*n = found == NULL ? 0 : found->total;
	return status;
}

enum store_status
tally_sequence(struct kv_txn *txn, uint32_t tenant, int64_t *sequence)
{
	struct tally tally;
	enum store_status status = tally_get(txn, tenant, &tally);

	*sequence = status == STORE_OK ? tally.sequence : 0;
	return status;
}
