/*
 * audit_follow.c: the chain follows the change logs.
 *
 * Changes are read, made sure to be on the disk, appended, and then the state
 * is saved.  A process that is killed in between leaves entries behind the
 * state, which the next one reads, or a part of a line, which it cuts off:
 * its change is in the log, and comes again.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/changes.h"
#include "store/counters.h"
#include "store/tally.h"
#include "store/tenants.h"
#include "watch/audit_private.h"

enum {
	BATCH_MAX = 1000, /* changes in one transaction */
	BATCH_LEN = 4 * 1024 * 1024,
	AUDIT_FILE_LEN = 64 * 1024 * 1024
};

/* The number of the last change of each log. */
struct log_ends {
	struct arena *arena;
	int64_t *list;
	size_t n;
};

struct follower {
	struct store *store;
	const char *dir;
	char audit_dir[4096];
	struct arena *a;     /* of the state */
	struct arena *batch; /* of the changes that are read */
	struct audit_state state;
	uint64_t added;

	/* Of the log that is followed. */
	uint32_t log;
	uint64_t position;
	int64_t sequence; /* of its last change */
	struct slice changes[BATCH_MAX];
	uint64_t first; /* the number of changes[0] */
	size_t n;
};

/*
 * The lock of the chain, or -1: somebody else has it, or none can be had.
 * Others of the group follow, too, whatever the umask.
 */
static int
lock(struct follower *f, struct error *err)
{
	char path[4096];
	mode_t before;
	int fd;

	err->code = ERR_NONE;
	if (lines_make_directory(f->audit_dir, err) == -1)
		return -1;
	audit_path(f->dir, "lock", path);
	before = umask(007);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0660);
	umask(before);
	if (fd == -1) {
		error_set(err, ERR_INTERNAL, "%s: %s", path, strerror(errno));
		return -1;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	close(fd);
	return -1;
}

/* What a killed process left of a line, in the last file. */
static int
cut_tail(struct follower *f, struct error *err)
{
	char path[4096], last;
	size_t n;
	char(*names)[LINES_NAME_SIZE] = lines_files(f->a, f->audit_dir, &n);
	struct stat st;
	off_t len;
	int fd;

	if (n == 0)
		return 0;
	audit_path(f->dir, names[n - 1], path);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd == -1 || fstat(fd, &st) == -1) {
		if (fd != -1)
			close(fd);
		return error_set(
		    err, ERR_INTERNAL, "%s: %s", path, strerror(errno));
	}
	for (len = st.st_size; len > 0; len--)
		if (pread(fd, &last, 1, len - 1) != 1 || last == '\n')
			break;
	if (len < st.st_size && ftruncate(fd, len) == 0)
		log_warning("%s: %lld bytes of an entry that was not finished "
			    "are taken away; its change comes again",
		    path, (long long)(st.st_size - len));
	close(fd);
	return 0;
}

/* Entries that were written and not noted in the state. */
static int
catch_up(struct follower *f, struct error *err)
{
	struct lines_walk *walk =
	    lines_open(f->batch, f->audit_dir, false, &f->state.place);
	struct audit_state *s = &f->state;
	struct audit_entry entry;
	struct lines_place at;
	const char *wrong = NULL;
	struct slice line;
	int rc;

	while (wrong == NULL && (rc = lines_next(walk, &line, &at, err)) == 1) {
		wrong = audit_take(line, &s->head, &entry);
		if (wrong == NULL)
			*audit_position(f->a, s, entry.log) = entry.sequence;
		s->place = at;
		s->place.offset += line.len + 1;
	}
	lines_close(walk);
	if (wrong != NULL)
		return error_set(err, ERR_INTERNAL,
		    "the audit is damaged at %s:%llu: %s; nothing is added to "
		    "it: run muster audit verify",
		    at.file, (unsigned long long)at.offset, wrong);
	return rc;
}

/*
 * How far each log has come.  Nothing is locked longer than it is read: every
 * writer of a tenant has its row.
 */
static int
ends_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct log_ends *ends = arg;
	int64_t last;

	(void)err;
	if (counter_get(txn, TENANT_STORE, SLICE("tenants"), &last) != STORE_OK)
		return -1;
	ends->n = (size_t)last + 1;
	ends->list = arena_calloc(ends->arena, ends->n, sizeof(*ends->list));
	for (size_t i = 0; i < ends->n; i++)
		if (tally_sequence(txn, (uint32_t)i, &ends->list[i]) !=
		    STORE_OK)
			return -1;
	return 0;
}

static int
read_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct follower *f = arg;
	struct kv_range *range;
	struct slice text;
	enum store_status status = STORE_OK;
	uint64_t sequence;
	size_t len = 0;

	(void)err;
	arena_reset(f->batch);
	f->n = 0;
	if (changes_open(txn, f->log, f->position, &range) != STORE_OK)
		return -1;
	while (f->n < BATCH_MAX && len < BATCH_LEN &&
	    (status = changes_next(range, &sequence, &text)) == STORE_OK) {
		if (f->n == 0)
			f->first = sequence;
		f->changes[f->n++] = arena_slice(f->batch, text);
		len += text.len;
	}
	kv_range_close(range);
	return status == STORE_FAIL ? -1 : 0;
}

/* A commit waits until all that was committed before it is on the disk. */
static int
nothing_body(struct kv_txn *txn, void *arg, struct error *err)
{
	int64_t value;

	(void)arg;
	(void)err;
	return tally_sequence(txn, TENANT_STORE, &value) == STORE_OK ? 0 : -1;
}

