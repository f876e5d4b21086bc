/*
 * heartbeat.c: how each credential is used.
 *
 * Numbers are added without a lock; two requests that begin a cycle at the
 * same time begin one, since one of them alone moves the time of the last.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/nelem.h"
#include "watch/heartbeat.h"
#include "watch/lines.h"

enum {
	MAGIC = 0x62656131, /* "bea1" */
	QUIET_MIN_MS = 10 * 60 * 1000,
	QUIET_CYCLES = 3,
	WAYS = 8,		/* places of a set */
	PROPORTION_FROM = 5000, /* PS-083 */
	PROPORTION_MAX = 400,
	TOTAL_MAX = 40000
};

#define DEAD_MS (28LL * 24 * 3600 * 1000)

struct page {
	_Atomic uint32_t magic;
	uint32_t len;
	_Atomic int64_t first_at;
	_Atomic int64_t last_at;
	_Atomic int64_t cycle_at;
	_Atomic uint64_t requests;
	_Atomic uint64_t counts[BEAT_KIND_MAX];
	_Atomic uint64_t cycle_requests;
	_Atomic uint64_t cycle_counts[BEAT_KIND_MAX];
	_Atomic uint64_t cycles; /* that have ended */
	_Atomic int64_t intervals[CYCLES_KEPT];
	_Atomic uint64_t nshapes;
	_Atomic uint64_t shapes[SHAPES_MAX]; /* hashes; 0: free */
	/* A file may end here: it is older than what follows. */
	_Atomic uint64_t strange;
	_Atomic int64_t strange_at;
};

/* A page that is mapped.  An id has one set of places. */
struct beat_place {
	struct uuid id;
	uint32_t tenant;
	uint32_t used;	   /* at this clock */
	struct page *page; /* NULL: the place is free */
};

enum beat_kind
beat_kind(int status, bool is_query)
{
	if (status == 401 || status == 403)
		return BEAT_REFUSED;
	if (is_query && status >= 400 && status != 429 && status < 500)
		return BEAT_NO_SCIM;
	/* 404 answers a question, 412 and 429 are tried again. */
	if (status < 400 || status == 404 || status == 412 || status == 429)
		return BEAT_OK;
	return BEAT_FAILED;
}

static int
path_of(
    const char *store, uint32_t tenant, const struct uuid *id, char path[4096])
{
	char text[UUID_TEXT_SIZE];

	uuid_format(id, text);
	return snprintf(path, 4096, "%s/beat/%u/%s", store, tenant, text) < 4096
	    ? 0
	    : -1;
}

static int
open_or_make(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	char dir[4096];
	struct error err;

	if (fd != -1 || errno != ENOENT)
		return fd;
	snprintf(dir, sizeof(dir), "%s", path);
	*strrchr(dir, '/') = '\0';
	if (lines_make_directory(dir, &err) == -1)
		return -1;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0660);
	if (fd != -1 && fchmod(fd, 0660) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Blocks first: a full disk must not end a process by SIGBUS. */
static struct page *
map_file(int fd)
{
	struct stat st;
	void *page;

	if (fstat(fd, &st) == -1 ||
	    (st.st_size < (off_t)sizeof(struct page) &&
		posix_fallocate(fd, 0, sizeof(struct page)) != 0))
		return NULL;
	page = mmap(NULL, sizeof(struct page), PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);
	return page == MAP_FAILED ? NULL : page;
}

static void
free_place(struct beat_place *place)
{
	if (place->page != NULL)
		munmap(place->page, sizeof(struct page));
	place->page = NULL;
}

void
beats_close(struct beats *b)
{
	for (size_t i = b->used.first; i < b->used.end; i++)
		free_place(&b->places[i]);
	zeros_free(b->places, BEATS_MAX * sizeof(*b->places));
	b->places = NULL;
	b->used = (struct zeros_span){ .end = 0 };
}

/* The last bytes of an id are random. */
static struct beat_place *
set_of(struct beats *b, const struct uuid *id)
{
	uint32_t random;

	if (b->places == NULL)
		b->places = zeros_new(BEATS_MAX * sizeof(*b->places));
	memcpy(&random, id->bytes + UUID_LEN - sizeof(random), sizeof(random));
	return &b->places[random % (BEATS_MAX / WAYS) * WAYS];
}

/* The place of ID, or the one that makes way for it. */
static struct beat_place *
place_of(struct beats *b, uint32_t tenant, const struct uuid *id)
{
	struct beat_place *set = set_of(b, id), *oldest = set;

	b->clock++;
	for (int i = 0; i < WAYS; i++) {
		struct beat_place *p = &set[i];

		if (p->page != NULL && p->tenant == tenant &&
		    uuid_compare(&p->id, id) == 0)
			return p;
		if (p->page == NULL ||
		    (oldest->page != NULL &&
			b->clock - p->used > b->clock - oldest->used))
			oldest = p;
	}
	free_place(oldest);
	zeros_note(&b->used, (size_t)(oldest - b->places));
	return oldest;
}

/* Ids of credentials are ours: 36 letters, digits and '-'. */
static struct page *
page_of(struct beats *b, const char *store, uint32_t tenant, struct slice id)
{
	char path[4096];
	struct uuid uuid;
	struct beat_place *place;
	int fd;

	if (uuid_parse(id, &uuid) == -1)
		return NULL;
	place = place_of(b, tenant, &uuid);
	place->used = b->clock;
	if (place->page != NULL)
		return place->page;
	if (path_of(store, tenant, &uuid, path) == -1 ||
	    (fd = open_or_make(path)) == -1)
		return NULL;
	place->page = map_file(fd);
	close(fd);
	if (place->page == NULL)
		return NULL;
	place->id = uuid;
	place->tenant = tenant;
	place->page->magic = MAGIC;
	return place->page;
}

/* FNV-1a; a client that makes two shapes collide hides from itself. */
static uint64_t
hash_of(struct slice shape)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (size_t i = 0; i < shape.len; i++)
		hash = (hash ^ (unsigned char)shape.data[i]) * 0x100000001b3;
	return hash == 0 ? 1 : hash;
}

