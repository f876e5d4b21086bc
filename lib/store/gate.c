/*
 * gate.c: the way in and out of the environment (spec berkeley-db.md
 * section 1.5); gate_members.c looks after those who are inside.
 */
#include <errno.h>
#include <fcntl.h>
#include <gnu/libc-version.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/compat.h"
#include "base/log.h"
#include "store/gate_private.h"

enum {
	FORMAT = 1,
	JOIN_WAIT_MS = 8000, /* then a one-shot still has time to answer */
	KILL_AFTER_MS = 250, /* members that do not leave for recovery */
	POLL_US = 5000,
	QUEUE_WAIT_MS = 10, /* longer than a table takes to be opened */
	QUEUE_POLL_US = 100,
	IDLE_DEATHS_MAX = 200, /* each leaks lockers and mutexes */
	SWEEP = 16 /* slots, of which one that joins clears the dead */
};

static const char magic[16] = "muster gate";

static void
pause_us(int us)
{
	struct timespec ts = { .tv_nsec = (long)us * 1000 };

	nanosleep(&ts, NULL);
}

static bool
lock_until(
    const struct gate *gate, off_t byte, short type, int64_t until, int poll_us)
{
	while (!gate_lock(gate, byte, type)) {
		if (clock_monotonic_ms() >= until)
			return false;
		pause_us(poll_us);
	}
	return true;
}

/* Regions do not outlive a boot: their mutexes are of another kernel. */
static void
read_boot_id(char *out, size_t size)
{
	FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");

	out[0] = '\0';
	if (f == NULL)
		return;
	if (fgets(out, (int)size, f) == NULL)
		out[0] = '\0';
	fclose(f);
	out[strcspn(out, "\n")] = '\0';
}

/* Where our pid is ours: containers on one volume have each their own. */
static uint64_t
read_pid_namespace(void)
{
	struct stat st;

	return stat("/proc/self/ns/pid", &st) == 0 ? (uint64_t)st.st_ino : 0;
}

/* The file at its full size; new bytes are zero, which is "bad magic". */
static int
map(struct gate *gate)
{
	struct stat st;
	void *p;

	if (fstat(gate->fd, &st) == -1)
		return -1;
	if (st.st_size < (off_t)sizeof(struct gate_file) &&
	    posix_fallocate(gate->fd, 0, sizeof(struct gate_file)) != 0)
		return -1;
	p = mmap(NULL, sizeof(struct gate_file), PROT_READ | PROT_WRITE,
	    MAP_SHARED, gate->fd, 0);
	if (p == MAP_FAILED)
		return -1;
	gate->file = p;
	return 0;
}

int
gate_open(
    const char *dir, const char *library, struct gate **out, struct error *err)
{
	struct gate *gate = calloc(1, sizeof(*gate));
	char path[4096];
	mode_t before;

	if (gate == NULL)
		fatal("out of memory");
	snprintf(path, sizeof(path), "%s/gate", dir);
	snprintf(gate->library, sizeof(gate->library), "%s", library);
	read_boot_id(gate->boot_id, sizeof(gate->boot_id));
	gate->pid_namespace = read_pid_namespace();
	gate->slot = -1;
	pthread_mutex_init(&gate->slots, NULL);
	before = umask(007);
	gate->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0660);
	umask(before);
	if (gate->fd == -1 || map(gate) == -1) {
		error_set(err, ERR_INTERNAL, "%s: %s", path, strerror(errno));
		gate_close(gate);
		return -1;
	}
	*out = gate;
	return 0;
}

void
gate_close(struct gate *gate)
{
	if (gate->file != NULL)
		munmap(gate->file, sizeof(*gate->file));
	if (gate->fd != -1)
		close(gate->fd);
	pthread_mutex_destroy(&gate->slots);
	free(gate);
}

bool
gate_take_upkeep(struct gate *gate)
{
	return gate_lock(gate, BYTE_UPKEEP, F_WRLCK);
}

void
gate_end_upkeep(struct gate *gate)
{
	gate_unlock(gate, BYTE_UPKEEP);
}

/*
 * Berkeley DB has a lock of its own for all who open files.  Who has to wait
 * there looks for deadlocks among all that every member has open; here nobody
 * looks at anything.
 */
void
gate_queue(struct gate *gate)
{
	lock_until(gate, BYTE_QUEUE, F_WRLCK,
	    clock_monotonic_ms() + QUEUE_WAIT_MS, QUEUE_POLL_US);
}

