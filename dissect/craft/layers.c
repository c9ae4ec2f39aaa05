/* dissect/craft/layers.c -- the layers of a description: names, fields, order, places. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/suggest.h"
#include "dissect/craft/craft_internal.h"

/* In the order of payload_fields, and of eth_fields. */
enum { PAYLOAD_LEN, PAYLOAD_DATA, PAYLOAD_FILL };
enum { ETH_DST, ETH_SRC, ETH_TYPE };

enum {
	WORD_MAX = 64,
	LIST_SIZE = 256,
	RANDOM_LEN = 32, /* of a payload that is only said to be random */
	ETHERTYPE_VLAN = 0x8100,
	TAG_LEN = 4,
};

/* ---- names ---- */

static int unknown_layer(struct compiling *c, struct span s)
{
	/* As others call them. */
	static const struct {
		const char *name, *ours;
	} others[] = { { "ethernet", "eth" }, { "ipv4", "ip" },      { "ip4", "ip" },
		       { "ipv6", "ip6" },     { "icmpv6", "icmp6" }, { "data", "payload" },
		       { "raw", "payload" },  { "dot1q", "vlan" },   { "8021q", "vlan" } };
	const char *names[PROTO_CRAFT_NR], *near = NULL;
	char word[WORD_MAX], list[LIST_SIZE];
	struct strbuf out = strbuf_over(list, sizeof(list));

	craft_copy(c, s, word, sizeof(word));
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (!strcasecmp(word, others[i].name))
			near = others[i].ours;
	for (size_t i = 0; i < PROTO_CRAFT_NR; i++) {
		names[i] = craft_protos[i].name;
		strbuf_printf(&out, "%s%s", i ? ", " : "", names[i]);
	}
	if (!near)
		near = suggest(word, names, PROTO_CRAFT_NR);
	if (near)
		return craft_error(c, s, "no such layer; did you mean %s?", near);
	return craft_error(c, s, "no such layer; there are %s", list);
}

static int find_proto(struct compiling *c, struct span s, enum proto *ret)
{
	for (unsigned i = 0; i < PROTO_CRAFT_NR; i++)
		if (craft_is(c, s, craft_protos[i].name)) {
			*ret = (enum proto)i;
			return 0;
		}
	return unknown_layer(c, s);
}

static int unknown_field(struct compiling *c, const struct craft_proto *p, struct span s)
{
	const char *names[2 * FIELDS_MAX], *near;
	char word[WORD_MAX], list[LIST_SIZE];
	struct strbuf out = strbuf_over(list, sizeof(list));
	size_t nr = 0;

	for (size_t i = 0; i < p->nr_fields; i++) {
		names[nr++] = p->fields[i].name;
		if (p->fields[i].also)
			names[nr++] = p->fields[i].also;
		strbuf_printf(&out, "%s%s", i ? ", " : "", p->fields[i].name);
	}
	near = suggest(craft_copy(c, s, word, sizeof(word)), names, nr);
	if (near)
		return craft_error(c, s, "%s has no such field; did you mean %s?", p->name, near);
	return craft_error(c, s, "%s has no such field; it has %s", p->name, list);
}

/* "ttl", "ip.ttl", "udp.srcport" */
static int find_field(struct compiling *c, const struct craft_proto *p, struct span s,
		      unsigned *ret)
{
	const size_t prefix = strlen(p->prefix);
	struct span rest = s;

	if (s.end - s.begin > prefix && !memcmp(c->text + s.begin, p->prefix, prefix) &&
	    c->text[s.begin + prefix] == '.')
		rest.begin += (uint32_t)prefix + 1;
	for (unsigned i = 0; i < p->nr_fields; i++)
		if (craft_is(c, rest, p->fields[i].name) ||
		    (p->fields[i].also && craft_is(c, rest, p->fields[i].also))) {
			*ret = i;
			return 0;
		}
	return unknown_field(c, p, s);
}

/* ---- a layer's fields ---- */

/* Both were given, and share bits. */
static bool overlap(const struct field *a, const struct field *b)
{
	const int a_first = a->at * 8 + a->bytes * 8 - a->shift - a->bits;
	const int b_first = b->at * 8 + b->bytes * 8 - b->shift - b->bits;

	return a->at >= 0 && b->at >= 0 && a_first < b_first + b->bits &&
	       b_first < a_first + a->bits;
}

