/*
 * digest_verify.c: signatures of others.
 */
#include <openssl/core_names.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/digest_verify.h"
#include "base/log.h"

enum { P256_LEN = 32, DER_MAX = 80 };

struct verify_key {
	EVP_PKEY *pkey;
	bool is_p256;
};

static const unsigned char *
bytes_of(struct slice s)
{
	return (const unsigned char *)s.data;
}

/* The key of TYPE that PARAMS describe, which are freed; or NULL. */
static struct verify_key *
key_new(const char *type, OSSL_PARAM *params, bool is_p256)
{
	const struct crypto *crypto = crypto_load();
	EVP_PKEY_CTX *context =
	    crypto->EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	struct verify_key *key = NULL;
	EVP_PKEY *pkey = NULL;

	if (context == NULL || params == NULL)
		fatal("out of memory");
	if (crypto->EVP_PKEY_fromdata_init(context) == 1 &&
	    crypto->EVP_PKEY_fromdata(
		context, &pkey, EVP_PKEY_PUBLIC_KEY, params) == 1) {
		key = malloc(sizeof(*key));
		if (key == NULL)
			fatal("out of memory");
		*key = (struct verify_key){ pkey, is_p256 };
	}
	crypto->OSSL_PARAM_free(params);
	crypto->EVP_PKEY_CTX_free(context);
	return key;
}

struct verify_key *
verify_key_rsa(struct slice n, struct slice e)
{
	const struct crypto *crypto = crypto_load();
	OSSL_PARAM_BLD *build = crypto->OSSL_PARAM_BLD_new();
	BIGNUM *modulus = crypto->BN_bin2bn(bytes_of(n), (int)n.len, NULL);
	BIGNUM *exponent = crypto->BN_bin2bn(bytes_of(e), (int)e.len, NULL);
	struct verify_key *key = NULL;
	int bits;

	if (build == NULL || modulus == NULL || exponent == NULL)
		fatal("out of memory");
	bits = crypto->BN_num_bits(modulus);
	if (bits >= VERIFY_RSA_BITS_MIN && bits <= VERIFY_RSA_BITS_MAX &&
	    crypto->BN_is_odd(exponent) && crypto->BN_num_bits(exponent) > 1 &&
	    crypto->BN_num_bits(exponent) <= 64 &&
	    crypto->OSSL_PARAM_BLD_push_BN(
		build, OSSL_PKEY_PARAM_RSA_N, modulus) == 1 &&
	    crypto->OSSL_PARAM_BLD_push_BN(
		build, OSSL_PKEY_PARAM_RSA_E, exponent) == 1)
		key = key_new(
		    "RSA", crypto->OSSL_PARAM_BLD_to_param(build), false);
	crypto->BN_free(modulus);
	crypto->BN_free(exponent);
	crypto->OSSL_PARAM_BLD_free(build);
	return key;
}

/* A point that is not on the curve makes no key. */
struct verify_key *
verify_key_p256(struct slice x, struct slice y)
{
	const struct crypto *crypto = crypto_load();
	unsigned char point[1 + 2 * P256_LEN] = {
		POINT_CONVERSION_UNCOMPRESSED
	};
	OSSL_PARAM_BLD *build;
	struct verify_key *key;

	if (x.len != P256_LEN || y.len != P256_LEN)
		return NULL;
	memcpy(point + 1, x.data, P256_LEN);
	memcpy(point + 1 + P256_LEN, y.data, P256_LEN);
	build = crypto->OSSL_PARAM_BLD_new();
	if (build == NULL ||
	    crypto->OSSL_PARAM_BLD_push_utf8_string(
		build, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) != 1 ||
	    crypto->OSSL_PARAM_BLD_push_octet_string(
		build, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point)) != 1)
		fatal("out of memory");
	key = key_new("EC", crypto->OSSL_PARAM_BLD_to_param(build), true);
	crypto->OSSL_PARAM_BLD_free(build);
	return key;
}

void
verify_key_free(struct verify_key *key)
{
	if (key == NULL)
		return;
	crypto_load()->EVP_PKEY_free(key->pkey);
	free(key);
}

/* R and S as OpenSSL takes them; their length, or 0. */
static size_t
to_der(struct slice signature, unsigned char der[DER_MAX])
{
	const struct crypto *crypto = crypto_load();
	ECDSA_SIG *pair = crypto->ECDSA_SIG_new();
	BIGNUM *r, *s;
	int len = 0;

	if (signature.len != 2 * P256_LEN) {
		crypto->ECDSA_SIG_free(pair);
		return 0;
	}
	r = crypto->BN_bin2bn(bytes_of(signature), P256_LEN, NULL);
	s = crypto->BN_bin2bn(bytes_of(signature) + P256_LEN, P256_LEN, NULL);
	if (pair == NULL || r == NULL || s == NULL ||
	    crypto->ECDSA_SIG_set0(pair, r, s) != 1)
		fatal("out of memory");
	len = crypto->i2d_ECDSA_SIG(pair, &der);
	crypto->ECDSA_SIG_free(pair);
	return len > 0 ? (size_t)len : 0;
}

bool
verify_text(
    const struct verify_key *key, struct slice text, struct slice signature)
{
	const struct crypto *crypto = crypto_load();
	unsigned char der[DER_MAX];
	const unsigned char *bytes = bytes_of(signature);
	size_t len = signature.len;
	EVP_MD_CTX *context;
	bool good;

	if (key->is_p256) {
		len = to_der(signature, der);
		bytes = der;
	}
	if (len == 0)
		return false;
	context = crypto->EVP_MD_CTX_new();
	if (context == NULL)
		fatal("out of memory");
	good = crypto->EVP_DigestVerifyInit(
		   context, NULL, crypto->EVP_sha256(), NULL, key->pkey) == 1 &&
	    crypto->EVP_DigestVerify(
		context, bytes, len, bytes_of(text), text.len) == 1;
	crypto->EVP_MD_CTX_free(context);
	return good;
}
