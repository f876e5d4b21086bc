/*
 * certificate.c: X.509 certificates, by OpenSSL's libcrypto.
 */
#include <limits.h>
#include <stddef.h>

#include <openssl/err.h>
#include <openssl/x509.h>

#include "base/certificate.h"

bool
certificate_is_whole(struct slice der)
{
	const unsigned char *start = (const unsigned char *)der.data;
	const unsigned char *at = start;
	X509 *certificate;

	if (der.len == 0 || der.len > LONG_MAX)
		return false;
	certificate = d2i_X509(NULL, &at, (long)der.len);
	/* What was wrong with it is not for the next caller to find. */
	ERR_clear_error();
	if (certificate == NULL)
		return false;
	X509_free(certificate);
	return at == start + der.len;
}
