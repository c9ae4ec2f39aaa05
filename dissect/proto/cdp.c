/* dissect/proto/cdp.c -- Cisco Discovery Protocol, versions 1 and 2; over SNAP, RFC 1042. */
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	CDP_FIXED_LEN = 4,
	CDP_TLV_HDR = 4,
	CDP_TLVS_MAX = 256,
	CDP_ADDRESSES_MAX = 64,
	CDP_TEXT_SHOWN = 64, /* bytes of a name in the line */
	NLPID = 1,
	NLPID_IP = 0xcc,
	CLUSTER_LEN = 32, /* a cluster's hello with its organization and protocol */
};

enum cdp_tlv {
	TLV_DEVICE = 0x01,
	TLV_ADDRESSES = 0x02,
	TLV_PORT = 0x03,
	TLV_CAPABILITIES = 0x04,
	TLV_SOFTWARE = 0x05,
	TLV_PLATFORM = 0x06,
	TLV_PREFIX = 0x07,
	TLV_HELLO = 0x08,
	TLV_VTP_DOMAIN = 0x09,
	TLV_NATIVE_VLAN = 0x0a,
	TLV_DUPLEX = 0x0b,
	TLV_VOICE_REPLY = 0x0e,
	TLV_VOICE_QUERY = 0x0f,
	TLV_POWER = 0x10,
	TLV_MTU = 0x11,
	TLV_TRUST = 0x12,
	TLV_COS = 0x13,
	TLV_SYSTEM_NAME = 0x14,
	TLV_SYSTEM_OID = 0x15,
	TLV_MANAGEMENT = 0x16,
	TLV_LOCATION = 0x17,
	TLV_POWER_REQUEST = 0x19,
	TLV_POWER_AVAILABLE = 0x1a,
	TLV_SPARE_POE = 0x1f,
};

static const struct name_map tlv_names[] = {
	{ TLV_DEVICE, "Device id" },
	{ TLV_ADDRESSES, "Addresses" },
	{ TLV_PORT, "Port id" },
	{ TLV_CAPABILITIES, "Capabilities" },
	{ TLV_SOFTWARE, "Software version" },
	{ TLV_PLATFORM, "Platform" },
	{ TLV_PREFIX, "IP prefixes or gateway" },
	{ TLV_HELLO, "Protocol hello" },
	{ TLV_VTP_DOMAIN, "VTP management domain" },
	{ TLV_NATIVE_VLAN, "Native VLAN" },
	{ TLV_DUPLEX, "Duplex" },
	{ TLV_VOICE_REPLY, "Voice VLAN reply" },
	{ TLV_VOICE_QUERY, "Voice VLAN query" },
	{ TLV_POWER, "Power consumption" },
	{ TLV_MTU, "MTU" },
	{ TLV_TRUST, "Trust bitmap" },
	{ TLV_COS, "Untrusted port class of service" },
	{ TLV_SYSTEM_NAME, "System name" },
	{ TLV_SYSTEM_OID, "System object id" },
	{ TLV_MANAGEMENT, "Management addresses" },
	{ TLV_LOCATION, "Location" },
	{ 0x18, "External port id" },
	{ TLV_POWER_REQUEST, "Power requested" },
	{ TLV_POWER_AVAILABLE, "Power available" },
	{ 0x1b, "Port unidirectional" },
	{ 0x1d, "EnergyWise" },
	{ TLV_SPARE_POE, "Spare pair power" },
	{ 0, NULL },
};

static const struct name_map protocol_type_names[] = {
	{ NLPID, "NLPID" },
	{ 2, "802.2" },
	{ 0, NULL },
};

static const struct name_map oui_names[] = { { 0x00000c, "00:00:0c Cisco" }, { 0, NULL } };

static const struct name_map hello_names[] = { { 0x0112, "cluster management" }, { 0, NULL } };

static const struct name_map duplex_names[] = { { 0, "half" }, { 1, "full" }, { 0, NULL } };

static const struct field_desc cdp_fields[] = {
	{ "cdp.version", "Version", 0, 8, FIELD_UINT },
	{ "cdp.ttl", "Time to live", 8, 8, FIELD_UINT, .unit = "s" },
	{ "cdp.checksum", "Checksum", 16, 16, FIELD_HEX },
};

#define LISTED (FIELD_DESCRIBED | FIELD_LIST)
#define FLAG(name, label, bit)                                          \
	{                                                               \
		name, label, bit, 1, FIELD_FLAG, LISTED | FIELD_OVERLAP \
	}

