/*
 * dissect/proto/dhcp_option.c -- what DHCP's options hold: RFC 2132; search lists RFC 3397, routes
 * RFC 3442, full names RFC 4702, relay information RFC 3046, boot clients RFC 4578.
 */
#include "dissect/proto/dhcp.h"
#include "dissect/proto/dns_name.h"
#include "dissect/text.h"

enum {
	CLIENT_DUID = 255,
	SUB_CIRCUIT = 1,
	SUB_REMOTE = 2,
	SUB_LINK = 5,
	SUB_SUBSCRIBER = 6,
	SUB_SERVER = 11,
	SUB_RELAY_ID = 12
};

static const struct field_desc *const fields = dhcp_described;

struct option_shape {
	uint8_t code, shape, field;
};

#define OPTION_SHAPE(code, shape, id, ...) { code, DHCP_##shape, DHCPF_##id },

static const struct option_shape option_shapes[] = { DHCP_OPTIONS(OPTION_SHAPE) };

bool dhcp_option_next(struct cursor *c, struct dhcp_option *ret)
{
	if (!cursor_left(c))
		return false;
	ret->start = c->pos;
	ret->code = cursor_u8(c);
	ret->data = c->pos;
	ret->len = 0;
	if (ret->code == DHCP_OPT_PAD || ret->code == DHCP_OPT_END)
		return true;
	ret->len = cursor_u8(c);
	ret->data = cursor_take(c, ret->len);
	return ret->data;
}

/* Numbers or addresses of `size` bytes, one behind the other. */
static bool put_series(const struct field_desc *fd, size_t size, const uint8_t *p, size_t n,
		       struct field_out *o)
{
	if (!n || n % size)
		return false;
	for (; n; n -= size, p += size) {
		if (fd->kind == FIELD_IPV4)
			field_put_bytes(o, fd, p, size);
		else
			field_put_uint(o, fd, p, size);
	}
	return true;
}

static bool put_pairs(unsigned field, const uint8_t *p, size_t n, struct field_out *o)
{
	const unsigned second = field == DHCPF_POLICY ? DHCPF_POLICY_MASK : DHCPF_STATIC_ROUTER;

	if (!n || n % 8)
		return false;
	for (; n; n -= 8, p += 8) {
		field_put_bytes(o, &fields[field], p, 4);
		field_put_bytes(o, &fields[second], p + 4, 4);
	}
	return true;
}

/* Some clients send the terminating zero as well. */
static bool put_string(const struct field_desc *fd, const uint8_t *p, size_t n, struct field_out *o)
{
	field_put_text(o, fd, (const char *)p, strnlen((const char *)p, n), p, n);
	return n;
}

/* A hardware type and address, or a type of 0 or 255 and something else (RFC 4361). */
static bool put_client(const uint8_t *p, size_t n, struct field_out *o)
{
	char text[16];
	struct strbuf iaid = strbuf_over(text, sizeof(text));

	if (!n)
		return false;
	if (p[0] == 1 && n == 7) {
		field_put_uint(o, &fields[DHCPF_HW_TYPE], p, 1);
		field_put_bytes(o, &fields[DHCPF_MAC], p + 1, 6);
	} else if (p[0] == CLIENT_DUID && n >= 7) {
		strbuf_hex(&iaid, load_be32(p + 1), 8);
		field_put_text(o, &fields[DHCPF_CLIENT_IAID], text, iaid.len, p + 1, 4);
		field_put_uint(o, &fields[DHCPF_CLIENT_DUID], p + 5, 2);
	} else {
		field_put_uint(o, &fields[DHCPF_CLIENT_TYPE], p, 1);
		field_put_bytes(o, &fields[DHCPF_CLIENT_ID], p, n);
	}
	return true;
}

static bool put_names(unsigned field, const uint8_t *p, size_t n, struct field_out *o)
{
	struct dns_name name;
	size_t off = 0;

	while (off < n) {
		if (!dns_name_read(p, n, off, &name))
			return false;
		field_put_text(o, &fields[field], name.text, name.len, p + off, name.place);
		off += name.place;
	}
	return true;
}

