/*
 * uri.h: references: are two URIs the same (RFC 3986 section 6.2), and do
 * they name the same resource (RFC 7643 section 2.4)?
 */
#ifndef SCIM_URI_H
#define SCIM_URI_H

#include "base/arena.h"
#include "base/slice.h"

/*
 * TEXT in the form that equivalent URIs have in common: scheme and host in
 * lower case, no default port, no dot segments, percent-encoding only where
 * it is needed.
 *
 * Owner: the result lives in A.
 */
struct slice	uri_normalise(struct arena *a, struct slice text);

/* Are X and Y equivalent? */
bool	uri_equal(struct arena *a, struct slice x, struct slice y);

/*
 * Do X and Y name the same SCIM resource?  The version of the protocol in
 * front of type and id does not count ("/v2/Users/1" is "/Users/1"), and a
 * relative one may start at the host, at the service root or at another
 * resource ("Users/1", "../Users/1").
 */
bool	uri_same_resource(struct arena *a, struct slice x, struct slice y);

/* The id in the URI of a resource: its last segment, decoded; or empty. */
struct slice	uri_resource_id(struct arena *a, struct slice text);

#endif
