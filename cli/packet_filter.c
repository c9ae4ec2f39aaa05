#include "cli/packet_filter.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/filter_options.h"
#include "dissect/filter/ast.h"

/* Link types that filters know, each with and without directions: there are fewer. */
enum { COMPILED_MAX = 64 };

struct compiled {
	struct filter_program program;
	uint16_t linktype;
	bool has_direction;
	bool ancillary; /* it asks for what is not in the bytes */
};

struct packet_filter {
	const char *verb, *expr; /* expr is NULL: compiled[0] is for all */
	struct filter_options options;
	struct compiled compiled[COMPILED_MAX];
	size_t nr_compiled;
	const struct compiled *last; /* what the packet before was judged by */
	const struct reader *last_reader;
};

static bool asks_ancillary(const struct filter_program *p)
{
	for (uint32_t i = 0; i < p->len; i++) {
		const struct sock_filter *insn = &p->insns[i];

		if (BPF_CLASS(insn->code) == BPF_LD && BPF_MODE(insn->code) == BPF_ABS &&
		    insn->k >= (uint32_t)SKF_AD_OFF)
			return true;
	}
	return false;
}

static int check_syntax(const char *verb, const char *expr)
{
	const struct filter_node *ast;
	struct filter_error error;
	struct arena arena = { 0 };
	const int code = filter_parse(&arena, expr, &ast, &error);

	if (code)
		filter_complain(verb, "the filter is not understood", expr, &error);
	arena_free(&arena);
	return code;
}

int packet_filter_open(const char *verb, const char *expr, const struct filter_options *options,
		       struct packet_filter **ret)
{
	struct packet_filter *f;
	const int code = check_syntax(verb, expr);

	if (code)
		return code;
	f = calloc(1, sizeof(*f));
	if (!f)
		return -ENOMEM;
	f->verb = verb;
	f->expr = expr;
	f->options = *options;
	*ret = f;
	return 0;
}

int packet_filter_open_program(struct filter_program *program, struct packet_filter **ret)
{
	struct packet_filter *f = calloc(1, sizeof(*f));

	if (!f)
		return -ENOMEM;
	f->compiled[0] =
		(struct compiled){ .program = *program, .ancillary = asks_ancillary(program) };
	*program = (struct filter_program){ 0 };
	f->nr_compiled = 1;
	f->last = &f->compiled[0];
	*ret = f;
	return 0;
}

void packet_filter_close(struct packet_filter *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->nr_compiled; i++)
		filter_program_free(&f->compiled[i].program);
	free(f);
}

static void complain(const struct packet_filter *f, const struct reader *r, uint32_t id,
		     const struct filter_error *error)
{
	const struct reader_interface *iface = reader_interface(r, id);
	char about[512], name[32];

	snprintf(about, sizeof(about),
		 "%.300s: interface %u%s%.64s (%s): the filter cannot be used", reader_name(r), id,
		 iface && iface->name ? ", " : "", iface && iface->name ? iface->name : "",
		 linktype_text(iface ? iface->linktype : 0, name));
	filter_complain(f->verb, about, f->expr, error);
}

/* Which of the formats can say which way a packet went. */
static bool knows_direction(const char *format)
{
	return !strcmp(format, "pcapng") || !strcmp(format, "pcap (modified)");
}

/* The program for this link type, compiled if it is not yet. 0 or -errno, complained. */
static int compile(struct packet_filter *f, const struct reader *r, uint32_t id, uint16_t linktype)
{
	const bool has_direction = knows_direction(reader_format_name(r));
	struct compiled *c = f->compiled, *const end = f->compiled + f->nr_compiled;
	struct filter_error error = { .text = "too many link types" };
	int code = -EINVAL;

	while (c < end && (c->linktype != linktype || c->has_direction != has_direction))
		c++;
	if (c == end) {
		struct filter_options options = f->options;

		options.linktype = linktype;
		options.has_direction = has_direction;
		if (f->nr_compiled < COMPILED_MAX)
			code = filter_compile(f->expr, &options, &c->program, &error);
		if (code) {
			complain(f, r, id, &error);
			return code;
		}
		c->linktype = linktype;
		c->has_direction = has_direction;
		c->ancillary = asks_ancillary(&c->program);
		f->nr_compiled++;
	}
	f->last = c;
	f->last_reader = r;
	return 0;
}

int packet_filter_prepare(struct packet_filter *f, const struct reader *r)
{
	int code = 0;

	for (uint32_t i = 0; f->expr && !code && i < reader_nr_interfaces(r); i++)
		code = compile(f, r, i, reader_interface(r, i)->linktype);
	return code;
}

int packet_filter_accepts(struct packet_filter *f, const struct reader *r,
			  const struct frame_view *frame)
{
	struct filter_ancillary ancillary;

	if (unlikely(f->expr && (f->last_reader != r || f->last->linktype != frame->linktype))) {
		const int code = compile(f, r, frame->ifindex, frame->linktype);

		if (code)
			return code;
	}
	if (f->last->ancillary)
		filter_ancillary_of(frame, &ancillary);
	return filter_run(&f->last->program, frame->data, frame->wire_len, frame->cap_len,
			  f->last->ancillary ? &ancillary : NULL) != 0;
}
