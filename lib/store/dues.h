/*
 * dues.h: what a provisioning job has to do at some time: look at an object
 * again, or go on with a long walk; and who waits for whom.
 */
#ifndef STORE_DUES_H
#define STORE_DUES_H

#include "store/links.h"

enum due_kind {
	DUE_OBJECT,	/* look at it; the text is its type */
	DUE_MEMBERS	/* compare its members; the text is the id of the
			   last that was compared, or "" */
};

struct due {
	int64_t		at;		/* ms UTC; 0: at once */
	struct uuid	subject;
	enum due_kind	kind;
};

/* Another text for the same takes the place of the old one. */
enum store_status	due_put(struct kv_txn *txn,
			    const struct job_key *job,
			    const struct due *due, struct slice text);
/* STORE_OK or STORE_NOTFOUND, whatever the text is. */
enum store_status	due_get(struct kv_txn *txn,
			    const struct job_key *job,
			    const struct due *due);
enum store_status	due_delete(struct kv_txn *txn,
			    const struct job_key *job,
			    const struct due *due);

/* Walk what is due, the oldest first. */
enum store_status	dues_open(struct kv_txn *txn,
			    const struct job_key *job,
			    struct kv_range **out);
enum store_status	dues_next(struct kv_range *range, struct due *due,
			    struct slice *text);

/* WAITER refers to WANTED, which the target does not have yet. */
enum store_status	wait_put(struct kv_txn *txn,
			    const struct job_key *job,
			    const struct uuid *wanted,
			    const struct uuid *waiter);
enum store_status	wait_delete(struct kv_txn *txn,
			    const struct job_key *job,
			    const struct uuid *wanted,
			    const struct uuid *waiter);

/* Walk those who wait for WANTED. */
enum store_status	waits_open(struct kv_txn *txn,
			    const struct job_key *job,
			    const struct uuid *wanted,
			    struct kv_range **out);
enum store_status	waits_next(struct kv_range *range,
			    struct uuid *waiter);

#endif
