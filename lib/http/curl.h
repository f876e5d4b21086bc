/*
 * curl.h: libcurl, loaded when a server is asked for the first time: most
 * programs never ask one, and its thirty libraries would take a CGI program
 * longer to start than its answer does.
 */
#ifndef HTTP_CURL_H
#define HTTP_CURL_H

#include <curl/curl.h>

/* The functions of libcurl that we call, by their names without "curl_". */
struct curl {
	__typeof__(curl_free)		*free;
	__typeof__(curl_easy_init)	*easy_init;
	__typeof__(curl_easy_setopt)	*easy_setopt;
	__typeof__(curl_easy_reset)	*easy_reset;
	__typeof__(curl_easy_perform)	*easy_perform;
	__typeof__(curl_easy_getinfo)	*easy_getinfo;
	__typeof__(curl_easy_cleanup)	*easy_cleanup;
	__typeof__(curl_easy_strerror)	*easy_strerror;
	__typeof__(curl_multi_init)	*multi_init;
	__typeof__(curl_multi_cleanup)	*multi_cleanup;
	__typeof__(curl_multi_add_handle) *multi_add_handle;
	__typeof__(curl_multi_remove_handle) *multi_remove_handle;
	__typeof__(curl_multi_perform)	*multi_perform;
	__typeof__(curl_multi_poll)	*multi_poll;
	__typeof__(curl_multi_wakeup)	*multi_wakeup;
	__typeof__(curl_multi_info_read) *multi_info_read;
	__typeof__(curl_getdate)	*getdate;
	__typeof__(curl_slist_append)	*slist_append;
	__typeof__(curl_slist_free_all)	*slist_free_all;
	__typeof__(curl_url)		*url;
	__typeof__(curl_url_set)	*url_set;
	__typeof__(curl_url_get)	*url_get;
	__typeof__(curl_url_cleanup)	*url_cleanup;
};

/*
 * The library, which stays loaded.  A system without it is a broken
 * installation: fatal().
 */
const struct curl	*curl_load(void);

#endif
