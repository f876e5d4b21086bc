/*
 * log.c: /admin/v1/log: what was asked and answered, as muster log and replay.
 */
#include "admin/admin.h"
#include "admin/field.h"
#include "admin/records.h"
#include "admin/visit.h"
#include "base/log.h"
#include "base/nelem.h"
#include "serve/replay.h"
#include "serve/settings.h"
#include "watch/request_log.h"

#define TEXT(name)                                           \
	{                                                    \
#name, offsetof(struct request_search, name) \
	}

static const struct records_text texts[] = { TEXT(status), TEXT(credential),
	TEXT(path), TEXT(method), TEXT(type), TEXT(id), TEXT(request) };

/*
 * Whose log: of one tenant, or, with ?nobody=true, what nobody was found for,
 * which only an administrator of all sees.
 */
static int
find_log(const struct call *call, uint32_t *tenant, struct error *err)
{
	struct tenant found;
	bool nobody;

	if (answer_read_flag(call, "nobody", &nobody, err) == -1)
		return -1;
	if (nobody && call->caller.tenant != TENANT_STORE)
		return error_set(
		    err, ERR_NOT_FOUND, "there is no log of nobody");
	if (nobody) {
		*tenant = TENANT_STORE;
		return 0;
	}
	if (visit_find_one(call, &found, err) == -1)
		return -1;
	*tenant = found.number;
	return 0;
}

int
admin_list_log(struct call *call, struct error *err)
{
	struct request_search s = { .since = 0 };
	struct records r;
	int more;

	if (find_log(call, &s.tenant, err) == -1 ||
	    records_begin(call, &r, err) == -1 ||
	    records_read_texts(call, texts, NELEM(texts), &s, err) == -1 ||
	    records_read_times(call, &s.since, &s.until, err) == -1 ||
	    request_search_check(&s, err) == -1)
		return -1;
	s.ends_at = r.ends_at;
	more = request_log_search(call->settings->store, &s, true, &r.place,
	    search_keep, &r.found, err);
	return more == -1 ? -1 : records_answer(call, &r, more);
}

static int
find_record(const struct call *call, struct slice *line, struct error *err)
{
	uint32_t tenant;

	if (find_log(call, &tenant, err) == -1)
		return -1;
	return request_log_find(
	    call->arena, call->settings->store, tenant, call->id, line, err);
}

int
admin_show_record(struct call *call, struct error *err)
{
	struct slice line;

	if (find_record(call, &line, err) == -1)
		return -1;
	return answer_text(call, 200, line);
}

struct form {
	bool dry_run;
};

static const struct field fields[] = {
	{ "dryRun", FIELD_FLAG, FIELD_MADE, offsetof(struct form, dry_run), 0 },
};

/* Each change as the audit has it, field by field. */
static void
put_changes(struct buf *out, struct slice changes)
{
	struct slice change;
	const char *before = "";

	buf_puts(out, ",\"changes\":[");
	while (changes.len > 0 && slice_next(&changes, '\n', &change)) {
		if (change.len == 0)
			continue;
		buf_puts(out, before);
		buf_slice(out, change);
		before = ",";
	}
	buf_putc(out, ']');
}

static int
answer_replay(struct call *call, const struct replay *r)
{
	struct buf *out = &call->reply->body;

	buf_printf(out, "{\"status\":%d", r->status);
	put_changes(out, r->changes);
	buf_puts(out, ",\"tolerances\":");
	buf_slice(out, r->tolerances.len > 0 ? r->tolerances : SLICE("[]"));
	buf_printf(out, ",\"redacted\":%s", r->is_redacted ? "true" : "false");
	if (r->status >= 400 && r->answer.len > 0) {
		buf_puts(out, ",\"answer\":");
		buf_slice(out, r->answer);
	}
	return answer_text(call, 200, SLICE("}"));
}

/* Nothing is ever sent twice: who asks for more is not understood. */
int
admin_replay_record(struct call *call, struct error *err)
{
	struct form form = { false };
	struct replay replay;
	struct slice line;
	int rc;

	if (find_record(call, &line, err) == -1 ||
	    field_read(call->arena, call->body, fields, NELEM(fields),
		FIELD_MADE, &form, err) == -1)
		return -1;
	if (!form.dry_run)
		return error_set(err, ERR_INVALID_VALUE,
		    "only what would change can be had: {\"dryRun\":true}");
	rc = replay_rehearse(
	    call->identity, call->settings, call->arena, line, &replay, err);
	/* Its lines in the log were those of that request. */
	log_request(call->caller.request_id.data);
	return rc == -1 ? -1 : answer_replay(call, &replay);
}
