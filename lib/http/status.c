/*
 * status.c: the HTTP status and scimType of every error code (RFC 7644
 * section 3.12).
 */
#include <stddef.h>

#include "base/nelem.h"
#include "http/status.h"

/* clang-format off */
static const struct {
	int		 status;
	const char	*scim_type;
} rows[] = {
	[ERR_NONE] =		{ 500, NULL },
	[ERR_INVALID_FILTER] =	{ 400, "invalidFilter" },
	[ERR_TOO_MANY] =	{ 400, "tooMany" },
	[ERR_UNIQUENESS] =	{ 409, "uniqueness" },
	[ERR_MUTABILITY] =	{ 400, "mutability" },
	[ERR_INVALID_SYNTAX] =	{ 400, "invalidSyntax" },
	[ERR_INVALID_PATH] =	{ 400, "invalidPath" },
	[ERR_NO_TARGET] =	{ 400, "noTarget" },
	[ERR_INVALID_VALUE] =	{ 400, "invalidValue" },
	[ERR_INVALID_VERS] =	{ 400, "invalidVers" },
	[ERR_INVALID_CURSOR] =	{ 400, "invalidCursor" },
	[ERR_EXPIRED_CURSOR] =	{ 400, "expiredCursor" },
	[ERR_INVALID_COUNT] =	{ 400, "invalidCount" },
	[ERR_UNAUTHORIZED] =	{ 401, NULL },
	[ERR_FORBIDDEN] =	{ 403, NULL },
	[ERR_SENSITIVE] =	{ 403, "sensitive" },
	[ERR_NOT_FOUND] =	{ 404, NULL },
	[ERR_METHOD] =		{ 405, NULL },
	[ERR_NOT_ACCEPTABLE] =	{ 406, NULL },
	[ERR_DEPENDENCY] =	{ 409, NULL },
	[ERR_MEDIA_TYPE] =	{ 415, NULL },
	[ERR_TOO_LARGE] =	{ 413, NULL },
	[ERR_PRECONDITION] =	{ 412, NULL },
	[ERR_RATE] =		{ 429, NULL },
	[ERR_HELD] =		{ 429, NULL },
	[ERR_NO_PRECONDITION] =	{ 428, NULL },
	[ERR_NOT_IMPLEMENTED] =	{ 501, NULL },
	[ERR_BUSY] =		{ 503, NULL },
	[ERR_FULL] =		{ 507, NULL },
	[ERR_INTERNAL] =	{ 500, NULL },
};
/* clang-format on */

_Static_assert(NELEM(rows) == ERR_MAX, "one row an error code");

int
http_status(enum error_code code)
{
	return rows[code].status;
}

const char *
http_scim_type(enum error_code code)
{
	return rows[code].scim_type;
}
