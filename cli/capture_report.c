/* cli/capture_report.c -- only numbers that were counted, and every loss with its cause. */
#include "cli/capture_report.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "cli/units.h"
#include "core/clock.h"

static double seconds(uint64_t ns)
{
	return (double)ns / (double)NS_PER_SEC;
}

/* "178 kpps", "13 pps": the count's own prefix, where it has one, stands at the unit. */
static void put_pps(struct strbuf *out, double packets)
{
	format_count(out, packets);
	if (out->len && out->text[out->len - 1] >= '0' && out->text[out->len - 1] <= '9')
		strbuf_putc(out, ' ');
	strbuf_puts(out, "pps");
}

void report_progress(const struct engine_totals *now, const struct engine_totals *before,
		     const struct report_context *ctx, struct strbuf *out)
{
	const double s = seconds(now->elapsed_ns - before->elapsed_ns);
	const double packets = s > 0 ? (double)(now->captured - before->captured) / s : 0;
	const double bits = s > 0 ? (double)(now->wire_bytes - before->wire_bytes) * 8 / s : 0;
	/* A file's end may take back the padding of its last write. */
	const uint64_t written =
		now->file_bytes > before->file_bytes ? now->file_bytes - before->file_bytes : 0;
	const double disk = s > 0 ? (double)written / s : 0;

	put_pps(out, packets);
	strbuf_puts(out, "  ");
	format_rate(out, bits);
	strbuf_puts(out, "  ");
	format_count(out, (double)(ctx->kind == REPORT_STORED ? now->stored : now->captured));
	strbuf_puts(out, ctx->kind == REPORT_STORED ? " stored  " : " captured  ");
	format_count(out, (double)now->lost_all);
	strbuf_puts(out, " dropped");
	if (now->nic_missed)
		strbuf_printf(out, " (NIC: %" PRIu64 ")", now->nic_missed);
	if (ctx->kind != REPORT_STORED)
		return;
	strbuf_printf(out, "  queue %" PRIu64 "/%" PRIu64 "  disk ", now->queue, now->ring_blocks);
	format_size(out, (uint64_t)disk);
	strbuf_puts(out, "/s");
	if (now->disk_bytes) {
		strbuf_puts(out, ", ");
		format_size(out, now->free_bytes);
		strbuf_puts(out, " free");
	}
}

/* The general words name every way in which an output refuses bytes: here the way is known. */
static const char *loss_words(const struct engine_totals *t, enum loss_cause cause)
{
	if (cause == LOSS_WRITE_ERROR && t->write_error == EPIPE)
		return "came when the reader of the output had gone";
	return loss_text(cause);
}

static void put_losses(const struct engine_totals *t, enum report_kind kind, struct strbuf *out)
{
	int i;

	for (i = 0; i < LOSS_NR; i++)
		if (t->lost[i])
			strbuf_printf(out, "  %" PRIu64 " %s: %s\n", t->lost[i],
				      loss_name((enum loss_cause)i),
				      loss_words(t, (enum loss_cause)i));
	if (t->nic_missed)
		strbuf_printf(out,
			      "  %" PRIu64
			      " missed by the NIC before the kernel saw them (not in 'seen')\n",
			      t->nic_missed);
	if (t->spool_lost > t->summaries_unwritten)
		strbuf_printf(out, "  %" PRIu64 " %s\n", t->spool_lost - t->summaries_unwritten,
			      kind == REPORT_PRINTED
				      ? "lines lost: whoever reads them was too slow"
				      : "summaries lost: the disk took them too slowly");
	if (t->summaries_unwritten)
		strbuf_printf(out, "  %" PRIu64 " summaries lost: %s\n", t->summaries_unwritten,
			      t->summary_error ? strerror(t->summary_error) : "not written");
	if (t->unordered)
		strbuf_printf(out,
			      "  %" PRIu64
			      " packets out of order: they came too late to be sorted\n",
			      t->unordered);
}

static void put_remedy(const struct engine_totals *t, struct strbuf *out)
{
	if (!t->lost[LOSS_RING_FULL])
		return;
	if (t->ring_held)
		strbuf_puts(
			out,
			"  the disk fell behind: a larger ring (-B) bridges stalls, a faster disk "
			"the rest\n");
	else
		strbuf_puts(out,
			    "  the workers fell behind: more rings (--cpus, --rings), fewer tasks "
			    "beside them\n");
}

/* What the files hold, before compression and after. */
static void put_compression(const struct engine_totals *t, struct strbuf *out)
{
	if (!t->compress_out)
		return;
	strbuf_printf(out, "  %s: ", codec_name(t->codec));
	format_size(out, t->compress_in);
	strbuf_puts(out, " became ");
	format_size(out, t->compress_out);
	strbuf_printf(out, " (%.2f to 1)\n", (double)t->compress_in / (double)t->compress_out);
}

