/*
 * tenant.c: muster tenant create | list | show | set | disable | enable |
 * rename | delete.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/nelem.h"
#include "identity/reindex.h"
#include "sync/errand.h"
#include "tenancy/removal.h"
#include "verb.h"

static const char usage[] =
    "tenant create [--store DIR] [SETTING ...] NAME\n"
    "       muster tenant set [--store DIR] SETTING ... NAME\n"
    "       muster tenant list [--store DIR] [--all]\n"
    "       muster tenant show | disable | enable [--store DIR] NAME\n"
    "       muster tenant rename [--store DIR] NAME NEW-NAME\n"
    "       muster tenant delete [--store DIR] [--yes NAME] NAME\n"
    "settings: --profile NAME, --types LIST, --without LIST,\n"
    "       --log-bodies none|requests|answers, and limits:\n"
    "       " LIMIT_OPTIONS;

enum { NAME_SIZE = 128 };

struct words {
	struct verb_place place;
	const char *profile;
	const char *log_bodies;
	const char *types;
	const char *without;
	const char *limits[LIMIT_MAX];
	const char *yes;
	bool all;
};

static int
create(struct workplace *w, const void *arg, struct error *err)
{
	const struct words *words = arg;
	struct tenancy y = workplace_tenancy(w);
	struct tenant tenant = { .name = slice_of(words->place.names[0]),
		.profile = slice_of(words->profile),
		.log_bodies = slice_of(words->log_bodies),
		.choice = {
		    slice_of(words->types), slice_of(words->without) } };

	if (grant_read_limits(words->limits, tenant.limits, err) == -1 ||
	    tenancy_create(&y, &tenant, err) == -1)
		return -1;
	w->caller.tenant = tenant.number;
	if (identity_note_indexes(&w->identity, &w->caller, err) == -1)
		return -1;
	printf("Tenant path: /scim/%s/v2\n", words->place.names[0]);
	return 0;
}

static int
set(struct workplace *w, const void *arg, struct error *err)
{
	const struct words *words = arg;
	struct tenancy y = workplace_tenancy(w);
	struct tenant_changes changes = { .profile = slice_of(words->profile),
		.log_bodies = slice_of(words->log_bodies),
		.choice = {
		    slice_of(words->types), slice_of(words->without) } };

	for (int i = 0; i < LIMIT_MAX; i++)
		changes.limits[i] = -1;
	if (grant_read_limits(words->limits, changes.limits, err) == -1)
		return -1;
	return tenancy_set(&y, slice_of(words->place.names[0]), &changes, err);
}

static int
list(struct workplace *w, const void *arg, struct error *err)
{
	const struct words *words = arg;
	struct tenancy y = workplace_tenancy(w);
	struct tenant *tenants;
	size_t n;

	if (tenancy_list(&y, &tenants, &n, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (words->all || tenants[i].state != TENANT_DELETED)
			printf("%-36.*s  %-24.*s  %-8s  %.*s\n",
			    SLICE_ARG(tenants[i].id),
			    SLICE_ARG(tenants[i].created),
			    tenancy_state_name(tenants[i].state),
			    SLICE_ARG(tenants[i].name));
	return 0;
}

static void
show_text(const char *name, struct slice text, const char *without)
{
	if (text.len == 0)
		text = slice_of(without);
	printf("%-18s %.*s\n", name, SLICE_ARG(text));
}

static void
show_limits(const struct tenant *tenant)
{
	for (int i = 0; i < LIMIT_MAX; i++) {
		const struct limit_row *row = limit_row((enum limit)i);

		if (tenant->limits[i] == 0)
			show_text(row->option, SLICE("the server's"), "");
		else
			printf("%-18s %lld\n", row->option,
			    (long long)tenant->limits[i]);
	}
}

static int
show_counts(struct workplace *w, const struct tenant *tenant, FILE *out,
    struct error *err)
{
	struct tenancy y = workplace_tenancy(w);
	const struct resource_type *type;
	int64_t n;

	for (size_t i = 0; (type = catalog_type(w->catalog, i)) != NULL; i++) {
		if (tenancy_count(&y, tenant->number, type, &n, err) == -1)
			return -1;
		if (choice_has_type(&tenant->choice, type))
			fprintf(out, "%-18.*s %lld\n", SLICE_ARG(type->name),
			    (long long)n);
	}
	return 0;
}

static int
show(struct workplace *w, const void *arg, struct error *err)
{
	const struct words *words = arg;
	struct tenancy y = workplace_tenancy(w);
	struct tenant tenant;

	if (tenancy_find(&y, slice_of(words->place.names[0]), &tenant, err) ==
	    -1)
		return -1;
	show_text("name", tenant.name, "");
	show_text("id", tenant.id, "none");
	show_text("state", slice_of(tenancy_state_name(tenant.state)), "");
	show_text("created", tenant.created, "not known");
	show_text("profile", tenant.profile, PROFILE_DEFAULT);
	show_text("log-bodies", tenant.log_bodies, "the server's");
	show_text("types", tenant.choice.types, "all");
	show_text("without", tenant.choice.without, "nothing");
	show_limits(&tenant);
	return show_counts(w, &tenant, stdout, err);
}

static int
disable(struct workplace *w, const void *arg, struct error *err)
{
	const struct words *words = arg;
	struct tenancy y = workplace_tenancy(w);

	return tenancy_disable(&y, slice_of(words->place.names[0]), err);
}

static int
enable(struct workplace *w, const void *arg, struct error *err)
{
	const struct words *words = arg;
	struct tenancy y = workplace_tenancy(w);

	return tenancy_enable(&y, slice_of(words->place.names[0]), err);
}

static int
rename_to(struct workplace *w, const void *arg, struct error *err)
{
	const struct words *words = arg;
	struct tenancy y = workplace_tenancy(w);

	return tenancy_rename(&y, slice_of(words->place.names[0]),
	    slice_of(words->place.names[1]), err);
}

/* Its name is typed once more: on the command line, or now. */
static int
confirm(struct workplace *w, const struct words *words,
    const struct tenant *tenant, struct error *err)
{
	struct slice typed = slice_of(words->yes);
	char line[NAME_SIZE];

	if (words->yes == NULL) {
		fprintf(stderr, "Tenant '%.*s' goes for good, with\n",
		    SLICE_ARG(tenant->name));
		if (show_counts(w, tenant, stderr, err) == -1)
			return -1;
		fputs("Type its name to delete it: ", stderr);
		if (fgets(line, sizeof(line), stdin) == NULL)
			line[0] = '\0';
		line[strcspn(line, "\n")] = '\0';
		typed = slice_of(line);
	}
	if (slice_equal(typed, tenant->name))
		return 0;
	return error_set(err, ERR_INVALID_VALUE,
	    "this is not the name of the tenant: nothing was deleted");
}

