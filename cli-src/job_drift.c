/*
 * job_drift.c: muster job drift: what a target has against what it is to have
 * (PS-073), and the repair of it.
 */
#include <stdio.h>

#include "job_object.h"
#include "sync/drift.h"

struct drifting {
	bool json;
	struct progress bar;
	struct drift_counts counts;
	int64_t kinds[DRIFT_MAX];
};

static void
put(struct arena *a, struct json_object *v, const char *name, struct slice text)
{
	if (text.len > 0)
		json_set(v, slice_of(name), json_new_string(a, text));
}

static void
put_members(struct arena *a, struct json_object *v, const char *name,
    const struct drift_members *m)
{
	struct json_object *one = json_new_object(a);

	if (m->n == 0)
		return;
	json_set(one, SLICE("n"), json_new_integer(a, m->n));
	json_set(one, SLICE("names"), json_copy(a, m->names));
	json_set(v, slice_of(name), one);
}

static struct json_object *
tell(struct arena *a, const struct drift *d)
{
	struct json_object *v = json_new_object(a);
	char id[UUID_TEXT_SIZE] = "";

	if (d->source != NULL)
		uuid_format(d->source, id);
	put(a, v, "drift", slice_of(drift_kind_name(d->kind)));
	put(a, v, "type", d->type);
	put(a, v, "name", d->name);
	put(a, v, "source", slice_of(id));
	put(a, v, "target", d->target);
	put(a, v, "reason", d->detail);
	if (d->changes != NULL)
		json_set(v, SLICE("changes"), json_copy(a, d->changes));
	put_members(a, v, "lost", &d->lost);
	put_members(a, v, "extra", &d->extra);
	put_members(a, v, "strangers", &d->strangers);
	if (d->is_repaired)
		json_set(v, SLICE("isDue"), json_new_boolean(a, true));
	return v;
}

/* ---- for people ---- */

static void
print_word(
    struct arena *a, const struct json_object *v, const char *name, int width)
{
	struct slice text = verb_plain(a, json_string(json_get(v, name)));

	if (text.len > 0)
		printf("  %-*.*s", width, SLICE_ARG(text));
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
print_changes(struct arena *a, const struct json_object *changes)
{
	for (size_t i = 0; i < json_len(changes); i++) {
		const struct json_object *c = json_at(changes, i);

		printf("  ");
		print_word(a, c, "name", 1);
		printf(": ");
		print_value(a, json_get(c, "old"));
		printf(" is to be ");
		print_value(a, json_get(c, "new"));
		putchar('\n');
	}
}

static void
print_members(struct arena *a, const struct json_object *v, const char *name,
    const char *text)
{
	const struct json_object *m = json_get(v, name),
				 *names = json_get(m, "names");
	int64_t n = json_integer(json_get(m, "n"));

	if (n == 0)
		return;
	printf("    %lld %s:", (long long)n, text);
	for (size_t i = 0; i < json_len(names); i++)
		printf(" %.*s",
		    SLICE_ARG(verb_plain(a, json_string(json_at(names, i)))));
	printf("%s\n", (int64_t)json_len(names) < n ? " ..." : "");
}

static void
print(struct arena *a, const struct json_object *v)
{
	printf("%-7.*s", SLICE_ARG(json_string(json_get(v, "drift"))));
	print_word(a, v, "type", 5);
	print_word(a, v, "name", 16);
	print_word(a, v, "source", 1);
	print_word(a, v, "target", 1);
	print_word(a, v, "reason", 1);
	printf("%s\n", json_boolean(json_get(v, "isDue")) ? "  (due)" : "");
	print_changes(a, json_get(v, "changes"));
	print_members(a, v, "lost", "not there");
	print_members(a, v, "extra", "not to be there");
	print_members(a, v, "strangers", "nobody of ours");
}

static int
look(struct preview *p, const struct drift *d, void *arg, struct error *err)
{
	struct drifting *g = arg;
	struct arena *a = p->run.arena;
	struct json_object *v = tell(a, d);

	(void)err;
	g->kinds[d->kind]++;
	progress_show(&g->bar, (uint64_t)g->counts.looked_at,
	    (uint64_t)g->counts.looked_at);
	progress_clear(&g->bar);
	if (g->json)
		printf("%.*s\n", SLICE_ARG(json_text(a, v)));
	else
		print(a, v);
	return 0;
}

static void
print_count(struct drifting *g, struct arena *a, struct json_object *v,
    const char *name, int64_t n)
{
	json_set(v, slice_of(name), json_new_integer(a, n));
	if (!g->json)
		printf("%-9s  %lld\n", name, (long long)n);
}

static void
print_counts(struct workplace *w, struct drifting *g, bool repairs)
{
	struct json_object *v = json_new_object(w->arena),
			   *summary = json_new_object(w->arena);

	print_count(g, w->arena, v, "lookedAt", g->counts.looked_at);
	for (int i = 0; i < DRIFT_MAX; i++)
		print_count(g, w->arena, v, drift_kind_name((enum drift_kind)i),
		    g->kinds[i]);
	if (repairs)
		print_count(g, w->arena, v, "due", g->counts.repaired);
	json_set(summary, SLICE("summary"), v);
	if (g->json)
		printf("%.*s\n", SLICE_ARG(json_text(w->arena, summary)));
}

int
job_drift(struct workplace *w, const void *arg, struct error *err)
{
	const struct job_words *words = arg;
	struct drifting g = { .json = words->json };
	struct preview p;
	struct jobs j;
	int rc;

	if (job_jobs(w, words, &j, err) == -1 ||
	    preview_open(
		&w->identity, &j, job_which(words), NULL, false, &p, err) == -1)
		return -1;
	rc = preview_connect(&p, err);
	if (rc == 0) {
		progress_start(&g.bar, "looked at", (uint64_t)p.links);
		rc = drift_find(&p, words->repair, look, &g, &g.counts, err);
		progress_clear(&g.bar);
	}
	preview_close(&p);
	if (rc == 0)
		print_counts(w, &g, words->repair);
	return rc;
}
