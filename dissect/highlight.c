#include "dissect/highlight.h"

#include <string.h>

struct highlight_out {
	struct field_out out;
	const struct frame_view *frame;
	const char *name;
	struct highlight *ret;
};

static void add_span(struct highlight *h, uint32_t off, size_t len)
{
	if (h->nr == HIGHLIGHT_SPANS_MAX || !len)
		return;
	h->spans[h->nr].off = off;
	h->spans[h->nr++].len = (uint32_t)len;
}

static void highlight_put(struct field_out *o, const struct field_value *v)
{
	const struct highlight_out *h = (const struct highlight_out *)o;

	if (v->at && !strcmp(v->desc->name, h->name))
		add_span(h->ret, (uint32_t)(v->at - h->frame->data), v->at_len);
}

void highlight_find(const struct dissection *d, const char *name, struct highlight *ret)
{
	struct highlight_out h = {
		.out.put = highlight_put, .frame = &d->frame, .name = name, .ret = ret
	};
	unsigned i;

	ret->nr = 0;
	for (i = 0; i < d->nr_layers; i++) {
		const struct layer *l = &d->layers[i];
		const struct dissector *p = registry_by_id(d->reg, l->proto);

		if (!p)
			continue;
		if (!strcmp(p->name, name))
			add_span(ret, l->off, l->hdr_len);
		else
			field_walk(p, d, l, &h.out);
	}
}