static bool
show_progress(void *arg, uint64_t keys)
{
	progress_show(arg, 0, keys);
	return true;
}

static int
remove_all(struct workplace *w, const void *arg, struct error *err)
{
	const struct words *words = arg;
	struct tenancy y = workplace_tenancy(w);
	struct removal_result result;
	struct progress progress;
	struct tenant tenant;
	int rc;

	if (tenancy_find(&y, slice_of(words->place.names[0]), &tenant, err) ==
		-1 ||
	    confirm(w, words, &tenant, err) == -1)
		return -1;
	progress_start(&progress, "keys removed", 0);
	rc = removal_run(
	    &y, tenant.name, show_progress, &progress, &result, err);
	progress_clear(&progress);
	if (rc == 0)
		errand_drop_all(w->settings.store, tenant.number);
	if (rc == 0)
		printf("%llu keys removed\n", (unsigned long long)result.keys);
	return rc;
}

/* clang-format off */
enum { CREATE = 1, SET = 2, LIST = 4, DELETE = 128, SETTING = CREATE | SET };

#define WORD(name) offsetof(struct words, name)

static const struct verb_word rows[] = {
	{ "profile",	WORD(profile),	SETTING,	false },
	{ "types",	WORD(types),	SETTING,	false },
	{ "without",	WORD(without),	SETTING,	false },
	{ "log-bodies",	WORD(log_bodies), SETTING,	false },
	{ "all",	WORD(all),	LIST,		true },
	{ "yes",	WORD(yes),	DELETE,		false },
};

/* The bits above are those of these rows. */
static const struct verb_part parts[] = {
	{ "create",	1, false, create },
	{ "set",	1, false, set },
	{ "list",	0, false, list },
	{ "show",	1, false, show },
	{ "disable",	1, false, disable },
	{ "enable",	1, false, enable },
	{ "rename",	2, false, rename_to },
	{ "delete",	1, false, remove_all },
};
/* clang-format on */

static const struct verb_table table = { usage, rows, NELEM(rows), parts,
	NELEM(parts), WORD(limits), SETTING, NULL };

int
verb_tenant(int argc, char **argv)
{
	struct words words = { .yes = NULL };

	return verb_run_part(argc, argv, &table, &words.place);
}
