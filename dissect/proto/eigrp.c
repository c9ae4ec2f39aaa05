/* dissect/proto/eigrp.c -- Enhanced Interior Gateway Routing Protocol, RFC 7868. */
#include "dissect/checksum.h"
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	HEADER = 20,
	OP_HELLO = 5,
	TLV_PARAMETERS = 0x0001,
	TLV_AUTH = 0x0002,
	TLV_SEQUENCE = 0x0003,
	TLV_VERSION = 0x0004,
	TLV_NEXT_SEQUENCE = 0x0005,
	TLV_STUB = 0x0006,
	TLV_FAMILY = 0xff00, /* the protocol of a route stands in the high byte */
	TLV_KIND = 0x00ff,
	FAMILY_IPV4 = 0x0100,
	FAMILY_IPV6 = 0x0400,
	FAMILY_MULTI = 0x0600,
	ROUTE_INTERNAL = 2,
	ROUTE_EXTERNAL = 3,
	METRIC_LEN = 16,
	EXTERNAL_LEN = 20,
	AUTH_LEN = 20, /* in front of the digest */
};

static const struct name_map opcode_names[] = {
	{ 1, "update" },    { 2, "request" },    { 3, "query" },      { 4, "reply" },
	{ 5, "hello" },     { 6, "IPX SAP" },    { 7, "probe" },      { 8, "ack" },
	{ 9, "stub info" }, { 10, "SIA query" }, { 11, "SIA reply" }, { 0, NULL },
};

static const struct name_map tlv_names[] = {
	{ 0x0001, "parameters" },
	{ 0x0002, "authentication" },
	{ 0x0003, "sequence" },
	{ 0x0004, "software version" },
	{ 0x0005, "next multicast sequence" },
	{ 0x0006, "stub" },
	{ 0x0007, "peer termination" },
	{ 0x0008, "peer topology ids" },
	{ 0x0101, "IPv4 request" },
	{ 0x0102, "IPv4 internal route" },
	{ 0x0103, "IPv4 external route" },
	{ 0x0104, "IPv4 community" },
	{ 0x0402, "IPv6 internal route" },
	{ 0x0403, "IPv6 external route" },
	{ 0x0404, "IPv6 community" },
	{ 0x0602, "multi-protocol internal route" },
	{ 0x0603, "multi-protocol external route" },
	{ 0, NULL },
};

static const struct name_map protocol_names[] = {
	{ 1, "IGRP" },  { 2, "EIGRP" }, { 3, "static" },     { 4, "RIP" },
	{ 5, "HELLO" }, { 6, "OSPF" },  { 7, "IS-IS" },      { 8, "EGP" },
	{ 9, "BGP" },   { 10, "IDRP" }, { 11, "connected" }, { 0, NULL },
};

static const struct name_map auth_names[] = {
	{ 2, "MD5" },
	{ 3, "SHA-256" },
	{ 0, NULL },
};

static const struct field_desc eigrp_fields[] = {
	{ "eigrp.version", "Version", 0, 8, FIELD_UINT },
	{ "eigrp.opcode", "Opcode", 8, 8, FIELD_ENUM, .names = opcode_names },
	{ "eigrp.checksum", "Checksum", 16, 16, FIELD_HEX },
	{ "eigrp.flags", "Flags", 32, 32, FIELD_HEX },
	{ "eigrp.flags.eot", "End of table", 60, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "eigrp.flags.restart", "Restart", 61, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "eigrp.flags.condrecv", "Conditional receive", 62, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "eigrp.flags.init", "Init", 63, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "eigrp.seq", "Sequence", 64, 32, FIELD_UINT },
	{ "eigrp.ack", "Acknowledge", 96, 32, FIELD_UINT },
	{ "eigrp.vrid", "Virtual router", 128, 16, FIELD_UINT },
	{ "eigrp.as", "Autonomous system", 144, 16, FIELD_UINT },
};

