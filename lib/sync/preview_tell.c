/*
 * preview_tell.c: all that is known of what would be done with an object.
 */
#include "json/json.h"
#include "sync/journal.h"
#include "sync/preview.h"

static const char *const states[] = {
	[FLOW_SET] = "set",
	[FLOW_LEFT] = "left",
	[FLOW_PENDING] = "waits",
};

static const char *const acts[ACT_MAX] = {
	[ACT_NOTHING] = "nothing",
	[ACT_PROVISION] = "provision",
	[ACT_DISABLE] = "disable",
	[ACT_DELETE] = "delete",
};

static void
put(struct arena *a, struct json_object *v, const char *name, struct slice text)
{
	if (text.len > 0)
		json_set(v, slice_of(name), json_new_string(a, text));
}

static struct json_object *
shown(struct arena *a, const struct flow *f)
{
	if ((f->redacted || f->row->redacted) && f->value != NULL)
		return json_new_string(a, SLICE("[Redact]"));
	return json_copy(a, f->value);
}

static struct json_object *
tell_flows(struct arena *a, const struct intent *intent)
{
	struct json_object *list = json_new_array(a);

	for (size_t i = 0; i < intent->nflows; i++) {
		const struct flow *f = &intent->flows[i];
		struct json_object *one = json_new_object(a);

		put(a, one, "name", f->row->key);
		put(a, one, "state", slice_of(states[f->state]));
		if (f->state == FLOW_SET)
			json_set(one, SLICE("value"), shown(a, f));
		if (f->pending != NULL)
			json_set(
			    one, SLICE("waitsFor"), json_copy(a, f->pending));
		json_append(list, one);
	}
	return list;
}

struct json_object *
preview_tell(const struct preview *p, const struct intent *intent)
{
	struct arena *a = p->run.arena;
	struct json_object *v = journal_record(&p->run, SLICE(""), intent);
	struct json_object *rests = preview_tell_rests(p, intent);

	if (preview_is_open(intent)) {
		put(a, v, "action", SLICE("match"));
		json_delete(v, SLICE("status"));
	}
	put(a, v, "act", slice_of(acts[intent->act]));
	put(a, v, "verdict", slice_of(verdict_text(intent->subject.verdict)));
	json_set(v, SLICE("link"), link_show(a, &intent->link));
	json_set(v, SLICE("attributes"), tell_flows(a, intent));
	if (json_len(rests) > 0)
		json_set(v, SLICE("rests"), rests);
	return v;
}
