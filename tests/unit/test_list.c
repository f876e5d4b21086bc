/*
 * test_list.c: lists of many resources: the first K of an order against a
 * sort of all, walks by cursor while others write, cursors that are too old
 * or belong to somebody else.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/nelem.h"
#include "fixture.h"
#include "identity/top.h"
#include "json/json.h"
#include "scim/cursor.h"
#include "store/secrets.h"
#include "tap.h"

enum { USERS = 400, TITLES = 7, TOP_N = 500, TOP_K = 60 };

static char dir[] = "/tmp/muster-list.XXXXXX";

struct place {
	struct identity identity;
	struct caller caller;
	const struct resource_type *type;
	struct arena *a;
};

static int
compare_numbers(const void *x, const void *y)
{
	return memcmp(x, y, sizeof(int) * 2);
}

/* The first K are those that a sort of all puts first. */
static void
test_top(bool descending)
{
	struct arena *a = arena_new();
	struct top top = { .a = a, .k = TOP_K, .descending = descending };
	unsigned char all[TOP_N][8];
	bool same = true;

	srandom(7);
	for (size_t i = 0; i < TOP_N; i++) {
		struct uuid id = { { 0 } };
		char key[4] = { (char)('a' + random() % 5) };

		memset(all[i], 0, sizeof(all[i]));
		all[i][0] = (unsigned char)(descending ? 255 - key[0] : key[0]);
		for (int b = 1; b < 8; b++)
			all[i][b] = id.bytes[b] = (unsigned char)random();
		top_add(&top, slice_of(key), &id, i);
	}
	qsort(all, TOP_N, sizeof(all[0]), compare_numbers);
	top_sort(&top);
	for (size_t i = 0; i < TOP_K; i++)
		same &= memcmp(top.list[i].id.bytes + 1, all[i] + 1, 7) == 0;
	tap_ok(same && top.n == TOP_K, "SORT-08 the first %d of %d, %s", TOP_K,
	    TOP_N, descending ? "descending" : "ascending");
	arena_free(a);
}

static int
write_user(struct place *p, const char *name, const char *title,
    const struct uuid *new_id)
{
	char text[300];
	struct write_request request = {
		.kind = WRITE_CREATE, .type = p->type, .new_id = new_id
	};
	struct error err;

	snprintf(text, sizeof(text),
	    "{\"schemas\":[\"" URN_USER "\"],\"userName\":\"%s\","
	    "\"title\":\"%s\"}",
	    name, title);
	if (json_parse(p->a, slice_of(text), &request.body, &err) == -1)
		return -1;
	return identity_write(&p->identity, &p->caller, &request, &err);
}

static void
delete_user(struct place *p, const struct uuid *id)
{
	char text[UUID_TEXT_SIZE];
	struct write_request request = { .kind = WRITE_DELETE,
		.type = p->type };
	struct error err;

	uuid_format(id, text);
	request.id = slice_of(text);
	identity_write(&p->identity, &p->caller, &request, &err);
}

/* One page; its cursor in *NEXT, or an error code. */
static enum error_code
page(struct place *p, struct query *q, struct json_object **list)
{
	struct error err = { .code = ERR_NONE };
	struct buf out;

	q->types = &p->type;
	q->ntypes = 1;
	buf_init(&out, 1 << 24);
	if (identity_list(&p->identity, &p->caller, q, &out, &err) == 0)
		json_parse(p->a, buf_text(&out), list, &err);
	buf_fini(&out);
	return err.code;
}

/* Walk by Q; between pages users come and go.  SEEN counts by number. */
static int
walk(struct place *p, struct query q, int *seen)
{
	int pages = 0;

	do {
		struct json_object *list, *resources;
		char name[40];

		if (page(p, &q, &list) != ERR_NONE)
			return -1;
		resources = json_get(list, "Resources");
		for (size_t i = 0; i < json_len(resources); i++) {
			struct slice text = json_string(
			    json_get(json_at(resources, i), "userName"));

			if (text.data[0] == 'u')
				seen[atoi(text.data + 1)]++;
		}
		q.cursor = json_string(json_get(list, "nextCursor"));
		snprintf(name, sizeof(name), "x%s%d", q.sort_by.data, ++pages);
		write_user(p, name, "c", NULL);
	} while (q.cursor.len > 0);
	return pages;
}

/* Every user that was there throughout, once. */
static void
test_walk(struct place *p, const char *sort_by, bool descending, int round)
{
	static struct uuid ids[TITLES];
	int *seen = calloc(USERS + TITLES, sizeof(int)), wrong = 0, pages;
	char name[20];
	struct query q = { .count = 30,
		.cursor = SLICE(""),
		.attributes = SLICE("userName"),
		.descending = descending };

	if (sort_by[0] != '\0')
		q.sort_by = slice_of(sort_by);
	if (round > 0)
		delete_user(p, &ids[round - 1]);
	ids[round] = uuid_new(p->caller.now);
	snprintf(name, sizeof(name), "later%d", round);
	write_user(p, name, "d", &ids[round]);
	pages = walk(p, q, seen);
	for (int i = 0; i < USERS; i++)
		wrong += seen[i] != 1;
	tap_ok(pages > USERS / 30 && wrong == 0,
	    "CURSOR-03 CURSOR-09 each once in %d pages by '%s' %s", pages,
	    sort_by, descending ? "descending" : "ascending");
	free(seen);
}

