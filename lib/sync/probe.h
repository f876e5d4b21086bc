/*
 * probe.h: what a target is able to do, asked before it is provisioned (spec
 * provisioning.md, PS-021, PS-022, row 23 of section 8; scim.md, CLI-01, 02).
 *
 * Discovery often lies: what it says becomes a proposal, and findings in
 * words for who decides.
 */
#ifndef SYNC_PROBE_H
#define SYNC_PROBE_H

#include "sync/target_settings.h"

enum {
	PROBE_LIMIT_MS = 15 * 1000,	/* for one request, repeats included */
	PROBE_SHOWN_MAX = 16 * 1024	/* bytes of an answer that are kept */
};

struct probe {
	const char	*matching;	/* attribute; NULL: userName */
	bool		 writes;	/* make an object, and delete it */
	const char	*ca_file;	/* authorities (PEM); "": the system's */

	/* Called several times a second; false ends it.  May be NULL. */
	bool		(*wait)(void *arg);
	void		*arg;
};

/*
 * Ask the target of SETTINGS.  *OUT, in A:
 *
 *	{"ok": true,
 *	 "dialect": {"patch": "paths", "bulk": 0, ...},
 *	 "endpoints": {"User": "/Users", "Group": "/Groups"},
 *	 "findings": [{"level": "error|warning|note", "text": "..."}],
 *	 "steps": [{"method", "path", "body", "status", "ms", "tries",
 *	    "type", "answer", "problem"}]}
 *
 * "ok" says that there was no error: the target can be reached, takes our
 * credentials and finds nothing where there is nothing to find.
 *
 * Errors: ERR_INVALID_VALUE of target_open; ERR_BUSY when WAIT ended it.
 */
int	probe_run(struct arena *a, const struct target_settings *settings,
	    const struct probe *probe, struct json_object **out,
	    struct error *err);

#endif
