/* dissect/craft/sizes.c -- how long frames are, and in which order. */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "dissect/craft/craft_internal.h"

enum {
	IMIX_SMALL = 64, /* as the generator of ringtap-bench has them */
	IMIX_MEDIUM = 590,
	IMIX_LARGE = 1514,
	IMIX_PERIOD = 12,
	MTU_DEFAULT = 1500,
	ORDER_MAX = UINT16_MAX,
};

/* Digits; NULL: none. */
static const char *parse_bytes(const char *text, uint32_t *ret)
{
	if (!isdigit((unsigned char)*text))
		return NULL;
	for (*ret = 0; isdigit((unsigned char)*text); text++)
		*ret = MIN_OF(*ret * 10 + (uint32_t)(*text - '0'), CRAFT_FRAME_MAX + 1u);
	return text;
}

int craft_sizes_parse(const char *text, struct craft_sizes *ret)
{
	struct craft_sizes s = { .kind = CRAFT_SIZE_RANGE };

	if (!strcasecmp(text, "imix") || !strcasecmp(text, "mtu")) {
		*ret = (struct craft_sizes){ .kind = (*text | 0x20) == 'i' ? CRAFT_SIZE_IMIX
									   : CRAFT_SIZE_MTU };
		return 0;
	}
	text = parse_bytes(text, &s.min);
	s.max = s.min;
	if (text && *text == '-')
		text = parse_bytes(text + 1, &s.max);
	if (!text || *text)
		return -EINVAL;
	if (s.min < CRAFT_FRAME_MIN || s.max > CRAFT_FRAME_MAX || s.max < s.min)
		return -ERANGE;
	*ret = s;
	return 0;
}

/* Bytes without which there is no such packet. */
static uint32_t needed(const struct layers *l)
{
	return l->len + (uint32_t)l->payload_given;
}

static int too_long(struct compiling *c, const struct layers *l, uint32_t len)
{
	return craft_error(c, l->all, "a frame of %u bytes; %d at most", len, CRAFT_FRAME_MAX);
}

static int allocate(struct compiling *c, struct program *p, uint32_t classes, uint32_t order,
		    struct size_class **ret, uint16_t **ret_order)
{
	*ret = arena_alloc(c->arena, classes * sizeof(**ret));
	*ret_order = arena_alloc(c->arena, order * sizeof(**ret_order));
	p->classes = *ret;
	p->nr_classes = classes;
	p->order = *ret_order;
	p->nr_order = order;
	return *ret && *ret_order ? 0 : craft_no_memory(c);
}

static void set_class(const struct layers *l, struct size_class *s, uint32_t frame_len)
{
	const uint32_t need = needed(l);

	s->packet_len = l->growing ? MAX_OF(frame_len, need) : need;
	s->frame_len = MAX_OF(MAX_OF(frame_len, s->packet_len), (uint32_t)CRAFT_FRAME_MIN);
}

static int one_size(struct compiling *c, const struct layers *l, struct program *p, uint32_t size)
{
	struct size_class *classes;
	uint16_t *order;
	const int code = allocate(c, p, 1, 1, &classes, &order);

	if (!code)
		set_class(l, classes, size);
	return code;
}

static int random_sizes(struct compiling *c, const struct layers *l, struct program *p)
{
	const struct craft_sizes *s = &c->options->sizes;
	struct size_class *classes;
	uint16_t *order;
	int code;

	if (needed(l) > s->min)
		return craft_error(c, l->all,
				   "this takes %u bytes at least, more than --size %u; give a "
				   "larger size, or a shorter description",
				   needed(l), s->min);
	if (s->min == s->max)
		return one_size(c, l, p, s->min);
	code = allocate(c, p, s->max - s->min + 1, 1, &classes, &order);
	for (uint32_t i = 0; !code && i < p->nr_classes; i++)
		set_class(l, &classes[i], s->min + i);
	p->random_class = true;
	return code;
}

