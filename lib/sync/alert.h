/*
 * alert.h: an administrator is told that a job needs a hand (PS-087, PS-109;
 * section 8 row 28): by a webhook, by a command, once a day for each cause.
 *
 *	{"at":"2026-11-21T10:11:12.345Z","job":"01a1...","jobName":"crm",
 *	"tenant":1,"alert":"EncounteredQuarantineException","text":"..."}
 *
 * is what the webhook gets as its body, and the command on its standard
 * input.
 */
#ifndef SYNC_ALERT_H
#define SYNC_ALERT_H

#include "http/pool.h"
#include "sync/run.h"

/* Causes, as they stand in the state of a job. */
#define ALERT_REFUSED	"EncounteredQuarantineException"
#define ALERT_UNREACHED	"TargetUnreachable"
#define ALERT_DELETES	"TooManyDeletes"
#define ALERT_STOPPED	"RolloutStopped"
#define ALERT_DISABLED	"QuarantineTooLong"
#define ALERT_SILENT	"Silent"
#define ALERT_QUARANTINE "Quarantine"	/* and ":users.create", say */

struct alerts;

/* POOL outlives it. */
struct alerts	*alerts_open(struct http_pool *pool);

/* What is under way is ended. */
void	alerts_close(struct alerts *a);

/*
 * CAUSE has come up for the job of RUN, with TEXT for people; nothing is sent
 * if that was said within the last day.
 *
 * Errors: those of store_txn; what becomes of the message is only logged.
 */
int	alert_raise(struct alerts *a, const struct run *run,
	    const char *cause, const char *text, struct error *err);

/* It is over: the next time is said at once. */
int	alert_clear(const struct run *run, const char *cause,
	    struct error *err);

#endif
