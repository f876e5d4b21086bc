/*
 * test_group_size.c: what is done with one member touches as many keys in a
 * large group as in a small one, and a PUT writes what differs (issue:
 * "Adding, removing, testing one member costs the same at 10 and at
 * 1,000,000 members").  Keys are counted, not seconds.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/nelem.h"
#include "fixture.h"
#include "json/json.h"
#include "scim/project.h"
#include "store/tenants.h"
#include "tap.h"

enum { SMALL = 10, LARGE = 2000, USERS = LARGE + 1 };

#define PATCHOP "urn:ietf:params:scim:api:messages:2.0:PatchOp"

static char dir[] = "/tmp/muster-group-size.XXXXXX";

struct place {
	struct identity identity;
	struct caller caller;
	struct arena *a;
	struct error err;
	struct uuid users[USERS]; /* the last one is in no group */
	struct uuid groups[2];	  /* SMALL and LARGE */
};

static const char *
text_of(struct place *p, const struct uuid *id)
{
	char text[UUID_TEXT_SIZE];

	uuid_format(id, text);
	return arena_strdup(p->a, text);
}

static bool
write_one(struct place *p, enum write_kind kind, const char *type,
    const char *text, struct uuid *id)
{
	struct write_request request = { .kind = kind,
		.type = catalog_find_type(p->identity.catalog, slice_of(type)),
		.id = slice_of(text_of(p, id)),
		.new_id = kind == WRITE_CREATE ? id : NULL };

	if (kind == WRITE_CREATE)
		*id = uuid_new(p->caller.now);
	return json_parse(p->a, slice_of(text), &request.body, &p->err) == 0 &&
	    identity_write(&p->identity, &p->caller, &request, &p->err) == 0;
}

/* A group with N users from FIRST on. */
static const char *
group_body(struct place *p, int first, int n)
{
	struct buf text;
	const char *body;

	buf_init(&text, 1 << 20);
	buf_printf(&text,
	    "{\"schemas\":[\"" URN_GROUP "\"],\"displayName\":\"%d\","
	    "\"members\":[",
	    n);
	for (int i = first; i < first + n; i++)
		buf_printf(&text, "%s{\"value\":\"%s\"}", i > first ? "," : "",
		    text_of(p, &p->users[i]));
	buf_puts(&text, "]}");
	body = arena_strdup(p->a, text.data);
	buf_fini(&text);
	return body;
}

static bool
fill(struct place *p)
{
	bool good = true;

	for (int i = 0; i < USERS; i++)
		good &= write_one(p, WRITE_CREATE, "User",
		    arena_printf(p->a,
			"{\"schemas\":[\"" URN_USER "\"],"
			"\"userName\":\"u%d\"}",
			i),
		    &p->users[i]);
	return good &&
	    write_one(p, WRITE_CREATE, "Group", group_body(p, 0, SMALL),
		&p->groups[0]) &&
	    write_one(p, WRITE_CREATE, "Group", group_body(p, 0, LARGE),
		&p->groups[1]);
}

/* What is done with a group; G is 0 for the small one, 1 for the large. */
static bool
add(struct place *p, int g)
{
	return write_one(p, WRITE_PATCH, "Group",
	    arena_printf(p->a,
		"{\"schemas\":[\"" PATCHOP "\"],\"Operations\":[{"
		"\"op\":\"add\",\"path\":\"members\","
		"\"value\":[{\"value\":\"%s\"}]}]}",
		text_of(p, &p->users[USERS - 1])),
	    &p->groups[g]);
}

static bool
take_out(struct place *p, int g)
{
	return write_one(p, WRITE_PATCH, "Group",
	    arena_printf(p->a,
		"{\"schemas\":[\"" PATCHOP "\"],\"Operations\":[{"
		"\"op\":\"remove\","
		"\"path\":\"members[value eq \\\"%s\\\"]\"}]}",
		text_of(p, &p->users[USERS - 1])),
	    &p->groups[g]);
}

/* As Entra asks whether somebody is in. */
static bool
is_in(struct place *p, int g)
{
	const struct resource_type *type =
	    catalog_find_type(p->identity.catalog, SLICE("Group"));
	struct query q = { .types = &type,
		.ntypes = 1,
		.excluded = SLICE("members"),
		.filter = slice_of(arena_printf(p->a,
		    "id eq \"%s\" and members.value eq \"%s\"",
		    text_of(p, &p->groups[g]),
		    text_of(p, &p->users[USERS - 1]))),
		.count = -1 };
	struct buf out;
	bool good;

	buf_init(&out, 1 << 20);
	good =
	    identity_list(&p->identity, &p->caller, &q, &out, &p->err) == 0 &&
	    strstr(out.data, "\"totalResults\":1") != NULL;
	buf_fini(&out);
	return good;
}

