/*
 * binary.h: values of the type binary: base64 (RFC 7643 section 2.3.6, RFC
 * 4648 section 4), compared by the bytes they stand for.
 */
#ifndef SCIM_BINARY_H
#define SCIM_BINARY_H

#include "base/arena.h"
#include "base/slice.h"

/*
 * Decode TEXT; its padding may be missing (TYPE-07).
 *
 * Owner:   *OUT lives in A.
 * Returns: 0, or -1 when TEXT is not base64.
 */
int	binary_decode(struct arena *a, struct slice text, struct slice *out);

#endif
