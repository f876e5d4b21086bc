/*
 * gate.h: who is inside the environment, proven by kernel locks (spec
 * berkeley-db.md section 1.5).
 *
 * The file "gate" holds a header and a slot for every member.  Nobody is
 * inside while recovery runs: recovery needs the GATE lock exclusively, and
 * every member holds it shared for as long as it is inside.  The kernel
 * gives the locks back when a process dies, however it dies.
 *
 * Knows no Berkeley DB.  Open the gate after the last fork: the locks would
 * be shared with the child.
 */
#ifndef STORE_GATE_H
#define STORE_GATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct gate;

enum gate_entry {
	GATE_CLEAN,	/* enter: open without recovery */
	GATE_DIRTY	/* alone inside: run recovery, then gate_recovered */
};

/*
 * Map the gate file in DIR, made when it is not there.  LIBRARY names the
 * version of the store's library: regions of another one are not entered.
 *
 * Errors: ERR_INTERNAL.
 */
int	gate_open(const char *dir, const char *library, struct gate **out,
	    struct error *err);
void	gate_close(struct gate *gate);

/*
 * Enter, in a section.  With GATE_DIRTY every other member is gone and the
 * caller must call gate_recovered or gate_leave; recovery may take its time,
 * but what follows GATE_CLEAN counts as a section: call gate_leave_section
 * after it.  Members that do not leave for recovery are killed.
 *
 * Errors: ERR_BUSY when it could not be entered in time.
 */
int	gate_join(struct gate *gate, enum gate_entry *entry,
	    struct error *err);

/* Recovery is done: let the others in. */
void	gate_recovered(struct gate *gate);

/* Leave; also the way out of a failed recovery, which is then wanted. */
void	gate_leave(struct gate *gate);

/*
 * Between these two the member is busy: when it dies there, the next one in
 * runs recovery.  The watchdog ends a process that stays too long.
 */
void	gate_enter_section(struct gate *gate);
void	gate_leave_section(struct gate *gate);

/*
 * Take on what one member does for all, or leave it to the one that is at it,
 * which gives it up by its death, too.  Never waits.
 */
bool	gate_take_upkeep(struct gate *gate);
void	gate_end_upkeep(struct gate *gate);

/*
 * One opens a table at a time, of those who ask here before each; the others
 * wait a moment, in no order, and then no longer: who stands still there keeps
 * nobody out.
 */
void	gate_queue(struct gate *gate);
void	gate_end_queue(struct gate *gate);

/* Have everybody leave, and the next one in recover. */
void	gate_want_recovery(struct gate *gate);

/*
 * MiB of cache that the regions have: noted before gate_recovered; 0: that is
 * not known.
 */
void	gate_note_cache(struct gate *gate, uint32_t mib);
uint32_t	gate_cache(const struct gate *gate);

/*
 * A cache of MIB would be right: when that is twice what there is or more, and
 * nobody is inside, gate_join finds GATE_DIRTY.  0: any will do.
 */
void	gate_wish_cache(struct gate *gate, uint32_t mib);

/* Is nobody else inside? */
bool	gate_is_alone(const struct gate *gate);

/* If so, keep everybody out (true), until others are let in again. */
bool	gate_keep_alone(const struct gate *gate);
void	gate_let_in(const struct gate *gate);

/* Does somebody want recovery?  Cheap; ask before every section. */
bool	gate_is_recovery_wanted(const struct gate *gate);

/* A number that gate_turn makes another one, for every member. */
uint32_t	gate_turns(const struct gate *gate);
void	gate_turn(struct gate *gate);

/* The same, for how many milliseconds; 0: nobody does. */
int	gate_wanted_ms(const struct gate *gate);

/* How often the environment was recovered since it was made. */
unsigned	gate_generation(const struct gate *gate);

/*
 * For the watchdog, which looks on from another thread: milliseconds that
 * the current section has lasted, 0 outside of one.
 */
int	gate_section_ms(const struct gate *gate);

/*
 * Say that this member runs.  One member looks for all that it could kill: for
 * those that died inside, and wants recovery if there is one; it kills those
 * that somebody stopped inside, and those that did not say for ten seconds
 * that they run, for whatever reason.
 *
 * Returns: this is the one; it has to call again in 50 ms.
 */
bool	gate_check_members(struct gate *gate);

/*
 * The watchdogs sleep in between.  gate_call wakes all of them, and so does
 * gate_want_recovery; gate_sleep ends after MS milliseconds, by a signal, or
 * when there was a call since gate_calls returned CALLS.
 */
uint32_t	gate_calls(const struct gate *gate);
void	gate_sleep(struct gate *gate, uint32_t calls, int ms);
void	gate_call(struct gate *gate);

#endif
