/* dissect/proto/dhcp_fields.c -- DHCP's numbers with names and its table of fields, RFC 2132. */
#include "dissect/proto/dhcp.h"

#define OPTION_NAME(code, shape, id, name, label) { code, label },

const struct name_map dhcp_option_names[] = { { 0, "Pad" }, DHCP_OPTIONS(OPTION_NAME){ 0, NULL } };

const struct name_map dhcp_message_names[] = {
	{ 1, "Discover" },
	{ 2, "Offer" },
	{ 3, "Request" },
	{ 4, "Decline" },
	{ 5, "ACK" },
	{ 6, "NAK" },
	{ 7, "Release" },
	{ 8, "Inform" },
	{ 9, "Force renew" },
	{ 10, "Lease query" },
	{ 11, "Lease unassigned" },
	{ 12, "Lease unknown" },
	{ 13, "Lease active" },
	{ 14, "Bulk lease query" },
	{ 15, "Lease query done" },
	{ 16, "Active lease query" },
	{ 17, "Lease query status" },
	{ 18, "TLS" },
	{ 0, NULL },
};

static const struct name_map op_names[] = {
	{ 1, "Boot request" },
	{ 2, "Boot reply" },
	{ 0, NULL },
};

static const struct name_map node_names[] = {
	{ 1, "B-node" }, { 2, "P-node" }, { 4, "M-node" }, { 8, "H-node" }, { 0, NULL },
};

static const struct name_map overload_names[] = {
	{ 1, "File holds options" },
	{ 2, "Server name holds options" },
	{ 3, "Both hold options" },
	{ 0, NULL },
};

static const struct name_map architecture_names[] = {
	{ 0, "x86 BIOS" },
	{ 2, "Itanium" },
	{ 6, "x86 UEFI" },
	{ 7, "x64 UEFI" },
	{ 9, "EFI byte code" },
	{ 10, "ARM 32 UEFI" },
	{ 11, "ARM 64 UEFI" },
	{ 15, "x86 UEFI by HTTP" },
	{ 16, "x64 UEFI by HTTP" },
	{ 18, "ARM 32 UEFI by HTTP" },
	{ 19, "ARM 64 UEFI by HTTP" },
	{ 0, NULL },
};

static const struct name_map relay_names[] = {
	{ 1, "Circuit id" },
	{ 2, "Remote id" },
	{ 4, "DOCSIS device class" },
	{ 5, "Link selection" },
	{ 6, "Subscriber id" },
	{ 7, "RADIUS attributes" },
	{ 8, "Authentication" },
	{ 9, "Vendor-specific" },
	{ 10, "Flags" },
	{ 11, "Server id override" },
	{ 12, "Relay agent id" },
	{ 19, "Source port" },
	{ 151, "Virtual subnet" },
	{ 0, NULL },
};

/* From a shape to the kind of its field. */
/* clang-format off */
#define KIND_ADDRESS       FIELD_IPV4, LIST
#define KIND_PAIR          FIELD_IPV4, LIST
#define KIND_BOOLEAN       FIELD_FLAG, ONCE
#define KIND_UINT8         FIELD_UINT, ONCE
#define KIND_UINT16        FIELD_UINT, LIST
#define KIND_SECONDS       FIELD_UINT, ONCE, .unit = "s"
#define KIND_SIGNED        FIELD_INT, ONCE, .unit = "s"
#define KIND_STRING        FIELD_TEXT, ONCE
#define KIND_OPAQUE        FIELD_BYTES, LIST
#define KIND_EMPTY         FIELD_FLAG, ONCE
#define KIND_NODE          FIELD_ENUM, ONCE, .names = node_names
#define KIND_OVERLOADED    FIELD_ENUM, ONCE, .names = overload_names
#define KIND_TYPE          FIELD_ENUM, ONCE, .names = dhcp_message_names
#define KIND_ITEMS         FIELD_ENUM, LIST, .names = dhcp_option_names
#define KIND_CLIENT        FIELD_BYTES, ONCE
#define KIND_CLASSES       FIELD_BYTES, LIST
#define KIND_FULL_NAME     FIELD_TEXT, ONCE
#define KIND_RELAYED       FIELD_ENUM, LIST, .names = relay_names
#define KIND_ARCHITECTURES FIELD_ENUM, LIST, .names = architecture_names
#define KIND_NETWORK       FIELD_UINT, ONCE
#define KIND_GUID          FIELD_TEXT, ONCE
#define KIND_NAMES         FIELD_TEXT, LIST
#define KIND_ROUTE_LIST    FIELD_BYTES, LIST
#define KIND_ENTERPRISE    FIELD_UINT, LIST
#define KIND_LAST          FIELD_UINT, LIST
/* clang-format on */

