/*
 * bare.c: what the bench compares muster with: FastCGI programs that do the
 * least that an answer of that kind can cost.  The name that it is started
 * under says what it does for a request:
 *
 *	bare-respond	nothing
 *	bare-get	one Berkeley DB get of the record with the id at the
 *			end of the URL, outside of any transaction
 *	bare-txn	one transaction: the put of a record as long as a
 *			user's, three index puts, commit, flush of the log;
 *			and a checkpoint every 50 commits
 *	bare-walk	a walk over all users in bulk reads, looking at keys
 *
 * and then all send the same bytes: the file that the URL names
 * (/bare-get/NAME/ID) below BARE_REPLIES, a real answer of muster.
 *
 * Like muster: workers on one unix socket (lib/http/prefork.c), standard
 * input drained, FCGX_Detach; the same environment through the same gate; one
 * flush after the locks are free; pages, checksums, sizes of the store.
 * Unlike muster: libfcgi's own accept, no epoll, no request structure, no
 * credential, no JSON, no log line, no watchdog, no deadlock but one retried.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <fcgiapp.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/nelem.h"
#include "base/number.h"
#include "base/uuid.h"
#include "environment.h"
#include "http/prefork.h"

enum {
	REPLIES_MAX = 256,
	REPLY_MAX = 4 * 1024 * 1024,
	NAME_SIZE = 64,
	RECORD_LEN = 700,
	BULK_LEN = 64 * 1024,
	CHECKPOINT_COMMITS = 50,
	CHECKPOINT_KIB = 4096
};

/* Tenant 1 and the type, before the id: lib/store/LAYOUT. */
static const char user_prefix[] = "\0\0\0\1User";

struct reply {
	char name[NAME_SIZE];
	char *text;
	int len;
};

struct bare {
	struct environment e;
	DB *records; /* of bare-txn */
	DB *indexes;
	unsigned commits;
	struct reply replies[REPLIES_MAX];
	size_t nreplies;
};

static DBT
dbt_of(void *data, size_t len)
{
	return (DBT){ .data = data, .size = (u_int32_t)len };
}

static void
make_key(char key[sizeof(user_prefix) + UUID_LEN], const struct uuid *id)
{
	memcpy(key, user_prefix, sizeof(user_prefix));
	memcpy(key + sizeof(user_prefix), id->bytes, UUID_LEN);
}

static void
do_nothing(struct bare *b, struct slice id)
{
	(void)b;
	(void)id;
}

static void
do_get(struct bare *b, struct slice text)
{
	char key[sizeof(user_prefix) + UUID_LEN];
	struct uuid id;
	DBT k = dbt_of(key, sizeof(key)), v = { .flags = 0 };
	int rc;

	if (uuid_parse(text, &id) == -1)
		fatal("no id at the end of the URL");
	make_key(key, &id);
	rc = b->e.resources->get(b->e.resources, NULL, &k, &v, 0);
	if (rc != 0)
		fatal("get: %s", db_strerror(rc));
}

static int
put_all(struct bare *b, DB_TXN *txn, const struct uuid *id)
{
	char record[RECORD_LEN] = { 0 }, key[sizeof(user_prefix) + UUID_LEN];
	char index[3 + sizeof(key)];
	DBT k = dbt_of(key, sizeof(key)), v = dbt_of(record, sizeof(record));
	DBT i = dbt_of(index, sizeof(index)), none = { .flags = 0 };
	int rc;

	make_key(key, id);
	rc = b->records->put(b->records, txn, &k, &v, 0);
	for (char n = 0; n < 3 && rc == 0; n++) {
		/* Names do not come in order: the random end goes first. */
		memset(index, n, 3);
		for (size_t j = 0; j < sizeof(key); j++)
			index[3 + j] = key[sizeof(key) - 1 - j];
		rc = b->indexes->put(b->indexes, txn, &i, &none, 0);
	}
	return rc;
}

static void
do_txn(struct bare *b, struct slice unused)
{
	DB_ENV *env = b->e.env;
	struct uuid id = uuid_new(clock_now_ms());
	DB_TXN *txn;
	int rc;

	(void)unused;
	do {
		rc = env->txn_begin(env, NULL, &txn, 0);
		if (rc == 0 && (rc = put_all(b, txn, &id)) != 0)
			txn->abort(txn);
		else if (rc == 0)
			rc = txn->commit(txn, DB_TXN_NOSYNC);
	} while (rc == DB_LOCK_DEADLOCK);
	if (rc == 0)
		rc = env->log_flush(env, NULL);
	if (rc != 0)
		fatal("transaction: %s", db_strerror(rc));
	if (++b->commits % CHECKPOINT_COMMITS == 0)
		env->txn_checkpoint(env, CHECKPOINT_KIB, 0, 0);
}

/* The users in the buffer; false when one is past the last. */
static bool
walk_buffer(DBT *bulk, size_t *n)
{
	u_int32_t key_len, value_len;
	u_int8_t *key, *value;
	void *next;

	DB_MULTIPLE_INIT(next, bulk);
	for (;;) {
		DB_MULTIPLE_KEY_NEXT(
		    next, bulk, key, key_len, value, value_len);
		if (next == NULL)
			return true;
		if (key_len < sizeof(user_prefix) ||
		    memcmp(key, user_prefix, sizeof(user_prefix)) != 0)
			return false;
		*n += value_len > 0 && value != NULL;
	}
}