enum {
	F_GROUP,
	F_TYPE,
	F_LEN,
	F_DEVICE,
	F_PORT,
	F_SOFTWARE,
	F_PLATFORM,
	F_VTP_DOMAIN,
	F_SYSTEM_NAME,
	F_SYSTEM_OID,
	F_NATIVE_VLAN,
	F_DUPLEX,
	F_POWER,
	F_MTU,
	F_TRUST,
	F_COS,
	F_COUNT,
	F_ADDRESS_GROUP,
	F_PROTOCOL_TYPE,
	F_PROTOCOL_LEN,
	F_PROTOCOL,
	F_ADDRESS_LEN,
	F_IPV4,
	F_IPV6,
	F_ADDRESS,
	F_GATEWAY,
	F_PREFIX,

	F_VOICE_VLAN,
	F_LOCATION_KIND,
	F_LOCATION,
	F_REQUEST_ID,
	F_MANAGEMENT_ID,
	F_POWER_REQUESTED,
	F_POWER_AVAILABLE,
	F_CAPABILITIES,
	F_CAPABILITIES_LAST = F_CAPABILITIES + 11,
	F_SPARE,
	F_SPARE_LAST = F_SPARE + 4,
	F_OUI,
	F_HELLO_PROTOCOL,
	F_HELLO_DATA,
	F_CLUSTER,
	F_CLUSTER_UNKNOWN = F_CLUSTER + 5,
	F_CLUSTER_LAST = F_CLUSTER + 8,
	F_DATA,
};