void
gate_end_queue(struct gate *gate)
{
	gate_unlock(gate, BYTE_QUEUE);
}

void
gate_want_recovery(struct gate *gate)
{
	struct header *h = &gate->file->header;

	if (atomic_load(&h->wanted) != 0)
		return;
	atomic_store(&h->wanted_at, clock_monotonic_ms());
	atomic_store(&h->wanted, 1);
	gate_call(gate);
}

uint32_t
gate_calls(const struct gate *gate)
{
	return atomic_load(&gate->file->header.calls);
}

void
gate_sleep(struct gate *gate, uint32_t calls, int ms)
{
	compat_wait(&gate->file->header.calls, calls, ms);
}

void
gate_call(struct gate *gate)
{
	atomic_fetch_add(&gate->file->header.calls, 1);
	compat_wake(&gate->file->header.calls);
}

bool
gate_is_recovery_wanted(const struct gate *gate)
{
	return atomic_load(&gate->file->header.wanted) != 0;
}

uint32_t
gate_turns(const struct gate *gate)
{
	return atomic_load(&gate->file->header.turns);
}

void
gate_turn(struct gate *gate)
{
	atomic_fetch_add(&gate->file->header.turns, 1);
}

/* A header that is not ours may hold anything. */
static int64_t
wanted_since(const struct gate *gate, int64_t now)
{
	int64_t since = atomic_load(&gate->file->header.wanted_at);

	return since > 0 && since < now ? since : now;
}

int
gate_wanted_ms(const struct gate *gate)
{
	int64_t now = clock_monotonic_ms();

	return gate_is_recovery_wanted(gate)
	    ? (int)(now - wanted_since(gate, now)) + 1
	    : 0;
}

unsigned
gate_generation(const struct gate *gate)
{
	return atomic_load(&gate->file->header.generation);
}

/* Was the header written by us, for this boot and these libraries? */
static bool
is_header_ours(const struct gate *gate)
{
	const struct header *h = &gate->file->header;

	return memcmp(h->magic, magic, sizeof(magic)) == 0 &&
	    h->format == FORMAT &&
	    strncmp(h->boot_id, gate->boot_id, sizeof(h->boot_id)) == 0 &&
	    strncmp(h->library, gate->library, sizeof(h->library)) == 0 &&
	    strncmp(h->libc, gnu_get_libc_version(), sizeof(h->libc)) == 0;
}

/* Too many idle deaths leak the tables full: recover at a quiet moment. */
static bool
is_leaking(struct gate *gate)
{
	return atomic_load(&gate->file->header.idle_deaths) >= IDLE_DEATHS_MAX;
}

void
gate_note_cache(struct gate *gate, uint32_t mib)
{
	atomic_store(&gate->file->header.cache_mib, mib);
}

uint32_t
gate_cache(const struct gate *gate)
{
	return is_header_ours(gate) ? atomic_load(&gate->file->header.cache_mib)
				    : 0;
}

void
gate_wish_cache(struct gate *gate, uint32_t mib)
{
	gate->wished_mib = mib;
}

/* Is there half of the cache that is wished for, or less?  With true, alone. */
static bool
is_outgrown(const struct gate *gate)
{
	return gate->wished_mib != 0 &&
	    gate->wished_mib / 2 >= gate_cache(gate) &&
	    gate_lock(gate, BYTE_GATE, F_WRLCK);
}

/*
 * Did a member die in a section?  Who joins asks the kernel of few of those
 * that are idle: a CGI process asks for a while each time.
 */
static bool
has_dead_busy(struct gate *gate)
{
	uint32_t swept = atomic_fetch_add(&gate->file->header.swept, SWEEP);

	return gate_has_dead_busy(gate, (int)(swept % SLOTS), SWEEP);
}

static bool
is_dirty(struct gate *gate)
{
	return gate_is_recovery_wanted(gate) || !is_header_ours(gate) ||
	    is_leaking(gate) || has_dead_busy(gate) || is_outgrown(gate);
}

/*
 * Members have their time from when recovery was first wanted, even if the
 * ones who wait here are killed one after the other.
 */
static bool
wait_until_alone(struct gate *gate, int64_t until)
{
	int64_t kill_at =
	    wanted_since(gate, clock_monotonic_ms()) + KILL_AFTER_MS;

	while (!gate_lock(gate, BYTE_GATE, F_WRLCK)) {
		int64_t now = clock_monotonic_ms();

		if (now >= until)
			return false;
		if (now >= kill_at) {
			gate_kill_members(gate);
			kill_at = now + KILL_AFTER_MS;
		}
		pause_us(POLL_US);
	}
	return true;
}

