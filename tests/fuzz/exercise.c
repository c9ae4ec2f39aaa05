#include "tests/fuzz/exercise.h"

#include <assert.h>
#include <stdlib.h>

#include "dissect/frame_fields.h"
#include "dissect/highlight.h"
#include "dissect/registry.h"
#include "dissect/render.h"
#include "dissect/summary.h"

static char text[1 << 22];

const struct registry *exercise_registry(void)
{
	static struct registry *reg;

	if (!reg && registry_init(&reg, NULL) < 0)
		abort();
	return reg;
}

static void check_layers(const struct dissection *d)
{
	const uint32_t len = d->frame.cap_len;
	unsigned i;

	assert(d->nr_layers <= DISSECT_LAYERS_MAX);
	for (i = 0; i < d->nr_layers; i++)
		assert(d->layers[i].off + d->layers[i].hdr_len <= len);
	assert(d->payload_off + d->payload_len <= len);
	if (d->notes & NOTE_NEED_MORE)
		assert(d->pdu_off <= len && d->pdu_need);
}

struct value_out {
	struct field_out out;
	const struct dissection *d;
	const struct dissector *p;
	struct strbuf *text;
};

static bool is_of(const struct field_desc *fd, const struct field_desc *list, size_t nr)
{
	return nr && fd >= list && fd < list + nr;
}

/* The bytes that a value names are the frame's, and its descriptor is one of its protocol's. */
static void check_value(struct field_out *o, const struct field_value *v)
{
	const struct value_out *c = (const struct value_out *)o;
	const uint8_t *start = c->d->frame.data, *end = start + c->d->frame.cap_len;

	assert(v->desc && v->desc->name);
	assert(!v->at || (v->at >= start && v->at_len <= (size_t)(end - v->at)));
	assert(is_of(v->desc, c->p->fields, c->p->nr_fields) ||
	       is_of(v->desc, c->p->described, c->p->nr_described));
	strbuf_reset(c->text);
	field_plain(v, c->text);
	field_text(v, c->text);
}

static void check_values(const struct dissection *d, struct strbuf *out)
{
	struct value_out c = { .out.put = check_value, .d = d, .text = out };
	unsigned i;

	for (i = 0; i < d->nr_layers; i++) {
		c.p = registry_by_id(d->reg, d->layers[i].proto);
		if (c.p)
			field_walk(c.p, d, &d->layers[i], &c.out);
	}
}

static void check_summary(const struct dissection *d, const struct render_options *opt,
			  struct strbuf *out)
{
	struct summary_extra extra;
	struct summary summary;

	summary_fill(d, &summary);
	summary_print(d->reg, &summary, opt, out);
	summary_print_json(d->reg, &summary, out);
	if (summary_extra_fill(d, &extra)) {
		summary_extra_print(&extra, opt, out);
		summary_extra_print_json(&extra, out);
	}
}

static void check_bytes(const struct dissection *d, const struct render_options *opt,
			struct strbuf *out)
{
	struct highlight marks;

	highlight_find(d, "ip.src", &marks);
	render_hex_marked(d, 0, true, &marks, opt, out);
	render_ascii(d->frame.data, d->frame.cap_len, out);
}

void exercise(const struct dissection *d, unsigned kind)
{
	static const struct render_options plain = { .quiet = true, .numeric = true };
	static const struct render_options full = {
		.link_header = true, .color = true, .raw = true, .aligned = true
	};
	const struct frame_context ctx = { .number = 1, .interface_name = "eth0" };
	const bool all = kind == EXERCISE_ALL;
	struct strbuf out = strbuf_over(text, sizeof(text));

	check_layers(d);
	if (all || kind == 1)
		check_values(d, &out);
	strbuf_reset(&out);
	if (all || kind == 2)
		render_line(d->reg, d, &full, &out);
	if (all || kind == 3)
		render_line(d->reg, d, &plain, &out);
	if (all || kind == 4)
		render_json(d->reg, d, &ctx, &out);
	if (all || kind == 5)
		render_ek(d->reg, d, &ctx, &out);
	if (all || kind == 6)
		render_tree(d->reg, d, &full, &out);
	if (all || kind == 7) {
		check_summary(d, &full, &out);
		check_bytes(d, &full, &out);
	}
	assert(out.text[out.len] == '\0');
}
