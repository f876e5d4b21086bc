/*
 * test_link.c: what a link says is short, what the target was told of its
 * source stands beside it, and older rows with both are read (PS-044).
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "json/json.h"
#include "store/store.h"
#include "sync/link.h"
#include "tap.h"

enum { SHORT = 200, LONG = 600 };

#define TOLD "{\"userName\":\"anna\"}"
#define OLD                                                       \
	"{\"state\":\"active\",\"type\":\"User\",\"targetType\":" \
	"\"User\",\"target\":\"t1\",\"exported\":" TOLD "}"

static const struct job_key job = { .tenant = 1, .id = { { 1 } } };
static const struct uuid anna = { { 2 } };

/* The rows before a change, what it is, and the rows behind it. */
struct step {
	const char *row; /* put there before; or NULL */
	void (*change)(struct arena *a, struct link *link);
	bool is_row_only; /* what was told is not read */
	struct link link;
	char found[LONG]; /* what was exported, before */
	char told[LONG];  /* behind; "": nothing */
	size_t len;	  /* of the row; 0: there is none */
};

static void
print(char out[LONG], struct slice text)
{
	snprintf(out, LONG, "%.*s", SLICE_ARG(text));
}

static int
load(struct kv_txn *txn, struct step *s, struct error *err)
{
	struct slice row;

	s->link = (struct link){ .source = anna };
	if (!s->is_row_only)
		return link_load(
		    txn, store_arena(txn), &job, &anna, &s->link, err);
	if (link_get(txn, &job, &anna, false, &row) != STORE_OK)
		return -1;
	return link_read(store_arena(txn), row, &s->link, err);
}

static int
step_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct step *s = arg;
	struct arena *a = store_arena(txn);
	struct slice text = SLICE("");

	if ((s->row != NULL &&
		link_put(txn, &job, &anna, slice_of(s->row)) != STORE_OK) ||
	    load(txn, s, err) == -1)
		return -1;
	if (s->link.exported != NULL)
		text = json_text(a, s->link.exported);
	print(s->found, text);
	s->change(a, &s->link);
	if (link_save(txn, &job, &s->link, err) == -1)
		return -1;
	text = SLICE("");
	told_get(txn, &job, &anna, &text);
	print(s->told, text);
	s->len =
	    link_get(txn, &job, &anna, false, &text) == STORE_OK ? text.len : 0;
	return 0;
}

static struct step
step(struct store *store, const char *row,
    void (*change)(struct arena *, struct link *), bool is_row_only)
{
	struct step s = {
		.row = row, .change = change, .is_row_only = is_row_only
	};
	struct error err;

	if (store_txn(store, step_body, &s, &err) == -1)
		printf("# %s\n", err.detail);
	return s;
}

/* ---- changes ---- */

static void
create(struct arena *a, struct link *link)
{
	struct json_object *told = json_new_object(a);

	for (int i = 0; i < 20; i++)
		json_set(told, slice_of(arena_printf(a, "attribute%02d", i)),
		    json_new_string(a, SLICE("a value")));
	link->state = LINK_ACTIVE;
	link->type = link->target_type = SLICE("User");
	link->target = SLICE("t1");
	link->exported = told;
}

static void
make_due(struct arena *a, struct link *link)
{
	(void)a;
	link->due_at++;
}

static void
end(struct arena *a, struct link *link)
{
	(void)a;
	link->state = LINK_NONE;
	link->target = SLICE("");
	link->due_at = 0;
	link->exported = NULL;
}

/* ---- */

static void
test_life(struct store *store)
{
	struct step made = step(store, NULL, create, false),
		    due = step(store, NULL, make_due, false),
		    released = step(store, NULL, make_due, true),
		    gone = step(store, NULL, end, false);

	tap_ok(made.len > 0 && made.len < SHORT,
	    "PS-044 the row is short: %zu bytes", made.len);
	tap_ok(made.told[0] == '{' && strcmp(due.found, made.told) == 0,
	    "what was told is beside it");
	tap_ok(strcmp(due.told, made.told) == 0 &&
		strcmp(released.told, made.told) == 0,
	    "and stays when only the link changes");
	tap_ok(gone.told[0] == '\0' && gone.len == 0, "it goes with the link");
}

static void
test_old(struct store *store)
{
	struct step read = step(store, OLD, make_due, false),
		    gone = step(store, NULL, end, false),
		    released = step(store, OLD, make_due, true),
		    gone_too = step(store, OLD, end, false);

	tap_ok(strcmp(read.found, TOLD) == 0, "an older row has it inside");
	tap_ok(strcmp(read.told, TOLD) == 0 && read.len < strlen(OLD),
	    "it is beside the row as soon as that is written");
	tap_ok(strcmp(released.told, TOLD) == 0,
	    "by whoever does not ask for it, too");
	tap_ok(gone.told[0] == '\0' && gone_too.told[0] == '\0' &&
		gone_too.len == 0,
	    "nothing is left of one that ends");
}

int
main(void)
{
	static char dir[] = "/tmp/muster-link.XXXXXX";
	struct store_options options = {
		.dir = dir, .kind = STORE_TOOL, .create = true
	};
	struct store *store;
	struct error err;
	char command[64];

	if (mkdtemp(dir) == NULL || store_open(&options, &store, &err) == -1) {
		printf("not ok - no store\n");
		return 1;
	}
	test_life(store);
	test_old(store);
	store_close(store);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	if (system(command) != 0)
		printf("# %s stays\n", dir);
	return tap_done();
}
