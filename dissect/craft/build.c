/*
 * dissect/craft/build.c -- layers become a program: the bytes that stay, a list of those that
 * change, and for each length the constant shares of the checksums.
 *
 * A checksum is a sum (RFC 1071), so what each field adds to it can be added alone. All headers
 * but the last are of even length, so that words lie where they lie in the sum.
 */
#include <string.h>

#include "core/bytes.h"
#include "dissect/checksum.h"
#include "dissect/craft/craft_internal.h"

/* What a checksum covers. */
struct cover {
	uint32_t from, to;               /* to: 0 = the packet's end */
	uint32_t pseudo_from, pseudo_to; /* addresses of the IP layer below; 0: none */
	uint8_t pseudo_proto;
};

struct build {
	struct compiling *c;
	const struct layers *l;
	struct program *p;
	uint32_t number;
	uint8_t *bytes; /* of the longest frame */
	uint32_t bytes_len;
	struct cover covers[SUMS_MAX];
	int flows_layer; /* whose source counts for --flows; -1: none */
	int flows_field;
};

#define IP6_PREFIX 0x2001000200000000ull /* of addresses for benchmarks, RFC 5180 */

/* ---- bytes ---- */

static void put(uint8_t *p, const struct field *f, craft_wide value)
{
	const uint64_t low = (uint64_t)value << f->shift;

	switch (f->bytes) {
	case 1:
		*p |= (uint8_t)low;
		break;
	case 2:
		store_be16(p, load_be16(p) | (uint16_t)low);
		break;
	case 4:
		store_be32(p, load_be32(p) | (uint32_t)low);
		break;
	case 8:
		store_be64(p, load_be64(p) | low);
		break;
	default:
		store_be64(p, (uint64_t)(value >> 64));
		store_be64(p + 8, low);
	}
}

/* ---- what varies ---- */

static struct patch *add_patch(struct build *b, const struct craft_layer *l, unsigned field)
{
	const struct field *f = &l->proto->fields[field];
	struct patch *p;

	if (b->p->nr_patches == PATCHES_MAX)
		return NULL;
	p = &b->p->patches[b->p->nr_patches];
	*p = (struct patch){ .at = (uint16_t)(l->off + (uint32_t)l->at[field]),
			     .bytes = f->bytes,
			     .shift = f->shift,
			     .step = 1,
			     .every = 1 };
	/* By the place of its last byte: odd ones are a word's low byte. */
	p->sum_shift = (p->at + p->bytes) % 2 ? 8 : 0;
	p->key = craft_random(b->c->options->seed, (uint64_t)b->number << 32 | b->p->nr_patches);
	b->p->nr_patches++;
	return p;
}

static int too_many(const struct build *b)
{
	return craft_error(b->c, b->l->all, "more than %d fields that vary", PATCHES_MAX);
}

static int add_values(struct build *b, const struct craft_layer *l, unsigned field)
{
	const struct values *v = &l->values[field];
	struct patch *p = add_patch(b, l, field);
	craft_wide nr = (v->total + v->step - 1) / v->step;

	if (!p)
		return too_many(b);
	if (!~v->total)
		nr = (craft_wide)1 << 64; /* ::/0 */
	p->source = v->random ? PATCH_RANDOM : PATCH_COUNT;
	p->step = v->step;
	p->every = v->every;
	p->base = (uint64_t)v->pieces[0].base;
	p->base_high = (uint64_t)(v->pieces[0].base >> 64);
	if (v->random && v->total >> 64)
		p->random_high = (uint64_t)((v->total - !!~v->total) >> 64);
	p->count = nr >> 64 ? 0 : (uint64_t)nr;
	p->mask = p->count & (p->count - 1) ? 0 : p->count - 1;
	if (v->nr > 1) {
		p->pieces = v->pieces;
		p->nr_pieces = (uint32_t)v->nr;
	}
	return 0;
}

static int add_flows(struct build *b, const struct craft_layer *l, unsigned field)
{
	struct patch *p = add_patch(b, l, field);

	if (!p)
		return too_many(b);
	p->base = l->proto->fields[field].value;
	p->base_high = l->proto->fields[field].type == TYPE_IP6 ? IP6_PREFIX : 0;
	p->count = b->c->options->flows;
	p->mask = p->count & (p->count - 1) ? 0 : p->count - 1;
	b->p->has_flows = true;
	return 0;
}

