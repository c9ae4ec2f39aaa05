/*
 * dissect/proto/dns_opt.c -- records that hold lists of options: EDNS's OPT (RFC 6891; subnets RFC
 * 7871, cookies RFC 7873, padding RFC 7830, errors RFC 8914), SVCB and HTTPS (RFC 9460), CAA.
 */
#include "dissect/proto/dns.h"
#include "dissect/text.h"

enum {
	OPTION_NSID = 3,
	OPTION_DAU = 5,
	OPTION_DHU = 6,
	OPTION_N3U = 7,
	OPTION_SUBNET = 8,
	OPTION_COOKIE = 10,
	OPTION_KEEPALIVE = 11,
	OPTION_PADDING = 12,
	OPTION_CHAIN = 13,
	OPTION_ERROR = 15,
};

enum {
	SVC_MANDATORY = 0,
	SVC_ALPN = 1,
	SVC_PORT = 3,
	SVC_IPV4 = 4,
	SVC_ECH = 5,
	SVC_IPV6 = 6,
};

static const struct field_desc *const fields = dns_described;

/* An address whose last bytes are left out because the prefix ends before them. */
static void subnet_describe(const uint8_t *p, size_t n, struct field_out *o)
{
	uint8_t addr[16] = { 0 };
	const uint16_t family = n >= 4 ? load_be16(p) : 0;

	field_put_table(o, &fields[DNSF_ECS_FAMILY], 3, 0, p, n);
	if (n < 4)
		return;
	p += 4;
	n -= 4;
	memcpy(addr, p, MIN_OF(n, sizeof(addr)));
	if (family == 1 && n <= 4)
		o->put(o, &(struct field_value){ .desc = &fields[DNSF_ECS_ADDR4],
						 .bytes = addr,
						 .len = 4,
						 .at = p,
						 .at_len = n });
	else if (family == 2 && n <= 16)
		o->put(o, &(struct field_value){ .desc = &fields[DNSF_ECS_ADDR6],
						 .bytes = addr,
						 .len = 16,
						 .at = p,
						 .at_len = n });
	else
		field_put_bytes(o, &fields[DNSF_ECS_ADDR], p, n);
}

/* A list of one-byte numbers. */
static void numbers_describe(const struct field_desc *fd, const uint8_t *p, size_t n,
			     struct field_out *o)
{
	for (; n; n--)
		field_put_uint(o, fd, p++, 1);
}

static void option_describe(uint16_t code, const uint8_t *p, size_t n, struct field_out *o)
{
	struct dns_name name;

	switch (code) {
	case OPTION_NSID:
		field_put_bytes(o, &fields[DNSF_OPT_NSID], p, n);
		break;
	case OPTION_DAU:
	case OPTION_DHU:
	case OPTION_N3U:
		numbers_describe(&fields[DNSF_OPT_DAU + code - OPTION_DAU], p, n, o);
		break;
	case OPTION_SUBNET:
		subnet_describe(p, n, o);
		break;
	case OPTION_COOKIE:
		field_put_bytes(o, &fields[DNSF_COOKIE_CLIENT], p, MIN_OF(n, 8u));
		if (n > 8)
			field_put_bytes(o, &fields[DNSF_COOKIE_SERVER], p + 8, n - 8);
		break;
	case OPTION_KEEPALIVE:
		if (n == 2)
			field_put_uint(o, &fields[DNSF_KEEPALIVE], p, 2);
		break;
	case OPTION_PADDING:
		field_put_bytes(o, &fields[DNSF_PADDING], p, n);
		break;
	case OPTION_CHAIN:
		if (dns_name_read(p, n, 0, &name))
			field_put_text(o, &fields[DNSF_CHAIN_NAME], name.text, name.len, p, n);
		break;
	case OPTION_ERROR:
		if (n >= 2)
			field_put_uint(o, &fields[DNSF_ERROR_CODE], p, 2);
		if (n > 2)
			field_put_bytes(o, &fields[DNSF_ERROR_TEXT], p + 2, n - 2);
		break;
	default:
		break;
	}
}

