/*
 * dissect/proto/icmpv6_options.c -- options of neighbour discovery: RFC 4861, routes RFC 4191, DNS
 * RFC 8106, flags RFC 5175, SEND RFC 3971, 6LoWPAN RFC 6775, portal RFC 8910, PREF64 RFC 8781.
 */
#include "core/strbuf.h"
#include "dissect/checksum.h"
#include "dissect/dissect.h"
#include "dissect/proto/icmp_common.h"
#include "dissect/proto/icmpv6.h"
#include "dissect/text.h"

enum {
	OPT_SOURCE = 1,
	OPT_TARGET = 2,
	OPT_PREFIX = 3,
	OPT_REDIRECTED = 4,
	OPT_MTU = 5,
	OPT_INTERVAL = 7,
	OPT_HOME_AGENT = 8,
	OPT_TIMESTAMP = 13,
	OPT_NONCE = 14,
	OPT_ROUTE = 24,
	OPT_RDNSS = 25,
	OPT_FLAGS = 26,
	OPT_DNSSL = 31,
	OPT_REGISTER = 33,
	OPT_CONTEXT = 34,
	OPT_BORDER = 35,
	OPT_PORTAL = 37,
	OPT_PREF64 = 38,
	NAME_MAX_TEXT = 256, /* RFC 1035 2.3.4 */
};

static const struct name_map option_names[] = {
	{ 1, "source link-layer address" },
	{ 2, "target link-layer address" },
	{ 3, "prefix" },
	{ 4, "redirected header" },
	{ 5, "mtu" },
	{ 6, "NBMA shortcut limit" },
	{ 7, "advertisement interval" },
	{ 8, "home agent" },
	{ 9, "source address list" },
	{ 10, "target address list" },
	{ 11, "CGA" },
	{ 12, "RSA signature" },
	{ 13, "timestamp" },
	{ 14, "nonce" },
	{ 15, "trust anchor" },
	{ 16, "certificate" },
	{ 17, "IP address or prefix" },
	{ 18, "new router prefix" },
	{ 19, "link-layer address" },
	{ 20, "neighbor advertisement acknowledgment" },
	{ 23, "MAP" },
	{ 24, "route" },
	{ 25, "recursive DNS server" },
	{ 26, "flags extension" },
	{ 27, "handover key request" },
	{ 28, "handover key reply" },
	{ 29, "handover assist" },
	{ 30, "mobile node id" },
	{ 31, "DNS search list" },
	{ 32, "proxy signature" },
	{ 33, "address registration" },
	{ 34, "6LoWPAN context" },
	{ 35, "authoritative border router" },
	{ 36, "6LoWPAN capability" },
	{ 37, "captive portal" },
	{ 38, "PREF64" },
	{ 0, NULL },
};

static const struct name_map qtype_names[] = {
	{ 0, "NOOP" },           { 1, "supported types" }, { 2, "node name" },
	{ 3, "node addresses" }, { 4, "IPv4 addresses" },  { 0, NULL },
};

static const struct name_map preference_names[] = {
	{ 0, "medium" }, { 1, "high" }, { 2, "reserved" }, { 3, "low" }, { 0, NULL },
};

static const struct name_map state_names[] = {
	{ 0, "reserved" }, { 1, "incomplete" }, { 2, "reachable" }, { 3, "stale" },
	{ 4, "delay" },    { 5, "probe" },      { 6, "failed" },    { 0, NULL },
};

static const struct name_map register_names[] = {
	{ 0, "success" },
	{ 1, "duplicate address" },
	{ 2, "neighbor cache full" },
	{ 0, NULL },
};

#define ONCE   FIELD_DESCRIBED
#define LISTED (FIELD_DESCRIBED | FIELD_LIST)

