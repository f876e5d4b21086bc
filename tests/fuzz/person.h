/*
 * person.h: what expressions and scoping filters are tried on: a person with
 * attributes of the type User and others, and a world that answers always the
 * same.
 */
#ifndef FUZZ_PERSON_H
#define FUZZ_PERSON_H

#include "base/nelem.h"
#include "json/json.h"
#include "sync/expression.h"
#include "user.h"

static const char person_body[] =
    "{\"userName\":\"Bj\xc3\xb8rn.J\",\"active\":true,\"title\":\"Tour "
    "Guide\",\"name\":{\"givenName\":\"Zo\xc3\xab\",\"familyName\":\"Doe\"},"
    "\"emails\":[{\"value\":\"b@x\",\"type\":\"work\",\"primary\":true},"
    "{\"value\":\"c@x\"}],\"hire\":\"2012-03-16-07:00\",\"level\":7,"
    "\"empty\":\"\",\"no\":false,\"proxies\":[\"a@x\",\"b@x\",\"a@x\"],"
    "\"appRoleAssignments\":[{\"value\":\"Admin\",\"displayName\":\"A\"},"
    "{\"value\":\"User\"}],\"" URN_ENTERPRISE "\":{\"department\":\"Sales\","
    "\"manager\":{\"value\":\"m\"}}}";

static const struct expression_attribute person_attributes[] = {
	{ { "hire", 4 }, DATUM_TEXT, false },
	{ { "level", 5 }, DATUM_INTEGER, false },
	{ { "empty", 5 }, DATUM_TEXT, false },
	{ { "no", 2 }, DATUM_BOOLEAN, false },
	{ { "absent", 6 }, DATUM_TEXT, false },
	{ { "proxies", 7 }, DATUM_TEXT, true },
	{ { "appRoleAssignments", 18 }, DATUM_OBJECT, true },
};
static const struct slice person_tables[] = { { "t", 1 } };

static inline struct expression_environment
person_environment(void)
{
	return (struct expression_environment){
		.type = user_type(),
		.profile = profile_default(user_catalog()),
		.attributes = person_attributes,
		.nattributes = NELEM(person_attributes),
		.tables = person_tables,
		.ntables = NELEM(person_tables),
	};
}

static inline struct json_object *
person_tree(struct arena *a)
{
	struct json_object *tree;
	struct error err;

	if (json_parse(a, SLICE(person_body), &tree, &err) == -1)
		abort();
	return tree;
}

static inline int
person_lookup(void *arg, struct slice table, struct slice key,
    struct slice *out, struct error *err)
{
	(void)arg;
	(void)table;
	(void)err;
	*out = SLICE("found");
	return key.len % 2 == 0;
}

static inline int
person_is_taken(void *arg, struct slice candidate, struct error *err)
{
	(void)arg;
	if (candidate.len > 20)
		return error_set(err, ERR_BUSY, "not to be told");
	return candidate.len % 2 == 0;
}

/* As random as it must be to end, and the same each time. */
static inline void
person_random(void *arg, unsigned char *bytes, size_t len)
{
	(void)arg;
	for (size_t i = 0; i < len; i++)
		bytes[i] = (unsigned char)(i * 37 + 11);
}

static inline struct expression_world
person_world(void)
{
	return (struct expression_world){
		.now_ms = INT64_C(1629885600000),
		.default_domain = { "contoso.com", 11 },
		.lookup = person_lookup,
		.is_taken = person_is_taken,
		.random = person_random,
	};
}

#endif