static void put_durable(const struct engine_totals *t, struct strbuf *out)
{
	if (!t->durable_ns && !t->durable_bytes)
		return;
	strbuf_printf(out, "  durable: %" PRIu64 " syncs", t->syncs);
	if (t->syncs)
		strbuf_printf(out, ", %.1f ms each, %.1f ms the longest",
			      seconds(t->sync_ns) * 1e3 / (double)t->syncs,
			      seconds(t->sync_ns_max) * 1e3);
	strbuf_puts(out, "; a power cut would have cost up to ");
	if (t->durable_ns)
		strbuf_printf(out, "%.2f s, or ", seconds(t->durable_ns + t->sync_ns_max));
	format_size(out, t->unsynced_max);
	strbuf_puts(out, ", of what was written\n");
}

/* What became of the files beside their being finished. */
static void put_files(const struct engine_totals *t, struct strbuf *out)
{
	if (t->removed) {
		strbuf_printf(out, "  %" PRIu64 " of %" PRIu64 " files removed for newer ones (",
			      t->removed, t->files);
		format_size(out, t->removed_bytes);
		strbuf_puts(out, ")\n");
	}
	if (!t->post_run && !t->post_dropped && !t->post_waiting)
		return;
	strbuf_printf(out, "  --post: %" PRIu64 " commands run", t->post_run);
	if (t->post_failed)
		strbuf_printf(out, ", %" PRIu64 " of them failed", t->post_failed);
	if (t->post_waiting)
		strbuf_printf(out, ", %" PRIu64 " not ended", t->post_waiting);
	if (t->post_dropped)
		strbuf_printf(out, ", %" PRIu64 " files left without theirs", t->post_dropped);
	strbuf_putc(out, '\n');
}

void report_files(const struct engine_totals *t, struct strbuf *out)
{
	put_compression(t, out);
	put_durable(t, out);
	put_files(t, out);
}

void report_final(const struct engine_totals *t, const struct report_context *ctx,
		  struct strbuf *out)
{
	static const char *const words[] = { [REPORT_STORED] = "stored",
					     [REPORT_SUMMARISED] = "summarised",
					     [REPORT_PRINTED] = "printed",
					     [REPORT_COUNTED] = "counted" };
	const double s = seconds(t->elapsed_ns);
	/* A summary or a line that found no room is a packet lost for whoever asked for those only.
	 */
	const bool by_spool = ctx->kind == REPORT_SUMMARISED || ctx->kind == REPORT_PRINTED;
	const uint64_t unseen = by_spool ? MIN_OF(t->spool_lost + ctx->unprinted, t->captured) : 0;
	const uint64_t done = ctx->kind == REPORT_STORED ? t->stored : t->captured - unseen;

	strbuf_printf(out, "%" PRIu64 " packets seen, %" PRIu64 " %s", t->seen, done,
		      words[ctx->kind]);
	if (ctx->kind == REPORT_STORED) {
		strbuf_puts(out, " (");
		format_size(out, t->file_bytes);
		strbuf_printf(out, " in %s", ctx->output);
		if (t->files > 1)
			strbuf_printf(out, ", %" PRIu64 " files", t->files);
		strbuf_puts(out, ")");
	}
	strbuf_printf(out, ", %" PRIu64 " dropped", t->lost_all + unseen);
	if (t->in_flight)
		strbuf_printf(out, ", %" PRIu64 " on their way to it", t->in_flight);
	if (t->filtered)
		strbuf_printf(out, ", %" PRIu64 " not matched by -Y", t->filtered);
	if (t->beyond_limit)
		strbuf_printf(out, ", %" PRIu64 " after the last one wanted", t->beyond_limit);
	strbuf_printf(out, "; %.2f s, ", s);
	put_pps(out, s > 0 ? (double)t->captured / s : 0);
	strbuf_puts(out, ", ");
	format_rate(out, s > 0 ? (double)t->wire_bytes * 8 / s : 0);
	strbuf_printf(out, "; CPU %.2f s\n", ctx->cpu_seconds);
	put_losses(t, ctx->kind, out);
	if (ctx->unprinted)
		strbuf_printf(out, "  %" PRIu64 " lines were not printed: %s\n", ctx->unprinted,
			      ctx->reader_gone ? "their reader has gone"
					       : "their reader did not take them");
	put_remedy(t, out);
	report_files(t, out);
	if (t->writer_starts > 1)
		strbuf_printf(out, "  the writer was started %" PRIu64 " times\n",
			      t->writer_starts);
	if (t->summary_error)
		strbuf_printf(out, "  the summaries ended early: %s\n", strerror(t->summary_error));
	else if (t->write_error)
		strbuf_printf(out, "  writing ended early: %s\n",
			      t->write_error == EPIPE ? "the reader has gone"
						      : strerror(t->write_error));
}

