#include "core/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static enum log_level threshold = LOG_LEVEL_NOTE;

void log_set_level(enum log_level level)
{
	threshold = level;
}

void log_line(enum log_level level, const char *fmt, ...)
{
	static const char prefix[] = "ringtap: ";
	char line[1024];
	size_t len = sizeof(prefix) - 1;
	va_list args;
	int n;

	if (level > threshold)
		return;
	memcpy(line, prefix, len);
	va_start(args, fmt);
	n = vsnprintf(line + len, sizeof(line) - len - 1, fmt, args);
	va_end(args);
	if (n < 0)
		return;
	len += (size_t)n < sizeof(line) - len - 1 ? (size_t)n : sizeof(line) - len - 2;
	line[len++] = '\n';
	/* stderr may be gone: there is nobody left to tell. */
	if (write(STDERR_FILENO, line, len) < 0)
		return;
}
