/* cli/cmd_replay.c -- `ringtap replay`: what goes on beside the threads, and the report. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/progress.h"
#include "cli/replay_options.h"
#include "cli/replay_run.h"
#include "cli/send_report.h"
#include "cli/send_watch.h"
#include "cli/units.h"
#include "cli/verbs.h"
#include "core/clock.h"
#include "core/counter.h"
#include "core/log.h"

struct replay {
	const struct replay_options *o;
	struct replay_run run;
	struct send_link links[INTERFACES_MAX];
	struct send_report report;
	struct sender_counts before; /* of the last line of progress */
	uint64_t before_ns;
	bool progress;
	struct errmsg gone; /* the interface that is */
};

/* ---- the report ---- */

static void put_line(struct strbuf *s, uint64_t n, const char *text)
{
	if (n)
		strbuf_printf(s, "  %" PRIu64 " %s\n", n, text);
}

static void more_text(const void *ctx, struct strbuf *s)
{
	const struct replay *r = ctx;
	const struct replay_progress *p = replay_source_progress(r->run.source);
	const struct replay_found *f = &r->run.judge.found;
	char kept[32];
	struct strbuf size = strbuf_over(kept, sizeof(kept));

	strbuf_printf(s, "  %" PRIu64 " packets read", counter_get(&p->read));
	if (counter_get(&p->filtered))
		strbuf_printf(s, ", %" PRIu64 " not matched by the filter",
			      counter_get(&p->filtered));
	if (counter_get(&f->unassigned))
		strbuf_printf(s, ", %" PRIu64 " belong to no -i (--split)",
			      counter_get(&f->unassigned));
	if (counter_get(&r->run.kept_bytes)) {
		format_size(&size, counter_get(&r->run.kept_bytes));
		strbuf_printf(s, "; kept in memory: %s", kept);
	}
	strbuf_putc(s, '\n');
	put_line(s, counter_get(&f->changed), "of them rewritten");
	put_line(s, counter_get(&f->fragmented), "of them fragmented");
	put_line(s, counter_get(&f->truncated), "of them truncated to the MTU");
	put_line(s, counter_get(&f->cut),
		 r->o->cut == REPLAY_CUT_SEND
			 ? "of them cut by the capture, and not completed (see --cut)"
		 : r->o->cut == REPLAY_CUT_PAD
			 ? "of them cut by the capture, with zeros for what is missing"
			 : "of them cut by the capture");
	put_line(s, counter_get(&f->unfinished),
		 "of them captured before their checksums were computed; --fix-checksums does it");
}

static void put_number(struct strbuf *s, const char *name, uint64_t v)
{
	strbuf_printf(s, "\"%s\":%" PRIu64 ",", name, v);
}

static void more_json(const void *ctx, struct strbuf *s)
{
	const struct replay *r = ctx;
	const struct replay_progress *p = replay_source_progress(r->run.source);
	const struct replay_found *f = &r->run.judge.found;

	put_number(s, "packets_read", counter_get(&p->read));
	put_number(s, "packets_filtered", counter_get(&p->filtered));
	put_number(s, "packets_unassigned", counter_get(&f->unassigned));
	put_number(s, "packets_cut", counter_get(&f->cut));
	put_number(s, "packets_unfinished", counter_get(&f->unfinished));
	put_number(s, "packets_too_long", counter_get(&f->too_long));
	put_number(s, "packets_fragmented", counter_get(&f->fragmented));
	put_number(s, "packets_truncated", counter_get(&f->truncated));
	put_number(s, "packets_rewritten", counter_get(&f->changed));
	if (r->o->preload)
		put_number(s, "preloaded_bytes", counter_get(&r->run.kept_bytes));
}

/* What is known by now. */
static void take_stock(struct replay *r)
{
	for (size_t i = 0; i < r->run.nr_targets; i++) {
		replay_target_report(&r->run.targets[i], &r->links[i]);
		send_link_end(&r->links[i]);
	}
	/* How far the reading thread is ahead says nothing of what was sent. */
	r->report.rounds = 0;
	if (r->o->preload || (r->report.end_ns && r->run.read_all && !r->report.interrupted))
		r->report.rounds = replay_run_rounds(&r->run);
}