/* Note SHAPE; was it new?  When all places are taken nothing is new. */
static bool
note_shape(struct page *p, struct slice shape)
{
	uint64_t hash = hash_of(shape);

	for (size_t i = 0; i < SHAPES_MAX; i++) {
		_Atomic uint64_t *place = &p->shapes[(hash + i) % SHAPES_MAX];
		uint64_t was = 0;

		if (atomic_load(place) == hash)
			return false;
		if (atomic_load(place) == 0 &&
		    atomic_compare_exchange_strong(place, &was, hash)) {
			p->nshapes++;
			return true;
		}
		if (was == hash)
			return false;
	}
	return false;
}

/* The one that finds the pause ends the cycle. */
static void
begin_cycle(struct page *p, int64_t now)
{
	int64_t began = p->cycle_at;

	if (began != 0)
		p->intervals[p->cycles++ % CYCLES_KEPT] = now - began;
	p->cycle_at = now;
	p->cycle_requests = 0;
	for (int i = 0; i < BEAT_KIND_MAX; i++)
		p->cycle_counts[i] = 0;
}

static void
count(struct page *p, int64_t now, enum beat_kind kind)
{
	int64_t last = p->last_at;

	if (last < now &&
	    atomic_compare_exchange_strong(&p->last_at, &last, now) &&
	    now - last >= CYCLE_PAUSE_MS)
		begin_cycle(p, now);
	if (p->first_at == 0)
		p->first_at = now;
	p->requests++;
	p->counts[kind]++;
	p->cycle_requests++;
	p->cycle_counts[kind]++;
}

int
beat_note(struct beats *b, const char *store, uint32_t tenant, struct slice id,
    int64_t now, enum beat_kind kind, const struct slice *shapes, size_t n)
{
	struct page *p = page_of(b, store, tenant, id);
	int first = -1;

	if (p == NULL)
		return -1;
	count(p, now, kind);
	for (size_t i = 0; i < n; i++)
		if (note_shape(p, shapes[i]) && first == -1)
			first = (int)i;
	if (first == -1 || p->requests <= SHAPES_LEARNT)
		return -1;
	p->strange++;
	p->strange_at = now;
	return first;
}

static int
by_length(const void *x, const void *y)
{
	const int64_t *a = x, *b = y;

	return (*a > *b) - (*a < *b);
}

/* The median of the intervals. */
static int64_t
cadence_of(const struct page *p)
{
	int64_t list[CYCLES_KEPT];
	uint64_t n = p->cycles < CYCLES_KEPT ? p->cycles : CYCLES_KEPT;

	for (uint64_t i = 0; i < n; i++)
		list[i] = p->intervals[i];
	if (n == 0)
		return 0;
	qsort(list, n, sizeof(list[0]), by_length);
	return list[n / 2];
}

static void
take_page(const struct page *p, struct heartbeat *beat)
{
	*beat = (struct heartbeat){ .first_at = p->first_at,
		.last_at = p->last_at,
		.requests = p->requests,
		.shapes = p->nshapes,
		.strange = p->strange,
		.strange_at = p->strange_at,
		.cycle_at = p->cycle_at,
		.cycle_requests = p->cycle_requests,
		.cadence_ms = cadence_of(p) };
	for (int i = 0; i < BEAT_KIND_MAX; i++) {
		beat->counts[i] = p->counts[i];
		beat->cycle_counts[i] = p->cycle_counts[i];
	}
}

