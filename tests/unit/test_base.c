/*
 * test_base.c: the room that knows C only.
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/log.h"
#include "base/nelem.h"
#include "base/number.h"
#include "base/text.h"
#include "base/text_letter.h"
#include "base/uuid.h"
#include "tap.h"

static bool
is(struct slice got, const char *want)
{
	return slice_equal(got, slice_of(want));
}

static int deferred[3], ndeferred;

static void
note(void *number)
{
	deferred[ndeferred++] = *(const int *)number;
}

static void
test_arena(void)
{
	struct arena *a = arena_new();
	static int one = 1, two = 2;
	char *grown, *big;

	grown = arena_grow(a, NULL, 0, 10);
	memcpy(grown, "123456789", 10);
	tap_ok(arena_grow(a, grown, 10, 1000) == grown, "grows in place");
	arena_alloc(a, 1);
	big = arena_grow(a, grown, 10, 100000);
	tap_ok(big != grown && strcmp(big, "123456789") == 0,
	    "else the bytes move");
	tap_ok(strcmp(arena_printf(a, "%0300d", 7) + 299, "7") == 0,
	    "a long text is printed whole");
	tap_ok(
	    is(ARENA_JOIN(a, SLICE("a"), slice_of(NULL), SLICE("bc")), "abc"),
	    "slices are joined, empty ones too");
	arena_defer(a, note, &one);
	arena_defer(a, note, &two);
	arena_reset(a);
	tap_ok(ndeferred == 2 && deferred[0] == 2 && deferred[1] == 1,
	    "the deferred run, last first");
	tap_ok(arena_calloc(a, 3, 7) != NULL, "and the arena goes on");
	arena_free(a);
}

/* One byte of many is escaped, wherever it stands; 0x7F and above are not. */
static void
test_escapes_anywhere(void)
{
	static const char bytes[] = "\x1f\"\\ !\x7f\x80\xff#[]";
	char text[40], want[64];
	struct buf b;
	bool good = true;

	buf_init(&b, 100);
	for (size_t i = 0; i < sizeof(bytes) - 1; i++)
		for (size_t at = 0; at < sizeof(text) - 1; at++) {
			const char *escape = i == 0 ? "\\u001f"
			    : i == 1		    ? "\\\""
			    : i == 2		    ? "\\\\"
						    : NULL;
			char one[2] = { bytes[i], '\0' };

			memset(text, '#', sizeof(text) - 1);
			text[sizeof(text) - 1] = '\0';
			text[at] = bytes[i];
			snprintf(want, sizeof(want), "\"%.*s%s%s\"", (int)at,
			    text, escape != NULL ? escape : one, text + at + 1);
			buf_clear(&b);
			buf_json_string(&b, slice_of(text));
			good &= slice_equal(buf_text(&b), slice_of(want));
		}
	tap_ok(good, "JSON escapes at every place of a text");
	buf_fini(&b);
}

static void
test_buf(void)
{
	struct buf b;

	buf_init(&b, 32);
	buf_number(&b, UINT64_MAX);
	buf_number(&b, 0);
	tap_ok(is(buf_text(&b), "184467440737095516150"),
	    "numbers, the largest and the smallest");
	buf_fini(&b);
	buf_init(&b, 8);
	buf_puts(&b, "12345678");
	tap_ok(!buf_overflowed(&b), "a buffer takes its maximum");
	buf_putc(&b, '9');
	tap_ok(buf_overflowed(&b) && is(buf_text(&b), "12345678"),
	    "and not one byte more");
	buf_clear(&b);
	buf_puts(&b, "ab");
	buf_truncate(&b, 1);
	buf_printf(&b, "%d", 42);
	tap_ok(is(buf_text(&b), "a42"), "truncate and printf");
	buf_fini(&b);
	buf_init(&b, 100);
	buf_json_string(&b, SLICE("a\"\\\n\t\x01/\xc3\xa9"));
	tap_ok(is(buf_text(&b), "\"a\\\"\\\\\\n\\t\\u0001/\xc3\xa9\""),
	    "JSON escapes (RFC 8259 section 7)");
	buf_fini(&b);
}

