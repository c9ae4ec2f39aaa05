/*
 * dissect/proto/ppp_opt.c -- options of PPP's control protocols: LCP RFC 1661, 1570 and 1990, IPCP
 * RFC 1332 and 1877, IPV6CP RFC 5072, CCP RFC 1962 and 3078.
 */
#include "core/bytes.h"
#include "core/compiler.h"
#include "dissect/proto/ppp.h"
#include "dissect/proto/ppp_cp.h"
#include "dissect/text.h"

static const struct name_map algorithm_names[] = {
	{ 5, "MD5" }, { 6, "SHA-1" }, { 128, "MS-CHAP" }, { 129, "MS-CHAP-2" }, { 0, NULL },
};

static const struct name_map lcp_option_names[] = {
	{ 0, "Vendor specific" },
	{ 1, "MRU" },
	{ 2, "Async map" },
	{ 3, "Authentication" },
	{ 4, "Quality" },
	{ 5, "Magic number" },
	{ 7, "Protocol compression" },
	{ 8, "Address and control compression" },
	{ 9, "FCS alternatives" },
	{ 10, "Self describing pad" },
	{ 11, "Numbered mode" },
	{ 13, "Callback" },
	{ 15, "Compound frames" },
	{ 17, "Multilink MRRU" },
	{ 18, "Short sequence numbers" },
	{ 19, "Endpoint discriminator" },
	{ 21, "DCE identifier" },
	{ 22, "Multilink plus" },
	{ 23, "Link discriminator" },
	{ 24, "LCP authentication" },
	{ 26, "Prefix elision" },
	{ 27, "Multilink header" },
	{ 28, "Internationalization" },
	{ 30, "PPPMux" },
	{ 0, NULL },
};

static const struct name_map ipcp_option_names[] = {
	{ 1, "IP addresses" },    { 2, "Compression" },      { 3, "IP address" },
	{ 4, "Mobile IPv4" },     { 129, "Primary DNS" },    { 130, "Primary NBNS" },
	{ 131, "Secondary DNS" }, { 132, "Secondary NBNS" }, { 0, NULL },
};

static const struct name_map ipv6cp_option_names[] = {
	{ 1, "Interface identifier" },
	{ 2, "Compression" },
	{ 0, NULL },
};

static const struct name_map ccp_option_names[] = {
	{ 0, "OUI" },      { 1, "Predictor 1" }, { 2, "Predictor 2" }, { 3, "Puddle Jumper" },
	{ 16, "HP PPC" },  { 17, "Stac LZS" },   { 18, "MPPE/MPPC" },  { 19, "Gandalf FZA" },
	{ 20, "V.42bis" }, { 21, "BSD LZW" },    { 23, "LZS-DCP" },    { 24, "MVRCA" },
	{ 26, "Deflate" }, { 0, NULL },
};

#define LISTED (FIELD_DESCRIBED | FIELD_LIST)
#define NUMBER(name, label)                           \
	{                                             \
		name, label, 0, 0, FIELD_UINT, LISTED \
	}
#define HEX(name, label)                             \
	{                                            \
		name, label, 0, 0, FIELD_HEX, LISTED \
	}
#define ADDRESS(name, label)                          \
	{                                             \
		name, label, 0, 0, FIELD_IPV4, LISTED \
	}
#define BYTES(name, label)                             \
	{                                              \
		name, label, 0, 0, FIELD_BYTES, LISTED \
	}
#define TEXT(name, label)                             \
	{                                             \
		name, label, 0, 0, FIELD_TEXT, LISTED \
	}
#define NAMED(name, label, map)                                     \
	{                                                           \
		name, label, 0, 0, FIELD_ENUM, LISTED, .names = map \
	}
#define PROTOCOL(name, label)                                           \
	{                                                               \
		name, label, 0, 0, FIELD_ENUM, LISTED | FIELD_BASE_HEX, \
			.names = ppp_protocol_names                     \
	}
#define FLAG(name, label, at)                                          \
	{                                                              \
		name, label, at, 1, FIELD_FLAG, LISTED | FIELD_OVERLAP \
	}

