/* cli/cmd_probe.c -- `ringtap probe`: payloads of a file to one address, and what comes back. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/probe_analyse.h"
#include "cli/probe_options.h"
#include "cli/probe_payloads.h"
#include "cli/probe_print.h"
#include "cli/probe_recorded.h"
#include "cli/probe_report.h"
#include "cli/probe_run.h"
#include "cli/probe_skype.h"
#include "cli/read_watch.h"
#include "cli/verbs.h"
#include "core/log.h"

struct probe {
	struct probe_options o;
	struct probe_target target;
	struct probe_payloads payloads;
	struct probe_run run;
	struct probe_print print;
	struct probe_skype skype;
	struct probe_analysis analysis;
	int write_error; /* errno of standard output; 0: none */
	bool watched;    /* a terminal on standard error, and not on standard output */
};

static struct probe probe;

static bool is_shown(void)
{
	return !probe.o.quiet && !probe.o.json;
}

static bool show(struct probe_run *run, uint32_t index)
{
	if (is_shown())
		probe_print_sent(&run->log, index, &probe.print);
	if (probe.watched)
		fprintf(stderr, "\rprobe: %u sent, %" PRIu64 " replies\033[K", index + 1,
			run->log.total);
	if (fflush(stdout) || ferror(stdout))
		probe.write_error = errno;
	return !probe.write_error;
}

static void show_late(struct probe_run *run, const struct probe_reply *r)
{
	if (is_shown())
		probe_print_late(&run->log, r, &probe.print);
}

/* ---- before ---- */

/* Nothing to send: why, and what there is. */
static int complain_empty(void)
{
	const struct probe_payloads *p = &probe.payloads;
	const uint64_t other = p->packets - p->filtered - p->udp - p->tcp - p->fragments - p->cut;

	log_error("probe: %s: no %s payload: %" PRIu64 " packets, %" PRIu64
		  " not accepted by the filter, %" PRIu64 " UDP, %" PRIu64
		  " TCP with bytes, %" PRIu64 " not whole, %" PRIu64 " others%s",
		  probe.o.file, probe.o.tcp ? "client's TCP" : "UDP", p->packets, p->filtered,
		  p->udp, p->tcp, p->fragments + p->cut, other,
		  !probe.o.tcp && p->tcp && probe.o.target ? "; --tcp sends those of TCP"
		  : probe.o.tcp && p->udp                  ? "; without --tcp those of UDP are sent"
							   : "");
	return EXIT_NOT_STARTED;
}

/* -1: go on; else the exit status. */
static int read_file(void)
{
	struct errmsg err = { .text = "" };
	const int code = probe_payloads_read(&probe.payloads, &probe.o, &err);

	if (code && err.text[0])
		log_error("%s", err.text);
	if (code)
		return code == -EINVAL ? EXIT_USAGE : EXIT_NOT_STARTED;
	if (!probe.payloads.nr)
		return probe.payloads.interrupted ? EXIT_EARLY : complain_empty();
	if (probe.payloads.found > probe.payloads.nr && !probe.o.quiet)
		log_note("probe: the first %u of %" PRIu64 " payloads%s", probe.payloads.nr,
			 probe.payloads.found,
			 probe.payloads.nr == probe.o.count ? "; -c takes more" : "");
	return -1;
}

static int resolve(void)
{
	struct errmsg err = { .text = "" };
	const int code = probe_target_resolve(probe.o.target, &probe.target, &err);

	if (code) {
		log_error("%s", err.text);
		return code == -EINVAL ? EXIT_USAGE : EXIT_NOT_STARTED;
	}
	if (probe.target.nr_addresses > 1)
		log_note("probe: %s has %u addresses; the first, %s, is probed", probe.o.target,
			 probe.target.nr_addresses, probe.target.text);
	else if (probe.target.named)
		log_note("probe: %s is %s", probe.o.target, probe.target.text);
	return -1;
}

/* ---- talking ---- */