static void begin_report(struct replay *r)
{
	r->report = (struct send_report){ .verb = "replay",
					  .links = r->links,
					  .nr_links = r->run.nr_targets,
					  .timed = r->o->send.pace.mode != PACE_TOPSPEED,
					  .start_ns = clock_monotonic_ns(),
					  .more_text = more_text,
					  .more_json = more_json,
					  .ctx = r };
	for (size_t i = 0; i < r->run.nr_targets; i++)
		send_link_begin(&r->links[i], r->run.targets[i].link->ifindex);
	r->progress = isatty(STDERR_FILENO) && !r->o->send.quiet && !r->o->send.json;
	r->before_ns = r->report.start_ns;
}

/* ---- progress ---- */

/* Frames that have had their turn. */
static double frames_done(const struct replay *r)
{
	double done = 0;

	for (size_t i = 0; i < r->run.nr_targets; i++) {
		const struct send_link *l = &r->links[i];

		done += (double)(l->counts.sent + send_failed_frames(&l->counts) +
				 send_skipped_frames(l));
	}
	return done;
}

/*
 * How much is done, of what was asked for; below 0: nobody knows. The files are read ahead: of what
 * is read, only what has had its turn counts.
 */
static double percent(const struct replay *r)
{
	const struct replay_progress *p = replay_source_progress(r->run.source);
	const uint64_t round = MAX_OF(replay_run_rounds(&r->run), 1u);
	const double handed = (double)counter_get(&r->run.handed),
		     total = (double)counter_get(&p->total);
	double rounds = (double)r->o->loops, read;

	if (r->o->preload)
		rounds = (double)r->run.clock.rounds;
	if (!(handed > 0 && rounds > 0) || (!r->o->preload && !(total > 0)))
		return -1;
	if (r->o->preload)
		return frames_done(r) / (handed * rounds) * 100;
	read = ((double)(round - 1) * total + (double)counter_get(&p->done)) / (total * rounds);
	if (r->o->count != UINT64_MAX)
		read = MAX_OF(read, (double)counter_get(&r->run.packets) / (double)r->o->count);
	return MIN_OF(read * frames_done(r) / handed, 1) * 100;
}

static void show_progress(struct replay *r)
{
	const struct replay_progress *p = replay_source_progress(r->run.source);
	const uint64_t now = clock_monotonic_ns();
	char text[256];
	struct strbuf s = strbuf_over(text, sizeof(text));

	if (!r->progress)
		return;
	if (replay_run_state(&r->run) == REPLAY_LOADING) {
		strbuf_printf(&s, "replay: %" PRIu64 " packets into memory", counter_get(&p->read));
	} else {
		take_stock(r);
		send_report_progress(&r->report, &r->before, now - r->before_ns, percent(r), &s);
	}
	r->before_ns = now;
	progress_show(text);
}

/* ---- the run ---- */

/* A thread that waits for a frame's time does not see that its interface is gone. */
static void look_at_links(struct replay *r)
{
	struct link_stats stats;

	for (size_t i = 0; !r->gone.text[0] && i < r->run.nr_targets; i++)
		if (link_read_stats(r->links[i].ifindex, &stats) == -ENODEV) {
			(void)errmsg_set(&r->gone, 0, "%s: the interface is gone",
					 r->run.targets[i].to->name);
			send_watch_stop();
			replay_run_stop(&r->run);
		}
}

/* When --duration is over; 0: nobody knows yet, or it has no end. */
static uint64_t end_of_time(const struct replay *r)
{
	uint64_t start = r->report.start_ns;

	if (!r->o->duration_ns || replay_run_state(&r->run) == REPLAY_LOADING)
		return 0;
	if (r->o->preload)
		start = r->run.clock.start_ns;
	return start + MIN_OF(r->o->duration_ns, UINT64_MAX / 2);
}

static void look_after(struct replay *r)
{
	for (;;) {
		switch (send_watch_next(end_of_time(r))) {
		case SEND_EVENT_TICK:
			look_at_links(r);
			show_progress(r);
			break;
		case SEND_EVENT_REPORT:
			progress_clear();
			take_stock(r);
			send_report_print(&r->report, r->o->send.json, false);
			break;
		case SEND_EVENT_STOP:
			r->report.interrupted = true;
			replay_run_stop(&r->run);
			break;
		case SEND_EVENT_OVER:
			replay_run_stop(&r->run);
			break;
		case SEND_EVENT_POKE:
			break;
		case SEND_EVENT_DONE:
			return;
		}
	}
}

