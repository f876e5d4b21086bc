/*
 * crypto.c: libcrypto, loaded when it is needed for the first time.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/crypto.h"
#include "base/library.h"
#include "base/nelem.h"

#define FUNCTION(name) { #name, offsetof(struct crypto, name) },

static const struct library_function functions[] = { CRYPTO_FUNCTIONS(
    FUNCTION) };

/* Written once, by the only thread that asks for it. */
const struct crypto *
crypto_load(void)
{
	static struct crypto crypto;
	static bool is_loaded;

	if (!is_loaded)
		library_load(
		    "libcrypto.so.3", functions, NELEM(functions), &crypto);
	is_loaded = true;
	return &crypto;
}

void
crypto_share(void)
{
	const struct crypto *crypto = crypto_load();

	/* All of them are set up when the first is asked for. */
	crypto->EVP_MD_free(crypto->EVP_MD_fetch(NULL, "SHA2-256", NULL));
	crypto->EVP_CIPHER_free(
	    crypto->EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL));
}
