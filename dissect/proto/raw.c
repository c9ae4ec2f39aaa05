/* dissect/proto/raw.c -- LINKTYPE_RAW: no link header; the IP version says which IP it is. */
#include "core/linktype.h"
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"

static struct next raw_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	struct cursor peek = *c;
	const uint8_t *p = cursor_take(&peek, 1);

	if (unlikely(!p)) {
		c->failed = true;
		return next_none();
	}
	if (p[0] >> 4 == 4)
		return next_key(KEY_PROTO, PROTO_IPV4);
	if (p[0] >> 4 == 6)
		return next_key(KEY_PROTO, PROTO_IPV6);
	return next_malformed(d, NOTE_BAD_VERSION);
}

static void raw_line(const struct dissection *d, const struct layer *l,
		     const struct render_options *opt, struct strbuf *out)
{
	if (!layer_is_last(d, l))
		return;
	strbuf_puts(out, "raw IP, ");
	line_length(d, out);
}

const struct dissector raw_dissector = {
	.name = "raw",
	.title = "Raw IP",
	.id = PROTO_RAW,
	.layer_class = CLASS_LINK,
	.keys = { { KEY_LINKTYPE, LINKTYPE_RAW } },
	.dissect = raw_dissect,
	.line = raw_line,
};
