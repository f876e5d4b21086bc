/*
 * limit.c: what a tenant, or one credential of it, may do at most.
 */
#include "auth/limit.h"
#include "base/nelem.h"
#include "base/number.h"
#include "json/json.h"

/* clang-format off */
static const struct limit_row rows[] = {
	[LIMIT_BODY] =
	    { "bodyMax", "body-max", 1024, 1073741824, LIMIT_LOWEST, "bytes" },
	[LIMIT_BULK_OPERATIONS] =
	    { "bulkOperations", "bulk-operations", 1, 10000, LIMIT_LOWEST, "operations" },
	[LIMIT_BULK_PAYLOAD] =
	    { "bulkPayload", "bulk-payload", 1024, 1073741824, LIMIT_LOWEST, "bytes" },
	[LIMIT_SCAN] =
	    { "scanMax", "scan-max", 1, 1000000000, LIMIT_LOWEST, "resources" },
	[LIMIT_MEMBERS] =
	    { "membersMax", "members-max", 1, 1000000000, LIMIT_LOWEST, "members" },
	[LIMIT_RESULTS] =
	    { "resultsMax", "results-max", 1, 1000, LIMIT_LOWEST, "resources" },
	[LIMIT_FILTER_COST] =
	    { "filterCost", "filter-cost", 1, 100000, LIMIT_LOWEST, "comparisons" },
	[LIMIT_RATE] =
	    { "rate", "rate", 1, 1000000, LIMIT_EACH, "requests a second" },
	[LIMIT_BURST] =
	    { "burst", "burst", 1, 1000000, LIMIT_EACH, "requests" },
	[LIMIT_IN_FLIGHT] =
	    { "inFlight", "in-flight", 1, 512, LIMIT_EACH, "requests" },
	[LIMIT_BREAKER_COUNT] =
	    { "breakerCount", "breaker-count", 1, 1000000000, LIMIT_NEAREST, "resources" },
	[LIMIT_BREAKER_PERCENT] =
	    { "breakerPercent", "breaker-percent", 1, 100, LIMIT_NEAREST, "%" },
	[LIMIT_BREAKER_WINDOW] =
	    { "breakerWindow", "breaker-window", 60, 31536000, LIMIT_NEAREST, "seconds" },
	[LIMIT_BREAKER_QUARANTINE] =
	    { "breakerQuarantine", "breaker-quarantine", 1, 1, LIMIT_NEAREST, "1: it is kept aside" },
};
/* clang-format on */
_Static_assert(NELEM(rows) == LIMIT_MAX, "every limit");

const struct limit_row *
limit_row(enum limit limit)
{
	return &rows[limit];
}

int
limit_check(const int64_t limits[LIMIT_MAX], struct error *err)
{
	for (size_t i = 0; i < LIMIT_MAX; i++) {
		const struct limit_row *row = &rows[i];

		if (limits[i] != 0 &&
		    (limits[i] < row->min || limits[i] > row->max))
			return error_set(err, ERR_INVALID_VALUE,
			    "%s must be a number from %lld to %lld, or 0: the "
			    "server's",
			    row->option, (long long)row->min,
			    (long long)row->max);
	}
	return 0;
}

void
limit_read(int64_t limits[LIMIT_MAX], struct slice name, struct slice value)
{
	for (size_t i = 0; i < LIMIT_MAX; i++)
		if (slice_equal(name, slice_of(rows[i].name)))
			parse_int(
			    value, rows[i].min, rows[i].max, &limits[i], NULL);
}

void
limit_write(
    struct arena *a, const int64_t limits[LIMIT_MAX], struct json_object *v)
{
	for (size_t i = 0; i < LIMIT_MAX; i++)
		if (limits[i] != 0)
			json_set(v, slice_of(rows[i].name),
			    json_new_integer(a, limits[i]));
		else
			json_delete(v, slice_of(rows[i].name));
}

static int64_t
lower(int64_t x, int64_t y)
{
	return x != 0 && (y == 0 || x < y) ? x : y;
}

int64_t
limit_in_force(enum limit limit, int64_t server,
    const int64_t tenant[LIMIT_MAX], const int64_t credential[LIMIT_MAX])
{
	if (rows[limit].rule == LIMIT_LOWEST)
		return lower(credential[limit], lower(tenant[limit], server));
	if (credential[limit] != 0)
		return credential[limit];
	return tenant[limit] != 0 ? tenant[limit] : server;
}
