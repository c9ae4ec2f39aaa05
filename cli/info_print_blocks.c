#include "cli/info_print_blocks.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/info_text.h"
#include "cli/units.h"
#include "core/linktype.h"

void info_put_resolution(uint8_t tsresol, struct strbuf *s)
{
	const unsigned exponent = tsresol & 0x7f;

	if (tsresol & 0x80)
		strbuf_printf(s, "2^-%u s", exponent);
	else if (exponent == 9)
		strbuf_puts(s, "1 ns");
	else if (exponent == 6)
		strbuf_puts(s, "1 us");
	else if (exponent == 3)
		strbuf_puts(s, "1 ms");
	else
		strbuf_printf(s, "10^-%u s", exponent);
}

const char *info_secret_name(uint32_t type, char buffer[16])
{
	switch (type) { /* draft-ietf-opsawg-pcapng, section 4.7 */
	case 0x544c534b:
		return "TLS key log";
	case 0x5353484b:
		return "SSH key log";
	case 0x57474b4c:
		return "WireGuard key log";
	case 0x5a4e574b:
		return "ZigBee network key";
	case 0x5a415053:
		return "ZigBee APS key";
	case 0x55414b4c:
		return "OPC UA key log";
	}
	snprintf(buffer, 16, "0x%08x", type);
	return buffer;
}

/* "  label: text", on a line of its own. */
static void put_field(struct strbuf *s, const char *label, const char *text)
{
	if (!text || !*text)
		return;
	strbuf_printf(s, "  %-12s", label);
	put_string(s, text);
	strbuf_putc(s, '\n');
}

static void put_interface_drops(const struct drop_state *d, uint64_t dropcount, struct strbuf *s)
{
	if (d->nr_blocks)
		strbuf_printf(s, ", %" PRIu64 " dropped", d->lost);
	if (dropcount)
		strbuf_printf(s, ", %" PRIu64 " dropped as packets tell", dropcount);
}

static void put_interface(const struct info *in, uint32_t id, struct strbuf *s)
{
	const struct reader_interface *r = reader_interface(in->reader, id);
	const struct info_interface *i = &in->interfaces[id];
	const char *linktype = linktype_name(r->linktype);

	strbuf_printf(s, "Interface %u%s", id, r->name ? " " : "");
	put_string(s, r->name);
	strbuf_puts(s, ": ");
	if (linktype)
		strbuf_printf(s, "%s (%u)", linktype, r->linktype);
	else
		strbuf_printf(s, "link type %u", r->linktype);
	if (r->snaplen)
		strbuf_printf(s, ", snaplen %u", r->snaplen);
	strbuf_puts(s, ", ");
	info_put_resolution(r->tsresol, s);
	if (r->fcs_len)
		strbuf_printf(s, ", %u bytes of FCS", r->fcs_len);
	if (r->speed) {
		strbuf_puts(s, ", ");
		format_rate(s, (double)r->speed);
	}
	strbuf_puts(s, "\n  ");
	put_plural(s, i->packets, "packet", "packets");
	strbuf_printf(s, ", %" PRIu64 " bytes", i->cap_bytes);
	put_interface_drops(&i->drops, r->dropcount, s);
	strbuf_putc(s, '\n');
	if (i->timed && in->nr_interfaces > 1) {
		strbuf_puts(s, "  ");
		put_moment(s, i->first_ns, in->o->utc);
		strbuf_puts(s, " to ");
		put_moment(s, i->last_ns, in->o->utc);
		strbuf_putc(s, '\n');
	}
	put_field(s, "description", r->description);
	put_field(s, "filter", r->filter);
	put_field(s, "hardware", r->hardware);
	put_field(s, "system", r->os);
	put_field(s, "addresses", r->addresses);
}

void info_put_interfaces(const struct info *in, struct strbuf *s)
{
	for (uint32_t i = 0; i < in->nr_interfaces && i < INFO_LIST_MAX; i++)
		put_interface(in, i, s);
	if (in->nr_interfaces > INFO_LIST_MAX)
		strbuf_printf(s, "and %zu interfaces more (--json has them)\n",
			      in->nr_interfaces - INFO_LIST_MAX);
}

static void put_section_line(const struct info *in, uint32_t i, struct strbuf *s)
{
	const struct reader_section *section = reader_section(in->reader, i);

	strbuf_printf(s, "Section %u at %" PRIu64 ": %s, ", i, section->offset,
		      byte_order_name(section->swapped));
	put_plural(s, section->nr_interfaces, "interface", "interfaces");
	strbuf_puts(s, ", ");
	put_plural(s, in->section_packets[i], "packet", "packets");
	strbuf_putc(s, '\n');
}

void info_put_sections(const struct info *in, struct strbuf *s)
{
	const uint32_t nr = reader_nr_sections(in->reader);
	const uint32_t shown = MIN_OF(nr, (uint32_t)INFO_LIST_MAX);

	for (uint32_t i = 0; i < shown; i++) {
		const struct reader_section *section = reader_section(in->reader, i);

		if (nr > 1)
			put_section_line(in, i, s);
		else if (section->hardware || section->os || section->application)
			strbuf_puts(s, "Section\n");
		put_field(s, "hardware", section->hardware);
		put_field(s, "system", section->os);
		put_field(s, "program", section->application);
	}
	if (nr > shown)
		strbuf_printf(s, "and %u sections more\n", nr - shown);
}

void info_put_blocks(const struct info *in, struct strbuf *s)
{
	char name[BLOCK_NAME_MAX];

	if (!in->nr_types)
		return;
	put_label(s, "Blocks");
	for (size_t i = 0; i < in->nr_types; i++)
		strbuf_printf(s, "%s%s %" PRIu64, i ? ", " : "",
			      block_type_name(in->types[i].type, name), in->types[i].blocks);
	if (in->other_types)
		strbuf_printf(s, ", of other types %" PRIu64, in->other_types);
	strbuf_putc(s, '\n');
	if (in->names) {
		put_label(s, "Names");
		strbuf_printf(s, "%" PRIu64 " of addresses\n", in->names);
	}
	if (!in->nr_secrets)
		return;
	put_label(s, "Secrets");
	for (size_t i = 0; i < MIN_OF(in->nr_secrets, (uint64_t)INFO_SECRETS_MAX); i++)
		strbuf_printf(s, "%s%s, %u bytes", i ? "; " : "",
			      info_secret_name(in->secrets[i].type, name), in->secrets[i].len);
	if (in->nr_secrets > INFO_SECRETS_MAX)
		strbuf_printf(s, "; %" PRIu64 " more", in->nr_secrets - INFO_SECRETS_MAX);
	strbuf_putc(s, '\n');
}

void info_print_comments(const struct info *in, struct strbuf *s, FILE *out)
{
	if (!in->nr_comments)
		return;
	put_label(s, "Comments");
	strbuf_printf(s, "%" PRIu64, in->nr_comments);
	if (in->nr_comments > in->nr_comments_kept)
		strbuf_printf(s, "; the first %zu (--comments N shows more)", in->nr_comments_kept);
	strbuf_putc(s, '\n');
	for (size_t i = 0; i < in->nr_comments_kept; i++) {
		const struct info_comment *c = &in->comments[i];

		write_out(s, out);
		strbuf_printf(s, "  %s %" PRIu64 ": ", c->of, c->number);
		put_clean(s, c->text, c->len, INFO_STRING_SHOWN);
		strbuf_putc(s, '\n');
	}
	write_out(s, out);
}
