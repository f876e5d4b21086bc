/*
 * test_bulk.c: the BulkRequest message: what its operations say, the order in
 * which they can be done, and where references stand (spec scim.md section
 * 17).
 */
#include <string.h>

#include "base/nelem.h"
#include "fixture.h"
#include "json/json.h"
#include "scim/bulk.h"
#include "tap.h"

#define ENT URN_ENTERPRISE

enum { OPS_MAX = 8 };

/* clang-format off */

/* One operation, and what is wrong with it. */
static const struct {
	const char	*id;
	const char	*op;
	enum error_code	 problem;
} shapes[] = {
	{ "BULK-07", "{'method':'delete','path':'/Users/x'}", ERR_NONE },
	{ "BULK-07", "{'METHOD':'Delete','Path':'/Users/x'}", ERR_NONE },
	{ "BULK-07", "{'method':'GET','path':'/Users/x'}", ERR_INVALID_SYNTAX },
	{ "BULK-07", "{'method':'','path':'/Users/x'}", ERR_INVALID_SYNTAX },
	{ "BULK-07", "{'method':1,'path':'/Users/x'}", ERR_INVALID_SYNTAX },
	{ "BULK-07", "{'path':'/Users/x'}", ERR_INVALID_SYNTAX },
	{ "BULK-07", "{}", ERR_INVALID_SYNTAX },
	{ "BULK-08", "{'method':'POST','path':'/Users','bulkId':'a','data':{}}", ERR_NONE },
	{ "BULK-08", "{'method':'POST','path':'/Users/x','bulkId':'a','data':{}}", ERR_INVALID_VALUE },
	{ "BULK-08", "{'method':'PUT','path':'/Users','data':{}}", ERR_INVALID_VALUE },
	{ "BULK-08", "{'method':'DELETE'}", ERR_INVALID_VALUE },
	{ "BULK-08", "{'method':'DELETE','path':''}", ERR_INVALID_VALUE },
	{ "BULK-08", "{'method':'DELETE','path':'/'}", ERR_INVALID_VALUE },
	{ "BULK-08", "{'method':'DELETE','path':'Users/x'}", ERR_INVALID_VALUE },
	{ "BULK-08", "{'method':'DELETE','path':'/Users/'}", ERR_INVALID_VALUE },
	{ "BULK-08", "{'method':'DELETE','path':'/Users/x/y'}", ERR_INVALID_VALUE },
	{ "BULK-08", "{'method':'DELETE','path':'/users/x'}", ERR_INVALID_VALUE },
	{ "BULK-08", "{'method':'DELETE','path':'//Users/x'}", ERR_INVALID_VALUE },
	{ "BULK-08", "{'method':'DELETE','path':'/v2/Users/x'}", ERR_INVALID_VALUE },
	{ "BULK-08", "{'method':'DELETE','path':'https://h/Users/x'}", ERR_INVALID_VALUE },
	{ "BULK-08", "{'method':'PATCH','path':'/Me','data':{}}", ERR_INVALID_VALUE },
	{ "BULK-08", "{'method':'POST','path':'/Bulk','bulkId':'a','data':{}}", ERR_INVALID_VALUE },
	{ "BULK-08", "{'method':'POST','path':'/.search','bulkId':'a','data':{}}", ERR_INVALID_VALUE },
	{ "BULK-08", "{'method':'POST','path':'/Users?x=y','bulkId':'a','data':{}}", ERR_INVALID_VALUE },
	{ "BULK-09", "{'method':'POST','path':'/Users','bulkId':'a'}", ERR_INVALID_SYNTAX },
	{ "BULK-09", "{'method':'PUT','path':'/Users/x','data':null}", ERR_INVALID_SYNTAX },
	{ "BULK-09", "{'method':'PATCH','path':'/Users/x','data':[]}", ERR_INVALID_SYNTAX },
	{ "BULK-09", "{'method':'PATCH','path':'/Users/x','data':{}}", ERR_NONE },
	{ "BULK-10", "{'method':'POST','path':'/Users','data':{}}", ERR_INVALID_SYNTAX },
	{ "BULK-10", "{'method':'POST','path':'/Users','bulkId':'','data':{}}", ERR_INVALID_SYNTAX },
	{ "BULK-10", "{'method':'POST','path':'/Users','bulkId':7,'data':{}}", ERR_INVALID_SYNTAX },
	{ "BULK-16", "{'method':'DELETE','path':'/Users/bulkId:no'}", ERR_INVALID_VALUE },
	{ "BULK-20", "{'method':'DELETE','path':'/Users/x','version':3}", ERR_INVALID_SYNTAX },
};