enum {
	D_CHECKSUM, /* three of them */
	D_TLV = D_CHECKSUM + 3,
	D_TLV_HEAD,
	D_TLV_VALUE = D_TLV_HEAD + 2,
	D_PARAMETERS,
	D_AUTH = D_PARAMETERS + 7,
	D_DIGEST = D_AUTH + 4,
	D_ADDR_LEN,
	D_ADDR_IPV4,
	D_ADDR_IPV6,
	D_NEXT_SEQ,
	D_STUB,
	D_RELEASE = D_STUB + 7,
	D_TLV_VERSION,
	D_NEXT_HOP4,
	D_NEXT_HOP6,
	D_EXTERNAL,
	D_EXTERNAL_FLAGS = D_EXTERNAL + 5,
	D_METRIC = D_EXTERNAL_FLAGS + 2,
	D_PREFIX_LEN4 = D_METRIC + 11,
	D_PREFIX_LEN6,
	D_DESTINATION4,
	D_DESTINATION6,
	NR_D,
};

#define ONCE   FIELD_DESCRIBED
#define LISTED (FIELD_DESCRIBED | FIELD_LIST)

static const struct field_desc eigrp_described[NR_D] = {
	[D_CHECKSUM] = CHECKSUM_STATUS("eigrp.checksum.status"),
	CHECKSUM_EXPECTED("eigrp.checksum.expected"),
	CHECKSUM_NOTE("eigrp.checksum.note"),
	[D_TLV] = { "eigrp.tlv", "TLV", 0, 0, FIELD_GROUP, LISTED },
	[D_TLV_HEAD] = { "eigrp.tlv_type", "Type", 0, 16, FIELD_ENUM, LISTED | FIELD_BASE_HEX,
			 .names = tlv_names },
	{ "eigrp.tlv.len", "Length", 16, 16, FIELD_UINT, LISTED },
	[D_TLV_VALUE] = { "eigrp.tlv.value", "Value", 0, 0, FIELD_BYTES, LISTED },
	[D_PARAMETERS] = { "eigrp.par.k1", "K1", 0, 8, FIELD_UINT, LISTED },
	{ "eigrp.par.k2", "K2", 8, 8, FIELD_UINT, LISTED },
	{ "eigrp.par.k3", "K3", 16, 8, FIELD_UINT, LISTED },
	{ "eigrp.par.k4", "K4", 24, 8, FIELD_UINT, LISTED },
	{ "eigrp.par.k5", "K5", 32, 8, FIELD_UINT, LISTED },
	{ "eigrp.par.k6", "K6", 40, 8, FIELD_UINT, LISTED },
	{ "eigrp.par.holdtime", "Hold time", 48, 16, FIELD_UINT, LISTED, .unit = "s" },
	[D_AUTH] = { "eigrp.auth.type", "Authentication", 0, 16, FIELD_ENUM, ONCE,
		     .names = auth_names },
	{ "eigrp.auth.length", "Length", 16, 16, FIELD_UINT, ONCE },
	{ "eigrp.auth.keyid", "Key", 32, 32, FIELD_UINT, ONCE },
	{ "eigrp.auth.keyseq", "Key sequence", 64, 32, FIELD_UINT, ONCE },
	[D_DIGEST] = { "eigrp.auth.digest", "Digest", 0, 0, FIELD_BYTES, ONCE },
	[D_ADDR_LEN] = { "eigrp.seq.addrlen", "Address length", 0, 0, FIELD_UINT, LISTED },
	[D_ADDR_IPV4] = { "eigrp.seq.ipv4addr", "Address", 0, 0, FIELD_IPV4, LISTED },
	[D_ADDR_IPV6] = { "eigrp.seq.ipv6addr", "Address", 0, 0, FIELD_IPV6, LISTED },
	[D_NEXT_SEQ] = { "eigrp.next_mcast_seq", "Multicast sequence", 0, 0, FIELD_UINT, LISTED },
	[D_STUB] = { "eigrp.stub_options", "Stub options", 0, 16, FIELD_HEX, LISTED },
	{ "eigrp.stub_options.recvonly", "Receive only", 10, 1, FIELD_FLAG, LISTED },
	{ "eigrp.stub_options.leakmap", "Leak map", 11, 1, FIELD_FLAG, LISTED },
	{ "eigrp.stub_options.redist", "Redistributed", 12, 1, FIELD_FLAG, LISTED },
	{ "eigrp.stub_options.summary", "Summary", 13, 1, FIELD_FLAG, LISTED },
	{ "eigrp.stub_options.static", "Static", 14, 1, FIELD_FLAG, LISTED },
	{ "eigrp.stub_options.connected", "Connected", 15, 1, FIELD_FLAG, LISTED },
	[D_RELEASE] = { "eigrp.release_version", "EIGRP release, a byte each", 0, 0, FIELD_UINT,
			LISTED },
	[D_TLV_VERSION] = { "eigrp.tlv_version", "TLV version, a byte each", 0, 0, FIELD_UINT,
			    LISTED },
	[D_NEXT_HOP4] = { "eigrp.ipv4.nexthop", "Next hop", 0, 0, FIELD_IPV4, LISTED },
	[D_NEXT_HOP6] = { "eigrp.ipv6.nexthop", "Next hop", 0, 0, FIELD_IPV6, LISTED },
	[D_EXTERNAL] = { "eigrp.extdata.origrid", "Originating router", 0, 32, FIELD_IPV4, LISTED },
	{ "eigrp.extdata.as", "Originating AS", 32, 32, FIELD_UINT, LISTED },
	{ "eigrp.extdata.tag", "Administrative tag", 64, 32, FIELD_UINT, LISTED },
	{ "eigrp.extdata.metric", "External metric", 96, 32, FIELD_UINT, LISTED },
	{ "eigrp.extdata.proto", "External protocol", 144, 8, FIELD_ENUM, LISTED,
	  .names = protocol_names },
	[D_EXTERNAL_FLAGS] = { "eigrp.opaque.flag.cd", "Candidate default", 6, 1, FIELD_FLAG,
			       LISTED },
	{ "eigrp.opaque.flag.ext", "External", 7, 1, FIELD_FLAG, LISTED },
	[D_METRIC] = { "eigrp.old_metric.delay", "Scaled delay", 0, 32, FIELD_UINT, LISTED },
	{ "eigrp.old_metric.bw", "Scaled bandwidth", 32, 32, FIELD_UINT, LISTED },
	{ "eigrp.old_metric.mtu", "MTU", 64, 24, FIELD_UINT, LISTED },
	{ "eigrp.old_metric.hopcount", "Hop count", 88, 8, FIELD_UINT, LISTED },
	{ "eigrp.old_metric.rel", "Reliability", 96, 8, FIELD_UINT, LISTED },
	{ "eigrp.old_metric.load", "Load", 104, 8, FIELD_UINT, LISTED },
	{ "eigrp.old_metric.intag", "Route tag", 112, 8, FIELD_UINT, LISTED },
	{ "eigrp.metric.flags.repl", "Replicated", 124, 1, FIELD_FLAG, LISTED },
	{ "eigrp.metric.flags.active", "Active", 125, 1, FIELD_FLAG, LISTED },
	{ "eigrp.metric.flags.cd", "Candidate default", 126, 1, FIELD_FLAG, LISTED },
	{ "eigrp.metric.flags.srcwd", "Source withdraw", 127, 1, FIELD_FLAG, LISTED },
	[D_PREFIX_LEN4] = { "eigrp.ipv4.prefixlen", "Prefix length", 0, 0, FIELD_UINT, LISTED },
	[D_PREFIX_LEN6] = { "eigrp.ipv6.prefixlen", "Prefix length", 0, 0, FIELD_UINT, LISTED },
	[D_DESTINATION4] = { "eigrp.ipv4.destination", "Destination", 0, 0, FIELD_IPV4, LISTED },
	[D_DESTINATION6] = { "eigrp.ipv6.destination", "Destination", 0, 0, FIELD_IPV6, LISTED },
};

