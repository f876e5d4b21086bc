/*
 * target_token.h: the access token of a target, which comes from an OAuth 2.0
 * token endpoint (RFC 6749 section 4.4, RFC 7523), is kept, and is renewed
 * before its end.
 */
#ifndef SYNC_TARGET_TOKEN_H
#define SYNC_TARGET_TOKEN_H

#include "sync/target.h"

struct target_token;

/*
 * Errors: ERR_INVALID_VALUE when a key is wanted and the secret is none.
 */
int	target_token_open(struct http_pool *pool,
	    const struct target_settings *settings,
	    const struct target_world *world, struct target_token **out,
	    struct error *err);
void	target_token_close(struct target_token *token);

enum target_token_state {
	TOKEN_READY,	/* target_token_authorization has it */
	TOKEN_COMING,	/* it was asked for, or will be in a moment */
	TOKEN_BAD	/* there is none for a while: target_token_problem */
};

/* What there is at NOW; asks for what there is not. */
enum target_token_state	target_token_turn(struct target_token *token,
	    int64_t now);

/* "Bearer ..."; good until the next turn. */
struct slice	target_token_authorization(const struct target_token *token);

/* Why there is none: our credentials were refused, or nobody answered. */
const char	*target_token_problem(const struct target_token *token,
		    enum target_outcome *outcome);

/* The target did not take AUTHORIZATION: another is asked for. */
void	target_token_renew(
	    struct target_token *token, struct slice authorization);

#endif
