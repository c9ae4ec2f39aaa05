#include "cli/print_maker.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/highlight.h"
#include "dissect/registry.h"
#include "dissect/summary.h"

struct print_maker {
	const struct registry *registry;
	const struct printer_options *o;
	struct columns *columns;       /* of -T fields and csv */
	struct display_state *display; /* of -Y */
};

/* -T csv without -e: what an operator looks at. */
static const char *const csv_names[] = {
	"frame.number",     "frame.time_epoch", "_ws.col.Source", "_ws.col.Destination",
	"_ws.col.Protocol", "frame.len",        "_ws.col.Info",
};

int print_maker_open(const struct registry *reg, const struct printer_options *o,
		     struct print_maker **ret, struct errmsg *err)
{
	const bool given = o->nr_names || o->form == PRINT_FIELDS;
	struct print_maker *p = calloc(1, sizeof(*p));
	int code = 0;

	if (!p)
		return errmsg_set(err, -ENOMEM, "out of memory");
	p->registry = reg;
	p->o = o;
	if (o->form == PRINT_FIELDS || o->form == PRINT_CSV)
		code = columns_open(reg, given ? o->names : csv_names,
				    given ? o->nr_names : ARRAY_SIZE(csv_names), &o->columns,
				    &p->columns, err);
	if (!code && o->display && display_state_open(o->display, &p->display))
		code = errmsg_set(err, -ENOMEM, "out of memory");
	if (code) {
		print_maker_close(p);
		return code;
	}
	*ret = p;
	return 0;
}

void print_maker_close(struct print_maker *p)
{
	if (!p)
		return;
	columns_close(p->columns);
	display_state_close(p->display);
	free(p);
}

void print_maker_head(const struct print_maker *p, struct strbuf *out)
{
	if (p->columns)
		columns_header(p->columns, out);
}

static void put_interface(const struct print_item *item, struct strbuf *out)
{
	const char *name = item->ctx.interface_name;

	if (!item->show_interface)
		return;
	/* Names come from files: nothing of theirs may speak to the terminal. */
	for (name = name ? name : "?"; *name; name++)
		strbuf_putc(out, *name > ' ' && *name < 0x7f ? *name : '?');
	if (item->merged->item.frame.direction == FRAME_DIR_IN)
		strbuf_puts(out, " In");
	else if (item->merged->item.frame.direction == FRAME_DIR_OUT)
		strbuf_puts(out, " Out");
	strbuf_putc(out, ' ');
}

static void put_bytes(const struct print_maker *p, const struct dissection *d, struct strbuf *out)
{
	const struct printer_options *o = p->o;
	const bool whole = o->hex > 1 || o->hex_ascii > 1;
	const uint32_t off = whole ? 0 : dissect_network_offset(p->registry, d);
	const uint8_t *data = d->frame.data + off;
	const size_t len = d->frame.cap_len - off;
	struct highlight marks;

	if (o->highlight) {
		highlight_find(d, o->highlight, &marks);
		render_hex_marked(d, off, o->hex_ascii > 0, &marks, &o->render, out);
	} else if (o->hex || o->hex_ascii) {
		render_hex(data, len, o->hex_ascii > 0, out);
	}
	if (o->ascii)
		render_ascii(data, len, out);
}

static void put_packet(const struct print_maker *p, const struct print_item *item,
		       const struct dissection *d, struct strbuf *out)
{
	const struct printer_options *o = p->o;

	render_time(d->frame.ts_ns, o->time, item->ctx.prev_ns, item->ctx.first_ns, out);
	put_interface(item, out);
	render_line(p->registry, d, &o->render, out);
	strbuf_putc(out, '\n');
	if (o->tree)
		render_tree(p->registry, d, &o->render, out);
	if (o->hex || o->hex_ascii || o->ascii)
		put_bytes(p, d, out);
}

static void put_summary(const struct print_maker *p, const struct print_item *item,
			struct strbuf *out)
{
	const struct frame_view *f = &item->merged->item.frame;
	const bool has_extra = f->cap_len == sizeof(struct summary) + sizeof(struct summary_extra);
	const struct printer_options *o = p->o;
	struct summary_extra extra;
	struct summary s;

	memcpy(&s, f->data, sizeof(s));
	if (has_extra)
		memcpy(&extra, f->data + sizeof(s), sizeof(extra));
	if (o->form == PRINT_TEXT) {
		summary_print(p->registry, &s, &o->render, out);
		if (has_extra)
			summary_extra_print(&extra, &o->render, out);
	} else {
		summary_print_json(p->registry, &s, out);
		if (has_extra) {
			/* its members belong before the closing brace */
			out->text[--out->len] = '\0';
			summary_extra_print_json(&extra, out);
			strbuf_putc(out, '}');
		}
	}
	strbuf_putc(out, '\n');
}

bool print_maker_add(struct print_maker *p, const struct print_item *item, struct strbuf *out)
{
	struct dissection d;

	if (item->merged->item.is_summary) {
		put_summary(p, item, out);
		return true;
	}
	dissect_frame(p->registry, &item->merged->item.frame, &d);
	if (p->display && !display_match(p->o->display, p->display, &d, &item->ctx))
		return false;
	switch (p->o->form) {
	case PRINT_TEXT:
		put_packet(p, item, &d, out);
		return true;
	case PRINT_JSON:
		render_json(p->registry, &d, &item->ctx, out);
		break;
	case PRINT_EK:
		render_ek(p->registry, &d, &item->ctx, out);
		break;
	case PRINT_FIELDS:
	case PRINT_CSV:
		columns_row(p->columns, &d, &item->ctx, &p->o->render, out);
		return true;
	}
	strbuf_putc(out, '\n');
	return true;
}
