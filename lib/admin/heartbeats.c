/*
 * heartbeats.c: /admin/v1/heartbeats: how each credential is used, as muster
 * heartbeat.
 */
#include "admin/admin.h"
#include "admin/credentials.h"
#include "admin/listing.h"
#include "serve/settings.h"
#include "watch/heartbeat.h"

enum { BEAT_MAX_LEN = 64 * 1024 };

/* Of what was never used there is nothing but that. */
static struct json_object *
show_unused(const struct call *call, const struct credential *c)
{
	struct json_object *v = json_new_object(call->arena);

	json_set(v, SLICE("credential"), json_new_string(call->arena, c->id));
	json_set(
	    v, SLICE("state"), json_new_string(call->arena, SLICE("unused")));
	return v;
}

static int
show_beat(const struct call *call, const struct credential *c,
    struct json_object **out, struct error *err)
{
	struct heartbeat beat;
	struct buf text;
	int rc;

	if (beat_read(call->settings->store, c->tenant, c->id, &beat, err) ==
	    -1) {
		*out = show_unused(call, c);
		return 0;
	}
	buf_init(&text, BEAT_MAX_LEN);
	beat_print(&text, c->id, &beat, call->caller.now);
	rc = json_load(
	    call->arena, arena_slice(call->arena, buf_text(&text)), out, err);
	buf_fini(&text);
	return rc;
}

static int
show_listed(struct call *call, size_t i, void *arg, struct json_object **out,
    struct error *err)
{
	const struct credential_list *found = arg;
	const struct credential *c = &found->list[i];

	if (show_beat(call, c, out, err) == -1)
		return -1;
	json_set(*out, SLICE("label"), json_new_string(call->arena, c->label));
	json_set(*out, SLICE("tenant"),
	    json_new_string(
		call->arena, credentials_tenant_name(found, c->tenant)));
	return 0;
}

int
admin_list_heartbeats(struct call *call, struct error *err)
{
	struct credential_list found;

	if (credentials_list(call, &found, err) == -1)
		return -1;
	return listing_answer(call, found.n, show_listed, &found, err);
}
