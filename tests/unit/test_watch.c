/*
 * test_watch.c: files of lines, redaction, the chain of the audit, heartbeats.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/nelem.h"
#include "tap.h"
#include "watch/audit_private.h"
#include "watch/heartbeat.h"
#include "watch/lines_writer.h"
#include "watch/redact.h"
#include "watch/request_log.h"

#define DAY  INT64_C(86400000)
#define NOON (INT64_C(20000) * DAY + DAY / 2)

static char directory[] = "/tmp/muster-watch.XXXXXX";
static struct arena *a;

static const char *
place(const char *name)
{
	return arena_printf(a, "%s/%s", directory, name);
}

/* What stands where it should not: "" of a row: everything may be shown. */
/* clang-format off */
static const struct {
	const char	*body;
	const char	*want;	/* NULL: the body as it is */
} bodies[] = {
	{ "{\"userName\":\"anna\",\"password\":\"p\"}",
	  "{\"userName\":\"anna\",\"password\":\"(redacted)\"}" },
	{ "{\"PassWord\":[\"p\",{\"value\":\"p\"}]}",
	  "{\"PassWord\":\"(redacted)\"}" },
	{ "{\"pass\\u0077ord\":\"p\"}", "{\"password\":\"(redacted)\"}" },
	{ "{\"urn:ietf:params:scim:schemas:core:2.0:User:password\":\"p\"}",
	  "{\"urn:ietf:params:scim:schemas:core:2.0:User:password\":\"(redacted)\"}" },
	/* PATCH: by its path, without one, in a list, with a filter. */
	{ "{\"Operations\":[{\"op\":\"replace\",\"path\":\"password\",\"value\":\"p\"}]}",
	  "{\"Operations\":[{\"op\":\"replace\",\"path\":\"password\",\"value\":\"(redacted)\"}]}" },
	{ "{\"Operations\":[{\"OP\":\"Replace\",\"PATH\":\"urn:x:User:Password\",\"VALUE\":{\"a\":[\"p\"]}}]}",
	  "{\"Operations\":[{\"OP\":\"Replace\",\"PATH\":\"urn:x:User:Password\",\"VALUE\":\"(redacted)\"}]}" },
	{ "{\"Operations\":[{\"op\":\"add\",\"value\":{\"title\":\"T\",\"password\":[{\"value\":\"p\"}]}}]}",
	  "{\"Operations\":[{\"op\":\"add\",\"value\":{\"title\":\"T\",\"password\":\"(redacted)\"}}]}" },
	{ "{\"op\":\"remove\",\"path\":\"x[password eq \\\"p\\\"]\"}",
	  "{\"op\":\"remove\",\"path\":\"(redacted)\"}" },
	{ "{\"op\":\"add\",\"value\":{\"x[password eq \\\"p\\\"].y\":\"q\"}}",
	  "{\"op\":\"add\",\"value\":{\"(redacted)\":\"(redacted)\"}}" },
	/* Bulk. */
	{ "{\"Operations\":[{\"method\":\"POST\",\"path\":\"/Users\",\"bulkId\":\"b\",\"data\":{\"password\":\"p\",\"name\":{\"familyName\":\"B\"}}}]}",
	  "{\"Operations\":[{\"method\":\"POST\",\"path\":\"/Users\",\"bulkId\":\"b\",\"data\":{\"password\":\"(redacted)\",\"name\":{\"familyName\":\"B\"}}}]}" },
	/* Secrets in the wrong place, and JSON in a string. */
	{ "{\"title\":\"mst_YtpqLynj8MK0pYfkCPqOgl6x5LKnKeqIy0lhl0B0ZicYTr\"}",
	  "{\"title\":\"(redacted)\"}" },
	{ "{\"title\":\"Bearer abc\"}", "{\"title\":\"(redacted)\"}" },
	{ "{\"title\":\"eyJhbGciOiJFUzI1NiJ9.e30.c2ln\"}", "{\"title\":\"(redacted)\"}" },
	{ "{\"roles\":[{\"value\":\"{\\\"password\\\":\\\"p\\\"}\"}]}",
	  "{\"roles\":[{\"value\":\"(redacted)\"}]}" },
	{ "{\"client_secret\":\"p\",\"accessToken\":\"p\",\"Authorization\":\"p\"}",
	  "{\"client_secret\":\"(redacted)\",\"accessToken\":\"(redacted)\",\"Authorization\":\"(redacted)\"}" },
	/* What an administrator names: pin, and emails, of which ".value". */
	{ "{\"urn:example:User\":{\"pin\":[1,2]},\"EMAILS\":[{\"value\":\"a@b\"}]}",
	  "{\"urn:example:User\":{\"pin\":\"(redacted)\"},\"EMAILS\":\"(redacted)\"}" },
	{ "{\"op\":\"replace\",\"path\":\"emails[type eq \\\"work\\\"].value\",\"value\":\"a@b\"}",
	  "{\"op\":\"replace\",\"path\":\"(redacted)\",\"value\":\"(redacted)\"}" },
	{ "{\"op\":\"replace\",\"path\":\"emails.value\",\"value\":\"a@b\"}",
	  "{\"op\":\"replace\",\"path\":\"emails.value\",\"value\":\"(redacted)\"}" },
	/* Names that are hidden do not become the same. */
	{ "{\"mst_a\":1,\"(Redacted 2)\":2,\"(redacted)\":3,\"mcs_b\":4}",
	  "{\"(redacted)\":1,\"(redacted 2)\":2,\"(redacted 3)\":3,\"(redacted 4)\":4}" },
	/* A filter of a search, a message, JSON behind a space. */
	{ "{\"filter\":\"password eq \\\"p\\\"\"}", "{\"filter\":\"(redacted)\"}" },
	{ "{\"filter\":\"pin eq 1234\"}", "{\"filter\":\"(redacted)\"}" },
	{ "{\"detail\":\"path 'pin eq 1234'\"}", "{\"detail\":\"(redacted)\"}" },
	{ "[\" {\\\"password\\\":\\\"p\\\"}\"]", "[\"(redacted)\"]" },
	/* A path that is none. */
	{ "{\"path\":[\"password\"],\"value\":\"p\"}",
	  "{\"path\":\"(redacted)\",\"value\":\"(redacted)\"}" },
	{ "{\"path\":{\"a\":\"pin\"},\"value\":\"p\"}",
	  "{\"path\":\"(redacted)\",\"value\":\"(redacted)\"}" },
	{ "{\"path\":\"pin eq 1234\",\"value\":\"p\"}",
	  "{\"path\":\"(redacted)\",\"value\":\"(redacted)\"}" },
	/* Everything else as it is. */
	{ "{\"filter\":\"userName eq \\\"x\\\"\",\"detail\":\"none\"}", NULL },
	{ "{\"spinning\":1,\"title\":\"pin\",\"active\":true,\"x\":null}", NULL },
	{ "{\"title\":\"eyJ\",\"members\":[{\"value\":\"1\"}]}", NULL },
	{ "[]", NULL },
};
/* clang-format on */