static struct next eigrp_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	if (cursor_take(c, HEADER))
		dissect_take_rest(d, c);
	return next_none();
}

static void put(struct field_out *o, unsigned which, const uint8_t *p, size_t n)
{
	field_put_uint(o, &eigrp_described[which], p, n);
}

static void put_bytes(struct field_out *o, unsigned which, const uint8_t *p, size_t n)
{
	field_put_bytes(o, &eigrp_described[which], p, n);
}

static void put_table(struct field_out *o, unsigned first, unsigned nr, const uint8_t *p, size_t n)
{
	field_put_table(o, &eigrp_described[first], nr, 0, p, n);
}

static void describe_sequence(struct cursor *c, struct field_out *o)
{
	const uint8_t *p, *addr;

	while ((p = cursor_take(c, 1))) {
		put(o, D_ADDR_LEN, p, 1);
		addr = *p == 4 || *p == 16 ? cursor_take(c, *p) : NULL;
		if (!addr)
			return;
		put_bytes(o, *p == 4 ? D_ADDR_IPV4 : D_ADDR_IPV6, addr, *p);
	}
}

/* Destinations: a length in bits and no more bytes than it needs. */
static void describe_destinations(struct cursor *c, bool v6, struct field_out *o)
{
	const size_t whole = v6 ? 16 : 4;
	uint8_t addr[16];
	const uint8_t *p;
	size_t len;

	while ((p = cursor_take(c, 1)) && *p <= whole * 8) {
		const uint8_t *prefix;

		put(o, v6 ? D_PREFIX_LEN6 : D_PREFIX_LEN4, p, 1);
		len = (*p + 7u) / 8;
		prefix = cursor_take(c, len);
		if (!prefix)
			return;
		memset(addr, 0, sizeof(addr));
		memcpy(addr, prefix, len);
		field_put_text(o, &eigrp_described[v6 ? D_DESTINATION6 : D_DESTINATION4],
			       (const char *)addr, whole, prefix, len);
	}
}