int
beat_read(const char *store, uint32_t tenant, struct slice id,
    struct heartbeat *beat, struct error *err)
{
	char path[4096];
	struct page page;
	struct uuid uuid;
	ssize_t n = -1;
	int fd = -1;

	memset(&page, 0, sizeof(page));
	if (uuid_parse(id, &uuid) == 0 &&
	    path_of(store, tenant, &uuid, path) == 0)
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd != -1) {
		n = pread(fd, &page, sizeof(page), 0);
		close(fd);
	}
	if (n < (ssize_t)offsetof(struct page, strange))
		return error_set(err, ERR_NOT_FOUND,
		    "credential '%.*s' was never seen", SLICE_ARG(id));
	take_page(&page, beat);
	return 0;
}

enum beat_state
beat_state(const struct heartbeat *beat, int64_t now)
{
	int64_t silence = now - beat->last_at;
	int64_t usual = beat->cadence_ms * QUIET_CYCLES;

	if (silence >= DEAD_MS)
		return BEAT_DEAD;
	if (beat->cadence_ms == 0)
		return BEAT_ALIVE;
	return silence > (usual > QUIET_MIN_MS ? usual : QUIET_MIN_MS)
	    ? BEAT_QUIET
	    : BEAT_ALIVE;
}

const char *
beat_state_name(enum beat_state state)
{
	static const char *const names[] = { [BEAT_ALIVE] = "alive",
		[BEAT_QUIET] = "quiet",
		[BEAT_DEAD] = "dead" };

	_Static_assert(NELEM(names) == BEAT_STATE_MAX, "every state");
	return names[state];
}

static uint64_t
failures_of(const struct heartbeat *beat)
{
	uint64_t n = 0;

	for (int i = BEAT_FAILED; i < BEAT_KIND_MAX; i++)
		n += beat->cycle_counts[i];
	return n;
}

int
beat_error_ratio(const struct heartbeat *beat)
{
	if (beat->cycle_requests == 0)
		return 0;
	return (int)(failures_of(beat) * 1000 / beat->cycle_requests);
}

enum beat_quarantine
beat_quarantine(const struct heartbeat *beat)
{
	uint64_t failures = failures_of(beat);

	if (beat->cycle_requests > 0 &&
	    beat->cycle_counts[BEAT_REFUSED] +
		    beat->cycle_counts[BEAT_NO_SCIM] ==
		beat->cycle_requests)
		return QUARANTINE_REFUSED;
	if (failures > TOTAL_MAX)
		return QUARANTINE_TOTAL;
	if (failures >= PROPORTION_FROM &&
	    beat_error_ratio(beat) > PROPORTION_MAX)
		return QUARANTINE_PROPORTION;
	return QUARANTINE_NONE;
}

const char *
beat_quarantine_name(enum beat_quarantine q)
{
	static const char *const names[] = { [QUARANTINE_NONE] = "no",
		[QUARANTINE_PROPORTION] = "more than 40 % fail",
		[QUARANTINE_TOTAL] = "more than 40,000 fail",
		[QUARANTINE_REFUSED] = "everything is refused" };

	_Static_assert(NELEM(names) == QUARANTINE_MAX, "every one");
	return names[q];
}

static void
put_time(struct buf *out, const char *name, int64_t at)
{
	char text[CLOCK_TEXT_SIZE];

	clock_format(at, text);
	buf_printf(out, ",\"%s\":\"%s\"", name, text);
}

void
beat_print(
    struct buf *out, struct slice id, const struct heartbeat *beat, int64_t now)
{
	buf_puts(out, "{\"credential\":");
	buf_json_string(out, id);
	put_time(out, "firstSeen", beat->first_at);
	put_time(out, "lastSeen", beat->last_at);
	buf_printf(out,
	    ",\"state\":\"%s\",\"cadenceSeconds\":%lld,\"requests\":%llu,"
	    "\"failed\":%llu,\"refused\":%llu,\"notScim\":%llu,"
	    "\"cycle\":{\"requests\":%llu,\"errorRatio\":%.3f},"
	    "\"quarantine\":\"%s\",\"shapes\":%llu,\"newShapes\":%llu",
	    beat_state_name(beat_state(beat, now)),
	    (long long)beat->cadence_ms / 1000,
	    (unsigned long long)beat->requests,
	    (unsigned long long)beat->counts[BEAT_FAILED],
	    (unsigned long long)beat->counts[BEAT_REFUSED],
	    (unsigned long long)beat->counts[BEAT_NO_SCIM],
	    (unsigned long long)beat->cycle_requests,
	    beat_error_ratio(beat) / 1000.0,
	    beat_quarantine_name(beat_quarantine(beat)),
	    (unsigned long long)beat->shapes,
	    (unsigned long long)beat->strange);
	if (beat->strange_at != 0)
		put_time(out, "lastNewShape", beat->strange_at);
	buf_putc(out, '}');
}
