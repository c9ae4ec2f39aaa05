#include <stdio.h>
#include <string.h>

#include "dissect/registry.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum { ENDPOINTS_COLUMNS = 48 }; /* two IPv4 addresses with ports */

static const char *paint_code(enum paint paint)
{
	switch (paint) {
	case PAINT_TAG:
		return "\033[33m";
	case PAINT_PROTOCOL:
		return "\033[36m";
	case PAINT_WARNING:
		return "\033[1;31m";
	}
	return "";
}

void line_paint(const struct render_options *opt, enum paint paint, const char *text,
		struct strbuf *out)
{
	if (opt->color)
		strbuf_puts(out, paint_code(paint));
	strbuf_puts(out, text);
	if (opt->color)
		strbuf_puts(out, "\033[0m");
}

void line_vendor(const struct render_options *opt, const uint8_t *mac, struct strbuf *out)
{
	const char *name = opt->vendor ? opt->vendor(opt->vendor_context, mac) : NULL;

	if (!name)
		return;
	strbuf_puts(out, " (");
	strbuf_puts(out, name);
	strbuf_putc(out, ')');
}

void line_port(uint16_t port, const struct render_options *opt, struct strbuf *out)
{
	const char *name = opt->numeric ? NULL : name_find(port_names, port);

	strbuf_putc(out, '.');
	if (name)
		strbuf_puts(out, name);
	else
		strbuf_uint(out, port);
}

void line_name_hex(const struct name_map *map, uint32_t value, unsigned digits, struct strbuf *out)
{
	const char *name = name_find(map, value);

	if (name)
		strbuf_printf(out, "%s (", name);
	strbuf_puts(out, "0x");
	strbuf_hex(out, value, digits);
	if (name)
		strbuf_putc(out, ')');
}

void line_length(const struct dissection *d, struct strbuf *out)
{
	strbuf_printf(out, "length %u", d->payload_wire_len);
}

void line_unknown_ipproto(const struct dissection *d, uint8_t proto, struct strbuf *out)
{
	const char *name = name_find(ipproto_names, proto);

	if (name)
		strbuf_printf(out, "%s (%u), ", name, proto);
	else
		strbuf_printf(out, "proto %u, ", proto);
	line_length(d, out);
}

void line_unknown_ethertype(const struct dissection *d, uint16_t type, struct strbuf *out)
{
	strbuf_puts(out, "ethertype ");
	line_name_hex(ethertype_names, type, 4, out);
	strbuf_puts(out, ", ");
	line_length(d, out);
}

/* The two ports at the start of the transport header above l, or NULL. */
static const uint8_t *ports_above(const struct dissection *d, const struct layer *l)
{
	const struct layer *end = d->layers + d->nr_layers;

	for (l++; l < end; l++) {
		const struct dissector *p = registry_by_id(d->reg, l->proto);

		if (p && p->has_ports)
			return layer_bytes(d, l, 0, 4);
		if (!p || p->layer_class != CLASS_EXTENSION)
			return NULL;
	}
	return NULL;
}

void line_endpoints(const struct dissection *d, const struct layer *l, const uint8_t *src,
		    const uint8_t *dst, unsigned addr_len, const struct render_options *opt,
		    struct strbuf *out)
{
	const uint8_t *ports = ports_above(d, l);

	text_addr(src, addr_len, out);
	if (ports)
		line_port(load_be16(ports), opt, out);
	strbuf_puts(out, " > ");
	text_addr(dst, addr_len, out);
	if (ports)
		line_port(load_be16(ports + 2), opt, out);
}

static void put_quoted(uint8_t proto, const uint8_t *addrs, unsigned addr_len, const uint8_t *l4,
		       const struct render_options *opt, struct strbuf *out)
{
	const char *name = name_find(ipproto_names, proto);

	if (name)
		strbuf_printf(out, ", for %s ", name);
	else
		strbuf_printf(out, ", for proto %u ", proto);
	text_addr(addrs, addr_len, out);
	if (l4)
		line_port(load_be16(l4), opt, out);
	strbuf_puts(out, " > ");
	text_addr(addrs + addr_len, addr_len, out);
	if (l4)
		line_port(load_be16(l4 + 2), opt, out);
}

void line_quoted(const struct dissection *d, const struct layer *l,
		 const struct render_options *opt, struct strbuf *out)
{
	const uint32_t off = l->off + l->hdr_len;
	const uint32_t end = d->payload_off + d->payload_len;
	struct cursor c = cursor_over(d->frame.data + off, end > off ? end - off : 0, false);
	const uint8_t *p = cursor_take(&c, 20), *l4 = NULL;
	uint8_t proto;

	if (!p)
		return;
	if (p[0] >> 4 == 4 && (p[0] & 15) >= 5) {
		proto = p[9];
		if (cursor_take(&c, (p[0] & 15) * 4u - 20) && !(load_be16(p + 6) & 0x1fff))
			l4 = cursor_take(&c, 4);
		if (proto != 6 && proto != 17)
			l4 = NULL;
		put_quoted(proto, p + 12, 4, l4, opt, out);
	} else if (p[0] >> 4 == 6 && cursor_take(&c, 20)) {
		proto = p[6];
		if (proto == 6 || proto == 17)
			l4 = cursor_take(&c, 4);
		put_quoted(proto, p + 8, 16, l4, opt, out);
	}
}

