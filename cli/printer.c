#include "cli/printer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/dissect.h"
#include "dissect/registry.h"
#include "dissect/summary.h"

/* A packet of the largest usual size in hexadecimal; what is longer is cut, and says so. */
enum { TEXT_MAX = 2 << 20 };

struct printer {
	const struct merge *merge;
	struct printer_options o;
	struct registry *registry;
	struct strbuf text;
	uint64_t first_ns, prev_ns;
	bool started;
	bool many_interfaces; /* names stand in front of each line */
	size_t nr_interfaces; /* when that was last looked at */
};

int printer_open(const struct merge *merge, const struct printer_options *o, struct printer **ret,
		 struct errmsg *err)
{
	struct printer *p = calloc(1, sizeof(*p));
	char *text = malloc(TEXT_MAX);
	int code;

	if (!p || !text) {
		free(text);
		free(p);
		return errmsg_set(err, -ENOMEM, "out of memory");
	}
	p->merge = merge;
	p->o = *o;
	p->text = strbuf_over(text, TEXT_MAX);
	code = registry_init(&p->registry, err);
	if (code) {
		printer_close(p);
		return code;
	}
	*ret = p;
	return 0;
}

/* The interface's name, or NULL. */
static const char *interface_name(const struct printer *p, const struct merged_item *m)
{
	const struct reader *r = merge_reader(p->merge, m->input);
	const struct reader_interface *iface =
		r ? reader_interface(r, m->item.frame.ifindex) : NULL;

	return iface ? iface->name : NULL;
}

/* Several rings of one interface are one name: only different ones are worth a column. */
static void note_interfaces(struct printer *p)
{
	const char *first = NULL;
	size_t nr = 0;

	for (size_t i = 0; i < merge_nr_inputs(p->merge); i++)
		if (merge_reader(p->merge, i))
			nr += reader_nr_interfaces(merge_reader(p->merge, i));
	if (nr == p->nr_interfaces)
		return;
	p->nr_interfaces = nr;
	for (size_t i = 0; i < merge_nr_inputs(p->merge) && !p->many_interfaces; i++) {
		const struct reader *r = merge_reader(p->merge, i);

		for (uint32_t id = 0; r && id < reader_nr_interfaces(r); id++) {
			const char *name = reader_interface(r, id)->name;

			if (name && first && strcmp(name, first) != 0)
				p->many_interfaces = true;
			else if (name)
				first = name;
		}
	}
}

static void put_interface(struct printer *p, const struct merged_item *m)
{
	const char *name = interface_name(p, m);

	if (!p->many_interfaces)
		return;
	/* Names come from files: nothing of theirs may speak to the terminal. */
	for (name = name ? name : "?"; *name; name++)
		strbuf_putc(&p->text, *name > ' ' && *name < 0x7f ? *name : '?');
	if (m->item.frame.direction == FRAME_DIR_IN)
		strbuf_puts(&p->text, " In");
	else if (m->item.frame.direction == FRAME_DIR_OUT)
		strbuf_puts(&p->text, " Out");
	strbuf_putc(&p->text, ' ');
}

static void print_bytes(struct printer *p, const struct dissection *d)
{
	const bool whole = p->o.hex > 1 || p->o.hex_ascii > 1;
	const uint32_t off = whole ? 0 : dissect_network_offset(p->registry, d);
	const uint8_t *data = d->frame.data + off;
	const size_t len = d->frame.cap_len - off;

	if (p->o.hex || p->o.hex_ascii)
		render_hex(data, len, p->o.hex_ascii > 0, &p->text);
	if (p->o.ascii)
		render_ascii(data, len, &p->text);
}

static void print_packet(struct printer *p, const struct merged_item *m)
{
	struct dissection d;

	dissect_frame(p->registry, &m->item.frame, &d);
	render_time(m->item.frame.ts_ns, p->o.time, p->prev_ns, p->first_ns, &p->text);
	put_interface(p, m);
	render_line(p->registry, &d, &p->o.render, &p->text);
	strbuf_putc(&p->text, '\n');
	if (p->o.tree)
		render_tree(p->registry, &d, &p->o.render, &p->text);
	print_bytes(p, &d);
}

/* Members that only the file's reader knows go in front of those of dissect/. */
static void json_prefix(struct printer *p, const struct merged_item *m, uint64_t number)
{
	const char *name = interface_name(p, m);

	strbuf_printf(&p->text, "{\"frame.number\":%llu,", (unsigned long long)number);
	if (name) {
		strbuf_puts(&p->text, "\"frame.interface_name\":");
		strbuf_json_string(&p->text, name, strlen(name));
		strbuf_putc(&p->text, ',');
	}
}

static void print_packet_json(struct printer *p, const struct merged_item *m, uint64_t number)
{
	struct dissection d;
	size_t brace;

	dissect_frame(p->registry, &m->item.frame, &d);
	json_prefix(p, m, number);
	brace = p->text.len;
	render_json(p->registry, &d, &p->o.render, &p->text);
	/* the object's own brace is already there */
	memmove(p->text.text + brace, p->text.text + brace + 1, p->text.len - brace);
	p->text.len--;
	strbuf_putc(&p->text, '\n');
}

static void print_summary(struct printer *p, const struct merged_item *m, uint64_t number)
{
	const struct frame_view *f = &m->item.frame;
	const bool has_extra = f->cap_len == sizeof(struct summary) + sizeof(struct summary_extra);
	struct summary_extra extra;
	struct summary s;

	memcpy(&s, f->data, sizeof(s));
	if (has_extra)
		memcpy(&extra, f->data + sizeof(s), sizeof(extra));
	if (!p->o.json) {
		summary_print(p->registry, &s, &p->o.render, &p->text);
		if (has_extra)
			summary_extra_print(&extra, &p->o.render, &p->text);
	} else {
		summary_print_json(p->registry, &s, &p->text);
		if (has_extra) {
			/* its members belong before the closing brace */
			p->text.text[--p->text.len] = '\0';
			summary_extra_print_json(&extra, &p->text);
			strbuf_putc(&p->text, '}');
		}
	}
	strbuf_putc(&p->text, '\n');
}

/* A line that did not fit: text is cut, an object that nobody could parse is not printed at all. */
static void note_overflow(struct printer *p, uint64_t number)
{
	if (p->o.json) {
		strbuf_reset(&p->text);
		strbuf_printf(&p->text, "{\"frame.number\":%llu,\"ringtap.status\":\"too long\"}\n",
			      (unsigned long long)number);
	} else {
		fwrite(p->text.text, 1, p->text.len, stdout);
		strbuf_reset(&p->text);
		strbuf_puts(&p->text, "\n[cut: this packet fills more text than is printed]\n");
	}
}

int printer_item(struct printer *p, const struct merged_item *m, uint64_t number)
{
	if (!p->started) {
		p->started = true;
		p->first_ns = p->prev_ns = m->item.frame.ts_ns;
	}
	note_interfaces(p);
	strbuf_reset(&p->text);
	if (m->item.is_summary)
		print_summary(p, m, number);
	else if (p->o.json)
		print_packet_json(p, m, number);
	else
		print_packet(p, m);
	p->prev_ns = m->item.frame.ts_ns;
	if (p->text.overflow)
		note_overflow(p, number);
	errno = 0;
	if (fwrite(p->text.text, 1, p->text.len, stdout) < p->text.len)
		return errno ? -errno : -EIO;
	return 0;
}

void printer_close(struct printer *p)
{
	if (!p)
		return;
	registry_free(p->registry);
	free(p->text.text);
	free(p);
}
