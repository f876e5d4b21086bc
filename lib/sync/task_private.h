/*
 * task_private.h: what the files of a task share.
 */
#ifndef SYNC_TASK_PRIVATE_H
#define SYNC_TASK_PRIVATE_H

#include "sync/difference.h"
#include "sync/task.h"

/* Send a request; ANSWERED is called when it is done. */
void	task_ask(struct task *t, const char *method, struct slice path,
	    struct json_object *body, void (*answered)(struct task *t));

/*
 * Who has the values that the flows have for the rows of MATCH?  Where URLs are
 * not to say it, a body does (CLI-20).
 *
 * Returns: false: one of them is null, and nothing was asked.
 */
bool	task_ask_who(struct task *t, const struct mapping_match *match,
	    void (*answered)(struct task *t));

/* Work the flows out, in a transaction; false: the intent has failed. */
bool	task_map(struct task *t, bool creates);

/*
 * Is the target's object ID nobody else's: neither linked to another source nor
 * about to be?  false: the intent has failed (PS-043).  The link of a source
 * that is gone is forgotten.
 */
bool	task_claim(struct task *t, struct slice id);

/* Nobody else in the batch has to do with the object ID from now on; or has. */
bool	task_reserve(const struct task *t, struct slice id);

/* The intent's result stands. */
void	task_finish(struct task *t);

/*
 * Is it known that nobody else has the unique values of the flows?  Else the
 * target is asked, others are chosen where it has them, and THEN is called, or
 * the task has failed.
 */
bool	task_settle(struct task *t, void (*then)(struct task *t));

/*
 * The task is over: unique values that its object had, or was to get and did
 * not, are for anybody.
 */
void	task_release_values(struct task *t);

/* The changes that were worked out are the intent's, for its record. */
void	task_note_changes(struct task *t);

/*
 * The object is at the target: the intent is done, by ACTION.  The link keeps
 * EXPORTED, what the target has of the flows; of task_succeed, all of it, as
 * KNOWN was before.
 */
void	task_link(struct task *t, const char *action,
	    struct json_object *exported);
void	task_succeed(struct task *t, const char *action,
	    const struct known *known);

/* Find the object at the target, or make it, and go on with what is found. */
void	task_match(struct task *t);

/* Make it at the target what the flows say, of which it is KNOWN to have. */
void	task_update(struct task *t, const struct known *known);

/* Send the task's changes, in the target's dialect. */
void	task_send_changes(struct task *t, void (*answered)(struct task *t));

/* The path of the object that the intent is about. */
struct slice	task_object_path(const struct task *t);

/* The JSON of the answer, in the run's arena; NULL when there is none. */
struct json_object	*answer_json(const struct task *t);

/*
 * The id of V, which was found, or of what the answer says was created: in the
 * body, else at the end of Location; in the run's arena.
 */
struct slice	answer_id(const struct task *t, const struct json_object *v);
struct slice	answer_new_id(const struct task *t);

/* The version of what was answered, in the run's arena; "": not known. */
struct slice	answer_etag(const struct task *t);

/*
 * The objects of a list that have the values of the match that was asked for,
 * each once; 404 is an empty list (CLI-19).
 *
 * Returns: how many, *FIRST is the first; -1: there is no such list, and the
 *          intent has failed.
 */
int	answer_found(struct task *t, struct json_object **first);

/* Did the target do what it was asked for? */
bool	answer_is_good(const struct task *t);

/*
 * The intent has failed by this answer: code, detail, and the request and answer
 * as they went, with what is secret masked.
 */
void	answer_failed(struct task *t);

/* It has failed by CODE, whatever the status. */
void	answer_failed_by(struct task *t, const char *code,
	    struct slice detail);

#endif
