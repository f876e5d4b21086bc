/*
 * verify_private.h: what the parts of verify share.
 */
#ifndef IDENTITY_VERIFY_PRIVATE_H
#define IDENTITY_VERIFY_PRIVATE_H

#include "identity/verify.h"

/* What to do: the other half of each line. */
#define DO_REINDEX	"run: muster reindex --again"
#define DO_RECOUNT						\
	"stop the programs and run: muster upgrade --again"
#define DO_REBUILD						\
	"run: muster export, and muster import into a new store"
#define DO_RESTORE	"restore this resource from a backup, or delete it"

struct verify_tenant {
	struct slice	name;
	uint32_t	number;
	bool		has_log_only;	/* deleted; or the store itself */
};

struct verify_run {
	const struct verify	*order;
	struct verify_result	*result;
	struct verify_tenant	*tenants;
	size_t			 ntenants;
	size_t			 found_tenant;	/* asked for last */

	/* One transaction: begun anew by each run of its body. */
	struct arena		*found;		/* what problems live in */
	const char		**problems;
	size_t			 nproblems;
};

/* Note a problem of this transaction; told once it is over. */
void	verify_problem(struct verify_run *v, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));

/* Run BODY on a clean list of problems, then tell them. */
int	verify_view(struct verify_run *v, store_body *body, void *arg,
	    struct error *err);

/* "acme", or NULL when there is no such tenant. */
const char	*verify_tenant_name(struct verify_run *v, uint32_t tenant);

/*
 * Check what is under KEY, which stood there when its table was walked and
 * may be gone since.  Returns 0, or -1 when it could not be read.
 */
typedef int verify_key_fn(struct verify_run *v, struct kv_txn *txn,
    struct slice key);

verify_key_fn	verify_resource, verify_unique, verify_index;
verify_key_fn	verify_member, verify_group, verify_credential;
verify_key_fn	verify_stream, verify_request, verify_breaker;
verify_key_fn	verify_job, verify_link;

/* The counters of all tenants. */
int	verify_counts(struct verify_run *v, struct error *err);

/* The blocks of ranks.h, of one type. */
int	verify_ranks(struct verify_run *v, const struct verify_tenant *tenant,
	    const struct resource_type *type, struct error *err);

/* The change logs of all tenants. */
int	verify_changes(struct verify_run *v, struct error *err);

/* The state in which a change left a resource. */
struct footprint {
	struct uuid			 id;
	const struct resource_type	*type;
	uint64_t			 sequence;
	uint64_t			 version;	/* 0: deleted */
};

/*
 * The last footprints of the resources of one part: of those whose ids fall
 * to PART of PARTS.  A part with too many resources is halved while it is
 * filled; the other half waits for its turn.
 */
struct footprints {
	struct footprint	*all;
	size_t			 n, max;
	uint64_t		 parts, part;
	struct { uint64_t parts, part; } waiting[64];
	size_t			 nwaiting;
};

/* Begin with the one part that all belong to; ALL of MAX lives in A. */
void	footprints_init(struct footprints *f, struct arena *a, size_t max);

/* Begin with the next part that waits; false: none does. */
bool	footprints_next(struct footprints *f);

/* Take ONE, if it belongs to this part. */
void	footprints_add(struct footprints *f, const struct footprint *one);

/* Of each resource the last one stays. */
void	footprints_keep_last(struct footprints *f);

#endif