static int add_moving(struct build *b, const struct craft_layer *l, unsigned field,
		      enum patch_source source)
{
	struct patch *p = add_patch(b, l, field);

	if (!p)
		return too_many(b);
	p->source = (uint8_t)source;
	p->mask = UINT64_MAX;
	b->p->has_time |= source == PATCH_TIME;
	return 0;
}

/* ---- checksums ---- */

/* Shares of what is random: one that covers the packet's end. */
static int add_sum(struct build *b, size_t layer, unsigned field)
{
	const struct craft_layer *l = &b->l->layer[layer], *below = l;
	const uint8_t role = l->proto->fields[field].role;
	struct cover *cover = &b->covers[b->p->nr_sums];

	/* The outer one of a tunnel is left out, RFC 7348 and RFC 6935. */
	if (layer + 1 < b->l->nr && l[1].id == PROTO_CRAFT_VXLAN)
		return 0;
	if (b->p->nr_sums == SUMS_MAX)
		return craft_error(b->c, l->all, "more than %d checksums", SUMS_MAX);
	*cover = (struct cover){ .from = l->off };
	if (role == ROLE_CHECKSUM)
		cover->to = l->off + l->len;
	if (role == ROLE_CHECKSUM_PSEUDO) {
		below--;
		cover->pseudo_from = below->off + (below->id == PROTO_CRAFT_IP ? 12 : 8);
		cover->pseudo_to = below->off + below->len;
		cover->pseudo_proto = (uint8_t)craft_next_number(below->id, l->id, false);
	}
	b->p->sums[b->p->nr_sums++] =
		(struct sum){ .at = (uint16_t)(l->off + (uint32_t)l->at[field]),
			      .never_zero = l->id == PROTO_CRAFT_UDP };
	return 0;
}

/* Which checksums each patch has a share in. */
static void find_shares(struct build *b)
{
	for (uint32_t i = 0; i < b->p->nr_sums; i++) {
		const struct cover *c = &b->covers[i];

		if (!c->to)
			b->p->random_sums |= 1u << i;
		for (uint32_t k = 0; k < b->p->nr_patches; k++) {
			struct patch *p = &b->p->patches[k];

			if ((p->at >= c->from && (!c->to || p->at < c->to)) ||
			    (p->at >= c->pseudo_from && p->at < c->pseudo_to))
				p->sums |= 1u << i;
		}
	}
}

/* Of the constant bytes: the headers as they stand, lengths included. */
static uint32_t head_share(const struct build *b, const struct cover *c, uint32_t packet_len)
{
	const uint32_t to = c->to ? c->to : b->l->len;
	uint32_t sum = checksum_partial(b->bytes + c->from, to - c->from, 0);

	if (c->pseudo_to) {
		sum = checksum_partial(b->bytes + c->pseudo_from, c->pseudo_to - c->pseudo_from,
				       sum);
		sum = checksum_partial((const uint8_t[]){ 0, c->pseudo_proto }, 2, sum);
		sum += (packet_len - c->from) & 0xffff;
	}
	return sum;
}

static void put_lengths(struct build *b, uint32_t packet_len)
{
	for (uint32_t i = 0; i < b->p->nr_lengths; i++)
		store_be16(b->bytes + b->p->lengths[i].at,
			   (uint16_t)(packet_len - b->p->lengths[i].minus));
}

static uint32_t fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint32_t)sum;
}

/* Of the first bytes of the payload, for every even number of them. */
static uint16_t *tail_sums(struct build *b)
{
	const uint32_t len = b->bytes_len - b->l->len;
	uint16_t *sums = arena_alloc(b->c->arena, (len / 2 + 1) * sizeof(*sums));

	for (uint32_t i = 0; sums && i < len / 2; i++)
		sums[i + 1] =
			(uint16_t)fold((uint64_t)sums[i] + load_be16(b->bytes + b->l->len + i * 2));
	return sums;
}

