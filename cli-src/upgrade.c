/*
 * upgrade.c: muster upgrade: bring a store to the format that this version
 * of muster writes.
 *
 * There has been one format so far, so that a store that can be entered has
 * it; store.c says of any other what to do.
 */
#include <stdio.h>

#include "base/nelem.h"
#include "verb.h"

static const char usage[] = "upgrade [--store DIR]";

int
verb_upgrade(int argc, char **argv)
{
	const char *store = NULL;
	const struct verb_option options[] = { { "store", &store } };
	struct workplace w;

	if (verb_read(argc, argv, options, NELEM(options), NULL) == -1)
		return verb_usage(usage);
	if (workplace_open(&w, store, NULL, false, NULL) == -1)
		return EXIT_FAILED;
	printf("%s has the format '%s', which is the newest: nothing to do\n",
	    w.settings.store, store_format());
	workplace_close(&w);
	return EXIT_OK;
}