static const struct field_desc cdp_described[] = {
	[F_GROUP] = { "cdp.tlv", "TLV", 0, 0, FIELD_GROUP, LISTED },
	[F_TYPE] = { "cdp.tlv.type", "Type", 0, 0, FIELD_ENUM, LISTED | FIELD_BASE_HEX,
		     .names = tlv_names },
	[F_LEN] = { "cdp.tlv.len", "Length", 0, 0, FIELD_UINT, LISTED, .unit = "bytes" },
	[F_DEVICE] = { "cdp.deviceid", "Device id", 0, 0, FIELD_TEXT, LISTED },
	[F_PORT] = { "cdp.portid", "Port id", 0, 0, FIELD_TEXT, LISTED },
	[F_SOFTWARE] = { "cdp.software_version", "Software version", 0, 0, FIELD_TEXT, LISTED },
	[F_PLATFORM] = { "cdp.platform", "Platform", 0, 0, FIELD_TEXT, LISTED },
	[F_VTP_DOMAIN] = { "cdp.vtp_management_domain", "VTP domain", 0, 0, FIELD_TEXT, LISTED },
	[F_SYSTEM_NAME] = { "cdp.system_name", "System name", 0, 0, FIELD_TEXT, LISTED },
	[F_SYSTEM_OID] = { "cdp.system_object_identifier", "System object id", 0, 0, FIELD_BYTES,
			   LISTED },
	[F_NATIVE_VLAN] = { "cdp.native_vlan", "Native VLAN", 0, 0, FIELD_UINT, LISTED },
	[F_DUPLEX] = { "cdp.duplex", "Duplex", 0, 0, FIELD_ENUM, LISTED, .names = duplex_names },
	[F_POWER] = { "cdp.power_consumption", "Power consumption", 0, 0, FIELD_UINT, LISTED,
		      .unit = "mW" },
	[F_MTU] = { "cdp.mtu", "MTU", 0, 0, FIELD_UINT, LISTED, .unit = "bytes" },
	[F_TRUST] = { "cdp.trust_bitmap", "Trust bitmap", 0, 0, FIELD_HEX, LISTED },
	[F_COS] = { "cdp.untrusted_port_cos", "Untrusted port CoS", 0, 0, FIELD_HEX, LISTED },
	[F_COUNT] = { "cdp.number_of_addresses", "Number of addresses", 0, 0, FIELD_UINT, LISTED },
	[F_ADDRESS_GROUP] = { "cdp.address_entry", "Address", 0, 0, FIELD_GROUP, LISTED },
	[F_PROTOCOL_TYPE] = { "cdp.protocol_type", "Protocol type", 0, 0, FIELD_ENUM,
			      LISTED | FIELD_BASE_HEX, .names = protocol_type_names },
	[F_PROTOCOL_LEN] = { "cdp.protocol_length", "Protocol length", 0, 0, FIELD_UINT, LISTED },
	[F_PROTOCOL] = { "cdp.protocol", "Protocol", 0, 0, FIELD_BYTES, LISTED },
	[F_ADDRESS_LEN] = { "cdp.address_length", "Address length", 0, 0, FIELD_UINT, LISTED },
	[F_IPV4] = { "cdp.nrgyz.ip_address", "IP address", 0, 0, FIELD_IPV4, LISTED },
	[F_IPV6] = { "cdp.nrgyz.ipv6_address", "IPv6 address", 0, 0, FIELD_IPV6, LISTED },
	[F_ADDRESS] = { "cdp.address", "Address", 0, 0, FIELD_BYTES, LISTED },
	[F_GATEWAY] = { "cdp.odr_default_gateway", "Default gateway", 0, 0, FIELD_IPV4, LISTED },
	[F_PREFIX] = { "cdp.ip_prefix", "IP prefix", 0, 0, FIELD_TEXT, LISTED },

	[F_VOICE_VLAN] = { "cdp.voice_vlan", "Voice VLAN", 0, 0, FIELD_UINT, LISTED },
	[F_LOCATION_KIND] = { "cdp.location.unknown", "Kind of location", 0, 0, FIELD_HEX, LISTED },
	[F_LOCATION] = { "cdp.location", "Location", 0, 0, FIELD_TEXT, LISTED },
	[F_REQUEST_ID] = { "cdp.request_id", "Request id", 0, 0, FIELD_UINT, LISTED },
	[F_MANAGEMENT_ID] = { "cdp.management_id", "Management id", 0, 0, FIELD_UINT, LISTED },
	[F_POWER_REQUESTED] = { "cdp.power_requested", "Power requested", 0, 0, FIELD_UINT, LISTED,
				.unit = "mW" },
	[F_POWER_AVAILABLE] = { "cdp.power_available", "Power available", 0, 0, FIELD_UINT, LISTED,
				.unit = "mW" },
	[F_CAPABILITIES] = { "cdp.capabilities", "Capabilities", 0, 32, FIELD_HEX, LISTED },
	FLAG("cdp.capabilities.router", "Router", 31),
	FLAG("cdp.capabilities.trans_bridge", "Transparent bridge", 30),
	FLAG("cdp.capabilities.src_bridge", "Source route bridge", 29),
	FLAG("cdp.capabilities.switch", "Switch", 28),
	FLAG("cdp.capabilities.host", "Host", 27),
	FLAG("cdp.capabilities.igmp_capable", "IGMP capable", 26),
	FLAG("cdp.capabilities.repeater", "Repeater", 25),
	FLAG("cdp.capabilities.voip_phone", "VoIP phone", 24),
	FLAG("cdp.capabilities.remote", "Remotely managed", 23),
	FLAG("cdp.capabilities.cvta", "CVTA", 22),
	[F_CAPABILITIES_LAST] = FLAG("cdp.capabilities.mac_relay", "Two port MAC relay", 21),
	[F_SPARE] = { "cdp.spare_poe_tlv", "Spare pair power", 0, 8, FIELD_HEX, LISTED },
	FLAG("cdp.spare_poe_tlv.poe", "Four wire power", 7),
	FLAG("cdp.spare_poe_tlv.spare_pair_arch", "Shared architecture", 6),
	FLAG("cdp.spare_poe_tlv.req_spare_pair_poe", "Requested", 5),
	[F_SPARE_LAST] = FLAG("cdp.spare_poe_tlv.pse_spare_pair_poe", "Supplied", 4),
	[F_OUI] = { "cdp.oui", "Organization", 0, 0, FIELD_ENUM, LISTED, .names = oui_names },
	[F_HELLO_PROTOCOL] = { "cdp.protocol_id", "Hello protocol", 0, 0, FIELD_ENUM,
			       LISTED | FIELD_BASE_HEX, .names = hello_names },
	[F_HELLO_DATA] = { "cdp.hello.unknown", "Hello data", 0, 0, FIELD_BYTES, LISTED },
	[F_CLUSTER] = { "cdp.cluster.master_ip", "Cluster master", 0, 32, FIELD_IPV4, LISTED },
	{ "cdp.cluster.ip", "Cluster IP", 32, 32, FIELD_IPV4, LISTED },
	{ "cdp.cluster.version", "Version", 64, 8, FIELD_HEX, LISTED },
	{ "cdp.cluster.sub_version", "Subversion", 72, 8, FIELD_HEX, LISTED },
	{ "cdp.cluster.status", "Status", 80, 8, FIELD_HEX, LISTED },
	[F_CLUSTER_UNKNOWN] = { "cdp.cluster.unknown", "Unknown", 88, 8, FIELD_HEX, LISTED },
	{ "cdp.cluster.commander_mac", "Commander", 96, 48, FIELD_MAC, LISTED },
	{ "cdp.cluster.switch_mac", "Switch", 144, 48, FIELD_MAC, LISTED },
	[F_CLUSTER_LAST] = { "cdp.cluster.management_vlan", "Management VLAN", 200, 16, FIELD_UINT,
			     LISTED },
	[F_DATA] = { "cdp.data", "Data", 0, 0, FIELD_BYTES, LISTED },
};