/* The members of a request beside "schemas". */
static const struct {
	const char	*id;
	const char	*members;
	enum error_code	 error;
} envelopes[] = {
	{ "BULK-02", "'Operations':[]", ERR_NONE },
	{ "BULK-02", "'operations':[]", ERR_NONE },
	{ "BULK-02", "'failOnErrors':1", ERR_INVALID_SYNTAX },
	{ "BULK-02", "'Operations':{}", ERR_INVALID_SYNTAX },
	{ "BULK-02", "'Operations':[[]]", ERR_INVALID_SYNTAX },
	{ "BULK-02", "'Operations':[null]", ERR_INVALID_SYNTAX },
	{ "BULK-05", "'Operations':[],'failOnErrors':1", ERR_NONE },
	{ "BULK-05", "'Operations':[],'failOnErrors':0", ERR_INVALID_VALUE },
	{ "BULK-05", "'Operations':[],'failOnErrors':1.5", ERR_INVALID_VALUE },
	{ "BULK-05", "'Operations':[],'failOnErrors':true", ERR_INVALID_VALUE },
	{ "BULK-10", "'Operations':[{'method':'POST','path':'/Users','bulkId':'a','data':{}},{'method':'POST','path':'/Groups','bulkId':'a','data':{}}]", ERR_INVALID_VALUE },
	{ "BULK-10", "'Operations':[{'method':'POST','path':'/Users','bulkId':'a','data':{}},{'method':'POST','path':'/Groups','bulkId':'A','data':{}}]", ERR_NONE },
	{ "BULK-21", "'Operations':[{},{},{},{},{},{},{},{}]", ERR_NONE },
	{ "BULK-21", "'Operations':[{},{},{},{},{},{},{},{},{}]", ERR_TOO_LARGE },
	{ "atomic", "'Operations':[],'atomic':true", ERR_NONE },
	{ "atomic", "'Operations':[],'atomic':'true'", ERR_INVALID_VALUE },
};

/*
 * Operations by a letter each: "b:ac" is a POST with the bulkId b that has a
 * and c as members, "+b:a" a PATCH of /Groups/bulkId:b, "=x" a PATCH of
 * /Groups/x, "-x" its DELETE.  ORDER is that of execution, with units in
 * parentheses.
 */
static const struct {
	const char	*id;
	const char	*ops;
	const char	*order;
} orders[] = {
	{ "BULK-06", "a b c", "(0)(1)(2)" },
	{ "BULK-12", "a b:a c:b", "(0)(1)(2)" },
	{ "BULK-13", "a:b b", "(1)(0)" },
	{ "BULK-13", "a:b b:c c", "(2)(1)(0)" },
	{ "BULK-13", "a:cb b c d", "(1)(2)(0)(3)" },
	{ "BULK-13", "a:d b c d:c", "(1)(2)(3)(0)" },
	{ "BULK-14", "a:a", "(0)" },
	{ "BULK-14", "a:b b:a", "(0 1)" },
	{ "BULK-14", "x a:b y b:a z", "(0)(2)(1 3)(4)" },
	{ "BULK-14", "a:b b:c c:a", "(0 1 2)" },
	{ "BULK-14", "a:b b:a c:d d:c", "(0 1)(2 3)" },
	{ "BULK-14", "a:bc b:a c:d d:c", "(2 3)(0 1)" },
	{ "BULK-14", "x:a a:bu b:a u", "(3)(1 2)(0)" },
	{ "BULK-14", "a:b b:ac c:b", "(0 1 2)" },
	{ "BULK-14", "a:bbbb b:aaaa", "(0 1)" },
	{ "BULK-15", "=x:b -y b", "(1)(2)(0)" },
	{ "BULK-15", "=x:b -x b", "(2)(0)(1)" },
	{ "BULK-15", "=x:b =x =x:c b c", "(3)(0)(1)(4)(2)" },
	{ "BULK-15", "+a:b -y +a a:c b c", "(1)(4)(5)(3)(0)(2)" },
	{ "BULK-15", "=x:b =y:b =y =x b", "(4)(0)(1)(2)(3)" },
};

