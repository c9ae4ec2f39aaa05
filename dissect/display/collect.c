#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "dissect/display/state.h"

enum { CHUNK_SIZE = 64 << 10 };

void *scratch_alloc(struct display_state *s, size_t size)
{
	struct scratch_chunk *chunk = s->chunk, *more;
	size_t room;
	void *ret;

	size = (size + 15) & ~(size_t)15;
	while (chunk && chunk->size - chunk->used < size) {
		chunk = chunk->next;
		if (chunk)
			chunk->used = 0;
	}
	if (!chunk) {
		room = MAX_OF(size, (size_t)CHUNK_SIZE);
		if (size > SCRATCH_MAX || s->scratch_size + room > SCRATCH_MAX)
			return NULL;
		more = malloc(sizeof(*more) + room);
		if (!more)
			return NULL;
		*more = (struct scratch_chunk){ .size = room };
		s->scratch_size += room;
		/* At the end, so that the small ones are tried first. */
		if (s->chunks) {
			for (chunk = s->chunks; chunk->next; chunk = chunk->next)
				;
			chunk->next = more;
		} else {
			s->chunks = more;
		}
		chunk = more;
	}
	s->chunk = chunk;
	ret = chunk->data + chunk->used;
	chunk->used += size;
	return ret;
}

void value_from_field(struct value *ret, const struct field_value *v)
{
	*ret = (struct value){ .desc = v->desc, .bytes = v->bytes, .num = v->num };
	if (v->desc->kind >= FIELD_MAC) {
		ret->len = (uint32_t)v->len;
		ret->extent = v->desc->kind == FIELD_IPV4 ? 32 : 128;
		if (v->desc->kind == FIELD_IPV4)
			ret->num = load_be32(v->bytes);
	} else {
		ret->len = (uint32_t)v->at_len;
	}
}

static struct slot *find_slot(struct display_state *s, const struct field_desc *desc,
			      unsigned proto)
{
	const struct display_filter *f = s->f;
	unsigned i;

	for (i = f->first_wanted[proto]; i < f->first_wanted[proto + 1]; i++)
		if (f->wanted[i].desc == desc)
			return &s->slots[i];
	return NULL;
}

/* Text that describe() made is gone after the call; what lies in the frame stays. */
static bool keep_bytes(struct display_state *s, struct value *v)
{
	const uint8_t *data = s->d->frame.data;
	const uint32_t cap_len = s->d->frame.cap_len;
	uint8_t *copy;

	if (!v->bytes || !v->len)
		return true;
	if ((uintptr_t)v->bytes >= (uintptr_t)data &&
	    (uintptr_t)v->bytes - (uintptr_t)data < cap_len)
		return true;
	copy = scratch_alloc(s, v->len);
	if (!copy)
		return false;
	memcpy(copy, v->bytes, v->len);
	v->bytes = copy;
	return true;
}

static void take_described(struct field_out *o, const struct field_value *v)
{
	struct display_state *s =
		(struct display_state *)((char *)o - __builtin_offsetof(struct display_state, out));
	struct slot *slot = find_slot(s, v->desc, s->d->layers[s->layer].proto);
	struct entry *entry;

	if (!slot || slot->nr >= FIELD_VALUES_MAX)
		return;
	entry = scratch_alloc(s, sizeof(*entry));
	if (!entry)
		return;
	value_from_field(&entry->value, v);
	if (!keep_bytes(s, &entry->value))
		return;
	entry->next = NULL;
	entry->layer = s->layer;
	*slot->tail = entry;
	slot->tail = &entry->next;
	slot->nr++;
}

void collect_described(struct display_state *s, unsigned proto)
{
	const struct dissector *p = registry_by_id(s->f->reg, proto);
	const struct dissection *d = s->d;
	unsigned i;

	if (s->collected[proto] == s->serial)
		return;
	s->collected[proto] = s->serial;
	for (i = s->f->first_wanted[proto]; i < s->f->first_wanted[proto + 1]; i++)
		s->slots[i] = (struct slot){ .tail = &s->slots[i].first };
	s->out.put = take_described;
	for (i = 0; i < d->nr_layers && p && p->describe; i++)
		if (d->layers[i].proto == proto) {
			s->layer = i;
			p->describe(d, &d->layers[i], &s->out);
		}
}
