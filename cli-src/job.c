/*
 * job.c: muster job: provisioning jobs.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/nelem.h"
#include "job.h"
#include "store/tenants.h"

static const char usage[] =
    "job create [WHERE] [--template NAME] [--url URL] [--file FILE]\n"
    "           [--secret-file FILE] NAME\n"
    "       muster job list [WHERE]\n"
    "       muster job show [WHERE] [--json] [--follow] NAME\n"
    "       muster job edit [WHERE] [--file FILE [--whole]] [--url URL]\n"
    "           [--secret-file FILE] [--defaults] [--if-version N]\n"
    "           [--dry-run] NAME\n"
    "       muster job start | pause | delete [WHERE] NAME\n"
    "       muster job restart [WHERE] [--scopes LIST] NAME\n"
    "       muster job history [WHERE] [--diff] [--json] NAME\n"
    "       muster job diff [WHERE] [--from N] [--to N] [--json] NAME\n"
    "       muster job rollback [WHERE] [--dry-run] NAME VERSION\n"
    "       muster job export [WHERE] [--version N] NAME\n"
    "       muster job import [WHERE] --file FILE [--keep LIST]\n"
    "           [--secret-file FILE] [--dry-run] NAME\n"
    "       muster job assign | unassign [WHERE] [--role ROLE] NAME ID | -\n"
    "       muster job assignments [WHERE] [--json] NAME\n"
    "       muster job probe [WHERE] [--secret-file FILE] [--writes] [--json]\n"
    "           NAME\n"
    "       muster job log [WHERE] [--job NAME] [--object ID|NAME]\n"
    "           [--action WORD] [--status WORD] [--code WORD] [--cycle ID]\n"
    "           [--since TIME] [--until TIME] [--json] [--follow]\n"
    "       muster job summary [WHERE] [--job NAME] [--object ID|NAME]\n"
    "           [--action WORD] [--status WORD] [--code WORD] [--cycle ID]\n"
    "           [--since TIME] [--until TIME] [--json]\n"
    "       muster job dry-run [WHERE] [--json] [--file FILE [--whole]] NAME\n"
    "       muster job provision [WHERE] [--write] [--json] NAME OBJECT\n"
    "       muster job match [WHERE] [--json] NAME\n"
    "       muster job drift [WHERE] [--repair] [--json] NAME\n"
    "       muster job links [WHERE] [--object ID|NAME] [--target ID]\n"
    "           [--state WORD] [--failing] [--json] NAME\n"
    "       muster job link [WHERE] NAME OBJECT TARGET-ID\n"
    "       muster job unlink [WHERE] NAME OBJECT\n"
    "       muster job carry-out [--store DIR] ID\n"
    "WHERE: [--store DIR] [--tenant NAME]; a FILE \"-\" is standard input";

/* What is said by options, into DEFINITION, or changes of one. */
static int
add_words(struct workplace *w, const struct job_words *words,
    struct json_object *definition, struct error *err)
{
	struct arena *a = w->arena;

	if (words->template != NULL)
		json_set(definition, SLICE("template"),
		    json_new_string(a, slice_of(words->template)));
	if (words->defaults)
		json_set(definition, SLICE("rules"), NULL);
	if (words->url != NULL)
		json_set(job_part_of(a, definition, "target"), SLICE("url"),
		    json_new_string(a, slice_of(words->url)));
	return job_add_secret(w, words->secret_file, definition, err);
}

static int
read_definition(struct workplace *w, const struct job_words *words,
    struct json_object **out, struct error *err)
{
	*out = json_new_object(w->arena);
	if (words->file != NULL &&
	    job_read_file(w, words->file, out, err) == -1)
		return -1;
	return add_words(w, words, *out, err);
}

