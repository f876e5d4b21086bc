/*
 * compact.c: muster compact: give back the room that deleted resources left.
 */
#include <stdio.h>

#include "base/nelem.h"
#include "verb.h"

static const char usage[] = "compact [--store DIR]";

static void
show_progress(void *arg, const struct kv_compaction *done)
{
	progress_show(arg, 0, done->pages_freed);
}

static int
run(struct workplace *w, const void *arg)
{
	struct kv_compaction done;
	struct progress progress;
	struct error err;
	int rc;

	(void)arg;
	progress_start(&progress, "pages freed", 0);
	rc = store_compact(
	    w->identity.store, &done, show_progress, &progress, &err);
	progress_clear(&progress);
	if (rc == -1)
		return verb_failed(&err);
	if (done.tables_rewritten > 0)
		printf("%u tables written anew, in pages of 4 KiB\n",
		    done.tables_rewritten);
	if (done.tables_left > 0)
		printf("%u tables have larger pages, which a power cut may "
		       "tear: stop the programs and run it again\n",
		    done.tables_left);
	printf("%llu pages freed, %llu returned to the disk\n",
	    (unsigned long long)done.pages_freed,
	    (unsigned long long)done.pages_returned);
	return EXIT_OK;
}

int
verb_compact(int argc, char **argv)
{
	const char *store = NULL;
	const struct verb_option options[] = { { "store", &store } };

	if (verb_read(argc, argv, options, NELEM(options), NULL) == -1)
		return verb_usage(usage);
	return workplace_run(store, NULL, run, NULL);
}
