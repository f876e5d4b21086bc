/*
 * kv_range.c: walks along the keys of a table: the first keys one by one,
 * the others in bulk.
 */
#include <string.h>

#include "store/kv_private.h"

enum {
	SINGLE_READS = 8,	    /* of a range, before it reads in bulk */
	SHORT_BULKS = 4,	    /* what is behind them may not be wanted */
	SHORT_BULK_LEN = 16 * 1024, /* the longest page of any version */
	BULK_LEN = 64 * 1024
};

struct kv_range {
	struct kv_txn *txn;
	uint64_t *reads;	/* where its keys are counted */
	struct kv_range *older; /* of the same transaction */
	DBC *cursor;
	struct slice prefix;
	struct slice from;
	unsigned singles; /* read so far */
	bool many;	  /* no key is read singly */
	bool stands;	  /* the cursor has a place */
	bool back;
	DBT bulk;	/* the buffer, once it reads in bulk */
	unsigned bulks; /* read so far */
	void *next;	/* in the buffer; NULL: fill it */

	/* The key behind those with the prefix, when the walk has met it. */
	struct slice ahead;
	struct slice ahead_value;
	bool is_at_end; /* no key of the table is behind those */
};

void
kv_range_close(struct kv_range *r)
{
	if (r->cursor != NULL)
		kv_status_of(
		    r->txn, "cursor close", r->cursor->close(r->cursor));
	r->cursor = NULL;
}

void
kv_close_ranges(struct kv_txn *txn)
{
	for (struct kv_range *r = txn->ranges; r != NULL; r = r->older)
		kv_range_close(r);
}

enum store_status
kv_range_open(struct kv_txn *txn, enum kv_table table, struct slice prefix,
    struct slice from, bool degree2, struct kv_range **out)
{
	DB *db = kv_handle(txn, table);
	struct kv_range *r = arena_calloc(txn->arena, 1, sizeof(*r));

	r->txn = txn;
	r->reads = &txn->kv->touched->reads[table];
	r->prefix = arena_slice(txn->arena, prefix);
	r->from = arena_slice(txn->arena, from.len > 0 ? from : prefix);
	r->older = txn->ranges;
	txn->ranges = r;
	*out = r;
	if (db == NULL)
		return STORE_FAIL;
	return kv_status_of(txn, "cursor",
	    db->cursor(db, txn->txn, &r->cursor,
		degree2 || txn->is_brief ? DB_READ_COMMITTED : 0));
}

enum store_status
kv_range_open_back(struct kv_txn *txn, enum kv_table table, struct slice prefix,
    struct slice from, struct kv_range **out)
{
	struct slice start = from.len > 0 ? from : prefix;
	enum store_status status =
	    kv_range_open(txn, table, prefix, start, true, out);

	char *behind = arena_alloc(txn->arena, start.len + 1);

	memcpy(behind, start.data, start.len);
	behind[start.len] = (char)0xff;
	(*out)->back = true;
	(*out)->from = (struct slice){ behind, start.len + 1 };
	return status;
}

void
kv_range_many(struct kv_range *r)
{
	r->many = true;
}

/* The first read goes behind where the walk begins, and one back. */
static int
read_back(struct kv_range *r, struct slice *key, struct slice *value)
{
	DBT k = kv_dbt(r->from), v = { .flags = 0 };
	int rc = 0;

	if (r->singles == 0)
		rc = r->cursor->get(r->cursor, &k, &v, DB_SET_RANGE);
	if (rc == 0)
		rc = r->cursor->get(r->cursor, &k, &v, DB_PREV);
	else if (rc == DB_NOTFOUND)
		rc = r->cursor->get(r->cursor, &k, &v, DB_LAST);
	r->singles = 1;
	*key = (struct slice){ k.data, k.size };
	*value = (struct slice){ v.data, v.size };
	return rc;
}

/*
 * The first keys come one by one: a short range then locks no more pages
 * than it reads.
 */
static int
read_single(struct kv_range *r, struct slice *key, struct slice *value)
{
	DBT k = kv_dbt(r->from), v = { .flags = 0 };
	int rc = r->cursor->get(
	    r->cursor, &k, &v, r->stands ? DB_NEXT : DB_SET_RANGE);

	r->stands = true;
	r->singles++;
	*key = (struct slice){ k.data, k.size };
	*value = (struct slice){ v.data, v.size };
	return rc;
}

