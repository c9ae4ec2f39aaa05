/* cli/cmd_bridge.c -- `ringtap bridge`: signals, progress, the report, a capture beside it. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cli/bridge_options.h"
#include "cli/bridge_report.h"
#include "cli/filter_options.h"
#include "cli/live_signals.h"
#include "cli/progress.h"
#include "cli/send_report.h"
#include "cli/verbs.h"
#include "core/clock.h"
#include "core/log.h"

enum { TICK_MS = 1000, END_TICK_MS = 20, HINT_MS = 1500 };

struct session {
	struct bridge_options o;
	struct bridge *bridge;
	struct engine *tap; /* NULL: none */
	int signal_fd, epoll_fd;
	uint64_t start_ns, end_ns, progress_ns, stop_ns;
	uint64_t bridge_ended_ns;    /* 0: it runs */
	struct bridge_report before; /* of the last progress line */
	char progress_line[512];
	bool progress, hint_shown;
	bool stopping, tap_stopping, tap_failed, hurried, early;
};

static void put_progress(struct session *s)
{
	if (progress_is_shown() || !s->progress_line[0])
		return;
	progress_show(s->progress_line);
}

static void collect(struct session *s, struct bridge_report *r, struct engine_totals *tap)
{
	const uint64_t end = s->bridge_ended_ns ? s->bridge_ended_ns : clock_monotonic_ns();
	uint32_t i;

	*r = (struct bridge_report){ .nr_ways = bridge_directions(s->bridge),
				     .output = s->o.tap.output,
				     .tap_failed = s->tap_failed,
				     .elapsed_ns = end - s->start_ns,
				     .cpu_seconds = send_cpu_seconds() };
	for (i = 0; i < r->nr_ways; i++)
		bridge_totals(s->bridge, i, &r->ways[i]);
	if (!s->tap)
		return;
	engine_totals(engine_segment(s->tap), tap);
	r->tap = tap;
}

static void show_progress(struct session *s)
{
	const uint64_t now = clock_monotonic_ns();
	struct engine_totals tap;
	struct bridge_report r;
	struct strbuf out = strbuf_over(s->progress_line, sizeof(s->progress_line));

	if (s->stopping)
		return;
	if (now - s->progress_ns < TICK_MS * NS_PER_MS) {
		put_progress(s);
		return;
	}
	s->progress_ns = now;
	/* The kernel counts in 32 bits: they are fetched before they can run over. */
	collect(s, &r, &tap);
	if (!s->progress)
		return;
	bridge_report_progress(&r, &s->before, &out);
	progress_clear();
	put_progress(s);
	s->before = r;
	s->before.tap = NULL;
}

static void show_report(struct session *s)
{
	static char text[BRIDGE_REPORT_MAX];
	struct strbuf out = strbuf_over(text, sizeof(text));
	struct engine_totals tap;
	struct bridge_report r;

	collect(s, &r, &tap);
	progress_clear();
	if (s->o.json)
		bridge_report_json(&r, &out);
	else if (!s->o.quiet || bridge_report_lost(&r) || s->tap_failed)
		bridge_report_text(&r, &out);
	stderr_put(out.text, out.len);
}

static void stop(struct session *s)
{
	if (!s->stopping) {
		bridge_stop(s->bridge);
		s->stop_ns = clock_monotonic_ns();
	}
	s->stopping = true;
}

static void stop_tap(struct session *s)
{
	if (s->tap && !s->tap_stopping)
		engine_stop(s->tap);
	s->tap_stopping = true;
}

static void take_signal(struct session *s)
{
	struct signalfd_siginfo info;

	while (read(s->signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGUSR1) {
			show_report(s);
		} else if (info.ssi_signo == SIGHUP) {
			if (s->tap)
				engine_rotate(s->tap);
		} else {
			if (s->stopping && !s->hurried) {
				s->hurried = s->early = true;
				bridge_hurry(s->bridge);
				if (s->tap)
					engine_hurry(s->tap);
			}
			stop(s);
		}
	}
}

/* A tap that has failed is no reason to cut the line. */
static void look_after_tap(struct session *s)
{
	if (!s->tap || engine_poll(s->tap) != ENGINE_FAILED || s->tap_failed)
		return;
	s->tap_failed = s->early = true;
	log_error("%s: nothing more can be stored; packets are still passed on", s->o.tap.output);
	stop_tap(s);
}