/* 0 or -errno, with words but for -EPIPE. */
static int talk(struct errmsg *err)
{
	struct probe_run *const run = &probe.run;
	int code;

	if (!probe.o.target) {
		code = probe_recorded(&probe.payloads, probe.o.wait_ns, &run->log);
		for (uint32_t i = 0; !code && i < run->log.nr_sent; i++)
			if (run->log.sent[i].replies && !show(run, i))
				code = -EPIPE;
		return code == -ENOMEM ? errmsg_set(err, code, "probe: out of memory") : code;
	}
	if (probe_log_open(&run->log, probe.payloads.nr * (uint32_t)probe.o.repeat))
		return errmsg_set(err, -ENOMEM, "probe: out of memory");
	code = 0;
	if (probe.o.file)
		code = probe.o.tcp ? probe_tcp(run, err) : probe_udp(run, err);
	if (!code && probe.o.skype && !run->interrupted) {
		code = probe_skype_ask(&probe.skype, &probe.target, probe.o.wait_ns, err);
		run->interrupted |= code == -EINTR;
	}
	return code == -EINTR ? 0 : code;
}

/* Who refuses a connection has answered. */
static bool could_not_ask(const struct probe_skype_answer *a)
{
	return a->error && a->error != ECONNREFUSED;
}

static bool nothing_went(void)
{
	const struct probe_log *log = &probe.run.log;
	const struct probe_skype *s = &probe.skype;

	if (!probe.o.file)
		return s->asked && could_not_ask(&s->get) && could_not_ask(&s->noise);
	return log->nr_sent && probe.o.target && !probe_log_went(log) &&
	       !probe_log_count(log, PROBE_REFUSED);
}

static int report(void)
{
	const struct probe_result r = {
		.o = &probe.o,
		.target = probe.o.target ? &probe.target : NULL,
		.local = probe.run.local.len ? &probe.run.local : NULL,
		.payloads = &probe.payloads,
		.log = &probe.run.log,
		.analysis = &probe.analysis,
		.skype = &probe.skype,
		.interrupted = probe.run.interrupted || probe.payloads.interrupted,
	};

	if (probe_analyse(r.log, r.local, r.target ? &r.target->address : NULL, &probe.analysis)) {
		log_error("probe: out of memory");
		return EXIT_EARLY;
	}
	if (probe.o.json)
		probe_report_json(&r);
	else
		probe_report_text(&r);
	if (nothing_went() && !r.interrupted) {
		log_error("probe: %s: nothing could be sent", probe.target.text);
		return EXIT_NOT_STARTED;
	}
	return r.interrupted || probe.payloads.damaged ? EXIT_EARLY : EXIT_DONE;
}

static int run(void)
{
	struct errmsg err = { .text = "" };
	int code, status;

	probe.run.o = &probe.o;
	probe.run.target = &probe.target;
	probe.run.payloads = &probe.payloads;
	probe.run.show = show;
	probe.run.show_late = show_late;
	probe.print = (struct probe_print){ .wait_ns = probe.o.wait_ns,
					    .color = isatty(STDOUT_FILENO) && !getenv("NO_COLOR"),
					    .full = probe.o.full };
	probe.watched = probe.o.target && isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO);
	code = talk(&err);
	if (probe.watched)
		fputs("\r\033[K", stderr);
	if (code == -EPIPE)
		return EXIT_DONE;
	if (code)
		log_error("%s", err.text);
	if (code && !probe_log_went(&probe.run.log))
		return code == -EINVAL ? EXIT_USAGE : EXIT_NOT_STARTED;
	status = report();
	return code ? EXIT_EARLY : status;
}

int cmd_probe(int argc, char **argv)
{
	int status = probe_options_parse(argc, argv, &probe.o);

	if (status >= 0)
		return status;
	if (probe.o.quiet || probe.o.json)
		log_set_level(LOG_LEVEL_ERROR);
	if (probe.o.target)
		status = resolve();
	if (status < 0 && probe.o.file)
		status = read_file();
	if (!probe.o.file)
		read_watch_signals();
	if (status < 0)
		status = run();
	probe_log_close(&probe.run.log);
	probe_payloads_free(&probe.payloads);
	if (probe.write_error)
		errno = probe.write_error; /* for main(), which says it */
	return status;
}