static void put_number(struct strbuf *out, const char *name, uint64_t v)
{
	strbuf_printf(out, "\"%s\":%" PRIu64 ",", name, v);
}

static void put_file_numbers(struct strbuf *out, const struct engine_totals *t)
{
	put_number(out, "files", t->files);
	put_number(out, "files_removed", t->removed);
	put_number(out, "bytes_removed", t->removed_bytes);
	put_number(out, "post_run", t->post_run);
	put_number(out, "post_failed", t->post_failed);
	put_number(out, "post_not_run", t->post_dropped);
	put_number(out, "post_waiting", t->post_waiting);
	put_number(out, "disk_free_bytes", t->free_bytes);
}

void report_json(const struct engine_totals *t, const struct report_context *ctx,
		 struct strbuf *out)
{
	int i;

	strbuf_putc(out, '{');
	put_number(out, "packets_seen", t->seen);
	put_number(out, "packets_captured", t->captured);
	put_number(out, "packets_stored", t->stored);
	put_number(out, "packets_dropped", t->lost_all);
	strbuf_puts(out, "\"dropped\":{");
	for (i = 0; i < LOSS_NR; i++)
		strbuf_printf(out, "%s\"%s\":%" PRIu64, i ? "," : "", loss_name((enum loss_cause)i),
			      t->lost[i]);
	strbuf_puts(out, "},");
	put_number(out, "lines_unprinted", ctx->unprinted);
	put_number(out, "packets_beyond_limit", t->beyond_limit);
	put_number(out, "packets_filtered", t->filtered);
	put_number(out, "packets_in_flight", t->in_flight);
	put_number(out, "packets_truncated", t->truncated);
	put_number(out, "nic_missed", t->nic_missed);
	put_number(out, "bytes_captured", t->captured_bytes);
	put_number(out, "bytes_stored", t->stored_bytes);
	put_number(out, "bytes_wire", t->wire_bytes);
	put_number(out, "file_bytes", t->file_bytes);
	put_file_numbers(out, t);
	put_number(out, "blocks", t->blocks);
	put_number(out, "blocks_inplace", t->blocks_inplace);
	put_number(out, "blocks_packed", t->blocks_packed);
	put_number(out, "freezes", t->freezes);
	put_number(out, "queue", t->queue);
	put_number(out, "queue_high", t->queue_high);
	put_number(out, "ring_blocks", t->ring_blocks);
	put_number(out, "rings", t->rings);
	put_number(out, "ring_bytes", t->ring_bytes);
	put_number(out, "spool_bytes", t->spool_bytes);
	put_number(out, "writes", t->writes);
	put_number(out, "writes_in_flight_high", t->in_flight_high);
	put_number(out, "write_ns_max", t->write_ns_max);
	put_number(out, "summaries", t->summaries);
	put_number(out, "summaries_lost", t->spool_lost);
	put_number(out, "wild", t->wild);
	put_number(out, "times_adjusted", t->ts_adjusted);
	put_number(out, "packets_unordered", t->unordered);
	put_number(out, "waits", t->waits);
	put_number(out, "writer_starts", t->writer_starts);
	if (t->codec != CODEC_NONE) {
		strbuf_printf(out, "\"compression\":\"%s\",", codec_name(t->codec));
		put_number(out, "compress_bytes_in", t->compress_in);
		put_number(out, "compress_bytes_out", t->compress_out);
	}
	if (t->durable_ns || t->durable_bytes) {
		put_number(out, "syncs", t->syncs);
		put_number(out, "sync_ns", t->sync_ns);
		put_number(out, "sync_ns_max", t->sync_ns_max);
		put_number(out, "unsynced_bytes_max", t->unsynced_max);
	}
	if (t->write_error) {
		strbuf_puts(out, "\"write_error\":");
		strbuf_json_string(out, strerror(t->write_error), strlen(strerror(t->write_error)));
		strbuf_putc(out, ',');
	}
	if (ctx->output) {
		strbuf_puts(out, "\"output\":");
		strbuf_json_string(out, ctx->output, strlen(ctx->output));
		strbuf_putc(out, ',');
	}
	if (ctx->cpu_seconds >= 0)
		strbuf_printf(out, "\"cpu_seconds\":%.6f,", ctx->cpu_seconds);
	strbuf_printf(out, "\"seconds\":%.6f}\n", seconds(t->elapsed_ns));
}
