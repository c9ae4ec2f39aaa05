/* cli/info_json.c -- `ringtap info --json`: names that stay, for scripts. */
#include <inttypes.h>
#include <string.h>

#include "cli/info_print.h"
#include "cli/info_print_blocks.h"
#include "cli/info_text.h"
#include "core/clock.h"
#include "core/linktype.h"

enum { ITEM_MAX = 1 << 16 };

static void put_text(struct strbuf *s, const char *key, const char *text)
{
	if (!text)
		return;
	strbuf_printf(s, ",\"%s\":", key);
	strbuf_json_string(s, text, strlen(text));
}

static void put_number(struct strbuf *s, const char *key, uint64_t v)
{
	strbuf_printf(s, ",\"%s\":%" PRIu64, key, v);
}

static void put_bool(struct strbuf *s, const char *key, bool v)
{
	strbuf_printf(s, ",\"%s\":%s", key, v ? "true" : "false");
}

static void put_seconds(struct strbuf *s, const char *key, uint64_t ns)
{
	strbuf_printf(s, ",\"%s\":", key);
	put_ns(s, ns);
}

/* As ISO 8601 and as seconds since 1970. */
static void put_time(struct strbuf *s, const char *key, uint64_t ns)
{
	strbuf_printf(s, ",\"%s\":\"", key);
	put_moment(s, ns, true);
	strbuf_printf(s, "\",\"%s_epoch\":", key);
	put_ns(s, ns);
}

/* Opens the next element of an array; put_...() begin with a comma, the first key has none. */
static void begin_item(struct strbuf *s, size_t index, const char *key, uint64_t v)
{
	strbuf_printf(s, "%s{\"%s\":%" PRIu64, index ? "," : "", key, v);
}

static void put_file(const struct info *in, struct strbuf *s)
{
	strbuf_puts(s, "{\"file\":");
	strbuf_json_string(s, in->path, strlen(in->path));
	put_text(s, "format", reader_format_name(in->reader));
	if (reader_section(in->reader, 0))
		put_text(s, "byte_order", byte_order_name(reader_section(in->reader, 0)->swapped));
	put_text(s, "compression", codec_name(in->codec));
	if (in->size_known)
		put_number(s, "file_bytes", in->size);
	put_number(s, "whole_bytes", in->read);
	put_text(s, "state", info_state_name(info_state(in)));
	put_text(s, "reason", in->failure ? in->failure_text.text : NULL);
	put_text(s, "sha256", in->sha256[0] ? in->sha256 : NULL);
}

static void put_counts(const struct info *in, struct strbuf *s)
{
	const uint64_t ns = info_duration_ns(in);

	put_number(s, "packets", in->packets);
	put_number(s, "captured_bytes", in->cap_bytes);
	put_number(s, "original_bytes", in->wire_bytes);
	put_number(s, "captured_max", in->cap_max);
	put_number(s, "truncated_packets", in->truncated);
	put_number(s, "packets_without_time", in->packets - in->times.packets);
	put_number(s, "times_cut", in->times_cut);
	if (!in->times.packets)
		return;
	put_time(s, "first", in->times.first_ns);
	put_time(s, "last", in->times.last_ns);
	put_seconds(s, "duration", ns);
	if (!ns)
		return;
	strbuf_printf(s, ",\"packets_per_second\":%.3f,\"bits_per_second\":%.3f",
		      (double)in->packets * (double)NS_PER_SEC / (double)ns,
		      (double)in->wire_bytes * 8 * (double)NS_PER_SEC / (double)ns);
}

static void put_gap(const struct gap *g, struct strbuf *s)
{
	put_seconds(s, "duration", g->to_ns - g->from_ns);
	put_time(s, "from", g->from_ns);
	put_time(s, "to", g->to_ns);
	strbuf_putc(s, '}');
}

static void put_order(const struct info *in, struct strbuf *s)
{
	const struct info_times *t = &in->times;
	const struct gap *longest = info_times_longest(t);

	put_bool(s, "in_order", !t->late_ns);
	put_number(s, "packets_earlier", t->earlier);
	put_seconds(s, "step_back_max", t->step_back_ns);
	put_seconds(s, "window", t->late_ns);
	if (longest) {
		strbuf_printf(s, ",\"longest_gap\":{\"exact\":%s",
			      longest->to_ns - longest->from_ns < t->dropped_ns ? "false" : "true");
		put_gap(longest, s);
	}
	if (!in->o->gap_given)
		return;
	put_number(s, "gaps", t->gaps);
	strbuf_puts(s, ",\"gap_list\":[");
	for (size_t i = 0; i < t->nr_kept; i++) {
		begin_item(s, i, "index", i);
		put_gap(&t->kept[i], s);
	}
	strbuf_putc(s, ']');
}

static void print_drops(const struct info *in, struct strbuf *s, FILE *out)
{
	const struct info_drops *d = &in->drops;

	put_number(s, "dropped_packets", d->packets);
	put_number(s, "drop_intervals", d->nr_intervals);
	strbuf_puts(s, ",\"drops\":[");
	for (size_t i = 0; i < d->nr_kept; i++) {
		begin_item(s, i, "interface", d->kept[i].interface_id);
		put_number(s, "packets", d->kept[i].packets);
		if (d->kept[i].from_ns)
			put_time(s, "from", d->kept[i].from_ns);
		put_time(s, "to", d->kept[i].to_ns);
		strbuf_putc(s, '}');
		write_out(s, out);
	}
	strbuf_putc(s, ']');
}

