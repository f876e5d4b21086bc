/*
 * load.c: clients that write to and read from one store, note what was
 * acknowledged, and later look whether it is there.
 *
 *	load run ORIGIN-PORT BIN SECONDS CLIENTS JOURNAL GROUP
 *	load check ORIGIN-PORT JOURNAL GROUP [SINCE-NS UNTIL-NS]
 *	load now
 *
 * TOKEN is in the environment.  The last two of the clients speak to the
 * programs in BIN as plain CGI (they need MUSTER_STORE), the others over
 * HTTP.  GROUP is the id of the group that users become members of.
 *
 * run prints "acked=N odd=N unsure=N full=N gap=MS wgap=MS", the longest
 * times without a successful answer, of any kind and to a write; check
 * prints "acked=N lost=N half=N unanswered=N".
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ask.h"
#include "base/clock.h"
#include "journal.h"

enum { ANSWER_WAIT_MS = 20000, CGI_CLIENTS = 2 };

/* What the clients share. */
struct tally {
	_Atomic int64_t good_at, wrote_at; /* monotonic ms */
	_Atomic int64_t acked, odd, unsure, full;
};

struct client {
	struct server server;
	struct tally *tally;
	unsigned number;
	int journal;
	const char *group;
	struct user *users;
	unsigned made; /* users so far */
	long titles;   /* given so far */
	struct answer *answer;
};

static int64_t
now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static void
note(struct client *c, const char *word, unsigned user, enum step step,
    const char *value)
{
	char line[256];
	int len = snprintf(line, sizeof(line), "%" PRId64 " %s %u %u %s %s\n",
	    now_ns(), word, c->number, user, step_names[step], value);

	if (write(c->journal, line, (size_t)len) != len)
		_exit(1);
	journal_take(&c->users[user], word, step, value);
}

/*
 * An answer that nobody should get, told once in full.  A server without
 * workers, or one whose worker died, is not odd.
 */
static void
note_odd(struct client *c, const char *what, unsigned user)
{
	atomic_fetch_add(&c->tally->odd, 1);
	fprintf(stderr, "odd: client %u user %u %s: %d %.300s\n", c->number,
	    user, what, c->answer->status, c->answer->body);
}

static void
note_good(struct client *c, bool wrote)
{
	int64_t now = clock_monotonic_ms();

	atomic_store(&c->tally->good_at, now);
	if (!wrote)
		return;
	atomic_store(&c->tally->wrote_at, now);
	atomic_fetch_add(&c->tally->acked, 1);
}

/* A 503 may tell that the outcome is not known; 507, that nothing was done. */
static void
note_answer(struct client *c, unsigned user, enum step step, const char *value)
{
	int status = c->answer->status;
	char id[ID_SIZE] = "";

	if (status == 507) {
		atomic_fetch_add(&c->tally->full, 1);
		note(c, "no", user, step, value);
	} else if (status >= 200 && status < 300) {
		if (step == STEP_CREATE &&
		    !answer_text(c->answer, "id", id, sizeof(id))) {
			note_odd(c, "no id", user);
			return;
		}
		note(c, "ack", user, step, step == STEP_CREATE ? id : value);
		note_good(c, true);
	} else {
		atomic_fetch_add(&c->tally->unsure, 1);
		if (status != 0 && status < 500)
			note_odd(c, step_names[step], user);
	}
}

static void
try(struct client *c, unsigned user, enum step step, const char *value,
    const char *method, const char *path, const char *body)
{
	note(c, "try", user, step, value);
	ask(&c->server, method, path, body, c->answer);
	note_answer(c, user, step, value);
}

static void
create(struct client *c)
{
	unsigned user = c->made++;
	char body[512], value[32];

	snprintf(value, sizeof(value), "%ld", ++c->titles);
	snprintf(body, sizeof(body),
	    "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],"
	    "\"userName\":\"c%u-u%u\",\"title\":\"t%s\","
	    "\"emails\":[{\"value\":\"c%u-u%u@example.org\"}]}",
	    c->number, user, value, c->number, user);
	try(c, user, STEP_CREATE, value, "POST", "/Users", body);
}

#define PATCH_BEGIN                                                         \
	"{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"]," \
	"\"Operations\":["

static void
change_title(struct client *c, unsigned user)
{
	char path[128], body[512], value[32];

	snprintf(value, sizeof(value), "%ld", ++c->titles);
	snprintf(path, sizeof(path), "/Users/%s", c->users[user].id);
	snprintf(body, sizeof(body),
	    PATCH_BEGIN
	    "{\"op\":\"replace\",\"path\":\"title\",\"value\":\"t%s\"}]}",
	    value);
	try(c, user, STEP_TITLE, value, "PATCH", path, body);
}

