/*
 * problem.c: a failure becomes an Error message.
 */
#include "base/log.h"
#include "http/status.h"
#include "scim/schema.h"
#include "serve/problem.h"

/* What a client is told of ERR. */
static struct slice
detail(const struct error *err)
{
	switch (err->code) {
	case ERR_INTERNAL:
		return SLICE("internal error; the server's log has more "
			     "under the id of this request");
	case ERR_BUSY:
		return SLICE("the store is busy, try again");
	case ERR_FULL:
		return SLICE("no room on the server's disk");
	default:
		return slice_of(err->detail);
	}
}

static void
log_fault(const struct error *err)
{
	if (err->code == ERR_INTERNAL || err->code == ERR_BUSY ||
	    err->code == ERR_FULL)
		log_error("%s", err->detail);
}

void
problem_reply(struct http_reply *reply, const struct error *err)
{
	const char *type = http_scim_type(err->code);

	log_fault(err);
	reply->status = http_status(err->code);
	reply->content_type = SCIM_MEDIA_TYPE;
	buf_clear(&reply->body);
	buf_printf(&reply->body,
	    "{\"schemas\":[\"" URN_ERROR "\"],"
	    "\"status\":\"%d\",",
	    reply->status);
	if (type != NULL)
		buf_printf(&reply->body, "\"scimType\":\"%s\",", type);
	buf_puts(&reply->body, "\"detail\":");
	buf_json_string(&reply->body, detail(err));
	buf_putc(&reply->body, '}');
	if (err->code == ERR_BUSY || err->code == ERR_FULL)
		http_reply_header(reply, "Retry-After", SLICE("1"));
}
