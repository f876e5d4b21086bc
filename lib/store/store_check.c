/*
 * store_check.c: is this directory a store that may be entered, and what is
 * to be done if it is not?
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/nelem.h"
#include "base/number.h"
#include "store/store_private.h"

static const struct slice format_key = { "format", 6 };

/* The format of a store: this name and a number that grows. */
#define FORMAT_NAME "muster "
#define FORMAT_TEXT "muster 3"

const char *
store_format(void)
{
	return FORMAT_TEXT;
}

int
store_format_found(const struct store *store)
{
	return store->format;
}

/* Who reads also writes: locks, and what a killed one left to be done. */
int
store_check_no_backup(const char *dir, struct error *err)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/" STORE_BACKUP_MARK, dir);
	if (access(path, F_OK) == -1)
		return 0;
	return error_set(err, ERR_INTERNAL,
	    "%s is a backup, or one that was not restored to the end; make a "
	    "store of it: muster restore --store NEW %s",
	    dir, dir);
}

/*
 * Whoever may write to the directory may put another store there; the tables
 * hold hashes of secrets and people's data.
 */
static int
check_others(const char *path, mode_t forbidden, struct error *err)
{
	struct stat st;

	if (stat(path, &st) == -1 || (st.st_mode & forbidden) == 0)
		return 0;
	return error_set(err, ERR_INTERNAL,
	    "%s: the mode %04o lets everybody on this machine %s it, which "
	    "nobody but its owner and group must: chmod o-rwx '%s'",
	    path, (unsigned)st.st_mode & 07777,
	    st.st_mode & forbidden & S_IWOTH ? "change" : "read", path);
}

int
store_make_directory(const char *dir, struct error *err)
{
	if (mkdir(dir, 0770) == -1)
		return errno == EEXIST ? check_others(dir, S_IWOTH, err)
				       : error_set(err, ERR_INTERNAL, "%s: %s",
					     dir, strerror(errno));
	/* Whatever the umask: web server and administrator share a group. */
	if (chmod(dir, 02770) == 0)
		return 0;
	return error_set(err, ERR_INTERNAL, "%s: %s", dir, strerror(errno));
}

/* "key" has its own check, and what is not ours is nobody's business. */
static bool
is_private(const char *name)
{
	static const char *const dirs[] = { "audit", "log", "beat" };
	size_t len = strlen(name);

	for (size_t i = 0; i < NELEM(dirs); i++)
		if (strcmp(name, dirs[i]) == 0)
			return true;
	return (len > 3 && strcmp(name + len - 3, ".db") == 0) ||
	    strncmp(name, "log.", 4) == 0 || strncmp(name, "__db.", 5) == 0;
}

/* In a directory that others may enter everything has to be closed. */
static int
check_all(const char *dir, struct error *err)
{
	DIR *d = opendir(dir);
	const struct dirent *entry;
	char path[4096];
	int rc = 0;

	while (d != NULL && rc == 0 && (entry = readdir(d)) != NULL) {
		if (!is_private(entry->d_name))
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, entry->d_name);
		rc = check_others(path, S_IRWXO, err);
	}
	if (d != NULL)
		closedir(d);
	return rc;
}

static int
check_private(const char *dir, struct error *err)
{
	static const char *const files[] = { "gate", "credentials.db",
		"resources.db", "meta.db" };
	char path[4096];
	struct stat st;

	if (check_others(dir, S_IWOTH, err) == -1)
		return -1;
	for (size_t i = 0; i < NELEM(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, files[i]);
		if (check_others(path, S_IRWXO, err) == -1)
			return -1;
	}
	return stat(dir, &st) == 0 && (st.st_mode & S_IXOTH) != 0
	    ? check_all(dir, err)
	    : 0;
}

int
store_check_exists(const char *dir, struct error *err)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/gate", dir);
	if (access(path, R_OK | W_OK) == 0 && access(dir, W_OK) == 0)
		return check_private(dir, err);
	switch (errno) {
	case ENOENT:
		return error_set(err, ERR_NOT_FOUND,
		    "there is no store in "
		    "%s; make one: muster init --store %s",
		    dir, dir);
	case EROFS:
		return error_set(err, ERR_INTERNAL,
		    "%s: the file system is read-only; a store must be "
		    "writable even to be read: mount it read-write",
		    dir);
	case EACCES:
		return error_set(err, ERR_INTERNAL,
		    "%s: permission denied; whoever uses a store must be in "
		    "the group of this directory (mode 2770) and of its files "
		    "(mode 660)",
		    dir);
	default:
		return error_set(
		    err, ERR_INTERNAL, "%s: %s", path, strerror(errno));
	}
}

/* The number in TEXT, "muster 1"; 0 if it is none of muster's. */
static int64_t
format_number(struct slice text)
{
	struct slice name = SLICE(FORMAT_NAME);
	int64_t number = 0;

	if (text.len > name.len &&
	    slice_equal((struct slice){ text.data, name.len }, name))
		parse_int(
		    slice_from(text, name.len), 1, INT64_MAX, &number, NULL);
	return number;
}

/* Why a store with the format TEXT is not entered, and what to do. */
static int
refuse_format(struct slice text, int64_t number, struct error *err)
{
	if (number > STORE_FORMAT)
		return error_set(err, ERR_INTERNAL,
		    "the store has the format '%.*s', this muster knows up to "
		    "'" FORMAT_TEXT "': use the version that wrote it, or a "
		    "newer one",
		    SLICE_ARG(text));
	if (number > 0)
		return error_set(err, ERR_INTERNAL,
		    "the store has the format '%.*s', which is older than "
		    "'" FORMAT_TEXT "': stop the programs, make a backup, and "
		    "run muster upgrade",
		    SLICE_ARG(text));
	return error_set(err, ERR_INTERNAL,
	    "the store has the format '%.*s', which is none of muster's: is "
	    "this the right directory?",
	    SLICE_ARG(text));
}

enum store_status
store_put_format(struct kv_txn *txn)
{
	return kv_put(txn, KV_META, format_key, SLICE(FORMAT_TEXT));
}

struct format_check {
	struct store *store;
	const struct store_options *options;
};

static int
format_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct format_check *check = arg;
	struct slice text;
	int64_t number;

	switch (kv_get(txn, KV_META, format_key, false, &text)) {
	case STORE_OK:
		break;
	case STORE_NOTFOUND:
		if (!check->options->create)
			return error_set(err, ERR_INTERNAL,
			    "the store was not made to the end: run muster "
			    "init again");
		check->store->format = STORE_FORMAT;
		if (store_check_key(check->store, txn, true, err) == -1)
			return -1;
		return store_put_format(txn) == STORE_OK ? 0 : -1;
	default:
		return -1;
	}
	number = format_number(text);
	if (number != STORE_FORMAT &&
	    !(check->options->upgrade && number > 0 && number < STORE_FORMAT))
		return refuse_format(text, number, err);
	check->store->format = (int)number;
	return store_check_key(check->store, txn, false, err);
}

int
store_check_alone(const struct store *store, struct error *err)
{
	if (gate_is_alone(store->gate))
		return 0;
	return error_set(err, ERR_BUSY,
	    "other programs are at work in the store: stop them first");
}

int
store_check_format(
    struct store *store, const struct store_options *options, struct error *err)
{
	struct format_check check = { store, options };
	int rc = options->create ? store_txn(store, format_body, &check, err)
				 : store_peek(store, format_body, &check, err);

	if (rc == 0 && store->format < STORE_FORMAT)
		return store_check_alone(store, err);
	return rc;
}
