/*
 * function_case.c: upper, lower and title case; letters without marks.
 */
#include "base/nelem.h"
#include "base/text_letter.h"
#include "sync/function.h"

/* clang-format off */
/* Letters that do not fall apart into another and a mark. */
static const struct {
	int32_t		letter;
	const char	*base;
} bases[] = {
	{ 0x00c6, "AE" }, { 0x00e6, "ae" },	/* AE ligature */
	{ 0x00d0, "D" },  { 0x00f0, "d" },	/* eth */
	{ 0x00d8, "OE" }, { 0x00f8, "oe" },	/* O with stroke */
	{ 0x00de, "TH" }, { 0x00fe, "th" },	/* thorn */
	{ 0x00df, "ss" }, { 0x1e9e, "SS" },	/* sharp s */
	{ 0x0110, "D" },  { 0x0111, "d" },	/* D with stroke */
	{ 0x0126, "H" },  { 0x0127, "h" },	/* H with stroke */
	{ 0x0131, "i" },			/* i without dot */
	{ 0x0141, "L" },  { 0x0142, "l" },	/* L with stroke */
	{ 0x0152, "OE" }, { 0x0153, "oe" },	/* OE ligature */
	{ 0x0166, "T" },  { 0x0167, "t" },	/* T with stroke */
};
/* clang-format on */

static const char *
base_of(int32_t letter)
{
	for (size_t i = 0; i < NELEM(bases); i++)
		if (bases[i].letter == letter)
			return bases[i].base;
	return NULL;
}

int
function_normalize_diacritics(struct call *c, struct datum *out)
{
	struct slice text;
	const char *base;
	struct buf b;
	int32_t letter;

	if (call_text(c, 0, &text) == -1)
		return -1;
	if (text.data == NULL)
		return 0;
	text = letter_base(c->r->a, text);
	buf_init(&b, EXPRESSION_TEXT_MAX);
	while (letter_next(&text, &letter)) {
		base = base_of(letter);
		if (base != NULL)
			buf_puts(&b, base);
		else
			letter_put(&b, letter);
	}
	return call_take_text(c, &b, out);
}

/* Does LETTER end a word: is it in SEPARATORS, or, without, any separator? */
static bool
is_separator(struct slice separators, int32_t letter)
{
	int32_t one;

	if (separators.data == NULL)
		return letter_is_separator(letter);
	while (letter_next(&separators, &one))
		if (one == letter)
			return true;
	return false;
}

int
function_pcase(struct call *c, struct datum *out)
{
	struct slice text, separators;
	bool first = true;
	struct buf b;
	int32_t letter;

	if (call_text(c, 0, &text) == -1 ||
	    call_text(c, 1, &separators) == -1 ||
	    run_charge(c->r, c->node, text.len / 64 * separators.len) == -1)
		return -1;
	if (text.data == NULL)
		return 0;
	buf_init(&b, EXPRESSION_TEXT_MAX);
	while (letter_next(&text, &letter)) {
		letter_put(
		    &b, first ? letter_title(letter) : letter_lower(letter));
		first = is_separator(separators, letter);
	}
	return call_take_text(c, &b, out);
}

/* Turkish and Azeri know an i with and one without a dot. */
static int32_t
turkish(int32_t letter, bool upper)
{
	if (upper)
		return letter == 'i' ? 0x130 : letter_upper(letter);
	if (letter == 'I')
		return 0x131;
	return letter == 0x130 ? 'i' : letter_lower(letter);
}

static int
turn(struct call *c, bool upper, struct datum *out)
{
	struct slice text, culture;
	bool dotless;
	struct buf b;
	int32_t letter;

	if (call_text(c, 0, &text) == -1 || call_text(c, 1, &culture) == -1)
		return -1;
	if (text.data == NULL)
		return 0;
	dotless = slice_has_prefix_nocase(culture, SLICE("tr")) ||
	    slice_has_prefix_nocase(culture, SLICE("az"));
	buf_init(&b, EXPRESSION_TEXT_MAX);
	while (letter_next(&text, &letter)) {
		if (dotless)
			letter = turkish(letter, upper);
		else
			letter =
			    upper ? letter_upper(letter) : letter_lower(letter);
		letter_put(&b, letter);
	}
	return call_take_text(c, &b, out);
}

int
function_to_lower(struct call *c, struct datum *out)
{
	return turn(c, false, out);
}

int
function_to_upper(struct call *c, struct datum *out)
{
	return turn(c, true, out);
}
