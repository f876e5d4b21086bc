/*
 * gate.c: who is inside the environment, proven by kernel locks.
 *
 * All locks are OFD byte locks on the gate file: GATE (shared: I am inside;
 * exclusive: nobody else is), JOIN (one joins at a time), SLOT(i) (its owner
 * lives).  They are not lost when some other descriptor of the file is
 * closed, and the kernel releases them at death.
 */
#include <errno.h>
#include <fcntl.h>
#include <gnu/libc-version.h>
#include <pthread.h>
#include <signal.h>
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
#include "base/log.h"
#include "store/gate.h"

enum {
	SLOTS = 256,
	FORMAT = 1,
	JOIN_WAIT_MS = 8000, /* then a one-shot still has time to answer */
	KILL_AFTER_MS = 250, /* members that do not leave for recovery */
	POLL_MS = 5,
	STILL_MAX = 20, /* looks at a busy member whose watchdog stands still */
	IDLE_DEATHS_MAX = 200 /* each leaks lockers and mutexes */
};

/* Bytes that are locked; they lie behind the file's end. */
enum { BYTE_GATE = 1 << 20, BYTE_JOIN, BYTE_SLOT };

enum slot_use { SLOT_FREE, SLOT_IDLE, SLOT_BUSY };

struct slot {
	_Atomic int32_t pid; /* for SIGKILL and for the log */
	_Atomic int32_t use;
	_Atomic uint64_t pid_namespace;
	_Atomic uint32_t beats; /* of its watchdog; 0: it has none */
	char reserved[40];
};

struct header {
	char magic[16];
	uint32_t format;
	_Atomic uint32_t wanted;
	_Atomic uint32_t generation;
	_Atomic uint32_t idle_deaths;
	char boot_id[48];
	char library[48];
	char libc[48];
	_Atomic int64_t wanted_at; /* monotonic ms */
	char reserved[72];
};

struct gate_file {
	struct header header;
	struct slot slots[SLOTS];
};
_Static_assert(sizeof(struct slot) == 64, "a slot is 64 bytes");
_Static_assert(sizeof(struct header) == 256, "the header is 256 bytes");

struct gate {
	int fd;
	struct gate_file *file;
	/*
	 * Locks belong to the descriptor, not to the thread: the watchdog
	 * must not look at slots while the main thread takes or leaves one.
	 */
	pthread_mutex_t slots;
	int slot;		       /* ours, or -1 */
	_Atomic int64_t section_since; /* monotonic ms, or 0 */
	uint64_t pid_namespace;
	char boot_id[48];
	char library[48];
	/* What the watchdog has seen of the others. */
	uint32_t beats[SLOTS];
	int still[SLOTS];
};

static const char magic[16] = "muster gate";

static void
pause_ms(int ms)
{
	struct timespec ts = { .tv_nsec = (long)ms * 1000000 };

	nanosleep(&ts, NULL);
}

/* TYPE is F_RDLCK, F_WRLCK or F_UNLCK; false when another one holds it. */
static bool
lock(const struct gate *gate, off_t byte, short type)
{
	struct flock fl = { .l_type = type,
		.l_whence = SEEK_SET,
		.l_start = byte,
		.l_len = 1 };
	int rc;

	do
		rc = fcntl(gate->fd, F_OFD_SETLK, &fl);
	while (rc == -1 && errno == EINTR);
	if (rc == 0)
		return true;
	if (errno != EAGAIN && errno != EACCES)
		fatal("gate: lock: %s", strerror(errno));
	return false;
}

static void
unlock(const struct gate *gate, off_t byte)
{
	lock(gate, byte, F_UNLCK);
}

