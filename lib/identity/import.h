/*
 * import.h: resources out of lines of JSON, as export.h writes them.
 *
 * Id, version and times are kept.  A resource that is there already is left
 * as it is, so that an import can be run again after an interruption, and
 * what was changed since is not undone.  A line of any other SCIM server can
 * be read too: without an id of ours it becomes a new resource.
 */
#ifndef IDENTITY_IMPORT_H
#define IDENTITY_IMPORT_H

#include "identity/identity.h"

struct import {
	const struct identity	*identity;
	const struct caller	*caller;	/* tenant, profile */

	/* A line that was left out, whole or in part, and why. */
	void	(*problem)(void *arg, uint64_t line, const char *text);
	void	*arg;
};

struct import_result {
	uint64_t	created;
	uint64_t	same;		/* that were there already */
	uint64_t	different;	/* there, and not as the line says */
	uint64_t	refused;
	uint64_t	members;	/* made */
	uint64_t	unknown_members; /* left out */
};

struct importer;

/* Begin; import_free it. */
struct importer	*import_new(const struct import *import);
void	import_free(struct importer *importer);

/*
 * Take the line TEXT with the number LINE; it is written with others, at the
 * latest by import_flush.
 *
 * Errors: those of store_txn that end the import (ERR_BUSY, ERR_FULL,
 *         ERR_INTERNAL); what is wrong with a line is told by problem.
 */
int	import_line(struct importer *importer, uint64_t line,
	    struct slice text, struct error *err);

/* The line with the number LINE is left out; TEXT says why. */
void	import_refuse(struct importer *importer, uint64_t line,
	    const char *text);

/* Write what was taken, in one durable transaction or a few. */
int	import_flush(struct importer *importer, struct error *err);

/* What became of the lines that are written. */
const struct import_result	*import_result(
				    const struct importer *importer);

#endif
