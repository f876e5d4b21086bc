/*
 * form.c: values that have a form of their own.
 *
 * A form can refuse a value, can have a canonical spelling, and can be
 * compared without what is only spelling.  Where a text is ambiguous, such as
 * a telephone number without its country, it stays what the client sent.
 */
#include <string.h>

#include "base/certificate.h"
#include "base/nelem.h"
#include "scim/binary.h"
#include "scim/form.h"

/* E.164 has at most 15; fewer than 7 are no number of a whole country. */
enum { PHONE_DIGITS_MIN = 7, PHONE_DIGITS_MAX = 15 };

static bool
is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_one_of(char c, struct slice set)
{
	return memchr(set.data, c, set.len) != NULL;
}

/* ISO 3166-1 alpha-2 (CANON-05). */
static bool
is_country(struct arena *a, struct slice text)
{
	(void)a;
	return text.len == 2 && is_letter(text.data[0]) &&
	    is_letter(text.data[1]);
}

/* Letters, then also digits and separators: BCP 47 (CANON-06). */
static bool
is_locale(struct arena *a, struct slice text)
{
	(void)a;
	if (text.len == 0 || !is_letter(text.data[0]))
		return false;
	for (size_t i = 1; i < text.len; i++)
		if (!is_letter(text.data[i]) && !is_digit(text.data[i]) &&
		    !is_one_of(text.data[i], SLICE("-_")))
			return false;
	return true;
}

/*
 * "Area/Location": each part begins with a letter.  Which names there are is
 * for others to look up (CANON-07).
 */
static bool
is_timezone(struct arena *a, struct slice text)
{
	bool begins = true;

	(void)a;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];

		if (begins && !is_letter(c))
			return false;
		if (!is_letter(c) && !is_digit(c) &&
		    !is_one_of(c, SLICE("/_+-")))
			return false;
		begins = c == '/';
	}
	return !begins;
}

/* Not a chain, and not PEM (CANON-08). */
static bool
is_certificate(struct arena *a, struct slice text)
{
	struct slice der;

	return binary_decode(a, text, &der) == 0 && certificate_is_whole(der);
}

static struct slice
lower(struct arena *a, struct slice text, size_t from)
{
	char *copy = arena_calloc(a, text.len + 1, 1);

	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];

		copy[i] = i >= from && c >= 'A' && c <= 'Z'
		    ? (char)(c - 'A' + 'a')
		    : c;
	}
	return (struct slice){ copy, text.len };
}

/* The domain in lower case; what is before it is its host's (CANON-02). */
static struct slice
canonical_email(struct arena *a, struct slice text)
{
	const char *at = memrchr(text.data, '@', text.len);

	return at == NULL ? text : lower(a, text, (size_t)(at - text.data));
}

/*
 * Can TEXT only mean one number: "+", and digits with what people put
 * between them?  "(0)" is dialled by some and left out by others.
 */
static bool
is_global_number(struct slice text)
{
	size_t digits = 0;

	if (text.len < 2 || text.data[0] != '+' || !is_digit(text.data[1]) ||
	    !is_digit(text.data[text.len - 1]) ||
	    memmem(text.data, text.len, "(0)", 3) != NULL)
		return false;
	for (size_t i = 1; i < text.len; i++) {
		if (is_digit(text.data[i]))
			digits++;
		else if (!is_one_of(text.data[i], SLICE(" -.()")))
			return false;
	}
	return digits >= PHONE_DIGITS_MIN && digits <= PHONE_DIGITS_MAX;
}

/* PREFIX and TEXT, SEPARATOR for all that stands between two digits. */
static struct slice
spell_number(struct arena *a, const char *prefix, struct slice text,
    const char *separator)
{
	const char *number = arena_printf(a, "%s+", prefix);

	for (size_t i = 1; i < text.len; i++)
		if (is_digit(text.data[i]))
			number = arena_printf(a, "%s%s%c", number,
			    i > 1 && !is_digit(text.data[i - 1]) ? separator
								 : "",
			    text.data[i]);
	return slice_of(number);
}

/* As RFC 3966 has it: "tel:+1-201-555-0123" (CANON-03). */
static struct slice
canonical_phone(struct arena *a, struct slice text)
{
	struct slice number = slice_trim(text);

	return is_global_number(number) ? spell_number(a, "tel:", number, "-")
					: text;
}

/* RFC 3966 section 4: visual separators do not count. */
static struct slice
compared_phone(struct arena *a, struct slice text)
{
	struct slice number = slice_trim(text);

	if (slice_has_prefix_nocase(number, SLICE("tel:")))
		number = slice_from(number, 4);
	return is_global_number(number) ? spell_number(a, "", number, "")
					: text;
}

/* CANON-04 */
static struct slice
canonical_im(struct arena *a, struct slice text)
{
	return lower(a, slice_trim(text), 0);
}

static struct slice
compared_im(struct arena *a, struct slice text)
{
	(void)a;
	return slice_trim(text);
}

/* clang-format off */
const struct slice form_keywords[FORM_MAX] = {
	[FORM_NONE]		= { "none", 4 },
	[FORM_COUNTRY]		= { "country", 7 },
	[FORM_LOCALE]		= { "locale", 6 },
	[FORM_TIMEZONE]		= { "timezone", 8 },
	[FORM_EMAIL]		= { "email", 5 },
	[FORM_PHONE]		= { "phone", 5 },
	[FORM_IM]		= { "im", 2 },
	[FORM_CERTIFICATE]	= { "certificate", 11 },
};

static const struct {
	bool		(*is_good)(struct arena *a, struct slice text);
	const char	*wants;
	struct slice	(*canonical)(struct arena *a, struct slice text);
	struct slice	(*compared)(struct arena *a, struct slice text);
} forms[FORM_MAX] = {
	[FORM_COUNTRY] = {
		.is_good = is_country,
		.wants = "a country code of two letters" },
	[FORM_LOCALE] = {
		.is_good = is_locale,
		.wants = "a language tag, such as en-US" },
	[FORM_TIMEZONE] = {
		.is_good = is_timezone,
		.wants = "the name of a time zone, such as Europe/Oslo" },
	[FORM_CERTIFICATE] = {
		.is_good = is_certificate,
		.wants = "one certificate, DER in base64" },
	[FORM_EMAIL] = { .canonical = canonical_email },
	[FORM_PHONE] = {
		.canonical = canonical_phone, .compared = compared_phone },
	[FORM_IM] = { .canonical = canonical_im, .compared = compared_im },
};
/* clang-format on */

const char *
form_refuse(struct arena *a, enum attr_form form, struct slice text)
{
	if (forms[form].is_good == NULL || forms[form].is_good(a, text))
		return NULL;
	return forms[form].wants;
}

/* CANON-10: "Work" is "work", unless "Work" is a label itself. */
static struct slice
canonical_label(const struct attr *attr, struct slice text)
{
	struct slice label = text;

	if (attr->case_exact)
		return text;
	for (size_t i = attr->ncanonical_values; i-- > 0;) {
		if (slice_equal(attr->canonical_values[i], text))
			return text;
		if (slice_equal_nocase(attr->canonical_values[i], text))
			label = attr->canonical_values[i];
	}
	return label;
}

struct slice
form_canonical(struct arena *a, const struct attr *attr, struct slice text)
{
	if (forms[attr->form].canonical != NULL)
		return forms[attr->form].canonical(a, text);
	return canonical_label(attr, text);
}

struct slice
form_compared(struct arena *a, enum attr_form form, struct slice text)
{
	if (forms[form].compared == NULL)
		return text;
	return forms[form].compared(a, text);
}
