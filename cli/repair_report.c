#include "cli/repair_report.h"

#include <inttypes.h>
#include <string.h>

#include "cli/info_print_blocks.h"
#include "cli/info_text.h"
#include "core/linktype.h"

enum { TEXT_MAX = 1 << 16 /* JSON makes six bytes of each in two paths, at most */ };

bool repair_was_whole(const struct salvage_report *r)
{
	return !r->nr_regions && !r->failure && !r->nr_holes && !r->stopped &&
	       r->format != READER_UNKNOWN;
}

static const char *format_name(const struct salvage_report *r)
{
	return r->format == READER_PCAPNG ? "pcapng"
	       : r->format == READER_PCAP ? "pcap"
					  : "unknown";
}

static void put_made(const struct repair_result *res, struct strbuf *s)
{
	const struct salvage_report *r = res->report;
	const char *name = linktype_name(r->linktype_made);

	if (!r->header_made && !r->sections_made && !r->interfaces_made)
		return;
	put_label(s, "Made anew");
	if (r->header_made)
		strbuf_puts(s, r->format == READER_PCAP ? "the file header"
							: "the first section's header");
	if (r->sections_made) {
		strbuf_puts(s, r->header_made ? ", " : "");
		put_plural(s, r->sections_made, "section header", "section headers");
	}
	if (r->interfaces_made) {
		strbuf_puts(s, r->header_made || r->sections_made ? ", " : "");
		put_plural(s, r->interfaces_made, "interface", "interfaces");
	}
	strbuf_putc(s, '\n');
	if (!r->interfaces_made && r->format == READER_PCAPNG)
		return;
	put_label(s, "");
	strbuf_printf(s, "link type %u", r->linktype_made);
	if (name)
		strbuf_printf(s, " (%s)", name);
	strbuf_puts(s, ", time stamps in ");
	info_put_resolution(r->tsresol_made, s);
	strbuf_puts(s, res->linktype_given ? "\n" : "; if that is wrong: --linktype\n");
}

static void put_lost(const struct salvage_report *r, struct strbuf *s, FILE *out)
{
	const uint64_t nr = MIN_OF(r->nr_regions, (uint64_t)INFO_LIST_MAX);

	put_label(s, "Lost");
	if (!r->nr_regions) {
		strbuf_puts(s, "nothing\n");
		return;
	}
	put_bytes(s, r->lost_bytes);
	strbuf_puts(s, " in ");
	put_plural(s, r->nr_regions, "place", "places");
	strbuf_putc(s, '\n');
	for (uint64_t i = 0; i < nr; i++) {
		const struct salvage_region *region = &r->regions[i];

		strbuf_printf(s, "  offset %-12" PRIu64 " %12" PRIu64 " bytes  %s\n",
			      region->offset, region->len, salvage_reason_text(region->reason));
		write_out(s, out);
	}
	if (r->nr_regions > nr)
		strbuf_printf(s, "  and %" PRIu64 " places more (--json has the first %d)\n",
			      r->nr_regions - nr, SALVAGE_REGIONS_MAX);
}

static void put_unreadable(const struct salvage_report *r, struct strbuf *s, FILE *out)
{
	const uint64_t nr = MIN_OF(r->nr_holes, (uint64_t)INFO_LIST_MAX);

	if (r->failure) {
		put_label(s, "Unreadable");
		put_clean(s, r->failure_text.text, strlen(r->failure_text.text), TEXT_MAX / 2);
		strbuf_putc(s, '\n');
	}
	if (r->nr_holes) {
		put_label(s, "Damaged");
		put_bytes(s, r->hole_bytes);
		strbuf_puts(s, " of compressed frames in ");
		put_plural(s, r->nr_holes, "place", "places");
		strbuf_puts(s, r->nr_holes == 1 ? "; what came out of it is used, unchecked\n"
						: "; what came out of them is used, unchecked\n");
	}
	for (uint64_t i = 0; i < nr; i++) {
		strbuf_printf(s,
			      "  byte   %-12" PRIu64 " %12" PRIu64 " bytes  of the file itself\n",
			      r->holes[i].offset, r->holes[i].len);
		write_out(s, out);
	}
	if (r->nr_holes > nr)
		strbuf_printf(s, "  and %" PRIu64 " places more (--json has the first %d)\n",
			      r->nr_holes - nr, SALVAGE_REGIONS_MAX);
	if (r->ends_early && !r->stopped) {
		put_label(s, "");
		strbuf_puts(s, "nothing whole was found behind that\n");
	}
}

