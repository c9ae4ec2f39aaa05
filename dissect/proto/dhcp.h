/*
 * dissect/proto/dhcp.h -- the options of DHCP, one line each: their number, the shape of their data
 * and the field that shows them cannot part.
 *
 * X(code, shape, identifier, field name, label)
 */
#ifndef DISSECT_PROTO_DHCP_H
#define DISSECT_PROTO_DHCP_H

#include "dissect/dissect.h"

enum dhcp_shape {
	DHCP_ADDRESS, /* one or several */
	DHCP_PAIR,    /* several times two addresses: this field and the one below it */
	DHCP_BOOLEAN,
	DHCP_UINT8,
	DHCP_UINT16,
	DHCP_SECONDS, /* 32 bits */
	DHCP_SIGNED,  /* 32 bits */
	DHCP_STRING,
	DHCP_OPAQUE,
	DHCP_EMPTY,
	/* The rest have one option each, or nearly so. */
	DHCP_NODE,
	DHCP_OVERLOADED,
	DHCP_TYPE,
	DHCP_ITEMS,
	DHCP_CLIENT,
	DHCP_CLASSES,
	DHCP_FULL_NAME,
	DHCP_RELAYED,
	DHCP_ARCHITECTURES,
	DHCP_NETWORK,
	DHCP_GUID,
	DHCP_NAMES,
	DHCP_ROUTE_LIST,
	DHCP_ENTERPRISE,
	DHCP_LAST,
};

