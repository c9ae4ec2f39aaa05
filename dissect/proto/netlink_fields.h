/*
 * dissect/proto/netlink_fields.h -- the fields of netlink and its families, one line each. Numbers
 * are in the byte order of the machine that sent them, so they have no places here.
 *
 * X(identifier, name, label, kind, flags, further members)
 */
#ifndef DISSECT_PROTO_NETLINK_FIELDS_H
#define DISSECT_PROTO_NETLINK_FIELDS_H

/* clang-format off */
#define NETLINK_FIELDS_MESSAGE(X)                                                                  \
	X(MESSAGE, "netlink.message", "Message", FIELD_GROUP, 0)                                   \
	X(LEN, "netlink.hdr_len", "Length", FIELD_UINT, 0, .unit = "bytes")                        \
	X(TYPE, "netlink.hdr_type", "Type", FIELD_ENUM, FIELD_BASE_HEX, .names = nl_control_names) \
	X(FLAGS, "netlink.hdr_flags", "Flags", FIELD_HEX, 0)                                       \
	X(REQUEST, "netlink.hdr_flags.request", "Request", FIELD_FLAG, FIELD_OVERLAP)              \
	X(MULTI, "netlink.hdr_flags.multi", "Part of several", FIELD_FLAG, FIELD_OVERLAP)          \
	X(ACK, "netlink.hdr_flags.ack", "Ack wanted", FIELD_FLAG, FIELD_OVERLAP)                   \
	X(ECHO, "netlink.hdr_flags.echo", "Echo wanted", FIELD_FLAG, FIELD_OVERLAP)                \
	X(INTERRUPTED, "netlink.hdr_flags.dump_intr", "Dump inconsistent", FIELD_FLAG,             \
	  FIELD_OVERLAP)                                                                           \
	X(FILTERED, "netlink.hdr_flags.dump_filtered", "Dump filtered", FIELD_FLAG, FIELD_OVERLAP) \
	X(SEQ, "netlink.hdr_seq", "Sequence", FIELD_UINT, 0)                                       \
	X(PID, "netlink.hdr_pid", "Port", FIELD_UINT, 0)                                           \
	X(ERROR, "netlink.error", "Error", FIELD_INT, 0)                                           \
	X(ATTR, "netlink.attr", "Attribute", FIELD_GROUP, 0)                                       \
	X(ATTR_LEN, "netlink.attr_len", "Length", FIELD_UINT, 0, .unit = "bytes")                  \
	X(ATTR_DATA, "netlink.attr_data", "Data", FIELD_BYTES, 0)                                  \
	X(DATA, "netlink.data", "Data", FIELD_BYTES, 0)                                            \
	X(BROKEN, "netlink.unparsed", "Cannot be parsed", FIELD_BYTES, 0)

