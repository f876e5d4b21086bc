/*
 * record.h: between the tree of a resource and its record: the body that a
 * client may see, and the secrets (returned "never") beside it.
 */
#ifndef IDENTITY_RECORD_H
#define IDENTITY_RECORD_H

#include "identity/identity.h"
#include "store/resources.h"

/* An id out of a URL; what is no id of ours is ERR_NOT_FOUND. */
int	record_parse_id(const struct resource_type *type, struct slice text,
	    struct uuid *id, struct error *err);

/* The record of ID; ERR_NOT_FOUND when there is none for CALLER. */
int	record_get(struct kv_txn *txn, const struct caller *caller,
	    const struct resource_type *type, const struct uuid *id,
	    bool for_update, struct record *record, struct error *err);

/* How many resources of TYPE there are. */
int	record_count(struct kv_txn *txn, const struct caller *caller,
	    const struct resource_type *type, int64_t *n);

/* ID has come (DELTA 1) or gone (-1); late, since all writers wait here. */
int	record_add_count(struct kv_txn *txn, const struct caller *caller,
	    const struct resource_type *type, const struct uuid *id,
	    int64_t delta);

/* Text of BODY and SECRET out of TREE, in A; TREE is not changed. */
void	record_from_tree(struct arena *a, const struct resource_type *type,
	    const struct json_object *tree, struct record *record);

/* The tree of RECORD, secrets and all. */
int	record_to_tree(struct arena *a, const struct record *record,
	    struct json_object **out, struct error *err);

/* The secrets of RECORD that TREE has no value for stay (PUT-07). */
int	record_keep_secrets(struct arena *a, const struct record *record,
	    struct json_object *tree, struct error *err);

/*
 * Replace every secret in TREE by its hash.  Slow on purpose: before the
 * transaction, never in it.
 */
int	record_hash_secrets(struct arena *a,
	    const struct resource_type *type, struct json_object *tree,
	    struct error *err);

/* The same for the values of a PATCH. */
int	record_hash_patch(struct arena *a, const struct profile *profile,
	    struct patch *patch, struct error *err);

/*
 * AFTER follows BEFORE: the next version, changed at NOW, or when BEFORE was
 * if the clock was set back since.
 */
void	record_touch(struct record *after, const struct record *before,
	    int64_t now);

/* The text shown for a resource in references: its display name. */
struct slice	record_display(struct arena *a, struct slice body);

#endif
