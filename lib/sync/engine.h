/*
 * engine.h: all jobs of a store at work, next to each other; one process of a
 * store does this.
 */
#ifndef SYNC_ENGINE_H
#define SYNC_ENGINE_H

#include "identity/identity.h"

struct engine;

/*
 * STORE is the directory of IDENTITY's store; both outlive the engine.
 *
 * LOG_AGE_MS, LOG_LEN_MAX: how long the provisioning log is kept, and how many
 * bytes of it for each tenant; 0: for ever, any number.
 */
struct engine	*engine_open(const struct identity *identity,
		    const char *store, int64_t log_age_ms,
		    uint64_t log_len_max);

/* Ends what is under way; it is begun again by the next one. */
void	engine_close(struct engine *e);

/*
 * Go on with all jobs; when nothing can, wait up to WAIT_MS until something
 * happens or a signal comes.
 */
void	engine_turn(struct engine *e, int wait_ms);

/* The same, but do not wait where nothing is left to be done. */
void	engine_turn_once(struct engine *e, int wait_ms);

/* Has nothing more to be done now? */
bool	engine_is_idle(const struct engine *e);

/* Delete what is too old in the provisioning logs. */
void	engine_prune(struct engine *e);

#endif