static bool put_full_name(const uint8_t *p, size_t n, struct field_out *o)
{
	if (n < 3)
		return false;
	field_put_table(o, &fields[DHCPF_FQDN_FLAGS], DHCPF_FQDN_RCODE2 - DHCPF_FQDN_FLAGS + 1, 0,
			p, 3);
	field_put_num(o, &fields[DHCPF_FQDN_MBZ], p[0] >> 4, p, 1);
	if (n > 3 && p[0] & 4) {
		struct dns_name name;

		/* A partial name has no root at its end, so it is read label by label. */
		if (dns_name_read(p + 3, n - 3, 0, &name))
			field_put_text(o, &fields[DHCPF_FQDN], name.text, name.len, p + 3, n - 3);
		else if (p[3] < n - 3)
			field_put_text(o, &fields[DHCPF_FQDN], (const char *)p + 4, p[3], p + 3,
				       n - 3);
	} else if (n > 3) {
		field_put_bytes(o, &fields[DHCPF_FQDN], p + 3, n - 3);
	}
	return true;
}

/* Width of the mask, as many bytes of the prefix as it needs, router. */
static bool put_routes(unsigned field, const uint8_t *p, size_t n, struct field_out *o)
{
	while (n) {
		const size_t bytes = (p[0] + 7u) / 8, len = 1 + bytes + 4;
		uint8_t prefix[4] = { 0 };
		char text[32];
		struct strbuf s = strbuf_over(text, sizeof(text));

		if (p[0] > 32 || len > n)
			return false;
		memcpy(prefix, p + 1, bytes);
		text_ipv4(prefix, &s);
		strbuf_putc(&s, '/');
		strbuf_uint(&s, p[0]);
		field_put_bytes(o, &fields[field], p, len);
		field_put_text(o, &fields[DHCPF_ROUTE_PREFIX], text, s.len, p, 1 + bytes);
		field_put_bytes(o, &fields[DHCPF_ROUTE_ROUTER], p + 1 + bytes, 4);
		p += len;
		n -= len;
	}
	return true;
}

static unsigned relay_field(uint8_t code)
{
	switch (code) {
	case SUB_CIRCUIT:
		return DHCPF_CIRCUIT;
	case SUB_REMOTE:
		return DHCPF_REMOTE;
	case SUB_LINK:
		return DHCPF_LINK_SELECTION;
	case SUB_SUBSCRIBER:
		return DHCPF_SUBSCRIBER;
	case SUB_SERVER:
		return DHCPF_SERVER_OVERRIDE;
	case SUB_RELAY_ID:
		return DHCPF_RELAY_ID;
	default:
		return DHCPF_RELAY_VALUE;
	}
}

static bool put_relay(const uint8_t *data, size_t n, struct field_out *o)
{
	struct cursor c = cursor_over(data, n, false);

	while (cursor_left(&c) >= 2) {
		const uint8_t *start = c.pos;
		const uint8_t code = cursor_u8(&c), len = cursor_u8(&c);
		const uint8_t *p = cursor_take(&c, len);

		if (!p)
			return false;
		field_put_uint(o, &fields[DHCPF_RELAY], start, 1);
		field_put_uint(o, &fields[DHCPF_SUB_LENGTH], start + 1, 1);
		field_put_bytes(o, &fields[DHCPF_RELAY_VALUE], p, len);
		if (relay_field(code) != DHCPF_RELAY_VALUE)
			field_put_bytes(o, &fields[relay_field(code)], p, len);
	}
	return !cursor_left(&c);
}

/* RFC 3004; what Microsoft sends has no lengths in it. */
static bool put_classes(const uint8_t *data, size_t n, struct field_out *o)
{
	struct cursor c = cursor_over(data, n, false);
	unsigned instance = 0;

	while (cursor_left(&c)) {
		const uint8_t *start = c.pos;
		const uint8_t len = cursor_u8(&c);
		const uint8_t *p = cursor_take(&c, len);

		if (!p) {
			field_put_bytes(o, &fields[DHCPF_USER_CLASS], start,
					(size_t)(c.end - start));
			return true;
		}
		field_put_num(o, &fields[DHCPF_USER_CLASS_NR], instance++, start, len + 1u);
		field_put_uint(o, &fields[DHCPF_USER_CLASS_LEN], start, 1);
		field_put_bytes(o, &fields[DHCPF_USER_CLASS], p, len);
	}
	return true;
}