/* Every word and every mark, in any case. */
static const char *const secrets[] = { "xPassword", "PASSWD", "myPassphrase",
	"Secret", "aToken", "ASSERTION", "Authorization", "apiKey", "Api_Key",
	"privateKey", "PRIVATE_KEY", "x mst_a", "xMCS_a", "Mat_a", "BEARER a",
	"a$y$b", "eyJhbGciOiJFUzI1NiJ9.e30.c2ln" };

static void
test_redact(void)
{
	struct slice names = SLICE("pin, urn:example:2.0:emails.value,"), out;
	struct error err;

	for (size_t i = 0; i < NELEM(bodies); i++) {
		const char *want = bodies[i].want;
		int rc;

		if (want == NULL)
			want = bodies[i].body;
		out = SLICE("");
		rc =
		    redact_body(a, slice_of(bodies[i].body), names, &out, &err);
		tap_ok(rc == 0 && slice_equal(out, slice_of(want)),
		    "redacted: %s: %.*s", bodies[i].body, SLICE_ARG(out));
	}
	tap_ok(redact_body(a, SLICE("{'a':1}"), names, &out, &err) == -1,
	    "what is no JSON cannot be redacted");
	tap_ok(slice_equal(redact_query(SLICE("filter=pin eq \"1\""), names),
		   SLICE(REDACTED)) &&
		redact_query(SLICE("filter=title eq \"x\""), names).len == 19,
	    "a query that names a hidden attribute");
	for (size_t i = 0; i < NELEM(secrets); i++)
		tap_ok(
		    slice_equal(redact_query(slice_of(secrets[i]), SLICE("")),
			SLICE(REDACTED)),
		    "'%s' is hidden", secrets[i]);
	tap_ok(slice_equal(
		   redact_text(SLICE("/Users/mst_abc")), SLICE(REDACTED)) &&
		redact_text(SLICE("/oauth2/token")).len == 13,
	    "a path that holds a token, and one that is called so");
}

