/*
 * probe.c: can a target be reached, and does it answer as one should?
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/uuid.h"
#include "http/url.h"
#include "sync/probe_private.h"

enum { WAIT_MS = 100, QUERY_MAX = 1024, TRIES_MAX = 2 };

static void
set_text(struct probing *p, struct json_object *to, const char *name,
    struct slice text)
{
	if (text.len > 0)
		json_set(to, slice_of(name), json_new_string(p->a, text));
}

void
probe_find(struct probing *p, enum probe_level level, const char *fmt, ...)
{
	static const char *const words[] = { "error", "warning", "note" };
	struct json_object *finding = json_new_object(p->a);
	struct buf text;
	char line[QUERY_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	buf_init(&text, sizeof(line));
	buf_puts(&text, line);
	set_text(p, finding, "level", slice_of(words[level]));
	set_text(p, finding, "text", buf_text(&text));
	buf_fini(&text);
	json_append(p->findings, finding);
	p->has_error |= level == PROBE_ERROR;
}

/* What was asked and what came, for who has to find out why. */
static void
note_step(struct probing *p, const struct target_request *r)
{
	struct json_object *step = json_new_object(p->a);
	struct slice answer = r->answer;

	if (answer.len > PROBE_SHOWN_MAX)
		answer.len = PROBE_SHOWN_MAX;
	set_text(p, step, "method", slice_of(r->method));
	set_text(p, step, "path", r->path);
	set_text(p, step, "body", r->body);
	json_set(step, SLICE("status"), json_new_integer(p->a, r->status));
	json_set(step, SLICE("ms"), json_new_integer(p->a, r->took_us / 1000));
	json_set(step, SLICE("tries"), json_new_integer(p->a, r->tries));
	if (r->exchange != NULL)
		set_text(p, step, "type",
		    http_exchange_field(r->exchange, "Content-Type"));
	set_text(p, step, "answer", answer);
	set_text(p, step, "problem", slice_of(r->problem));
	json_append(p->steps, step);
}

static void
on_done(struct target_request *r, void *arg)
{
	struct probing *p = arg;
	struct error err;

	p->is_done = true;
	p->outcome = r->outcome;
	p->status = r->status;
	p->problem = arena_strdup(p->a, r->problem);
	if (json_parse(p->a, arena_slice(p->a, r->answer), &p->body, &err) ==
	    -1)
		p->body = NULL;
	note_step(p, r);
}

bool
probe_ask(struct probing *p, const char *method, struct slice path,
    const struct json_object *body)
{
	struct target_request *r = arena_calloc(p->a, 1, sizeof(*r));
	int wait_ms;

	p->is_done = false;
	p->status = 0;
	p->body = NULL;
	if (p->is_ended)
		return false;
	*r = (struct target_request){ .method = method,
		.path = path,
		.body = body == NULL ? SLICE("") : json_text(p->a, body),
		.is_repeatable = false,
		.done = on_done,
		.arg = p };
	target_send(p->target, r);
	while (!p->is_done && !p->is_ended) {
		wait_ms = target_turn(p->target);
		http_pool_turn(p->pool, wait_ms < WAIT_MS ? wait_ms : WAIT_MS);
		p->is_ended =
		    p->probe->wait != NULL && !p->probe->wait(p->probe->arg);
	}
	return p->is_done && p->outcome == TARGET_ANSWERED &&
	    p->status >= 200 && p->status < 300;
}

struct slice
probe_endpoint(const struct probing *p, const char *type)
{
	return json_string(json_get(p->endpoints, type));
}

int64_t
probe_count(const struct json_object *body)
{
	const struct json_object *total =
	    json_attr(body, SLICE("totalResults"));
	const struct json_object *rows = json_attr(body, SLICE("Resources"));

	if (json_kind(body) != JSON_OBJECT)
		return -1;
	if (json_kind(rows) == JSON_ARRAY && json_len(rows) > 0)
		return (int64_t)json_len(rows);
	return json_kind(total) == JSON_INTEGER ? json_integer(total)
	    : json_kind(rows) == JSON_ARRAY	? 0
						: -1;
}

/* ATTRIBUTE eq what nobody has. */
static struct slice
random_filter(struct probing *p, const char *attribute)
{
	struct uuid uuid = uuid_new(clock_now_ms());
	char id[UUID_TEXT_SIZE];

	uuid_format(&uuid, id);
	return slice_of(arena_printf(p->a, "%s eq \"%s\"", attribute, id));
}

/* "/Users?filter=userName%20eq%20%22...%22". */
static struct slice
query_of(struct probing *p, struct slice filter)
{
	struct slice text;
	struct buf query;

	buf_init(&query, QUERY_MAX);
	buf_slice(&query, probe_endpoint(p, "User"));
	buf_puts(&query, "?filter=");
	http_url_encode(&query, filter);
	text = arena_slice(p->a, buf_text(&query));
	buf_fini(&query);
	return text;
}

/* Search for who has an ATTRIBUTE that nobody has. */
static bool
search(struct probing *p, const char *attribute)
{
	struct slice filter = random_filter(p, attribute);
	struct json_object *body, *schemas;

	if (!json_boolean(json_get(p->dialect, "search")))
		return probe_ask(p, "GET", query_of(p, filter), NULL);
	body = json_new_object(p->a);
	schemas = json_new_array(p->a);
	json_append(schemas,
	    json_new_string(p->a,
		SLICE("urn:ietf:params:scim:api:messages:2.0:SearchRequest")));
	json_set(body, SLICE("schemas"), schemas);
	set_text(p, body, "filter", filter);
	return probe_ask(p, "POST",
	    ARENA_JOIN(p->a, probe_endpoint(p, "User"), SLICE("/.search")),
	    body);
}

