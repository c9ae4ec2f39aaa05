/*
 * dissect/proto/mqtt.c -- MQTT: OASIS standards 3.1.1 (ISO/IEC 20922) and 5.0; 3.1 where it is the
 * same.
 *
 * Which version is spoken, only CONNECT says. Of other messages it follows from their length or
 * shape, or it does not: then what may be properties or a message is shown as bytes.
 */
#include "dissect/proto/mqtt.h"
#include "dissect/dissect.h"
#include "dissect/lines.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum { MESSAGES_SHOWN_MAX = 8, TEXT_SHOWN_MAX = 120 };

/* Which flags a fixed header may have: only PUBLISH chooses. */
static bool header_valid(const uint8_t *p)
{
	const unsigned type = *p >> 4, flags = *p & 15;

	switch (type) {
	case 0:
		return false;
	case MQTT_PUBLISH:
		return (flags & 6) != 6;
	case MQTT_PUBREL:
	case MQTT_SUBSCRIBE:
	case MQTT_UNSUBSCRIBE:
		return flags == 2;
	default:
		return !flags;
	}
}

/* The shortest that a message of this type can be. */
static bool length_valid(unsigned type, uint32_t len)
{
	static const uint8_t min[] = { 0, 10, 2, 2, 2, 2, 2, 2, 5, 3, 4, 2, 0, 0, 0, 0 };

	if (type == MQTT_PINGREQ || type == MQTT_PINGRESP)
		return !len;
	return len >= min[type];
}

bool mqtt_varint(struct cursor *c, uint32_t *ret)
{
	uint32_t v = 0;
	unsigned i;

	for (i = 0; i < MQTT_VARINT_MAX; i++) {
		const uint8_t b = cursor_u8(c);

		v |= (uint32_t)(b & 0x7f) << (7 * i);
		if (!(b & 0x80)) {
			*ret = v;
			return !c->failed;
		}
	}
	return false;
}

/* Does the CONNECT at its variable header name a protocol that is MQTT? */
static bool is_connect(struct cursor c)
{
	const uint16_t len = cursor_be16(&c);
	const uint8_t *p = cursor_take(&c, len);

	return p && ((len == 4 && !memcmp(p, "MQTT", 4)) || (len == 6 && !memcmp(p, "MQIsdp", 6)));
}

enum look { NOT_MQTT, CUT, MQTT };

/* The fixed header at c; *body stands behind it, *len is what it announces. */
static enum look look_at(struct cursor c, struct cursor *body, uint32_t *len)
{
	const uint8_t *p = cursor_take(&c, 1);

	if (!p || !header_valid(p))
		return NOT_MQTT;
	if (!mqtt_varint(&c, len))
		return c.failed ? CUT : NOT_MQTT;
	if (!length_valid(*p >> 4, *len))
		return NOT_MQTT;
	*body = c;
	return MQTT;
}

/* MQTT 5.0 3.3.2.1: a text without wildcards; an empty one where an alias says it. */
static bool topic_plausible(struct cursor c, uint32_t len)
{
	const uint16_t topic = cursor_be16(&c);
	const size_t here = MIN_OF((size_t)topic, cursor_left(&c));

	return c.failed || (topic + 2u <= len && span_is_text(span_over(c.pos, here)) &&
			    !memchr(c.pos, '#', here) && !memchr(c.pos, '+', here));
}

/* Two bytes are soon met by chance: does the first message bear them out? */
static bool starts_right(const struct cursor *c, const struct cursor *body, uint32_t len)
{
	const bool whole = len <= cursor_left(body) || c->clipped;

	switch (c->pos[0] >> 4) {
	case MQTT_CONNECT:
		return cursor_left(c) <= 10 || is_connect(*body);
	case MQTT_PUBLISH:
		return whole || topic_plausible(*body, len);
	default: /* too short to be sent in parts */
		return whole;
	}
}

