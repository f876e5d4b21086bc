/*
 * test_backup.c: a backup of a table that grows while it is copied, by more
 * than Berkeley DB reads at once.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/kv_private.h"
#include "tap.h"

/* Rows of 1000 bytes: before the backup, and by another while it is made. */
enum { ROWS = 1200, ROWS_MORE = 4000, VALUE_LEN = 1000 };

static char top[] = "/tmp/muster-backup.XXXXXX";
static char home[64], copied[64], grown[80];

/* The sink, and how it tells the other process what to do. */
struct meanwhile {
	int ask, answer; /* pipes */
	int out;	 /* the file that is written */
	bool is_grown;	 /* is it the one that grows? */
	bool has_grown;
};

static struct kv *
enter(const char *in, bool recover)
{
	struct kv_options options = { .dir = in, .cache_len = 64 << 20 };
	struct error err;
	struct kv *kv;

	if (kv_open(&options, recover, &kv, &err) == 0)
		return kv;
	fprintf(stderr, "%s\n", err.detail);
	exit(EXIT_FAILURE);
}

static struct slice
key_of(int n, char text[16])
{
	snprintf(text, 16, "row %08d", n);
	return slice_of(text);
}

static bool
put_rows(struct kv *kv, int first, int n)
{
	struct arena *a = arena_new();
	char value[VALUE_LEN], key[16];
	bool good = true;
	struct kv_txn *txn;
	struct error err;

	memset(value, 'x', sizeof(value));
	if (kv_begin(kv, KV_WRITE, a, &txn, &err) == -1)
		return false;
	for (int i = first; good && i < first + n; i++)
		good = kv_put(txn, KV_RESOURCES, key_of(i, key),
			   (struct slice){ value, sizeof(value) }) == STORE_OK;
	good = good && kv_commit(txn, &err) == 0;
	arena_free(a);
	return good;
}

static bool
has_rows(struct kv *kv, int n)
{
	struct arena *a = arena_new();
	struct slice value;
	struct kv_txn *txn;
	struct error err;
	bool good;
	char key[16];

	good = kv_begin(kv, KV_READ, a, &txn, &err) == 0;
	for (int i = 0; good && i < n; i++)
		good = kv_get(txn, KV_RESOURCES, key_of(i, key), false,
			   &value) == STORE_OK &&
		    value.len == VALUE_LEN && value.data[0] == 'x';
	good = good && kv_commit(txn, &err) == 0;
	arena_free(a);
	return good;
}

/* The other process: writes rows, then has their pages written. */
static void
other(int asked, int answers)
{
	struct kv *kv = NULL;
	char word;

	while (read(asked, &word, 1) == 1) {
		if (word == 'j')
			kv = enter(home, false);
		if (word == 'p' && !put_rows(kv, ROWS, ROWS_MORE))
			exit(EXIT_FAILURE);
		/* Not before the backup has gone on: that is waited for. */
		if (word != 'c' && write(answers, &word, 1) != 1)
			exit(EXIT_FAILURE);
		if (word == 'c')
			kv_checkpoint(kv, 0);
	}
	if (kv != NULL)
		kv_close(kv);
	exit(EXIT_SUCCESS);
}

static int
tell(const struct meanwhile *m, char word)
{
	if (write(m->ask, &word, 1) != 1)
		return EIO;
	return word == 'c' || read(m->answer, &word, 1) == 1 ? 0 : EIO;
}

/* Until the pages of all rows are in the file, or for ten seconds. */
static bool
grows(void)
{
	struct stat st;

	for (int i = 0; i < 1000; i++) {
		if (stat(grown, &st) == 0 &&
		    st.st_size > (off_t)(ROWS + ROWS_MORE) * VALUE_LEN)
			return true;
		usleep(10000);
	}
	return false;
}

/* The first table is opened when all pages of the others are in the files. */
static int
sink_open(void *arg, const char *name)
{
	struct meanwhile *m = arg;
	char path[300];

	snprintf(path, sizeof(path), "%s/%s", copied, name);
	m->out = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	m->is_grown = strcmp(name, kv_table_file(KV_RESOURCES)) == 0;
	if (m->out == -1)
		return errno;
	return strcmp(name, kv_table_file(KV_META)) == 0 ? tell(m, 'p') : 0;
}

static int
sink_write(void *arg, const void *data, size_t len)
{
	struct meanwhile *m = arg;

	if (write(m->out, data, len) != (ssize_t)len)
		return EIO;
	/* Behind what the file had. */
	if (m->is_grown && !m->has_grown && len < 1 << 20) {
		m->has_grown = tell(m, 'c') == 0 && grows();
		return m->has_grown ? 0 : EIO;
	}
	return 0;
}

static int
sink_close(void *arg)
{
	const struct meanwhile *m = arg;

	return close(m->out) == 0 ? 0 : errno;
}

static void
test_growth(struct meanwhile *m)
{
	const struct kv_sink sink = { sink_open, sink_write, sink_close, m };
	struct kv_options options = { .dir = copied, .cache_len = 64 << 20 };
	struct error err = { .detail = "" };
	struct kv *kv = enter(home, true);

	tap_ok(
	    put_rows(kv, 0, ROWS) && tell(m, 'j') == 0, "two are in the store");
	tap_ok(kv_backup(kv, &sink, &err) == 0 && m->has_grown,
	    "a table that is copied grows meanwhile: %s", err.detail);
	close(m->ask);
	kv_close(kv);
	if (kv_recover_copy(&options, &err) == -1) {
		tap_ok(false, "the copy is sound: %s", err.detail);
		return;
	}
	kv = enter(copied, true);
	tap_ok(has_rows(kv, ROWS + ROWS_MORE), "the copy has all rows");
	kv_close(kv);
}

int
main(void)
{
	struct meanwhile m = { .out = -1 };
	int ask[2], answer[2], status = -1;
	char command[300];
	pid_t pid;

	if (mkdtemp(top) == NULL || pipe(ask) == -1 || pipe(answer) == -1)
		return 1;
	snprintf(home, sizeof(home), "%s/home", top);
	snprintf(copied, sizeof(copied), "%s/copy", top);
	snprintf(
	    grown, sizeof(grown), "%s/%s", home, kv_table_file(KV_RESOURCES));
	if (mkdir(home, 02770) == -1 || mkdir(copied, 02770) == -1)
		return 1;
	/* Before either has the environment. */
	pid = fork();
	if (pid == 0) {
		close(ask[1]);
		other(ask[0], answer[1]);
	}
	close(ask[0]);
	close(answer[1]);
	m.ask = ask[1];
	m.answer = answer[0];
	test_growth(&m);
	tap_ok(waitpid(pid, &status, 0) == pid && status == 0,
	    "the other one is well");
	snprintf(command, sizeof(command), "rm -rf %s", top);
	if (system(command) != 0)
		tap_ok(false, "cleaned up");
	return tap_done();
}
