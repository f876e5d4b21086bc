/*
 * settings.c: what an administrator may set.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auth/address.h"
#include "base/nelem.h"
#include "base/number.h"
#include "serve/settings.h"

#ifndef DATADIR
#define DATADIR "/usr/local/share/muster"
#endif

#define FIELD(name) offsetof(struct settings, name)
#define TEXT	    .min = 1, .max = 0

/* clang-format off */
static const struct setting rows[] = {
	{ "MUSTER_STORE", "/var/lib/muster",
	    "directory of the store", TEXT, .offset = FIELD(store) },
	{ "MUSTER_SCHEMAS", DATADIR "/schemas",
	    "directories of schema files, with colons", TEXT, .offset = FIELD(schemas) },
	{ "MUSTER_BASE_URL", "",
	    "public scheme and host, as https://scim.example.org",
	    TEXT, .offset = FIELD(base_url) },
	{ "MUSTER_HOSTS", "",
	    "names, with commas, that clients may use for this server; "
	    "others get its address in URLs",
	    TEXT, .offset = FIELD(hosts) },
	{ "MUSTER_SENSITIVE", "",
	    "attributes, with commas, that no filter in a URL may name",
	    TEXT, .offset = FIELD(sensitive) },
	{ "MUSTER_PROXIES", "",
	    "addresses and networks, with commas, of proxies whose "
	    "X-Forwarded-For counts",
	    TEXT, .offset = FIELD(proxies) },
	{ "MUSTER_BASIC", "0",
	    "1: clients may come with their id and secret by HTTP Basic",
	    .min = 0, .max = 1, .offset = FIELD(basic), .unit = 1 },
	{ "MUSTER_CORS_ORIGINS", "",
	    "origins of pages whose scripts may ask, with commas",
	    TEXT, .offset = FIELD(cors_origins) },
	{ "MUSTER_SOCKET", "",
	    "unix socket to listen on; empty: file descriptor 0",
	    TEXT, .offset = FIELD(socket) },
	{ "MUSTER_WORKERS", "0",
	    "processes that serve one socket; 0: the web server starts them",
	    .min = 0, .max = 64, .offset = FIELD(workers), .unit = 1 },
	{ "MUSTER_REQUESTS_MAX", "100000",
	    "requests after which a worker makes way for a fresh one",
	    .min = 0, .max = 1000000000, .offset = FIELD(requests_max),
	    .unit = 1 },
	{ "MUSTER_BODY_MAX", "1048576",
	    "bytes of a request body",
	    .min = 1024, .max = 1073741824, .offset = FIELD(body_max),
	    .unit = 1 },
	{ "MUSTER_SCAN_MAX", "2000000",
	    "resources that one query may look at; 0: all",
	    .min = 0, .max = 1000000000, .offset = FIELD(scan_max),
	    .unit = 1 },
	{ "MUSTER_SCAN_MS", "7000",
	    "milliseconds that one query may take: the watchdog ends a "
	    "program that is in the store for 10,000; 0: any",
	    .min = 0, .max = 9000, .offset = FIELD(scan_ms), .unit = 1 },
	{ "MUSTER_MEMBERS_MAX", "10000",
	    "members that a group shows, and says so; all are below it, "
	    "page by page; 0: all",
	    .min = 0, .max = 1000000000, .offset = FIELD(members_max),
	    .unit = 1 },
	{ "MUSTER_BULK_OPERATIONS", "1000",
	    "operations of a bulk request",
	    .min = 1, .max = 10000, .offset = FIELD(bulk_operations),
	    .unit = 1 },
	{ "MUSTER_BULK_PAYLOAD", "4194304",
	    "bytes of a bulk request",
	    .min = 1024, .max = 1073741824, .offset = FIELD(bulk_payload),
	    .unit = 1 },
	{ "MUSTER_BULK_ATOMIC", "0",
	    "1: a bulk request may ask for all or nothing (\"atomic\": true)",
	    .min = 0, .max = 1, .offset = FIELD(bulk_atomic), .unit = 1 },
	{ "MUSTER_ASYNC", "0",
	    "1: a client that prefers it is answered later (RFC 9967), "
	    "by muster work",
	    .min = 0, .max = 1, .offset = FIELD(async), .unit = 1 },
	{ "MUSTER_CACHE_MIB", "64",
	    "MiB of memory that all processes share as the store's cache",
	    .min = 1, .max = 65536, .offset = FIELD(cache_len),
	    .unit = 1048576 },
	{ "MUSTER_SPACE_MIN_MIB", "64",
	    "MiB that must be free on the disk of the store to write",
	    .min = 32, .max = 1048576, .offset = FIELD(space_min),
	    .unit = 1048576 },
	{ "MUSTER_BALLAST_MIB", "64",
	    "MiB of that disk kept back, for recovery when it is full; 0: none",
	    .min = 0, .max = 65536, .offset = FIELD(ballast_len),
	    .unit = 1048576 },
	{ "MUSTER_LOG_LEVEL", "2",
	    "0 errors, 1 warnings too, 2 every request too",
	    .min = 0, .max = 2, .offset = FIELD(log_level), .unit = 1 },
};
/* clang-format on */

