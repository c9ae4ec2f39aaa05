#include "cli/send_report.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cli/units.h"
#include "core/clock.h"
#include "core/compiler.h"

/* INTERFACES_MAX of them in JSON, each with all reasons and numbers of 20 digits, and some more. */
enum { REPORT_SIZE = 128 << 10 };

enum { CPU_FRAMES_MIN = 1000 }; /* of less, the CPU time is that of the start */

static const struct {
	const char *name, *text;
} failures[TRANSMIT_NR_FAILURES] = {
#define X(id, name, text) [TRANSMIT_##id] = { #name, text },
	TRANSMIT_FAILURES(X)
#undef X
};

void send_counts_add(struct sender_counts *sum, const struct sender_counts *one)
{
	if (one->first_ns && (!sum->first_ns || one->first_ns < sum->first_ns))
		sum->first_ns = one->first_ns;
	sum->last_ns = MAX_OF(sum->last_ns, one->last_ns);
	sum->committed += one->committed;
	sum->sent += one->sent;
	sum->sent_bytes += one->sent_bytes;
	for (size_t i = 0; i < TRANSMIT_NR_FAILURES; i++)
		sum->failed[i] += one->failed[i];
	sum->full += one->full;
	sum->waits += one->waits;
	sum->waited_ns = MAX_OF(sum->waited_ns, one->waited_ns);
	sum->timed += one->timed;
	sum->gap_error_median_ns = MAX_OF(sum->gap_error_median_ns, one->gap_error_median_ns);
	sum->gap_error_p99_ns = MAX_OF(sum->gap_error_p99_ns, one->gap_error_p99_ns);
	sum->gap_error_max_ns = MAX_OF(sum->gap_error_max_ns, one->gap_error_max_ns);
	sum->late_max_ns = MAX_OF(sum->late_max_ns, one->late_max_ns);
}

void send_link_begin(struct send_link *l, uint32_t ifindex)
{
	l->ifindex = ifindex;
	l->have_before = !link_read_stats(ifindex, &l->before);
}

void send_link_end(struct send_link *l)
{
	struct link_stats now;

	l->have_drops = l->have_before && !link_read_stats(l->ifindex, &now);
	if (!l->have_drops)
		return;
	l->dropped = now.tx_dropped - l->before.tx_dropped;
	l->errors = now.tx_errors - l->before.tx_errors;
}

uint64_t send_failed_frames(const struct sender_counts *c)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < TRANSMIT_NR_FAILURES; i++)
		sum += c->failed[i];
	return sum;
}

uint64_t send_skipped_frames(const struct send_link *l)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < l->nr_skipped; i++)
		sum += l->skipped[i].frames;
	return sum;
}