static int check_overlap(struct compiling *c, const struct craft_layer *l, unsigned field)
{
	for (unsigned i = 0; i < l->proto->nr_fields; i++)
		if (i != field && l->values[i].nr &&
		    overlap(&l->proto->fields[i], &l->proto->fields[field]))
			return craft_error(c, l->values[field].from->all,
					   "%s is a part of %s, or the other way round; give one "
					   "of them",
					   l->proto->fields[field].name, l->proto->fields[i].name);
	return 0;
}

static int take_field(struct compiling *c, struct craft_layer *l, const struct argument *a)
{
	const struct craft_proto *p = l->proto;
	unsigned field = 0;
	int code = 0;

	if (a->name.begin == a->name.end) {
		if (!p->positional)
			return craft_error(c, a->all, "which field of %s? NAME=VALUE", p->name);
		while (strcmp(p->fields[field].name, p->positional) != 0)
			field++;
	} else {
		code = find_field(c, p, a->name, &field);
	}
	if (!code)
		code = craft_values(c, &p->fields[field], a, &l->values[field]);
	return code ? code : check_overlap(c, l, field);
}

static int take_layer(struct compiling *c, const struct layer_text *t, enum proto id,
		      struct craft_layer *ret)
{
	int code = 0;

	ret->id = id;
	ret->proto = &craft_protos[id];
	ret->all = t->name;
	ret->len = ret->proto->header_len;
	for (unsigned i = 0; i < ret->proto->nr_fields; i++)
		ret->at[i] = ret->proto->fields[i].at;
	for (const struct argument *a = t->arguments; !code && a; a = a->next)
		code = take_field(c, ret, a);
	if (!code && ret->proto->layout)
		code = ret->proto->layout(c, ret);
	return code;
}

/* ---- the payload ---- */

static int take_data(struct compiling *c, const struct item *i, struct layers *l)
{
	if (l->payload)
		return craft_error(c, i->all, "the payload is given twice");
	if (i->last.end || i->prefix.end)
		return craft_error(c, i->all, "put the text into quotation marks");
	l->payload = i->bytes ? i->bytes : (const uint8_t *)c->text + i->first.begin;
	l->payload_given = i->bytes ? i->len : i->first.end - i->first.begin;
	return l->payload_given <= CRAFT_FRAME_MAX
		       ? 0
		       : craft_error(c, i->all, "no frame is longer than %d bytes",
				     CRAFT_FRAME_MAX);
}

static bool take_fill(const struct compiling *c, const struct item *i, struct layers *l)
{
	static const char *const names[] = {
		[FILL_PATTERN] = "pattern", [FILL_ZERO] = "zero", [FILL_RANDOM] = "random"
	};

	for (unsigned k = 0; k < ARRAY_SIZE(names); k++)
		if (!i->bytes && craft_is(c, i->all, names[k])) {
			l->fill = (enum fill)k;
			return true;
		}
	return false;
}

/* payload(64), payload("text"), payload(hex 0a0b), payload(random), payload(64-1400 random) */
static int take_unnamed(struct compiling *c, const struct argument *a, struct layers *l)
{
	struct argument *lengths = arena_alloc(c->arena, sizeof(*lengths));
	struct item **tail, *copy;
	int code;

	if (!lengths)
		return craft_no_memory(c);
	*lengths = *a;
	lengths->nr_items = 0;
	tail = &lengths->items;
	*tail = NULL;
	for (const struct item *i = a->items; i; i = i->next) {
		if (take_fill(c, i, l))
			continue;
		if (i->bytes) {
			code = take_data(c, i, l);
			if (code)
				return code;
			continue;
		}
		copy = arena_alloc(c->arena, sizeof(*copy));
		if (!copy)
			return craft_no_memory(c);
		*copy = *i;
		copy->next = NULL;
		*tail = copy;
		tail = &copy->next;
		lengths->nr_items++;
	}
	if (!lengths->nr_items && a->how_given)
		return craft_error(c, a->how,
				   "only the length of a payload varies: 64-1400 random");
	return lengths->nr_items ? craft_values(c, &craft_protos[PROTO_CRAFT_PAYLOAD].fields[0],
						lengths, &l->payload_len)
				 : 0;
}

