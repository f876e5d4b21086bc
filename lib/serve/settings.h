/*
 * settings.h: what an administrator may set, from the environment that the
 * web server gives its programs.  The table in settings.c is the one list.
 */
#ifndef SERVE_SETTINGS_H
#define SERVE_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "store/store.h"

struct settings {
	const char	*store;		/* MUSTER_STORE: directory */
	const char	*schemas;	/* MUSTER_SCHEMAS: directory */
	const char	*base_url;	/* MUSTER_BASE_URL, or "" */
	const char	*hosts;		/* MUSTER_HOSTS, commas, or "" */
	const char	*sensitive;	/* MUSTER_SENSITIVE, commas, or "" */
	const char	*proxies;	/* MUSTER_PROXIES, commas, or "" */
	const char	*keys_hosts;	/* MUSTER_KEYS_HOSTS, commas, or "" */
	const char	*keys_ca;	/* MUSTER_KEYS_CA: file, or "" */
	int64_t		 basic;		/* 1: HTTP Basic is taken */
	int64_t		 scan_max;	/* resources that a query looks at */
	int64_t		 scan_ms;	/* that a query may take */
	int64_t		 members_max;	/* that a group shows */
	int64_t		 results_max;	/* resources on a page */
	int64_t		 filter_cost;	/* that a filter may have; 0: any */
	int64_t		 rate;		/* requests/s of a credential; 0: any */
	int64_t		 burst;		/* at once; 0: twice the rate */
	int64_t		 in_flight;	/* at the same time; 0: any */
	int64_t		 tenant_rate;	/* the same of a tenant */
	int64_t		 tenant_burst;
	int64_t		 tenant_in_flight;
	int64_t		 failures;	/* requests/s of an address that are
					   not let in; 0: any */
	int64_t		 failures_burst; /* at once; 0: twice the rate */
	int64_t		 breaker_count;	/* taken away in a window; 0: any */
	int64_t		 breaker_percent; /* of all resources; 0: any */
	int64_t		 breaker_window; /* seconds */
	int64_t		 breaker_quarantine; /* 1: it is kept aside */
	int64_t		 bulk_operations;	/* of one request */
	int64_t		 bulk_payload;	/* bytes of its body */
	int64_t		 async;		/* 1: who prefers it is answered later */
	int64_t		 bulk_atomic;	/* 1: all or nothing may be asked */
	const char	*cors_origins;	/* MUSTER_CORS_ORIGINS, commas, or "" */
	const char	*socket;	/* MUSTER_SOCKET to listen on, or "" */
	int64_t		 workers;	/* MUSTER_WORKERS: 0 serves itself */
	int64_t		 requests_max;	/* MUSTER_REQUESTS_MAX a worker */
	int64_t		 body_max;	/* MUSTER_BODY_MAX bytes */
	int64_t		 cache_len;	/* MUSTER_CACHE_MIB, here in bytes; 0: by need */
	int64_t		 space_min;	/* MUSTER_SPACE_MIN_MIB, in bytes */
	int64_t		 ballast_len;	/* MUSTER_BALLAST_MIB, in bytes */
	const char	*key_file;	/* MUSTER_KEY_FILE, or "" */
	int64_t		 confine;	/* MUSTER_CONFINE: 1 confine.h */
	int64_t		 log_level;	/* MUSTER_LOG_LEVEL 0 to 2 */
	const char	*log_to;	/* "stderr", "syslog" */
	const char	*log_format;	/* "text", "json" */
	int64_t		 request_log;	/* 1: records of requests are kept */
	int64_t		 log_bodies;	/* 1: with bodies, 2: and answers */
	const char	*log_redact;	/* attributes, commas, or "" */
	int64_t		 log_age_ms;	/* MUSTER_LOG_DAYS; 0: for ever */
	int64_t		 log_len_max;	/* bytes of a tenant; 0: any */
	char		 tree_schemas[4096]; /* of the tree it was built in */
};

/* A row of the table, for `muster serve-config` and the manual. */
struct setting {
	const char	*name;
	const char	*preset;	/* when it is not set */
	const char	*help;
	int64_t		 min;		/* min > max: text */
	int64_t		 max;
	size_t		 offset;	/* of the field in struct settings */
	int64_t		 unit;		/* the field is the number times this */
};

/* Row I, NULL past the end. */
const struct setting	*setting_get(size_t i);

/*
 * Read every setting.  Text points into the environment.
 *
 * Errors: ERR_INTERNAL; the detail names the variable.
 */
int	settings_read(struct settings *settings, struct error *err);

struct identity;

/* Give IDENTITY the limits of SETTINGS. */
void	settings_limits(const struct settings *settings,
	    struct identity *identity);

/* Open the log of the program NAME (log.h) as SETTINGS have it. */
void	settings_open_log(const struct settings *settings, const char *name);

/* How the store is entered with SETTINGS, whose text it points to. */
struct store_options	settings_store(const struct settings *settings,
			    enum store_kind kind);

#endif
