/*
 * archive.h: the files of a backup, in a directory or in one tar file.
 */
#ifndef CLI_ARCHIVE_H
#define CLI_ARCHIVE_H

#include "base/error.h"
#include "store/kv.h"

struct archive;

/* Is PATH meant to be one file?  It ends with ".tar". */
bool	archive_is_file(const char *path);

/*
 * Make a new archive at PATH, where nothing may be, for its owner alone.
 *
 * Errors: ERR_INTERNAL.
 */
int	archive_create(const char *path, struct archive **out,
	    struct error *err);

/* What writes files into it; good as long as ARCHIVE. */
const struct kv_sink	*archive_sink(struct archive *archive);

/* Bytes written so far. */
uint64_t	archive_len(const struct archive *archive);

/* Mark it complete, bring it to the disk, and free ARCHIVE. */
int	archive_finish(struct archive *archive, struct error *err);

/* Free ARCHIVE, which is not complete. */
void	archive_abandon(struct archive *archive);

/* Remove what was made at PATH by an archive that was not finished. */
void	archive_remove(const char *path);

/*
 * Copy the files of the archive PATH into the directory DIR.  PROGRESS is
 * called with the bytes so far.
 *
 * Errors: ERR_INTERNAL, also when the archive is not complete.
 */
int	archive_extract(const char *path, const char *dir,
	    void (*progress)(void *arg, uint64_t done), void *arg,
	    struct error *err);

#endif
