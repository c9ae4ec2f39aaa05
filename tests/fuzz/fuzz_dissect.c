/*
 * Everything that reads packet bytes in dissect/: layers, summary, line, tree, JSON, bytes.
 *
 * Input: one byte for the link type, one for how much longer the packet was on the wire, the rest
 * is the frame.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/linktype.h"
#include "dissect/registry.h"
#include "dissect/render.h"
#include "dissect/summary.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint16_t linktypes[] = {
	LINKTYPE_ETHERNET, LINKTYPE_RAW,  LINKTYPE_LINUX_SLL, LINKTYPE_LINUX_SLL2, LINKTYPE_NULL,
	LINKTYPE_LOOP,     LINKTYPE_IPV4, LINKTYPE_IPV6,      LINKTYPE_NETLINK,    LINKTYPE_PPP,
};

static char text[1 << 17];

static void check(const struct dissection *d, size_t len)
{
	const struct layer *top = &d->layers[d->nr_layers ? d->nr_layers - 1 : 0];

	assert(d->nr_layers <= DISSECT_LAYERS_MAX);
	assert(!d->nr_layers || top->off + top->hdr_len <= len);
	assert(d->payload_off + d->payload_len <= len);
}

static void render(const struct registry *reg, const struct dissection *d, const uint8_t *frame,
		   size_t len)
{
	static const struct render_options plain = { .quiet = true, .numeric = true };
	static const struct render_options full = { .link_header = true, .color = true };
	struct strbuf out = strbuf_over(text, sizeof(text));
	struct summary_extra extra;
	struct summary summary;

	render_line(reg, d, &plain, &out);
	render_line(reg, d, &full, &out);
	render_json(reg, d, &full, &out);
	assert(out.len < RENDER_TEXT_MAX);
	render_tree(reg, d, &full, &out);
	summary_fill(d, &summary);
	summary_print(reg, &summary, &full, &out);
	summary_print_json(reg, &summary, &out);
	if (summary_extra_fill(d, &extra)) {
		summary_extra_print(&extra, &full, &out);
		summary_extra_print_json(&extra, &out);
	}
	strbuf_reset(&out);
	render_hex(frame, len, true, &out);
	render_ascii(frame, len, &out);
	assert(out.text[out.len] == '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct registry *reg;
	struct dissection d;
	struct frame_view f;
	uint8_t *copy;

	if (size < 2 || size > SNAPLEN_MAX)
		return 0;
	if (!reg && registry_init(&reg, NULL) < 0)
		abort();
	/* A block of its own, so that a sanitizer sees the first byte behind it. */
	copy = malloc(size - 2 ? size - 2 : 1);
	if (!copy)
		return 0;
	memcpy(copy, data + 2, size - 2);
	f = (struct frame_view){
		.data = copy,
		.ts_ns = 1700000000123456789ull,
		.cap_len = (uint32_t)(size - 2),
		.wire_len = (uint32_t)(size - 2 + data[1]),
		.linktype = linktypes[data[0] % ARRAY_SIZE(linktypes)],
	};
	/* Nothing of the stack may be read that dissect_frame() has not written. */
	memset(&d, 0xff, sizeof(d));
	dissect_frame(reg, &f, &d);
	check(&d, f.cap_len);
	render(reg, &d, copy, f.cap_len);
	free(copy);
	return 0;
}