const struct field_desc icmpv6_described[ICMPV6_NR_DESCRIBED] = {
	[ICMPV6_CHECKSUM] = CHECKSUM_STATUS("icmpv6.checksum.status"),
	CHECKSUM_EXPECTED("icmpv6.checksum.expected"),
	CHECKSUM_NOTE("icmpv6.checksum.note"),
	[ICMPV6_LENGTH] = { "icmpv6.length", "Length of the quoted packet", 0, 0, FIELD_UINT, ONCE,
			    .unit = "times 8 bytes" },
	[ICMPV6_POINTER] = { "icmpv6.pointer", "Pointer", 0, 0, FIELD_UINT, ONCE },
	[ICMPV6_REDIRECT] = { "icmpv6.nd.rd.target_address", "Target", 0, 128, FIELD_IPV6, ONCE },
	{ "icmpv6.rd.na.destination_address", "Destination", 128, 128, FIELD_IPV6, ONCE },
	[ICMPV6_MLD2_QUERY] = { "icmpv6.mld.flag", "Flags", 0, 8, FIELD_HEX, ONCE },
	{ "icmpv6.mld.flag.reserved", "Reserved", 0, 4, FIELD_UINT, ONCE },
	{ "icmpv6.mld.flag.s", "Suppress router-side processing", 4, 1, FIELD_FLAG, ONCE },
	{ "icmpv6.mld.flag.qrv", "Robustness variable", 5, 3, FIELD_UINT, ONCE },
	{ "icmpv6.mld.qqi", "Query interval code", 8, 8, FIELD_UINT, ONCE },
	{ "icmpv6.mld.nb_sources", "Number of sources", 16, 16, FIELD_UINT, ONCE },
	[ICMPV6_MLD_SOURCE] = { "icmpv6.mld.source_address", "Source", 0, 0, FIELD_IPV6, LISTED },
	[ICMPV6_NR_RECORDS] = { "icmpv6.mldr.nb_mcast_records", "Number of records", 0, 0,
				FIELD_UINT, ONCE },
	[ICMPV6_RECORD] = { "icmpv6.mldr.mar", "Multicast address record", 0, 0, FIELD_GROUP,
			    LISTED },
	[ICMPV6_RECORD_HEAD] = { "icmpv6.mldr.mar.record_type", "Record type", 0, 8, FIELD_ENUM,
				 LISTED, .names = multicast_record_names },
	{ "icmpv6.mldr.mar.aux_data_len", "Auxiliary data in words", 8, 8, FIELD_UINT, LISTED },
	{ "icmpv6.mldr.mar.nb_sources", "Number of sources", 16, 16, FIELD_UINT, LISTED },
	{ "icmpv6.mldr.mar.multicast_address", "Multicast address", 32, 128, FIELD_IPV6, LISTED },
	[ICMPV6_RECORD_SOURCE] = { "icmpv6.mldr.mar.source_address", "Source", 0, 0, FIELD_IPV6,
				   LISTED },
	[ICMPV6_RECORD_AUX] = { "icmpv6.mldr.mar.auxiliary_data", "Auxiliary data", 0, 0,
				FIELD_BYTES, LISTED },
	[ICMPV6_NODE] = { "icmpv6.ni.qtype", "Query type", 0, 16, FIELD_ENUM, ONCE,
			  .names = qtype_names },
	{ "icmpv6.ni.flag", "Flags", 16, 16, FIELD_HEX, ONCE },
	{ "icmpv6.ni.flag.g", "Global addresses", 26, 1, FIELD_FLAG, ONCE },
	{ "icmpv6.ni.flag.s", "Site-local addresses", 27, 1, FIELD_FLAG, ONCE },
	{ "icmpv6.ni.flag.l", "Link-local addresses", 28, 1, FIELD_FLAG, ONCE },
	{ "icmpv6.ni.flag.c", "IPv4-compatible addresses", 29, 1, FIELD_FLAG, ONCE },
	{ "icmpv6.ni.flag.a", "All unicast addresses", 30, 1, FIELD_FLAG, ONCE },
	{ "icmpv6.ni.flag.t", "Truncated", 31, 1, FIELD_FLAG, ONCE },
	{ "icmpv6.ni.nonce", "Nonce", 32, 64, FIELD_HEX, ONCE },
	[ICMPV6_NODE_IPV6] = { "icmpv6.ni.query.subject_ipv6", "Subject", 0, 0, FIELD_IPV6, ONCE },
	[ICMPV6_NODE_IPV4] = { "icmpv6.ni.query.subject_ipv4", "Subject", 0, 0, FIELD_IPV4, ONCE },
	[ICMPV6_NODE_NAME] = { "icmpv6.ni.query.subject_fqdn", "Subject", 0, 0, FIELD_TEXT, ONCE },
	[ICMPV6_REPLY_TTL] = { "icmpv6.ni.reply.node_ttl", "Time to live", 0, 0, FIELD_UINT, LISTED,
			       .unit = "s" },
	[ICMPV6_REPLY_NAME] = { "icmpv6.ni.reply.node_name", "Node name", 0, 0, FIELD_TEXT,
				LISTED },
	[ICMPV6_REPLY_IPV6] = { "icmpv6.ni.reply.node_address", "Node address", 0, 0, FIELD_IPV6,
				LISTED },
	[ICMPV6_REPLY_IPV4] = { "icmpv6.ni.reply.ipv4_address", "Node address", 0, 0, FIELD_IPV4,
				LISTED },
	[ICMPV6_RENUMBER] = { "icmpv6.rr.sequence_number", "Sequence number", 0, 32, FIELD_UINT,
			      ONCE },
	{ "icmpv6.rr.segment_number", "Segment", 32, 8, FIELD_UINT, ONCE },
	{ "icmpv6.rr.flag", "Flags", 40, 8, FIELD_HEX, ONCE },
	{ "icmpv6.rr.flag.t", "Test", 40, 1, FIELD_FLAG, ONCE },
	{ "icmpv6.rr.flag.r", "Result requested", 41, 1, FIELD_FLAG, ONCE },
	{ "icmpv6.rr.flag.a", "All interfaces", 42, 1, FIELD_FLAG, ONCE },
	{ "icmpv6.rr.flag.s", "Site-specific", 43, 1, FIELD_FLAG, ONCE },
	{ "icmpv6.rr.maxdelay", "Maximum delay", 48, 16, FIELD_UINT, ONCE, .unit = "ms" },
	[ICMPV6_HOME_ID] = { "icmpv6.mip6.identifier", "Identifier", 0, 0, FIELD_UINT, ONCE },
	[ICMPV6_HOME_FLAGS] = { "icmpv6.mip6.flag", "Flags", 0, 16, FIELD_HEX, ONCE },
	{ "icmpv6.mip6.flag.m", "Managed addresses", 0, 1, FIELD_FLAG, ONCE },
	{ "icmpv6.mip6.flag.o", "Other configuration", 1, 1, FIELD_FLAG, ONCE },
	[ICMPV6_HOME_AGENT] = { "icmpv6.mip6.home_agent_address", "Home agent", 0, 0, FIELD_IPV6,
				LISTED },
	[ICMPV6_MCAST_RA] = { "icmpv6.mcast_ra.query_interval", "Query interval", 0, 16, FIELD_UINT,
			      ONCE, .unit = "s" },
	{ "icmpv6.mcast_ra.robustness_variable", "Robustness variable", 16, 16, FIELD_UINT, ONCE },
	[ICMPV6_ECHO] = { "icmpv6.ext.echo.seq", "Sequence number", 16, 8, FIELD_UINT, ONCE },
	[ICMPV6_ECHO_REQUEST] = { "icmpv6.ext.echo.req.res", "Reserved", 24, 7, FIELD_HEX, ONCE },
	{ "icmpv6.ext.echo.req.local", "Local", 31, 1, FIELD_FLAG, ONCE },
	[ICMPV6_ECHO_REPLY] = { "icmpv6.ext.echo.rsp.state", "State", 24, 3, FIELD_ENUM, ONCE,
				.names = state_names },
	{ "icmpv6.ext.echo.rsp.res", "Reserved", 27, 2, FIELD_HEX, ONCE, .digits = 2 },
	{ "icmpv6.ext.echo.rsp.active", "Active", 29, 1, FIELD_FLAG, ONCE },
	{ "icmpv6.ext.echo.rsp.ipv4", "IPv4", 30, 1, FIELD_FLAG, ONCE },
	{ "icmpv6.ext.echo.rsp.ipv6", "IPv6", 31, 1, FIELD_FLAG, ONCE },
	[ICMPV6_DUPLICATE] = { "icmpv6.6lowpannd.da.status", "Status", 0, 8, FIELD_ENUM, ONCE,
			       .names = register_names },
	{ "icmpv6.6lowpannd.da.lifetime", "Lifetime", 16, 16, FIELD_UINT, ONCE, .unit = "minutes" },
	{ "icmpv6.6lowpannd.da.eui64", "EUI-64", 32, 64, FIELD_BYTES, ONCE },
	{ "icmpv6.6lowpannd.da.reg_addr", "Registered address", 96, 128, FIELD_IPV6, ONCE },
	[ICMPV6_OPT] = { "icmpv6.opt", "Option", 0, 0, FIELD_GROUP, LISTED },
	[ICMPV6_OPT_TYPE] = { "icmpv6.opt.type", "Type", 0, 0, FIELD_ENUM, LISTED,
			      .names = option_names },
	[ICMPV6_OPT_LEN] = { "icmpv6.opt.length", "Length", 0, 0, FIELD_UINT, LISTED,
			     .unit = "times 8 bytes" },
	[ICMPV6_OPT_LINKADDR] = { "icmpv6.opt.linkaddr", "Link-layer address", 0, 0, FIELD_MAC,
				  LISTED },
	[ICMPV6_OPT_SOURCE] = { "icmpv6.opt.src_linkaddr", "Source link-layer address", 0, 0,
				FIELD_MAC, LISTED },
	[ICMPV6_OPT_TARGET] = { "icmpv6.opt.target_linkaddr", "Target link-layer address", 0, 0,
				FIELD_MAC, LISTED },
	[ICMPV6_OPT_LINKADDR8] = { "icmpv6.opt.linkaddr_eui64", "Link-layer address", 0, 0,
				   FIELD_TEXT, LISTED },
	[ICMPV6_OPT_SOURCE8] = { "icmpv6.opt.src_linkaddr_eui64", "Source link-layer address", 0, 0,
				 FIELD_TEXT, LISTED },
	[ICMPV6_OPT_TARGET8] = { "icmpv6.opt.target_linkaddr_eui64", "Target link-layer address", 0,
				 0, FIELD_TEXT, LISTED },
	[ICMPV6_OPT_PREFIX] = { "icmpv6.opt.prefix.flag", "Flags", 8, 8, FIELD_HEX, LISTED },
	{ "icmpv6.opt.prefix.flag.l", "On-link", 8, 1, FIELD_FLAG, LISTED },
	{ "icmpv6.opt.prefix.flag.a", "Autonomous configuration", 9, 1, FIELD_FLAG, LISTED },
	{ "icmpv6.opt.prefix.flag.r", "Router address", 10, 1, FIELD_FLAG, LISTED },
	{ "icmpv6.opt.prefix.flag.reserved", "Reserved", 11, 5, FIELD_UINT, LISTED },
	{ "icmpv6.opt.prefix.valid_lifetime", "Valid lifetime", 16, 32, FIELD_UINT, LISTED,
	  .unit = "s" },
	{ "icmpv6.opt.prefix.preferred_lifetime", "Preferred lifetime", 48, 32, FIELD_UINT, LISTED,
	  .unit = "s" },
	{ "icmpv6.opt.prefix", "Prefix", 112, 128, FIELD_IPV6, LISTED },
	[ICMPV6_OPT_PREFIX_LEN] = { "icmpv6.opt.prefix.length", "Prefix length", 0, 0, FIELD_UINT,
				    LISTED },
	[ICMPV6_OPT_MTU] = { "icmpv6.opt.mtu", "MTU", 0, 0, FIELD_UINT, LISTED },
	[ICMPV6_OPT_REDIRECTED] = { "icmpv6.opt.redirected_packet", "Redirected packet", 0, 0,
				    FIELD_GROUP, LISTED },
	[ICMPV6_OPT_INTERVAL] = { "icmpv6.opt.advertisement_interval", "Advertisement interval", 0,
				  0, FIELD_UINT, LISTED, .unit = "ms" },
	[ICMPV6_OPT_HOME] = { "icmpv6.opt.home_agent_preference", "Home agent preference", 16, 16,
			      FIELD_UINT, LISTED },
	{ "icmpv6.opt.home_agent_lifetime", "Home agent lifetime", 32, 16, FIELD_UINT, LISTED,
	  .unit = "s" },
	[ICMPV6_OPT_NONCE] = { "icmpv6.opt.nonce", "Nonce", 0, 0, FIELD_BYTES, LISTED },
	[ICMPV6_OPT_TIMESTAMP] = { "icmpv6.opt.timestamp", "Timestamp", 0, 0, FIELD_TIME, LISTED },
	[ICMPV6_OPT_ROUTE] = { "icmpv6.opt.route_info.flag", "Flags", 8, 8, FIELD_HEX, LISTED },
	{ "icmpv6.opt.route_info.flag.route_preference", "Route preference", 11, 2, FIELD_ENUM,
	  LISTED, .names = preference_names },
	{ "icmpv6.opt.route_info.flag.reserved", "Reserved", 13, 3, FIELD_UINT, LISTED },
	{ "icmpv6.opt.route_lifetime", "Route lifetime", 16, 32, FIELD_UINT, LISTED, .unit = "s" },
	[ICMPV6_OPT_RDNSS_LIFE] = { "icmpv6.opt.rdnss.lifetime", "Lifetime", 0, 0, FIELD_UINT,
				    LISTED, .unit = "s" },
	[ICMPV6_OPT_RDNSS] = { "icmpv6.opt.rdnss", "DNS server", 0, 0, FIELD_IPV6, LISTED },
	[ICMPV6_OPT_DNSSL_LIFE] = { "icmpv6.opt.dnssl.lifetime", "Lifetime", 0, 0, FIELD_UINT,
				    LISTED, .unit = "s" },
	[ICMPV6_OPT_DNSSL] = { "icmpv6.opt.dnssl", "Domain", 0, 0, FIELD_TEXT, LISTED },
	[ICMPV6_OPT_FLAGS] = { "icmpv6.opt.efo", "Flags", 0, 16, FIELD_HEX, LISTED },
	{ "icmpv6.opt.efo.m", "Managed addresses", 0, 1, FIELD_FLAG, LISTED },
	{ "icmpv6.opt.efo.o", "Other configuration", 1, 1, FIELD_FLAG, LISTED },
	{ "icmpv6.opt.efo.h", "Home agent", 2, 1, FIELD_FLAG, LISTED },
	{ "icmpv6.opt.efo.prf", "Router preference", 3, 2, FIELD_ENUM, LISTED,
	  .names = preference_names },
	{ "icmpv6.opt.efo.p", "Proxy", 5, 1, FIELD_FLAG, LISTED },
	[ICMPV6_OPT_REGISTER] = { "icmpv6.opt.aro.status", "Status", 0, 8, FIELD_ENUM, LISTED,
				  .names = register_names },
	{ "icmpv6.opt.aro.registration_lifetime", "Registration lifetime", 32, 16, FIELD_UINT,
	  LISTED, .unit = "minutes" },
	{ "icmpv6.opt.aro.eui64", "EUI-64", 48, 64, FIELD_BYTES, LISTED },
	[ICMPV6_OPT_CONTEXT] = { "icmpv6.opt.6co.context_length", "Context length", 0, 8,
				 FIELD_UINT, LISTED },
	{ "icmpv6.opt.6co.flag", "Flags", 8, 8, FIELD_HEX, LISTED },
	{ "icmpv6.opt.6co.flag.c", "Compression", 11, 1, FIELD_FLAG, LISTED },
	{ "icmpv6.opt.6co.flag.cid", "Context", 12, 4, FIELD_UINT, LISTED },
	{ "icmpv6.opt.6co.valid_lifetime", "Lifetime", 32, 16, FIELD_UINT, LISTED,
	  .unit = "minutes" },
	[ICMPV6_OPT_CONTEXT_PREFIX] = { "icmpv6.opt.6co.context_prefix", "Context prefix", 0, 0,
					FIELD_IPV6, LISTED },
	[ICMPV6_OPT_BORDER] = { "icmpv6.opt.abro.version_low", "Version, low part", 0, 16,
				FIELD_UINT, LISTED },
	{ "icmpv6.opt.abro.version_high", "Version, high part", 16, 16, FIELD_UINT, LISTED },
	{ "icmpv6.opt.abro.valid_lifetime", "Valid lifetime", 32, 16, FIELD_UINT, LISTED,
	  .unit = "minutes" },
	{ "icmpv6.opt.abro.6lbr_address", "Border router", 48, 128, FIELD_IPV6, LISTED },
	[ICMPV6_OPT_PORTAL] = { "icmpv6.opt.captive_portal", "Captive portal", 0, 0, FIELD_TEXT,
				LISTED },
	[ICMPV6_OPT_PREF64] = { "icmpv6.opt.pref64.scaled_lifetime", "Lifetime in 8 seconds", 0, 13,
				FIELD_UINT, LISTED },
	{ "icmpv6.opt.pref64.plc", "Prefix length code", 13, 3, FIELD_HEX, LISTED, .digits = 4 },
	[ICMPV6_OPT_PREF64_PREFIX] = { "icmpv6.opt.pref64.prefix", "Prefix", 0, 0, FIELD_IPV6,
				       LISTED },
	[ICMPV6_OPT_DATA] = { "icmpv6.data", "Data", 0, 0, FIELD_BYTES, LISTED },
};

