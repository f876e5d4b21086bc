/*
 * breaker_hold.c: a credential is held, and what it would have done noted.
 */
#include "auth/credential.h"
#include "base/clock.h"
#include "base/log.h"
#include "identity/breaker_private.h"
#include "json/json.h"
#include "store/breakers.h"

static struct json_object *
text_of(struct arena *a, const char *text)
{
	return json_new_string(a, slice_of(text));
}

static struct json_object *
id_of(struct arena *a, const struct uuid *id)
{
	char text[UUID_TEXT_SIZE];

	uuid_format(id, text);
	return text_of(a, text);
}

struct slice
breaker_note_text(struct arena *a, int64_t now, const struct breaker_case *c)
{
	struct json_object *v = json_new_object(a);
	struct json_object *members = json_new_array(a);
	char at[CLOCK_TEXT_SIZE];

	clock_format(now, at);
	json_set(v, SLICE("at"), text_of(a, at));
	json_set(v, SLICE("act"), text_of(a, breaker_act_name(c->act)));
	json_set(v, SLICE("type"), json_new_string(a, c->type->name));
	json_set(v, SLICE("id"), id_of(a, &c->id));
	json_set(v, SLICE("name"), json_new_string(a, c->name));
	json_set(v, SLICE("n"), json_new_integer(a, (int64_t)c->n));
	for (size_t i = 0; i < c->members.n; i++)
		json_append(members, id_of(a, &c->members.ids[i]));
	if (c->members.n > 0)
		json_set(v, SLICE("members"), members);
	return json_text(a, v);
}

int
breaker_raise(struct kv_txn *txn, const struct caller *caller,
    struct slice credential, const char *what, int64_t taken)
{
	struct caller nobody = *caller;
	struct uuid id;

	nobody.request_id = SLICE("");
	if (uuid_parse(credential, &id) == -1)
		id = uuid_new(caller->now);
	return change_write_breaker(txn, &nobody, &id, what, taken);
}

/* What is pending, and of a group everybody who leaves it. */
static int
note_pending(struct kv_txn *txn, const struct caller *caller,
    const struct change *change, const struct breaker_case *c)
{
	struct slice credential = breaker_credential(caller);

	if (breaker_note_put(txn, caller->tenant, credential, BREAKER_PENDING,
		&c->id, breaker_note_text(store_arena(txn), caller->now, c)) !=
	    STORE_OK)
		return -1;
	for (size_t i = 0; c->act == BREAKER_REMOVE && i < c->n; i++)
		if (breaker_left_put(txn, caller->tenant, credential, &c->id,
			&change->removed.ids[i]) != STORE_OK)
			return -1;
	return 0;
}

/* The first one puts the credential into quarantine. */
int
breaker_keep_aside(struct kv_txn *txn, const struct caller *caller,
    const struct change *change, const struct breaker_case *c,
    struct breaker_window *w, struct error *err)
{
	struct slice credential = breaker_credential(caller);
	bool is_first = w->held_at == 0;

	if (note_pending(txn, caller, change, c) == -1)
		return -1;
	if (w->has_pending)
		return 0;
	if (is_first)
		w->held_at = caller->now;
	w->has_pending = 1;
	if (credential_set_quarantine(txn, credential, caller->now, err) ==
		-1 ||
	    breaker_save(txn, caller->tenant, credential, w) == -1)
		return -1;
	return is_first ? breaker_raise(txn, caller, credential, "held",
			      breaker_window_sum(w))
			: 0;
}

struct holding {
	const struct identity *identity;
	const struct caller *caller;
	const struct breaker_case *held;
	int64_t taken;
	bool is_first;
};

static int
hold_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct holding *h = arg;
	const struct caller *caller = h->caller;
	struct slice credential = breaker_credential(caller);
	struct breaker_window w;

	h->is_first = false;
	if (change_begin(txn, caller, err) == -1 ||
	    breaker_load(txn, caller->tenant, credential, &w, err) == -1)
		return -1;
	/* Somebody has released it meanwhile. */
	if (caller->now < w.released_until)
		return 0;
	if (breaker_note_put(txn, caller->tenant, credential, BREAKER_HELD,
		&h->held->id,
		breaker_note_text(store_arena(txn), caller->now, h->held)) !=
	    STORE_OK)
		return -1;
	if (w.held_at != 0)
		return 0;
	h->is_first = true;
	breaker_window_move(&w, caller->now, h->identity->breaker_window);
	h->taken = breaker_window_sum(&w);
	w.held_at = caller->now;
	if (breaker_save(txn, caller->tenant, credential, &w) == -1)
		return -1;
	return breaker_raise(txn, caller, credential, "held", h->taken);
}

int
breaker_hold(const struct identity *identity, const struct caller *caller,
    const struct breaker_case *held, struct error *err)
{
	struct holding h = {
		.identity = identity, .caller = caller, .held = held
	};

	if (store_txn(identity->store, hold_body, &h, err) == -1)
		return -1;
	if (h.is_first)
		log_warning("breaker: credential %.*s is held: it took away "
			    "%lld and would have gone on with %s of %.*s "
			    "'%.*s'",
		    SLICE_ARG(breaker_credential(caller)), (long long)h.taken,
		    breaker_act_name(held->act), SLICE_ARG(held->type->name),
		    SLICE_ARG(held->name));
	return 0;
}
