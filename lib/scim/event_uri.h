/*
 * event_uri.h: the events that this server sends (RFC 9967 section 2).
 */
#ifndef SCIM_EVENT_URI_H
#define SCIM_EVENT_URI_H

#include <stddef.h>

/* What every event's URI begins with. */
#define EVENT_URI "urn:ietf:params:scim:event:"

/* One of our own: a credential is held, or released (identity/breaker.h). */
#define EVENT_BREAKER "urn:muster:scim:event:breaker"

/* The URI of the Ith event; NULL past the end. */
const char	*event_uri(size_t i);

#endif
