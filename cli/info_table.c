/* cli/info_table.c -- `ringtap info --table`: a line per file. */
#include <inttypes.h>
#include <string.h>

#include "cli/info_print.h"
#include "cli/info_text.h"
#include "core/clock.h"

void info_print_heads(FILE *out)
{
	fputs("file\tformat\tcompression\tfile_bytes\tpackets\tcaptured_bytes\toriginal_bytes\t"
	      "truncated_packets\tfirst\tlast\tduration\tpackets_per_second\tbits_per_second\t"
	      "packets_earlier\tinterfaces\tdropped_packets\tstate\n",
	      out);
}

static void put_times(const struct info *in, struct strbuf *s)
{
	const uint64_t ns = info_duration_ns(in);

	if (!in->times.packets) {
		strbuf_puts(s, "\t\t\t\t\t");
		return;
	}
	strbuf_putc(s, '\t');
	put_moment(s, in->times.first_ns, in->o->utc);
	strbuf_putc(s, '\t');
	put_moment(s, in->times.last_ns, in->o->utc);
	strbuf_putc(s, '\t');
	put_ns(s, ns);
	strbuf_putc(s, '\t');
	if (ns)
		strbuf_printf(s, "%.3f\t%.3f",
			      (double)in->packets * (double)NS_PER_SEC / (double)ns,
			      (double)in->wire_bytes * 8 * (double)NS_PER_SEC / (double)ns);
	else
		strbuf_putc(s, '\t');
}

void info_print_row(const struct info *in, FILE *out)
{
	static char text[1 << 14];
	struct strbuf s = strbuf_over(text, sizeof(text));

	put_clean(&s, in->path, strlen(in->path), sizeof(text) / 2);
	strbuf_printf(&s, "\t%s\t%s\t", reader_format_name(in->reader), codec_name(in->codec));
	if (in->size_known)
		strbuf_printf(&s, "%" PRIu64, in->size);
	strbuf_printf(&s, "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64, in->packets,
		      in->cap_bytes, in->wire_bytes, in->truncated);
	put_times(in, &s);
	strbuf_printf(&s, "\t%" PRIu64 "\t%zu\t%" PRIu64 "\t%s\n", in->times.earlier,
		      in->nr_interfaces, in->drops.packets, info_state_name(info_state(in)));
	write_out(&s, out);
}