const char *icmpv6_option_name(uint8_t type)
{
	return name_find(option_names, type);
}

/* A prefix of which only the first len bytes were sent. */
static void put_prefix(struct field_out *o, unsigned which, const uint8_t *p, size_t len)
{
	uint8_t addr[16] = { 0 };

	memcpy(addr, p, MIN_OF(len, sizeof(addr)));
	field_put_text(o, &icmpv6_described[which], (const char *)addr, sizeof(addr), p, len);
}

bool icmpv6_name(struct cursor *c, char *text, size_t size)
{
	struct strbuf out = strbuf_over(text, size);

	while (cursor_left(c)) {
		const uint8_t len = cursor_u8(c);
		const uint8_t *label;

		if (!len)
			return out.len;
		label = len < 64 ? cursor_take(c, len) : NULL;
		if (!label)
			return false;
		if (out.len)
			strbuf_putc(&out, '.');
		strbuf_put(&out, (const char *)label, len);
	}
	return false;
}

static void describe_dnssl(struct cursor *c, struct field_out *o)
{
	char text[NAME_MAX_TEXT];
	const uint8_t *start;

	while (cursor_left(c)) {
		start = c->pos;
		if (icmpv6_name(c, text, sizeof(text)))
			field_put_text(o, &icmpv6_described[ICMPV6_OPT_DNSSL], text, strlen(text),
				       start, (size_t)(c->pos - start));
	}
}

