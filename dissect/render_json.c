#include <string.h>

#include "core/clock.h"
#include "dissect/frame_fields.h"
#include "dissect/registry.h"
#include "dissect/render.h"

enum {
	DESCRIBED_MAX = 1024, /* values of one layer's describe(); more are counted, not shown */
	DESCS_MAX = 512,      /* descriptors of one protocol; the table test sees to it */
	MADE_TEXT_MAX = 1 << 15,
	NOTHING = UINT16_MAX,
};

/*
 * What occurs once goes out at once. The values of FIELD_LIST are kept, for a list must be written
 * in one piece: per descriptor a chain of its values in order, behind everything else.
 */
struct json_out {
	struct field_out out;
	struct strbuf *text;
	const struct dissector *proto;
	const struct json_key *keys;
	const struct dissection *d;
	/* Which layer with this table it is, 1 for the first: protocols may share one. */
	unsigned repeat, repeat_described;
	unsigned nr_kept, nr_lost, nr_order;
	/* Index in kept, by descriptor; of a scalar anything but NOTHING: it is written. */
	uint16_t first[DESCS_MAX], last[DESCS_MAX];
	uint16_t order[DESCS_MAX]; /* lists as they first came */
	uint16_t next[DESCRIBED_MAX];
	struct field_value kept[DESCRIBED_MAX];
	size_t made_len;
	uint8_t made[MADE_TEXT_MAX]; /* text that describe() made and takes back */
};

/* Something always stands in front: the frame's own members. */
static void put_key_slowly(struct strbuf *out, const char *name, unsigned repeat)
{
	strbuf_put(out, ",\"", 2);
	strbuf_puts(out, name);
	if (repeat > 1) {
		strbuf_putc(out, '#');
		strbuf_uint(out, repeat);
	}
	strbuf_put(out, "\":", 2);
}

static void put_key(const struct json_out *j, size_t index, const struct field_desc *fd,
		    unsigned repeat)
{
	const struct json_key *key = &j->keys[index];
	struct strbuf *out = j->text;

	if (unlikely(repeat > 1 || !key->len || out->size - out->len <= sizeof(key->text))) {
		put_key_slowly(out, fd->name, repeat);
		return;
	}
	memcpy(out->text + out->len, key->text, sizeof(key->text));
	out->len += key->len;
}

/* Bytes that are not the frame's are copied. False: no room. */
static bool own_bytes(struct json_out *j, struct field_value *v)
{
	const struct frame_view *f = &j->d->frame;

	if (!v->bytes || (v->bytes >= f->data && v->bytes <= f->data + f->cap_len))
		return true;
	if (v->len > sizeof(j->made) - j->made_len)
		return false;
	memcpy(j->made + j->made_len, v->bytes, v->len);
	v->bytes = j->made + j->made_len;
	j->made_len += v->len;
	return true;
}

static void keep(struct json_out *j, const struct field_value *v, size_t desc)
{
	const unsigned i = j->nr_kept;

	if (i == DESCRIBED_MAX) {
		j->nr_lost++;
		return;
	}
	j->kept[i] = *v;
	if (!own_bytes(j, &j->kept[i])) {
		j->nr_lost++;
		return;
	}
	j->nr_kept++;
	j->next[i] = NOTHING;
	if (j->first[desc] == NOTHING) {
		j->order[j->nr_order++] = (uint16_t)desc;
		j->first[desc] = (uint16_t)i;
	} else {
		j->next[j->last[desc]] = (uint16_t)i;
	}
	j->last[desc] = (uint16_t)i;
}

/* A scalar that occurs again keeps the first. */
static void put_described(struct json_out *j, const struct field_value *v)
{
	const size_t desc = (size_t)(v->desc - j->proto->described);

	if (unlikely(desc >= j->proto->nr_described || desc >= DESCS_MAX)) {
		j->nr_lost++;
	} else if (v->desc->flags & FIELD_LIST) {
		keep(j, v, desc);
	} else if (j->first[desc] == NOTHING) {
		j->first[desc] = 0;
		put_key(j, j->proto->nr_fields + desc, v->desc, j->repeat_described);
		field_json(v, j->text);
	}
}

