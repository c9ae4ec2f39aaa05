#include "core/clock.h"
#include "dissect/registry.h"
#include "dissect/render.h"

enum { DESCRIBED_MAX = 96 }; /* values of one layer's describe(); more are counted, not shown */

/* Table fields go out at once; described ones are kept, for lists must be written in one piece. */
struct json_out {
	struct field_out out;
	struct strbuf *text;
	unsigned repeat; /* which layer of this protocol: 1 for the first */
	unsigned nr_kept, nr_lost;
	struct field_value kept[DESCRIBED_MAX];
};

static void put_key(struct strbuf *out, const char *name, unsigned repeat)
{
	if (out->text[out->len - 1] != '{')
		strbuf_putc(out, ',');
	strbuf_putc(out, '"');
	strbuf_puts(out, name);
	if (repeat > 1)
		strbuf_printf(out, "#%u", repeat);
	strbuf_puts(out, "\":");
}

static void json_put(struct field_out *o, const struct field_value *v)
{
	struct json_out *j = (struct json_out *)o;

	if (!(v->desc->flags & FIELD_DESCRIBED)) {
		put_key(j->text, v->desc->name, j->repeat);
		field_json(v, j->text);
	} else if (j->nr_kept < DESCRIBED_MAX) {
		j->kept[j->nr_kept++] = *v;
	} else {
		j->nr_lost++;
	}
}

/* One key per descriptor, in order of first appearance; a scalar that occurs again keeps the first.
 */
static void put_kept(struct json_out *j)
{
	unsigned i, k;

	for (i = 0; i < j->nr_kept; i++) {
		const struct field_desc *fd = j->kept[i].desc;

		for (k = 0; k < i && j->kept[k].desc != fd; k++)
			;
		if (k < i)
			continue;
		put_key(j->text, fd->name, j->repeat);
		if (!(fd->flags & FIELD_LIST)) {
			field_json(&j->kept[i], j->text);
			continue;
		}
		strbuf_putc(j->text, '[');
		for (k = i; k < j->nr_kept; k++) {
			if (j->kept[k].desc != fd)
				continue;
			if (k > i)
				strbuf_putc(j->text, ',');
			field_json(&j->kept[k], j->text);
		}
		strbuf_putc(j->text, ']');
	}
	if (j->nr_lost) {
		put_key(j->text, "ringtap.fields_lost", j->repeat);
		strbuf_uint(j->text, j->nr_lost);
	}
}

static void put_layer(const struct registry *reg, const struct dissection *d, unsigned index,
		      struct strbuf *out)
{
	const struct layer *l = &d->layers[index];
	const struct dissector *p = registry_by_id(reg, l->proto);
	struct json_out j;
	unsigned i;

	if (!p)
		return;
	j.out.put = json_put;
	j.text = out;
	j.repeat = 1;
	j.nr_kept = 0;
	j.nr_lost = 0;
	for (i = 0; i < index; i++)
		j.repeat += d->layers[i].proto == l->proto;
	field_walk(p, d, l, &j.out);
	put_kept(&j);
}

void render_json(const struct registry *reg, const struct dissection *d,
		 const struct render_options *opt, struct strbuf *out)
{
	const struct frame_view *f = &d->frame;
	unsigned i;

	strbuf_printf(out, "{\"frame.time_epoch\":%llu.%09llu",
		      (unsigned long long)(f->ts_ns / NS_PER_SEC),
		      (unsigned long long)(f->ts_ns % NS_PER_SEC));
	strbuf_printf(out, ",\"frame.len\":%u,\"frame.cap_len\":%u,\"frame.interface_id\":%u",
		      f->wire_len, f->cap_len, f->ifindex);
	strbuf_puts(out, ",\"frame.protocols\":\"");
	for (i = 0; i < d->nr_layers; i++) {
		if (i)
			strbuf_putc(out, ':');
		strbuf_puts(out, registry_proto_name(reg, d->layers[i].proto));
	}
	strbuf_printf(out, "\",\"ringtap.status\":\"%s\"",
		      dissect_status_name((enum dissect_status)d->status));
	for (i = 0; i < d->nr_layers; i++)
		put_layer(reg, d, i, out);
	strbuf_printf(out, ",\"data.len\":%u}", d->payload_wire_len);
}
