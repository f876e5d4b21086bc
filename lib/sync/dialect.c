/*
 * dialect.c: the settings of a dialect.
 */
#include <stddef.h>

#include "base/nelem.h"
#include "sync/dialect.h"
#include "sync/property.h"

static const char *const patch_words[] = { "paths", "merged", "legacy", "put",
	NULL };
static const char *const boolean_words[] = { "json", "text", NULL };
static const char *const paging_words[] = { "index", "cursor", NULL };
static const char *const removal_words[] = { "filter", "value", NULL };

#define AT(member) offsetof(struct dialect, member)
/* clang-format off */
static const struct property properties[] = {
	{ "patch",          PROPERTY_WORD,   AT(patch),           0, 0, patch_words },
	{ "booleans",       PROPERTY_WORD,   AT(text_booleans),   0, 0, boolean_words },
	{ "paging",         PROPERTY_WORD,   AT(paging),          0, 0, paging_words },
	{ "removeMembers",  PROPERTY_WORD,   AT(remove_members),  0, 0, removal_words },
	{ "externalId",     PROPERTY_FLAG,   AT(external_id),     0, 0, NULL },
	{ "etag",           PROPERTY_FLAG,   AT(etag),            0, 0, NULL },
	{ "search",         PROPERTY_FLAG,   AT(search),          0, 0, NULL },
	{ "memberBatch",    PROPERTY_NUMBER, AT(member_batch),    1, 10000, NULL },
	{ "bulk",           PROPERTY_NUMBER, AT(bulk),            0, 10000, NULL },
	{ "ratePerSecond",  PROPERTY_NUMBER, AT(rate_per_second), 0, 100000, NULL },
	{ "concurrency",    PROPERTY_NUMBER, AT(concurrency),     1, 256, NULL },
	{ "timeoutSeconds", PROPERTY_NUMBER, AT(timeout_seconds), 1, 600, NULL },
};
/* clang-format on */
#undef AT

int
dialect_read(
    const struct json_object *json, struct dialect *out, struct error *err)
{
	*out = (struct dialect){
		.remove_members = -1,
		.external_id = true,
		.member_batch = 100,
		.rate_per_second = 25,
		.concurrency = 8,
		.timeout_seconds = 30,
	};
	if (property_read(json, properties, NELEM(properties), out, err) == -1)
		return -1;
	if (out->remove_members == -1)
		out->remove_members = out->patch == DIALECT_LEGACY
		    ? DIALECT_BY_VALUE
		    : DIALECT_BY_FILTER;
	return 0;
}