const struct field_desc ppp_cp_described[NR_PPP_CP_DESCRIBED] = {
	[F_GROUP] = { "ppp.option", "Option", 0, 0, FIELD_GROUP, LISTED },
	[F_LCP_TYPE] = NAMED("lcp.opt.type", "Type", lcp_option_names),
	[F_LCP_LEN] = NUMBER("lcp.opt.length", "Length"),
	[F_IPCP_TYPE] = NAMED("ipcp.opt.type", "Type", ipcp_option_names),
	[F_IPCP_LEN] = NUMBER("ipcp.opt.length", "Length"),
	[F_IPV6CP_TYPE] = NAMED("ipv6cp.opt.type", "Type", ipv6cp_option_names),
	[F_IPV6CP_LEN] = NUMBER("ipv6cp.opt.length", "Length"),
	[F_CCP_TYPE] = NAMED("ccp.opt.type", "Type", ccp_option_names),
	[F_CCP_LEN] = NUMBER("ccp.opt.length", "Length"),
	[F_OTHER_TYPE] = NUMBER("ppp.opt.type", "Type"),
	[F_OTHER_LEN] = NUMBER("ppp.opt.length", "Length"),
	[F_LCP_DATA] = BYTES("lcp.opt.data", "Data"),
	[F_IPCP_DATA] = BYTES("ipcp.data", "Data"),
	[F_CCP_DATA] = BYTES("ccp.opt.data", "Data"),
	[F_DATA] = BYTES("ppp.data", "Data"),
	[F_MRU] = NUMBER("lcp.opt.mru", "Maximum receive unit"),
	[F_ASYNC_MAP] = HEX("lcp.opt.asyncmap", "Control characters"),
	[F_AUTH] = PROTOCOL("lcp.opt.auth_protocol", "Authentication"),
	[F_ALGORITHM] = NAMED("lcp.opt.algorithm", "Algorithm", algorithm_names),
	[F_QUALITY] = PROTOCOL("lcp.opt.quality_protocol", "Quality protocol"),
	[F_PERIOD] = NUMBER("lcp.opt.reporting_period", "Reporting period"),
	[F_OPT_MAGIC] = HEX("lcp.opt.magic_number", "Magic number"),
	[F_FCS] = HEX("lcp.opt.fcs_alternatives", "FCS alternatives"),
	[F_MAXIMUM] = NUMBER("lcp.opt.maximum", "Maximum"),
	[F_WINDOW] = NUMBER("lcp.opt.window", "Window"),
	[F_OPERATION] = NUMBER("lcp.opt.operation", "Operation"),
	[F_OPERATION_MESSAGE] = BYTES("lcp.opt.message", "Message"),
	[F_MRRU] = NUMBER("lcp.opt.mrru", "MRRU"),
	[F_EP_CLASS] = NUMBER("lcp.opt.ep_disc_class", "Class"),
	[F_EP_IP] = ADDRESS("lcp.opt.ip_address", "IP address"),
	[F_EP_MAC] = { "lcp.opt.802_1_address", "MAC address", 0, 0, FIELD_MAC, LISTED },
	[F_EP_DATA] = BYTES("lcp.opt.psndn", "Address"),
	[F_LINK] = NUMBER("lcp.opt.link_discrim", "Link"),
	[F_IP_SRC] = ADDRESS("ipcp.opt.src_address", "Source"),
	[F_IP_DST] = ADDRESS("ipcp.opt.dst_address", "Destination"),
	[F_IP] = ADDRESS("ipcp.opt.ip_address", "IP address"),
	[F_MOBILE] = ADDRESS("ipcp.opt.mobilenodehomeaddress", "Home address"),
	[F_DNS1] = ADDRESS("ipcp.opt.pri_dns_address", "Primary DNS"),
	[F_DNS2] = ADDRESS("ipcp.opt.sec_dns_address", "Secondary DNS"),
	[F_NBNS1] = ADDRESS("ipcp.opt.pri_nbns_address", "Primary NBNS"),
	[F_NBNS2] = ADDRESS("ipcp.opt.sec_nbns_address", "Secondary NBNS"),
	[F_COMPRESSION] = PROTOCOL("ipcp.opt.compress_proto", "Compression"),
	[F_SLOTS] = NUMBER("ipcp.opt.max_slot_id", "Highest slot"),
	[F_SLOT_ID] = { "ipcp.opt.comp_slot_id", "Slot ids compressed", 0, 0, FIELD_FLAG,
			LISTED | FIELD_OVERLAP },
	[F_INTERFACE_ID] = BYTES("ipv6cp.interface_identifier", "Interface identifier"),
	[F_MPPE] = { "ccp.opt.supported_bits", "Supported", 0, 32, FIELD_HEX, LISTED },
	FLAG("ccp.opt.supported_bits.h", "Stateless", 7),
	FLAG("ccp.opt.supported_bits.m", "56 bits", 24),
	FLAG("ccp.opt.supported_bits.s", "128 bits", 25),
	FLAG("ccp.opt.supported_bits.l", "40 bits", 26),
	FLAG("ccp.opt.supported_bits.d", "Obsolete", 27),
	[F_MPPE_LAST] = FLAG("ccp.opt.supported_bits.c", "Compression", 31),
	[F_MAGIC] = HEX("lcp.magic_number", "Magic number"),
	[F_ECHO_DATA] = BYTES("lcp.data", "Data"),
	[F_MESSAGE] = TEXT("lcp.message", "Message"),
	[F_SECONDS] = { "lcp.secs_remaining", "Time remaining", 0, 0, FIELD_UINT, LISTED,
			.unit = "s" },
	[F_REJECTED] = PROTOCOL("lcp.rej_proto", "Rejected protocol"),
	[F_PEER_LEN] = NUMBER("pap.peer_id.length", "Peer length"),
	[F_PEER] = TEXT("pap.peer_id", "Peer"),
	[F_PASSWORD_LEN] = NUMBER("pap.password.length", "Password length"),
	[F_PASSWORD] = TEXT("pap.password", "Password"),
	[F_PAP_MESSAGE_LEN] = NUMBER("pap.message.length", "Message length"),
	[F_PAP_MESSAGE] = TEXT("pap.message", "Message"),
	[F_VALUE_LEN] = NUMBER("chap.value_size", "Value size"),
	[F_VALUE] = BYTES("chap.value", "Value"),
	[F_NAME] = TEXT("chap.name", "Name"),
	[F_CHAP_MESSAGE] = TEXT("chap.message", "Message"),
};

