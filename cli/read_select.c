#include "cli/read_select.h"

/* The part of time that is asked for; known when the first packet is. */
static void period_begin(struct selection *s, uint64_t first_ns)
{
	const struct read_options *o = s->o;
	const uint64_t slack = MAX_OF(o->window.span_ns, NS_PER_SEC);

	s->from_ns = o->from.kind ? moment_resolve(&o->from, first_ns) : 0;
	s->to_ns = o->to.kind ? moment_resolve(&o->to, first_ns) : UINT64_MAX;
	/* Behind it nothing of the period can come any more. */
	s->stop_ns = s->to_ns < UINT64_MAX - slack ? s->to_ns + slack : UINT64_MAX;
}

int selection_next(struct selection *s, const struct reader *r, const struct frame_view *f)
{
	int code;

	if (!s->seen)
		period_begin(s, f->ts_ns);
	if (f->ts_ns > s->stop_ns)
		return SELECT_END;
	s->seen++;
	if (f->ts_ns < s->from_ns || f->ts_ns > s->to_ns)
		return SELECT_PASS;
	if (s->filter) {
		code = packet_filter_accepts(s->filter, r, f);
		if (code <= 0)
			return code ? code : SELECT_REJECT;
	}
	return SELECT_TAKE;
}
