/*
 * breaker.c: muster breaker show | release | discard.
 */
#include <stdio.h>
#include <string.h>

#include "admin/grant.h"
#include "auth/token.h"
#include "base/clock.h"
#include "base/nelem.h"
#include "identity/breaker.h"
#include "verb.h"

static const char usage[] =
    "breaker show [--store DIR] [--tenant NAME] [CREDENTIAL]\n"
    "       muster breaker release [--store DIR] [--tenant NAME] [--for "
    "12h|DATE]\n"
    "           CREDENTIAL\n"
    "       muster breaker discard [--store DIR] [--tenant NAME] CREDENTIAL";

struct words {
	size_t verb; /* its row */
	const char *store;
	const char *tenant;
	const char *span; /* "12h" */
	const char *credential;
	struct slice breaker; /* that it has (credential.h) */
};

/* In every tenant, or in the one that was named; all that is asked for. */
typedef int tenant_fn(struct workplace *w, const struct words *words,
    const struct named_tenant *tenant, struct error *err);

static int
list_one(struct workplace *w, const struct words *words,
    const struct named_tenant *tenant, struct error *err)
{
	struct breaker_status *list;
	size_t n;

	(void)words;
	if (breaker_statuses(&w->identity, &w->caller, &list, &n, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const struct breaker_status *s = &list[i];
		int64_t at = s->held_at != 0 ? s->held_at : s->released_until;
		char text[CLOCK_TEXT_SIZE] = "-";

		if (at != 0)
			clock_format(at, text);
		printf("%.*s  %-16.*s %-9s %-24s %lld taken of %lld\n",
		    SLICE_ARG(s->credential), SLICE_ARG(tenant->name),
		    breaker_state_name(s, w->caller.now), text,
		    (long long)s->taken, (long long)s->base);
	}
	return 0;
}

static void
print_note(struct arena *a, const char *list, const struct breaker_note *note)
{
	struct slice name = verb_plain(a, note->name);

	printf("%-7s %.*s  %-8.*s %.*s %.*s  %.*s", list, SLICE_ARG(note->at),
	    SLICE_ARG(note->act), SLICE_ARG(note->type), SLICE_ARG(note->id),
	    SLICE_ARG(name));
	if (note->nmembers > 0)
		printf(" (%lld members):", (long long)note->n);
	for (size_t i = 0; i < note->nmembers; i++)
		printf(
		    "%s %.*s", i == 0 ? "" : ",", SLICE_ARG(note->members[i]));
	if (note->nmembers > 0 && (int64_t)note->nmembers < note->n)
		printf(" and %lld more",
		    (long long)(note->n - (int64_t)note->nmembers));
	putchar('\n');
}

static int
show_one(struct workplace *w, const struct words *words,
    const struct named_tenant *tenant, struct error *err)
{
	struct breaker_note *list;
	size_t n;

	(void)tenant;
	for (int which = 0; which < BREAKER_LIST_MAX; which++) {
		if (breaker_notes(&w->identity, &w->caller, words->breaker,
			(enum breaker_list)which, &list, &n, err) == -1)
			return -1;
		for (size_t i = 0; i < n; i++)
			print_note(w->arena,
			    breaker_list_name((enum breaker_list)which),
			    &list[i]);
	}
	return 0;
}

/* The tenant that the credential is of is the one that has it noted. */
static int
release_one(struct workplace *w, const struct words *words,
    const struct named_tenant *tenant, struct error *err)
{
	char text[CLOCK_TEXT_SIZE];
	int64_t until;

	if (grant_read_expiry(w->arena, w->caller.now, "--for",
		slice_of(words->span), &until, err) == -1)
		return -1;
	if (breaker_release(&w->identity, &w->caller, words->breaker, until,
		SIZE_MAX, err) == -1)
		return err->code == ERR_NOT_FOUND ? 0 : -1;
	clock_format(until, text);
	printf("%s of %.*s may go on; it is counted again from %s on\n",
	    words->credential, SLICE_ARG(tenant->name), text);
	return 1;
}

static int
discard_one(struct workplace *w, const struct words *words,
    const struct named_tenant *tenant, struct error *err)
{
	if (breaker_discard(
		&w->identity, &w->caller, words->breaker, SIZE_MAX, err) == -1)
		return err->code == ERR_NOT_FOUND ? 0 : -1;
	printf("what %s of %.*s wanted is forgotten; it begins anew\n",
	    words->credential, SLICE_ARG(tenant->name));
	return 1;
}

/* clang-format off */
static const struct {
	const char	*name;
	tenant_fn	*run;
	bool		 decides;	/* about a credential, which is named */
} verbs[] = {
	{ "show",	show_one,	false },
	{ "release",	release_one,	true },
	{ "discard",	discard_one,	true },
};
/* clang-format on */

/* *N of the tenants had it. */
static int
each_tenant(struct workplace *w, const struct words *words, tenant_fn *fn,
    size_t *n, struct error *err)
{
	struct named_tenants tenants;
	int rc;

	*n = 0;
	if (workplace_tenants(w, words->tenant, &tenants, err) == -1)
		return -1;
	for (size_t i = 0; i < tenants.n; i++) {
		w->caller.tenant = tenants.list[i].number;
		w->caller.now = clock_now_ms();
		rc = fn(w, words, &tenants.list[i], err);
		if (rc == -1)
			return -1;
		*n += (size_t)rc;
	}
	return 0;
}

static int
run(struct workplace *w, const void *arg)
{
	struct words words = *(const struct words *)arg;
	bool lists = words.credential == NULL;
	struct error err;
	size_t n;

	if (!lists &&
	    token_find_breaker(w->identity.store, w->arena,
		slice_of(words.credential), &words.breaker, &err) == -1)
		return verb_failed(&err);
	if (each_tenant(w, &words, lists ? list_one : verbs[words.verb].run, &n,
		&err) == -1)
		return verb_failed(&err);
	if (!verbs[words.verb].decides || n > 0)
		return EXIT_OK;
	error_set(&err, ERR_NOT_FOUND, "nothing is noted of a credential '%s'",
	    words.credential);
	return verb_failed(&err);
}

int
verb_breaker(int argc, char **argv)
{
	struct words words = { .verb = 0 };
	const struct verb_option options[] = {
		{ "store", &words.store },
		{ "tenant", &words.tenant },
		{ "for", &words.span },
	};

	while (argc > 1 && words.verb < NELEM(verbs) &&
	    strcmp(argv[1], verbs[words.verb].name) != 0)
		words.verb++;
	if (argc < 2 || words.verb == NELEM(verbs) ||
	    verb_read(argc - 1, argv + 1, options, NELEM(options),
		&words.credential) == -1 ||
	    (verbs[words.verb].decides && words.credential == NULL) ||
	    (verbs[words.verb].run != release_one && words.span != NULL))
		return verb_usage(usage);
	if (words.span == NULL)
		words.span = "1h";
	return workplace_run(words.store, NULL, run, &words);
}
