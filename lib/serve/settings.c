/*
 * settings.c: what an administrator may set.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auth/address.h"
#include "base/log.h"
#include "base/nelem.h"
#include "base/number.h"
#include "identity/identity.h"
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
	{ "MUSTER_KEYS_HOSTS", "",
	    "servers, host or host:port, with commas, that keys of issuers may "
	    "be fetched from; and addresses of our own networks that those "
	    "may have",
	    TEXT, .offset = FIELD(keys_hosts) },
	{ "MUSTER_KEYS_CA", "",
	    "file of authorities (PEM) for these servers; empty: the system's",
	    TEXT, .offset = FIELD(keys_ca) },
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
	{ "MUSTER_RESULTS_MAX", "1000",
	    "resources on a page of a list",
	    .min = 1, .max = PAGE_SIZE_MAX, .offset = FIELD(results_max),
	    .unit = 1 },
	{ "MUSTER_FILTER_COST", "1000",
	    "what a filter may cost: 1 a comparison, 4 by co or ew, 8 of "
	    "members and groups; 0: any",
	    .min = 0, .max = 100000, .offset = FIELD(filter_cost),
	    .unit = 1 },
	{ "MUSTER_RATE", "0",
	    "requests a second of one credential; 0: any",
	    .min = 0, .max = 1000000, .offset = FIELD(rate), .unit = 1 },
	{ "MUSTER_BURST", "0",
	    "requests at once after a pause; 0: those of two seconds",
	    .min = 0, .max = 1000000, .offset = FIELD(burst), .unit = 1 },
	{ "MUSTER_IN_FLIGHT", "0",
	    "requests of one credential at the same time; 0: any",
	    .min = 0, .max = 512, .offset = FIELD(in_flight), .unit = 1 },
	{ "MUSTER_TENANT_RATE", "0",
	    "requests a second of one tenant; 0: any",
	    .min = 0, .max = 1000000, .offset = FIELD(tenant_rate),
	    .unit = 1 },
	{ "MUSTER_TENANT_BURST", "0",
	    "requests at once after a pause; 0: those of two seconds",
	    .min = 0, .max = 1000000, .offset = FIELD(tenant_burst),
	    .unit = 1 },
	{ "MUSTER_TENANT_IN_FLIGHT", "0",
	    "requests of one tenant at the same time; 0: any",
	    .min = 0, .max = 512, .offset = FIELD(tenant_in_flight),
	    .unit = 1 },
	{ "MUSTER_FAILURES", "10",
	    "requests a second of one address that are not let in, then they "
	    "get 429; 0: any",
	    .min = 0, .max = 1000000, .offset = FIELD(failures), .unit = 1 },
	{ "MUSTER_FAILURES_BURST", "100",
	    "of them at once after a pause; 0: those of two seconds",
	    .min = 0, .max = 1000000, .offset = FIELD(failures_burst),
	    .unit = 1 },
	{ "MUSTER_BREAKER_COUNT", "0",
	    "resources that one credential may delete, disable or take out "
	    "of groups in a window, then it is held; 0: any",
	    .min = 0, .max = 1000000000, .offset = FIELD(breaker_count),
	    .unit = 1 },
	{ "MUSTER_BREAKER_PERCENT", "0",
	    "the same, of a hundred that the tenant has; 0: any",
	    .min = 0, .max = 100, .offset = FIELD(breaker_percent),
	    .unit = 1 },
	{ "MUSTER_BREAKER_WINDOW", "3600",
	    "seconds of that window",
	    .min = 60, .max = 31536000, .offset = FIELD(breaker_window),
	    .unit = 1 },
	{ "MUSTER_BREAKER_QUARANTINE", "0",
	    "1: what would be held is answered as done, and kept aside until "
	    "an administrator decides",
	    .min = 0, .max = 1, .offset = FIELD(breaker_quarantine),
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
	{ "MUSTER_CACHE_MIB", "0",
	    "MiB of memory that all processes share as the store's cache; "
	    "0: what its tables need, of a quarter of the memory",
	    .min = 0, .max = 65536, .offset = FIELD(cache_len),
	    .unit = 1048576 },
	{ "MUSTER_SPACE_MIN_MIB", "64",
	    "MiB that must be free on the disk of the store to write",
	    .min = 32, .max = 1048576, .offset = FIELD(space_min),
	    .unit = 1048576 },
	{ "MUSTER_BALLAST_MIB", "64",
	    "MiB of that disk kept back, for recovery when it is full; 0: none",
	    .min = 0, .max = 65536, .offset = FIELD(ballast_len),
	    .unit = 1048576 },
	{ "MUSTER_KEY_FILE", "",
	    "file of the key that seals secrets in the store; empty: key, in "
	    "its directory",
	    TEXT, .offset = FIELD(key_file) },
	{ "MUSTER_CONFINE", "1",
	    "1: workers give up what they do not need: other files, "
	    "programs and networks",
	    .min = 0, .max = 1, .offset = FIELD(confine), .unit = 1 },
	{ "MUSTER_LOG_LEVEL", "2",
	    "0 errors, 1 warnings too, 2 every request too that the request "
	    "log does not have",
	    .min = 0, .max = 2, .offset = FIELD(log_level), .unit = 1 },
	{ "MUSTER_LOG_TO", "stderr",
	    "where that goes: stderr, or syslog", TEXT, .offset = FIELD(log_to) },
	{ "MUSTER_LOG_FORMAT", "text",
	    "in lines of text, or json", TEXT, .offset = FIELD(log_format) },
	{ "MUSTER_REQUEST_LOG", "1",
	    "1: every request is recorded in the store, for muster log",
	    .min = 0, .max = 1, .offset = FIELD(request_log), .unit = 1 },
	{ "MUSTER_LOG_BODIES", "0",
	    "1: with its body, redacted; 2: and with the answer's",
	    .min = 0, .max = 2, .offset = FIELD(log_bodies), .unit = 1 },
	{ "MUSTER_LOG_REDACT", "",
	    "attributes, with commas, that no record holds, beside passwords, "
	    "secrets, tokens and those of MUSTER_SENSITIVE",
	    TEXT, .offset = FIELD(log_redact) },
	{ "MUSTER_LOG_DAYS", "30",
	    "days that records are kept; 0: for ever",
	    .min = 0, .max = 36500, .offset = FIELD(log_age_ms),
	    .unit = 86400000 },
	{ "MUSTER_LOG_MIB", "1024",
	    "MiB of records that are kept of each tenant; 0: all",
	    .min = 0, .max = 1048576, .offset = FIELD(log_len_max),
	    .unit = 1048576 },
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

void
settings_limits(const struct settings *settings, struct identity *identity)
{
	identity->scan_max = settings->scan_max;
	identity->scan_ms = settings->scan_ms;
	identity->members_max = settings->members_max;
	identity->results_max = settings->results_max;
	identity->filter_cost = settings->filter_cost;
	identity->breaker_count = settings->breaker_count;
	identity->breaker_percent = settings->breaker_percent;
	identity->breaker_window = settings->breaker_window;
	identity->breaker_quarantine = settings->breaker_quarantine;
}

/* NAME is one of two words. */
static int
check_word(const char *name, const char *text, const char *one,
    const char *other, struct error *err)
{
	if (strcmp(text, one) == 0 || strcmp(text, other) == 0)
		return 0;
	return error_set(err, ERR_INTERNAL, "%s is '%s', must be %s or %s",
	    name, text, one, other);
}

