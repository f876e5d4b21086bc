/*
 * job_carry_out.c: muster job carry-out: one errand (sync/errand.h), which
 * somebody asked for by /admin/v1, as the part of muster job that it names.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/nelem.h"
#include "job.h"
#include "sync/errand.h"

enum {
	SECONDS_MAX = 6 * 3600, /* then it is ended, and begun again */
	TAIL_LEN = 4096
};

/* What the request of an errand says, in the words of the command. */
static const struct {
	const char *kind;
	job_part *run;
} kinds[] = {
	{ "probe", job_probe },
	{ "match", job_match },
	{ "dry-run", job_dry_run },
	{ "provision", job_provision },
	{ "drift", job_drift },
};

struct carrying {
	struct workplace *w;
	struct errand e;
	struct json_object *v;
	int fd; /* of its answer */
};

static const char *
word(const struct carrying *c, const struct json_object *v, const char *name)
{
	return arena_slice(c->w->arena, json_string(json_get(v, name))).data;
}

static void
put_time(const struct carrying *c, const char *name)
{
	char at[CLOCK_TEXT_SIZE];

	clock_format(clock_now_ms(), at);
	json_set(
	    c->v, slice_of(name), json_new_string(c->w->arena, slice_of(at)));
}

static void
put(const struct carrying *c, const char *name, struct slice text)
{
	json_set(c->v, slice_of(name), json_new_string(c->w->arena, text));
}

/* As who asked, in the tenant that it is for. */
static int
enter(const struct carrying *c, struct error *err)
{
	struct workplace *w = c->w;
	struct tenancy y = workplace_tenancy(w);
	struct tenant tenant;

	if (tenancy_find_number(&y, c->e.tenant, &tenant, err) == -1)
		return -1;
	if (tenant.state >= TENANT_DELETING)
		return error_set(
		    err, ERR_NOT_FOUND, "the tenant is being deleted");
	w->caller.actor = json_string(json_get(c->v, "by"));
	store_act_as(w->identity.store, w->caller.actor, SLICE(""));
	workplace_enter(w, &tenant);
	return 0;
}

static int
run_kind(const struct carrying *c, struct error *err)
{
	const struct json_object *request = json_get(c->v, "request");
	struct slice kind = json_string(json_get(c->v, "kind"));
	const struct job_words words = {
		.place.names = { word(c, c->v, "job"),
		    word(c, request, "object") },
		.json = true,
		.lines = true,
		.changes = json_get(request, "changes"),
		.whole = json_boolean(json_get(request, "whole")),
		.writes = json_boolean(json_get(request, "writes")),
		.write = json_boolean(json_get(request, "write")),
		.repair = json_boolean(json_get(request, "repair")),
	};

	for (size_t i = 0; i < NELEM(kinds); i++)
		if (slice_equal(kind, slice_of(kinds[i].kind)))
			return kinds[i].run(c->w, &words, err);
	return error_set(err, ERR_INVALID_VALUE, "there is no errand '%.*s'",
	    SLICE_ARG(kind));
}

/* Its last line, when it is a summary. */
static void
keep_summary(const struct carrying *c)
{
	off_t len = lseek(c->fd, 0, SEEK_END);
	off_t at = len > TAIL_LEN ? len - TAIL_LEN : 0;
	struct json_object *v, *summary;
	char tail[TAIL_LEN + 1];
	struct error err;
	char *line;
	ssize_t n = pread(c->fd, tail, TAIL_LEN, at);

	if (n <= 0 || tail[n - 1] != '\n')
		return;
	tail[n - 1] = '\0';
	line = strrchr(tail, '\n');
	line = line == NULL ? tail : line + 1;
	if (json_load(c->w->arena, slice_of(line), &v, &err) == -1)
		return;
	summary = json_get(v, "summary");
	if (summary != NULL)
		json_set(
		    c->v, SLICE("summary"), json_copy(c->w->arena, summary));
}

/* What it prints is its answer. */
static int
run(struct carrying *c, struct error *err)
{
	int rc;

	c->fd = errand_open(&c->e, err);
	if (c->fd == -1)
		return -1;
	fflush(stdout);
	if (dup2(c->fd, STDOUT_FILENO) == -1)
		return error_set(err, ERR_INTERNAL, "standard output");
	rc = enter(c, err) == -1 || run_kind(c, err) == -1 ? -1 : 0;
	if (fflush(stdout) == EOF || ferror(stdout))
		rc = error_set(err, ERR_FULL, "no room for the answer");
	keep_summary(c);
	return rc;
}

static int
begin(const struct carrying *c, struct error *err)
{
	int64_t tries = json_integer(json_get(c->v, "tries"));

	json_set(
	    c->v, SLICE("tries"), json_new_integer(c->w->arena, tries + 1));
	put(c, "state", SLICE("running"));
	put_time(c, "started");
	return errand_save(c->w->arena, &c->e, c->v, err);
}

static int
finish(const struct carrying *c, const struct error *failure, struct error *err)
{
	struct json_object *now;

	put(c, "state", failure == NULL ? SLICE("done") : SLICE("failed"));
	put_time(c, "finished");
	if (failure != NULL && failure->code == ERR_INTERNAL) {
		log_error("%s", failure->detail);
		put(c, "error", SLICE("internal error; see the server's log"));
	} else if (failure != NULL)
		put(c, "error", slice_of(failure->detail));
	/* Nobody wants it any more. */
	if (errand_load(c->w->arena, &c->e, &now, err) == -1)
		return err->code == ERR_NOT_FOUND ? 0 : -1;
	if (errand_save(c->w->arena, &c->e, c->v, err) == -1)
		return -1;
	errand_end(&c->e);
	return 0;
}

static int
carry_out(struct carrying *c, struct error *err)
{
	struct error failure;

	if (errand_load(c->w->arena, &c->e, &c->v, err) == -1)
		return -1;
	if (json_has(c->v, SLICE("finished"))) {
		errand_end(&c->e);
		return 0;
	}
	if (json_integer(json_get(c->v, "tries")) >= ERRAND_TRIES_MAX) {
		error_set(&failure, ERR_BUSY, "it was interrupted each time");
		return finish(c, &failure, err);
	}
	if (begin(c, err) == -1)
		return -1;
	return run(c, &failure) == 0 ? finish(c, NULL, err)
				     : finish(c, &failure, err);
}

int
job_carry_out(struct workplace *w, const void *arg, struct error *err)
{
	const struct job_words *words = arg;
	struct carrying c = { .w = w };
	struct uuid id;
	int lock, rc;

	if (uuid_parse(job_which(words), &id) == -1 ||
	    errand_find(w->settings.store, &id, &c.e) == -1)
		return error_set(err, ERR_NOT_FOUND,
		    "there is no errand '%.*s'", SLICE_ARG(job_which(words)));
	lock = errand_lock(&c.e);
	if (lock == -1)
		return error_set(
		    err, ERR_BUSY, "it is not due, or somebody carries it out");
	alarm(SECONDS_MAX);
	rc = carry_out(&c, err);
	close(lock);
	return rc;
}
