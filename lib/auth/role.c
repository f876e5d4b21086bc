/*
 * role.c: what an administrator is.
 */
#include "auth/role.h"
#include "auth/scope.h"
#include "base/nelem.h"

/* clang-format off */
static const struct {
	const char	*name;
	unsigned	 gives;		/* to credentials */
} rows[] = {
	[ROLE_OWNER] =	  { "owner",	ANY_ROLE },
	[ROLE_OPERATOR] = { "operator",	OPERATOR | DESIGNER | AUDITOR },
	[ROLE_DESIGNER] = { "designer",	0 },
	[ROLE_AUDITOR] =  { "auditor",	0 },
};
/* clang-format on */
_Static_assert(NELEM(rows) == ROLE_MAX, "one row a role");

enum role
role_find(struct slice name)
{
	for (size_t i = 0; i < NELEM(rows); i++)
		if (slice_equal(name, slice_of(rows[i].name)))
			return (enum role)i;
	return ROLE_MAX;
}

const char *
role_name(enum role role)
{
	return rows[role].name;
}

bool
role_may_give(enum role role, struct slice name)
{
	return name.len == 0 || (rows[role].gives & 1u << role_find(name)) != 0;
}

int
role_check(struct credential *c, struct error *err)
{
	if (c->role.len == 0)
		return scope_has(c->scope, SLICE("admin"))
		    ? error_set(err, ERR_INVALID_VALUE,
			  "the scope 'admin' needs a role")
		    : 0;
	if (role_find(c->role) == ROLE_MAX)
		return error_set(err, ERR_INVALID_VALUE,
		    "there is no role '%.*s', only owner, operator, designer "
		    "and auditor",
		    SLICE_ARG(c->role));
	if (c->scope.len == 0)
		c->scope = SLICE("admin");
	if (!scope_has(c->scope, SLICE("admin")))
		return error_set(
		    err, ERR_INVALID_VALUE, "a role needs the scope 'admin'");
	if (c->user.len > 0 || c->filter.len > 0)
		return error_set(err, ERR_INVALID_VALUE,
		    "a role goes with no user, and with no filter");
	return 0;
}