#define NETLINK_FIELDS_ROUTE(X)                                                                    \
	X(ROUTE_TYPE, "netlink-route.nltype", "Type", FIELD_ENUM, 0, .names = nl_route_names)      \
	X(IFI_FAMILY, "netlink-route.ifi_family", "Family", FIELD_ENUM, 0,                         \
	  .names = nl_family_names)                                                                \
	X(IFI_TYPE, "netlink-route.ifi_type", "Hardware type", FIELD_ENUM, 0,                      \
	  .names = arphrd_names)                                                                   \
	X(IFI_INDEX, "netlink-route.ifi_index", "Interface", FIELD_INT, 0)                         \
	X(IFI_FLAGS, "netlink-route.ifi_flags", "Flags", FIELD_UINT, 0)                            \
	X(IFI_UP, "netlink-route.ifi_flags.iff_up", "Up", FIELD_FLAG, FIELD_OVERLAP)               \
	X(IFI_BROADCAST, "netlink-route.ifi_flags.iff_broadcast", "Broadcast", FIELD_FLAG,         \
	  FIELD_OVERLAP)                                                                           \
	X(IFI_CHANGE, "netlink-route.ifi_change", "Change mask", FIELD_UINT, 0)                    \
	X(IFLA_TYPE, "netlink-route.ifla_attr_type", "Attribute", FIELD_ENUM, 0,                   \
	  .names = nl_ifla_names)                                                                  \
	X(IFLA_NAME, "netlink-route.ifla_ifname", "Name", FIELD_TEXT, 0)                           \
	X(IFLA_MTU, "netlink-route.ifla_mtu", "MTU", FIELD_UINT, 0)                                \
	X(IFLA_TXQLEN, "netlink-route.ifla_txqlen", "Transmit queue length", FIELD_UINT, 0)        \
	X(IFLA_STATE, "netlink-route.ifla_operstate", "State", FIELD_ENUM, 0,                      \
	  .names = operstate_names)                                                                \
	X(IFLA_PROMISC, "netlink-route.ifla_promiscuity", "Promiscuity", FIELD_UINT, 0)            \
	X(IFLA_TXQ, "netlink-route.ifla_txqnum", "Transmit queues", FIELD_UINT, 0)                 \
	X(IFLA_RXQ, "netlink-route.ifla_rxqnum", "Receive queues", FIELD_UINT, 0)                  \
	X(IFLA_GROUP, "netlink-route.ifla_group", "Group", FIELD_UINT, 0)                          \
	X(IFLA_GSO_SIZE, "netlink-route.ifla_gso_maxsize", "GSO maximum size", FIELD_UINT, 0)      \
	X(IFLA_GSO_SEGS, "netlink-route.ifla_gso_maxsegs", "GSO maximum segments", FIELD_UINT, 0)  \
	X(IFLA_CARRIER, "netlink-route.ifla_carrier", "Carrier", FIELD_FLAG, 0)                    \
	X(IFLA_QDISC, "netlink-route.ifla_qdisc", "Queueing", FIELD_TEXT, 0)                       \
	X(IFLA_CHANGES, "netlink-route.ifla_carrier_changes", "Carrier changes", FIELD_UINT, 0)    \
	X(IFLA_ADDRESS, "netlink-route.ifla_hwaddr", "Address", FIELD_TEXT, 0)                     \
	X(IFLA_BROADCAST, "netlink-route.ifla_broadcast", "Broadcast address", FIELD_TEXT, 0)      \
	X(IFLA_UPS, "netlink-route.ifla_carrier_up_count", "Carrier up", FIELD_UINT, 0)            \
	X(IFLA_DOWNS, "netlink-route.ifla_carrier_down_count", "Carrier down", FIELD_UINT, 0)      \
	X(IFLA_MIN_MTU, "netlink-route.ifla_min_mtu", "Minimum MTU", FIELD_UINT, 0)                \
	X(IFLA_MAX_MTU, "netlink-route.ifla_max_mtu", "Maximum MTU", FIELD_UINT, 0)                \
	X(IFLA_MASTER, "netlink-route.ifla_master", "Master interface", FIELD_UINT, 0)             \
	X(IFLA_LINK, "netlink-route.ifla_link", "Lower interface", FIELD_UINT, 0)                  \
	X(IFA_FAMILY, "netlink-route.ifa_family", "Family", FIELD_ENUM, 0,                         \
	  .names = nl_family_names)                                                                \
	X(IFA_PREFIX, "netlink-route.ifa_prefixlen", "Prefix length", FIELD_UINT, 0)               \
	X(IFA_FLAGS, "netlink-route.ifa_flags", "Flags", FIELD_UINT, 0)                            \
	X(IFA_SCOPE, "netlink-route.ifa_scope", "Scope", FIELD_ENUM, 0, .names = scope_names)      \
	X(IFA_INDEX, "netlink-route.ifa_index", "Interface", FIELD_INT, 0)                         \
	X(IFA_TYPE, "netlink-route.ifa_attr_type", "Attribute", FIELD_ENUM, 0,                     \
	  .names = nl_ifa_names)                                                                   \
	X(IFA_LABEL, "netlink-route.ifa_label", "Label", FIELD_TEXT, 0)                            \
	X(IFA_FLAGS32, "netlink-route.ifa_flags32", "Flags", FIELD_UINT, 0)                        \
	X(IFA_ADDR6, "netlink-route.ifa_address.ipv6", "Address", FIELD_IPV6, 0)                   \
	X(IFA_ADDR4, "netlink-route.ifa_address.ipv4", "Address", FIELD_IPV4, 0)                   \
	X(RT_FAMILY, "netlink-route.rt_family", "Family", FIELD_ENUM, 0, .names = nl_family_names) \
	X(RT_DST_LEN, "netlink-route.rt_dst_len", "Destination prefix length", FIELD_UINT, 0)      \
	X(RT_SRC_LEN, "netlink-route.rt_src_len", "Source prefix length", FIELD_UINT, 0)           \
	X(RT_TOS, "netlink-route.rt_tos", "TOS", FIELD_HEX, 0)                                     \
	X(RT_TABLE, "netlink-route.rt_table", "Table", FIELD_ENUM, 0, .names = table_names)        \
	X(RT_PROTOCOL, "netlink-route.rt_protocol", "Origin", FIELD_ENUM, FIELD_BASE_HEX,          \
	  .names = rtprot_names)                                                                   \
	X(RT_SCOPE, "netlink-route.rt_scope", "Scope", FIELD_ENUM, FIELD_BASE_HEX,                 \
	  .names = scope_names)                                                                    \
	X(RT_TYPE, "netlink-route.rt_type", "Type", FIELD_ENUM, FIELD_BASE_HEX,                    \
	  .names = rtn_names)                                                                      \
	X(RT_FLAGS, "netlink-route.rt_flags", "Flags", FIELD_HEX, 0)                               \
	X(RTA_TYPE, "netlink-route.rta_attr_type", "Attribute", FIELD_ENUM, 0,                     \
	  .names = nl_rta_names)                                                                   \
	X(RTA_DST, "netlink-route.rta_dst", "Destination", FIELD_TEXT, 0)                          \
	X(RTA_SRC, "netlink-route.rta_src", "Source", FIELD_TEXT, 0)                               \
	X(RTA_IIF, "netlink-route.rta_iif", "Input interface", FIELD_UINT, 0)                      \
	X(RTA_OIF, "netlink-route.rta_oif", "Output interface", FIELD_UINT, 0)                     \
	X(RTA_GATEWAY, "netlink-route.rta_gateway", "Gateway", FIELD_TEXT, 0)                      \
	X(RTA_PRIORITY, "netlink-route.rta_priority", "Priority", FIELD_UINT, 0)                   \
	X(RTA_PREFSRC, "netlink-route.rta_prefsrc", "Preferred source", FIELD_TEXT, 0)             \
	X(RTA_TABLE, "netlink-route.rta_table", "Table", FIELD_ENUM, 0, .names = table_names)      \
	X(ND_FAMILY, "netlink-route.nd_family", "Family", FIELD_ENUM, 0, .names = nl_family_names) \
	X(ND_INDEX, "netlink-route.nd_index", "Interface", FIELD_INT, 0)                           \
	X(ND_STATE, "netlink-route.nd_state", "State", FIELD_ENUM, 0, .names = nl_nud_names)       \
	X(ND_FLAGS, "netlink-route.nd_flags", "Flags", FIELD_HEX, 0)                               \
	X(ND_TYPE, "netlink-route.nd_type", "Type", FIELD_ENUM, FIELD_BASE_HEX,                    \
	  .names = rtn_names)                                                                      \
	X(NDA_TYPE, "netlink-route.nda_attr_type", "Attribute", FIELD_ENUM, 0,                     \
	  .names = nl_nda_names)                                                                   \
	X(NDA_DST, "netlink-route.nda_dst", "Neighbor", FIELD_TEXT, 0)                             \
	X(NDA_ADDRESS, "netlink-route.nda_lladdr", "Link-layer address", FIELD_TEXT, 0)

