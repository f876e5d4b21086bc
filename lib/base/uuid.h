/*
 * uuid.h: time-ordered identifiers, UUID version 7 (RFC 9562 section 5.7).
 */
#ifndef BASE_UUID_H
#define BASE_UUID_H

#include <stdint.h>

#include "base/slice.h"

/* Bytes of an id, and of its text with the NUL. */
enum { UUID_LEN = 16, UUID_TEXT_LEN = 36, UUID_TEXT_SIZE = 37 };

struct uuid {
	unsigned char	bytes[UUID_LEN];
};

/*
 * A new id for the time NOW_MS.  Ids of one process ascend: within one
 * millisecond, and when the clock was set back, the last id counts up.
 */
struct uuid	uuid_new(int64_t now_ms);

/* The id as 36 lower-case characters and a NUL. */
void	uuid_format(const struct uuid *id, char text[UUID_TEXT_SIZE]);

/*
 * Read an id as uuid_format writes it; ids are case-exact (RFC 7643
 * section 3.1), so upper-case digits are another name and refused.
 *
 * Returns: 0, or -1 when TEXT is no id of ours.
 */
int	uuid_parse(struct slice text, struct uuid *id);

/* When the id was made, ms UTC. */
int64_t	uuid_time(const struct uuid *id);

/* memcmp order, which is the order of creation. */
int	uuid_compare(const struct uuid *a, const struct uuid *b);

/*
 * A number of which every bit depends on every bit of ID: those that an import
 * brings may be in a row, or all of one time.
 */
uint64_t	uuid_hash(const struct uuid *id);

#endif
