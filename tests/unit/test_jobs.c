/*
 * test_jobs.c: what the engine has of a job; a deletion that is killed
 * anywhere is ended by the next one, and leaves nothing; nothing is written
 * behind it, nor behind a tenant's (PS-013, PS-023, PS-031).
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/nelem.h"
#include "fixture.h"
#include "store/jobs.h"
#include "store/key.h"
#include "store/links.h"
#include "store/tenants.h"
#include "sync/jobs.h"
#include "tap.h"
#include "tenancy/tenancy.h"

/* A transaction removes all of these links, or 500 other keys. */
enum { NOW = 1760000000, ASSIGNED = 1700, LINKS = 20, DELETES_MAX = 700 };

/* The linker puts this between the library and the store (--wrap). */
static uint64_t deletes_left; /* 0: as many as there are */

enum store_status __real_kv_delete(
    struct kv_txn *, enum kv_table, struct slice);
enum store_status __wrap_kv_delete(
    struct kv_txn *, enum kv_table, struct slice);

enum store_status
__wrap_kv_delete(struct kv_txn *txn, enum kv_table table, struct slice key)
{
	if (deletes_left > 0 && --deletes_left == 0)
		kill(getpid(), SIGKILL);
	return __real_kv_delete(txn, table, key);
}

static char dir[] = "/tmp/muster-jobs.XXXXXX";

struct place {
	struct store *store;
	struct jobs jobs;
	struct arena *a;
	struct error err;
};

static void
open_place(struct place *p)
{
	struct store_options options = {
		.dir = dir, .kind = STORE_TOOL, .create = true
	};

	*p = (struct place){ .a = arena_new() };
	if (store_open(&options, &p->store, &p->err) == -1) {
		printf("not ok - %s\n", p->err.detail);
		exit(1);
	}
	store_act_as(p->store, SLICE("test"), SLICE(""));
	p->jobs = (struct jobs){ .store = p->store,
		.catalog = fixture_catalog(p->a),
		.arena = p->a,
		.tenant = 1,
		.actor = SLICE("test"),
		.now = NOW * 1000LL };
	p->jobs.profile = profile_default(p->jobs.catalog);
}

static void
close_place(struct place *p)
{
	store_close(p->store);
	arena_free(p->a);
}

static struct json_object *
parse(struct place *p, const char *text)
{
	struct json_object *v = NULL;

	json_parse(p->a, slice_of(text), &v, &p->err);
	return v;
}

#define DEFINITION                                                     \
	"{\"name\":\"crm\",\"target\":{\"url\":\"https://crm.test/\"," \
	"\"secret\":\"xyzzy\"}}"

static struct job_info
make_job(struct place *p)
{
	struct job_info info = { .version = 0 };

	if (jobs_create(&p->jobs, parse(p, DEFINITION), &info, &p->err) == -1)
		printf("# %s\n", p->err.detail);
	return info;
}

/* One transaction of the engine. */
struct engine {
	const struct uuid *id;
	struct slice secret;
	struct slice url;
	uint64_t version;
	struct slice state;
	bool has_restart;
	size_t touched;
	struct arena *a;
};

static int
look_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct engine *e = arg;
	struct json_object *state;
	struct kv_range *range;
	struct job_info info;
	struct slice type;
	struct uuid who;

	if (job_load(txn, 1, e->id, &info, err) == -1 ||
	    job_secret(txn, 1, e->id, &e->secret, err) == -1 ||
	    job_state_get(txn, 1, e->id, true, &state, err) == -1 ||
	    touched_open(txn, 1, e->id, &range) != STORE_OK)
		return -1;
	for (e->touched = 0; touched_next(range, &who, &type) == STORE_OK;
	     e->touched++)
		;
	e->secret = arena_slice(e->a, e->secret);
	e->url = arena_slice(e->a,
	    json_string(json_get(json_get(info.definition, "target"), "url")));
	e->version = info.version;
	e->state = arena_slice(e->a, json_string(json_get(state, "state")));
	e->has_restart = json_get(state, "restart") != NULL;
	/* It has done what was wanted, and notes how far it is. */
	json_delete(state, SLICE("restart"));
	json_set(state, SLICE("watermark"),
	    json_new_integer(store_arena(txn), 4711));
	return job_state_put(txn, 1, e->id, state);
}