#define LIST (FIELD_DESCRIBED | FIELD_LIST)
#define ONCE FIELD_DESCRIBED
#define BITS (FIELD_DESCRIBED | FIELD_OVERLAP)

#define ROW(id, name, label, ...)                [DHCPF_##id] = { name, label, __VA_ARGS__ }
#define OPTION_ROW(code, shape, id, name, label) ROW(id, name, label, 0, 0, KIND_##shape),

const struct field_desc dhcp_described[DHCPF_COUNT] = {
	DHCP_OPTIONS(OPTION_ROW)
		ROW(TYPE, "dhcp.type", "Message type", 0, 8, FIELD_ENUM, ONCE, .names = op_names),
	ROW(HW_TYPE, "dhcp.hw.type", "Hardware type", 8, 8, FIELD_ENUM, ONCE | FIELD_BASE_HEX,
	    .names = arphrd_names),
	ROW(HW_LEN, "dhcp.hw.len", "Hardware address length", 16, 8, FIELD_UINT, ONCE),
	ROW(HOPS, "dhcp.hops", "Hops", 24, 8, FIELD_UINT, ONCE),
	ROW(ID, "dhcp.id", "Transaction id", 32, 32, FIELD_HEX, ONCE),
	ROW(SECS, "dhcp.secs", "Seconds elapsed", 64, 16, FIELD_UINT, ONCE, .unit = "s"),
	ROW(FLAGS, "dhcp.flags", "Flags", 80, 16, FIELD_HEX, ONCE),
	ROW(FLAGS_BC, "dhcp.flags.bc", "Broadcast wanted", 80, 1, FIELD_FLAG, BITS),
	ROW(FLAGS_RESERVED, "dhcp.flags.reserved", "Reserved", 81, 15, FIELD_HEX, BITS),
	ROW(CIADDR, "dhcp.ip.client", "Client's address", 96, 32, FIELD_IPV4, ONCE),
	ROW(YIADDR, "dhcp.ip.your", "Your address", 128, 32, FIELD_IPV4, ONCE),
	ROW(SIADDR, "dhcp.ip.server", "Next server", 160, 32, FIELD_IPV4, ONCE),
	ROW(GIADDR, "dhcp.ip.relay", "Relay agent", 192, 32, FIELD_IPV4, ONCE),
	ROW(MAC, "dhcp.hw.mac_addr", "Client's MAC address", 0, 0, FIELD_MAC, ONCE),
	ROW(HW_ADDR, "dhcp.hw.addr", "Client's hardware address", 0, 0, FIELD_BYTES, ONCE),
	ROW(HW_PADDING, "dhcp.hw.addr_padding", "Its padding", 0, 0, FIELD_BYTES, ONCE),
	ROW(SNAME, "dhcp.server", "Server host name", 0, 0, FIELD_TEXT, ONCE),
	ROW(FILE, "dhcp.file", "Boot file name", 0, 0, FIELD_TEXT, ONCE),
	ROW(COOKIE, "dhcp.cookie", "Magic cookie", 0, 0, FIELD_IPV4, ONCE),
	ROW(BOOTP_VENDOR, "dhcp.vendor_specific_options", "BOOTP vendor area", 0, 0, FIELD_BYTES,
	    ONCE),
	ROW(OPTION, "dhcp.option", "Option", 0, 0, FIELD_GROUP, LIST),
	ROW(CODE, "dhcp.option.type", "Option", 0, 0, FIELD_ENUM, LIST, .names = dhcp_option_names),
	ROW(LENGTH, "dhcp.option.length", "Length", 0, 0, FIELD_UINT, LIST, .unit = "bytes"),
	ROW(VALUE, "dhcp.option.value", "Value", 0, 0, FIELD_BYTES, LIST),
	ROW(PADDING, "dhcp.option.padding", "Padding", 0, 0, FIELD_BYTES, LIST),
	ROW(BROKEN, "dhcp.option.nonstd_data", "Not as this option should be", 0, 0, FIELD_BYTES,
	    LIST),
	ROW(CUT, "dhcp.option.cut", "Option runs out of its area", 0, 0, FIELD_BYTES, LIST),
	ROW(POLICY_MASK, "dhcp.option.policy_filter.subnet_mask", "Mask", 0, 0, FIELD_IPV4, LIST),
	ROW(STATIC_ROUTER, "dhcp.option.static_route.router", "Router", 0, 0, FIELD_IPV4, LIST),
	ROW(CLIENT_TYPE, "dhcp.client_id.type", "Type", 0, 0, FIELD_UINT, ONCE),
	ROW(CLIENT_IAID, "dhcp.client_id.iaid", "IAID", 0, 0, FIELD_TEXT, ONCE),
	ROW(CLIENT_DUID, "dhcp.client_id.duid_type", "DUID type", 0, 0, FIELD_UINT, ONCE),
	ROW(USER_CLASS_NR, "dhcp.option.user_class", "Instance", 0, 0, FIELD_UINT, LIST),
	ROW(USER_CLASS_LEN, "dhcp.option.user_class.length", "Length", 0, 0, FIELD_UINT, LIST),
	ROW(FQDN_FLAGS, "dhcp.fqdn.flags", "Flags", 0, 8, FIELD_HEX, ONCE),
	ROW(FQDN_MBZ, "dhcp.fqdn.mbz", "Reserved", 0, 0, FIELD_HEX, BITS),
	ROW(FQDN_N, "dhcp.fqdn.n", "No update by the server", 4, 1, FIELD_FLAG, BITS),
	ROW(FQDN_E, "dhcp.fqdn.e", "Name in wire format", 5, 1, FIELD_FLAG, BITS),
	ROW(FQDN_O, "dhcp.fqdn.o", "Server overrides", 6, 1, FIELD_FLAG, BITS),
	ROW(FQDN_S, "dhcp.fqdn.s", "Update by the server", 7, 1, FIELD_FLAG, BITS),
	ROW(FQDN_RCODE1, "dhcp.fqdn.rcode1", "Result for A", 8, 8, FIELD_UINT, ONCE),
	ROW(FQDN_RCODE2, "dhcp.fqdn.rcode2", "Result for PTR", 16, 8, FIELD_UINT, ONCE),
	ROW(NETWORK_MINOR, "dhcp.client_network_id_minor", "Minor version", 0, 0, FIELD_UINT, ONCE),
	ROW(ROUTE_PREFIX, "dhcp.option.classless_static_route.prefix", "Prefix", 0, 0, FIELD_TEXT,
	    LIST),
	ROW(ROUTE_ROUTER, "dhcp.option.classless_static_route.router", "Router", 0, 0, FIELD_IPV4,
	    LIST),
	ROW(VENDOR_DATA, "dhcp.vendor.data", "Data", 0, 0, FIELD_BYTES, LIST),
	ROW(SUB_LENGTH, "dhcp.option.suboption_length", "Length", 0, 0, FIELD_UINT, LIST),
	ROW(CIRCUIT, "dhcp.option.agent_information_option.agent_circuit_id", "Circuit id", 0, 0,
	    FIELD_BYTES, LIST),
	ROW(REMOTE, "dhcp.option.agent_information_option.agent_remote_id", "Remote id", 0, 0,
	    FIELD_BYTES, LIST),
	ROW(LINK_SELECTION, "dhcp.option.agent_information_option.link_selection", "Link", 0, 0,
	    FIELD_IPV4, LIST),
	ROW(SUBSCRIBER, "dhcp.option.agent_information_option.subscriber_id", "Subscriber", 0, 0,
	    FIELD_TEXT, LIST),
	ROW(SERVER_OVERRIDE, "dhcp.option.agent_information_option.server_id_override",
	    "Server id override", 0, 0, FIELD_IPV4, LIST),
	ROW(RELAY_ID, "dhcp.option.agent_information_option.relay_agent_id", "Relay agent id", 0, 0,
	    FIELD_BYTES, LIST),
	ROW(RELAY_VALUE, "dhcp.option.agent_information_option.value", "Value", 0, 0, FIELD_BYTES,
	    LIST),
};
