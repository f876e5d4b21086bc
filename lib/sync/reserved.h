/*
 * reserved.h: unique values that objects of a job are to get: nobody else gets
 * the same (spec provisioning.md section 8, row 21).
 *
 * What is at the target, the target tells; but it may tell of a change only
 * after a while, and a request that nobody answered may still be carried out.
 * So a value stays reserved for a while after it was sent.  Pure.
 */
#ifndef SYNC_RESERVED_H
#define SYNC_RESERVED_H

#include "base/uuid.h"
#include "sync/mapping.h"

struct reserved;

/* Nothing is; its owner closes it. */
struct reserved	*reserved_open(void);
void		 reserved_close(struct reserved *r);

/* NOW, ms, a batch begins: what was taken a minute or two ago is for anybody. */
void	reserved_begin(struct reserved *r, int64_t now);

/* All is for anybody. */
void	reserved_clear(struct reserved *r);

/* VALUE of ROW, of objects of TYPE at the target. */
struct unique {
	struct slice			 type;
	const struct mapping_row	*row;
	const struct json_object	*value;
};

/*
 * U is for SUBJECT from now on; in any case, unless the mapping says that case
 * counts.
 *
 * Returns: false when it is for somebody else.
 */
bool	reserved_take(struct reserved *r, const struct unique *u,
	    const struct uuid *subject);

/* If it was for SUBJECT it is for anybody: the target did not get it. */
void	reserved_release(struct reserved *r, const struct unique *u,
	    const struct uuid *subject);

#endif
