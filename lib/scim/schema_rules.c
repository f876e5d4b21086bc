/*
 * schema_rules.c: what an attribute must not say of itself: characteristics
 * that contradict each other (RFC 7643 sections 2.2, 2.3 and 7), and hints
 * and promises that the store would not keep.
 */
#include "base/nelem.h"
#include "scim/schema_rules.h"

bool
schema_is_discovery(struct slice urn)
{
	return slice_equal_nocase(urn, SLICE(URN_SPC)) ||
	    slice_equal_nocase(urn, SLICE(URN_RESOURCE_TYPE)) ||
	    slice_equal_nocase(urn, SLICE(URN_SCHEMA));
}

static bool
is_named(const struct attr *attr, const char *name)
{
	return slice_equal_nocase(attr->name, slice_of(name));
}

static const struct attr *
sub_of(const struct attr *attr, const char *name)
{
	return attr_find_sub(attr, slice_of(name));
}

/* CORE-10; attributes.subAttributes of Schema may, once more. */
static bool
is_nested(const struct attr *attr)
{
	const struct attr *parent = attr->parent;

	return attr->type == ATTR_COMPLEX && parent != NULL &&
	    (parent->parent != NULL ||
		!slice_equal_nocase(attr->schema->id, SLICE(URN_SCHEMA)));
}

static bool
is_complex_without_subs(const struct attr *attr)
{
	return attr->type == ATTR_COMPLEX && attr->nsub == 0;
}

static bool
is_simple_with_subs(const struct attr *attr)
{
	return attr->type != ATTR_COMPLEX && attr->nsub > 0;
}

static bool
is_bare(const struct attr *attr)
{
	return attr->type == ATTR_COMPLEX || attr->type == ATTR_BOOLEAN;
}

static bool
is_bare_case_exact(const struct attr *attr)
{
	return is_bare(attr) && attr->case_exact;
}

static bool
is_bare_unique(const struct attr *attr)
{
	return is_bare(attr) && attr->uniqueness != UNIQ_NONE;
}

static bool
is_bare_canonical(const struct attr *attr)
{
	return is_bare(attr) && attr->ncanonical_values > 0;
}

static bool
is_no_reference(const struct attr *attr)
{
	return attr->type != ATTR_REFERENCE && attr->nreference_types > 0;
}

static bool
is_write_only_and_returned(const struct attr *attr)
{
	return attr->mutability == MUT_WRITE_ONLY &&
	    attr->returned != RET_NEVER;
}

static bool
is_read_only_and_required(const struct attr *attr)
{
	return attr->mutability == MUT_READ_ONLY && attr->required &&
	    attr->keep != KEEP_COMPUTED &&
	    !schema_is_discovery(attr->schema->id);
}

static bool
is_computed_and_demanded(const struct attr *attr)
{
	return attr->mutability != MUT_READ_ONLY && attr->required &&
	    attr->keep == KEEP_COMPUTED;
}

static bool
is_default_of_other(const struct attr *attr)
{
	return attr->default_true &&
	    (attr->type != ATTR_BOOLEAN || attr->multi_valued);
}

static bool
is_default_out_of_place(const struct attr *attr)
{
	return attr->default_true &&
	    (attr->parent != NULL || attr->keep != KEEP_BODY ||
		attr->mutability == MUT_READ_ONLY);
}

/* Text in the body that may be seen: what an index can hold. */
static bool
can_have_index(const struct attr *attr)
{
	return (attr->type == ATTR_STRING || attr->type == ATTR_REFERENCE ||
		   attr->type == ATTR_BINARY) &&
	    attr->keep == KEEP_BODY && attr->returned != RET_NEVER &&
	    (attr->parent == NULL ||
		(attr->parent->keep == KEEP_BODY &&
		    attr->parent->returned != RET_NEVER));
}

static bool
is_index_of_other(const struct attr *attr)
{
	return attr->indexed && !can_have_index(attr);
}

static bool
is_unique_of_other(const struct attr *attr)
{
	return attr->uniqueness != UNIQ_NONE && !can_have_index(attr);
}

static bool
is_edges_of_other(const struct attr *attr)
{
	return attr->keep == KEEP_EDGES &&
	    (attr->type != ATTR_COMPLEX || !attr->multi_valued);
}

/* Is there "value", and a computed "$ref" that says of what? */
static bool
has_reference(const struct attr *attr)
{
	const struct attr *value = sub_of(attr, "value");
	const struct attr *ref = sub_of(attr, "$ref");

	return value != NULL && value->type == ATTR_STRING &&
	    !value->multi_valued && value->keep == KEEP_BODY && ref != NULL &&
	    ref->keep == KEEP_COMPUTED && ref->nreference_types > 0;
}

static bool
is_edges_without_reference(const struct attr *attr)
{
	return attr->keep == KEEP_EDGES && !has_reference(attr);
}

