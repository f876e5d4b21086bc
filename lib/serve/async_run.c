/*
 * async_run.c: requests that are answered later: run, and their outcomes.
 *
 * A request leaves the queue in the transaction that notes its outcome, for
 * who asks, and in the change log, for who listens (EVT-08).  Its writes were
 * done before, each in a transaction of its own; one that is still in the
 * queue although it was begun has them in the change log, under its id.
 */
#include "base/clock.h"
#include "base/nelem.h"
#include "http/reply.h"
#include "json/json.h"
#include "json/walk.h"
#include "serve/account.h"
#include "serve/async_outcome.h"
#include "serve/pipeline.h"
#include "serve/problem.h"
#include "store/requests.h"
#include "store/tally.h"
#include "store/tenants.h"

enum {
	TRIES_MAX = 10, /* one that ends its process each time is given up */
	KEEP_MS = 24 * 3600 * 1000,
	EXPIRE_MAX = 500 /* in a transaction */
};

static int
save_record(struct kv_txn *txn, const struct async_run *r,
    const struct json_object *record, bool leave)
{
	return request_put(txn, r->tenant, &r->id,
		   json_text(store_arena(txn), record), leave) == STORE_OK
	    ? 0
	    : -1;
}

static int
first_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct async_run *r = arg;
	enum store_status status = request_first(txn, &r->tenant, &r->id);

	(void)err;
	r->found = status == STORE_OK;
	return status == STORE_FAIL ? -1 : 0;
}

/* Whose tenant is being deleted goes with it, and nothing is told. */
static int
check_tenant(struct kv_txn *txn, struct async_run *r)
{
	int gone = tenant_is_gone(txn, r->tenant);

	r->is_gone = gone == 1;
	if (r->is_gone &&
	    request_withdraw(txn, r->tenant, &r->id) == STORE_FAIL)
		return -1;
	return gone == -1 ? -1 : 0;
}

/* It is begun: once more, from the end of the log as it is now. */
static int
begin_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct async_run *r = arg;
	struct slice text;
	int rc = check_tenant(txn, r);

	if (rc == -1 || r->is_gone)
		return rc;
	if (request_get(txn, r->tenant, &r->id, true, &text) != STORE_OK ||
	    json_parse(r->a, text, &r->record, err) == -1 ||
	    tally_sequence(txn, r->tenant, &r->from) != STORE_OK)
		return -1;
	r->tries = json_integer(json_get(r->record, "tries"));
	if (r->tries > 0)
		r->from = json_integer(json_get(r->record, "from"));
	json_set(
	    r->record, SLICE("tries"), json_new_integer(r->a, r->tries + 1));
	json_set(r->record, SLICE("from"), json_new_integer(r->a, r->from));
	return save_record(txn, r, r->record, false);
}

/* The routes of every program that writes. */
/* clang-format off */
static const struct route routes[] = {
	{ HTTP_POST,	"/Bulk",	SCOPE_BULK,	serve_bulk },
	{ HTTP_POST,	"/:type",	SCOPE_WRITE,	serve_create },
	{ HTTP_PUT,	"/:type/:id",	SCOPE_WRITE,	serve_replace },
	{ HTTP_PATCH,	"/:type/:id",	SCOPE_WRITE,	serve_patch },
	{ HTTP_DELETE,	"/:type/:id",	SCOPE_WRITE,	serve_delete },
};
/* clang-format on */

const struct endpoint async_endpoint = {
	.name = "work",
	.routes = routes,
	.nroutes = NELEM(routes),
};

static int
hex_value(char c)
{
	return c >= 'a' ? c - 'a' + 10 : c - '0';
}

static void
read_credential(const struct async_run *r, unsigned char hash[DIGEST_LEN])
{
	struct slice hex = async_text(r, "credential");

	for (size_t i = 0; i < DIGEST_LEN && 2 * i + 1 < hex.len; i++)
		hash[i] = (unsigned char)(hex_value(hex.data[2 * i]) << 4 |
		    hex_value(hex.data[2 * i + 1]));
}

/* A CGI variable out of the record. */
static char *
variable(const struct async_run *r, const char *name, const char *member)
{
	return arena_printf(
	    r->a, "%s=%.*s", name, SLICE_ARG(async_text(r, member)));
}