static int
create(struct workplace *w, const void *arg, struct error *err)
{
	const struct job_words *words = arg;
	struct json_object *definition;
	char id[UUID_TEXT_SIZE];
	struct job_info info;
	struct jobs j;

	if (job_jobs(w, words, &j, err) == -1 ||
	    read_definition(w, words, &definition, err) == -1)
		return -1;
	json_set(definition, SLICE("name"),
	    json_new_string(w->arena, job_which(words)));
	if (jobs_create(&j, definition, &info, err) == -1)
		return -1;
	uuid_format(&info.id, id);
	printf("%s\n", id);
	return 0;
}

static int
preview(struct workplace *w, const struct jobs *j,
    const struct job_words *words, const struct json_object *changes,
    struct error *err)
{
	struct json_object *before, *after;

	if (jobs_preview(j, job_which(words), changes, words->whole, &before,
		&after, err) == -1)
		return -1;
	job_print_diff(w, before, after);
	return 0;
}

static int
edit(struct workplace *w, const void *arg, struct error *err)
{
	const struct job_words *words = arg;
	struct json_object *changes;
	struct job_info info;
	struct jobs j;

	if (job_jobs(w, words, &j, err) == -1 ||
	    read_definition(w, words, &changes, err) == -1)
		return -1;
	if (words->dry_run)
		return preview(w, &j, words, changes, err);
	if ((words->whole ? jobs_replace : jobs_edit)(
		&j, job_which(words), changes, &info, err) == -1)
		return -1;
	printf("version %llu\n", (unsigned long long)info.version);
	return 0;
}

static int
say_state(const struct job_info *info)
{
	struct slice word = json_string(json_get(info->state, "state"));

	printf("%.*s: %.*s\n", SLICE_ARG(info->name), SLICE_ARG(word));
	return 0;
}

static int
start(struct workplace *w, const void *arg, struct error *err)
{
	struct job_info info;
	struct jobs j;

	if (job_jobs(w, arg, &j, err) == -1 ||
	    jobs_start(&j, job_which(arg), &info, err) == -1)
		return -1;
	return say_state(&info);
}

static int
stop(struct workplace *w, const void *arg, struct error *err)
{
	struct job_info info;
	struct jobs j;

	if (job_jobs(w, arg, &j, err) == -1 ||
	    jobs_pause(&j, job_which(arg), &info, err) == -1)
		return -1;
	return say_state(&info);
}

static int
restart(struct workplace *w, const void *arg, struct error *err)
{
	const struct job_words *words = arg;
	struct job_info info;
	struct jobs j;

	if (job_jobs(w, words, &j, err) == -1 ||
	    jobs_restart(&j, job_which(words), slice_of(words->scopes), &info,
		err) == -1)
		return -1;
	return say_state(&info);
}

static int
take_back(struct workplace *w, const void *arg, struct error *err)
{
	struct jobs j;

	return job_jobs(w, arg, &j, err) == -1
	    ? -1
	    : jobs_delete(&j, job_which(arg), err);
}

/* clang-format off */
enum {
	CREATE = 1 << 0, SHOW = 1 << 1, EDIT = 1 << 2, RESTART = 1 << 3,
	HISTORY = 1 << 4, DIFF = 1 << 5, ROLLBACK = 1 << 6, EXPORT = 1 << 7,
	IMPORT = 1 << 8, ASSIGN = 1 << 9, UNASSIGN = 1 << 10,
	ASSIGNMENTS = 1 << 11, PROBE = 1 << 12, LOG = 1 << 13,
	DRY_RUN = 1 << 14, MATCH = 1 << 15, PROVISION = 1 << 16,
	DRIFT = 1 << 17, LINKS = 1 << 18, LINK = 1 << 19, UNLINK = 1 << 20,
	SUMMARY = 1 << 21
};