static const struct {
	const char *text;
	int rc;
	int64_t value;
	bool clamped;
} numbers[] = {
	{ "0", 0, 0, false },
	{ "-5", 0, -5, false },
	{ "+7", 0, 7, false },
	{ "10", 0, 10, false },
	{ "11", 0, 10, true },
	{ "-11", 0, -10, true },
	{ "99999999999999999999", 0, 10, true },
	{ "--1", -1, 0, false },
	{ "0010", 0, 10, false },
	{ "-99999999999999999999", 0, -10, true },
	{ "9223372036854775808", 0, 10, true },
	{ "", -1, 0, false },
	{ "-", -1, 0, false },
	{ "1.5", -1, 0, false },
	{ " 1", -1, 0, false },
	{ "1x", -1, 0, false },
};

static void
test_number(void)
{
	char digits[NUMBER_LEN_MAX];
	int64_t value;

	for (size_t i = 0; i < NELEM(numbers); i++) {
		bool clamped = false;
		int rc = parse_int(
		    slice_of(numbers[i].text), -10, 10, &value, &clamped);

		tap_ok(rc == numbers[i].rc &&
			(rc == -1 ||
			    (value == numbers[i].value &&
				clamped == numbers[i].clamped)),
		    "number '%s'", numbers[i].text);
	}
	tap_ok(parse_int(SLICE("-9223372036854775808"), INT64_MIN, INT64_MAX,
		   &value, NULL) == 0 &&
		value == INT64_MIN,
	    "the least number");
	tap_ok(parse_int(SLICE("11"), -10, 10, &value, NULL) == -1,
	    "out of range without clamping");
	tap_ok(slice_equal(number_text(0, digits), SLICE("0")) &&
		slice_equal(number_text(UINT64_MAX, digits),
		    SLICE("18446744073709551615")),
	    "numbers as text");
}

static const struct {
	const char *text;
	int64_t seconds; /* -1: refused */
	uint32_t nanoseconds;
} instants[] = {
	{ "1970-01-01T00:00:00Z", 0, 0 },
	{ "1970-01-01T00:00:00", 0, 0 },
	{ "1970-01-01T01:00:00+01:00", 0, 0 },
	{ "2000-02-29T12:00:00.5Z", 951825600, 500000000 },
	{ "2011-05-13T04:42:34.123456789123Z", 1305261754, 123456789 },
	{ "2020-01-01T00:00:00+02:00", 1577829600, 0 },
	{ "2020-01-01T00:00:00-00:30", 1577838600, 0 },
	{ "2019-02-29T00:00:00Z", -1, 0 },
	{ "1900-02-29T00:00:00Z", -1, 0 },
	{ "2020-13-01T00:00:00Z", -1, 0 },
	{ "2020-01-32T00:00:00Z", -1, 0 },
	{ "2020-02-29T24:00:00.000Z", 1583020800, 0 },
	{ "2019-12-31T24:00:00+02:00", 1577829600, 0 },
	{ "2020-01-01T24:00:00.5Z", -1, 0 },
	{ "2020-01-01T24:01:00Z", -1, 0 },
	{ "2020-01-01T24:00:01Z", -1, 0 },
	{ "2020-01-01T25:00:00Z", -1, 0 },
	{ "2016-12-31T23:59:60Z", 1483228800, 0 },
	{ "2017-01-01T00:59:60.5+01:00", 1483228800, 500000000 },
	{ "2016-12-31T23:59:60+01:00", -1, 0 },
	{ "2016-12-31T22:59:60Z", -1, 0 },
	{ "2016-12-31T23:59:61Z", -1, 0 },
	{ "2020-01-01T14:00:00+14:00", 1577836800, 0 },
	{ "2020-01-01T00:00:00+14:01", -1, 0 },
	{ "2020-01-01T00:60:00Z", -1, 0 },
	{ "2000-02-30T00:00:00Z", -1, 0 },
	{ "2020-00-01T00:00:00Z", -1, 0 },
	{ "2020-01-00T00:00:00Z", -1, 0 },
	{ "2020-01-01T00:00:00+0100", -1, 0 },
	{ "2020-01-01T00:00:00+01:60", -1, 0 },
	{ "+2020-01-01T00:00:00Z", -1, 0 },
	{ "2400-02-29T00:00:00Z", 13574563200, 0 },
	{ "1969-12-31T23:59:58.25Z", -2, 250000000 },
	{ "2020-01-01", -1, 0 },
	{ "00:00:00Z", -1, 0 },
	{ "2020-01-01T00:00:00.Z", -1, 0 },
	{ "2020-01-01T00:00:00+1", -1, 0 },
	{ "2020-01-01T00:00:00Zx", -1, 0 },
	{ "2020-01-01 00:00:00Z", -1, 0 },
	{ "", -1, 0 },
};

