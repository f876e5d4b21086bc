/*
 * exchange.c: the fields of an answer to a request of ours.
 */
#include "base/number.h"
#include "http/curl.h"
#include "http/exchange.h"

enum { DATE_SIZE = 64 };

/* Nobody is waited for longer than that: a day. */
static const int64_t retry_max_s = 24 * 3600;

struct slice
http_exchange_field(const struct http_exchange *e, const char *name)
{
	struct slice rest = buf_text(&e->head), line, key, found = { NULL, 0 };

	while (slice_next(&rest, '\n', &line)) {
		if (!slice_next(&line, ':', &key) || line.data == NULL ||
		    !slice_equal_nocase(slice_trim(key), slice_of(name)))
			continue;
		if (line.len > 0 && line.data[line.len - 1] == '\r')
			line.len--;
		found = slice_trim(line);
	}
	return found;
}

int64_t
http_exchange_retry_after(const struct http_exchange *e, int64_t now)
{
	struct slice value = http_exchange_field(e, "Retry-After");
	char date[DATE_SIZE];
	int64_t seconds;
	bool is_long;
	time_t at;

	if (value.len == 0 || value.len >= sizeof(date))
		return -1;
	if (value.data[0] != '-' &&
	    parse_int(value, 0, retry_max_s, &seconds, &is_long) == 0)
		return seconds * 1000;
	memcpy(date, value.data, value.len);
	date[value.len] = '\0';
	at = curl_load()->getdate(date, NULL);
	if (at == -1)
		return -1;
	seconds = (int64_t)at - now / 1000;
	if (seconds < 0)
		return 0;
	return (seconds < retry_max_s ? seconds : retry_max_s) * 1000;
}
