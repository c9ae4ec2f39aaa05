/*
 * dissect/render_ek.c -- the two lines of `tshark -T ek`, for whoever feeds Elasticsearch.
 *
 * Keys are the protocol's name and the field's, dots as underscores; every value is a string, only
 * flags are booleans, and what occurs more than once is an array.
 */
#include <string.h>
#include <time.h>

#include "core/clock.h"
#include "dissect/field_pair.h"
#include "dissect/frame_fields.h"
#include "dissect/registry.h"
#include "dissect/render.h"

enum { VALUES_MAX = 1024, MADE_TEXT_MAX = 1 << 15, VALUE_TEXT_MAX = 1 << 12 };

/* All values of one protocol in one packet: its layers are one object. */
struct ek_out {
	struct field_out out;
	const struct dissection *d;
	unsigned nr, nr_lost;
	struct field_value values[VALUES_MAX];
	size_t made_len;
	uint8_t made[MADE_TEXT_MAX];
};

static void ek_put(struct field_out *o, const struct field_value *v)
{
	struct ek_out *e = (struct ek_out *)o;
	const struct frame_view *f = &e->d->frame;
	struct field_value *kept = &e->values[e->nr];

	if (v->desc->kind == FIELD_GROUP)
		return;
	if (e->nr == VALUES_MAX || v->len > sizeof(e->made) - e->made_len) {
		e->nr_lost++;
		return;
	}
	*kept = *v;
	if (v->bytes && !(v->bytes >= f->data && v->bytes <= f->data + f->cap_len)) {
		memcpy(e->made + e->made_len, v->bytes, v->len);
		kept->bytes = e->made + e->made_len;
		e->made_len += v->len;
	}
	e->nr++;
}

static void put_name(const char *text, struct strbuf *out)
{
	for (; *text; text++)
		strbuf_putc(out, *text == '.' || *text == '-' ? '_' : *text);
}

static void put_key(const char *proto, const char *name, struct strbuf *out)
{
	if (out->text[out->len - 1] != '{')
		strbuf_putc(out, ',');
	strbuf_putc(out, '"');
	put_name(proto, out);
	strbuf_putc(out, '_');
	put_name(name, out);
	strbuf_puts(out, "\":");
}

static void put_value(const struct field_value *v, struct strbuf *out)
{
	switch ((enum field_kind)v->desc->kind) {
	case FIELD_FLAG:
		strbuf_puts(out, v->num ? "true" : "false");
		break;
	case FIELD_TIME:
	case FIELD_TEXT:
	case FIELD_BYTES: /* JSON's escapes, and tshark's colons between bytes */
		field_json(v, out);
		break;
	default:
		strbuf_putc(out, '"');
		field_plain(v, out);
		strbuf_putc(out, '"');
		break;
	}
}

static bool is_member(const struct field_pair *pair, const char *name)
{
	return !strcmp(name, pair->members[0]) ||
	       (pair->members[1] && !strcmp(name, pair->members[1]));
}

/* "ip.addr" and its like, which tshark writes too: the values of two fields under a name of theirs.
 */
static void put_pair(const char *proto, const struct ek_out *e, const struct field_pair *pair,
		     struct strbuf *out)
{
	unsigned i, nr = 0, written = 0;

	for (i = 0; i < e->nr; i++)
		nr += is_member(pair, e->values[i].desc->name);
	if (!nr)
		return;
	put_key(proto, pair->name, out);
	if (nr > 1)
		strbuf_putc(out, '[');
	for (i = 0; i < e->nr; i++) {
		if (!is_member(pair, e->values[i].desc->name))
			continue;
		if (written++)
			strbuf_putc(out, ',');
		put_value(&e->values[i], out);
	}
	if (nr > 1)
		strbuf_putc(out, ']');
}

