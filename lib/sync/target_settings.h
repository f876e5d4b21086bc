/*
 * target_settings.h: where a target is, who we are there, how fast we may be
 * (spec provisioning.md section 2.2, PS-020, PS-026).
 */
#ifndef SYNC_TARGET_SETTINGS_H
#define SYNC_TARGET_SETTINGS_H

#include "base/arena.h"
#include "base/error.h"

struct json_object;

enum target_authentication {
	TARGET_BEARER,		/* the secret is the token */
	TARGET_CLIENT,		/* OAuth 2.0 client credentials */
	TARGET_ASSERTION,	/* the same, by a signature (RFC 7523) */
	TARGET_BASIC,
	TARGET_ANONYMOUS
};

struct target_settings {
	const char	*url;		/* base, without a slash at its end */
	enum target_authentication authentication;
	struct slice	 secret;	/* token, secret, password, PEM key */
	struct slice	 client_id;	/* or the name of TARGET_BASIC */
	const char	*token_url;
	bool		 in_body;	/* credentials are no header field */
	struct slice	 oauth_scope;	/* or "" */
	struct slice	 key_id;	/* "kid" of an assertion, or "" */

	int		 concurrency;	/* requests at once, at most */
	int		 rate;		/* requests a second; 0: any */
	int		 bulk;		/* operations of one; 0: none */
	int		 limit_ms;	/* for one request */
	int		 patience_ms;	/* for one, with waits and repeats */
	unsigned	 tries_max;
	size_t		 answer_max;	/* bytes */
};

/*
 * Read the member "target" of a job's definition; SECRET, which is kept
 * elsewhere, counts where the definition has none.
 *
 * Owner:  what *OUT points to lives in A, or is JSON's.
 * Errors: ERR_INVALID_VALUE that begins with the member: "url: ...".
 */
int	target_settings_read(struct arena *a, const struct json_object *json,
	    struct slice secret, struct target_settings *out,
	    struct error *err);

#endif
