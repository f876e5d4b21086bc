/*
 * records.c: pages of what stands in a log.
 */
#include "admin/records.h"
#include "base/clock.h"
#include "base/moment.h"
#include "json/walk.h"

/* A search goes on in the next request. */
enum { SEARCH_MS = 2000 };

int
records_begin(const struct call *call, struct records *r, struct error *err)
{
	struct slice cursor;
	int64_t count = PAGE_SIZE_DEFAULT;

	*r = (struct records){ .ends_at = clock_monotonic_ms() + SEARCH_MS };
	if (answer_read_number(call, "count", PAGE_SIZE_MAX, &count, err) ==
		-1 ||
	    call_parameter(call, "cursor", &cursor, err) == -1)
		return -1;
	r->found = (struct search_found){ .arena = call->arena,
		.max = count < 1 ? 1 : (size_t)count,
		.len_max = PAGE_BYTES_MAX };
	if (cursor.len == 0 || lines_place_parse(cursor, &r->place) == 0)
		return 0;
	return error_set(err, ERR_INVALID_VALUE,
	    "'cursor' is the nextCursor of the page before");
}

int
records_read_times(
    const struct call *call, int64_t *since, int64_t *until, struct error *err)
{
	struct slice from, to;

	if (call_parameter(call, "since", &from, err) == -1 ||
	    call_parameter(call, "until", &to, err) == -1 ||
	    moment_read("'since'", from, call->caller.now, since, err) == -1)
		return -1;
	return moment_read("'until'", to, call->caller.now, until, err);
}

int
records_read_texts(const struct call *call, const struct records_text *texts,
    size_t n, void *into, struct error *err)
{
	for (size_t i = 0; i < n; i++) {
		struct slice *text =
		    (struct slice *)(void *)((char *)into + texts[i].offset);

		if (call_parameter(call, texts[i].name, text, err) == -1)
			return -1;
	}
	return 0;
}

static bool
is_long(struct slice name)
{
	return slice_equal(name, SLICE("body")) ||
	    slice_equal(name, SLICE("answer"));
}

static void
put_record(struct buf *out, struct slice line)
{
	struct walk w = walk_enter(line);
	struct slice name, value;
	char before = '{';

	while (walk_member(&w, &name, &value)) {
		if (is_long(name))
			continue;
		buf_printf(out, "%c\"%.*s\":", before, SLICE_ARG(name));
		buf_slice(out, value);
		before = ',';
	}
	buf_putc(out, '}');
}

int
records_answer(struct call *call, const struct records *r, int more)
{
	struct buf *out = &call->reply->body;
	char place[40];

	buf_printf(out, "{\"itemsPerPage\":%zu", r->found.n);
	if (more == 1) {
		lines_place_print(&r->place, place);
		buf_printf(out, ",\"nextCursor\":\"%s\"", place);
	}
	buf_puts(out, ",\"Resources\":[");
	for (size_t i = 0; i < r->found.n; i++) {
		if (i > 0)
			buf_putc(out, ',');
		put_record(out, r->found.list[i]);
	}
	return answer_text(call, 200, SLICE("]}"));
}
