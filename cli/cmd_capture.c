/* cli/cmd_capture.c -- `ringtap capture`: signals, progress, printed lines, the report. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cli/capture_options.h"
#include "cli/capture_report.h"
#include "cli/control.h"
#include "cli/filter_file.h"
#include "cli/filter_options.h"
#include "cli/live_signals.h"
#include "cli/progress.h"
#include "cli/verbs.h"
#include "core/clock.h"
#include "core/log.h"

enum {
	TICK_MS = 1000,
	PRINT_TICK_MS = 100,
	HINT_MS = 1500,
	OUTPUT_BUFFER = 256 << 10,
	OUTPUT_LINES = 8192,
};

struct session {
	struct capture_options o;
	struct engine *engine;
	struct control_server control;
	struct report_context report;
	int signal_fd, epoll_fd;
	struct engine_totals before; /* of the last progress line */
	uint64_t progress_ns, end_ns;
	uint64_t prev_ns, first_ns; /* times of printed packets */
	char output[OUTPUT_BUFFER];
	size_t output_len;
	uint32_t line_ends[OUTPUT_LINES]; /* in it, of whole packets */
	uint32_t nr_line_ends;
	uint64_t printed; /* packets, whoever took them */
	uint64_t stop_ns;
	bool hint_shown, progress;
	bool stopping, hurried, early, reader_gone;
};

static double cpu_seconds(void)
{
	struct rusage self, children;

	if (getrusage(RUSAGE_SELF, &self) < 0 || getrusage(RUSAGE_CHILDREN, &children) < 0)
		return NAN;
	return (double)(self.ru_utime.tv_sec + self.ru_stime.tv_sec + children.ru_utime.tv_sec +
			children.ru_stime.tv_sec) +
	       (double)(self.ru_utime.tv_usec + self.ru_stime.tv_usec + children.ru_utime.tv_usec +
			children.ru_stime.tv_usec) /
		       1e6;
}

static void show_progress(struct session *s)
{
	const uint64_t now = clock_monotonic_ns();
	struct engine_totals t;
	char text[256];
	struct strbuf out = strbuf_over(text, sizeof(text));

	if (!s->progress || now - s->progress_ns < TICK_MS * NS_PER_MS)
		return;
	s->progress_ns = now;
	engine_totals(engine_segment(s->engine), &t);
	report_progress(&t, &s->before, &s->report, &out);
	progress_show(out.text);
	s->before = t;
}

static void show_report(struct session *s)
{
	struct engine_totals t;
	char text[4096];
	struct strbuf out = strbuf_over(text, sizeof(text));

	engine_totals(engine_segment(s->engine), &t);
	s->report.cpu_seconds = cpu_seconds() - engine_post_seconds(s->engine);
	s->early |= t.summary_error != 0;
	progress_clear();
	if (s->o.json)
		report_json(&t, &s->report, &out);
	else if (!s->o.quiet || t.lost_all || t.spool_lost || t.write_error || t.summary_error)
		report_final(&t, &s->report, &out);
	stderr_put(out.text, out.len);
}

static void stop(struct session *s)
{
	if (!s->stopping) {
		engine_stop(s->engine);
		s->stop_ns = clock_monotonic_ns();
	}
	s->stopping = true;
}

/* For `ringtap control`. */
static int change_filter(void *ctx, const char *expr, struct filter_error *why)
{
	struct session *s = ctx;
	const int code = engine_set_filter(s->engine, expr, why);

	if (!code)
		log_note("filter: now %s", *expr ? expr : "everything");
	return code;
}

/* SIGHUP: the file may say something else now; what does not compile changes nothing. */
static void read_filter_again(struct session *s)
{
	struct filter_error why;
	char *expr;

	if (!s->o.filter_file)
		return;
	expr = filter_file_read("capture", s->o.filter_file);
	if (!expr) {
		log_error("capture: the filter stays as it was");
	} else if (change_filter(s, expr, &why) < 0) {
		filter_complain("capture", s->o.filter_file, expr, &why);
		log_error("capture: the filter stays as it was");
	}
	free(expr);
}

