/*
 * task.h: the requests that carry out an intent: match, create, update, disable,
 * delete (spec provisioning.md sections 2.4 and 2.6, spec scim.md section 24).
 *
 * Nothing is created twice: who may have been created is looked for before it
 * is created again (CLI-14), and so is one that is said to be there (CLI-07).
 */
#ifndef SYNC_TASK_H
#define SYNC_TASK_H

#include "sync/intent.h"
#include "sync/target.h"

struct roster;

struct task {
	struct target_request	 request;
	const struct run	*run;
	struct target		*target;
	struct intent		*intent;
	void			(*done)(struct task *t, void *arg);
	void			*arg;

	/* The task's own. */
	void			(*answered)(struct task *t);
	void			(*then)(struct task *t); /* after a PUT */
	size_t			 match;		/* that is tried */
	bool			 was_asked;	/* for one of them */
	const struct mapping_match *asked;	/* whose values were asked for */
	struct known		 known;		/* of what is updated */
	size_t			 settled;	/* flows: nobody else has them */
	unsigned		 nasked;	/* unique values */
	unsigned		 creations;	/* sent so far */
	unsigned		 rereads;	/* after a 412 */
	struct slice		 if_match;	/* of the next request, or "" */
	bool			 is_question;	/* the next request */
	bool			 was_matched;	/* after a conflict */
	bool			 was_lost;	/* the link led nowhere */
	bool			 was_seen;	/* the object was read */
	bool			 had_no_target;	/* a filter found nothing */
	bool			 is_only_read;	/* nothing is written */
	struct roster		*roster;	/* that it belongs to, or NULL */
	struct change		*changes;	/* that are being sent */
	size_t			 nchanges;
};

/*
 * Carry out the intent of T, of which run, target, intent, done and arg are set;
 * done is called once, in a later turn or at once.  The intent's link is then
 * what it has become, its result what became of it.
 *
 * READ_ONLY: match, and work out what would be changed; write nothing.  Without
 * a target too, for an intent that is not open (preview.h).
 */
void	task_start(struct task *t, bool read_only);

#endif
