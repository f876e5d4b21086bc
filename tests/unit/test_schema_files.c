/*
 * test_schema_files.c: the shipped schema files, the optional ones too,
 * against tests/data/attributes.tsv, which was not made from them.
 */
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "identity/identity.h"
#include "scim/form.h"
#include "tap.h"

#define ALL "schemas:schemas/optional/devices:schemas/optional/roles"

enum { COLUMNS = 11, SCHEMA = 0, ATTRIBUTE = 1 };

/* Of a column of the table: its name, and what the catalog says. */
struct column {
	const char *id;
	const char *name;
	void (*print)(struct buf *, const struct attr *);
};

static void
put_yes_no(struct buf *b, bool value)
{
	buf_puts(b, value ? "yes" : "no");
}

static void
put_type(struct buf *b, const struct attr *attr)
{
	buf_slice(b, attr_type_keyword(attr->type));
}

static void
put_multi_valued(struct buf *b, const struct attr *attr)
{
	put_yes_no(b, attr->multi_valued);
}

static void
put_required(struct buf *b, const struct attr *attr)
{
	put_yes_no(b, attr->required);
}

static void
put_case_exact(struct buf *b, const struct attr *attr)
{
	buf_puts(b, attr->case_exact ? "true" : "false");
}

static void
put_mutability(struct buf *b, const struct attr *attr)
{
	buf_slice(b, attr_mutability_keyword(attr->mutability));
}

static void
put_returned(struct buf *b, const struct attr *attr)
{
	buf_slice(b, attr_returned_keyword(attr->returned));
}

static void
put_uniqueness(struct buf *b, const struct attr *attr)
{
	buf_slice(b, attr_uniqueness_keyword(attr->uniqueness));
}

static void
put_words(struct buf *b, const struct slice *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(b, "%s%.*s", i == 0 ? "" : " ", SLICE_ARG(words[i]));
}

static void
put_canonical(struct buf *b, const struct attr *attr)
{
	put_words(b, attr->canonical_values, attr->ncanonical_values);
}

static void
put_references(struct buf *b, const struct attr *attr)
{
	put_words(b, attr->reference_types, attr->nreference_types);
}

/* clang-format off */
static const struct column columns[COLUMNS] = {
	{ NULL, NULL, NULL },
	{ NULL, NULL, NULL },
	{ "CHAR-01", "type", put_type },
	{ "CHAR-02", "multiValued", put_multi_valued },
	{ "CHAR-03", "required", put_required },
	{ "CHAR-04", "caseExact", put_case_exact },
	{ "CHAR-05", "mutability", put_mutability },
	{ "CHAR-06", "returned", put_returned },
	{ "CHAR-07", "uniqueness", put_uniqueness },
	{ "CHAR-08", "canonicalValues", put_canonical },
	{ "CHAR-09", "referenceTypes", put_references },
};

/* What is not kept in the body, has an index or a form. */
static const char hints[] =
	"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User manager.value index\n"
	"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User manager.$ref computed\n"
	"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User manager.displayName computed\n"
	URN_GROUP " displayName index\n"
	URN_GROUP " members edges\n"
	URN_GROUP " members.$ref computed\n"
	URN_GROUP " members.type computed\n"
	URN_GROUP " members.display computed\n"
	URN_USER " userName index\n"
	URN_USER " displayName index\n"
	URN_USER " locale form locale\n"
	URN_USER " timezone form timezone\n"
	URN_USER " active default\n"
	URN_USER " emails.value index form email\n"
	URN_USER " phoneNumbers.value form phone\n"
	URN_USER " ims.value form im\n"
	URN_USER " addresses.country form country\n"
	URN_USER " groups computed\n"
	URN_USER " groups.value computed\n"
	URN_USER " groups.$ref computed\n"
	URN_USER " groups.display computed\n"
	URN_USER " groups.type computed\n"
	URN_USER " x509Certificates.value form certificate\n";
/* clang-format on */

/* "-" stands for the default of a column, or for nothing. */
static bool
is_default(struct slice text)
{
	return text.len == 0 || slice_equal(text, SLICE("false")) ||
	    slice_equal(text, SLICE("none"));
}

static void
is_row(const struct attr *attr, const struct slice *row, const char *name)
{
	for (size_t i = ATTRIBUTE + 1; i < COLUMNS; i++) {
		struct buf b;

		buf_init(&b, 10000);
		columns[i].print(&b, attr);
		tap_ok(slice_equal(row[i], SLICE("-"))
			? is_default(buf_text(&b))
			: slice_equal(row[i], buf_text(&b)),
		    "%s %s %s is '%.*s', wanted '%.*s'", columns[i].id, name,
		    columns[i].name, SLICE_ARG(buf_text(&b)),
		    SLICE_ARG(row[i]));
		buf_fini(&b);
	}
}

/* "attributes.subAttributes.name" */
static const struct attr *
find_attr(const struct attr *attrs, size_t n, struct slice path)
{
	const struct attr *attr = NULL;
	struct slice name;

	while (slice_next(&path, '.', &name)) {
		attr = attr_find(attrs, n, name);
		if (attr == NULL || !slice_equal(attr->name, name))
			return NULL;
		attrs = attr->sub;
		n = attr->nsub;
	}
	return attr;
}

