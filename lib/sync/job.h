/*
 * job.h: a provisioning job as an administrator defines it, compiled (spec
 * provisioning.md sections 1.2 and 2).
 *
 * The definition is one JSON object; what is not understood in it is refused,
 * with its place: "rules[0].mappings[3].expression: expression, byte 4: ...".
 *
 *	{ "name": "crm", "template": "scim",
 *	  "target": { "url": "https://crm.example.com/scim/v2",
 *	      "authentication": "bearer|client|assertion|basic|none",
 *	      "secret": "...", "clientId": "", "tokenUrl": "",
 *	      "credentialLocation": "header|body", "oauthScope": "",
 *	      "keyId": "", "dialect": { ... as in dialect.h ... } },
 *	  "scope": { "mode": "assigned|all", "nested": true,
 *	      "flatten": false, "disabledUsers": false },
 *	  "rules": [ { "source": "User", "target": "User", "enabled": true,
 *	      "endpoint": "/Users", "schema": "urn:...",
 *	      "actions": ["create", "update", "delete"],
 *	      "filters": [ ... as in scope.h ... ],
 *	      "mappings": [ ... as in mapping.h ... ] } ],
 *	  "deprovision": { "outOfScope": "disable", "disabled": "disable",
 *	      "deleted": "delete", "graceDays": 30 },
 *	  "guard": { "count": 500, "percent": 10, "windowHours": 24 },
 *	  "quarantine": { "failures": 5000, "percent": 40,
 *	      "failuresMax": 40000, "total": 60000 },
 *	  "rollout": { "objects": 0, "percent": 0, "group": "",
 *	      "stopErrorPercent": 0 },
 *	  "tables": { "cities": { "OSL": "Oslo" } },
 *	  "tests": [ { "rule": "User", "target": "userName",
 *	      ... as in expression_test.h ... } ],
 *	  "alerts": { "webhook": "", "command": "", "silentHours": 0 },
 *	  "escrowDays": 28 }
 *
 * Beside the attributes of its type a person has, for mappings and filters,
 * "isSoftDeleted", a boolean: it is no longer to use the target, and
 * "appRoleAssignments": its roles there, objects.
 *
 * Pure: secrets are opened, assignments read and URLs called by others.
 */
#ifndef SYNC_JOB_H
#define SYNC_JOB_H

#include "sync/dialect.h"
#include "sync/scope.h"

enum { JOB_RULES_MAX = 16, JOB_TABLES_MAX = 100, JOB_TESTS_MAX = 1000 };

/* In the order of their words. */
enum job_authentication {
	JOB_BEARER,
	JOB_CLIENT,		/* OAuth client credentials */
	JOB_ASSERTION,		/* the same, signed by a key (RFC 7523) */
	JOB_BASIC,
	JOB_NONE
};

struct job_target {
	struct slice	url;		/* without a slash at its end */
	int		authentication;	/* enum job_authentication */
	struct slice	secret;		/* as it stands there; or no data */
	struct slice	client_id;
	struct slice	token_url;
	int		in_body;	/* of the client's credentials: 1 body */
	struct slice	oauth_scope;
	struct slice	key_id;
	struct json_object	*dialect_json;
	struct dialect	dialect;
};

struct job_scope {
	int	all;			/* 1: everybody, not the assigned */
	bool	nested;			/* groups in assigned groups, too */
	bool	flatten;		/* members of members are members */
	bool	disabled_users;		/* create who is not active */
};

struct job_rule {
	struct slice			 source_name;
	struct slice			 target_name;
	const struct resource_type	*source;
	const struct resource_type	*target; /* NULL: the target's own */
	struct slice			 endpoint; /* "/Users" */
	struct slice			 schema; /* of "schemas" */
	bool				 enabled;
	bool				 creates, updates, deletes;
	struct scoping			*filters;
	struct mapping			 mapping;
	struct expression_environment	 environment;
};

enum job_deprovision {
	JOB_DISABLE,
	JOB_DELETE,
	JOB_DISABLE_THEN_DELETE,	/* after the days of grace */
	JOB_NOTHING
};

struct job_events {
	int	out_of_scope, disabled, deleted; /* enum job_deprovision */
	int64_t	grace_days;
};

struct job_guard {
	int64_t	count, percent, window_hours;	/* 0: no such limit */
};

/* PS-083, PS-084: when operations rest (quarantine.h). */
struct job_quarantine {
	int64_t	failures;	/* from which on it is looked at */
	int64_t	percent, failures_max;	/* of failures; 0: no such limit */
	int64_t	total;		/* with references; 0: the same */
};

struct job_rollout {
	int64_t		objects, percent;	/* 0: all */
	struct slice	group;			/* "": everybody */
	int64_t		stop_error_percent;	/* 0: never */
};

struct job_alerts {
	struct slice	webhook, command;
	int64_t		silent_hours;		/* 0: no alarm */
};

struct job {
	struct slice		 name, template;
	struct job_target	 target;
	struct job_scope	 scope;
	struct job_rule		*rules;		/* those with members last */
	size_t			 nrules;
	struct job_events	 deprovision;
	struct job_guard	 guard;
	struct job_quarantine	 quarantine;
	struct job_rollout	 rollout;
	struct json_object	*tables;	/* or NULL */
	struct job_alerts	 alerts;
	int64_t			 escrow_days;
};

/*
 * Compile JSON, the definition; the tests in it are run.
 *
 * CATALOG: the types of the tenant; PROFILE: how paths are read.
 * Owner:   *OUT lives in A and points into JSON, CATALOG and PROFILE.
 * Errors:  ERR_INVALID_VALUE with the place.
 */
int	job_compile(struct arena *a, const struct json_object *json,
	    const struct catalog *catalog, const struct profile *profile,
	    struct job **out, struct error *err);

/*
 * The definition that template NAME ("scim", "muster", ...) begins with, in
 * A: without name, URL and secret.  NULL: there is no such template.
 */
struct json_object	*job_template(struct arena *a, struct slice name);

/* The name of template I, or NULL behind the last. */
const char	*job_template_name(size_t i);

/* The rule whose source is TYPE, or NULL. */
const struct job_rule	*job_rule_of(const struct job *job,
			    struct slice type);

/*
 * For expression_world.lookup: what TABLE of the job has under KEY.
 *
 * Returns: 1 or 0; *OUT is the job's.
 */
int	job_lookup(const struct job *job, struct slice table,
	    struct slice key, struct slice *out);

#endif
