/*
 * log.h: one line an event, on standard error or to syslog(3).
 *
 * "2026-11-20T10:11:12.345Z users[1234] warning: text", or as JSON:
 * {"at":"...","program":"users","pid":1234,"level":"warning","request":"...",
 * "text":"..."}.  The log handle is the only mutable global of the project.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

#include "base/slice.h"

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO };

/*
 * Name the program in the lines that follow, and drop what is less urgent
 * than LEVEL.  NAME is kept, not copied.
 */
void	log_open(const char *name, enum log_level level);

/* Where lines go from now on, and in which form. */
void	log_set_output(bool to_syslog, bool as_json);

/* Put the id of the request in the lines that follow; NULL ends it. */
void	log_request(const char *request_id);

/* What fatal() calls before it ends the process; it must not fail. */
void	log_set_abort_hook(void (*hook)(void));

/* One line; control characters in the text become '?'. */
void	log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void	log_warning(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void	log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * What the next line of log_info ends with, after "; ": a request has one
 * line, and one write(2).  Up to 127 bytes are kept.
 */
void	log_note(struct slice text);

/*
 * Log and end the process with status 75: out of memory and broken
 * invariants only.  The web server starts a fresh worker.
 */
void	fatal(const char *fmt, ...)
	    __attribute__((format(printf, 1, 2), noreturn));

#endif
