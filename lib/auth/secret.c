/*
 * secret.c: secrets that clients present.
 */
#include <string.h>

#include "auth/secret.h"
#include "base/digest.h"

static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "abcdefghijklmnopqrstuvwxyz";
enum { LETTERS = sizeof(alphabet) - 1 };

/* Letters and digits out of the SHA-256 of what stands before. */
static void
put_sum(const char *secret, char *sum)
{
	unsigned char hash[DIGEST_LEN];

	digest_sha256((struct slice){ secret, SECRET_PLAIN_LEN }, hash);
	for (size_t i = 0; i < SECRET_LEN - SECRET_PLAIN_LEN; i++)
		sum[i] = alphabet[hash[i] % LETTERS];
}

/* A byte that would favour some letters is thrown away. */
void
secret_make(const char *prefix, char secret[SECRET_SIZE])
{
	const unsigned limit = 256 / LETTERS * LETTERS;
	size_t len = SECRET_PREFIX_LEN;
	unsigned char byte;

	memcpy(secret, prefix, len);
	while (len < SECRET_PLAIN_LEN) {
		digest_random(&byte, 1);
		if (byte < limit)
			secret[len++] = alphabet[byte % LETTERS];
	}
	put_sum(secret, secret + len);
	secret[SECRET_LEN] = '\0';
}

static bool
has_only_letters(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] == '\0' ||
		    strchr(alphabet, text.data[i]) == NULL)
			return false;
	return true;
}

const char *
secret_fault(const char *prefix, struct slice text)
{
	char sum[SECRET_LEN - SECRET_PLAIN_LEN];

	if (text.len == 0)
		return "it is empty";
	if (text.len < SECRET_PREFIX_LEN ||
	    memcmp(text.data, prefix, SECRET_PREFIX_LEN) != 0)
		return "it does not begin as one: something else was pasted";
	if (!has_only_letters(slice_from(text, SECRET_PREFIX_LEN)))
		return "it has a character that none has";
	if (text.len == SECRET_PLAIN_LEN)
		return NULL;
	if (text.len != SECRET_LEN)
		return text.len < SECRET_LEN ? "it is too short: a part is gone"
					     : "it is too long";
	put_sum(text.data, sum);
	return memcmp(sum, text.data + SECRET_PLAIN_LEN, sizeof(sum)) == 0
	    ? NULL
	    : "its checksum is wrong: a typo";
}
