/*
 * certificate.h: X.509 certificates (RFC 5280), by OpenSSL's libcrypto.
 */
#ifndef BASE_CERTIFICATE_H
#define BASE_CERTIFICATE_H

#include <stdbool.h>

#include "base/slice.h"

/* Is DER one certificate, and nothing after it?  Nobody's word is checked. */
bool	certificate_is_whole(struct slice der);

#endif
