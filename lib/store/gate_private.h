/*
 * gate_private.h: what gate.c and gate_members.c share: the gate file.
 *
 * All locks are OFD byte locks on it: GATE (shared: I am inside; exclusive:
 * nobody else is), JOIN (one joins at a time), SLOT(i) (its owner lives),
 * UPKEEP (one makes a checkpoint at a time), QUEUE (one opens a table).
 * They are not lost when some other descriptor of the file is closed, and
 * the kernel releases them at death.
 */
#ifndef STORE_GATE_PRIVATE_H
#define STORE_GATE_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/types.h>

#include "store/gate.h"

enum { SLOTS = 256 };

/* Bytes that are locked; they lie behind the file's end. */
enum {
	BYTE_GATE = 1 << 20,
	BYTE_JOIN,
	BYTE_SLOT, /* and those of the other slots */
	BYTE_UPKEEP = BYTE_SLOT + SLOTS,
	BYTE_QUEUE
};

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
	_Atomic uint32_t turns;
	_Atomic uint32_t cache_mib; /* of the regions; 0: an older version */
	_Atomic int64_t looked_at;  /* at the members; monotonic ms */
	_Atomic uint64_t looker;    /* whom those who did can kill */
	_Atomic uint32_t swept;	    /* slots, by those who joined */
	_Atomic uint32_t calls;	    /* to all watchdogs, to look now */
	char reserved[40];
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
	uint32_t wished_mib; /* of cache; 0: any */
	char boot_id[48];
	char library[48];
	/* What the watchdog has seen of the others, and when; monotonic ms. */
	int64_t looked_at;
	uint32_t beats[SLOTS];
	int still[SLOTS];
};

/* TYPE is F_RDLCK or F_WRLCK; false when another one holds BYTE. */
bool	gate_lock(const struct gate *gate, off_t byte, short type);
void	gate_unlock(const struct gate *gate, off_t byte);

/*
 * Did a member die busy?  On the way those that died idle are cleared, of the
 * N slots from FIRST on.
 */
bool	gate_has_dead_busy(struct gate *gate, int first, int n);

/* Kill all who do not leave by themselves. */
void	gate_kill_members(struct gate *gate);

/* A free slot becomes ours, busy; -1 when all are in use. */
int	gate_take_slot(struct gate *gate);

#endif
