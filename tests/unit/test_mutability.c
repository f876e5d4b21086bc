/*
 * test_mutability.c: the matrix of mutability and operation (spec scim.md
 * section 9.2), for attributes of the type, of an extension, of a complex
 * value and of an element, with a path and without.
 */
#include <string.h>

#include "base/nelem.h"
#include "fixture.h"
#include "json/json.h"
#include "scim/patch.h"
#include "scim/replace.h"
#include "scim/validate.h"
#include "tap.h"

#define BASE "urn:example:muster:2.0:Matrix"
#define EXT  "urn:example:muster:2.0:MatrixMore"
#define SCHEMA \
	"{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:Schema\"],"
#define ONE(name, mutability)                                               \
	"{\"name\":\"" name "\",\"type\":\"string\",\"multiValued\":false," \
	"\"mutability\":\"" mutability "\"}"
#define KINDS                                                                          \
	"{\"name\":\"keep\",\"type\":\"string\",\"multiValued\":false}," ONE(          \
	    "ro", "readOnly") "," ONE("rw", "readWrite") "," ONE("im",                 \
	    "immutable") ","                                                           \
			 "{\"name\":\"wo\",\"type\":\"string\",\"multiValued\":false," \
			 "\"mutability\":\"writeOnly\",\"returned\":\"never\"}"
#define VALUE "{\"name\":\"value\",\"type\":\"string\",\"multiValued\":false},"

static const char base[] =
    SCHEMA "\"id\":\"" BASE "\",\"name\":\"Matrix\",\"attributes\":["
	   "{\"name\":\"must\",\"type\":\"string\",\"multiValued\":false,"
	   "\"required\":true}," KINDS
	   ",{\"name\":\"box\",\"type\":\"complex\",\"multiValued\":false,"
	   "\"subAttributes\":[" KINDS "]},"
	   "{\"name\":\"list\",\"type\":\"complex\",\"multiValued\":true,"
	   "\"subAttributes\":[" VALUE KINDS "]}]}";
static const char more[] =
    SCHEMA "\"id\":\"" EXT "\",\"name\":\"More\",\"attributes\":[" KINDS "]}";
static const char type_text[] =
    "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:ResourceType\"],"
    "\"id\":\"Matrix\",\"name\":\"Matrix\",\"endpoint\":\"/Matrices\","
    "\"schema\":\"" BASE "\",\"schemaExtensions\":["
    "{\"schema\":\"" EXT "\",\"required\":false}]}";

/* clang-format off */

/*
 * Outcomes: the value is (S)tored, the old one is (K)ept, there is (U)none,
 * refused for its (M)utability, (N)o target; '-': there is no such case.
 * One letter each for an attribute that has no value, the value that is
 * given, and another one.
 */
enum { RO, RW, IM, WO };
static const char *const names[] = { "ro", "rw", "im", "wo" };

static const struct {
	const char	*method;	/* POST, PUT, or the op of a PATCH */
	const char	*value;		/* NULL: not given */
	const char	*ids;
	const char	*outcome[4];
} rows[] = {
	{ "POST", "\"new\"", "POST-02",		{ "U--", "S--", "S--", "S--" } },
	{ "PUT", "\"new\"", "PUT-04 PUT-08 PUT-09 PUT-11",
						{ "UKK", "SSS", "SKM", "SSS" } },
	{ "PUT", NULL, "PUT-05 PUT-07 PUT-10 PUT-11",
						{ "UK-", "UU-", "UK-", "UK-" } },
	{ "PUT", "null", "PUT-06",		{ "UK-", "UU-", "UM-", "UU-" } },
	{ "add", "\"new\"", "PATCH-15 PATCH-17", { "MMM", "SSS", "SKM", "SSS" } },
	{ "replace", "\"new\"", "PATCH-15 PATCH-17", { "MMM", "SSS", "SKM", "SSS" } },
	{ "remove", NULL, "PATCH-51 PATCH-60",	{ "MM-", "UU-", "UM-", "UU-" } },
	{ "add", "null", "PATCH-23",		{ "MM-", "UK-", "UK-", "UK-" } },
	{ "replace", "null", "PATCH-23",	{ "MM-", "UU-", "UM-", "UU-" } },
};

