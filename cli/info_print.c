/* cli/info_print.c -- `ringtap info` for people. */
#include "cli/info_print.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "cli/info_print_blocks.h"
#include "cli/info_text.h"
#include "cli/units.h"
#include "core/clock.h"

enum {
	TEXT_MAX = 1 << 17, /* of one paragraph */
};

enum info_state info_state(const struct info *in)
{
	if (in->interrupted)
		return INFO_INTERRUPTED;
	switch (in->failure) {
	case 0:
		return INFO_WHOLE;
	case -ENODATA:
		return INFO_CUT;
	case -EBADMSG:
	case -EOPNOTSUPP:
		return INFO_DAMAGED;
	default:
		return INFO_UNREADABLE;
	}
}

const char *info_state_name(enum info_state s)
{
	static const char *const names[] = { [INFO_WHOLE] = "whole",
					     [INFO_CUT] = "cut off",
					     [INFO_DAMAGED] = "damaged",
					     [INFO_UNREADABLE] = "unreadable",
					     [INFO_INTERRUPTED] = "interrupted" };

	return names[s];
}

uint64_t info_duration_ns(const struct info *in)
{
	return in->times.last_ns - in->times.first_ns;
}

static void put_format(const struct info *in, struct strbuf *s)
{
	const uint32_t nr = reader_nr_sections(in->reader);

	put_label(s, "Format");
	strbuf_puts(s, reader_format_name(in->reader));
	if (nr > 1)
		strbuf_printf(s, ", %u sections", nr);
	else if (nr)
		strbuf_printf(s, ", %s", byte_order_name(reader_section(in->reader, 0)->swapped));
	strbuf_putc(s, '\n');
	if (!in->size_known)
		return;
	put_label(s, "Size");
	put_bytes(s, in->size);
	if (in->codec != CODEC_NONE) {
		strbuf_printf(s, ", %s of ", codec_name(in->codec));
		put_bytes(s, in->read);
		strbuf_printf(s, ", %.2f : 1", in->size ? (double)in->read / (double)in->size : 0);
	}
	strbuf_putc(s, '\n');
}

static void put_hash(const struct info *in, struct strbuf *s)
{
	if (!in->sha256[0])
		return;
	put_label(s, "SHA-256");
	strbuf_puts(s, in->sha256);
	strbuf_putc(s, '\n');
}

static void put_state(const struct info *in, struct strbuf *s)
{
	const enum info_state state = info_state(in);

	put_label(s, "State");
	strbuf_puts(s, info_state_name(state));
	if (state == INFO_WHOLE) {
		strbuf_putc(s, '\n');
		return;
	}
	strbuf_puts(s, ": all that is said here is of the first ");
	put_bytes(s, in->read);
	strbuf_puts(s, ", which are whole");
	if (state == INFO_INTERRUPTED) {
		strbuf_puts(s, "; the rest was not read\n");
		return;
	}
	if (in->size_known && in->codec == CODEC_NONE && in->size > in->read) {
		strbuf_puts(s, "; behind them ");
		put_plural(s, in->size - in->read, "byte is not", "bytes are not");
	}
	strbuf_putc(s, '\n');
	put_label(s, "");
	put_clean(s, in->failure_text.text, strlen(in->failure_text.text), INFO_STRING_SHOWN);
	strbuf_putc(s, '\n');
	if (state == INFO_UNREADABLE)
		return;
	put_label(s, "");
	strbuf_puts(s, "'ringtap repair ");
	put_clean(s, in->path, strlen(in->path), INFO_STRING_SHOWN);
	strbuf_puts(s, " -w NEW' saves what can be saved\n");
}

static void put_packets(const struct info *in, struct strbuf *s)
{
	put_label(s, "Packets");
	strbuf_printf(s, "%" PRIu64 "\n", in->packets);
	if (!in->packets)
		return;
	put_label(s, "Captured");
	put_bytes(s, in->cap_bytes);
	strbuf_printf(s, ", %.1f per packet, at most %u\n",
		      (double)in->cap_bytes / (double)in->packets, in->cap_max);
	put_label(s, "Original");
	put_bytes(s, in->wire_bytes);
	strbuf_printf(s, ", %.1f per packet\n", (double)in->wire_bytes / (double)in->packets);
	put_label(s, "Truncated");
	if (in->truncated)
		put_plural(s, in->truncated, "packet is shorter than it was",
			   "packets are shorter than they were");
	else
		strbuf_puts(s, "none");
	strbuf_putc(s, '\n');
	if (!in->times_cut)
		return;
	put_label(s, "Times");
	put_plural(s, in->times_cut, "packet is", "packets are");
	strbuf_puts(s, " before 1970 or after 2554, and shown as of these ends\n");
}

/* Of quiet links the fraction is all there is. */
static void put_packet_rate(struct strbuf *s, double rate)
{
	if (rate < 10)
		strbuf_printf(s, "%.3g", rate);
	else
		format_count(s, rate);
	strbuf_puts(s, " packets/s, ");
}