static bool
lock_until(const struct gate *gate, off_t byte, short type, int64_t until)
{
	while (!lock(gate, byte, type)) {
		if (clock_monotonic_ms() >= until)
			return false;
		pause_ms(POLL_MS);
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

void
gate_want_recovery(struct gate *gate)
{
	struct header *h = &gate->file->header;

	if (atomic_load(&h->wanted) != 0)
		return;
	atomic_store(&h->wanted_at, clock_monotonic_ms());
	atomic_store(&h->wanted, 1);
}

bool
gate_is_recovery_wanted(const struct gate *gate)
{
	return atomic_load(&gate->file->header.wanted) != 0;
}

unsigned
gate_generation(const struct gate *gate)
{
	return atomic_load(&gate->file->header.generation);
}

/*
 * Is slot I at least in USE, and its owner gone?  The lock is taken before
 * "use" is read again, so that an owner that is just leaving is not taken for
 * dead.  With true, the slot's lock is held.
 */
static bool
take_dead_slot(struct gate *gate, int i, enum slot_use use)
{
	if (i == gate->slot ||
	    atomic_load(&gate->file->slots[i].use) < (int32_t)use ||
	    !lock(gate, BYTE_SLOT + i, F_WRLCK))
		return false;
	if (atomic_load(&gate->file->slots[i].use) != SLOT_FREE)
		return true;
	unlock(gate, BYTE_SLOT + i);
	return false;
}

/*
 * Look at members in USE or more: clear those that died idle; true when one
 * died busy.
 */
static bool
has_dead_busy(struct gate *gate, enum slot_use use)
{
	bool found = false;

	pthread_mutex_lock(&gate->slots);
	for (int i = 0; i < SLOTS; i++) {
		struct slot *slot = &gate->file->slots[i];

		if (!take_dead_slot(gate, i, use))
			continue;
		if (atomic_load(&slot->use) == SLOT_BUSY) {
			found = true;
		} else {
			atomic_store(&slot->use, SLOT_FREE);
			atomic_fetch_add(&gate->file->header.idle_deaths, 1);
		}
		unlock(gate, BYTE_SLOT + i);
	}
	pthread_mutex_unlock(&gate->slots);
	return found;
}

/* Kill the member of slot I if it lives: it does not leave by itself. */
static void
kill_member(struct gate *gate, int i)
{
	struct slot *slot = &gate->file->slots[i];
	pid_t pid = atomic_load(&slot->pid);

	/* In another namespace its own watchdog has to do it. */
	if (i == gate->slot || atomic_load(&slot->use) == SLOT_FREE ||
	    pid <= 1 || pid == getpid() ||
	    atomic_load(&slot->pid_namespace) != gate->pid_namespace)
		return;
	/* A lock that can be had: the pid may be somebody else's. */
	if (lock(gate, BYTE_SLOT + i, F_WRLCK)) {
		unlock(gate, BYTE_SLOT + i);
		return;
	}
	log_warning("gate: member %ld does not answer, killed", (long)pid);
	kill(pid, SIGKILL);
}

/* Does the kernel say that process PID is stopped? */
static bool
is_stopped_process(pid_t pid)
{
	char path[64], text[512], *end;
	size_t len;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
	f = fopen(path, "re");
	if (f == NULL)
		return false;
	len = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[len] = '\0';
	/* "PID (NAME) STATE"; the name may hold anything. */
	end = strrchr(text, ')');
	return end != NULL && strncmp(end, ") T", 3) == 0;
}

/*
 * Has the busy member of slot I been stopped?  Its watchdog stands still
 * while this one has looked many times; a clock would blame it for a pause
 * of the whole machine.  Of a one-shot, which has no watchdog, the kernel
 * must say so too.
 */
static bool
is_stopped(struct gate *gate, int i)
{
	const struct slot *slot = &gate->file->slots[i];
	uint32_t beats = atomic_load(&slot->beats);

	if (i == gate->slot || atomic_load(&slot->use) != SLOT_BUSY ||
	    beats != gate->beats[i])
		gate->still[i] = 0;
	gate->beats[i] = beats;
	return ++gate->still[i] > STILL_MAX &&
	    (beats != 0 || is_stopped_process(atomic_load(&slot->pid)));
}

/* Whoever is stopped in a section holds locks that others wait for. */
static void
kill_stopped(struct gate *gate)
{
	pthread_mutex_lock(&gate->slots);
	if (gate->slot != -1)
		atomic_fetch_add(&gate->file->slots[gate->slot].beats, 1);
	for (int i = 0; i < SLOTS; i++) {
		if (!is_stopped(gate, i))
			continue;
		kill_member(gate, i);
		gate->still[i] = 0;
	}
	pthread_mutex_unlock(&gate->slots);
}

void
gate_check_members(struct gate *gate)
{
	kill_stopped(gate);
	/* The idle ones can wait for the next who joins: this is often. */
	if (!gate_is_recovery_wanted(gate) && has_dead_busy(gate, SLOT_BUSY))
		gate_want_recovery(gate);
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

static bool
is_dirty(struct gate *gate)
{
	return gate_is_recovery_wanted(gate) || !is_header_ours(gate) ||
	    is_leaking(gate) || has_dead_busy(gate, SLOT_IDLE);
}

static void
kill_members(struct gate *gate)
{
	pthread_mutex_lock(&gate->slots);
	for (int i = 0; i < SLOTS; i++)
		kill_member(gate, i);
	pthread_mutex_unlock(&gate->slots);
}

/*
 * Members have their time from when recovery was first wanted, even if the
 * ones who wait here are killed one after the other.
 */
static bool
wait_until_alone(struct gate *gate, int64_t until)
{
	int64_t since = atomic_load(&gate->file->header.wanted_at);
	int64_t start = clock_monotonic_ms();
	/* A header that is not ours may hold anything. */
	int64_t kill_at =
	    (since > 0 && since < start ? since : start) + KILL_AFTER_MS;

	while (!lock(gate, BYTE_GATE, F_WRLCK)) {
		int64_t now = clock_monotonic_ms();

		if (now >= until)
			return false;
		if (now >= kill_at) {
			kill_members(gate);
			kill_at = now + KILL_AFTER_MS;
		}
		pause_ms(POLL_MS);
	}
	return true;
}

/* A free slot becomes ours, busy; -1 when all are in use. */
static int
take_slot(struct gate *gate)
{
	pthread_mutex_lock(&gate->slots);
	for (int i = 0; i < SLOTS && gate->slot == -1; i++) {
		struct slot *slot = &gate->file->slots[i];

		if (atomic_load(&slot->use) != SLOT_FREE ||
		    !lock(gate, BYTE_SLOT + i, F_WRLCK))
			continue;
		atomic_store(&slot->pid, (int32_t)getpid());
		atomic_store(&slot->pid_namespace, gate->pid_namespace);
		atomic_store(&slot->beats, 0);
		atomic_store(&slot->use, SLOT_BUSY);
		gate->slot = i;
	}
	pthread_mutex_unlock(&gate->slots);
	return gate->slot == -1 ? -1 : 0;
}

static int
busy(struct gate *gate, struct error *err, const char *why)
{
	gate_leave(gate);
	return error_set(err, ERR_BUSY, "the store cannot be entered: %s", why);
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
	take_slot(gate);
	if (!wait_until_alone(gate, until))
		return busy(gate, err, "a member does not leave");
	for (int i = 0; i < SLOTS; i++)
		if (i != gate->slot)
			atomic_store(&gate->file->slots[i].use, SLOT_FREE);
	if (gate->slot == -1 && take_slot(gate) == -1)
		return busy(gate, err, "no slot");
	return 0;
}

static int
join_clean(struct gate *gate, int64_t until, struct error *err)
{
	if (!lock_until(gate, BYTE_GATE, F_RDLCK, until))
		return busy(gate, err, "recovery takes too long");
	if (take_slot(gate) == -1)
		return busy(gate, err, "too many processes");
	unlock(gate, BYTE_JOIN);
	gate_enter_section(gate);
	return 0;
}

int
gate_join(struct gate *gate, enum gate_entry *entry, struct error *err)
{
	int64_t until = clock_monotonic_ms() + JOIN_WAIT_MS;

	if (!lock_until(gate, BYTE_JOIN, F_WRLCK, until))
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
	if (!lock(gate, BYTE_GATE, F_RDLCK))
		fatal("gate: the lock could not be shared");
	unlock(gate, BYTE_JOIN);
}

void
gate_leave(struct gate *gate)
{
	pthread_mutex_lock(&gate->slots);
	if (gate->slot != -1) {
		atomic_store(&gate->file->slots[gate->slot].use, SLOT_FREE);
		unlock(gate, BYTE_SLOT + gate->slot);
		gate->slot = -1;
	}
	pthread_mutex_unlock(&gate->slots);
	atomic_store(&gate->section_since, 0);
	unlock(gate, BYTE_GATE);
	unlock(gate, BYTE_JOIN);
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
