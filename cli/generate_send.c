#include "cli/generate_send.h"

#include <errno.h>
#include <inttypes.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/link.h"
#include "cli/generate_lane.h"
#include "cli/generate_route.h"
#include "cli/progress.h"
#include "cli/send_report.h"
#include "cli/send_watch.h"
#include "cli/verbs.h"
#include "core/clock.h"
#include "core/log.h"

#define START_NS (2 * NS_PER_MS) /* until all threads run */

struct sending {
	const struct generate_options *o;
	const struct craft *craft;
	struct generate_lane lanes[GENERATE_THREADS_MAX];
	struct sender_counts last[GENERATE_THREADS_MAX]; /* of lanes that are closed */
	uint32_t nr_lanes, nr_running;
	_Atomic uint32_t nr_done;
	struct send_link link;
	struct send_report report;
	struct sender_counts before; /* of the last line of progress */
	uint64_t before_ns;
	bool progress;
};

/* ---- the interface ---- */

bool generate_look_at(struct generate_options *o)
{
	struct link_info link;
	struct errmsg err;

	if (link_by_name(o->interface, &link, &err)) {
		log_error("%s", err.text);
		return false;
	}
	if (link.arphrd != ARPHRD_ETHER && link.arphrd != ARPHRD_LOOPBACK) {
		log_error("generate: %s: is no Ethernet (ARPHRD %u), and nothing else is described "
			  "here",
			  o->interface, link.arphrd);
		return false;
	}
	if (o->send.pace.mode == PACE_TOPSPEED && !o->out.force &&
	    generate_default_route(link.name)) {
		log_error("generate: %s: the default route leads through it: --topspeed may take "
			  "down a network; give a rate (--pps, --bitrate), or --force if that is "
			  "meant",
			  o->interface);
		return false;
	}
	o->craft.mtu = link.mtu;
	if (link.mac_len == sizeof(o->craft.src_mac))
		memcpy(o->craft.src_mac, link.mac, sizeof(o->craft.src_mac));
	return true;
}

/* ---- the report ---- */

static void more_text(const void *ctx, struct strbuf *s)
{
	const struct sending *g = ctx;

	strbuf_printf(s, "  seed %" PRIu64, g->o->craft.seed);
	if (craft_period(g->craft))
		strbuf_printf(s, "; frames repeat after %" PRIu64, craft_period(g->craft));
	strbuf_putc(s, '\n');
}

static void more_json(const void *ctx, struct strbuf *s)
{
	const struct sending *g = ctx;

	strbuf_printf(s, "\"seed\":%" PRIu64 ",\"period\":%" PRIu64 ",", g->o->craft.seed,
		      craft_period(g->craft));
}

/* What is known by now. */
static void take_stock(struct sending *g)
{
	struct sender_counts one;

	g->link.counts = (struct sender_counts){ 0 };
	for (uint32_t i = 0; i < g->nr_lanes; i++) {
		one = g->last[i];
		if (g->lanes[i].sender)
			sender_counts(g->lanes[i].sender, &one);
		send_counts_add(&g->link.counts, &one);
	}
	g->link.offered = g->link.counts.committed;
	send_link_end(&g->link);
}

static void begin_report(struct sending *g)
{
	const struct link_info *link = sender_link(g->lanes[0].sender);

	g->link.name = g->o->interface;
	g->link.threads = g->nr_lanes;
	send_link_begin(&g->link, link->ifindex);
	g->report = (struct send_report){ .verb = "generate",
					  .links = &g->link,
					  .nr_links = 1,
					  .timed = g->o->send.pace.mode != PACE_TOPSPEED,
					  .start_ns = clock_monotonic_ns(),
					  .more_text = more_text,
					  .more_json = more_json,
					  .ctx = g };
	g->progress = isatty(STDERR_FILENO) && !g->o->send.quiet && !g->o->send.json;
	g->before_ns = g->report.start_ns;
}

/* ---- progress ---- */

static double percent(const struct sending *g, uint64_t now)
{
	double part = 0;

	if (g->o->count)
		part = (double)g->link.counts.sent / (double)g->o->count;
	if (g->o->duration_ns)
		part = MAX_OF(part, (double)(now - g->report.start_ns) / (double)g->o->duration_ns);
	return MIN_OF(part, 1) * 100;
}

