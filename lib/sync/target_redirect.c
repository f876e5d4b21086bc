/*
 * target_redirect.c: where a target sends a request on.
 */
#include <stdlib.h>
#include <string.h>

#include "http/client.h"
#include "http/url.h"
#include "sync/target_private.h"
#include "sync/target_redirect.h"

bool
target_is_same_server(const char *url, const char *other)
{
	struct arena *a = arena_new_of(512);
	const char *one = http_url_server(a, url);
	const char *two = http_url_server(a, other);
	bool same = one != NULL && two != NULL && strcmp(one, two) == 0;

	arena_free(a);
	return same;
}

/* TLS that was begun with is kept. */
static bool
may_go(const char *from, const char *to)
{
	return http_url_is_safe(to) &&
	    (strncmp(from, "https:", 6) != 0 || strncmp(to, "https:", 6) == 0);
}

/* The base URL becomes what stands before the path in URL. */
static void
move_base(struct target_try *try, const char *url)
{
	struct target *t = try->target;
	struct slice path = try->request->path;
	size_t len = strlen(url);

	if (try->location != NULL || len <= path.len ||
	    memcmp(url + len - path.len, path.data, path.len) != 0 ||
	    !target_is_same_server(t->base, url))
		return;
	t->base = arena_strndup(t->a, url, len - path.len);
}

bool
target_redirect(struct target_try *try)
{
	const struct http_exchange *e = &try->exchange;
	const char *url = http_url_resolve(
	    try->a, e->url, http_exchange_field(e, "Location"));

	if (url == NULL || !may_go(e->url, url) ||
	    (e->status < 307 && strcmp(e->method, "GET") != 0))
		return false;
	if (e->status == 308)
		move_base(try, url);
	free(try->location);
	try->location = strdup(url);
	return try->location != NULL;
}
