/* cli/progress.c -- see progress.h; each change of the line is one write(2). */
#include "cli/progress.h"

#include <unistd.h>

#include "core/log.h"
#include "core/strbuf.h"

static bool shown;

void stderr_put(const char *text, size_t len)
{
	if (write(STDERR_FILENO, text, len) < 0)
		return; /* nobody is there to be told */
}

void progress_show(const char *text)
{
	char line[640];
	struct strbuf out = strbuf_over(line, sizeof(line));

	strbuf_printf(&out, "\r%s\033[K", text);
	stderr_put(out.text, out.len);
	shown = true;
	log_over_progress(true);
}

void progress_clear(void)
{
	static const char erase[] = "\r\033[K";

	if (!shown)
		return;
	stderr_put(erase, sizeof(erase) - 1);
	shown = false;
	log_over_progress(false);
}

bool progress_is_shown(void)
{
	return shown;
}
