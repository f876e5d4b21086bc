/*
 * function_date.c: functions of dates; they count as VB.NET does.
 */
#include "base/calendar.h"
#include "base/nelem.h"
#include "base/text_letter.h"
#include "sync/date.h"
#include "sync/function.h"

enum interval { YEARS, MONTHS, DAYS, WEEKS, HOURS, MINUTES, SECONDS };

/* clang-format off */
static const struct interval_word {
	struct slice	word;
	enum interval	interval;
	int64_t		ticks;		/* 0: it is not always as long */
} intervals[] = {
	{ { "yyyy", 4 }, YEARS,   0 },
	{ { "m", 1 },    MONTHS,  0 },
	{ { "d", 1 },    DAYS,    DATE_DAY },
	{ { "ww", 2 },   WEEKS,   7 * DATE_DAY },
	{ { "h", 1 },    HOURS,   3600 * DATE_SECOND },
	{ { "n", 1 },    MINUTES, 60 * DATE_SECOND },
	{ { "s", 1 },    SECONDS, DATE_SECOND },
};

/* DateTimeStyles; beside white space they say what is so anyway. */
static const struct {
	struct slice	word;
	bool		leading, trailing;
} styles[] = {
	{ { "None", 4 },		false, false },
	{ { "RoundtripKind", 13 },	false, false },
	{ { "AllowLeadingWhite", 17 },	true,  false },
	{ { "AllowTrailingWhite", 18 },	false, true },
	{ { "AllowInnerWhite", 15 },	false, false },
	{ { "AllowWhiteSpaces", 16 },	true,  true },
	{ { "AssumeUniversal", 15 },	false, false },
	{ { "AssumeLocal", 11 },	false, false },
	{ { "AdjustToUniversal", 17 },	false, false },
	{ { "NoCurrentDateDefault", 20 }, false, false },
};
/* clang-format on */

static const struct interval_word *
find_interval(struct slice word)
{
	for (size_t i = 0; i < NELEM(intervals); i++)
		if (slice_equal(intervals[i].word, word))
			return &intervals[i];
	return NULL;
}

bool
function_is_interval(struct slice word)
{
	return find_interval(word) != NULL;
}

static int
call_interval(struct call *c, const struct interval_word **out)
{
	struct slice word;

	if (call_text(c, 0, &word) == -1)
		return -1;
	*out = find_interval(word);
	if (*out == NULL)
		return call_fail(c, "no interval: yyyy, m, d, ww, h, n or s");
	return 0;
}

int
function_now(struct call *c, struct datum *out)
{
	/* The text has seconds; what it is compared with, too. */
	*out = datum_date(c->r->world->now_ms / 1000 * DATE_SECOND);
	return 0;
}

int
function_cdate(struct call *c, struct datum *out)
{
	int64_t ticks;
	bool is_null;

	if (call_date(c, 0, &ticks, &is_null) == -1)
		return -1;
	if (!is_null)
		*out = datum_date(ticks);
	return 0;
}

/* N months on, and where that month is shorter, its last day. */
static int
add_months(int64_t *ticks, int64_t n)
{
	struct date d = date_split(*ticks);
	int64_t month;
	int len;

	if (n < -120000 || n > 120000)
		return -1;
	month = d.year * INT64_C(12) + d.month - 1 + n;
	if (month < 12)
		return -1;
	d.year = (int)(month / 12);
	d.month = (int)(month % 12) + 1;
	len = calendar_month_len(d.year, d.month);
	d.day = d.day > len ? len : d.day;
	return date_join(&d, ticks);
}

static int
add(const struct interval_word *i, int64_t n, int64_t *ticks)
{
	int64_t span;

	if (i->interval == YEARS)
		return __builtin_mul_overflow(n, 12, &n) ? -1
							 : add_months(ticks, n);
	if (i->interval == MONTHS)
		return add_months(ticks, n);
	if (__builtin_mul_overflow(n, i->ticks, &span) ||
	    __builtin_add_overflow(*ticks, span, ticks))
		return -1;
	return date_is_valid(*ticks) ? 0 : -1;
}

int
function_date_add(struct call *c, struct datum *out)
{
	const struct interval_word *interval;
	int64_t n, ticks;
	bool no_n, is_null;

	if (call_interval(c, &interval) == -1 ||
	    call_integer(c, 1, &n, &no_n) == -1 ||
	    call_date(c, 2, &ticks, &is_null) == -1)
		return -1;
	if (no_n || is_null)
		return 0;
	if (add(interval, n, &ticks) == -1)
		return call_fail(c, "beyond the year 9999 or before 1");
	*out = datum_date(ticks);
	return 0;
}

