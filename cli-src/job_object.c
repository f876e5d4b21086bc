/*
 * job_object.c: what is shown of a job and one object.
 */
#include <stdio.h>

#include "job_object.h"

enum { FOUND_MAX = 1024 * 1024 };

/* ---- which one ---- */

/* The ids of TYPE whose ATTRIBUTE is WORD, no more than two. */
static int
list_called(struct workplace *w, const struct resource_type *type,
    struct slice attribute, struct slice word, struct json_object **out,
    struct error *err)
{
	struct query query = { .types = &type,
		.ntypes = 1,
		.filter = dialect_filter(w->arena, attribute, word),
		.attributes = SLICE("id"),
		.count = 2 };
	struct json_object *list;
	struct buf b;
	int rc;

	buf_init(&b, FOUND_MAX);
	rc = identity_list(&w->identity, &w->caller, &query, &b, err);
	if (rc == 0)
		rc = json_load(w->arena, buf_text(&b), &list, err);
	if (rc == 0)
		*out = json_get(list, "Resources");
	buf_fini(&b);
	return rc;
}

static int
find_called(struct workplace *w, const struct job *job, struct slice word,
    struct uuid *id, struct slice *type, struct error *err)
{
	struct json_object *found = NULL;

	for (size_t i = 0; i < job->nrules; i++) {
		const struct job_rule *rule = &job->rules[i];
		bool is_user = slice_equal(rule->source_name, SLICE("User"));

		if (list_called(w, rule->source,
			is_user ? SLICE("userName") : SLICE("displayName"),
			word, &found, err) == -1)
			return -1;
		if (json_len(found) > 1)
			return error_set(err, ERR_INVALID_VALUE,
			    "several are called '%.*s': say the id",
			    SLICE_ARG(word));
		if (json_len(found) == 0)
			continue;
		*type = rule->source_name;
		if (uuid_parse(json_string(json_get(json_at(found, 0), "id")),
			id) == 0)
			return 0;
	}
	return error_set(err, ERR_NOT_FOUND,
	    "the job has a rule for nobody called '%.*s'", SLICE_ARG(word));
}

int
job_object_find(struct workplace *w, struct preview *p, struct slice word,
    struct uuid *id, struct slice *type, struct error *err)
{
	int rc = 0;

	if (uuid_parse(word, id) == 0) {
		rc = preview_type(p, id, type, err);
		if (rc == -1)
			return -1;
	}
	return rc == 1 ? 0 : find_called(w, p->run.job, word, id, type, err);
}

int
job_object_read(struct workplace *w, struct preview *p, struct slice word,
    struct intent *out, struct error *err)
{
	struct slice type;
	struct uuid id;

	if (job_object_find(w, p, word, &id, &type, err) == -1)
		return -1;
	return preview_read(p, &id, type, out, err);
}

/* ---- for people ---- */

static struct slice
text(struct arena *a, const struct json_object *v, const char *name)
{
	return verb_plain(a, json_string(json_get(v, name)));
}

static void
print_with(struct arena *a, const struct json_object *v, const char *name,
    const char *before)
{
	struct slice t = text(a, v, name);

	if (t.len > 0)
		printf("%s%.*s", before, SLICE_ARG(t));
}

static void
print_value(struct arena *a, const struct json_object *v)
{
	if (v == NULL)
		printf("null");
	else
		printf("%.*s", SLICE_ARG(verb_plain(a, json_text(a, v))));
}

static void
print_clause(struct arena *a, const struct json_object *d)
{
	print_with(a, d, "filter", "filter ");
	print_with(a, d, "attribute", ": ");
	print_with(a, d, "operator", " ");
	print_with(a, d, "wanted", " ");
	printf("; it is ");
	print_value(a, json_get(d, "value"));
}

static void
print_steps(struct arena *a, const struct json_object *steps)
{
	for (size_t i = 0; i < json_len(steps); i++) {
		const struct json_object *step = json_at(steps, i),
					 *d = json_get(step, "details");

		printf("%-12.*s %-8.*s ", SLICE_ARG(text(a, step, "type")),
		    SLICE_ARG(text(a, step, "status")));
		if (json_has(d, SLICE("operator")))
			print_clause(a, d);
		else
			print_with(a, step, "description", "");
		putchar('\n');
	}
}

