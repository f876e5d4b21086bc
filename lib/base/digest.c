/*
 * digest.c: SHA-256, HMAC and random bytes, by OpenSSL's libcrypto.
 */

/* SHA256_Init and its like, deprecated since OpenSSL 3: see digest_sha256. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include "base/digest.h"
#include "base/log.h"

/*
 * Not EVP_Digest: its first call reads OpenSSL's configuration and sets up
 * all of its algorithms, which was a quarter of the instructions of a one-shot
 * CGI, and each call looks the algorithm up by name.
 */
void
digest_sha256(struct slice data, unsigned char out[DIGEST_LEN])
{
	SHA256_CTX context;

	if (SHA256_Init(&context) != 1 ||
	    SHA256_Update(&context, data.data, data.len) != 1 ||
	    SHA256_Final(out, &context) != 1)
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
