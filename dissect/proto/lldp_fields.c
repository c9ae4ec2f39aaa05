/*
 * dissect/proto/lldp_fields.c -- the fields of LLDP's TLVs: IEEE 802.1AB, IEEE 802.1Q annex D (with
 * DCBX), IEEE 802.3 clause 79, TIA-1057 (MED), PROFIBUS.
 */
#include "core/compiler.h"
#include "dissect/field_list.h"
#include "dissect/proto/lldp.h"

#define TEXT(name, label)                             \
	{                                             \
		name, label, 0, 0, FIELD_TEXT, LISTED \
	}
#define BYTES(name, label)                             \
	{                                              \
		name, label, 0, 0, FIELD_BYTES, LISTED \
	}

const struct name_map lldp_type_names[] = {
	{ LLDP_END, "End" },
	{ LLDP_CHASSIS, "Chassis id" },
	{ LLDP_PORT, "Port id" },
	{ LLDP_TTL, "Time to live" },
	{ LLDP_PORT_DESC, "Port description" },
	{ LLDP_SYSTEM_NAME, "System name" },
	{ LLDP_SYSTEM_DESC, "System description" },
	{ LLDP_CAPABILITIES, "Capabilities" },
	{ LLDP_MANAGEMENT, "Management address" },
	{ LLDP_ORGANIZATION, "Organization specific" },
	{ 0, NULL },
};

static const struct name_map chassis_names[] = {
	{ 1, "chassis component" }, { 2, "interface alias" },
	{ 3, "port component" },    { 4, "MAC address" },
	{ 5, "network address" },   { 6, "interface name" },
	{ 7, "locally assigned" },  { 0, NULL },
};

static const struct name_map port_names_lldp[] = {
	{ 1, "interface alias" },  { 2, "port component" },
	{ 3, "MAC address" },      { 4, "network address" },
	{ 5, "interface name" },   { 6, "agent circuit id" },
	{ 7, "locally assigned" }, { 0, NULL },
};

static const struct name_map family_names[] = {
	{ 1, "IPv4" }, { 2, "IPv6" }, { 6, "802" }, { 16, "DNS" }, { 0, NULL },
};

static const struct name_map numbering_names[] = {
	{ 1, "unknown" },
	{ 2, "interface index" },
	{ 3, "system port number" },
	{ 0, NULL },
};

static const struct name_map oui_names[] = {
	{ OUI_8021, "00:80:c2 IEEE 802.1" },
	{ OUI_8023, "00:12:0f IEEE 802.3" },
	{ OUI_MED, "00:12:bb TIA MED" },
	{ OUI_IANA, "00:00:5e IANA" },
	{ OUI_PROFIBUS, "00:0e:cf PROFIBUS" },
	{ 0x0001e3, "00:01:e3 Siemens" },
	{ 0x00000c, "00:00:0c Cisco" },
	{ 0x00040d, "00:04:0d Avaya" },
	{ 0x001b21, "00:1b:21 Intel DCBX" },
	{ 0x080009, "08:00:09 Hewlett-Packard" },
	{ 0x009069, "00:90:69 Juniper" },
	{ 0x000b86, "00:0b:86 Aruba" },
	{ 0, NULL },
};

static const struct name_map subtype_8021_names[] = {
	{ 1, "Port VLAN" },
	{ 2, "Port and protocol VLAN" },
	{ 3, "VLAN name" },
	{ 4, "Protocol identity" },
	{ 5, "VID usage digest" },
	{ 6, "Management VID" },
	{ 7, "Link aggregation" },
	{ 8, "Congestion notification" },
	{ 9, "ETS configuration" },
	{ 10, "ETS recommendation" },
	{ 11, "Priority flow control" },
	{ 12, "Application protocol" },
	{ 0, NULL },
};

static const struct name_map subtype_8023_names[] = {
	{ 1, "MAC and PHY configuration" }, { 2, "Power via MDI" },
	{ 3, "Link aggregation" },          { 4, "Maximum frame size" },
	{ 5, "Energy efficient Ethernet" }, { 0, NULL },
};

static const struct name_map subtype_med_names[] = {
	{ 1, "Media capabilities" }, { 2, "Network policy" },
	{ 3, "Location" },           { 4, "Power via MDI" },
	{ 5, "Hardware revision" },  { 6, "Firmware revision" },
	{ 7, "Software revision" },  { 8, "Serial number" },
	{ 9, "Manufacturer" },       { 10, "Model" },
	{ 11, "Asset id" },          { 0, NULL },
};

