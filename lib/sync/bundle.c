/*
 * bundle.c: several requests to a target in one.
 */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/number.h"
#include "json/json.h"
#include "scim/schema.h"
#include "sync/bundle.h"

enum { BYTES_MAX = 1024 * 1024, STATUS_MAX = 599 };

enum bundle_state {
	BUNDLE_NEW,    /* the target was not asked for its limits */
	BUNDLE_ASKING, /* it was */
	BUNDLE_READY,
	BUNDLE_OFF /* it takes no bulk requests */
};

struct bundle {
	struct target *target;
	enum bundle_state state;
	size_t operations_max, bytes_max;
	struct target_request **waiting;
	size_t n, size;
	struct arena *a; /* of the question */
	struct target_request question;
	struct load *loads; /* under way */
};

/* A bulk request that is under way. */
struct load {
	struct bundle *bundle;
	struct arena *a;
	struct target_request whole;
	struct target_request **list; /* NULL: it was answered */
	size_t n;
	struct load *next;
};

struct bundle *
bundle_open(struct target *t, int operations)
{
	struct bundle *b = calloc(1, sizeof(*b));

	if (b == NULL)
		fatal("out of memory");
	b->target = t;
	b->operations_max = (size_t)operations;
	b->bytes_max = BYTES_MAX;
	b->a = arena_new_of(256);
	return b;
}

void
bundle_close(struct bundle *b)
{
	struct load *l;

	if (b == NULL)
		return;
	while ((l = b->loads) != NULL) {
		b->loads = l->next;
		arena_free(l->a);
	}
	arena_free(b->a);
	free(b->waiting);
	free(b);
}

static void
add(struct bundle *b, struct target_request *r)
{
	if (b->n == b->size) {
		b->size = b->size == 0 ? 64 : 2 * b->size;
		b->waiting = realloc(
		    b->waiting, b->size * sizeof(struct target_request *));
		if (b->waiting == NULL)
			fatal("out of memory");
	}
	b->waiting[b->n++] = r;
}

bool
bundle_take(struct bundle *b, struct target_request *r)
{
	if (b->state == BUNDLE_OFF)
		return false;
	add(b, r);
	return true;
}

/* The first N of those that wait are elsewhere now. */
static void
drop(struct bundle *b, size_t n)
{
	b->n -= n;
	memmove(
	    b->waiting, b->waiting + n, b->n * sizeof(struct target_request *));
}

/* ---- what the target takes ---- */

static size_t
lower(size_t value, const struct json_object *limit)
{
	int64_t n = json_integer(limit);

	return n > 0 && (uint64_t)n < value ? (size_t)n : value;
}

static void
turn_off(struct bundle *b, const char *why)
{
	log_info("target %s: no bulk requests: %s", b->target->base, why);
	b->state = BUNDLE_OFF;
}

/* What it does not say is left to its answers. */
static void
on_config(struct target_request *r, void *arg)
{
	struct bundle *b = arg;
	const struct json_object *bulk, *supported;
	struct json_object *config = NULL;
	struct error ignored;

	b->state = BUNDLE_READY;
	if (r->outcome != TARGET_ANSWERED || r->status != 200 ||
	    json_parse(b->a, r->answer, &config, &ignored) == -1)
		return;
	bulk = json_attr(config, SLICE("bulk"));
	supported = json_attr(bulk, SLICE("supported"));
	b->operations_max =
	    lower(b->operations_max, json_attr(bulk, SLICE("maxOperations")));
	b->bytes_max =
	    lower(b->bytes_max, json_attr(bulk, SLICE("maxPayloadSize")));
	if (json_kind(supported) == JSON_BOOLEAN && !json_boolean(supported))
		turn_off(b, "its ServiceProviderConfig has none");
}

static void
ask(struct bundle *b)
{
	b->state = BUNDLE_ASKING;
	b->question = (struct target_request){ .method = "GET",
		.path = SLICE("/ServiceProviderConfig"),
		.body = SLICE(""),
		.if_match = SLICE(""),
		.done = on_config,
		.arg = b };
	target_send_alone(b->target, &b->question);
}

/* ---- the answer ---- */

static bool
is_post(const struct target_request *r)
{
	return strcmp(r->method, "POST") == 0;
}

