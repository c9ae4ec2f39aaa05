/* dissect/proto/llc.c -- IEEE 802.2 logical link control, with SNAP (RFC 1042, RFC 2684). */
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"

enum {
	LLC_SNAP = 1 << 0,
	LLC_INFORMATION = 1 << 1, /* control fields of two bytes */
	LLC_SUPERVISORY = 1 << 2,
	LLC_UNNUMBERED = 1 << 3, /* of one byte */
};

enum {
	CONTROL_UI = 0x03, /* unnumbered information: the others carry no user's data */
	CONTROL_POLL = 0x10,
	MODIFIER_MASK = 0xec,
};

enum { SAP_STP = 0x42, SAP_IP = 0x06 };

enum oui {
	OUI_ETHERTYPE = 0x000000, /* RFC 1042's own: an ethertype follows */
	OUI_CISCO = 0x00000c,
	OUI_CISCO_90 = 0x0000f8, /* bridged by Cisco; an ethertype too */
	OUI_BRIDGED = 0x0080c2,  /* RFC 2684 */
	OUI_APPLE = 0x080007,
	OUI_NORTEL = 0x000081,
	OUI_EXTREME = 0x00e02b,
	OUI_FOUNDRY = 0x00e052,
	OUI_FORCE10 = 0x0001e8,
	OUI_IANA = 0x00005e,
};

static const struct name_map sap_names[] = {
	{ 0x00, "Null" },
	{ 0x02, "LLC sublayer management" },
	{ 0x04, "SNA path" },
	{ 0x06, "IP" },
	{ 0x08, "SNA" },
	{ 0x0e, "PROWAY" },
	{ 0x42, "STP" },
	{ 0x7e, "X.25" },
	{ 0x80, "XNS" },
	{ 0x8e, "PROWAY ASL" },
	{ 0x98, "ARP" },
	{ 0xaa, "SNAP" },
	{ 0xbc, "VINES" },
	{ 0xe0, "NetWare" },
	{ 0xf0, "NetBIOS" },
	{ 0xf4, "IBM net management" },
	{ 0xfc, "HP remote program load" },
	{ 0xfe, "OSI" },
	{ 0xff, "Global" },
	{ 0, NULL },
};

/* The upper seven bits of the above. */
static const struct name_map sap_upper_names[] = {
	{ 0x00, "Null" },    { 0x03, "IP" },      { 0x21, "STP" }, { 0x55, "SNAP" },
	{ 0x70, "NetWare" }, { 0x78, "NetBIOS" }, { 0x7f, "OSI" }, { 0, NULL },
};

static const struct name_map command_names[] = {
	{ 0x00, "UI" },   { 0x03, "DM" },  { 0x10, "DISC" }, { 0x18, "UA" }, { 0x1b, "SABME" },
	{ 0x21, "FRMR" }, { 0x2b, "XID" }, { 0x38, "TEST" }, { 0, NULL },
};

static const struct name_map supervisory_names[] = {
	{ 0, "RR" }, { 1, "RNR" }, { 2, "REJ" }, { 3, "SREJ" }, { 0, NULL },
};

static const struct name_map frame_type_names[] = {
	{ 0, "information" },
	{ 1, "supervisory" },
	{ 3, "unnumbered" },
	{ 0, NULL },
};

static const struct name_map oui_names[] = {
	{ OUI_ETHERTYPE, "00:00:00 encapsulated Ethernet" },
	{ OUI_CISCO, "00:00:0c Cisco" },
	{ OUI_CISCO_90, "00:00:f8 Cisco 90-compatible" },
	{ OUI_BRIDGED, "00:80:c2 IEEE 802.1 bridged" },
	{ 0x00a03e, "00:a0:3e ATM Forum" },
	{ 0x00e02b, "00:e0:2b Extreme" },
	{ OUI_APPLE, "08:00:07 Apple" },
	{ 0x00000e, "00:00:0e Fujitsu" },
	{ 0x001018, "00:10:18 Broadcom" },
	{ 0x004096, "00:40:96 Aironet" },
	{ 0x0017f2, "00:17:f2 Apple AWDL" },
	{ 0, NULL },
};

static const struct name_map cisco_names[] = {
	{ 0x0102, "DRiP" },  { 0x0104, "PAgP" },           { 0x0105, "MLS hello" },
	{ 0x010b, "PVST+" }, { 0x010c, "VLAN bridge" },    { 0x0111, "UDLD" },
	{ 0x2000, "CDP" },   { 0x2001, "CGMP" },           { 0x2003, "VTP" },
	{ 0x2004, "DTP" },   { 0x200a, "STP UplinkFast" }, { 0, NULL },
};

