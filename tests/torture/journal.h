/*
 * journal.h: what the clients of the torture tried and what was
 * acknowledged, and what must therefore be in the store.
 *
 * A text file, one line a step, appended by every client:
 *
 *	NS try|ack|no CLIENT USER create|title|member|delete VALUE
 *
 * NS is the monotonic clock in nanoseconds: before the request was sent, or
 * after the answer was read.  "no" is a refusal: nothing was written.  VALUE
 * is the title's number; with member, 1 or 0; of an acknowledged create, the
 * id.  A try without an answer may have been done or not; then its client
 * leaves that user alone.
 */
#ifndef TORTURE_JOURNAL_H
#define TORTURE_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { CLIENTS_MAX = 16, USERS_MAX = 20000, ID_SIZE = 40 };

enum step { STEP_CREATE, STEP_TITLE, STEP_MEMBER, STEP_DELETE, STEP_MAX };

extern const char *const step_names[STEP_MAX];

/* What may be true of one user: bit 0 the first, bit 1 the second. */
struct user {
	char	 id[ID_SIZE];	/* empty: no create was acknowledged */
	bool	 tried;
	bool	 maybe_there;	/* both: not known */
	bool	 maybe_gone;
	bool	 maybe_member;
	bool	 maybe_stranger;
	long	 title;		/* acknowledged */
	long	 other_title;	/* the last that was tried, or the same */
	bool	 unsure;	/* the last try has no answer yet */
};

struct journal {
	struct user	*users[CLIENTS_MAX];
	long		 acked;
};

/* Take one step: WORD is try, ack or no. */
void	journal_take(struct user *user, const char *word, enum step step,
	    const char *value);

/*
 * Read what a store must hold that is not older than SINCE_NS and not newer
 * than UNTIL_NS: answers up to the one, tries up to the other; UNTIL_NS 0:
 * all.  journal_free it in either case.  Returns 0, or -1.
 */
int	journal_read(const char *file, int64_t since_ns, int64_t until_ns,
	    struct journal *out);
void	journal_free(struct journal *j);

#endif
