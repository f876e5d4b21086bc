/*
 * test_index.c: indexes that are declared when there is data already, by
 * programs that read the schema files at different times.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "identity/holder.h"
#include "identity/plan.h"
#include "identity/reindex.h"
#include "json/json.h"
#include "scim/match.h"
#include "store/resources.h"
#include "store/sweep.h"
#include "tap.h"

enum {
	USERS = 450,	 /* more than two batches */
	TITLES = 9,	 /* that they share */
	T0 = 1000000000, /* ms: when the first program began */
	LATER = 1000
};

static char dir[] = "/tmp/muster-index.XXXXXX";
static struct arena *arena;
static struct store *store;

/* A program: its schema files, and when it read them. */
struct program {
	struct identity identity;
	struct caller caller;
	const struct resource_type *type;
};

static struct error err;

static const char *
why(void)
{
	return err.code == ERR_NONE ? "" : err.detail;
}

static const char *
path(const char *name)
{
	return arena_printf(arena, "%s/%s", dir, name);
}

static void
shell(const char *command)
{
	if (system(command) != 0)
		tap_ok(false, "%s", command);
}

/* The shipped schemas, with title changed by a script of sed. */
static struct program
program(const char *name, const char *script, int64_t read_at)
{
	struct program p = {
		.caller = { .arena = arena, .now = read_at, .tenant = 1 }
	};
	struct catalog *catalog;

	shell(arena_printf(arena,
	    "mkdir -p %s && cp -r schemas/* %s && "
	    "sed -i '/\"name\": \"title\"/,/}/{%s}' %s/User.json",
	    path(name), path(name), script, path(name)));
	if (identity_load_catalog(arena, path(name), &catalog, &err) == -1) {
		printf("not ok - %s\n", err.detail);
		exit(1);
	}
	p.identity = (struct identity){
		.store = store, .catalog = catalog, .schemas_read_at = read_at
	};
	p.caller.profile = profile_default(catalog);
	p.type = catalog_find_type(catalog, SLICE("User"));
	return p;
}

#define INDEXED "s/\"multiValued\"/\"x-muster-index\": true, &/"
#define EXACT	INDEXED ";s/\"multiValued\"/\"caseExact\": true, &/"
#define UNIQUE	"s/\"multiValued\"/\"uniqueness\": \"server\", &/"

/* It writes from now on, and its clock goes on. */
static struct program *
at(struct program *p, int64_t now)
{
	p->caller.now = now;
	p->identity.store = store;
	return p;
}

static int
create(struct program *p, const char *name, const char *title, struct uuid *id)
{
	struct write_request request = { .kind = WRITE_CREATE,
		.type = p->type };
	const char *text = arena_printf(arena,
	    "{\"schemas\":[\"" URN_USER "\"],\"userName\":\"%s\","
	    "\"title\":\"%s\"}",
	    name, title);

	if (json_parse(arena, slice_of(text), &request.body, &err) == -1 ||
	    identity_write(&p->identity, &p->caller, &request, &err) == -1)
		return -1;
	if (id != NULL)
		*id = request.outcome.id;
	return 0;
}

static int
retitle(struct program *p, const struct uuid *id, const char *title)
{
	struct write_request request = { .kind = WRITE_PATCH, .type = p->type };
	char text[UUID_TEXT_SIZE];

	uuid_format(id, text);
	if (json_parse(arena,
		slice_of(arena_printf(arena,
		    "{\"schemas\":[\"" URN_PATCH "\"],\"Operations\":[{"
		    "\"op\":\"replace\",\"path\":\"title\",\"value\":\"%s\"}]}",
		    title)),
		&request.body, &err) == -1)
		return -1;
	request.id = slice_of(text);
	return identity_write(&p->identity, &p->caller, &request, &err);
}

static int delete (struct program *p, const struct uuid *id)
{
	struct write_request request = { .kind = WRITE_DELETE,
		.type = p->type };
	char text[UUID_TEXT_SIZE];

	uuid_format(id, text);
	request.id = slice_of(text);
	return identity_write(&p->identity, &p->caller, &request, &err);
}

/* What a filter finds, and how: counted by hand over all resources. */
struct look {
	struct program *p;
	const char *filter;
	bool is_scan;
	size_t found;	   /* by the plan */
	size_t should;	   /* by the filter on every resource */
	size_t keys;	   /* of title, in both tables */
	size_t wrong_keys; /* that no resource has */
};

