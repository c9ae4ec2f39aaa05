/*
 * dissect/craft/protos.c -- the layers that can be described, their fields and defaults.
 *
 * Names are short ones and those of Wireshark. Addresses are those for benchmarks: 198.18.0.0/15
 * (RFC 2544), 2001:2::/48 (RFC 5180). What has no number of its own gets one for experiments:
 * EtherType 0x88b5 (IEEE Std 802), IP protocol 253 (RFC 3692).
 */
#include <string.h>

#include "core/bytes.h"
#include "core/compiler.h"
#include "dissect/craft/craft_internal.h"

#define MAC(name, also, role, at, value)                               \
	{                                                              \
		name, also, TYPE_MAC, role, at, 8, 16, 48, value, NULL \
	}
#define NUMBER(name, also, at, bytes, shift, bits, value)                                \
	{                                                                                \
		name, also, TYPE_NUMBER, ROLE_PLAIN, at, bytes, shift, bits, value, NULL \
	}
#define ROLE(name, also, role, at, bytes, value)                                      \
	{                                                                             \
		name, also, TYPE_NUMBER, role, at, bytes, 0, 8 * (bytes), value, NULL \
	}
#define NAMED(name, also, at, bytes, value, names)                                           \
	{                                                                                    \
		name, also, TYPE_NUMBER, ROLE_PLAIN, at, bytes, 0, 8 * (bytes), value, names \
	}
#define IP4(name, also, at, value)                                          \
	{                                                                   \
		name, also, TYPE_IP4, ROLE_PLAIN, at, 4, 0, 32, value, NULL \
	}
#define IP6(name, also, at, value)                                            \
	{                                                                     \
		name, also, TYPE_IP6, ROLE_PLAIN, at, 16, 0, 128, value, NULL \
	}
#define UNSEEN(name, also, type)                                     \
	{                                                            \
		name, also, type, ROLE_UNSEEN, -1, 0, 0, 32, 0, NULL \
	}

static const struct field eth_fields[] = {
	MAC("dst", NULL, ROLE_DST_MAC, 0, 0x020000000002),
	MAC("src", NULL, ROLE_SRC_MAC, 6, 0x020000000001),
	ROLE("type", NULL, ROLE_NEXT, 12, 2, 0),
};

static const struct field vlan_fields[] = {
	NUMBER("id", NULL, 0, 2, 0, 12, 1),
	NUMBER("pcp", "priority", 0, 2, 13, 3, 0),
	NUMBER("dei", "cfi", 0, 2, 12, 1, 0),
	ROLE("type", "etype", ROLE_NEXT, 2, 2, 0),
};

static const struct name_map arp_ops[] = { { 1, "request" }, { 2, "reply" }, { 0, NULL } };

static const struct field arp_fields[] = {
	NUMBER("hwtype", "hw.type", 0, 2, 0, 16, 1),
	NUMBER("proto", "proto.type", 2, 2, 0, 16, 0x0800),
	NUMBER("hwsize", "hw.size", 4, 1, 0, 8, 6),
	NUMBER("protosize", "proto.size", 5, 1, 0, 8, 4),
	NAMED("op", "opcode", 6, 2, 1, arp_ops),
	MAC("sha", "src.hw_mac", ROLE_SRC_MAC, 8, 0x020000000001),
	IP4("spa", "src.proto_ipv4", 14, 0xc6120001),
	MAC("tha", "dst.hw_mac", ROLE_PLAIN, 18, 0),
	IP4("tpa", "dst.proto_ipv4", 24, 0xc6130001),
};

