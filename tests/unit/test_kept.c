/*
 * test_kept.c: what a process keeps of tenants and credentials, and when it
 * does not believe it any more.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "auth/credential.h"
#include "auth/token.h"
#include "store/credentials.h"
#include "store/kept.h"
#include "store/meta.h"
#include "store/store_private.h"
#include "store/tenants.h"
#include "tap.h"

static char directory[] = "/tmp/muster-kept.XXXXXX";
static struct error err;
static int made; /* how often */

static struct store *
enter(bool create)
{
	struct store_options options = { .dir = directory,
		.cache_len = 1024 * 1024,
		.space_min = 1,
		.kind = STORE_TOOL,
		.create = create };
	struct store *store;

	if (store_open(&options, &store, &err) == -1) {
		fprintf(stderr, "%s\n", err.detail);
		exit(EXIT_FAILURE);
	}
	return store;
}

/* What is kept here: two texts, numbers before and behind them. */
struct thing {
	int64_t first;
	struct slice one;
	int64_t none[40];
	struct slice two;
	int64_t last;
};

static const size_t offsets[] = { offsetof(struct thing, one),
	offsetof(struct thing, two) };
static const struct kept_form form = { sizeof(struct thing), offsets,
	sizeof(offsets[0]), 2 };

static int
make_thing(
    struct store *store, struct arena *a, void *arg, void *out, struct error *e)
{
	(void)store;
	(void)e;
	made++;
	*(struct thing *)out = (struct thing){ .first = made,
		.one = SLICE(""),
		.two = slice_of(arena_strdup(a, arg)),
		.last = -1 };
	return 0;
}

static int
make_nothing(
    struct store *store, struct arena *a, void *arg, void *out, struct error *e)
{
	(void)store;
	(void)a;
	(void)arg;
	(void)out;
	made++;
	return error_set(e, ERR_UNAUTHORIZED, "there is none");
}

/* Is what is kept under KEY made anew now? */
static bool
is_made(struct store *store, struct arena *a, const char *key)
{
	char text[64];
	int before = made;
	struct thing thing;

	snprintf(text, sizeof(text), "text of %s", key);
	if (store_kept(store, a, slice_of(key), &form, make_thing, text, &thing,
		&err) == -1 ||
	    thing.last != -1 || thing.first == 0 || thing.one.len != 0 ||
	    thing.none[0] != 0 || thing.none[39] != 0 ||
	    !slice_equal(thing.two, slice_of(text)))
		exit(EXIT_FAILURE);
	return made > before;
}

enum deed {
	DEED_PUT,
	DEED_DELETE,
	DEED_TENANT,
	DEED_INDEXES,
	DEED_ABORT,
	DEED_OTHER
};

static const unsigned char hash[DIGEST_LEN] = { 1, 2, 3 };

static int
deed_body(struct kv_txn *txn, void *arg, struct error *e)
{
	static const struct index_notes none;

	switch (*(const enum deed *)arg) {
	case DEED_PUT:
		return credential_put(txn, hash, SLICE("{}")) == STORE_OK ? 0
									  : -1;
	case DEED_DELETE:
		return credential_delete(txn, hash) == STORE_OK ? 0 : -1;
	case DEED_TENANT:
		return kv_put(txn, KV_TENANTS, SLICE("x"), SLICE("y")) ==
			STORE_OK
		    ? 0
		    : -1;
	case DEED_INDEXES:
		return meta_put_indexes(txn, 1, SLICE("User"), &none) ==
			STORE_OK
		    ? 0
		    : -1;
	case DEED_ABORT:
		credential_put(txn, hash, SLICE("{}"));
		return error_set(e, ERR_UNIQUENESS, "not now");
	default:
		return kv_put(txn, KV_COUNTERS, SLICE("x"), SLICE("y")) ==
			STORE_OK
		    ? 0
		    : -1;
	}
}

/* In another process, which has ended. */
static bool
is_done(enum deed deed)
{
	pid_t pid = fork();
	struct store *store;
	int status, rc;

	if (pid == 0) {
		store = enter(false);
		rc = store_txn(store, deed_body, &deed, &err);
		store_close(store);
		_exit((rc == 0) == (deed != DEED_ABORT) ? 0 : 1);
	}
	return waitpid(pid, &status, 0) == pid && status == 0;
}

static const struct {
	enum deed deed;
	bool ends; /* what was kept */
	const char *what;
} deeds[] = {
	{ DEED_OTHER, false, "something else is written" },
	{ DEED_PUT, true, "a credential is written" },
	{ DEED_DELETE, true, "a credential is revoked" },
	{ DEED_TENANT, true, "a tenant is written" },
	{ DEED_INDEXES, true, "it is written which indexes are complete" },
	{ DEED_ABORT, false, "a write is undone" },
};

