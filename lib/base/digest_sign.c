/*
 * digest_sign.c: ES256 signatures, by OpenSSL's libcrypto.
 */
#include <stdlib.h>

#include <openssl/core_names.h>

#include "base/crypto.h"
#include "base/digest_sign.h"
#include "base/log.h"

enum { NUMBER_LEN = 32, SIGNATURE_MAX = 80 };

struct sign_key {
	EVP_PKEY *pkey;
	unsigned char point[1 + SIGN_POINT_LEN]; /* 4, X, Y */
};

/*
 * A number from 1 to below the order of the curve; nearly all numbers of 256
 * bits are below it, so the first one nearly always is.
 */
static BIGNUM *
private_number(const unsigned char secret[DIGEST_LEN], const BIGNUM *order)
{
	const struct crypto *crypto = crypto_load();
	char label[] = "ES256 0";
	unsigned char bytes[DIGEST_LEN];
	BIGNUM *number;

	for (;; label[6]++) {
		digest_hmac(secret, slice_of(label), bytes);
		number = crypto->BN_bin2bn(bytes, sizeof(bytes), NULL);
		if (number == NULL)
			fatal("out of memory");
		if (!crypto->BN_is_zero(number) &&
		    crypto->BN_cmp(number, order) < 0)
			return number;
		crypto->BN_clear_free(number);
	}
}

/* The number and its point, as OpenSSL wants to be told of them. */
static OSSL_PARAM *
key_params(struct sign_key *key, const unsigned char secret[DIGEST_LEN])
{
	const struct crypto *crypto = crypto_load();
	EC_GROUP *group =
	    crypto->EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	EC_POINT *point = crypto->EC_POINT_new(group);
	OSSL_PARAM_BLD *build = crypto->OSSL_PARAM_BLD_new();
	BIGNUM *number =
	    private_number(secret, crypto->EC_GROUP_get0_order(group));
	OSSL_PARAM *params = NULL;

	crypto->BN_set_flags(number, BN_FLG_CONSTTIME);
	if (crypto->EC_POINT_mul(group, point, number, NULL, NULL, NULL) == 1 &&
	    crypto->EC_POINT_point2oct(group, point,
		POINT_CONVERSION_UNCOMPRESSED, key->point, sizeof(key->point),
		NULL) == sizeof(key->point) &&
	    crypto->OSSL_PARAM_BLD_push_utf8_string(
		build, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) == 1 &&
	    crypto->OSSL_PARAM_BLD_push_BN(
		build, OSSL_PKEY_PARAM_PRIV_KEY, number) == 1 &&
	    crypto->OSSL_PARAM_BLD_push_octet_string(build,
		OSSL_PKEY_PARAM_PUB_KEY, key->point, sizeof(key->point)) == 1)
		params = crypto->OSSL_PARAM_BLD_to_param(build);
	crypto->OSSL_PARAM_BLD_free(build);
	crypto->BN_clear_free(number);
	crypto->EC_POINT_free(point);
	crypto->EC_GROUP_free(group);
	return params;
}

struct sign_key *
sign_key_new(const unsigned char secret[DIGEST_LEN])
{
	const struct crypto *crypto = crypto_load();
	struct sign_key *key = calloc(1, sizeof(*key));
	EVP_PKEY_CTX *context =
	    crypto->EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	OSSL_PARAM *params;

	if (key == NULL || context == NULL)
		fatal("out of memory");
	params = key_params(key, secret);
	if (params == NULL || crypto->EVP_PKEY_fromdata_init(context) != 1 ||
	    crypto->EVP_PKEY_fromdata(
		context, &key->pkey, EVP_PKEY_KEYPAIR, params) != 1)
		fatal("no key for signatures");
	crypto->OSSL_PARAM_free(params);
	crypto->EVP_PKEY_CTX_free(context);
	return key;
}

void
sign_key_free(struct sign_key *key)
{
	if (key == NULL)
		return;
	crypto_load()->EVP_PKEY_free(key->pkey);
	free(key);
}

const unsigned char *
sign_key_point(const struct sign_key *key)
{
	return key->point + 1;
}

/* OpenSSL writes a signature as DER, JOSE as two numbers of 32 bytes. */
static void
from_der(const unsigned char *der, size_t len, unsigned char out[SIGN_LEN])
{
	const struct crypto *crypto = crypto_load();
	ECDSA_SIG *sig = crypto->d2i_ECDSA_SIG(NULL, &der, (long)len);

	if (sig == NULL ||
	    crypto->BN_bn2binpad(
		crypto->ECDSA_SIG_get0_r(sig), out, NUMBER_LEN) != NUMBER_LEN ||
	    crypto->BN_bn2binpad(crypto->ECDSA_SIG_get0_s(sig),
		out + NUMBER_LEN, NUMBER_LEN) != NUMBER_LEN)
		fatal("signing failed");
	crypto->ECDSA_SIG_free(sig);
}

void
sign_text(const struct sign_key *key, struct slice text,
    unsigned char signature[SIGN_LEN])
{
	const struct crypto *crypto = crypto_load();
	EVP_MD_CTX *context = crypto->EVP_MD_CTX_new();
	unsigned char der[SIGNATURE_MAX];
	size_t len = sizeof(der);

	if (context == NULL ||
	    crypto->EVP_DigestSignInit(
		context, NULL, crypto->EVP_sha256(), NULL, key->pkey) != 1 ||
	    crypto->EVP_DigestSign(context, der, &len,
		(const unsigned char *)text.data, text.len) != 1)
		fatal("signing failed");
	crypto->EVP_MD_CTX_free(context);
	from_der(der, len, signature);
}