/* Seconds since 1970 and 1/64k fractions: RFC 3971 5.3.1, 48 and 16 bits. */
static void put_timestamp(struct field_out *o, const uint8_t *p)
{
	const uint64_t v = load_be64(p);

	field_put_num(o, &icmpv6_described[ICMPV6_OPT_TIMESTAMP],
		      (v >> 16) * 1000000000 + (((v & 0xffff) * 1000000000) >> 16), p, 8);
}

static void put_table(struct field_out *o, unsigned first, unsigned nr, const uint8_t *p, size_t n)
{
	field_put_table(o, &icmpv6_described[first], nr, 0, p, n);
}

/* Ethernet fills the option; of 14 bytes the first 8 are an EUI-64: RFC 4944 8. */
static void describe_linkaddr(bool source, const uint8_t *p, size_t n, struct field_out *o)
{
	char text[24];
	struct strbuf out = strbuf_over(text, sizeof(text));

	if (n == 6) {
		icmpv6_put_bytes(o, ICMPV6_OPT_LINKADDR, p, n);
		icmpv6_put_bytes(o, source ? ICMPV6_OPT_SOURCE : ICMPV6_OPT_TARGET, p, n);
	} else if (n == 14) {
		text_bytes(p, 8, 8, &out);
		field_put_text(o, &icmpv6_described[ICMPV6_OPT_LINKADDR8], text, out.len, p, 8);
		field_put_text(o,
			       &icmpv6_described[source ? ICMPV6_OPT_SOURCE8 : ICMPV6_OPT_TARGET8],
			       text, out.len, p, 8);
	} else {
		icmpv6_put_bytes(o, ICMPV6_OPT_DATA, p, n);
	}
}

