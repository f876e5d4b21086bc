/*
 * link.c: what one source object is at the target of a job.
 */
#include <string.h>

#include "base/nelem.h"
#include "json/json.h"
#include "json/walk.h"
#include "store/dues.h"
#include "sync/link.h"

enum { SHOWN_MAX = 60 }; /* bytes of a row, in a message */

static const char *const states[LINK_STATE_MAX] = {
	[LINK_NONE] = "none",
	[LINK_CREATING] = "creating",
	[LINK_ACTIVE] = "active",
	[LINK_DISABLED] = "disabled",
	[LINK_GIVEN] = "given",
};

/* The texts and numbers of a row; what is empty or 0 is left out. */
static const struct {
	const char *name;
	size_t offset;
} texts[] = {
	{ "type", offsetof(struct link, type) },
	{ "targetType", offsetof(struct link, target_type) },
	{ "target", offsetof(struct link, target) },
	{ "etag", offsetof(struct link, etag) },
	{ "code", offsetof(struct link, code) },
	{ "detail", offsetof(struct link, detail) },
}, numbers[] = {
	{ "failures", offsetof(struct link, failures) },
	{ "failedAt", offsetof(struct link, failed_at) },
	{ "dueAt", offsetof(struct link, due_at) },
	{ "disabledAt", offsetof(struct link, disabled_at) },
};

const char *
link_state_name(enum link_state state)
{
	return states[state];
}

int
link_state_find(struct slice word, enum link_state *out)
{
	for (size_t i = 0; i < NELEM(states); i++)
		if (slice_equal(word, slice_of(states[i]))) {
			*out = (enum link_state)i;
			return 0;
		}
	return -1;
}

/* ROW is no link; its beginning is for the log. */
static int
damaged(const struct uuid *source, struct slice row, struct error *err)
{
	char id[UUID_TEXT_SIZE];

	uuid_format(source, id);
	return error_set(err, ERR_INTERNAL,
	    "the link of %s is damaged: %zu bytes, %.*s", id, row.len,
	    row.len < SHOWN_MAX ? (int)row.len : SHOWN_MAX, row.data);
}

int
link_read(
    struct arena *a, struct slice row, struct link *out, struct error *err)
{
	struct json_object *v;
	struct slice text;
	int64_t number;

	if (json_load(a, row, &v, err) == -1 ||
	    link_state_find(json_string(json_get(v, "state")), &out->state) ==
		-1)
		return damaged(&out->source, row, err);
	for (size_t i = 0; i < NELEM(texts); i++) {
		text = json_string(json_get(v, texts[i].name));
		memcpy((char *)out + texts[i].offset, &text, sizeof(text));
	}
	for (size_t i = 0; i < NELEM(numbers); i++) {
		number = json_integer(json_get(v, numbers[i].name));
		memcpy(
		    (char *)out + numbers[i].offset, &number, sizeof(number));
	}
	out->exported = json_get(v, "exported");
	out->is_told_inside = out->exported != NULL;
	out->is_held = json_boolean(json_get(v, "held"));
	out->is_released = json_boolean(json_get(v, "released"));
	out->is_stored = true;
	out->stored_target = out->target;
	out->stored_exported = out->exported;
	out->stored_due_at = out->due_at;
	out->stored_failures = out->failures;
	out->stored_state = out->state;
	out->stored_is_held = out->is_held || out->is_released;
	return 0;
}

static struct slice
print(struct arena *a, const struct link *link)
{
	struct json_object *v = json_new_object(a);
	struct slice text;
	int64_t number;

	json_set(v, SLICE("state"),
	    json_new_string(a, slice_of(states[link->state])));
	for (size_t i = 0; i < NELEM(texts); i++) {
		memcpy(
		    &text, (const char *)link + texts[i].offset, sizeof(text));
		if (text.len > 0)
			json_set(v, slice_of(texts[i].name),
			    json_new_string(a, text));
	}
	for (size_t i = 0; i < NELEM(numbers); i++) {
		memcpy(&number, (const char *)link + numbers[i].offset,
		    sizeof(number));
		if (number != 0)
			json_set(v, slice_of(numbers[i].name),
			    json_new_integer(a, number));
	}
	if (link->is_held)
		json_set(v, SLICE("held"), json_new_boolean(a, true));
	if (link->is_released)
		json_set(v, SLICE("released"), json_new_boolean(a, true));
	return json_text(a, v);
}

/* What the target was told; in an older row it is inside. */
static int
load_told(struct kv_txn *txn, struct arena *a, const struct job_key *job,
    struct link *link, struct error *err)
{
	enum store_status status;
	struct slice row;

	if (link->is_told_inside)
		return 0;
	status = told_get(txn, job, &link->source, &row);
	if (status == STORE_OK && json_load(a, row, &link->exported, err) == -1)
		return damaged(&link->source, row, err);
	link->stored_exported = link->exported;
	return status == STORE_FAIL ? -1 : 0;
}