/* The buffer, of at least BULK_LEN. */
static void
grow_buffer(struct kv_range *r, u_int32_t len)
{
	if (len < BULK_LEN)
		len = BULK_LEN;
	r->bulk = (DBT){ .data = arena_alloc(r->txn->arena, len),
		.ulen = len,
		.flags = DB_DBT_USERMEM };
}

/* The first reads use a part of the buffer: most walks end soon. */
static void
make_room(struct kv_range *r)
{
	if (r->bulk.data == NULL)
		grow_buffer(r, BULK_LEN);
	if (r->bulks < SHORT_BULKS && r->bulk.ulen == BULK_LEN)
		r->bulk.ulen = SHORT_BULK_LEN;
	else if (r->bulks == SHORT_BULKS && r->bulk.ulen < BULK_LEN)
		r->bulk.ulen = BULK_LEN;
	r->bulks++;
}

static int
fill_buffer(struct kv_range *r)
{
	DBT k = kv_dbt(r->from);
	u_int32_t flags =
	    (r->stands ? DB_NEXT : DB_SET_RANGE) | DB_MULTIPLE_KEY;
	int rc;

	make_room(r);
	while ((rc = r->cursor->get(r->cursor, &k, &r->bulk, flags)) ==
	    DB_BUFFER_SMALL)
		if (r->bulk.ulen < BULK_LEN)
			r->bulk.ulen = BULK_LEN;
		else
			/* A whole number of KiB, with room for the offsets. */
			grow_buffer(r, (r->bulk.size / 1024 + 2) * 1024);
	if (rc == 0)
		DB_MULTIPLE_INIT(r->next, &r->bulk);
	r->stands = true;
	return rc;
}

static int
read_bulk(struct kv_range *r, struct slice *key, struct slice *value)
{
	u_int32_t key_len, value_len;
	u_int8_t *k, *v;
	int rc;

	for (;;) {
		if (r->next == NULL && (rc = fill_buffer(r)) != 0)
			return rc;
		DB_MULTIPLE_KEY_NEXT(
		    r->next, &r->bulk, k, key_len, v, value_len);
		if (r->next != NULL)
			break;
	}
	*key = (struct slice){ (const char *)k, key_len };
	*value = (struct slice){ (const char *)v, value_len };
	return 0;
}

/* The next key of the table, whatever it begins with. */
static int
read_next(struct kv_range *r, struct slice *key, struct slice *value)
{
	if (r->ahead.len > 0) {
		*key = r->ahead;
		*value = r->ahead_value;
		r->ahead = SLICE("");
		return 0;
	}
	if (r->is_at_end)
		return DB_NOTFOUND;
	if (r->back)
		return read_back(r, key, value);
	return r->singles < SINGLE_READS && !r->many
	    ? read_single(r, key, value)
	    : read_bulk(r, key, value);
}

static bool
begins_with(struct slice key, struct slice prefix)
{
	return key.len >= prefix.len &&
	    memcmp(key.data, prefix.data, prefix.len) == 0;
}

enum store_status
kv_range_next(struct kv_range *r, struct slice *key, struct slice *value)
{
	int rc;

	if (r->cursor == NULL || r->txn->failure != KV_FAIL_NONE)
		return STORE_FAIL;
	rc = read_next(r, key, value);
	if (rc == 0 && !begins_with(*key, r->prefix)) {
		r->ahead = *key;
		r->ahead_value = *value;
		return STORE_NOTFOUND;
	}
	r->is_at_end = rc == DB_NOTFOUND;
	*r->reads += rc == 0;
	return kv_status_of(r->txn, "range", rc);
}

/* Does the walk stand on the first key that is not before PREFIX, if any? */
static bool
is_ahead(const struct kv_range *r, struct slice prefix)
{
	return slice_compare(r->prefix, prefix) < 0 &&
	    (r->is_at_end ||
		(r->ahead.len > 0 && slice_compare(r->ahead, prefix) >= 0));
}

void
kv_range_seek(struct kv_range *r, struct slice prefix)
{
	prefix = arena_slice(r->txn->arena, prefix);
	if (!is_ahead(r, prefix)) {
		r->ahead = SLICE("");
		r->is_at_end = false;
		r->singles = 0;
		r->stands = false;
		r->next = NULL;
	}
	r->prefix = r->from = prefix;
}