static double seconds_of(int who)
{
	struct rusage u;

	if (getrusage(who, &u) < 0)
		return NAN;
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

double send_cpu_seconds(void)
{
	return seconds_of(RUSAGE_SELF) + seconds_of(RUSAGE_CHILDREN);
}

/* What all interfaces had together. */
struct sums {
	struct sender_counts counts;
	uint64_t offered, failed, skipped;
};

static struct sums sum_links(const struct send_report *r)
{
	struct sums s = { 0 };

	for (size_t i = 0; i < r->nr_links; i++) {
		send_counts_add(&s.counts, &r->links[i].counts);
		s.offered += r->links[i].offered;
		s.skipped += send_skipped_frames(&r->links[i]);
	}
	s.failed = send_failed_frames(&s.counts);
	return s;
}

bool send_report_all_failed(const struct send_report *r)
{
	const struct sums s = sum_links(r);

	return s.offered && !s.counts.sent;
}

/* From the first frame to the last, in seconds; 0: there is no such time. */
static double span(const struct sender_counts *c)
{
	return c->first_ns && c->last_ns > c->first_ns ? (double)(c->last_ns - c->first_ns) / 1e9
						       : 0;
}

/* The last frame ends the time, so it does not belong to what was sent in it. */
static double packet_rate(const struct sender_counts *c)
{
	return span(c) > 0 && c->sent > 1 ? (double)(c->sent - 1) / span(c) : 0;
}

static double bit_rate(const struct sender_counts *c)
{
	return c->sent ? packet_rate(c) * 8 * (double)c->sent_bytes / (double)c->sent : 0;
}

/* ---- for people ---- */

static void put_rates(const struct sender_counts *c, struct strbuf *s)
{
	if (!(packet_rate(c) > 0))
		return;
	strbuf_puts(s, "; ");
	format_duration(s, c->last_ns - c->first_ns);
	strbuf_puts(s, ", ");
	format_count(s, packet_rate(c));
	strbuf_puts(s, " packets/s, ");
	format_rate(s, bit_rate(c));
}

static void put_counts(uint64_t offered, uint64_t skipped, const struct sender_counts *c,
		       struct strbuf *s)
{
	const uint64_t unsent = c->failed[TRANSMIT_UNSENT];

	strbuf_printf(s, "%" PRIu64 " frames offered, %" PRIu64 " sent (", offered, c->sent);
	format_size(s, c->sent_bytes);
	strbuf_printf(s, "), %" PRIu64 " failed, %" PRIu64 " skipped",
		      send_failed_frames(c) - unsent, skipped);
	if (unsent)
		strbuf_printf(s, ", %" PRIu64 " still waiting when it ended", unsent);
	put_rates(c, s);
	strbuf_putc(s, '\n');
}

static void put_duration(struct strbuf *s, const char *before, uint64_t ns)
{
	strbuf_puts(s, before);
	format_duration(s, ns);
}

/* Of the ways in which an interface was no fast road. */
static void put_link_trouble(const struct send_link *l, struct strbuf *s)
{
	const struct sender_counts *c = &l->counts;

	for (size_t i = 0; i < TRANSMIT_NR_FAILURES; i++)
		if (c->failed[i] && i != TRANSMIT_UNSENT)
			strbuf_printf(s, "    failed: %" PRIu64 " %s\n", c->failed[i],
				      failures[i].text);
	for (size_t i = 0; i < l->nr_skipped; i++)
		if (l->skipped[i].frames)
			strbuf_printf(s, "    skipped: %" PRIu64 " %s\n", l->skipped[i].frames,
				      l->skipped[i].text);
	if (l->dropped || l->errors)
		strbuf_printf(s,
			      "    by the kernel's count, %s dropped %" PRIu64
			      " in this time, errors %" PRIu64 " (whoever sent them)\n",
			      l->name, l->dropped, l->errors);
	if (c->waits) {
		strbuf_printf(s, "    waits for the link: %" PRIu64 ", together ", c->waits);
		format_duration(s, c->waited_ns);
		strbuf_putc(s, '\n');
	}
	if (c->full)
		strbuf_printf(s, "    %" PRIu64 " times the kernel took no more for the moment\n",
			      c->full);
}

static void put_timing(const struct send_link *l, struct strbuf *s)
{
	const struct sender_counts *c = &l->counts;

	if (!c->timed)
		return;
	strbuf_printf(s, "    gaps%s:", l->threads > 1 ? " (of the worst thread)" : "");
	put_duration(s, " off by ", c->gap_error_median_ns);
	put_duration(s, " (median), ", c->gap_error_p99_ns);
	put_duration(s, " (99 %), ", c->gap_error_max_ns);
	put_duration(s, " (worst); at most ", c->late_max_ns);
	strbuf_puts(s, " late\n");
}

void send_report_text(const struct send_report *r, struct strbuf *s)
{
	const struct sums all = sum_links(r);
	const double cpu = send_cpu_seconds();

	strbuf_printf(s, "%s: ", r->verb);
	put_counts(all.offered, all.skipped, &all.counts, s);
	for (size_t i = 0; i < r->nr_links; i++) {
		const struct send_link *l = &r->links[i];

		if (r->nr_links > 1) {
			strbuf_printf(s, "  %s: ", l->name);
			put_counts(l->offered, send_skipped_frames(l), &l->counts, s);
		}
		put_link_trouble(l, s);
		if (r->timed)
			put_timing(l, s);
	}
	if (r->more_text)
		r->more_text(r->ctx, s);
	strbuf_printf(s, "  CPU %.2f s", cpu);
	if (all.counts.sent >= CPU_FRAMES_MIN)
		strbuf_printf(s, ", %.0f ns a frame", cpu * 1e9 / (double)all.counts.sent);
	if (r->rounds > 1)
		strbuf_printf(s, "; %" PRIu64 " rounds begun", r->rounds);
	strbuf_puts(s, r->interrupted ? "; interrupted\n" : "\n");
}

/* ---- for programs ---- */

static void put_number(struct strbuf *s, const char *name, uint64_t v)
{
	strbuf_printf(s, "\"%s\":%" PRIu64 ",", name, v);
}

static void put_string(struct strbuf *s, const char *name, const char *text)
{
	strbuf_printf(s, "\"%s\":", name);
	strbuf_json_string(s, text, strlen(text));
	strbuf_putc(s, ',');
}

/* In place of the comma behind the last member. */
static void close_object(struct strbuf *s, char with)
{
	if (s->len && s->text[s->len - 1] == ',')
		s->text[--s->len] = '\0';
	strbuf_putc(s, with);
}

static void put_json_counts(const struct sender_counts *c, struct strbuf *s)
{
	put_number(s, "sent", c->sent);
	put_number(s, "sent_bytes", c->sent_bytes);
	put_number(s, "failed", send_failed_frames(c));
	strbuf_puts(s, "\"failed_by\":{");
	for (size_t i = 0; i < TRANSMIT_NR_FAILURES; i++)
		put_number(s, failures[i].name, c->failed[i]);
	close_object(s, '}');
	strbuf_putc(s, ',');
	put_number(s, "kernel_full", c->full);
	put_number(s, "link_waits", c->waits);
	put_number(s, "link_waited_ns", c->waited_ns);
	strbuf_printf(s, "\"span_seconds\":%.9f,", span(c));
	strbuf_printf(s, "\"packets_per_second\":%.3f,", packet_rate(c));
	strbuf_printf(s, "\"bits_per_second\":%.3f,", bit_rate(c));
}

static void put_json_timing(const struct sender_counts *c, struct strbuf *s)
{
	strbuf_puts(s, "\"timing\":{");
	put_number(s, "gaps", c->timed);
	put_number(s, "error_median_ns", c->gap_error_median_ns);
	put_number(s, "error_p99_ns", c->gap_error_p99_ns);
	put_number(s, "error_max_ns", c->gap_error_max_ns);
	put_number(s, "late_max_ns", c->late_max_ns);
	close_object(s, '}');
	strbuf_putc(s, ',');
}

static void put_json_link(const struct send_report *r, const struct send_link *l, struct strbuf *s)
{
	strbuf_putc(s, '{');
	put_string(s, "interface", l->name);
	put_number(s, "threads", MAX_OF(l->threads, 1u));
	put_number(s, "offered", l->offered);
	put_json_counts(&l->counts, s);
	put_number(s, "skipped", send_skipped_frames(l));
	strbuf_puts(s, "\"skipped_by\":{");
	for (size_t i = 0; i < l->nr_skipped; i++)
		put_number(s, l->skipped[i].name, l->skipped[i].frames);
	close_object(s, '}');
	strbuf_putc(s, ',');
	if (l->have_drops) {
		put_number(s, "interface_dropped", l->dropped);
		put_number(s, "interface_errors", l->errors);
	}
	if (r->timed && l->counts.timed)
		put_json_timing(&l->counts, s);
	close_object(s, '}');
}

void send_report_json(const struct send_report *r, struct strbuf *s)
{
	const struct sums all = sum_links(r);
	const uint64_t end = r->end_ns ? r->end_ns : clock_monotonic_ns();

	strbuf_putc(s, '{');
	put_number(s, "offered", all.offered);
	put_json_counts(&all.counts, s);
	put_number(s, "skipped", all.skipped);
	strbuf_puts(s, "\"interfaces\":[");
	for (size_t i = 0; i < r->nr_links; i++) {
		put_json_link(r, &r->links[i], s);
		strbuf_putc(s, ',');
	}
	close_object(s, ']');
	strbuf_putc(s, ',');
	if (r->rounds)
		put_number(s, "rounds", r->rounds);
	if (r->more_json)
		r->more_json(r->ctx, s);
	if (r->failure)
		put_string(s, "failure", r->failure);
	strbuf_printf(s, "\"interrupted\":%s,", r->interrupted ? "true" : "false");
	strbuf_printf(s, "\"cpu_seconds\":%.6f,\"seconds\":%.6f}\n", send_cpu_seconds(),
		      r->start_ns ? (double)(end - r->start_ns) / 1e9 : 0);
}

void send_report_print(const struct send_report *r, bool json, bool quiet)
{
	char text[REPORT_SIZE];
	struct strbuf s = strbuf_over(text, sizeof(text));
	const struct sums all = sum_links(r);

	if (json) {
		send_report_json(r, &s);
		fwrite(s.text, 1, s.len, stdout);
		fflush(stdout);
	} else if (!quiet || all.failed || all.skipped) {
		send_report_text(r, &s);
		fwrite(s.text, 1, s.len, stderr);
	}
}

void send_report_progress(const struct send_report *r, struct sender_counts *before, uint64_t ns,
			  double percent, struct strbuf *s)
{
	const struct sums all = sum_links(r);
	const double seconds = (double)MAX_OF(ns, 1u) / 1e9;

	strbuf_printf(s, "%s: ", r->verb);
	if (percent >= 0)
		strbuf_printf(s, "%.0f %%, ", percent);
	strbuf_printf(s, "%" PRIu64 " sent, ", all.counts.sent);
	format_count(s, (double)(all.counts.sent - before->sent) / seconds);
	strbuf_puts(s, " packets/s, ");
	format_rate(s, (double)(all.counts.sent_bytes - before->sent_bytes) * 8 / seconds);
	if (all.failed)
		strbuf_printf(s, ", %" PRIu64 " failed", all.failed);
	if (all.skipped)
		strbuf_printf(s, ", %" PRIu64 " skipped", all.skipped);
	*before = all.counts;
}
