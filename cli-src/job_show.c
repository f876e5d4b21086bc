/*
 * job_show.c: muster job list | show.
 */
#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "job.h"

enum { LOOK_EVERY_MS = 100 };

static struct slice
text_in(const struct json_object *object, const char *part, const char *name)
{
	if (part != NULL)
		object = json_get(object, part);
	return json_string(json_get(object, name));
}

int
job_list(struct workplace *w, const void *arg, struct error *err)
{
	struct job_info *jobs;
	struct jobs j;
	size_t n;

	if (job_jobs(w, arg, &j, err) == -1 ||
	    jobs_list(&j, &jobs, &n, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++) {
		char id[UUID_TEXT_SIZE];

		uuid_format(&jobs[i].id, id);
		printf("%s  %-10.*s  %4llu  %-16.*s  %.*s\n", id,
		    SLICE_ARG(text_in(jobs[i].state, NULL, "state")),
		    (unsigned long long)jobs[i].version,
		    SLICE_ARG(jobs[i].name),
		    SLICE_ARG(text_in(jobs[i].definition, "target", "url")));
	}
	return 0;
}

static struct json_object *
show_info(struct arena *a, const struct job_info *info)
{
	struct json_object *v = json_new_object(a),
			   *progress = jobs_progress(a, info);
	char id[UUID_TEXT_SIZE];

	uuid_format(&info->id, id);
	json_set(v, SLICE("id"), json_new_string(a, slice_of(id)));
	json_set(
	    v, SLICE("version"), json_new_integer(a, (int64_t)info->version));
	json_set(v, SLICE("created"), json_new_string(a, info->created));
	json_set(v, SLICE("modified"), json_new_string(a, info->modified));
	json_set(v, SLICE("by"), json_new_string(a, info->by));
	json_set(v, SLICE("hasSecret"), json_new_boolean(a, info->has_secret));
	json_set(v, SLICE("state"), json_copy(a, info->state));
	if (progress != NULL)
		json_set(v, SLICE("progress"), progress);
	json_set(v, SLICE("definition"), json_copy(a, info->definition));
	return v;
}

static void
print_text(const char *name, struct slice text)
{
	printf("%-14s %.*s\n", name, SLICE_ARG(text));
}

static void
print_restart(const struct job_info *info)
{
	const struct json_object *scopes = json_get(info->state, "restart");

	if (scopes == NULL)
		return;
	printf("%-14s", "restart");
	for (size_t i = 0; i < json_len(scopes); i++)
		printf(" %.*s", SLICE_ARG(json_string(json_at(scopes, i))));
	putchar('\n');
}

/* Operations that have failed too often. */
static void
print_resting(const struct job_info *info)
{
	struct json_member m = json_first(json_get(info->state, "operations"));

	for (; m.entry != NULL; json_next(&m)) {
		int64_t until = json_integer(json_get(m.value, "until"));
		char at[CLOCK_TEXT_SIZE];

		if (until == 0)
			continue;
		clock_format(until, at);
		printf("%-14s %.*s until %s\n", "rests", SLICE_ARG(m.name), at);
	}
}

static void
print_progress(struct arena *a, const struct job_info *info)
{
	const struct json_object *p = jobs_progress(a, info);

	if (p == NULL)
		return;
	printf("%-14s %lld of %lld looked at", "progress",
	    (long long)json_integer(json_get(p, "done")),
	    (long long)json_integer(json_get(p, "total")));
	if (json_has(p, SLICE("perSecond")))
		printf(", %lld a second, %lld s left",
		    (long long)json_integer(json_get(p, "perSecond")),
		    (long long)json_integer(json_get(p, "secondsLeft")));
	putchar('\n');
}

static void
print_info(struct arena *a, const struct job_info *info)
{
	char id[UUID_TEXT_SIZE];

	uuid_format(&info->id, id);
	print_text("id", slice_of(id));
	print_text("name", info->name);
	print_text("state", text_in(info->state, NULL, "state"));
	print_restart(info);
	print_progress(a, info);
	print_resting(info);
	printf("%-14s %llu, of %.*s by %.*s\n", "version",
	    (unsigned long long)info->version, SLICE_ARG(info->modified),
	    SLICE_ARG(info->by));
	print_text("created", info->created);
	print_text("target", text_in(info->definition, "target", "url"));
	print_text("secret", info->has_secret ? SLICE("(set)") : SLICE("none"));
	print_text("scope", text_in(info->definition, "scope", "mode"));
}

/* ---- until a walk has ended ---- */

/* One look, in the arena of J; *IS_OVER when there is nothing to see. */
static int
look(const struct jobs *j, const struct job_words *words, struct progress *bar,
    bool *is_over, struct error *err)
{
	const struct json_object *p;
	struct job_info info;
	uint64_t done;

	arena_reset(j->arena);
	if (jobs_find(j, job_which(words), &info, err) == -1)
		return -1;
	p = jobs_progress(j->arena, &info);
	*is_over = p == NULL || !job_runs(info.state);
	if (*is_over)
		return 0;
	done = (uint64_t)json_integer(json_get(p, "done"));
	bar->total = (uint64_t)json_integer(json_get(p, "total"));
	bar->what = json_get(info.state, "quarantine") == NULL
	    ? "looked at"
	    : "looked at, in quarantine";
	progress_show(bar, done, done);
	return 0;
}

static int
follow(struct workplace *w, const struct job_words *words,
    const struct job_info *info, struct error *err)
{
	const struct timespec pause = { .tv_nsec = LOOK_EVERY_MS * 1000000L };
	struct progress bar;
	bool is_over = false;
	struct jobs j;
	int rc = job_jobs(w, words, &j, err);

	if (rc == -1)
		return -1;
	progress_start(&bar, "looked at", 0);
	/* It began when the walk did. */
	bar.started_at -=
	    j.now - json_integer(json_get(info->state, "cycleBeganAt"));
	j.arena = arena_new();
	for (;;) {
		rc = look(&j, words, &bar, &is_over, err);
		if (rc == -1 || is_over)
			break;
		store_idle(w->identity.store);
		nanosleep(&pause, NULL);
	}
	progress_clear(&bar);
	arena_free(j.arena);
	return rc;
}

int
job_show(struct workplace *w, const void *arg, struct error *err)
{
	const struct job_words *words = arg;
	struct job_info info;
	struct jobs j;

	if (job_jobs(w, words, &j, err) == -1 ||
	    jobs_find(&j, job_which(words), &info, err) == -1)
		return -1;
	if (words->json)
		job_print_pretty(show_info(w->arena, &info));
	else
		print_info(w->arena, &info);
	return words->follow ? follow(w, words, &info, err) : 0;
}