static const struct field ip_fields[] = {
	NUMBER("version", NULL, 0, 1, 4, 4, 4),
	NUMBER("ihl", "hdr_len", 0, 1, 0, 4, 5),
	NUMBER("tos", "dsfield", 1, 1, 0, 8, 0),
	NUMBER("dscp", "dsfield.dscp", 1, 1, 2, 6, 0),
	NUMBER("ecn", "dsfield.ecn", 1, 1, 0, 2, 0),
	ROLE("len", NULL, ROLE_LENGTH, 2, 2, 0),
	NUMBER("id", NULL, 4, 2, 0, 16, 0),
	NUMBER("rb", "flags.rb", 6, 2, 15, 1, 0),
	NUMBER("df", "flags.df", 6, 2, 14, 1, 0),
	NUMBER("mf", "flags.mf", 6, 2, 13, 1, 0),
	NUMBER("frag", "frag_offset", 6, 2, 0, 13, 0),
	NUMBER("ttl", NULL, 8, 1, 0, 8, 64),
	ROLE("proto", NULL, ROLE_NEXT, 9, 1, 0),
	ROLE("checksum", NULL, ROLE_CHECKSUM, 10, 2, 0),
	IP4("src", NULL, 12, 0xc6120001),
	IP4("dst", NULL, 16, 0xc6130001),
};

static const struct field ip6_fields[] = {
	NUMBER("version", NULL, 0, 4, 28, 4, 6),
	NUMBER("tclass", NULL, 0, 4, 20, 8, 0),
	NUMBER("flow", NULL, 0, 4, 0, 20, 0),
	ROLE("plen", "len", ROLE_LENGTH, 4, 2, 40),
	ROLE("nxt", "proto", ROLE_NEXT, 6, 1, 0),
	NUMBER("hlim", "ttl", 7, 1, 0, 8, 64),
	IP6("src", NULL, 8, 1),
	IP6("dst", NULL, 24, 2),
};

static const struct name_map icmp_types[] = { { 8, "echo" }, { 0, "reply" }, { 0, NULL } };
static const struct name_map icmp6_types[] = { { 128, "echo" }, { 129, "reply" }, { 0, NULL } };

static const struct field icmp_fields[] = {
	NAMED("type", NULL, 0, 1, 8, icmp_types),
	NUMBER("code", NULL, 1, 1, 0, 8, 0),
	ROLE("checksum", NULL, ROLE_CHECKSUM_ALL, 2, 2, 0),
	NUMBER("id", "ident", 4, 2, 0, 16, 1),
	NUMBER("seq", NULL, 6, 2, 0, 16, 1),
};

static const struct field icmp6_fields[] = {
	NAMED("type", NULL, 0, 1, 128, icmp6_types),
	NUMBER("code", NULL, 1, 1, 0, 8, 0),
	ROLE("checksum", NULL, ROLE_CHECKSUM_PSEUDO, 2, 2, 0),
	NUMBER("id", "echo.identifier", 4, 2, 0, 16, 1),
	NUMBER("seq", "echo.sequence_number", 6, 2, 0, 16, 1),
};

static const struct field udp_fields[] = {
	NUMBER("sport", "srcport", 0, 2, 0, 16, 1024),
	ROLE("dport", "dstport", ROLE_NEXT, 2, 2, 9), /* discard, RFC 863 */
	ROLE("len", "length", ROLE_LENGTH, 4, 2, 0),
	ROLE("checksum", NULL, ROLE_CHECKSUM_PSEUDO, 6, 2, 0),
};

#define OPTION(name, also, bytes)                                                          \
	{                                                                                  \
		name, also, TYPE_NUMBER, ROLE_OPTIONAL, -1, bytes, 0, 8 * (bytes), 0, NULL \
	}