/* An interface of the files that was named and had nothing is a misspelt one; and many files have
 * no directions. */
static void tell_unassigned(const struct replay *r)
{
	const uint64_t packets = counter_get(&r->run.packets);

	if (r->o->split == REPLAY_SPLIT_DIRECTION &&
	    counter_get(&r->run.judge.found.unassigned) == packets)
		log_note("--split direction: no packet says its direction; pcapng files do, where "
			 "it was recorded");
	for (size_t i = 0; i < r->run.nr_targets; i++) {
		const struct replay_to *to = &r->o->to[i];

		if (to->of && !r->links[i].offered)
			log_note("-i %s=%s: no packet was of an interface '%s'; 'ringtap info "
				 "FILE' lists those of a file",
				 to->of, to->name, to->of);
	}
}

/* Says why files ended early. True: one did. */
static bool tell_files(const struct replay *r)
{
	bool early = false;

	for (size_t i = 0; i < replay_source_nr_files(r->run.source); i++)
		if (replay_source_failure(r->run.source, i)) {
			log_error("%s", replay_source_failure(r->run.source, i));
			early = true;
		}
	return early;
}

static bool anything_offered(const struct replay *r)
{
	for (size_t i = 0; i < r->run.nr_targets; i++)
		if (r->links[i].offered)
			return true;
	return false;
}

static int finish(struct replay *r)
{
	const char *failure = replay_run_failure(&r->run);
	bool early;

	progress_clear();
	early = tell_files(r);
	if (!failure && r->gone.text[0])
		failure = r->gone.text;
	if (failure)
		log_error("%s", failure);
	if (r->run.code && r->run.err.text[0])
		log_error("%s", r->run.err.text);
	r->report.end_ns = clock_monotonic_ns();
	r->report.failure = failure ? failure : r->run.err.text[0] ? r->run.err.text : NULL;
	take_stock(r);
	if (!counter_get(&r->run.packets) && !r->run.code && !r->report.interrupted)
		log_note("there was no packet to send");
	else if (!r->run.code && !failure && !r->report.interrupted)
		tell_unassigned(r);
	if (r->run.code && !anything_offered(r))
		return r->run.code == -EINVAL ? EXIT_USAGE : EXIT_NOT_STARTED;
	send_report_print(&r->report, r->o->send.json, r->o->send.quiet);
	return failure || r->run.code || early || r->report.interrupted ||
			       send_report_all_failed(&r->report)
		       ? EXIT_EARLY
		       : EXIT_DONE;
}

static int run(struct replay *r, struct packet_filter *filter)
{
	struct errmsg err = { .text = "" };
	int code = replay_run_open(&r->run, r->o, filter, &err);

	if (code) {
		if (err.text[0])
			log_error("%s", err.text);
		if (code == -ENOENT && r->o->files_are_words && r->o->nr_files > 1)
			log_note("without -r all words are files; a filter stands behind -r FILE, "
				 "or in -f");
		return code == -EINVAL ? EXIT_USAGE : EXIT_NOT_STARTED;
	}
	code = send_watch_begin();
	if (!code) {
		begin_report(r);
		code = replay_run_start(&r->run);
	}
	if (code) {
		log_error("replay: %s", strerror(-code));
		return EXIT_NOT_STARTED;
	}
	look_after(r);
	replay_run_join(&r->run);
	return finish(r);
}

int cmd_replay(int argc, char **argv)
{
	static struct replay_options o;
	static struct replay r = { .o = &o };
	struct packet_filter *filter = NULL;
	int code = 0, status = replay_options_parse(argc, argv, &o);

	if (status >= 0)
		return status;
	if (o.send.quiet || o.send.json)
		log_set_level(LOG_LEVEL_ERROR);
	if (o.filter)
		code = packet_filter_open("replay", o.filter, &o.filter_options, &filter);
	if (code)
		return code == -EINVAL ? EXIT_USAGE : EXIT_NOT_STARTED;
	status = run(&r, filter);
	replay_run_close(&r.run);
	packet_filter_close(filter);
	send_watch_end();
	return status;
}
