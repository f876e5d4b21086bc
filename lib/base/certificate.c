/*
 * certificate.c: X.509 certificates, by OpenSSL's libcrypto.
 */
#include <limits.h>
#include <stddef.h>

#include "base/certificate.h"
#include "base/crypto.h"

bool
certificate_is_whole(struct slice der)
{
	const struct crypto *crypto = crypto_load();
	const unsigned char *start = (const unsigned char *)der.data;
	const unsigned char *at = start;
	X509 *certificate;

	if (der.len == 0 || der.len > LONG_MAX)
		return false;
	certificate = crypto->d2i_X509(NULL, &at, (long)der.len);
	/* What was wrong with it is not for the next caller to find. */
	crypto->ERR_clear_error();
	if (certificate == NULL)
		return false;
	crypto->X509_free(certificate);
	return at == start + der.len;
}
