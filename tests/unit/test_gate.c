/*
 * test_gate.c: who finds the gate clean and who dirty, and members beside
 * each other (spec berkeley-db.md section 1.5).
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/gate_private.h"
#include "store/watchdog.h"
#include "tap.h"

static char dir[] = "/tmp/muster-gate.XXXXXX";

static struct gate *
open_gate(const char *library)
{
	struct gate *gate;
	struct error err;

	if (gate_open(dir, library, &gate, &err) == 0)
		return gate;
	printf("not ok - %s\n", err.detail);
	exit(1);
}

static enum gate_entry
join(struct gate *gate)
{
	enum gate_entry entry = GATE_DIRTY;
	struct error err;

	if (gate_join(gate, &entry, &err) == -1) {
		printf("not ok - %s\n", err.detail);
		exit(1);
	}
	if (entry == GATE_DIRTY)
		gate_recovered(gate);
	else
		gate_leave_section(gate);
	return entry;
}

enum habit {
	DIES_BUSY,
	DIES_IDLE,
	STOPS,	     /* in a section */
	STOPS_ALONE, /* while it recovers */
	LEAVES,	     /* when recovery is wanted */
	STAYS	     /* whatever is wanted */
};

/* The part of a member that enters and then does not go on. */
static void
stop(struct gate *gate, enum habit habit, int ready)
{
	enum gate_entry entry;
	struct error err;

	if (habit == STOPS_ALONE)
		gate_join(gate, &entry, &err);
	else
		join(gate);
	/* What its watchdog does. */
	gate_check_members(gate);
	gate_enter_section(gate);
	if (write(ready, "x", 1) == 1)
		kill(getpid(), SIGSTOP);
	_exit(0);
}

/* A member that has entered; what it does then is its HABIT. */
static pid_t
start_member(enum habit habit)
{
	int pipes[2];
	char byte;
	struct gate *gate;
	pid_t pid;

	if (pipe(pipes) == -1 || (pid = fork()) == -1)
		exit(1);
	if (pid > 0) {
		close(pipes[1]);
		if (read(pipes[0], &byte, 1) != 1)
			tap_ok(false, "a member has entered");
		close(pipes[0]);
		return pid;
	}
	gate = open_gate("1");
	if (habit == STOPS || habit == STOPS_ALONE)
		stop(gate, habit, pipes[1]);
	join(gate);
	if (habit == DIES_BUSY)
		gate_enter_section(gate);
	if (write(pipes[1], "x", 1) != 1 || habit == DIES_BUSY ||
	    habit == DIES_IDLE)
		kill(getpid(), SIGKILL);
	while (habit == STAYS || !gate_is_recovery_wanted(gate))
		usleep(1000);
	gate_leave(gate);
	_exit(0);
}

/* How the member PID ended: its signal, or 0. */
static int
end_of(pid_t pid)
{
	int status = 0;

	waitpid(pid, &status, 0);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

/* Come and go as a member with LIBRARY. */
static enum gate_entry
visit(const char *library)
{
	struct gate *gate = open_gate(library);
	enum gate_entry entry = join(gate);

	gate_leave(gate);
	gate_close(gate);
	return entry;
}

static void
spoil_header(void)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "%s/gate", dir);
	fd = open(path, O_WRONLY);
	if (fd == -1 || write(fd, "garbage", 7) != 7)
		tap_ok(false, "the gate file is there");
	close(fd);
}

static void
test_entries(void)
{
	struct gate *gate;

	tap_ok(visit("1") == GATE_DIRTY, "the first one in recovers");
	tap_ok(visit("1") == GATE_CLEAN, "the next one does not");
	end_of(start_member(DIES_IDLE));
	tap_ok(visit("1") == GATE_CLEAN, "nor after a member that died idle");
	end_of(start_member(DIES_BUSY));
	tap_ok(visit("1") == GATE_DIRTY, "a member died busy: recovers");
	tap_ok(visit("1") == GATE_CLEAN, "once");
	tap_ok(visit("2") == GATE_DIRTY, "another library: recovers");
	tap_ok(visit("1") == GATE_DIRTY, "the first library again: recovers");
	spoil_header();
	tap_ok(visit("1") == GATE_DIRTY, "a header that is not ours: recovers");
	gate = open_gate("1");
	join(gate);
	gate_want_recovery(gate);
	gate_leave(gate);
	gate_close(gate);
	tap_ok(visit("1") == GATE_DIRTY, "recovery is wanted: recovers");
	tap_ok(visit("1") == GATE_CLEAN, "and is wanted no longer");
}

