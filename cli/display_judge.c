#include "cli/display_judge.h"

#include "cli/filter_options.h"
#include "core/log.h"

int display_registry(const char *verb, const char *const *decodes, size_t nr_decodes,
		     struct registry **ret)
{
	struct errmsg err = { .text = "" };
	int code = registry_init(ret, &err);

	for (size_t i = 0; !code && i < nr_decodes; i++)
		code = registry_decode(*ret, decodes[i], &err);
	if (code)
		log_error("%s: %s", verb, err.text);
	return code;
}

int display_open(const char *verb, const struct registry *reg, const char *expr,
		 struct display_filter **ret)
{
	struct filter_error error;
	const int code = display_compile(reg, expr, ret, &error);

	if (code)
		filter_complain(verb, "-Y", expr, &error);
	return code;
}

int display_judge_open(struct display_judge *j)
{
	return j->filter ? display_state_open(j->filter, &j->state) : 0;
}

void display_judge_close(struct display_judge *j)
{
	display_state_close(j->state);
	j->state = NULL;
}

bool display_judge_accepts(struct display_judge *j, const struct reader *r,
			   const struct frame_view *f, uint64_t number)
{
	const struct reader_interface *iface;
	struct frame_context ctx;
	struct dissection d;
	bool accepts;

	if (!j->filter)
		return true;
	if (!j->first_ns)
		j->first_ns = j->prev_ns = f->ts_ns;
	iface = reader_interface(r, f->ifindex);
	ctx = (struct frame_context){ .number = number,
				      .prev_ns = j->prev_ns,
				      .first_ns = j->first_ns,
				      .interface_name = iface ? iface->name : NULL };
	dissect_frame(j->registry, f, &d);
	accepts = display_match(j->filter, j->state, &d, &ctx);
	j->prev_ns = f->ts_ns;
	return accepts;
}
