/*
 * zone.h: the names of time zones, as IANA has them.
 */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include <stdbool.h>

#include "base/slice.h"

/*
 * Is there a time zone NAME ("Europe/Oslo") on this system?  Where the system
 * has no list of them, every name will do.
 */
bool	zone_exists(struct slice name);

#endif