/* "201", 201, or {"code": "201"} of old servers (CLI-21); 0: none. */
static int
status_of(const struct json_object *result)
{
	const struct json_object *v = json_attr(result, SLICE("status"));
	int64_t n = 0;

	if (json_kind(v) == JSON_OBJECT)
		v = json_attr(v, SLICE("code"));
	if (json_kind(v) == JSON_INTEGER)
		n = json_integer(v);
	else if (parse_int(json_string(v), 0, STATUS_MAX, &n, NULL) == -1)
		return 0;
	return n >= 200 && n <= STATUS_MAX ? (int)n : 0;
}

/* Not done, for a reason that is not its own: alone it is tried again. */
static bool
is_for_alone(const struct target_request *r, int status)
{
	return status == 401 || status == 413 || status == 429 ||
	    status == 503 || (status >= 500 && status != 501 && !is_post(r));
}

static void
end(struct load *l, struct target_request *r, enum target_outcome outcome,
    const char *problem)
{
	r->outcome = outcome;
	r->problem = problem;
	r->exchange = NULL;
	r->tries = l->whole.tries;
	r->began_at = l->whole.began_at;
	r->took_us = l->whole.took_us;
	r->done(r, r->arg);
}

static void
answer_one(struct load *l, size_t at, const struct json_object *result)
{
	struct target_request *r = l->list[at];
	int status = status_of(result);
	const struct json_object *response =
	    json_attr(result, SLICE("response"));

	if (status == 0)
		return;
	l->list[at] = NULL;
	if (is_for_alone(r, status)) {
		target_send_alone(l->bundle->target, r);
		return;
	}
	r->status = status;
	r->answer = response == NULL ? SLICE("") : json_text(l->a, response);
	r->location = json_string(json_attr(result, SLICE("location")));
	r->version = json_string(json_attr(result, SLICE("version")));
	if (status >= 500 && status != 501)
		end(l, r, TARGET_UNKNOWN,
		    "the target failed while it did this");
	else
		end(l, r, TARGET_ANSWERED, "");
}

/* What nothing is known of: what creates may have, the rest is sent again. */
static void
answer_unknown(struct load *l, const char *problem)
{
	for (size_t i = 0; i < l->n; i++) {
		struct target_request *r = l->list[i];

		if (r == NULL)
			continue;
		l->list[i] = NULL;
		r->status = 0;
		r->answer = r->location = r->version = SLICE("");
		if (is_post(r))
			end(l, r, TARGET_UNKNOWN, problem);
		else
			target_send_alone(l->bundle->target, r);
	}
}

/* The number of the operation whose bulkId is ID; MAX: none of ours. */
static size_t
number_of(struct slice id, size_t max)
{
	int64_t number;

	if (max == 0 || id.len < 2 || id.data[0] != 'm' ||
	    parse_int(slice_from(id, 1), 0, (int64_t)max - 1, &number, NULL) ==
		-1)
		return max;
	return (size_t)number;
}

static bool
ends_with(struct slice text, struct slice end_of)
{
	return text.len >= end_of.len &&
	    slice_equal(slice_from(text, text.len - end_of.len), end_of);
}

/*
 * The operation that RESULT is of: by its bulkId, or, of what creates nothing,
 * by its location; the number of operations when there is none.
 */
static size_t
find(const struct load *l, const struct json_object *result)
{
	struct slice id = json_string(json_attr(result, SLICE("bulkId"))),
		     method = json_string(json_attr(result, SLICE("method"))),
		     place = json_string(json_attr(result, SLICE("location")));
	size_t i;

	if (id.len > 0) {
		i = number_of(id, l->n);
		return i < l->n && l->list[i] != NULL ? i : l->n;
	}
	for (i = 0; i < l->n; i++) {
		const struct target_request *r = l->list[i];

		if (r != NULL && !is_post(r) && ends_with(place, r->path) &&
		    slice_equal_nocase(method, slice_of(r->method)))
			break;
	}
	return i;
}

static void
answer_each(struct load *l)
{
	struct json_object *body = NULL, *results;
	struct error ignored;
	size_t at;

	if (json_parse(l->a, l->whole.answer, &body, &ignored) == -1)
		body = NULL;
	results = json_attr(body, SLICE("Operations"));
	for (size_t i = 0; i < json_len(results); i++) {
		at = find(l, json_at(results, i));
		if (at < l->n)
			answer_one(l, at, json_at(results, i));
	}
	answer_unknown(l, "the target did not answer for this operation");
}

/* ---- the request ---- */

static void
send_alone(struct load *l)
{
	for (size_t i = 0; i < l->n; i++)
		target_send_alone(l->bundle->target, l->list[i]);
}

