/*
 * powercut.h: the log of what was written to the files of a store and what
 * of that was synced; powercut.c writes it, cut.c replays it.
 *
 * A record is followed by its data.  All records of one file stand in the
 * order in which things were done.
 */
#ifndef TORTURE_POWERCUT_H
#define TORTURE_POWERCUT_H

#include <stdint.h>

enum cut_kind { CUT_WRITE, CUT_SYNC, CUT_TRUNCATE, CUT_UNLINK };

struct cut_record {
	int64_t		 ns;		/* monotonic, when it was done */
	uint32_t	 kind;
	uint32_t	 len;		/* of the data */
	/*
	 * WRITE, TRUNCATE: in the file.  SYNC: in this log; what stands
	 * before it was written before the sync began.
	 */
	uint64_t	 offset;
	char		 name[40];	/* in the directory of the store */
};

#endif
