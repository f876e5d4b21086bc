/*
 * digest.c: SHA-256, HMAC and random bytes, by OpenSSL's libcrypto.
 */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "base/digest.h"
#include "base/log.h"

void
digest_sha256(struct slice data, unsigned char out[DIGEST_LEN])
{
	if (EVP_Digest(data.data, data.len, out, NULL, EVP_sha256(), NULL) != 1)
		fatal("SHA-256 failed");
}

void
digest_hmac(const unsigned char key[DIGEST_LEN], struct slice data,
    unsigned char out[DIGEST_LEN])
{
	if (HMAC(EVP_sha256(), key, DIGEST_LEN,
		(const unsigned char *)data.data, data.len, out, NULL) == NULL)
		fatal("HMAC failed");
}

void
digest_random(void *out, size_t len)
{
	if (RAND_bytes(out, (int)len) != 1)
		fatal("no random bytes");
}

bool
digest_equal(const void *a, const void *b, size_t len)
{
	return CRYPTO_memcmp(a, b, len) == 0;
}
