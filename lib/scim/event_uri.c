/*
 * event_uri.c: the events that this server sends.  A receiver's feed is what
 * its stream names, so nothing joins or leaves one: no feed:add, feed:remove.
 */
#include "base/nelem.h"
#include "scim/event_uri.h"

static const char *const uris[] = {
	EVENT_URI "prov:create:notice",
	EVENT_URI "prov:create:full",
	EVENT_URI "prov:patch:notice",
	EVENT_URI "prov:patch:full",
	EVENT_URI "prov:put:notice",
	EVENT_URI "prov:put:full",
	EVENT_URI "prov:delete",
	EVENT_URI "prov:activate",
	EVENT_URI "prov:deactivate",
	EVENT_URI "misc:asyncresp",
};

const char *
event_uri(size_t i)
{
	return i < NELEM(uris) ? uris[i] : NULL;
}
