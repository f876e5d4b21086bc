/*
 * crypto.h: libcrypto of OpenSSL, loaded when something is sealed, signed or
 * verified for the first time: most requests need nothing of it but SHA-256,
 * which is linked into each program, and to load and relocate it takes a CGI
 * program longer than its answer does.
 */
#ifndef BASE_CRYPTO_H
#define BASE_CRYPTO_H

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

/* The functions of it that we call. */
#define CRYPTO_FUNCTIONS(X)						\
	X(BIO_free)							\
	X(BIO_new_mem_buf)						\
	X(BN_bin2bn)							\
	X(BN_bn2binpad)							\
	X(BN_clear_free)						\
	X(BN_cmp)							\
	X(BN_free)							\
	X(BN_is_odd)							\
	X(BN_is_zero)							\
	X(BN_num_bits)							\
	X(BN_set_flags)							\
	X(ECDSA_SIG_free)						\
	X(ECDSA_SIG_get0_r)						\
	X(ECDSA_SIG_get0_s)						\
	X(ECDSA_SIG_new)						\
	X(ECDSA_SIG_set0)						\
	X(EC_GROUP_free)						\
	X(EC_GROUP_get0_order)						\
	X(EC_GROUP_new_by_curve_name)					\
	X(EC_POINT_free)						\
	X(EC_POINT_mul)							\
	X(EC_POINT_new)							\
	X(EC_POINT_point2oct)						\
	X(ERR_clear_error)						\
	X(EVP_CIPHER_CTX_ctrl)						\
	X(EVP_CIPHER_CTX_free)						\
	X(EVP_CIPHER_CTX_new)						\
	X(EVP_CIPHER_fetch)						\
	X(EVP_CIPHER_free)						\
	X(EVP_CipherFinal_ex)						\
	X(EVP_CipherInit_ex)						\
	X(EVP_CipherUpdate)						\
	X(EVP_DigestSign)						\
	X(EVP_DigestSignInit)						\
	X(EVP_DigestVerify)						\
	X(EVP_DigestVerifyInit)						\
	X(EVP_MD_CTX_free)						\
	X(EVP_MD_CTX_new)						\
	X(EVP_MD_fetch)							\
	X(EVP_MD_free)							\
	X(EVP_PKEY_CTX_free)						\
	X(EVP_PKEY_CTX_new_from_name)					\
	X(EVP_PKEY_free)						\
	X(EVP_PKEY_fromdata)						\
	X(EVP_PKEY_fromdata_init)					\
	X(EVP_PKEY_get_bits)						\
	X(EVP_PKEY_get_utf8_string_param)				\
	X(EVP_PKEY_is_a)						\
	X(EVP_aes_256_gcm)						\
	X(EVP_sha256)							\
	X(OSSL_PARAM_BLD_free)						\
	X(OSSL_PARAM_BLD_new)						\
	X(OSSL_PARAM_BLD_push_BN)					\
	X(OSSL_PARAM_BLD_push_octet_string)				\
	X(OSSL_PARAM_BLD_push_utf8_string)				\
	X(OSSL_PARAM_BLD_to_param)					\
	X(OSSL_PARAM_free)						\
	X(PEM_read_bio_PrivateKey)					\
	X(X509_free)							\
	X(d2i_ECDSA_SIG)						\
	X(d2i_X509)							\
	X(i2d_ECDSA_SIG)

#define CRYPTO_FIELD(name) __typeof__(name) *name;
struct crypto {
	CRYPTO_FUNCTIONS(CRYPTO_FIELD)
};
#undef CRYPTO_FIELD

/* Them; the program ends if the library cannot be loaded. */
const struct crypto	*crypto_load(void);

/*
 * Load it, and have it set up its algorithms: what a process does before it
 * makes workers they share, a quarter of a megabyte and more.
 */
void	crypto_share(void);

#endif