int
link_load(struct kv_txn *txn, struct arena *a, const struct job_key *job,
    const struct uuid *source, struct link *out, struct error *err)
{
	struct slice row;

	*out = (struct link){ .source = *source };
	switch (link_get(txn, job, source, false, &row)) {
	case STORE_OK:
		return link_read(a, row, out, err) == -1
		    ? -1
		    : load_told(txn, a, job, out, err);
	case STORE_NOTFOUND:
		return 0;
	default:
		return -1;
	}
}

/* The text of the member NAME of ROW, which is not built as a tree. */
static struct slice
text_of(struct arena *a, struct slice row, struct slice name)
{
	struct slice value;

	return walk_find(row, name, &value) ? walk_string(a, value) : SLICE("");
}

struct slice
link_type(struct arena *a, struct slice row)
{
	return text_of(a, row, SLICE("type"));
}

int
link_target(struct kv_txn *txn, const struct job_key *job,
    const struct uuid *source, struct slice *target, bool *is_active,
    struct error *err)
{
	struct arena *a = kv_txn_arena(txn);
	enum link_state state;
	struct slice row;

	*target = SLICE("");
	*is_active = false;
	switch (link_get(txn, job, source, false, &row)) {
	case STORE_OK:
		break;
	case STORE_NOTFOUND:
		return 0;
	default:
		return -1;
	}
	if (link_state_find(text_of(a, row, SLICE("state")), &state) == -1)
		return damaged(source, row, err);
	*is_active = state == LINK_ACTIVE;
	*target = text_of(a, row, SLICE("target"));
	return 0;
}

/* An administrator may have given it another target since it was read. */
static int
check_target(struct kv_txn *txn, const struct job_key *job,
    const struct link *link, struct error *err)
{
	struct slice row, target = SLICE("");

	switch (link_get(txn, job, &link->source, true, &row)) {
	case STORE_OK:
		target = text_of(kv_txn_arena(txn), row, SLICE("target"));
		break;
	case STORE_NOTFOUND:
		break;
	default:
		return -1;
	}
	if (slice_equal(target, link->stored_target))
		return 0;
	return error_set(err, ERR_PRECONDITION,
	    "the target's object %.*s is not what the source is linked to now",
	    SLICE_ARG(link->target));
}

/* The key by which the target is found follows the row. */
static int
save_target(struct kv_txn *txn, const struct job_key *job,
    const struct link *link, struct error *err)
{
	enum store_status status = STORE_OK;

	if (slice_equal(link->target, link->stored_target))
		return 0;
	if (link->stored_target.len > 0 &&
	    link_release(txn, job, link->target_type, link->stored_target) ==
		STORE_FAIL)
		return -1;
	if (link->target.len > 0)
		status = link_claim(
		    txn, job, link->target_type, link->target, &link->source);
	if (status == STORE_EXISTS)
		return error_set(err, ERR_UNIQUENESS,
		    "the target's object %.*s belongs to another source",
		    SLICE_ARG(link->target));
	return status == STORE_OK ? 0 : -1;
}

static int
save_due(struct kv_txn *txn, const struct job_key *job, const struct link *link)
{
	struct due due = { link->stored_due_at, link->source, DUE_OBJECT };

	if (link->due_at == link->stored_due_at)
		return 0;
	if (due.at != 0 && due_delete(txn, job, &due) == STORE_FAIL)
		return -1;
	due.at = link->due_at;
	if (due.at == 0)
		return 0;
	return due_put(txn, job, &due, link->type) == STORE_OK ? 0 : -1;
}

/* Nothing that LINK does not say was told. */
static int
save_told(
    struct kv_txn *txn, const struct job_key *job, const struct link *link)
{
	enum store_status status;

	if (link->exported == link->stored_exported && !link->is_told_inside)
		return 0;
	if (link->exported != NULL)
		status = told_put(txn, job, &link->source,
		    json_text(kv_txn_arena(txn), link->exported));
	else
		status = told_delete(txn, job, &link->source);
	return status == STORE_FAIL ? -1 : 0;
}

bool
link_is_changed(const struct link *link)
{
	return link->state != link->stored_state ||
	    link->due_at != link->stored_due_at ||
	    link->failures != link->stored_failures ||
	    (link->is_held || link->is_released) != link->stored_is_held ||
	    !slice_equal(link->target, link->stored_target);
}

int
link_save(struct kv_txn *txn, const struct job_key *job,
    const struct link *link, struct error *err)
{
	enum store_status status;

	if (check_target(txn, job, link, err) == -1 ||
	    save_target(txn, job, link, err) == -1 ||
	    save_told(txn, job, link) == -1 || save_due(txn, job, link) == -1)
		return -1;
	if (link->state != LINK_NONE || link->failures > 0 || link->due_at != 0)
		status = link_put(
		    txn, job, &link->source, print(kv_txn_arena(txn), link));
	else
		status = link_delete(txn, job, &link->source);
	return status == STORE_FAIL ? -1 : 0;
}
