/*
 * resource.c: muster user | group, list | show.
 */
#include <stdio.h>
#include <string.h>

#include "base/nelem.h"
#include "http/reply.h"
#include "json/json.h"
#include "store/tenants.h"
#include "verb.h"

struct words {
	const char *store;
	const char *tenant;
	const char *filter;
	const char *id;
};

/* What the verbs of a resource type differ in. */
struct kind {
	const char *type; /* "User" */
	const char *verb; /* "user" */
	const char *name; /* the attribute that a list shows */
	const char *usage;
};

static int
read_words(int argc, char **argv, struct words *w)
{
	const struct verb_option options[] = {
		{ "store", &w->store },
		{ "tenant", &w->tenant },
		{ "filter", &w->filter },
	};

	return verb_read(argc, argv, options, NELEM(options), &w->id);
}

/* NAME of V, as one that a terminal may be shown. */
static struct slice
text_of(struct arena *a, const struct json_object *v, const char *name)
{
	return verb_plain(a, json_string(json_get(v, name)));
}

static void
print_line(
    struct arena *a, const struct kind *kind, const struct json_object *v)
{
	struct json_object *active = json_get(v, "active");
	struct slice name = text_of(a, v, kind->name);
	struct slice display = text_of(a, v, "displayName");

	printf("%.*s  %-32.*s %-28.*s%s\n",
	    SLICE_ARG(json_string(json_get(v, "id"))), SLICE_ARG(name),
	    SLICE_ARG(display),
	    active != NULL && !json_boolean(active) ? " inactive" : "");
}

/* One page; the cursor is where the next one begins, "" after the last. */
static int
print_page(struct workplace *w, const struct kind *kind, struct query *query,
    struct error *err)
{
	struct json_object *list, *resources;
	struct buf out;
	int rc;

	buf_init(&out, HTTP_BODY_MAX);
	rc = identity_list(&w->identity, &w->caller, query, &out, err);
	if (rc == 0)
		rc = json_parse(w->arena, buf_text(&out), &list, err);
	buf_fini(&out);
	if (rc == -1)
		return -1;
	resources = json_get(list, "Resources");
	for (size_t i = 0; i < json_len(resources); i++)
		print_line(w->arena, kind, json_at(resources, i));
	query->cursor = json_string(json_get(list, "nextCursor"));
	return 0;
}

static int
list(struct workplace *w, const struct kind *kind, const struct words *words,
    struct error *err)
{
	const struct resource_type *type =
	    catalog_find_type(w->identity.catalog, slice_of(kind->type));
	struct query query = { .types = &type,
		.ntypes = 1,
		.filter = slice_of(words->filter),
		.attributes = SLICE("userName,displayName,active"),
		.cursor = SLICE(""),
		.count = PAGE_SIZE_MAX };

	do {
		if (print_page(w, kind, &query, err) == -1)
			return -1;
	} while (query.cursor.len > 0);
	return 0;
}

static int
show(struct workplace *w, const struct kind *kind, const struct words *words,
    struct error *err)
{
	const struct resource_type *type =
	    catalog_find_type(w->identity.catalog, slice_of(kind->type));
	struct conditions none = { .if_match = { NULL, 0 } };
	struct projection *projection;
	struct outcome outcome;
	struct buf out;
	int rc;

	if (project_parse(w->arena, type, w->caller.profile, SLICE(""),
		SLICE(""), &projection, err) == -1)
		return -1;
	buf_init(&out, HTTP_BODY_MAX);
	rc = identity_read(&w->identity, &w->caller, type, slice_of(words->id),
	    &none, projection, &out, &outcome, err);
	if (rc == 0)
		printf("%.*s\n", SLICE_ARG(buf_text(&out)));
	buf_fini(&out);
	return rc;
}

static int
run(int argc, char **argv, const struct kind *kind)
{
	struct words words = { .tenant = TENANT_DEFAULT_NAME };
	bool is_list, is_show;
	struct workplace w;
	struct error err;
	int rc;

	if (argc < 2 || read_words(argc - 1, argv + 1, &words) == -1)
		return verb_usage(kind->usage);
	is_list = strcmp(argv[1], "list") == 0 && words.id == NULL;
	is_show = strcmp(argv[1], "show") == 0 && words.id != NULL;
	if (!is_list && !is_show)
		return verb_usage(kind->usage);
	if (workplace_open(&w, words.store, words.tenant, false, NULL) == -1)
		return EXIT_FAILED;
	rc = is_list ? list(&w, kind, &words, &err)
		     : show(&w, kind, &words, &err);
	if (rc == -1)
		rc = verb_failed(&err);
	workplace_close(&w);
	return rc;
}

int
verb_user(int argc, char **argv)
{
	static const struct kind user = { "User", "user", "userName",
		"user list [--store DIR] [--tenant NAME] [--filter FILTER]\n"
		"       muster user show [--store DIR] [--tenant NAME] ID" };

	return run(argc, argv, &user);
}

int
verb_group(int argc, char **argv)
{
	static const struct kind group = { "Group", "group", "displayName",
		"group list [--store DIR] [--tenant NAME] [--filter FILTER]\n"
		"       muster group show [--store DIR] [--tenant NAME] ID" };

	return run(argc, argv, &group);
}
