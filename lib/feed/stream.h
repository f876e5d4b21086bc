/*
 * stream.h: a stream of events: who is told of the changes of a tenant, in
 * which form, and how far it has got in the change log (DESIGN section 5).
 *
 * A stream keeps a position: every change up to it is settled.  Behind it
 * stand single changes that are settled too, STREAM_AHEAD_MAX at most: their
 * receiver acknowledged them before an older one.
 */
#ifndef FEED_STREAM_H
#define FEED_STREAM_H

#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/uuid.h"
#include "store/store.h"

enum { STREAM_AHEAD_MAX = 1000 };

struct stream {
	struct uuid	 id;
	uint32_t	 tenant;
	struct slice	 label;
	struct slice	 issuer;	/* "iss" of every token */
	struct slice	 audience;	/* "aud" */
	struct slice	 types;		/* "User,Group"; "": all */
	struct slice	 events;	/* "create,delete"; "": all */
	struct slice	 url;		/* to push to; "": it is polled */
	struct slice	 authorization;	/* header field of a push, or "" */
	bool		 is_full;	/* data, else names of attributes */
	int64_t		 position;
	int64_t		 ahead[STREAM_AHEAD_MAX];	/* ascending */
	size_t		 nahead;
	int64_t		 failures;	/* pushes, since one was taken */
	int64_t		 next_at;	/* ms UTC: not before */
	struct slice	 last_error;	/* what its receiver said, or "" */
};

/*
 * Are the names in its events known, and its texts UTF-8?
 *
 * Errors: ERR_INVALID_VALUE.
 */
int	stream_check(const struct stream *stream, struct error *err);

/* Make STREAM and fill in its id: it begins with the next change. */
int	stream_create(struct store *store, int64_t now,
	    struct stream *stream, struct error *err);

/* Take it back; ERR_NOT_FOUND when TENANT has none with that id. */
int	stream_remove(struct store *store, uint32_t tenant, struct slice id,
	    struct error *err);

/* Call FN for every stream of every tenant, outside of a transaction. */
typedef int stream_fn(struct stream *stream, void *arg, struct error *err);
int	stream_each(struct store *store, struct arena *a, stream_fn *fn, void *arg,
	    struct error *err);

/*
 * In a transaction: read it to be changed, and write it.  Its slices live in
 * the arena of TXN.
 *
 * Errors: ERR_NOT_FOUND.
 */
int	stream_load(struct kv_txn *txn, uint32_t tenant, const struct uuid *id,
	    struct stream *stream, struct error *err);
int	stream_save(struct kv_txn *txn, const struct stream *stream);

/* Remember what its receiver has to complain of, cut short, in A. */
void	stream_complain(struct stream *stream, struct arena *a,
	    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* SEQUENCE is settled. */
void	stream_settle(struct stream *stream, int64_t sequence);
bool	stream_is_settled(const struct stream *stream, int64_t sequence);

#endif
