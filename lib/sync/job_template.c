/*
 * job_template.c: what a new job begins with (PS-009): the mappings that
 * clients of SCIM are used to (spec clients.md section 5).
 */
#include "base/nelem.h"
#include "json/json.h"
#include "sync/job.h"

#define ENTERPRISE "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

/* clang-format off */
static const char definition[] =
"{\"scope\": {\"mode\": \"assigned\"},"
" \"rules\": ["
"  {\"source\": \"User\", \"target\": \"User\", \"mappings\": ["
"   {\"target\": \"userName\", \"source\": \"userName\", \"match\": 2},"
"   {\"target\": \"externalId\", \"source\": \"id\", \"match\": 1},"
"   {\"target\": \"active\", \"expression\": \"And(Coalesce([active], True), Not(Coalesce([isSoftDeleted], False)))\"},"
"   {\"target\": \"displayName\", \"source\": \"displayName\"},"
"   {\"target\": \"title\", \"source\": \"title\"},"
"   {\"target\": \"preferredLanguage\", \"source\": \"preferredLanguage\"},"
"   {\"target\": \"name.givenName\", \"source\": \"name.givenName\"},"
"   {\"target\": \"name.familyName\", \"source\": \"name.familyName\"},"
"   {\"target\": \"name.formatted\", \"expression\": \"Coalesce([name.formatted], Join(\\\" \\\", [name.givenName], [name.familyName]))\"},"
"   {\"target\": \"emails[type eq \\\"work\\\"].value\", \"source\": \"emails[type eq \\\"work\\\"].value\"},"
"   {\"target\": \"addresses[type eq \\\"work\\\"].formatted\", \"source\": \"addresses[type eq \\\"work\\\"].formatted\"},"
"   {\"target\": \"addresses[type eq \\\"work\\\"].streetAddress\", \"source\": \"addresses[type eq \\\"work\\\"].streetAddress\"},"
"   {\"target\": \"addresses[type eq \\\"work\\\"].locality\", \"source\": \"addresses[type eq \\\"work\\\"].locality\"},"
"   {\"target\": \"addresses[type eq \\\"work\\\"].region\", \"source\": \"addresses[type eq \\\"work\\\"].region\"},"
"   {\"target\": \"addresses[type eq \\\"work\\\"].postalCode\", \"source\": \"addresses[type eq \\\"work\\\"].postalCode\"},"
"   {\"target\": \"addresses[type eq \\\"work\\\"].country\", \"source\": \"addresses[type eq \\\"work\\\"].country\"},"
"   {\"target\": \"phoneNumbers[type eq \\\"work\\\"].value\", \"source\": \"phoneNumbers[type eq \\\"work\\\"].value\"},"
"   {\"target\": \"phoneNumbers[type eq \\\"mobile\\\"].value\", \"source\": \"phoneNumbers[type eq \\\"mobile\\\"].value\"},"
"   {\"target\": \"phoneNumbers[type eq \\\"fax\\\"].value\", \"source\": \"phoneNumbers[type eq \\\"fax\\\"].value\"},"
"   {\"target\": \"" ENTERPRISE ":employeeNumber\", \"source\": \"" ENTERPRISE ":employeeNumber\"},"
"   {\"target\": \"" ENTERPRISE ":department\", \"source\": \"" ENTERPRISE ":department\"},"
"   {\"target\": \"" ENTERPRISE ":manager\", \"source\": \"" ENTERPRISE ":manager.value\", \"reference\": \"User\"}]},"
"  {\"source\": \"Group\", \"target\": \"Group\", \"mappings\": ["
"   {\"target\": \"displayName\", \"source\": \"displayName\", \"match\": 2},"
"   {\"target\": \"externalId\", \"source\": \"id\", \"match\": 1},"
"   {\"target\": \"members\", \"source\": \"members\"}]}]}";
/* clang-format on */

/*
 * A template is the definition with a dialect of its own.  Who is told in the
 * manner of Entra has never seen a value go (ENTRA-14): there it stays.
 */
static const struct {
	const char *name, *dialect;
	bool keeps_null;
} templates[] = {
	{ "scim", "{}", false },
	{ "muster",
	    "{\"etag\": true, \"memberBatch\": 1000, \"concurrency\": 16,"
	    " \"ratePerSecond\": 0, \"bulk\": 100}",
	    false },
	{ "entra", "{\"patch\": \"merged\"}", true },
	{ "entra-legacy", "{\"patch\": \"legacy\", \"booleans\": \"text\"}",
	    true },
};

const char *
job_template_name(size_t i)
{
	return i < NELEM(templates) ? templates[i].name : NULL;
}

static struct json_object *
parse(struct arena *a, const char *text)
{
	struct json_object *json = NULL;
	struct error err;

	return json_parse(a, slice_of(text), &json, &err) == 0 ? json : NULL;
}

/* What is gone in the source goes in the target, but for keys and "active". */
static void
clear_nulls(struct arena *a, const struct json_object *rule)
{
	const struct json_object *mappings = json_get(rule, "mappings");

	for (size_t i = 0; i < json_len(mappings); i++) {
		struct json_object *m = json_at(mappings, i);

		if (!json_has(m, SLICE("match")) &&
		    !json_has(m, SLICE("expression")))
			json_set(m, SLICE("nulls"),
			    json_new_string(a, SLICE("clear")));
	}
}

struct json_object *
job_template(struct arena *a, struct slice name)
{
	struct json_object *job, *target;
	size_t i = 0;

	while (i < NELEM(templates) &&
	    !slice_equal(slice_of(templates[i].name), name))
		i++;
	if (i == NELEM(templates))
		return NULL;
	job = parse(a, definition);
	for (size_t k = 0; !templates[i].keeps_null && k < 2; k++)
		clear_nulls(a, json_at(json_get(job, "rules"), k));
	target = json_new_object(a);
	json_set(target, SLICE("dialect"), parse(a, templates[i].dialect));
	json_set(job, SLICE("template"), json_new_string(a, name));
	json_set(job, SLICE("target"), target);
	return job;
}