static int take_named(struct compiling *c, const struct argument *a, struct layers *l)
{
	const struct craft_proto *p = &craft_protos[PROTO_CRAFT_PAYLOAD];
	unsigned field;
	int code = find_field(c, p, a->name, &field);

	if (code)
		return code;
	if (field == PAYLOAD_LEN)
		return craft_values(c, &p->fields[field], a, &l->payload_len);
	if (a->nr_items > 1 || a->how_given)
		return craft_error(c, a->all, "%s is one text and does not vary",
				   p->fields[field].name);
	if (field == PAYLOAD_DATA)
		return take_data(c, a->items, l);
	if (!take_fill(c, a->items, l))
		return craft_error(c, a->items->all, "fill is pattern, zero or random");
	return 0;
}

static int take_payload(struct compiling *c, const struct layer_text *t, struct layers *l)
{
	int code = 0;

	for (const struct argument *a = t->arguments; !code && a; a = a->next)
		code = a->name.begin == a->name.end ? take_unnamed(c, a, l) : take_named(c, a, l);
	if (!code && t->next)
		code = craft_error(c, t->next->all, "nothing comes behind payload");
	return code;
}

/* ---- all of them ---- */

static int cannot_carry(struct compiling *c, struct span at, enum proto lower, enum proto upper)
{
	char list[LIST_SIZE];
	struct strbuf out = strbuf_over(list, sizeof(list));

	for (unsigned i = 0; i < PROTO_CRAFT_NR; i++)
		if (craft_protos[lower].carries & 1u << i)
			strbuf_printf(&out, "%s%s", out.len ? ", " : "", craft_protos[i].name);
	if (!out.len)
		return craft_error(c, at, "nothing comes behind %s", craft_protos[lower].name);
	return craft_error(c, at, "%s does not carry %s; it carries %s", craft_protos[lower].name,
			   craft_protos[upper].name, list);
}

/* Of a message of fixed length, larger frames have padding. */
static bool is_message(enum proto id)
{
	return id == PROTO_CRAFT_ARP || id == PROTO_CRAFT_DNS;
}

static int append(struct compiling *c, const struct layer_text *t, struct layers *ret)
{
	struct craft_layer *l = &ret->layer[ret->nr];
	enum proto id = PROTO_CRAFT_ETH;
	int code = find_proto(c, t->name, &id);

	if (code)
		return code;
	if (ret->nr && !(l[-1].proto->carries & 1u << id))
		return cannot_carry(c, t->name, l[-1].id, id);
	if (id == PROTO_CRAFT_PAYLOAD)
		return take_payload(c, t, ret);
	code = take_layer(c, t, id, l);
	l->off = ret->len;
	ret->len += l->len;
	ret->growing = !is_message(id);
	ret->nr++;
	return code;
}

/* The kernel allows for the tag of a frame that says 802.1Q, and for no other. */
static uint32_t free_tag(const struct layers *l)
{
	const struct values *type = &l->layer->values[ETH_TYPE];
	const bool another = l->nr > 2 && l->layer[2].id == PROTO_CRAFT_VLAN;
	const uint32_t number =
		l->nr > 1 ? craft_next_number(PROTO_CRAFT_ETH, l->layer[1].id, another) : 0;

	if (type->nr)
		return type->total == 1 && type->pieces->base == ETHERTYPE_VLAN ? TAG_LEN : 0;
	return number == ETHERTYPE_VLAN ? TAG_LEN : 0;
}

int craft_layers(struct compiling *c, const struct description *d, struct layers *ret)
{
	/* A description may begin above Ethernet. */
	const struct layer_text ethernet = { .all = d->layers->all, .name = d->layers->name };
	int code = 0;

	*ret = (struct layers){ .all = d->all };
	ret->layer = arena_alloc(c->arena, (d->nr_layers + 1) * sizeof(*ret->layer));
	if (!ret->layer)
		return craft_no_memory(c);
	if (!craft_is(c, d->layers->name, "eth")) {
		code = take_layer(c, &ethernet, PROTO_CRAFT_ETH, ret->layer);
		ret->len = ret->layer->len;
		ret->nr = 1;
		ret->growing = true;
	}
	for (const struct layer_text *t = d->layers; !code && t; t = t->next)
		code = append(c, t, ret);
	ret->free_tag = free_tag(ret);
	if (!code && ret->fill == FILL_RANDOM && !ret->payload && !ret->payload_len.nr &&
	    c->options->sizes.kind == CRAFT_SIZE_NATURAL)
		ret->payload_given = RANDOM_LEN;
	return code;
}
