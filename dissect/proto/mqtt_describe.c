/*
 * dissect/proto/mqtt_describe.c -- what the messages of MQTT say: MQTT 3.1.1 (ISO/IEC 20922) and
 * 5.0 (OASIS), whose sections are named.
 */
#include "dissect/proto/mqtt.h"

/* 2.2.2.2 */
enum property_type { OF_BYTE, OF_U16, OF_U32, OF_VARINT, OF_STRING, OF_PAIR };

static const uint8_t property_types[] = {
	[0x01] = OF_BYTE,   [0x02] = OF_U32,    [0x03] = OF_STRING, [0x08] = OF_STRING,
	[0x09] = OF_STRING, [0x0b] = OF_VARINT, [0x11] = OF_U32,    [0x12] = OF_STRING,
	[0x13] = OF_U16,    [0x15] = OF_STRING, [0x16] = OF_STRING, [0x17] = OF_BYTE,
	[0x18] = OF_U32,    [0x19] = OF_BYTE,   [0x1a] = OF_STRING, [0x1c] = OF_STRING,
	[0x1f] = OF_STRING, [0x21] = OF_U16,    [0x22] = OF_U16,    [0x23] = OF_U16,
	[0x24] = OF_BYTE,   [0x25] = OF_BYTE,   [0x26] = OF_PAIR,   [0x27] = OF_U32,
	[0x28] = OF_BYTE,   [0x29] = OF_BYTE,   [0x2a] = OF_BYTE,
};

static bool property_skip(struct cursor *c)
{
	const uint8_t id = cursor_u8(c);
	uint32_t v;

	if (!name_find(mqtt_property_names, id))
		return false;
	switch ((enum property_type)property_types[id]) {
	case OF_BYTE:
		cursor_skip(c, 1);
		break;
	case OF_U16:
		cursor_skip(c, 2);
		break;
	case OF_U32:
		cursor_skip(c, 4);
		break;
	case OF_VARINT:
		return mqtt_varint(c, &v);
	case OF_PAIR:
		cursor_skip(c, cursor_be16(c));
		cursor_skip(c, cursor_be16(c));
		break;
	case OF_STRING:
		cursor_skip(c, cursor_be16(c));
		break;
	}
	return !c->failed;
}

bool mqtt_properties_fit(struct cursor c)
{
	uint32_t len;

	if (!mqtt_varint(&c, &len) || len > cursor_left(&c))
		return false;
	c.end = c.pos + len;
	while (cursor_left(&c))
		if (!property_skip(&c))
			return false;
	return true;
}

static void put(struct cursor *c, enum mqtt_field f, size_t n, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, n);

	if (p)
		field_put_uint(o, &mqtt_described[f], p, n);
}

/* A string or bytes with their length in two bytes. */
static void put_string(struct cursor *c, enum mqtt_field len, enum mqtt_field f,
		       struct field_out *o)
{
	const uint8_t *at = cursor_take(c, 2), *p;

	if (!at)
		return;
	field_put_uint(o, &mqtt_described[len], at, 2);
	p = cursor_take(c, load_be16(at));
	if (p && load_be16(at))
		field_put_bytes(o, &mqtt_described[f], p, load_be16(at));
}

static void put_bytes(struct cursor *c, enum mqtt_field f, struct field_out *o)
{
	const size_t n = cursor_left(c);

	if (n && !c->clipped)
		field_put_bytes(o, &mqtt_described[f], cursor_take(c, n), n);
}

/* Fields first..last, which are bits of one byte. */
static void put_bits(struct cursor *c, enum mqtt_field first, enum mqtt_field last,
		     struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 1);

	if (p)
		field_put_table(o, &mqtt_described[first], (size_t)(last - first) + 1, 0, p, 1);
}

static bool put_varint(struct cursor *c, enum mqtt_field f, uint32_t *ret, struct field_out *o)
{
	const uint8_t *start = c->pos;

	if (!mqtt_varint(c, ret))
		return false;
	field_put_num(o, &mqtt_described[f], *ret, start, (size_t)(c->pos - start));
	return true;
}