/* What is wrong about the last answer, which is no list. */
static void
find_failure(struct probing *p)
{
	if (p->outcome == TARGET_REFUSED || p->status == 403)
		probe_find(p, PROBE_ERROR,
		    "The target does not take our credentials%s%s.",
		    p->problem[0] != '\0' ? ": " : "", p->problem);
	else if (p->outcome != TARGET_ANSWERED)
		probe_find(p, PROBE_ERROR, "The target does not answer: %s.",
		    p->problem);
	else if (p->status >= 300)
		probe_find(p, PROBE_ERROR,
		    "The target answers a search with the status %d.",
		    p->status);
	else
		probe_find(p, PROBE_ERROR,
		    "What answers at this URL is no SCIM list.");
}

/* RFC 7644 section 7.5.2: filters that may not stand in a URL (CLI-20). */
static bool
is_sensitive(const struct probing *p)
{
	return p->status == 403 &&
	    slice_equal_nocase(
		json_string(json_attr(p->body, SLICE("scimType"))),
		SLICE("sensitive"));
}

/* 404: is nothing found, or is nothing there (CLI-19)? */
static void
test_endpoint(struct probing *p)
{
	struct slice users = probe_endpoint(p, "User");

	if (probe_ask(p, "GET",
		slice_of(arena_printf(
		    p->a, "%.*s?startIndex=1&count=1", SLICE_ARG(users))),
		NULL) &&
	    probe_count(p->body) >= 0)
		probe_find(p, PROBE_WARNING,
		    "A search that finds nothing is answered with 404, not "
		    "with an empty list.");
	else
		probe_find(p, PROBE_ERROR,
		    "There are no users at %.*s (status %d).", SLICE_ARG(users),
		    p->status);
}

/* A search for what nobody has must find nothing (PS-021). */
static void
test_connection(struct probing *p)
{
	const char *matching =
	    p->probe->matching != NULL ? p->probe->matching : "userName";
	bool found = search(p, matching);

	if (!found && is_sensitive(p)) {
		json_set(
		    p->dialect, SLICE("search"), json_new_boolean(p->a, true));
		probe_find(p, PROBE_NOTE,
		    "The target wants filters in POST /.search.");
		found = search(p, matching);
	}
	if (found && probe_count(p->body) == 0)
		return;
	if (p->outcome == TARGET_ANSWERED && p->status == 404) {
		test_endpoint(p);
	} else if (p->status == 200 && probe_count(p->body) > 0) {
		probe_find(p, PROBE_ERROR,
		    "The target found %lld users by a %s that nobody has: it "
		    "does not heed filters.",
		    (long long)probe_count(p->body), matching);
	} else {
		find_failure(p);
	}
}

/* Can users be found by our id? */
static void
test_external_id(struct probing *p)
{
	bool found = search(p, "externalId");

	if ((found && probe_count(p->body) == 0) || p->status == 404)
		return;
	json_set(
	    p->dialect, SLICE("externalId"), json_new_boolean(p->a, false));
	probe_find(p, PROBE_WARNING,
	    "Users cannot be found by externalId (status %d): they are matched "
	    "by %s alone.",
	    p->status,
	    p->probe->matching != NULL ? p->probe->matching : "userName");
}

/* What holds until something else is found. */
static void
set_defaults(struct probing *p)
{
	struct error err;

	p->steps = json_new_array(p->a);
	p->findings = json_new_array(p->a);
	json_parse(p->a,
	    SLICE("{\"patch\":\"paths\",\"booleans\":\"json\","
		  "\"memberBatch\":100,\"bulk\":0,\"paging\":\"index\","
		  "\"externalId\":true,\"etag\":false,\"search\":false,"
		  "\"removeMembers\":\"filter\"}"),
	    &p->dialect, &err);
	json_parse(p->a, SLICE("{\"User\":\"/Users\",\"Group\":\"/Groups\"}"),
	    &p->endpoints, &err);
}

static struct json_object *
result_of(const struct probing *p)
{
	struct json_object *out = json_new_object(p->a);

	json_set(out, SLICE("ok"), json_new_boolean(p->a, !p->has_error));
	json_set(out, SLICE("dialect"), p->dialect);
	json_set(out, SLICE("endpoints"), p->endpoints);
	json_set(out, SLICE("findings"), p->findings);
	json_set(out, SLICE("steps"), p->steps);
	return out;
}

static void
run(struct probing *p)
{
	set_defaults(p);
	probe_discovery(p);
	if (!p->has_error)
		test_connection(p);
	if (!p->has_error)
		test_external_id(p);
	if (!p->has_error && p->probe->writes)
		probe_object(p);
}

int
probe_run(struct arena *a, const struct target_settings *settings,
    const struct probe *probe, struct json_object **out, struct error *err)
{
	struct probing p = { .a = a, .probe = probe };
	struct target_settings short_settings = *settings;

	short_settings.patience_ms = PROBE_LIMIT_MS;
	short_settings.tries_max = TRIES_MAX;
	if (short_settings.limit_ms > PROBE_LIMIT_MS)
		short_settings.limit_ms = PROBE_LIMIT_MS;
	p.pool = http_pool_open(probe->ca_file);
	if (target_open(p.pool, &short_settings, NULL, &p.target, err) == -1) {
		http_pool_close(p.pool);
		return -1;
	}
	run(&p);
	target_close(p.target);
	http_pool_close(p.pool);
	if (p.is_ended)
		return error_set(err, ERR_BUSY, "the probe was ended");
	*out = result_of(&p);
	return 0;
}
