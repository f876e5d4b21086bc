/*
 * probe_object.c: a user who is made, changed and deleted, to see what a
 * target does rather than what it says.
 */
#include "base/clock.h"
#include "base/nelem.h"
#include "base/uuid.h"
#include "http/url.h"
#include "sync/probe_private.h"

enum { PATH_MAX_LEN = 2048 };

#define PATCH_OP \
	"\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"]"

/* JSON text of ours. */
static const struct json_object *
parsed(struct probing *p, const char *text)
{
	struct json_object *v;
	struct error err;

	return json_parse(p->a, slice_of(text), &v, &err) == 0 ? v : NULL;
}

static const struct json_object *
user_of(
    struct probing *p, const char *name, const char *active, const char *given)
{
	return parsed(p,
	    arena_printf(p->a,
		"{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],"
		"\"userName\":\"%s\",\"externalId\":\"%s\",\"active\":%s,"
		"\"displayName\":\"%s\",\"name\":{\"givenName\":\"%s\","
		"\"familyName\":\"Probe\"},\"emails\":[{\"type\":\"work\","
		"\"primary\":true,\"value\":\"%s\"}]}",
		name, name, active, name, given, name));
}

/* Its path, from the answer to its creation; no data when there is no id. */
static struct slice
path_of(struct probing *p)
{
	struct slice id = json_string(json_attr(p->body, SLICE("id"))), text;
	struct buf path;

	if (id.len == 0)
		return (struct slice){ NULL, 0 };
	buf_init(&path, PATH_MAX_LEN);
	buf_slice(&path, probe_endpoint(p, "User"));
	buf_putc(&path, '/');
	http_url_encode(&path, id);
	text = arena_slice(p->a, buf_text(&path));
	buf_fini(&path);
	return text;
}

/* No data: there is none, and it was said why. */
static struct slice
create(struct probing *p, const char *name)
{
	struct slice endpoint = probe_endpoint(p, "User"), path = { NULL, 0 };
	bool made =
	    probe_ask(p, "POST", endpoint, user_of(p, name, "false", "A"));

	if (!made && p->outcome == TARGET_ANSWERED && p->status == 400) {
		made = probe_ask(
		    p, "POST", endpoint, user_of(p, name, "\"False\"", "A"));
		if (made) {
			json_set(p->dialect, SLICE("booleans"),
			    json_new_string(p->a, SLICE("text")));
			probe_find(p, PROBE_WARNING,
			    "Booleans are taken as text only.");
		}
	}
	if (made)
		path = path_of(p);
	if (path.data == NULL)
		probe_find(p, PROBE_WARNING,
		    made || p->outcome == TARGET_UNKNOWN
			? "The user %s may have been made (status %d), and is "
			  "not deleted."
			: "The user %s could not be made (status %d).",
		    name, p->status);
	return path;
}

/* Does the user have GIVEN as its name now? */
static bool
is_called(struct probing *p, struct slice path, const char *given)
{
	return probe_ask(p, "GET", path, NULL) &&
	    slice_equal(json_string(json_attr(json_attr(p->body, SLICE("name")),
			    SLICE("givenName"))),
		slice_of(given));
}

/* The first style of PATCH that does what it should. */
static const char *
find_style(struct probing *p, struct slice path)
{
	static const struct {
		const char *style, *body, *given;
	} styles[] = {
		{ "paths",
		    "{" PATCH_OP ",\"Operations\":[{\"op\":\"replace\","
		    "\"path\":\"name.givenName\",\"value\":\"B\"}]}",
		    "B" },
		{ "merged",
		    "{" PATCH_OP ",\"Operations\":[{\"op\":\"replace\","
		    "\"value\":{\"name.givenName\":\"C\"}}]}",
		    "C" },
	};

	for (size_t i = 0; i < NELEM(styles); i++)
		if (probe_ask(p, "PATCH", path, parsed(p, styles[i].body)) &&
		    is_called(p, path, styles[i].given))
			return styles[i].style;
	return "put";
}

static void
change(struct probing *p, struct slice path, const char *name)
{
	struct slice said = json_string(json_get(p->dialect, "patch"));
	const char *style = "put";

	if (!slice_equal(said, SLICE("put")))
		style = find_style(p, path);
	if (style[0] == 'p' && style[1] == 'u' &&
	    !(probe_ask(p, "PUT", path, user_of(p, name, "false", "D")) &&
		is_called(p, path, "D")))
		probe_find(p, PROBE_ERROR,
		    "Neither PATCH nor PUT changes a user (status %d).",
		    p->status);
	else if (!slice_equal(said, slice_of(style)))
		probe_find(p, PROBE_WARNING,
		    "PATCH does not do what it should; '%s' does.", style);
	json_set(
	    p->dialect, SLICE("patch"), json_new_string(p->a, slice_of(style)));
}

static void delete (struct probing *p, struct slice path, const char *name)
{
	if (!probe_ask(p, "DELETE", path, NULL) && p->status != 404) {
		probe_find(p, PROBE_WARNING,
		    "The user %s could not be deleted (status %d).", name,
		    p->status);
		return;
	}
	if (probe_ask(p, "GET", path, NULL))
		probe_find(p, PROBE_WARNING,
		    "Who was deleted can still be read: the target keeps "
		    "users.");
}

void
probe_object(struct probing *p)
{
	struct uuid uuid = uuid_new(clock_now_ms());
	char id[UUID_TEXT_SIZE];
	const char *name;
	struct slice path;

	uuid_format(&uuid, id);
	name = arena_printf(p->a, "muster-probe-%s@example.com", id);
	path = create(p, name);
	if (path.data == NULL)
		return;
	change(p, path, name);
	delete (p, path, name);
}