/* A template: text with {field.name} in it. */
static void put_brief(const struct dissector *p, const struct dissection *d, const struct layer *l,
		      struct strbuf *out)
{
	const char *text = p->brief, *open, *close;
	struct field_value v;
	size_t i, len;

	while ((open = strchr(text, '{')) && (close = strchr(open, '}'))) {
		strbuf_put(out, text, (size_t)(open - text));
		open++;
		len = (size_t)(close - open);
		for (i = 0; i < p->nr_fields; i++) {
			const struct field_desc *fd = &p->fields[i];

			if (!strncmp(fd->name, open, len) && !fd->name[len] &&
			    field_read(d, l, fd, &v)) {
				field_text(&v, out);
				break;
			}
		}
		if (i == p->nr_fields)
			strbuf_putc(out, '-');
		text = close + 1;
	}
	strbuf_puts(out, text);
}

static const char *separator(unsigned layer_class)
{
	switch ((enum layer_class)layer_class) {
	case CLASS_LINK:
	case CLASS_NETWORK:
		return ": ";
	case CLASS_TAG:
		return " ";
	default:
		return ", ";
	}
}

/* What is wrong with the packet, plainly. */
static void put_warning(const struct registry *reg, const struct dissection *d,
			const struct render_options *opt, struct strbuf *out)
{
	const char *top = d->nr_layers ? registry_proto_name(reg, d->layers[d->nr_layers - 1].proto)
				       : "frame";
	char text[128];

	switch ((enum dissect_status)d->status) {
	case DISSECT_OK:
		return;
	case DISSECT_TRUNCATED:
		snprintf(text, sizeof(text), " [truncated in %s: %u of %u bytes captured]", top,
			 d->frame.cap_len, d->frame.wire_len);
		if (d->frame.cap_len >= d->frame.wire_len)
			snprintf(text, sizeof(text), " [%s header continues in the next fragment]",
				 top);
		break;
	case DISSECT_MALFORMED:
		snprintf(text, sizeof(text), " [malformed %s: %s]", top,
			 d->notes & NOTE_BAD_VERSION      ? "wrong IP version"
			 : d->notes & NOTE_BAD_HEADER_LEN ? "impossible header length"
			 : d->notes & NOTE_BAD_LENGTH     ? "length field does not fit the packet"
							  : "header runs past the packet's end");
		break;
	case DISSECT_TOO_DEEP:
		snprintf(text, sizeof(text), " [more than %d layers]", DISSECT_LAYERS_MAX);
		break;
	}
	line_paint(opt, PAINT_WARNING, text, out);
}

/* Takes back what was appended behind len. */
static void rewind_to(struct strbuf *s, size_t len)
{
	s->len = len;
	s->text[len] = '\0';
}

/* Columns that the text behind `start` takes on a terminal: colours take none. */
static size_t visible_width(const struct strbuf *s, size_t start)
{
	size_t i, n = 0;

	for (i = start; i < s->len; i++) {
		if (s->text[i] == '\033')
			while (i < s->len && s->text[i] != 'm')
				i++;
		else
			n++;
	}
	return n;
}

/* Behind the endpoints, so that what is said of them stands in one column. */
static void put_alignment(struct strbuf *out, size_t start)
{
	size_t n = visible_width(out, start);

	for (; n < ENDPOINTS_COLUMNS; n++)
		strbuf_putc(out, ' ');
}

void render_line(const struct registry *reg, const struct dissection *d,
		 const struct render_options *opt, struct strbuf *out)
{
	const unsigned nr = d->notes & NOTE_QUOTE ? d->quote_from : d->nr_layers;
	const size_t start = out->len;
	const char *sep = "";
	unsigned i, nr_networks = 0;
	bool align;

	for (i = 0; i < nr; i++) {
		const struct layer *l = &d->layers[i];
		const struct dissector *p = registry_by_id(reg, l->proto);
		const size_t before = out->len;
		size_t after;

		if (!p)
			continue;
		strbuf_puts(out, sep);
		align = opt->aligned && nr_networks == 1 && sep[0] == ':';
		if (align)
			put_alignment(out, start);
		after = out->len;
		if (p->line)
			p->line(d, l, opt, out);
		else if (p->brief)
			put_brief(p, d, l, out);
		else
			strbuf_puts(out, p->name);
		if (out->len == after)
			rewind_to(out, before);
		else {
			sep = separator(p->layer_class);
			nr_networks += align;
		}
		nr_networks += p->layer_class == CLASS_NETWORK && !nr_networks;
	}
	if (!d->nr_layers)
		strbuf_printf(out, "link type %u, length %u", d->frame.linktype, d->frame.wire_len);
	else if (out->len == start)
		strbuf_printf(out, "length %u", d->frame.wire_len);
	if (d->notes & NOTE_NEED_MORE)
		strbuf_puts(out, " [goes on]");
	put_warning(reg, d, opt, out);
}