static int
look_body(struct kv_txn *txn, void *arg, struct error *e)
{
	struct look *l = arg;
	struct arena *a = store_arena(txn);
	struct filter *f;
	struct kv_range *range;
	struct record record;
	struct plan plan;
	struct uuid id;

	l->should = l->found = 0;
	if (filter_parse(a, slice_of(l->filter), &f, e) == -1 ||
	    filter_bind(a, l->p->type, l->p->caller.profile, f, e) == -1 ||
	    plan_make(txn, &l->p->caller, l->p->type, f, &plan) == -1 ||
	    resources_open(txn, 1, l->p->type->name, NULL, NULL, &range) !=
		STORE_OK)
		return -1;
	while (resources_next(range, &id, &record) == STORE_OK)
		l->should += filter_match(a, f, record.body, NULL) == 1;
	kv_range_close(range);
	l->is_scan = plan.is_scan;
	for (size_t i = 0; i < plan.ids.n; i++)
		l->found += resource_get(txn, 1, l->p->type->name,
				&plan.ids.ids[i], false, &record) == STORE_OK &&
		    filter_match(a, f, record.body, NULL) == 1;
	return 0;
}

static struct look
look(struct program *p, const char *filter)
{
	struct look l = { .p = p, .filter = filter };

	if (store_view(store, look_body, &l, &err) == -1)
		tap_ok(false, "look: %s", why());
	return l;
}

static int
count_keys(struct kv_txn *txn, struct look *l, bool unique)
{
	struct slice prefix =
	    sweep_prefix(store_arena(txn), 1, l->p->type->name, SLICE("title"));
	struct index_entries entries;
	struct sweep_place place;
	struct kv_range *range;
	struct record record;

	if (sweep_open(txn, unique, 1, l->p->type->name, prefix, &range) !=
	    STORE_OK)
		return -1;
	while (sweep_next(range, unique, &place) == STORE_OK &&
	    place.key.len > prefix.len &&
	    memcmp(place.key.data, prefix.data, prefix.len) == 0) {
		bool right = false;

		l->keys++;
		if (resource_get(txn, 1, l->p->type->name, &place.id, false,
			&record) != STORE_OK)
			record.body = SLICE("{}");
		index_entries_of(
		    store_arena(txn), 1, l->p->type, record.body, &entries);
		for (size_t i = 0; i < entries.n; i++)
			right |= sweep_is(
			    &place, unique, &entries.list[i].key, &place.id);
		l->wrong_keys += !right;
	}
	kv_range_close(range);
	return 0;
}

static int
keys_body(struct kv_txn *txn, void *arg, struct error *e)
{
	struct look *l = arg;

	(void)e;
	l->keys = l->wrong_keys = 0;
	return count_keys(txn, l, false) == -1 || count_keys(txn, l, true) == -1
	    ? -1
	    : 0;
}

static struct look
keys(struct program *p)
{
	struct look l = { .p = p };

	if (store_view(store, keys_body, &l, &err) == -1)
		tap_ok(false, "keys: %s", why());
	return l;
}

static int
reindex(struct program *p, struct reindex_result *result)
{
	struct reindex order = {
		.identity = &p->identity, .caller = &p->caller, .type = p->type
	};

	return identity_reindex(&order, result, &err);
}

/* The index is used, finds what is there and nothing else is in it. */
static void
index_is_good(struct program *p, const char *what)
{
	size_t n = look(p, "title pr").should;
	struct look k = keys(p);
	bool good = k.keys == n && k.wrong_keys == 0, used = true;

	for (int i = 0; i < TITLES; i++) {
		struct look l =
		    look(p, arena_printf(arena, "title eq \"Title %d\"", i));

		used = used && !l.is_scan;
		good = good && l.found == l.should;
	}
	tap_ok(used, "%s: the index is used", what);
	tap_ok(good, "%s: its keys are those of the resources", what);
}

/* And when it is not complete: */
static void
is_scanned(struct program *p, const char *what)
{
	tap_ok(look(p, "title eq \"Title 1\"").is_scan,
	    "%s: all resources are looked at", what);
}

static struct uuid ids[USERS];

