/*
 * scope.h: what a credential may do: words with spaces between them, as in
 * OAuth (RFC 6749 section 3.3).
 *
 *	read		look at resources
 *	write		change them, and look at them
 *	users		the type of the endpoint /Users, and so on: with read
 *			or write beside it that, else both; other types not
 *	users:read	this of that type, whatever else stands beside it
 *	users:write
 *	bulk		many operations in one request, each as if alone
 *	admin		the API of the administrators
 *
 * No words at all: everything but "admin".
 */
#ifndef AUTH_SCOPE_H
#define AUTH_SCOPE_H

#include <stdbool.h>

#include "base/error.h"
#include "base/slice.h"

enum scope_verb { SCOPE_TO_READ, SCOPE_TO_WRITE };

/* May one do VERB with the resources of ENDPOINT ("/Users")? */
bool	scope_allows(struct slice scope, struct slice endpoint,
	    enum scope_verb verb);

/* Does SCOPE have WORD: "bulk", "admin"? */
bool	scope_has(struct slice scope, struct slice word);

/*
 * Is every word of SCOPE one of these?  IS_TYPE tells the names of types.
 *
 * Errors: ERR_INVALID_VALUE names the word.
 */
typedef bool scope_is_type(const void *arg, struct slice name);
int	scope_check(struct slice scope, scope_is_type *is_type,
	    const void *arg, struct error *err);

#endif