static const struct name_map subtype_profibus_names[] = {
	{ 1, "Measured delays" }, { 2, "Port status" }, { 3, "Alias" }, { 4, "MRP port status" },
	{ 5, "Chassis MAC" },     { 6, "PTCP status" }, { 0, NULL },
};

static const struct name_map subtype_iana_names[] = { { 1, "MUD URL" }, { 0, NULL } };

static const struct name_map mau_names[] = {
	{ 5, "10BASE-T" },          { 10, "10BASE-T half" },
	{ 11, "10BASE-T full" },    { 15, "100BASE-TX half" },
	{ 16, "100BASE-TX full" },  { 18, "100BASE-FX full" },
	{ 22, "1000BASE-X full" },  { 24, "1000BASE-LX full" },
	{ 26, "1000BASE-SX full" }, { 30, "1000BASE-T full" },
	{ 31, "10GBASE-X" },        { 34, "10GBASE-ER" },
	{ 35, "10GBASE-LR" },       { 36, "10GBASE-SR" },
	{ 54, "10GBASE-T" },        { 0, NULL },
};

static const struct name_map pse_pair_names[] = { { 1, "signal" }, { 2, "spare" }, { 0, NULL } };

static const struct name_map power_type_names[] = {
	{ 0, "type 2 PSE" }, { 1, "type 2 PD" }, { 2, "type 1 PSE" },
	{ 3, "type 1 PD" },  { 0, NULL },
};

static const struct name_map med_power_type_names[] = { { 0, "PSE" }, { 1, "PD" }, { 0, NULL } };

static const struct name_map power_priority_names[] = {
	{ 0, "unknown" }, { 1, "critical" }, { 2, "high" }, { 3, "low" }, { 0, NULL },
};

static const struct name_map med_class_names[] = {
	{ 1, "endpoint I" },           { 2, "endpoint II" }, { 3, "endpoint III" },
	{ 4, "network connectivity" }, { 0, NULL },
};

static const struct name_map application_names[] = {
	{ 1, "voice" },
	{ 2, "voice signaling" },
	{ 3, "guest voice" },
	{ 4, "guest voice signaling" },
	{ 5, "softphone voice" },
	{ 6, "video conferencing" },
	{ 7, "streaming video" },
	{ 8, "video signaling" },
	{ 0, NULL },
};

static const struct name_map location_names[] = {
	{ 1, "coordinates" },
	{ 2, "civic address" },
	{ 3, "ELIN" },
	{ 0, NULL },
};

static const struct name_map civic_what_names[] = {
	{ 0, "DHCP server" },
	{ 1, "network element" },
	{ 2, "client" },
	{ 0, NULL },
};

static const struct name_map civic_type_names[] = {
	{ 0, "language" },  { 1, "state" },        { 2, "county" }, { 3, "city" },
	{ 4, "district" },  { 5, "neighborhood" }, { 6, "street" }, { 19, "house number" },
	{ 21, "landmark" }, { 22, "additional" },  { 23, "name" },  { 24, "postal code" },
	{ 25, "building" }, { 26, "unit" },        { 27, "floor" }, { 28, "room" },
	{ 0, NULL },
};

static const struct name_map tsa_names[] = {
	{ 0, "strict priority" }, { 1, "credit based" }, { 2, "enhanced" },
	{ 255, "vendor's" },      { 0, NULL },
};

static const struct name_map selector_names[] = {
	{ 1, "ethertype" },
	{ 2, "TCP or SCTP port" },
	{ 3, "UDP or DCCP port" },
	{ 4, "any port" },
	{ 5, "DSCP" },
	{ 0, NULL },
};

static const struct name_map rt_class_names[] = {
	{ 0, "off" },
	{ 1, "configured" },
	{ 2, "up" },
	{ 0, NULL },
};

#define CAPABILITIES(prefix)                                                                      \
	FLAG(prefix ".other", "Other", 15), FLAG(prefix ".repeater", "Repeater", 14),             \
		FLAG(prefix ".bridge", "Bridge", 13),                                             \
		FLAG(prefix ".wlan_access_pt", "Access point", 12),                               \
		FLAG(prefix ".router", "Router", 11), FLAG(prefix ".telephone", "Telephone", 10), \
		FLAG(prefix ".docsis_cable_device", "Cable device", 9),                           \
		FLAG(prefix ".station_only", "Station only", 8)

/* Fields of fixed places count bits from where their part starts: the value, or what is behind an
 * organization's code and subtype. */