/* Each leaks lockers and mutexes: now and then one recovers for that. */
static void
test_idle_deaths(void)
{
	struct gate *gate = open_gate("1");
	unsigned before = gate_generation(gate);

	for (int i = 0; i < 199; i++)
		end_of(start_member(DIES_IDLE));
	tap_ok(gate_generation(gate) == before, "199 idle deaths: none yet");
	/* Not each is noticed by the next one. */
	for (int i = 0; i < 20 && gate_generation(gate) == before; i++)
		end_of(start_member(DIES_IDLE));
	tap_ok(gate_generation(gate) == before + 1,
	    "a planned recovery after 200");
	before++;
	for (int i = 0; i < 150; i++)
		end_of(start_member(DIES_IDLE));
	tap_ok(gate_generation(gate) == before, "and none for a while then");
	gate_close(gate);
}

static void
test_members_that_die(void)
{
	struct gate *gate = open_gate("1");
	unsigned before;

	join(gate);
	before = gate_generation(gate);
	gate_check_members(gate);
	tap_ok(!gate_is_recovery_wanted(gate), "nobody has died");
	end_of(start_member(DIES_IDLE));
	gate_check_members(gate);
	tap_ok(!gate_is_recovery_wanted(gate), "an idle one has died");
	end_of(start_member(DIES_BUSY));
	gate_check_members(gate);
	tap_ok(gate_is_recovery_wanted(gate), "a busy one has died: noticed");
	gate_leave(gate);
	tap_ok(join(gate) == GATE_DIRTY && !gate_is_recovery_wanted(gate) &&
		gate_generation(gate) == before + 1,
	    "recovered once");
	gate_leave(gate);
	gate_close(gate);
}

/* One looks for all, and the next one when that one has ceased to. */
static void
test_who_looks(void)
{
	struct gate *first = open_gate("1"), *next = open_gate("1");
	const struct timespec pause = { .tv_nsec = 10 * 1000000 };

	join(first);
	gate_leave_section(first);
	join(next);
	gate_leave_section(next);
	gate_check_members(first);
	end_of(start_member(DIES_BUSY));
	for (int i = 0; i < 1000 && !gate_is_recovery_wanted(next); i++) {
		gate_check_members(next);
		nanosleep(&pause, NULL);
	}
	tap_ok(gate_is_recovery_wanted(next), "another one takes it on");
	gate_leave(first);
	gate_leave(next);
	tap_ok(join(next) == GATE_DIRTY, "and has it recovered");
	gate_leave(next);
	gate_close(first);
	gate_close(next);
}

static void
test_members_that_live(void)
{
	struct gate *gate = open_gate("1");
	int64_t since;
	pid_t pid = start_member(LEAVES);

	tap_ok(join(gate) == GATE_CLEAN, "two are inside");
	gate_want_recovery(gate);
	gate_leave(gate);
	tap_ok(join(gate) == GATE_DIRTY && end_of(pid) == 0,
	    "recovery waits for the one who leaves");
	gate_leave(gate);

	pid = start_member(STAYS);
	gate_want_recovery(gate);
	since = clock_monotonic_ms();
	tap_ok(join(gate) == GATE_DIRTY && end_of(pid) == SIGKILL,
	    "who does not leave is killed");
	since = clock_monotonic_ms() - since;
	tap_ok(since < 2000, "soon: after %lld ms", (long long)since);
	gate_leave(gate);

	pid = start_member(STAYS);
	kill(pid, SIGSTOP);
	gate_want_recovery(gate);
	tap_ok(join(gate) == GATE_DIRTY && end_of(pid) == SIGKILL,
	    "even when it is stopped");
	gate_leave(gate);
	gate_close(gate);
}