/* clang-format off */
#define DHCP_OPTIONS(X)                                                                            \
	X(1, ADDRESS, SUBNET_MASK, "dhcp.option.subnet_mask", "Subnet mask")                       \
	X(2, SIGNED, TIME_OFFSET, "dhcp.option.time_offset", "Time offset")                        \
	X(3, ADDRESS, ROUTER, "dhcp.option.router", "Router")                                      \
	X(4, ADDRESS, TIME_SERVER, "dhcp.option.time_server", "Time server")                       \
	X(5, ADDRESS, NAME_SERVER, "dhcp.option.name_server", "IEN 116 name server")               \
	X(6, ADDRESS, DNS, "dhcp.option.domain_name_server", "Domain name server")                 \
	X(7, ADDRESS, LOG_SERVER, "dhcp.option.log_server", "Log server")                          \
	X(8, ADDRESS, QUOTES, "dhcp.option.quotes_server", "Quotes server")                        \
	X(9, ADDRESS, LPR, "dhcp.option.lpr_server", "Printer server")                             \
	X(10, ADDRESS, IMPRESS, "dhcp.option.impress_server", "Impress server")                    \
	X(11, ADDRESS, LOCATION, "dhcp.option.resource_location_server", "Resource location")      \
	X(12, STRING, HOSTNAME, "dhcp.option.hostname", "Host name")                               \
	X(13, UINT16, BOOT_SIZE, "dhcp.option.boot_file_size", "Boot file size")                   \
	X(14, STRING, MERIT_DUMP, "dhcp.option.merit_dump_file", "Merit dump file")                \
	X(15, STRING, DOMAIN, "dhcp.option.domain_name", "Domain name")                            \
	X(16, ADDRESS, SWAP, "dhcp.option.swap_server", "Swap server")                             \
	X(17, STRING, ROOT_PATH, "dhcp.option.root_path", "Root path")                             \
	X(18, STRING, EXTENSIONS, "dhcp.option.extension_path", "Extensions path")                 \
	X(19, BOOLEAN, FORWARDING, "dhcp.option.ip_forwarding", "IP forwarding")                   \
	X(20, BOOLEAN, SOURCE_ROUTING, "dhcp.option.non_local_source_routing", "Source routing")   \
	X(21, PAIR, POLICY, "dhcp.option.policy_filter.ip", "Policy filter")                       \
	X(22, UINT16, REASSEMBLY, "dhcp.option.max_datagram_reassembly_size", "Max reassembly")    \
	X(23, UINT8, TTL, "dhcp.option.default_ip_ttl", "Default TTL")                             \
	X(24, SECONDS, MTU_AGING, "dhcp.option.path_mtu_aging_timeout", "Path MTU aging")          \
	X(25, UINT16, MTU_PLATEAU, "dhcp.option.path_mtu_plateau_table_item", "MTU plateau")       \
	X(26, UINT16, MTU, "dhcp.option.interface_mtu", "Interface MTU")                           \
	X(27, BOOLEAN, SUBNETS_LOCAL, "dhcp.option.all_subnets_are_local", "All subnets local")    \
	X(28, ADDRESS, BROADCAST, "dhcp.option.broadcast_address", "Broadcast address")            \
	X(29, BOOLEAN, MASK_DISCOVERY, "dhcp.option.perform_mask_discovery", "Mask discovery")     \
	X(30, BOOLEAN, MASK_SUPPLIER, "dhcp.option.mask_supplier", "Mask supplier")                \
	X(31, BOOLEAN, ROUTER_DISCOVERY, "dhcp.option.perform_router_discover",                    \
	  "Router discovery")                                                                      \
	X(32, ADDRESS, ROUTER_SOLICIT, "dhcp.option.router_solicitation_address",                  \
	  "Router solicitation address")                                                           \
	X(33, PAIR, STATIC_ROUTE, "dhcp.option.static_route.ip", "Static route")                   \
	X(34, BOOLEAN, TRAILERS, "dhcp.option.trailer_encapsulation", "Trailer encapsulation")     \
	X(35, SECONDS, ARP_TIMEOUT, "dhcp.option.arp_cache_timeout", "ARP cache timeout")          \
	X(36, BOOLEAN, ETHERNET_802, "dhcp.option.ethernet_encapsulation", "802.3 encapsulation")  \
	X(37, UINT8, TCP_TTL, "dhcp.option.tcp_default_ttl", "TCP default TTL")                    \
	X(38, SECONDS, TCP_KEEPALIVE, "dhcp.option.tcp_keepalive_interval", "TCP keepalive")       \
	X(39, BOOLEAN, TCP_GARBAGE, "dhcp.option.tcp_keepalive_garbage", "TCP keepalive garbage")  \
	X(40, STRING, NIS_DOMAIN, "dhcp.option.nis_domain", "NIS domain")                          \
	X(41, ADDRESS, NIS, "dhcp.option.nis_server", "NIS server")                                \
	X(42, ADDRESS, NTP, "dhcp.option.ntp_server", "NTP server")                                \
	X(43, OPAQUE, VENDOR, "dhcp.option.vendor.value", "Vendor-specific information")           \
	X(44, ADDRESS, NBNS, "dhcp.option.netbios_over_tcpip_name_server", "NetBIOS name server")  \
	X(45, ADDRESS, NBDD, "dhcp.option.netbios_over_tcpip_dd_name_server",                      \
	  "NetBIOS datagram server")                                                               \
	X(46, NODE, NB_NODE, "dhcp.option.netbios_over_tcpip_node_type", "NetBIOS node type")      \
	X(47, STRING, NB_SCOPE, "dhcp.option.netbios_over_tcpip_scope", "NetBIOS scope")           \
	X(48, ADDRESS, X_FONT, "dhcp.option.xwindows_system_font_server", "X font server")         \
	X(49, ADDRESS, X_DISPLAY, "dhcp.option.xwindows_system_display_manager",                   \
	  "X display manager")                                                                     \
	X(50, ADDRESS, REQUESTED, "dhcp.option.requested_ip_address", "Requested address")         \
	X(51, SECONDS, LEASE, "dhcp.option.ip_address_lease_time", "Lease time")                   \
	X(52, OVERLOADED, OVERLOAD, "dhcp.option.option_overload", "Option overload")              \
	X(53, TYPE, MESSAGE_TYPE, "dhcp.option.dhcp", "Message type")                              \
	X(54, ADDRESS, SERVER_ID, "dhcp.option.dhcp_server_id", "Server identifier")               \
	X(55, ITEMS, REQUEST_ITEM, "dhcp.option.request_list_item", "Parameter request list")      \
	X(56, STRING, MESSAGE, "dhcp.option.message", "Message")                                   \
	X(57, UINT16, MAX_SIZE, "dhcp.option.dhcp_max_message_size", "Maximum message size")       \
	X(58, SECONDS, RENEWAL, "dhcp.option.renewal_time_value", "Renewal time")                  \
	X(59, SECONDS, REBINDING, "dhcp.option.rebinding_time_value", "Rebinding time")            \
	X(60, STRING, VENDOR_CLASS, "dhcp.option.vendor_class_id", "Vendor class")                 \
	X(61, CLIENT, CLIENT_ID, "dhcp.client_id", "Client identifier")                            \
	X(62, STRING, NETWARE_DOMAIN, "dhcp.option.novell_netware_ip_domain", "NetWare/IP domain") \
	X(64, STRING, NISPLUS_DOMAIN, "dhcp.option.nis_plus_domain", "NIS+ domain")                \
	X(65, ADDRESS, NISPLUS, "dhcp.option.nis_plus_server", "NIS+ server")                      \
	X(66, STRING, TFTP_NAME, "dhcp.option.tftp_server_name", "TFTP server name")               \
	X(67, STRING, BOOTFILE, "dhcp.option.bootfile_name", "Boot file name")                     \
	X(68, ADDRESS, HOME_AGENT, "dhcp.option.mobile_ip_home_agent", "Mobile IP home agent")     \
	X(69, ADDRESS, SMTP, "dhcp.option.smtp_server", "SMTP server")                             \
	X(70, ADDRESS, POP3, "dhcp.option.pop3_server", "POP3 server")                             \
	X(71, ADDRESS, NNTP, "dhcp.option.nntp_server", "NNTP server")                             \
	X(72, ADDRESS, WWW, "dhcp.option.default_www_server", "WWW server")                        \
	X(73, ADDRESS, FINGER, "dhcp.option.default_finger_server", "Finger server")               \
	X(74, ADDRESS, IRC, "dhcp.option.default_irc_server", "IRC server")                        \
	X(75, ADDRESS, STREETTALK, "dhcp.option.streettalk_server", "StreetTalk server")           \
	X(76, ADDRESS, STDA, "dhcp.option.streettalk_da_server", "StreetTalk directory server")    \
	X(77, CLASSES, USER_CLASS, "dhcp.option.user_class.data", "User class")                    \
	X(80, EMPTY, RAPID_COMMIT, "dhcp.option.rapid_commit", "Rapid commit")                     \
	X(81, FULL_NAME, FQDN, "dhcp.fqdn.name", "Client's full name")                             \
	X(82, RELAYED, RELAY, "dhcp.option.agent_information_option.suboption",                    \
	  "Relay agent information")                                                               \
	X(91, SECONDS, LAST_TRANSACTION, "dhcp.option.client_last_transaction_time",               \
	  "Last transaction of the client")                                                        \
	X(92, ADDRESS, ASSOCIATED, "dhcp.option.associated_ip_option", "Associated address")       \
	X(93, ARCHITECTURES, ARCHITECTURE, "dhcp.option.client_system_architecture",               \
	  "Architecture")                                                                          \
	X(94, NETWORK, NETWORK_ID, "dhcp.client_network_id_major", "Network interface version")    \
	X(97, GUID, UUID, "dhcp.client_id.uuid", "Client's UUID")                                  \
	X(100, STRING, TZ_POSIX, "dhcp.option.tz_pcode", "Time zone, POSIX")                       \
	X(101, STRING, TZ_NAME, "dhcp.option.tz_tcode", "Time zone")                               \
	X(108, SECONDS, V6_ONLY, "dhcp.option.ipv6_only_preferred", "IPv6 only preferred")         \
	X(114, STRING, CAPTIVE, "dhcp.option.captive_portal", "Captive portal")                    \
	X(116, UINT8, AUTOCONFIG, "dhcp.option.dhcp_auto_configuration", "Auto-configuration")     \
	X(118, ADDRESS, SUBNET, "dhcp.option.subnet_selection_option", "Subnet selection")         \
	X(119, NAMES, SEARCH, "dhcp.option.dhcp_dns_domain_search_list_fqdn", "Domain search")     \
	X(121, ROUTE_LIST, ROUTES, "dhcp.option.classless_static_route", "Classless static route") \
	X(124, ENTERPRISE, VI_CLASS, "dhcp.option.vi_class.enterprise",                            \
	  "Vendor-identifying class")                                                              \
	X(125, ENTERPRISE, VI_VENDOR, "dhcp.option.vi.enterprise",                                 \
	  "Vendor-identifying information")                                                        \
	X(138, ADDRESS, CAPWAP, "dhcp.option.capwap_access_controller", "CAPWAP controller")       \
	X(145, UINT8, NONCE, "dhcp.option.forcerenew_nonce.algorithm", "Force renew nonce")        \
	X(150, ADDRESS, TFTP_ADDRESS, "dhcp.option.tftp_server_address", "TFTP server address")    \
	X(161, STRING, MUD, "dhcp.option.mudurl", "Manufacturer usage description")                \
	X(208, OPAQUE, PXE_MAGIC, "dhcp.option.pxe_magic", "PXELINUX magic")                       \
	X(209, STRING, PXE_CONFIG, "dhcp.option.pxe_config_file", "PXELINUX configuration file")   \
	X(210, STRING, PXE_PREFIX, "dhcp.option.pxe_path_prefix", "PXELINUX path prefix")          \
	X(211, SECONDS, PXE_REBOOT, "dhcp.option.pxe_reboot_time", "PXELINUX reboot time")         \
	X(249, ROUTE_LIST, MS_ROUTES, "dhcp.option.classless_static_route_ms",                     \
	  "Classless static route, Microsoft")                                                     \
	X(252, STRING, WPAD, "dhcp.option.private_proxy_autodiscovery", "Proxy autodiscovery")     \
	X(255, LAST, END, "dhcp.option.end", "End")