static void
change_member(struct client *c, unsigned user)
{
	const struct user *u = &c->users[user];
	char path[128], body[512];

	snprintf(path, sizeof(path), "/Groups/%s", c->group);
	snprintf(body, sizeof(body),
	    PATCH_BEGIN "{\"op\":\"%s\",\"path\":\"members\","
			"\"value\":[{\"value\":\"%s\"}]}]}",
	    u->maybe_member ? "remove" : "add", u->id);
	try(c, user, STEP_MEMBER, u->maybe_member ? "0" : "1", "PATCH", path,
	    body);
}

static void
delete_user(struct client *c, unsigned user)
{
	char path[128];

	snprintf(path, sizeof(path), "/Users/%s", c->users[user].id);
	try(c, user, STEP_DELETE, "0", "DELETE", path, NULL);
}

/* Does the body show what user U must be?  Title and membership. */
static bool
is_right(const struct user *u, const struct answer *answer, const char *group)
{
	char title[32];
	long number;
	bool is_member = strstr(answer->body, group) != NULL;

	if (!answer_text(answer, "title", title, sizeof(title)))
		return false;
	number = strtol(title + 1, NULL, 10);
	/* Whatever was tried in between counts up. */
	return number >= u->title && number <= u->other_title &&
	    (is_member ? u->maybe_member : u->maybe_stranger);
}

static void
read_user(struct client *c, unsigned user)
{
	const struct user *u = &c->users[user];
	char path[128];

	snprintf(path, sizeof(path), "/Users/%s", u->id);
	ask(&c->server, "GET", path, NULL, c->answer);
	if (c->answer->status == 200)
		note_good(c, false);
	if (c->answer->status == 200
		? !is_right(u, c->answer, c->group)
		: c->answer->status != 0 && c->answer->status < 500)
		note_odd(c, "read", user);
}

/* A user of ours of whom all is known, or -1. */
static int
choose(const struct client *c)
{
	for (int tries = 0; tries < 20 && c->made > 0; tries++) {
		int i = rand() % (int)c->made;

		if (!c->users[i].unsure && !c->users[i].maybe_gone)
			return i;
	}
	return -1;
}

static void
one_step(struct client *c)
{
	int dice = rand() % 100, user = choose(c);

	if (c->made < USERS_MAX - 1 && (user == -1 || dice < 25))
		create(c);
	else if (dice < 50)
		change_title(c, (unsigned)user);
	else if (dice < 70)
		change_member(c, (unsigned)user);
	else if (dice < 75)
		delete_user(c, (unsigned)user);
	else
		read_user(c, (unsigned)user);
}

__attribute__((noreturn)) static void
be_client(struct client *c, int64_t until)
{
	struct timespec pause = { .tv_nsec = 20000000 };

	srand((unsigned)now_ns() ^ c->number);
	c->users = calloc(USERS_MAX, sizeof(*c->users));
	c->answer = malloc(sizeof(*c->answer));
	while (clock_monotonic_ms() < until) {
		one_step(c);
		if (c->answer->status == 0 || c->answer->status >= 500)
			nanosleep(&pause, NULL);
	}
	_exit(0);
}

struct gaps {
	int64_t any, write;
};

static void
measure(const struct tally *tally, int64_t until, struct gaps *gaps)
{
	struct timespec pause = { .tv_nsec = 2000000 };
	int64_t now;

	while ((now = clock_monotonic_ms()) < until) {
		int64_t any = now - atomic_load(&tally->good_at);
		int64_t write = now - atomic_load(&tally->wrote_at);

		if (any > gaps->any)
			gaps->any = any;
		if (write > gaps->write)
			gaps->write = write;
		nanosleep(&pause, NULL);
	}
}

