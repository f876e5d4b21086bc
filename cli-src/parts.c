/*
 * parts.c: a verb that has parts, "token create", "token list": its words are
 * read by one table, and the part is run in the store.
 */
#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "base/nelem.h"
#include "verb.h"

enum { WORDS_MAX = 48 };

/* What the words of PART may be, and where they go. */
struct reading {
	struct verb_option options[WORDS_MAX];
	struct verb_flag flags[WORDS_MAX];
	size_t noptions;
	size_t nflags;
};

static void
add_word(struct reading *r, const struct verb_word *word, char *words)
{
	void *at = words + word->offset;

	if (word->is_flag)
		r->flags[r->nflags++] = (struct verb_flag){ word->name, at };
	else
		r->options[r->noptions++] =
		    (struct verb_option){ word->name, at };
}

/* 0, or -1 when the words make no sense for PART, a bit. */
static int
read_words(int argc, char **argv, const struct verb_table *table, unsigned part,
    struct verb_place *place)
{
	static const struct verb_word store = { "store",
		offsetof(struct verb_place, store), 0, false };
	struct reading r = { .noptions = 0 };

	assert(table->nwords + LIMIT_MAX < WORDS_MAX);
	add_word(&r, &store, (char *)place);
	for (size_t i = 0; i < table->nwords; i++)
		if (table->words[i].parts == 0 ||
		    (table->words[i].parts & part) != 0)
			add_word(&r, &table->words[i], (char *)place);
	for (int i = 0; (table->limit_parts & part) != 0 && i < LIMIT_MAX; i++)
		add_word(&r,
		    &(struct verb_word){ limit_row((enum limit)i)->option,
			table->limits + (size_t)i * sizeof(char *), 0, false },
		    (char *)place);
	return verb_read_words(argc, argv, r.options, r.noptions, r.flags,
	    r.nflags, place->names, NELEM(place->names));
}

static size_t
count_names(const struct verb_place *place)
{
	size_t n = 0;

	while (n < NELEM(place->names) && place->names[n] != NULL)
		n++;
	return n;
}

static int
run(const struct verb_part *part, const struct verb_place *place)
{
	struct workplace w;
	struct error err;
	int rc = EXIT_OK;

	if (workplace_open(&w, place->store,
		part->in_tenant && !place->all_tenants ? place->tenant : NULL,
		false, NULL) == -1)
		return EXIT_FAILED;
	if (part->run(&w, place, &err) == -1)
		rc = verb_failed(&err);
	workplace_close(&w);
	return rc;
}

int
verb_run_part(int argc, char **argv, const struct verb_table *table,
    struct verb_place *place)
{
	for (size_t i = 0; argc > 1 && i < table->nparts; i++) {
		const struct verb_part *part = &table->parts[i];

		if (strcmp(argv[1], part->name) != 0)
			continue;
		if (read_words(argc - 1, argv + 1, table, 1u << i, place) ==
			-1 ||
		    count_names(place) != part->nnames ||
		    (table->make_sense != NULL &&
			!table->make_sense(part, place)))
			break;
		return run(part, place);
	}
	return verb_usage(table->usage);
}
