/*
 * role.h: what an administrator is: a credential with the scope "admin" has
 * one of these roles, in its tenant or in all of them.
 *
 * What each role may do stands in the routes of the program (cgi-src/admin.c).
 */
#ifndef AUTH_ROLE_H
#define AUTH_ROLE_H

#include "auth/credential.h"

enum role {
	ROLE_OWNER,	/* everything */
	ROLE_OPERATOR,	/* tenants and credentials, not those of owners */
	ROLE_DESIGNER,	/* schemas and mappings */
	ROLE_AUDITOR,	/* reads everything but secrets */
	ROLE_MAX
};

/* Sets of roles, for tables. */
enum {
	OWNER = 1 << ROLE_OWNER,
	OPERATOR = 1 << ROLE_OPERATOR,
	DESIGNER = 1 << ROLE_DESIGNER,
	AUDITOR = 1 << ROLE_AUDITOR,
	ANY_ROLE = OWNER | OPERATOR | DESIGNER | AUDITOR
};

/* By its name; ROLE_MAX for any other. */
enum role	role_find(struct slice name);
const char	*role_name(enum role role);

/* May a ROLE make, change and take back credentials of the role NAME? */
bool	role_may_give(enum role role, struct slice name);

/*
 * Can C have its role?  It goes with the scope "admin", which a role without
 * any scope gets, and with nothing that makes less of a credential than an
 * administrator: a person, a filter.
 *
 * Errors: ERR_INVALID_VALUE.
 */
int	role_check(struct credential *c, struct error *err);

#endif
