/*
 * tenant.c: muster tenant create | list | show | set | disable | enable |
 * rename | delete.
 */
#include <stdio.h>
#include <string.h>

#include "base/nelem.h"
#include "base/number.h"
#include "tenancy/removal.h"
#include "verb.h"

static const char usage[] =
    "tenant create [--store DIR] [SETTING ...] NAME\n"
    "       muster tenant set [--store DIR] SETTING ... NAME\n"
    "       muster tenant list [--store DIR] [--all]\n"
    "       muster tenant show | disable | enable [--store DIR] NAME\n"
    "       muster tenant rename [--store DIR] NAME NEW-NAME\n"
    "       muster tenant delete [--store DIR] [--yes NAME] NAME\n"
    "settings: --profile NAME, --types LIST, --without LIST, --body-max N,\n"
    "       --bulk-operations N, --bulk-payload N, --scan-max N, "
    "--members-max N";

enum { NAME_SIZE = 128 };

struct words {
	const char *store;
	const char *profile;
	const char *types;
	const char *without;
	const char *limits[TENANT_LIMIT_MAX];
	const char *yes;
	bool all;
	const char *names[2];
};

/* 0, or -1 when the words make no sense. */
static int
read_words(int argc, char **argv, struct words *w)
{
	struct verb_option options[5 + TENANT_LIMIT_MAX] = {
		{ "store", &w->store },
		{ "profile", &w->profile },
		{ "types", &w->types },
		{ "without", &w->without },
		{ "yes", &w->yes },
	};
	const struct verb_flag flags[] = { { "all", &w->all } };

	for (int i = 0; i < TENANT_LIMIT_MAX; i++)
		options[5 + i] = (struct verb_option){
			tenancy_limit_row((enum tenant_limit)i)->option,
			&w->limits[i]
		};
	return verb_read_words(argc, argv, options, NELEM(options), flags,
	    NELEM(flags), w->names, NELEM(w->names));
}

/* -1: not given. */
static int
read_limits(const struct words *words, int64_t limits[TENANT_LIMIT_MAX],
    struct error *err)
{
	for (int i = 0; i < TENANT_LIMIT_MAX; i++) {
		limits[i] = -1;
		if (words->limits[i] != NULL &&
		    parse_int(slice_of(words->limits[i]), 0, INT64_MAX,
			&limits[i], NULL) == -1)
			return error_set(err, ERR_INVALID_VALUE,
			    "--%s: '%s' is no number",
			    tenancy_limit_row((enum tenant_limit)i)->option,
			    words->limits[i]);
	}
	return 0;
}

static int
create(struct workplace *w, const struct words *words, struct error *err)
{
	struct tenancy y = workplace_tenancy(w);
	struct tenant tenant = { .name = slice_of(words->names[0]),
		.profile = slice_of(words->profile),
		.choice = {
		    slice_of(words->types), slice_of(words->without) } };

	if (read_limits(words, tenant.limits, err) == -1)
		return -1;
	for (int i = 0; i < TENANT_LIMIT_MAX; i++)
		if (tenant.limits[i] == -1)
			tenant.limits[i] = 0;
	if (tenancy_create(&y, &tenant, err) == -1)
		return -1;
	w->caller.tenant = tenant.number;
	if (workplace_note_indexes(w, err) == -1)
		return -1;
	printf("Tenant path: /scim/%s/v2\n", words->names[0]);
	return 0;
}

static int
set(struct workplace *w, const struct words *words, struct error *err)
{
	struct tenancy y = workplace_tenancy(w);
	struct tenant_changes changes = { .profile = slice_of(words->profile),
		.choice = {
		    slice_of(words->types), slice_of(words->without) } };

	if (read_limits(words, changes.limits, err) == -1)
		return -1;
	return tenancy_set(&y, slice_of(words->names[0]), &changes, err);
}

static int
list(struct workplace *w, const struct words *words, struct error *err)
{
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
	printf("%-16s %.*s\n", name, SLICE_ARG(text));
}