/* The way of any request, with the credential that came with this one. */
static void
serve_kept(struct async_run *r, struct http_reply *reply)
{
	char *env[] = { variable(r, "REQUEST_METHOD", "method"),
		arena_strdup(r->a, "SCRIPT_NAME=/scim/v2"),
		variable(r, "PATH_INFO", "path"),
		variable(r, "QUERY_STRING", "query"),
		variable(r, "CONTENT_TYPE", "contentType"),
		variable(r, "HTTP_IF_MATCH", "ifMatch"),
		variable(r, "HTTP_IF_NONE_MATCH", "ifNoneMatch"),
		variable(r, "REMOTE_ADDR", "address"), NULL };
	struct kept kept = { .request_id = r->id_text,
		.base_url = async_text(r, "baseUrl"),
		.narrowed = async_text(r, "narrowed") };
	struct server server = { .endpoint = &async_endpoint,
		.settings = *r->settings,
		.identity = *r->identity,
		.store_kind = STORE_TOOL,
		.kept = &kept };
	struct http_request request;

	read_credential(r, kept.credential);
	settings_limits(r->settings, &server.identity);
	http_request_init_env(&request, r->a, env);
	request.body = async_text(r, "body");
	account_open(&server);
	pipeline_handle(&server, &request, reply);
	account_write(&server, &request, reply);
	account_close(&server);
}

static int
finish_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct async_run *r = arg;
	struct json_object *record = json_new_object(store_arena(txn));
	int rc = check_tenant(txn, r);

	(void)err;
	if (rc == -1 || r->is_gone)
		return rc;
	json_set(record, SLICE("actor"),
	    json_new_string(store_arena(txn), async_text(r, "actor")));
	json_set(record, SLICE("outcomes"),
	    json_copy(store_arena(txn), r->outcomes));
	if (save_record(txn, r, record, true) == -1)
		return -1;
	return async_tell(txn, r);
}

/*
 * Run it, unless it was; *AGAIN when the store had no room for it now.  What
 * the breaker holds is answered so: others wait behind it.
 */
static int
get_outcomes(struct async_run *r, bool *again, struct error *err)
{
	struct http_reply reply;
	bool is_done = false;

	*again = false;
	r->outcomes = json_new_array(r->a);
	if (r->tries > 0 && async_trace(r, &is_done, err) == -1)
		return -1;
	if (is_done)
		return 0;
	if (r->tries >= TRIES_MAX) {
		async_add_faults(r, "the server was interrupted each time");
		return 0;
	}
	http_reply_init(&reply);
	serve_kept(r, &reply);
	*again =
	    reply.status != 429 && async_header(&reply, "Retry-After").len > 0;
	if (!*again)
		async_add_reply(r, &reply);
	http_reply_fini(&reply);
	return 0;
}

static int
run_first(struct async_run *r, bool *again, struct error *err)
{
	struct store *store = r->identity->store;
	char id[UUID_TEXT_SIZE];

	if (store_view(store, first_body, r, err) == -1)
		return -1;
	if (!r->found)
		return 0;
	uuid_format(&r->id, id);
	r->id_text = slice_of(arena_strdup(r->a, id));
	if (store_txn(store, begin_body, r, err) == -1)
		return -1;
	if (r->is_gone)
		return 0;
	if (get_outcomes(r, again, err) == -1)
		return -1;
	return *again ? 0 : store_txn(store, finish_body, r, err);
}

int
async_run(const struct identity *identity, const struct settings *settings,
    bool (*go_on)(void *arg), void *arg, struct error *err)
{
	struct async_run r = { .found = true };
	struct arena *a = arena_new();
	bool again = false;
	int rc = 0;

	while (rc == 0 && r.found && !again && go_on(arg)) {
		arena_reset(a);
		r = (struct async_run){
			.identity = identity, .settings = settings, .a = a
		};
		rc = run_first(&r, &again, err);
	}
	arena_free(a);
	return rc;
}

struct expiry {
	int64_t before;
	size_t n;
};

static int
expire_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct expiry *e = arg;
	struct {
		uint32_t tenant;
		struct uuid id;
	} row, rows[EXPIRE_MAX];
	struct slice text, value;
	struct kv_range *range;
	enum store_status status = STORE_OK;

	(void)err;
	e->n = 0;
	if (requests_open(txn, &range) != STORE_OK)
		return -1;
	while (e->n < EXPIRE_MAX &&
	    (status = requests_next(range, &row.tenant, &row.id, &text)) ==
		STORE_OK)
		if (uuid_time(&row.id) < e->before &&
		    walk_find(text, SLICE("outcomes"), &value))
			rows[e->n++] = row;
	kv_range_close(range);
	for (size_t i = 0; status != STORE_FAIL && i < e->n; i++)
		status = request_delete(txn, rows[i].tenant, &rows[i].id);
	return status == STORE_FAIL ? -1 : 0;
}

int
async_expire(const struct identity *identity, int64_t now, struct error *err)
{
	struct expiry e = { .before = now - KEEP_MS };

	do {
		if (store_txn(identity->store, expire_body, &e, err) == -1)
			return -1;
	} while (e.n == EXPIRE_MAX);
	return 0;
}
