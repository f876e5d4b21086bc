/*
 * vault.h: what a store must be able to read again - keys that sign, words
 * that open other servers - is sealed with a key that is in a file of its
 * own: who has a copy of the tables has not got those.
 *
 * AES-256-GCM, a fresh nonce each time; what is sealed for one place does not
 * open in another.
 */
#ifndef STORE_VAULT_H
#define STORE_VAULT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/slice.h"

enum { VAULT_FILE_MAX = 128 }; /* bytes of a key file */

struct vault {
	bool		is_on;		/* it seals; else texts stay plain */
	bool		has_key;
	unsigned char	key[DIGEST_LEN];
};

/*
 * Read the key file PATH; without one VAULT has no key.
 *
 * Errors: ERR_INTERNAL: it is no key, or others may read it; the detail says
 *         what to do.
 */
int	vault_read(struct vault *vault, const char *path, struct error *err);

/*
 * Make a key and the file PATH, which its owner and group can read, durably.
 * A file that is there already is read instead.
 */
int	vault_make(struct vault *vault, const char *path, struct error *err);

/* By which a store knows its key: 16 bytes that tell nothing of it. */
enum { VAULT_MARK_LEN = 16 };
void	vault_mark(const struct vault *vault,
	    unsigned char mark[VAULT_MARK_LEN]);

/*
 * PLAIN, sealed for the place CONTEXT: text of the alphabet of base64url,
 * with "sealed." before it; PLAIN itself when VAULT is off.  It lives in A.
 */
struct slice	vault_seal(const struct vault *vault, struct arena *a,
		    struct slice context, struct slice plain);

/* Was TEXT made by vault_seal of a vault that was on? */
bool	vault_is_sealed(struct slice text);

/*
 * What was sealed in TEXT; TEXT itself if it is not sealed.
 *
 * Errors: ERR_INTERNAL: it was changed, or sealed elsewhere.
 */
int	vault_open(const struct vault *vault, struct arena *a,
	    struct slice context, struct slice text, struct slice *plain,
	    struct error *err);

#endif