static void take_signal(struct session *s)
{
	struct signalfd_siginfo info;

	while (read(s->signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		switch (info.ssi_signo) {
		case SIGHUP:
			read_filter_again(s);
			engine_rotate(s->engine);
			break;
		case SIGUSR1:
			show_report(s);
			break;
		default:
			if (s->stopping && !s->hurried) {
				s->hurried = s->early = true;
				engine_hurry(s->engine);
			}
			stop(s);
		}
	}
}

static void look_after(struct session *s)
{
	switch (engine_poll(s->engine)) {
	case ENGINE_RUNNING:
		break;
	case ENGINE_FAILED:
		s->early = true;
		stop(s);
		break;
	case ENGINE_GONE:
		/* Not what was asked for, unless the end had come before. */
		s->early |= !s->stopping;
		stop(s);
		break;
	case ENGINE_LIMIT:
		stop(s);
		break;
	}
	if (s->end_ns && clock_monotonic_ns() >= s->end_ns)
		stop(s);
	if (s->reader_gone)
		stop(s);
	if (s->stopping && !s->hint_shown &&
	    clock_monotonic_ns() - s->stop_ns > HINT_MS * NS_PER_MS) {
		s->hint_shown = true;
		log_note("waiting for %s; interrupt again to end at once",
			 engine_waits_for_post(s->engine) ? "the commands of --post"
							  : "what is captured to be written");
	}
}

/* Lines wait here; a reader that does not read must not keep us from signals. */
static void flush_output(struct session *s)
{
	size_t done = 0;

	while (done < s->output_len && !s->reader_gone && !s->hurried) {
		struct pollfd fds[2] = { { .fd = STDOUT_FILENO, .events = POLLOUT },
					 { .fd = s->signal_fd, .events = POLLIN } };
		ssize_t n;

		if (poll(fds, 2, PRINT_TICK_MS) < 0 && errno != EINTR)
			break;
		take_signal(s);
		look_after(s);
		control_serve(&s->control, change_filter, s);
		if (!fds[0].revents)
			continue;
		/* A pipe that is ready takes this much without blocking. */
		n = write(STDOUT_FILENO, s->output + done,
			  MIN_OF(s->output_len - done, (size_t)PIPE_BUF));
		if (n > 0)
			done += (size_t)n;
		else if (n < 0 && errno != EINTR && errno != EAGAIN)
			s->reader_gone = s->report.reader_gone = true;
	}
	while (s->nr_line_ends && s->line_ends[s->nr_line_ends - 1] > done) {
		s->nr_line_ends--;
		s->report.unprinted++;
	}
	s->output_len = 0;
	s->nr_line_ends = 0;
}

static void put_output(struct session *s, const char *text, size_t len)
{
	while (len) {
		size_t n;

		if (s->output_len == sizeof(s->output))
			flush_output(s);
		n = MIN_OF(len, sizeof(s->output) - s->output_len);
		memcpy(s->output + s->output_len, text, n);
		s->output_len += n;
		text += n;
		len -= n;
	}
}

/* Only a packet whose last byte was taken has been printed. */
static void end_line(struct session *s)
{
	s->line_ends[s->nr_line_ends++] = (uint32_t)s->output_len;
	if (s->nr_line_ends == OUTPUT_LINES)
		flush_output(s);
}

static void print_line(void *ctx, uint64_t ts_ns, const char *text, uint32_t len)
{
	struct session *s = ctx;
	char time_text[64];
	struct strbuf out = strbuf_over(time_text, sizeof(time_text));

	if (!s->first_ns)
		s->first_ns = s->prev_ns = ts_ns;
	s->printed++;
	if (s->o.engine.line.json) {
		/* In place of its first brace: the number in order of printing. */
		strbuf_printf(&out, "{\"frame.number\":%" PRIu64 ",", s->printed);
		text++;
		len--;
	} else {
		render_time(ts_ns, s->o.time, s->prev_ns, s->first_ns, &out);
	}
	put_output(s, out.text, out.len);
	s->prev_ns = ts_ns;
	put_output(s, text, len);
	end_line(s);
	if (s->o.line_buffered)
		flush_output(s);
}

static void print_lines(struct session *s, bool drain)
{
	if (engine_drain_lines(s->engine, drain, print_line, s))
		flush_output(s);
}

static int wait_ms(const struct session *s)
{
	const uint64_t now = clock_monotonic_ns();
	uint64_t ms = s->o.engine.lines || s->stopping ? PRINT_TICK_MS : TICK_MS;

	if (s->o.engine.lines && s->o.engine.latency_ms)
		ms = MIN_OF(ms, (uint64_t)s->o.engine.latency_ms);
	if (s->end_ns && s->end_ns > now)
		ms = MIN_OF(ms, (s->end_ns - now) / NS_PER_MS + 1);
	return (int)ms;
}

static void loop(struct session *s)
{
	struct epoll_event ev[2];

	while (!s->stopping || !engine_ended(s->engine)) {
		if (epoll_wait(s->epoll_fd, ev, 2, wait_ms(s)) < 0 && errno != EINTR)
			break;
		take_signal(s);
		look_after(s);
		control_serve(&s->control, change_filter, s);
		print_lines(s, false);
		show_progress(s);
	}
	print_lines(s, true);
}

static int open_signals(struct session *s)
{
	struct epoll_event ev = { .events = EPOLLIN };

	s->signal_fd = live_signals_open();
	s->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	ev.data.fd = s->signal_fd;
	if (s->signal_fd < 0 || s->epoll_fd < 0 ||
	    epoll_ctl(s->epoll_fd, EPOLL_CTL_ADD, s->signal_fd, &ev) < 0)
		return -errno;
	ev.data.fd = engine_fd(s->engine);
	return epoll_ctl(s->epoll_fd, EPOLL_CTL_ADD, ev.data.fd, &ev) < 0 ? -errno : 0;
}

static void describe(struct session *s)
{
	const struct engine_config *c = &s->o.engine;

	s->report = (struct report_context){
		.kind = c->output      ? REPORT_STORED
			: c->summaries ? REPORT_SUMMARISED
			: c->lines     ? REPORT_PRINTED
				       : REPORT_COUNTED,
		.output = c->output ? c->output : c->summaries,
	};
	s->progress = !s->o.quiet && !s->o.json && !c->lines && isatty(STDERR_FILENO);
	if (s->o.quiet || (s->o.json && !s->o.verbose))
		log_set_level(LOG_LEVEL_ERROR);
	else if (s->o.verbose)
		log_set_level(LOG_LEVEL_VERBOSE);
}

static int complain_open(const struct session *s, const struct errmsg *err)
{
	const struct engine_refusal *r = s->o.engine.refusal;
	const char *about = s->o.filter_file ? s->o.filter_file : "filter";

	if (!r->expr) {
		log_error("%s", err->text);
		return EXIT_NOT_STARTED;
	}
	filter_complain("capture", r->expr == s->o.engine.display ? "-Y" : about, r->expr,
			&r->error);
	return EXIT_USAGE;
}

static int run(struct session *s)
{
	struct errmsg err;

	if (engine_open(&s->o.engine, &s->engine, &err) < 0)
		return complain_open(s, &err);
	if (open_signals(s) < 0) {
		log_error("signals: %s", strerror(errno));
		return EXIT_NOT_STARTED;
	}
	/* Whatever runs may be steered; what cannot captures all the same. */
	if (control_open(&s->control, s->epoll_fd, &err) < 0)
		log_note("'ringtap control' will not reach this capture: %s", err.text);
	if (engine_start(s->engine, &err) < 0) {
		log_error("%s", err.text);
		return EXIT_NOT_STARTED;
	}
	if (s->o.duration_ns)
		s->end_ns = clock_monotonic_ns() + s->o.duration_ns;
	s->progress_ns = clock_monotonic_ns();
	loop(s);
	show_report(s);
	return s->early ? EXIT_EARLY : EXIT_DONE;
}

static void join_command(int argc, char **argv, struct strbuf *out)
{
	int i;

	strbuf_puts(out, "ringtap");
	for (i = 0; i < argc; i++) {
		strbuf_putc(out, ' ');
		strbuf_puts(out, argv[i]);
	}
}

int cmd_capture(int argc, char **argv)
{
	static struct session s;
	static char command[SEGMENT_NAME_MAX];
	static struct engine_refusal refusal;
	struct strbuf text = strbuf_over(command, sizeof(command));
	int status;

	join_command(argc, argv, &text);
	status = capture_options_parse(argc, argv, &s.o);
	if (status)
		return status == CAPTURE_HELP_SHOWN ? EXIT_DONE : status;
	if (s.o.list_interfaces)
		return cmd_interfaces(1, argv);
	s.o.engine.command = command;
	s.o.engine.refusal = &refusal;
	s.control.fd = -1;
	describe(&s);
	status = run(&s);
	control_close(&s.control);
	engine_close(s.engine);
	free(s.o.filter);
	return status;
}