/* The first three parts are little endian in what boot firmware sends. */
static bool put_guid(const uint8_t *p, size_t n, struct field_out *o)
{
	static const uint8_t order[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };
	char text[40];
	struct strbuf s = strbuf_over(text, sizeof(text));
	size_t i;

	if (n != 17)
		return false;
	field_put_uint(o, &fields[DHCPF_CLIENT_TYPE], p, 1);
	for (i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			strbuf_putc(&s, '-');
		strbuf_hex(&s, p[1 + order[i]], 2);
	}
	field_put_text(o, &fields[DHCPF_UUID], text, s.len, p + 1, 16);
	return true;
}

/* RFC 3925: enterprise, length, data, any number of times. */
static bool put_enterprises(unsigned field, const uint8_t *data, size_t n, struct field_out *o)
{
	struct cursor c = cursor_over(data, n, false);

	while (cursor_left(&c) >= 5) {
		const uint8_t *start = cursor_take(&c, 4);
		const uint8_t len = cursor_u8(&c);
		const uint8_t *p = cursor_take(&c, len);

		if (!p)
			return false;
		field_put_uint(o, &fields[field], start, 4);
		if (len)
			field_put_bytes(o, &fields[DHCPF_VENDOR_DATA], p, len);
	}
	return !cursor_left(&c);
}

static bool put_special(const struct option_shape *s, const uint8_t *p, size_t n,
			struct field_out *o)
{
	switch ((enum dhcp_shape)s->shape) {
	case DHCP_CLIENT:
		return put_client(p, n, o);
	case DHCP_CLASSES:
		return put_classes(p, n, o);
	case DHCP_FULL_NAME:
		return put_full_name(p, n, o);
	case DHCP_RELAYED:
		return put_relay(p, n, o);
	case DHCP_NETWORK:
		if (n != 3)
			return false;
		field_put_uint(o, &fields[DHCPF_NETWORK_ID], p + 1, 1);
		field_put_uint(o, &fields[DHCPF_NETWORK_MINOR], p + 2, 1);
		return true;
	case DHCP_GUID:
		return put_guid(p, n, o);
	case DHCP_NAMES:
		return put_names(s->field, p, n, o);
	case DHCP_ROUTE_LIST:
		return put_routes(s->field, p, n, o);
	case DHCP_ENTERPRISE:
		return put_enterprises(s->field, p, n, o);
	default:
		return false;
	}
}

static bool put_shape(const struct option_shape *s, const uint8_t *p, size_t n, struct field_out *o)
{
	const struct field_desc *fd = &fields[s->field];

	switch ((enum dhcp_shape)s->shape) {
	case DHCP_ADDRESS:
	case DHCP_SIGNED:
	case DHCP_SECONDS:
		return put_series(fd, 4, p, n, o);
	case DHCP_PAIR:
		return put_pairs(s->field, p, n, o);
	case DHCP_BOOLEAN:
	case DHCP_UINT8:
	case DHCP_NODE:
	case DHCP_OVERLOADED:
	case DHCP_TYPE:
		return n == 1 && put_series(fd, 1, p, n, o);
	case DHCP_ITEMS:
		return put_series(fd, 1, p, n, o);
	case DHCP_UINT16:
	case DHCP_ARCHITECTURES:
		return put_series(fd, 2, p, n, o);
	case DHCP_STRING:
		return put_string(fd, p, n, o);
	case DHCP_OPAQUE:
		field_put_bytes(o, fd, p, n);
		return true;
	case DHCP_EMPTY:
		field_put_num(o, fd, 1, p, n);
		return !n;
	default:
		return put_special(s, p, n, o);
	}
}

void dhcp_option_describe(uint8_t code, const uint8_t *data, size_t len, struct field_out *o)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(option_shapes); i++) {
		if (option_shapes[i].code != code)
			continue;
		if (!put_shape(&option_shapes[i], data, len, o) && len)
			field_put_bytes(o, &fields[DHCPF_BROKEN], data, len);
		return;
	}
}