static const struct name_map bridged_names[] = {
	{ 0x0001, "Ethernet with FCS" },
	{ 0x0004, "FDDI with FCS" },
	{ 0x0007, "Ethernet" },
	{ 0x000a, "FDDI" },
	{ 0x000d, "fragments" },
	{ 0x000e, "BPDU" },
	{ 0, NULL },
};

static const struct field_desc llc_fields[] = {
	{ "llc.dsap", "Destination SAP", 0, 8, FIELD_ENUM, FIELD_BASE_HEX, .names = sap_names },
	{ "llc.dsap.sap", "SAP", 0, 7, FIELD_ENUM, FIELD_OVERLAP, .names = sap_upper_names },
	{ "llc.dsap.ig", "Group", 7, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "llc.ssap", "Source SAP", 8, 8, FIELD_ENUM, FIELD_BASE_HEX, .names = sap_names },
	{ "llc.ssap.sap", "SAP", 8, 7, FIELD_ENUM, FIELD_OVERLAP, .names = sap_upper_names },
	{ "llc.ssap.cr", "Response", 15, 1, FIELD_FLAG, FIELD_OVERLAP },
};

enum {
	LLC_CONTROL,
	LLC_N_R,
	LLC_N_S,
	LLC_POLL,
	LLC_FINAL,
	LLC_SUPERVISORY_TYPE,
	LLC_COMMAND,
	LLC_RESPONSE,
	LLC_FRAME_TYPE,
	LLC_OUI,
	LLC_TYPE,
	LLC_CISCO_PID,
	LLC_APPLE_PID,
	LLC_NORTEL_PID,
	LLC_EXTREME_PID,
	LLC_FOUNDRY_PID,
	LLC_FORCE10_PID,
	LLC_IANA_PID,
	LLC_PID,
};

static const struct field_desc llc_described[] = {
	[LLC_CONTROL] = { "llc.control", "Control", 0, 16, FIELD_HEX, FIELD_DESCRIBED },
	[LLC_N_R] = { "llc.control.n_r", "Received up to", 0, 0, FIELD_UINT, FIELD_DESCRIBED },
	[LLC_N_S] = { "llc.control.n_s", "Sequence number", 0, 0, FIELD_UINT, FIELD_DESCRIBED },
	[LLC_POLL] = { "llc.control.p", "Poll", 0, 0, FIELD_FLAG, FIELD_DESCRIBED },
	[LLC_FINAL] = { "llc.control.f", "Final", 0, 0, FIELD_FLAG, FIELD_DESCRIBED },
	[LLC_SUPERVISORY_TYPE] = { "llc.control.s_ftype", "Supervisory type", 0, 16, FIELD_ENUM,
				   FIELD_DESCRIBED | FIELD_BASE_HEX, .names = supervisory_names },
	[LLC_COMMAND] = { "llc.control.u_modifier_cmd", "Command", 0, 8, FIELD_ENUM,
			  FIELD_DESCRIBED | FIELD_BASE_HEX, .names = command_names },
	[LLC_RESPONSE] = { "llc.control.u_modifier_resp", "Response", 0, 8, FIELD_ENUM,
			   FIELD_DESCRIBED | FIELD_BASE_HEX, .names = command_names },
	[LLC_FRAME_TYPE] = { "llc.control.ftype", "Frame type", 0, 0, FIELD_ENUM,
			     FIELD_DESCRIBED | FIELD_BASE_HEX, .names = frame_type_names },
	[LLC_OUI] = { "llc.oui", "Organization", 0, 0, FIELD_ENUM, FIELD_DESCRIBED,
		      .names = oui_names },
	[LLC_TYPE] = { "llc.type", "Type", 0, 16, FIELD_ENUM, FIELD_DESCRIBED | FIELD_BASE_HEX,
		       .names = ethertype_names },
	[LLC_CISCO_PID] = { "llc.cisco_pid", "Protocol of Cisco's", 0, 16, FIELD_ENUM,
			    FIELD_DESCRIBED | FIELD_BASE_HEX, .names = cisco_names },
	[LLC_APPLE_PID] = { "llc.apple_atalk_pid", "Protocol of Apple's", 0, 16, FIELD_ENUM,
			    FIELD_DESCRIBED | FIELD_BASE_HEX, .names = ethertype_names },
	[LLC_NORTEL_PID] = { "llc.nortel_pid", "Protocol of Nortel's", 0, 16, FIELD_HEX,
			     FIELD_DESCRIBED },
	[LLC_EXTREME_PID] = { "llc.extreme_pid", "Protocol of Extreme's", 0, 16, FIELD_HEX,
			      FIELD_DESCRIBED },
	[LLC_FOUNDRY_PID] = { "llc.foundry_pid", "Protocol of Foundry's", 0, 16, FIELD_HEX,
			      FIELD_DESCRIBED },
	[LLC_FORCE10_PID] = { "llc.force10_pid", "Protocol of Force10's", 0, 16, FIELD_HEX,
			      FIELD_DESCRIBED },
	[LLC_IANA_PID] = { "llc.iana_pid", "Protocol of IANA's", 0, 16, FIELD_HEX,
			   FIELD_DESCRIBED },
	[LLC_PID] = { "llc.pid", "Protocol", 0, 16, FIELD_HEX, FIELD_DESCRIBED },
};