const struct field_desc lldp_described[NR_LLDP_DESCRIBED] = {
	[L_GROUP] = { "lldp.tlv", "TLV", 0, 0, FIELD_GROUP, LISTED },
	[L_TYPE] = NAMED("lldp.tlv.type", "Type", 0, 0, lldp_type_names),
	[L_LEN] = NUMBER("lldp.tlv.len", "Length", 0, 0),
	[L_CHASSIS_SUBTYPE] = NAMED("lldp.chassis.subtype", "Subtype", 0, 0, chassis_names),
	[L_CHASSIS_MAC] = { "lldp.chassis.id.mac", "Chassis", 0, 0, FIELD_MAC, LISTED },
	[L_CHASSIS_IPV4] = { "lldp.chassis.id.ip4", "Chassis", 0, 0, FIELD_IPV4, LISTED },
	[L_CHASSIS_IPV6] = { "lldp.chassis.id.ip6", "Chassis", 0, 0, FIELD_IPV6, LISTED },
	[L_CHASSIS_ID] = BYTES("lldp.chassis.id", "Chassis"),
	[L_PORT_SUBTYPE] = NAMED("lldp.port.subtype", "Subtype", 0, 0, port_names_lldp),
	[L_PORT_MAC] = { "lldp.port.id.mac", "Port", 0, 0, FIELD_MAC, LISTED },
	[L_PORT_IPV4] = { "lldp.port.id.ip4", "Port", 0, 0, FIELD_IPV4, LISTED },
	[L_PORT_IPV6] = { "lldp.port.id.ip6", "Port", 0, 0, FIELD_IPV6, LISTED },
	[L_PORT_ID] = TEXT("lldp.port.id", "Port"),
	[L_NETWORK_FAMILY] = NAMED("lldp.network_address.subtype", "Family", 0, 0, family_names),
	[L_TTL] = { "lldp.time_to_live", "Time to live", 0, 16, FIELD_UINT, LISTED, .unit = "s" },
	[L_PORT_DESC] = TEXT("lldp.port.desc", "Port description"),
	[L_SYSTEM_NAME] = TEXT("lldp.tlv.system.name", "System name"),
	[L_SYSTEM_DESC] = TEXT("lldp.tlv.system.desc", "System description"),
	[L_CAPABILITIES] = HEX("lldp.tlv.system_cap", "Capabilities", 0, 16),
	CAPABILITIES("lldp.tlv.system_cap"),
	[L_ENABLED] = HEX("lldp.tlv.enable_system_cap", "Enabled", 0, 16),
	CAPABILITIES("lldp.tlv.enable_system_cap"),
	[L_ADDRESS_LEN] = NUMBER("lldp.mgn.address.len", "Address length", 0, 0),
	[L_ADDRESS_FAMILY] = NAMED("lldp.mgn.address.subtype", "Family", 0, 0, family_names),
	[L_ADDRESS_IPV4] = { "lldp.mgn.addr.ip4", "Address", 0, 0, FIELD_IPV4, LISTED },
	[L_ADDRESS_IPV6] = { "lldp.mgn.addr.ip6", "Address", 0, 0, FIELD_IPV6, LISTED },
	[L_ADDRESS] = BYTES("lldp.mgn.addr.hex", "Address"),
	[L_NUMBERING] = NAMED("lldp.mgn.interface.subtype", "Numbering", 0, 0, numbering_names),
	[L_INTERFACE] = NUMBER("lldp.mgn.interface.number", "Interface", 0, 0),
	[L_OID_LEN] = NUMBER("lldp.mgn.obj.len", "Object id length", 0, 0),
	[L_OID] = TEXT("lldp.mgn.obj.id", "Object id"),
	[L_OUI] = NAMED("lldp.orgtlv.oui", "Organization", 0, 0, oui_names),
	[L_SUBTYPE_8021] = CODE("lldp.ieee.802_1.subtype", "Subtype", 0, 0, subtype_8021_names),
	[L_SUBTYPE_8023] = CODE("lldp.ieee.802_3.subtype", "Subtype", 0, 0, subtype_8023_names),
	[L_SUBTYPE_MED] = CODE("lldp.media.subtype", "Subtype", 0, 0, subtype_med_names),
	[L_SUBTYPE_PROFIBUS] =
		CODE("lldp.profinet.subtype", "Subtype", 0, 0, subtype_profibus_names),
	[L_SUBTYPE_IANA] = CODE("lldp.iana.subtype", "Subtype", 0, 0, subtype_iana_names),
	[L_MUD_URL] = TEXT("lldp.iana.mudurl", "Manufacturer usage description"),
	[L_SUBTYPE_OTHER] = NUMBER("lldp.unknown_subtype", "Subtype", 0, 0),
	[L_OTHER] = BYTES("lldp.unknown_subtype.content", "Data"),
	[L_RESERVED] = BYTES("lldp.tlv.reserved", "Data"),
	[L_PVID] = NUMBER("lldp.ieee.802_1.port_vlan.id", "Port VLAN", 0, 16),
	[L_PPVID] = HEX("lldp.ieee.802_1.port_and_vlan_id_flag", "Flags", 0, 8),
	FLAG("lldp.ieee.802_1.port_and_vlan_id_flag.supported", "Supported", 6),
	FLAG("lldp.ieee.802_1.port_and_vlan_id_flag.enabled", "Enabled", 5),
	[L_PPVID_LAST] = NUMBER("lldp.ieee.802_1.port_proto_vlan.id", "VLAN", 8, 16),
	[L_VLAN] = NUMBER("lldp.ieee.802_1.vlan.id", "VLAN", 0, 16),
	[L_VLAN_LAST] = NUMBER("lldp.ieee.802_1.vlan.name_len", "Name length", 16, 8),
	[L_VLAN_NAME] = TEXT("lldp.ieee.802_1.vlan.name", "Name"),
	[L_PROTOCOL_LEN] = NUMBER("lldp.ieee.802_1.proto.id_length", "Length", 0, 8),
	[L_PROTOCOL] = BYTES("lldp.ieee.802_1.proto.id", "Protocol"),
	[L_DIGEST] = HEX("lldp.ieee.802_1.vid_usage_digest", "Digest", 0, 32),
	[L_MANAGEMENT_VID] = NUMBER("lldp.ieee.802_1.management_vid", "Management VLAN", 0, 16),
	[L_AGGREGATION] = HEX("lldp.ieee.802_1.aggregation_status", "Aggregation", 0, 8),
	FLAG("lldp.ieee.802_1.aggregation_status.cap", "Capable", 7),
	FLAG("lldp.ieee.802_1.aggregation_status.enabled", "Enabled", 6),
	NUMBER("lldp.ieee.802_1.aggregation_status.porttype", "Port type", 4, 2),
	[L_AGGREGATION_LAST] = NUMBER("lldp.ieee.802_1.aggregated_port_id", "Port", 8, 32),
	[L_CONGESTION] = FLAG("lldp.ieee.802_1qau.cnpv.prio0", "Priority 0", 7),
	FLAG("lldp.ieee.802_1qau.cnpv.prio1", "Priority 1", 6),
	FLAG("lldp.ieee.802_1qau.cnpv.prio2", "Priority 2", 5),
	FLAG("lldp.ieee.802_1qau.cnpv.prio3", "Priority 3", 4),
	FLAG("lldp.ieee.802_1qau.cnpv.prio4", "Priority 4", 3),
	FLAG("lldp.ieee.802_1qau.cnpv.prio5", "Priority 5", 2),
	FLAG("lldp.ieee.802_1qau.cnpv.prio6", "Priority 6", 1),
	FLAG("lldp.ieee.802_1qau.cnpv.prio7", "Priority 7", 0),
	FLAG("lldp.ieee.802_1qau.ready.prio0", "Priority 0 ready", 15),
	FLAG("lldp.ieee.802_1qau.ready.prio1", "Priority 1 ready", 14),
	FLAG("lldp.ieee.802_1qau.ready.prio2", "Priority 2 ready", 13),
	FLAG("lldp.ieee.802_1qau.ready.prio3", "Priority 3 ready", 12),
	FLAG("lldp.ieee.802_1qau.ready.prio4", "Priority 4 ready", 11),
	FLAG("lldp.ieee.802_1qau.ready.prio5", "Priority 5 ready", 10),
	FLAG("lldp.ieee.802_1qau.ready.prio6", "Priority 6 ready", 9),
	[L_CONGESTION_LAST] = FLAG("lldp.ieee.802_1qau.ready.prio7", "Priority 7 ready", 8),
	[L_WILLING] = FLAG("lldp.dcbx.ieee.willing", "Willing", 0),
	FLAG("lldp.dcbx.ieee.ets.cbs", "Credit based shaper", 1),
	[L_WILLING_LAST] = NUMBER("lldp.dcbx.ieee.ets.maxtcs", "Traffic classes", 5, 3),
	[L_ETS_RESERVED] = HEX("lldp.dcbx.feature.pg.reserved", "Reserved", 0, 8),
	[L_ETS] = NUMBER("lldp.dcbx.feature.pg.pgid_prio0", "Class of priority 0", 8, 4),
	NUMBER("lldp.dcbx.feature.pg.pgid_prio1", "Class of priority 1", 12, 4),
	NUMBER("lldp.dcbx.feature.pg.pgid_prio2", "Class of priority 2", 16, 4),
	NUMBER("lldp.dcbx.feature.pg.pgid_prio3", "Class of priority 3", 20, 4),
	NUMBER("lldp.dcbx.feature.pg.pgid_prio4", "Class of priority 4", 24, 4),
	NUMBER("lldp.dcbx.feature.pg.pgid_prio5", "Class of priority 5", 28, 4),
	NUMBER("lldp.dcbx.feature.pg.pgid_prio6", "Class of priority 6", 32, 4),
	NUMBER("lldp.dcbx.feature.pg.pgid_prio7", "Class of priority 7", 36, 4),
	NUMBER("lldp.dcbx.feature.pg.per0", "Percent of class 0", 40, 8),
	NUMBER("lldp.dcbx.feature.pg.per1", "Percent of class 1", 48, 8),
	NUMBER("lldp.dcbx.feature.pg.per2", "Percent of class 2", 56, 8),
	NUMBER("lldp.dcbx.feature.pg.per3", "Percent of class 3", 64, 8),
	NUMBER("lldp.dcbx.feature.pg.per4", "Percent of class 4", 72, 8),
	NUMBER("lldp.dcbx.feature.pg.per5", "Percent of class 5", 80, 8),
	NUMBER("lldp.dcbx.feature.pg.per6", "Percent of class 6", 88, 8),
	NUMBER("lldp.dcbx.feature.pg.per7", "Percent of class 7", 96, 8),
	NAMED("lldp.dcbx.ieee.ets.tsa0", "Algorithm of class 0", 104, 8, tsa_names),
	NAMED("lldp.dcbx.ieee.ets.tsa1", "Algorithm of class 1", 112, 8, tsa_names),
	NAMED("lldp.dcbx.ieee.ets.tsa2", "Algorithm of class 2", 120, 8, tsa_names),
	NAMED("lldp.dcbx.ieee.ets.tsa3", "Algorithm of class 3", 128, 8, tsa_names),
	NAMED("lldp.dcbx.ieee.ets.tsa4", "Algorithm of class 4", 136, 8, tsa_names),
	NAMED("lldp.dcbx.ieee.ets.tsa5", "Algorithm of class 5", 144, 8, tsa_names),
	NAMED("lldp.dcbx.ieee.ets.tsa6", "Algorithm of class 6", 152, 8, tsa_names),
	[L_ETS_LAST] = NAMED("lldp.dcbx.ieee.ets.tsa7", "Algorithm of class 7", 160, 8, tsa_names),
	[L_PFC] = FLAG("lldp.dcbx.ieee.pfc.mbc", "MACsec bypass", 1),
	NUMBER("lldp.dcbx.ieee.pfc.numtcs", "Classes", 4, 4),
	FLAG("lldp.dcbx.feature.pfc.prio0", "Priority 0", 15),
	FLAG("lldp.dcbx.feature.pfc.prio1", "Priority 1", 14),
	FLAG("lldp.dcbx.feature.pfc.prio2", "Priority 2", 13),
	FLAG("lldp.dcbx.feature.pfc.prio3", "Priority 3", 12),
	FLAG("lldp.dcbx.feature.pfc.prio4", "Priority 4", 11),
	FLAG("lldp.dcbx.feature.pfc.prio5", "Priority 5", 10),
	FLAG("lldp.dcbx.feature.pfc.prio6", "Priority 6", 9),
	[L_PFC_LAST] = FLAG("lldp.dcbx.feature.pfc.prio7", "Priority 7", 8),
	[L_APP] = NUMBER("lldp.dcbx.ieee.app.prio", "Priority", 0, 3),
	NAMED("lldp.dcbx.iee.app.sf", "Selector", 5, 3, selector_names),
	[L_APP_LAST] = HEX("lldp.dcbx.feature.app.proto", "Protocol", 8, 16),

	[L_PHY] = HEX("lldp.ieee.802_3.mac_phy_auto_neg_status", "Autonegotiation", 0, 8),
	FLAG("lldp.ieee.802_3.mac_phy_auto_neg_status.supported", "Supported", 7),
	FLAG("lldp.ieee.802_3.mac_phy_auto_neg_status.enabled", "Enabled", 6),
	HEX("lldp.ieee.802_3.pmd_auto_neg_advertised_caps", "Advertised", 8, 16),
	FLAG("lldp.ieee.802_3.pmd_auto_neg_advertised_caps.other", "Other", 8),
	FLAG("lldp.ieee.802_3.pmd_auto_neg_advertised_caps.10base_t", "10BASE-T", 9),
	FLAG("lldp.ieee.802_3.pmd_auto_neg_advertised_caps.10base_tfd", "10BASE-T full duplex", 10),
	FLAG("lldp.ieee.802_3.pmd_auto_neg_advertised_caps.100base_t4", "100BASE-T4", 11),
	FLAG("lldp.ieee.802_3.pmd_auto_neg_advertised_caps.100base_tx", "100BASE-TX", 12),
	FLAG("lldp.ieee.802_3.pmd_auto_neg_advertised_caps.100base_txfd", "100BASE-TX full duplex",
	     13),
	FLAG("lldp.ieee.802_3.pmd_auto_neg_advertised_caps.100base_t2", "100BASE-T2", 14),
	FLAG("lldp.ieee.802_3.pmd_auto_neg_advertised_caps.100base_t2fd", "100BASE-T2 full duplex",
	     15),
	FLAG("lldp.ieee.802_3.pmd_auto_neg_advertised_caps.fdx_pause", "Pause, full duplex", 16),
	FLAG("lldp.ieee.802_3.pmd_auto_neg_advertised_caps.fdx_apause", "Asymmetric pause", 17),
	FLAG("lldp.ieee.802_3.pmd_auto_neg_advertised_caps.fdx_spause", "Symmetric pause", 18),
	FLAG("lldp.ieee.802_3.pmd_auto_neg_advertised_caps.fdx_bpause", "Both pauses", 19),
	FLAG("lldp.ieee.802_3.pmd_auto_neg_advertised_caps.1000base_x", "1000BASE-X", 20),
	FLAG("lldp.ieee.802_3.pmd_auto_neg_advertised_caps.1000base_xfd", "1000BASE-X full duplex",
	     21),
	FLAG("lldp.ieee.802_3.pmd_auto_neg_advertised_caps.1000base_t", "1000BASE-T", 22),
	FLAG("lldp.ieee.802_3.pmd_auto_neg_advertised_caps.1000base_tfd", "1000BASE-T full duplex",
	     23),
	[L_PHY_LAST] = CODE("lldp.ieee.802_3.pmd_mau_type", "Type", 24, 16, mau_names),
	[L_POWER] = HEX("lldp.ieee.802_3.mdi_power_support", "Support", 0, 8),
	FLAG("lldp.ieee.802_3.mdi_power_support.port_class", "Supplies power", 7),
	FLAG("lldp.ieee.802_3.mdi_power_support.supported", "Supported", 6),
	FLAG("lldp.ieee.802_3.mdi_power_support.enabled", "Enabled", 5),
	FLAG("lldp.ieee.802_3.mdi_power_support.pse_pairs", "Pair can be chosen", 4),
	NAMED("lldp.ieee.802_3.mdi_pse_pair", "Pair", 8, 8, pse_pair_names),
	NUMBER("lldp.ieee.802_3.mdi_power_class", "Power class + 1", 16, 8),
	NAMED("lldp.ieee.802_3.mdi_power_type", "Power type", 24, 2, power_type_names),
	NUMBER("lldp.ieee.802_3.mdi_power_source", "Power source", 26, 2),
	NAMED("lldp.ieee.802_3.mdi_power_priority", "Priority", 28, 4, power_priority_names),
	{ "lldp.ieee.802_3.mdi_pde_requested", "Requested", 32, 16, FIELD_UINT, LISTED,
	  .unit = "0.1 W" },
	[L_POWER_LAST] = { "lldp.ieee.802_3.mdi_pse_allocated", "Allocated", 48, 16, FIELD_UINT,
			   LISTED, .unit = "0.1 W" },
	[L_AGGREGATION3] = HEX("lldp.ieee.802_3.aggregation_status", "Aggregation", 0, 8),
	FLAG("lldp.ieee.802_3.aggregation_status.cap", "Capable", 7),
	FLAG("lldp.ieee.802_3.aggregation_status.enabled", "Enabled", 6),
	[L_AGGREGATION3_LAST] = NUMBER("lldp.ieee.802_3.aggregated_port_id", "Port", 8, 32),
	[L_FRAME_SIZE] = NUMBER("lldp.ieee.802_3.max_frame_size", "Maximum frame size", 0, 16),
	[L_EEE] = NUMBER("lldp.ieee.802_3.eee.transmit", "Transmit wake time", 0, 16),
	NUMBER("lldp.ieee.802_3.eee.receive", "Receive wake time", 16, 16),
	NUMBER("lldp.ieee.802_3.eee.fallback_receive", "Fallback receive", 32, 16),
	NUMBER("lldp.ieee.802_3.eee.echo_transmit", "Echoed transmit", 48, 16),
	[L_EEE_LAST] = NUMBER("lldp.ieee.802_3.eee.echo_receive", "Echoed receive", 64, 16),

	[L_MED_CAPS] = HEX("lldp.media.subtype.caps", "Capabilities", 0, 16),
	FLAG("lldp.media.subtype.caps.llpd", "Capabilities TLV", 15),
	FLAG("lldp.media.subtype.caps.network_policy", "Network policy", 14),
	FLAG("lldp.media.subtype.caps.location_id", "Location", 13),
	FLAG("lldp.media.subtype.caps.mdi_pse", "Supplies power", 12),
	FLAG("lldp.media.subtype.caps.mid_pd", "Takes power", 11),
	FLAG("lldp.media.subtype.caps.inventory", "Inventory", 10),
	[L_MED_CAPS_LAST] = NAMED("lldp.media.subtype.class", "Class", 16, 8, med_class_names),
	[L_POLICY] = NAMED("lldp.media.app_type", "Application", 0, 8, application_names),
	FLAG("lldp.media.policy_flag", "Policy unknown", 8),
	FLAG("lldp.media.tag_flag", "Tagged", 9),
	NUMBER("lldp.media.vlan_id", "VLAN", 11, 12),
	NUMBER("lldp.media.l2_prio", "Priority", 23, 3),
	[L_POLICY_LAST] = NUMBER("lldp.media.dscp", "DSCP", 26, 6),
	[L_MED_POWER] = NAMED("lldp.media.power.type", "Type", 0, 2, med_power_type_names),
	NUMBER("lldp.media.power.source", "Source", 2, 2),
	NAMED("lldp.media.power.prio", "Priority", 4, 4, power_priority_names),
	[L_MED_POWER_LAST] = { "lldp.media.power.value", "Power", 8, 16, FIELD_UINT, LISTED,
			       .unit = "0.1 W" },
	[L_LOCATION] = NAMED("lldp.media.loc.data_format", "Format", 0, 8, location_names),
	[L_ELIN] = TEXT("lldp.media.ecs", "Emergency number"),
	[L_COORDINATES] = NUMBER("lldp.media.loc.lat_resolution", "Latitude resolution", 0, 6),
	NUMBER("lldp.media.loc.latitude", "Latitude", 6, 34),
	NUMBER("lldp.media.loc.long_resolution", "Longitude resolution", 40, 6),
	NUMBER("lldp.media.loc.longitude", "Longitude", 46, 34),
	NUMBER("lldp.media.loc.alt_type", "Altitude type", 80, 4),
	NUMBER("lldp.media.loc.alt_resolution", "Altitude resolution", 84, 6),
	NUMBER("lldp.media.loc.altitude", "Altitude", 90, 30),
	[L_COORDINATES_LAST] = NUMBER("lldp.media.loc.datum", "Datum", 120, 8),
	[L_CIVIC_LEN] = NUMBER("lldp.media.civic.length", "Length", 0, 0),
	[L_CIVIC_WHAT] = NAMED("lldp.media.civic.what", "Location of", 0, 0, civic_what_names),
	[L_CIVIC_COUNTRY] = TEXT("lldp.media.civic.country", "Country"),
	[L_CIVIC_TYPE] = NAMED("lldp.media.civic.type", "Kind", 0, 0, civic_type_names),
	[L_CIVIC_VALUE] = TEXT("lldp.media.civic.value", "Value"),
	[L_INVENTORY] = TEXT("lldp.media.hardware", "Hardware"),
	TEXT("lldp.media.firmware", "Firmware"),
	TEXT("lldp.media.software", "Software"),
	TEXT("lldp.media.sn", "Serial number"),
	TEXT("lldp.media.manufacturer", "Manufacturer"),
	TEXT("lldp.media.model", "Model"),
	[L_INVENTORY_LAST] = TEXT("lldp.media.asset", "Asset"),

	[L_DELAYS] = NUMBER("lldp.profinet.port_rx_delay_local", "Receive delay here", 0, 32),
	NUMBER("lldp.profinet.port_rx_delay_remote", "Receive delay there", 32, 32),
	NUMBER("lldp.profinet.port_tx_delay_local", "Transmit delay here", 64, 32),
	NUMBER("lldp.profinet.port_tx_delay_remote", "Transmit delay there", 96, 32),
	[L_DELAYS_LAST] = NUMBER("lldp.profinet.cable_delay_local", "Cable delay", 128, 32),
	[L_PORT_STATUS] = CODE("lldp.profinet.rtc2_port_status", "Class 2", 0, 16, rt_class_names),
	{ "lldp.profinet.rtc3_port_status", "Class 3", 29, 3, FIELD_HEX, LISTED },
	HEX("lldp.profinet.rtc3_port_status.reserved", "Reserved", 20, 9),
	HEX("lldp.profinet.rtc3_port_status.fragmentation", "Fragmentation", 19, 1),
	[L_PORT_STATUS_LAST] =
		HEX("lldp.profinet.rtc3_port_status.preambleLength", "Preamble of one byte", 18, 1),
	[L_PNIO_MAC] = { "lldp.profinet.cm_mac_add", "Chassis MAC", 0, 48, FIELD_MAC, LISTED },
};

