/*
 * test_form.c: what the forms refuse, how they spell a value, and which
 * spellings are equal (CANON of spec scim.md).
 */
#include "base/nelem.h"
#include "scim/form.h"
#include "tap.h"

#define CERTIFICATE                                                            \
	"MIIBLDCB36ADAgECAhRkPmm3RGhQPxqgANB4gsDWePxZLDAFBgMrZXAwDDEKMAgGA1UE" \
	"AwwBYTAeFw0yNjExMjExMTU1MDBaFw0zNjExMTgxMTU1MDBaMAwxCjAIBgNVBAMMAWEw" \
	"KjAFBgMrZXADIQCP46LqCraCq8Sz5cmAujlUxyy3Vp/dkXkuBW1gNIH5HqNTMFEwHQYD" \
	"VR0OBBYEFGRpClutaO5yjjP9DOiu2eGDeGNfMB8GA1UdIwQYMBaAFGRpClutaO5yjjP9" \
	"DOiu2eGDeGNfMA8GA1UdEwEB/wQFMAMBAf8wBQYDK2VwA0EAwgtzpyQuVDxBLoDu2zbl" \
	"pI66xxBG4XZJ0Y3Uk/XRUbLor2kW7NAXdmGO3RlBPbu0kzaLUSUasOPSDlMish0k"

/* clang-format off */
static const struct {
	const char *id;
	enum attr_form form;
	const char *text;
	bool good;
} checks[] = {
	{ "CANON-05", FORM_COUNTRY, "US", true },
	{ "CANON-05", FORM_COUNTRY, "se", true },
	{ "CANON-05", FORM_COUNTRY, "USA", false },
	{ "CANON-05", FORM_COUNTRY, "1A", false },
	{ "CANON-05", FORM_COUNTRY, "", false },
	{ "CANON-06", FORM_LOCALE, "en", true },
	{ "CANON-06", FORM_LOCALE, "de-CH-1996", true },
	{ "CANON-06", FORM_LOCALE, "en_US", true },
	{ "CANON-06", FORM_LOCALE, "en US", false },
	{ "CANON-06", FORM_LOCALE, "-en", false },
	{ "CANON-06", FORM_LOCALE, "", false },
	{ "CANON-07", FORM_TIMEZONE, "America/Los_Angeles", true },
	{ "CANON-07", FORM_TIMEZONE, "America/Argentina/Buenos_Aires", true },
	{ "CANON-07", FORM_TIMEZONE, "america/port-au-prince", true },
	{ "CANON-07", FORM_TIMEZONE, "Etc/GMT+12", true },
	{ "CANON-07", FORM_TIMEZONE, "EST5EDT", true },
	{ "CANON-07", FORM_TIMEZONE, "UTC", true },
	{ "CANON-07", FORM_TIMEZONE, "", false },
	{ "CANON-07", FORM_TIMEZONE, "Eastern Standard Time", false },
	{ "CANON-07", FORM_TIMEZONE, "+01:00", false },
	{ "CANON-07", FORM_TIMEZONE, "/Oslo", false },
	{ "CANON-07", FORM_TIMEZONE, "Europe/", false },
	{ "CANON-07", FORM_TIMEZONE, "Europe//Oslo", false },
	{ "CANON-08", FORM_CERTIFICATE, CERTIFICATE "Aw==", true },
	{ "CANON-08 without padding", FORM_CERTIFICATE, CERTIFICATE "Aw", true },
	{ "CANON-08 one byte short", FORM_CERTIFICATE, CERTIFICATE, false },
	{ "CANON-08 one byte more", FORM_CERTIFICATE, CERTIFICATE "AwA=", false },
	{ "CANON-08 parts of nothing", FORM_CERTIFICATE, "MAYwADAAAwA=", false },
	{ "CANON-08 two", FORM_CERTIFICATE, "MAYwADAAAwAwBjAAMAADAA==", false },
	{ "CANON-08 a chain in PKCS #7", FORM_CERTIFICATE, "MA0GCSqGSIb3DQEHAqAA", false },
	{ "CANON-08 four parts", FORM_CERTIFICATE, "MAgwADAAAwAFAA==", false },
	{ "CANON-08 indefinite length", FORM_CERTIFICATE, "MIAwADAAAwAAAA==", false },
	{ "CANON-08 length of five octets", FORM_CERTIFICATE, "MIUAAAAABjAAMAADAA==", false },
	{ "CANON-08 length cut off", FORM_CERTIFICATE, "MIQ=", false },
	{ "CANON-08", FORM_CERTIFICATE, "AAAA", false },
	{ "CANON-08", FORM_CERTIFICATE, "", false },
	{ "CANON-08", FORM_CERTIFICATE, "-----BEGIN CERTIFICATE-----", false },
	{ "CANON-02 is never refused", FORM_EMAIL, "no address", true },
	{ "CANON-03 is never refused", FORM_PHONE, "no number", true },
	{ "no form", FORM_NONE, "", true },
};

