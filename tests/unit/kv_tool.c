/*
 * kv_tool.c: read and write single keys of a store, to injure it in tests.
 *
 *	kv_tool STORE list TABLE		keys and values, hexadecimal
 *	kv_tool STORE put TABLE KEY VALUE
 *	kv_tool STORE delete TABLE KEY
 *	kv_tool STORE misplace TABLE KEY	put where it is not looked for
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nelem.h"
#include "store/kv_private.h"
#include "store/store.h"

static const char *const tables[] = {
	[KV_META] = "meta",
	[KV_TENANTS] = "tenants",
	[KV_CREDENTIALS] = "credentials",
	[KV_COUNTERS] = "counters",
	[KV_RESOURCES] = "resources",
	[KV_UNIQUES] = "uniques",
	[KV_INDEXES] = "indexes",
	[KV_MEMBERS] = "members",
	[KV_GROUPS] = "groups",
	[KV_CHANGES] = "changes",
	[KV_STREAMS] = "streams",
	[KV_REQUESTS] = "requests",
	[KV_BREAKERS] = "breakers",
	[KV_LINKS] = "links",
	[KV_JOBS] = "jobs",
};
_Static_assert(NELEM(tables) == KV_TABLE_MAX, "every table");

struct order {
	const char *verb;
	enum kv_table table;
	struct slice key;
	struct slice value;
};

static int
digit(char c)
{
	const char *digits = "0123456789abcdef";
	const char *at = strchr(digits, c);

	if (c == '\0' || at == NULL) {
		fprintf(stderr, "kv_tool: no hexadecimal digit: %c\n", c);
		exit(2);
	}
	return (int)(at - digits);
}

static struct slice
from_hex(struct arena *a, const char *text)
{
	size_t len = strlen(text) / 2;
	char *bytes = arena_alloc(a, len + 1);

	for (size_t i = 0; i < len; i++)
		bytes[i] =
		    (char)(digit(text[2 * i]) << 4 | digit(text[2 * i + 1]));
	return (struct slice){ bytes, len };
}

static void
print_hex(struct slice s, char end)
{
	for (size_t i = 0; i < s.len; i++)
		printf("%02x", (unsigned char)s.data[i]);
	putchar(end);
}

static int
list(struct kv_txn *txn, enum kv_table table)
{
	struct kv_range *range;
	struct slice key, value;
	enum store_status status;

	if (kv_range_open(txn, table, SLICE(""), SLICE(""), true, &range) !=
	    STORE_OK)
		return -1;
	while ((status = kv_range_next(range, &key, &value)) == STORE_OK) {
		print_hex(key, ' ');
		print_hex(value, '\n');
	}
	kv_range_close(range);
	return status == STORE_NOTFOUND ? 0 : -1;
}

/* The order of a table, turned round. */
static int
compare_backwards(DB *db, const DBT *a, const DBT *b)
{
	size_t len = a->size < b->size ? a->size : b->size;
	int order = memcmp(b->data, a->data, len);

	(void)db;
	return order != 0 ? order : (b->size > a->size) - (b->size < a->size);
}

static int
misplace(struct kv_txn *txn, enum kv_table table, struct slice key)
{
	DBT k = kv_dbt(key), v = kv_dbt(SLICE(""));
	DB_ENV *env = txn->kv->env;
	DB *db;
	int rc = db_create(&db, env, 0);

	if (rc != 0)
		return -1;
	if ((rc = db->set_bt_compare(db, compare_backwards)) == 0 &&
	    (rc = db->open(db, NULL, kv_table_file(table), NULL, DB_BTREE,
		 DB_AUTO_COMMIT, 0)) == 0)
		rc = db->put(db, NULL, &k, &v, 0);
	db->close(db, 0);
	return rc == 0 ? 0 : -1;
}

static int
order_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct order *o = arg;
	enum store_status status;

	if (strcmp(o->verb, "list") == 0)
		return list(txn, o->table);
	if (strcmp(o->verb, "misplace") == 0)
		return misplace(txn, o->table, o->key);
	status = strcmp(o->verb, "put") == 0
	    ? kv_put(txn, o->table, o->key, o->value)
	    : kv_delete(txn, o->table, o->key);
	if (status == STORE_NOTFOUND)
		return error_set(err, ERR_NOT_FOUND, "there is no such key");
	return status == STORE_OK ? 0 : -1;
}

int
main(int argc, char **argv)
{
	struct arena *a = arena_new();
	struct store_options options = { .kind = STORE_TOOL };
	struct order o = { .table = KV_TABLE_MAX };
	struct store *store = NULL;
	struct error err;
	int rc = -1;

	if (argc < 4)
		return 2;
	options.dir = argv[1];
	o.verb = argv[2];
	for (size_t i = 0; i < NELEM(tables); i++)
		if (strcmp(tables[i], argv[3]) == 0)
			o.table = (enum kv_table)i;
	if (o.table == KV_TABLE_MAX)
		return 2;
	o.key = argc > 4 ? from_hex(a, argv[4]) : SLICE("");
	o.value = argc > 5 ? from_hex(a, argv[5]) : SLICE("");
	if (store_open(&options, &store, &err) == 0)
		rc = store_txn(store, order_body, &o, &err);
	store_close(store);
	if (rc == -1)
		fprintf(stderr, "kv_tool: %s\n", err.detail);
	arena_free(a);
	return rc == -1;
}
