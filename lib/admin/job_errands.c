/*
 * job_errands.c: what a job is asked to do once that takes asking its target:
 * /admin/v1/jobs/JOB/probe, match, dry-run, provision and drift, as muster job
 * has them.  A program that serves requests speaks to no target: muster work
 * does it (sync/errand.h), and /jobs/JOB/errands/ID has the answer.
 */
#include <stdio.h>

#include "admin/admin.h"
#include "admin/field.h"
#include "admin/jobs.h"
#include "admin/listing.h"
#include "base/nelem.h"
#include "base/number.h"
#include "serve/settings.h"
#include "sync/errand.h"

/* What is said to ask for one. */
struct form {
	struct slice object;
	struct slice changes; /* JSON */
	bool whole;
	bool writes;
	bool write;
	bool repair;
};

#define AT(name) offsetof(struct form, name)

/* clang-format off */
static const struct field probe_fields[] = {
	{ "writes",	FIELD_FLAG,	FIELD_MADE,	AT(writes),	0 },
};
static const struct field dry_run_fields[] = {
	{ "changes",	FIELD_JSON,	FIELD_MADE,	AT(changes),	0 },
	{ "whole",	FIELD_FLAG,	FIELD_MADE,	AT(whole),	0 },
};
static const struct field provision_fields[] = {
	{ "object",	FIELD_TEXT,	FIELD_MADE,	AT(object),	0 },
	{ "write",	FIELD_FLAG,	FIELD_MADE,	AT(write),	0 },
};
static const struct field drift_fields[] = {
	{ "repair",	FIELD_FLAG,	FIELD_MADE,	AT(repair),	0 },
};

/*
 * Who may ask for what is more than looking: whoever may start a job has
 * things written, whoever may edit it tries edits.
 */
static const struct kind {
	const char		*name;
	const struct field	*fields;
	size_t			 nfields;
	unsigned		 more;		/* roles */
} probe = { "probe", probe_fields, NELEM(probe_fields), OWNER | OPERATOR | DESIGNER },
  match = { "match", NULL, 0, ANY_ROLE },
  dry_run = { "dry-run", dry_run_fields, NELEM(dry_run_fields), OWNER | DESIGNER },
  provision = { "provision", provision_fields, NELEM(provision_fields), OWNER | OPERATOR },
  drift = { "drift", drift_fields, NELEM(drift_fields), OWNER | OPERATOR };
/* clang-format on */

static bool
is_more(const struct form *f)
{
	return f->changes.len > 0 || f->writes || f->write || f->repair;
}

/* A secret would lie in a file; and what is wrong is said at once. */
static int
check_changes(const struct call *call, const struct jobs *j,
    const struct form *f, struct error *err)
{
	const struct json_object *changes = json_get(call->body, "changes");
	struct json_object *before, *after;

	if (f->changes.len == 0)
		return f->whole ? error_set(err, ERR_INVALID_VALUE,
				      "\"whole\" goes with \"changes\"")
				: 0;
	if (json_has(json_get(changes, "target"), SLICE("secret")))
		return error_set(err, ERR_INVALID_VALUE,
		    "changes.target.secret: another secret is tried by edit");
	return jobs_preview(
	    j, call->id, changes, f->whole, &before, &after, err);
}

static int
check(const struct call *call, const struct kind *kind, const struct jobs *j,
    const struct form *f, struct error *err)
{
	if (is_more(f) && (kind->more & 1U << call->role) == 0)
		return error_set(err, ERR_FORBIDDEN,
		    "the role %s may only look", role_name(call->role));
	if (kind == &provision && f->object.len == 0)
		return error_set(err, ERR_INVALID_VALUE,
		    "\"object\" is an id, a userName or a displayName");
	return check_changes(call, j, f, err);
}

/* How the answer is asked for. */
static void
put_location(struct call *call, const struct json_object *v)
{
	const char *path = arena_printf(call->arena, "/jobs/%.*s/errands",
	    SLICE_ARG(json_string(json_get(v, "job"))));

	answer_location(call, path, json_string(json_get(v, "id")));
	http_reply_header(call->reply, "Retry-After", SLICE("1"));
}

static int
ask(struct call *call, const struct kind *kind, struct error *err)
{
	struct form form = { .object = SLICE(""), .changes = SLICE("") };
	struct json_object *v, *request = json_new_object(call->arena);
	struct jobs j;

	if (jobs_visit(call, &j, err) == -1 ||
	    field_read(call->arena, call->body, kind->fields, kind->nfields,
		FIELD_MADE, &form, err) == -1 ||
	    check(call, kind, &j, &form, err) == -1)
		return -1;
	if (call->body != NULL)
		request = json_copy(call->arena, call->body);
	if (errand_ask(&j, call->settings->store, call->id, kind->name, request,
		&v, err) == -1) {
		if (err->code == ERR_RATE)
			http_reply_header(
			    call->reply, "Retry-After", SLICE("10"));
		return -1;
	}
	put_location(call, v);
	return answer_object(call, 202, v);
}