static void look_after(struct session *s)
{
	switch (bridge_poll(s->bridge)) {
	case BRIDGE_RUNNING:
		break;
	case BRIDGE_LIMIT:
		stop(s);
		break;
	case BRIDGE_GONE:
		/* Not what was asked for, unless the end had come before. */
		s->early |= !s->stopping;
		stop(s);
		break;
	}
	look_after_tap(s);
	if (s->end_ns && clock_monotonic_ns() >= s->end_ns)
		stop(s);
	if (s->stopping && !s->hint_shown &&
	    clock_monotonic_ns() - s->stop_ns > HINT_MS * NS_PER_MS) {
		s->hint_shown = true;
		log_note("waiting for what was received to be sent and written; interrupt again "
			 "to end at once");
	}
}

/* First the bridge, then the tap: what was passed on is in the file. */
static bool has_ended(struct session *s)
{
	if (!s->stopping || !bridge_ended(s->bridge))
		return false;
	if (!s->bridge_ended_ns)
		s->bridge_ended_ns = clock_monotonic_ns();
	stop_tap(s);
	return !s->tap || engine_ended(s->tap);
}

static int wait_ms(const struct session *s)
{
	const uint64_t now = clock_monotonic_ns();
	uint64_t ms = s->stopping || s->tap_stopping ? END_TICK_MS : TICK_MS;

	if (s->end_ns && s->end_ns > now)
		ms = MIN_OF(ms, (s->end_ns - now) / NS_PER_MS + 1);
	return (int)ms;
}

static void loop(struct session *s)
{
	struct epoll_event ev[4];

	while (!has_ended(s)) {
		if (epoll_wait(s->epoll_fd, ev, ARRAY_SIZE(ev), wait_ms(s)) < 0 && errno != EINTR)
			break;
		/* What is said meanwhile has a line of its own. */
		progress_clear();
		take_signal(s);
		look_after(s);
		show_progress(s);
	}
}

static int watch(const struct session *s, int fd)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.fd = fd };

	return epoll_ctl(s->epoll_fd, EPOLL_CTL_ADD, fd, &ev) < 0 ? -errno : 0;
}

static int open_signals(struct session *s)
{
	s->signal_fd = live_signals_open();
	s->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (s->signal_fd < 0 || s->epoll_fd < 0 || watch(s, s->signal_fd) < 0 ||
	    watch(s, bridge_fd(s->bridge)) < 0)
		return -errno;
	return s->tap ? watch(s, engine_fd(s->tap)) : 0;
}

static int refused(const struct session *s, const struct filter_error *why,
		   const struct errmsg *err)
{
	if (!why->text[0]) {
		log_error("%s", err->text);
		return EXIT_NOT_STARTED;
	}
	filter_complain("bridge", s->o.filter_file ? s->o.filter_file : "filter",
			s->o.filter ? s->o.filter : "", why);
	return EXIT_USAGE;
}

static int start(struct session *s, struct errmsg *err)
{
	int code;

	if (s->o.tap.output)
		code = engine_open(&s->o.tap, &s->tap, err);
	else
		code = 0;
	if (!code && open_signals(s) < 0)
		code = errmsg_set(err, -errno, "signals: %s", strerror(errno));
	if (!code)
		bridge_remark(s->bridge);
	/* The threads inherit what is left of our privileges. */
	if (!code)
		code = s->tap ? engine_start(s->tap, err) : bridge_drop_privileges(err);
	if (!code)
		code = bridge_start(s->bridge, err);
	return code;
}

static int run(struct session *s)
{
	static struct filter_error why; /* s, which points to it, is as long-lived */
	struct errmsg err;

	s->o.bridge.refusal = &why;
	if (bridge_open(&s->o.bridge, &s->bridge, &err) < 0)
		return refused(s, &why, &err);
	if (start(s, &err) < 0) {
		log_error("%s", err.text);
		return EXIT_NOT_STARTED;
	}
	s->start_ns = s->progress_ns = clock_monotonic_ns();
	if (s->o.duration_ns)
		s->end_ns = s->start_ns + s->o.duration_ns;
	loop(s);
	show_report(s);
	return s->early ? EXIT_EARLY : EXIT_DONE;
}

int cmd_bridge(int argc, char **argv)
{
	static struct session s;
	int status = bridge_options_parse(argc, argv, &s.o);

	if (status < 0) {
		s.progress = !s.o.quiet && !s.o.json && isatty(STDERR_FILENO);
		if (s.o.quiet || (s.o.json && !s.o.verbose))
			log_set_level(LOG_LEVEL_ERROR);
		else if (s.o.verbose)
			log_set_level(LOG_LEVEL_VERBOSE);
		status = run(&s);
	}
	bridge_close(s.bridge);
	engine_close(s.tap);
	free(s.o.filter);
	return status;
}
