/*
 * event.h: what was done to a resource, as an event of RFC 9967 section 2.4.
 *
 * A change of the log is read in place; nothing of it is kept.  Pure.
 */
#ifndef FEED_EVENT_H
#define FEED_EVENT_H

#include "base/buf.h"
#include "scim/schema.h"

/*
 * Append to OUT the member "URI": {...} for CHANGE, a record of the log about
 * a resource of TYPE: NAME is "create", "patch", "put" or "delete".  With
 * FULL it holds data, unless that is large (EVT-16), else the names of
 * attributes (EVT-03).  What is never returned may be named, and is never in
 * data (EVT-05).
 */
void	event_put(struct arena *a, struct buf *out,
	    const struct resource_type *type, const char *name, struct slice change,
	    bool full);

/*
 * "activate" or "deactivate" when CHANGE, which is no create and no delete,
 * made an account usable, or ceased to; else NULL.
 */
const char	*event_activation(struct slice change);

#endif
