/*
 * muster.c: the command of the administrator.
 */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/nelem.h"
#include "verb.h"

/* clang-format off */
static const struct {
	const char	*name;
	int		(*run)(int, char **);
	const char	*help;
} verbs[] = {
	{ "init",	  verb_init,	     "make a store, a tenant and a token" },
	{ "tenant",	  verb_tenant,	     "make, list, change or delete tenants" },
	{ "token",	  verb_token,	     "create, list or revoke secret tokens" },
	{ "client",	  verb_client,	     "OAuth clients and their secrets" },
	{ "breaker",	  verb_breaker,	     "who takes away too much: names, and release" },
	{ "job",		  verb_job,	     "provisioning: what a job is, would do, and did" },
	{ "why",	  verb_why,	     "why somebody is in a target, or is not" },
	{ "stream",	  verb_stream,	     "create, list, show or delete streams of events" },
	{ "user",	  verb_user,	     "list users, show one" },
	{ "group",	  verb_group,	     "list groups, show one" },
	{ "reindex",	  verb_reindex,	     "build the indexes of new schema files" },
	{ "verify",	  verb_verify,	     "look for what does not agree in the store" },
	{ "work",	  verb_work,	     "provisioning, events, checkpoints: a service, or from cron" },
	{ "backup",	  verb_backup,	     "copy the store while it is used" },
	{ "restore",	  verb_restore,	     "make a store of a backup" },
	{ "compact",	  verb_compact,	     "give room back to the disk" },
	{ "upgrade",	  verb_upgrade,	     "bring the store to the newest format" },
	{ "export",	  verb_export,	     "write the resources of a tenant as JSON" },
	{ "import",	  verb_import,	     "read such a file" },
	{ "log",	  verb_log,	     "what was asked and answered" },
	{ "audit",	  verb_audit,	     "who changed what; does that record hold?" },
	{ "replay",	  verb_replay,	     "what a request would change now" },
	{ "explain",	  verb_explain,	     "how a filter is answered" },
	{ "heartbeat",	  verb_heartbeat,    "how each credential is used" },
	{ "serve-config", verb_serve_config, "print a web server configuration" },
};
/* clang-format on */

static int
help(FILE *out)
{
	fputs("usage: muster VERB [ARGUMENT ...]\n\n", out);
	for (size_t i = 0; i < NELEM(verbs); i++)
		fprintf(out, "  %-13s %s\n", verbs[i].name, verbs[i].help);
	fputs(
	    "\nEvery verb takes --store DIRECTORY (else MUSTER_STORE).\n", out);
	return out == stdout ? EXIT_OK : EXIT_USAGE;
}

int
main(int argc, char **argv)
{
	log_open("muster", LOG_LEVEL_WARNING);
	if (argc < 2)
		return help(stderr);
	if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0)
		return help(stdout);
	for (size_t i = 0; i < NELEM(verbs); i++)
		if (strcmp(argv[1], verbs[i].name) == 0)
			return verbs[i].run(argc - 1, argv + 1);
	fprintf(stderr, "muster: there is no verb '%s'\n", argv[1]);
	return help(stderr);
}
