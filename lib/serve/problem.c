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

/* Begin an Error message of STATUS; its detail and '}' are to follow. */
static void
put_head(struct buf *out, int status, const char *scim_type)
{
	buf_printf(out,
	    "{\"schemas\":[\"" URN_ERROR "\"],"
	    "\"status\":\"%d\",",
	    status);
	if (scim_type != NULL)
		buf_printf(out, "\"scimType\":\"%s\",", scim_type);
	buf_puts(out, "\"detail\":");
}

void
problem_print(struct buf *out, const struct error *err)
{
	log_fault(err);
	put_head(out, http_status(err->code), http_scim_type(err->code));
	put_detail(out, err);
	buf_putc(out, '}');
}

static void
begin(struct http_reply *reply, int status)
{
	reply->status = status;
	reply->content_type = SCIM_MEDIA_TYPE;
	buf_clear(&reply->body);
}

void
problem_reply(struct http_reply *reply, const struct error *err)
{
	begin(reply, http_status(err->code));
	problem_print(&reply->body, err);
	if (err->code == ERR_BUSY || err->code == ERR_FULL)
		http_reply_header(reply, "Retry-After", SLICE("1"));
	/* Somebody has to look first. */
	if (err->code == ERR_HELD)
		http_reply_header(reply, "Retry-After", SLICE("60"));
}

void
problem_reply_refused(struct http_reply *reply, int status)
{
	begin(reply, status);
	put_head(&reply->body, status, NULL);
	buf_printf(&reply->body, "\"the web server refused the request: %s\"}",
	    http_reason(status));
}
