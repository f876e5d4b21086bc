/*
 * confine.c: a worker gives up what it does not need.
 */
#include "serve/confine.h"

#ifndef CONFINE
#define CONFINE 1
#endif

#if CONFINE

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/nelem.h"
#include "base/slice.h"

/* Of Linux 6.2; the headers may be older than the kernel. */
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif

enum { PATH_LEN_MAX = 4096 };

/* What can be done with files; the rights of version 1 are the first 13. */
enum {
	RIGHTS_1 = (1 << 13) - 1,
	TO_READ = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
	TO_WRITE = TO_READ | LANDLOCK_ACCESS_FS_WRITE_FILE |
	    LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR |
	    LANDLOCK_ACCESS_FS_REMOVE_FILE
};

/*
 * What the C library, OpenSSL and a resolver read: time zones, character
 * sets, configuration, certificates.
 */
static const char *const library_files[] = { "/etc", "/usr", "/lib", "/lib64",
	"/proc", "/sys/devices/system/cpu", "/dev", "/run/systemd/resolve" };

/* 0 when the kernel has no Landlock. */
static long
landlock_version(void)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);

	return version < 0 ? 0 : version;
}

static uint64_t
rights_known(long version)
{
	uint64_t rights = RIGHTS_1;

	if (version >= 2)
		rights |= LANDLOCK_ACCESS_FS_REFER;
	if (version >= 3)
		rights |= LANDLOCK_ACCESS_FS_TRUNCATE;
	return rights;
}

static bool
allow(int ruleset, const char *path, uint64_t rights)
{
	struct landlock_path_beneath_attr rule = { .allowed_access = rights };
	bool done;

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd == -1)
		return false;
	done = syscall(SYS_landlock_add_rule, ruleset,
		   LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
	close(rule.parent_fd);
	return done;
}

static void
allow_list(int ruleset, const char *list, uint64_t rights)
{
	struct slice rest = slice_of(list), item;
	char path[PATH_LEN_MAX];

	while (slice_next(&rest, ':', &item)) {
		snprintf(path, sizeof(path), "%.*s", SLICE_ARG(item));
		allow(ruleset, path, rights);
	}
}

static bool
enter(int ruleset)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	    syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
}

bool
confine_files(const char *store, const char *schemas, const char *const *files)
{
	long version = landlock_version();
	uint64_t known = rights_known(version);
	struct landlock_ruleset_attr all = { .handled_access_fs = known };
	int ruleset;
	bool done;

	if (version == 0)
		return false;
	ruleset =
	    (int)syscall(SYS_landlock_create_ruleset, &all, sizeof(all), 0);
	if (ruleset == -1)
		return false;
	for (size_t i = 0; i < NELEM(library_files); i++)
		allow(ruleset, library_files[i], TO_READ);
	allow_list(ruleset, schemas, TO_READ);
	for (; *files != NULL; files++)
		allow(ruleset, *files, LANDLOCK_ACCESS_FS_READ_FILE);
	done = allow(ruleset, store,
		   (TO_WRITE | LANDLOCK_ACCESS_FS_TRUNCATE) & known) &&
	    enter(ruleset);
	close(ruleset);
	return done;
}

#if defined(__x86_64__)
#define OUR_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OUR_ARCH AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define OUR_ARCH AUDIT_ARCH_RISCV64
#endif

/* clang-format off */
/* What nobody who serves requests has a use for. */
static const unsigned denied[] = {
	/* other programs and processes */
	SYS_execve, SYS_execveat, SYS_ptrace, SYS_process_vm_readv,
	SYS_process_vm_writev, SYS_kcmp, SYS_pidfd_open, SYS_pidfd_getfd,
#ifdef SYS_fork
	SYS_fork, SYS_vfork,
#endif
	/* other rights */
	SYS_setuid, SYS_setgid, SYS_setreuid, SYS_setregid, SYS_setresuid,
	SYS_setresgid, SYS_setfsuid, SYS_setfsgid, SYS_setgroups, SYS_capset,
	SYS_personality, SYS_add_key, SYS_request_key, SYS_keyctl,
	/* another view of the system */
	SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_setns,
	SYS_unshare, SYS_open_by_handle_at, SYS_name_to_handle_at,
	/* the system itself */
	SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_kexec_load,
	SYS_reboot, SYS_swapon, SYS_swapoff, SYS_settimeofday,
	SYS_clock_settime, SYS_sethostname, SYS_syslog,
	/* doors to large parts of the kernel */
	SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, SYS_io_uring_setup,
};
/* clang-format on */

#define LOAD(field) \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define SKIP_UNLESS(value, n) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (n))
#define ANSWER(action) BPF_STMT(BPF_RET | BPF_K, (action))
#define DENY	       ANSWER(SECCOMP_RET_ERRNO | EPERM)

enum { FILTER_MAX = 200 };
_Static_assert(2 * NELEM(denied) + 20 <= FILTER_MAX, "room for all");

struct program {
	struct sock_filter code[FILTER_MAX];
	unsigned short len;
};

static void
add(struct program *p, const struct sock_filter *code, size_t n)
{
	for (size_t i = 0; i < n && p->len < FILTER_MAX; i++)
		p->code[p->len++] = code[i];
}

#define ADD(p, ...)                                               \
	add((p), (const struct sock_filter[]){ __VA_ARGS__ },     \
	    sizeof((const struct sock_filter[]){ __VA_ARGS__ }) / \
		sizeof(struct sock_filter))

#ifdef OUR_ARCH

static bool
install(const struct program *p)
{
	struct sock_fprog filter = { .len = p->len };
	struct sock_filter code[FILTER_MAX];

	for (size_t i = 0; i < p->len; i++)
		code[i] = p->code[i];
	filter.filter = code;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	    syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
		SECCOMP_FILTER_FLAG_TSYNC, &filter) == 0;
}

bool
confine_calls(bool calls_out)
{
	struct program p = { .len = 0 };

	ADD(&p, LOAD(arch), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCH, 1, 0),
	    DENY, LOAD(nr));
#ifdef __x86_64__
	/* The numbers of x32 begin here. */
	ADD(&p, BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1), DENY);
#endif
	for (size_t i = 0; i < NELEM(denied); i++)
		ADD(&p, SKIP_UNLESS(denied[i], 1), DENY);
	/* A thread, not a process; its newer form cannot be looked into. */
	ADD(&p, SKIP_UNLESS(SYS_clone3, 1), ANSWER(SECCOMP_RET_ERRNO | ENOSYS),
	    SKIP_UNLESS(SYS_clone, 4), LOAD(args[0]),
	    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 0, 1),
	    ANSWER(SECCOMP_RET_ALLOW), DENY);
	/* A socket of this machine, as the one of syslog(3). */
	if (!calls_out)
		ADD(&p, SKIP_UNLESS(SYS_socket, 4), LOAD(args[0]),
		    SKIP_UNLESS(AF_UNIX, 1), ANSWER(SECCOMP_RET_ALLOW), DENY);
	ADD(&p, ANSWER(SECCOMP_RET_ALLOW));
	return install(&p);
}

#else

bool
confine_calls(bool calls_out)
{
	(void)calls_out;
	return false;
}

#endif

#else /* !CONFINE */

bool
confine_files(const char *store, const char *schemas, const char *const *files)
{
	(void)store;
	(void)schemas;
	(void)files;
	return false;
}

bool
confine_calls(bool calls_out)
{
	(void)calls_out;
	return false;
}

#endif