static void
test_engine(void)
{
	struct engine e = { .touched = 0 };
	struct job_info info;
	struct place p;

	open_place(&p);
	info = make_job(&p);
	e.id = &info.id;
	e.a = p.a;
	tap_ok(store_txn(p.store, look_body, &e, &p.err) == 0,
	    "the engine loads a job: %s", p.err.detail);
	tap_ok(slice_equal(e.secret, SLICE("xyzzy")) &&
		slice_equal(e.url, SLICE("https://crm.test/")) &&
		e.version == 1 && slice_equal(e.state, SLICE("notRun")),
	    "PS-023 with its secret");
	tap_ok(jobs_restart(&p.jobs, SLICE("crm"), SLICE(""), &info, &p.err) ==
		    0 &&
		json_integer(json_get(info.state, "watermark")) == 4711,
	    "who restarts it leaves what is the engine's");
	tap_ok(store_txn(p.store, look_body, &e, &p.err) == 0 &&
		e.has_restart && slice_equal(e.state, SLICE("active")),
	    "PS-004 which is told");
	tap_ok(jobs_find(&p.jobs, SLICE("crm"), &info, &p.err) == 0 &&
		json_get(info.state, "restart") == NULL,
	    "and says when it is done");
	close_place(&p);
}

/* Resources that are assigned without being there: rows are what counts. */
static int
assign_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct uuid *job = arg;
	struct assignment one = { .role = SLICE("r"), .type = SLICE("User") };
	const struct job_key key = { 1, *job };

	(void)err;
	for (int i = 0; i < ASSIGNED; i++) {
		one.id = uuid_new(NOW * 1000LL);
		if (assignment_insert(txn, 1, job, &one) != STORE_OK)
			return -1;
		if (i < LINKS &&
		    link_put(txn, &key, &one.id, SLICE("{}")) != STORE_OK)
			return -1;
	}
	return 0;
}

struct census {
	enum kv_table table;
	size_t n;
};

static int
census_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct census *c = arg;
	struct kv_range *range;
	struct slice key, value;

	(void)err;
	c->n = 0;
	if (kv_range_open(txn, c->table, SLICE(""), SLICE(""), true, &range) !=
	    STORE_OK)
		return -1;
	while (kv_range_next(range, &key, &value) == STORE_OK)
		c->n++;
	kv_range_close(range);
	return 0;
}

static size_t
count(struct place *p)
{
	struct census jobs = { .table = KV_JOBS },
		      links = { .table = KV_LINKS };

	if (store_view(p->store, census_body, &jobs, &p->err) == -1 ||
	    store_view(p->store, census_body, &links, &p->err) == -1)
		return SIZE_MAX;
	return jobs.n + links.n;
}

/* Delete it in a process that is killed at its LEFTth key, if it is. */
static bool
is_killed(uint64_t left)
{
	struct place p;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		open_place(&p);
		deletes_left = left;
		/* The first finds it, the others end what that began. */
		if (jobs_delete(&p.jobs, SLICE("crm"), &p.err) == -1)
			jobs_sweep(&p.jobs, &p.err);
		_exit(0);
	}
	if (pid == -1 || waitpid(pid, &status, 0) == -1)
		return false;
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

/* What can be said of a job whose deletion has begun. */
static void
test_between(size_t left, struct uuid *id)
{
	struct engine e = { .id = id };
	struct job_info info, *list;
	struct place p;
	size_t n;

	open_place(&p);
	e.a = p.a;
	tap_ok(jobs_find(&p.jobs, SLICE("crm"), &info, &p.err) == -1 &&
		p.err.code == ERR_NOT_FOUND,
	    "%zu keys left: nobody finds it", left);
	tap_ok(jobs_list(&p.jobs, &list, &n, &p.err) == 0 && n == 0,
	    "nobody lists it");
	tap_ok(store_txn(p.store, look_body, &e, &p.err) == -1 &&
		p.err.code == ERR_NOT_FOUND && count(&p) == left,
	    "the engine writes nothing behind it");
	close_place(&p);
}

static void
test_killed(void)
{
	size_t left, before = SIZE_MAX, kills = 0;
	struct job_info info;
	struct place p;

	open_place(&p);
	tap_ok(jobs_find(&p.jobs, SLICE("crm"), &info, &p.err) == 0 &&
		store_txn(p.store, assign_body, &info.id, &p.err) == 0,
	    "a job with assignments and links");
	left = count(&p);
	close_place(&p);
	tap_ok(is_killed(1), "killed at its first key");
	open_place(&p);
	tap_ok(count(&p) == left &&
		jobs_find(&p.jobs, SLICE("crm"), &info, &p.err) == 0,
	    "it is there as it was");
	close_place(&p);
	tap_ok(is_killed(10), "killed among its links");
	while (left < before && is_killed(DELETES_MAX)) {
		kills++;
		open_place(&p);
		before = left;
		left = count(&p);
		close_place(&p);
		test_between(left, &info.id);
	}
	tap_ok(kills > 2, "killed %zu times, it went on where it was", kills);
	tap_ok(left < before || kills == 0, "each got further");
	open_place(&p);
	tap_ok(jobs_sweep(&p.jobs, &p.err) == 0 && count(&p) == 0,
	    "whoever resumes it ends it");
	close_place(&p);
}