void
settings_open_log(const struct settings *settings, const char *name)
{
	log_open(name, (enum log_level)settings->log_level);
	log_set_output(strcmp(settings->log_to, "syslog") == 0,
	    strcmp(settings->log_format, "json") == 0);
}

struct store_options
settings_store(const struct settings *settings, enum store_kind kind)
{
	return (struct store_options){ .dir = settings->store,
		.cache_len = (size_t)settings->cache_len,
		.space_min = (size_t)settings->space_min,
		.ballast_len = (size_t)settings->ballast_len,
		.key_file = settings->key_file,
		.kind = kind };
}

int
settings_read(struct settings *settings, struct error *err)
{
	for (size_t i = 0; i < NELEM(rows); i++)
		if (read_row(&rows[i], settings, err) == -1)
			return -1;
	if (check_base_url(settings->base_url, err) == -1 ||
	    check_word("MUSTER_LOG_TO", settings->log_to, "stderr", "syslog",
		err) == -1 ||
	    check_word("MUSTER_LOG_FORMAT", settings->log_format, "text",
		"json", err) == -1)
		return -1;
	if (settings->proxies[0] != '\0' &&
	    address_check_list(slice_of(settings->proxies), err) == -1) {
		err->code = ERR_INTERNAL;
		return error_prefix(err, "MUSTER_PROXIES: ");
	}
	prefer_tree(settings);
	return 0;
}