/* Each as the whole was. */
static void
answer_alike(struct load *l)
{
	for (size_t i = 0; i < l->n; i++) {
		struct target_request *r = l->list[i];

		r->status = l->whole.status;
		r->answer = l->whole.answer;
		r->location = r->version = SLICE("");
		end(l, r, l->whole.outcome, l->whole.problem);
	}
}

/* 413: half as much at once from now on (CLI-21). */
static void
send_smaller(struct load *l)
{
	struct bundle *b = l->bundle;

	if (l->n / 2 < b->operations_max)
		b->operations_max = l->n / 2;
	if (b->operations_max < 2)
		turn_off(b, "those of two operations are too large");
	for (size_t i = 0; i < l->n; i++)
		add(b, l->list[i]);
}

static void
unlink_load(struct load *l)
{
	struct load **at = &l->bundle->loads;

	while (*at != l)
		at = &(*at)->next;
	*at = l->next;
}

static void
on_answer(struct target_request *whole, void *arg)
{
	struct load *l = arg;

	unlink_load(l);
	if (whole->outcome == TARGET_UNKNOWN) {
		answer_unknown(l, whole->problem);
	} else if (whole->outcome != TARGET_ANSWERED || whole->status == 429 ||
	    whole->status == 503) {
		answer_alike(l);
	} else if (whole->status == 413) {
		send_smaller(l);
	} else if (whole->status >= 200 && whole->status < 300) {
		answer_each(l);
	} else {
		turn_off(l->bundle, "it does not take one");
		send_alone(l);
	}
	arena_free(l->a);
}

static void
put_operation(struct buf *b, const struct target_request *r, size_t n)
{
	buf_puts(b, n == 0 ? "{\"method\":" : ",{\"method\":");
	buf_json_string(b, slice_of(r->method));
	buf_printf(b, ",\"bulkId\":\"m%zu\",\"path\":", n);
	buf_json_string(b, r->path);
	if (r->if_match.len > 0) {
		buf_puts(b, ",\"version\":");
		buf_json_string(b, r->if_match);
	}
	if (r->body.len > 0) {
		buf_puts(b, ",\"data\":");
		buf_slice(b, r->body);
	}
	buf_putc(b, '}');
}

/* As many as fit of those that wait; their number. */
static size_t
fill(struct bundle *b, struct load *l)
{
	static const char tail[] = "]}";
	struct buf text;
	size_t n, end_at;

	buf_init(&text, b->bytes_max);
	buf_puts(
	    &text, "{\"schemas\":[\"" URN_BULK_REQUEST "\"],\"Operations\":[");
	for (n = 0; n < b->n && n < b->operations_max; n++) {
		end_at = buf_text(&text).len;
		put_operation(&text, b->waiting[n], n);
		if (buf_overflowed(&text) ||
		    buf_text(&text).len + strlen(tail) > b->bytes_max) {
			buf_truncate(&text, end_at);
			break;
		}
	}
	l->whole.body = ARENA_JOIN(l->a, buf_text(&text), slice_of(tail));
	buf_fini(&text);
	return n;
}

/* Some of those that wait; one that is left is no bulk request. */
static void
send_some(struct bundle *b)
{
	struct arena *a = arena_new_of(4096);
	struct load *l = arena_calloc(a, 1, sizeof(*l));
	size_t n;

	l->bundle = b;
	l->a = a;
	l->n = n = fill(b, l);
	if (n < 2) {
		target_send_alone(b->target, b->waiting[0]);
		drop(b, 1);
		arena_free(a);
		return;
	}
	l->list = arena_calloc(a, n, sizeof(struct target_request *));
	memcpy(l->list, b->waiting, n * sizeof(struct target_request *));
	drop(b, n);
	l->whole.method = "POST";
	l->whole.path = SLICE("/Bulk");
	l->whole.if_match = SLICE("");
	l->whole.done = on_answer;
	l->whole.arg = l;
	l->next = b->loads;
	b->loads = l;
	target_send_alone(b->target, &l->whole);
}

static bool
is_quiet(const struct bundle *b)
{
	return b->target->running.n == 0 && b->target->waiting.n == 0;
}

void
bundle_turn(struct bundle *b)
{
	if (b->n > 1 && b->state == BUNDLE_NEW)
		ask(b);
	if (b->state == BUNDLE_ASKING)
		return;
	while (b->n > 0 &&
	    (b->state == BUNDLE_OFF || b->n >= b->operations_max ||
		is_quiet(b)))
		if (b->state == BUNDLE_OFF || b->n == 1) {
			target_send_alone(b->target, b->waiting[0]);
			drop(b, 1);
		} else {
			send_some(b);
		}
}
