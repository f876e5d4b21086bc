/*
 * admin.c: /admin/v1, the API of the console and of scripts: who may do what
 * stands here, a row a route.
 */
#include "admin/admin.h"
#include "base/nelem.h"

/* clang-format off */
static const struct route routes[] = {
	/* method	path		scope					handler */
	{ HTTP_GET,	"/me",		SCOPE_ADMIN(ANY_ROLE),			admin_me },

	{ HTTP_GET,	"/tenants",	SCOPE_ADMIN(ANY_ROLE),			admin_list_tenants },
	{ HTTP_POST,	"/tenants",	SCOPE_ADMIN_ALL(OWNER | OPERATOR),	admin_create_tenant },
	{ HTTP_GET,	"/tenants/:id",	SCOPE_ADMIN(ANY_ROLE),			admin_show_tenant },
	{ HTTP_PATCH,	"/tenants/:id",	SCOPE_ADMIN_ALL(OWNER | OPERATOR),	admin_edit_tenant },
	{ HTTP_DELETE,	"/tenants/:id",	SCOPE_ADMIN_ALL(OWNER | OPERATOR),	admin_delete_tenant },

	{ HTTP_GET,	"/tenants/:id/schemas", SCOPE_ADMIN(ANY_ROLE),		admin_show_schemas },
	{ HTTP_PATCH,	"/tenants/:id/schemas", SCOPE_ADMIN(OWNER | OPERATOR | DESIGNER), admin_edit_schemas },

	{ HTTP_GET,	"/credentials", SCOPE_ADMIN(OWNER | OPERATOR | AUDITOR), admin_list_credentials },
	{ HTTP_POST,	"/credentials", SCOPE_ADMIN(OWNER | OPERATOR),		admin_create_credential },
	{ HTTP_GET,	"/credentials/:id", SCOPE_ADMIN(OWNER | OPERATOR | AUDITOR), admin_show_credential },
	{ HTTP_PATCH,	"/credentials/:id", SCOPE_ADMIN(OWNER | OPERATOR),	admin_edit_credential },
	{ HTTP_DELETE,	"/credentials/:id", SCOPE_ADMIN(OWNER | OPERATOR),	admin_revoke_credential },
	{ HTTP_POST,	"/credentials/:id/rotate", SCOPE_ADMIN(OWNER | OPERATOR), admin_rotate_credential },
	{ HTTP_GET,	"/credentials/:id/secrets", SCOPE_ADMIN(OWNER | OPERATOR | AUDITOR), admin_list_secrets },
	{ HTTP_POST,	"/credentials/:id/secrets", SCOPE_ADMIN(OWNER | OPERATOR), admin_add_secret },
	{ HTTP_DELETE,	"/credentials/:in/secrets/:id", SCOPE_ADMIN(OWNER | OPERATOR), admin_drop_secret },

	{ HTTP_GET,	"/log",		SCOPE_ADMIN(OWNER | OPERATOR | AUDITOR), admin_list_log },
	{ HTTP_GET,	"/log/:id",	SCOPE_ADMIN(OWNER | OPERATOR | AUDITOR), admin_show_record },
	{ HTTP_POST,	"/log/:id/replay", SCOPE_ADMIN(OWNER | OPERATOR | AUDITOR), admin_replay_record },
	{ HTTP_GET,	"/audit",	SCOPE_ADMIN(OWNER | OPERATOR | AUDITOR), admin_list_audit },
	{ HTTP_GET,	"/audit/verify", SCOPE_ADMIN_ALL(OWNER | OPERATOR | AUDITOR), admin_verify_audit },
	{ HTTP_GET,	"/explain",	SCOPE_ADMIN(ANY_ROLE),			admin_explain },
	{ HTTP_GET,	"/heartbeats",	SCOPE_ADMIN(OWNER | OPERATOR | AUDITOR), admin_list_heartbeats },

	{ HTTP_GET,	"/breakers",	SCOPE_ADMIN(OWNER | OPERATOR | AUDITOR), admin_list_breakers },
	{ HTTP_GET,	"/breakers/:id", SCOPE_ADMIN(OWNER | OPERATOR | AUDITOR), admin_show_breaker },
	{ HTTP_POST,	"/breakers/:id/release", SCOPE_ADMIN(OWNER | OPERATOR),	admin_release_breaker },
	{ HTTP_POST,	"/breakers/:id/discard", SCOPE_ADMIN(OWNER | OPERATOR),	admin_discard_breaker },

	{ HTTP_GET,	"/jobs",	SCOPE_ADMIN(ANY_ROLE),			admin_list_jobs },
	{ HTTP_POST,	"/jobs",	SCOPE_ADMIN(OWNER | DESIGNER),		admin_create_job },
	{ HTTP_GET,	"/jobs/:id",	SCOPE_ADMIN(ANY_ROLE),			admin_show_job },
	{ HTTP_PATCH,	"/jobs/:id",	SCOPE_ADMIN(OWNER | DESIGNER),		admin_edit_job },
	{ HTTP_PUT,	"/jobs/:id",	SCOPE_ADMIN(OWNER | DESIGNER),		admin_replace_job },
	{ HTTP_DELETE,	"/jobs/:id",	SCOPE_ADMIN(OWNER | DESIGNER),		admin_delete_job },
	{ HTTP_POST,	"/jobs/:id/start", SCOPE_ADMIN(OWNER | OPERATOR),	admin_start_job },
	{ HTTP_POST,	"/jobs/:id/pause", SCOPE_ADMIN(OWNER | OPERATOR),	admin_pause_job },
	{ HTTP_POST,	"/jobs/:id/restart", SCOPE_ADMIN(OWNER | OPERATOR),	admin_restart_job },
	{ HTTP_GET,	"/jobs/:id/diff", SCOPE_ADMIN(ANY_ROLE),		admin_compare_job },
	{ HTTP_GET,	"/jobs/:id/log", SCOPE_ADMIN(ANY_ROLE),			admin_list_job_log },
	{ HTTP_GET,	"/jobs/:id/summary", SCOPE_ADMIN(ANY_ROLE),		admin_summarize_job_log },
	{ HTTP_GET,	"/jobs/:id/why", SCOPE_ADMIN(ANY_ROLE),			admin_explain_job },
	{ HTTP_POST,	"/jobs/:id/probe", SCOPE_ADMIN(ANY_ROLE),		admin_probe_job },
	{ HTTP_POST,	"/jobs/:id/match", SCOPE_ADMIN(ANY_ROLE),		admin_match_job },
	{ HTTP_POST,	"/jobs/:id/dry-run", SCOPE_ADMIN(ANY_ROLE),		admin_dry_run_job },
	{ HTTP_POST,	"/jobs/:id/provision", SCOPE_ADMIN(ANY_ROLE),		admin_provision_job },
	{ HTTP_POST,	"/jobs/:id/drift", SCOPE_ADMIN(ANY_ROLE),		admin_drift_job },
	{ HTTP_GET,	"/jobs/:id/errands", SCOPE_ADMIN(ANY_ROLE),		admin_list_errands },
	{ HTTP_GET,	"/jobs/:in/errands/:id", SCOPE_ADMIN(ANY_ROLE),		admin_show_errand },
	{ HTTP_DELETE,	"/jobs/:in/errands/:id", SCOPE_ADMIN(OWNER | OPERATOR | DESIGNER), admin_drop_errand },
	{ HTTP_GET,	"/jobs/:id/versions", SCOPE_ADMIN(ANY_ROLE),		admin_list_job_versions },
	{ HTTP_GET,	"/jobs/:in/versions/:id", SCOPE_ADMIN(ANY_ROLE),	admin_show_job_version },
	{ HTTP_POST,	"/jobs/:in/versions/:id/rollback", SCOPE_ADMIN(OWNER | DESIGNER), admin_roll_back_job },
	{ HTTP_GET,	"/jobs/:id/assignments", SCOPE_ADMIN(ANY_ROLE),		admin_list_job_assignments },
	{ HTTP_POST,	"/jobs/:id/assign", SCOPE_ADMIN(OWNER | OPERATOR),	admin_assign_job },
	{ HTTP_POST,	"/jobs/:id/unassign", SCOPE_ADMIN(OWNER | OPERATOR),	admin_unassign_job },
	{ HTTP_GET,	"/jobs/:id/links", SCOPE_ADMIN(ANY_ROLE),		admin_list_job_links },
	{ HTTP_POST,	"/jobs/:id/link", SCOPE_ADMIN(OWNER | OPERATOR),	admin_link_job },
	{ HTTP_POST,	"/jobs/:id/unlink", SCOPE_ADMIN(OWNER | OPERATOR),	admin_unlink_job },
};
/* clang-format on */

static const struct endpoint admin = {
	.name = "admin",
	.base = "/admin/v1",
	.routes = routes,
	.nroutes = NELEM(routes),
	.body_max = ADMIN_BODY_MAX,
};

int
main(void)
{
	return serve_main(&admin);
}