/* Data of a type, and what it is with "1" for bulkId:a, later for b. */
static const struct {
	const char	*type;
	bool		 is_patch;
	const char	*data;
	const char	*want;
	const char	*later;		/* Operations; NULL: none */
} references[] = {
	{ "Group", false, "{'members':[{'value':'bulkId:a'},{'value':'x'}]}", "{'members':[{'value':'1'},{'value':'x'}]}", NULL },
	{ "Group", false, "{'MEMBERS':[{'Value':'bulkId:a'}]}", "{'MEMBERS':[{'Value':'1'}]}", NULL },
	{ "Group", false, "{'members':['bulkId:a']}", "{'members':['1']}", NULL },
	{ "Group", false, "{'members':{'value':'bulkId:a'}}", "{'members':{'value':'1'}}", NULL },
	{ "Group", false, "{'members':[{'value':'bulkid:a'},{'value':'bulkId:'},{'value':' bulkId:a'}]}", "{'members':[{'value':'bulkid:a'},{'value':'bulkId:'},{'value':' bulkId:a'}]}", NULL },
	{ "Group", false, "{'members':[null,7,{'value':null},{'display':'bulkId:a'}]}", "{'members':[null,7,{'value':null},{'display':'bulkId:a'}]}", NULL },
	{ "Group", false, "{'displayName':'bulkId:a','externalId':'bulkId:a'}", "{'displayName':'bulkId:a','externalId':'bulkId:a'}", NULL },
	{ "Group", false, "{'members':[{'value':'bulkId:b','type':'Group'},{'value':'bulkId:a'},{'value':'bulkId:b'}]}", "{'members':[{'value':'1'}]}",
	  "[{'op':'add','path':'members','value':[{'value':'2','type':'Group'},{'value':'2'}]}]" },
	{ "User", false, "{'" ENT "':{'manager':{'value':'bulkId:a'}}}", "{'" ENT "':{'manager':{'value':'1'}}}", NULL },
	{ "User", false, "{'" ENT "':{'manager':'bulkId:a'}}", "{'" ENT "':{'manager':'1'}}", NULL },
	{ "User", false, "{'" ENT "':{'manager':{'value':'bulkId:b'},'department':'bulkId:b'}}", "{'" ENT "':{'department':'bulkId:b'}}",
	  "[{'op':'add','path':'" ENT ":manager','value':{'value':'2'}}]" },
	{ "User", false, "{'" ENT ":manager':{'value':'bulkId:a'}}", "{'" ENT ":manager':{'value':'1'}}", NULL },
	{ "User", false, "{'profileUrl':'bulkId:a','groups':[{'value':'bulkId:a'}],'emails':[{'value':'bulkId:a'}],'photos':[{'value':'bulkId:a'}]}",
	  "{'profileUrl':'bulkId:a','groups':[{'value':'bulkId:a'}],'emails':[{'value':'bulkId:a'}],'photos':[{'value':'bulkId:a'}]}", NULL },
	{ "Group", true, "[{'op':'add','path':'members','value':[{'value':'bulkId:a'}]}]", "[{'op':'add','path':'members','value':[{'value':'1'}]}]", NULL },
	{ "Group", true, "[{'op':'add','path':'members','VALUE':'bulkId:a'}]", "[{'op':'add','path':'members','VALUE':'1'}]", NULL },
	{ "Group", true, "[{'op':'add','value':{'members':[{'value':'bulkId:a'}]}}]", "[{'op':'add','value':{'members':[{'value':'1'}]}}]", NULL },
	{ "Group", true, "[{'op':'remove','path':'members[value eq \\\"bulkId:a\\\"]'}]", "[{'op':'remove','path':'members[value eq \\\"1\\\"]'}]", NULL },
	{ "Group", true, "[{'op':'remove','path':'members[(Value  EQ \\\"bulkId:a\\\") or value eq \\\"bulkId:a\\\"]'}]", "[{'op':'remove','path':'members[(Value  EQ \\\"1\\\") or value eq \\\"1\\\"]'}]", NULL },
	{ "Group", true, "[{'op':'remove','path':'members[display eq \\\"bulkId:a\\\" or type eq \\\"\\\\\\\"bulkId:a\\\" and value eq \\\"bulkId:a\\\"]'}]",
	  "[{'op':'remove','path':'members[display eq \\\"bulkId:a\\\" or type eq \\\"\\\\\\\"bulkId:a\\\" and value eq \\\"1\\\"]'}]", NULL },
	{ "Group", true, "[{'op':'add','path':'bulkId:a','value':'bulkId:a'},{'op':'remove','path':'displayName[value eq \\\"bulkId:a\\\"]'}]",
	  "[{'op':'add','path':'bulkId:a','value':'bulkId:a'},{'op':'remove','path':'displayName[value eq \\\"bulkId:a\\\"]'}]", NULL },
	{ "User", true, "[{'op':'replace','path':'" ENT ":manager.value','value':'bulkId:a'}]", "[{'op':'replace','path':'" ENT ":manager.value','value':'1'}]", NULL },
	{ "User", true, "[{'op':'replace','path':'" ENT ":manager.displayName','value':'bulkId:a'}]", "[{'op':'replace','path':'" ENT ":manager.displayName','value':'bulkId:a'}]", NULL },
	{ "User", true, "[{'op':'add','path':'" ENT "','value':{'manager':{'value':'bulkId:a'}}}]", "[{'op':'add','path':'" ENT "','value':{'manager':{'value':'1'}}}]", NULL },
	{ "User", true, "[{'op':'add','value':{'" ENT "':{'manager':{'value':'bulkId:a'}}}}]", "[{'op':'add','value':{'" ENT "':{'manager':{'value':'1'}}}}]", NULL },
	{ "User", true, "[{'op':'add','value':{'manager.value':'bulkId:a'}}]", "[{'op':'add','value':{'manager.value':'1'}}]", NULL },
	{ "User", true, "[{'op':'add','path':'title','value':'bulkId:a'},7,{'op':'add','value':'bulkId:a'}]", "[{'op':'add','path':'title','value':'bulkId:a'},7,{'op':'add','value':'bulkId:a'}]", NULL },
};
/* clang-format on */