static struct next mqtt_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	struct cursor body;
	uint32_t len;

	enum look first = cursor_left(c) < 2 ? NOT_MQTT : look_at(*c, &body, &len);

	if (first == NOT_MQTT || (first == MQTT && !starts_right(c, &body, len)))
		return next_reject();
	while (cursor_left(c)) {
		const uint8_t *start = c->pos;
		const enum look look = look_at(*c, &body, &len);

		if (look == NOT_MQTT)
			break; /* shown as payload */
		if (look == CUT) {
			dissect_take_pdu(d, l, c, start, cursor_left(c) + 1);
			break;
		}
		if (!dissect_take_pdu(d, l, c, start, (size_t)(body.pos - start) + len))
			break;
	}
	return next_none();
}

bool mqtt_message_next(struct cursor *c, struct mqtt_message *ret)
{
	struct cursor body;
	size_t here;

	if (look_at(*c, &body, &ret->len) != MQTT)
		return false;
	ret->start = c->pos;
	ret->type = c->pos[0] >> 4;
	ret->flags = c->pos[0] & 15;
	here = MIN_OF((size_t)ret->len, cursor_left(&body));
	ret->whole = here == ret->len;
	ret->body = cursor_over(body.pos, here, !ret->whole);
	c->pos = body.pos + here;
	return true;
}

/* Filters one after the other, each with `extra` bytes behind it, up to the end. */
static bool filters_fit(struct cursor c, unsigned extra)
{
	unsigned nr = 0;

	while (cursor_left(&c)) {
		const uint16_t len = cursor_be16(&c);

		if (!len)
			return false;
		cursor_skip(&c, len);
		cursor_skip(&c, extra);
		nr++;
	}
	return nr && !c.failed;
}

/* 3.8.2, 3.9.2 of version 5: in version 5 properties come first, and their length, 0 or at least 3.
 */
static unsigned version_by_shape(const struct mqtt_message *m)
{
	struct cursor c = m->body;
	uint8_t first;

	cursor_skip(&c, 2);
	first = cursor_left(&c) ? c.pos[0] : 0;
	switch (m->type) {
	case MQTT_SUBSCRIBE:
	case MQTT_UNSUBSCRIBE:
		return filters_fit(c, m->type == MQTT_SUBSCRIBE) ? 4 : 5;
	case MQTT_SUBACK:
		if (m->len == 3 || first == 1 || first == 2 || first == 0x80)
			return 4;
		return first ? 5 : 0;
	case MQTT_PUBLISH:
		cursor_skip(&c, (size_t)load_be16(m->body.pos) + (m->flags & 6 ? 2 : 0));
		return c.failed || mqtt_properties_fit(c) ? 0 : 4;
	default:
		return 0;
	}
}

unsigned mqtt_version_of(const struct mqtt_message *m, unsigned known)
{
	if (known || !m->whole)
		return known;
	switch (m->type) {
	case MQTT_CONNACK:
		return m->len == 2 ? 4 : 5;
	case MQTT_UNSUBACK:
		return m->len == 2 ? 4 : 5;
	case MQTT_PUBACK:
	case MQTT_PUBREC:
	case MQTT_PUBREL:
	case MQTT_PUBCOMP:
		return m->len == 2 ? 4 : 5; /* of 2 bytes: the same in both */
	case MQTT_DISCONNECT:
		return m->len ? 5 : 4;
	case MQTT_AUTH:
		return 5;
	default:
		return version_by_shape(m);
	}
}

static struct cursor string_take(struct cursor *c)
{
	const size_t len = cursor_be16(c), here = MIN_OF(len, cursor_left(c));

	return cursor_over(cursor_take(c, here), here, here < len);
}

/* Half a string would be a wrong one, and of an empty one there is nothing to say. */
static void put_string(const char *label, struct cursor s, struct strbuf *out)
{
	if (s.clipped || !cursor_left(&s))
		return;
	strbuf_puts(out, label);
	text_printable(s.pos, cursor_left(&s), TEXT_SHOWN_MAX, out);
}

static void put_number(const char *label, uint32_t v, struct strbuf *out)
{
	strbuf_puts(out, label);
	strbuf_uint(out, v);
}

static void skip_properties(struct cursor *c)
{
	uint32_t len;

	if (cursor_left(c) && mqtt_varint(c, &len))
		cursor_skip(c, len);
}

