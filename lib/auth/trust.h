/*
 * trust.h: what an administrator says of an issuer whose JWTs are believed.
 */
#ifndef AUTH_TRUST_H
#define AUTH_TRUST_H

#include "auth/jwt.h"

/*
 * Fill in what follows from the rest: where Entra is the issuer, its tenant
 * says most of it (ENTRA-A03, ENTRA-A04).  IS_BEARER: the JWT comes with every
 * request.  Nobody is trusted for any tenant.  New texts live in A.
 *
 * Errors: ERR_INVALID_VALUE says what is missing, or is no set of keys.
 */
int	trust_complete(struct arena *a, bool is_bearer, struct trust *trust,
	    struct error *err);

#endif
