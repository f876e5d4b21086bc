/*
 * status.h: the HTTP status and scimType of every error code (RFC 7644
 * section 3.12).  No status number of an error stands anywhere else.
 */
#ifndef HTTP_STATUS_H
#define HTTP_STATUS_H

#include "base/error.h"

/* The status of CODE, 400 to 507. */
int	http_status(enum error_code code);

/* The scimType of CODE, or NULL where the RFC defines none. */
const char	*http_scim_type(enum error_code code);

#endif