/* How many lines a walk over DIR meets, and the last. */
static size_t
count_lines(const char *dir, bool back, struct slice *last)
{
	struct lines_place from = { .file = "" }, at;
	struct lines_walk *w = lines_open(a, dir, back, &from);
	struct slice line;
	struct error err;
	size_t n = 0;

	while (lines_next(w, &line, &at, &err) == 1) {
		*last = arena_slice(a, line);
		n++;
	}
	lines_close(w);
	return n;
}

static void
append_raw(const char *path, const char *text)
{
	FILE *f = fopen(path, "a");

	fputs(text, f);
	fclose(f);
}

static void
test_lines(void)
{
	struct lines_writer w = { .above = place("lines") }, other = w;
	const char *dir = place("lines/7");
	char(*names)[LINES_NAME_SIZE];
	struct slice last;
	struct error err;
	struct stat st;
	size_t n;

	tap_ok(lines_writer_append(&w, 7, NOON, SLICE("one"), &err) == 0 &&
		lines_writer_append(&other, 7, NOON, SLICE("two"), &err) == 0,
	    "two writers, and no directory before");
	tap_ok(stat(dir, &st) == 0 && (st.st_mode & 0777) == 0770,
	    "the directory is for the group");
	/* What a writer that was killed leaves of a line. */
	names = lines_files(a, dir, &n);
	append_raw(arena_printf(a, "%s/%s", dir, names[n - 1]), "\nthr");
	tap_ok(count_lines(dir, false, &last) == 2, "a part is no line yet");
	lines_writer_append(&other, 7, NOON, SLICE("four"), &err);
	n = count_lines(dir, false, &last);
	tap_ok(n == 4 && slice_equal(last, SLICE("four")),
	    "the next line is no part of it");
	tap_ok(count_lines(dir, true, &last) == 4 &&
		slice_equal(last, SLICE("one")),
	    "and back");
	lines_writer_append(&w, 7, NOON + DAY, SLICE("five"), &err);
	lines_writer_append(&other, 7, NOON, SLICE("six"), &err);
	lines_writer_append(&other, 7, NOON + DAY, SLICE("seven"), &err);
	names = lines_files(a, dir, &n);
	tap_ok(n == 2 && count_lines(dir, false, &last) == 7 &&
		slice_equal(last, SLICE("seven")),
	    "a file a day, and no line is lost");
	unlink(arena_printf(a, "%s/%s", dir, names[1]));
	lines_writer_append(&w, 7, NOON + DAY + 200, SLICE("eight"), &err);
	tap_ok(count_lines(dir, false, &last) == 6 &&
		slice_equal(last, SLICE("eight")),
	    "a file that was taken away is written to no more");
	lines_writer_close(&w);
	lines_writer_close(&other);
}

static void
test_prune(void)
{
	struct lines_writer w = { .above = place("prune") };
	const char *dir = place("prune/7");
	char *much = arena_alloc(a, 1024 * 1024);
	struct error err;
	size_t n;

	memset(much, 'x', 1024 * 1024);
	for (int i = 0; i < 20; i++)
		lines_writer_append(&w, 7, NOON + i * 200,
		    (struct slice){ much, 1024 * 1024 }, &err);
	lines_files(a, dir, &n);
	tap_ok(n == 3, "a file is full at 8 MiB: %zu of 20", n);
	lines_prune(dir, NOON, 0, 13 * 1024 * 1024);
	lines_files(a, dir, &n);
	tap_ok(n == 2, "the oldest go: %zu are left", n);
	lines_prune(dir, NOON, 0, 1);
	lines_files(a, dir, &n);
	tap_ok(n == 1, "the newest stays");
	lines_prune(dir, INT64_C(4000000000000), DAY, 0);
	lines_files(a, dir, &n);
	tap_ok(n == 0, "unless it is too old");
	lines_writer_close(&w);
	dir = place("bounded/7");
	w = (struct lines_writer){ .above = place("bounded"),
		.len_max = 10 * 1024 * 1024 };
	for (int i = 0; i < 40; i++)
		lines_writer_append(&w, 7, NOON + i * 200,
		    (struct slice){ much, 1024 * 1024 }, &err);
	lines_files(a, dir, &n);
	tap_ok(n == 2, "a writer that keeps 10 MiB: %zu files", n);
	lines_writer_close(&w);
	w.space_min = UINT64_MAX;
	lines_writer_append(&w, 7, NOON, SLICE("x"), &err);
	tap_ok(lines_writer_append(&w, 7, NOON, SLICE("x"), &err) == -1 &&
		err.code == ERR_FULL,
	    "what is left of the disk is for others");
	lines_writer_close(&w);
}