static int
run(char **words)
{
	int64_t until =
	    clock_monotonic_ms() + strtol(words[2], NULL, 10) * 1000;
	unsigned clients = (unsigned)strtoul(words[3], NULL, 10);
	struct tally *tally = mmap(NULL, sizeof(*tally), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct client c = { .tally = tally, .group = words[5] };
	struct gaps gaps = { 0, 0 };

	c.journal =
	    open(words[4], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (tally == MAP_FAILED || c.journal == -1 || clients > CLIENTS_MAX)
		return 1;
	atomic_store(&tally->good_at, clock_monotonic_ms());
	atomic_store(&tally->wrote_at, clock_monotonic_ms());
	for (c.number = 0; c.number < clients; c.number++) {
		c.server = (struct server){ .bin = words[1],
			.token = getenv("TOKEN") };
		if (c.number + CGI_CLIENTS < clients)
			c.server.port = (int)strtol(words[0], NULL, 10);
		if (fork() == 0)
			be_client(&c, until);
	}
	measure(tally, until, &gaps);
	while (wait(NULL) > 0 || errno == EINTR)
		continue;
	printf("acked=%" PRId64 " odd=%" PRId64 " unsure=%" PRId64
	       " full=%" PRId64 " gap=%" PRId64 " wgap=%" PRId64 "\n",
	    tally->acked, tally->odd, tally->unsure, tally->full, gaps.any,
	    gaps.write);
	return 0;
}

struct check {
	struct server server;
	const char *group;
	struct answer *answer;
	int64_t until; /* for answers, monotonic ms */
	long lost, half, unanswered;
};

/* Ask until there is an answer that does not blame the server. */
static int
insist(struct check *k, const char *path)
{
	struct timespec pause = { .tv_nsec = 50000000 };

	for (;;) {
		ask(&k->server, "GET", path, NULL, k->answer);
		if (k->answer->status != 0 && k->answer->status < 500)
			return k->answer->status;
		if (clock_monotonic_ms() >= k->until)
			return 0;
		nanosleep(&pause, NULL);
	}
}

static void
tell(const struct check *k, const char *what, unsigned client, unsigned user,
    const struct user *u)
{
	fprintf(stderr,
	    "%s: client %u user %u %s: there %d gone %d member %d stranger %d "
	    "title %ld or %ld; got %d %.400s\n",
	    what, client, user, u->id, u->maybe_there, u->maybe_gone,
	    u->maybe_member, u->maybe_stranger, u->title, u->other_title,
	    k->answer->status, k->answer->body);
}

/* A user with an id: a create was acknowledged. */
static void
check_known(struct check *k, unsigned client, unsigned user, struct user *u)
{
	char path[128];
	int status;

	snprintf(path, sizeof(path), "/Users/%s", u->id);
	status = insist(k, path);
	if (status == 0) {
		k->unanswered++;
	} else if (status == 200
		? !u->maybe_there || !is_right(u, k->answer, k->group)
		: !u->maybe_gone) {
		k->lost++;
		tell(k, "lost", client, user, u);
	}
}

/* A create without an answer: there as a whole, or not at all. */
static void
check_unknown(struct check *k, unsigned client, unsigned user, struct user *u)
{
	char path[128];

	snprintf(path, sizeof(path),
	    "/Users?filter=userName%%20eq%%20%%22c%u-u%u%%22", client, user);
	if (insist(k, path) == 0) {
		k->unanswered++;
	} else if (strstr(k->answer->body, "\"totalResults\":0") == NULL &&
	    (!u->maybe_there || !is_right(u, k->answer, k->group))) {
		k->half++;
		tell(k, "half", client, user, u);
	}
}

static int
check(int argc, char **words)
{
	struct check k = { .server = { .token = getenv("TOKEN") },
		.group = words[2],
		.answer = malloc(sizeof(struct answer)),
		.until = clock_monotonic_ms() + ANSWER_WAIT_MS };
	struct journal j;
	int64_t since = argc > 4 ? strtoll(words[3], NULL, 10) : 0;
	int64_t until = argc > 4 ? strtoll(words[4], NULL, 10) : 0;
	int rc;

	k.server.port = (int)strtol(words[0], NULL, 10);
	rc = journal_read(words[1], since, until, &j);
	for (unsigned c = 0; c < CLIENTS_MAX && rc == 0; c++)
		for (unsigned i = 0; i < USERS_MAX; i++) {
			struct user *u = &j.users[c][i];

			if (u->id[0] != '\0')
				check_known(&k, c, i, u);
			else if (u->tried)
				check_unknown(&k, c, i, u);
		}
	if (rc == 0)
		printf("acked=%ld lost=%ld half=%ld unanswered=%ld\n", j.acked,
		    k.lost, k.half, k.unanswered);
	journal_free(&j);
	free(k.answer);
	return rc == 0 ? 0 : 1;
}

int
main(int argc, char **argv)
{
	if (argc == 8 && strcmp(argv[1], "run") == 0)
		return run(argv + 2);
	if (argc == 2 && strcmp(argv[1], "now") == 0)
		return printf("%" PRId64 "\n", now_ns()) < 0;
	if ((argc == 5 || argc == 7) && strcmp(argv[1], "check") == 0)
		return check(argc - 2, argv + 2);
	fputs("usage: see load.c\n", stderr);
	return 2;
}