/* Sizes that are smaller than what is described are as small as that allows. */
static int imix(struct compiling *c, const struct layers *l, struct program *p)
{
	static const uint32_t sizes[] = { IMIX_SMALL, IMIX_MEDIUM, IMIX_LARGE };
	struct size_class *classes;
	uint16_t *order;
	const int code = allocate(c, p, ARRAY_SIZE(sizes), IMIX_PERIOD, &classes, &order);

	for (size_t i = 0; !code && i < ARRAY_SIZE(sizes); i++)
		set_class(l, &classes[i], sizes[i]);
	for (unsigned i = 0; !code && i < IMIX_PERIOD; i++)
		order[i] = i == 0 ? 2 : i % 3 == 1 ? 1 : 0;
	return code;
}

static int full_size(struct compiling *c, const struct layers *l, struct program *p)
{
	uint32_t size = c->options->mtu ? c->options->mtu : (uint32_t)MTU_DEFAULT;

	size = MIN_OF(size + l->layer[0].len + l->free_tag, (uint32_t)CRAFT_FRAME_MAX);
	if (needed(l) > size)
		return craft_error(c, l->all, "this takes %u bytes, more than the MTU allows: %u",
				   needed(l), size);
	return one_size(c, l, p, size);
}

/* payload(100-200 count): a class for each length. */
static int own_lengths(struct compiling *c, const struct layers *l, struct program *p)
{
	const struct values *v = &l->payload_len;
	const uint64_t nr = (uint64_t)((v->total + v->step - 1) / v->step);
	struct size_class *classes;
	uint16_t *order;
	size_t piece = 0;
	int code;

	if (v->total > ORDER_MAX || nr * v->every > ORDER_MAX)
		return craft_error(c, v->from->all, "a payload has at most %d lengths", ORDER_MAX);
	code = allocate(c, p, (uint32_t)nr, (uint32_t)(nr * v->every), &classes, &order);
	for (uint32_t i = 0; !code && i < nr; i++) {
		const uint64_t index = i * v->step;
		uint64_t len;

		while (piece + 1 < v->nr && v->pieces[piece + 1].first <= index)
			piece++;
		len = (uint64_t)v->pieces[piece].base + index - v->pieces[piece].first;
		if (len < l->payload_given)
			return craft_error(c, v->from->all,
					   "the text has %zu bytes, more than %llu",
					   l->payload_given, (unsigned long long)len);
		if (len > CRAFT_FRAME_MAX - l->len)
			return too_long(c, l, (uint32_t)MIN_OF(l->len + len, UINT32_MAX));
		set_class(l, &classes[i], l->len + (uint32_t)len);
	}
	for (uint32_t i = 0; !code && i < p->nr_order; i++)
		order[i] = (uint16_t)(i / v->every);
	p->random_class = v->random && nr > 1;
	return code;
}

static void set_mean(struct program *p)
{
	double sum = 0;
	uint32_t i;

	for (i = 0; p->random_class && i < p->nr_classes; i++)
		sum += p->classes[i].frame_len;
	for (i = 0; !p->random_class && i < p->nr_order; i++)
		sum += p->classes[p->order[i]].frame_len;
	p->mean = sum / (p->random_class ? p->nr_classes : p->nr_order);
}

int craft_classes(struct compiling *c, const struct layers *l, struct program *p)
{
	int code;

	if (needed(l) > CRAFT_FRAME_MAX)
		return too_long(c, l, needed(l));
	if (l->payload_len.nr)
		code = own_lengths(c, l, p);
	else if (c->options->sizes.kind == CRAFT_SIZE_RANGE)
		code = random_sizes(c, l, p);
	else if (c->options->sizes.kind == CRAFT_SIZE_IMIX)
		code = imix(c, l, p);
	else if (c->options->sizes.kind == CRAFT_SIZE_MTU)
		code = full_size(c, l, p);
	else
		code = one_size(c, l, p, needed(l));
	if (!code)
		set_mean(p);
	return code;
}