/* Many tenants, more than files are kept open; another process begins one. */
static void
test_tenants(void)
{
	enum { MANY = 3000 };
	struct lines_writer w = { .above = place("many") }, other = w;
	struct error err;
	struct slice last;
	size_t n, right = 0;

	for (int round = 0; round < 3; round++)
		for (uint32_t i = 0; i < MANY; i++)
			lines_writer_append(&w, i, NOON,
			    slice_of(arena_printf(a, "%u", i)), &err);
	for (uint32_t i = 0; i < MANY; i++) {
		n = count_lines(
		    place(arena_printf(a, "many/%u", i)), false, &last);
		right += n == 3 &&
		    slice_equal(last, slice_of(arena_printf(a, "%u", i)));
	}
	tap_ok(right == MANY, "%zu of %d tenants have what they asked", right,
	    MANY);
	lines_writer_append(&other, 5, NOON + DAY, SLICE("x"), &err);
	lines_writer_append(&w, 5, NOON + DAY, SLICE("y"), &err);
	lines_files(a, place("many/5"), &n);
	tap_ok(n == 2 && count_lines(place("many/5"), false, &last) == 5 &&
		slice_equal(last, SLICE("y")),
	    "in the file that another process began");
	lines_writer_close(&w);
	lines_writer_close(&other);
}

static int
take(struct slice line, void *arg, struct error *err)
{
	struct slice *out = arg;

	(void)err;
	*out = arena_slice(a, line);
	return 1;
}

/* What a client sends cannot make a record, or end one. */
static void
test_injection(void)
{
	struct lines_writer w = { .above = place("log") };
	struct request_record r = { .at = NOON,
		.tenant = 3,
		.status = 404,
		.id = SLICE("r1"),
		.method = SLICE("GET"),
		.path = SLICE(
		    "/a\n{\"at\":\"2030\",\"status\":200}\x1b[2J\x7f\xc2\x9b"
		    "\",\"status\":200,\"x\":\""),
		.agent = SLICE("\xff\xfe\r\n") };
	struct request_search s = { .tenant = 3, .status = SLICE("4xx") };
	struct lines_place from = { .file = "" };
	struct slice line = SLICE("");
	char *much = arena_alloc(a, 100000);
	struct error err;

	tap_ok(request_log_append(&w, &r, &err) == 0 &&
		request_log_search(
		    directory, &s, false, &from, take, &line, &err) == 0 &&
		line.len > 0,
	    "a record is found by its status, whatever its path says");
	for (size_t i = 0; i < line.len; i++)
		if ((unsigned char)line.data[i] < ' ' ||
		    (unsigned char)line.data[i] >= 0x7f)
			line.len = 0;
	tap_ok(line.len > 0, "and holds no control characters");
	s.status = SLICE("200");
	from.file[0] = '\0';
	line = SLICE("");
	request_log_search(directory, &s, false, &from, take, &line, &err);
	tap_ok(line.len == 0, "it has one status");
	s = (struct request_search){ .tenant = 4 };
	from.file[0] = '\0';
	request_log_search(directory, &s, false, &from, take, &line, &err);
	tap_ok(line.len == 0, "another tenant has none");
	memset(much, 0xc3, 100000);
	r.path = (struct slice){ much, 100000 };
	tap_ok(request_log_append(&w, &r, &err) == 0 &&
		request_log_find(a, directory, 3, SLICE("r1"), &line, &err) ==
		    0 &&
		line.len < 4000,
	    "a path that is huge, and no UTF-8, is cut short");
	lines_writer_close(&w);
}

