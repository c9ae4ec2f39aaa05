/* dissect/filter/parse_id.c -- capture filters: names, numbers and addresses behind qualifiers. */
#include "dissect/filter/parse.h"

#include <errno.h>
#include <string.h>

/*
 * The octets of a dotted address, at the top of *ret. False for anything that is none: 1.256,
 * 0x0a.1.
 */
static bool read_octets(const char *text, uint32_t *ret, uint8_t *ret_octets)
{
	uint32_t value = 0, octet = 0;
	unsigned octets = 1;

	for (; *text; text++) {
		if (*text == '.') {
			value = value << 8 | octet;
			octet = 0;
			octets++;
		} else if (*text < '0' || *text > '9') {
			return false;
		} else {
			octet = octet * 10 + (uint32_t)(*text - '0');
			if (octet > 255)
				return false;
		}
	}
	*ret = (value << 8 | octet) << 8 * (4 - octets);
	*ret_octets = (uint8_t)octets;
	return true;
}

/* A dotted address, number or mask. DECnet's "area.node" has the same form and other limits. */
static int parse_dotted(struct filter_parser *p, uint8_t proto, const char **ret_text,
			uint32_t *ret, uint8_t *ret_octets)
{
	const struct filter_span span = p->tok.span;

	*ret_text = parser_text(p, span);
	if (!*ret_text)
		return -ENOMEM;
	if (!read_octets(*ret_text, ret, ret_octets) && proto != FP_DECNET)
		return filter_error_set(
			p->err, -EINVAL, span.begin, span.end,
			"'%.40s' is no IPv4 address: its parts are decimal numbers up to 255",
			*ret_text);
	return parser_next(p);
}

/* "/len" behind an address, if it is there. */
static int parse_prefix(struct filter_parser *p, uint32_t max, struct filter_id *id)
{
	struct filter_span span;

	if (p->tok.kind != TOK_OPERATOR || p->tok.value != OP_DIV)
		return 0;
	const int r = parser_next(p);

	if (r < 0)
		return r;
	span = p->tok.span;
	id->has_prefix = true;
	id->prefix = p->tok.number;
	if (p->tok.kind == TOK_NUMBER && id->prefix > max)
		return filter_error_set(p->err, -EINVAL, span.begin, span.end,
					"prefix length %u: an IPv%c address has %u bits",
					id->prefix, max > 32 ? '6' : '4', max);
	return parser_expect(p, TOK_NUMBER, "a prefix length");
}

static int parse_ipv4(struct filter_parser *p, uint8_t proto, struct filter_id *id)
{
	int r;

	id->kind = FID_DOTTED;
	r = parse_dotted(p, proto, &id->text, &id->number, &id->octets);
	if (r < 0 || p->tok.kind != TOK_MASK)
		return r < 0 ? r : parse_prefix(p, 32, id);
	r = parser_next(p);
	if (r < 0)
		return r;
	if (p->tok.kind != TOK_DOTTED)
		return parse_unexpected(p, "a netmask such as 255.255.0.0");
	id->has_mask = true;
	return parse_dotted(p, FP_DEFAULT, &id->mask_text, &id->mask, &id->mask_octets);
}

static int parse_literal(struct filter_parser *p, uint8_t proto, struct filter_id *id)
{
	struct filter_span span = p->tok.span;
	int r;

	if (p->tok.kind == TOK_DOTTED)
		return parse_ipv4(p, proto, id);
	if (p->tok.kind == TOK_NAME && p->lex.expr[span.begin] == '\\')
		span.begin++;
	id->text = parser_text(p, span);
	if (!id->text)
		return -ENOMEM;
	switch (p->tok.kind) {
	case TOK_IPV6:
		id->kind = FID_IPV6;
		memcpy(id->ipv6, p->tok.ipv6, sizeof(id->ipv6));
		r = parser_next(p);
		return r < 0 ? r : parse_prefix(p, 128, id);
	case TOK_MAC:
		id->kind = FID_MAC;
		memcpy(id->mac, p->tok.mac, sizeof(id->mac));
		break;
	case TOK_ARCNET:
		id->kind = FID_ARCNET;
		id->number = p->tok.number;
		break;
	default:
		id->kind = FID_NAME;
		break;
	}
	return parser_next(p);
}

int parse_id(struct filter_parser *p, const struct filter_qual *qual, struct filter_node **ret)
{
	const uint32_t begin = p->tok.span.begin;
	struct filter_id id = { 0 };
	struct filter_node *n;
	int r = parse_literal(p, qual->proto, &id);

	if (r < 0)
		return r;
	n = parser_node(p, NODE_ID, begin);
	if (!n)
		return -ENOMEM;
	n->qual = *qual;
	n->id = id;
	n->id.span = n->span;
	*ret = n;
	return 0;
}

int parse_id_number(struct filter_parser *p, const struct filter_qual *qual,
		    const struct filter_arith *number, struct filter_node **ret)
{
	struct filter_node *n = parser_node(p, NODE_ID, number->span.begin);

	if (!n)
		return -ENOMEM;
	n->span = number->span;
	n->qual = *qual;
	n->id.kind = FID_NUMBER;
	n->id.number = number->number;
	n->id.span = n->span;
	n->id.text = parser_text(p, number->span);
	*ret = n;
	return n->id.text ? 0 : -ENOMEM;
}

const char *parse_id_wanted(const struct filter_qual *qual)
{
	switch (qual->addr) {
	case FA_NET:
		return "a network";
	case FA_PORT:
		return "a port's number or name";
	case FA_PORTRANGE:
		return "a range of ports such as 6000-6010";
	case FA_GATEWAY:
		return "a gateway's name";
	case FA_PROTO:
	case FA_PROTOCHAIN:
		return "a protocol's number or name";
	case FA_HOST:
		return "a host's name or address";
	default:
		return "a name or an address";
	}
}
