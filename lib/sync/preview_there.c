/*
 * preview_there.c: what the target has, page by page (PS-047).
 */
#include "http/pool.h"
#include "json/json.h"
#include "sync/listing.h"
#include "sync/preview.h"
#include "sync/reserved.h"

enum { PAGE_MAX = 100 };

struct page {
	struct preview *p;
	struct target_request request;
	struct json_object *answer; /* or NULL: there is none */
	bool is_done;
	struct listing listing;
	const struct job_rule *rule;
	bool is_linked[PAGE_MAX];
	struct uuid sources[PAGE_MAX];
	preview_there_fn *fn;
	void *arg;
};

static void
on_page(struct target_request *r, void *arg)
{
	struct page *page = arg;
	struct error err;

	page->is_done = true;
	r->problem = r->problem == NULL
	    ? ""
	    : arena_strdup(page->p->run.arena, r->problem);
	if (r->outcome == TARGET_ANSWERED && r->status == 200 &&
	    json_parse(page->p->run.arena, r->answer, &page->answer, &err) ==
		-1)
		page->answer = NULL;
}

static int
get(struct page *page, const struct listing_place *at, struct error *err)
{
	struct preview *p = page->p;

	page->is_done = false;
	page->answer = NULL;
	page->request = (struct target_request){ .method = "GET",
		.path = listing_query(p->run.arena, &p->run.job->target.dialect,
		    page->rule->endpoint, SLICE(""), at, PAGE_MAX),
		.done = on_page,
		.arg = page };
	target_send(p->target, &page->request);
	while (!page->is_done)
		http_pool_turn(p->pool, target_turn(p->target));
	if (page->answer != NULL)
		return 0;
	return error_set(err, ERR_BUSY, "%.*s: the target answered %d %s",
	    SLICE_ARG(page->request.path), page->request.status,
	    page->request.problem);
}

static struct slice
id_of(const struct json_object *resource)
{
	return json_string(json_attr(resource, SLICE("id")));
}

static int
links_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct page *page = arg;

	(void)err;
	for (size_t i = 0; i < page->listing.n && i < PAGE_MAX; i++)
		switch (
		    link_find(txn, &page->p->run.key, page->rule->target_name,
			id_of(page->listing.resources[i]), &page->sources[i])) {
		case STORE_OK:
			page->is_linked[i] = true;
			break;
		case STORE_NOTFOUND:
			page->is_linked[i] = false;
			break;
		default:
			return -1;
		}
	return 0;
}

/* A page that is longer than was asked for is told in pieces. */
static int
tell(struct page *page, struct error *err)
{
	struct listing *l = &page->listing;
	struct preview *p = page->p;

	while (l->n > 0) {
		size_t n = l->n < PAGE_MAX ? l->n : PAGE_MAX;

		if (store_view(p->run.identity->store, links_body, page, err) ==
		    -1)
			return -1;
		for (size_t i = 0; i < n; i++)
			if (page->fn(p, l->resources[i], id_of(l->resources[i]),
				page->is_linked[i] ? &page->sources[i] : NULL,
				page->arg, err) == -1)
				return -1;
		l->resources += n;
		l->n -= n;
	}
	return 0;
}

/* Where the next page begins, in A, which outlives this one. */
static void
keep_place(struct arena *a, struct listing *l)
{
	l->next.cursor = arena_slice(a, l->next.cursor);
}

int
preview_there(struct preview *p, const struct job_rule *rule,
    preview_there_fn *fn, void *arg, struct error *err)
{
	struct page page = { .p = p, .rule = rule, .fn = fn, .arg = arg };
	struct arena *places[2] = { arena_new(), arena_new() };
	int turn = 0, rc = 0;

	do {
		arena_reset(p->run.arena);
		reserved_clear(p->run.claimed);
		rc = get(&page, &page.listing.next, err);
		if (rc == 0)
			rc = listing_read(
			    p->run.arena, page.answer, &page.listing, err);
		if (rc == 0)
			rc = tell(&page, err);
		turn = !turn;
		arena_reset(places[turn]);
		if (rc == 0)
			keep_place(places[turn], &page.listing);
		store_idle(p->run.identity->store);
	} while (rc == 0 && page.listing.more);
	arena_free(places[0]);
	arena_free(places[1]);
	return rc;
}
