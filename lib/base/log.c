/*
 * log.c: one line an event, on standard error.
 *
 * A line leaves in one write(2), so that lines of several processes on one
 * file do not mix.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

enum { LINE_MAX_LEN = 2048, NOTE_MAX_LEN = 128, EXIT_FATAL = 75 };

static struct {
	const char *name;
	const char *request_id;
	enum log_level level;
	void (*abort_hook)(void);
	char note[NOTE_MAX_LEN];
} handle = { .name = "muster", .level = LOG_LEVEL_INFO };

static const char *const level_names[] = { "error", "warning", "info" };

void
log_open(const char *name, enum log_level level)
{
	handle.name = name;
	handle.level = level;
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

__attribute__((format(printf, 2, 0))) static void
line(enum log_level level, const char *fmt, va_list ap)
{
	char text[LINE_MAX_LEN], now[CLOCK_TEXT_SIZE];
	size_t len, start;

	if (level > handle.level)
		return;
	clock_format(clock_now_ms(), now);
	start = clamp(snprintf(text, sizeof(text), "%s %s[%ld] %s: %s%s", now,
			  handle.name, (long)getpid(), level_names[level],
			  handle.request_id == NULL ? "" : handle.request_id,
			  handle.request_id == NULL ? "" : " "),
	    sizeof(text));
	len = start +
	    clamp(vsnprintf(text + start, sizeof(text) - start, fmt, ap),
		sizeof(text) - start);
	if (level == LOG_LEVEL_INFO && handle.note[0] != '\0') {
		len += clamp(snprintf(text + len, sizeof(text) - len, "; %s",
				 handle.note),
		    sizeof(text) - len);
		handle.note[0] = '\0';
	}
	for (size_t i = start; i < len; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
			text[i] = '?';
	if (len > sizeof(text) - 1)
		len = sizeof(text) - 1;
	text[len++] = '\n';
	/* Nobody is left to be told when the log itself fails. */
	if (write(STDERR_FILENO, text, len) < 0)
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
log_note(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(handle.note, sizeof(handle.note), fmt, ap);
	va_end(ap);
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
