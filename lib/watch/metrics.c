/*
 * metrics.c: what all processes of a store count together.
 *
 * A program has a slot under its name; slots are given under a lock of the
 * file and never taken back, numbers only grow, so that counting is one
 * atomic addition that waits for nobody.
 */
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/nelem.h"
#include "watch/metrics.h"

enum {
	PROGRAMS_MAX = 32,
	NAME_SIZE = 32,
	STATUS_MIN = 100,
	STATUS_N = 500,
	MAGIC = 0x6d757331 /* "mus1": another layout gets another number */
};

/* Upper bounds of the histogram, in microseconds; behind them is +Inf. */
static const int64_t bounds_us[] = { 250, 500, 1000, 2500, 5000, 10000, 25000,
	50000, 100000, 250000, 500000, 1000000, 2500000, 5000000, 10000000 };

enum { BOUNDS_N = sizeof(bounds_us) / sizeof(bounds_us[0]) };

struct slot {
	char name[NAME_SIZE]; /* "": free */
	_Atomic uint64_t statuses[STATUS_N];
	_Atomic uint64_t buckets[BOUNDS_N + 1];
	_Atomic uint64_t total_us;
};

struct page {
	uint32_t magic;
	uint32_t len; /* of this structure */
	struct slot slots[PROGRAMS_MAX];
};

struct metrics {
	struct page *page;
	struct slot *own; /* NULL: all slots are taken */
};

/* The slot of NAME; the file is locked. */
static struct slot *
take_slot(struct page *page, const char *name)
{
	for (size_t i = 0; i < PROGRAMS_MAX; i++) {
		struct slot *slot = &page->slots[i];

		if (slot->name[0] == '\0')
			memcpy(slot->name, name, strlen(name));
		if (strcmp(slot->name, name) == 0)
			return slot;
	}
	return NULL;
}

/* A file that is new, or of another layout, gets ours, all zero. */
static int
prepare_file(int fd)
{
	struct stat st;
	uint32_t head[2];

	if (fstat(fd, &st) == -1)
		return -1;
	if (st.st_size == (off_t)sizeof(struct page) &&
	    pread(fd, head, sizeof(head), 0) == (ssize_t)sizeof(head) &&
	    head[0] == MAGIC && head[1] == sizeof(struct page))
		return 0;
	head[0] = MAGIC;
	head[1] = sizeof(struct page);
	if (st.st_size == 0 && fchmod(fd, 0660) == -1)
		return -1;
	/* Blocks now: a full disk must not end a process by SIGBUS. */
	return posix_fallocate(fd, 0, sizeof(struct page)) == 0 &&
		ftruncate(fd, sizeof(struct page)) == 0 &&
		pwrite(fd, head, sizeof(head), 0) == (ssize_t)sizeof(head)
	    ? 0
	    : -1;
}

static struct page *
map_page(int fd)
{
	void *page;

	if (prepare_file(fd) == -1)
		return NULL;
	page = mmap(NULL, sizeof(struct page), PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);
	return page == MAP_FAILED ? NULL : page;
}

struct metrics *
metrics_open(const char *store, const char *program)
{
	char path[4096];
	struct metrics *m;
	struct page *page;
	size_t len = strlen(store);
	int fd;

	if (len + sizeof("/metrics") > sizeof(path) ||
	    strlen(program) >= NAME_SIZE)
		return NULL;
	memcpy(path, store, len);
	memcpy(path + len, "/metrics", sizeof("/metrics"));
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0660);
	if (fd == -1 || flock(fd, LOCK_EX) == -1 ||
	    (page = map_page(fd)) == NULL) {
		if (fd != -1)
			close(fd);
		return NULL;
	}
	m = calloc(1, sizeof(*m));
	if (m == NULL)
		fatal("out of memory");
	m->page = page;
	m->own = take_slot(page, program);
	/* The mapping would keep the lock. */
	flock(fd, LOCK_UN);
	close(fd);
	return m;
}

void
metrics_close(struct metrics *m)
{
	if (m == NULL)
		return;
	munmap(m->page, sizeof(*m->page));
	free(m);
}

static void
add(_Atomic uint64_t *counter, uint64_t n)
{
	atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

static uint64_t
get(const _Atomic uint64_t *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

void
metrics_count(struct metrics *m, int status, int64_t us)
{
	size_t i = 0;

	if (m == NULL || m->own == NULL || status < STATUS_MIN ||
	    status >= STATUS_MIN + STATUS_N)
		return;
	while (i < BOUNDS_N && us > bounds_us[i])
		i++;
	add(&m->own->statuses[status - STATUS_MIN], 1);
	add(&m->own->buckets[i], 1);
	add(&m->own->total_us, us > 0 ? (uint64_t)us : 0);
}

static void
put_head(struct buf *out, const char *name, const char *type, const char *help)
{
	buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void
metrics_put(struct buf *out, const char *name, const char *type,
    const char *help, double value)
{
	put_head(out, name, type, help);
	buf_printf(out, "%s %.17g\n", name, value);
}

static void
put_statuses(struct buf *out, const struct slot *slot)
{
	for (int i = 0; i < STATUS_N; i++) {
		uint64_t n = get(&slot->statuses[i]);

		if (n > 0)
			buf_printf(out,
			    "muster_requests_total{program=\"%s\","
			    "status=\"%d\"} %llu\n",
			    slot->name, STATUS_MIN + i, (unsigned long long)n);
	}
}

/* Buckets hold all that is not above them. */
static void
put_durations(struct buf *out, const struct slot *slot)
{
	static const char name[] = "muster_request_duration_seconds";
	unsigned long long n = 0;

	for (int i = 0; i <= BOUNDS_N; i++) {
		n += get(&slot->buckets[i]);
		buf_printf(
		    out, "%s_bucket{program=\"%s\",le=\"", name, slot->name);
		if (i < BOUNDS_N)
			buf_printf(out, "%g", (double)bounds_us[i] / 1e6);
		else
			buf_puts(out, "+Inf");
		buf_printf(out, "\"} %llu\n", n);
	}
	buf_printf(out, "%s_sum{program=\"%s\"} %.6f\n", name, slot->name,
	    (double)get(&slot->total_us) / 1e6);
	buf_printf(out, "%s_count{program=\"%s\"} %llu\n", name, slot->name, n);
}

void
metrics_print(const struct metrics *m, struct buf *out)
{
	const struct slot *slots = m->page->slots;

	put_head(out, "muster_requests_total", "counter",
	    "Requests that were answered, by program and status.");
	for (size_t i = 0; i < PROGRAMS_MAX; i++)
		put_statuses(out, &slots[i]);
	put_head(out, "muster_request_duration_seconds", "histogram",
	    "From the request to its answer, by program.");
	for (size_t i = 0; i < PROGRAMS_MAX; i++)
		if (slots[i].name[0] != '\0')
			put_durations(out, &slots[i]);
}
