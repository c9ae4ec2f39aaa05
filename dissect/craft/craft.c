/* dissect/craft/craft.c -- opens and closes: text, layers, programs, the order of several. */
#include "dissect/craft/craft.h"

#include <errno.h>
#include <string.h>

#include "dissect/craft/craft_internal.h"

#define PERIOD_MAX ((uint64_t)1 << 32)

uint64_t craft_lcm(uint64_t a, uint64_t b)
{
	uint64_t x = a, y = b, lcm;

	if (!a || !b)
		return 0;
	while (y) {
		const uint64_t rest = x % y;

		x = y;
		y = rest;
	}
	return __builtin_mul_overflow(a / x, b, &lcm) || lcm > PERIOD_MAX ? 0 : lcm;
}

/* Each as often as it weighs, spread as evenly as that goes: the one that is most behind is next.
 */
static int set_turns(struct compiling *c, struct craft *craft)
{
	int64_t behind[CRAFT_DESCRIPTIONS_MAX] = { 0 };
	uint16_t done[CRAFT_DESCRIPTIONS_MAX] = { 0 };
	struct craft_turn *turns = arena_alloc(c->arena, craft->nr_turns * sizeof(*turns));

	if (!turns)
		return craft_no_memory(c);
	for (uint32_t i = 0; i < craft->nr_turns; i++) {
		uint32_t next = 0;

		for (uint32_t k = 0; k < craft->nr_programs; k++) {
			behind[k] += craft->programs[k].weight;
			if (behind[k] > behind[next])
				next = k;
		}
		behind[next] -= craft->nr_turns;
		turns[i] = (struct craft_turn){ .program = (uint16_t)next, .rank = done[next]++ };
	}
	craft->turns = turns;
	return 0;
}

/* A round is one turn of each; it repeats when all of them do. */
static void set_period(struct craft *c)
{
	uint64_t rounds = 1, period;

	for (uint32_t i = 0; i < c->nr_programs; i++) {
		const struct program *p = &c->programs[i];

		/* frames of it until it repeats at the start of a round */
		period = craft_lcm(p->period, p->weight);
		rounds = craft_lcm(rounds, period / p->weight);
	}
	period = rounds * c->nr_turns;
	c->period = period <= PERIOD_MAX ? period : 0;
}

static void sum_up(struct craft *c)
{
	double bytes = 0;

	for (uint32_t i = 0; i < c->nr_programs; i++) {
		const struct program *p = &c->programs[i];
		uint32_t longest = 0;

		for (uint32_t k = 0; k < p->nr_classes; k++)
			longest = MAX_OF(longest, p->classes[k].frame_len);
		c->frame_max = MAX_OF(c->frame_max, longest);
		c->mtu_frame_max = MAX_OF(c->mtu_frame_max, longest - p->free_tag);
		bytes += p->mean * p->weight;
		c->has_time |= p->has_time;
	}
	c->mean = bytes / c->nr_turns;
	set_period(c);
}

static int check_flows(struct compiling *c, const struct craft *craft)
{
	bool any = c->options->flows <= 1;

	for (uint32_t i = 0; i < craft->nr_programs; i++)
		any |= craft->programs[i].has_flows;
	return any ? 0
		   : craft_error(c, (struct span){ 0, c->len },
				 "--flows: no source port or address is left that could count; "
				 "describe it: sport=1024-2047 count");
}

static int build(struct compiling *c, const struct description *d, size_t nr, struct craft *craft)
{
	struct program *programs = arena_alloc(c->arena, nr * sizeof(*programs));
	struct layers layers;
	int code = 0;

	if (!programs)
		return craft_no_memory(c);
	craft->programs = programs;
	craft->nr_programs = (uint32_t)nr;
	for (uint32_t i = 0; !code && i < nr; i++, d = d->next) {
		programs[i].weight = d->weight;
		craft->nr_turns += d->weight;
		if (craft->nr_turns > CRAFT_WEIGHT_MAX)
			return craft_error(c, d->all, "the weights add up to more than %d",
					   CRAFT_WEIGHT_MAX);
		code = craft_layers(c, d, &layers);
		if (!code)
			code = craft_build(c, &layers, i, &programs[i]);
	}
	if (!code)
		code = check_flows(c, craft);
	if (!code)
		code = set_turns(c, craft);
	if (!code)
		sum_up(craft);
	return code;
}

int craft_open(const char *text, const struct craft_options *o, struct craft **ret,
	       struct filter_error *err)
{
	struct arena arena = { 0 };
	struct compiling c = { .text = text, .options = o, .arena = &arena, .err = err };
	const size_t len = strlen(text);
	struct description *descriptions;
	struct craft *craft;
	size_t nr;
	int code;

	if (len > CRAFT_TEXT_MAX)
		return filter_error_set(err, -EINVAL, 0, 1, "longer than %d bytes", CRAFT_TEXT_MAX);
	c.len = (uint32_t)len;
	craft = arena_alloc(&arena, sizeof(*craft));
	code = craft ? craft_parse(&c, &descriptions, &nr) : craft_no_memory(&c);
	if (!code)
		code = build(&c, descriptions, nr, craft);
	if (code) {
		arena_free(&arena);
		return code;
	}
	craft->arena = arena;
	*ret = craft;
	return 0;
}

void craft_close(struct craft *c)
{
	struct arena arena;

	if (!c)
		return;
	arena = c->arena; /* which c lies in */
	arena_free(&arena);
}

uint32_t craft_frame_max(const struct craft *c)
{
	return c->frame_max;
}

uint32_t craft_mtu_frame_max(const struct craft *c)
{
	return c->mtu_frame_max;
}

double craft_frame_mean(const struct craft *c)
{
	return c->mean;
}

uint64_t craft_period(const struct craft *c)
{
	return c->period;
}

uint64_t craft_period_every(const struct craft *c, uint32_t step)
{
	return craft_lcm(c->period, step) / step;
}

bool craft_has_time(const struct craft *c)
{
	return c->has_time;
}
