/* dissect/proto/ssdp.c -- Simple Service Discovery Protocol, draft-cai-ssdp-v1-03 and UPnP 2.0; RFC
 * 9112. */
#include "dissect/proto/all.h"
#include "dissect/proto/http.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum { LINE_VALUE_MAX = 120 };

static struct next ssdp_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	struct http_message m;

	if (!http_message_next(c, HTTP_DATAGRAM, &m))
		return next_reject();
	if (c->clipped)
		cursor_skip(c, 1); /* the message was as long as the datagram */
	return next_none();
}

static void ssdp_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	struct cursor c = layer_cursor(d, l, 0);

	http_describe_message(&c, HTTP_DATAGRAM, o);
}

/* The header fields of which the line tells, in this order; those from LONG on not when quiet. */
static const char *const shown[] = {
	"nts", "nt", "st", "mx", "usn", "location", "server",
};

enum { LONG = 3 };

static void put_values(const struct http_message *m, size_t nr, struct strbuf *out)
{
	struct span values[ARRAY_SIZE(shown)] = { { 0 } };
	size_t i;

	http_headers_find(m, shown, nr, values);
	for (i = 0; i < nr; i++) {
		if (!values[i].p)
			continue;
		strbuf_putc(out, ' ');
		if (i >= LONG) {
			strbuf_puts(out, shown[i]);
			strbuf_putc(out, '=');
		}
		text_printable(values[i].p, values[i].len, LINE_VALUE_MAX, out);
	}
}

static void ssdp_line(const struct dissection *d, const struct layer *l,
		      const struct render_options *opt, struct strbuf *out)
{
	struct cursor c = layer_cursor(d, l, 0);
	struct http_message m;

	line_paint(opt, PAINT_PROTOCOL, "SSDP", out);
	if (!http_message_next(&c, HTTP_DATAGRAM, &m))
		return;
	strbuf_putc(out, ' ');
	if (m.response) {
		strbuf_uint(out, m.code);
		strbuf_putc(out, ' ');
		text_printable(m.phrase.p, m.phrase.len, LINE_VALUE_MAX, out);
	} else {
		text_printable(m.method.p, m.method.len, LINE_VALUE_MAX, out);
	}
	put_values(&m, opt->quiet ? LONG : ARRAY_SIZE(shown), out);
}

const struct dissector ssdp_dissector = {
	.name = "ssdp",
	.title = "Simple Service Discovery Protocol",
	.id = PROTO_SSDP,
	.layer_class = CLASS_APPLICATION,
	.described = http_described,
	.nr_described = HTTP_NR_DESCRIBED,
	.keys = { { KEY_UDP_PORT, 1900 } },
	.dissect = ssdp_dissect,
	.describe = ssdp_describe,
	.line = ssdp_line,
};