static void
print_link(struct arena *a, const struct json_object *link)
{
	printf("%-12s %.*s", "link", SLICE_ARG(text(a, link, "state")));
	print_with(a, link, "target", ", at the target ");
	if (json_boolean(json_get(link, "isHeld")))
		printf(", held by the guard");
	putchar('\n');
	if (json_integer(json_get(link, "failures")) > 0) {
		printf("%-12s", "last error");
		print_with(a, link, "code", " ");
		print_with(a, link, "reason", ": ");
		print_with(a, link, "advice", "; advice: ");
		putchar('\n');
	}
	if (json_has(link, SLICE("retryAt")))
		printf("%-12s %.*s\n", "again at",
		    SLICE_ARG(text(a, link, "retryAt")));
}

/* What keeps the job from it now. */
static void
print_rests(struct arena *a, const struct json_object *rests)
{
	for (size_t i = 0; i < json_len(rests); i++) {
		const struct json_object *one = json_at(rests, i);

		printf("%-12s %.*s", "rests", SLICE_ARG(text(a, one, "what")));
		print_with(a, one, "until", " until ");
		print_with(a, one, "reason", ": ");
		putchar('\n');
	}
}

static void
print_attributes(struct arena *a, const struct json_object *list)
{
	for (size_t i = 0; i < json_len(list); i++) {
		const struct json_object *one = json_at(list, i);

		printf("%-12s %.*s ", i == 0 ? "attributes" : "",
		    SLICE_ARG(text(a, one, "name")));
		if (json_has(one, SLICE("waitsFor"))) {
			printf("waits for ");
			print_value(a, json_get(one, "waitsFor"));
		} else if (slice_equal(text(a, one, "state"), SLICE("set"))) {
			printf("= ");
			print_value(a, json_get(one, "value"));
		} else {
			printf("stays as it is there");
		}
		putchar('\n');
	}
}

static void
print_changes(struct arena *a, const struct json_object *changes)
{
	for (size_t i = 0; i < json_len(changes); i++) {
		const struct json_object *one = json_at(changes, i);

		printf("%-12s %.*s: ", i == 0 ? "changes" : "",
		    SLICE_ARG(text(a, one, "name")));
		print_value(a, json_get(one, "old"));
		printf(" > ");
		print_value(a, json_get(one, "new"));
		putchar('\n');
	}
}

static void
print_members(const struct json_object *members)
{
	if (members != NULL)
		printf("%-12s +%lld -%lld\n", "members",
		    (long long)json_integer(json_get(members, "nAdded")),
		    (long long)json_integer(json_get(members, "nRemoved")));
}

static void
print_source(struct arena *a, const struct json_object *told)
{
	const struct json_object *source = json_get(told, "source");

	printf("%.*s", SLICE_ARG(text(a, told, "objectType")));
	print_with(a, source, "name", " ");
	print_with(a, source, "id", " ");
}

static void
print_why(struct arena *a, const struct json_object *told)
{
	print_with(a, told, "code", "  ");
	print_with(a, told, "reason", ": ");
	print_with(a, told, "advice", "; advice: ");
}

void
job_object_print_line(struct arena *a, const struct json_object *told)
{
	printf("%-12.*s %-8.*s ", SLICE_ARG(text(a, told, "action")),
	    SLICE_ARG(text(a, told, "status")));
	print_source(a, told);
	print_with(a, json_get(told, "target"), "id", "  target ");
	print_why(a, told);
	putchar('\n');
	print_changes(a, json_get(told, "modified"));
	print_members(json_get(told, "members"));
}

void
job_object_print(struct arena *a, const struct json_object *told)
{
	printf("%-12s ", "object");
	print_source(a, told);
	printf("\n%-12s %.*s, version %lld\n", "job",
	    SLICE_ARG(text(a, told, "jobName")),
	    (long long)json_integer(json_get(told, "version")));
	printf("%-12s %.*s\n", "verdict", SLICE_ARG(text(a, told, "verdict")));
	print_steps(a, json_get(told, "steps"));
	print_link(a, json_get(told, "link"));
	print_rests(a, json_get(told, "rests"));
	print_attributes(a, json_get(told, "attributes"));
	print_changes(a, json_get(told, "modified"));
	print_members(json_get(told, "members"));
	printf("%-12s %.*s", "action", SLICE_ARG(text(a, told, "action")));
	print_with(a, told, "status", ", ");
	print_with(a, json_get(told, "target"), "id", ", target ");
	print_why(a, told);
	putchar('\n');
}
