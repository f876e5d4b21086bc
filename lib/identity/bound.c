/*
 * bound.c: a caller that is bounded by a filter.
 */
#include "identity/bound.h"
#include "identity/breaker.h"
#include "identity/render.h"

struct bound {
	const struct identity *identity;
	struct slice text;	 /* "": no filter */
	struct slice quarantine; /* a credential, or "" */
	struct filter **filters; /* of every type, in the catalog's order */
};

bool
bound_has_filter(const struct bound *bound)
{
	return bound != NULL && bound->text.len > 0;
}

struct slice
bound_quarantine(const struct bound *bound)
{
	return bound != NULL ? bound->quarantine : SLICE("");
}

int
bound_filter(struct arena *a, const struct bound *bound,
    const struct resource_type *type, struct filter **out, struct error *err)
{
	*out = NULL;
	if (!bound_has_filter(bound))
		return 0;
	if (filter_parse(a, bound->text, out, err) == -1)
		return -1;
	return filter_bind(
	    a, type, profile_default(bound->identity->catalog), *out, err);
}

int
bound_make(struct arena *a, const struct identity *identity, struct slice text,
    struct slice quarantine, const struct bound **out, struct error *err)
{
	const struct catalog *catalog = identity->catalog;
	struct bound *b = arena_calloc(a, 1, sizeof(*b));
	const struct filter *unknown = NULL;
	bool fits = false;
	size_t n = 0;

	while (catalog_type(catalog, n) != NULL)
		n++;
	*b = (struct bound){ .identity = identity,
		.text = text,
		.quarantine = quarantine,
		.filters = arena_calloc(a, n, sizeof(struct filter *)) };
	for (size_t i = 0; text.len > 0 && i < n; i++) {
		if (bound_filter(a, b, catalog_type(catalog, i), &b->filters[i],
			err) == -1)
			return -1;
		unknown = filter_unknown(b->filters[i]);
		fits |= unknown == NULL;
	}
	if (!fits && unknown != NULL)
		return error_set(err, ERR_INVALID_FILTER,
		    "no resource type has all attributes of the filter, as "
		    "'%.*s'",
		    SLICE_ARG(unknown->name));
	*out = b;
	return 0;
}

static const struct filter *
filter_of(const struct bound *bound, const struct resource_type *type)
{
	const struct resource_type *t;

	for (size_t i = 0;
	     (t = catalog_type(bound->identity->catalog, i)) != NULL; i++)
		if (t == type)
			return bound->filters[i];
	return NULL;
}

/* The filter itself sees everything, or it would go round in circles. */
int
bound_admits(struct kv_txn *txn, struct arena *a, const struct caller *caller,
    const struct resource_type *type, const struct uuid *id,
    const struct record *record)
{
	struct caller unbounded = *caller;
	struct render_subject subject = { .txn = txn,
		.a = a,
		.caller = &unbounded,
		.type = type,
		.id = id,
		.record = record };
	struct match_source source = render_source(&subject);
	const struct filter *f;

	int pending;

	if (caller->bound == NULL)
		return 1;
	pending = breaker_is_pending(
	    txn, caller->tenant, caller->bound->quarantine, id);
	if (pending != 0 || caller->bound->text.len == 0)
		return pending == 1 ? 0 : pending == 0 ? 1 : -1;
	unbounded.bound = NULL;
	subject.identity = caller->bound->identity;
	f = filter_of(caller->bound, type);
	return f == NULL ? 0 : filter_match(a, f, record->body, &source);
}

int
bound_check_written(struct kv_txn *txn, const struct caller *caller,
    const struct resource_type *type, const struct uuid *id,
    const struct record *record, struct error *err)
{
	switch (bound_admits(txn, store_arena(txn), caller, type, id, record)) {
	case 1:
		return 0;
	case 0:
		return error_set(err, ERR_FORBIDDEN,
		    "this credential is for resources with %.*s, and may not "
		    "make others",
		    SLICE_ARG(caller->bound->text));
	default:
		return -1;
	}
}