static int
forget_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct place *p = arg;

	(void)err;
	return secret_delete(txn, p->caller.tenant) == STORE_OK ? 0 : -1;
}

/* A process keeps the secret, but not after somebody wrote it. */
static void
test_secret(struct place *p)
{
	struct query q = { .count = 2, .cursor = SLICE("") };
	struct json_object *list;
	struct error err;

	page(p, &q, &list);
	q.cursor = json_string(json_get(list, "nextCursor"));
	tap_ok(page(p, &q, &list) == ERR_NONE &&
		store_txn(p->identity.store, forget_body, p, &err) == 0 &&
		page(p, &q, &list) == ERR_INVALID_CURSOR,
	    "a cursor is no good when the secret is another one");
	q.cursor = SLICE("");
	page(p, &q, &list);
	q.cursor = json_string(json_get(list, "nextCursor"));
	tap_ok(page(p, &q, &list) == ERR_NONE, "which is good from then on");
}

static void
test_validity(struct place *p)
{
	struct query q = { .count = 2, .cursor = SLICE("") };
	struct json_object *list;
	struct slice next;

	page(p, &q, &list);
	next = q.cursor = json_string(json_get(list, "nextCursor"));
	tap_ok(next.len > 0 && page(p, &q, &list) == ERR_NONE, "a good cursor");
	p->caller.now += CURSOR_TIMEOUT * 1000LL;
	tap_ok(
	    page(p, &q, &list) == ERR_NONE, "CURSOR-14 good for cursorTimeout");
	p->caller.now += 1;
	tap_ok(page(p, &q, &list) == ERR_EXPIRED_CURSOR,
	    "CURSOR-08 then expiredCursor");
	p->caller.now -= CURSOR_TIMEOUT * 1000LL + 1;
	p->caller.actor = SLICE("other");
	tap_ok(page(p, &q, &list) == ERR_INVALID_CURSOR,
	    "CURSOR-15 not for another credential");
	p->caller.actor = SLICE("test");
	p->caller.tenant = 2;
	tap_ok(page(p, &q, &list) == ERR_INVALID_CURSOR,
	    "CURSOR-15 nor for another tenant");
	p->caller.tenant = 1;
	q.sort_by = SLICE("userName");
	tap_ok(page(p, &q, &list) == ERR_INVALID_CURSOR,
	    "CURSOR-05 nor for another order");
}

/* How many texts open as a cursor that differ from SEALED at its end. */
static int
count_altered(struct arena *a, const unsigned char *secret, struct slice sealed)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "abcdefghijklmnopqrstuvwxyz0123456789-_";
	char *text = arena_strndup(a, sealed.data, sealed.len);
	struct slice same = { text, sealed.len };
	struct cursor out;
	struct error err;
	int opened = 0;

	for (const char *c = alphabet; *c != '\0'; c++) {
		char *last = text + sealed.len - 1;
		struct slice longer = { same.data, sealed.len + 1 };

		*last = *c;
		last[1] = '\0';
		opened += *c != sealed.data[sealed.len - 1] &&
		    cursor_open(a, secret, SLICE("q"), same, &out, &err) == 0;
		*last = sealed.data[sealed.len - 1];
		last[1] = *c;
		opened +=
		    cursor_open(a, secret, SLICE("q"), longer, &out, &err) == 0;
	}
	return opened;
}

static void
test_altered(struct arena *a)
{
	static const unsigned char secret[DIGEST_LEN] = "secret";

	for (size_t len = 0; len < 3; len++) {
		struct cursor in = { .key = { "ab", len } };
		struct slice sealed = cursor_seal(a, secret, SLICE("q"), &in);

		tap_ok(count_altered(a, secret, sealed) == 0,
		    "CURSOR-16 only its own text, key of %zu bytes", len);
	}
}

static void
fill(struct place *p)
{
	char name[20], title[2] = "";

	for (int i = 0; i < USERS; i++) {
		snprintf(name, sizeof(name), "u%d", i);
		title[0] = (char)('a' + i % TITLES);
		write_user(p, name, title, NULL);
	}
}

int
main(void)
{
	struct arena *a = arena_new();
	struct store_options options = {
		.dir = dir, .kind = STORE_TOOL, .create = true
	};
	struct place p = { .a = a };
	char command[64];
	struct error err;

	test_top(false);
	test_top(true);
	if (mkdtemp(dir) == NULL ||
	    store_open(&options, &p.identity.store, &err) == -1)
		return 1;
	p.identity.catalog = fixture_catalog(a);
	p.type = catalog_find_type(p.identity.catalog, SLICE("User"));
	p.caller = (struct caller){ .arena = a,
		.profile = profile_default(p.identity.catalog),
		.actor = SLICE("test"),
		.request_id = SLICE(""),
		.base_url = SLICE(""),
		.now = 1760000000000,
		.tenant = 1 };
	fill(&p);
	test_walk(&p, "", false, 0);
	test_walk(&p, "title", false, 1);
	test_walk(&p, "title", true, 2);
	test_walk(&p, "userName", true, 3);
	test_walk(&p, "meta.created", false, 4);
	test_validity(&p);
	test_secret(&p);
	test_altered(a);
	store_close(p.identity.store);
	arena_free(a);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command) != 0 || tap_done();
}
