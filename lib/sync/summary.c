/*
 * summary.c: what the records of the provisioning log come to.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/number.h"
#include "json/json.h"
#include "json/walk.h"
#include "sync/advice.h"
#include "sync/summary.h"
#include "watch/line.h"

enum status { SUCCESS, SKIPPED, FAILURE, STATUS_MAX };
enum shelf { TYPES, ACTIONS, JOBS, CYCLES, ERRORS, SHELF_MAX };

static const char *const statuses[STATUS_MAX] = { "success", "skipped",
	"failure" };

/* What the rows of an array are told apart by, and called. */
static const struct {
	const char *name;
	const char *key;   /* a member of the record */
	const char *label; /* another; or NULL */
} shelves[SHELF_MAX] = {
	[TYPES] = { "types", "objectType", NULL },
	[ACTIONS] = { "actions", "action", NULL },
	[JOBS] = { "jobs", "job", "jobName" },
	[CYCLES] = { "cycles", "cycle", NULL },
	[ERRORS] = { "errors", "code", NULL },
};

struct row {
	struct slice key; /* as it stands in the record */
	size_t order;	  /* in which it came */
	struct slice label;
	int64_t n;
	int64_t counts[STATUS_MAX];
	char from[CLOCK_TEXT_SIZE];
	char to[CLOCK_TEXT_SIZE];
};

struct summary {
	struct arena *a;
	struct row all;
	struct row *rows[SHELF_MAX];
	size_t nrows[SHELF_MAX];
	int64_t members_added;
	int64_t members_removed;
};

struct summary *
summary_new(struct arena *a)
{
	struct summary *s = arena_calloc(a, 1, sizeof(*s));

	s->a = a;
	for (int i = 0; i < SHELF_MAX; i++)
		s->rows[i] =
		    arena_calloc(a, SUMMARY_ROWS_MAX, sizeof(*s->rows[i]));
	return s;
}

/* ---- counted ---- */

static struct row *
row_of(struct summary *s, enum shelf shelf, struct slice key)
{
	struct row *row = s->rows[shelf];

	for (size_t i = 0; i < s->nrows[shelf]; i++)
		if (slice_equal(row[i].key, key))
			return &row[i];
	if (s->nrows[shelf] == SUMMARY_ROWS_MAX)
		return NULL;
	row += s->nrows[shelf];
	row->order = s->nrows[shelf]++;
	row->key = arena_slice(s->a, key);
	return row;
}

/* The newest name that a job had is its name. */
static void
take_label(
    struct summary *s, struct row *row, struct slice label, const char *at)
{
	if (row->n > 0 && strcmp(at, row->to) <= 0)
		return;
	if (!slice_equal(row->label, label))
		row->label = arena_slice(s->a, label);
}

/* Times are texts of one length: their order is that of the bytes. */
static void
count(struct row *row, enum status status, const char *at)
{
	if (row->n == 0 || strcmp(at, row->from) < 0)
		memcpy(row->from, at, CLOCK_TEXT_SIZE);
	if (row->n == 0 || strcmp(at, row->to) > 0)
		memcpy(row->to, at, CLOCK_TEXT_SIZE);
	row->n++;
	row->counts[status]++;
}

static enum status
status_of(struct slice line)
{
	struct slice word = line_text(line, "status");

	for (int i = 0; i < STATUS_MAX; i++)
		if (slice_equal(word, slice_of(statuses[i])))
			return (enum status)i;
	return SKIPPED;
}

static int64_t
number_of(struct slice object, const char *name)
{
	struct slice value;
	int64_t n = 0;

	if (!walk_find(object, slice_of(name), &value) ||
	    parse_int(value, 0, INT64_MAX, &n, NULL) == -1)
		return 0;
	return n;
}

static void
count_in(struct summary *s, enum shelf shelf, struct slice line,
    enum status status, const char *at)
{
	struct slice key = line_text(line, shelves[shelf].key);
	struct row *row;