static bool
get(struct place *p, int g)
{
	const struct resource_type *type =
	    catalog_find_type(p->identity.catalog, SLICE("Group"));
	struct conditions conditions = { .if_match = { NULL, 0 } };
	struct projection *projection;
	struct outcome outcome;
	struct buf out;
	bool good;

	buf_init(&out, 1 << 20);
	good = project_parse(p->a, type, p->caller.profile,
		   (struct slice){ NULL, 0 }, SLICE("members"), &projection,
		   &p->err) == 0 &&
	    identity_read(&p->identity, &p->caller, type,
		slice_of(text_of(p, &p->groups[g])), &conditions, projection,
		&out, &outcome, &p->err) == 0 &&
	    strstr(out.data, "members") == NULL;
	buf_fini(&out);
	return good;
}

/* One member for another. */
static bool
put(struct place *p, int g)
{
	return write_one(p, WRITE_REPLACE, "Group",
	    group_body(p, 1, g == 0 ? SMALL : LARGE), &p->groups[g]);
}

/* In this order: who comes in goes out again. */
static const struct deed {
	const char *text;
	bool (*run)(struct place *p, int g);
	bool reads_all; /* its members, to compare them */
	int edges;	/* written at each end */
} deeds[] = {
	{ "a member comes", add, false, 1 },
	{ "one who is in comes again", add, false, 0 },
	{ "is somebody in?", is_in, false, 0 },
	{ "a member goes", take_out, false, 1 },
	{ "PROJ-03 a group without its members", get, false, 0 },
	{ "PUT-17 one member for another", put, true, 2 },
};

static bool
run(struct place *p, const struct deed *deed, int g, struct kv_touched *out)
{
	struct kv_touched before = *store_touched(p->identity.store);
	const struct kv_touched *after = store_touched(p->identity.store);
	bool good = deed->run(p, g);

	for (int i = 0; i < KV_TABLE_MAX; i++) {
		out->reads[i] = after->reads[i] - before.reads[i];
		out->writes[i] = after->writes[i] - before.writes[i];
	}
	return good;
}

static uint64_t
sum(const uint64_t *keys)
{
	uint64_t n = 0;

	for (int i = 0; i < KV_TABLE_MAX; i++)
		n += keys[i];
	return n;
}

static void
test_deed(struct place *p, const struct deed *deed)
{
	struct kv_touched small, large;
	bool good = run(p, deed, 0, &small) && run(p, deed, 1, &large);

	tap_ok(good, "%s", deed->text);
	if (!good)
		return;
	tap_ok(memcmp(small.writes, large.writes, sizeof(small.writes)) == 0 &&
		large.writes[KV_MEMBERS] == (uint64_t)deed->edges &&
		large.writes[KV_GROUPS] == (uint64_t)deed->edges,
	    "writes the same: %d and %d keys", (int)sum(small.writes),
	    (int)sum(large.writes));
	if (!deed->reads_all)
		tap_ok(
		    memcmp(small.reads, large.reads, sizeof(small.reads)) == 0,
		    "reads the same: %d and %d keys", (int)sum(small.reads),
		    (int)sum(large.reads));
}

static int
tenant_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct place *p = arg;
	struct tenant_row row = { .name = SLICE("default") };

	(void)err;
	if (tenant_insert(txn, &row) != STORE_OK)
		return -1;
	p->caller.tenant = row.number;
	return 0;
}

int
main(void)
{
	struct store_options options = {
		.dir = dir, .kind = STORE_TOOL, .create = true
	};
	static struct place p;
	char command[64];

	log_open("test_group_size", LOG_LEVEL_WARNING);
	p.a = arena_new();
	if (mkdtemp(dir) == NULL ||
	    store_open(&options, &p.identity.store, &p.err) == -1)
		return 1;
	p.identity.catalog = fixture_catalog(p.a);
	p.caller = (struct caller){ .arena = p.a,
		.profile = profile_default(p.identity.catalog),
		.actor = SLICE("test"),
		.request_id = SLICE(""),
		.base_url = SLICE(""),
		.now = 1760000000000 };
	store_txn(p.identity.store, tenant_body, &p, &p.err);
	tap_ok(fill(&p), "groups of %d and of %d", SMALL, LARGE);
	for (size_t i = 0; i < NELEM(deeds); i++)
		test_deed(&p, &deeds[i]);
	store_close(p.identity.store);
	arena_free(p.a);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command) != 0 || tap_done();
}
