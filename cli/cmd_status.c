/* cli/cmd_status.c -- `ringtap status`: what running captures do, without disturbing them. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/attach.h"
#include "cli/capture_report.h"
#include "cli/options.h"
#include "cli/units.h"
#include "cli/verbs.h"
#include "core/clock.h"
#include "core/log.h"

static const char help_text[] =
	"Usage: ringtap status [OPTIONS] [PID]\n"
	"\n"
	"Shows running captures: rates over the last second, packets stored and dropped by cause, "
	"and\n"
	"how full each ring is. It only reads shared memory; a capture does not notice.\n"
	"\n"
	"  -w, --watch           again and again, until interrupted\n"
	"      --interval TIME   over which rates are taken (default 1s)\n"
	"  -j, --json            one JSON object per capture and line\n"
	"\n"
	"Example: ringtap status --watch\n";

enum { OPT_INTERVAL = 256, OPT_HELP, TEXT_MAX = 64 << 10 };

struct status_options {
	pid_t pid;
	uint64_t interval_ns;
	bool watch, json;
};

static const char *writer_state_name(uint32_t state)
{
	static const char *const names[] = { [WRITER_NONE] = "none",
					     [WRITER_STARTING] = "starting",
					     [WRITER_RUNNING] = "running",
					     [WRITER_FAILED] = "failed",
					     [WRITER_FINISHED] = "finished" };

	return state < ARRAY_SIZE(names) ? names[state] : "?";
}

/* Text of another process: printed only as far as it is harmless on a terminal. */
static void put_text(struct strbuf *out, const char *text, size_t max)
{
	size_t i;

	for (i = 0; i < max && text[i]; i++)
		strbuf_putc(out, text[i] >= ' ' && text[i] <= '~' ? text[i] : '?');
}

static uint64_t queue_of(const struct segment_ring *r)
{
	const uint64_t queued = atomic_load_explicit(&r->queued, memory_order_relaxed);
	const uint64_t released = atomic_load_explicit(&r->released, memory_order_relaxed);

	return queued > released ? queued - released : 0;
}

static void put_ring(const struct segment_ring *r, uint32_t i, bool writes, struct strbuf *out)
{
	const struct worker_counters *c = &r->worker;

	strbuf_printf(out, "  ring %-3u ", i);
	put_text(out, r->interface, sizeof(r->interface));
	if (r->cpu >= 0)
		strbuf_printf(out, " CPU %d", r->cpu);
	strbuf_printf(out, "  %" PRIu64 " packets, %" PRIu64 " dropped", counter_get(&c->packets),
		      counter_get(&c->kernel_drops));
	if (writes)
		strbuf_printf(out, ", queue %" PRIu64 " of %u (most %" PRIu64 ")", queue_of(r),
			      r->nr_blocks, counter_get(&c->queue_high));
	strbuf_puts(out, "\n");
}

static void put_losses(const struct engine_totals *t, struct strbuf *out)
{
	int i;

	for (i = 0; i < LOSS_NR; i++)
		if (t->lost[i])
			strbuf_printf(out, "  dropped: %" PRIu64 " %s (%s)\n", t->lost[i],
				      loss_name((enum loss_cause)i), loss_text((enum loss_cause)i));
	if (t->nic_missed)
		strbuf_printf(out, "  missed by the NIC: %" PRIu64 "\n", t->nic_missed);
	if (t->spool_lost)
		strbuf_printf(out, "  summaries or lines lost: %" PRIu64 "\n", t->spool_lost);
}

static void put_capture(const struct attached *a, const struct engine_totals *before,
			struct strbuf *out)
{
	const struct segment_header *h = a->seg.header;
	const bool writes = h->config.format != OUTPUT_NONE;
	const struct report_context ctx = { .kind = writes ? REPORT_STORED : REPORT_COUNTED };
	char filter[SEGMENT_FILTER_MAX];
	struct engine_totals t;
	uint32_t i;

