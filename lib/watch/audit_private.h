/*
 * audit_private.h: what the files of the audit share: an entry as a line, and
 * how far the chain has come.
 */
#ifndef WATCH_AUDIT_PRIVATE_H
#define WATCH_AUDIT_PRIVATE_H

#include "base/buf.h"
#include "watch/audit.h"

/* Bytes of a line: a change of the log, and what is around it. */
enum { AUDIT_LINE_MAX = 65 * 1024 * 1024 };

struct audit_entry {
	uint64_t	n;
	uint32_t	log;
	uint64_t	sequence;
	struct slice	change;		/* JSON */
};

/* Append the line of E, with a newline; *HEAD moves from the one before. */
void	audit_put(struct buf *b, const struct audit_entry *e,
	    struct audit_head *head);

/*
 * Is LINE the entry behind *HEAD, unchanged?  Then *HEAD is this one.
 *
 * Returns: NULL, or what is wrong.
 */
const char	*audit_take(struct slice line, struct audit_head *head,
		    struct audit_entry *e);

/* How far the chain has come. */
struct audit_state {
	struct audit_head	 head;
	struct lines_place	 place;		/* behind the last entry */
	uint64_t		*positions;	/* in each log */
	size_t			 npositions;
	bool			 is_saved;	/* in the file */
};

/* "DIR/audit/NAME" */
void	audit_path(const char *dir, const char *name, char path[4096]);

/* The position in LOG, which may not have had one: in A. */
uint64_t	*audit_position(struct arena *a, struct audit_state *s,
		    uint32_t log);

/*
 * What was saved, nothing if there is no such file (is_saved); save it, in
 * place of the last.
 */
int	audit_state_load(struct arena *a, const char *dir,
	    struct audit_state *s, struct error *err);
int	audit_state_save(const char *dir, const struct audit_state *s,
	    struct error *err);

#endif