/* False: unknown, and so is where it ends. */
static bool put_property(struct cursor *c, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 1);
	uint32_t v;

	if (!p)
		return false;
	field_put_uint(o, &mqtt_described[QF_PROPERTY_ID], p, 1);
	if (!name_find(mqtt_property_names, *p))
		return false;
	switch ((enum property_type)property_types[*p]) {
	case OF_BYTE:
		put(c, *p == 0x24 ? QF_MAX_QOS : QF_PROP_NUMBER, 1, o);
		break;
	case OF_U16:
		put(c, *p == 0x23 ? QF_TOPIC_ALIAS : QF_PROP_NUMBER, 2, o);
		break;
	case OF_U32:
		put(c, QF_PROP_NUMBER, 4, o);
		break;
	case OF_VARINT:
		return put_varint(c, QF_PROP_NUMBER, &v, o);
	case OF_STRING:
		put_string(c, QF_PROP_STRING_LEN, QF_PROP_STRING, o);
		break;
	case OF_PAIR:
		put_string(c, QF_PROP_KEY_LEN, QF_PROP_KEY, o);
		put_string(c, QF_PROP_VALUE_LEN, QF_PROP_VALUE, o);
		break;
	}
	return !c->failed;
}

static void put_properties(struct cursor *c, enum mqtt_field heading, struct field_out *o)
{
	const uint8_t *start = c->pos;
	struct cursor look = *c, list;
	uint32_t len;
	size_t here;

	if (!cursor_left(c) || !mqtt_varint(&look, &len))
		return;
	here = MIN_OF((size_t)len, cursor_left(&look));
	field_put_group(o, &mqtt_described[heading], NULL, start,
			(size_t)(look.pos - start) + here);
	put_varint(c, QF_PROPERTY_LEN, &len, o);
	list = cursor_over(cursor_take(c, here), here, false);
	while (cursor_left(&list) && put_property(&list, o))
		;
}

unsigned mqtt_connect_version(const struct mqtt_message *m, unsigned known)
{
	struct cursor c = m->body;

	if (m->type != MQTT_CONNECT)
		return known;
	cursor_skip(&c, cursor_be16(&c));
	return cursor_u8(&c);
}

static void put_connect(struct cursor c, unsigned version, struct field_out *o)
{
	uint8_t flags;

	put_string(&c, QF_PROTO_LEN, QF_PROTO, o);
	put(&c, QF_VERSION, 1, o);
	flags = cursor_left(&c) ? c.pos[0] : 0;
	put_bits(&c, QF_CONFLAGS, QF_CONFLAG_RESERVED, o);
	put(&c, QF_KEEPALIVE, 2, o);
	if (version == 5)
		put_properties(&c, QF_PROPERTIES, o);
	put_string(&c, QF_CLIENTID_LEN, QF_CLIENTID, o);
	if (flags & MQTT_WILL) {
		if (version == 5)
			put_properties(&c, QF_WILL_PROPERTIES, o);
		put_string(&c, QF_WILLTOPIC_LEN, QF_WILLTOPIC, o);
		put_string(&c, QF_WILLMSG_LEN, QF_WILLMSG, o);
	}
	if (flags & MQTT_USERNAME)
		put_string(&c, QF_USERNAME_LEN, QF_USERNAME, o);
	if (flags & MQTT_PASSWORD)
		put_string(&c, QF_PASSWD_LEN, QF_PASSWD, o);
}

static void put_publish(const struct mqtt_message *m, unsigned version, struct field_out *o)
{
	struct cursor c = m->body;

	put_string(&c, QF_TOPIC_LEN, QF_TOPIC, o);
	if (m->flags & 6)
		put(&c, QF_MSGID, 2, o);
	if (version == 5)
		put_properties(&c, QF_PROPERTIES, o);
	put_bytes(&c, version ? QF_MSG : QF_UNDECIDED, o);
}

static void put_subscribe(const struct mqtt_message *m, unsigned version, struct field_out *o)
{
	struct cursor c = m->body;

	put(&c, QF_MSGID, 2, o);
	if (version == 5)
		put_properties(&c, QF_PROPERTIES, o);
	while (cursor_left(&c)) {
		put_string(&c, QF_TOPIC_LEN, QF_TOPIC, o);
		if (m->type == MQTT_SUBSCRIBE && version == 5)
			put_bits(&c, QF_SUB_OPTIONS, QF_SUB_OPTIONS_QOS, o);
		else if (m->type == MQTT_SUBSCRIBE)
			put(&c, QF_SUB_QOS, 1, o);
	}
}