/* Client id, whether there is a will, who: not the password. */
static void line_connect(struct cursor c, struct strbuf *out)
{
	uint8_t version, flags;

	cursor_skip(&c, cursor_be16(&c));
	version = cursor_u8(&c);
	flags = cursor_u8(&c);
	put_number(" version ", version, out);
	put_number(" keepalive ", cursor_be16(&c), out);
	if (version == 5)
		skip_properties(&c);
	put_string(" client ", string_take(&c), out);
	if (flags & MQTT_WILL) {
		if (version == 5)
			skip_properties(&c);
		put_string(" will ", string_take(&c), out);
		string_take(&c);
	}
	if (flags & MQTT_USERNAME)
		put_string(" user ", string_take(&c), out);
	if (flags & MQTT_PASSWORD && cursor_left(&c))
		strbuf_puts(out, " password ***");
}

static void line_publish(const struct mqtt_message *m, unsigned version, struct cursor c,
			 struct strbuf *out)
{
	const unsigned qos = m->flags >> 1 & 3;

	put_string(" ", string_take(&c), out);
	put_number(" qos ", qos, out);
	if (qos && cursor_left(&c) >= 2)
		put_number(" id ", cursor_be16(&c), out);
	if (m->flags & 8)
		strbuf_puts(out, " dup");
	if (m->flags & 1)
		strbuf_puts(out, " retain");
	if (version == 5)
		skip_properties(&c);
	put_number(" length ", (uint32_t)(m->len - (size_t)(c.pos - m->body.pos)), out);
}

static void line_filters(const struct mqtt_message *m, unsigned version, struct cursor c,
			 struct strbuf *out)
{
	put_number(" id ", cursor_be16(&c), out);
	if (version == 5)
		skip_properties(&c);
	while (cursor_left(&c) >= 2) {
		put_string(" ", string_take(&c), out);
		if (m->type == MQTT_SUBSCRIBE)
			put_number(" qos ", cursor_u8(&c) & 3, out);
	}
}

static void line_message(const struct mqtt_message *m, unsigned version, struct strbuf *out)
{
	struct cursor c = m->body;
	const char *name;

	strbuf_puts(out, name_find(mqtt_type_names, m->type));
	switch (m->type) {
	case MQTT_CONNECT:
		line_connect(c, out);
		break;
	case MQTT_CONNACK:
		cursor_skip(&c, 1);
		name = name_find(version == 5 ? mqtt_reason_names : mqtt_return_names,
				 cursor_u8(&c));
		strbuf_putc(out, ' ');
		strbuf_puts(out, name ? name : "?");
		break;
	case MQTT_PUBLISH:
		line_publish(m, version, c, out);
		break;
	case MQTT_SUBSCRIBE:
	case MQTT_UNSUBSCRIBE:
		line_filters(m, version, c, out);
		break;
	case MQTT_PINGREQ:
	case MQTT_PINGRESP:
	case MQTT_DISCONNECT:
	case MQTT_AUTH:
		break;
	default:
		if (cursor_left(&c) >= 2)
			put_number(" id ", cursor_be16(&c), out);
		break;
	}
}

static void mqtt_line(const struct dissection *d, const struct layer *l,
		      const struct render_options *opt, struct strbuf *out)
{
	struct cursor c = layer_cursor(d, l, 0);
	struct mqtt_message m;
	unsigned nr = 0, known = 0;

	line_paint(opt, PAINT_PROTOCOL, "MQTT", out);
	while (nr < MESSAGES_SHOWN_MAX && mqtt_message_next(&c, &m)) {
		known = mqtt_connect_version(&m, known);
		strbuf_puts(out, nr++ ? ", " : " ");
		line_message(&m, mqtt_version_of(&m, known), out);
	}
	if (cursor_left(&c))
		strbuf_puts(out, ", ...");
}

const struct dissector mqtt_dissector = {
	.name = "mqtt",
	.title = "MQ Telemetry Transport",
	.id = PROTO_MQTT,
	.layer_class = CLASS_APPLICATION,
	.described = mqtt_described,
	.nr_described = ARRAY_SIZE(mqtt_described),
	.keys = { { KEY_TCP_PORT, 1883 } },
	.dissect = mqtt_dissect,
	.describe = mqtt_describe,
	.line = mqtt_line,
};
