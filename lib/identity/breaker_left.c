/*
 * breaker_left.c: members that a credential has taken out of groups, and that
 * are in them for all others: now they leave, or have never left.
 */
#include "identity/breaker_private.h"
#include "identity/member.h"
#include "json/json.h"

enum { BATCH = 100 };

_Static_assert((int)BATCH <= (int)PATCH_OPS_MAX, "they leave by one request");

/* A few of one group. */
struct leaving {
	const struct caller *caller;
	struct slice credential;
	struct uuid group;
	struct uuid members[BATCH];
	size_t n;
};

static int
read_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct leaving *l = arg;
	enum store_status status = STORE_OK;
	struct uuid group, member;
	struct kv_range *range;

	(void)err;
	l->n = 0;
	if (breaker_left_open(txn, l->caller->tenant, l->credential, NULL,
		&range) != STORE_OK)
		return -1;
	while (l->n < BATCH &&
	    (status = breaker_left_next(range, &group, &member)) == STORE_OK) {
		if (l->n == 0)
			l->group = group;
		if (uuid_compare(&group, &l->group) != 0)
			break;
		l->members[l->n++] = member;
	}
	kv_range_close(range);
	return status == STORE_FAIL ? -1 : 0;
}

static int
forget_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct leaving *l = arg;

	(void)err;
	for (size_t i = 0; i < l->n; i++)
		if (breaker_left_delete(txn, l->caller->tenant, l->credential,
			&l->group, &l->members[i]) == STORE_FAIL)
			return -1;
	return 0;
}

static const struct resource_type *
group_type_of(const struct identity *identity)
{
	const struct resource_type *type;
	size_t i = 0;

	while ((type = catalog_type(identity->catalog, i++)) != NULL &&
	    member_attr(type) == NULL)
		;
	return type;
}

/* The operations of one PATCH, in any dialect's own words. */
static struct slice
operations(struct arena *a, const struct leaving *l)
{
	char id[UUID_TEXT_SIZE];
	struct slice text;
	struct buf b;

	buf_init(&b, BATCH * 128);
	for (size_t i = 0; i < l->n; i++) {
		uuid_format(&l->members[i], id);
		buf_printf(&b,
		    "%s{\"op\":\"remove\",\"path\":\"members[value eq "
		    "\\\"%s\\\"]\"}",
		    i == 0 ? "" : ",", id);
	}
	text = arena_slice(a, buf_text(&b));
	buf_fini(&b);
	return text;
}

/* Those of one group that L has, and their notes. */
static int
leave(const struct identity *identity, struct leaving *l, bool do_it,
    struct error *err)
{
	const struct resource_type *type = group_type_of(identity);
	struct arena *a = l->caller->arena;

	if (do_it && type != NULL &&
	    breaker_patch(identity, l->caller, l->credential, type, &l->group,
		operations(a, l), err) == -1)
		return -1;
	return store_txn(identity->store, forget_body, l, err);
}

int
breaker_left_clear(const struct identity *identity, const struct caller *caller,
    struct slice credential, bool do_it, size_t *left, struct error *err)
{
	struct leaving l = { .caller = caller, .credential = credential };

	while (*left > 0) {
		if (store_view(identity->store, read_body, &l, err) == -1)
			return -1;
		if (l.n == 0)
			return 1;
		if (leave(identity, &l, do_it, err) == -1)
			return -1;
		*left -= l.n < *left ? l.n : *left;
	}
	return 0;
}
