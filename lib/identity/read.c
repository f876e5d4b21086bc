/*
 * read.c: one resource (RFC 7644 section 3.4.1).
 */
#include "identity/record.h"
#include "identity/render.h"

struct read {
	const struct identity *identity;
	const struct caller *caller;
	const struct resource_type *type;
	const struct projection *projection;
	const struct conditions *conditions;
	struct uuid id;
	struct buf *out;
	size_t out_start;
	struct outcome *outcome;
};

static int
read_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct read *r = arg;
	struct record record;

	buf_truncate(r->out, r->out_start);
	if (record_get(txn, r->caller, r->type, &r->id, false, &record, err) ==
	    -1)
		return -1;
	if (etag_check_match(r->conditions, record.version, err) == -1)
		return -1;
	*r->outcome =
	    (struct outcome){ .id = r->id, .version = record.version };
	r->outcome->not_modified = r->conditions->if_none_match.data != NULL &&
	    etag_list_has(r->conditions->if_none_match, record.version);
	if (r->outcome->not_modified)
		return 0;
	return render_resource(txn, r->identity, r->caller, r->type,
	    r->projection, &r->id, &record, r->out);
}

int
identity_read(const struct identity *identity, const struct caller *caller,
    const struct resource_type *type, struct slice id,
    const struct conditions *conditions, const struct projection *projection,
    struct buf *out, struct outcome *outcome, struct error *err)
{
	struct read r = { identity, caller, type, projection, conditions,
		{ { 0 } }, out, out->len, outcome };

	if (record_parse_id(type, id, &r.id, err) == -1)
		return -1;
	return store_view(identity->store, read_body, &r, err);
}