/* Where the attribute is: the text around it, and how to name it. */
static const struct {
	const char	*around;	/* %s: further members */
	const char	*path;		/* %s: its name */
	const char	*key;		/* without path: %s: name, %s: value */
	bool		 put;		/* PUT looks into it */
} places[] = {
	{ "\"keep\":\"k\"%s", "%s", "{\"%s\":%s}", true },
	{ "\"box\":{\"keep\":\"k\"%s}", "box.%s", "{\"box.%s\":%s}", true },
	{ "\"" EXT "\":{\"keep\":\"k\"%s}", EXT ":%s",
	  "{\"" EXT "\":{\"%s\":%s}}", true },
	{ "\"" EXT "\":{\"keep\":\"k\"%s}", EXT ":%s",
	  "{\"" EXT ":%s\":%s}", true },
	{ "\"list\":[{\"value\":\"a\"%s}]", "list[value eq \\\"a\\\"].%s",
	  NULL, false },
	{ "\"list\":[{\"value\":\"a\"%s}]", "list.%s", "{\"list.%s\":%s}",
	  false },
};
/* clang-format on */

struct test {
	struct arena *a;
	const struct resource_type *type;
	size_t row, place;
	int kind;	   /* RO to WO */
	int state;	   /* of the outcome: absent, equal, another */
	bool without_path; /* of a PATCH */
};

__attribute__((format(printf, 2, 3))) static struct json_object *
parse(struct arena *a, const char *fmt, ...)
{
	struct json_object *v;
	struct error err;
	char text[4096];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (json_parse(a, slice_of(arena_strdup(a, text)), &v, &err) == -1) {
		printf("not ok - %s: %s\n", err.detail, text);
		exit(1);
	}
	return v;
}

/* A resource in which the attribute has VALUE, JSON text or NULL. */
static struct json_object *
resource(const struct test *t, const char *value)
{
	const char *around = places[t->place].around;
	const char *rest = strstr(around, "%s");
	const char *member = value == NULL
	    ? ""
	    : arena_printf(t->a, ",\"%s\":%s", names[t->kind], value);

	return parse(t->a,
	    "{\"schemas\":[\"" BASE "\"],\"must\":\"m\",%.*s%s%s}",
	    (int)(rest - around), around, member, rest + 2);
}

/* FORMAT with NAME and VALUE in place of the first and second %s. */
static const char *
fill(struct arena *a, const char *format, const char *name, const char *value)
{
	const char *one = strstr(format, "%s"), *two = strstr(one + 2, "%s");

	if (two == NULL)
		return arena_printf(
		    a, "%.*s%s%s", (int)(one - format), format, name, one + 2);
	return arena_printf(a, "%.*s%s%.*s%s%s", (int)(one - format), format,
	    name, (int)(two - one - 2), one + 2, value, two + 2);
}

static struct json_object *
message(const struct test *t)
{
	const char *name = names[t->kind], *value = rows[t->row].value;
	const char *rest = "";

	if (t->without_path)
		rest = arena_printf(t->a, ",\"value\":%s",
		    fill(t->a, places[t->place].key, name,
			value != NULL ? value : "null"));
	else
		rest = arena_printf(t->a, ",\"path\":\"%s\"%s%s",
		    fill(t->a, places[t->place].path, name, ""),
		    value != NULL ? ",\"value\":" : "",
		    value != NULL ? value : "");
	return parse(t->a,
	    "{\"schemas\":[\"" URN_PATCH "\"],\"Operations\":["
	    "{\"op\":\"%s\"%s}]}",
	    rows[t->row].method, rest);
}

