#include "cli/out_report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/verbs.h"
#include "core/log.h"
#include "pcapio/pcapng_format.h"

/* For people, and for JSON. */
static const struct {
	const char *text, *json;
} kinds[LOST_NR] = {
	[LOST_NAMES] = { "of names", "names" },
	[LOST_STATISTICS] = { "of statistics", "statistics" },
	[LOST_SECRETS] = { "of secrets", "secrets" },
	[LOST_JOURNAL] = { "of a journal", "journal" },
	[LOST_CUSTOM] = { "custom", "custom" },
	[LOST_OTHER] = { "of other kinds", "other" },
};

static enum lost_block kind_of(uint32_t type)
{
	switch (type) {
	case PCAPNG_NRB:
		return LOST_NAMES;
	case PCAPNG_ISB:
		return LOST_STATISTICS;
	case PCAPNG_DSB:
		return LOST_SECRETS;
	case PCAPNG_JOURNAL:
		return LOST_JOURNAL;
	case PCAPNG_CB:
	case PCAPNG_DCB:
		return LOST_CUSTOM;
	default:
		return LOST_OTHER;
	}
}

int out_losses_block(struct out_losses *l, struct packet_out *out, size_t input,
		     const struct reader *r, const struct reader_block *block, struct errmsg *err)
{
	const uint64_t before = packet_out_counts(out).blocks_lost;
	const uint32_t type = block->type;
	const int code = packet_out_block(out, input, r, block, err);

	l->blocks[kind_of(type)] += packet_out_counts(out).blocks_lost - before;
	return code;
}

static void note_blocks(const struct out_losses *l, uint64_t lost, bool pcapng)
{
	char text[256];
	struct strbuf s = strbuf_over(text, sizeof(text));

	for (int i = 0; i < LOST_NR; i++)
		if (l->blocks[i])
			strbuf_printf(&s, "%s%" PRIu64 " %s", s.len ? ", " : "", l->blocks[i],
				      kinds[i].text);
	log_note("lost: %" PRIu64 " block%s (%s): %s", lost, lost == 1 ? "" : "s", text,
		 pcapng ? "they cannot be put into another section"
			: "only pcapng has a place for them");
}

void out_losses_note(const struct out_losses *l, const struct packet_out_counts *c,
		     const struct packet_out_options *o)
{
	const bool pcapng = o->format == PACKET_FORMAT_PCAPNG;

	if (c->cut)
		log_note("cut: %" PRIu64 " packets to %" PRIu32 " bytes", c->cut, o->snaplen);
	if (c->blocks_lost)
		note_blocks(l, c->blocks_lost, pcapng);
	if (c->options_lost)
		log_note(
			"lost: options of %" PRIu64 " packets and blocks: %s", c->options_lost,
			pcapng ? "they are not to be copied, or not known and in another byte order"
			       : "comments, direction and the like have a place in pcapng only");
	if (c->times_lost)
		log_note("lost: digits of the time stamps of %" PRIu64 " packets%s", c->times_lost,
			 pcapng ? ""
			 : o->format == PACKET_FORMAT_PCAP
				 ? "; --format pcap-ns keeps nanoseconds"
				 : "; only pcapng has more than nanoseconds");
	if (c->no_time)
		log_note("%" PRIu64 " packets have no time stamp%s and got 0, which is 1970%s",
			 c->no_time, pcapng ? "" : ", or one before 1970,",
			 pcapng ? "" : "; pcapng keeps what they have");
}

void out_losses_json(const struct out_losses *l, const struct packet_out_counts *c,
		     struct strbuf *s)
{
	strbuf_printf(s,
		      "\"packets\":%" PRIu64 ",\"bytes\":%" PRIu64 ",\"packets_cut\":%" PRIu64
		      ",\"times_lost\":%" PRIu64 ",\"options_lost\":%" PRIu64
		      ",\"packets_without_time\":%" PRIu64 ",\"blocks_lost\":{",
		      c->packets, c->bytes, c->cut, c->times_lost, c->options_lost, c->no_time);
	for (int i = 0; i < LOST_NR; i++)
		strbuf_printf(s, "%s\"%s\":%" PRIu64, i ? "," : "", kinds[i].json, l->blocks[i]);
	strbuf_puts(s, "},");
}

void out_report_print(const struct packet_out_options *o, const struct strbuf *s)
{
	FILE *f = strcmp(o->path, "-") ? stdout : stderr;

	fwrite(s->text, 1, s->len, f);
}

bool out_is_new(const struct packet_out_options *o)
{
	struct stat st;

	return strcmp(o->path, "-") && stat(o->path, &st) && errno == ENOENT;
}

/* What was begun is of no use. */
static void remove_output(const struct packet_out_options *o)
{
	if (!unlink(o->path))
		log_note("%s: removed, it was not complete", o->path);
	else if (errno != ENOENT) /* else it has never come to be */
		log_error("%s: is not complete, and cannot be removed: %s", o->path,
			  strerror(errno));
}

int out_end(const struct packet_out_options *o, struct packet_out *out, bool is_new, int code,
	    struct errmsg *err, bool early)
{
	const char *name = strcmp(o->path, "-") ? o->path : "standard output";
	struct errmsg closing = { .text = "" };
	const int closed = packet_out_close(out, code != 0, &closing);

	if (code == -EPIPE || (!code && closed == -EPIPE))
		return EXIT_DONE; /* whoever reads us has seen enough */
	if (code)
		log_error("%s", err->text);
	else if (closed)
		log_error("%s", closing.text);
	else
		return early ? EXIT_EARLY : EXIT_DONE;
	if (is_new)
		remove_output(o);
	else
		log_note("%s: holds a part of the packets, and may end in the middle of one", name);
	return is_new ? EXIT_NOT_STARTED : EXIT_EARLY;
}

void out_report_string(struct strbuf *s, const char *text)
{
	if (text)
		strbuf_json_string(s, text, strlen(text));
	else
		strbuf_puts(s, "null");
}