/* Options whose fields are few; p, n: what lies behind type and length. n is at least 6. */
static void describe_small(uint8_t type, const uint8_t *p, size_t n, struct field_out *o)
{
	switch (type) {
	case OPT_SOURCE:
	case OPT_TARGET:
		describe_linkaddr(type == OPT_SOURCE, p, n, o);
		break;
	case OPT_MTU:
		icmpv6_put(o, ICMPV6_OPT_MTU, p + 2, 4);
		break;
	case OPT_INTERVAL:
		icmpv6_put(o, ICMPV6_OPT_INTERVAL, p + 2, 4);
		break;
	case OPT_HOME_AGENT:
		put_table(o, ICMPV6_OPT_HOME, 2, p, n);
		break;
	case OPT_NONCE:
		icmpv6_put_bytes(o, ICMPV6_OPT_NONCE, p, n);
		break;
	case OPT_FLAGS:
		put_table(o, ICMPV6_OPT_FLAGS, 6, p, n);
		break;
	case OPT_REGISTER:
		put_table(o, ICMPV6_OPT_REGISTER, 3, p, n);
		break;
	case OPT_BORDER:
		put_table(o, ICMPV6_OPT_BORDER, 4, p, n);
		break;
	case OPT_PORTAL:
		while (n && !p[n - 1])
			n--;
		icmpv6_put_bytes(o, ICMPV6_OPT_PORTAL, p, n);
		break;
	default:
		icmpv6_put_bytes(o, ICMPV6_OPT_DATA, p, n);
	}
}

