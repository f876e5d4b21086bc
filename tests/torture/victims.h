/*
 * victims.h: the processes of one store, and its gate, to be hurt.
 *
 * Ours are the processes that run a program of the directory BIN on the
 * store MUSTER_STORE; both are in the environment.
 */
#ifndef TORTURE_VICTIMS_H
#define TORTURE_VICTIMS_H

#include <stdbool.h>
#include <sys/types.h>

enum victim_kind {
	VICTIM_ANY,
	VICTIM_COMMAND, /* the command muster */
	VICTIM_WORKER	/* a child of the program that it runs */
};

struct victims {
	const char *dir;
	const char *bin;
	char needle[4096]; /* in the environment of ours */
	const char *gate;  /* mapped */
};

/* Of the slots of the gate (gate_private.h). */
enum { VICTIM_SLOTS = 256 };

int	victims_init(struct victims *v);

/* Returns: a process of that kind, or 0. */
pid_t	victims_choose(const struct victims *v, enum victim_kind kind);

/* "users", "muster work": what PID runs. */
void	victims_name(pid_t pid, char *out, size_t size);

/* What the gate says. */
bool	victims_is_recovery_wanted(const struct victims *v);
bool	victims_is_busy(const struct victims *v, int slot);
pid_t	victims_pid(const struct victims *v, int slot); /* 0: slot is free */

#endif
