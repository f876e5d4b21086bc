/*
 * test_plan.c: which resources a filter looks at, and that it finds by keys
 * what it finds by looking at all of them.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/nelem.h"
#include "fixture.h"
#include "identity/plan.h"
#include "json/json.h"
#include "tap.h"

enum { USERS = 1300, GROUPS = 4, SCAN = -1 };

static char dir[] = "/tmp/muster-plan.XXXXXX";

struct place {
	struct identity identity;
	struct caller caller;
	struct arena *a;
};

/* clang-format off */
static const struct row {
	const char	*type;
	const char	*filter;	/* %s: the id of the first user */
	int		 looked_at;	/* or SCAN */
} rows[] = {
	{ "User", "id eq \"%s\"", 1 },
	{ "User", "userName eq \"U0007\"", 1 },
	{ "User", "userName eq \"nobody\"", 0 },
	{ "User", "userName sw \"u001\"", 10 },
	{ "User", "userName sw \"\"", SCAN },
	{ "User", "userName ge \"u1290\"", 10 },
	{ "User", "userName gt \"u1290\"", 10 },
	{ "User", "userName lt \"u0003\"", 4 },
	{ "User", "userName le \"U0003\"", 4 },
	{ "User", "userName pr", SCAN },
	{ "User", "externalId pr", 130 },
	{ "User", "externalId sw \"X-1\"", 0 },
	{ "User", "externalId sw \"x-1\"", 41 },
	{ "User", "displayName eq \"TEAM 3\"", 100 },
	{ "User", "emails.value eq \"u0005@work.test\"", 1 },
	{ "User", "emails[value sw \"u000\"]", 10 },
	{ "User", "emails[type eq \"work\" and value sw \"u000\"]", 10 },
	{ "User", "emails[type eq \"work\"]", SCAN },
	{ "User", "emails[value eq \"u0005@work.test\" or value eq \"u0006@home.test\"]", 2 },
	{ "User", "displayName eq \"team 3\" and externalId pr", 100 },
	{ "User", "externalId pr and displayName eq \"team 3\" and userName sw \"u00\"", 100 },
	{ "User", "displayName sw \"team\" and userName eq \"u0001\"", 1 },
	{ "User", "userName sw \"u\" and externalId pr", 130 },
	{ "User", "title pr and externalId sw \"x-12\"", 11 },
	{ "User", "userName eq \"u0001\" or userName eq \"u0002\"", 2 },
	{ "User", "userName eq \"u0001\" or displayName eq \"team 1\"", 100 },
	{ "User", "userName eq \"u0001\" or title eq \"boss\"", SCAN },
	{ "User", "not (userName eq \"u0001\")", SCAN },
	{ "User", "not (userName eq \"u0001\") and externalId pr", 130 },
	{ "User", "userName co \"1\"", SCAN },
	{ "User", "userName ne \"u0001\"", SCAN },
	{ "User", "title eq \"boss\"", SCAN },
	{ "User", "meta.lastModified gt \"2011-05-13T04:42:34Z\"", SCAN },
	{ "Group", "members.value eq \"%s\"", GROUPS },
	{ "Group", "members[value eq \"%s\"]", GROUPS },
	{ "Group", "members.value eq \"%s\" and displayName eq \"group 1\"", GROUPS },
	{ "Group", "members.value eq \"%s\" or displayName eq \"group 1\"", GROUPS },
	{ "Group", "displayName eq \"group 1\" or displayName eq \"GROUP 2\"", 2 },
	{ "Group", "members[value eq \"%s\" and type eq \"User\"]", SCAN },
};
/* clang-format on */

/* Create a resource of TYPE; its id in ID. */
static void
create(struct place *p, const char *type, const char *text, struct uuid *id)
{
	struct write_request request = { .kind = WRITE_CREATE,
		.type = catalog_find_type(p->identity.catalog, slice_of(type)),
		.new_id = id };
	struct error err;

	*id = uuid_new(p->caller.now);
	if (json_parse(p->a, slice_of(text), &request.body, &err) == -1 ||
	    identity_write(&p->identity, &p->caller, &request, &err) == -1) {
		printf("not ok - %s\n", err.detail);
		exit(1);
	}
}