static void show_progress(struct sending *g)
{
	const uint64_t now = clock_monotonic_ns();
	char text[256];
	struct strbuf s = strbuf_over(text, sizeof(text));

	if (!g->progress)
		return;
	take_stock(g);
	send_report_progress(&g->report, &g->before, now - g->before_ns, percent(g, now), &s);
	g->before_ns = now;
	progress_show(text);
}

/* ---- the run ---- */

/* In a lane's thread. One that failed ends the others. */
static void lane_done(void *ctx)
{
	struct sending *g = ctx;

	for (uint32_t i = 0; i < g->nr_lanes; i++)
		if (atomic_load_explicit(&g->lanes[i].code, memory_order_acquire))
			send_watch_stop();
	if (atomic_fetch_add(&g->nr_done, 1) + 1 == g->nr_running)
		send_watch_done();
}

static int open_lanes(struct sending *g, struct errmsg *err)
{
	int code = 0;

	while (!code && g->nr_lanes < g->o->threads) {
		struct generate_lane *l = &g->lanes[g->nr_lanes];

		*l = (struct generate_lane){ .o = g->o,
					     .craft = g->craft,
					     .number = g->nr_lanes++,
					     .of = g->o->threads,
					     .done = lane_done,
					     .ctx = g };
		code = generate_lane_open(l, err);
	}
	return code;
}

/* Those that run end by themselves. */
static int start_lanes(struct sending *g, struct errmsg *err)
{
	int code = 0;

	g->nr_running = g->nr_lanes;
	for (uint32_t i = 0; !code && i < g->nr_lanes; i++) {
		g->lanes[i].start_ns = g->report.start_ns + START_NS;
		code = generate_lane_start(&g->lanes[i]);
	}
	if (!code)
		return 0;
	send_watch_stop();
	return errmsg_set(err, code, "no thread can be started: %s", strerror(-code));
}

static void look_after(struct sending *g)
{
	const uint64_t end =
		g->o->duration_ns ? g->report.start_ns + START_NS + g->o->duration_ns : 0;
	enum send_event event;

	while ((event = send_watch_next(end)) != SEND_EVENT_DONE) {
		if (event == SEND_EVENT_TICK)
			show_progress(g);
		g->report.interrupted |= event == SEND_EVENT_STOP;
		if (event != SEND_EVENT_REPORT)
			continue;
		progress_clear();
		take_stock(g);
		send_report_print(&g->report, g->o->send.json, false);
	}
	progress_clear();
}

/* The words of the first lane that failed, or NULL. */
static const char *failure(const struct sending *g)
{
	for (uint32_t i = 0; i < g->nr_lanes; i++)
		if (atomic_load_explicit(&g->lanes[i].code, memory_order_acquire))
			return g->lanes[i].err.text;
	return NULL;
}

static int run(struct sending *g, struct errmsg *err)
{
	int code;

	begin_report(g);
	code = start_lanes(g, err);
	if (!code)
		look_after(g);
	for (uint32_t i = 0; i < g->nr_lanes; i++) {
		generate_lane_join(&g->lanes[i]);
		generate_lane_close(&g->lanes[i], &g->last[i]);
	}
	g->report.end_ns = clock_monotonic_ns();
	if (code)
		return EXIT_NOT_STARTED;
	take_stock(g);
	g->report.failure = failure(g);
	if (g->report.failure)
		log_error("generate: %s", g->report.failure);
	send_report_print(&g->report, g->o->send.json, g->o->send.quiet);
	return g->report.failure || g->report.interrupted || send_report_all_failed(&g->report)
		       ? EXIT_EARLY
		       : EXIT_DONE;
}

int generate_send(const struct generate_options *o, const struct craft *craft)
{
	struct sending *g = calloc(1, sizeof(*g));
	struct errmsg err = { .text = "out of memory" };
	int status = EXIT_NOT_STARTED, code = g ? 0 : -ENOMEM;

	if (!code) {
		g->o = o;
		g->craft = craft;
		code = open_lanes(g, &err);
	}
	if (!code && send_watch_begin())
		code = errmsg_set(&err, -errno, "signals: %s", strerror(errno));
	if (!code)
		status = run(g, &err);
	if (code || (status == EXIT_NOT_STARTED && g))
		log_error("generate: %s", err.text);
	for (uint32_t i = 0; g && i < g->nr_lanes; i++)
		generate_lane_close(&g->lanes[i], NULL);
	send_watch_end();
	free(g);
	return status;
}