static void
test_row(struct arena *a, const struct catalog *c, const struct slice *row)
{
	const struct schema *s = catalog_find_schema(c, row[SCHEMA]);
	const char *name = arena_printf(
	    a, "%.*s:%.*s", SLICE_ARG(row[SCHEMA]), SLICE_ARG(row[ATTRIBUTE]));
	const struct attr *attrs = NULL, *attr;
	size_t n = 0;

	if (slice_equal(row[SCHEMA], SLICE("common")))
		attrs = schema_common_attrs(&n);
	else if (s != NULL) {
		attrs = s->attrs;
		n = s->nattrs;
	}
	attr = find_attr(attrs, n, row[ATTRIBUTE]);
	tap_ok(attr != NULL, "%s is there", name);
	if (attr != NULL)
		is_row(attr, row, name);
}

static size_t
test_table(struct arena *a, const struct catalog *c, struct slice text)
{
	struct slice line, row[COLUMNS];
	size_t rows = 0, n;

	while (slice_next(&text, '\n', &line)) {
		if (line.len == 0 || line.data[0] == '#')
			continue;
		for (n = 0; n < COLUMNS && slice_next(&line, '\t', &row[n]);)
			n++;
		if (n != COLUMNS) {
			tap_ok(false, "row %zu has %zu columns", rows, n);
			continue;
		}
		test_row(a, c, row);
		rows++;
	}
	return rows;
}

typedef void each_fn(void *arg, const struct attr *attr);

static void
each_attr(const struct attr *attrs, size_t n, each_fn *fn, void *arg)
{
	for (size_t i = 0; i < n; i++) {
		fn(arg, &attrs[i]);
		each_attr(attrs[i].sub, attrs[i].nsub, fn, arg);
	}
}

static void
each_of_all(const struct catalog *c, each_fn *fn, void *arg)
{
	const struct schema *s;

	for (size_t i = 0; (s = catalog_schema(c, i)) != NULL; i++)
		each_attr(s->attrs, s->nattrs, fn, arg);
}

static void
count(void *arg, const struct attr *attr)
{
	(void)attr;
	++*(size_t *)arg;
}

static void
test_described(void *arg, const struct attr *attr)
{
	(void)arg;
	if (attr->description.len == 0)
		tap_ok(false, "SFILE-02 %.*s has a description",
		    SLICE_ARG(attr->name));
}

static void
put_hint(void *arg, const struct attr *attr)
{
	static const char *const keeps[] = { "", " edges", " computed" };

	if (attr->keep == KEEP_BODY && !attr->indexed && !attr->default_true &&
	    attr->form == FORM_NONE)
		return;
	buf_printf(arg, "%.*s %.*s%s%.*s%s%s%s%s%.*s\n",
	    SLICE_ARG(attr->schema->id),
	    SLICE_ARG(attr->parent != NULL ? attr->parent->name : SLICE("")),
	    attr->parent != NULL ? "." : "", SLICE_ARG(attr->name),
	    keeps[attr->keep], attr->indexed ? " index" : "",
	    attr->default_true ? " default" : "",
	    attr->form != FORM_NONE ? " form " : "",
	    attr->form != FORM_NONE ? (int)form_keywords[attr->form].len : 0,
	    form_keywords[attr->form].data);
}

static struct catalog *
load(struct arena *a, const char *directories)
{
	struct catalog *c = NULL;
	struct error err = { .code = ERR_NONE, .detail = "" };
	int rc = identity_load_catalog(a, directories, &c, &err);

	tap_ok(rc == 0, "SFILE-03 %s load %s", directories, err.detail);
	return rc == 0 ? c : NULL;
}

static void
test_members(struct arena *a, const struct catalog *c, const char *want)
{
	static const char *const names[] = { "members.type", "members.$ref" };
	const struct schema *s = catalog_find_schema(c, SLICE(URN_GROUP));
	struct buf b;

	for (size_t i = 0; i < 2; i++) {
		const struct attr *attr =
		    find_attr(s->attrs, s->nattrs, slice_of(names[i]));

		buf_init(&b, 1000);
		put_canonical(&b, attr);
		put_references(&b, attr);
		tap_ok(slice_equal(buf_text(&b), slice_of(want)) &&
			attr->parent == &s->attrs[1],
		    "DEV-03 %s: %s", names[i],
		    arena_printf(a, "%.*s", SLICE_ARG(buf_text(&b))));
		buf_fini(&b);
	}
}

int
main(void)
{
	struct arena *a = arena_new();
	struct catalog *plain = load(a, "schemas"), *all = load(a, ALL);
	struct error err = { .code = ERR_NONE, .detail = "" };
	struct slice table;
	size_t rows, wanted;
	struct buf b;

	if (plain == NULL || all == NULL ||
	    file_read(a, "tests/data/attributes.tsv", 1000000, &table, &err) ==
		-1) {
		tap_ok(false, "%s", err.detail);
		return tap_done();
	}
	schema_common_attrs(&wanted);
	wanted += 5; /* of meta */
	each_of_all(all, count, &wanted);
	rows = test_table(a, all, table);
	tap_ok(rows == wanted, "SFILE-02 no attribute is in no row: %zu, %zu",
	    rows, wanted);
	each_of_all(all, test_described, NULL);
	buf_init(&b, 10000);
	each_of_all(plain, put_hint, &b);
	tap_ok(slice_equal(buf_text(&b), SLICE(hints)), "hints: %.*s",
	    SLICE_ARG(buf_text(&b)));
	buf_fini(&b);
	test_members(a, plain, "User Group");
	test_members(a, all, "User Group Device EndpointApp");
	arena_free(a);
	return tap_done();
}