static void
test_deeds(struct store *store, struct arena *a)
{
	for (size_t i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++) {
		is_made(store, a, "c1");
		tap_ok(!is_made(store, a, "c1") && is_done(deeds[i].deed) &&
			is_made(store, a, "c1") == deeds[i].ends,
		    "%s in another process: kept or not", deeds[i].what);
	}
}

static void
test_places(struct store *store, struct arena *a)
{
	char text[] = "of the request", key[32];
	struct thing mine, none;
	int before;

	store_kept(
	    store, a, SLICE("mine"), &form, make_thing, text, &mine, &err);
	before = made;
	store_kept(
	    store, a, SLICE("mine"), &form, make_thing, text, &mine, &err);
	for (int i = 0; i < 20000; i++) {
		snprintf(key, sizeof(key), "k%d", i);
		is_made(store, a, key);
	}
	tap_ok(made == before + 20000 && slice_equal(mine.two, slice_of(text)),
	    "what a request has stays, though others took its place");
	arena_reset(a);
	/* A tenant and a credential of each of a thousand. */
	for (int round = 0; round < 2; round++) {
		before = made;
		for (int i = 0; i < 2000; i++) {
			snprintf(key, sizeof(key), "m%d", i);
			is_made(store, a, key);
		}
	}
	tap_ok(
	    made - before < 100, "%d of 2000 were made twice", made - before);
	arena_reset(a);
	before = made;
	for (int i = 0; i < 2; i++)
		tap_ok(store_kept(store, a, SLICE("none"), &form, make_nothing,
			   NULL, &none, &err) == -1 &&
			made == before + i + 1 && err.code == ERR_UNAUTHORIZED,
		    "what is not there is asked for again");
}

static void
test_recovery(struct store *store, struct arena *a)
{
	is_made(store, a, "c1");
	gate_want_recovery(store->gate);
	if (store_be_inside(store, &err) == -1)
		exit(EXIT_FAILURE);
	tap_ok(is_made(store, a, "c1"), "after a recovery nothing is believed");
}

static uint64_t
reads(const struct store *store)
{
	return store_touched(store)->reads[KV_CREDENTIALS];
}

struct place_of {
	struct slice id;
	const unsigned char *hash; /* NULL: none */
};

static int
place_body(struct kv_txn *txn, void *arg, struct error *e)
{
	const struct place_of *p = arg;

	(void)e;
	return (p->hash == NULL ? credential_delete_place(txn, p->id)
				: credential_put_place(txn, p->id, p->hash,
				      TENANT_STORE)) == STORE_OK
	    ? 0
	    : -1;
}

/* As it was before every credential had its place. */
static int
older_body(struct kv_txn *txn, void *arg, struct error *e)
{
	struct slice placed = { "credentials\0placed", 18 };

	(void)arg;
	(void)e;
	return kv_delete(txn, KV_META, placed) == STORE_OK ? 0 : -1;
}

/* As it was before every credential had its owner. */
static int
ownerless_body(struct kv_txn *txn, void *arg, struct error *e)
{
	const struct credential *c = arg;
	struct slice placed = { "credentials\0placed", 18 };

	(void)e;
	return kv_put(txn, KV_META, placed, SLICE("1")) == STORE_OK &&
		credential_delete_owner(txn, c->tenant, c->id) == STORE_OK
	    ? 0
	    : -1;
}

static int
tenant_body(struct kv_txn *txn, void *arg, struct error *e)
{
	(void)e;
	return tenant_insert(txn, arg) == STORE_OK ? 0 : -1;
}

static int
count_body(const struct credential *c, void *arg, struct error *e)
{
	struct credential *last = arg;

	(void)e;
	if (last->version > 0 &&
	    memcmp(last->id.data, c->id.data, c->id.len) >= 0)
		return error_set(&err, ERR_INTERNAL, "they have no order");
	last->version++;
	last->id = c->id;
	return 0;
}

/* How many TENANT has; *COST is how many are read for that. */
static int
count_of(struct store *store, struct arena *a, uint32_t tenant, int *cost)
{
	struct credential last = { .version = 0 };
	uint64_t before = reads(store);

	if (token_each(store, a, tenant, count_body, &last, &err) == -1)
		return -1;
	*cost = (int)(reads(store) - before);
	return (int)last.version;
}