static bool
is_edges_with_more(const struct attr *attr)
{
	if (attr->keep != KEEP_EDGES)
		return false;
	for (size_t i = 0; i < attr->nsub; i++)
		if (!is_named(&attr->sub[i], "value") &&
		    attr->sub[i].keep != KEEP_COMPUTED)
			return true;
	return false;
}

/* Of whole attributes the server computes one, "groups". */
static bool
is_computed_by_nobody(const struct attr *attr)
{
	return attr->keep == KEEP_COMPUTED && attr->parent == NULL &&
	    (!is_named(attr, "groups") || attr->type != ATTR_COMPLEX ||
		!attr->multi_valued || sub_of(attr, "$ref") == NULL ||
		sub_of(attr, "$ref")->nreference_types == 0);
}

/* And of the parts of a reference what is known of its target. */
static bool
has_part_computed_by_nobody(const struct attr *attr)
{
	if (attr->keep == KEEP_COMPUTED)
		return false;
	for (size_t i = 0; i < attr->nsub; i++) {
		const struct attr *sub = &attr->sub[i];

		if (sub->keep == KEEP_COMPUTED &&
		    (!has_reference(attr) ||
			!(is_named(sub, "$ref") || is_named(sub, "type") ||
			    is_named(sub, "display") ||
			    is_named(sub, "displayName"))))
			return true;
	}
	return false;
}

/* A certificate is binary, every other form is a string. */
static bool
is_form_of_other(const struct attr *attr)
{
	return attr->form != FORM_NONE &&
	    attr->type !=
	    (attr->form == FORM_CERTIFICATE ? ATTR_BINARY : ATTR_STRING);
}

static bool
is_form_case_exact(const struct attr *attr)
{
	return (attr->form == FORM_EMAIL || attr->form == FORM_IM) &&
	    attr->case_exact;
}

/* An index would hold each spelling for itself. */
static bool
is_form_indexed(const struct attr *attr)
{
	return (attr->form == FORM_PHONE || attr->form == FORM_IM) &&
	    (attr->indexed || attr->uniqueness != UNIQ_NONE);
}

static bool
is_edges_in_sub(const struct attr *attr)
{
	return attr->parent != NULL && attr->keep == KEEP_EDGES;
}

/* clang-format off */
static const struct schema_rule rules[] = {
	{ "type", is_nested, "a sub-attribute cannot be complex" },
	{ "subAttributes", is_complex_without_subs,
	  "a complex attribute needs some" },
	{ "subAttributes", is_simple_with_subs,
	  "only a complex attribute has any" },
	{ "caseExact", is_bare_case_exact,
	  "a complex or boolean attribute has none" },
	{ "uniqueness", is_bare_unique,
	  "a complex or boolean attribute has none" },
	{ "canonicalValues", is_bare_canonical,
	  "a complex or boolean attribute has none" },
	{ "referenceTypes", is_no_reference, "only a reference has any" },
	{ "returned", is_write_only_and_returned,
	  "must be never, for what is writeOnly" },
	{ "required", is_read_only_and_required,
	  "nobody could give what is readOnly and not computed" },
	{ "required", is_computed_and_demanded,
	  "no client could give what is computed, so it must be readOnly" },
	{ "x-muster-default", is_default_of_other,
	  "only a single boolean has it" },
	{ "x-muster-default", is_default_out_of_place,
	  "only what a client may write has it, and no sub-attribute" },
	{ "x-muster-index", is_index_of_other,
	  "only what is stored as text and returned has an index" },
	{ "uniqueness", is_unique_of_other,
	  "cannot be kept: only what is stored as text and returned has it" },
	{ "x-muster-form", is_form_of_other,
	  "certificate is for binary, all others are for a string" },
	{ "x-muster-form", is_form_case_exact,
	  "email and im change case, so caseExact must be false" },
	{ "x-muster-form", is_form_indexed,
	  "phone and im have several spellings, so no index and no "
	  "uniqueness" },
	{ "x-muster-store", is_edges_in_sub,
	  "a sub-attribute has no edges" },
	{ "x-muster-store", is_edges_of_other,
	  "only a complex multi-valued attribute has edges" },
	{ "x-muster-store", is_edges_without_reference,
	  "edges need a string value and a computed $ref with referenceTypes" },
	{ "x-muster-store", is_edges_with_more,
	  "an edge keeps its value; all else must be computed" },
	{ "x-muster-store", is_computed_by_nobody,
	  "of attributes only groups is computed, whose $ref has "
	  "referenceTypes" },
	{ "subAttributes", has_part_computed_by_nobody,
	  "only $ref, type, display and displayName are computed, beside a "
	  "value, and where $ref is and has referenceTypes" },
};
/* clang-format on */

const struct schema_rule *
schema_rule_broken(const struct attr *attr)
{
	for (size_t i = 0; i < NELEM(rules); i++)
		if (rules[i].is_broken(attr))
			return &rules[i];
	return NULL;
}
