/*
 * job_match.c: muster job match: who is who at the target (PS-040 to PS-044,
 * PS-047): what is matched, what is ambiguous, what is new, and what the target
 * has that none of ours is.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "job_object.h"

enum match_kind { MATCHED, AMBIGUOUS, NEW, FAILED, ORPHAN, MATCH_MAX };

static const char *const kinds[MATCH_MAX] = {
	[MATCHED] = "matched",
	[AMBIGUOUS] = "ambiguous",
	[NEW] = "new",
	[FAILED] = "failed",
	[ORPHAN] = "orphan",
};

/* Ids at the target that were found and have no link yet. */
struct found_ids {
	struct arena *arena;
	struct slice *list;
	size_t n;
	size_t size;
};

struct matching {
	bool json;
	struct progress bar;
	uint64_t looked_at;
	int64_t counts[MATCH_MAX];
	struct found_ids found;
	const struct job_rule *rule; /* that is listed */
};

static void
keep(struct found_ids *f, struct slice id)
{
	size_t size = f->size == 0 ? 256 : f->size * 2;

	if (f->n == f->size) {
		f->list = arena_grow(f->arena, f->list,
		    f->size * sizeof(*f->list), size * sizeof(*f->list));
		f->size = size;
	}
	f->list[f->n++] = arena_slice(f->arena, id);
}