	engine_totals(&a->seg, &t);
	strbuf_printf(out, "%d  ", (int)a->pid);
	put_text(out, h->command, sizeof(h->command));
	strbuf_puts(out, "  (");
	format_duration(out, t.elapsed_ns);
	strbuf_puts(out, ")\n  ");
	segment_get_filter(&a->seg, filter);
	if (filter[0]) {
		strbuf_puts(out, "filter: ");
		put_text(out, filter, sizeof(filter));
		strbuf_puts(out, "\n  ");
	}
	report_progress(&t, before, &ctx, out);
	strbuf_puts(out, "\n");
	if (writes)
		strbuf_printf(out,
			      "  writer %s (%s%s%s), %" PRIu64
			      " files finished, slowest write %" PRIu64 " ms\n",
			      writer_state_name(atomic_load(&h->writer.state)),
			      atomic_load(&h->writer.uses_uring) ? "io_uring" : "pwrite",
			      atomic_load(&h->writer.uses_fixed) ? ", registered ring" : "",
			      atomic_load(&h->writer.uses_direct) ? ", O_DIRECT" : ", page cache",
			      t.files, (uint64_t)(t.write_ns_max / NS_PER_MS));
	report_files(&t, out);
	for (i = 0; i < h->nr_rings; i++) {
		const struct segment_ring *r = segment_ring_at(&a->seg, i);

		if (r)
			put_ring(r, i, writes, out);
	}
	put_losses(&t, out);
}

static void put_json_rings(const struct attached *a, struct strbuf *out)
{
	uint32_t i;

	strbuf_puts(out, "\"rings\":[");
	for (i = 0; i < a->seg.header->nr_rings; i++) {
		const struct segment_ring *r = segment_ring_at(&a->seg, i);

		if (!r)
			break;
		strbuf_puts(out, i ? ",{\"interface\":" : "{\"interface\":");
		strbuf_json_string(out, r->interface, strnlen(r->interface, sizeof(r->interface)));
		strbuf_printf(out,
			      ",\"cpu\":%d,\"packets\":%" PRIu64 ",\"dropped\":%" PRIu64
			      ",\"queue\":%" PRIu64 ",\"queue_high\":%" PRIu64 ",\"blocks\":%u}",
			      r->cpu, counter_get(&r->worker.packets),
			      counter_get(&r->worker.kernel_drops), queue_of(r),
			      counter_get(&r->worker.queue_high), r->nr_blocks);
	}
	strbuf_puts(out, "],");
}

static void put_json(const struct attached *a, const struct engine_totals *before,
		     struct strbuf *out)
{
	const struct segment_header *h = a->seg.header;
	const struct report_context ctx = { .output = h->output[0] ? h->output : NULL,
					    .cpu_seconds = -1 };
	char filter[SEGMENT_FILTER_MAX];
	struct engine_totals t;
	double s;

	engine_totals(&a->seg, &t);
	s = (double)(t.elapsed_ns - before->elapsed_ns) / (double)NS_PER_SEC;
	if (s <= 0)
		s = 1;
	strbuf_printf(out, "{\"pid\":%d,\"command\":", (int)a->pid);
	strbuf_json_string(out, h->command, strnlen(h->command, sizeof(h->command)));
	segment_get_filter(&a->seg, filter);
	strbuf_puts(out, ",\"filter\":");
	strbuf_json_string(out, filter, strlen(filter));
	strbuf_printf(out, ",\"writer\":\"%s\",\"io_uring\":%s,\"registered\":%s,\"direct\":%s,",
		      writer_state_name(atomic_load(&h->writer.state)),
		      atomic_load(&h->writer.uses_uring) ? "true" : "false",
		      atomic_load(&h->writer.uses_fixed) ? "true" : "false",
		      atomic_load(&h->writer.uses_direct) ? "true" : "false");
	strbuf_printf(out,
		      "\"packets_per_second\":%.0f,\"bits_per_second\":%.0f,\"disk_bytes_per_"
		      "second\":%.0f,",
		      (double)(t.captured - before->captured) / s,
		      (double)(t.wire_bytes - before->wire_bytes) * 8 / s,
		      (double)(t.file_bytes - before->file_bytes) / s);
	put_json_rings(a, out);
	/* The rest are the keys of the final report. */
	strbuf_puts(out, "\"totals\":");
	report_json(&t, &ctx, out);
	out->len--; /* its newline */
	strbuf_puts(out, "}\n");
}

