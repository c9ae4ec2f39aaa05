#include "cli/info_drops.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

/* A file may claim anything; a sum that does not fit stays at the top. */
static uint64_t add(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/*
 * Packets lost so far. isb_ifdrop and isb_osdrop are different packets, unless they are equal: then
 * one is the other's copy, for programs that show only one (our own files have it so).
 */
static bool drops_so_far(const struct reader_statistics *s, uint64_t *ret)
{
	const bool interface = s->present & 1u << READER_DROPPED;
	const bool os = s->present & 1u << READER_OS_DROPPED;
	const uint64_t a = interface ? s->value[READER_DROPPED] : 0;
	const uint64_t b = os ? s->value[READER_OS_DROPPED] : 0;

	*ret = a == b ? a : add(a, b);
	return interface || os;
}

static int add_interval(struct info_drops *d, struct drop_state *state,
			const struct drop_interval *i)
{
	d->nr_intervals++;
	state->interval = 0;
	if (d->nr_kept == DROP_INTERVALS_MAX)
		return 0;
	if (d->nr_kept == d->size) {
		const size_t size = d->size ? d->size * 2 : 16;
		struct drop_interval *kept = reallocarray(d->kept, size, sizeof(*kept));

		if (!kept)
			return -ENOMEM;
		d->kept = kept;
		d->size = size;
	}
	assert(d->kept);
	d->kept[d->nr_kept++] = *i;
	state->interval = d->nr_kept;
	return 0;
}

int info_drops_add(struct info_drops *d, struct drop_state *state, uint32_t interface_id,
		   const struct reader_statistics *s)
{
	struct drop_interval *last;
	uint64_t so_far, rise;
	int code = 0;

	if (!drops_so_far(s, &so_far))
		return 0;
	/* A counter that falls has begun anew. */
	rise = so_far < state->so_far ? so_far : so_far - state->so_far;
	if (rise) {
		last = state->interval ? &d->kept[state->interval - 1] : NULL;
		if (last && last->to_ns == state->ts_ns) {
			last->to_ns = s->ts_ns;
			last->packets = add(last->packets, rise);
		} else {
			code = add_interval(
				d, state,
				&(struct drop_interval){ .from_ns = state->ts_ns,
							 .to_ns = s->ts_ns,
							 .packets = rise,
							 .interface_id = interface_id });
		}
		d->packets = add(d->packets, rise);
		state->lost = add(state->lost, rise);
	}
	state->so_far = so_far;
	state->ts_ns = s->ts_ns;
	state->nr_blocks++;
	return code;
}

void info_drops_free(struct info_drops *d)
{
	free(d->kept);
}
