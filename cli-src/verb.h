/*
 * verb.h: the verbs of the muster command and what they share.
 */
#ifndef CLI_VERB_H
#define CLI_VERB_H

#include "auth/credential.h"
#include "auth/limit.h"
#include "base/arena.h"
#include "base/error.h"
#include "identity/identity.h"
#include "serve/settings.h"
#include "tenancy/tenancy.h"

/* Exit codes of every verb. */
enum { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

/*
 * A verb: ARGV[0] is the verb, what follows are its own words.  Returns the
 * exit code.
 */
int	verb_init(int argc, char **argv);
int	verb_token(int argc, char **argv);
int	verb_tenant(int argc, char **argv);
int	verb_client(int argc, char **argv);
int	verb_user(int argc, char **argv);
int	verb_group(int argc, char **argv);
int	verb_reindex(int argc, char **argv);
int	verb_verify(int argc, char **argv);
int	verb_backup(int argc, char **argv);
int	verb_restore(int argc, char **argv);
int	verb_upgrade(int argc, char **argv);
int	verb_compact(int argc, char **argv);
int	verb_export(int argc, char **argv);
int	verb_import(int argc, char **argv);
int	verb_work(int argc, char **argv);
int	verb_job(int argc, char **argv);
int	verb_why(int argc, char **argv);
int	verb_stream(int argc, char **argv);
int	verb_breaker(int argc, char **argv);
int	verb_log(int argc, char **argv);
int	verb_audit(int argc, char **argv);
int	verb_replay(int argc, char **argv);
int	verb_explain(int argc, char **argv);
int	verb_heartbeat(int argc, char **argv);
int	verb_serve_config(int argc, char **argv);

/* A tenant that a verb goes through. */
struct named_tenant {
	struct slice	name;
	uint32_t	number;
};

struct named_tenants {
	struct named_tenant	*list;	/* in the arena of the workplace */
	size_t			 n;
};

/* A store that a verb works on. */
struct workplace {
	struct arena	*arena;
	struct settings	 settings;
	struct identity	 identity;	/* with the tenant's catalog */
	const struct catalog *catalog;	/* all of the schema files */
	struct named_tenants tenants;	/* once a name was asked for */
	struct caller	 caller;
};

/*
 * Read the settings, let STORE (NULL: MUSTER_STORE) name the directory, join
 * the store, load the schemas, find the tenant TENANT unless NULL.  With CREATE a store
 * and a tenant that are not there are made; *CREATED tells.
 *
 * Returns: 0, or -1 after a message on standard error.
 */
int	workplace_open(struct workplace *w, const char *store,
	    const char *tenant, bool create, bool *created);

/* The same for the verb upgrade: a store of an older format will do. */
int	workplace_open_old(struct workplace *w, const char *store);
void	workplace_close(struct workplace *w);

/* From here on W, which was opened without a tenant, is in TENANT. */
void	workplace_enter(struct workplace *w, const struct tenant *tenant);

/* For what is done to tenants in W, by its caller. */
struct tenancy	workplace_tenancy(struct workplace *w);

/* RUN, with ARG, in the place that workplace_open opens; its exit code. */
int	workplace_run(const char *store, const char *tenant,
	    int (*run)(struct workplace *w, const void *arg), const void *arg);

/*
 * The tenants of the store, or the one called NAME.
 *
 * Errors: ERR_NOT_FOUND, and those of store_view.
 */
int	workplace_tenants(struct workplace *w, const char *name,
	    struct named_tenants *out, struct error *err);

/* What the tenant NUMBER is called now: it may have had other names; or "?". */
struct slice	workplace_tenant_name(struct workplace *w, uint32_t number);

/* What a credential may do, for a usage; and every limit (auth/limit.h). */
#define GRANT_OPTIONS                                                         \
	"grants: --label TEXT, --profile NAME, --scope WORDS, --role ROLE,\n" \
	"       --expires 90d|DATE, --addresses LIST, --filter FILTER,\n"     \
	"       " LIMIT_OPTIONS
#define LIMIT_OPTIONS                                                         \
	"--body-max N, --bulk-operations N, --bulk-payload N,\n"              \
	"       --scan-max N, --members-max N, --results-max N, --filter-cost " \
	"N,\n"                                                                \
	"       --rate N, --burst N, --in-flight N, --breaker-count N,\n"     \
	"       --breaker-percent N, --breaker-window SECONDS,\n"               \
	"       --breaker-quarantine 1"

/*
 * What a credential may do, in the words of the command line; NULL for what
 * was not said.
 */
struct grant {
	const char	*label;
	const char	*profile;
	const char	*user;
	const char	*scope;
	const char	*role;		/* of an administrator; "": none */
	const char	*expires;	/* "90d", "12h", a date; "": never */
	const char	*addresses;
	const char	*filter;
	const char	*limits[LIMIT_MAX];
};

/*
 * The limits of LIMITS, words or NULL for what was not given, which leaves what
 * stands in OUT.
 *
 * Errors: ERR_INVALID_VALUE.
 */
int	grant_read_limits(const char *const limits[LIMIT_MAX],
	    int64_t out[LIMIT_MAX], struct error *err);

/* Its profile; "-": that of the tenant. */
struct slice	grant_profile(const struct credential *c);

/* "2026-11-21", the day of AT_MS, or WORD for 0; in the arena A. */
const char	*grant_day(struct arena *a, int64_t at_ms, const char *word);

/*
 * Change the credential ID as far as GRANT says, and the LIFETIME (seconds; 0:
 * as it is) of a client's tokens.
 *
 * Errors: ERR_NOT_FOUND, ERR_INVALID_VALUE.
 */
int	grant_change(struct workplace *w, const struct grant *grant,
	    struct slice id, int64_t lifetime, struct error *err);

/*
 * The credential that GRANT describes; checked, in the arena of W.
 *
 * Errors: ERR_INVALID_VALUE, ERR_NOT_FOUND (the user).
 */
int	grant_read(struct workplace *w, const struct grant *grant,
	    struct credential *out, struct error *err);

/* An option of a verb, "--NAME VALUE", and where its value goes. */
struct verb_option {
	const char	*name;
	const char	**value;
};

/* An option without a value, "--NAME", and what becomes true. */
struct verb_flag {
	const char	*name;
	bool		*value;
};

/*
 * Read the options in ARGV behind ARGV[0], N of them known, and at most one
 * other word, NULL if there is none.  WORD may be NULL: then there must be
 * none.
 *
 * Returns: 0, or -1 when the words make no sense.
 */
int	verb_read(int argc, char **argv, const struct verb_option *options,
	    size_t n, const char **word);

/* The same with NFLAGS flags beside the options. */
int	verb_read_flags(int argc, char **argv,
	    const struct verb_option *options, size_t n,
	    const struct verb_flag *flags, size_t nflags, const char **word);

/* The same with up to NWORDS other words; NULL for those not given. */
int	verb_read_words(int argc, char **argv,
	    const struct verb_option *options, size_t n,
	    const struct verb_flag *flags, size_t nflags,
	    const char **words, size_t nwords);

/*
 * A verb that has parts.  Its own words begin with these, which every part
 * has.
 */
struct verb_place {
	const char	*store;
	const char	*tenant;
	bool		 all_tenants;	/* no tenant is entered */
	const char	*names[3];	/* that are no options */
};

/* An option of a verb with parts, or a flag, and where in its words it goes. */
struct verb_word {
	const char	*name;
	size_t		 offset;
	unsigned	 parts;		/* that take it, a bit each; 0: all */
	bool		 is_flag;
};

struct verb_part {
	const char	*name;
	size_t		 nnames;	/* words that are no options */
	bool		 in_tenant;
	int		(*run)(struct workplace *w, const void *words,
			    struct error *err);
};

struct verb_table {
	const char		*usage;
	const struct verb_word	*words;	/* "store" goes without saying */
	size_t			 nwords;
	const struct verb_part	*parts;
	size_t			 nparts;
	size_t			 limits;	/* where the words of the limits
						   go, if there are parts that
						   take them */
	unsigned		 limit_parts;
	bool			(*make_sense)(const struct verb_part *part,
				    const void *words);	/* or NULL: all do */
};

/*
 * Run the part of TABLE that ARGV[1] names, with what follows in PLACE, which
 * holds the presets; returns the exit code.
 */
int	verb_run_part(int argc, char **argv, const struct verb_table *table,
	    struct verb_place *place);

/*
 * How far a verb is, how fast, and for how long it will be: a bar on a
 * terminal, else a line every 10 s, on standard error.
 */
struct progress {
	const char	*what;		/* "imported" */
	uint64_t	 total;		/* 0: not known, no bar */
	int64_t		 started_at;	/* monotonic ms */
	int64_t		 shown_at;
	bool		 is_terminal;
};

void	progress_start(struct progress *p, const char *what, uint64_t total);

/* DONE of the total is done, which is N of what it is about. */
void	progress_show(struct progress *p, uint64_t done, uint64_t n);

/* Take the bar away, before a line is written and at the end. */
void	progress_clear(const struct progress *p);

/* N since the start, a second. */
uint64_t	progress_rate(const struct progress *p, uint64_t n);

/*
 * TEXT, which a client wrote, in A without what a terminal obeys, and in one
 * line.
 */
struct slice	verb_plain(struct arena *a, struct slice text);

/* "muster: DETAIL" on standard error; returns EXIT_FAILED. */
int	verb_failed(const struct error *err);

/* "usage: muster USAGE" on standard error; returns EXIT_USAGE. */
int	verb_usage(const char *usage);

/* Load the example organisation out of the file PATH. */
int	example_load(struct workplace *w, const char *path,
	    struct error *err);

#endif