int
admin_probe_job(struct call *call, struct error *err)
{
	return ask(call, &probe, err);
}

int
admin_match_job(struct call *call, struct error *err)
{
	return ask(call, &match, err);
}

int
admin_dry_run_job(struct call *call, struct error *err)
{
	return ask(call, &dry_run, err);
}

int
admin_provision_job(struct call *call, struct error *err)
{
	return ask(call, &provision, err);
}

int
admin_drift_job(struct call *call, struct error *err)
{
	return ask(call, &drift, err);
}

/* ---- those that were asked for ---- */

static int
show_listed(struct call *call, size_t i, void *arg, struct json_object **out,
    struct error *err)
{
	(void)err;
	*out = json_copy(call->arena, json_at(arg, i));
	return 0;
}

int
admin_list_errands(struct call *call, struct error *err)
{
	struct json_object *list;
	struct job_info info;
	struct jobs j;

	if (jobs_visit(call, &j, err) == -1 ||
	    jobs_find(&j, call->id, &info, err) == -1 ||
	    errand_list(call->arena, call->settings->store, j.tenant, &info.id,
		&list, err) == -1)
		return -1;
	return listing_answer(call, json_len(list), show_listed, list, err);
}

/* The errand call->id of the job call->in. */
static int
find(const struct call *call, struct errand *e, struct json_object **v,
    struct error *err)
{
	char id[UUID_TEXT_SIZE];
	struct job_info info;
	struct jobs j;

	if (jobs_visit(call, &j, err) == -1 ||
	    jobs_find(&j, call->in, &info, err) == -1)
		return -1;
	*e = (struct errand){ .store = call->settings->store,
		.tenant = j.tenant };
	uuid_format(&info.id, id);
	if (uuid_parse(call->id, &e->id) == 0 &&
	    errand_load(call->arena, e, v, err) == 0 &&
	    slice_equal(json_string(json_get(*v, "job")), slice_of(id)))
		return 0;
	return error_set(err, ERR_NOT_FOUND, "the job has no errand '%.*s'",
	    SLICE_ARG(call->id));
}

/* "TRY-BYTE": where a page of the answer begins, that of one try. */
static int
read_cursor(const struct call *call, const struct json_object *v, int64_t *at,
    struct error *err)
{
	struct slice text, try;
	int64_t number = -1;

	*at = 0;
	if (call_parameter(call, "cursor", &text, err) == -1)
		return -1;
	if (text.len == 0)
		return 0;
	if (!slice_next(&text, '-', &try) ||
	    parse_int(try, 0, INT64_MAX, &number, NULL) == -1 ||
	    parse_int(text, 0, INT64_MAX, at, NULL) == -1)
		return error_set(err, ERR_INVALID_CURSOR,
		    "'cursor' is the nextCursor of the page before");
	if (number == json_integer(json_get(v, "tries")) || *at == 0)
		return 0;
	return error_set(err, ERR_EXPIRED_CURSOR,
	    "it was begun anew: read its answer from the beginning");
}

static bool
is_at_end(const struct json_object *v)
{
	return json_has(v, SLICE("finished"));
}

/* The errand, and in "Resources" a page of its answer. */
static void
put_page(struct call *call, const struct json_object *v,
    const struct errand_lines *lines, bool more)
{
	struct buf *out = &call->reply->body;
	struct slice text = json_text(call->arena, v);

	buf_slice(out, (struct slice){ text.data, text.len - 1 });
	buf_printf(out, ",\"itemsPerPage\":%zu", lines->n);
	if (more)
		buf_printf(out, ",\"nextCursor\":\"%lld-%lld\"",
		    (long long)json_integer(json_get(v, "tries")),
		    (long long)lines->next);
	buf_puts(out, ",\"Resources\":[");
	for (size_t i = 0; i < lines->n; i++) {
		if (i > 0)
			buf_putc(out, ',');
		buf_slice(out, lines->list[i]);
	}
}

int
admin_show_errand(struct call *call, struct error *err)
{
	int64_t count = PAGE_SIZE_DEFAULT, at;
	struct errand_lines lines;
	struct json_object *v;
	struct errand e;
	int more;

	if (find(call, &e, &v, err) == -1 ||
	    answer_read_number(call, "count", PAGE_SIZE_MAX, &count, err) ==
		-1 ||
	    read_cursor(call, v, &at, err) == -1)
		return -1;
	more = errand_read(
	    call->arena, &e, at, count < 1 ? 1 : (size_t)count, &lines, err);
	if (more == -1)
		return -1;
	if (!is_at_end(v))
		http_reply_header(call->reply, "Retry-After", SLICE("1"));
	put_page(call, v, &lines, more == 1 || !is_at_end(v));
	return answer_text(call, 200, SLICE("]}"));
}

int
admin_drop_errand(struct call *call, struct error *err)
{
	struct json_object *v;
	struct errand e;

	if (find(call, &e, &v, err) == -1)
		return -1;
	errand_drop(&e);
	call->reply->status = 204;
	return 0;
}