static void put_times(const struct info *in, struct strbuf *s)
{
	const struct info_times *t = &in->times;
	const uint64_t ns = info_duration_ns(in);

	if (!t->packets)
		return;
	put_label(s, "First");
	put_moment(s, t->first_ns, in->o->utc);
	strbuf_putc(s, ' ');
	put_zone(s, t->first_ns, in->o->utc);
	strbuf_putc(s, '\n');
	put_label(s, "Last");
	put_moment(s, t->last_ns, in->o->utc);
	strbuf_putc(s, '\n');
	put_label(s, "Duration");
	put_ns(s, ns);
	strbuf_puts(s, " s");
	if (ns >= 60 * NS_PER_SEC) {
		strbuf_puts(s, " (");
		format_duration(s, ns);
		strbuf_putc(s, ')');
	}
	strbuf_putc(s, '\n');
	if (t->packets < in->packets) {
		put_label(s, "");
		put_plural(s, in->packets - t->packets, "packet has", "packets have");
		strbuf_puts(s, " no time stamp\n");
	}
	if (!ns)
		return;
	put_label(s, "Rate");
	put_packet_rate(s, (double)in->packets * (double)NS_PER_SEC / (double)ns);
	format_rate(s, (double)in->wire_bytes * 8 * (double)NS_PER_SEC / (double)ns);
	strbuf_putc(s, '\n');
}

static void put_order(const struct info *in, struct strbuf *s)
{
	const struct info_times *t = &in->times;
	const uint64_t window_ns = 200 * NS_PER_MS; /* the default of `ringtap read` */

	if (t->packets < 2)
		return;
	put_label(s, "Order");
	if (!t->late_ns) {
		strbuf_puts(s, "in order of time\n");
		return;
	}
	put_plural(s, t->earlier, "packet is", "packets are");
	strbuf_puts(s, " earlier than the one before, by up to ");
	format_duration(s, t->step_back_ns);
	strbuf_putc(s, '\n');
	put_label(s, "");
	strbuf_puts(s, "at most ");
	format_duration(s, t->late_ns);
	strbuf_puts(s, " behind the latest so far: ");
	if (t->late_ns <= window_ns) {
		strbuf_puts(s, "'ringtap read' sorts that by itself\n");
	} else {
		strbuf_puts(s, "'ringtap read --window ");
		strbuf_uint(s, t->late_ns / NS_PER_MS + 1);
		strbuf_puts(s, "ms' sorts that\n");
	}
}

static void put_gap(const struct info *in, const struct gap *g, struct strbuf *s)
{
	format_duration(s, g->to_ns - g->from_ns);
	strbuf_puts(s, " from ");
	put_moment(s, g->from_ns, in->o->utc);
	strbuf_puts(s, " to ");
	put_moment(s, g->to_ns, in->o->utc);
	strbuf_putc(s, '\n');
}

static void put_gaps(const struct info *in, struct strbuf *s)
{
	const struct info_times *t = &in->times;
	const struct gap *longest = info_times_longest(t);

	if (longest) {
		put_label(s, "Longest gap");
		put_gap(in, longest, s);
	}
	if (!in->o->gap_given || !t->packets)
		return;
	put_label(s, "Gaps");
	strbuf_printf(s, "%" PRIu64 " of at least ", t->gaps);
	format_duration(s, t->gap_min_ns);
	if (t->gaps > t->nr_kept)
		strbuf_printf(s, "; these are the longest %zu", t->nr_kept);
	strbuf_putc(s, '\n');
	for (size_t i = 0; i < t->nr_kept; i++) {
		strbuf_puts(s, "  ");
		put_gap(in, &t->kept[i], s);
	}
}

static void put_drops(const struct info *in, struct strbuf *s)
{
	const struct info_drops *d = &in->drops;
	const size_t nr = MIN_OF(d->nr_kept, (size_t)INFO_LIST_MAX);

	if (!reader_nr_sections(in->reader))
		return;
	put_label(s, "Dropped");
	if (!d->packets) {
		bool told = false;

		for (size_t i = 0; i < in->nr_interfaces; i++)
			told |= in->interfaces[i].drops.nr_blocks > 0;
		strbuf_puts(s, told ? "none\n" : "not told: no statistics block says\n");
		return;
	}
	put_plural(s, d->packets, "packet", "packets");
	strbuf_puts(s, " in ");
	put_plural(s, d->nr_intervals, "interval", "intervals");
	if (nr < d->nr_intervals)
		strbuf_printf(s, "; the first %zu (--json has more):", nr);
	strbuf_putc(s, '\n');
	for (size_t i = 0; i < nr; i++) {
		const struct drop_interval *v = &d->kept[i];

		strbuf_puts(s, "  ");
		if (v->from_ns)
			put_moment(s, v->from_ns, in->o->utc);
		else
			strbuf_puts(s, "the beginning");
		strbuf_puts(s, " to ");
		put_moment(s, v->to_ns, in->o->utc);
		strbuf_printf(s, "  %" PRIu64 "  interface %u ", v->packets, v->interface_id);
		put_string(s, reader_interface(in->reader, v->interface_id)->name);
		strbuf_putc(s, '\n');
	}
}

void info_print_text(const struct info *in, FILE *out)
{
	static void (*const paragraphs[])(const struct info *in, struct strbuf *s) = {
		put_format,          put_hash,          put_state,      put_packets,
		put_times,           put_order,         put_gaps,       put_drops,
		info_put_interfaces, info_put_sections, info_put_blocks
	};
	static char text[TEXT_MAX];
	struct strbuf s = strbuf_over(text, sizeof(text));

	put_label(&s, "File");
	put_string(&s, reader_name(in->reader));
	strbuf_putc(&s, '\n');
	for (size_t i = 0; i < ARRAY_SIZE(paragraphs); i++) {
		paragraphs[i](in, &s);
		write_out(&s, out);
	}
	info_print_comments(in, &s, out);
}
