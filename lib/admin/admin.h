/*
 * admin.h: the handlers of the administrators' API, /admin/v1: JSON for the
 * console and for scripts, over what the muster command does too.
 *
 * What is shown and what may be set stands in tables of fields (field.h).  A
 * change names the version that it is for (If-Match), so that nobody
 * overwrites what somebody else has just changed.
 */
#ifndef ADMIN_ADMIN_H
#define ADMIN_ADMIN_H

#include "serve/serve.h"

/* Bytes of a body: a set of keys, and some more. */
enum { ADMIN_BODY_MAX = 524288 };

/* Who asks, and which routes it may take. */
serve_handler	admin_me;

/* Tenants, by name; an administrator of one sees that one. */
serve_handler	admin_list_tenants, admin_create_tenant, admin_show_tenant,
		admin_edit_tenant, admin_delete_tenant;

/* Credentials of every kind; what is secret is shown once. */
serve_handler	admin_list_credentials, admin_create_credential,
		admin_show_credential, admin_edit_credential,
		admin_revoke_credential, admin_rotate_credential;

/* The secrets of a client: several at once. */
serve_handler	admin_list_secrets, admin_add_secret, admin_drop_secret;

/* The types and extensions in force for a tenant. */
serve_handler	admin_show_schemas, admin_edit_schemas;

/* What was asked and answered, and what it would change now. */
serve_handler	admin_list_log, admin_show_record, admin_replay_record;

/* Every change, and whether the chain of them holds. */
serve_handler	admin_list_audit, admin_verify_audit;

/* How a filter is answered; how each credential is used. */
serve_handler	admin_explain, admin_list_heartbeats;

/* What a credential has taken away; it may go on, or that is forgotten. */
serve_handler	admin_list_breakers, admin_show_breaker,
		admin_release_breaker, admin_discard_breaker;

/* Provisioning jobs: what they are, and were; whether they run; for whom. */
serve_handler	admin_list_jobs, admin_create_job, admin_show_job,
		admin_edit_job, admin_replace_job, admin_delete_job,
		admin_start_job, admin_pause_job, admin_restart_job;
serve_handler	admin_list_job_versions, admin_show_job_version,
		admin_compare_job, admin_roll_back_job;
serve_handler	admin_list_job_assignments, admin_assign_job,
		admin_unassign_job;
serve_handler	admin_list_job_links, admin_link_job, admin_unlink_job;
serve_handler	admin_list_job_log, admin_summarize_job_log, admin_explain_job;

/* What takes asking the target: done by muster work, and fetched. */
serve_handler	admin_probe_job, admin_match_job, admin_dry_run_job,
		admin_provision_job, admin_drift_job;
serve_handler	admin_list_errands, admin_show_errand, admin_drop_errand;

#endif