#define NETLINK_FIELDS_GENERIC(X)                                                                  \
	X(GENL_FAMILY, "genl.family_id", "Family", FIELD_ENUM, FIELD_BASE_HEX,                     \
	  .names = nl_genl_names)                                                                  \
	X(GENL_CMD, "genl.cmd", "Command", FIELD_UINT, 0)                                          \
	X(CTRL_CMD, "genl.ctrl.cmd", "Command", FIELD_ENUM, 0, .names = nl_ctrl_names)             \
	X(GENL_VERSION, "genl.version", "Version", FIELD_UINT, 0)                                  \
	X(GENL_ATTR, "genl.attr_type", "Attribute", FIELD_UINT, 0)                                 \
	X(CTRL_ATTR, "genl.ctrl_attr", "Attribute", FIELD_ENUM, 0, .names = ctrl_attr_names)       \
	X(CTRL_FAMILY, "genl.ctrl.family_id", "Family", FIELD_HEX, 0)                              \
	X(CTRL_NAME, "genl.ctrl.family_name", "Name", FIELD_TEXT, 0)                               \
	X(CTRL_VERSION, "genl.ctrl.version", "Version", FIELD_UINT, 0)                             \
	X(CTRL_HDRSIZE, "genl.ctrl.hdrsize", "Header size", FIELD_UINT, 0)                         \
	X(CTRL_MAXATTR, "genl.ctrl.maxattr", "Highest attribute", FIELD_UINT, 0)                   \
	X(CTRL_OP_ATTR, "genl.ctrl.ops_attr", "Attribute", FIELD_UINT, 0)                          \
	X(CTRL_OP, "genl.ctrl.op_id", "Operation", FIELD_UINT, 0)                                  \
	X(CTRL_OP_FLAGS, "genl.ctrl.op_flags", "Its flags", FIELD_HEX, 0)                          \
	X(CTRL_GROUP_ATTR, "genl.ctrl.groups_attr", "Attribute", FIELD_UINT, 0)                    \
	X(CTRL_GROUP, "genl.ctrl.group_name", "Group", FIELD_TEXT, 0)                              \
	X(CTRL_GROUP_ID, "genl.ctrl.group_id", "Its number", FIELD_HEX, 0)

