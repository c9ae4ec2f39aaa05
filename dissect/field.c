#include "dissect/field.h"

#include "core/bytes.h"
#include "dissect/dissect.h"
#include "dissect/text.h"

enum { BYTES_SHOWN_MAX = 64 };

void field_put_uint(struct field_out *o, const struct field_desc *fd, uint64_t num)
{
	const struct field_value v = { .desc = fd, .num = num };

	o->put(o, &v);
}

void field_put_bytes(struct field_out *o, const struct field_desc *fd, const uint8_t *bytes,
		     size_t len)
{
	const struct field_value v = { .desc = fd, .bytes = bytes, .len = len };

	o->put(o, &v);
}

static uint64_t read_bits(const uint8_t *p, unsigned first_bit, unsigned bits)
{
	const unsigned last = first_bit + bits; /* at most 64: the table test sees to it */
	uint64_t v = 0;
	unsigned i;

	for (i = 0; i * 8 < last; i++)
		v = v << 8 | p[i];
	v >>= (8 - last % 8) % 8;
	return bits < 64 ? v & ((1ull << bits) - 1) : v;
}

static uint64_t read_le(const uint8_t *p, unsigned bytes)
{
	uint64_t v = 0;

	while (bytes--)
		v = v << 8 | p[bytes];
	return v;
}

bool field_read(const struct dissection *d, const struct layer *l, const struct field_desc *fd,
		struct field_value *ret)
{
	const unsigned first_byte = fd->bit / 8;
	const unsigned nr_bytes = (fd->bit % 8 + fd->bits + 7) / 8;
	const uint8_t *p;
	uint64_t num;

	if (fd->flags & FIELD_DESCRIBED || (fd->variants && !(fd->variants & l->variant)))
		return false;
	p = layer_bytes(d, l, first_byte, nr_bytes);
	if (!p || (size_t)l->off + first_byte + nr_bytes > d->frame.cap_len)
		return false;
	if (fd->kind >= FIELD_MAC) {
		*ret = (struct field_value){ .desc = fd, .bytes = p, .len = nr_bytes };
		return true;
	}
	num = fd->flags & FIELD_LE ? read_le(p, nr_bytes) : read_bits(p, fd->bit % 8, fd->bits);
	*ret = (struct field_value){ .desc = fd, .num = fd->scale ? num * fd->scale : num };
	return true;
}

void field_walk(const struct dissector *p, const struct dissection *d, const struct layer *l,
		struct field_out *o)
{
	struct field_value v;
	size_t i;

	for (i = 0; i < p->nr_fields; i++)
		if (field_read(d, l, &p->fields[i], &v))
			o->put(o, &v);
	if (p->describe)
		p->describe(d, l, o);
}

/* Bytes that somebody else chose: nothing that a terminal would obey. */
static void put_printable(const uint8_t *bytes, size_t len, struct strbuf *out)
{
	size_t i;

	for (i = 0; i < len; i++)
		strbuf_putc(out, bytes[i] >= 0x20 && bytes[i] < 0x7f ? (char)bytes[i] : '.');
}

static void put_hex(const struct field_value *v, struct strbuf *out)
{
	strbuf_puts(out, "0x");
	strbuf_hex(out, v->num, (v->desc->bits + 3) / 4);
}

static void put_bytes(const struct field_value *v, struct strbuf *out)
{
	switch ((enum field_kind)v->desc->kind) {
	case FIELD_MAC:
		text_mac(v->bytes, out);
		break;
	case FIELD_IPV4:
		text_ipv4(v->bytes, out);
		break;
	case FIELD_IPV6:
		text_ipv6(v->bytes, out);
		break;
	default:
		text_bytes(v->bytes, v->len, BYTES_SHOWN_MAX, out);
		break;
	}
}

void field_text(const struct field_value *v, struct strbuf *out)
{
	const char *name;

	switch ((enum field_kind)v->desc->kind) {
	case FIELD_UINT:
	case FIELD_PORT:
	case FIELD_FLAG:
		strbuf_uint(out, v->num);
		break;
	case FIELD_HEX:
		put_hex(v, out);
		break;
	case FIELD_ENUM:
		name = name_find(v->desc->names, v->num);
		if (name)
			strbuf_printf(out, "%s (%llu)", name, (unsigned long long)v->num);
		else
			strbuf_uint(out, v->num);
		break;
	case FIELD_TEXT:
		put_printable(v->bytes, v->len, out);
		break;
	default:
		put_bytes(v, out);
		break;
	}
}

void field_json(const struct field_value *v, struct strbuf *out)
{
	switch ((enum field_kind)v->desc->kind) {
	case FIELD_UINT:
	case FIELD_PORT:
	case FIELD_ENUM:
		strbuf_uint(out, v->num);
		break;
	case FIELD_FLAG:
		strbuf_puts(out, v->num ? "true" : "false");
		break;
	case FIELD_TEXT:
		strbuf_json_string(out, (const char *)v->bytes, v->len);
		break;
	case FIELD_HEX:
		strbuf_putc(out, '"');
		put_hex(v, out);
		strbuf_putc(out, '"');
		break;
	default:
		strbuf_putc(out, '"');
		put_bytes(v, out);
		strbuf_putc(out, '"');
		break;
	}
}