/* Look as often as a watchdog in two seconds. */
static void
look_around(struct gate *gate)
{
	for (int i = 0; i < 40; i++)
		gate_check_members(gate);
}

/* Let the member with HABIT stop, and look: the signal that ended it. */
static int
end_of_stopped(struct gate *gate, enum habit habit)
{
	pid_t pid = start_member(habit);

	waitpid(pid, NULL, WUNTRACED);
	look_around(gate);
	kill(pid, SIGCONT);
	return end_of(pid);
}

static void
test_members_that_stop(void)
{
	struct gate *gate = open_gate("1");
	int status = 0;
	pid_t pid = start_member(STAYS);

	kill(pid, SIGSTOP);
	waitpid(pid, NULL, WUNTRACED);
	look_around(gate);
	tap_ok(waitpid(pid, &status, WNOHANG) == 0, "stopped idle: let be");
	kill(pid, SIGKILL);
	end_of(pid);

	tap_ok(end_of_stopped(gate, STOPS) == SIGKILL,
	    "stopped in a section: killed");
	gate_check_members(gate);
	tap_ok(gate_is_recovery_wanted(gate), "and recovery is wanted");
	tap_ok(end_of_stopped(gate, STOPS_ALONE) == SIGKILL,
	    "stopped in recovery: killed");
	tap_ok(join(gate) == GATE_DIRTY, "the next one recovers");
	gate_leave(gate);
	gate_close(gate);
}

enum { WAITS = 100 }; /* on a busy machine; each is a moment */

static bool
is_free(const struct gate *gate)
{
	return gate_lock(gate, BYTE_QUEUE, F_WRLCK);
}

/* Another process, that is at it for 3 ms. */
static pid_t
be_at_it(int *pipes)
{
	pid_t pid = fork();

	if (pid == 0) {
		struct gate *gate = open_gate("5.3.28");

		gate_queue(gate);
		if (write(pipes[1], "x", 1) == 1)
			poll(NULL, 0, 3);
		_exit(0);
	}
	return pid;
}

/* One opens a table at a time, but nobody waits for one that does not end. */
static void
test_queue(void)
{
	struct gate *one = open_gate("5.3.28"), *other = open_gate("5.3.28");
	int pipes[2];
	char byte;
	pid_t pid;

	gate_queue(one);
	tap_ok(!is_free(other), "one is at it");
	gate_queue(other);
	gate_end_queue(other);
	tap_ok(
	    !is_free(other), "who waited goes on, and takes nothing from it");
	gate_end_queue(one);
	gate_queue(other);
	tap_ok(!is_free(one), "the next one's turn");
	gate_close(other);
	tap_ok(is_free(one), "who leaves is out of it");
	gate_end_queue(one);
	if (pipe(pipes) == -1 || (pid = be_at_it(pipes)) == -1 ||
	    read(pipes[0], &byte, 1) != 1)
		exit(1);
	other = open_gate("5.3.28");
	for (int i = 0; i < WAITS; i++)
		gate_queue(one);
	waitpid(pid, NULL, 0);
	tap_ok(!is_free(other), "it is waited for by the next one");
	close(pipes[0]);
	close(pipes[1]);
	gate_close(one);
	gate_close(other);
}

/* Upkeep is one member's: others leave it to it, until it ends or dies. */
static void
test_upkeep(void)
{
	struct gate *one = open_gate("5.3.28"), *other = open_gate("5.3.28");
	int pipes[2], status;
	char byte;
	pid_t pid;

	tap_ok(gate_take_upkeep(one) && !gate_take_upkeep(other),
	    "upkeep is left to the one that is at it");
	gate_end_upkeep(one);
	tap_ok(gate_take_upkeep(other), "and can be taken when it is done");
	gate_end_upkeep(other);
	if (pipe(pipes) == -1 || (pid = fork()) == -1)
		exit(1);
	if (pid == 0) {
		gate_take_upkeep(open_gate("5.3.28"));
		if (write(pipes[1], "x", 1) == 1)
			pause();
		_exit(0);
	}
	tap_ok(read(pipes[0], &byte, 1) == 1 && !gate_take_upkeep(one),
	    "another process is at it");
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	tap_ok(gate_take_upkeep(one), "it is killed: upkeep is free");
	gate_end_upkeep(one);
	close(pipes[0]);
	close(pipes[1]);
	gate_close(one);
	gate_close(other);
}

