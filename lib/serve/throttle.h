/*
 * throttle.h: how often a credential and a tenant may ask, and for how much
 * at once (429, RFC 6585 section 4).
 *
 * Each has a bucket of its own (auth/bucket.h): that of a credential follows
 * its own rate, else MUSTER_RATE; that of a tenant its own, else
 * MUSTER_TENANT_RATE; in flight the same way.  Without any of these nothing
 * is counted, and nothing costs; what it costs else is the row "limits" of
 * `make bench`: one or two microseconds of CPU a request.
 */
#ifndef SERVE_THROTTLE_H
#define SERVE_THROTTLE_H

#include "auth/credential.h"
#include "serve/pipeline.h"

/*
 * CALL of the credential C, of a tenant with LIMITS, begins.  What is left is
 * said in RateLimit-* and in the names that SailPoint reads (SP-04).
 *
 * Errors: ERR_RATE, with Retry-After in the reply.
 */
int	throttle_enter(struct call *call, const struct credential *c,
	    const int64_t limits[LIMIT_MAX], struct error *err);

/*
 * CALL was not let in, when ERR is ERR_UNAUTHORIZED: one more of its address.
 * Those who come with what is good are not counted, and not refused, wherever
 * they come from.
 *
 * Errors: ERR_RATE in place of that, with Retry-After in the reply, when there
 *         were more than MUSTER_FAILURES.
 */
int	throttle_failed(struct call *call, struct error *err);

/*
 * CALL says TEXT of who it is, to the URL of TENANT.  What this process has
 * refused so lately is refused again while its address is, before anybody
 * looks for it; what it never refused is not, wherever it comes from.
 *
 * Errors: ERR_RATE, as above.
 */
int	throttle_again(struct call *call, struct slice tenant,
	    struct slice text, struct error *err);

/* The request is answered, whatever it was. */
void	throttle_leave(struct server *server);

#endif
