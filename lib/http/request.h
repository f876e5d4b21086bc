/*
 * request.h: one HTTP request as CGI variables describe it (RFC 3875).
 */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/slice.h"

enum http_method {
	HTTP_GET,
	HTTP_HEAD,
	HTTP_POST,
	HTTP_PUT,
	HTTP_PATCH,
	HTTP_DELETE,
	HTTP_OPTIONS,
	HTTP_METHOD_MAX		/* any other word */
};

/* A CGI variable: "HTTP_ACCEPT", "*" "/" "*". */
struct http_variable {
	struct slice	name;
	struct slice	value;
};

struct http_request {
	struct arena		*arena;		/* of this request */
	enum http_method	 method;
	struct slice		 method_name;	/* as it came */
	struct slice		 script_name;	/* decoded, "" or "/..." */
	struct slice		 path_info;	/* decoded, "" or "/..." */
	struct slice		 query;		/* raw, without '?' */
	struct slice		 content_type;
	struct slice		 content_length; /* as it came */
	struct slice		 scheme;	/* "http" or "https" */
	struct slice		 host;		/* "name[:port]", as it came */
	struct slice		 address;	/* "192.0.2.1[:port]" of ours */
	struct slice		 remote_addr;
	struct slice		 body;
	bool			 from_apache;
	bool			 has_hidden_slash; /* "%2F" in the URL's path */
	int			 refused;	/* status of the web server's
						   own error, or 0 */
	bool			 body_too_large; /* body is then empty */
	bool			 body_cut;	/* ended before its length */
	const struct http_variable *variables;
	size_t			 nvariables;
	const struct http_variable *fields;	/* of them the header fields,
						   as "ACCEPT" */
	size_t			 nfields;
};

/* Fill REQUEST, all but the body, from N variables that live as long. */
void	http_request_init(struct http_request *request, struct arena *a,
	    const struct http_variable *variables, size_t n);

/* The same from an environment, NULL-terminated "NAME=value". */
void	http_request_init_env(struct http_request *request, struct arena *a,
	    char *const *env);

/*
 * A header field by its name, as "If-Match"; empty when there is none.
 * "Authorization" is found under all the names servers give it
 * (HTTP_AUTHORIZATION, REDIRECT_HTTP_AUTHORIZATION).
 */
struct slice	http_header(const struct http_request *request,
		    const char *name);

/* A variable of the web server itself, as "SSL_CLIENT_S_DN"; or empty. */
struct slice	http_variable(const struct http_request *request,
		    const char *name);

/*
 * The query parameter NAME (exact): '+' becomes a space, then one
 * percent-decoding (HTTP-14); the first of several.
 *
 * Returns: how many there are; a parameter without '=' is empty.  A broken
 *          escape stays as it came; the value may not be UTF-8.
 */
size_t	http_query(const struct http_request *request, const char *name,
	    struct slice *value);

/* A parameter that is looked for, and how often it was found. */
struct http_parameter {
	struct slice	 name;
	struct slice	*value;	/* as it was, where there is none */
	size_t		 n;
};

/* The same of N parameters with one look at the query. */
void	http_queries(const struct http_request *request,
	    struct http_parameter *wanted, size_t n);

/* The same of the body, a form (application/x-www-form-urlencoded). */
size_t	http_form(const struct http_request *request, const char *name,
	    struct slice *value);

/* One percent-decoding of TEXT, as of the value of a parameter. */
struct slice	http_decode(struct arena *a, struct slice text);

/* "GET" for HTTP_GET. */
const char	*http_method_name(enum http_method method);

#endif