static int
busy(struct gate *gate, struct error *err, const char *why)
{
	gate_leave(gate);
	return error_set(err, ERR_BUSY, "the store cannot be entered: %s", why);
}

/* A slot that is free, or whose owner has died. */
static int
find_slot(struct gate *gate)
{
	if (gate_take_slot(gate) == 0)
		return 0;
	if (!gate_has_dead_busy(gate, 0, SLOTS))
		return gate_take_slot(gate);
	gate_want_recovery(gate);
	return -1;
}

/*
 * JOIN stays locked until recovery is done.  The slot is taken first, if one
 * can be had, so that others see when the one who waits or recovers is
 * stopped.
 */
static int
join_dirty(struct gate *gate, int64_t until, struct error *err)
{
	gate_want_recovery(gate);
	find_slot(gate);
	if (!wait_until_alone(gate, until))
		return busy(gate, err, "a member does not leave");
	for (int i = 0; i < SLOTS; i++)
		if (i != gate->slot)
			atomic_store(&gate->file->slots[i].use, SLOT_FREE);
	if (gate->slot == -1 && gate_take_slot(gate) == -1)
		return busy(gate, err, "no slot");
	return 0;
}

static int
join_clean(struct gate *gate, int64_t until, struct error *err)
{
	if (!lock_until(gate, BYTE_GATE, F_RDLCK, until, POLL_US))
		return busy(gate, err, "recovery takes too long");
	if (find_slot(gate) == -1)
		return busy(gate, err, "too many processes");
	gate_unlock(gate, BYTE_JOIN);
	gate_enter_section(gate);
	return 0;
}

int
gate_join(struct gate *gate, enum gate_entry *entry, struct error *err)
{
	int64_t until = clock_monotonic_ms() + JOIN_WAIT_MS;

	if (!lock_until(gate, BYTE_JOIN, F_WRLCK, until, POLL_US))
		return error_set(err, ERR_BUSY,
		    "the store cannot be entered: recovery takes too long");
	*entry = is_dirty(gate) ? GATE_DIRTY : GATE_CLEAN;
	return *entry == GATE_DIRTY ? join_dirty(gate, until, err)
				    : join_clean(gate, until, err);
}

void
gate_recovered(struct gate *gate)
{
	struct header *h = &gate->file->header;

	memcpy(h->magic, magic, sizeof(magic));
	h->format = FORMAT;
	memcpy(h->boot_id, gate->boot_id, sizeof(h->boot_id));
	memcpy(h->library, gate->library, sizeof(h->library));
	snprintf(h->libc, sizeof(h->libc), "%s", gnu_get_libc_version());
	atomic_store(&h->idle_deaths, 0);
	atomic_fetch_add(&h->generation, 1);
	atomic_store(&gate->file->slots[gate->slot].use, SLOT_IDLE);
	atomic_store(&h->wanted, 0);
	/* From exclusive to shared, without a moment of neither. */
	if (!gate_lock(gate, BYTE_GATE, F_RDLCK))
		fatal("gate: the lock could not be shared");
	gate_unlock(gate, BYTE_JOIN);
}

void
gate_leave(struct gate *gate)
{
	pthread_mutex_lock(&gate->slots);
	if (gate->slot != -1) {
		atomic_store(&gate->file->slots[gate->slot].use, SLOT_FREE);
		gate_unlock(gate, BYTE_SLOT + gate->slot);
		gate->slot = -1;
	}
	pthread_mutex_unlock(&gate->slots);
	atomic_store(&gate->section_since, 0);
	gate_unlock(gate, BYTE_GATE);
	gate_unlock(gate, BYTE_JOIN);
}

void
gate_enter_section(struct gate *gate)
{
	atomic_store(&gate->file->slots[gate->slot].use, SLOT_BUSY);
	atomic_store(&gate->section_since, clock_monotonic_ms());
}

void
gate_leave_section(struct gate *gate)
{
	atomic_store(&gate->section_since, 0);
	atomic_store(&gate->file->slots[gate->slot].use, SLOT_IDLE);
}

int
gate_section_ms(const struct gate *gate)
{
	int64_t since = atomic_load(&gate->section_since);

	return since == 0 ? 0 : (int)(clock_monotonic_ms() - since) + 1;
}
