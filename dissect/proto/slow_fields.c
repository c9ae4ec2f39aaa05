/*
 * dissect/proto/slow_fields.c -- the fields of slow protocols: LACP and marker, IEEE 802.1AX; OAM,
 * IEEE 802.3 clause 57; ESMC, ITU-T G.8264.
 */
#include "dissect/field_list.h"
#include "dissect/proto/slow.h"

#define TEXT(name, label)                             \
	{                                             \
		name, label, 0, 0, FIELD_TEXT, LISTED \
	}
#define BYTES(name, label)                             \
	{                                              \
		name, label, 0, 0, FIELD_BYTES, LISTED \
	}

static const struct name_map lacp_tlv_names[] = {
	{ 0, "terminator" },
	{ 1, "actor" },
	{ 2, "partner" },
	{ 3, "collector" },
	{ 4, "port algorithm" },
	{ 5, "port conversation id digest" },
	{ 6, "port conversation mask" },
	{ 10, "port conversation service mapping" },
	{ 0, NULL },
};

static const struct name_map marker_tlv_names[] = {
	{ 0, "terminator" },
	{ 1, "marker" },
	{ 2, "marker response" },
	{ 0, NULL },
};

const struct name_map oam_code_names[] = {
	{ 0x00, "information" },
	{ 0x01, "event notification" },
	{ 0x02, "variable request" },
	{ 0x03, "variable response" },
	{ 0x04, "loopback control" },
	{ 0xfe, "organization specific" },
	{ 0, NULL },
};

static const struct name_map oam_info_names[] = {
	{ 0x00, "end" }, { 0x01, "local" }, { 0x02, "remote" }, { 0xfe, "organization specific" },
	{ 0, NULL },
};

static const struct name_map oam_event_names[] = {
	{ 0x00, "end" },
	{ 0x01, "errored symbol period" },
	{ 0x02, "errored frame" },
	{ 0x03, "errored frame period" },
	{ 0x04, "errored frame seconds" },
	{ 0xfe, "organization specific" },
	{ 0, NULL },
};

static const struct name_map parser_names[] = {
	{ 0, "forward" },
	{ 1, "loop back" },
	{ 2, "discard" },
	{ 0, NULL },
};

static const struct name_map branch_names[] = {
	{ 0x03, "object" },    { 0x04, "package" }, { 0x06, "binding" },
	{ 0x07, "attribute" }, { 0, NULL },
};

static const struct name_map oui_names[] = {
	{ 0x0019a7, "00:19:a7 ITU-T" },
	{ 0x00000c, "00:00:0c Cisco" },
	{ 0x00120f, "00:12:0f IEEE 802.3" },
	{ 0x001000, "00:10:00 CableLabs" },
	{ 0, NULL },
};

static const struct name_map itu_names[] = { { 1, "ESMC" }, { 0, NULL } };

static const struct name_map esmc_tlv_names[] = {
	{ 1, "quality level" },
	{ 2, "extended quality level" },
	{ 0, NULL },
};

