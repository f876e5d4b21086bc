/*
 * digest.c: SHA-256, by OpenSSL's libcrypto, HMAC and random bytes.
 */

/* SHA256_Init and its like, deprecated since OpenSSL 3: see digest_sha256. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include <openssl/crypto.h>
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

/* KEY, filled up with zeros and changed by MARK, begins a hash. */
static void
begin_keyed(SHA256_CTX *context, const unsigned char key[DIGEST_LEN], int mark)
{
	unsigned char block[SHA256_CBLOCK];

	memset(block, mark, sizeof(block));
	for (size_t i = 0; i < DIGEST_LEN; i++)
		block[i] ^= key[i];
	if (SHA256_Init(context) != 1 ||
	    SHA256_Update(context, block, sizeof(block)) != 1)
		fatal("SHA-256 failed");
	explicit_bzero(block, sizeof(block));
}

/*
 * RFC 2104 section 2.  Not OpenSSL's: it sets up all of its algorithms, and
 * a worker that has printed one cursor would keep a quarter of a megabyte.
 */
void
digest_hmac(const unsigned char key[DIGEST_LEN], struct slice data,
    unsigned char out[DIGEST_LEN])
{
	SHA256_CTX context;

	begin_keyed(&context, key, 0x36);
	if (SHA256_Update(&context, data.data, data.len) != 1 ||
	    SHA256_Final(out, &context) != 1)
		fatal("SHA-256 failed");
	begin_keyed(&context, key, 0x5c);
	if (SHA256_Update(&context, out, DIGEST_LEN) != 1 ||
	    SHA256_Final(out, &context) != 1)
		fatal("SHA-256 failed");
}

/* The kernel's: a generator of OpenSSL would have to be set up. */
void
digest_random(void *out, size_t len)
{
	char *at = out;

	while (len > 0) {
		ssize_t n = getrandom(at, len, 0);

		if (n == -1 && errno != EINTR)
			fatal("no random bytes: %s", strerror(errno));
		if (n > 0) {
			at += n;
			len -= (size_t)n;
		}
	}
}

bool
digest_equal(const void *a, const void *b, size_t len)
{
	return CRYPTO_memcmp(a, b, len) == 0;
}
