/*
 * store_check.c: is this directory a store that may be entered, and what is
 * to be done if it is not?
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/number.h"
#include "store/store_private.h"

static const struct slice format_key = { "format", 6 };

/* The format of a store: this name and a number that grows. */
#define FORMAT_NAME "muster "
#define FORMAT_TEXT "muster 2"

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

int
store_make_directory(const char *dir, struct error *err)
{
	if (mkdir(dir, 0770) == -1)
		return errno == EEXIST ? 0
				       : error_set(err, ERR_INTERNAL, "%s: %s",
					     dir, strerror(errno));
	/* Whatever the umask: web server and administrator share a group. */
	if (chmod(dir, 02770) == 0)
		return 0;
	return error_set(err, ERR_INTERNAL, "%s: %s", dir, strerror(errno));
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

int
store_check_exists(const char *dir, struct error *err)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/gate", dir);
	if (access(path, R_OK | W_OK) == 0 && access(dir, W_OK) == 0)
		return 0;
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
		return store_put_format(txn) == STORE_OK ? 0 : -1;
	default:
		return -1;
	}
	number = format_number(text);
	if (number != STORE_FORMAT &&
	    !(check->options->upgrade && number > 0 && number < STORE_FORMAT))
		return refuse_format(text, number, err);
	check->store->format = (int)number;
	return 0;
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
				 : store_view(store, format_body, &check, err);

	if (rc == 0 && store->format < STORE_FORMAT)
		return store_check_alone(store, err);
	return rc;
}