#define NETLINK_FIELDS_DIAG(X)                                                                     \
	X(DIAG_TYPE, "netlink-sock_diag.nltype", "Type", FIELD_ENUM, 0, .names = nl_diag_names)    \
	X(DIAG_FAMILY, "netlink-sock_diag.family", "Family", FIELD_ENUM, 0,                        \
	  .names = nl_family_names)                                                                \
	X(DIAG_SOCKET, "netlink-sock_diag.type", "Socket type", FIELD_ENUM, 0,                     \
	  .names = socket_names)                                                                   \
	X(DIAG_STATE, "netlink-sock_diag.state", "State", FIELD_ENUM, 0, .names = nl_tcp_names)    \
	X(DIAG_INODE, "netlink-sock_diag.inode", "Inode", FIELD_UINT, 0)                           \
	X(DIAG_COOKIE, "netlink-sock_diag.cookie", "Cookie", FIELD_HEX, 0)                         \
	X(DIAG_SPORT, "netlink-sock_diag.inet_sport", "Source port", FIELD_PORT, 0)                \
	X(DIAG_DPORT, "netlink-sock_diag.inet_dport", "Destination port", FIELD_PORT, 0)           \
	X(DIAG_SRC4, "netlink-sock_diag.inet_src_ip4", "Source", FIELD_IPV4, 0)                    \
	X(DIAG_DST4, "netlink-sock_diag.inet_dest_ip4", "Destination", FIELD_IPV4, 0)              \
	X(DIAG_SRC6, "netlink-sock_diag.inet_src_ip6", "Source", FIELD_IPV6, 0)                    \
	X(DIAG_DST6, "netlink-sock_diag.inet_dest_ip6", "Destination", FIELD_IPV6, 0)              \
	X(DIAG_INTERFACE, "netlink-sock_diag.inet_interface", "Interface", FIELD_UINT, 0)          \
	X(DIAG_PROTOCOL, "netlink-sock_diag.inet_protocol", "Protocol", FIELD_ENUM, 0,             \
	  .names = ipproto_names)                                                                  \
	X(DIAG_EXTENSIONS, "netlink-sock_diag.inet_extended", "Extensions", FIELD_UINT, 0)         \
	X(DIAG_STATES, "netlink-sock_diag.inet_states", "States", FIELD_UINT, 0)                   \
	X(DIAG_RQUEUE, "netlink-sock_diag.recv_queue", "Receive queue", FIELD_UINT, 0,             \
	  .unit = "bytes")                                                                         \
	X(DIAG_WQUEUE, "netlink-sock_diag.send_queue", "Send queue", FIELD_UINT, 0,                \
	  .unit = "bytes")                                                                         \
	X(DIAG_UID, "netlink-sock_diag.inet_uid", "User", FIELD_UINT, 0)                           \
	X(DIAG_SHOW, "netlink-sock_diag.unix_show", "Show", FIELD_HEX, 0)                          \
	X(DIAG_INET_ATTR, "netlink-sock_diag.inet_attr", "Attribute", FIELD_ENUM, 0,               \
	  .names = inet_attr_names)                                                                \
	X(DIAG_UNIX_ATTR, "netlink-sock_diag.unix_attr", "Attribute", FIELD_ENUM, 0,               \
	  .names = unix_attr_names)                                                                \
	X(DIAG_UNIX_NAME, "netlink-sock_diag.unix_name", "Path", FIELD_TEXT, 0)                    \
	X(DIAG_UNIX_PEER, "netlink-sock_diag.unix_peer_inode", "Inode of peer", FIELD_UINT, 0)

#define NETLINK_FIELDS_NETFILTER(X)                                                                \
	X(NF_SUBSYS, "netlink-netfilter.subsys", "Subsystem", FIELD_ENUM, 0,                       \
	  .names = nl_subsys_names)                                                                \
	X(NF_MESSAGE, "netlink-netfilter.message", "Message", FIELD_UINT, 0)                       \
	X(NF_FAMILY, "netlink-netfilter.family", "Family", FIELD_ENUM, 0,                          \
	  .names = nl_family_names)                                                                \
	X(NF_VERSION, "netlink-netfilter.version", "Version", FIELD_UINT, 0)                       \
	X(NF_RES, "netlink-netfilter.res_id", "Resource id", FIELD_UINT, 0)                        \
	X(NF_ATTR, "netlink-netfilter.attr_type", "Attribute", FIELD_UINT, 0)
/* clang-format on */

#define NETLINK_FIELDS(X)         \
	NETLINK_FIELDS_MESSAGE(X) \
	NETLINK_FIELDS_ROUTE(X)   \
	NETLINK_FIELDS_GENERIC(X) \
	NETLINK_FIELDS_DIAG(X)    \
	NETLINK_FIELDS_NETFILTER(X)

#define NETLINK_FIELD_ID(id, ...) NLF_##id,

enum netlink_field { NETLINK_FIELDS(NETLINK_FIELD_ID) NLF_COUNT };

#undef NETLINK_FIELD_ID

#endif