/* A value that is one field: its name, and how many bytes it has; 0: any number. */
static const struct {
	uint8_t type, field, len;
} simple[] = {
	{ TLV_DEVICE, F_DEVICE, 0 },
	{ TLV_PORT, F_PORT, 0 },

	{ TLV_PLATFORM, F_PLATFORM, 0 },
	{ TLV_VTP_DOMAIN, F_VTP_DOMAIN, 0 },
	{ TLV_SYSTEM_NAME, F_SYSTEM_NAME, 0 },
	{ TLV_SYSTEM_OID, F_SYSTEM_OID, 0 },
	{ TLV_NATIVE_VLAN, F_NATIVE_VLAN, 2 },
	{ TLV_DUPLEX, F_DUPLEX, 1 },
	{ TLV_POWER, F_POWER, 2 },
	{ TLV_MTU, F_MTU, 4 },
	{ TLV_TRUST, F_TRUST, 1 },
	{ TLV_COS, F_COS, 1 },
};

struct cdp_tlv_view {
	const uint8_t *start, *value;
	uint16_t type;
	size_t len; /* of value */
};

/* False at the end, or where a length does not fit: bytes are left then. */
static bool tlv_next(struct cursor *c, struct cdp_tlv_view *ret)
{
	if (cursor_left(c) < CDP_TLV_HDR)
		return false;
	ret->start = c->pos;
	ret->type = load_be16(c->pos);
	ret->len = load_be16(c->pos + 2);
	if (ret->len < CDP_TLV_HDR || ret->len > cursor_left(c))
		return false;
	ret->value = c->pos + CDP_TLV_HDR;
	cursor_skip(c, ret->len);
	ret->len -= CDP_TLV_HDR;
	return true;
}

static struct next cdp_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	struct cdp_tlv_view tlv;
	unsigned n = 0;

	if (!cursor_take(c, CDP_FIXED_LEN))
		return next_none();
	while (n < CDP_TLVS_MAX && tlv_next(c, &tlv))
		n++;
	/* A last length that runs past the end; stray bytes are padding. */
	if (n < CDP_TLVS_MAX && cursor_left(c) >= CDP_TLV_HDR) {
		if (load_be16(c->pos + 2) < CDP_TLV_HDR)
			return next_malformed(d, NOTE_BAD_LENGTH);
		cursor_skip(c, load_be16(c->pos + 2));
	}
	return next_none();
}

static void describe_addresses(const struct cdp_tlv_view *tlv, struct field_out *o)
{
	struct cursor c = cursor_over(tlv->value, tlv->len, false);
	const uint8_t *p = cursor_take(&c, 4);
	uint32_t i, nr;

	if (!p)
		return;
	nr = MIN_OF(load_be32(p), (uint32_t)CDP_ADDRESSES_MAX);
	field_put_uint(o, &cdp_described[F_COUNT], p, 4);
	for (i = 0; i < nr; i++) {
		const uint8_t *head = cursor_take(&c, 2);
		const uint8_t *proto = head ? cursor_take(&c, head[1]) : NULL;
		const uint8_t *size = proto ? cursor_take(&c, 2) : NULL;
		const uint8_t *addr = size ? cursor_take(&c, load_be16(size)) : NULL;
		unsigned field = F_ADDRESS;

		if (!addr)
			return;
		field_put_group(o, &cdp_described[F_ADDRESS_GROUP], NULL, head,
				(size_t)(c.pos - head));
		field_put_uint(o, &cdp_described[F_PROTOCOL_TYPE], head, 1);
		field_put_uint(o, &cdp_described[F_PROTOCOL_LEN], head + 1, 1);
		if (head[1])
			field_put_bytes(o, &cdp_described[F_PROTOCOL], proto, head[1]);
		field_put_uint(o, &cdp_described[F_ADDRESS_LEN], size, 2);
		if (head[0] == NLPID && head[1] == 1 && *proto == NLPID_IP && load_be16(size) == 4)
			field = F_IPV4;
		else if (head[1] == 8 && load_be16(proto + 6) == 0x86dd && load_be16(size) == 16)
			field = F_IPV6;
		field_put_bytes(o, &cdp_described[field], addr, load_be16(size));
	}
}

