#include "dissect/field_lookup.h"

#include <string.h>

#include "core/compiler.h"
#include "dissect/field_pair.h"

static unsigned lookup_one(const struct registry *reg, const char *name, field_found_fn found,
			   void *arg)
{
	unsigned id, nr = 0;
	size_t i;

	for (id = 0; id < PROTO_ID_MAX; id++) {
		const struct dissector *p = reg->by_id[id];

		for (i = 0; p && i < p->nr_fields + p->nr_described; i++) {
			const bool described = i >= p->nr_fields;
			const struct field_desc *fd =
				described ? &p->described[i - p->nr_fields] : &p->fields[i];

			if (strcmp(fd->name, name))
				continue;
			found(arg, fd, (uint8_t)id, described);
			nr++;
		}
	}
	return nr;
}

unsigned field_lookup(const struct registry *reg, const char *name, field_found_fn found, void *arg)
{
	const struct field_pair *pair = field_pair_find(name);
	unsigned nr;

	if (!pair)
		return lookup_one(reg, name, found, arg);
	nr = lookup_one(reg, pair->members[0], found, arg);
	return pair->members[1] ? nr + lookup_one(reg, pair->members[1], found, arg) : nr;
}

uint32_t layer_extent(const struct dissection *d, const struct layer *l)
{
	const struct dissector *p = registry_by_id(d->reg, l->proto);
	uint32_t end = d->frame.cap_len;

	if (p && p->layer_class > CLASS_TAG && !layer_is_quoted(d, l))
		end = MAX_OF(MIN_OF(end, d->wire_end), l->off + l->hdr_len);
	return end > l->off ? end - l->off : 0;
}

unsigned payload_lookup(const char *name)
{
	static const struct {
		const char *name;
		uint8_t proto;
	} known[] = { { "tcp.payload", PROTO_TCP }, { "udp.payload", PROTO_UDP } };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (!strcmp(known[i].name, name))
			return known[i].proto;
	return PROTO_ID_MAX;
}
