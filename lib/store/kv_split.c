/*
 * kv_split.c: what Berkeley DB 5.3 does wrong when it makes room for a key.
 *
 * A key that finds its page full is put again once that is split.  Its second
 * search begins at the parent of that page, not at the root.  Nothing keeps
 * the parent as it was: when another process has split the page already, this
 * one waits for that one's transaction, finds room, lets go of all locks, and
 * before its search others can have split the parent, too.  The key is then
 * put behind the last one of the parent's left half, where no reader looks for
 * it: the write is acknowledged and gone (one of eight million in a load by
 * four at a time).
 *
 * So the library is not told where the second search might begin, as it does
 * not tell itself for tables with record numbers: it begins at the root.  It
 * calls its own function through the table of dynamic symbols, where the one
 * of this name here comes first.  Linked into a program (STATIC=1) it calls
 * what the linker wraps around its own, which then is stronger than this.
 */
#include <dlfcn.h>
#include <errno.h>
#include <string.h>

#include "store/kv_private.h"

#define EXPORTED __attribute__((used, visibility("default")))

typedef int split_fn(DBC *cursor, void *key, db_pgno_t *start);

split_fn __bam_split __attribute__((weak)) EXPORTED;
split_fn __wrap___bam_split EXPORTED;
extern split_fn __real___bam_split __attribute__((weak));

static split_fn *library_split;

int
kv_prepare_split(void)
{
	void *symbol;

	if (library_split == NULL)
		library_split = __real___bam_split;
	if (library_split != NULL)
		return 0;
	symbol = dlsym(RTLD_NEXT, "__bam_split");
	memcpy(&library_split, &symbol, sizeof(library_split));
	return symbol == NULL ? ENOSYS : 0;
}

int
__wrap___bam_split(DBC *cursor, void *key, db_pgno_t *start)
{
	int rc = kv_prepare_split();

	(void)start;
	return rc != 0 ? rc : library_split(cursor, key, NULL);
}

int
__bam_split(DBC *cursor, void *key, db_pgno_t *start)
{
	return __wrap___bam_split(cursor, key, start);
}