/* Four bytes: the gateway of a stub. Fives: prefixes with their lengths. */
static void describe_prefixes(const struct cdp_tlv_view *tlv, struct field_out *o)
{
	const uint8_t *p = tlv->value;
	size_t i;

	if (tlv->len == 4) {
		field_put_bytes(o, &cdp_described[F_GATEWAY], p, 4);
		return;
	}
	for (i = 0; i + 5 <= tlv->len; i += 5) {
		char text[24];
		struct strbuf s = strbuf_over(text, sizeof(text));

		text_ipv4(p + i, &s);
		strbuf_printf(&s, "/%u", p[i + 4]);
		field_put_text(o, &cdp_described[F_PREFIX], text, s.len, p + i, 5);
	}
}

static void describe_power(const struct cdp_tlv_view *tlv, unsigned field, struct field_out *o)
{
	size_t i;

	if (tlv->len < 4)
		return;
	field_put_uint(o, &cdp_described[F_REQUEST_ID], tlv->value, 2);
	field_put_uint(o, &cdp_described[F_MANAGEMENT_ID], tlv->value + 2, 2);
	for (i = 4; i + 4 <= tlv->len; i += 4)
		field_put_uint(o, &cdp_described[field], tlv->value + i, 4);
}

static void describe_hello(const struct cdp_tlv_view *tlv, struct field_out *o)
{
	const uint8_t *p = tlv->value;

	if (tlv->len < 5)
		return;
	field_put_uint(o, &cdp_described[F_OUI], p, 3);
	field_put_uint(o, &cdp_described[F_HELLO_PROTOCOL], p + 3, 2);
	p += 5;
	if (tlv->len >= CLUSTER_LEN && load_be24(p - 5) == 0x00000c && load_be16(p - 2) == 0x0112) {
		field_put_table(o, &cdp_described[F_CLUSTER], F_CLUSTER_LAST - F_CLUSTER, 0, p,
				tlv->len - 5);
		field_put_uint(o, &cdp_described[F_CLUSTER_UNKNOWN], p + 24, 1);
		field_put_table(o, &cdp_described[F_CLUSTER_LAST], 1, 0, p, tlv->len - 5);
	} else if (tlv->len > 5) {
		field_put_bytes(o, &cdp_described[F_HELLO_DATA], p, tlv->len - 5);
	}
}

/* One field for each line of it. */
static void describe_software(const struct cdp_tlv_view *tlv, struct field_out *o)
{
	const uint8_t *p = tlv->value;
	size_t left = tlv->len;

	while (left) {
		const uint8_t *newline = memchr(p, '\n', left);
		const size_t len = newline ? (size_t)(newline - p) : left;

		field_put_bytes(o, &cdp_described[F_SOFTWARE], p, len);
		p += len + !!newline;
		left -= len + !!newline;
	}
}

