#include "core/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static enum log_level threshold = LOG_LEVEL_NOTE;
static _Atomic bool over_progress;

void log_set_level(enum log_level level)
{
	threshold = level;
}

void log_over_progress(bool stands)
{
	/* How a line looks depends on it, and nothing else. */
	atomic_store_explicit(&over_progress, stands, memory_order_relaxed);
}

/*
 * File names and what files hold are anybody's: a terminal must not obey them. Control characters
 * of ASCII, and those of Unicode as UTF-8 has them (0xc2, 0x80 to 0x9f), but for a line's end.
 */
static void clean(char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		const unsigned char c = (unsigned char)text[i];
		const bool c1 =
			c == 0xc2 && i + 1 < len && ((unsigned char)text[i + 1] & 0xe0) == 0x80;

		if ((c < ' ' && c != '\n' && c != '\t') || c == 0x7f || c1)
			text[i] = '?';
		if (c1)
			text[i + 1] = '?';
	}
}

void log_line(enum log_level level, const char *fmt, ...)
{
	static const char erase[] = "\r\033[K", prefix[] = "ringtap: ";
	const bool over = atomic_load_explicit(&over_progress, memory_order_relaxed);
	const size_t erase_len = over ? sizeof(erase) - 1 : 0;
	char text[sizeof(erase) + 1024], *const line = text + erase_len;
	const size_t line_size = sizeof(text) - sizeof(erase);
	size_t len = sizeof(prefix) - 1;
	va_list args;
	int n;

	if (level > threshold)
		return;
	memcpy(text, erase, erase_len);
	memcpy(line, prefix, len);
	va_start(args, fmt);
	n = vsnprintf(line + len, line_size - len - 1, fmt, args);
	va_end(args);
	if (n < 0)
		return;
	len += (size_t)n < line_size - len - 1 ? (size_t)n : line_size - len - 2;
	clean(line, len);
	line[len++] = '\n';
	/* stderr may be gone: there is nobody left to tell. */
	if (write(STDERR_FILENO, text, erase_len + len) < 0)
		return;
}
