#include "cli/cut_select.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/units.h"
#include "core/clock.h"
#include "core/log.h"
#include "pcapio/pcapng_format.h"

enum interface_verdict { INTERFACE_NEW, INTERFACE_WANTED, INTERFACE_UNWANTED };

/* Behind --to by so much nothing of the period can come any more; as in `read`. */
static const uint64_t time_slack_ns = NS_PER_SEC;

int cut_selection_open(struct cut_selection *s, const struct cut_options *o,
		       struct packet_filter *filter, const struct registry *registry,
		       const struct display_filter *display)
{
	*s = (struct cut_selection){
		.o = o,
		.filter = filter,
		.display = { .registry = registry, .filter = display },
		.skip = o->skip,
		.count = o->count,
		.done = !o->count,
	};
	if (o->duplicates && duplicates_open(&o->window, &s->duplicates))
		return -ENOMEM;
	return display_judge_open(&s->display);
}

void cut_selection_close(struct cut_selection *s)
{
	duplicates_close(s->duplicates);
	display_judge_close(&s->display);
	free(s->interfaces);
	s->duplicates = NULL;
	s->interfaces = NULL;
}

/* ---- interfaces ---- */

static bool is_named(const char *wanted, const struct reader_interface *iface, uint32_t id)
{
	uint64_t number;

	return (iface->name && !strcmp(wanted, iface->name)) ||
	       (!parse_count(wanted, &number) && number == id);
}

/* Looks at an interface for the first time. 0 or -ENOMEM. */
static int meet_interface(struct cut_selection *s, const struct reader *r, uint32_t id)
{
	const size_t nr = MAX_OF(reader_nr_interfaces(r), (size_t)id + 1);

	if (id >= s->nr_interfaces) {
		uint8_t *grown = realloc(s->interfaces, nr);

		if (!grown)
			return -ENOMEM;
		memset(grown + s->nr_interfaces, INTERFACE_NEW, nr - s->nr_interfaces);
		s->interfaces = grown;
		s->nr_interfaces = nr;
	}
	s->interfaces[id] = INTERFACE_UNWANTED;
	for (size_t i = 0; i < s->o->nr_interfaces; i++)
		if (is_named(s->o->interfaces[i], reader_interface(r, id), id)) {
			s->interfaces[id] = INTERFACE_WANTED;
			s->interface_met[i] = true;
		}
	return 0;
}

static int of_interface(struct cut_selection *s, const struct reader *r, uint32_t id)
{
	if (unlikely(id >= s->nr_interfaces || s->interfaces[id] == INTERFACE_NEW) &&
	    meet_interface(s, r, id)) {
		log_error("cut: out of memory");
		return -ENOMEM;
	}
	return s->interfaces[id] == INTERFACE_WANTED;
}

/* ---- each in turn ---- */

/* The part of time that is asked for; known when the first packet is. */
static void period_begin(struct cut_selection *s, uint64_t first_ns)
{
	const struct cut_options *o = s->o;

	s->from_ns = o->from.kind ? moment_resolve(&o->from, first_ns) : 0;
	s->to_ns = o->to.kind ? moment_resolve(&o->to, first_ns) : UINT64_MAX;
	s->stop_ns = s->to_ns < UINT64_MAX - time_slack_ns ? s->to_ns + time_slack_ns : UINT64_MAX;
}

static int left_out(struct cut_selection *s, enum cut_cause cause)
{
	s->left_out[cause]++;
	return 0;
}

bool cut_is_early(const struct cut_selection *s, const struct reader *r,
		  const struct reader_block *block)
{
	const struct reader_interface *iface;

	if (block->type != PCAPNG_ISB || !s->seen || !s->from_ns)
		return false;
	iface = reader_interface(r, block->interface_id);
	return iface && iface->statistics.ts_ns < s->from_ns;
}

int cut_pass_over(struct cut_selection *s, struct reader *r, struct errmsg *err)
{
	struct reader_passed passed;
	int code;

	/* With --packets each has another cause to be left out. */
	if (s->o->packets.nr)
		return -ESPIPE;
	code = reader_seek_time(r, s->from_ns, &passed, err);
	if (code)
		return code;
	s->seen += passed.packets;
	s->left_out[CUT_TIME] += passed.packets;
	s->statistics_early += passed.statistics;
	s->passed.bytes += passed.bytes;
	s->passed.packets += passed.packets;
	s->passed.statistics += passed.statistics;
	return 0;
}

static bool of_length(struct cut_selection *s, const struct frame_view *f)
{
	const struct cut_options *o = s->o;

	return (!o->length.nr || ranges_have(&o->length, f->wire_len, &s->at_length)) &&
	       (!o->captured.nr || ranges_have(&o->captured, f->cap_len, &s->at_captured));
}

static bool is_duplicate_wanted(struct cut_selection *s, const struct frame_view *f)
{
	return duplicates_seen(s->duplicates, f) == (s->o->duplicates == DUPLICATES_ONLY);
}

/* Everything else lets it pass. */
static int count(struct cut_selection *s)
{
	if (++s->matched <= s->skip)
		return left_out(s, CUT_COUNT);
	s->done |= ++s->taken >= s->count;
	return 1;
}

int cut_select(struct cut_selection *s, const struct reader *r, const struct frame_view *f)
{
	const struct cut_options *o = s->o;
	int code;

	if (unlikely(!s->seen))
		period_begin(s, f->ts_ns);
	s->seen++;
	if (o->packets.nr) {
		s->done |= ranges_end(&o->packets, s->seen);
		if (!ranges_have(&o->packets, s->seen, &s->at_number))
			return left_out(s, CUT_NUMBER);
	}
	s->early = f->ts_ns < s->from_ns;
	if (s->early || f->ts_ns > s->to_ns) {
		s->done |= f->ts_ns > s->stop_ns;
		return left_out(s, CUT_TIME);
	}
	if (!of_length(s, f))
		return left_out(s, CUT_LENGTH);
	if (o->nr_interfaces) {
		code = of_interface(s, r, f->ifindex);
		if (code <= 0)
			return code ? code : left_out(s, CUT_INTERFACE);
	}
	if (s->filter) {
		code = packet_filter_accepts(s->filter, r, f);
		if (code <= 0)
			return code ? code : left_out(s, CUT_FILTER);
	}
	if (!display_judge_accepts(&s->display, r, f, s->seen))
		return left_out(s, CUT_DISPLAY);
	if (s->duplicates && !is_duplicate_wanted(s, f))
		return left_out(s, CUT_DUPLICATES);
	return count(s);
}