/* Whose number the protocol id is; elsewhere it is LLC_PID. */
static const struct {
	uint32_t oui;
	unsigned field;
} pid_spaces[] = {
	{ OUI_ETHERTYPE, LLC_TYPE },      { OUI_CISCO_90, LLC_TYPE },
	{ OUI_CISCO, LLC_CISCO_PID },     { OUI_APPLE, LLC_APPLE_PID },
	{ OUI_NORTEL, LLC_NORTEL_PID },   { OUI_EXTREME, LLC_EXTREME_PID },
	{ OUI_FOUNDRY, LLC_FOUNDRY_PID }, { OUI_FORCE10, LLC_FORCE10_PID },
	{ OUI_IANA, LLC_IANA_PID },
};

static struct next snap_next(uint32_t oui, uint16_t pid)
{
	switch (oui) {
	case OUI_ETHERTYPE:
	case OUI_CISCO_90:
		return next_key(KEY_ETHERTYPE, pid);
	case OUI_CISCO:
		if (pid == 0x2000)
			return next_key(KEY_PROTO, PROTO_CDP);
		return pid == 0x010b ? next_key(KEY_PROTO, PROTO_STP) : next_none();
	case OUI_BRIDGED:
		if (pid == 0x0001 || pid == 0x0007)
			return next_key(KEY_PROTO, PROTO_ETH);
		return pid == 0x000e ? next_key(KEY_PROTO, PROTO_STP) : next_none();
	default:
		return next_none();
	}
}

static struct next llc_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 3);

	if (unlikely(!p))
		return next_none();
	if (load_be16(p) == 0xaaaa && p[2] == CONTROL_UI) {
		l->variant = LLC_SNAP;
		p = cursor_take(c, 5);
		return p ? snap_next(load_be24(p), load_be16(p + 3)) : next_none();
	}
	if ((p[2] & 3) == 3)
		l->variant = LLC_UNNUMBERED;
	else
		l->variant = p[2] & 1 ? LLC_SUPERVISORY : LLC_INFORMATION;
	if (l->variant != LLC_UNNUMBERED)
		cursor_skip(c, 1);
	else if (p[2] == CONTROL_UI && p[0] == SAP_STP)
		return next_key(KEY_PROTO, PROTO_STP);
	else if (p[2] == CONTROL_UI && p[0] == SAP_IP)
		return next_key(KEY_PROTO, PROTO_IPV4);
	return next_none();
}

static void describe_unnumbered(const uint8_t *p, struct field_out *o)
{
	const bool response = p[1] & 1;

	field_put_num(o, &llc_described[LLC_CONTROL], p[2], p + 2, 1);
	if (p[2] & CONTROL_POLL)
		field_put_num(o, &llc_described[response ? LLC_FINAL : LLC_POLL], 1, p + 2, 1);
	field_put_num(o, &llc_described[response ? LLC_RESPONSE : LLC_COMMAND],
		      (p[2] & MODIFIER_MASK) >> 2, p + 2, 1);
	field_put_num(o, &llc_described[LLC_FRAME_TYPE], 3, p + 2, 1);
}