/* In the order of these bits, and then the others. */
static const struct verb_part parts[] = {
	{ "create",	1, true, create },
	{ "show",	1, true, job_show },
	{ "edit",	1, true, edit },
	{ "restart",	1, true, restart },
	{ "history",	1, true, job_history },
	{ "diff",	1, true, job_diff },
	{ "rollback",	2, true, job_roll_back },
	{ "export",	1, true, job_export },
	{ "import",	1, true, job_import },
	{ "assign",	2, true, job_assign },
	{ "unassign",	2, true, job_unassign },
	{ "assignments", 1, true, job_assignments },
	{ "probe",	1, true, job_probe },
	{ "log",	0, true, job_log },
	{ "dry-run",	1, true, job_dry_run },
	{ "match",	1, true, job_match },
	{ "provision",	2, true, job_provision },
	{ "drift",	1, true, job_drift },
	{ "links",	1, true, job_links },
	{ "link",	3, true, job_link },
	{ "unlink",	2, true, job_unlink },
	{ "summary",	0, true, job_summary },
	{ "list",	0, true, job_list },
	{ "start",	1, true, start },
	{ "pause",	1, true, stop },
	{ "delete",	1, true, take_back },
	{ "carry-out",	1, false, job_carry_out },
};

#define WORD(name) offsetof(struct job_words, name)

static const struct verb_word rows[] = {
	{ "tenant",	WORD(place.tenant), 0, false },
	{ "template",	WORD(template),	CREATE, false },
	{ "url",	WORD(url),	CREATE | EDIT, false },
	{ "file",	WORD(file),	CREATE | EDIT | IMPORT | DRY_RUN, false },
	{ "secret-file", WORD(secret_file), CREATE | EDIT | IMPORT | PROBE, false },
	{ "if-version",	WORD(if_version), EDIT, false },
	{ "whole",	WORD(whole),	EDIT | DRY_RUN, true },
	{ "defaults",	WORD(defaults),	EDIT, true },
	{ "dry-run",	WORD(dry_run),	EDIT | ROLLBACK | IMPORT, true },
	{ "scopes",	WORD(scopes),	RESTART, false },
	{ "json",	WORD(json),	SHOW | HISTORY | DIFF | ASSIGNMENTS | PROBE |
	    LOG | SUMMARY | DRY_RUN | MATCH | PROVISION | DRIFT | LINKS, true },
	{ "diff",	WORD(diff),	HISTORY, true },
	{ "from",	WORD(from),	DIFF, false },
	{ "to",		WORD(to),	DIFF, false },
	{ "version",	WORD(version),	EXPORT, false },
	{ "keep",	WORD(keep),	IMPORT, false },
	{ "writes",	WORD(writes),	PROBE, true },
	{ "role",	WORD(role),	ASSIGN | UNASSIGN, false },
	{ "job",	WORD(job),	LOG | SUMMARY, false },
	{ "object",	WORD(object),	LOG | SUMMARY | LINKS, false },
	{ "target",	WORD(target),	LINKS, false },
	{ "state",	WORD(state),	LINKS, false },
	{ "failing",	WORD(failing),	LINKS, true },
	{ "action",	WORD(action),	LOG | SUMMARY, false },
	{ "status",	WORD(status),	LOG | SUMMARY, false },
	{ "code",	WORD(code),	LOG | SUMMARY, false },
	{ "since",	WORD(since),	LOG | SUMMARY, false },
	{ "until",	WORD(until),	LOG | SUMMARY, false },
	{ "cycle",	WORD(cycle),	LOG | SUMMARY, false },
	{ "follow",	WORD(follow),	LOG | SHOW, true },
	{ "write",	WORD(write),	PROVISION, true },
	{ "repair",	WORD(repair),	DRIFT, true },
};
/* clang-format on */

static bool
make_sense(const struct verb_part *part, const void *arg)
{
	const struct job_words *w = arg;

	if (w->whole && w->file == NULL)
		return false;
	return part->run != job_import || w->file != NULL;
}

static const struct verb_table table = { usage, rows, NELEM(rows), parts,
	NELEM(parts), 0, 0, make_sense };

int
verb_job(int argc, char **argv)
{
	struct job_words words = { .place = { .tenant = TENANT_DEFAULT_NAME } };

	return verb_run_part(argc, argv, &table, &words.place);
}
