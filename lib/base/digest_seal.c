/*
 * digest_seal.c: AES-256-GCM of OpenSSL.
 */
#include <string.h>

#include "base/crypto.h"
#include "base/digest_seal.h"
#include "base/log.h"

enum { NONCE_LEN = 12, TAG_LEN = 16 };
_Static_assert(NONCE_LEN + TAG_LEN == SEAL_EXTRA_LEN, "nothing else");

static const unsigned char *
bytes_of(struct slice s)
{
	return (const unsigned char *)s.data;
}

/* The context counts, and does not stand in what comes out. */
static bool
begin(EVP_CIPHER_CTX *c, const unsigned char *key, const unsigned char *nonce,
    struct slice context, int seal)
{
	const struct crypto *crypto = crypto_load();
	int n;

	if (c == NULL)
		fatal("out of memory");
	return crypto->EVP_CipherInit_ex(
		   c, crypto->EVP_aes_256_gcm(), NULL, key, nonce, seal) == 1 &&
	    crypto->EVP_CipherUpdate(
		c, NULL, &n, bytes_of(context), (int)context.len) == 1;
}

void
seal_bytes(const unsigned char key[DIGEST_LEN], struct slice context,
    struct slice plain, unsigned char *out)
{
	const struct crypto *crypto = crypto_load();
	EVP_CIPHER_CTX *c = crypto->EVP_CIPHER_CTX_new();
	unsigned char *text = out + NONCE_LEN, rest[TAG_LEN];
	int n;
	bool done;

	digest_random(out, NONCE_LEN);
	done = begin(c, key, out, context, 1) &&
	    crypto->EVP_CipherUpdate(
		c, text, &n, bytes_of(plain), (int)plain.len) == 1 &&
	    crypto->EVP_CipherFinal_ex(c, rest, &n) == 1 &&
	    crypto->EVP_CIPHER_CTX_ctrl(
		c, EVP_CTRL_GCM_GET_TAG, TAG_LEN, text + plain.len) == 1;
	crypto->EVP_CIPHER_CTX_free(c);
	if (!done)
		fatal("AES-256-GCM failed");
}

bool
seal_open_bytes(const unsigned char key[DIGEST_LEN], struct slice context,
    const unsigned char *sealed, size_t len, unsigned char *out)
{
	const struct crypto *crypto = crypto_load();
	EVP_CIPHER_CTX *c = crypto->EVP_CIPHER_CTX_new();
	size_t text_len = len - SEAL_EXTRA_LEN;
	unsigned char tag[TAG_LEN], rest[TAG_LEN];
	int n;
	bool done;

	memcpy(tag, sealed + NONCE_LEN + text_len, TAG_LEN);
	done = begin(c, key, sealed, context, 0) &&
	    crypto->EVP_CIPHER_CTX_ctrl(
		c, EVP_CTRL_GCM_SET_TAG, TAG_LEN, tag) == 1 &&
	    crypto->EVP_CipherUpdate(
		c, out, &n, sealed + NONCE_LEN, (int)text_len) == 1 &&
	    crypto->EVP_CipherFinal_ex(c, rest, &n) == 1;
	crypto->EVP_CIPHER_CTX_free(c);
	return done;
}