static void
test_build(struct program *old, struct program *new)
{
	struct reindex_result result;
	bool good = true;

	for (int i = 0; i < USERS; i++)
		good = good &&
		    create(old, arena_printf(arena, "user-%d", i),
			arena_printf(arena, "Title %d", i % TITLES),
			&ids[i]) == 0;
	tap_ok(good, "users, before title has an index %s", why());
	tap_ok(!look(old, "externalId eq \"x\"").is_scan &&
		!look(old, "userName eq \"x\"").is_scan,
	    "the indexes of a type are complete from its first resource on");
	is_scanned(old, "not declared");
	is_scanned(new, "declared");
	tap_ok(retitle(at(new, T0 + LATER), &ids[0], "Title 1") == 0,
	    "a write keeps up what is not announced");
	tap_ok(keys(new).keys == 1, "and has one key");
	tap_ok(retitle(old, &ids[0], "Title 0") == 0,
	    "the old program may write until it is announced");
	tap_ok(reindex(new, &result) == 0 && result.built.n == 1 &&
		slice_equal(result.built.list[0].attribute, SLICE("title")) &&
		result.resources == USERS && result.removed == 1,
	    "reindex builds title, and removes the key that is wrong");
	index_is_good(new, "built");
	is_scanned(old, "the old program");
	tap_ok(reindex(new, &result) == 0 && result.built.n == 0 &&
		result.resources == 0,
	    "again: there is nothing to do");
}

static void
test_refusal(struct program *old, struct program *new, struct program *gone)
{
	struct reindex_result result;

	tap_ok(retitle(old, &ids[0], "Old") == -1 && err.code == ERR_BUSY,
	    "an old program is refused: %s", why());
	tap_ok(create(old, "late", "Old", NULL) == -1 && err.code == ERR_BUSY &&
		delete (old, &ids[0]) == -1 && err.code == ERR_BUSY,
	    "create and delete as well");
	tap_ok(look(new, "title eq \"Old\"").should == 0, "nothing changed");
	index_is_good(new, "refused");
	tap_ok(retitle(gone, &ids[0], "Gone") == 0 &&
		retitle(gone, &ids[1], "Title 2") == 0,
	    "a later one without the declaration writes");
	is_scanned(new, "then");
	tap_ok(keys(new).wrong_keys == 2, "and leaves wrong keys");
	tap_ok(reindex(new, &result) == 0 && result.removed == 2,
	    "reindex removes them");
	index_is_good(new, "built again");
	tap_ok(reindex(gone, &result) == 0 && result.built.n == 0 &&
		result.forgotten == 1 && result.removed == USERS,
	    "reindex without the declaration removes all");
	tap_ok(keys(new).keys == 0, "no key is left");
}

/* What others do between two transactions of reindex. */
struct busy {
	struct program *p;
	int calls;
	int failures;
};

static void
write_meanwhile(void *arg, uint64_t done)
{
	struct busy *b = arg;
	int from = b->calls++ * 40 % USERS;
	const char *name = arena_printf(arena, "new-%d", b->calls);

	(void)done;
	for (int i = from; i < from + 10 && i < USERS; i++)
		b->failures += retitle(b->p, &ids[i], "Title 7") == -1;
	/* Behind the walk and before it. */
	b->failures += retitle(b->p, &ids[2], "Title 8") == -1;
	b->failures += retitle(b->p, &ids[USERS - 2], "Title 5") == -1;
	b->failures += create(b->p, name, name, NULL) == -1;
}

static void
write_otherwise(void *arg, uint64_t done)
{
	struct busy *b = arg;

	(void)done;
	if (b->calls++ == 0)
		b->failures += retitle(b->p, &ids[3], "Title 4") == -1;
}

static int
announce_body(struct kv_txn *txn, void *arg, struct error *e)
{
	struct program *new = arg;
	struct index_note note = { .attribute = SLICE("title"),
		.form = INDEX_FOLDED,
		.stage = INDEX_BUILDING,
		.id = uuid_new(new->caller.now) };
	struct index_notes notes, more = { .n = 0 };

	(void)e;
	if (meta_get_indexes(txn, 1, SLICE("User"), true, &notes) != STORE_OK)
		return -1;
	more.list =
	    arena_calloc(store_arena(txn), notes.n + 1, sizeof(*more.list));
	while (more.n < notes.n) {
		more.list[more.n] = notes.list[more.n];
		more.n++;
	}
	more.list[more.n++] = note;
	return meta_put_indexes(txn, 1, SLICE("User"), &more) == STORE_OK ? 0
									  : -1;
}

struct race {
	struct program *gone;
	struct program *new;
};

/* The note goes, and another reindex announces the index anew. */
static void
announce_again(void *arg, uint64_t done)
{
	struct race *race = arg;

	if (done == 200 &&
	    (retitle(race->gone, &ids[3], "Lost") == -1 ||
		store_txn(store, announce_body, race->new, &err) == -1))
		tap_ok(false, "announced: %s", err.detail);
}