/* What the last statistics block told. */
static void put_statistics(const struct reader_statistics *t, struct strbuf *s)
{
	static const char *const names[READER_NR_STATISTICS] = {
		[READER_RECEIVED] = "received",
		[READER_DROPPED] = "interface_dropped",
		[READER_FILTER_ACCEPTED] = "filter_accepted",
		[READER_OS_DROPPED] = "os_dropped",
		[READER_DELIVERED] = "delivered",
	};

	put_number(s, "statistics_blocks", t->nr_blocks);
	for (size_t i = 0; i < READER_NR_STATISTICS; i++)
		if (t->nr_blocks && t->present & 1u << i)
			put_number(s, names[i], t->value[i]);
}

static void put_interface(const struct info *in, uint32_t id, struct strbuf *s)
{
	const struct reader_interface *r = reader_interface(in->reader, id);
	const struct info_interface *i = &in->interfaces[id];

	begin_item(s, id, "id", id);
	put_number(s, "section", r->section);
	put_text(s, "name", r->name);
	put_text(s, "description", r->description);
	put_number(s, "linktype", r->linktype);
	put_text(s, "linktype_name", linktype_name(r->linktype));
	put_number(s, "snaplen", r->snaplen);
	put_number(s, "tsresol", r->tsresol);
	put_text(s, "filter", r->filter);
	put_text(s, "hardware", r->hardware);
	put_text(s, "os", r->os);
	if (r->speed)
		put_number(s, "speed", r->speed);
	if (r->fcs_len)
		put_number(s, "fcs_bytes", r->fcs_len);
	put_number(s, "packets", i->packets);
	put_number(s, "captured_bytes", i->cap_bytes);
	put_number(s, "original_bytes", i->wire_bytes);
	put_number(s, "truncated_packets", i->truncated);
	if (i->timed) {
		put_time(s, "first", i->first_ns);
		put_time(s, "last", i->last_ns);
	}
	put_number(s, "dropcount", r->dropcount);
	if (i->drops.nr_blocks)
		put_number(s, "dropped", i->drops.lost);
	put_statistics(&r->statistics, s);
	strbuf_putc(s, '}');
}

static void put_section(const struct info *in, uint32_t id, struct strbuf *s)
{
	const struct reader_section *section = reader_section(in->reader, id);

	begin_item(s, id, "offset", section->offset);
	put_text(s, "byte_order", byte_order_name(section->swapped));
	put_number(s, "packets", in->section_packets[id]);
	put_text(s, "hardware", section->hardware);
	put_text(s, "os", section->os);
	put_text(s, "application", section->application);
	strbuf_putc(s, '}');
}

static void print_sections(const struct info *in, struct strbuf *s, FILE *out)
{
	const uint32_t nr = reader_nr_sections(in->reader);

	put_number(s, "nr_sections", nr);
	strbuf_puts(s, ",\"sections\":[");
	for (uint32_t i = 0; i < nr && i < INFO_SECTIONS_MAX; i++) {
		put_section(in, i, s);
		write_out(s, out);
	}
	strbuf_putc(s, ']');
}

static void put_blocks(const struct info *in, struct strbuf *s)
{
	char name[BLOCK_NAME_MAX];

	strbuf_puts(s, ",\"blocks\":{");
	for (size_t i = 0; i < in->nr_types; i++)
		strbuf_printf(s, "%s\"%s\":%" PRIu64, i ? "," : "",
			      block_type_name(in->types[i].type, name), in->types[i].blocks);
	strbuf_putc(s, '}');
	if (in->other_types)
		put_number(s, "blocks_of_other_types", in->other_types);
	put_number(s, "names", in->names);
	put_number(s, "nr_secrets", in->nr_secrets);
	strbuf_puts(s, ",\"secrets\":[");
	for (size_t i = 0; i < MIN_OF(in->nr_secrets, (uint64_t)INFO_SECRETS_MAX); i++) {
		begin_item(s, i, "type_number", in->secrets[i].type);
		put_text(s, "type", info_secret_name(in->secrets[i].type, name));
		put_number(s, "bytes", in->secrets[i].len);
		strbuf_putc(s, '}');
	}
	strbuf_putc(s, ']');
}

static void print_comments(const struct info *in, struct strbuf *s, FILE *out)
{
	put_number(s, "nr_comments", in->nr_comments);
	strbuf_puts(s, ",\"comments\":[");
	for (size_t i = 0; i < in->nr_comments_kept; i++) {
		const struct info_comment *c = &in->comments[i];

		begin_item(s, i, c->of, c->number);
		put_text(s, "comment", c->text);
		strbuf_putc(s, '}');
		write_out(s, out);
	}
	strbuf_putc(s, ']');
}

void info_print_json(const struct info *in, FILE *out)
{
	static char text[ITEM_MAX];
	struct strbuf s = strbuf_over(text, sizeof(text));

	put_file(in, &s);
	put_counts(in, &s);
	write_out(&s, out);
	put_order(in, &s);
	write_out(&s, out);
	print_drops(in, &s, out);
	strbuf_puts(&s, ",\"interfaces\":[");
	for (uint32_t i = 0; i < in->nr_interfaces; i++) {
		put_interface(in, i, &s);
		write_out(&s, out);
	}
	strbuf_putc(&s, ']');
	print_sections(in, &s, out);
	put_blocks(in, &s);
	print_comments(in, &s, out);
	strbuf_puts(&s, "}\n");
	write_out(&s, out);
}
