/*
 * victims.c: the processes of one store, and its gate, to be hurt.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "store/gate_private.h"
#include "victims.h"

enum { PIDS_MAX = 1000 };

/* What /proc/PID/NAME holds, ended by a NUL; its length, or -1. */
static ssize_t
read_proc(pid_t pid, const char *name, char *out, size_t size)
{
	char path[64];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%ld/%s", (long)pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	len = fd == -1 ? -1 : read(fd, out, size - 1);
	if (fd != -1)
		close(fd);
	out[len < 0 ? 0 : len] = '\0';
	return len;
}

/* The program that PID runs; empty: it is gone. */
static void
read_exe(pid_t pid, char *out, size_t size)
{
	char path[64];
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/%ld/exe", (long)pid);
	len = readlink(path, out, size - 1);
	out[len < 0 ? 0 : len] = '\0';
}

/* Does a string of /proc/PID/environ equal NEEDLE? */
static bool
has_environment(pid_t pid, const char *needle)
{
	static char text[65536];
	ssize_t len = read_proc(pid, "environ", text, sizeof(text));

	for (const char *at = text; at < text + len; at += strlen(at) + 1)
		if (strcmp(at, needle) == 0)
			return true;
	return false;
}

static pid_t
parent_of(pid_t pid)
{
	char text[1024], *end;
	long parent = 0;

	if (read_proc(pid, "stat", text, sizeof(text)) <= 0)
		return 0;
	/* "PID (NAME) STATE PARENT"; the name may hold anything. */
	end = strrchr(text, ')');
	if (end == NULL || sscanf(end, ") %*c %ld", &parent) != 1)
		return 0;
	return (pid_t)parent;
}

static bool
is_of_kind(pid_t pid, const char *exe, enum victim_kind kind)
{
	const char *name = strrchr(exe, '/');
	char parent[4096];

	switch (kind) {
	case VICTIM_COMMAND:
		return name != NULL && strcmp(name, "/muster") == 0;
	case VICTIM_WORKER:
		read_exe(parent_of(pid), parent, sizeof(parent));
		return strcmp(exe, parent) == 0;
	default:
		return true;
	}
}

static bool
is_ours(const struct victims *v, pid_t pid, enum victim_kind kind)
{
	char exe[4096];

	read_exe(pid, exe, sizeof(exe));
	return strncmp(exe, v->bin, strlen(v->bin)) == 0 &&
	    is_of_kind(pid, exe, kind) && has_environment(pid, v->needle);
}

pid_t
victims_choose(const struct victims *v, enum victim_kind kind)
{
	pid_t pids[PIDS_MAX], pid;
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	int n = 0;

	if (dir == NULL)
		return 0;
	while ((entry = readdir(dir)) != NULL && n < PIDS_MAX) {
		pid = (pid_t)strtol(entry->d_name, NULL, 10);
		if (pid > 0 && is_ours(v, pid, kind))
			pids[n++] = pid;
	}
	closedir(dir);
	return n == 0 ? 0 : pids[rand() % n];
}

void
victims_name(pid_t pid, char *out, size_t size)
{
	char text[4096], *name, *verb;

	read_proc(pid, "cmdline", text, sizeof(text));
	name = strrchr(text, '/');
	name = name == NULL ? text : name + 1;
	verb = text + strlen(text) + 1;
	snprintf(out, size, "%s%s%s", name,
	    strcmp(name, "muster") == 0 ? " " : "",
	    strcmp(name, "muster") == 0 ? verb : "");
}

static const struct gate_file *
gate_file(const struct victims *v)
{
	return (const struct gate_file *)(const void *)v->gate;
}

bool
victims_is_recovery_wanted(const struct victims *v)
{
	return atomic_load(&gate_file(v)->header.wanted) != 0;
}

bool
victims_is_busy(const struct victims *v, int slot)
{
	return atomic_load(&gate_file(v)->slots[slot].use) == SLOT_BUSY;
}

pid_t
victims_pid(const struct victims *v, int slot)
{
	const struct slot *s = &gate_file(v)->slots[slot];

	return atomic_load(&s->use) == SLOT_FREE ? 0 : atomic_load(&s->pid);
}

int
victims_init(struct victims *v)
{
	char path[4096];
	int fd;

	v->dir = getenv("MUSTER_STORE");
	v->bin = getenv("BIN");
	if (v->dir == NULL || v->bin == NULL)
		return -1;
	snprintf(v->needle, sizeof(v->needle), "MUSTER_STORE=%s", v->dir);
	snprintf(path, sizeof(path), "%s/gate", v->dir);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	v->gate =
	    mmap(NULL, sizeof(struct gate_file), PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	return v->gate == MAP_FAILED ? -1 : 0;
}