static void
test_race(struct program *new, struct program *gone)
{
	struct race race = { gone, new };
	struct reindex_result result;
	struct reindex order = { .identity = &new->identity,
		.caller = &new->caller,
		.type = new->type,
		.progress = announce_again,
		.arg = &race };

	reindex(gone, &result);
	tap_ok(identity_reindex(&order, &result, &err) == -1 &&
		err.code == ERR_BUSY,
	    "announced by another one meanwhile: %s", why());
	is_scanned(new, "not its own announcement");
	tap_ok(reindex(new, &result) == 0, "the other one goes on");
	index_is_good(new, "the other one");
}

static void
test_meanwhile(struct program *old, struct program *new, struct program *gone)
{
	struct busy busy = { .p = new };
	struct reindex_result result;
	struct reindex order = { .identity = &new->identity,
		.caller = &new->caller,
		.type = new->type,
		.progress = write_meanwhile,
		.arg = &busy };

	tap_ok(identity_reindex(&order, &result, &err) == 0 && busy.calls > 2 &&
		busy.failures == 0,
	    "written while it is built %s", why());
	index_is_good(new, "written meanwhile");
	reindex(gone, &result);
	busy = (struct busy){ .p = old };
	order.progress = write_otherwise;
	tap_ok(
	    identity_reindex(&order, &result, &err) == 0 && busy.failures == 1,
	    "an old program is refused meanwhile");
	index_is_good(new, "refused meanwhile");
	reindex(gone, &result);
	busy = (struct busy){ .p = gone };
	tap_ok(identity_reindex(&order, &result, &err) == -1 &&
		err.code == ERR_BUSY && busy.failures == 0,
	    "a later one wrote: %s", why());
	is_scanned(new, "then");
	tap_ok(reindex(new, &result) == 0, "again");
	index_is_good(new, "after all");
}

static struct store *
open_store(bool create_it)
{
	struct store_options options = { .dir = path("store"),
		.cache_len = 4 << 20,
		.kind = STORE_TOOL,
		.create = create_it };
	struct store *s;

	return store_open(&options, &s, &err) == 0 ? s : NULL;
}

static void
die(void *arg, uint64_t done)
{
	(void)arg;
	if (done > 200)
		_exit(9);
}