static void sleep_ns(uint64_t ns)
{
	const struct timespec ts = { .tv_sec = (time_t)(ns / NS_PER_SEC),
				     .tv_nsec = (long)(ns % NS_PER_SEC) };

	(void)nanosleep(&ts, NULL);
}

/* One look: two samples of the counters, `interval` apart. */
static int look(const struct status_options *o, char *text)
{
	static struct attached captures[ATTACH_MAX];
	static struct engine_totals before[ATTACH_MAX];
	struct strbuf out = strbuf_over(text, TEXT_MAX);
	struct errmsg err;
	size_t hidden;
	int nr, i;

	nr = attach_all(o->pid, captures, &hidden, &err);
	if (nr < 0) {
		log_error("status: %s", err.text);
		return EXIT_NOT_STARTED;
	}
	for (i = 0; i < nr; i++)
		engine_totals(&captures[i].seg, &before[i]);
	if (nr)
		sleep_ns(o->interval_ns);
	if (o->watch && !o->json)
		strbuf_puts(&out, "\033[H\033[J");
	for (i = 0; i < nr; i++) {
		if (o->json)
			put_json(&captures[i], &before[i], &out);
		else
			put_capture(&captures[i], &before[i], &out);
		fwrite(out.text, 1, out.len, stdout);
		strbuf_reset(&out);
	}
	attach_close(captures, (size_t)nr);
	fflush(stdout);
	if (hidden)
		log_note("status: %zu %s; root sees %s", hidden,
			 hidden == 1 ? "capture of another user" : "captures of other users",
			 hidden == 1 ? "it" : "them");
	if (!nr && !o->json)
		log_note("status: no capture is running");
	if (!nr)
		sleep_ns(o->watch ? o->interval_ns : 0);
	return ferror(stdout) ? EXIT_EARLY : EXIT_DONE;
}

static int parse(int argc, char **argv, struct status_options *o)
{
	static const struct option long_options[] = {
		{ "watch", no_argument, NULL, 'w' },
		{ "interval", required_argument, NULL, OPT_INTERVAL },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, OPT_HELP },
		{ NULL },
	};
	uint64_t pid;
	int opt;

	opterr = 0;
	optind = 1;
	while ((opt = getopt_long(argc, argv, ":wj", long_options, NULL)) != -1) {
		if (opt == 'w')
			o->watch = true;
		else if (opt == 'j')
			o->json = true;
		else if (opt == OPT_INTERVAL) {
			if (!option_duration("status", "--interval", optarg, &o->interval_ns))
				return EXIT_USAGE;
		} else if (opt == OPT_HELP) {
			fputs(help_text, stdout);
			exit(EXIT_DONE);
		} else
			return option_error("status", argc, argv, opt, long_options);
	}
	if (optind < argc) {
		if (parse_count(argv[optind], &pid) < 0 || !pid || pid > INT32_MAX) {
			log_error("status: %s: a process id is expected", argv[optind]);
			return EXIT_USAGE;
		}
		o->pid = (pid_t)pid;
	}
	return EXIT_DONE;
}

int cmd_status(int argc, char **argv)
{
	static char text[TEXT_MAX];
	struct status_options o = { .interval_ns = NS_PER_SEC };
	int status = parse(argc, argv, &o);

	if (status)
		return status;
	do
		status = look(&o, text);
	while (o.watch && status == EXIT_DONE);
	return status;
}
