/*
 * truncate.c: a group of a million members shows the first of them, and says
 * so by an extension; all of them are at GROUP/members (member_page.c).
 */
#include "identity/member.h"
#include "identity/renderer.h"
#include "json/json.h"

static bool
can_tell(const struct resource_type *type)
{
	for (size_t i = 0; i < type->nextensions; i++)
		if (slice_equal(
			type->extensions[i].schema->id, SLICE(URN_LARGE)))
			return true;
	return false;
}

int64_t
truncate_limit(const struct renderer *r)
{
	return can_tell(r->type) ? r->identity->members_max : 0;
}

void
truncate_tell(struct renderer *r, size_t schemas_end)
{
	char id[UUID_TEXT_SIZE];

	uuid_format(r->id, id);
	buf_insert(r->out, schemas_end - 1, SLICE(",\"" URN_LARGE "\""));
	render_name(r, SLICE(URN_LARGE));
	buf_puts(r->out, "{\"truncated\":true,\"members\":");
	buf_json_string(r->out,
	    slice_of(arena_printf(r->a, "%.*s%.*s/%s/members",
		SLICE_ARG(r->caller->base_url), SLICE_ARG(r->type->endpoint),
		id)));
	buf_putc(r->out, '}');
}

int
truncate_check(const struct json_object *body, struct error *err)
{
	if (!json_boolean(json_attr(
		json_attr(body, SLICE(URN_LARGE)), SLICE("truncated"))))
		return 0;
	return error_set(err, ERR_INVALID_VALUE,
	    URN_LARGE
	    ":truncated: this is a group without some of its "
	    "members, who would go; change them by PATCH, or leave 'truncated' "
	    "out");
}