static void
test_killed(struct program *new, struct program *gone)
{
	struct reindex_result result;
	struct reindex order = {
		.caller = &new->caller, .type = new->type, .progress = die
	};
	int status;
	pid_t pid;

	reindex(gone, &result);
	store_close(store);
	pid = fork();
	if (pid == 0) {
		store = open_store(false);
		order.identity = &at(new, T0 + LATER)->identity;
		identity_reindex(&order, &result, &err);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	store = open_store(false);
	at(new, T0 + LATER);
	at(gone, T0 + 2 * LATER);
	tap_ok(WIFEXITED(status) && WEXITSTATUS(status) == 9 && store != NULL,
	    "killed in the middle");
	is_scanned(new, "killed");
	tap_ok(keys(new).keys > 0, "some keys are there");
	tap_ok(retitle(new, &ids[4], "Title 6") == 0 &&
		retitle(new, &ids[USERS - 4], "Title 6") == 0,
	    "writes go on");
	tap_ok(reindex(new, &result) == 0, "again");
	index_is_good(new, "killed and again");
}

/* caseExact changed: another index under the same name. */
static void
test_exact(struct program *exact)
{
	struct reindex_result result;

	tap_ok(retitle(exact, &ids[5], "tITLE 5") == 0, "another case");
	is_scanned(exact, "caseExact");
	tap_ok(look(exact, "title eq \"tITLE 5\"").should == 1, "one is found");
	tap_ok(reindex(exact, &result) == 0 && result.built.n == 1,
	    "reindex, caseExact");
	index_is_good(exact, "caseExact");
}

static struct reindex_duplicate duplicate;

static void
take_duplicate(void *arg, const struct reindex_duplicate *d)
{
	int *n = arg;

	++*n;
	duplicate = *d;
	duplicate.attribute = arena_slice(arena, d->attribute);
	duplicate.value = arena_slice(arena, d->value);
}

static bool
is_pair(const struct uuid *x, const struct uuid *y)
{
	return (uuid_compare(&duplicate.id, x) == 0 &&
		   uuid_compare(&duplicate.other, y) == 0) ||
	    (uuid_compare(&duplicate.id, y) == 0 &&
		uuid_compare(&duplicate.other, x) == 0);
}

/* The second of the pair, when the first has its key already. */
static void
rename_one(void *arg, uint64_t done)
{
	if (done == 200 && retitle(arg, &ids[300], "Own 300") == -1)
		tap_ok(false, "renamed: %s", err.detail);
}

static void
test_duplicates(struct program *plain, struct program *unique)
{
	struct reindex_result result;
	int n = 0;
	struct reindex order = { .identity = &unique->identity,
		.caller = &unique->caller,
		.type = unique->type,
		.duplicate = take_duplicate,
		.arg = &n };

	for (int i = 0; i < USERS; i++)
		n += retitle(plain, &ids[i],
			 arena_printf(arena, "Own %d", i)) == -1;
	n += retitle(plain, &ids[300], "own 7") == -1;
	tap_ok(n == 0, "titles of their own, but for one");
	tap_ok(create(unique, "third", "OWN 8", NULL) == -1 &&
		err.code == ERR_UNIQUENESS,
	    "unique, not built: %s", why());
	tap_ok(identity_reindex(&order, &result, &err) == -1 &&
		err.code == ERR_UNIQUENESS && result.built.n == 0 && n == 1,
	    "duplicates: %s", why());
	tap_ok(is_pair(&ids[7], &ids[300]), "the ids of both are told");
	tap_ok(keys(unique).keys == 0, "nothing half is left");
	is_scanned(unique, "duplicates");
	tap_ok(retitle(unique, &ids[301], "OWN 302") == -1 &&
		err.code == ERR_UNIQUENESS,
	    "refused without an index");
	order.progress = rename_one;
	order.arg = unique;
	tap_ok(
	    identity_reindex(&order, &result, &err) == 0 && result.built.n == 1,
	    "then it is built %s", why());
	index_is_good(unique, "unique");
}

static void
test_unique(struct program *gone, struct program *unique)
{
	struct reindex_result result;

	tap_ok(retitle(unique, &ids[301], "own 302") == -1 &&
		err.code == ERR_UNIQUENESS &&
		look(unique, "title eq \"OWN 7\"").found == 1,
	    "refused by the index");
	tap_ok(retitle(unique, &ids[7], "Seven") == 0 &&
		retitle(unique, &ids[8], "own 7") == 0,
	    "a value that was given back can be taken");
	tap_ok(retitle(gone, &ids[9], "Nine") == 0, "not declared meanwhile");
	tap_ok(retitle(unique, &ids[10], "own 9") == 0,
	    "a key that is wrong stops nobody %s", why());
	tap_ok(retitle(unique, &ids[11], "own 9") == -1 &&
		err.code == ERR_UNIQUENESS,
	    "one that is right does");
	tap_ok(reindex(unique, &result) == 0, "built again %s", why());
	index_is_good(unique, "unique again");
}

/* Another tenant begins with complete indexes. */
static void
test_tenant(struct program *new)
{
	struct program p = *new;

	p.caller.tenant = 2;
	tap_ok(create(&p, "first", "Title 1", NULL) == 0 &&
		!look(&p, "title eq \"Title 1\"").is_scan,
	    "a new tenant: complete from the first resource on");
}

int
main(void)
{
	struct program old, new, gone, exact, unique;

	arena = arena_new();
	if (mkdtemp(dir) == NULL)
		return 1;
	store = open_store(true);
	tap_ok(store != NULL, "a new store %s", why());
	old = program("old", "", T0);
	new = program("new", INDEXED, T0 + LATER);
	gone = program("gone", "", T0 + 2 * LATER);
	exact = program("exact", EXACT, T0 + 3 * LATER);
	unique = program("unique", UNIQUE, T0 + 5 * LATER);
	test_build(&old, &new);
	test_refusal(&old, &new, &gone);
	test_meanwhile(&old, &new, &gone);
	test_race(&new, &gone);
	test_killed(&new, &gone);
	at(&exact, T0 + 3 * LATER);
	test_exact(&exact);
	gone = program("gone", "", T0 + 4 * LATER);
	at(&unique, T0 + 5 * LATER);
	test_duplicates(&gone, &unique);
	gone = program("gone", "", T0 + 6 * LATER);
	test_unique(&gone, &unique);
	test_tenant(at(&new, T0 + LATER));
	store_close(store);
	shell(arena_printf(arena, "rm -rf %s", dir));
	arena_free(arena);
	return tap_done();
}
