/* cli/bridge_report.c -- what each direction passed on, and where the rest is. */
#include "cli/bridge_report.h"

#include <inttypes.h>

#include "cli/capture_report.h"
#include "cli/units.h"
#include "core/clock.h"
#include "pcapio/loss.h"

static double seconds(uint64_t ns)
{
	return (double)ns / (double)NS_PER_SEC;
}

uint64_t bridge_report_lost(const struct bridge_report *r)
{
	uint64_t lost = r->tap ? r->tap->lost_all : 0;
	uint32_t i;

	for (i = 0; i < r->nr_ways; i++)
		lost += r->ways[i].dropped_all - r->ways[i].dropped[BRIDGE_BEYOND_LIMIT];
	return lost;
}

static void put_rates(struct strbuf *out, double packets, double bytes)
{
	format_count(out, packets);
	strbuf_puts(out, " packets/s, ");
	format_rate(out, bytes * 8);
}

void bridge_report_progress(const struct bridge_report *now, const struct bridge_report *before,
			    struct strbuf *out)
{
	const double s = seconds(now->elapsed_ns - before->elapsed_ns);
	uint64_t dropped = 0;
	uint32_t i;

	for (i = 0; i < now->nr_ways; i++) {
		const struct bridge_totals *t = &now->ways[i], *b = &before->ways[i];

		strbuf_printf(out, "%s > %s  ", t->from, t->to);
		put_rates(out, s > 0 ? (double)(t->forwarded - b->forwarded) / s : 0,
			  s > 0 ? (double)(t->bytes - b->bytes) / s : 0);
		strbuf_puts(out, "   ");
		dropped += t->dropped_all;
	}
	format_count(out, (double)dropped);
	strbuf_puts(out, " dropped");
	if (!now->tap)
		return;
	strbuf_puts(out, "   ");
	format_count(out, (double)now->tap->stored);
	strbuf_puts(out, " stored, ");
	format_count(out, (double)now->tap->lost_all);
	strbuf_puts(out, " lost");
}

static void put_remedies(const struct bridge_totals *t, struct strbuf *out)
{
	if (t->dropped[BRIDGE_RING_FULL] && !t->ring_renewed)
		strbuf_puts(out, "  the machine was too slow: a larger ring (-B) bridges bursts, "
				 "a CPU of its own (--cpus) the rest\n");
	if (t->dropped[BRIDGE_TOO_BIG])
		strbuf_printf(out,
			      "  no packet socket can send them: ip link set %s gro_max_size 65536 "
			      "(gro_ipv4_max_size too), or the sender's gso_max_size\n",
			      t->from);
	if (t->dropped[BRIDGE_TUNNELLED])
		strbuf_printf(
			out,
			"  merge none to pass them on: ethtool -K %s gro off, or the sender's "
			"tunnel offloads off\n",
			t->from);
	if (t->ring_renewed)
		strbuf_printf(out,
			      "  %" PRIu64
			      " times the receive ring was stuck and replaced: a packet "
			      "came that the kernel cannot describe (LRO, UDP or SCTP offloads: "
			      "ethtool -k %s)\n",
			      t->ring_renewed, t->from);
}

static void put_way(const struct bridge_totals *t, double s, struct strbuf *out)
{
	int i;

	strbuf_printf(out,
		      "%s > %s: %" PRIu64 " packets received, %" PRIu64 " forwarded, %" PRIu64
		      " dropped",
		      t->from, t->to, t->received, t->forwarded, t->dropped_all);
	if (t->in_flight)
		strbuf_printf(out, ", %" PRIu64 " on their way", t->in_flight);
	strbuf_puts(out, "; ");
	put_rates(out, s > 0 ? (double)t->forwarded / s : 0, s > 0 ? (double)t->bytes / s : 0);
	strbuf_putc(out, '\n');
	for (i = 0; i < BRIDGE_NR_DROPS; i++)
		if (t->dropped[i])
			strbuf_printf(out, "  %" PRIu64 " %s: %s\n", t->dropped[i],
				      bridge_drop_name((enum bridge_drop)i),
				      bridge_drop_text((enum bridge_drop)i));
	put_remedies(t, out);
	if (t->super_frames)
		strbuf_printf(out, "  %" PRIu64 " of those forwarded were merged ones (GRO, GSO)\n",
			      t->super_frames);
	if (t->egress_dropped || t->egress_errors)
		strbuf_printf(out,
			      "  %s itself dropped %" PRIu64 " and failed at %" PRIu64
			      " of what was sent there, by whomever (not in 'dropped')\n",
			      t->to, t->egress_dropped, t->egress_errors);
}