/* What one tenant has is listed without a look at what others have. */
static void
test_of_tenant(struct store *store, struct arena *a)
{
	struct credential list[3];
	struct tenant_row few = {
		.version = 1, .name = SLICE("few"), .settings = SLICE("{}")
	};
	char secret[SECRET_SIZE];
	int cost = 0;

	if (store_txn(store, tenant_body, &few, &err) == -1)
		exit(EXIT_FAILURE);
	for (int i = 0; i < 3; i++) {
		list[i] = (struct credential){ .tenant_name = SLICE("few") };
		if (token_create(store, a, 1800000000000 + i, &list[i], secret,
			&err) == -1)
			exit(EXIT_FAILURE);
	}
	tap_ok(count_of(store, a, list[0].tenant, &cost) == 3 && cost == 3,
	    "issue 5: of three, none but they are read");
	if (store_txn(store, ownerless_body, &list[1], &err) == -1)
		exit(EXIT_FAILURE);
	tap_ok(count_of(store, a, list[0].tenant, &cost) == 3 && cost > 3 &&
		count_of(store, a, list[0].tenant, &cost) == 3 && cost == 3,
	    "in a store that is older, all are looked at once");
	tap_ok(token_revoke(store, list[0].id, CREDENTIAL_ANY, &err) == 0 &&
		count_of(store, a, list[0].tenant, &cost) == 2 && cost == 2,
	    "one that was taken back is not among them");
	tap_ok(count_of(store, a, list[0].tenant + 1, &cost) == 0 && cost == 0,
	    "a tenant that has none costs nothing");
}

/* How many credentials are read to find C, -1 if it is not found. */
static int
cost(struct store *store, struct arena *a, const struct credential *c)
{
	uint64_t before = reads(store);
	struct credential found;

	if (token_find_id(store, a, TENANT_STORE, c->id, &found, &err) == -1 ||
	    memcmp(found.key, c->key, DIGEST_LEN) != 0 ||
	    !slice_equal(found.id, c->id))
		return -1;
	return (int)(reads(store) - before);
}

/* By its id a credential is found without looking at the others. */
static void
test_by_id(struct store *store, struct arena *a)
{
	enum { MANY = 200 };
	struct credential list[MANY];
	char secret[SECRET_SIZE];
	struct place_of old, wrong;
	struct credential found;
	uint64_t before;

	for (int i = 0; i < MANY; i++) {
		list[i] = (struct credential){ .tenant_name = SLICE(""),
			.scope = SLICE("admin"),
			.role = SLICE("owner") };
		if (token_create(store, a, 1700000000000 + i, &list[i], secret,
			&err) == -1)
			exit(EXIT_FAILURE);
	}
	tap_ok(cost(store, a, &list[7]) == 1, "one of %d is read", MANY);
	old = (struct place_of){ list[8].id, NULL };
	store_txn(store, place_body, &old, &err);
	store_txn(store, older_body, NULL, &err);
	tap_ok(cost(store, a, &list[8]) > MANY / 2 &&
		cost(store, a, &list[8]) == 1,
	    "one that is older than these keys is looked for once");
	before = reads(store);
	tap_ok(token_find_id(store, a, TENANT_STORE, SLICE("nobody"), &found,
		   &err) == -1 &&
		err.code == ERR_NOT_FOUND && reads(store) == before,
	    "issue 5: for an id that there is not, none of them is read");
	before = reads(store);
	tap_ok(token_find_id(store, a, 7, list[7].id, &found, &err) == -1 &&
		err.code == ERR_NOT_FOUND && reads(store) == before,
	    "TEN-02 nor for one of another tenant");
	before = reads(store);
	tap_ok(token_revoke(store, list[11].id, CREDENTIAL_ANY, &err) == 0 &&
		reads(store) - before < 8,
	    "issue 5: one is taken back without a look at the others");
	err.code = ERR_NONE;
	wrong = (struct place_of){ list[9].id, list[10].key };
	store_txn(store, place_body, &wrong, &err);
	tap_ok(cost(store, a, &list[9]) > 1 && cost(store, a, &list[9]) == 1,
	    "and one that is elsewhere");
	tap_ok(token_revoke(store, list[9].id, 7, &err) == -1 &&
		err.code == ERR_PRECONDITION && cost(store, a, &list[9]) == 1,
	    "a version that it has not is not taken back");
	tap_ok(token_revoke(store, list[9].id, 0, &err) == 0 &&
		cost(store, a, &list[9]) == -1 && err.code == ERR_NOT_FOUND,
	    "one that was taken back is gone");
	err.code = ERR_NONE;
	tap_ok(store_txn(store, place_body,
		   &(struct place_of){ list[9].id, NULL }, &err) == -1,
	    "and leaves nothing");
}

int
main(void)
{
	struct arena *a = arena_new();
	struct store *store;
	char command[64];

	if (mkdtemp(directory) == NULL)
		return EXIT_FAILURE;
	store = enter(true);
	test_deeds(store, a);
	test_places(store, a);
	test_by_id(store, a);
	test_of_tenant(store, a);
	test_recovery(store, a);
	store_close(store);
	arena_free(a);
	snprintf(command, sizeof(command), "rm -rf %s", directory);
	return tap_done() + (system(command) != 0);
}
