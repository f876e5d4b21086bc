/*
 * key.h: the bytes of keys; LAYOUT shows them by example.
 *
 * Parts are laid one after the other so that memcmp order is the order in
 * which they are read: numbers big-endian, text ended by a NUL (values hold
 * none: json/check.h refuses it).
 */
#ifndef STORE_KEY_H
#define STORE_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/slice.h"
#include "base/uuid.h"

enum {
	KEY_SIZE = 640,
	KEY_TEXT_MAX = 256	/* longer text: its start and its SHA-256 */
};

struct key {
	unsigned char	bytes[KEY_SIZE];
	size_t		len;
};

/* A key that begins with TENANT; every tenant's keys stand together. */
void	key_init(struct key *k, uint32_t tenant);

void	key_add_text(struct key *k, struct slice text);

/* The start of a text, at most KEY_TEXT_MAX bytes, for ranges. */
void	key_add_start(struct key *k, struct slice text);
void	key_add_uuid(struct key *k, const struct uuid *id);
void	key_add_u64(struct key *k, uint64_t number);

/* TENANT and ID, no more. */
struct key	key_of_id(uint32_t tenant, const struct uuid *id);

struct slice	key_slice(const struct key *k);

/*
 * Cut a part off the front of *REST, a key that was read from a table.
 *
 * Returns: false when there is none; *REST is then as it was.
 */
bool	key_take_tenant(struct slice *rest, uint32_t *tenant);
bool	key_take_text(struct slice *rest, struct slice *text);
bool	key_take_uuid(struct slice *rest, struct uuid *id);

/* The id, or the number, that KEY ends with. */
struct uuid	key_last_uuid(struct slice key);
uint64_t	key_last_u64(struct slice key);

/* Numbers inside values. */
void	key_put_u64(unsigned char out[8], uint64_t number);
uint64_t	key_get_u64(const unsigned char in[8]);

#endif
