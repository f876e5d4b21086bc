/*
 * job_provision.c: muster job provision: one object on demand; what would be
 * done with it, or, with --write, what was.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "job_object.h"
#include "sync/demand.h"
#include "sync/journal.h"

enum { WAIT_MS = 30 * 1000, LOOK_EVERY_MS = 100 };

struct on_demand {
	struct workplace *w;
	const struct job_words *words;
	struct preview p;
	struct intent intent;
	struct uuid id;
	struct lines_place place; /* the end of the log before */
	size_t nrecords;
	bool has_failed;
};

static int
print_told(struct on_demand *d, struct error *err)
{
	struct json_object *told = preview_tell(&d->p, &d->intent);

	if (preview_tell_members(&d->p, &d->intent, told, err) == -1)
		return -1;
	if (d->words->json)
		job_print_json(d->words, told);
	else
		job_object_print(d->p.run.arena, told);
	return 0;
}

/* ---- the log ---- */

static int
print_record(struct slice line, void *arg, struct error *err)
{
	struct on_demand *d = arg;
	struct arena *a = d->p.run.arena;
	struct json_object *record;

	if (json_load(a, line, &record, err) == -1)
		return -1;
	d->nrecords++;
	d->has_failed = d->has_failed ||
	    slice_equal(
		json_string(json_get(record, "status")), SLICE("failure"));
	if (d->words->json)
		job_print_json(d->words, record);
	else
		job_object_print_line(a, record);
	return 1;
}

static int
pass_over(struct slice line, void *arg, struct error *err)
{
	(void)line;
	(void)arg;
	(void)err;
	return 1;
}

static int
read_log(struct on_demand *d, search_fn *fn, struct error *err)
{
	char job[UUID_TEXT_SIZE], object[UUID_TEXT_SIZE];
	struct journal_search s = { .tenant = d->p.run.key.tenant,
		.job = SLICE(""),
		.cycle = SLICE(""),
		.action = SLICE(""),
		.status = SLICE(""),
		.code = SLICE("") };

	uuid_format(&d->p.run.key.id, job);
	uuid_format(&d->id, object);
	s.job = slice_of(job);
	s.object = slice_of(object);
	return journal_run(
	    d->w->settings.store, &s, false, &d->place, fn, d, err);
}

/* What the log does not tell of: nothing had to be done. */
static int
print_outcome(struct on_demand *d, struct error *err)
{
	if (read_log(d, print_record, err) == -1)
		return -1;
	if (d->has_failed)
		return error_set(err, ERR_BUSY, "it was not provisioned");
	if (d->nrecords > 0)
		return 0;
	if (preview_read(
		&d->p, &d->id, d->intent.subject.type, &d->intent, err) == -1)
		return -1;
	if (!preview_is_open(&d->intent))
		preview_ask(&d->p, &d->intent, 1);
	return print_told(d, err);
}

/* ---- who does it ---- */

/* A descriptor with the lock of muster work; -1: another has it. */
static int
take_lock(struct on_demand *d)
{
	const char *path =
	    arena_printf(d->w->arena, "%s/work", d->w->settings.store);
	int fd = open(path, O_RDONLY | O_CREAT | O_CLOEXEC, 0660);

	if (fd != -1 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	if (fd != -1)
		close(fd);
	return -1;
}

static int
run_here(struct on_demand *d, struct error *err)
{
	const struct settings *s = &d->w->settings;
	struct lines_writer w = { .above = arena_printf(
				      d->w->arena, "%s/" JOURNAL_DIR, s->store),
		.age_ms = s->log_age_ms,
		.len_max = (uint64_t)s->log_len_max };
	int rc = preview_connect(&d->p, err);

	if (rc == 0)
		rc = demand_put(&d->p, &d->id, d->intent.subject.type, err);
	if (rc == 0)
		rc = demand_run(&d->p, &d->id, &w, err);
	lines_writer_close(&w);
	return rc;
}

static int
wait_for_work(struct on_demand *d, struct error *err)
{
	const struct timespec pause = { .tv_nsec = LOOK_EVERY_MS * 1000000L };
	int64_t until = clock_monotonic_ms() + WAIT_MS;
	int waits;

	if (!job_runs(d->p.info.state))
		return error_set(err, ERR_BUSY,
		    "muster work is running and the job is not: start it");
	if (demand_put(&d->p, &d->id, d->intent.subject.type, err) == -1)
		return -1;
	while ((waits = demand_waits(&d->p, &d->id, err)) == 1) {
		if (clock_monotonic_ms() > until)
			return error_set(err, ERR_BUSY,
			    "it is due, and not done after %d s",
			    WAIT_MS / 1000);
		store_idle(d->w->identity.store);
		nanosleep(&pause, NULL);
	}
	return waits;
}

static int
carry_out(struct on_demand *d, struct error *err)
{
	int lock, rc;

	if (read_log(d, pass_over, err) == -1)
		return -1;
	lock = take_lock(d);
	rc = lock == -1 ? wait_for_work(d, err) : run_here(d, err);
	if (lock != -1)
		close(lock);
	return rc == -1 ? -1 : print_outcome(d, err);
}

static int
provision(struct on_demand *d, struct error *err)
{
	d->p.run.is_traced = true;
	if (job_object_read(d->w, &d->p, slice_of(d->words->place.names[1]),
		&d->intent, err) == -1)
		return -1;
	d->id = d->intent.subject.id;
	if (d->words->write)
		return carry_out(d, err);
	if (preview_connect(&d->p, err) == -1)
		return -1;
	preview_ask(&d->p, &d->intent, 1);
	return print_told(d, err);
}

int
job_provision(struct workplace *w, const void *arg, struct error *err)
{
	struct on_demand d = { .w = w, .words = arg, .place = { .file = "" } };
	struct jobs j;
	int rc;

	if (job_jobs(w, d.words, &j, err) == -1 ||
	    preview_open(&w->identity, &j, job_which(d.words), NULL, false,
		&d.p, err) == -1)
		return -1;
	rc = provision(&d, err);
	preview_close(&d.p);
	return rc;
}
