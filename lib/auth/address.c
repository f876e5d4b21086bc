/*
 * address.c: where a client asks from.
 */
#include <arpa/inet.h>
#include <string.h>

#include "auth/address.h"
#include "base/number.h"

enum { ADDRESS_LEN = 16, ADDRESS_BITS = 128, V4_OFFSET = 96 };

struct network {
	unsigned char address[ADDRESS_LEN]; /* IPv4 as ::ffff:a.b.c.d */
	unsigned bits;			    /* of the address that count */
};

/* ::ffff:0:0/96 */
static const unsigned char mapped[V4_OFFSET / 8] = { [10] = 0xff, [11] = 0xff };

static bool
is_mapped(const unsigned char address[ADDRESS_LEN])
{
	return memcmp(address, mapped, sizeof(mapped)) == 0;
}

/* *IS_V4 tells how TEXT was written. */
static int
parse_address(
    struct slice text, unsigned char address[ADDRESS_LEN], bool *is_v4)
{
	char copy[INET6_ADDRSTRLEN];

	if (text.len == 0 || text.len >= sizeof(copy))
		return -1;
	memcpy(copy, text.data, text.len);
	copy[text.len] = '\0';
	memcpy(address, mapped, sizeof(mapped));
	*is_v4 = inet_pton(AF_INET, copy, address + sizeof(mapped)) == 1;
	return *is_v4 || inet_pton(AF_INET6, copy, address) == 1 ? 0 : -1;
}

/* "192.0.2.0/24", or an address alone. */
static int
parse_network(struct slice text, struct network *out)
{
	struct slice rest = text, name;
	int64_t bits;
	bool is_v4;

	if (!slice_next(&rest, '/', &name) ||
	    parse_address(name, out->address, &is_v4) == -1)
		return -1;
	out->bits = ADDRESS_BITS;
	if (rest.data == NULL)
		return 0;
	if (parse_int(rest, 0, is_v4 ? 32 : 128, &bits, NULL) == -1)
		return -1;
	out->bits = (unsigned)bits + (is_v4 ? V4_OFFSET : 0);
	return 0;
}

static bool
network_has(const struct network *n, const unsigned char address[ADDRESS_LEN])
{
	size_t whole = n->bits / 8;
	unsigned rest = n->bits % 8;

	if (memcmp(n->address, address, whole) != 0)
		return false;
	return rest == 0 ||
	    (n->address[whole] ^ address[whole]) >> (8 - rest) == 0;
}

int
address_check_list(struct slice list, struct error *err)
{
	struct network network;
	struct slice item;

	while (slice_next(&list, ',', &item))
		if (parse_network(slice_trim(item), &network) == -1)
			return error_set(err, ERR_INVALID_VALUE,
			    "'%.*s' is no address and no network",
			    SLICE_ARG(item));
	return 0;
}

bool
address_is_in(struct slice list, struct slice address)
{
	unsigned char bytes[ADDRESS_LEN];
	struct network network;
	struct slice item;
	bool is_v4;

	if (parse_address(address, bytes, &is_v4) == -1)
		return false;
	while (slice_next(&list, ',', &item))
		if (parse_network(slice_trim(item), &network) == 0 &&
		    network_has(&network, bytes))
			return true;
	return false;
}

/* What leads back into a network of one's own, or nowhere. */
static const char special[] =
    "0.0.0.0/8, 10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, "
    "172.16.0.0/12, 192.0.0.0/24, 192.0.2.0/24, 192.88.99.0/24, "
    "192.168.0.0/16, 198.18.0.0/15, 198.51.100.0/24, 203.0.113.0/24, "
    "224.0.0.0/3, ::/127, 64:ff9b::/96, 64:ff9b:1::/48, 100::/64, "
    "2001::/23, 2001:db8::/32, 2002::/16, fc00::/7, fe80::/10, fec0::/10, "
    "ff00::/8";

/* FNV-1a. */
uint64_t
address_key(struct slice address)
{
	unsigned char bytes[ADDRESS_LEN];
	uint64_t key = 0xcbf29ce484222325;
	bool is_v4;

	if (parse_address(address, bytes, &is_v4) == 0)
		address = (struct slice){ (const char *)bytes,
			is_mapped(bytes) ? ADDRESS_LEN : ADDRESS_LEN / 2 };
	for (size_t i = 0; i < address.len; i++)
		key = (key ^ (unsigned char)address.data[i]) * 0x100000001b3;
	return key == 0 ? 1 : key;
}

bool
address_is_public(struct slice address)
{
	unsigned char bytes[ADDRESS_LEN];
	bool is_v4;

	return parse_address(address, bytes, &is_v4) == 0 &&
	    !address_is_in(slice_of(special), address);
}

/* What stands behind the last comma goes off the end of *LIST. */
static struct slice
take_last(struct slice *list)
{
	size_t at = list->len;
	struct slice last;

	while (at > 0 && list->data[at - 1] != ',')
		at--;
	last = slice_trim(slice_from(*list, at));
	list->len = at > 0 ? at - 1 : 0;
	return last;
}

struct slice
address_of_client(
    struct slice peer, struct slice forwarded, struct slice proxies)
{
	while (forwarded.len > 0 && address_is_in(proxies, peer))
		peer = take_last(&forwarded);
	return peer;
}