static void describe_option(uint8_t type, const uint8_t *p, size_t n, struct field_out *o)
{
	struct cursor c = cursor_over(p + 6, n - 6, false);

	if (type == OPT_PREFIX && n == 30) {
		icmpv6_put(o, ICMPV6_OPT_PREFIX_LEN, p, 1);
		put_table(o, ICMPV6_OPT_PREFIX, 8, p, n);
	} else if (type == OPT_REDIRECTED) {
		field_put_group(o, &icmpv6_described[ICMPV6_OPT_REDIRECTED], NULL, p + 6, n - 6);
	} else if (type == OPT_TIMESTAMP && n == 14) {
		put_timestamp(o, p + 6);
	} else if (type == OPT_ROUTE) {
		icmpv6_put(o, ICMPV6_OPT_PREFIX_LEN, p, 1);
		put_table(o, ICMPV6_OPT_ROUTE, 4, p, n);
		put_prefix(o, ICMPV6_OPT_PREFIX + 7, p + 6, n - 6);
	} else if (type == OPT_RDNSS) {
		icmpv6_put(o, ICMPV6_OPT_RDNSS_LIFE, p + 2, 4);
		while (cursor_left(&c) >= 16)
			icmpv6_put_bytes(o, ICMPV6_OPT_RDNSS, cursor_take(&c, 16), 16);
	} else if (type == OPT_DNSSL) {
		icmpv6_put(o, ICMPV6_OPT_DNSSL_LIFE, p + 2, 4);
		describe_dnssl(&c, o);
	} else if (type == OPT_CONTEXT) {
		put_table(o, ICMPV6_OPT_CONTEXT, 5, p, n);
		put_prefix(o, ICMPV6_OPT_CONTEXT_PREFIX, p + 6, n - 6);
	} else if (type == OPT_PREF64 && n == 14) {
		put_table(o, ICMPV6_OPT_PREF64, 2, p, n);
		put_prefix(o, ICMPV6_OPT_PREF64_PREFIX, p + 2, 12);
	} else {
		describe_small(type, p, n, o);
	}
}

void icmpv6_describe_options(struct cursor *c, struct field_out *o)
{
	while (cursor_left(c) >= 8) {
		const uint8_t *start = cursor_take(c, 2);
		const uint8_t *p;
		size_t len;

		len = start[1] * 8u;
		p = len ? cursor_take(c, len - 2) : NULL; /* RFC 4861 4.6: 0 is to be discarded */
		if (!p)
			return;
		field_put_group(o, &icmpv6_described[ICMPV6_OPT], icmpv6_option_name(*start), start,
				len);
		icmpv6_put(o, ICMPV6_OPT_TYPE, start, 1);
		icmpv6_put(o, ICMPV6_OPT_LEN, start + 1, 1);
		describe_option(*start, p, len - 2, o);
	}
}
