/*
 * test_splits.c: a key is where it is looked for, whatever others do while
 * Berkeley DB makes room for it (kv_split.c).
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/kv_private.h"
#include "store/store.h"
#include "tap.h"

enum {
	PREFIX_LEN = 300,  /* few keys in a page: its parents are split, too */
	NEAR = 1000,	   /* from one key to the next of those that fill it */
	FAR = 1000 * NEAR, /* of those that are there before */
	KEYS = 300,	   /* so many: there is more than one parent */
	MIDDLE = KEYS / 2 * FAR,
	PAGE = 10 /* nearly all keys of a page that is full */
};

struct key_text {
	char text[PREFIX_LEN + 16];
};

/* Keys from one number to another, that are put or taken away. */
struct run {
	unsigned from, to, step;
	bool takes_away;
};

struct looked_for {
	unsigned n;
	bool is_there;
};

typedef int split_fn(DBC *cursor, void *key, db_pgno_t *start);

void *__wrap_dlsym(void *handle, const char *name);
void *__real_dlsym(void *handle, const char *name);

static char dir[] = "/tmp/muster-splits.XXXXXX";
static split_fn *library_split;
static unsigned splits;	     /* of pages */
static struct store *others; /* who come between, once */
static unsigned full_at;     /* the key that is put */

static struct store *
open_store(bool create)
{
	struct store_options options = { .dir = dir,
		.cache_len = 32 << 20,
		.kind = STORE_TOOL,
		.create = create };
	struct store *store = NULL;
	struct error err;

	if (store_open(&options, &store, &err) == -1)
		tap_ok(false, "a store: %s", err.detail);
	return store;
}

static struct slice
key_of(unsigned n, struct key_text *k)
{
	memset(k->text, 'k', PREFIX_LEN);
	snprintf(k->text + PREFIX_LEN, 16, "%010u", n);
	return (struct slice){ k->text, PREFIX_LEN + 10 };
}

static int
run_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct run *r = arg;
	enum store_status status = STORE_OK;
	struct key_text k;

	(void)err;
	for (unsigned n = r->from; n < r->to && status == STORE_OK;
	     n += r->step)
		status = r->takes_away
		    ? kv_delete(txn, KV_UNIQUES, key_of(n, &k))
		    : kv_put(txn, KV_UNIQUES, key_of(n, &k), SLICE("here"));
	return status == STORE_OK ? 0 : -1;
}

static bool
run(struct store *store, struct run r)
{
	struct error err;

	return store_txn(store, run_body, &r, &err) == 0;
}

/*
 * Others make room in the page, which then need not be split; the library lets
 * go of it, and they split its parent.
 */
static int
come_between(DBC *cursor, void *key, db_pgno_t *start)
{
	struct store *store = others;
	unsigned first = full_at - PAGE * NEAR, before;
	bool good;
	int rc;

	others = NULL;
	good = run(store, (struct run){ first, full_at, NEAR, true });
	rc = library_split(cursor, key, start);
	before = splits;
	good = good &&
	    run(store,
		(struct run){ first - NEAR + 1, first - NEAR / 2, 1, false });
	tap_ok(good && splits > before + PAGE,
	    "others come between, and split pages %u times", splits - before);
	return rc;
}

static int
count_split(DBC *cursor, void *key, db_pgno_t *start)
{
	splits++;
	return others != NULL ? come_between(cursor, key, start)
			      : library_split(cursor, key, start);
}

void *
__wrap_dlsym(void *handle, const char *name)
{
	void *symbol = __real_dlsym(handle, name);
	split_fn *ours = count_split;

	if (strcmp(name, "__bam_split") != 0)
		return symbol;
	memcpy(&library_split, &symbol, sizeof(library_split));
	memcpy(&symbol, &ours, sizeof(symbol));
	return symbol;
}

static int
look_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct looked_for *l = arg;
	struct slice value;
	struct key_text k;

	(void)err;
	l->is_there = kv_get(txn, KV_UNIQUES, key_of(l->n, &k), false,
			  &value) == STORE_OK;
	return 0;
}

static bool
is_there(struct store *store, unsigned n)
{
	struct looked_for l = { .n = n };
	struct error err;

	return store_peek(store, look_body, &l, &err) == 0 && l.is_there;
}

/* One key after the other, until one finds its page full. */
static void
test_between(struct store *store, struct store *between)
{
	bool good = run(store, (struct run){ 0, KEYS * FAR, FAR, false });

	for (full_at = MIDDLE + NEAR; good && full_at < MIDDLE + FAR / 2;
	     full_at += NEAR) {
		if (full_at == MIDDLE + 5 * PAGE * NEAR)
			others = between;
		good =
		    run(store, (struct run){ full_at, full_at + 1, 1, false });
		if (full_at >= MIDDLE + 5 * PAGE * NEAR && others == NULL)
			break;
	}
	tap_ok(
	    good && others == NULL, "a key that found its page full was put");
	tap_ok(is_there(store, full_at), "and is where it is looked for");
}

int
main(void)
{
	char command[300];
	struct store *store, *between;

	if (mkdtemp(dir) == NULL)
		return 1;
	store = open_store(true);
	between = open_store(false);
	if (store != NULL && between != NULL)
		test_between(store, between);
	store_close(between);
	store_close(store);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	if (system(command) != 0)
		tap_ok(false, "cleaned up");
	return tap_done();
}
