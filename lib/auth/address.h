/*
 * address.h: where a client asks from: lists of addresses and networks
 * (CIDR, RFC 4632 and RFC 4291), and proxies in front.
 */
#ifndef AUTH_ADDRESS_H
#define AUTH_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/slice.h"

/*
 * Is LIST one of addresses and networks, "192.0.2.0/24, 2001:db8::1"?
 *
 * Errors: ERR_INVALID_VALUE names the item that is none.
 */
int	address_check_list(struct slice list, struct error *err);

/*
 * Is ADDRESS one that LIST has?  ::ffff:192.0.2.1 is 192.0.2.1.  What is no
 * address is in no list.
 */
bool	address_is_in(struct slice list, struct slice address);

/*
 * A number for ADDRESS, not 0, by which it is counted: that of the network of
 * 64 bits that one client of IPv6 has.
 */
uint64_t	address_key(struct slice address);

/* Is ADDRESS one that the whole internet can reach (RFC 6890)? */
bool	address_is_public(struct slice address);

/*
 * Who asks: PEER, whom the web server sees, or when that is one of the listed
 * PROXIES, the last in FORWARDED (X-Forwarded-For) that is none of them.
 * Anybody can write what stands further to the left.
 */
struct slice	address_of_client(
	    struct slice peer, struct slice forwarded, struct slice proxies);

#endif
