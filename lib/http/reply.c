/*
 * reply.c: one HTTP answer, built in memory before its first byte leaves.
 */
#include <stddef.h>
#include <string.h>

#include "base/nelem.h"
#include "http/reply.h"

enum { HEADERS_MAX = 64 * 1024 };

static const struct {
	int status;
	const char *reason;
} reasons[] = {
	{ 200, "OK" },
	{ 201, "Created" },
	{ 202, "Accepted" },
	{ 204, "No Content" },
	{ 304, "Not Modified" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 406, "Not Acceptable" },
	{ 408, "Request Timeout" },
	{ 409, "Conflict" },
	{ 411, "Length Required" },
	{ 412, "Precondition Failed" },
	{ 413, "Content Too Large" },
	{ 414, "URI Too Long" },
	{ 415, "Unsupported Media Type" },
	{ 428, "Precondition Required" },
	{ 429, "Too Many Requests" },
	{ 431, "Request Header Fields Too Large" },
	{ 500, "Internal Server Error" },
	{ 501, "Not Implemented" },
	{ 502, "Bad Gateway" },
	{ 503, "Service Unavailable" },
	{ 504, "Gateway Timeout" },
	{ 505, "HTTP Version Not Supported" },
	{ 507, "Insufficient Storage" },
};

const char *
http_reason(int status)
{
	for (size_t i = 0; i < NELEM(reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "Status";
}

void
http_reply_init(struct http_reply *reply)
{
	*reply = (struct http_reply){ .status = 200 };
	buf_init(&reply->headers, HEADERS_MAX);
	buf_init(&reply->body, HTTP_BODY_MAX);
}

void
http_reply_fini(struct http_reply *reply)
{
	buf_fini(&reply->headers);
	buf_fini(&reply->body);
}

void
http_reply_clear(struct http_reply *reply)
{
	struct buf headers = reply->headers, body = reply->body;

	buf_clear(&headers);
	buf_clear(&body);
	*reply = (struct http_reply){
		.status = 200, .headers = headers, .body = body
	};
}

/* What would end the line of a header field becomes a space. */
static void
without_breaks(char *text, size_t len)
{
	static const char breaks[] = { '\r', '\n' };
	char *at;

	for (size_t i = 0; i < sizeof(breaks); i++)
		while ((at = memchr(text, breaks[i], len)) != NULL)
			*at = ' ';
}

void
http_reply_header(
    struct http_reply *reply, const char *name, struct slice value)
{
	size_t name_len = strlen(name);
	char *to = buf_extend(&reply->headers, name_len + value.len + 4);

	if (to == NULL)
		return;
	memcpy(to, name, name_len);
	to += name_len;
	memcpy(to, ": ", 2);
	to += 2;
	if (value.len > 0)
		memcpy(to, value.data, value.len);
	without_breaks(to, value.len);
	memcpy(to + value.len, "\r\n", 2);
}

/* An answer that by its status has no body has no length either. */
static bool
has_length(const struct http_reply *reply)
{
	return reply->status != 204 && reply->status != 304;
}

static void
put_line(struct buf *out, const char *name, struct slice value)
{
	buf_puts(out, name);
	buf_slice(out, value);
	buf_puts(out, "\r\n");
}

void
http_reply_head(const struct http_reply *reply, struct buf *out)
{
	buf_puts(out, "Status: ");
	buf_number(out, (uint64_t)reply->status);
	buf_putc(out, ' ');
	buf_puts(out, http_reason(reply->status));
	buf_puts(out, "\r\n");
	if (reply->content_type != NULL)
		put_line(out, "Content-Type: ", slice_of(reply->content_type));
	if (has_length(reply)) {
		buf_puts(out, "Content-Length: ");
		buf_number(out, reply->body.len);
		buf_puts(out, "\r\n");
	}
	if (reply->location.len > 0)
		put_line(out,
		    reply->status == 200 && reply->front_redirects
			? "Resource-Location: "
			: "Location: ",
		    reply->location);
	buf_slice(out, buf_text(&reply->headers));
	buf_puts(out, "\r\n");
}

struct slice
http_reply_body(const struct http_reply *reply)
{
	return reply->head_only || !has_length(reply) ? SLICE("")
						      : buf_text(&reply->body);
}

void
http_reply_print(const struct http_reply *reply, struct buf *out)
{
	http_reply_head(reply, out);
	buf_slice(out, http_reply_body(reply));
}