void dns_options_describe(const struct dns_message *m, const struct dns_record *rr,
			  struct field_out *o)
{
	struct cursor c = cursor_over(m->data + rr->data_off, rr->data_len, false);

	while (cursor_left(&c) >= 4) {
		const uint8_t *start = c.pos;
		const uint16_t code = cursor_be16(&c);
		const uint16_t len = cursor_be16(&c);
		const uint8_t *p = cursor_take(&c, len);

		if (!p) {
			field_put_bytes(o, &fields[DNSF_BROKEN], start, (size_t)(c.end - start));
			return;
		}
		field_put_group(o, &fields[DNSF_OPT_OPTION], name_find(dns_option_names, code),
				start, len + 4u);
		field_put_uint(o, &fields[DNSF_OPT_CODE], start, 2);
		field_put_uint(o, &fields[DNSF_OPT_LEN], start + 2, 2);
		if (len)
			field_put_bytes(o, &fields[DNSF_OPT_DATA], p, len);
		if (len)
			option_describe(code, p, len, o);
	}
}

static void alpn_describe(const uint8_t *p, size_t n, struct field_out *o)
{
	struct cursor c = cursor_over(p, n, false);

	while (cursor_left(&c)) {
		const uint8_t *start = c.pos;
		const uint8_t len = cursor_u8(&c);
		const uint8_t *id = cursor_take(&c, len);

		if (!id)
			return;
		field_put_uint(o, &fields[DNSF_SVCB_ALPN_LEN], start, 1);
		field_put_bytes(o, &fields[DNSF_SVCB_ALPN], id, len);
	}
}

static void param_describe(uint16_t key, const uint8_t *p, size_t n, struct field_out *o)
{
	size_t i;

	switch (key) {
	case SVC_MANDATORY:
		for (i = 0; i + 2 <= n; i += 2)
			field_put_uint(o, &fields[DNSF_SVCB_MANDATORY], p + i, 2);
		break;
	case SVC_ALPN:
		alpn_describe(p, n, o);
		break;
	case SVC_PORT:
		if (n == 2)
			field_put_uint(o, &fields[DNSF_SVCB_PORT], p, 2);
		break;
	case SVC_IPV4:
		for (i = 0; i + 4 <= n; i += 4)
			field_put_bytes(o, &fields[DNSF_SVCB_IPV4], p + i, 4);
		break;
	case SVC_IPV6:
		for (i = 0; i + 16 <= n; i += 16)
			field_put_bytes(o, &fields[DNSF_SVCB_IPV6], p + i, 16);
		break;
	case SVC_ECH:
		field_put_bytes(o, &fields[DNSF_SVCB_ECH], p, n);
		break;
	default:
		if (n)
			field_put_bytes(o, &fields[DNSF_SVCB_VALUE], p, n);
		break;
	}
}

/* Priority and target; then c stands at the parameters. False where they do not fit. */
static bool service_begin(const struct dns_message *m, const struct dns_record *rr,
			  struct cursor *c, struct dns_name *ret)
{
	*c = cursor_over(m->data + rr->data_off, rr->data_len, false);
	cursor_skip(c, 2);
	return dns_name_read(m->data, rr->data_off + rr->data_len, rr->data_off + 2, ret) &&
	       cursor_take(c, ret->place);
}

void dns_service_describe(const struct dns_message *m, const struct dns_record *rr,
			  struct field_out *o)
{
	const uint8_t *data = m->data + rr->data_off;
	struct dns_name target;
	struct cursor c;

