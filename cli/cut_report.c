#include "cli/cut_report.h"

#include <inttypes.h>
#include <string.h>

#include "core/log.h"

enum { REPORT_SIZE = 64 << 10, LIST_SHOWN = 8 };

/* For people ("80 by the filter"), and for JSON. */
static const struct {
	const char *text, *json;
} causes[CUT_NR_CAUSES] = {
	[CUT_NUMBER] = { "by --packets", "number" },
	[CUT_TIME] = { "by time", "time" },
	[CUT_LENGTH] = { "by length", "length" },
	[CUT_INTERFACE] = { "of other interfaces", "interface" },
	[CUT_FILTER] = { "by the filter", "filter" },
	[CUT_DISPLAY] = { "by -Y", "display_filter" },
	[CUT_DUPLICATES] = { "duplicates", "duplicates" },
	[CUT_COUNT] = { "by --skip", "skip" },
};

static const char *cause_text(const struct cut_options *o, int cause)
{
	if (cause == CUT_DUPLICATES && o->duplicates == DUPLICATES_ONLY)
		return "no duplicates";
	return cause == CUT_COUNT && o->last ? "before the last" : causes[cause].text;
}

static void put_left_out(struct strbuf *s, const struct cut_selection *sel)
{
	const char *before = " (left out: ";

	for (int i = 0; i < CUT_NR_CAUSES; i++)
		if (sel->left_out[i]) {
			strbuf_printf(s, "%s%" PRIu64 " %s", before, sel->left_out[i],
				      cause_text(sel->o, i));
			before = ", ";
		}
	if (*before == ',')
		strbuf_putc(s, ')');
}

static void put_files(struct strbuf *s, const struct cut_parts *p)
{
	if (!cut_is_split(p->o) || !p->nr_made)
		return;
	if (p->nr_made == 1)
		strbuf_printf(s, ": 1 file, %s", p->first);
	else
		strbuf_printf(s, ": %" PRIu64 " files, %s to %s", p->nr_made, p->first, p->last);
}

/* A name that no interface has is a mistake more often than not. */
static void note_interfaces(const struct cut_result *c)
{
	const struct cut_options *o = c->selection->o;
	const size_t nr = reader_nr_interfaces(c->reader);
	char text[512];
	struct strbuf s = strbuf_over(text, sizeof(text));

	for (uint32_t i = 0; i < nr && i < LIST_SHOWN; i++) {
		const char *name = reader_interface(c->reader, i)->name;

		strbuf_printf(&s, "%s%u%s%.32s", i ? ", " : "", i, name ? " " : "",
			      name ? name : "");
	}
	for (size_t i = 0; i < o->nr_interfaces; i++)
		if (!c->selection->interface_met[i])
			log_note("--interface %s: no packet of such a one; the file has %zu: %s%s",
				 o->interfaces[i], nr, text, nr > LIST_SHOWN ? ", ..." : "");
}

static void note_left_behind(const struct cut_result *c)
{
	const struct cut_selection *s = c->selection;
	const uint64_t forgotten = s->duplicates ? duplicates_forgotten(s->duplicates) : 0;

	if (forgotten)
		log_note("the window holds more than %d packets: %" PRIu64
			 " were forgotten too early, and duplicates of them are not seen",
			 DUPLICATES_MAX, forgotten);
	if (c->parts->blocks_left_out)
		log_note("left out: %" PRIu64 " statistics blocks of interfaces without a packet",
			 c->parts->blocks_left_out);
	if (s->statistics_early)
		log_note("left out: %" PRIu64 " statistics blocks from before --from",
			 s->statistics_early);
	if (c->parts->blocks.dropped)
		log_note("left out: %" PRIu64
			 " blocks (names, secrets, others): more than %d MiB of them, or of a "
			 "section without a packet; some parts are without",
			 c->parts->blocks.dropped, CUT_BLOCKS_MAX >> 20);
}

static void report_text(const struct cut_result *c)
{
	char text[2 * PATH_MAX + 1024];
	struct strbuf s = strbuf_over(text, sizeof(text));

	strbuf_printf(&s, "read %" PRIu64 ", %s %" PRIu64, c->selection->seen,
		      c->parts->write_failed ? "not all written of" : "written",
		      c->parts->total.packets);
	put_left_out(&s, c->selection);
	put_files(&s, c->parts);
	if (c->selection->passed.bytes)
		strbuf_printf(&s, "; %" PRIu64 " of them were passed over by the file's index",
			      c->selection->passed.packets);
	if (c->parts->write_failed)
		strbuf_puts(&s, "; what was written may end in the middle of a packet");
	log_note("%s%s", text, c->interrupted ? "; interrupted" : "");
}

static void put_string(struct strbuf *s, const char *key, const char *text)
{
	strbuf_printf(s, "\"%s\":", key);
	strbuf_json_string(s, text, strlen(text));
	strbuf_putc(s, ',');
}

static void report_json(const struct cut_result *c)
{
	const struct cut_selection *sel = c->selection;
	char text[REPORT_SIZE];
	struct strbuf s = strbuf_over(text, sizeof(text));

	strbuf_putc(&s, '{');
	put_string(&s, "file", sel->o->file);
	put_string(&s, "output", c->out->path);
	strbuf_printf(&s, "\"read\":%" PRIu64 ",\"matched\":%" PRIu64 ",\"written\":%" PRIu64 ",",
		      sel->seen, sel->matched, c->parts->total.packets);
	strbuf_puts(&s, "\"left_out\":{");
	for (int i = 0; i < CUT_NR_CAUSES; i++)
		strbuf_printf(&s, "%s\"%s\":%" PRIu64, i ? "," : "", causes[i].json,
			      sel->left_out[i]);
	strbuf_printf(&s, "},\"blocks_left_out\":%" PRIu64 ",\"files\":%" PRIu64 ",",
		      c->parts->blocks_left_out + c->parts->blocks.dropped + sel->statistics_early,
		      c->parts->nr_made);
	strbuf_printf(&s,
		      "\"passed_over\":{\"packets\":%" PRIu64 ",\"statistics\":%" PRIu64
		      ",\"bytes\":%" PRIu64 "},",
		      sel->passed.packets, sel->passed.statistics, sel->passed.bytes);
	put_string(&s, "first_file", c->parts->first);
	put_string(&s, "last_file", c->parts->last);
	strbuf_puts(&s, "\"output_totals\":{");
	out_losses_json(&c->parts->losses, &c->parts->total, &s);
	s.text[--s.len] = '\0'; /* a comma */
	strbuf_puts(&s, "},");
	if (c->failure)
		put_string(&s, "failure", c->failure);
	strbuf_printf(&s, "\"interrupted\":%s}\n", c->interrupted ? "true" : "false");
	out_report_print(c->out, &s);
}

void cut_report(const struct cut_result *c)
{
	if (c->selection->o->json) {
		report_json(c);
		return;
	}
	note_interfaces(c);
	note_left_behind(c);
	out_losses_note(&c->parts->losses, &c->parts->total, c->out);
	report_text(c);
}
