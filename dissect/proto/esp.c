/* dissect/proto/esp.c -- Encapsulating Security Payload, RFC 4303. What it carries is encrypted. */
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"

enum { ESP_HDR_LEN = 8 };

static const struct field_desc esp_fields[] = {
	{ "esp.spi", "Security parameters index", 0, 32, FIELD_HEX },
	{ "esp.sequence", "Sequence", 32, 32, FIELD_UINT },
};

static struct next esp_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	cursor_skip(c, ESP_HDR_LEN);
	return next_none();
}

static void esp_line(const struct dissection *d, const struct layer *l,
		     const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, ESP_HDR_LEN);

	line_paint(opt, PAINT_PROTOCOL, "ESP", out);
	if (!p)
		return;
	strbuf_puts(out, " spi 0x");
	strbuf_hex(out, load_be32(p), 8);
	strbuf_puts(out, " seq ");
	strbuf_uint(out, load_be32(p + 4));
	strbuf_puts(out, ", ");
	line_length(d, out);
}

const struct dissector esp_dissector = {
	.name = "esp",
	.title = "Encapsulating Security Payload",
	.id = PROTO_ESP,
	.layer_class = CLASS_TRANSPORT,
	.min_hdr_len = ESP_HDR_LEN,
	.fields = esp_fields,
	.nr_fields = ARRAY_SIZE(esp_fields),
	.keys = { { KEY_IPPROTO, 50 } },
	.dissect = esp_dissect,
	.line = esp_line,
};