/* The headers' share differs between lengths by lengths alone, the payload's is its beginning's. */
static int set_shares(struct build *b)
{
	struct size_class *classes = b->p->classes;
	const uint16_t *tail = tail_sums(b);
	const uint8_t *payload = b->bytes + b->l->len;

	if (!tail)
		return craft_no_memory(b->c);
	for (uint32_t i = 0; i < b->p->nr_classes; i++) {
		const uint32_t len = classes[i].packet_len - b->l->len;

		put_lengths(b, classes[i].packet_len);
		for (uint32_t k = 0; k < b->p->nr_sums; k++) {
			const struct cover *c = &b->covers[k];
			uint64_t sum = head_share(b, c, classes[i].packet_len);

			if (!c->to) {
				/* A header of odd length is a message, without a payload. */
				sum += tail[len / 2];
				if (len % 2)
					sum += (uint64_t)payload[len - 1] << 8;
			}
			classes[i].sum[k] = fold(sum);
		}
	}
	return 0;
}

/* ---- fields ---- */

static uint64_t src_mac(const struct build *b, const struct field *f)
{
	const uint64_t mac = craft_mac_number(b->c->options->src_mac);

	return mac ? mac : f->value;
}

/* Requests go to everybody. */
static uint64_t dst_mac(const struct build *b, size_t layer, const struct field *f)
{
	size_t next = layer + 1;

	while (next < b->l->nr && b->l->layer[next].id == PROTO_CRAFT_VLAN)
		next++;
	return next < b->l->nr && b->l->layer[next].id == PROTO_CRAFT_ARP ? 0xffffffffffff
									  : f->value;
}

static uint64_t next_number(const struct build *b, size_t layer, const struct field *f)
{
	const struct craft_layer *l = &b->l->layer[layer];
	const size_t next = layer + 1;
	const enum proto upper = next < b->l->nr ? l[1].id : PROTO_CRAFT_PAYLOAD;
	const bool another = next + 1 < b->l->nr && l[2].id == PROTO_CRAFT_VLAN;
	const uint32_t number = craft_next_number(l->id, upper, another);

	return number ? number : f->value;
}

static int add_length(struct build *b, const struct craft_layer *l, unsigned field)
{
	const struct field *f = &l->proto->fields[field];

	if (b->p->nr_lengths == LENGTHS_MAX)
		return craft_error(b->c, l->all, "more than %d lengths", LENGTHS_MAX);
	b->p->lengths[b->p->nr_lengths++] =
		(struct length){ .at = (uint16_t)(l->off + (uint32_t)l->at[field]),
				 .minus = (uint16_t)(l->off + f->value) };
	return 0;
}

/* A field that is not given. */
static int add_default(struct build *b, size_t layer, unsigned field)
{
	const struct craft_layer *l = &b->l->layer[layer];
	const struct field *f = &l->proto->fields[field];
	craft_wide v = f->value;

	if ((int)layer == b->flows_layer && (int)field == b->flows_field)
		return add_flows(b, l, field);
	switch (f->role) {
	case ROLE_LENGTH:
		return add_length(b, l, field);
	case ROLE_CHECKSUM:
	case ROLE_CHECKSUM_ALL:
	case ROLE_CHECKSUM_PSEUDO:
		return add_sum(b, layer, field);
	case ROLE_TIME:
		return add_moving(b, l, field, PATCH_TIME);
	case ROLE_COUNTER:
		return add_moving(b, l, field, PATCH_COUNT);
	case ROLE_SRC_MAC:
		v = layer && l->id == PROTO_CRAFT_ETH ? f->value : src_mac(b, f);
		break;
	case ROLE_DST_MAC:
		v = dst_mac(b, layer, f);
		break;
	case ROLE_NEXT:
		v = next_number(b, layer, f);
		break;
	case ROLE_HEADER_WORDS:
		v = l->len / 4;
		break;
	default:
		break;
	}
	if (f->type == TYPE_IP6)
		v |= (craft_wide)IP6_PREFIX << 64;
	put(b->bytes + l->off + l->at[field], f, v);
	return 0;
}