/* Rows have ' for ". */
static struct json_object *
parse(struct arena *a, const char *text)
{
	char *copy = arena_strdup(a, text);
	struct json_object *v;
	struct error err;

	for (char *p = copy; *p != '\0'; p++)
		if (*p == '\'')
			*p = '"';
	if (json_parse(a, slice_of(copy), &v, &err) == -1) {
		printf("not ok - %s: %s\n", err.detail, copy);
		exit(1);
	}
	return v;
}

static int
parse_bulk(struct arena *a, const struct catalog *catalog, const char *members,
    struct bulk *bulk, struct error *err)
{
	const char *text =
	    arena_printf(a, "{'schemas':['" URN_BULK_REQUEST "'],%s}", members);

	*err = (struct error){ .code = ERR_NONE };
	return bulk_parse(a, catalog, parse(a, text), OPS_MAX, bulk, err);
}

static void
test_shapes(struct arena *a, const struct catalog *catalog)
{
	struct bulk bulk;
	struct error err;

	for (size_t i = 0; i < NELEM(shapes); i++) {
		parse_bulk(a, catalog,
		    arena_printf(a, "'Operations':[%s]", shapes[i].op), &bulk,
		    &err);
		tap_ok(err.code == ERR_NONE && bulk.n == 1 &&
			bulk.ops[0].problem.code == shapes[i].problem,
		    "%s %s %s%s", shapes[i].id, shapes[i].op, err.detail,
		    bulk.n == 1 ? bulk.ops[0].problem.detail : "");
	}
}

static void
test_envelopes(struct arena *a, const struct catalog *catalog)
{
	struct bulk bulk;
	struct error err;

	for (size_t i = 0; i < NELEM(envelopes); i++) {
		parse_bulk(a, catalog, envelopes[i].members, &bulk, &err);
		tap_ok(err.code == envelopes[i].error, "%s %.60s %s",
		    envelopes[i].id, envelopes[i].members, err.detail);
	}
	bulk_parse(
	    a, catalog, parse(a, "{'Operations':[]}"), OPS_MAX, &bulk, &err);
	tap_ok(err.code == ERR_INVALID_SYNTAX, "BULK-02 no schemas");
	bulk_parse(a, catalog, NULL, OPS_MAX, &bulk, &err);
	tap_ok(err.code == ERR_INVALID_SYNTAX, "BULK-02 null");
}

/* Members of a group, a letter each; or the value of a PATCH. */
static const char *
members_of(struct arena *a, struct slice letters)
{
	const char *text = "";

	for (size_t i = 0; i < letters.len; i++)
		text = arena_printf(a, "%s%s{'value':'bulkId:%c'}", text,
		    i == 0 ? "" : ",", letters.data[i]);
	return text;
}

