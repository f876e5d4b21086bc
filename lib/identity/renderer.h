/*
 * renderer.h: what the files that write a resource share: render.c (the
 * body), computed.c and meta.c (what is not in it), source.c (both, for
 * filters) and list.c (one after another).
 */
#ifndef IDENTITY_RENDERER_H
#define IDENTITY_RENDERER_H

#include "base/clock.h"
#include "identity/recipe.h"
#include "identity/render.h"

/* A rendered value that a filter asks for: some 90,000 members. */
enum { RENDER_VALUE_MAX = 16 * 1024 * 1024 };

/* The meta of a type, with places for what differs from one to the next. */
struct meta_form {
	struct slice	 text;	/* all but the end; empty: not made yet */
	size_t		 places[META_MAX]; /* bytes into TEXT; 0: none */
	int64_t		 time_at; /* the one in TIME */
	char		 time[CLOCK_TEXT_SIZE];
};

struct renderer {
	struct kv_txn			*txn;
	struct arena			*a;
	const struct identity		*identity;
	const struct caller		*caller;
	const struct resource_type	*type;
	const struct projection		*projection;
	const struct uuid		*id;
	char				 id_text[UUID_TEXT_SIZE];
	const struct record		*record;
	struct buf			*out;
	int64_t				 members_max; /* to show; 0: all */
	bool				 is_truncated; /* there were more */
	bool				 is_created;   /* by TXN: in no group */

	/* Worked out when first needed, good for all that are rendered. */
	struct recipe			*recipe;
	const struct resource_type	*group_type;
	struct groups			*groups;
	const struct membership		*memberships;	/* of the last one */
	size_t				 nmemberships;
	bool				 has_asked; /* of the next one already */
	struct meta_form		 meta;
	const struct resource_type	*ref_type;
	struct slice			 ref;
};

/*
 * Resources of TYPE, one after another, in one transaction: what they have in
 * common is read and worked out once.
 */
void	render_begin(struct renderer *r, struct kv_txn *txn,
	    const struct identity *identity, const struct caller *caller,
	    const struct resource_type *type,
	    const struct projection *projection);

/*
 * Ask now for what the next one, ID, has under keys that are not its own.  Who
 * reads key by key, in no transaction, reads the record after that: one that
 * is deleted meanwhile is not found then.
 */
int	render_ask_first(struct renderer *r, const struct uuid *id);

/* Append the next one to OUT. */
int	render_next(struct renderer *r, const struct uuid *id,
	    const struct record *record, struct buf *out);

/* '"NAME":', after a comma where one is needed. */
void	render_name(struct renderer *r, struct slice name);

/* '"NAME":"TEXT"' */
void	render_string(struct renderer *r, const char *name,
	    struct slice text);

/* The comma before an element of an array, but the first. */
void	render_comma(struct renderer *r);

/* Is SUB of ATTR wanted, when ATTR as a whole is WANT? */
bool	render_wants_sub(struct renderer *r, enum want want,
	    const struct schema *extension, const struct attr *attr,
	    const struct attr *sub);

/* One complex value, or an array of them, reduced to what is wanted. */
int	render_object(struct renderer *r, enum want want,
	    const struct schema *extension, const struct attr *attr,
	    struct slice object);
int	render_array(struct renderer *r, enum want want,
	    const struct schema *extension, const struct attr *attr,
	    struct slice array);

/* '"$ref":', the URL of the resource ID of TYPE. */
void	render_ref(struct renderer *r, const struct resource_type *type,
	    struct slice id);

/*
 * The URL of the resources of TYPE up to their id, as it stands in a JSON
 * string; in the renderer's arena.
 */
struct slice	render_url(struct renderer *r,
		    const struct resource_type *type);

/* The computed sub-attributes of a reference, behind its "value" ID. */
int	render_reference(struct renderer *r, enum want want,
	    const struct schema *extension, const struct attr *attr,
	    struct slice id);

/* One value of ATTR, which is kept as edges: the member ID. */
int	render_edge(struct renderer *r, enum want want,
	    const struct attr *attr, const struct uuid *id);

/* May R leave out members?  Where it can say so (truncate.c). */
int64_t	truncate_limit(const struct renderer *r);

/*
 * Say that members were left out, at the end of the resource, whose list of
 * schemas ends before byte SCHEMAS_END.
 */
void	truncate_tell(struct renderer *r, size_t schemas_end);

/* The value of ATTR, which is meta (RFC 7643 section 3.1). */
void	render_meta(struct renderer *r, enum want want,
	    const struct attr *attr);

/* The value of an attribute that is not in the body. */
int	render_computed(struct renderer *r, enum want want,
	    const struct attr *attr);

#endif