static void describe_other(const struct cdp_tlv_view *tlv, struct field_out *o)
{
	const uint8_t *p = tlv->value;

	switch (tlv->type) {
	case TLV_ADDRESSES:
	case TLV_MANAGEMENT:
		describe_addresses(tlv, o);
		return;
	case TLV_CAPABILITIES:
		field_put_table(o, &cdp_described[F_CAPABILITIES],
				F_CAPABILITIES_LAST - F_CAPABILITIES + 1, 0, p, tlv->len);
		return;
	case TLV_SOFTWARE:
		describe_software(tlv, o);
		return;
	case TLV_PREFIX:
		describe_prefixes(tlv, o);
		return;
	case TLV_HELLO:
		describe_hello(tlv, o);
		return;
	case TLV_POWER_REQUEST:
		describe_power(tlv, F_POWER_REQUESTED, o);
		return;
	case TLV_POWER_AVAILABLE:
		describe_power(tlv, F_POWER_AVAILABLE, o);
		return;
	case TLV_SPARE_POE:
		field_put_table(o, &cdp_described[F_SPARE], F_SPARE_LAST - F_SPARE + 1, 0, p,
				tlv->len);
		return;
	default:
		break;
	}
	if ((tlv->type == TLV_VOICE_REPLY || tlv->type == TLV_VOICE_QUERY) && tlv->len >= 3) {
		field_put_bytes(o, &cdp_described[F_DATA], p, 1);
		field_put_uint(o, &cdp_described[F_VOICE_VLAN], p + 1, 2);
	} else if (tlv->type == TLV_LOCATION && tlv->len >= 1) {
		field_put_uint(o, &cdp_described[F_LOCATION_KIND], p, 1);
		field_put_bytes(o, &cdp_described[F_LOCATION], p + 1, tlv->len - 1);
	} else if (tlv->len) {
		field_put_bytes(o, &cdp_described[F_DATA], p, tlv->len);
	}
}

static void describe_tlv(const struct cdp_tlv_view *tlv, struct field_out *o)
{
	size_t i;

	field_put_group(o, &cdp_described[F_GROUP], name_find(tlv_names, tlv->type), tlv->start,
			CDP_TLV_HDR + tlv->len);
	field_put_uint(o, &cdp_described[F_TYPE], tlv->start, 2);
	field_put_uint(o, &cdp_described[F_LEN], tlv->start + 2, 2);
	for (i = 0; i < ARRAY_SIZE(simple); i++) {
		if (simple[i].type != tlv->type)
			continue;
		if (tlv->len && !simple[i].len)
			field_put_bytes(o, &cdp_described[simple[i].field], tlv->value, tlv->len);
		else if (tlv->len && simple[i].len == tlv->len)
			field_put_uint(o, &cdp_described[simple[i].field], tlv->value, tlv->len);
		return;
	}
	describe_other(tlv, o);
}

static void cdp_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	struct cursor c = layer_cursor(d, l, CDP_FIXED_LEN);
	struct cdp_tlv_view tlv;
	unsigned n;

	for (n = 0; n < CDP_TLVS_MAX && tlv_next(&c, &tlv); n++)
		describe_tlv(&tlv, o);
}

static void line_text(const char *label, const struct cdp_tlv_view *tlv, struct strbuf *out)
{
	if (!tlv->len)
		return;
	strbuf_puts(out, label);
	text_printable(tlv->value, tlv->len, CDP_TEXT_SHOWN, out);
}

static void cdp_line(const struct dissection *d, const struct layer *l,
		     const struct render_options *opt, struct strbuf *out)
{
	struct cursor c = layer_cursor(d, l, CDP_FIXED_LEN);
	const uint8_t *p = layer_bytes(d, l, 0, CDP_FIXED_LEN);
	struct cdp_tlv_view tlv;
	unsigned n;

	line_paint(opt, PAINT_PROTOCOL, "CDP", out);
	if (!p)
		return;
	strbuf_printf(out, "v%u ttl %u", p[0], p[1]);
	for (n = 0; n < CDP_TLVS_MAX && tlv_next(&c, &tlv); n++) {
		if (tlv.type == TLV_DEVICE)
			line_text(" device ", &tlv, out);
		else if (tlv.type == TLV_PORT)
			line_text(" port ", &tlv, out);
		else if (tlv.type == TLV_PLATFORM)
			line_text(" platform ", &tlv, out);
		else if (tlv.type == TLV_NATIVE_VLAN && tlv.len == 2)
			strbuf_printf(out, " native-vlan %u", load_be16(tlv.value));
	}
}

const struct dissector cdp_dissector = {
	.name = "cdp",
	.title = "Cisco Discovery Protocol",
	.id = PROTO_CDP,
	.layer_class = CLASS_LINK,
	.min_hdr_len = CDP_FIXED_LEN,
	.fields = cdp_fields,
	.nr_fields = ARRAY_SIZE(cdp_fields),
	.described = cdp_described,
	.nr_described = ARRAY_SIZE(cdp_described),
	.keys = { { KEY_ETHERTYPE, 0x2000 } }, /* over GRE; over Ethernet it comes in SNAP */
	.dissect = cdp_dissect,
	.describe = cdp_describe,
	.line = cdp_line,
};