/* An operation out of a word of a row of "orders". */
static const char *
op_of(struct arena *a, struct slice word)
{
	bool is_post = strchr("+=-", word.data[0]) == NULL;
	char name = word.data[is_post ? 0 : 1];
	struct slice letters = slice_from(word, is_post ? 2 : 3);

	if (is_post)
		return arena_printf(a,
		    "{'method':'POST','path':'/Groups','bulkId':'%c',"
		    "'data':{'members':[%s]}}",
		    name, members_of(a, letters));
	if (word.data[0] == '-')
		return arena_printf(
		    a, "{'method':'DELETE','path':'/Groups/%c'}", name);
	return arena_printf(a,
	    "{'method':'PATCH','path':'/Groups/%s%c',"
	    "'data':{'Operations':[{'op':'add','path':'members',"
	    "'value':[%s]}]}}",
	    word.data[0] == '+' ? "bulkId:" : "", name, members_of(a, letters));
}

/* "(1)(0 2)": the order, and what belongs together. */
static const char *
print_order(struct arena *a, const struct bulk *bulk)
{
	const char *text = "";

	for (size_t i = 0; i < bulk->n; i++) {
		bool same = i > 0 &&
		    bulk->ops[bulk->order[i]].unit ==
			bulk->ops[bulk->order[i - 1]].unit;

		text = arena_printf(a, "%s%s%zu", text,
		    same	? " "
			: i > 0 ? ")("
				: "(",
		    bulk->order[i]);
	}
	return arena_printf(a, "%s)", text);
}

static void
test_orders(struct arena *a, const struct catalog *catalog)
{
	struct bulk bulk;
	struct error err;

	for (size_t i = 0; i < NELEM(orders); i++) {
		struct slice rest = slice_of(orders[i].ops), word;
		const char *ops = "", *got;

		while (slice_next(&rest, ' ', &word))
			ops = arena_printf(a, "%s%s%s", ops,
			    ops[0] == '\0' ? "" : ",", op_of(a, word));
		parse_bulk(a, catalog,
		    arena_printf(a, "'Operations':[%s]", ops), &bulk, &err);
		got = print_order(a, &bulk);
		tap_ok(strcmp(got, orders[i].order) == 0, "%s %s: %s %s",
		    orders[i].id, orders[i].ops, got, err.detail);
	}
}

static enum bulk_verdict
set(void *arg, struct slice bulk_id, struct slice *text)
{
	(void)arg;
	if (slice_equal(bulk_id, SLICE("a"))) {
		*text = SLICE("1");
		return BULK_SET;
	}
	*text = SLICE("2");
	return BULK_LATER;
}

static void
test_reference(struct arena *a, const struct catalog *catalog, size_t i)
{
	struct json_object *data, *want, *later, *put_off = NULL;
	int rc;

	data = parse(a, references[i].data);
	want = parse(a, references[i].want);
	if (references[i].is_patch) {
		struct json_object *message = json_new_object(a);

		json_set(message, SLICE("Operations"), data);
		data = message;
	}
	if (references[i].later != NULL)
		put_off = parse(a, references[i].later);
	rc = bulk_each_reference(a,
	    catalog_find_type(catalog, slice_of(references[i].type)),
	    references[i].is_patch, data, set, NULL, &later);
	if (references[i].is_patch)
		data = json_get(data, "Operations");
	tap_ok(rc == 0 && json_equal(data, want) &&
		json_equal(json_attr(later, SLICE("Operations")), put_off),
	    "BULK-12 %s: %.*s, later %.*s", references[i].data,
	    SLICE_ARG(json_text(a, data)), SLICE_ARG(json_text(a, later)));
}

static enum bulk_verdict
stop_at_third(void *arg, struct slice bulk_id, struct slice *text)
{
	size_t *n = arg;

	*text = bulk_id;
	return ++*n == 3 ? BULK_STOP : BULK_SET;
}

static void
test_stop(struct arena *a, const struct catalog *catalog)
{
	struct json_object *later,
	    *data = parse(a,
		"{'members':[{'value':'bulkId:a'},{'value':'bulkId:b'},"
		"{'value':'bulkId:c'},{'value':'bulkId:d'}]}");
	size_t n = 0;
	int rc =
	    bulk_each_reference(a, catalog_find_type(catalog, SLICE("Group")),
		false, data, stop_at_third, &n, &later);

	tap_ok(rc == -1 && n == 3, "BULK-16 nothing is asked after a stop");
}

int
main(void)
{
	struct arena *a = arena_new();
	const struct catalog *catalog = fixture_catalog(a);

	test_shapes(a, catalog);
	test_envelopes(a, catalog);
	test_orders(a, catalog);
	for (size_t i = 0; i < NELEM(references); i++)
		test_reference(a, catalog, i);
	test_stop(a, catalog);
	arena_free(a);
	return tap_done();
}
