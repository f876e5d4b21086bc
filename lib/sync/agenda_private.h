/*
 * agenda_private.h: what the files of an agenda share.
 */
#ifndef SYNC_AGENDA_PRIVATE_H
#define SYNC_AGENDA_PRIVATE_H

#include "identity/groups.h"
#include "sync/agenda.h"

/* An agenda that is being drawn up. */
struct agenda_draft {
	struct kv_txn *txn;
	const struct run *run;
	struct progress *p;
	struct agenda *agenda;
	size_t size;		 /* room for objects */
	const struct uuid *only; /* that is wanted; or NULL */
	struct caller all;	 /* who sees all groups */
	struct groups *groups;	 /* what groups are in; NULL at first */
};

/* ID is to be looked at; without a RULE nothing is. */
void	agenda_add_object(struct agenda_draft *d, const struct uuid *id,
	    const struct job_rule *rule);

/* Append ID to a list of N that grows by itself. */
void	agenda_append(const struct run *run, struct uuid **list, size_t *n,
	    const struct uuid *id);

/* Members of the subject of DUE are compared, behind the id TEXT, or all. */
void	agenda_take_roster(struct agenda_draft *d, const struct due *due,
	    struct slice text);

/* Those who came to GROUP, or left: the ids of the member NAME of CHANGE. */
int	agenda_take_members(struct agenda_draft *d, const struct uuid *group,
	    struct slice change, struct slice name);

#endif
