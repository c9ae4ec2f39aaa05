#include "dissect/dissect.h"

#include "dissect/registry.h"

/* d->frame is there. */
static inline void dissection_begin(struct dissection *d, const struct registry *reg)
{
	d->reg = reg;
	memset(&d->flow, 0, sizeof(d->flow));
	d->wire_end = MAX_OF(d->frame.wire_len, d->frame.cap_len);
	d->notes = 0;
	d->vlan[0] = VLAN_NONE;
	d->vlan[1] = VLAN_NONE;
	d->nr_ip = 0;
	d->nr_vlans = 0;
	d->status = DISSECT_OK;
}

/* What was found in a quotation is no property of the packet that holds it. */
static void quote_end(struct dissection *d)
{
	d->notes &= NOTE_QUOTE | NOTE_NO_LENGTH;
	d->payload_wire_len = d->payload_len;
	if (d->status == DISSECT_MALFORMED ||
	    (d->status == DISSECT_TRUNCATED && d->frame.cap_len == d->frame.wire_len))
		d->status = DISSECT_OK;
}

static inline void dissection_end(struct dissection *d, const struct cursor *c)
{
	d->payload_off = (uint32_t)(c->pos - d->frame.data);
	d->payload_len = (uint32_t)cursor_left(c);
	d->payload_wire_len = d->wire_end > d->payload_off ? d->wire_end - d->payload_off : 0;
	if (unlikely(d->notes & NOTE_QUOTE))
		quote_end(d);
	else if (unlikely(d->notes & NOTE_MALFORMED))
		d->status = DISSECT_MALFORMED;
}

/* The payload of a transport header whose ports nobody owns. */
static inline unsigned guess(const struct registry *reg, struct next next, const struct cursor *c)
{
	const enum key_space space = next_space(next);

	if ((space != KEY_TCP_PORT && space != KEY_UDP_PORT) || !cursor_left(c))
		return PROTO_NONE;
	return registry_guess(reg, space, c->pos, cursor_left(c));
}

/*
 * Whom the ports named has looked and refused. Who is asked next: the owner of the other port, then
 * whoever knows the bytes. *via is left so that each is asked once.
 */
static unsigned second_choice(const struct registry *reg, struct next *via, unsigned refused,
			      const struct cursor *c)
{
	const enum key_space space = next_space(*via);
	const uint16_t key = (uint16_t)via->word, other = (uint16_t)(via->word >> 32);
	unsigned id;

	if (space != KEY_TCP_PORT && space != KEY_UDP_PORT)
		return PROTO_NONE;
	id = reg->owner[space][key];
	if (id == refused || id == PROTO_NONE)
		id = reg->owner[space][other];
	if (id == refused || id == PROTO_NONE)
		id = guess(reg, *via, c);
	*via = next_none();
	return id == refused ? (unsigned)PROTO_NONE : id;
}

/* From the layer that `id` owns, at the cursor, on. `via` is what named it. */
static inline enum dissect_status dissect_layers(struct dissection *ret, struct cursor *c,
						 unsigned id, struct next via, unsigned nr)
{
	const struct registry *reg = ret->reg;
	struct next next;

	while (id != PROTO_NONE) {
		struct layer *l;

		if (unlikely(nr == DISSECT_LAYERS_MAX)) {
			ret->status = DISSECT_TOO_DEEP;
			break;
		}
		l = &ret->layers[nr++];
		l->off = (uint32_t)(c->pos - ret->frame.data);
		l->proto = (uint8_t)id;
		l->variant = 0;
		next = reg->dissect[id](ret, l, c);
		if (unlikely(next_space(next) == KEY_REJECT)) {
			nr--;
			c->pos = ret->frame.data + l->off;
			c->failed = false;
			id = second_choice(reg, &via, id, c);
			continue;
		}
		l->hdr_len = (uint32_t)(c->pos - ret->frame.data) - l->off;
		if (unlikely(c->failed)) {
			ret->status = c->clipped ? DISSECT_TRUNCATED : DISSECT_MALFORMED;
			break;
		}
		via = next;
		id = registry_next(reg, next);
		if (id == PROTO_NONE)
			id = guess(reg, next, c);
	}
	ret->nr_layers = (uint8_t)nr;
	dissection_end(ret, c);
	return ret->status;
}

enum dissect_status dissect_own_frame(const struct registry *reg, struct dissection *d)
{
	const struct frame_view *f = &d->frame;
	struct cursor c = cursor_over(f->data, f->cap_len, f->cap_len < f->wire_len);
	const struct next next = next_key(KEY_LINKTYPE, f->linktype);

	dissection_begin(d, reg);
	return dissect_layers(d, &c, registry_next(reg, next), next, 0);
}

enum dissect_status dissect_frame(const struct registry *reg, const struct frame_view *f,
				  struct dissection *ret)
{
	ret->frame = *f;
	return dissect_own_frame(reg, ret);
}

enum dissect_status dissect_from(const struct registry *reg, const struct frame_view *f,
				 uint32_t off, unsigned over, unsigned proto,
				 struct dissection *ret)
{
	struct cursor c = cursor_over(f->data, f->cap_len, f->cap_len < f->wire_len);
	const struct next next = next_key(KEY_PROTO, (uint16_t)proto);

	ret->frame = *f;
	dissection_begin(ret, reg);
	cursor_skip(&c, off);
	ret->layers[0] =
		(struct layer){ .off = (uint32_t)(c.pos - f->data), .proto = (uint8_t)over };
	return dissect_layers(ret, &c, registry_next(reg, next), next, 1);
}

bool dissect_take_pdu(struct dissection *d, const struct layer *l, struct cursor *c,
		      const uint8_t *pdu, size_t len)
{
	const size_t left = cursor_left(c);

	if (likely(len <= left)) {
		c->pos += len;
		return true;
	}
	if (layer_carrier(d, l) != PROTO_TCP || c->clipped) {
		cursor_skip(c, len);
		return false;
	}
	c->pos = c->end;
	dissect_need_more(d, pdu, len - left);
	return false;
}

struct next next_quote(struct dissection *d, const struct layer *l, struct cursor *c)
{
	const uint8_t version = cursor_left(c) ? *c->pos >> 4 : 0;

	if (!cursor_left(c) && d->wire_end > (size_t)(c->pos - d->frame.data))
		c->failed = true; /* cut right in front of it */
	if ((version != 4 && version != 6) || d->notes & (NOTE_MALFORMED | NOTE_FRAGMENT))
		return next_none();
	if (!(d->notes & NOTE_QUOTE))
		d->quote_from = (uint8_t)(l - d->layers + 1);
	d->notes |= NOTE_QUOTE;
	c->clipped = true;
	return next_key(KEY_PROTO, version == 4 ? PROTO_IPV4 : PROTO_IPV6);
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