static int
mark_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct tenant_row row = { .name = SLICE("") };

	(void)err;
	if (tenant_get(txn, 1, true, &row) != STORE_OK)
		return -1;
	row.state = *(const enum tenant_state *)arg;
	return tenant_put(txn, &row) == STORE_OK ? 0 : -1;
}

static void
test_tenant(void)
{
	enum tenant_state state = TENANT_DELETING;
	struct job_info info;
	struct assignment one = { .role = SLICE("") };
	struct place p;
	size_t n;

	open_place(&p);
	info = make_job(&p);
	tap_ok(info.version == 1 &&
		store_txn(p.store, mark_body, &state, &p.err) == 0,
	    "a tenant that is being deleted");
	n = count(&p);
	tap_ok(jobs_create(&p.jobs,
		   parse(&p,
		       "{\"name\":\"other\",\"target\":{"
		       "\"url\":\"https://x.test\"}}"),
		   &info, &p.err) == -1 &&
		p.err.code == ERR_NOT_FOUND,
	    "gets no job");
	tap_ok(jobs_start(&p.jobs, SLICE("crm"), &info, &p.err) == -1 &&
		jobs_edit(&p.jobs, SLICE("crm"),
		    parse(&p, "{\"guard\":{\"count\":1}}"), &info,
		    &p.err) == -1 &&
		jobs_assign(&p.jobs, SLICE("crm"), &one, 1, &n, &p.err) == -1 &&
		jobs_delete(&p.jobs, SLICE("crm"), &p.err) == -1,
	    "none is changed");
	close_place(&p);
}

/* PS-108: what a state tells of the walk that it is in. */
/* clang-format off */
static const struct {
	const char	*state;
	const char	*want;	/* NULL: it is in none */
} walks[] = {
	{ "{}", NULL },
	{ "{\"phase\":\"initial\",\"cycleBeganAt\":1000,\"walked\":0,\"total\":9}",
	  "{\"done\":0,\"total\":9}" },
	{ "{\"phase\":\"initial\",\"cycleBeganAt\":1000,\"workedAt\":11000,\"walked\":2000,\"total\":10000}",
	  "{\"done\":2000,\"total\":10000,\"perSecond\":200,\"secondsLeft\":40}" },
	{ "{\"phase\":\"initial\",\"cycleBeganAt\":1000,\"workedAt\":2000,\"walked\":12,\"total\":10}",
	  "{\"done\":12,\"total\":12,\"perSecond\":12,\"secondsLeft\":0}" },
	{ "{\"phase\":\"initial\",\"cycleBeganAt\":9000,\"workedAt\":1000,\"walked\":5,\"total\":10}",
	  "{\"done\":5,\"total\":10}" },
	{ "{\"phase\":\"incremental\",\"cycleBeganAt\":1000,\"workedAt\":2000,\"walked\":10,\"total\":10}", NULL },
};
/* clang-format on */

static void
test_progress(void)
{
	struct arena *a = arena_new();
	struct job_info info;
	struct error err;

	for (size_t i = 0; i < NELEM(walks); i++) {
		struct json_object *told;

		if (json_load(a, slice_of(walks[i].state), &info.state, &err) ==
		    -1)
			abort();
		told = jobs_progress(a, &info);
		tap_ok(walks[i].want == NULL ? told == NULL
					     : slice_equal(json_text(a, told),
						   slice_of(walks[i].want)),
		    "PS-108 %s", walks[i].state);
	}
	arena_free(a);
}

int
main(void)
{
	struct tenant tenant = { .name = SLICE("default") };
	char command[64];
	struct place p;

	if (mkdtemp(dir) == NULL) {
		printf("not ok - no directory\n");
		return 1;
	}
	open_place(&p);
	tap_ok(tenancy_create(&(struct tenancy){ .store = p.store,
				  .catalog = p.jobs.catalog,
				  .arena = p.a,
				  .actor = SLICE("test"),
				  .now = p.jobs.now },
		   &tenant, &p.err) == 0 &&
		tenant.number == 1,
	    "a tenant");
	close_place(&p);
	test_progress();
	test_engine();
	test_killed();
	test_tenant();
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	if (system(command) != 0)
		printf("# %s stays\n", dir);
	return tap_done();
}
