/*
 * certificate.h: client certificates (RFC 7644 section 2) that the web server
 * has verified.
 */
#ifndef AUTH_CERTIFICATE_H
#define AUTH_CERTIFICATE_H

#include "auth/credential.h"

/*
 * "sha256:HEX" of the first certificate in TEXT (PEM), in A.
 *
 * Returns: 0, or -1 when there is none.
 */
int	certificate_name(struct arena *a, struct slice text,
	    struct slice *name);

/* The name of the certificates that SUBJECT, a distinguished name, has. */
struct slice	certificate_subject(struct arena *a, struct slice subject);

/*
 * Let the certificate CREDENTIAL->certificate, one of these names, in; fills
 * in the rest.  Several tenants may do so, each for itself.
 *
 * Errors: ERR_NOT_FOUND when there is no such tenant; ERR_UNIQUENESS when it
 *         has the certificate already.
 */
int	certificate_create(struct store *store, struct arena *a, int64_t now,
	    struct credential *credential, struct error *err);

/*
 * Who has the certificate NAME, in TENANT, or in any when that is ""?  *N have
 * it: 0, 1, or 2 for several.
 *
 * Errors: ERR_UNAUTHORIZED when *N is not 1; those of store_view.
 */
int	certificate_find(struct store *store, struct arena *a,
	    struct slice tenant, struct slice name,
	    struct credential *credential, size_t *n, struct error *err);

#endif