const struct setting *
setting_get(size_t i)
{
	return i < NELEM(rows) ? &rows[i] : NULL;
}

static int
read_row(
    const struct setting *row, struct settings *settings, struct error *err)
{
	char *field = (char *)settings + row->offset;
	const char *text = getenv(row->name);
	int64_t number;

	if (text == NULL || text[0] == '\0')
		text = row->preset;
	if (row->min > row->max) {
		memcpy(field, &text, sizeof(text));
		return 0;
	}
	if (parse_int(slice_of(text), row->min, row->max, &number, NULL) == -1)
		return error_set(err, ERR_INTERNAL,
		    "%s is '%s', must be a number from %lld to %lld", row->name,
		    text, (long long)row->min, (long long)row->max);
	number *= row->unit;
	memcpy(field, &number, sizeof(number));
	return 0;
}

/*
 * A program that was not installed takes the schemas of the tree that it was
 * built in: TREE/build/bin/users, TREE/schemas.
 */
static void
prefer_tree(struct settings *settings)
{
	ssize_t len = readlink("/proc/self/exe", settings->tree_schemas,
	    sizeof(settings->tree_schemas) - sizeof("/schemas"));
	char *end;

	if (len <= 0 || getenv("MUSTER_SCHEMAS") != NULL ||
	    access(settings->schemas, F_OK) == 0)
		return;
	settings->tree_schemas[len] = '\0';
	for (int up = 0; up < 3; up++) {
		end = strrchr(settings->tree_schemas, '/');
		if (end == NULL)
			return;
		*end = '\0';
	}
	memcpy(end, "/schemas", sizeof("/schemas"));
	if (access(settings->tree_schemas, F_OK) == 0)
		settings->schemas = settings->tree_schemas;
}

/*
 * Every URL that is sent begins with it, so that it names no user and no
 * password (RFC 7644 section 7.1), and nothing that would end its path.
 */
static int
check_base_url(const char *url, struct error *err)
{
	size_t scheme = strncmp(url, "https://", 8) == 0 ? 8
	    : strncmp(url, "http://", 7) == 0		 ? 7
							 : 0;

	if (url[0] == '\0' ||
	    (scheme > 0 && strchr("/:", url[scheme]) == NULL &&
		strpbrk(url, "@?#\\ \"") == NULL))
		return 0;
	return error_set(err, ERR_INTERNAL,
	    "MUSTER_BASE_URL must be http:// or https://, a host and perhaps "
	    "a path: no user, no password, no query");
}

struct store_options
settings_store(const struct settings *settings, enum store_kind kind)
{
	return (struct store_options){ .dir = settings->store,
		.cache_len = (size_t)settings->cache_len,
		.space_min = (size_t)settings->space_min,
		.ballast_len = (size_t)settings->ballast_len,
		.kind = kind };
}

int
settings_read(struct settings *settings, struct error *err)
{
	for (size_t i = 0; i < NELEM(rows); i++)
		if (read_row(&rows[i], settings, err) == -1)
			return -1;
	if (check_base_url(settings->base_url, err) == -1)
		return -1;
	if (settings->proxies[0] != '\0' &&
	    address_check_list(slice_of(settings->proxies), err) == -1) {
		err->code = ERR_INTERNAL;
		return error_prefix(err, "MUSTER_PROXIES: ");
	}
	prefer_tree(settings);
	return 0;
}
