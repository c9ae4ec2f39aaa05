#include <string.h>

#include "dissect/display/state.h"
#include "dissect/field_lookup.h"

/* Is this layer one that "#1" asks for? */
static bool wanted_layer(const struct display_state *s, const struct node *n, unsigned index)
{
	const struct dissection *d = s->d;
	unsigned i, number = 0, nr = 0;

	if (!n->layers)
		return true;
	for (i = 0; i < d->nr_layers; i++)
		if (d->layers[i].proto == d->layers[index].proto) {
			nr++;
			if (i <= index)
				number++;
		}
	return slice_has_layer(n->layers, number, nr);
}

static bool one_value(struct display_state *s, struct values *ret, const struct value *from)
{
	struct value *v = scratch_alloc(s, sizeof(*v));

	if (!v)
		return false;
	*v = *from;
	*ret = (struct values){ v, 1 };
	return true;
}

static bool frame_values(struct display_state *s, const struct node *n, struct values *ret)
{
	enum { TEXT_SIZE = 2048 };
	const bool text = n->type == TYPE_TEXT;
	char none[1], *room = text ? scratch_alloc(s, TEXT_SIZE) : none;
	struct field_value v;
	struct strbuf out;
	struct value value;

	if (!room)
		return false;
	out = strbuf_over(room, text ? TEXT_SIZE : sizeof(none));
	if (!frame_field_value(n->frame_field, s->d, s->ctx, &out, &v))
		return false;
	value_from_field(&value, &v);
	return one_value(s, ret, &value);
}

/* Room for all that the layers and slots may give; 0: none of its protocols is here. */
static size_t values_bound(struct display_state *s, const struct node *n)
{
	const struct dissection *d = s->d;
	const struct field_ref *ref;
	size_t nr = 0;
	unsigned i;
	bool met = false;

	for (i = 0; i < d->nr_layers; i++)
		met |= proto_in(n->protos, d->layers[i].proto);
	for (ref = met ? n->refs : NULL; ref; ref = ref->next) {
		if (ref->described) {
			collect_described(s, ref->proto);
			nr += s->slots[ref->slot].nr;
			continue;
		}
		for (i = 0; i < d->nr_layers; i++)
			nr += d->layers[i].proto == ref->proto;
	}
	return nr;
}

static size_t take_ref(struct display_state *s, const struct node *n, const struct field_ref *ref,
		       struct value *v, size_t nr)
{
	const struct dissection *d = s->d;
	const struct entry *entry;
	struct field_value found;
	unsigned i;

	if (ref->described) {
		for (entry = s->slots[ref->slot].first; entry; entry = entry->next)
			if (wanted_layer(s, n, entry->layer))
				v[nr++] = entry->value;
		return nr;
	}
	for (i = 0; i < d->nr_layers; i++)
		if (d->layers[i].proto == ref->proto && wanted_layer(s, n, i) &&
		    field_read(d, &d->layers[i], ref->desc, &found))
			value_from_field(&v[nr++], &found);
	return nr;
}

static bool field_values(struct display_state *s, const struct node *n, struct values *ret)
{
	const size_t bound = values_bound(s, n);
	const struct field_ref *ref;
	struct value *v;
	size_t nr = 0;

	if (!bound)
		return false;
	v = scratch_alloc(s, bound * sizeof(*v));
	if (!v)
		return false;
	for (ref = n->refs; ref; ref = ref->next)
		nr = take_ref(s, n, ref, v, nr);
	*ret = (struct values){ v, nr };
	return nr;
}

/* Slices and lengths of these go to the end of what they carry, as with Wireshark. */
static bool is_whole(unsigned proto)
{
	return proto == PROTO_TCP || proto == PROTO_SCTP || proto == PROTO_ICMP ||
	       proto == PROTO_ICMPV6 || proto == PROTO_HTTP;
}

static bool proto_values(struct display_state *s, const struct node *n, struct values *ret)
{
	const struct dissection *d = s->d;
	struct value *v, whole = { .bytes = d->frame.data,
				   .len = d->frame.cap_len,
				   .extent = d->frame.cap_len };
	size_t nr = 0;
	unsigned i;

	if (n->payload) {
		whole.bytes += d->payload_off;
		whole.len = whole.extent = d->payload_len;
	}
	if (n->whole_frame || n->payload)
		return (n->whole_frame || d->payload_len) && one_value(s, ret, &whole);
	v = scratch_alloc(s, d->nr_layers * sizeof(*v));
	for (i = 0; v && i < d->nr_layers; i++) {
		const struct layer *l = &d->layers[i];

		if (!proto_in(n->protos, l->proto) || !wanted_layer(s, n, i))
			continue;
		v[nr] = (struct value){ .bytes = d->frame.data + l->off,
					.len = l->hdr_len,
					.extent = layer_extent(d, l) };
		if (is_whole(l->proto))
			v[nr].len = v[nr].extent;
		if (n->carried) {
			v[nr].bytes += l->hdr_len;
			v[nr].len = v[nr].extent - MIN_OF(l->hdr_len, v[nr].extent);
		}
		nr += !n->carried || v[nr].len;
	}
	*ret = (struct values){ v, nr };
	return nr;
}

bool values_get(struct display_state *s, const struct node *n, struct values *ret)
{
	switch (n->kind) {
	case NODE_CONST:
		*ret = (struct values){ n->values, n->nr_values };
		return true;
	case NODE_FIELD:
		return n->frame_field ? frame_values(s, n, ret) : field_values(s, n, ret);
	case NODE_PROTO:
		return proto_values(s, n, ret);
	case NODE_SLICE:
		return values_slice(s, n, ret);
	case NODE_CALL:
		return values_call(s, n, ret);
	case NODE_ARITH:
		return values_arith(s, n, ret);
	default:
		return false;
	}
}

bool values_any(struct display_state *s, const struct node *n)
{
	const struct dissection *d = s->d;
	struct values found = { 0 };
	size_t i;

	if (n->kind == NODE_PROTO && !n->payload && !n->carried) {
		if (n->whole_frame)
			return true;
		for (i = 0; i < d->nr_layers; i++)
			if (proto_in(n->protos, d->layers[i].proto) && wanted_layer(s, n, i))
				return true;
		return false;
	}
	if (!values_get(s, n, &found) || n->kind != NODE_SLICE)
		return found.nr;
	for (i = 0; i < found.nr; i++)
		if (found.v[i].len)
			return true;
	return false;
}
