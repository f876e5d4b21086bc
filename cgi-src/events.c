/*
 * events.c: what receivers of security event tokens ask for: tokens, by poll
 * (RFC 8936), the keys that they are signed with, and the outcome of a
 * request that is answered later (RFC 9967 section 2.5.1).
 */
#include "base/nelem.h"
#include "feed/jws.h"
#include "feed/poll.h"
#include "feed/signer.h"
#include "serve/serve.h"

/* RFC 8936 section 2.3: not SCIM's media type. */
static int
poll_stream(struct call *call, struct error *err)
{
	call->reply->content_type = "application/json";
	return poll_answer(call->identity, &call->caller, call->id, call->body,
	    &call->reply->body, err);
}

static int
list_keys(struct call *call, struct error *err)
{
	struct sign_key *key;

	if (signer_open_public(call->identity->store, call->caller.tenant,
		call->tenant_name, &key, err) == -1)
		return -1;
	call->reply->content_type = "application/jwk-set+json";
	buf_slice(&call->reply->body, jws_key_set(call->arena, key));
	sign_key_free(key);
	return 0;
}

/* clang-format off */
static const struct route routes[] = {
	/* method	path			scope		handler */
	{ HTTP_POST,	"/.events/streams/:id",	SCOPE_READ,	poll_stream },
	{ HTTP_GET,	"/.events/results/:id",	SCOPE_READ,	serve_result },
	{ HTTP_GET,	"/.events/jwks",	SCOPE_PUBLIC,	list_keys },
};
/* clang-format on */

static const struct endpoint events = {
	.name = "events",
	.routes = routes,
	.nroutes = NELEM(routes),
};

int
main(void)
{
	return serve_main(&events);
}