/* How a text is spelt. */
static const struct {
	const char *id;
	enum attr_form form;
	const char *text, *want;
} spellings[] = {
	{ "CANON-02", FORM_EMAIL, "bjensen@EXAMPLE.com", "bjensen@example.com" },
	{ "CANON-02 never the local part", FORM_EMAIL, "B.Jensen@EXAMPLE.com", "B.Jensen@example.com" },
	{ "CANON-02 the last @", FORM_EMAIL, "\"A@B\"@EXAMPLE.com", "\"A@B\"@example.com" },
	{ "CANON-02 ASCII only", FORM_EMAIL, "a@B\xc3\x9c" "CHER.Test", "a@b\xc3\x9c" "cher.test" },
	{ "CANON-02 no address", FORM_EMAIL, "BJensen", "BJensen" },
	{ "CANON-02", FORM_EMAIL, "", "" },
	{ "CANON-03", FORM_PHONE, "+1 (201) 555-0123", "tel:+1-201-555-0123" },
	{ "CANON-03", FORM_PHONE, " +12015550123\t", "tel:+12015550123" },
	{ "CANON-03", FORM_PHONE, "+49.30.123456", "tel:+49-30-123456" },
	{ "CANON-03 is one", FORM_PHONE, "tel:+1-201-555-0123", "tel:+1-201-555-0123" },
	{ "CANON-03 no country", FORM_PHONE, "201-555-0123", "201-555-0123" },
	{ "CANON-03 (0)", FORM_PHONE, "+49 (0)30 123456", "+49 (0)30 123456" },
	{ "CANON-03 an extension", FORM_PHONE, "+1 201 555 0123 x12", "+1 201 555 0123 x12" },
	{ "CANON-03 too short", FORM_PHONE, "+47 1", "+47 1" },
	{ "CANON-03 seven", FORM_PHONE, "+1234567", "tel:+1234567" },
	{ "CANON-03 fifteen", FORM_PHONE, "+123456789012345", "tel:+123456789012345" },
	{ "CANON-03 too long", FORM_PHONE, "+1234567890123456", "+1234567890123456" },
	{ "CANON-03 free text", FORM_PHONE, "ask Bob", "ask Bob" },
	{ "CANON-03", FORM_PHONE, "+", "+" },
	{ "CANON-03", FORM_PHONE, "", "" },
	{ "CANON-04", FORM_IM, " SomeOne@Chat.Example ", "someone@chat.example" },
	{ "CANON-04", FORM_IM, "", "" },
	{ "CANON-10", FORM_NONE, "WORK", "work" },
	{ "CANON-10", FORM_NONE, "hoMe", "Home" },
	{ "CANON-10 of two that differ in case", FORM_NONE, "home", "home" },
	{ "CANON-10 another word", FORM_NONE, "Boat", "Boat" },
	{ "CANON-05 stays", FORM_COUNTRY, "us", "us" },
};

static const struct {
	const char *id;
	enum attr_form form;
	const char *one, *other;
	bool same;
} pairs[] = {
	{ "CANON-03", FORM_PHONE, "tel:+1-201-555-0123", "+1 (201) 555 0123", true },
	{ "CANON-03", FORM_PHONE, "TEL:+12015550123", "+1.201.555.0123", true },
	{ "CANON-03", FORM_PHONE, "tel:+1-201-555-0123", "tel:+1-201-555-0124", false },
	{ "CANON-03 an extension", FORM_PHONE, "tel:+12015550123;ext=1", "tel:+12015550123", false },
	{ "CANON-03 no country", FORM_PHONE, "2015550123", "201-555-0123", false },
	{ "CANON-04", FORM_IM, " a", "a\t", true },
	{ "CANON-04 inner space", FORM_IM, "a b", "ab", false },
	{ "no form", FORM_NONE, " a", "a", false },
};
/* clang-format on */

static void
test_spellings(struct arena *a)
{
	static const struct slice words[] = { { "work", 4 }, { "Home", 4 },
		{ "home", 4 } };
	struct attr attr = { .canonical_values = words,
		.ncanonical_values = NELEM(words) };

	for (size_t i = 0; i < NELEM(spellings); i++) {
		struct slice text;

		attr.form = spellings[i].form;
		text = form_canonical(a, &attr, slice_of(spellings[i].text));
		tap_ok(slice_equal(text, slice_of(spellings[i].want)),
		    "%s '%s' is '%.*s'", spellings[i].id, spellings[i].text,
		    SLICE_ARG(text));
		text = form_canonical(a, &attr, text);
		tap_ok(slice_equal(text, slice_of(spellings[i].want)),
		    "%s and stays so", spellings[i].id);
	}
	attr.case_exact = true;
	tap_ok(
	    slice_equal(form_canonical(a, &attr, SLICE("WORK")), SLICE("WORK")),
	    "CHAR-04 but not what is caseExact");
}

int
main(void)
{
	struct arena *a = arena_new();

	for (size_t i = 0; i < NELEM(checks); i++)
		tap_ok(
		    (form_refuse(a, checks[i].form, slice_of(checks[i].text)) ==
			NULL) == checks[i].good,
		    "%s '%s' is %s", checks[i].id, checks[i].text,
		    checks[i].good ? "good" : "refused");
	test_spellings(a);
	for (size_t i = 0; i < NELEM(pairs); i++)
		tap_ok(slice_equal(form_compared(a, pairs[i].form,
				       slice_of(pairs[i].one)),
			   form_compared(a, pairs[i].form,
			       slice_of(pairs[i].other))) == pairs[i].same,
		    "%s '%s' %s '%s'", pairs[i].id, pairs[i].one,
		    pairs[i].same ? "is" : "is not", pairs[i].other);
	arena_free(a);
	return tap_done();
}
