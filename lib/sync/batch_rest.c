/*
 * batch_rest.c: operations that fail too often rest (PS-083 to PS-086).
 */
#include "sync/advice.h"
#include "sync/batch_private.h"

void
batch_rest_intents(struct batch *b, struct batch_part *part)
{
	for (size_t i = 0; i < part->n; i++) {
		struct intent *intent = &part->intents[i];

		/* Where it could not even be read there is no rule. */
		if (intent->act == ACT_NOTHING)
			continue;
		intent->operation = intent_operation(intent);
		if (b->only == NULL)
			intent->rests_until = quarantine_until(
			    &b->next.quarantine, intent->operation, b->run.now);
		if (intent->rests_until != 0)
			intent_skip(&part->run, intent, "Quarantined",
			    SLICE("too many of this kind have failed"));
	}
}

static enum operation
operation_of_edge(const struct roster_edge *e)
{
	return e->is_added ? OPERATION_MEMBER_ADD : OPERATION_MEMBER_REMOVE;
}

/* Those that rest go out of R. */
static void
rest_edges(const struct batch *b, struct roster *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->nedges; i++) {
		int64_t until = quarantine_until(&b->next.quarantine,
		    operation_of_edge(&r->edges[i]), b->run.now);

		if (until == 0)
			r->edges[n++] = r->edges[i];
		else if (r->rests_until == 0 || until < r->rests_until)
			r->rests_until = until;
	}
	r->nedges = n;
}

void
batch_rest_edges(struct batch *b, struct roster *r)
{
	if (b->only == NULL)
		rest_edges(b, r);
}

/* ---- what became of them ---- */

static void
note(struct batch *b, const struct quarantine_tally *tallies)
{
	for (int i = OPERATION_NONE + 1; i < OPERATION_MAX; i++)
		switch (quarantine_note(&b->next.quarantine,
		    &b->run.job->quarantine, (enum operation)i, &tallies[i],
		    b->run.now)) {
		case QUARANTINE_BEGAN:
			b->rested |= 1U << i;
			break;
		case QUARANTINE_LIFTED:
			b->lifted |= 1U << i;
			break;
		default:
			break;
		}
}

static void
count_intent(
    const struct intent *intent, struct quarantine_tally tallies[OPERATION_MAX])
{
	struct quarantine_tally *t = &tallies[intent->operation];

	/* What never came to the target says nothing of it. */
	if (intent->began_us == 0 || intent->result == INTENT_SKIPPED)
		return;
	if (intent->result == INTENT_DONE) {
		t->done++;
	} else if (slice_equal(intent->code,
		       SLICE("UnableToResolveReferenceAttributeValue"))) {
		t->references++;
	} else {
		t->failed++;
		t->foreign +=
		    slice_equal(intent->code, SLICE(ADVICE_INCOMPATIBLE));
	}
}

void
batch_count_intents(struct batch *b)
{
	struct quarantine_tally tallies[OPERATION_MAX] = { { .done = 0 } };

	for (struct batch_part *part = b->parts; part != NULL;
	     part = part->next) {
		if (part->running > 0 || part->is_counted)
			continue;
		part->is_counted = true;
		for (size_t i = 0; i < part->n; i++)
			count_intent(&part->intents[i], tallies);
	}
	note(b, tallies);
}

/* Of a request that failed as a whole, all that were in it. */
static bool
has_failed(const struct roster *r, size_t edge)
{
	return r->edges[edge].was_refused ||
	    (r->intent.result == INTENT_FAILED && edge >= r->at &&
		edge < r->at + r->n);
}

void
batch_count_edges(struct batch *b, const struct roster *r)
{
	struct quarantine_tally tallies[OPERATION_MAX] = { { .done = 0 } };

	for (size_t k = 0; k < r->nedges; k++) {
		struct quarantine_tally *t =
		    &tallies[operation_of_edge(&r->edges[k])];

		if (r->edges[k].was_told)
			t->done++;
		else if (has_failed(r, k))
			t->failed++;
	}
	note(b, tallies);
}
