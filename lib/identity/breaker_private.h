/*
 * breaker_private.h: what the files of the breaker share.
 */
#ifndef IDENTITY_BREAKER_PRIVATE_H
#define IDENTITY_BREAKER_PRIVATE_H

#include "identity/breaker.h"
#include "identity/breaker_window.h"

/* Members of a group that are named. */
enum { BREAKER_NAMED_MAX = 100 };

/* The window of CREDENTIAL, to be changed by TXN. */
int	breaker_load(struct kv_txn *txn, uint32_t tenant,
	    struct slice credential, struct breaker_window *w,
	    struct error *err);
int	breaker_save(struct kv_txn *txn, uint32_t tenant,
	    struct slice credential, const struct breaker_window *w);

/*
 * The change log is told WHAT became of CREDENTIAL.  The event stands for
 * itself: who looks what a request has changed does not find it.
 */
int	breaker_raise(struct kv_txn *txn, const struct caller *caller,
	    struct slice credential, const char *what, int64_t taken);

/* Is there a breaker, for CALLER? */
bool	breaker_is_on(
	    const struct identity *identity, const struct caller *caller);

/* Is the account BODY disabled?  One without "active" is usable. */
bool	breaker_is_disabled(struct slice body);

/* The act that NOTE tells; BREAKER_ACT_MAX: none.  Working memory is in A. */
enum breaker_act	breaker_act_of(struct arena *a, struct slice note);

/*
 * What CHANGE would take away, C, is not done by TXN, but noted; W is saved.
 */
int	breaker_keep_aside(struct kv_txn *txn, const struct caller *caller,
	    const struct change *change, const struct breaker_case *c,
	    struct breaker_window *w, struct error *err);

/*
 * PATCH the resource ID in the name of CREDENTIAL, and count nothing of it;
 * one that is gone is as it should be.
 */
int	breaker_patch(const struct identity *identity,
	    const struct caller *caller, struct slice credential,
	    const struct resource_type *type, const struct uuid *id,
	    struct slice operations, struct error *err);

/*
 * Who has left a group for CREDENTIAL alone leaves it for all, with DO_IT, or
 * has never left; about *LEFT of them, which are counted down.
 *
 * Returns: 1 when that were all, 0 when no more may, -1.
 */
int	breaker_left_clear(const struct identity *identity,
	    const struct caller *caller, struct slice credential, bool do_it,
	    size_t *left, struct error *err);

/* The note of C, JSON in A. */
struct slice	breaker_note_text(
	    struct arena *a, int64_t now, const struct breaker_case *c);

#endif
