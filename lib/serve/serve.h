/*
 * serve.h: the way a request takes, the same in every program:
 *
 *	limits -> route -> tenant and credential -> media type -> body
 *	    -> handler -> reply -> log line
 *
 * A program is a table of routes; handlers begin with a checked request and
 * end by returning.
 */
#ifndef SERVE_SERVE_H
#define SERVE_SERVE_H

#include <stddef.h>

#include "auth/role.h"
#include "auth/scope.h"
#include "base/digest.h"
#include "http/reply.h"
#include "http/request.h"
#include "identity/identity.h"

/* What a credential must allow for a route. */
enum scope {
	SCOPE_NONE,	/* no credential, but the store: health */
	SCOPE_DISCOVERY, /* one is not needed, but looked at */
	SCOPE_CLIENT,	/* its form says who asks: the token endpoint */
	SCOPE_MONITOR,	/* "admin", or from this machine: /metrics */
	SCOPE_PUBLIC,	/* no credential, the tenant of the URL, be there
			   one or not: keys */
	SCOPE_READ,
	SCOPE_WRITE,
	SCOPE_BULK,	/* also one that belongs to a user: /Bulk */
	SCOPE_ME,	/* only one that belongs to a user: /Me */
	SCOPE_OF_ONE,	/* an administrator, of one tenant or of all */
	SCOPE_OF_ALL	/* an administrator of all tenants */
};

/* The same with the roles (auth/role.h) that an administrator must have. */
enum { SCOPE_ROLES_SHIFT = 8 };
#define SCOPE_ADMIN(roles)	(SCOPE_OF_ONE | (roles) << SCOPE_ROLES_SHIFT)
#define SCOPE_ADMIN_ALL(roles)	(SCOPE_OF_ALL | (roles) << SCOPE_ROLES_SHIFT)

/* A checked request, on its way through a handler. */
struct call {
	struct http_request		*request;
	struct http_reply		*reply;
	struct arena			*arena;
	const struct identity		*identity;
	struct caller			 caller;
	const struct resource_type	*type;	/* of the path, or NULL */
	struct slice			 base_url;
	struct slice			 path;	/* below the base URL */
	const struct endpoint		*endpoint;
	struct slice			 in;	/* ":in" of the route */
	struct slice			 id;	/* ":id" of it */
	struct slice			 tenant_name; /* of a public route; of
						   another caller.tenant says it */
	struct slice			 user;	/* whose credential; "": none */
	struct slice			 scope;	/* of the credential */
	struct slice			 narrowed; /* of its token, or "" */
	enum role			 role;	/* of an administrator */
	bool				 takes_json; /* but not scim+json */
	unsigned char			 credential[DIGEST_LEN]; /* its key */
	bool				 is_kept; /* accepted before (async.h) */
	bool				 is_form; /* the body, no JSON */
	struct slice			 known;	/* credential that came, good
						   or not; "": none is known */
	uint32_t			 known_tenant; /* its tenant */
	struct slice			 refusal; /* why it was not let in, for
						     the log; or "" */
	uint32_t			 fired;	/* tolerances, by bits */
	struct json_object		*body;	/* parsed, or NULL */
	const struct settings		*settings;
	struct meter			**meter; /* of the process (throttle.h) */
	struct meter			**failures; /* the same */
	struct refused			*refused; /* the same */
	uint64_t			 claim; /* a hash of who it says it is;
						   0: nobody, or not asked */
	bool				 is_counted; /* among the failures */
};

/* May the credential do VERB with resources of TYPE? */
bool	call_may(const struct call *call, const struct resource_type *type,
	    enum scope_verb verb);

/* The address that CALL came from, behind the proxies that we know. */
struct slice	call_client_address(const struct call *call);

/* Did CALL come from this machine, with no proxy between? */
bool	call_is_local(const struct call *call);

/* That it may not; returns -1. */
int	call_forbidden(const struct call *call,
	    const struct resource_type *type, enum scope_verb verb,
	    struct error *err);

/* 0 with the reply filled, or -1 with ERR set. */
typedef int serve_handler(struct call *call, struct error *err);

struct route {
	enum http_method	 method;
	const char		*path;	/* "/Users/:id", "/:type/:id" (locate.h) */
	unsigned		 scope;	/* enum scope, and roles */
	serve_handler		*handler;
};

/* May the administrator who asks take ROUTE? */
bool	call_may_take(const struct call *call, const struct route *route);

struct endpoint {
	const char		*name;		/* of the program, for the log */
	const char		*segment;	/* "Users", where a URL without
						   version points to; or NULL */
	const char		*base;		/* what its paths are below, where
						   that is not SCIM's; or NULL */
	const struct route	*routes;
	size_t			 nroutes;
	bool			 is_bulk;	/* bodies of the bulk limit */
	int64_t			 body_max;	/* less than others; or 0 */
};

/* Serve ENDPOINT as this process was started: FastCGI or CGI. */
int	serve_main(const struct endpoint *endpoint);

/*
 * The query parameter NAME, decoded; .data is NULL when there is none.  Two
 * are ERR_INVALID_VALUE: which one was meant is not ours to say.
 */
int	call_parameter(const struct call *call, const char *name,
	    struct slice *value, struct error *err);

/* The same of N parameters. */
int	call_parameters(const struct call *call,
	    struct http_parameter *wanted, size_t n, struct error *err);

/*
 * The status of a write of TYPE that was done, for a client that does not say
 * what it wants back: 204 for the PATCH of a Group where the profile has it
 * so (ENTRA-31).
 */
int	serve_write_status(const struct call *call,
	    const struct resource_type *type, enum write_kind kind);

/* Resources of call->type; lists without a type are over all of them. */
serve_handler	serve_list, serve_search, serve_create, serve_read,
		serve_replace, serve_patch, serve_delete;

/* The members of the group call->id, page by page. */
serve_handler	serve_members;

/* Many operations in one request (RFC 7644 section 3.7). */
serve_handler	serve_bulk;

/* The token endpoint (RFC 6749 section 3.2). */
serve_handler	serve_token;

/* The user that the credential belongs to (RFC 7644 section 3.11). */
serve_handler	serve_me;

/* Discovery (RFC 7644 section 4) and what this program does not do. */
serve_handler	serve_provider_config, serve_resource_types,
		serve_resource_type, serve_schemas, serve_schema,
		serve_not_implemented;

/* For monitors: does the store answer; what was counted. */
serve_handler	serve_health, serve_metrics;

/* What became of a request that is answered later (async.h). */
serve_handler	serve_result;

#endif