static void put_tap(const struct bridge_report *r, struct strbuf *out)
{
	const struct engine_totals *t = r->tap;
	int i;

	strbuf_printf(out, "copy: %" PRIu64 " packets seen, %" PRIu64 " stored (", t->seen,
		      t->stored);
	format_size(out, t->file_bytes);
	strbuf_printf(out, " in %s", r->output);
	if (t->files > 1)
		strbuf_printf(out, ", %" PRIu64 " files", t->files);
	strbuf_printf(out, "), %" PRIu64 " lost\n", t->lost_all);
	for (i = 0; i < LOSS_NR; i++)
		if (t->lost[i])
			strbuf_printf(out, "  %" PRIu64 " %s: %s\n", t->lost[i],
				      loss_name((enum loss_cause)i), loss_text((enum loss_cause)i));
	report_files(t, out);
	if (r->tap_failed)
		strbuf_puts(out, "  the copy ended early; packets were passed on all the same\n");
}

void bridge_report_text(const struct bridge_report *r, struct strbuf *out)
{
	const double s = seconds(r->elapsed_ns);
	uint32_t i;

	for (i = 0; i < r->nr_ways; i++)
		put_way(&r->ways[i], s, out);
	if (r->tap)
		put_tap(r, out);
	strbuf_printf(out, "%.2f s; CPU %.2f s\n", s, r->cpu_seconds);
}

static void put_number(struct strbuf *out, const char *name, uint64_t v)
{
	strbuf_printf(out, "\"%s\":%" PRIu64 ",", name, v);
}

static void put_json_way(const struct bridge_totals *t, struct strbuf *out)
{
	int i;

	strbuf_puts(out, "{\"from\":");
	strbuf_json_string(out, t->from, strlen(t->from));
	strbuf_puts(out, ",\"to\":");
	strbuf_json_string(out, t->to, strlen(t->to));
	strbuf_putc(out, ',');
	put_number(out, "received", t->received);
	put_number(out, "forwarded", t->forwarded);
	put_number(out, "bytes_forwarded", t->bytes);
	put_number(out, "super_frames", t->super_frames);
	put_number(out, "checksums_left", t->offloaded);
	put_number(out, "packets_dropped", t->dropped_all);
	strbuf_puts(out, "\"dropped\":{");
	for (i = 0; i < BRIDGE_NR_DROPS; i++)
		strbuf_printf(out, "%s\"%s\":%" PRIu64, i ? "," : "",
			      bridge_drop_name((enum bridge_drop)i), t->dropped[i]);
	strbuf_puts(out, "},");
	put_number(out, "in_flight", t->in_flight);
	put_number(out, "waits", t->waits);
	put_number(out, "ring_renewed", t->ring_renewed);
	put_number(out, "egress_dropped", t->egress_dropped);
	strbuf_printf(out, "\"egress_errors\":%" PRIu64 "}", t->egress_errors);
}

void bridge_report_json(const struct bridge_report *r, struct strbuf *out)
{
	const struct report_context ctx = { .kind = REPORT_STORED,
					    .output = r->output,
					    .cpu_seconds = -1 };
	uint32_t i;

	strbuf_puts(out, "{\"directions\":[");
	for (i = 0; i < r->nr_ways; i++) {
		if (i)
			strbuf_putc(out, ',');
		put_json_way(&r->ways[i], out);
	}
	strbuf_puts(out, "],");
	if (r->tap) {
		strbuf_puts(out, "\"tap\":");
		report_json(r->tap, &ctx, out);
		out->len--; /* its newline */
		strbuf_printf(out, ",\"tap_failed\":%s,", r->tap_failed ? "true" : "false");
	}
	strbuf_printf(out, "\"cpu_seconds\":%.6f,\"seconds\":%.6f}\n", r->cpu_seconds,
		      seconds(r->elapsed_ns));
}