/* A code for each filter that was asked for. */
static void put_suback(const struct mqtt_message *m, unsigned version, struct field_out *o)
{
	const enum mqtt_field f = m->type == MQTT_UNSUBACK ? QF_UNSUBACK_REASON
				  : version == 5           ? QF_SUBACK_REASON
							   : QF_SUBACK_QOS;
	struct cursor c = m->body;

	put(&c, QF_MSGID, 2, o);
	if (!version) {
		put_bytes(&c, QF_UNDECIDED, o);
		return;
	}
	if (version == 5)
		put_properties(&c, QF_PROPERTIES, o);
	while (cursor_left(&c))
		put(&c, f, 1, o);
}

/* An id, then, in version 5 and when it is not success, a reason. */
static void put_ack(const struct mqtt_message *m, struct field_out *o)
{
	struct cursor c = m->body;

	put(&c, QF_MSGID, 2, o);
	if (!cursor_left(&c))
		return;
	put(&c, (enum mqtt_field)(QF_PUBACK_REASON + (m->type - MQTT_PUBACK)), 1, o);
	put_properties(&c, QF_PROPERTIES, o);
}

static void put_reason(struct cursor c, enum mqtt_field f, struct field_out *o)
{
	if (!cursor_left(&c))
		return;
	put(&c, f, 1, o);
	put_properties(&c, QF_PROPERTIES, o);
}

static void put_connack(struct cursor c, unsigned version, struct field_out *o)
{
	put_bits(&c, QF_ACK_FLAGS, QF_ACK_SESSION, o);
	put(&c, version == 5 ? QF_CONNACK_REASON : QF_ACK_VAL, 1, o);
	if (version == 5)
		put_properties(&c, QF_PROPERTIES, o);
}

static void put_body(const struct mqtt_message *m, unsigned version, struct field_out *o)
{
	switch ((enum mqtt_type)m->type) {
	case MQTT_CONNECT:
		put_connect(m->body, version, o);
		break;
	case MQTT_CONNACK:
		put_connack(m->body, version, o);
		break;
	case MQTT_PUBLISH:
		put_publish(m, version, o);
		break;
	case MQTT_SUBSCRIBE:
	case MQTT_UNSUBSCRIBE:
		put_subscribe(m, version, o);
		break;
	case MQTT_SUBACK:
	case MQTT_UNSUBACK:
		put_suback(m, version, o);
		break;
	case MQTT_PUBACK:
	case MQTT_PUBREC:
	case MQTT_PUBREL:
	case MQTT_PUBCOMP:
		put_ack(m, o);
		break;
	case MQTT_DISCONNECT:
		put_reason(m->body, QF_DISCONNECT_REASON, o);
		break;
	case MQTT_AUTH:
		put_reason(m->body, QF_AUTH_REASON, o);
		break;
	case MQTT_PINGREQ:
	case MQTT_PINGRESP:
		break;
	}
}

void mqtt_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	struct cursor c = layer_cursor(d, l, 0), header;
	struct mqtt_message m;
	unsigned known = 0;
	uint32_t len;

	while (mqtt_message_next(&c, &m)) {
		known = mqtt_connect_version(&m, known);
		field_put_group(o, &mqtt_described[QF_MESSAGE], name_find(mqtt_type_names, m.type),
				m.start, (size_t)(c.pos - m.start));
		header = cursor_over(m.start, (size_t)(c.pos - m.start), false);
		if (m.type == MQTT_PUBLISH) {
			struct cursor again = header;

			put_bits(&header, QF_HDRFLAGS, QF_TYPE, o);
			put_bits(&again, QF_DUP, QF_RETAIN, o);
		} else {
			put_bits(&header, QF_HDRFLAGS, QF_RESERVED, o);
		}
		put_varint(&header, QF_LEN, &len, o);
		put_body(&m, mqtt_version_of(&m, known), o);
	}
}
