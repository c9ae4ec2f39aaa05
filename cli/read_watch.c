#include "cli/read_watch.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/progress.h"
#include "cli/units.h"
#include "core/clock.h"

enum { PROGRESS_PACKETS = 1 << 14 /* looks at the clock so often */ };

static volatile sig_atomic_t interrupted;

static void on_interrupt(int sig)
{
	interrupted = 1;
}

void read_watch_signals(void)
{
	const struct sigaction action = { .sa_handler = on_interrupt, .sa_flags = SA_RESETHAND };

	signal(SIGPIPE, SIG_IGN); /* a reader that has seen enough is no failure */
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

bool read_watch_interrupted(void)
{
	return interrupted;
}

void read_watch_begin(struct read_watch *w)
{
	w->wanted = isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO);
	w->next_ns = clock_monotonic_ns() + NS_PER_SEC;
}

bool read_watch_due(struct read_watch *w, uint64_t packets)
{
	uint64_t now;

	if (!w->wanted || packets % PROGRESS_PACKETS)
		return false;
	now = clock_monotonic_ns();
	if (now < w->next_ns)
		return false;
	w->next_ns = now + NS_PER_SEC;
	return true;
}

void read_watch_show(const char *verb, uint64_t done, uint64_t total, uint64_t packets)
{
	char text[160];
	struct strbuf s = strbuf_over(text, sizeof(text));

	strbuf_printf(&s, "%s: ", verb);
	format_size(&s, done);
	if (total) {
		strbuf_puts(&s, " of ");
		format_size(&s, total);
		strbuf_printf(&s, " (%u %%)", (unsigned)(done * 100 / total));
	}
	strbuf_puts(&s, ", ");
	format_count(&s, (double)packets);
	strbuf_puts(&s, " packets");
	progress_show(text);
}

void read_watch_end(const struct read_watch *w)
{
	if (w->wanted)
		progress_clear();
}
