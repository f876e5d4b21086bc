/*
 * gate_members.c: the members of the gate: their locks and slots, who died,
 * who is stopped, who must go.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/gate_private.h"

enum {
	/*
	 * Looks of one member at a busy one whose watchdog stands still: ten
	 * seconds of them, as one that is only short of processor time takes
	 * its turn before that.
	 */
	STILL_MAX = 200,
	/* The same when the kernel says that somebody stopped it. */
	STOPPED_MAX = 1,
	/* Without a look at the members another one takes that on. */
	LOOKED_MS = 120
};

/* TYPE is F_RDLCK, F_WRLCK or F_UNLCK; false when another one holds it. */
bool
gate_lock(const struct gate *gate, off_t byte, short type)
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

void
gate_unlock(const struct gate *gate, off_t byte)
{
	gate_lock(gate, byte, F_UNLCK);
}

bool
gate_keep_alone(const struct gate *gate)
{
	return gate_lock(gate, BYTE_GATE, F_WRLCK);
}

void
gate_let_in(const struct gate *gate)
{
	gate_lock(gate, BYTE_GATE, F_RDLCK);
}

bool
gate_is_alone(const struct gate *gate)
{
	bool alone = gate_keep_alone(gate);

	gate_let_in(gate);
	return alone;
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
	    !gate_lock(gate, BYTE_SLOT + i, F_WRLCK))
		return false;
	if (atomic_load(&gate->file->slots[i].use) != SLOT_FREE)
		return true;
	gate_unlock(gate, BYTE_SLOT + i);
	return false;
}

bool
gate_has_dead_busy(struct gate *gate, int first, int n)
{
	bool found = false;

	pthread_mutex_lock(&gate->slots);
	for (int i = 0; i < SLOTS; i++) {
		struct slot *slot = &gate->file->slots[i];
		bool is_swept = i >= first && i < first + n;

		if (!take_dead_slot(gate, i, is_swept ? SLOT_IDLE : SLOT_BUSY))
			continue;
		if (atomic_load(&slot->use) == SLOT_BUSY) {
			found = true;
		} else {
			atomic_store(&slot->use, SLOT_FREE);
			atomic_fetch_add(&gate->file->header.idle_deaths, 1);
		}
		gate_unlock(gate, BYTE_SLOT + i);
	}
	pthread_mutex_unlock(&gate->slots);
	return found;
}

/* Kill the member of slot I if it lives, which does not leave by itself. */
static bool
kill_member(struct gate *gate, int i)
{
	struct slot *slot = &gate->file->slots[i];
	pid_t pid = atomic_load(&slot->pid);

	/* In another namespace one of its members has to do it. */
	if (i == gate->slot || atomic_load(&slot->use) == SLOT_FREE ||
	    pid <= 1 || pid == getpid() ||
	    atomic_load(&slot->pid_namespace) != gate->pid_namespace)
		return false;
	/* A lock that can be had: the pid may be somebody else's. */
	if (gate_lock(gate, BYTE_SLOT + i, F_WRLCK)) {
		gate_unlock(gate, BYTE_SLOT + i);
		return false;
	}
	if (kill(pid, SIGKILL) == -1)
		return false;
	log_warning("gate: member %ld does not answer, killed", (long)pid);
	return true;
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
 * must say so; where it does, fewer looks are enough.
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
	gate->still[i]++;
	return (beats != 0 && gate->still[i] > STILL_MAX) ||
	    (gate->still[i] > STOPPED_MAX &&
		is_stopped_process(atomic_load(&slot->pid)));
}

/* Whoever is stopped in a section holds locks that others wait for. */
static void
kill_stopped(struct gate *gate)
{
	pthread_mutex_lock(&gate->slots);
	for (int i = 0; i < SLOTS; i++) {
		if (!is_stopped(gate, i))
			continue;
		/* It dies in its section: no need to see that first. */
		if (kill_member(gate, i))
			gate_want_recovery(gate);
		gate->still[i] = 0;
	}
	pthread_mutex_unlock(&gate->slots);
}

static void
beat(struct gate *gate)
{
	pthread_mutex_lock(&gate->slots);
	if (gate->slot != -1)
		atomic_fetch_add(&gate->file->slots[gate->slot].beats, 1);
	pthread_mutex_unlock(&gate->slots);
}

/*
 * One looks at the members for all of its pid namespace and user, whom it can
 * kill: hundreds who do are in each other's way.  It goes on until it is late.
 */
static bool
is_looker(struct gate *gate)
{
	struct header *h = &gate->file->header;
	uint64_t whose = gate->pid_namespace << 32 | geteuid();
	int64_t now = clock_monotonic_ms();
	int64_t at = atomic_load(&h->looked_at);

	if (at != gate->looked_at && now - at < LOOKED_MS && at <= now &&
	    atomic_load(&h->looker) == whose)
		return false;
	gate->looked_at = now;
	atomic_store(&h->looker, whose);
	atomic_store(&h->looked_at, now);
	return true;
}

bool
gate_check_members(struct gate *gate)
{
	beat(gate);
	if (!is_looker(gate))
		return false;
	kill_stopped(gate);
	/* The idle ones can wait for those who join: this is often. */
	if (!gate_is_recovery_wanted(gate) && gate_has_dead_busy(gate, 0, 0))
		gate_want_recovery(gate);
	return true;
}

void
gate_kill_members(struct gate *gate)
{
	pthread_mutex_lock(&gate->slots);
	for (int i = 0; i < SLOTS; i++)
		kill_member(gate, i);
	pthread_mutex_unlock(&gate->slots);
}

/* A free slot becomes ours, busy; -1 when all are in use. */
int
gate_take_slot(struct gate *gate)
{
	pthread_mutex_lock(&gate->slots);
	for (int i = 0; i < SLOTS && gate->slot == -1; i++) {
		struct slot *slot = &gate->file->slots[i];

		if (atomic_load(&slot->use) != SLOT_FREE ||
		    !gate_lock(gate, BYTE_SLOT + i, F_WRLCK))
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