/* Nobody hides what he asked by its form. */
static void
test_hiding(void)
{
	struct lines_writer w = { .above = place("log") };
	struct request_record r = { .at = NOON,
		.tenant = 9,
		.status = 200,
		.id = SLICE("deep"),
		.path = SLICE("/a\0b"),
		.body =
		    SLICE("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
			  "[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
			  "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]") };
	struct slice line = SLICE("");
	char *much = arena_alloc(a, 5 * 1024 * 1024);
	struct error err;

	request_log_append(&w, &r, &err);
	tap_ok(request_log_find(a, directory, 9, SLICE("deep"), &line, &err) ==
		    0 &&
		memmem(line.data, line.len, "cannot stand", 12) != NULL &&
		memmem(line.data, line.len, "/a?b", 4) != NULL,
	    "a body as deep as it may be, a NUL in the path");
	memset(much, '1', 5 * 1024 * 1024);
	r.id = SLICE("long");
	r.answer = (struct slice){ much, 5 * 1024 * 1024 };
	request_log_append(&w, &r, &err);
	tap_ok(
	    request_log_find(a, directory, 9, SLICE("long"), &line, &err) == 0,
	    "an answer that is too long");
	lines_writer_close(&w);
}

/* A search that ends early is gone on with: every line once, in order. */
static void
test_search(void)
{
	struct request_search s = { .tenant = 19 };
	struct request_record r = { .at = NOON, .tenant = 19, .status = 200 };
	struct search_found found = { .arena = a };
	struct lines_writer w = { .above = place("log") };
	struct lines_place from = { .file = "" };
	struct error err;
	int rc, runs = 0;

	for (int i = 0; i < 20; i++) {
		r.id = slice_of(arena_printf(a, "r%02d", i));
		request_log_append(&w, &r, &err);
	}
	lines_writer_close(&w);
	s.ends_at = 1; /* long ago: each run looks at one line */
	while ((rc = request_log_search(directory, &s, true, &from, search_keep,
		    &found, &err)) == 1)
		runs++;
	tap_ok(rc == 0 && runs == 20 && found.n == 20,
	    "time that is over ends a search: %d runs, %zu lines", runs,
	    found.n);
	rc = found.n == 20;
	for (int i = 0; rc && i < 20; i++)
		rc = memmem(found.list[i].data, found.list[i].len,
			 arena_printf(a, "\"r%02d\"", 19 - i), 5) != NULL;
	tap_ok(rc, "the newest first, none twice");
	found = (struct search_found){ .arena = a, .len_max = 1 };
	from.file[0] = '\0';
	s = (struct request_search){ .tenant = 19 };
	tap_ok(request_log_search(directory, &s, true, &from, search_keep,
		   &found, &err) == 1 &&
		found.n == 1,
	    "and so do bytes that are enough");
	r.at = NOON - 10 * DAY;
	r.tenant = s.tenant = 10;
	for (int i = 0; i < 5; i++) {
		r.at += i == 3 ? 10 * DAY : 0;
		request_log_append(&w, &r, &err);
	}
	lines_writer_close(&w);
	for (int back = 0; back < 2; back++) {
		s = (struct request_search){
			.tenant = 10, .since = NOON, .ends_at = 1
		};
		from.file[0] = '\0';
		found = (struct search_found){ .arena = a };
		for (runs = 0; request_log_search(directory, &s, back == 1,
				   &from, search_keep, &found, &err) == 1;)
			runs++;
		tap_ok(runs == 2 && found.n == 2,
		    "files of older days are not read: %d lines were", runs);
	}
	s = (struct request_search){ .tenant = 19 };
	s.request = SLICE("r07");
	from.file[0] = '\0';
	found = (struct search_found){ .arena = a };
	tap_ok(request_log_search(directory, &s, true, &from, search_keep,
		   &found, &err) == 0 &&
		found.n == 1,
	    "one request");
}