static void put_pairs(const char *proto, const struct ek_out *e, struct strbuf *out)
{
	const size_t len = strlen(proto);
	size_t i;

	for (i = 0; i < nr_field_pairs; i++) {
		const struct field_pair *pair = &field_pairs[i];

		if (!strncmp(pair->name, proto, len) && pair->name[len] == '.' &&
		    strcmp(pair->name, pair->members[0]))
			put_pair(proto, e, pair, out);
	}
}

static void put_values(const char *proto, struct ek_out *e, struct strbuf *out)
{
	unsigned i, k;

	for (i = 0; i < e->nr; i++) {
		const struct field_desc *fd = e->values[i].desc;
		bool many = false;

		if (!fd)
			continue;
		put_key(proto, fd->name, out);
		for (k = i + 1; k < e->nr && !many; k++)
			many = e->values[k].desc == fd;
		if (many)
			strbuf_putc(out, '[');
		put_value(&e->values[i], out);
		for (k = i + 1; many && k < e->nr; k++) {
			if (e->values[k].desc != fd)
				continue;
			strbuf_putc(out, ',');
			put_value(&e->values[k], out);
			e->values[k].desc = NULL; /* written */
		}
		if (many)
			strbuf_putc(out, ']');
	}
	if (e->nr_lost) {
		put_key(proto, "ringtap.fields_lost", out);
		strbuf_printf(out, "\"%u\"", e->nr_lost);
	}
}

static void put_frame(const struct dissection *d, const struct frame_context *ctx,
		      struct strbuf *out)
{
	char text[VALUE_TEXT_MAX];
	struct strbuf value = strbuf_over(text, sizeof(text));
	size_t i;

	strbuf_puts(out, "\"frame\":{");
	for (i = 0; i < nr_frame_fields; i++) {
		const struct field_desc *fd = &frame_fields[i];

		if (strncmp(fd->name, "frame.", 6))
			continue;
		strbuf_reset(&value);
		if (!strcmp(fd->name, "frame.time"))
			field_text(&(struct field_value){ .desc = fd, .num = d->frame.ts_ns },
				   &value);
		else
			frame_field_text(fd, d, ctx, &value);
		if (!value.len)
			continue;
		put_key("frame", fd->name, out);
		strbuf_json_string(out, value.text, value.len);
	}
	strbuf_putc(out, '}');
}

static void put_index(uint64_t ts_ns, struct strbuf *out)
{
	const time_t seconds = (time_t)(ts_ns / NS_PER_SEC);
	struct tm tm = { 0 };

	gmtime_r(&seconds, &tm);
	strbuf_printf(out,
		      "{\"index\":{\"_index\":\"packets-%04d-%02d-%02d\",\"_type\":\"doc\"}}\n",
		      tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

void render_ek(const struct registry *reg, const struct dissection *d,
	       const struct frame_context *ctx, struct strbuf *out)
{
	struct ek_out e;
	unsigned i, k;

	put_index(d->frame.ts_ns, out);
	strbuf_puts(out, "{\"timestamp\":\"");
	strbuf_uint(out, d->frame.ts_ns / NS_PER_MS);
	strbuf_puts(out, "\",\"layers\":{");
	put_frame(d, ctx, out);
	e.out.put = ek_put;
	e.d = d;
	for (i = 0; i < d->nr_layers; i++) {
		const struct dissector *p = registry_by_id(reg, d->layers[i].proto);

		for (k = 0; k < i && d->layers[k].proto != d->layers[i].proto; k++)
			;
		if (!p || k < i)
			continue;
		e.nr = e.nr_lost = 0;
		e.made_len = 0;
		for (; k < d->nr_layers; k++)
			if (d->layers[k].proto == d->layers[i].proto)
				field_walk(p, d, &d->layers[k], &e.out);
		strbuf_puts(out, ",\"");
		put_name(p->name, out);
		strbuf_puts(out, "\":{");
		put_pairs(p->name, &e, out); /* put_values() takes them away */
		put_values(p->name, &e, out);
		strbuf_putc(out, '}');
	}
	strbuf_puts(out, "}}");
}
