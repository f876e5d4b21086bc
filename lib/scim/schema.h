/*
 * schema.h: schemas, attributes and resource types as data (RFC 7643
 * sections 2, 3, 6 and 7).
 *
 * A catalog holds what the files in schemas/ declare.  It is built once at
 * the start and only read afterwards; validation, filters, PATCH paths,
 * projection and the /Schemas reply all read this one table.
 */
#ifndef SCIM_SCHEMA_H
#define SCIM_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/slice.h"

struct json_object;

/* RFC 7643 section 2.3; zero is the default of section 2.2. */
enum attr_type {
	ATTR_STRING,
	ATTR_BOOLEAN,
	ATTR_DECIMAL,
	ATTR_INTEGER,
	ATTR_DATETIME,
	ATTR_BINARY,
	ATTR_REFERENCE,
	ATTR_COMPLEX,
	ATTR_TYPE_MAX
};

enum attr_mutability {
	MUT_READ_WRITE,
	MUT_READ_ONLY,
	MUT_IMMUTABLE,
	MUT_WRITE_ONLY,
	MUT_MAX
};

enum attr_returned {
	RET_DEFAULT,
	RET_ALWAYS,
	RET_NEVER,
	RET_REQUEST,
	RET_MAX
};

enum attr_uniqueness { UNIQ_NONE, UNIQ_SERVER, UNIQ_GLOBAL, UNIQ_MAX };

/*
 * How the store keeps an attribute: x-muster-store and x-muster-index in a
 * schema file.  Not part of the /Schemas reply.
 */
enum attr_keep {
	KEEP_BODY,	/* in the record of the resource */
	KEEP_EDGES,	/* one key a value: Group.members */
	KEEP_COMPUTED	/* nowhere: User.groups, meta, display names */
};

/*
 * What a value is, when that is not to be seen from its type: x-muster-form
 * (form.h).  Not part of the /Schemas reply either.
 */
enum attr_form {
	FORM_NONE,
	FORM_COUNTRY,		/* CANON-05 */
	FORM_LOCALE,		/* CANON-06 */
	FORM_TIMEZONE,		/* CANON-07 */
	FORM_EMAIL,		/* CANON-02 */
	FORM_PHONE,		/* CANON-03 */
	FORM_IM,		/* CANON-04 */
	FORM_CERTIFICATE,	/* CANON-08 */
	FORM_MAX
};

struct attr {
	struct slice		 name;
	struct slice		 description;
	enum attr_type		 type;
	enum attr_mutability	 mutability;
	enum attr_returned	 returned;
	enum attr_uniqueness	 uniqueness;
	enum attr_keep		 keep;
	enum attr_form		 form;
	bool			 multi_valued;
	bool			 required;
	bool			 case_exact;
	bool			 indexed;	/* x-muster-index: true */
	bool			 default_true;	/* x-muster-default: true */
	const struct slice	*canonical_values;
	size_t			 ncanonical_values;
	const struct slice	*reference_types;
	size_t			 nreference_types;
	const struct attr	*sub;		/* of ATTR_COMPLEX */
	size_t			 nsub;
	const struct attr	*parent;	/* of a sub-attribute, or NULL */
	const struct schema	*schema;	/* NULL for common attributes */
};

struct schema {
	struct slice		 id;		/* the URN */
	struct slice		 name;
	struct slice		 description;
	const struct attr	*attrs;
	size_t			 nattrs;
	const char		*file;		/* for messages */
};

struct schema_extension {
	const struct schema	*schema;
	bool			 required;
};

struct resource_type {
	struct slice			 id;
	struct slice			 name;
	struct slice			 endpoint;	/* "/Users" */
	struct slice			 description;
	const struct schema		*schema;
	const struct schema_extension	*extensions;
	size_t				 nextensions;
	const struct resource_type	*declared; /* as in the files, where
						      narrow.h left out part
						      of it; else NULL */
};

struct catalog;

/* An empty catalog that lives in A, as does all that is added to it. */
struct catalog	*catalog_new(struct arena *a);

/*
 * What the catalog was made of, a digest for each file by its path, in JSON:
 * for the audit, "" where nobody said.  TEXT is not copied.
 */
void	catalog_set_files(struct catalog *c, struct slice text);
struct slice	catalog_files(const struct catalog *c);


/*
 * Add the Schema resource that TEXT holds (RFC 7643 section 7).  Missing
 * characteristics take their defaults (CHAR-01 to 07); what a schema must
 * not say is refused (SFILE-03).
 *
 * Errors:  ERR_INVALID_VALUE or ERR_INVALID_SYNTAX; the detail names FILE
 *          and the JSON path: "attributes[3].subAttributes[0].type".
 */
int	catalog_add_schema(struct catalog *c, const char *file,
	    struct slice text, struct error *err);

/*
 * Add the ResourceType resource in TEXT (RFC 7643 section 6); its schemas
 * were added before.
 */
int	catalog_add_type(struct catalog *c, const char *file,
	    struct slice text, struct error *err);

