/*
 * sealing.h: a store that is older than key files gets one.
 */
#ifndef CLI_SEALING_H
#define CLI_SEALING_H

#include "verb.h"

/*
 * Make the key file of the store of W if it has none, and seal with it what
 * is not sealed yet in TENANTS; begun and killed, it is done again.
 */
int	sealing_run(struct workplace *w, const struct named_tenants *tenants,
	    struct error *err);

#endif
