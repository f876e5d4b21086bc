/*
 * fastcgi.c: one request over a connection of a web server (FastCGI
 * specification 1.0).
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "base/clock.h"
#include "base/log.h"
#include "http/fastcgi.h"

/* clang-format off */
/* Record types (section 8) that come, and that are sent. */
enum {
	BEGIN_REQUEST = 1,
	ABORT_REQUEST = 2,
	END_REQUEST = 3,
	PARAMS = 4,
	STDIN = 5,
	STDOUT = 6,
	GET_VALUES = 9,
	GET_VALUES_RESULT = 10,
	UNKNOWN_TYPE = 11
};
/* clang-format on */

enum {
	VERSION = 1,
	HEADER_LEN = 8,
	RESPONDER = 1,
	REQUEST_COMPLETE = 0, /* how a request ended (section 5.5) */
	CANT_MPX_CONN = 1,
	UNKNOWN_ROLE = 3,
	RECORD_LEN = 65528, /* a multiple of 8; up to 65535 are possible */
	VALUES_MAX = 1024
};

struct record {
	unsigned type;
	uint16_t id; /* 0: of the connection */
	size_t len;
	size_t padding;
};

void
fastcgi_init(struct fastcgi *c)
{
	c->fd = -1;
	c->still_ms = FASTCGI_STILL_MS;
	c->read_ms = FASTCGI_READ_MS;
	buf_init(&c->params, FASTCGI_PARAMS_MAX);
}

void
fastcgi_fini(struct fastcgi *c)
{
	buf_fini(&c->params);
}

/*
 * Nothing waits for ever on the connection: there are few workers, and others
 * wait for them.  What limits a read is said once: mostly the web server is
 * about to write when it is read, and one call waits for that.
 */
static int
limit_waiting(const struct fastcgi *c)
{
	struct timeval still = { .tv_sec = c->still_ms / 1000,
		.tv_usec = c->still_ms % 1000 * 1000 };

	return setsockopt(
	    c->fd, SOL_SOCKET, SO_RCVTIMEO, &still, sizeof(still));
}

/* Until more can be sent, or a signal came. */
static bool
wait_to_send(const struct fastcgi *c)
{
	struct pollfd p = { .fd = c->fd, .events = POLLOUT };
	int n = poll(&p, 1, c->still_ms);

	return n > 0 || (n == -1 && errno == EINTR);
}

/* Bytes that came, into INTO; -1 when there are no more, or not in time. */
static ssize_t
receive(const struct fastcgi *c, void *into, size_t len)
{
	bool is_late;
	ssize_t n;

	do {
		n = recv(c->fd, into, len, 0);
		is_late = clock_monotonic_ms() >= c->until_ms ||
		    (n == -1 && errno == EAGAIN);
	} while (n == -1 && errno == EINTR && !is_late);
	if (!is_late)
		return n > 0 ? n : -1;
	log_warning("a request did not come to its end, and is given up");
	return -1;
}

/* The next LEN bytes; INTO may be NULL.  What is long is not read twice. */
static int
take(struct fastcgi *c, char *into, size_t len)
{
	while (len > 0) {
		size_t n = c->end - c->at;
		ssize_t got = 0;

		if (n == 0 && into != NULL && len >= sizeof(c->in)) {
			got = receive(c, into, len);
			n = (size_t)got;
		} else if (n == 0) {
			got = receive(c, c->in, sizeof(c->in));
			c->at = 0;
			c->end = got > 0 ? (size_t)got : 0;
			n = 0;
		} else {
			n = n < len ? n : len;
			if (into != NULL)
				memcpy(into, c->in + c->at, n);
			c->at += n;
		}
		if (got == -1)
			return -1;
		len -= n;
		into = into == NULL ? NULL : into + n;
	}
	return 0;
}

/* The head of the next record (section 3.3). */
static int
next_record(struct fastcgi *c, struct record *r)
{
	unsigned char head[HEADER_LEN];

	if (take(c, (char *)head, sizeof(head)) == -1 || head[0] != VERSION)
		return -1;
	*r = (struct record){ .type = head[1],
		.id = (uint16_t)(head[2] << 8 | head[3]),
		.len = (size_t)(head[4] << 8 | head[5]),
		.padding = head[6] };
	return 0;
}

static int
skip(struct fastcgi *c, const struct record *r)
{
	return take(c, NULL, r->len + r->padding);
}

