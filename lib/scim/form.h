/*
 * form.h: values that have a form of their own, whatever their attribute is
 * called: countries, telephone numbers (RFC 7643 sections 2.4 and 4.1; CANON
 * of spec scim.md).
 *
 * Pure: what can be seen in the text itself.
 */
#ifndef SCIM_FORM_H
#define SCIM_FORM_H

#include "base/arena.h"
#include "base/slice.h"
#include "scim/schema.h"

/* "email", as x-muster-form spells it. */
extern const struct slice	form_keywords[FORM_MAX];

/*
 * Is TEXT a value of FORM?
 *
 * Returns: NULL, or what it should be: "a country code of two letters".
 */
const char	*form_refuse(struct arena *a, enum attr_form form,
		    struct slice text);

/*
 * TEXT as the server writes it: in the canonical spelling of the form, or of
 * the canonicalValues of ATTR.  What has none stays as it is.
 *
 * Owner: the result lives in A, or is TEXT, or belongs to the catalog.
 */
struct slice	form_canonical(struct arena *a, const struct attr *attr,
		    struct slice text);

/*
 * TEXT as it is compared for equality: the same for two spellings of one
 * value.  Case is left to the attribute.
 */
struct slice	form_compared(struct arena *a, enum attr_form form,
		    struct slice text);

#endif
