/*
 * export.h: every resource of a tenant as a line of JSON, for import.h.
 *
 *	{"id":"...","meta":{"resourceType":"User","created":"...",
 *	 "lastModified":"...","version":"W/\"3\""},"schemas":[...],...}
 *
 * is a resource as a client sees it, without what is computed ("groups",
 * "$ref", display names, meta.location).  Types whose resources have members
 * come last, and behind them the members, at most EXPORT_MEMBERS a line, so
 * that everything a line names stands above it:
 *
 *	{"id":"...","meta":{"resourceType":"Group","version":"W/\"3\""},
 *	 "members":[{"value":"...","type":"User"},...]}
 *
 * What is never returned (password hashes) is left out, or stands under
 * EXPORT_SECRET as it is stored.
 */
#ifndef IDENTITY_EXPORT_H
#define IDENTITY_EXPORT_H

#include "identity/identity.h"

enum { EXPORT_MEMBERS = 1000 };

#define EXPORT_SECRET "x-muster-secret"

struct export {
	const struct identity	*identity;
	const struct caller	*caller;	/* tenant */
	bool			 secrets;

	/*
	 * Write LINES, whole ones, each with its newline; N of them hold
	 * resources.  Called between transactions.  0, or -1 with ERR set.
	 */
	int	(*write)(void *arg, struct slice lines, uint64_t n,
		    struct error *err);
	void	*arg;
};

/*
 * Export all resources of the tenant.  Others may write meanwhile: a line is
 * as its resource was when it was read; what was created after the walk
 * passed is not there.
 *
 * Errors: those of WRITE and of store_view.
 */
int	identity_export(const struct export *export, struct error *err);

#endif