static void describe_numbered(const uint8_t *p, struct field_out *o)
{
	const bool supervisory = p[2] & 1;

	field_put_num(o, &llc_described[LLC_CONTROL], p[2] | (unsigned)p[3] << 8, p + 2, 2);
	field_put_num(o, &llc_described[LLC_N_R], p[3] >> 1, p + 3, 1);
	if (!supervisory)
		field_put_num(o, &llc_described[LLC_N_S], p[2] >> 1, p + 2, 1);
	if (p[3] & 1)
		field_put_num(o, &llc_described[p[1] & 1 ? LLC_FINAL : LLC_POLL], 1, p + 3, 1);
	if (supervisory)
		field_put_num(o, &llc_described[LLC_SUPERVISORY_TYPE], p[2] >> 2 & 3, p + 2, 1);
	field_put_num(o, &llc_described[LLC_FRAME_TYPE], supervisory, p + 2, 2);
}

static void llc_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const uint8_t *p = layer_bytes(d, l, 0, 3), *snap = layer_bytes(d, l, 3, 5);
	unsigned pid = LLC_PID, i;
	uint32_t oui;

	if (!p)
		return;
	if (l->variant & (LLC_SNAP | LLC_UNNUMBERED))
		describe_unnumbered(p, o);
	else if (l->hdr_len >= 4)
		describe_numbered(p, o);
	if (l->variant != LLC_SNAP || !snap)
		return;
	oui = load_be24(snap);
	for (i = 0; i < ARRAY_SIZE(pid_spaces); i++)
		if (pid_spaces[i].oui == oui)
			pid = pid_spaces[i].field;
	field_put_uint(o, &llc_described[LLC_OUI], snap, 3);
	field_put_uint(o, &llc_described[pid], snap + 3, 2);
}

static void line_snap(const uint8_t *snap, struct strbuf *out)
{
	const uint32_t oui = load_be24(snap);
	const struct name_map *names = NULL;

	if (oui == OUI_ETHERTYPE || oui == OUI_CISCO_90)
		names = ethertype_names;
	else if (oui == OUI_CISCO)
		names = cisco_names;
	else if (oui == OUI_BRIDGED)
		names = bridged_names;
	strbuf_printf(out, " SNAP oui 0x%06x type ", oui);
	line_name_hex(names, load_be16(snap + 3), 4, out);
}

static void line_control(const struct dissection *d, const struct layer *l, const uint8_t *p,
			 struct strbuf *out)
{
	const uint8_t *second = layer_bytes(d, l, 3, 1);
	const char *name;

	if (l->variant == LLC_UNNUMBERED) {
		name = name_find(command_names, (p[2] & MODIFIER_MASK) >> 2);
		strbuf_printf(out, ", %s", name ? name : "unnumbered");
		if (!name)
			strbuf_printf(out, " 0x%02x", p[2]);
		strbuf_puts(out, p[1] & 1 ? " response" : "");
	} else if (second && l->variant == LLC_SUPERVISORY) {
		strbuf_printf(out, ", %s nr %u", name_find(supervisory_names, p[2] >> 2 & 3),
			      *second >> 1);
	} else if (second) {
		strbuf_printf(out, ", I ns %u nr %u", p[2] >> 1, *second >> 1);
	}
}

/* What a known protocol follows needs no further words: its own line says it. */
static void llc_line(const struct dissection *d, const struct layer *l,
		     const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, 3);
	const uint8_t *snap = layer_bytes(d, l, 3, 5);

	if (!p || (!layer_is_last(d, l) && !opt->link_header))
		return;
	line_paint(opt, PAINT_PROTOCOL, "LLC", out);
	if (l->variant == LLC_SNAP && snap) {
		line_snap(snap, out);
	} else {
		strbuf_puts(out, " dsap ");
		line_name_hex(sap_names, p[0], 2, out);
		strbuf_puts(out, ", ssap ");
		line_name_hex(sap_names, p[1], 2, out);
		line_control(d, l, p, out);
	}
	if (layer_is_last(d, l)) {
		strbuf_puts(out, ", ");
		line_length(d, out);
	}
}

const struct dissector llc_dissector = {
	.name = "llc",
	.title = "Logical link control",
	.id = PROTO_LLC,
	.layer_class = CLASS_LINK,
	.min_hdr_len = 3,
	.fields = llc_fields,
	.nr_fields = ARRAY_SIZE(llc_fields),
	.described = llc_described,
	.nr_described = ARRAY_SIZE(llc_described),
	.dissect = llc_dissect,
	.describe = llc_describe,
	.line = llc_line,
};