static int
write_lines(struct follower *f, struct slice text, struct error *err)
{
	struct audit_state *s = &f->state;
	char name[LINES_NAME_SIZE];
	int fd = lines_file(
	    f->audit_dir, clock_now_ms(), AUDIT_FILE_LEN, name, NULL, err);
	struct stat st;

	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == 0 &&
	    write(fd, text.data, text.len) == (ssize_t)text.len &&
	    fdatasync(fd) == 0) {
		memcpy(s->place.file, name, sizeof(name));
		s->place.offset = (uint64_t)st.st_size + text.len;
		close(fd);
		return 0;
	}
	error_set(err, errno == ENOSPC ? ERR_FULL : ERR_INTERNAL, "audit: %s",
	    strerror(errno));
	/* No part of it may stand before the next try. */
	if (ftruncate(fd, st.st_size) == -1)
		log_error("audit: %s", strerror(errno));
	close(fd);
	return -1;
}

/* Append what was read, as one piece. */
static int
append(struct follower *f, struct error *err)
{
	struct audit_head head = f->state.head;
	struct buf b;
	int rc;

	buf_init(&b, AUDIT_LINE_MAX + 2 * BATCH_LEN);
	for (size_t i = 0; i < f->n; i++)
		audit_put(&b,
		    &(struct audit_entry){
			head.n + 1, f->log, f->first + i, f->changes[i] },
		    &head);
	rc = buf_overflowed(&b)
	    ? error_set(err, ERR_INTERNAL, "a change is too long to audit")
	    : write_lines(f, buf_text(&b), err);
	buf_fini(&b);
	if (rc == -1)
		return -1;
	f->state.head = head;
	f->position = f->first + f->n - 1;
	*audit_position(f->a, &f->state, f->log) = f->position;
	f->added += f->n;
	return audit_state_save(f->dir, &f->state, err);
}

/*
 * A log that is shorter than it was: an older copy took its place, which the
 * chain shows.
 */
static int
note_rewind(struct follower *f, struct error *err)
{
	char at[CLOCK_TEXT_SIZE];

	clock_format(clock_now_ms(), at);
	log_warning("audit: the change log of tenant %u ends at %lld, and was "
		    "at %llu",
	    f->log, (long long)f->sequence, (unsigned long long)f->position);
	f->changes[0] = slice_of(arena_printf(f->batch,
	    "{\"at\":\"%s\",\"operation\":\"rewind\",\"type\":\"ChangeLog\","
	    "\"id\":\"%u\",\"actor\":\"audit\",\"before\":{\"sequence\":%llu},"
	    "\"after\":{\"sequence\":%lld}}",
	    at, f->log, (unsigned long long)f->position,
	    (long long)f->sequence));
	f->first = (uint64_t)f->sequence;
	f->n = 1;
	return append(f, err);
}

/* Everything that LOG has and the chain has not. */
static int
follow_log(
    struct follower *f, bool (*go_on)(void *), void *arg, struct error *err)
{
	f->position = *audit_position(f->a, &f->state, f->log);
	if ((uint64_t)f->sequence < f->position && note_rewind(f, err) == -1)
		return -1;
	while (f->position < (uint64_t)f->sequence && go_on(arg)) {
		if (store_view(f->store, read_body, f, err) == -1 ||
		    store_txn(f->store, nothing_body, NULL, err) == -1)
			return -1;
		if (f->n == 0)
			return error_set(err, ERR_INTERNAL,
			    "audit: change %llu of tenant %u is not there",
			    (unsigned long long)f->position + 1, f->log);
		if (append(f, err) == -1)
			return -1;
	}
	return 0;
}

static int
follow_all(
    struct follower *f, bool (*go_on)(void *), void *arg, struct error *err)
{
	struct log_ends ends = { .arena = f->a };

	if (audit_state_load(f->a, f->dir, &f->state, err) == -1 ||
	    cut_tail(f, err) == -1 || catch_up(f, err) == -1 ||
	    store_peek(f->store, ends_body, &ends, err) == -1)
		return -1;
	for (size_t i = 0; i < ends.n && go_on(arg); i++) {
		f->log = (uint32_t)i;
		f->sequence = ends.list[i];
		if (follow_log(f, go_on, arg, err) == -1)
			return -1;
	}
	return 0;
}

int
audit_follow(struct store *store, const char *dir, bool (*go_on)(void *arg),
    void *arg, uint64_t *added, struct error *err)
{
	struct arena *a = arena_new(), *batch = arena_new();
	struct follower *f = arena_calloc(a, 1, sizeof(*f));
	int fd, rc;

	*f = (struct follower){
		.store = store, .dir = dir, .a = a, .batch = batch
	};
	audit_path(dir, "", f->audit_dir);
	fd = lock(f, err);
	if (fd == -1) {
		rc = err->code == ERR_NONE ? 0 : -1;
	} else {
		rc = follow_all(f, go_on, arg, err);
		close(fd);
	}
	*added = f->added;
	arena_free(batch);
	arena_free(a);
	return rc;
}

int
audit_lag(struct store *store, const char *dir, uint64_t *n, struct error *err)
{
	struct arena *a = arena_new();
	struct log_ends ends = { .arena = a };
	struct audit_state state;
	int rc = audit_state_load(a, dir, &state, err);

	*n = 0;
	if (rc == 0)
		rc = store_peek(store, ends_body, &ends, err);
	for (size_t i = 0; rc == 0 && i < ends.n; i++) {
		uint64_t end = (uint64_t)ends.list[i];
		uint64_t at = i < state.npositions ? state.positions[i] : 0;

		if (end > at)
			*n += end - at;
	}
	arena_free(a);
	return rc;
}
