/*
 * curl.c: libcurl, loaded when a server is asked for the first time.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/library.h"
#include "base/nelem.h"
#include "http/curl.h"

#define FUNCTION(name)                                     \
	{                                                  \
		"curl_" #name, offsetof(struct curl, name) \
	}

static const struct library_function functions[] = {
	FUNCTION(free),
	FUNCTION(easy_init),
	FUNCTION(easy_setopt),
	FUNCTION(easy_reset),
	FUNCTION(easy_perform),
	FUNCTION(easy_getinfo),
	FUNCTION(easy_cleanup),
	FUNCTION(easy_strerror),
	FUNCTION(multi_init),
	FUNCTION(multi_cleanup),
	FUNCTION(multi_add_handle),
	FUNCTION(multi_remove_handle),
	FUNCTION(multi_perform),
	FUNCTION(multi_poll),
	FUNCTION(multi_wakeup),
	FUNCTION(multi_info_read),
	FUNCTION(getdate),
	FUNCTION(slist_append),
	FUNCTION(slist_free_all),
	FUNCTION(url),
	FUNCTION(url_set),
	FUNCTION(url_get),
	FUNCTION(url_cleanup),
};
_Static_assert(
    sizeof(struct curl) == NELEM(functions) * sizeof(void *), "every function");

/* Written once, by the only thread that asks servers. */
const struct curl *
curl_load(void)
{
	static struct curl curl;
	static bool is_loaded;

	if (!is_loaded)
		library_load(
		    "libcurl.so.4", functions, NELEM(functions), &curl);
	is_loaded = true;
	return &curl;
}