static void json_put(struct field_out *o, const struct field_value *v)
{
	struct json_out *j = (struct json_out *)o;

	if (v->desc->flags & FIELD_DESCRIBED) {
		if (v->desc->kind != FIELD_GROUP)
			put_described(j, v);
		return;
	}
	put_key(j, (size_t)(v->desc - j->proto->fields), v->desc, j->repeat);
	field_json(v, j->text);
}

/* One key per list, in order of first appearance. */
static void put_kept(struct json_out *j)
{
	unsigned i, k;

	for (i = 0; i < j->nr_order; i++) {
		const struct field_desc *fd = &j->proto->described[j->order[i]];

		put_key(j, j->proto->nr_fields + j->order[i], fd, j->repeat_described);
		strbuf_putc(j->text, '[');
		for (k = j->first[j->order[i]]; k != NOTHING; k = j->next[k]) {
			field_json(&j->kept[k], j->text);
			if (j->next[k] != NOTHING)
				strbuf_putc(j->text, ',');
		}
		strbuf_putc(j->text, ']');
	}
	if (j->nr_lost) {
		put_key_slowly(j->text, "ringtap.fields_lost", j->repeat);
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
	j.proto = p;
	j.keys = reg->json_keys[p->id];
	j.d = d;
	j.repeat = j.repeat_described = 1;
	j.nr_kept = 0;
	j.nr_lost = 0;
	j.nr_order = 0;
	j.made_len = 0;
	if (p->describe)
		memset(j.first, 0xff,
		       MIN_OF(p->nr_described, (size_t)DESCS_MAX) * sizeof(*j.first));
	for (i = 0; i < index; i++) {
		const struct dissector *q = registry_by_id(reg, d->layers[i].proto);

		j.repeat += q && q->fields == p->fields;
		j.repeat_described += q && q->described == p->described;
	}
	field_walk(p, d, l, &j.out);
	put_kept(&j);
}

static void put_frame(const struct registry *reg, const struct dissection *d,
		      const struct frame_context *ctx, struct strbuf *out)
{
	const struct frame_view *f = &d->frame;
	char text[9];
	unsigned i;
	uint64_t ns = f->ts_ns % NS_PER_SEC;

	strbuf_putc(out, '{');
	if (ctx && ctx->number) {
		strbuf_puts(out, "\"frame.number\":");
		strbuf_uint(out, ctx->number);
		strbuf_putc(out, ',');
	}
	if (ctx && ctx->interface_name) {
		strbuf_puts(out, "\"frame.interface_name\":");
		strbuf_json_string(out, ctx->interface_name, strlen(ctx->interface_name));
		strbuf_putc(out, ',');
	}
	strbuf_puts(out, "\"frame.time_epoch\":");
	strbuf_uint(out, f->ts_ns / NS_PER_SEC);
	for (i = 9; i-- > 0; ns /= 10)
		text[i] = (char)('0' + ns % 10);
	strbuf_putc(out, '.');
	strbuf_put(out, text, sizeof(text));
	strbuf_puts(out, ",\"frame.len\":");
	strbuf_uint(out, f->wire_len);
	strbuf_puts(out, ",\"frame.cap_len\":");
	strbuf_uint(out, f->cap_len);
	strbuf_puts(out, ",\"frame.interface_id\":");
	strbuf_uint(out, f->ifindex);
	strbuf_puts(out, ",\"frame.protocols\":\"");
	for (i = 0; i < d->nr_layers; i++) {
		if (i)
			strbuf_putc(out, ':');
		strbuf_puts(out, registry_proto_name(reg, d->layers[i].proto));
	}
	strbuf_puts(out, "\",\"ringtap.status\":\"");
	strbuf_puts(out, dissect_status_name((enum dissect_status)d->status));
	strbuf_putc(out, '"');
}

void render_json(const struct registry *reg, const struct dissection *d,
		 const struct frame_context *ctx, struct strbuf *out)
{
	unsigned i;

	put_frame(reg, d, ctx, out);
	for (i = 0; i < d->nr_layers; i++)
		put_layer(reg, d, i, out);
	if (d->notes & NOTE_NEED_MORE) {
		strbuf_puts(out, ",\"ringtap.need_more\":");
		strbuf_uint(out, d->pdu_need);
	}
	strbuf_puts(out, ",\"data.len\":");
	strbuf_uint(out, d->payload_len);
	strbuf_putc(out, '}');
}