/* The number of the week of TICKS, which begins on Sunday. */
static int64_t
week_of(int64_t ticks)
{
	/* From a Sunday before the year 1. */
	const int64_t days = INT64_C(106752) * 7 - 3;

	return (ticks / DATE_DAY - (ticks % DATE_DAY < 0) + days) / 7;
}

static int64_t
difference(const struct interval_word *i, int64_t from, int64_t to)
{
	struct date d = date_split(from), e = date_split(to);

	switch (i->interval) {
	case YEARS:
		return e.year - d.year;
	case MONTHS:
		return (e.year - d.year) * INT64_C(12) + e.month - d.month;
	case WEEKS:
		return week_of(to) - week_of(from);
	default:
		return (to - from) / i->ticks;
	}
}

int
function_date_diff(struct call *c, struct datum *out)
{
	const struct interval_word *interval;
	int64_t from, to;
	bool no_from, no_to;

	if (call_interval(c, &interval) == -1 ||
	    call_date(c, 1, &from, &no_from) == -1 ||
	    call_date(c, 2, &to, &no_to) == -1)
		return -1;
	if (!no_from && !no_to)
		*out = datum_integer(difference(interval, from, to));
	return 0;
}

int
function_date_from_num(struct call *c, struct datum *out)
{
	int64_t n, ticks;
	bool is_null;

	if (call_integer(c, 0, &n, &is_null) == -1)
		return -1;
	if (is_null)
		return 0;
	if (n < 0 || __builtin_sub_overflow(n, DATE_1601, &ticks) ||
	    !date_is_valid(ticks))
		return call_fail(c, "no time since 1601 in 100 ns");
	*out = datum_date(ticks);
	return 0;
}

int
function_num_from_date(struct call *c, struct datum *out)
{
	int64_t ticks;
	bool is_null;

	if (call_date(c, 0, &ticks, &is_null) == -1)
		return -1;
	if (is_null)
		return 0;
	if (ticks < -DATE_1601)
		return call_fail(c, "a date before 1601");
	*out = datum_integer(ticks + DATE_1601);
	return 0;
}

/* Take from *TEXT the white space that the styles, "A, B", allow. */
static int
apply_styles(struct call *c, struct slice words, struct slice *text)
{
	bool leading = words.data == NULL, trailing = leading;
	struct slice word;

	while (words.len > 0 && slice_next(&words, ',', &word)) {
		size_t i = 0;

		word = slice_trim(word);
		while (i < NELEM(styles) && !slice_equal(styles[i].word, word))
			i++;
		if (i == NELEM(styles))
			return call_fail(c, "no style %.*s",
			    SLICE_ARG(letter_part(word, 0, CALL_SHOWN_MAX)));
		leading |= styles[i].leading;
		trailing |= styles[i].trailing;
	}
	while (leading && text->len > 0 && text->data[0] == ' ')
		*text = slice_from(*text, 1);
	while (trailing && text->len > 0 && text->data[text->len - 1] == ' ')
		text->len--;
	return 0;
}

static int
refuse_date(struct call *c, struct slice text)
{
	struct datum v = datum_text(letter_part(text, 0, CALL_SHOWN_MAX));

	v.redacted = c->redacted;
	return call_fail(c, "'%.*s' is no date in that format",
	    SLICE_ARG(datum_shown(c->r->a, &v)));
}

int
function_format_date_time(struct call *c, struct datum *out)
{
	struct slice source, words, in, format, text;
	int64_t ticks;

	if (call_text(c, 0, &source) == -1 || call_text(c, 1, &words) == -1 ||
	    call_text(c, 2, &in) == -1 || call_text(c, 3, &format) == -1)
		return -1;
	if (source.len == 0)
		return 0;
	if (apply_styles(c, words, &source) == -1)
		return -1;
	if ((in.len > 0 ? date_parse_as(source, in, &ticks)
			: date_parse(source, &ticks)) == -1)
		return refuse_date(c, source);
	if (date_format(c->r->a, ticks, format, &text) == -1)
		return call_fail(c, "no format of dates");
	*out = datum_text(text);
	return 0;
}