static int
apply(const struct test *t, struct json_object **tree, struct error *err)
{
	const struct profile *p = fixture_profile("strict");
	const char *method = rows[t->row].method;
	struct json_object *before = *tree, *body;
	struct patch patch;

	if (strcmp(method, "POST") != 0 && strcmp(method, "PUT") != 0)
		return patch_parse(t->a, t->type, p, SLICE("x"), message(t),
			   &patch, err) == -1
		    ? -1
		    : patch_apply(t->a, t->type, p, NULL, &patch, *tree, err);
	body = resource(t, rows[t->row].value);
	if (validate_body(t->a, t->type, p, body, tree, err) == -1)
		return -1;
	return strcmp(method, "POST") == 0
	    ? 0
	    : replace_keep(t->a, t->type, body, before, *tree, err);
}

/* The value of the attribute in TREE, a string or "". */
static struct slice
value_in(const struct test *t, struct json_object *tree)
{
	static const char *const containers[] = { NULL, "box", EXT, EXT, "list",
		"list" };
	struct json_object *at = tree;

	if (containers[t->place] != NULL)
		at = json_attr(tree, slice_of(containers[t->place]));
	if (json_kind(at) == JSON_ARRAY)
		at = json_at(at, 0);
	return json_string(json_attr(at, slice_of(names[t->kind])));
}

static char
outcome(const struct test *t)
{
	static const char *const old[] = { NULL, "\"new\"", "\"old\"" };
	struct json_object *tree = resource(t, old[t->state]);
	struct slice before = arena_slice(t->a, value_in(t, tree)), after;
	struct error err = { .code = ERR_NONE };

	if (apply(t, &tree, &err) == -1)
		return err.code == ERR_MUTABILITY ? 'M'
		    : err.code == ERR_NO_TARGET	  ? 'N'
						  : '?';
	after = value_in(t, tree);
	if (after.len == 0)
		return 'U';
	if (slice_equal(after, before))
		return 'K';
	return slice_equal(after, SLICE("new")) ? 'S' : '?';
}

/* To store the value that is there is to keep it. */
static char
wanted(const struct test *t)
{
	char c = rows[t->row].outcome[t->kind][t->state];

	if (t->without_path && strcmp(rows[t->row].method, "remove") == 0)
		return c == '-' ? '-' : 'N';
	return c == 'S' && t->state == 1 ? 'K' : c;
}

static void
test_case(struct test *t)
{
	static const char *const states[] = { "without value", "with it",
		"with another" };
	char want = wanted(t), got;

	if (want == '-')
		return;
	got = outcome(t);
	tap_ok(got == want, "%s %s %s%s of %s%s: %c, not %c", rows[t->row].ids,
	    rows[t->row].method,
	    rows[t->row].value != NULL ? rows[t->row].value : "nothing",
	    t->without_path ? " without path" : "",
	    fill(t->a, places[t->place].path, names[t->kind], ""),
	    arena_printf(t->a, " %s", states[t->state]), want, got);
}

static void
test_row(struct test *t)
{
	const char *method = rows[t->row].method;
	bool is_put = strcmp(method, "PUT") == 0;
	bool is_patch = !is_put && strcmp(method, "POST") != 0;

	if (is_put && !places[t->place].put)
		return;
	for (t->kind = RO; t->kind <= WO; t->kind++)
		for (t->state = 0; t->state < 3; t->state++) {
			t->without_path = false;
			test_case(t);
			t->without_path = true;
			if (is_patch && places[t->place].key != NULL)
				test_case(t);
		}
}

int
main(void)
{
	struct test t = { .a = arena_new() };
	struct catalog *catalog = catalog_new(t.a);
	struct error err;

	if (catalog_add_schema(catalog, "base", slice_of(base), &err) == -1 ||
	    catalog_add_schema(catalog, "more", slice_of(more), &err) == -1 ||
	    catalog_add_type(catalog, "type", slice_of(type_text), &err) ==
		-1) {
		printf("not ok - %s\n", err.detail);
		return 1;
	}
	t.type = catalog_find_type(catalog, SLICE("Matrix"));
	for (t.row = 0; t.row < NELEM(rows); t.row++)
		for (t.place = 0; t.place < NELEM(places); t.place++)
			test_row(&t);
	arena_free(t.a);
	return tap_done();
}