/* A chain of three entries, written as the follower does. */
static struct slice
write_chain(const char *dir, struct audit_head *head)
{
	struct slice changes[] = { SLICE("{\"operation\":\"create\"}"),
		SLICE("{\"before\":{\"a\":1},\"after\":{\"a\":2}}"),
		SLICE("{}") };
	char path[4096], name[LINES_NAME_SIZE];
	struct error err;
	struct slice text;
	struct buf b;
	int fd;

	*head = (struct audit_head){ .n = 0 };
	buf_init(&b, 65536);
	for (size_t i = 0; i < NELEM(changes); i++)
		audit_put(&b,
		    &(struct audit_entry){ i + 1, 1, i + 1, changes[i] }, head);
	text = arena_slice(a, buf_text(&b));
	buf_fini(&b);
	audit_path(dir, "", path);
	lines_make_directory(path, &err);
	fd = lines_file(path, NOON, 1 << 20, name, NULL, &err);
	if (fd == -1 || write(fd, text.data, text.len) == -1)
		abort();
	close(fd);
	return text;
}

static void
overwrite(const char *dir, struct slice text)
{
	char path[4096];
	size_t n;
	char(*names)[LINES_NAME_SIZE];
	int fd;

	audit_path(dir, "", path);
	names = lines_files(a, path, &n);
	audit_path(dir, names[0], path);
	fd = open(path, O_WRONLY | O_TRUNC);
	if (write(fd, text.data, text.len) == -1)
		abort();
	close(fd);
}

static bool
holds(const char *dir, const struct audit_head *known)
{
	struct audit_report report;
	struct error err;

	return audit_verify(dir, NULL, known, &report, &err) == 0 &&
	    !report.is_broken;
}

/* Every byte changed in turn; the last newline only leaves it unfinished. */
static size_t
count_unseen(const char *dir, struct slice text)
{
	const struct audit_head none = { .n = 0 };
	char *copy = arena_alloc(a, text.len);
	size_t unseen = 0;

	for (size_t i = 0; i + 1 < text.len; i++) {
		memcpy(copy, text.data, text.len);
		copy[i] ^= 1;
		overwrite(dir, (struct slice){ copy, text.len });
		unseen += holds(dir, &none);
	}
	return unseen;
}

static void
test_audit(void)
{
	const struct audit_head none = { .n = 0 };
	const char *dir = place("chain");
	struct audit_head head, forged;
	struct slice text;
	size_t first;

	mkdir(dir, 0700);
	text = write_chain(dir, &head);
	tap_ok(holds(dir, &none) && holds(dir, &head), "a chain holds");
	tap_ok(count_unseen(dir, text) == 0,
	    "each of %zu bytes, changed, is found", text.len);
	first = (size_t)((const char *)memchr(text.data, '\n', text.len) -
		    text.data) +
	    1;
	overwrite(dir, slice_from(text, first));
	tap_ok(!holds(dir, &none), "an entry that was taken away is found");
	overwrite(dir, (struct slice){ text.data, first });
	tap_ok(holds(dir, &none), "a chain that was cut off holds by itself");
	tap_ok(!holds(dir, &head), "but not against a head that was noted");
	forged = head;
	forged.hash[0] = forged.hash[0] == '0' ? '1' : '0';
	overwrite(dir, text);
	tap_ok(!holds(dir, &forged), "nor against another one");
}

static void
test_cadence(void)
{
	static const char id[] = "01a1ff46-46ff-721b-bf3f-4560c2564600";
	struct slice shapes[] = { SLICE("GET /Users"), SLICE("GET /Groups") };
	struct beats b = { .places = NULL };
	struct heartbeat beat;
	struct error err;
	int new = -1;

	tap_ok(beat_read(directory, 1, slice_of(id), &beat, &err) == -1,
	    "one that was never seen");
	/* Six cycles of 40 minutes, ten requests each, of which one fails. */
	for (int i = 0; i < 60; i++)
		new = beat_note(&b, directory, 1, slice_of(id),
		    NOON + i / 10 * 2400000 + i % 10 * 1000,
		    i % 10 == 0 ? BEAT_FAILED : BEAT_OK, shapes, 1);
	tap_ok(new == -1, "the same shape again is not new");
	tap_ok(beat_note(&b, directory, 1, slice_of(id),
		   NOON + 5 * 2400000 + 10000, BEAT_OK, shapes, 2) == 1,
	    "another is");
	tap_ok(beat_note(&b, directory, 1, slice_of(id),
		   NOON + 5 * 2400000 + 11000, BEAT_OK, shapes, 2) == -1,
	    "once");
	beat_read(directory, 1, slice_of(id), &beat, &err);
	tap_ok(beat.requests == 62 && beat.counts[BEAT_FAILED] == 6 &&
		beat.cycle_requests == 12 && beat_error_ratio(&beat) == 83,
	    "requests are counted, and those of the cycle");
	tap_ok(
	    beat.strange == 1 && beat.strange_at == NOON + 5 * 2400000 + 10000,
	    "and what is strange");
	tap_ok(beat.cadence_ms == 2400000, "it comes every 40 minutes");
	tap_ok(beat_state(&beat, beat.last_at + 2400000) == BEAT_ALIVE &&
		beat_state(&beat, beat.last_at + 3 * 2400001) == BEAT_QUIET &&
		beat_state(&beat, beat.last_at + 28 * DAY) == BEAT_DEAD,
	    "alive, quiet, dead");
	tap_ok(beat_note(&b, directory, 1, SLICE("../../etc"), NOON, BEAT_OK,
		   shapes, 1) == -1,
	    "an id that is none names no file");
	beats_close(&b);
}

