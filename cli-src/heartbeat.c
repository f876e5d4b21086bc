/*
 * heartbeat.c: muster heartbeat: how each credential is used.
 */
#include <stdio.h>

#include "auth/token.h"
#include "base/clock.h"
#include "base/nelem.h"
#include "store/tenants.h"
#include "verb.h"
#include "watch/heartbeat.h"

static const char usage[] = "heartbeat [--store DIR] [--tenant NAME] [--json]";

enum { LINE_MAX_LEN = 64 * 1024 };

struct words {
	const char *store;
	const char *tenant;
	bool json;
};

struct printing {
	const struct workplace *w;
	bool json;
};

static void
print_beat(const struct workplace *w, const struct credential *c,
    const struct heartbeat *beat)
{
	int64_t now = w->caller.now;
	char last[CLOCK_TEXT_SIZE];

	clock_format(beat->last_at, last);
	printf("%.*s  %-5s  last %s", SLICE_ARG(c->id),
	    beat_state_name(beat_state(beat, now)), last);
	if (beat->cadence_ms > 0)
		printf("  every %lld min",
		    (long long)(beat->cadence_ms + 30000) / 60000);
	printf("  %llu requests  %llu failed, %llu refused, %llu no SCIM",
	    (unsigned long long)beat->requests,
	    (unsigned long long)beat->counts[BEAT_FAILED],
	    (unsigned long long)beat->counts[BEAT_REFUSED],
	    (unsigned long long)beat->counts[BEAT_NO_SCIM]);
	printf("  now %d.%d %%  quarantine: %s", beat_error_ratio(beat) / 10,
	    beat_error_ratio(beat) % 10,
	    beat_quarantine_name(beat_quarantine(beat)));
	if (beat->strange_at != 0) {
		clock_format(beat->strange_at, last);
		printf("  asked something new %llu times, last %s",
		    (unsigned long long)beat->strange, last);
	}
	printf("  %.*s\n", SLICE_ARG(verb_plain(w->arena, c->label)));
}

static int
print_credential(const struct credential *c, void *arg, struct error *err)
{
	const struct printing *p = arg;
	struct heartbeat beat;
	struct buf line;

	if (beat_read(p->w->settings.store, c->tenant, c->id, &beat, err) ==
	    -1) {
		if (!p->json)
			printf("%.*s  never used  %.*s\n", SLICE_ARG(c->id),
			    SLICE_ARG(verb_plain(p->w->arena, c->label)));
		return 0;
	}
	if (!p->json) {
		print_beat(p->w, c, &beat);
		return 0;
	}
	buf_init(&line, LINE_MAX_LEN);
	beat_print(&line, c->id, &beat, p->w->caller.now);
	printf("%.*s\n", SLICE_ARG(buf_text(&line)));
	buf_fini(&line);
	return 0;
}

static int
run(struct workplace *w, const void *arg)
{
	const struct words *words = arg;
	struct printing p = { w, words->json };
	struct error err;

	return token_each(w->identity.store, w->arena, w->caller.tenant,
		   print_credential, &p, &err) == -1
	    ? verb_failed(&err)
	    : EXIT_OK;
}

int
verb_heartbeat(int argc, char **argv)
{
	struct words words = { .tenant = TENANT_DEFAULT_NAME };
	const struct verb_option options[] = { { "store", &words.store },
		{ "tenant", &words.tenant } };
	const struct verb_flag flags[] = { { "json", &words.json } };

	if (verb_read_flags(argc, argv, options, NELEM(options), flags,
		NELEM(flags), NULL) == -1)
		return verb_usage(usage);
	return workplace_run(words.store, words.tenant, run, &words);
}
