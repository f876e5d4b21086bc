/*
 * link_show.c: a link for people.
 */
#include "base/clock.h"
#include "json/json.h"
#include "sync/advice.h"
#include "sync/link.h"

static void
put(struct arena *a, struct json_object *v, const char *name, struct slice text)
{
	if (text.len > 0)
		json_set(v, slice_of(name), json_new_string(a, text));
}

static void
put_time(struct arena *a, struct json_object *v, const char *name, int64_t at)
{
	char text[CLOCK_TEXT_SIZE];

	if (at == 0)
		return;
	clock_format(at, text);
	put(a, v, name, slice_of(text));
}

struct json_object *
link_show(struct arena *a, const struct link *link)
{
	const struct advice *advice = advice_find(link->code);
	struct json_object *v = json_new_object(a);

	put(a, v, "state", slice_of(link_state_name(link->stored_state)));
	put(a, v, "target", link->stored_target);
	json_set(
	    v, SLICE("failures"), json_new_integer(a, link->stored_failures));
	put(a, v, "code", link->code);
	put(a, v, "reason", link->detail);
	if (advice != NULL)
		put(a, v, "advice", slice_of(advice->action));
	put_time(a, v, "retryAt", link->stored_due_at);
	if (link->stored_is_held)
		json_set(v, SLICE("isHeld"), json_new_boolean(a, true));
	return v;
}