static const char *
user_text(struct place *p, int i)
{
	const char *external = i % 10 == 0
	    ? arena_printf(p->a, "\"externalId\":\"x-%d\",", i)
	    : "";

	return arena_printf(p->a,
	    "{\"schemas\":[\"" URN_USER "\"],\"userName\":\"u%04d\",%s"
	    "\"displayName\":\"Team %d\",\"title\":\"%s\",\"emails\":["
	    "{\"type\":\"work\",\"value\":\"u%04d@work.test\"},"
	    "{\"type\":\"home\",\"value\":\"u%04d@home.test\"}]}",
	    i, external, i % 13, i % 2 == 0 ? "boss" : "clerk", i, i);
}

static void
fill(struct place *p, struct uuid ids[USERS])
{
	char id[UUID_TEXT_SIZE];
	struct uuid other;

	for (int i = 0; i < USERS; i++)
		create(p, "User", user_text(p, i), &ids[i]);
	uuid_format(&ids[0], id);
	for (int i = 0; i < GROUPS; i++)
		create(p, "Group",
		    arena_printf(p->a,
			"{\"schemas\":[\"" URN_GROUP "\"],"
			"\"displayName\":\"Group %d\","
			"\"members\":[{\"value\":\"%s\"}]}",
			i, id),
		    &other);
}

struct planning {
	struct place *place;
	const struct resource_type *type;
	struct slice text;
	struct plan plan;
};

static int
plan_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct planning *x = arg;
	struct filter *f;

	if (filter_parse(x->place->a, x->text, &f, err) == -1 ||
	    filter_bind(
		x->place->a, x->type, x->place->caller.profile, f, err) == -1)
		return -1;
	return plan_make(txn, &x->place->caller, x->type, f, &x->plan);
}

/* What the list of TYPE by FILTER holds, as text. */
static const char *
list(struct place *p, const struct resource_type *type, struct slice filter)
{
	struct query q = { .types = &type,
		.ntypes = 1,
		.filter = filter,
		.attributes = SLICE("id"),
		.count = PAGE_SIZE_MAX };
	struct error err;
	struct buf out;
	const char *text;

	buf_init(&out, 1 << 24);
	text = identity_list(&p->identity, &p->caller, &q, &out, &err) == 0
	    ? arena_strndup(p->a, out.data, strcspn(out.data, "]"))
	    : arena_strdup(p->a, err.detail);
	if (strstr(out.data, "\"totalResults\"") != NULL)
		text = arena_printf(
		    p->a, "%s %.20s", text, strstr(out.data, "Results\""));
	buf_fini(&out);
	return text;
}

static void
test_row(struct place *p, const struct row *row, const char *id)
{
	struct planning x = { .place = p,
		.type = catalog_find_type(
		    p->identity.catalog, slice_of(row->type)) };
	struct error err;
	struct slice all;
	int got;

	char *mark = strstr(row->filter, "%s");

	x.text = slice_of(mark == NULL
		? row->filter
		: arena_printf(p->a, "%.*s%s%s", (int)(mark - row->filter),
		      row->filter, id, mark + 2));
	if (store_view(p->identity.store, plan_body, &x, &err) == -1) {
		tap_ok(false, "%s: %s", row->filter, err.detail);
		return;
	}
	got = x.plan.is_scan ? SCAN : (int)x.plan.ids.n;
	tap_ok(got == row->looked_at, "%s: looks at %d%s", row->filter, got,
	    got == SCAN ? ", all" : "");
	all =
	    slice_of(arena_printf(p->a, "not (not (%.*s))", SLICE_ARG(x.text)));
	tap_ok(strcmp(list(p, x.type, x.text), list(p, x.type, all)) == 0,
	    "FILTER-33 and finds what a look at all finds");
}

