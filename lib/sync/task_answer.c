/*
 * task_answer.c: what the target answered.
 */
#include <string.h>

#include "json/check.h"
#include "json/json.h"
#include "json/walk.h"
#include "sync/advice.h"
#include "sync/redaction.h"
#include "sync/task_private.h"

enum { SHOWN_MAX = 16 * 1024 }; /* bytes of an answer in a log */

struct json_object *
answer_json(const struct task *t)
{
	struct json_object *v;
	struct error err;

	if (json_parse(t->run->arena, t->request.answer, &v, &err) == -1)
		return NULL;
	return v;
}

static struct slice
last_segment(struct slice url)
{
	size_t at = url.len;

	while (at > 0 && url.data[at - 1] != '/')
		at--;
	return slice_from(url, at);
}

/* ID, or what the target says of where it is. */
static struct slice
id_or_place(const struct task *t, struct slice id)
{
	if (id.len > 0)
		return id;
	return arena_slice(t->run->arena,
	    last_segment(t->request.exchange == NULL
		    ? t->request.location
		    : http_exchange_field(t->request.exchange, "Location")));
}

struct slice
answer_id(const struct task *t, const struct json_object *v)
{
	return id_or_place(t, json_string(json_attr(v, SLICE("id"))));
}

/* No tree is made for one member. */
static struct slice
id_of_text(struct arena *a, struct slice text)
{
	struct slice name, value;
	struct walk w;
	struct error err;

	if (json_check(text, &err) == -1)
		return SLICE("");
	while (text.len > 0 && (unsigned char)*text.data <= ' ')
		text = slice_from(text, 1);
	w = walk_enter(text);
	while (
	    walk_kind(text) == JSON_OBJECT && walk_member(&w, &name, &value)) {
		struct slice quoted = { name.data - 1, name.len + 2 };

		if (slice_equal_nocase(walk_string(a, quoted), SLICE("id")))
			return arena_slice(a, walk_string(a, value));
	}
	return SLICE("");
}

struct slice
answer_new_id(const struct task *t)
{
	return id_or_place(t, id_of_text(t->run->arena, t->request.answer));
}

struct slice
answer_etag(const struct task *t)
{
	struct slice etag = t->request.exchange == NULL
	    ? t->request.version
	    : http_exchange_field(t->request.exchange, "ETag");

	if (etag.len == 0)
		etag = json_string(
		    json_attr(json_attr(answer_json(t), SLICE("meta")),
			SLICE("version")));
	return arena_slice(t->run->arena, etag);
}

bool
answer_is_good(const struct task *t)
{
	return t->request.outcome == TARGET_ANSWERED &&
	    t->request.status >= 200 && t->request.status < 300;
}

/* A target that does not look at filters answers with others, too. */
static bool
has_values(const struct task *t, const struct json_object *resource)
{
	const struct mapping_match *match = t->asked;
	const struct intent *intent = t->intent;
	struct known known = { .resource = resource };
	struct change *changes;
	size_t n;

	for (size_t i = 0; i < intent->nflows; i++)
		for (size_t k = 0; k < match->nrows; k++) {
			const struct flow *flow = &intent->flows[i];

			if (flow->row != match->rows[k] ||
			    place_get(&flow->row->place, resource) == NULL)
				continue;
			difference(
			    t->run->arena, flow, 1, &known, &changes, &n);
			if (n > 0)
				return false;
		}
	return true;
}

static bool
is_same(const struct json_object *v, const struct json_object *w)
{
	return slice_equal(json_string(json_attr(v, SLICE("id"))),
	    json_string(json_attr(w, SLICE("id"))));
}

static int
count_found(const struct task *t, const struct json_object *list,
    struct json_object **first)
{
	struct json_object *v;
	int n = 0;

	for (size_t i = 0; i < json_len(list); i++) {
		v = json_at(list, i);
		if (json_string(json_attr(v, SLICE("id"))).len == 0 ||
		    !has_values(t, v))
			continue;
		if (n == 0)
			*first = v;
		else if (is_same(v, *first))
			continue;
		n++;
	}
	return n;
}

/* What went and came, without what no log shows (PS-105). */
static struct json_object *
wire(const struct task *t)
{
	struct arena *a = t->run->arena;
	const struct target_request *r = &t->request;
	const struct flow *flows = t->intent->flows;
	size_t n = t->intent->nflows;
	struct json_object *v = json_new_object(a);
	struct slice answer = redaction_mask_answer(a, flows, n, r->answer);

	if (answer.len > SHOWN_MAX)
		answer.len = SHOWN_MAX;
	json_set(v, SLICE("method"), json_new_string(a, slice_of(r->method)));
	json_set(v, SLICE("path"),
	    json_new_string(a, redaction_mask_path(a, flows, n, r->path)));
	json_set(v, SLICE("request"),
	    json_new_string(a, redaction_mask(a, flows, n, r->body)));
	json_set(v, SLICE("status"), json_new_integer(a, r->status));
	json_set(v, SLICE("response"), json_new_string(a, answer));
	json_set(v, SLICE("tries"), json_new_integer(a, r->tries));
	if (r->exchange == NULL && r->status > 0)
		json_set(v, SLICE("bulk"), json_new_boolean(a, true));
	if (r->problem != NULL && r->problem[0] != '\0')
		json_set(v, SLICE("problem"),
		    json_new_string(a, slice_of(r->problem)));
	return v;
}

void
answer_failed_by(struct task *t, const char *code, struct slice detail)
{
	const struct intent *intent = t->intent;

	t->intent->wire = wire(t);
	intent_fail(t->run, t->intent, code,
	    redaction_mask(
		t->run->arena, intent->flows, intent->nflows, detail));
}

static const char *
code_without_answer(const struct task *t)
{
	switch (t->request.outcome) {
	case TARGET_REFUSED:
		return "Unauthorized";
	case TARGET_UNKNOWN:
		return "Timeout";
	default:
		return t->request.status > 0
		    ? advice_code(t->request.status, SLICE(""))
		    : "WebExceptionProtocolError";
	}
}

void
answer_failed(struct task *t)
{
	const struct json_object *v = answer_json(t);
	struct slice word = json_string(json_attr(v, SLICE("scimType"))),
		     detail = json_string(json_attr(v, SLICE("detail")));

	if (t->request.outcome != TARGET_ANSWERED) {
		answer_failed_by(
		    t, code_without_answer(t), slice_of(t->request.problem));
		return;
	}
	if (detail.len == 0)
		detail = slice_of(arena_printf(t->run->arena,
		    "the target answered %d", t->request.status));
	answer_failed_by(t, advice_code(t->request.status, word), detail);
}

int
answer_found(struct task *t, struct json_object **first)
{
	const struct json_object *v;

	*first = NULL;
	if (t->request.status == 404)
		return 0;
	if (!answer_is_good(t)) {
		answer_failed(t);
		return -1;
	}
	v = answer_json(t);
	if (json_kind(v) == JSON_OBJECT &&
	    (json_has(v, SLICE("Resources")) ||
		json_has(v, SLICE("totalResults"))))
		return count_found(t, json_attr(v, SLICE("Resources")), first);
	answer_failed_by(t, ADVICE_INCOMPATIBLE,
	    SLICE("the target did not answer with a list"));
	return -1;
}