static void
do_walk(struct bare *b, struct slice unused)
{
	static char buffer[BULK_LEN];
	char prefix[sizeof(user_prefix)];
	DBT k = dbt_of(prefix, sizeof(prefix)),
	    v = { .data = buffer, .ulen = BULK_LEN, .flags = DB_DBT_USERMEM };
	DBC *cursor;
	size_t n = 0;
	int rc;

	(void)unused;
	memcpy(prefix, user_prefix, sizeof(prefix));
	if (b->e.resources->cursor(b->e.resources, NULL, &cursor, 0) != 0)
		fatal("no cursor");
	rc = cursor->get(cursor, &k, &v, DB_SET_RANGE | DB_MULTIPLE_KEY);
	while (rc == 0 && walk_buffer(&v, &n))
		rc = cursor->get(cursor, &k, &v, DB_NEXT | DB_MULTIPLE_KEY);
	if ((rc != 0 && rc != DB_NOTFOUND) || n == 0)
		fatal("walk: %s", db_strerror(rc));
	cursor->close(cursor);
}

static const struct kind {
	const char *name;
	void (*work)(struct bare *b, struct slice id);
	bool store;  /* joins it */
	bool tables; /* has its own in it */
} kinds[] = {
	{ "bare-respond", do_nothing, false, false },
	{ "bare-get", do_get, true, false },
	{ "bare-txn", do_txn, true, true },
	{ "bare-walk", do_walk, true, false },
};

static void
load_reply(struct reply *reply, struct slice name)
{
	char path[4096];
	ssize_t n;
	int fd;

	if (name.len >= NAME_SIZE)
		fatal("the name of a reply is too long");
	memcpy(reply->name, name.data, name.len);
	snprintf(
	    path, sizeof(path), "%s/%s", getenv("BARE_REPLIES"), reply->name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	reply->text = malloc(REPLY_MAX);
	if (fd == -1 || reply->text == NULL ||
	    (n = read(fd, reply->text, REPLY_MAX)) <= 0)
		fatal("%s cannot be read", path);
	reply->len = (int)n;
	close(fd);
}

static const struct reply *
find_reply(struct bare *b, struct slice name)
{
	for (size_t i = 0; i < b->nreplies; i++)
		if (slice_equal(slice_of(b->replies[i].name), name))
			return &b->replies[i];
	if (b->nreplies == REPLIES_MAX)
		fatal("too many replies");
	load_reply(&b->replies[b->nreplies], name);
	return &b->replies[b->nreplies++];
}

static void
serve_one(struct bare *b, const struct kind *kind, FCGX_Request *fcgi)
{
	const char *uri = FCGX_GetParam("REQUEST_URI", fcgi->envp);
	struct slice rest = slice_of(uri == NULL ? "" : uri), name, id;
	const struct reply *reply;
	char chunk[8192];

	while (FCGX_GetStr(chunk, sizeof(chunk), fcgi->in) > 0)
		;
	slice_next(&rest, '/', &name);
	slice_next(&rest, '/', &name);
	if (!slice_next(&rest, '/', &name) || !slice_next(&rest, '/', &id))
		id = name;
	reply = find_reply(b, name);
	if (kind->store)
		gate_enter_section(b->e.gate);
	kind->work(b, id);
	if (kind->store)
		gate_leave_section(b->e.gate);
	FCGX_PutStr(reply->text, reply->len, fcgi->out);
	FCGX_Detach(fcgi);
	FCGX_Finish_r(fcgi);
}

static int
serve(struct bare *b, const struct kind *kind)
{
	FCGX_Request fcgi;

	if (FCGX_Init() != 0 ||
	    FCGX_InitRequest(&fcgi, 0, FCGI_FAIL_ACCEPT_ON_INTR) != 0)
		fatal("FastCGI could not be started");
	while (FCGX_Accept_r(&fcgi) == 0)
		serve_one(b, kind, &fcgi);
	FCGX_Free(&fcgi, 1);
	return EXIT_SUCCESS;
}

static const struct kind *
find_kind(const char *program)
{
	const char *slash = strrchr(program, '/');
	const char *name = slash == NULL ? program : slash + 1;

	for (size_t i = 0; i < NELEM(kinds); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	fatal("%s: started under no name that is known", program);
}

int
main(int argc, char **argv)
{
	static struct bare b;
	const struct kind *kind = find_kind(argc > 0 ? argv[0] : "");
	const char *workers = getenv("BARE_WORKERS");
	int64_t n;
	int rc;

	log_open(kind->name, LOG_LEVEL_WARNING);
	if (parse_int(slice_of(workers == NULL ? "8" : workers), 1, 64, &n,
		NULL) == -1)
		fatal("BARE_WORKERS: from 1 to 64");
	http_prefork((unsigned)n, "");
	if (kind->store && environment_join(&b.e, getenv("MUSTER_STORE")) == -1)
		return EXIT_FAILURE;
	if (kind->tables &&
	    (environment_table(&b.e, "bench.db", &b.records) == -1 ||
		environment_table(&b.e, "bench_indexes.db", &b.indexes) == -1))
		return EXIT_FAILURE;
	rc = serve(&b, kind);
	if (kind->tables) {
		b.records->close(b.records, DB_NOSYNC);
		b.indexes->close(b.indexes, DB_NOSYNC);
	}
	if (kind->store)
		environment_leave(&b.e);
	return rc;
}
