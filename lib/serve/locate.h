/*
 * locate.h: where a request points to: which tenant, and what below the
 * SCIM base URL.
 */
#ifndef SERVE_LOCATE_H
#define SERVE_LOCATE_H

#include "base/arena.h"
#include "base/error.h"
#include "http/request.h"

struct catalog;

struct location {
	struct slice	base;		/* "/scim/v2" or "/scim" */
	struct slice	tenant;		/* "" for the credential's own */
	struct slice	path;		/* "/Users/ID", no trailing slash */
	bool		version_ok;	/* v2, or no version at all */
};

/*
 * Read the URL path of REQUEST: /scim/v2/Users/ID, with a tenant behind
 * /scim, or without the version, which then is the newest (HTTP-05).  SEGMENT
 * is the endpoint that the program stands for when there is neither version
 * nor /scim (/cgi-bin/users/ID), or NULL.
 * Empty segments do not count: BASE//Users/ is BASE/Users (ENTRA-G18).
 */
void	locate(struct arena *a, const struct http_request *request,
	    const struct catalog *catalog, const char *segment,
	    struct location *out);

/*
 * The same for a program that is not of SCIM: its paths are those below BASE
 * ("/admin/v1"), or below the program's own place.
 */
void	locate_below(struct arena *a, const struct http_request *request,
	    const char *base, struct location *out);

/*
 * Does PATH fit PATTERN ("/Users/:id")?  ":id" takes one segment that does
 * not begin with a dot, which is then in *ID, and ":in" another, in *IN;
 * ":type" takes any one.
 */
bool	locate_match(const char *pattern, struct slice path,
	    struct slice *in, struct slice *id);

/* The first segment of PATH: "Users"; "" when there is none. */
struct slice	locate_segment(struct slice path);

#endif