/* The content of R behind what INTO holds, if it fits. */
static int
append(struct fastcgi *c, const struct record *r, struct buf *into)
{
	char *room = buf_extend(into, r->len);

	return take(c, room, r->len) == -1 || take(c, NULL, r->padding) == -1
	    ? -1
	    : 0;
}

static void
put_header(unsigned char *head, unsigned type, uint16_t id, size_t len)
{
	memset(head, 0, HEADER_LEN);
	head[0] = VERSION;
	head[1] = (unsigned char)type;
	head[2] = (unsigned char)(id >> 8);
	head[3] = (unsigned char)id;
	head[4] = (unsigned char)(len >> 8);
	head[5] = (unsigned char)len;
}

/* All of the N parts, which are used up. */
static int
send_parts(const struct fastcgi *c, struct iovec *parts, int n)
{
	while (n > 0) {
		struct msghdr message = { .msg_iov = parts,
			.msg_iovlen = (size_t)n };
		ssize_t done =
		    sendmsg(c->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (done == -1 && errno != EINTR &&
		    (errno != EAGAIN || !wait_to_send(c)))
			return -1;
		for (; n > 0 && done >= (ssize_t)parts->iov_len; n--, parts++)
			done -= (ssize_t)parts->iov_len;
		if (n > 0 && done > 0) {
			parts->iov_base = (char *)parts->iov_base + done;
			parts->iov_len -= (size_t)done;
		}
	}
	return 0;
}

/* What iovec only reads, it takes without const. */
static struct iovec
part_of(struct slice text, size_t len)
{
	struct iovec part = { .iov_len = len };

	memcpy(&part.iov_base, &text.data, sizeof(text.data));
	return part;
}

static int
send_bytes(const struct fastcgi *c, const void *data, size_t len)
{
	struct iovec part = part_of((struct slice){ data, len }, len);

	return send_parts(c, &part, 1);
}

/* A record of eight bytes, of which the byte AT is VALUE. */
static int
send_short(const struct fastcgi *c, unsigned type, uint16_t id, size_t at,
    unsigned char value)
{
	unsigned char record[HEADER_LEN + 8] = { 0 };

	put_header(record, type, id, 8);
	record[HEADER_LEN + at] = value;
	return send_bytes(c, record, sizeof(record));
}

/* END_REQUEST says why in its fifth byte. */
static int
refuse(const struct fastcgi *c, uint16_t id, unsigned char why)
{
	return send_short(c, END_REQUEST, id, 4, why);
}

static bool
take_four_bytes(struct slice *text, size_t *len)
{
	const unsigned char *p = (const unsigned char *)text->data;

	if (text->len < 4)
		return false;
	*len = (size_t)(p[0] & 0x7f) << 24 | (size_t)p[1] << 16 |
	    (size_t)p[2] << 8 | p[3];
	*text = slice_from(*text, 4);
	return true;
}

/*
 * The length of a name or value, of one byte, as nearly all are, or of four
 * (section 3.4).
 */
static inline bool
take_length(struct slice *text, size_t *len)
{
	if (text->len == 0)
		return false;
	if ((text->data[0] & 0x80) != 0)
		return take_four_bytes(text, len);
	*len = (size_t)text->data[0];
	*text = slice_from(*text, 1);
	return true;
}

/* One pair off the front of TEXT. */
static bool
take_pair(struct slice *text, struct slice *name, struct slice *value)
{
	if (!take_length(text, &name->len) || !take_length(text, &value->len) ||
	    name->len > text->len || value->len > text->len - name->len)
		return false;
	name->data = text->data;
	value->data = text->data + name->len;
	*text = slice_from(*text, name->len + value->len);
	return true;
}

/*
 * What an environment could not hold: no variable of a plain CGI has it, so
 * that none of ours does.
 */
static bool
is_plain(struct slice name, struct slice value)
{
	/* The value stands right behind the name. */
	return name.len > 0 && memchr(name.data, '=', name.len) == NULL &&
	    memchr(name.data, '\0', name.len + value.len) == NULL;
}

int
fastcgi_variables(struct fastcgi *c, size_t *n)
{
	struct slice text = buf_text(&c->params);
	struct http_variable *v = c->variables;

	if (buf_overflowed(&c->params))
		return -1;
	for (*n = 0; text.len > 0 && *n < FASTCGI_VARIABLES_MAX; ++*n, v++)
		if (!take_pair(&text, &v->name, &v->value) ||
		    !is_plain(v->name, v->value))
			return -1;
	return text.len == 0 ? 0 : -1;
}

/* What a web server may ask of us (section 4.1): it is always the same. */
static int
answer_values(struct fastcgi *c, const struct record *r)
{
	static const char values[] = "\016\001FCGI_MAX_CONNS1"
				     "\015\001FCGI_MAX_REQS1"
				     "\017\001FCGI_MPXS_CONNS0";
	unsigned char head[HEADER_LEN];

	if (r->len > VALUES_MAX || skip(c, r) == -1)
		return -1;
	put_header(head, GET_VALUES_RESULT, 0, sizeof(values) - 1);
	return send_bytes(c, head, sizeof(head)) == -1
	    ? -1
	    : send_bytes(c, values, sizeof(values) - 1);
}

/* A record that is not of our request: of the connection, or of another. */
static int
other_record(struct fastcgi *c, const struct record *r)
{
	if (r->id == 0 && r->type == GET_VALUES)
		return answer_values(c, r);
	if (skip(c, r) == -1)
		return -1;
	if (r->id == 0)
		return send_short(
		    c, UNKNOWN_TYPE, 0, 0, (unsigned char)r->type);
	return r->type == BEGIN_REQUEST ? refuse(c, r->id, CANT_MPX_CONN) : 0;
}

/* BEGIN_REQUEST (section 5.1). */
static int
begin(struct fastcgi *c, const struct record *r)
{
	unsigned char body[8];

	if (r->len != sizeof(body) ||
	    take(c, (char *)body, sizeof(body)) == -1 ||
	    take(c, NULL, r->padding) == -1)
		return -1;
	if ((body[0] << 8 | body[1]) != RESPONDER) {
		refuse(c, r->id, UNKNOWN_ROLE);
		return -1;
	}
	c->id = r->id;
	return 0;
}

/*
 * The next record of TYPE of our request; the others are answered or passed
 * over.  -1 when there is none.
 */
static int
expect(struct fastcgi *c, unsigned type, struct record *r)
{
	int rc;

	for (;;) {
		if (next_record(c, r) == -1)
			return -1;
		if (c->id != 0 && r->id == c->id) {
			if (r->type == type)
				return 0;
			/* An abort, or records in no order. */
			return -1;
		}
		rc = c->id == 0 && r->id != 0 && r->type == BEGIN_REQUEST
		    ? begin(c, r)
		    : other_record(c, r);
		if (rc == -1)
			return -1;
	}
}

/* A stream: records of TYPE up to an empty one (section 3.3). */
static int
read_stream(struct fastcgi *c, unsigned type, struct buf *into)
{
	struct record r;

	do
		if (expect(c, type, &r) == -1 || append(c, &r, into) == -1)
			return -1;
	while (r.len > 0);
	return 0;
}

int
fastcgi_read_params(struct fastcgi *c, int fd)
{
	c->fd = fd;
	c->id = 0;
	c->at = c->end = 0;
	c->until_ms = clock_monotonic_ms() + c->read_ms;
	if (c->params.size > sizeof(c->in))
		buf_fini(&c->params);
	buf_clear(&c->params);
	return limit_waiting(c) == -1 ? -1 : read_stream(c, PARAMS, &c->params);
}

int
fastcgi_read_body(struct fastcgi *c, struct buf *body)
{
	return read_stream(c, STDIN, body);
}

/* The end of the stream and of the request. */
static void
put_end(unsigned char end[3 * HEADER_LEN], uint16_t id)
{
	memset(end, 0, 3 * HEADER_LEN);
	put_header(end, STDOUT, id, 0);
	put_header(end + HEADER_LEN, END_REQUEST, id, 8);
	end[2 * HEADER_LEN + 4] = REQUEST_COMPLETE;
}

int
fastcgi_answer(struct fastcgi *c, struct slice head, struct slice body)
{
	unsigned char start[HEADER_LEN], end[3 * HEADER_LEN];
	struct slice last = { (const char *)end, sizeof(end) };
	bool is_last = false;

	put_end(end, c->id);
	while (!is_last) {
		size_t n = head.len < RECORD_LEN ? head.len : RECORD_LEN;
		size_t room = RECORD_LEN - n;
		size_t m = body.len < room ? body.len : room;
		struct iovec parts[] = { { start, sizeof(start) },
			part_of(head, n), part_of(body, m),
			part_of(last, last.len) };

		is_last = n == head.len && m == body.len;
		put_header(start, STDOUT, c->id, n + m);
		if (send_parts(c, parts, is_last ? 4 : 3) == -1)
			return -1;
		head = slice_from(head, n);
		body = slice_from(body, m);
	}
	return 0;
}