/* TCP_* of options.c are the places of the options in here. */
static const struct field tcp_fields[] = {
	OPTION("mss", "options.mss_val", 2),
	{ "sack", "options.sack_perm", TYPE_NUMBER, ROLE_UNSEEN, -1, 0, 0, 1, 0, NULL },
	OPTION("tsval", "options.timestamp.tsval", 4),
	OPTION("tsecr", "options.timestamp.tsecr", 4),
	OPTION("wscale", "options.wscale.shift", 1),
	NUMBER("sport", "srcport", 0, 2, 0, 16, 1024),
	ROLE("dport", "dstport", ROLE_NEXT, 2, 2, 9),
	NUMBER("seq", NULL, 4, 4, 0, 32, 1),
	NUMBER("ack", NULL, 8, 4, 0, 32, 0),
	{ "offset", "hdr_len", TYPE_NUMBER, ROLE_HEADER_WORDS, 12, 1, 4, 4, 0, NULL },
	{ "flags", NULL, TYPE_TCP_FLAGS, ROLE_PLAIN, 13, 1, 0, 8, 0x10, NULL },
	NUMBER("window", "window_size_value", 14, 2, 0, 16, 65535),
	ROLE("checksum", NULL, ROLE_CHECKSUM_PSEUDO, 16, 2, 0),
	NUMBER("urgent", "urgent_pointer", 18, 2, 0, 16, 0),
};

static const struct name_map dns_types[] = {
	{ 1, "A" },      { 2, "NS" },    { 5, "CNAME" }, { 6, "SOA" },  { 12, "PTR" },
	{ 15, "MX" },    { 16, "TXT" },  { 28, "AAAA" }, { 33, "SRV" }, { 48, "DNSKEY" },
	{ 65, "HTTPS" }, { 255, "ANY" }, { 0, NULL },
};
static const struct name_map dns_classes[] = {
	{ 1, "IN" }, { 3, "CH" }, { 255, "ANY" }, { 0, NULL }
};

/* DNS_* of options.c are the places of the first three. */
static const struct field dns_fields[] = {
	UNSEEN("name", "qry.name", TYPE_NAME),
	{ "type", "qry.type", TYPE_NUMBER, ROLE_PLAIN, -1, 2, 0, 16, 1, dns_types },
	{ "class", "qry.class", TYPE_NUMBER, ROLE_PLAIN, -1, 2, 0, 16, 1, dns_classes },
	NUMBER("id", NULL, 0, 2, 0, 16, 1),
	NUMBER("flags", NULL, 2, 2, 0, 16, 0x0100), /* recursion desired */
	NUMBER("queries", "count.queries", 4, 2, 0, 16, 1),
	NUMBER("answers", "count.answers", 6, 2, 0, 16, 0),
	NUMBER("authorities", "count.auth_rr", 8, 2, 0, 16, 0),
	NUMBER("additional", "count.add_rr", 10, 2, 0, 16, 0),
};

static const struct field vxlan_fields[] = {
	NUMBER("flags", NULL, 0, 1, 0, 8, 0x08),
	NUMBER("vni", NULL, 4, 4, 8, 24, 1),
};

/* GRE_KEY of options.c is the first. */
static const struct field gre_fields[] = {
	OPTION("key", NULL, 4),
	ROLE("proto", NULL, ROLE_NEXT, 2, 2, 0),
};

/* The bytes that `ringtap-bench` numbers its frames with, and the time. */
static const struct field stamp_fields[] = {
	ROLE("seq", NULL, ROLE_COUNTER, 0, 8, 0),
	NUMBER("magic", NULL, 8, 4, 0, 32, 0x52544150), /* "RTAP" */
	ROLE("time", NULL, ROLE_TIME, 12, 8, 0),
};

/* PAYLOAD_* of layers.c are their places. */
static const struct field payload_fields[] = {
	UNSEEN("len", NULL, TYPE_LENGTH),
	UNSEEN("data", NULL, TYPE_BYTES),
	UNSEEN("fill", NULL, TYPE_FILL),
};

#define BIT(id)   (1u << PROTO_CRAFT_##id)
#define DATA      (BIT(STAMP) | BIT(PAYLOAD))
#define ON_LINK   (BIT(VLAN) | BIT(ARP) | BIT(IP) | BIT(IP6) | DATA)
#define ON_IP     (BIT(UDP) | BIT(TCP) | BIT(GRE) | BIT(IP) | BIT(IP6) | DATA)
#define FIELDS(f) f, ARRAY_SIZE(f)

