/*
 * digest_key.c: private keys that somebody else made, by OpenSSL's libcrypto.
 */
#include <stdlib.h>

#include <openssl/core_names.h>

#include "base/crypto.h"
#include "base/digest_key.h"
#include "base/digest_verify.h"
#include "base/log.h"

enum { NUMBER_LEN = 32, CURVE_MAX = 32 };

struct private_key {
	EVP_PKEY *pkey;
	bool is_rsa;
};

/* Nobody is asked for a password. */
static int
no_password(char *out, int size, int rwflag, void *arg)
{
	(void)out;
	(void)size;
	(void)rwflag;
	(void)arg;
	return -1;
}

/* Is it one of those that we sign with? */
static bool
is_good(EVP_PKEY *pkey)
{
	const struct crypto *crypto = crypto_load();
	char curve[CURVE_MAX];
	int bits = crypto->EVP_PKEY_get_bits(pkey);

	if (crypto->EVP_PKEY_is_a(pkey, "RSA"))
		return bits >= VERIFY_RSA_BITS_MIN &&
		    bits <= VERIFY_RSA_BITS_MAX;
	return crypto->EVP_PKEY_is_a(pkey, "EC") &&
	    crypto->EVP_PKEY_get_utf8_string_param(pkey,
		OSSL_PKEY_PARAM_GROUP_NAME, curve, sizeof(curve), NULL) == 1 &&
	    strcmp(curve, "prime256v1") == 0;
}

int
private_key_read(struct slice pem, struct private_key **out, struct error *err)
{
	const struct crypto *crypto = crypto_load();
	BIO *bio = crypto->BIO_new_mem_buf(pem.data, (int)pem.len);
	struct private_key *key = calloc(1, sizeof(*key));

	if (bio == NULL || key == NULL)
		fatal("out of memory");
	key->pkey =
	    crypto->PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL);
	crypto->BIO_free(bio);
	if (key->pkey == NULL || !is_good(key->pkey)) {
		private_key_free(key);
		return error_set(err, ERR_INVALID_VALUE,
		    "no private key in PEM, unencrypted: RSA of 2048 bits or "
		    "more, or P-256");
	}
	key->is_rsa = crypto->EVP_PKEY_is_a(key->pkey, "RSA");
	*out = key;
	return 0;
}

void
private_key_free(struct private_key *key)
{
	if (key == NULL)
		return;
	crypto_load()->EVP_PKEY_free(key->pkey);
	free(key);
}

const char *
private_key_algorithm(const struct private_key *key)
{
	return key->is_rsa ? "RS256" : "ES256";
}

/* OpenSSL writes a signature as DER, JOSE as two numbers of 32 bytes. */
static size_t
from_der(unsigned char *signature, size_t len)
{
	const struct crypto *crypto = crypto_load();
	const unsigned char *der = signature;
	ECDSA_SIG *sig = crypto->d2i_ECDSA_SIG(NULL, &der, (long)len);

	if (sig == NULL ||
	    crypto->BN_bn2binpad(crypto->ECDSA_SIG_get0_r(sig), signature,
		NUMBER_LEN) != NUMBER_LEN ||
	    crypto->BN_bn2binpad(crypto->ECDSA_SIG_get0_s(sig),
		signature + NUMBER_LEN, NUMBER_LEN) != NUMBER_LEN)
		fatal("signing failed");
	crypto->ECDSA_SIG_free(sig);
	return 2 * NUMBER_LEN;
}

size_t
private_key_sign(const struct private_key *key, struct slice text,
    unsigned char out[PRIVATE_SIGN_MAX])
{
	const struct crypto *crypto = crypto_load();
	EVP_MD_CTX *context = crypto->EVP_MD_CTX_new();
	size_t len = PRIVATE_SIGN_MAX;

	if (context == NULL ||
	    crypto->EVP_DigestSignInit(
		context, NULL, crypto->EVP_sha256(), NULL, key->pkey) != 1 ||
	    crypto->EVP_DigestSign(context, out, &len,
		(const unsigned char *)text.data, text.len) != 1)
		fatal("signing failed");
	crypto->EVP_MD_CTX_free(context);
	return key->is_rsa ? len : from_der(out, len);
}