/* clang-format off */
static const struct order {
	const char	*by;
	bool		 descending;
	int64_t		 start;
	int		 looked_at;	/* at most */
} orders[] = {
	{ "userName", false, 1, 12 },
	{ "userName", true, 1, 12 },
	{ "userName", false, 500, 512 },
	{ "userName", true, 1295, USERS },
	{ "externalId", false, 1, 12 },
	{ "externalId", false, 125, USERS },	/* into those without */
	{ "externalId", true, 1, USERS },
	{ "displayName", false, 1, 112 },	/* 100 have the same */
	{ "title", false, 1, USERS },
};
/* clang-format on */

/* A page of ORDER, told from others by FILTER, which is no matter of keys. */
static const char *
page(struct place *p, const struct order *order, struct slice filter)
{
	const struct resource_type *type =
	    catalog_find_type(p->identity.catalog, SLICE("User"));
	struct query q = { .types = &type,
		.ntypes = 1,
		.filter = filter,
		.sort_by = order->by == NULL ? (struct slice){ NULL, 0 }
					     : slice_of(order->by),
		.descending = order->descending,
		.start_index = order->start,
		.attributes = SLICE("id"),
		.count = 10 };
	struct error err;
	const char *text;
	struct buf out;

	buf_init(&out, 1 << 24);
	text = identity_list(&p->identity, &p->caller, &q, &out, &err) == 0
	    ? arena_strndup(p->a, out.data, out.len)
	    : arena_strdup(p->a, err.detail);
	buf_fini(&out);
	return text;
}

/* The index gives the page that sorting all of them gives, and stops. */
static void
test_order(struct place *p, const struct order *order)
{
	const char *want = page(p, order, SLICE("id pr"));

	tap_ok(strcmp(page(p, order, (struct slice){ NULL, 0 }), want) == 0,
	    "SORT-02 %s%s from %lld", order->by,
	    order->descending ? " descending" : "", (long long)order->start);
	p->identity.scan_max = order->looked_at;
	tap_ok(strcmp(page(p, order, (struct slice){ NULL, 0 }), want) == 0,
	    "LIST-06 looks at %d or fewer", order->looked_at);
	p->identity.scan_max = 0;
}

/* A page far behind, which does not look at what stands before its block. */
static void
test_deep(struct place *p, int64_t start, const char *when)
{
	struct order order = { .by = NULL, .start = start };
	const char *want = page(p, &order, SLICE("id pr"));

	p->identity.scan_max = 310;
	tap_ok(strcmp(page(p, &order, (struct slice){ NULL, 0 }), want) == 0,
	    "PAGE-01 PAGE-12 from %lld %s", (long long)start, when);
	p->identity.scan_max = 0;
}

/* The group DISPLAY of the users from FIRST to LAST and of the group WITHIN. */
static void
group_of(struct place *p, const char *display, const struct uuid *ids,
    size_t first, size_t last, const struct uuid *within, struct uuid *out)
{
	char id[UUID_TEXT_SIZE];
	struct buf text;

	buf_init(&text, 1 << 20);
	uuid_format(within, id);
	buf_printf(&text,
	    "{\"schemas\":[\"" URN_GROUP "\"],\"displayName\":\"%s\","
	    "\"members\":[{\"value\":\"%s\"}",
	    display, id);
	for (size_t i = first; i <= last; i++) {
		uuid_format(&ids[i], id);
		buf_printf(&text, ",{\"value\":\"%s\"}", id);
	}
	buf_puts(&text, "]}");
	create(p, "Group", text.data, out);
	buf_fini(&text);
}

/* Who is in a group is found by its members, at most LOOKED_AT of them. */
static void
test_group(struct place *p, const char *filter, const struct uuid *group,
    int64_t start, int looked_at)
{
	struct order order = { .by = NULL, .start = start };
	char id[UUID_TEXT_SIZE];
	const char *text, *want;

	uuid_format(group, id);
	text = arena_printf(p->a, "groups%s \"%s\"]", filter, id);
	text = arena_strndup(
	    p->a, text, strlen(text) - (strchr(filter, '[') == NULL));
	want = page(
	    p, &order, slice_of(arena_printf(p->a, "not (not (%s))", text)));
	p->identity.scan_max = looked_at;
	tap_ok(strcmp(page(p, &order, slice_of(text)), want) == 0 &&
		strstr(want, "totalResults") != NULL,
	    "%s from %lld: looks at %d or fewer", text, (long long)start,
	    looked_at);
	p->identity.scan_max = 0;
}

