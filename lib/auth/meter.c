/*
 * meter.c: the file that all processes share.
 *
 * Locks are OFD byte locks behind its end: SEAT(i) says that the owner of
 * seat I lives, DOOR(i) that one looks who works for a key, and sits down.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/meter.h"
#include "base/log.h"

enum {
	WAYS = 8, /* buckets that one hash can have */
	SETS = METER_BUCKETS / WAYS,
	DOORS = 64,
	DOOR_TRIES = 2000, /* then somebody was stopped in it */
	BYTE_SEAT = 1 << 24,
	BYTE_DOOR = BYTE_SEAT + METER_SEATS
};

struct place {
	_Atomic uint64_t key; /* 0: nobody's yet */
	_Atomic int64_t word;
};

struct seat {
	_Atomic uint64_t keys[METER_WORK_MAX];
	char reserved[48]; /* a cache line for each */
};

struct file {
	_Atomic int32_t nseats; /* that were ever taken: the first ones */
	char reserved[60];
	struct place places[SETS][WAYS];
	struct seat seats[METER_SEATS];
};
_Static_assert(sizeof(struct seat) == 64, "a seat is 64 bytes");

struct meter {
	int fd;
	struct file *file;
	int seat; /* ours, or -1 */
};

static bool
lock(const struct meter *m, off_t byte, short type)
{
	struct flock fl = { .l_type = type,
		.l_whence = SEEK_SET,
		.l_start = byte,
		.l_len = 1 };

	return fcntl(m->fd, F_OFD_SETLK, &fl) == 0;
}

/* At its full size: a hole could not be filled on a full disk. */
static int
map(struct meter *m)
{
	struct stat st;
	void *p;

	if (fstat(m->fd, &st) == -1)
		return -1;
	if (st.st_size < (off_t)sizeof(struct file) &&
	    (errno = posix_fallocate(m->fd, 0, sizeof(struct file))) != 0)
		return -1;
	p = mmap(NULL, sizeof(struct file), PROT_READ | PROT_WRITE, MAP_SHARED,
	    m->fd, 0);
	if (p == MAP_FAILED)
		return -1;
	m->file = p;
	return 0;
}

int
meter_open(
    const char *dir, const char *name, struct meter **out, struct error *err)
{
	struct meter *m = calloc(1, sizeof(*m));
	char path[4096];
	mode_t before;

	if (m == NULL)
		fatal("out of memory");
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	m->seat = -1;
	before = umask(007);
	m->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0660);
	umask(before);
	if (m->fd == -1 || map(m) == -1) {
		error_set(err, errno == ENOSPC ? ERR_FULL : ERR_INTERNAL,
		    "%s: %s", path, strerror(errno));
		meter_close(m);
		return -1;
	}
	*out = m;
	return 0;
}

void
meter_close(struct meter *m)
{
	if (m == NULL)
		return;
	meter_end(m);
	if (m->file != NULL)
		munmap(m->file, sizeof(*m->file));
	if (m->fd != -1)
		close(m->fd);
	free(m);
}

/*
 * The place of KEY: its own, or one whose bucket is full, which is as good as
 * a new one, or else the fullest, with what it lacks.  Two who take the same
 * place at once share it for a request.
 */
static struct place *
find_place(struct meter *m, uint64_t key, int64_t now_ns)
{
	struct place *set = m->file->places[key % SETS], *best = &set[0];
	uint64_t other;

	for (int i = 0; i < WAYS; i++) {
		if (atomic_load(&set[i].key) == key)
			return &set[i];
		if (atomic_load(&set[i].word) < atomic_load(&best->word))
			best = &set[i];
	}
	for (int i = 0; i < WAYS; i++) {
		other = atomic_load(&set[i].key);
		if (atomic_load(&set[i].word) <= now_ns &&
		    atomic_compare_exchange_strong(&set[i].key, &other, key))
			return &set[i];
	}
	atomic_store(&best->key, key);
	return best;
}

bool
meter_take(struct meter *m, uint64_t key, const struct bucket_rule *rule,
    int64_t now_ns, struct bucket_view *view)
{
	struct place *place = find_place(m, key, now_ns);

	return bucket_take(&place->word, rule, now_ns, view);
}

static void
count_seat(struct file *file, int32_t n)
{
	int32_t old = atomic_load(&file->nseats);

	while (old < n && !atomic_compare_exchange_weak(&file->nseats, &old, n))
		continue;
}

/* The first seat that is free, for as long as this process lives. */
static bool
sit_down(struct meter *m)
{
	for (int i = 0; i < METER_SEATS && m->seat == -1; i++)
		if (lock(m, BYTE_SEAT + i, F_WRLCK)) {
			m->seat = i;
			meter_end(m);
			count_seat(m->file, i + 1);
		}
	return m->seat != -1;
}

/* Is the process in seat I gone?  Then it works for nobody. */
static bool
clear_dead(struct meter *m, int i)
{
	if (i == m->seat || !lock(m, BYTE_SEAT + i, F_WRLCK))
		return false;
	for (int j = 0; j < METER_WORK_MAX; j++)
		atomic_store(&m->file->seats[i].keys[j], 0);
	lock(m, BYTE_SEAT + i, F_UNLCK);
	return true;
}

static bool
works_for(const struct meter *m, int i, uint64_t key)
{
	for (int j = 0; j < METER_WORK_MAX; j++)
		if (atomic_load(&m->file->seats[i].keys[j]) == key)
			return true;
	return false;
}

/* Do MAX others work for KEY?  The dead are looked for only then. */
static bool
is_full(struct meter *m, uint64_t key, int64_t max)
{
	int32_t nseats = atomic_load(&m->file->nseats);
	int64_t n = 0;

	if (nseats > METER_SEATS)
		nseats = METER_SEATS;
	for (int32_t i = 0; i < nseats; i++)
		n += i != m->seat && works_for(m, i, key);
	if (n < max)
		return false;
	n = 0;
	for (int32_t i = 0; i < nseats; i++)
		n += i != m->seat && works_for(m, i, key) && !clear_dead(m, i);
	return n >= max;
}

/* One at a time looks and sits down, so that no two see the same room. */
static bool
open_door(const struct meter *m, int door)
{
	for (int i = 0; i < DOOR_TRIES; i++) {
		if (lock(m, BYTE_DOOR + door, F_WRLCK))
			return true;
		sched_yield();
	}
	return false;
}

bool
meter_begin(struct meter *m, uint64_t key, int64_t max)
{
	int door = (int)(key % DOORS), i = 0;
	bool opened, full;

	if (!sit_down(m))
		return true;
	opened = open_door(m, door);
	full = is_full(m, key, max);
	while (i < METER_WORK_MAX - 1 &&
	    atomic_load(&m->file->seats[m->seat].keys[i]) != 0)
		i++;
	if (!full)
		atomic_store(&m->file->seats[m->seat].keys[i], key);
	if (opened)
		lock(m, BYTE_DOOR + door, F_UNLCK);
	return !full;
}

void
meter_end(struct meter *m)
{
	for (int i = 0; m->seat != -1 && i < METER_WORK_MAX; i++)
		atomic_store(&m->file->seats[m->seat].keys[i], 0);
}