	if (key.len == 0 || (shelf == ERRORS && status != FAILURE))
		return;
	row = row_of(s, shelf, key);
	if (row == NULL)
		return;
	if (shelves[shelf].label != NULL)
		take_label(s, row, line_text(line, shelves[shelf].label), at);
	count(row, status, at);
}

int
summary_add(struct slice line, void *arg, struct error *err)
{
	struct summary *s = arg;
	struct slice time = line_text(line, "at"), members;
	enum status status = status_of(line);
	char at[CLOCK_TEXT_SIZE] = "";

	(void)err;
	if (time.len < sizeof(at) && time.len > 0)
		memcpy(at, time.data, time.len);
	count(&s->all, status, at);
	for (int i = 0; i < SHELF_MAX; i++)
		count_in(s, (enum shelf)i, line, status, at);
	if (walk_find(line, SLICE("members"), &members)) {
		s->members_added += number_of(members, "nAdded");
		s->members_removed += number_of(members, "nRemoved");
	}
	return 1;
}

/* ---- shown ---- */

/* TEXT as it stands between the quotes of JSON. */
static void
put(struct arena *a, struct json_object *v, const char *name, struct slice text)
{
	struct slice quoted = ARENA_JOIN(a, SLICE("\""), text, SLICE("\""));

	if (text.len > 0)
		json_set(v, slice_of(name),
		    json_new_string(a, walk_string(a, quoted)));
}

static void
put_number(struct arena *a, struct json_object *v, const char *name, int64_t n)
{
	json_set(v, slice_of(name), json_new_integer(a, n));
}

static void
put_counts(struct arena *a, struct json_object *v, const struct row *row)
{
	put_number(a, v, "records", row->n);
	for (int i = 0; i < STATUS_MAX; i++)
		put_number(a, v, statuses[i], row->counts[i]);
}

static struct json_object *
show_row(struct arena *a, enum shelf shelf, const struct row *row)
{
	const struct advice *advice;
	struct json_object *v = json_new_object(a);

	put(a, v, "name", shelf == JOBS ? row->label : row->key);
	if (shelf == JOBS)
		put(a, v, "id", row->key);
	put_counts(a, v, row);
	if (shelf == CYCLES) {
		put(a, v, "from", slice_of(row->from));
		put(a, v, "to", slice_of(row->to));
	}
	advice = shelf == ERRORS ? advice_find(row->key) : NULL;
	if (advice != NULL)
		put(a, v, "advice", slice_of(advice->action));
	return v;
}

static int
compare_rows(const void *v, const void *w)
{
	const struct row *x = v, *y = w;

	if (x->n != y->n)
		return x->n < y->n ? 1 : -1;
	return x->order < y->order ? -1 : 1;
}

static struct json_object *
show_shelf(struct arena *a, const struct summary *s, enum shelf shelf)
{
	struct json_object *list = json_new_array(a);
	size_t n = s->nrows[shelf];
	struct row *rows = arena_calloc(a, n + 1, sizeof(*rows));

	for (size_t i = 0; i < n; i++)
		rows[i] = s->rows[shelf][i];
	if (shelf != CYCLES && n > 0)
		qsort(rows, n, sizeof(*rows), compare_rows);
	for (size_t i = 0; i < n; i++)
		json_append(list, show_row(a, shelf, &rows[i]));
	return list;
}

struct json_object *
summary_show(struct arena *a, const struct summary *s)
{
	struct json_object *v = json_new_object(a);
	int64_t done = s->all.counts[SUCCESS],
		tried = done + s->all.counts[FAILURE];

	put_counts(a, v, &s->all);
	if (tried > 0)
		put_number(a, v, "successPercent", done * 100 / tried);
	put_number(a, v, "membersAdded", s->members_added);
	put_number(a, v, "membersRemoved", s->members_removed);
	put(a, v, "from", slice_of(s->all.from));
	put(a, v, "to", slice_of(s->all.to));
	for (int i = 0; i < SHELF_MAX; i++)
		json_set(v, slice_of(shelves[i].name),
		    show_shelf(a, s, (enum shelf)i));
	return v;
}