static int
compare(const void *v, const void *w)
{
	const struct slice *x = v, *y = w;
	size_t len = x->len < y->len ? x->len : y->len;
	int order = len == 0 ? 0 : memcmp(x->data, y->data, len);

	return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

static bool
is_found(const struct found_ids *f, struct slice id)
{
	return f->n > 0 &&
	    bsearch(&id, f->list, f->n, sizeof(*f->list), compare) != NULL;
}

static void
put(struct arena *a, struct json_object *v, const char *name, struct slice text)
{
	if (text.len > 0)
		json_set(v, slice_of(name), json_new_string(a, text));
}

static void
print_word(
    struct arena *a, const struct json_object *v, const char *name, int width)
{
	struct slice text = verb_plain(a, json_string(json_get(v, name)));

	if (text.len > 0)
		printf("  %-*.*s", width, SLICE_ARG(text));
}

static void
print(struct arena *a, const struct matching *m, const struct json_object *v)
{
	progress_clear(&m->bar);
	if (m->json) {
		printf("%.*s\n", SLICE_ARG(json_text(a, v)));
		return;
	}
	printf("%-9.*s", SLICE_ARG(json_string(json_get(v, "match"))));
	print_word(a, v, "type", 5);
	print_word(a, v, "name", 16);
	print_word(a, v, "source", 1);
	print_word(a, v, "target", 1);
	print_word(a, v, "by", 1);
	print_word(a, v, "reason", 1);
	putchar('\n');
}

static struct slice
name_of(const struct json_object *v)
{
	struct slice name = json_string(json_attr(v, SLICE("userName")));

	return name.len > 0 ? name
			    : json_string(json_attr(v, SLICE("displayName")));
}

static enum match_kind
kind_of(const struct intent *intent)
{
	if (slice_equal(intent->code, SLICE("DuplicateTargetEntries")) ||
	    slice_equal(intent->code, SLICE("DuplicateSourceEntries")))
		return AMBIGUOUS;
	if (intent->result == INTENT_FAILED)
		return FAILED;
	return intent->link.target.len > 0 ? MATCHED : NEW;
}

/* Who is neither in the scope nor linked is nobody's match. */
static bool
matters(const struct intent *intent)
{
	return intent->link.stored_target.len > 0 ||
	    intent->act == ACT_PROVISION || intent->result == INTENT_FAILED;
}

static int
look(struct preview *p, const struct intent *intent, void *arg,
    struct error *err)
{
	struct matching *m = arg;
	struct arena *a = p->run.arena;
	struct json_object *v = json_new_object(a);
	bool is_linked = intent->link.stored_target.len > 0;
	struct slice target =
	    is_linked ? intent->link.stored_target : intent->link.target;
	enum match_kind kind = is_linked ? MATCHED : kind_of(intent);
	char id[UUID_TEXT_SIZE];

	(void)err;
	m->looked_at++;
	progress_show(&m->bar, m->looked_at, m->looked_at);
	if (!matters(intent))
		return 0;
	m->counts[kind]++;
	if (kind == MATCHED && !is_linked)
		keep(&m->found, target);
	uuid_format(&intent->subject.id, id);
	put(a, v, "match", slice_of(kinds[kind]));
	put(a, v, "type", intent->subject.type);
	put(a, v, "name", name_of(intent->subject.person));
	put(a, v, "source", slice_of(id));
	if (kind == MATCHED) {
		put(a, v, "target", target);
		put(a, v, "by", is_linked ? SLICE("link") : SLICE("match"));
	}
	put(a, v, "code", intent->code);
	if (kind == AMBIGUOUS || kind == FAILED)
		put(a, v, "reason", intent->detail);
	print(a, m, v);
	return 0;
}

static int
look_there(struct preview *p, const struct json_object *resource,
    struct slice id, const struct uuid *source, void *arg, struct error *err)
{
	struct matching *m = arg;
	struct arena *a = p->run.arena;
	struct json_object *v = json_new_object(a);

	(void)err;
	m->looked_at++;
	progress_show(&m->bar, m->looked_at, m->looked_at);
	if (source != NULL || is_found(&m->found, id))
		return 0;
	m->counts[ORPHAN]++;
	put(a, v, "match", slice_of(kinds[ORPHAN]));
	put(a, v, "type", m->rule->target_name);
	put(a, v, "name", name_of(resource));
	put(a, v, "target", id);
	print(a, m, v);
	return 0;
}

/* What several of ours match, who were not looked at together. */
static void
tell_shared(struct preview *p, struct matching *m)
{
	struct arena *a = p->run.arena;

	for (size_t i = 1; i < m->found.n; i++) {
		struct json_object *v;

		if (!slice_equal(m->found.list[i], m->found.list[i - 1]))
			continue;
		v = json_new_object(a);
		m->counts[AMBIGUOUS]++;
		put(a, v, "match", slice_of(kinds[AMBIGUOUS]));
		put(a, v, "target", m->found.list[i]);
		put(a, v, "code", SLICE("DuplicateSourceEntries"));
		put(a, v, "reason", SLICE("several of ours match it"));
		print(a, m, v);
	}
}

static int
walk(struct preview *p, struct matching *m, struct error *err)
{
	const struct job *job = p->run.job;
	int64_t total;

	if (preview_connect(p, err) == -1 ||
	    preview_total(p, &total, err) == -1)
		return -1;
	progress_start(&m->bar, "looked at", (uint64_t)total * 2);
	if (preview_all(p, look, m, err) == -1)
		return -1;
	if (m->found.n > 0)
		qsort(
		    m->found.list, m->found.n, sizeof(*m->found.list), compare);
	tell_shared(p, m);
	for (size_t i = 0; i < job->nrules; i++) {
		m->rule = &job->rules[i];
		if (m->rule->enabled &&
		    preview_there(p, m->rule, look_there, m, err) == -1)
			return -1;
	}
	return 0;
}

static void
print_counts(struct workplace *w, const struct matching *m)
{
	struct json_object *v = json_new_object(w->arena),
			   *summary = json_new_object(w->arena);

	for (int i = 0; i < MATCH_MAX; i++) {
		json_set(v, slice_of(kinds[i]),
		    json_new_integer(w->arena, m->counts[i]));
		if (!m->json)
			printf(
			    "%-9s  %lld\n", kinds[i], (long long)m->counts[i]);
	}
	json_set(summary, SLICE("summary"), v);
	if (m->json)
		printf("%.*s\n", SLICE_ARG(json_text(w->arena, summary)));
}

int
job_match(struct workplace *w, const void *arg, struct error *err)
{
	const struct job_words *words = arg;
	struct matching m = { .json = words->json, .found.arena = w->arena };
	struct preview p;
	struct jobs j;
	int rc;

	if (job_jobs(w, words, &j, err) == -1 ||
	    preview_open(
		&w->identity, &j, job_which(words), NULL, false, &p, err) == -1)
		return -1;
	rc = walk(&p, &m, err);
	progress_clear(&m.bar);
	preview_close(&p);
	if (rc == 0)
		print_counts(w, &m);
	return rc;
}
