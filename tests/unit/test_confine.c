/*
 * test_confine.c: what a worker can do before and after it gave up what it
 * does not need.  Each row runs in a process of its own, twice.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/nelem.h"
#include "serve/confine.h"
#include "tap.h"

static char directory[] = "/tmp/muster-confine.XXXXXX";
static char store[64], schemas[64], other[64], key_file[128];
static const char *const files[] = { key_file, "", NULL };

static int
try_open(const char *dir, const char *name, int flags)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, flags, 0600);
	if (fd == -1)
		return -1;
	close(fd);
	return 0;
}

static int
write_store(void)
{
	return try_open(store, "new", O_RDWR | O_CREAT | O_EXCL);
}

static int
remove_in_store(void)
{
	char from[128], to[128];

	snprintf(from, sizeof(from), "%s/there", store);
	snprintf(to, sizeof(to), "%s/moved", store);
	return rename(from, to) == -1 ? -1 : unlink(to);
}

static int
truncate_in_store(void)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/there", store);
	return truncate(path, 0);
}

static int
read_schema(void)
{
	return try_open(schemas, "there", O_RDONLY);
}

static int
write_schema(void)
{
	return try_open(schemas, "there", O_WRONLY);
}

static int
read_library(void)
{
	return try_open("/etc", "passwd", O_RDONLY);
}

static int
read_other(void)
{
	return try_open(other, "there", O_RDONLY);
}

static int
read_key(void)
{
	return try_open(other, "key", O_RDONLY);
}

static int
make_other(void)
{
	return try_open(other, "new", O_RDWR | O_CREAT);
}

static int
remove_other(void)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/there", other);
	return unlink(path);
}

static int
execute(void)
{
	execl("/bin/true", "true", (char *)NULL);
	return -1;
}

static int
spawn(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid == -1 ? -1 : 0;
}

static void *
nothing(void *arg)
{
	return arg;
}

static int
make_thread(void)
{
	pthread_t thread;

	return pthread_create(&thread, NULL, nothing, NULL) == 0
	    ? pthread_join(thread, NULL)
	    : -1;
}

static int
internet(void)
{
	return socket(AF_INET, SOCK_STREAM, 0);
}

static int
unix_socket(void)
{
	return socket(AF_UNIX, SOCK_DGRAM, 0);
}

static int
trace_me(void)
{
	return (int)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static int
map_memory(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
	    ? -1
	    : 0;
}

static const struct {
	const char *what;
	int (*deed)(void);
	bool stays; /* possible */
} rows[] = {
	{ "a file is made in the store", write_store, true },
	{ "one is renamed and removed there", remove_in_store, true },
	{ "one is cut there", truncate_in_store, true },
	{ "a schema is read", read_schema, true },
	{ "a schema is written", write_schema, false },
	{ "a file of the system is read", read_library, true },
	{ "another file is read", read_other, false },
	{ "the key file, elsewhere, is read", read_key, true },
	{ "a file is made elsewhere", make_other, false },
	{ "one is removed elsewhere", remove_other, false },
	{ "a program is run", execute, false },
	{ "a process is made", spawn, false },
	{ "a thread is made", make_thread, true },
	{ "a socket of the Internet", internet, false },
	{ "a socket of this machine", unix_socket, true },
	{ "a process is traced", trace_me, false },
	{ "memory is taken", map_memory, true },
};

/* execl does not come back: it ends with 0 like the rest. */
static bool
is_possible(size_t i, bool confined)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		if (confined &&
		    (!confine_files(store, schemas, files) ||
			!confine_calls(false)))
			_exit(2);
		_exit(rows[i].deed() == -1 ? 1 : 0);
	}
	waitpid(pid, &status, 0);
	if (WEXITSTATUS(status) == 2) {
		printf("not ok - this process cannot be confined\n");
		exit(EXIT_FAILURE);
	}
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void
make_place(char *path, size_t size, const char *name)
{
	snprintf(path, size, "%s/%s", directory, name);
	mkdir(path, 0700);
	try_open(path, "there", O_RDWR | O_CREAT);
}

static void
make_places(void)
{
	make_place(store, sizeof(store), "store");
	make_place(schemas, sizeof(schemas), "schemas");
	make_place(other, sizeof(other), "other");
	snprintf(key_file, sizeof(key_file), "%s/key", other);
	try_open(other, "key", O_RDWR | O_CREAT);
}

static void
remove_places(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s", directory);
	if (system(command) != 0)
		exit(EXIT_FAILURE);
}

/* Can it at all?  A kernel without it, or a build with -DCONFINE=0. */
static bool
is_able(bool (*confine)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(confine() ? 0 : 1);
	waitpid(pid, &status, 0);
	return status == 0;
}

static bool
able_files(void)
{
	return confine_files(store, schemas, files);
}

static bool
able_calls(void)
{
	return confine_calls(false);
}

int
main(void)
{
	if (mkdtemp(directory) == NULL)
		return EXIT_FAILURE;
	make_places();
	if (!is_able(able_files) || !is_able(able_calls)) {
		printf("1..0 # SKIP the kernel, or this build, has no %s\n",
		    is_able(able_calls) ? "Landlock" : "seccomp");
		remove_places();
		return EXIT_SUCCESS;
	}
	for (size_t i = 0; i < NELEM(rows); i++) {
		bool before, after;

		make_places();
		before = is_possible(i, false);
		remove_places();
		mkdir(directory, 0700);
		make_places();
		after = is_possible(i, true);
		tap_ok(before && after == rows[i].stays, "%s: %s", rows[i].what,
		    rows[i].stays ? "as before" : "not any more");
	}
	remove_places();
	return tap_done();
}