#define SHAPE(oui, subtype, first, last)                  \
	{                                                 \
		oui, subtype, first, (last) - (first) + 1 \
	}

const struct lldp_shape lldp_shapes[] = {
	SHAPE(OUI_8021, 1, L_PVID, L_PVID),
	SHAPE(OUI_8021, 2, L_PPVID, L_PPVID_LAST),
	SHAPE(OUI_8021, 3, L_VLAN, L_VLAN_LAST),
	SHAPE(OUI_8021, 4, L_PROTOCOL_LEN, L_PROTOCOL_LEN),
	SHAPE(OUI_8021, 5, L_DIGEST, L_DIGEST),
	SHAPE(OUI_8021, 6, L_MANAGEMENT_VID, L_MANAGEMENT_VID),
	SHAPE(OUI_8021, 7, L_AGGREGATION, L_AGGREGATION_LAST),
	SHAPE(OUI_8021, 8, L_CONGESTION, L_CONGESTION_LAST),
	SHAPE(OUI_8021, 9, L_WILLING, L_WILLING_LAST),
	SHAPE(OUI_8021, 9, L_ETS, L_ETS_LAST),
	SHAPE(OUI_8021, 10, L_ETS_RESERVED, L_ETS_LAST),
	SHAPE(OUI_8021, 11, L_WILLING, L_WILLING),
	SHAPE(OUI_8021, 11, L_PFC, L_PFC_LAST),
	SHAPE(OUI_8023, 1, L_PHY, L_PHY_LAST),
	SHAPE(OUI_8023, 2, L_POWER, L_POWER_LAST),
	SHAPE(OUI_8023, 3, L_AGGREGATION3, L_AGGREGATION3_LAST),
	SHAPE(OUI_8023, 4, L_FRAME_SIZE, L_FRAME_SIZE),
	SHAPE(OUI_8023, 5, L_EEE, L_EEE_LAST),
	SHAPE(OUI_MED, 1, L_MED_CAPS, L_MED_CAPS_LAST),
	SHAPE(OUI_MED, 2, L_POLICY, L_POLICY_LAST),
	SHAPE(OUI_MED, 3, L_LOCATION, L_LOCATION),
	SHAPE(OUI_MED, 4, L_MED_POWER, L_MED_POWER_LAST),
	SHAPE(OUI_PROFIBUS, 1, L_DELAYS, L_DELAYS_LAST),
	SHAPE(OUI_PROFIBUS, 2, L_PORT_STATUS, L_PORT_STATUS_LAST),
	SHAPE(OUI_PROFIBUS, 5, L_PNIO_MAC, L_PNIO_MAC),
};

const size_t nr_lldp_shapes = ARRAY_SIZE(lldp_shapes);

const struct name_map *lldp_subtype_names(uint32_t oui)
{
	switch (oui) {
	case OUI_8021:
		return subtype_8021_names;
	case OUI_8023:
		return subtype_8023_names;
	case OUI_MED:
		return subtype_med_names;
	case OUI_PROFIBUS:
		return subtype_profibus_names;
	case OUI_IANA:
		return subtype_iana_names;
	default:
		return NULL;
	}
}