static void describe_route(uint16_t type, struct cursor *c, struct field_out *o)
{
	const bool v6 = (type & TLV_FAMILY) == FAMILY_IPV6;
	const size_t addr_len = v6 ? 16 : 4;
	const uint8_t *p = cursor_take(c, addr_len);

	if (!p)
		return;
	put_bytes(o, v6 ? D_NEXT_HOP6 : D_NEXT_HOP4, p, addr_len);
	if ((type & TLV_KIND) == ROUTE_EXTERNAL) {
		p = cursor_take(c, EXTERNAL_LEN);
		if (!p)
			return;
		put_table(o, D_EXTERNAL, 5, p, EXTERNAL_LEN);
		put_table(o, D_EXTERNAL_FLAGS, 2, p + EXTERNAL_LEN - 1, 1);
	}
	p = cursor_take(c, METRIC_LEN);
	if (!p)
		return;
	put_table(o, D_METRIC, 11, p, METRIC_LEN);
	describe_destinations(c, v6, o);
}

static void describe_tlv(uint16_t type, struct cursor *c, struct field_out *o)
{
	const uint8_t *p = c->pos;
	const size_t n = cursor_left(c);
	const uint16_t family = type & TLV_FAMILY, kind = type & TLV_KIND;

	switch (type) {
	case TLV_PARAMETERS:
		put_table(o, D_PARAMETERS, 7, p, n);
		return;
	case TLV_AUTH:
		put_table(o, D_AUTH, 4, p, n);
		if (n > AUTH_LEN)
			put_bytes(o, D_DIGEST, p + AUTH_LEN, n - AUTH_LEN);
		return;
	case TLV_SEQUENCE:
		describe_sequence(c, o);
		return;
	case TLV_VERSION:
		if (n < 4)
			break;
		put(o, D_RELEASE, p, 2);
		put(o, D_TLV_VERSION, p + 2, 2);
		return;
	case TLV_NEXT_SEQUENCE:
		if (n < 4)
			break;
		put(o, D_NEXT_SEQ, p, 4);
		return;
	case TLV_STUB:
		put_table(o, D_STUB, 7, p, n);
		return;
	}
	if ((family == FAMILY_IPV4 || family == FAMILY_IPV6) &&
	    (kind == ROUTE_INTERNAL || kind == ROUTE_EXTERNAL))
		describe_route(type, c, o);
	else if (n)
		put_bytes(o, D_TLV_VALUE, p, n);
}