static void
test_sections(void)
{
	struct gate *gate = open_gate("1");

	join(gate);
	tap_ok(gate_section_ms(gate) == 0, "outside of a section");
	gate_enter_section(gate);
	tap_ok(gate_section_ms(gate) > 0, "in one");
	gate_leave_section(gate);
	tap_ok(gate_section_ms(gate) == 0, "and out again");
	gate_enter_section(gate);
	gate_leave(gate);
	tap_ok(gate_section_ms(gate) == 0, "leaving ends a section");
	tap_ok(join(gate) == GATE_CLEAN, "in peace");
	gate_leave(gate);
	gate_close(gate);
}

/* A recovery that failed is wanted by the next one. */
static void
test_failed_recovery(void)
{
	struct gate *gate = open_gate("1");
	enum gate_entry entry = GATE_CLEAN;
	struct error err;

	gate_want_recovery(gate);
	gate_join(gate, &entry, &err);
	tap_ok(entry == GATE_DIRTY, "recovery begins");
	gate_leave(gate);
	tap_ok(join(gate) == GATE_DIRTY, "failed: the next one has to");
	gate_leave(gate);
	tap_ok(join(gate) == GATE_CLEAN, "done");
	gate_leave(gate);
	gate_close(gate);
}

static void
stay_in_section(int limit_ms, int later_ms)
{
	struct gate *gate = open_gate("1");
	struct watchdog *w;
	struct error err;

	join(gate);
	if (watchdog_start(gate, limit_ms, &w, &err) == -1)
		_exit(1);
	if (watchdog_limit(w, later_ms) != limit_ms)
		_exit(1);
	gate_enter_section(gate);
	poll(NULL, 0, later_ms > limit_ms ? limit_ms * 3 : 30000);
	gate_leave_section(gate);
	watchdog_stop(w);
	gate_leave(gate);
	_exit(0);
}

/*
 * How a member ends that stays in a section and is given LATER_MS for it, and
 * what it says then.
 */
static int
end_in_section(int limit_ms, int later_ms, char *said, size_t size)
{
	int pipes[2], status = 0;
	ssize_t n;
	pid_t pid;

	if (pipe(pipes) == -1 || (pid = fork()) == -1)
		exit(1);
	if (pid == 0) {
		dup2(pipes[1], STDERR_FILENO);
		stay_in_section(limit_ms, later_ms);
	}
	close(pipes[1]);
	n = read(pipes[0], said, size - 1);
	said[n > 0 ? n : 0] = '\0';
	said[strcspn(said, "\n")] = '\0';
	close(pipes[0]);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
test_limits(void)
{
	static const char in[] = ", in system call ";
	char said[512], *call;

	tap_ok(end_in_section(150, 150, said, sizeof(said)) == WATCHDOG_STUCK,
	    "the watchdog ends who is in a section for too long");
	call = strstr(said, in);
	tap_ok(call != NULL && atoi(call + strlen(in)) > 0,
	    "and says where that is: %s", said);
	tap_ok(end_in_section(150, 60000, said, sizeof(said)) == 0 &&
		said[0] == '\0',
	    "but not one that may take its time");
}

int
main(void)
{
	char command[300];

	if (mkdtemp(dir) == NULL)
		return 1;
	test_entries();
	test_members_that_die();
	test_who_looks();
	test_members_that_live();
	test_members_that_stop();
	test_queue();
	test_upkeep();
	test_sections();
	test_failed_recovery();
	test_idle_deaths();
	test_limits();
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	if (system(command) != 0)
		tap_ok(false, "cleaned up");
	return tap_done();
}