const struct craft_proto craft_protos[PROTO_CRAFT_NR] = {
	{ "eth", "eth", FIELDS(eth_fields), NULL, ON_LINK, 14, NULL, NULL },
	{ "vlan", "vlan", FIELDS(vlan_fields), "id", ON_LINK, 4, NULL, NULL },
	{ "arp", "arp", FIELDS(arp_fields), "op", 0, 28, NULL, NULL },
	{ "ip", "ip", FIELDS(ip_fields), NULL, ON_IP | BIT(ICMP), 20, NULL, NULL },
	{ "ip6", "ipv6", FIELDS(ip6_fields), NULL, ON_IP | BIT(ICMP6), 40, NULL, NULL },
	{ "icmp", "icmp", FIELDS(icmp_fields), "type", DATA, 8, NULL, NULL },
	{ "icmp6", "icmpv6", FIELDS(icmp6_fields), "type", DATA, 8, NULL, NULL },
	{ "udp", "udp", FIELDS(udp_fields), "dport", BIT(DNS) | BIT(VXLAN) | DATA, 8, NULL, NULL },
	{ "tcp", "tcp", FIELDS(tcp_fields), "dport", DATA, 20, craft_layout_tcp, craft_write_tcp },
	{ "dns", "dns", FIELDS(dns_fields), "name", 0, 12, craft_layout_dns, craft_write_dns },
	{ "vxlan", "vxlan", FIELDS(vxlan_fields), "vni", BIT(ETH), 8, NULL, NULL },
	{ "gre", "gre", FIELDS(gre_fields), "key", BIT(ETH) | BIT(IP) | BIT(IP6), 4,
	  craft_layout_gre, craft_write_gre },
	{ "stamp", "stamp", FIELDS(stamp_fields), NULL, BIT(PAYLOAD), 20, NULL, NULL },
	{ "payload", "payload", FIELDS(payload_fields), NULL, 0, 0, NULL, NULL },
};

static uint32_t ethertype(enum proto upper)
{
	switch (upper) {
	case PROTO_CRAFT_ARP:
		return 0x0806;
	case PROTO_CRAFT_VLAN:
		return 0x8100;
	case PROTO_CRAFT_IP:
		return 0x0800;
	case PROTO_CRAFT_IP6:
		return 0x86dd;
	case PROTO_CRAFT_ETH:
		return 0x6558; /* in GRE */
	default:
		return 0x88b5;
	}
}

static uint32_t ip_protocol(enum proto upper)
{
	switch (upper) {
	case PROTO_CRAFT_ICMP:
		return 1;
	case PROTO_CRAFT_IP:
		return 4;
	case PROTO_CRAFT_TCP:
		return 6;
	case PROTO_CRAFT_UDP:
		return 17;
	case PROTO_CRAFT_IP6:
		return 41;
	case PROTO_CRAFT_GRE:
		return 47;
	case PROTO_CRAFT_ICMP6:
		return 58;
	default:
		return 253;
	}
}

uint32_t craft_next_number(enum proto lower, enum proto upper, bool another_tag)
{
	switch (lower) {
	case PROTO_CRAFT_IP:
	case PROTO_CRAFT_IP6:
		return ip_protocol(upper);
	case PROTO_CRAFT_UDP:
		return upper == PROTO_CRAFT_DNS ? 53 : upper == PROTO_CRAFT_VXLAN ? 4789 : 0;
	case PROTO_CRAFT_ETH: /* the outer one of two tags is a provider's, IEEE 802.1ad */
		return upper == PROTO_CRAFT_VLAN && another_tag ? 0x88a8 : ethertype(upper);
	case PROTO_CRAFT_VLAN:
	case PROTO_CRAFT_GRE:
		return ethertype(upper);
	default:
		return 0;
	}
}