/* Half of those in each group are in the other, too. */
static void
test_groups(struct place *p, const struct uuid *ids)
{
	struct uuid inner, outer;

	group_of(p, "inner", ids, 150, 249, &ids[7], &inner);
	group_of(p, "outer", ids, 100, 199, &inner, &outer);
	test_group(p, " eq", &inner, 1, 11);
	test_group(p, ".value eq", &inner, 96, 11);
	test_group(p, ".value eq", &outer, 1, 11);
	test_group(p, ".value eq", &outer, 149, 11);
	test_group(p, ".value eq", &outer, 152, 1);
	test_group(p, "[value eq", &outer, 50, 11);
	test_group(p, ".value eq", &ids[0], 1, 1);
	test_group(p, "[type eq \"indirect\" and value eq", &outer, 1, USERS);
}

/* A query that takes too long ends, as long as it has not seen all. */
static void
test_late(struct place *p)
{
	struct order order = { .by = NULL, .start = 1 };

	p->identity.scan_ms = -1;
	tap_ok(strstr(page(p, &order, SLICE("title eq \"none\"")),
		   "has looked at 256 resources") != NULL,
	    "LIST-06 a query that takes too long");
	tap_ok(strstr(page(p, &order, SLICE("externalId pr")),
		   "\"totalResults\":130") != NULL,
	    "not one that looks at few");
	p->identity.scan_ms = 0;
}

static void
forget(struct place *p, const struct uuid *id)
{
	char text[UUID_TEXT_SIZE];
	struct write_request request = { .kind = WRITE_DELETE,
		.type = catalog_find_type(p->identity.catalog, SLICE("User")) };
	struct error err;

	uuid_format(id, text);
	request.id = slice_of(text);
	if (identity_write(&p->identity, &p->caller, &request, &err) == -1)
		tap_ok(false, "%s", err.detail);
}

static void
test_deep_pages(struct place *p, const struct uuid *ids)
{
	static const int64_t starts[] = { 1, 1001, 1002, 1291, 1300, 1301,
		5000 };

	for (size_t i = 0; i < NELEM(starts); i++)
		test_deep(p, starts[i], "of all");
	for (int i = 0; i < 20; i++)
		forget(p, &ids[i * i * 3]);
	for (size_t i = 0; i < NELEM(starts); i++)
		test_deep(p, starts[i], "when some have gone");
	create(p, "User", user_text(p, USERS), &(struct uuid){ { 0 } });
	test_deep(p, 1002, "when one has come");
}

int
main(void)
{
	struct store_options options = {
		.dir = dir, .kind = STORE_TOOL, .create = true
	};
	struct place p = { .a = arena_new() };
	static struct uuid ids[USERS];
	char command[64], id[UUID_TEXT_SIZE];
	struct error err;

	if (mkdtemp(dir) == NULL ||
	    store_open(&options, &p.identity.store, &err) == -1)
		return 1;
	p.identity.catalog = fixture_catalog(p.a);
	p.caller = (struct caller){ .arena = p.a,
		.profile = profile_default(p.identity.catalog),
		.actor = SLICE("test"),
		.request_id = SLICE(""),
		.base_url = SLICE(""),
		.now = 1760000000000,
		.tenant = 1 };
	log_open("test_plan", LOG_LEVEL_WARNING);
	fill(&p, ids);
	uuid_format(&ids[0], id);
	for (size_t i = 0; i < NELEM(rows); i++)
		test_row(&p, &rows[i], id);
	for (size_t i = 0; i < NELEM(orders); i++)
		test_order(&p, &orders[i]);
	test_groups(&p, ids);
	test_late(&p);
	test_deep_pages(&p, ids);
	store_close(p.identity.store);
	arena_free(p.a);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command) != 0 || tap_done();
}
