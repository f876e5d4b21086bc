/*
 * accept.h: what a client can read (Accept, RFC 9110 section 12.5.1).
 */
#ifndef HTTP_ACCEPT_H
#define HTTP_ACCEPT_H

#include "base/slice.h"

/* "q=1": the weight of what is named without one. */
enum { ACCEPT_WEIGHT_MAX = 1000 };

/*
 * The weight that ACCEPT, the field's value, gives to TYPE ("application/json"),
 * in thousandths: that of the most specific range that fits it; 0 when it is
 * not wanted.  Parameters other than "q" are passed over, and so is a weight
 * that is none.  A field that names nothing wants everything.
 */
int	accept_weight(struct slice accept, struct slice type);

#endif