/* clang-format on */

#define DHCP_FIELD_ID(code, shape, id, ...) DHCPF_##id,

enum dhcp_field {
	DHCP_OPTIONS(DHCP_FIELD_ID)
	/* The header, which is put as a table. */
	DHCPF_TYPE,
	DHCPF_HW_TYPE,
	DHCPF_HW_LEN,
	DHCPF_HOPS,
	DHCPF_ID,
	DHCPF_SECS,
	DHCPF_FLAGS,
	DHCPF_FLAGS_BC,
	DHCPF_FLAGS_RESERVED,
	DHCPF_CIADDR,
	DHCPF_YIADDR,
	DHCPF_SIADDR,
	DHCPF_GIADDR,
	DHCPF_MAC,
	DHCPF_HW_ADDR,
	DHCPF_HW_PADDING,
	DHCPF_SNAME,
	DHCPF_FILE,
	DHCPF_COOKIE,
	DHCPF_BOOTP_VENDOR,
	/* Around and inside of options. */
	DHCPF_OPTION,
	DHCPF_CODE,
	DHCPF_LENGTH,
	DHCPF_VALUE,
	DHCPF_PADDING,
	DHCPF_BROKEN,
	DHCPF_CUT,
	DHCPF_POLICY_MASK,
	DHCPF_STATIC_ROUTER,
	DHCPF_CLIENT_TYPE,
	DHCPF_CLIENT_IAID,
	DHCPF_CLIENT_DUID,
	DHCPF_USER_CLASS_NR,
	DHCPF_USER_CLASS_LEN,
	DHCPF_FQDN_FLAGS,
	DHCPF_FQDN_MBZ,
	DHCPF_FQDN_N,
	DHCPF_FQDN_E,
	DHCPF_FQDN_O,
	DHCPF_FQDN_S,
	DHCPF_FQDN_RCODE1,
	DHCPF_FQDN_RCODE2,
	DHCPF_NETWORK_MINOR,
	DHCPF_ROUTE_PREFIX,
	DHCPF_ROUTE_ROUTER,
	DHCPF_VENDOR_DATA,
	DHCPF_SUB_LENGTH,
	DHCPF_CIRCUIT,
	DHCPF_REMOTE,
	DHCPF_LINK_SELECTION,
	DHCPF_SUBSCRIBER,
	DHCPF_SERVER_OVERRIDE,
	DHCPF_RELAY_ID,
	DHCPF_RELAY_VALUE,
	DHCPF_COUNT,
};

#undef DHCP_FIELD_ID

enum {
	DHCP_HEADER = 236,
	DHCP_OPT_PAD = 0,
	DHCP_OPT_OVERLOAD = 52,
	DHCP_OPT_TYPE = 53,
	DHCP_OPT_END = 255,
};

extern const struct field_desc dhcp_described[DHCPF_COUNT];
extern const struct name_map dhcp_option_names[];
extern const struct name_map dhcp_message_names[];

/* Code, length, data; END and PAD are a single byte. False at the end or where it runs out. */
struct dhcp_option {
	const uint8_t *start, *data;
	size_t len; /* of data */
	uint8_t code;
};

bool dhcp_option_next(struct cursor *c, struct dhcp_option *ret);
/* What an option's data say; data may be several options put together (RFC 3396). */
void dhcp_option_describe(uint8_t code, const uint8_t *data, size_t len, struct field_out *o);

#endif