void repair_print_text(const struct repair_result *res, FILE *out)
{
	const struct salvage_report *r = res->report;
	char text[TEXT_MAX];
	struct strbuf s = strbuf_over(text, sizeof(text));

	put_label(&s, "File");
	put_string(&s, res->path);
	strbuf_printf(&s, ", %s, ", format_name(r));
	put_bytes(&s, res->read);
	strbuf_putc(&s, '\n');
	put_label(&s, "State");
	if (r->stopped)
		strbuf_puts(&s, "interrupted: what follows is of the part before\n");
	else
		strbuf_puts(&s, repair_was_whole(r) ? "whole: nothing to repair\n" : "damaged\n");
	put_label(&s, "Saved");
	put_plural(&s, r->packets, "packet", "packets");
	if (r->format == READER_PCAPNG)
		strbuf_printf(&s, ", %" PRIu64 " blocks", r->blocks);
	strbuf_puts(&s, ", ");
	put_bytes(&s, r->bytes);
	strbuf_putc(&s, '\n');
	put_lost(r, &s, out);
	put_unreadable(r, &s, out);
	put_made(res, &s);
	put_label(&s, "Written");
	if (res->written)
		put_string(&s, res->written);
	else
		strbuf_puts(&s,
			    r->packets ? "nothing; -w NEW writes what can be saved" : "nothing");
	strbuf_putc(&s, '\n');
	write_out(&s, out);
}

static void put_key(struct strbuf *s, const char *key, uint64_t v)
{
	strbuf_printf(s, ",\"%s\":%" PRIu64, key, v);
}

static void print_regions(const struct salvage_report *r, struct strbuf *s, FILE *out)
{
	const char *separator = "";

	strbuf_puts(s, ",\"reasons\":{");
	for (unsigned i = 0; i < SALVAGE_NR; i++)
		if (r->reasons[i]) {
			strbuf_printf(s, "%s\"%s\":%" PRIu64, separator,
				      salvage_reason_name((enum salvage_reason)i), r->reasons[i]);
			separator = ",";
		}
	strbuf_puts(s, "},\"regions\":[");
	for (uint64_t i = 0; i < MIN_OF(r->nr_regions, (uint64_t)SALVAGE_REGIONS_MAX); i++) {
		strbuf_printf(s, "%s{\"offset\":%" PRIu64 ",\"length\":%" PRIu64, i ? "," : "",
			      r->regions[i].offset, r->regions[i].len);
		strbuf_printf(s, ",\"reason\":\"%s\"}", salvage_reason_name(r->regions[i].reason));
		write_out(s, out);
	}
	strbuf_putc(s, ']');
}

static void print_holes(const struct salvage_report *r, struct strbuf *s, FILE *out)
{
	put_key(s, "damaged_frames_places", r->nr_holes);
	put_key(s, "damaged_frames_bytes", r->hole_bytes);
	strbuf_puts(s, ",\"damaged_frames\":[");
	for (uint64_t i = 0; i < MIN_OF(r->nr_holes, (uint64_t)SALVAGE_REGIONS_MAX); i++) {
		strbuf_printf(s, "%s{\"file_offset\":%" PRIu64 ",\"length\":%" PRIu64 "}",
			      i ? "," : "", r->holes[i].offset, r->holes[i].len);
		write_out(s, out);
	}
	strbuf_putc(s, ']');
}

void repair_print_json(const struct repair_result *res, FILE *out)
{
	const struct salvage_report *r = res->report;
	char text[TEXT_MAX];
	struct strbuf s = strbuf_over(text, sizeof(text));

	strbuf_puts(&s, "{\"file\":");
	strbuf_json_string(&s, res->path, strlen(res->path));
	strbuf_printf(&s, ",\"format\":\"%s\",\"whole\":%s,\"interrupted\":%s", format_name(r),
		      repair_was_whole(r) ? "true" : "false", r->stopped ? "true" : "false");
	put_key(&s, "bytes_read", res->read);
	put_key(&s, "packets_saved", r->packets);
	put_key(&s, "blocks_saved", r->blocks);
	put_key(&s, "bytes_saved", r->bytes);
	put_key(&s, "bytes_lost", r->lost_bytes);
	put_key(&s, "places", r->nr_regions);
	print_regions(r, &s, out);
	if (r->failure) {
		strbuf_puts(&s, ",\"unreadable\":");
		strbuf_json_string(&s, r->failure_text.text, strlen(r->failure_text.text));
	}
	if (r->nr_holes)
		print_holes(r, &s, out);
	strbuf_printf(&s, ",\"header_made\":%s", r->header_made ? "true" : "false");
	put_key(&s, "sections_made", r->sections_made);
	put_key(&s, "interfaces_made", r->interfaces_made);
	if (r->interfaces_made || (r->header_made && r->format == READER_PCAP)) {
		put_key(&s, "linktype_made", r->linktype_made);
		put_key(&s, "tsresol_made", r->tsresol_made);
	}
	if (res->written) {
		strbuf_puts(&s, ",\"written\":");
		strbuf_json_string(&s, res->written, strlen(res->written));
	}
	strbuf_puts(&s, "}\n");
	write_out(&s, out);
}