static void
test_clock(void)
{
	char text[CLOCK_TEXT_SIZE];

	for (size_t i = 0; i < NELEM(instants); i++) {
		struct instant at = { -1, 0 };
		int rc = clock_parse(slice_of(instants[i].text), &at);

		tap_ok(instants[i].seconds == -1
			? rc == -1
			: rc == 0 && at.seconds == instants[i].seconds &&
			    at.nanoseconds == instants[i].nanoseconds,
		    "TYPE-05 dateTime '%s'", instants[i].text);
	}
	clock_format(1577829600123, text);
	tap_ok(
	    strcmp(text, "2019-12-31T22:00:00.123Z") == 0, "TYPE-06 %s", text);
	clock_format(-1, text);
	tap_ok(strcmp(text, "1969-12-31T23:59:59.999Z") == 0, "before 1970: %s",
	    text);
}

/* The random end of the next id of a child of this process. */
static uint64_t
random_of_child(void)
{
	uint64_t random = 0;
	int fds[2];
	pid_t pid;

	if (pipe(fds) == -1 || (pid = fork()) == -1)
		abort();
	if (pid == 0) {
		struct uuid id = uuid_new(5);

		_exit(write(fds[1], id.bytes + 8, 8) == 8 ? 0 : 1);
	}
	waitpid(pid, NULL, 0);
	if (read(fds[0], &random, 8) != 8)
		abort();
	close(fds[0]);
	close(fds[1]);
	return random;
}

/* What was made ready for the ids of a process is for it alone. */
static void
test_uuid_forked(void)
{
	uint64_t one = random_of_child(), other = random_of_child(), own;
	struct uuid id = uuid_new(5);

	memcpy(&own, id.bytes + 8, 8);
	tap_ok(one != other && one != own && other != own,
	    "ids of children have random bits of their own");
}

static void
test_uuid(void)
{
	struct uuid last = uuid_new(1000000), next, read;
	char text[UUID_TEXT_SIZE];
	bool ascends = true;

	for (int i = 0; i < 10000; i++) {
		/* The clock stands still, then goes back. */
		next = uuid_new(i < 5000 ? 1000000 : 5);
		ascends &= uuid_compare(&last, &next) < 0;
		last = next;
	}
	tap_ok(ascends, "ids ascend, also when the clock is set back");
	uuid_format(&next, text);
	tap_ok(text[14] == '7' && strchr("89ab", text[19]) != NULL,
	    "version 7: %s", text);
	tap_ok(uuid_parse(slice_of(text), &read) == 0 &&
		uuid_compare(&read, &next) == 0,
	    "the text is read back");
	tap_ok(uuid_parse(
		   SLICE("0192AB11-0000-7000-8000-000000000000"), &read) == -1,
	    "STR-04 upper case is another name");
	tap_ok(uuid_parse(
		   SLICE("0192ab11-0000-7000-8000-00000000000"), &read) == -1,
	    "too short");
	tap_ok(uuid_parse(
		   SLICE("0192ab11x0000-7000-8000-000000000000"), &read) == -1,
	    "no hyphen");
}

/* Equal after folding: case, composition, special casing. */
static const struct {
	const char *x;
	const char *y;
	bool equal;
} folded[] = {
	{ "Bob", "bOB", true },
	{ "zo\xc3\xab", "ZO\xc3\x8b", true },
	{ "zo\xc3\xab", "ZOE\xcc\x88", true },
	{ "stra\xc3\x9f"
	  "e",
	    "STRASSE", true },
	{ "\xce\xa3", "\xcf\x82", true },  /* capital, final sigma */
	{ "\xe1\xba\x9e", "ss", true },	   /* capital sharp s */
	{ "\xef\xac\x81", "fi", true },	   /* the ligature */
	{ "\xc4\xb0", "i", false },	   /* I with a dot */
	{ "\xef\xbc\xa2ob", "bob", true }, /* a wide B (STR-02) */
	{ "\xef\xbd\xb6\xef\xbe\x9e", "\xe3\x82\xac", true }, /* narrow ga */
	{ "\xc2\xb2", "2", false }, /* superscript: another character */
	{ "a", "b", false },
	{ "", "", true },
};

