/*
 * nesting.c: groups in groups, and none of them in itself.
 *
 * The walk goes up, from the group to those that it is in: however many
 * people are in them, they are not looked at.  Stored circles (bulk, or an
 * archive that had them) end it like any group that was seen.
 */
#include "identity/idmap.h"
#include "identity/nesting.h"
#include "store/members.h"

/* Groups of a circle that a message names. */
enum { SHOWN_MAX = 8 };

/* A group that holds the one before it, and so on down to the first. */
struct step {
	struct uuid id;
	const struct step *below;
	struct step *next; /* in the order in which they are walked */
};

struct walk {
	struct kv_txn *txn;
	uint32_t tenant;
	struct kv_range *range;
	struct idmap *seen; /* struct step */
	struct step *last;
	size_t n;
};

static void
add(struct walk *w, const struct uuid *id, const struct step *below)
{
	void **at = idmap_at(w->seen, id);
	struct step *step;

	if (*at != NULL)
		return;
	*at = step = arena_calloc(store_arena(w->txn), 1, sizeof(*step));
	*step = (struct step){ .id = *id, .below = below };
	if (w->last != NULL)
		w->last->next = step;
	w->last = step;
	w->n++;
}

static int
add_parents(struct walk *w, const struct step *step)
{
	struct uuid id;
	enum store_status status;

	if (w->range != NULL)
		groups_seek(w->range, w->tenant, &step->id);
	else if (groups_open(w->txn, w->tenant, &step->id, &w->range) !=
	    STORE_OK)
		return -1;
	while ((status = groups_next(w->range, &id)) == STORE_OK &&
	    w->n <= NESTING_MAX)
		add(w, &id, step);
	return status == STORE_FAIL ? -1 : 0;
}

/* GROUP and every group that it is in. */
static int
walk_up(struct walk *w, const struct uuid *group, struct error *err)
{
	char text[UUID_TEXT_SIZE];

	add(w, group, NULL);
	for (const struct step *s = w->last; s != NULL; s = s->next) {
		if (add_parents(w, s) == -1)
			return -1;
		if (w->n <= NESTING_MAX)
			continue;
		uuid_format(group, text);
		return error_set(err, ERR_TOO_MANY,
		    "members: group %s is in more than %d groups, and gets no "
		    "group as a member",
		    text, NESTING_MAX);
	}
	return 0;
}

/* The circle from the group FIRST by STEP, which holds it. */
static const char *
show_circle(struct arena *a, const char *first, const struct step *step)
{
	const char *path = first;
	size_t n = 0;

	for (const struct step *s = step; s->below != NULL; s = s->below) {
		char text[UUID_TEXT_SIZE];

		uuid_format(&s->id, text);
		if (n++ < SHOWN_MAX)
			path = arena_printf(a, "%s > %s", path, text);
	}
	return arena_printf(
	    a, ": %s%s > %s", path, n > SHOWN_MAX ? " > ..." : "", first);
}

/*
 * STEP, which holds the first group, became a member of it.  Who is bounded is
 * not told through which groups: they may be others' (AUTH-02).
 */
static int
refuse(struct arena *a, const struct caller *caller, const struct uuid *group,
    const struct step *step, struct error *err)
{
	char first[UUID_TEXT_SIZE], id[UUID_TEXT_SIZE];

	uuid_format(group, first);
	uuid_format(&step->id, id);
	error_set(err, ERR_INVALID_VALUE,
	    "members[value eq \"%s\"]: the group would be a member of itself%s",
	    id, caller->bound == NULL ? show_circle(a, first, step) : "");
	return error_about(err, SLICE("members"));
}

int
nesting_check(struct kv_txn *txn, const struct caller *caller,
    const struct change *change, bool within_bulk, struct error *err)
{
	const struct id_list *nested = &change->nested;
	struct walk w = { .txn = txn, .tenant = caller->tenant };
	struct step self = { .id = change->id };

	for (size_t i = 0; i < nested->n; i++)
		if (uuid_compare(&nested->ids[i], &change->id) == 0)
			return refuse(
			    store_arena(txn), caller, &change->id, &self, err);
	if (nested->n == 0 || within_bulk)
		return 0;
	w.seen = idmap_new(store_arena(txn));
	if (walk_up(&w, &change->id, err) == -1)
		return -1;
	for (size_t i = 0; i < nested->n; i++) {
		const struct step *step = *idmap_at(w.seen, &nested->ids[i]);

		if (step != NULL)
			return refuse(
			    store_arena(txn), caller, &change->id, step, err);
	}
	return 0;
}