/* More credentials than pages are kept. */
static void
test_crowd(void)
{
	enum { MANY = BEATS_MAX + 1000 };
	struct beats b = { .places = NULL };
	struct heartbeat beat;
	struct error err;
	char id[UUID_TEXT_SIZE];
	size_t right = 0;

	for (unsigned i = 0; i < 2 * MANY; i++) {
		snprintf(id, sizeof(id), "01a1ff46-46ff-721b-bf3f-%012x",
		    i % MANY * 7919);
		beat_note(
		    &b, directory, 2, slice_of(id), NOON + i, BEAT_OK, NULL, 0);
	}
	for (unsigned i = 0; i < MANY; i++) {
		snprintf(
		    id, sizeof(id), "01a1ff46-46ff-721b-bf3f-%012x", i * 7919);
		right +=
		    beat_read(directory, 2, slice_of(id), &beat, &err) == 0 &&
		    beat.requests == 2 && beat.last_at == NOON + MANY + i;
	}
	tap_ok(right == MANY, "%zu of %d credentials are counted", right, MANY);
	beats_close(&b);
}

/* PS-086. */
/* clang-format off */
static const struct {
	uint64_t		failed;
	uint64_t		ok;
	enum beat_quarantine	want;
} examples[] = {
	{ 4000,		0,	QUARANTINE_NONE },
	{ 45000,	0,	QUARANTINE_TOTAL },
	{ 30000,	5000,	QUARANTINE_PROPORTION },
	{ 20000,	100000, QUARANTINE_NONE },
};
/* clang-format on */

static void
test_quarantine(void)
{
	struct heartbeat beat = { .cycle_requests = 3 };

	for (size_t i = 0; i < NELEM(examples); i++) {
		struct heartbeat e = { .cycle_requests = examples[i].failed +
			    examples[i].ok };

		e.cycle_counts[BEAT_FAILED] = examples[i].failed;
		tap_ok(beat_quarantine(&e) == examples[i].want,
		    "PS-086 %llu failed, %llu ok: %s",
		    (unsigned long long)examples[i].failed,
		    (unsigned long long)examples[i].ok,
		    beat_quarantine_name(beat_quarantine(&e)));
	}
	beat.cycle_counts[BEAT_REFUSED] = 3;
	tap_ok(beat_quarantine(&beat) == QUARANTINE_REFUSED,
	    "PS-082 nothing but 401");
	tap_ok(beat_kind(404, false) == BEAT_OK &&
		beat_kind(404, true) == BEAT_NO_SCIM &&
		beat_kind(409, false) == BEAT_FAILED,
	    "PS-082 404 is an answer, but not to a query");
}

int
main(void)
{
	a = arena_new();
	if (mkdtemp(directory) == NULL)
		return 1;
	test_redact();
	test_lines();
	test_prune();
	test_tenants();
	test_injection();
	test_hiding();
	test_search();
	test_audit();
	test_cadence();
	test_crowd();
	test_quarantine();
	arena_free(a);
	if (system(arena_printf(a = arena_new(), "rm -rf %s", directory)) != 0)
		return 1;
	arena_free(a);
	return tap_done();
}
