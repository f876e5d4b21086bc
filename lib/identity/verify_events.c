/*
 * verify_events.c: what is told later: the streams of events, and requests
 * that are answered later with their queue.
 */
#include "identity/verify_private.h"
#include "json/json.h"
#include "store/tally.h"
#include "store/key.h"
#include "store/requests.h"
#include "store/streams.h"
#include "store/tenants.h"

#define DO_STREAM    "run: muster stream delete, and make it anew"
#define DO_ASK_AGAIN "whoever sent it has to send it again"

enum { QUEUE = TENANT_STORE }; /* in place of a tenant: requests.c */

/* A row of either table. */
struct row {
	uint32_t tenant;
	struct uuid id;
	struct json_object *tree; /* NULL: not JSON */
	int64_t last;		  /* number of the last change now */
	const char *name;	  /* for messages */
};

static bool
read_row_key(struct verify_run *v, struct kv_txn *txn, struct slice key,
    const char *what, struct row *row)
{
	char id[UUID_TEXT_SIZE];
	const char *tenant;

	if (!key_take_tenant(&key, &row->tenant) ||
	    !key_take_uuid(&key, &row->id) || key.len > 0) {
		verify_problem(
		    v, "a key of %ss.db has no meaning; " DO_REBUILD, what);
		return false;
	}
	uuid_format(&row->id, id);
	tenant = row->tenant == QUEUE ? "(the store)"
				      : verify_tenant_name(v, row->tenant);
	row->name = arena_printf(store_arena(txn), "%s %s %s",
	    tenant != NULL ? tenant : "?", what, id);
	if (tenant == NULL)
		verify_problem(v,
		    "%s: belongs to tenant %u, which is not there; " DO_REBUILD,
		    row->name, row->tenant);
	return tenant != NULL;
}

/* The log is read after the row: it only grows. */
static int
read_row(struct kv_txn *txn, struct slice text, struct row *row)
{
	struct error err;

	if (json_parse(store_arena(txn), text, &row->tree, &err) == -1)
		row->tree = NULL;
	return tally_sequence(txn, row->tenant, &row->last) == STORE_FAIL ? -1
									  : 0;
}

/* Settled ahead of the position: behind it, in their order, in the log. */
static bool
is_ahead_sound(const struct row *row, int64_t position)
{
	struct json_object *ahead = json_get(row->tree, "ahead");
	int64_t before = position;

	for (size_t i = 0; i < json_len(ahead); i++) {
		int64_t number = json_integer(json_at(ahead, i));

		if (number <= before || number > row->last)
			return false;
		before = number;
	}
	return true;
}

static void
check_stream(struct verify_run *v, const struct row *row)
{
	const struct json_object *position = json_get(row->tree, "position");
	int64_t number = json_integer(position);

	if (json_kind(position) != JSON_INTEGER)
		verify_problem(v, "%s: cannot be read; " DO_STREAM, row->name);
	else if (number < 0 || number > row->last)
		verify_problem(v,
		    "%s: was told change %lld, the last one is %lld; " DO_STREAM,
		    row->name, (long long)number, (long long)row->last);
	else if (!is_ahead_sound(row, number))
		verify_problem(v,
		    "%s: what it was told ahead of change %lld does not stand "
		    "behind it in the log; " DO_STREAM,
		    row->name, (long long)number);
}

int
verify_stream(struct verify_run *v, struct kv_txn *txn, struct slice key)
{
	struct row row;
	struct slice text;
	enum store_status status = kv_get(txn, KV_STREAMS, key, false, &text);

	if (status != STORE_OK)
		return status == STORE_NOTFOUND ? 0 : -1;
	if (!read_row_key(v, txn, key, "stream", &row))
		return 0;
	if (read_row(txn, text, &row) == -1)
		return -1;
	check_stream(v, &row);
	return 0;
}

/* The place in the queue names the tenant of a request that waits. */
static int
check_place(
    struct verify_run *v, struct kv_txn *txn, struct row *row, struct slice to)
{
	struct slice text;
	enum store_status status = STORE_NOTFOUND;

	row->tenant = to.len == 8 ? (uint32_t)key_last_u64(to) : QUEUE;
	if (row->tenant != QUEUE)
		status = request_get(txn, row->tenant, &row->id, false, &text);
	if (status == STORE_OK && read_row(txn, text, row) == -1)
		return -1;
	if (status == STORE_NOTFOUND)
		verify_problem(v,
		    "%s: stands in the queue and is not there; " DO_REBUILD,
		    row->name);
	else if (status == STORE_OK && json_get(row->tree, "outcomes") != NULL)
		verify_problem(v,
		    "%s: was answered and still stands in the queue; " DO_REBUILD,
		    row->name);
	return status == STORE_FAIL ? -1 : 0;
}

/* One that was not answered waits for muster work, in the queue. */
static int
check_waits(struct verify_run *v, struct kv_txn *txn, const struct row *row)
{
	struct slice to;
	enum store_status status;
	struct key place;

	if (json_integer(json_get(row->tree, "from")) > row->last)
		verify_problem(v,
		    "%s: was begun behind change %lld, the last one is %lld; " DO_ASK_AGAIN,
		    row->name,
		    (long long)json_integer(json_get(row->tree, "from")),
		    (long long)row->last);
	key_init(&place, QUEUE);
	key_add_uuid(&place, &row->id);
	status = kv_get(txn, KV_REQUESTS, key_slice(&place), false, &to);
	if (status == STORE_FAIL)
		return -1;
	if (status == STORE_NOTFOUND || key_last_u64(to) != row->tenant)
		verify_problem(v,
		    "%s: waits for its answer and does not stand in the queue; " DO_ASK_AGAIN,
		    row->name);
	return 0;
}

int
verify_request(struct verify_run *v, struct kv_txn *txn, struct slice key)
{
	struct row row;
	struct slice text;
	enum store_status status = kv_get(txn, KV_REQUESTS, key, false, &text);

	if (status != STORE_OK)
		return status == STORE_NOTFOUND ? 0 : -1;
	if (!read_row_key(v, txn, key, "request", &row))
		return 0;
	if (row.tenant == QUEUE)
		return check_place(v, txn, &row, text);
	if (read_row(txn, text, &row) == -1)
		return -1;
	if (json_kind(json_get(row.tree, "actor")) == JSON_STRING)
		return json_get(row.tree, "outcomes") != NULL
		    ? 0
		    : check_waits(v, txn, &row);
	verify_problem(v, "%s: cannot be read; " DO_ASK_AGAIN, row.name);
	return 0;
}
