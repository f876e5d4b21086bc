/*
 * log.c: one line an event, on standard error or to syslog(3).
 *
 * A line leaves in one write(2), so that lines of several processes on one
 * file do not mix.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

enum {
	LINE_MAX_LEN = 2048,
	LINE_SIZE = 2 * LINE_MAX_LEN + 512, /* with what stands around it */
	NOTE_MAX_LEN = 128,
	EXIT_FATAL = 75
};

static struct {
	const char *name;
	const char *request_id;
	enum log_level level;
	void (*abort_hook)(void);
	char note[NOTE_MAX_LEN];
	bool to_syslog;
	bool as_json;
} handle = { .name = "muster", .level = LOG_LEVEL_INFO };

static const char *const level_names[] = { "error", "warning", "info" };

void
log_open(const char *name, enum log_level level)
{
	handle.name = name;
	handle.level = level;
}

void
log_set_output(bool to_syslog, bool as_json)
{
	handle.to_syslog = to_syslog;
	handle.as_json = as_json;
	if (to_syslog)
		openlog(handle.name, LOG_PID, LOG_DAEMON);
}

void
log_request(const char *request_id)
{
	handle.request_id = request_id;
	handle.note[0] = '\0';
}

void
log_set_abort_hook(void (*hook)(void))
{
	handle.abort_hook = hook;
}

static size_t
clamp(int printed, size_t room)
{
	if (printed < 0)
		return 0;
	return (size_t)printed < room ? (size_t)printed : room - 1;
}

/* One line whatever it holds, and nothing that a terminal obeys. */
static void
clean(char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
			text[i] = '?';
}

/* TEXT with its note. */
__attribute__((format(printf, 3, 0))) static void
put_message(
    char text[LINE_MAX_LEN], enum log_level level, const char *fmt, va_list ap)
{
	size_t len =
	    clamp(vsnprintf(text, LINE_MAX_LEN, fmt, ap), LINE_MAX_LEN);

	if (level == LOG_LEVEL_INFO && handle.note[0] != '\0') {
		len += clamp(snprintf(text + len, LINE_MAX_LEN - len, "; %s",
				 handle.note),
		    LINE_MAX_LEN - len);
		handle.note[0] = '\0';
	}
	clean(text, len);
}

/* The line for standard error. */
static size_t
put_line(char line[LINE_SIZE], enum log_level level, const char *text)
{
	const char *id = handle.request_id == NULL ? "" : handle.request_id;
	char now[CLOCK_TEXT_SIZE];

	clock_format(clock_now_ms(), now);
	return clamp(snprintf(line, LINE_SIZE, "%s %s[%ld] %s: %s%s%s\n", now,
			 handle.name, (long)getpid(), level_names[level], id,
			 id[0] == '\0' ? "" : " ", text),
	    LINE_SIZE);
}

/* The same as JSON, which is what may be in quotes: no controls are left. */
static size_t
put_json(char line[LINE_SIZE], enum log_level level, const char *text)
{
	char now[CLOCK_TEXT_SIZE];
	size_t len;

	clock_format(clock_now_ms(), now);
	len = clamp(snprintf(line, LINE_SIZE,
			"{\"at\":\"%s\",\"program\":\"%s\",\"pid\":%ld,"
			"\"level\":\"%s\",\"request\":\"%s\",\"text\":\"",
			now, handle.name, (long)getpid(), level_names[level],
			handle.request_id == NULL ? "" : handle.request_id),
	    LINE_SIZE);
	for (; *text != '\0' && len < LINE_SIZE - 8; text++) {
		if (*text == '"' || *text == '\\')
			line[len++] = '\\';
		line[len++] = (unsigned char)*text < 0x80 ? *text : '?';
	}
	memcpy(line + len, "\"}\n", 3);
	return len + 3;
}

static void
send_to_syslog(enum log_level level, const char *line)
{
	static const int priorities[] = { LOG_ERR, LOG_WARNING, LOG_INFO };

	syslog(LOG_DAEMON | priorities[level], "%s", line);
}

__attribute__((format(printf, 2, 0))) static void
line(enum log_level level, const char *fmt, va_list ap)
{
	char text[LINE_MAX_LEN], whole[LINE_SIZE];
	size_t len;

	if (level > handle.level)
		return;
	put_message(text, level, fmt, ap);
	len = handle.as_json ? put_json(whole, level, text)
			     : put_line(whole, level, text);
	if (handle.to_syslog) {
		whole[len - 1] = '\0';
		send_to_syslog(level, handle.as_json ? whole : text);
		return;
	}
	/* Nobody is left to be told when the log itself fails. */
	if (write(STDERR_FILENO, whole, len) < 0)
		return;
}

void
log_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	line(LOG_LEVEL_ERROR, fmt, ap);
	va_end(ap);
}

void
log_warning(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	line(LOG_LEVEL_WARNING, fmt, ap);
	va_end(ap);
}

void
log_note(struct slice text)
{
	size_t len =
	    text.len < sizeof(handle.note) ? text.len : sizeof(handle.note) - 1;

	if (len > 0)
		memcpy(handle.note, text.data, len);
	handle.note[len] = '\0';
}

void
log_info(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	line(LOG_LEVEL_INFO, fmt, ap);
	va_end(ap);
}

void
fatal(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	line(LOG_LEVEL_ERROR, fmt, ap);
	va_end(ap);
	if (handle.abort_hook != NULL)
		handle.abort_hook();
	_exit(EXIT_FATAL);
}
