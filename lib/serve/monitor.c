/*
 * monitor.c: what a monitor asks: /healthz, does the store answer; /metrics,
 * in the text format of Prometheus.
 */
#include "auth/address.h"
#include "base/number.h"
#include "json/walk.h"
#include "serve/serve.h"
#include "serve/settings.h"
#include "store/counters.h"
#include "store/requests.h"
#include "store/streams.h"
#include "store/tally.h"
#include "store/tenants.h"
#include "watch/audit.h"
#include "watch/metrics.h"

static int
health_body(struct kv_txn *txn, void *arg, struct error *err)
{
	int64_t tenants;

	(void)arg;
	(void)err;
	return counter_get(txn, TENANT_STORE, SLICE("tenants"), &tenants) ==
		STORE_OK
	    ? 0
	    : -1;
}

int
serve_health(struct call *call, struct error *err)
{
	if (store_peek(call->identity->store, health_body, NULL, err) == -1)
		return -1;
	call->reply->content_type = "text/plain";
	buf_puts(&call->reply->body, "ok\n");
	return 0;
}

/* What waits to be done. */
struct depths {
	uint64_t requests;
	uint64_t events;
};

/* Changes that STREAM, a record, has not been told yet. */
static int
add_backlog(
    struct kv_txn *txn, uint32_t tenant, struct slice stream, struct depths *d)
{
	struct slice text;
	int64_t position = 0, sequence;

	if (!walk_find(stream, SLICE("position"), &text) ||
	    parse_int(text, 0, INT64_MAX, &position, NULL) == -1 ||
	    tally_sequence(txn, tenant, &sequence) != STORE_OK)
		return -1;
	if (sequence > position)
		d->events += (uint64_t)(sequence - position);
	return 0;
}

static int
depths_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct depths *d = arg;
	enum store_status status;
	struct kv_range *range;
	struct slice text;
	struct uuid id;
	uint32_t tenant;

	(void)err;
	*d = (struct depths){ .requests = 0 };
	if (requests_count_waiting(txn, &d->requests) != STORE_OK ||
	    streams_open(txn, &range) != STORE_OK)
		return -1;
	while ((status = streams_next(range, &tenant, &id, &text)) == STORE_OK)
		if (add_backlog(txn, tenant, text, d) == -1) {
			status = STORE_FAIL;
			break;
		}
	kv_range_close(range);
	return status == STORE_FAIL ? -1 : 0;
}

static void
put_statistics(struct buf *out, const struct kv_statistics *s)
{
	const struct {
		const char *name;
		const char *type;
		const char *help;
		uint64_t value;
	} rows[] = {
		{ "muster_transactions_total", "counter",
		    "Transactions that were committed.", s->commits },
		{ "muster_transactions_aborted_total", "counter",
		    "Transactions that were undone.", s->aborts },
		{ "muster_deadlocks_total", "counter",
		    "Transactions that were undone and run again.",
		    s->deadlocks },
		{ "muster_lock_waits_total", "counter",
		    "Locks that were waited for.", s->lock_waits },
		{ "muster_cache_hits_total", "counter",
		    "Pages that were found in the cache.", s->cache_hits },
		{ "muster_cache_misses_total", "counter",
		    "Pages that were read from the disk.", s->cache_misses },
		{ "muster_cache_bytes", "gauge", "Size of the cache.",
		    s->cache_len },
		{ "muster_log_bytes_total", "counter",
		    "Bytes of write-ahead log.", s->log_len },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		metrics_put(out, rows[i].name, rows[i].type, rows[i].help,
		    (double)rows[i].value);
}

static void
put_requests(struct buf *out, const char *store)
{
	struct metrics *m = metrics_open(store, "discovery");

	if (m != NULL)
		metrics_print(m, out);
	metrics_close(m);
}

int
serve_metrics(struct call *call, struct error *err)
{
	struct store *store = call->identity->store;
	struct buf *out = &call->reply->body;
	struct kv_statistics statistics;
	struct depths depths;
	uint64_t lag;

	if (store_view(store, depths_body, &depths, err) == -1 ||
	    audit_lag(store, call->settings->store, &lag, err) == -1 ||
	    store_statistics(store, &statistics, err) == -1)
		return -1;
	call->reply->content_type = "text/plain; version=0.0.4";
	put_requests(out, call->settings->store);
	put_statistics(out, &statistics);
	metrics_put(out, "muster_requests_waiting", "gauge",
	    "Requests that are answered later.", (double)depths.requests);
	metrics_put(out, "muster_events_waiting", "gauge",
	    "Changes that streams have not been told yet.",
	    (double)depths.events);
	metrics_put(out, "muster_audit_waiting", "gauge",
	    "Changes that the audit has not come to yet.", (double)lag);
	return 0;
}

/* Nobody stands between: a proxy would make everybody local. */
static bool
came_directly(const struct http_request *request)
{
	static const char *const names[] = { "X-Forwarded-For", "Forwarded",
		"X-Real-IP", "Via" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (http_header(request, names[i]).len > 0)
			return false;
	return true;
}

bool
call_is_local(const struct call *call)
{
	return came_directly(call->request) &&
	    address_is_in(SLICE("127.0.0.0/8,::1"), call->request->remote_addr);
}