/* Bits count from behind the subtype, or from a TLV's value. */
const struct field_desc slow_described[NR_SLOW_DESCRIBED] = {
	[S_GROUP] = { "slow.tlv", "TLV", 0, 0, FIELD_GROUP, LISTED },
	[S_VERSION] = HEX("lacp.version", "Version", 0, 8),
	[S_TLV] = CODE("lacp.tlv_type", "Type", 0, 8, lacp_tlv_names),
	[S_TLV_LAST] = { "lacp.tlv_length", "Length", 8, 8, FIELD_HEX, LISTED },
	[S_ACTOR] = NUMBER("lacp.actor.sys_priority", "Actor system priority", 0, 16),
	{ "lacp.actor.sysid", "Actor system", 16, 48, FIELD_MAC, LISTED },
	NUMBER("lacp.actor.key", "Actor key", 64, 16),
	NUMBER("lacp.actor.port_priority", "Actor port priority", 80, 16),
	NUMBER("lacp.actor.port", "Actor port", 96, 16),
	HEX("lacp.actor.state", "Actor state", 112, 8),
	FLAG("lacp.actor.state.activity", "Active", 119),
	FLAG("lacp.actor.state.timeout", "Short timeout", 118),
	FLAG("lacp.actor.state.aggregation", "Aggregatable", 117),
	FLAG("lacp.actor.state.synchronization", "In sync", 116),
	FLAG("lacp.actor.state.collecting", "Collecting", 115),
	FLAG("lacp.actor.state.distributing", "Distributing", 114),
	FLAG("lacp.actor.state.defaulted", "Defaulted", 113),
	FLAG("lacp.actor.state.expired", "Expired", 112),
	[S_ACTOR_LAST] = { "lacp.actor.reserved", "Reserved", 120, 24, FIELD_BYTES, LISTED },
	[S_ACTOR_TEXT] = TEXT("lacp.actor.state_str", "Actor state"),
	[S_PARTNER] = NUMBER("lacp.partner.sys_priority", "Partner system priority", 0, 16),
	{ "lacp.partner.sysid", "Partner system", 16, 48, FIELD_MAC, LISTED },
	NUMBER("lacp.partner.key", "Partner key", 64, 16),
	NUMBER("lacp.partner.port_priority", "Partner port priority", 80, 16),
	NUMBER("lacp.partner.port", "Partner port", 96, 16),
	HEX("lacp.partner.state", "Partner state", 112, 8),
	FLAG("lacp.partner.state.activity", "Active", 119),
	FLAG("lacp.partner.state.timeout", "Short timeout", 118),
	FLAG("lacp.partner.state.aggregation", "Aggregatable", 117),
	FLAG("lacp.partner.state.synchronization", "In sync", 116),
	FLAG("lacp.partner.state.collecting", "Collecting", 115),
	FLAG("lacp.partner.state.distributing", "Distributing", 114),
	FLAG("lacp.partner.state.defaulted", "Defaulted", 113),
	FLAG("lacp.partner.state.expired", "Expired", 112),
	[S_PARTNER_LAST] = { "lacp.partner.reserved", "Reserved", 120, 24, FIELD_BYTES, LISTED },
	[S_PARTNER_TEXT] = TEXT("lacp.partner.state_str", "Partner state"),
	[S_COLLECTOR] = { "lacp.collector.max_delay", "Maximum delay in 10 us", 0, 16, FIELD_UINT,
			  LISTED },
	[S_COLLECTOR_LAST] = { "lacp.coll_reserved", "Reserved", 16, 96, FIELD_BYTES, LISTED },
	[S_TLV_DATA] = BYTES("lacp.tlv_data", "Value"),
	[S_PAD] = BYTES("lacp.pad", "Padding"),

	[S_MARKER_VERSION] = HEX("marker.version", "Version", 0, 8),
	[S_MARKER_TLV] = CODE("marker.tlvType", "Type", 0, 8, marker_tlv_names),
	[S_MARKER_TLV_LAST] = { "marker.tlvLen", "Length", 8, 8, FIELD_HEX, LISTED },
	[S_MARKER] = NUMBER("marker.requesterPort", "Requester port", 0, 16),
	{ "marker.requesterSystem", "Requester system", 16, 48, FIELD_MAC, LISTED },
	NUMBER("marker.requesterTransId", "Transaction", 64, 32),
	[S_MARKER_LAST] = NUMBER("marker.requesterPad", "Padding", 96, 16),
	[S_MARKER_RESERVED] = BYTES("marker.reserved", "Reserved"),

	[S_OAM] = HEX("oampdu.flags", "Flags", 0, 16),
	FLAG("oampdu.flags.linkFault", "Link fault", 15),
	FLAG("oampdu.flags.dyingGasp", "Dying gasp", 14),
	FLAG("oampdu.flags.criticalEvent", "Critical event", 13),
	FLAG("oampdu.flags.localEvaluating", "Local evaluating", 12),
	FLAG("oampdu.flags.localStable", "Local stable", 11),
	FLAG("oampdu.flags.remoteEvaluating", "Remote evaluating", 10),
	FLAG("oampdu.flags.remoteStable", "Remote stable", 9),
	[S_OAM_LAST] = CODE("oampdu.code", "Code", 16, 8, oam_code_names),
	[S_INFO_HDR] = CODE("oampdu.info.type", "Type", 0, 8, oam_info_names),
	[S_INFO_HDR_LAST] = NUMBER("oampdu.info.length", "Length", 8, 8),
	[S_INFO] = HEX("oampdu.info.version", "Version", 0, 8),
	NUMBER("oampdu.info.revision", "Revision", 8, 16),
	HEX("oampdu.info.state", "State", 24, 8),
	CODE("oampdu.info.state.parser", "Parser", 30, 2, parser_names),
	FLAG("oampdu.info.state.multiplexer", "Discard to the lower layer", 29),
	HEX("oampdu.info.oamConfig", "Configuration", 32, 8),
	FLAG("oampdu.info.oamConfig.mode", "Active", 39),
	FLAG("oampdu.info.oamConfig.unidirectional", "Unidirectional", 38),
	FLAG("oampdu.info.oamConfig.loopback", "Loopback", 37),
	FLAG("oampdu.info.oamConfig.events", "Link events", 36),
	FLAG("oampdu.info.oamConfig.variables", "Variables", 35),
	[S_INFO_LAST] = NUMBER("oampdu.info.oampduConfig", "Largest OAMPDU", 40, 16),
	[S_ORGANIZATION] = { "oampdu.info.oui", "Organization", 0, 24, FIELD_ENUM, LISTED,
			     .names = oui_names },
	[S_VENDOR] = BYTES("oampdu.info.vendor", "Data of the vendor's"),
	[S_EVENT_SEQUENCE] = NUMBER("oampdu.event.sequence", "Sequence number", 0, 16),
	[S_EVENT] = CODE("oampdu.event.type", "Type", 0, 8, oam_event_names),
	HEX("oampdu.event.length", "Length", 8, 8),
	[S_EVENT_LAST] = { "oampdu.event.timestamp", "Time in 100 ms", 16, 16, FIELD_UINT, LISTED },
	[S_SYMBOL] = NUMBER("oampdu.event.espeWindow", "Window", 0, 64),
	NUMBER("oampdu.event.espeThreshold", "Threshold", 64, 64),
	NUMBER("oampdu.event.espeErrors", "Errors", 128, 64),
	NUMBER("oampdu.event.espeTotalErrors", "Errors so far", 192, 64),
	[S_SYMBOL_LAST] = NUMBER("oampdu.event.espeTotalEvents", "Events so far", 256, 32),
	[S_FRAME] = NUMBER("oampdu.event.efeWindow", "Window", 0, 16),
	NUMBER("oampdu.event.efeThreshold", "Threshold", 16, 32),
	[S_FRAME_ERRORS] = NUMBER("oampdu.event.efeErrors", "Errors", 48, 32),
	NUMBER("oampdu.event.efeTotalErrors", "Errors so far", 80, 64),
	[S_FRAME_LAST] = NUMBER("oampdu.event.efeTotalEvents", "Events so far", 144, 32),
	[S_PERIOD] = NUMBER("oampdu.event.efpeWindow", "Window", 0, 32),
	NUMBER("oampdu.event.efpeThreshold", "Threshold", 32, 32),
	NUMBER("oampdu.event.efpeTotalErrors", "Errors so far", 96, 64),
	[S_PERIOD_LAST] = NUMBER("oampdu.event.efpeTotalEvents", "Events so far", 160, 32),
	[S_SECONDS] = NUMBER("oampdu.event.efsseWindow", "Window", 0, 16),
	NUMBER("oampdu.event.efsseThreshold", "Threshold", 16, 16),
	NUMBER("oampdu.event.efsseTotalErrors", "Errors so far", 48, 32),
	[S_SECONDS_LAST] = NUMBER("oampdu.event.efsseTotalEvents", "Events so far", 80, 32),
	[S_BRANCH] = CODE("oampdu.variable.branch", "Branch", 0, 8, branch_names),
	[S_LEAF_OBJECT] = HEX("oampdu.variable.object", "Object", 8, 16),
	[S_LEAF_PACKAGE] = HEX("oampdu.variable.package", "Package", 8, 16),
	[S_LEAF_BINDING] = HEX("oampdu.variable.binding", "Binding", 8, 16),
	[S_LEAF_ATTRIBUTE] = HEX("oampdu.variable.attribute", "Attribute", 8, 16),
	[S_WIDTH] = NUMBER("oampdu.variable.width", "Width", 0, 8),
	[S_INDICATION] = HEX("oampdu.variable.indication", "Indication", 0, 8),
	[S_VALUE] = BYTES("oampdu.variable.value", "Value"),
	[S_LOOPBACK] = HEX("oampdu.lpbk.commands", "Command", 0, 8),
	FLAG("oampdu.lpbk.commands.enable", "Enable loopback", 7),
	[S_LOOPBACK_LAST] = FLAG("oampdu.lpbk.commands.disable", "Disable loopback", 6),

	[S_OSSP_OUI] = { "ossp.oui", "Organization", 0, 24, FIELD_ENUM, LISTED,
			 .names = oui_names },
	[S_ITU_SUBTYPE] = CODE("ossp.itu.subtype", "Subtype", 0, 16, itu_names),
	[S_ESMC] = { "ossp.esmc.version", "Version", 0, 4, FIELD_HEX, LISTED, .digits = 2 },
	FLAG("ossp.esmc.event_flag", "Event", 4),
	{ "ossp.esmc.reserved_bits", "Reserved", 5, 3, FIELD_HEX, LISTED, .digits = 2 },
	[S_ESMC_LAST] = HEX("ossp.esmc.reserved", "Reserved", 8, 24),
	[S_ESMC_TLV] = CODE("ossp.esmc.tlv_type", "Type", 0, 8, esmc_tlv_names),
	[S_ESMC_TLV_LAST] = HEX("ossp.esmc.tlv_length", "Length", 8, 16),
	[S_ESMC_QL] = { "ossp.esmc.tlv_ql_unused", "Unused", 0, 4, FIELD_HEX, LISTED, .digits = 2 },
	[S_ESMC_QL_LAST] = { "ossp.esmc.tlv_ql_ssm", "Quality level", 4, 4, FIELD_HEX, LISTED,
			     .digits = 2 },
	[S_EXTENDED] = HEX("ossp.esmc.tlv_ext_ql_essm", "Enhanced quality level", 0, 8),
	HEX("ossp.esmc.tlv_ext_ql_clockid", "Clock id", 8, 64),
	HEX("ossp.esmc.tlv_ext_ql_flag_reserved", "Reserved", 72, 6),
	FLAG("ossp.esmc.tlv_ext_ql_flag_chain", "Partial chain", 78),
	FLAG("ossp.esmc.tlv_ext_ql_flag_mixed", "Mixed clocks", 79),
	NUMBER("ossp.esmc.tlv_ext_ql_eeec", "Cascaded eEECs", 80, 8),
	NUMBER("ossp.esmc.tlv_ext_ql_eec", "Cascaded EECs", 88, 8),
	[S_EXTENDED_LAST] = HEX("ossp.esmc.tlv_ext_ql_reserved", "Reserved", 96, 40),
	[S_DATA] = BYTES("slow.data", "Data"),
};