/*
 * All schemas and types are there: check what they say of each other, and
 * let groups take members of every type that says it can be in them.
 *
 * Errors:  ERR_INVALID_VALUE; the detail names file and path.
 */
int	catalog_link(struct catalog *c, struct error *err);

/* In the order in which they were added; NULL past the end. */
const struct schema	*catalog_schema(const struct catalog *c, size_t i);
const struct resource_type	*catalog_type(const struct catalog *c,
				    size_t i);

/* By URN, ignoring case (RFC 7643 section 2.1); NULL when unknown. */
const struct schema	*catalog_find_schema(const struct catalog *c,
			    struct slice urn);

/* By name, exactly (RFC 7643 section 3.1 meta.resourceType). */
const struct resource_type	*catalog_find_type(const struct catalog *c,
				    struct slice name);

/* By id, which stands in its location (RFC 7643 section 6). */
const struct resource_type	*catalog_find_type_id(
				    const struct catalog *c,
				    struct slice id);

/* Is TEXT one name, as RFC 7643 section 2.1 wants it, or "$ref"? */
bool	attr_is_name(struct slice text);

/* Is there nothing in TYPE that a client may write (ROLE-02)? */
bool	resource_type_is_read_only(const struct resource_type *type);

/* By endpoint segment without slash, exactly: "Users". */
const struct resource_type	*catalog_find_endpoint(
				    const struct catalog *c,
				    struct slice segment);

/* The sub-attributes of meta, in their order there (RFC 7643 section 3.1). */
enum {
	META_RESOURCE_TYPE,
	META_CREATED,
	META_LAST_MODIFIED,
	META_LOCATION,
	META_VERSION,
	META_MAX
};

/*
 * The common attributes schemas, id, externalId and meta (RFC 7643 section
 * 3.1), which stand in no schema file.
 */
const struct attr	*schema_common_attrs(size_t *n);

/* A member of ATTRS by name, ignoring ASCII case; NULL when unknown. */
const struct attr	*attr_find(const struct attr *attrs, size_t n,
			    struct slice name);

/* A sub-attribute of ATTR by name; NULL when unknown or ATTR is simple. */
const struct attr	*attr_find_sub(const struct attr *attr,
			    struct slice name);

/* What a name in attribute notation means (RFC 7644 section 3.10). */
struct attr_ref {
	const struct schema	*extension;	/* its container, or NULL */
	const struct attr	*attr;		/* NULL: the container itself */
	const struct attr	*sub;		/* or NULL */
	bool			 dotted;	/* "URN.attr" (PD-12) */
};

enum attr_found {
	ATTR_FOUND,
	ATTR_UNKNOWN,		/* well-formed, but no such attribute */
	ATTR_MALFORMED		/* not attribute notation */
};

/*
 * Resolve NAME for TYPE: "userName", "name.givenName", "URN:attr",
 * "URN:attr.sub", a bare extension URN, "$ref" as the one name with "$".
 * The longest known schema URN is cut off first, so URNs with dots and
 * colons work (FILTER-12); "URN.attr" with a dot is taken as well (PD-12).
 * A name without URN is looked for in the common attributes, the base
 * schema, and, when exactly one extension defines it, there (FILTER-13).
 */
enum attr_found	attr_resolve(const struct resource_type *type,
		    struct slice name, struct attr_ref *ref);

/* Keywords of RFC 7643 section 7, as the /Schemas reply spells them. */
struct slice	attr_type_keyword(enum attr_type type);
struct slice	attr_mutability_keyword(enum attr_mutability mutability);
struct slice	attr_returned_keyword(enum attr_returned returned);
struct slice	attr_uniqueness_keyword(enum attr_uniqueness uniqueness);

/* URNs of RFC 7643 section 8.7 and RFC 7644 section 8.2. */
#define URN_USER	"urn:ietf:params:scim:schemas:core:2.0:User"
#define URN_GROUP	"urn:ietf:params:scim:schemas:core:2.0:Group"
#define URN_LARGE	"urn:muster:scim:schemas:extension:1.0:LargeGroup"
#define URN_ENTERPRISE						\
	"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
#define URN_SPC							\
	"urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
#define URN_RESOURCE_TYPE					\
	"urn:ietf:params:scim:schemas:core:2.0:ResourceType"
#define URN_SCHEMA	"urn:ietf:params:scim:schemas:core:2.0:Schema"
#define URN_MESSAGES	"urn:ietf:params:scim:api:messages:"
#define URN_LIST	"urn:ietf:params:scim:api:messages:2.0:ListResponse"
#define URN_SEARCH						\
	"urn:ietf:params:scim:api:messages:2.0:SearchRequest"
#define URN_BULK_REQUEST					\
	"urn:ietf:params:scim:api:messages:2.0:BulkRequest"
#define URN_BULK_RESPONSE					\
	"urn:ietf:params:scim:api:messages:2.0:BulkResponse"
#define URN_PATCH	"urn:ietf:params:scim:api:messages:2.0:PatchOp"
#define URN_ERROR	"urn:ietf:params:scim:api:messages:2.0:Error"

#endif
