/*
 * problem.c: a failure becomes an Error message.
 */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
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

/* What a client sent may be told again, but only as UTF-8. */
static void
put_detail(struct buf *b, const struct error *err)
{
	struct slice text = detail(err);
	char *copy;

	if (text_is_utf8(text)) {
		buf_json_string(b, text);
		return;
	}
	copy = strndup(text.data, text.len);
	if (copy == NULL)
		fatal("out of memory");
	for (char *p = copy; *p != '\0'; p++)
		if ((unsigned char)*p >= 0x80)
			*p = '?';
	buf_json_string(b, slice_of(copy));
	free(copy);
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
	put_detail(&reply->body, err);
	buf_putc(&reply->body, '}');
	if (err->code == ERR_BUSY || err->code == ERR_FULL)
		http_reply_header(reply, "Retry-After", SLICE("1"));
}
