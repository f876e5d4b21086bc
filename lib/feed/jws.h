/*
 * jws.h: signed tokens in their compact form (RFC 7515 section 7.1), and the
 * keys to check them with (RFC 7517).
 */
#ifndef FEED_JWS_H
#define FEED_JWS_H

#include "base/arena.h"
#include "base/digest_sign.h"

/*
 * PAYLOAD, the JSON of a security event token, signed by KEY: ES256, with
 * "typ": "secevent+jwt" (RFC 8417 section 2.3) and the id of the key.
 *
 * Owner: the result lives in A.
 */
struct slice	jws_sign(
	    struct arena *a, const struct sign_key *key, struct slice payload);

/* The set of keys that holds the public half of KEY (RFC 7517 section 5). */
struct slice	jws_key_set(struct arena *a, const struct sign_key *key);

#endif
