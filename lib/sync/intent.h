/*
 * intent.h: what is to be done about one source object: its scope, its link and
 * the deprovisioning rules decide (spec provisioning.md section 2.8), and its
 * mappings say what the target is to have.
 */
#ifndef SYNC_INTENT_H
#define SYNC_INTENT_H

#include "sync/link.h"
#include "sync/quarantine.h"
#include "sync/subject.h"

enum act {
	ACT_NOTHING,
	ACT_PROVISION,	/* match, create or update, enable */
	ACT_DISABLE,
	ACT_DELETE,
	ACT_MAX
};

enum intent_result {
	INTENT_SKIPPED,
	INTENT_DONE,
	INTENT_FAILED
};

/* A reference that waits for its object. */
struct wanted {
	struct uuid	*ids;
	size_t		 n;
};

/* A candidate for a unique value that somebody else has. */
struct taken {
	const struct mapping_row	*row;
	struct slice			 candidate;
};

struct intent {
	struct subject		 subject;
	struct link		 link;	/* as it is, then as it became */
	enum act		 act;
	bool			 may_create; /* else matched and updated only */
	int64_t			 delete_at; /* when it is disabled; 0: never */
	bool			 creates; /* FLOWS are those of a creation */
	struct flow		*flows;
	size_t			 nflows;
	struct wanted		 wanted;
	struct taken		*taken;
	size_t			 ntaken;
	const struct json_object *found; /* at the target; or NULL */

	/* Its batch's. */
	enum operation		 operation; /* that it began as */
	int64_t			 rests_until; /* since that rests; or 0 */

	/* What became of it. */
	enum intent_result	 result;
	const char		*action; /* "create", "update", "disable",
					    "delete", "other" */
	struct slice		 code;	/* of PS-090, or "" */
	struct slice		 detail;
	struct json_object	*changes; /* as difference_show; or NULL */
	struct json_object	*wire;	/* the request that failed; or NULL */
	int64_t			 began_us; /* monotonic; 0: no request */
	int64_t			 took_us;
	bool			 became_active;
	bool			 was_enabled;	/* it was there, and not active */
};

/*
 * Read the object ID of TYPE and its link and decide.  Where that fails the
 * intent has failed, with its code and detail.
 *
 * Owner:   *OUT lives in the arena of RUN.
 * Returns: 0, or -1 after STORE_FAIL.
 */
int	intent_make(struct kv_txn *txn, const struct run *run,
	    const struct uuid *id, struct slice type, struct intent *out,
	    struct error *err);

/*
 * Work out the flows of PLAN, for an object that is created or is there.
 *
 * Errors: those of mapping_evaluate.
 */
int	intent_map(struct kv_txn *txn, const struct run *run,
	    struct intent *intent, bool creates, struct error *err);

/*
 * INTENT is carried out: its time of grace, if there is one, goes on or begins;
 * else it has none any more.
 */
void	intent_begin_grace(const struct run *run, struct intent *intent);

/*
 * Does INTENT disable or delete what the target has: by a deprovisioning rule,
 * or since the mappings say so (PS-089)?
 */
bool	intent_takes_away(const struct intent *intent);

/* What INTENT, which has a rule, begins as (PS-083). */
enum operation	intent_operation(const struct intent *intent);

/* CANDIDATE of ROW is somebody else's: FLOWS are to be worked out again. */
void	intent_pass(const struct run *run, struct intent *intent,
	    const struct mapping_row *row, struct slice candidate);

/* PLAN has failed since its flows could not be worked out. */
void	intent_fail_mapping(const struct run *run, struct intent *intent,
	    const struct error *err);

/* PLAN has failed: CODE of PS-090 and why. */
void	intent_fail(const struct run *run, struct intent *intent,
	    const char *code, struct slice detail);

/* PLAN ends without a change: CODE of PS-090, or "", and why. */
void	intent_skip(const struct run *run, struct intent *intent,
	    const char *code, struct slice detail);

#endif