struct tlv {
	const uint8_t *start;
	struct cursor value;
	uint16_t type;
};

static bool tlv_next(struct cursor *c, struct tlv *ret)
{
	const uint8_t *p = cursor_take(c, 4);
	size_t len;

	if (!p)
		return false;
	len = load_be16(p + 2);
	if (len < 4)
		return false;
	ret->start = p;
	ret->type = load_be16(p);
	ret->value = cursor_over(p + 4, MIN_OF(len - 4, cursor_left(c)), false);
	cursor_skip(c, len - 4);
	return true;
}

static void eigrp_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const uint8_t *p = layer_bytes(d, l, 0, HEADER);
	struct cursor c = layer_cursor(d, l, HEADER);
	struct checksum_found sum;
	struct tlv tlv;

	if (!p)
		return;
	sum = checksum_find_plain(d, l, checksum_layer_len(d, l), 2);
	checksum_put(o, &eigrp_described[D_CHECKSUM], &sum, p + 2, 2);
	while (tlv_next(&c, &tlv)) {
		field_put_group(o, &eigrp_described[D_TLV], name_find(tlv_names, tlv.type),
				tlv.start, 4 + cursor_left(&tlv.value));
		put_table(o, D_TLV_HEAD, 2, tlv.start, 4);
		describe_tlv(tlv.type, &tlv.value, o);
	}
}

static void eigrp_line(const struct dissection *d, const struct layer *l,
		       const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, HEADER);
	struct cursor c = layer_cursor(d, l, HEADER);
	unsigned routes = 0, holdtime = 0;
	const char *name;
	struct tlv tlv;

	line_paint(opt, PAINT_PROTOCOL, "EIGRP", out);
	if (!p)
		return;
	while (tlv_next(&c, &tlv)) {
		routes += (tlv.type & TLV_FAMILY) >= FAMILY_IPV4 &&
			  (tlv.type & TLV_FAMILY) <= FAMILY_MULTI;
		if (tlv.type == TLV_PARAMETERS && cursor_left(&tlv.value) >= 8)
			holdtime = load_be16(tlv.start + 10);
	}
	name = name_find(opcode_names, p[1]);
	if (p[1] == OP_HELLO && load_be32(p + 12))
		name = "ack";
	strbuf_printf(out, " %s, AS %u", name ? name : "?", load_be16(p + 18));
	if (load_be32(p + 8))
		strbuf_printf(out, ", seq %u", load_be32(p + 8));
	if (load_be32(p + 12))
		strbuf_printf(out, ", ack %u", load_be32(p + 12));
	if (holdtime)
		strbuf_printf(out, ", hold time %us", holdtime);
	if (routes)
		strbuf_printf(out, ", %u routes", routes);
}

const struct dissector eigrp_dissector = {
	.name = "eigrp",
	.title = "Enhanced Interior Gateway Routing Protocol",
	.id = PROTO_EIGRP,
	.layer_class = CLASS_TRANSPORT,
	.min_hdr_len = HEADER,
	.fields = eigrp_fields,
	.nr_fields = ARRAY_SIZE(eigrp_fields),
	.described = eigrp_described,
	.nr_described = ARRAY_SIZE(eigrp_described),
	.keys = { { KEY_IPPROTO, 88 } },
	.dissect = eigrp_dissect,
	.describe = eigrp_describe,
	.line = eigrp_line,
};
