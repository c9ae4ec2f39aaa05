#include "dissect/dissect.h"

#include "dissect/registry.h"

static inline void dissection_begin(struct dissection *d, const struct registry *reg,
				    const struct frame_view *f)
{
	d->reg = reg;
	d->frame = *f;
	memset(&d->flow, 0, sizeof(d->flow));
	d->wire_end = MAX_OF(f->wire_len, f->cap_len);
	d->notes = 0;
	d->vlan[0] = VLAN_NONE;
	d->vlan[1] = VLAN_NONE;
	d->nr_ip = 0;
	d->nr_vlans = 0;
	d->status = DISSECT_OK;
}

static inline void dissection_end(struct dissection *d, const struct cursor *c)
{
	d->payload_off = (uint32_t)(c->pos - d->frame.data);
	d->payload_len = (uint32_t)cursor_left(c);
	d->payload_wire_len = d->wire_end > d->payload_off ? d->wire_end - d->payload_off : 0;
	if (unlikely(d->notes & NOTE_MALFORMED))
		d->status = DISSECT_MALFORMED;
}

enum dissect_status dissect_frame(const struct registry *reg, const struct frame_view *f,
				  struct dissection *ret)
{
	struct cursor c = cursor_over(f->data, f->cap_len, f->cap_len < f->wire_len);
	struct next next = next_key(KEY_LINKTYPE, f->linktype);
	const struct dissector *p;
	unsigned nr = 0;

	dissection_begin(ret, reg, f);
	while ((p = registry_next(reg, next))) {
		struct layer *l;

		if (unlikely(nr == DISSECT_LAYERS_MAX)) {
			ret->status = DISSECT_TOO_DEEP;
			break;
		}
		l = &ret->layers[nr++];
		l->off = (uint32_t)(c.pos - f->data);
		l->proto = (uint8_t)p->id;
		l->variant = 0;
		next = p->dissect(ret, l, &c);
		l->hdr_len = (uint32_t)(c.pos - f->data) - l->off;
		if (unlikely(c.failed)) {
			ret->status = c.clipped ? DISSECT_TRUNCATED : DISSECT_MALFORMED;
			break;
		}
	}
	ret->nr_layers = (uint8_t)nr;
	dissection_end(ret, &c);
	return ret->status;
}

struct next next_cut_ports(struct dissection *d, const struct layer *l, const struct cursor *c)
{
	const uint8_t *p = d->frame.data + l->off;
	struct flow *flow = flow_current(d);

	if (c->end - p >= 4) {
		flow->sport = load_be16(p);
		flow->dport = load_be16(p + 2);
	}
	return next_none();
}

const char *dissect_status_name(enum dissect_status status)
{
	switch (status) {
	case DISSECT_OK:
		return "ok";
	case DISSECT_TRUNCATED:
		return "truncated";
	case DISSECT_MALFORMED:
		return "malformed";
	case DISSECT_TOO_DEEP:
		return "too deep";
	}
	return "?";
}

uint32_t dissect_network_offset(const struct registry *reg, const struct dissection *d)
{
	unsigned i;

	for (i = 0; i < d->nr_layers; i++) {
		const struct dissector *p = registry_by_id(reg, d->layers[i].proto);

		if (p && p->layer_class != CLASS_LINK && p->layer_class != CLASS_TAG)
			return d->layers[i].off;
	}
	return d->nr_layers ? d->layers[0].off : 0;
}