static void
show_limits(const struct tenant *tenant)
{
	for (int i = 0; i < TENANT_LIMIT_MAX; i++) {
		const struct tenant_limit_row *row =
		    tenancy_limit_row((enum tenant_limit)i);

		if (tenant->limits[i] == 0)
			show_text(row->option, SLICE("the server's"), "");
		else
			printf("%-16s %lld\n", row->option,
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
			fprintf(out, "%-16.*s %lld\n", SLICE_ARG(type->name),
			    (long long)n);
	}
	return 0;
}

static int
show(struct workplace *w, const struct words *words, struct error *err)
{
	struct tenancy y = workplace_tenancy(w);
	struct tenant tenant;

	if (tenancy_find(&y, slice_of(words->names[0]), &tenant, err) == -1)
		return -1;
	show_text("name", tenant.name, "");
	show_text("id", tenant.id, "none");
	show_text("state", slice_of(tenancy_state_name(tenant.state)), "");
	show_text("created", tenant.created, "not known");
	show_text("profile", tenant.profile, PROFILE_DEFAULT);
	show_text("types", tenant.choice.types, "all");
	show_text("without", tenant.choice.without, "nothing");
	show_limits(&tenant);
	return show_counts(w, &tenant, stdout, err);
}

static int
disable(struct workplace *w, const struct words *words, struct error *err)
{
	struct tenancy y = workplace_tenancy(w);

	return tenancy_disable(&y, slice_of(words->names[0]), err);
}

static int
enable(struct workplace *w, const struct words *words, struct error *err)
{
	struct tenancy y = workplace_tenancy(w);

	return tenancy_enable(&y, slice_of(words->names[0]), err);
}

static int
rename_to(struct workplace *w, const struct words *words, struct error *err)
{
	struct tenancy y = workplace_tenancy(w);

	return tenancy_rename(
	    &y, slice_of(words->names[0]), slice_of(words->names[1]), err);
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

static void
show_progress(void *arg, uint64_t keys)
{
	progress_show(arg, 0, keys);
}

static int delete (
    struct workplace *w, const struct words *words, struct error *err)
{
	struct tenancy y = workplace_tenancy(w);
	struct removal_result result;
	struct progress progress;
	struct tenant tenant;
	int rc;

	if (tenancy_find(&y, slice_of(words->names[0]), &tenant, err) == -1 ||
	    confirm(w, words, &tenant, err) == -1)
		return -1;
	progress_start(&progress, "keys removed", 0);
	rc = removal_run(
	    &y, tenant.name, show_progress, &progress, &result, err);
	progress_clear(&progress);
	if (rc == 0)
		printf("%llu keys removed\n", (unsigned long long)result.keys);
	return rc;
}

/* clang-format off */
static const struct {
	const char	*name;
	size_t		 nnames;
	int		(*run)(struct workplace *, const struct words *, struct error *);
} verbs[] = {
	{ "create",	1, create },
	{ "set",	1, set },
	{ "list",	0, list },
	{ "show",	1, show },
	{ "disable",	1, disable },
	{ "enable",	1, enable },
	{ "rename",	2, rename_to },
	{ "delete",	1, delete },
};
/* clang-format on */

static size_t
count_names(const struct words *words)
{
	return (size_t)(words->names[0] != NULL) + (words->names[1] != NULL);
}

static int
run(const struct words *words,
    int (*verb)(struct workplace *, const struct words *, struct error *))
{
	struct workplace w;
	struct error err;
	int rc = EXIT_OK;

	if (workplace_open(&w, words->store, NULL, false, NULL) == -1)
		return EXIT_FAILED;
	if (verb(&w, words, &err) == -1)
		rc = verb_failed(&err);
	workplace_close(&w);
	return rc;
}

int
verb_tenant(int argc, char **argv)
{
	struct words words = { .store = NULL };

	if (argc < 2 || read_words(argc - 1, argv + 1, &words) == -1)
		return verb_usage(usage);
	for (size_t i = 0; i < NELEM(verbs); i++)
		if (strcmp(argv[1], verbs[i].name) == 0 &&
		    verbs[i].nnames == count_names(&words))
			return run(&words, verbs[i].run);
	return verb_usage(usage);
}