static const struct {
	const char *bytes;
	bool valid;
} utf8[] = {
	{ "plain", true }, { "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", true },
	{ "\xee\x80\x80\xef\xbf\xbf\xf4\x8f\xbf\xbf", true },
	{ "\xe0\x80\xaf", false }, { "\xf0\x80\x80\xaf", false },
	{ "\x80", false }, { "\xed\xbf\xbf", false },
	{ "\xf5\x80\x80\x80", false }, { "a\xe2\x82", false },
	{ "\xff", false }, { "\xc3", false },
	{ "\xc0\xaf", false },	       /* overlong */
	{ "\xed\xa0\x80", false },     /* surrogate */
	{ "\xf4\x90\x80\x80", false }, /* above U+10FFFF */
};

static void
test_text(void)
{
	struct arena *a = arena_new();

	for (size_t i = 0; i < NELEM(folded); i++)
		tap_ok(
		    slice_equal(text_fold(a, slice_of(folded[i].x)),
			text_fold(a, slice_of(folded[i].y))) == folded[i].equal,
		    "STR-03 '%s' and '%s'", folded[i].x, folded[i].y);
	for (size_t i = 0; i < NELEM(utf8); i++)
		tap_ok(text_is_utf8(slice_of(utf8[i].bytes)) == utf8[i].valid,
		    "UTF-8 row %zu", i);
	tap_ok(is(text_nfc(a, SLICE("Bob")), "Bob"), "NFC keeps the case");
	tap_ok(!text_is_utf8((struct slice){ "a\0b", 3 }), "no NUL");
	tap_ok(is(text_nfc(a, SLICE("e\xcc\x88")), "\xc3\xab"), "NFC");
	tap_ok(is(text_nfc(a, SLICE("\xef\xbc\xa2")), "\xef\xbc\xa2"),
	    "NFC keeps the width");
	tap_ok(text_is_blank(SLICE(" \t\xc2\xa0\xe3\x80\x80\n")) &&
		text_is_blank(SLICE("")) && !text_is_blank(SLICE(" a ")) &&
		!text_is_blank(SLICE("\xff")),
	    "POST-07 blank text");
	arena_free(a);
}

static void
test_letters(void)
{
	struct arena *a = arena_new();
	struct slice broken = SLICE("a\xff\xc3");
	int32_t c;

	tap_ok(letter_next(&broken, &c) && c == 'a' &&
		letter_next(&broken, &c) && c == 0xfffd &&
		letter_next(&broken, &c) && c == 0xfffd &&
		!letter_next(&broken, &c),
	    "a byte that is not UTF-8 is a character");
	tap_ok(letter_count(SLICE("a\xc3\xab\xf0\x9f\x98\x80")) == 3,
	    "characters are counted");
	tap_ok(is(letter_part(SLICE("\xc3\xab"
				    "bcd"),
		      1, 2),
		   "bc") &&
		is(letter_part(SLICE("ab"), 1, 9), "b") &&
		is(letter_part(SLICE("ab"), 3, 1), ""),
	    "a part is of characters");
	tap_ok(is(letter_base(a, SLICE("\xe1\xba\xbf o\xcc\x88")), "e o") &&
		is(letter_base(a, SLICE("\xe3\x81\x8c")), "\xe3\x81\x8c") &&
		is(letter_base(a, SLICE("\xff")), "\xff"),
	    "Latin letters lose their marks, others keep them");
	tap_ok(letter_is_separator('-') && letter_is_separator(0x3000) &&
		!letter_is_separator('a') && !letter_is_separator('$'),
	    "separators");
	arena_free(a);
}

static void
test_error(void)
{
	struct error err;
	char text[600];

	memset(text, 'x', sizeof(text));
	memcpy(text + sizeof(err.detail) - 2, "\xe2\x82\xac", 4);
	tap_ok(error_set(&err, ERR_BUSY, "%s", text) == -1 &&
		text_is_utf8(slice_of(err.detail)),
	    "a long detail is cut at a character");
	error_set(&err, ERR_INVALID_PATH, "b");
	error_prefix(&err, "a: ");
	tap_ok(err.code == ERR_INVALID_PATH && strcmp(err.detail, "a: b") == 0,
	    "a prefix keeps the code");
}