/* An option whose value starts with a field of `len` bytes; 0: all of it. More may follow. */
static const struct {
	uint8_t variant, type, field, len;
} options[] = {
	{ IS_LCP, 1, F_MRU, 2 },
	{ IS_LCP, 2, F_ASYNC_MAP, 4 },
	{ IS_LCP, 3, F_AUTH, 2 },
	{ IS_LCP, 4, F_QUALITY, 2 },
	{ IS_LCP, 5, F_OPT_MAGIC, 4 },
	{ IS_LCP, 9, F_FCS, 1 },
	{ IS_LCP, 10, F_MAXIMUM, 1 },
	{ IS_LCP, 11, F_WINDOW, 1 },
	{ IS_LCP, 13, F_OPERATION, 1 },
	{ IS_LCP, 17, F_MRRU, 2 },
	{ IS_LCP, 19, F_EP_CLASS, 1 },
	{ IS_LCP, 23, F_LINK, 2 },
	{ IS_IPCP, 1, F_IP_SRC, 4 },
	{ IS_IPCP, 2, F_COMPRESSION, 2 },
	{ IS_IPCP, 3, F_IP, 4 },
	{ IS_IPCP, 4, F_MOBILE, 4 },
	{ IS_IPCP, 129, F_DNS1, 4 },
	{ IS_IPCP, 130, F_NBNS1, 4 },
	{ IS_IPCP, 131, F_DNS2, 4 },
	{ IS_IPCP, 132, F_NBNS2, 4 },
	{ IS_IPV6CP, 1, F_INTERFACE_ID, 8 },
	{ IS_CCP, 18, F_MPPE, 4 },
};

/* Where type and length of an option are, and what holds a value that nobody knows. */
static const struct {
	uint8_t variant, type, data;
	const struct name_map *names;
} option_spaces[] = {
	{ IS_LCP, F_LCP_TYPE, F_LCP_DATA, lcp_option_names },
	{ IS_IPCP, F_IPCP_TYPE, F_IPCP_DATA, ipcp_option_names },
	{ IS_IPV6CP, F_IPV6CP_TYPE, F_DATA, ipv6cp_option_names },
	{ IS_CCP, F_CCP_TYPE, F_CCP_DATA, ccp_option_names },
	{ IS_OTHER, F_OTHER_TYPE, F_DATA, NULL },
};

bool ppp_option_next(struct cursor *c, struct option_view *ret)
{
	const uint8_t *p = cursor_take(c, 2);

	if (!p || p[1] < 2)
		return false;
	ret->start = p;
	ret->type = p[0];
	ret->len = p[1] - 2u;
	ret->value = cursor_take(c, ret->len);
	return ret->value;
}

void ppp_put(struct field_out *o, unsigned field, const uint8_t *p, size_t n)
{
	if (ppp_cp_described[field].kind < FIELD_MAC)
		field_put_uint(o, &ppp_cp_described[field], p, n);
	else if (n)
		field_put_bytes(o, &ppp_cp_described[field], p, n);
}

