/*
 * job.h: what the parts of muster job share.
 */
#ifndef CLI_JOB_H
#define CLI_JOB_H

#include "sync/journal.h"
#include "sync/jobs.h"
#include "verb.h"

/* The words of all parts; NULL for what was not said. */
struct job_words {
	struct verb_place	 place;
	const char		*template;
	const char		*url;
	const char		*file;		/* a definition, or changes */
	const char		*secret_file;
	const char		*if_version;
	const char		*scopes;
	const char		*version;
	const char		*from;
	const char		*to;
	const char		*keep;
	const char		*role;
	const char		*job;		/* of the log */
	const char		*object;
	const char		*target;	/* an id there */
	const char		*state;		/* of a link */
	const char		*action;
	const char		*status;
	const char		*code;
	const char		*since;
	const char		*until;
	const char		*cycle;
	bool			 whole;
	bool			 defaults;
	bool			 dry_run;
	bool			 json;
	bool			 diff;
	bool			 writes;
	bool			 follow;
	bool			 write;
	bool			 repair;
	bool			 failing;

	/* Of an errand. */
	const struct json_object *changes;	/* in place of FILE */
	bool			 lines;		/* an object a line */
};

/* For what is done to the jobs of the tenant of W. */
int	job_jobs(struct workplace *w, const struct job_words *words,
	    struct jobs *j, struct error *err);

/* The name of the job, the first word that is no option. */
struct slice	job_which(const struct job_words *words);

/*
 * The JSON object in the file PATH, "-": standard input; in the arena of W.
 *
 * Errors: ERR_INTERNAL, ERR_INVALID_SYNTAX; the detail names the file.
 */
int	job_read_file(struct workplace *w, const char *path,
	    struct json_object **out, struct error *err);

/* WORD, the value of --NAME, as the number of a version; 0 for NULL. */
int	job_read_version(const char *name, const char *word, uint64_t *out,
	    struct error *err);

/* The member NAME of OBJECT, an object that is made if it is not there. */
struct json_object	*job_part_of(struct arena *a,
			    struct json_object *object, const char *name);

/*
 * Put the secret in the file PATH, without white space at its end, into the
 * target of DEFINITION; nothing if PATH is NULL.
 */
int	job_add_secret(struct workplace *w, const char *path,
	    struct json_object *definition, struct error *err);

/* What WORDS look for in the log of the tenant.  Errors: ERR_INVALID_VALUE. */
int	job_read_search(struct workplace *w, const struct job_words *words,
	    struct journal_search *s, struct error *err);

/* V for people to read, with a newline; or in a line, as WORDS say. */
void	job_print_pretty(const struct json_object *v);
void	job_print_json(const struct job_words *words,
	    const struct json_object *v);

/* What differs, a line a place; "" is told in words. */
void	job_print_diff(struct workplace *w, const struct json_object *before,
	    const struct json_object *after);

/* Parts that stand in files of their own. */
typedef int job_part(struct workplace *w, const void *words,
    struct error *err);
job_part	job_list, job_show;
job_part	job_history, job_diff, job_roll_back, job_export, job_import;
job_part	job_assign, job_unassign, job_assignments;
job_part	job_probe;
job_part	job_links, job_link, job_unlink;
job_part	job_log, job_summary, job_dry_run, job_match, job_provision, job_drift;
job_part	job_carry_out;

#endif