static void
test_slice(void)
{
	struct slice rest = SLICE("a,,b"), item;
	char joined[16] = "";

	while (slice_next(&rest, ',', &item))
		snprintf(joined + strlen(joined), 8, "<%.*s>", SLICE_ARG(item));
	tap_ok(strcmp(joined, "<a><><b>") == 0, "slice_next: %s", joined);
	tap_ok(is(slice_trim(SLICE(" \tx y ")), "x y"), "slice_trim");
	tap_ok(slice_equal_nocase(SLICE("UserName"), SLICE("username")) &&
		!slice_equal_nocase(SLICE("\xc3\x89"), SLICE("\xc3\xa9")),
	    "CORE-01 only ASCII is folded in names");
}

static void
test_digest(void)
{
	static const unsigned char abc[] = { 0xba, 0x78, 0x16, 0xbf };
	unsigned char out[DIGEST_LEN];

	digest_sha256(SLICE("abc"), out);
	tap_ok(memcmp(out, abc, sizeof(abc)) == 0 && out[31] == 0xad,
	    "SHA-256 of abc (FIPS 180-4)");
}

/* RFC 4231 section 4: keys shorter than a digest, filled up with zeros. */
static void
test_hmac(void)
{
	static const struct {
		unsigned char key[DIGEST_LEN];
		const char *data, *mac;
	} rows[] = {
		{ { 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b,
		      0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b,
		      0x0b },
		    "Hi There",
		    "b0344c61d8db38535ca8afceaf0bf12b"
		    "881dc200c9833da726e9376c2e32cff7" },
		{ { 'J', 'e', 'f', 'e' }, "what do ya want for nothing?",
		    "5bdcc146bf60754e6a042426089575c7"
		    "5a003f089d2739839dec58b964ec3843" },
	};
	unsigned char mac[DIGEST_LEN];
	char hex[2 * DIGEST_LEN + 1];

	for (size_t i = 0; i < NELEM(rows); i++) {
		digest_hmac(rows[i].key, slice_of(rows[i].data), mac);
		for (size_t j = 0; j < sizeof(mac); j++)
			snprintf(hex + 2 * j, 3, "%02x", mac[j]);
		tap_ok(strcmp(hex, rows[i].mac) == 0,
		    "HMAC-SHA-256 of '%s': %s", rows[i].data, hex);
	}
}

static void
test_random(void)
{
	unsigned char first[300] = { 0 }, second[300] = { 0 };
	size_t zeros = 0;

	digest_random(first, sizeof(first) - 1);
	digest_random(second, sizeof(second) - 1);
	for (size_t i = 0; i < sizeof(first) - 1; i++)
		zeros += first[i] == 0;
	tap_ok(memcmp(first, second, sizeof(first)) != 0 && zeros < 20 &&
		first[sizeof(first) - 1] == 0,
	    "random bytes, all that are wanted and no more");
}

/* What would have gone to syslog(3): the linker leads it here. */
static char said[4096];

void __wrap_syslog(int priority, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void __wrap___syslog_chk(int priority, int flag, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

void
__wrap_syslog(int priority, const char *fmt, ...)
{
	va_list ap;

	(void)priority;
	va_start(ap, fmt);
	vsnprintf(said, sizeof(said), fmt, ap);
	va_end(ap);
}

/* Its name where calls are fortified. */
void
__wrap___syslog_chk(int priority, int flag, const char *fmt, ...)
{
	va_list ap;

	(void)priority;
	(void)flag;
	va_start(ap, fmt);
	vsnprintf(said, sizeof(said), fmt, ap);
	va_end(ap);
}

static void
test_log(void)
{
	log_open("unit", LOG_LEVEL_INFO);
	log_set_output(true, false);
	log_warning("a line\n and \x1b[2J");
	tap_ok(strcmp(said, "a line? and ?[2J") == 0, "to syslog: %s", said);
	log_set_output(true, true);
	log_request("r1");
	log_info("say \"x\\y\"\t%s", "z");
	tap_ok(strstr(said,
		   "\"level\":\"info\",\"request\":\"r1\","
		   "\"text\":\"say \\\"x\\\\y\\\"?z\"}") != NULL,
	    "as JSON: %s", said);
	log_set_output(false, false);
	log_request(NULL);
}

int
main(void)
{
	test_log();
	test_escapes_anywhere();
	test_arena();
	test_buf();
	test_number();
	test_clock();
	test_uuid();
	test_uuid_forked();
	test_text();
	test_letters();
	test_error();
	test_slice();
	test_digest();
	test_hmac();
	test_random();
	return tap_done();
}
