/*
 * meta.h: what the store knows of its own indexes.
 *
 * One row for each tenant and type names the indexes that every writer must
 * keep up.  Who writes a resource reads the row in the same transaction, so
 * that a change of the row comes before the write or after it.
 */
#ifndef STORE_META_H
#define STORE_META_H

#include <stdint.h>

#include "base/uuid.h"
#include "store/kv.h"

/* How values are compared; another form is another index. */
enum index_form {
	INDEX_FOLDED,
	INDEX_EXACT,
	INDEX_UNIQUE_FOLDED,
	INDEX_UNIQUE_EXACT,
	INDEX_FORM_MAX
};

enum index_stage {
	INDEX_BUILDING,	/* new writes are in it, older ones may not be */
	INDEX_COMPLETE,	/* its keys are those of the resources, no others */
	INDEX_STAGE_MAX
};

struct index_note {
	struct slice		attribute;	/* "emails.value" */
	enum index_form		form;
	enum index_stage	stage;
	struct uuid		id;	/* made when it was announced: its time */
};

struct index_notes {
	struct index_note	*list;
	size_t			 n;
};

/*
 * The notes for TYPE; none when there is no row.  FOR_UPDATE as in kv_get.
 *
 * Owner:   the list lives in the arena of TXN.
 * Returns: STORE_OK or STORE_FAIL.
 */
enum store_status	meta_get_indexes(struct kv_txn *txn,
			    uint32_t tenant, struct slice type,
			    bool for_update, struct index_notes *notes);

/* The row itself, "" when there is none: for who keeps it. */
enum store_status	meta_get_row(struct kv_txn *txn, uint32_t tenant,
			    struct slice type, struct slice *row);

/* Is the index of that attribute and form complete?  -1: ROW is damaged. */
int	meta_row_is_complete(struct slice row, struct slice attribute,
	    enum index_form form);

/* Write NOTES over what was there. */
enum store_status	meta_put_indexes(struct kv_txn *txn,
			    uint32_t tenant, struct slice type,
			    const struct index_notes *notes);

/* The note of that attribute and form, or NULL. */
struct index_note	*meta_find_index(const struct index_notes *notes,
			    struct slice attribute, enum index_form form);

#endif