static int add_field(struct build *b, size_t layer, unsigned field)
{
	const struct craft_layer *l = &b->l->layer[layer];
	const struct values *v = &l->values[field];

	if (l->at[field] < 0)
		return 0;
	if (!v->nr)
		return add_default(b, layer, field);
	if (v->total > 1)
		return add_values(b, l, field);
	put(b->bytes + l->off + l->at[field], &l->proto->fields[field], v->pieces[0].base);
	return 0;
}

static int add_layers(struct build *b)
{
	int code = 0;

	for (size_t i = 0; i < b->l->nr; i++) {
		const struct craft_layer *l = &b->l->layer[i];

		if (l->proto->write)
			l->proto->write(l, b->bytes + l->off);
		for (unsigned f = 0; !code && f < l->proto->nr_fields; f++)
			code = add_field(b, i, f);
	}
	return code;
}

/* Whose source counts: the innermost port, or else address, that nobody describes. */
static void find_flows(struct build *b)
{
	b->flows_layer = -1;
	for (size_t i = b->l->nr; b->c->options->flows > 1 && i-- && b->flows_layer < 0;) {
		const struct craft_layer *l = &b->l->layer[i];
		const bool port = l->id == PROTO_CRAFT_UDP || l->id == PROTO_CRAFT_TCP;

		if (!port && l->id != PROTO_CRAFT_IP && l->id != PROTO_CRAFT_IP6)
			continue;
		for (unsigned f = 0; f < l->proto->nr_fields; f++)
			if (!strcmp(l->proto->fields[f].name, port ? "sport" : "src") &&
			    !l->values[f].nr) {
				b->flows_layer = (int)i;
				b->flows_field = (int)f;
			}
	}
}

/* ---- the payload ---- */

static void put_payload(struct build *b)
{
	uint8_t *p = b->bytes + b->l->len;
	const uint32_t len = b->bytes_len - b->l->len;
	const size_t given = b->l->payload ? b->l->payload_given : 0;

	for (uint32_t i = 0; b->l->fill == FILL_PATTERN && i < len; i++)
		p[i] = (uint8_t)i;
	if (given)
		memcpy(p, b->l->payload, given);
	if (b->l->fill != FILL_RANDOM)
		return;
	/* From a whole word of the checksums on. */
	b->p->random_from = b->l->len + (uint32_t)align_up(given, 2);
	b->p->random_key =
		craft_random(b->c->options->seed, (uint64_t)b->number << 32 | UINT32_MAX);
}

/* ---- all of it ---- */

static void set_period(struct program *p)
{
	p->period = p->random_class || p->random_from ? 0 : p->nr_order;
	for (uint32_t i = 0; i < p->nr_patches; i++) {
		const struct patch *q = &p->patches[i];
		uint64_t own = 0;

		if (q->source == PATCH_TIME)
			continue;
		if (q->source == PATCH_COUNT && __builtin_mul_overflow(q->count, q->every, &own))
			own = 0;
		p->period = craft_lcm(p->period, own);
	}
}

static uint32_t longest(const struct program *p)
{
	uint32_t max = 0;

	for (uint32_t i = 0; i < p->nr_classes; i++)
		max = MAX_OF(max, p->classes[i].packet_len);
	return max;
}

int craft_build(struct compiling *c, const struct layers *l, uint32_t number, struct program *ret)
{
	struct build b = { .c = c, .l = l, .p = ret, .number = number };
	int code = craft_classes(c, l, ret);

	if (code)
		return code;
	b.bytes_len = longest(ret);
	b.bytes = arena_alloc(c->arena, b.bytes_len + 8); /* whole words are read behind a head */
	ret->patches = arena_alloc(c->arena, PATCHES_MAX * sizeof(*ret->patches));
	if (!b.bytes || !ret->patches)
		return craft_no_memory(c);
	ret->bytes = b.bytes;
	ret->free_tag = l->free_tag;
	ret->class_key = craft_random(c->options->seed, (uint64_t)number << 32 | (UINT32_MAX - 1));
	find_flows(&b);
	put_payload(&b);
	code = add_layers(&b);
	if (code)
		return code;
	find_shares(&b);
	code = set_shares(&b);
	put_lengths(&b, ret->classes[0].packet_len);
	set_period(ret);
	return code;
}
