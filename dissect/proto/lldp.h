/* dissect/proto/lldp.h -- between LLDP's walk (lldp.c) and its tables (lldp_fields.c). */
#ifndef DISSECT_PROTO_LLDP_H
#define DISSECT_PROTO_LLDP_H

#include "dissect/field.h"

enum lldp_type {
	LLDP_END = 0,
	LLDP_CHASSIS = 1,
	LLDP_PORT = 2,
	LLDP_TTL = 3,
	LLDP_PORT_DESC = 4,
	LLDP_SYSTEM_NAME = 5,
	LLDP_SYSTEM_DESC = 6,
	LLDP_CAPABILITIES = 7,
	LLDP_MANAGEMENT = 8,
	LLDP_ORGANIZATION = 127,
};

enum lldp_oui {
	OUI_IANA = 0x00005e,
	OUI_PROFIBUS = 0x000ecf,
	OUI_8023 = 0x00120f,
	OUI_MED = 0x0012bb,
	OUI_8021 = 0x0080c2,
};

/* Indices of lldp_described. _LAST ends a part of fixed shape. */
enum lldp_field {
	L_GROUP,
	L_TYPE,
	L_LEN,
	L_CHASSIS_SUBTYPE,
	L_CHASSIS_MAC, /* the four kinds of id in this order, for chassis and port */
	L_CHASSIS_IPV4,
	L_CHASSIS_IPV6,
	L_CHASSIS_ID,
	L_PORT_SUBTYPE,
	L_PORT_MAC,
	L_PORT_IPV4,
	L_PORT_IPV6,
	L_PORT_ID,
	L_NETWORK_FAMILY,
	L_TTL,
	L_PORT_DESC,
	L_SYSTEM_NAME,
	L_SYSTEM_DESC,
	L_CAPABILITIES,
	L_ENABLED = L_CAPABILITIES + 9,
	L_ADDRESS_LEN = L_ENABLED + 9,
	L_ADDRESS_FAMILY,
	L_ADDRESS_IPV4,
	L_ADDRESS_IPV6,
	L_ADDRESS,
	L_NUMBERING,
	L_INTERFACE,
	L_OID_LEN,
	L_OID,
	L_OUI,
	L_SUBTYPE_8021,
	L_SUBTYPE_8023,
	L_SUBTYPE_MED,
	L_SUBTYPE_PROFIBUS,
	L_SUBTYPE_IANA,
	L_MUD_URL,
	L_SUBTYPE_OTHER,
	L_OTHER,
	L_RESERVED,
	L_PVID,
	L_PPVID,
	L_PPVID_LAST = L_PPVID + 3,
	L_VLAN,
	L_VLAN_LAST,
	L_VLAN_NAME,
	L_PROTOCOL_LEN,
	L_PROTOCOL,
	L_DIGEST,
	L_MANAGEMENT_VID,
	L_AGGREGATION,
	L_AGGREGATION_LAST = L_AGGREGATION + 4,
	L_CONGESTION,
	L_CONGESTION_LAST = L_CONGESTION + 15,
	L_WILLING,
	L_WILLING_LAST = L_WILLING + 2,
	L_ETS_RESERVED,
	L_ETS,
	L_ETS_LAST = L_ETS + 23,
	L_PFC,
	L_PFC_LAST = L_PFC + 9,
	L_APP,
	L_APP_LAST = L_APP + 2,
	L_PHY,
	L_PHY_LAST = L_PHY + 20,
	L_POWER,
	L_POWER_LAST = L_POWER + 11,
	L_AGGREGATION3,
	L_AGGREGATION3_LAST = L_AGGREGATION3 + 3,
	L_FRAME_SIZE,
	L_EEE,
	L_EEE_LAST = L_EEE + 4,
	L_MED_CAPS,
	L_MED_CAPS_LAST = L_MED_CAPS + 7,
	L_POLICY,
	L_POLICY_LAST = L_POLICY + 5,
	L_MED_POWER,
	L_MED_POWER_LAST = L_MED_POWER + 3,
	L_LOCATION,
	L_ELIN,
	L_COORDINATES,
	L_COORDINATES_LAST = L_COORDINATES + 7,
	L_CIVIC_LEN,
	L_CIVIC_WHAT,
	L_CIVIC_COUNTRY,
	L_CIVIC_TYPE,
	L_CIVIC_VALUE,
	L_INVENTORY,
	L_INVENTORY_LAST = L_INVENTORY + 6,
	L_DELAYS,
	L_DELAYS_LAST = L_DELAYS + 4,
	L_PORT_STATUS,
	L_PORT_STATUS_LAST = L_PORT_STATUS + 4,
	L_PNIO_MAC,
	NR_LLDP_DESCRIBED,
};

/* What an organization's subtype has in fixed places behind it. */
struct lldp_shape {
	uint32_t oui;
	uint8_t subtype;
	uint8_t first, nr; /* enum lldp_field */
};

extern const struct name_map lldp_type_names[];
extern const struct field_desc lldp_described[NR_LLDP_DESCRIBED];
extern const struct lldp_shape lldp_shapes[];
extern const size_t nr_lldp_shapes;

/* NULL: nobody knows that organization's. */
const struct name_map *lldp_subtype_names(uint32_t oui);

#endif