/* What follows the first field of an option; true: it was known. */
static bool describe_option_rest(unsigned field, const struct option_view *opt, size_t done,
				 struct field_out *o)
{
	const uint8_t *p = opt->value + done;
	const size_t n = opt->len - done;

	if (field == F_AUTH && n == 1) {
		ppp_put(o, F_ALGORITHM, p, 1);
	} else if (field == F_QUALITY && n == 4) {
		ppp_put(o, F_PERIOD, p, 4);
	} else if (field == F_OPERATION) {
		ppp_put(o, F_OPERATION_MESSAGE, p, n);
	} else if (field == F_IP_SRC && n == 4) {
		ppp_put(o, F_IP_DST, p, 4);
	} else if (field == F_COMPRESSION && load_be16(opt->value) == 0x002d && n == 2) {
		ppp_put(o, F_SLOTS, p, 1);
		field_put_num(o, &ppp_cp_described[F_SLOT_ID], p[1] & 1, p + 1, 1);
	} else if (field == F_EP_CLASS && *opt->value == 2 && n == 4) {
		ppp_put(o, F_EP_IP, p, 4);
	} else if (field == F_EP_CLASS && *opt->value == 3 && n == 6) {
		ppp_put(o, F_EP_MAC, p, 6);
	} else if (field == F_EP_CLASS && *opt->value == 5) {
		ppp_put(o, F_EP_DATA, p, n);
	} else if (field == F_MPPE) {
		field_put_table(o, &ppp_cp_described[F_MPPE + 1], F_MPPE_LAST - F_MPPE, 0,
				opt->value, 4);
		return !n;
	} else {
		return !n;
	}
	return true;
}

void ppp_option_describe(uint8_t variant, const struct option_view *opt, struct field_out *o)
{
	size_t s = 0, i = 0, done = 0;

	while (option_spaces[s].variant != variant)
		s++;
	field_put_group(o, &ppp_cp_described[F_GROUP], name_find(option_spaces[s].names, opt->type),
			opt->start, opt->len + 2);
	ppp_put(o, option_spaces[s].type, opt->start, 1);
	ppp_put(o, option_spaces[s].type + 1u, opt->start + 1, 1);
	while (i < ARRAY_SIZE(options) &&
	       (options[i].variant != variant || options[i].type != opt->type))
		i++;
	if (i < ARRAY_SIZE(options) && options[i].len <= opt->len) {
		done = options[i].len;
		ppp_put(o, options[i].field, opt->value, done);
		if (describe_option_rest(options[i].field, opt, done, o))
			return;
	}
	ppp_put(o, option_spaces[s].data, opt->value + done, opt->len - done);
}

static void line_protocol(uint16_t protocol, struct strbuf *out)
{
	const char *name = name_find(ppp_protocol_names, protocol);

	if (name)
		strbuf_puts(out, name);
	else
		strbuf_printf(out, "0x%04x", protocol);
}

void ppp_option_line(uint8_t variant, const struct option_view *opt, struct strbuf *out)
{
	const uint8_t *p = opt->value;
	const char *name;
	size_t s = 0;

	while (option_spaces[s].variant != variant)
		s++;
	name = name_find(option_spaces[s].names, opt->type);
	if (variant == IS_LCP && opt->type == 1 && opt->len == 2) {
		strbuf_printf(out, " mru %u", load_be16(p));
	} else if (variant == IS_LCP && opt->type == 3 && opt->len >= 2) {
		strbuf_puts(out, " auth ");
		line_protocol(load_be16(p), out);
		if (opt->len == 3 && name_find(algorithm_names, p[2]))
			strbuf_printf(out, "/%s", name_find(algorithm_names, p[2]));
	} else if (variant == IS_LCP && opt->type == 5 && opt->len == 4) {
		strbuf_printf(out, " magic 0x%08x", load_be32(p));
	} else if (variant == IS_IPCP && opt->len == 4 && opt->type >= 3 && name) {
		strbuf_printf(out, " %s ", name);
		text_ipv4(p, out);
	} else if (variant == IS_IPV6CP && opt->type == 1 && opt->len == 8) {
		strbuf_puts(out, " interface ");
		text_bytes(p, 8, 8, out);
	} else if (name) {
		strbuf_printf(out, ", %s", name);
	} else {
		strbuf_printf(out, ", option %u", opt->type);
	}
}