	if (!service_begin(m, rr, &c, &target)) {
		field_put_bytes(o, &fields[DNSF_BROKEN], data, rr->data_len);
		return;
	}
	field_put_uint(o, &fields[DNSF_SVCB_PRIORITY], data, 2);
	field_put_text(o, &fields[DNSF_SVCB_TARGET], target.text, target.len, data + 2,
		       target.place);
	while (cursor_left(&c) >= 4) {
		const uint8_t *start = c.pos;
		const uint16_t key = cursor_be16(&c);
		const uint16_t len = cursor_be16(&c);
		const uint8_t *p = cursor_take(&c, len);

		if (!p) {
			field_put_bytes(o, &fields[DNSF_BROKEN], start, (size_t)(c.end - start));
			return;
		}
		field_put_group(o, &fields[DNSF_SVCB_PARAM], name_find(dns_svc_key_names, key),
				start, len + 4u);
		field_put_uint(o, &fields[DNSF_SVCB_KEY], start, 2);
		field_put_uint(o, &fields[DNSF_SVCB_LEN], start + 2, 2);
		param_describe(key, p, len, o);
	}
}

/* "1 . alpn=h2,h3": what decides how the service is reached. */
void dns_service_text(const struct dns_message *m, const struct dns_record *rr, struct strbuf *out)
{
	struct dns_name target;
	struct cursor c;

	if (!service_begin(m, rr, &c, &target))
		return;
	strbuf_uint(out, load_be16(m->data + rr->data_off));
	strbuf_putc(out, ' ');
	if (target.labels)
		text_printable((const uint8_t *)target.text, target.len, DNS_NAME_MAX, out);
	else
		strbuf_putc(out, '.');
	while (cursor_left(&c) >= 4) {
		const uint16_t key = cursor_be16(&c);
		const uint16_t len = cursor_be16(&c);
		const uint8_t *p = cursor_take(&c, len);
		size_t i;

		if (!p || key != SVC_ALPN)
			continue;
		for (i = 0; i < len && p[i] < len - i; i += p[i] + 1u) {
			strbuf_puts(out, i ? "," : " alpn=");
			text_printable(p + i + 1, p[i], 32, out);
		}
	}
}

struct caa {
	const uint8_t *tag, *value;
	size_t tag_len, value_len;
};

static bool caa_read(const struct dns_message *m, const struct dns_record *rr, struct caa *ret)
{
	struct cursor c = cursor_over(m->data + rr->data_off, rr->data_len, false);

	cursor_skip(&c, 1);
	ret->tag_len = cursor_u8(&c);
	ret->tag = cursor_take(&c, ret->tag_len);
	ret->value_len = cursor_left(&c);
	ret->value = c.pos;
	return ret->tag;
}

static bool caa_has_tag(const struct caa *caa, const char *tag)
{
	return caa->tag_len == strlen(tag) && !memcmp(caa->tag, tag, caa->tag_len);
}

/* RFC 8659. */
void dns_caa_describe(const struct dns_message *m, const struct dns_record *rr, struct field_out *o)
{
	const uint8_t *data = m->data + rr->data_off;
	unsigned field = DNSF_CAA_UNKNOWN;
	struct caa caa;

	if (!caa_read(m, rr, &caa)) {
		field_put_bytes(o, &fields[DNSF_BROKEN], data, rr->data_len);
		return;
	}
	if (caa_has_tag(&caa, "issue"))
		field = DNSF_CAA_ISSUE;
	else if (caa_has_tag(&caa, "issuewild"))
		field = DNSF_CAA_ISSUEWILD;
	else if (caa_has_tag(&caa, "iodef"))
		field = DNSF_CAA_IODEF;
	field_put_table(o, &fields[DNSF_CAA_FLAGS], 2, 0, data, 1);
	field_put_bytes(o, &fields[field], caa.value, caa.value_len);
	field_put_uint(o, &fields[DNSF_CAA_TAG_LEN], data + 1, 1);
	field_put_bytes(o, &fields[DNSF_CAA_TAG], caa.tag, caa.tag_len);
	field_put_bytes(o, &fields[DNSF_CAA_VALUE], caa.value, caa.value_len);
}

void dns_caa_text(const struct dns_message *m, const struct dns_record *rr, struct strbuf *out)
{
	struct caa caa;

	if (!caa_read(m, rr, &caa))
		return;
	text_printable(caa.tag, caa.tag_len, 16, out);
	strbuf_puts(out, " \"");
	text_printable(caa.value, caa.value_len, 64, out);
	strbuf_putc(out, '"');
}
