/*
 * test_listing.c: lists of targets, right and wrong (CLI-15, 16 and 18 of
 * spec scim.md).
 */
#include "base/nelem.h"
#include "rule.h"
#include "sync/listing.h"
#include "tap.h"

/* clang-format off */

/* A page at INDEX or CURSOR: its ids, and the page behind it, or "". */
static const struct {
	const char *id;
	int64_t index;
	const char *cursor, *answer, *ids, *next;
} pages[] = {
	{ "CLI-15 the only page", 0, "", "{'totalResults':2,'startIndex':1,'itemsPerPage':2,'Resources':[{'id':'a'},{'id':'b'}]}", "ab", "" },
	{ "CLI-15 the first page", 0, "", "{'totalResults':3,'Resources':[{'id':'a'},{'id':'b'}]}", "ab", "startIndex=3&count=2" },
	{ "CLI-15 the last page", 3, "", "{'totalResults':3,'Resources':[{'id':'c'}]}", "c", "" },
	{ "CLI-15 itemsPerPage is not believed", 0, "", "{'totalResults':9,'itemsPerPage':5,'startIndex':4,'Resources':[{'id':'a'}]}", "a", "startIndex=2&count=2" },
	{ "CLI-15 an empty page ends it", 3, "", "{'totalResults':9,'Resources':[]}", "", "" },
	{ "CLI-15 no Resources", 0, "", "{'totalResults':0}", "", "" },
	{ "CLI-18 Resources are null", 0, "", "{'totalResults':0,'Resources':null}", "", "" },
	{ "CLI-15 no totalResults", 0, "", "{'Resources':[{'id':'a'}]}", "a", "startIndex=2&count=2" },
	{ "CLI-15 totalResults is text", 0, "", "{'totalResults':'1','Resources':[{'id':'a'}]}", "a", "" },
	{ "CLI-18 names in any case", 0, "", "{'TOTALRESULTS':1,'resources':[{'ID':'a'}]}", "a", "" },
	{ "CLI-15 an id twice", 0, "", "{'totalResults':3,'Resources':[{'id':'a'},{'id':'a'}]}", "a", "startIndex=3&count=2" },
	{ "CLI-15 a resource without id", 0, "", "{'totalResults':1,'Resources':[{'userName':'a'},7]}", "", "" },
	{ "CLI-16 the first cursor", 0, "", "{'totalResults':1,'nextCursor':'x y','Resources':[{'id':'a'}]}", "a", "cursor=x%20y&count=2" },
	{ "CLI-16 a cursor behind an empty page", 0, "c", "{'nextCursor':'d','Resources':[]}", "", "cursor=d&count=2" },
	{ "CLI-16 the last cursor", 0, "c", "{'totalResults':9,'Resources':[{'id':'a'}]}", "a", "" },
};

static const char *const bad[] = { "null", "[]", "{}", "{'id':'a'}", "'x'",
	"{'Resources':{'id':'a'}}" };
/* clang-format on */

static struct slice
ids_of(struct arena *a, const struct listing *l)
{
	struct slice ids = SLICE("");

	for (size_t i = 0; i < l->n; i++)
		ids = ARENA_JOIN(a, ids,
		    json_string(json_attr(l->resources[i], SLICE("id"))));
	return ids;
}

static void
test_pages(struct arena *a)
{
	struct dialect d;
	struct error err;

	dialect_read(NULL, &d, &err);
	for (size_t i = 0; i < NELEM(pages); i++) {
		struct listing l = { .next = { pages[i].index,
					 slice_of(pages[i].cursor) } };
		struct slice next = SLICE("/Users?"), want;
		bool read = listing_read(a, rule_json(a, pages[i].answer), &l,
				&err) == 0;

		want = ARENA_JOIN(a, next, slice_of(pages[i].next));
		if (l.more)
			next = listing_query(
			    a, &d, SLICE("/Users"), SLICE(""), &l.next, 2);
		tap_ok(read && slice_equal(next, want) &&
			slice_equal(ids_of(a, &l), slice_of(pages[i].ids)),
		    "%s: %.*s", pages[i].id, SLICE_ARG(next));
	}
}

static void
test_queries(struct arena *a)
{
	const struct listing_place first = { .index = 0 };
	struct dialect d;
	struct error err;

	dialect_read(rule_json(a, "{'paging':'cursor'}"), &d, &err);
	tap_ok(slice_equal(listing_query(a, &d, SLICE("/Users"),
			       SLICE("a eq 1"), &first, 50),
		   SLICE("/Users?filter=a%20eq%201&cursor=&count=50")),
	    "CLI-16 a target that pages by cursor is asked for one");
	d.paging = DIALECT_INDEX;
	tap_ok(slice_equal(listing_query(
			       a, &d, SLICE("/Groups"), SLICE(""), &first, 50),
		   SLICE("/Groups?excludedAttributes=members&"
			 "startIndex=1&count=50")),
	    "ENTRA-30 groups without their members");
}

int
main(void)
{
	struct arena *a = arena_new();
	struct error err;

	test_pages(a);
	test_queries(a);
	for (size_t i = 0; i < NELEM(bad); i++) {
		struct listing l = { .n = 0 };

		tap_ok(listing_read(a, rule_json(a, bad[i]), &l, &err) == -1 &&
			err.code == ERR_INVALID_SYNTAX,
		    "PS-082 no list: %s", bad[i]);
	}
	arena_free(a);
	return tap_done();
}
