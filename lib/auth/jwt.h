/*
 * jwt.h: JSON Web Tokens of issuers that an administrator trusts (RFC 7519,
 * with the advice of RFC 8725).
 */
#ifndef AUTH_JWT_H
#define AUTH_JWT_H

#include <stdint.h>

#include "auth/jwks.h"

struct json_object;

enum {
	JWT_LEN_MAX = 16384,
	JWT_SKEW = 300,		/* seconds that two clocks may differ */
	JWT_LIFE_MAX = 86400	/* seconds until "exp", from now on */
};

struct jwt {
	enum jwt_alg		 alg;
	struct slice		 kid;
	struct json_object	*claims;
	struct slice		 text;		/* that is signed */
	struct slice		 signature;
};

/* What a token must say to be believed; "" for what does not matter. */
struct trust {
	struct slice	issuer;
	struct slice	audiences;	/* one of them, with commas */
	struct slice	subject;
	struct slice	tenant_id;	/* of the issuer: "tid" */
	struct slice	keys;		/* JSON, jwks.h */
	struct slice	keys_url;	/* where they are instead, or "" */
};

/* Could TEXT be a JWT?  Two dots, and begins with '{' in base64. */
bool	jwt_is(struct slice text);

/*
 * Read TEXT, in the compact form; nothing of it is believed yet.
 *
 * Errors: ERR_UNAUTHORIZED, with a detail for the log, as below.
 */
int	jwt_parse(struct arena *a, struct slice text, struct jwt *out,
	    struct error *err);

/* A claim that is a string, or "". */
struct slice	jwt_claim(const struct jwt *jwt, const char *name);

/* "exp", in ms UTC; 0 when it is none. */
int64_t	jwt_expires_at(const struct jwt *jwt);

/*
 * May JWT be believed at NOW: signature, issuer, audience, subject, tenant
 * and times?
 *
 * Errors: ERR_UNAUTHORIZED.
 */
int	jwt_check(struct arena *a, int64_t now, const struct jwt *jwt,
	    const struct trust *trust, struct error *err);

#endif
