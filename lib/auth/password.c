/*
 * password.c: passwords are kept as yescrypt hashes only.
 */
#include <crypt.h>
#include <string.h>

#include "auth/password.h"
#include "base/digest.h"
#include "base/text.h"

int
password_hash(struct arena *a, struct slice password, struct slice *out,
    struct error *err)
{
	struct crypt_data *data = arena_calloc(a, 1, sizeof(*data));
	char setting[CRYPT_GENSALT_OUTPUT_SIZE], *hashed;
	const char *text;

	password = text_nfc(a, password);
	if (password.len == 0 || password.len > PASSWORD_LEN_MAX)
		return error_set(err, ERR_INVALID_VALUE,
		    "the password must have 1 to %d bytes", PASSWORD_LEN_MAX);
	text = arena_strndup(a, password.data, password.len);
	if (crypt_gensalt_rn("$y$", 0, NULL, 0, setting, sizeof(setting)) ==
	    NULL)
		return error_set(err, ERR_INTERNAL, "no salt for a password");
	hashed = crypt_r(text, setting, data);
	if (hashed == NULL || hashed[0] == '*')
		return error_set(err, ERR_INTERNAL, "crypt_r failed");
	*out = slice_of(arena_strdup(a, hashed));
	return 0;
}

bool
password_matches(struct arena *a, struct slice password, struct slice hash)
{
	struct crypt_data *data = arena_calloc(a, 1, sizeof(*data));
	const char *text, *hashed;

	password = text_nfc(a, password);
	text = arena_strndup(a, password.data, password.len);
	hashed = crypt_r(text, arena_strndup(a, hash.data, hash.len), data);
	return hashed != NULL && hashed[0] != '*' &&
	    strlen(hashed) == hash.len &&
	    digest_equal(hashed, hash.data, hash.len);
}
