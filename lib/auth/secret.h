/*
 * secret.h: secrets that clients present: a prefix that says what it is, 40
 * letters and digits that nobody can guess (238 bits), and a checksum, so
 * that a typo can be told from a wrong secret.
 */
#ifndef AUTH_SECRET_H
#define AUTH_SECRET_H

#include "base/slice.h"

enum {
	SECRET_PREFIX_LEN = 4, /* "mst_" */
	SECRET_PLAIN_LEN = 44, /* prefix and random part: the old form */
	SECRET_LEN = 50,       /* and the checksum */
	SECRET_SIZE = 51
};

/* Make a secret that begins with PREFIX, SECRET_PREFIX_LEN bytes. */
void	secret_make(const char *prefix, char secret[SECRET_SIZE]);

/*
 * What is wrong with the form of TEXT, for the log; NULL when muster could
 * have made it, now or before there were checksums.
 */
const char	*secret_fault(const char *prefix, struct slice text);

#endif
