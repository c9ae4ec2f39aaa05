/*
 * dissect/proto/netlink_names.c -- netlink's numbers with names, as linux/netlink.h and its like
 * have them, and its table of fields.
 */
#include "dissect/proto/netlink.h"

const struct name_map nl_control_names[] = {
	{ 1, "NOOP" }, { 2, "ERROR" }, { 3, "DONE" }, { 4, "OVERRUN" }, { 0, NULL },
};

const struct name_map nl_route_names[] = {
	{ 16, "RTM_NEWLINK" },     { 17, "RTM_DELLINK" },
	{ 18, "RTM_GETLINK" },     { 19, "RTM_SETLINK" },
	{ 20, "RTM_NEWADDR" },     { 21, "RTM_DELADDR" },
	{ 22, "RTM_GETADDR" },     { 24, "RTM_NEWROUTE" },
	{ 25, "RTM_DELROUTE" },    { 26, "RTM_GETROUTE" },
	{ 28, "RTM_NEWNEIGH" },    { 29, "RTM_DELNEIGH" },
	{ 30, "RTM_GETNEIGH" },    { 32, "RTM_NEWRULE" },
	{ 33, "RTM_DELRULE" },     { 34, "RTM_GETRULE" },
	{ 36, "RTM_NEWQDISC" },    { 37, "RTM_DELQDISC" },
	{ 38, "RTM_GETQDISC" },    { 40, "RTM_NEWTCLASS" },
	{ 41, "RTM_DELTCLASS" },   { 42, "RTM_GETTCLASS" },
	{ 44, "RTM_NEWTFILTER" },  { 45, "RTM_DELTFILTER" },
	{ 46, "RTM_GETTFILTER" },  { 48, "RTM_NEWACTION" },
	{ 49, "RTM_DELACTION" },   { 50, "RTM_GETACTION" },
	{ 52, "RTM_NEWPREFIX" },   { 64, "RTM_NEWNEIGHTBL" },
	{ 66, "RTM_GETNEIGHTBL" }, { 68, "RTM_NEWNDUSEROPT" },
	{ 80, "RTM_NEWNETCONF" },  { 82, "RTM_GETNETCONF" },
	{ 84, "RTM_NEWMDB" },      { 85, "RTM_DELMDB" },
	{ 86, "RTM_GETMDB" },      { 88, "RTM_NEWNSID" },
	{ 92, "RTM_NEWSTATS" },    { 94, "RTM_GETSTATS" },
	{ 104, "RTM_NEWNEXTHOP" }, { 105, "RTM_DELNEXTHOP" },
	{ 106, "RTM_GETNEXTHOP" }, { 0, NULL },
};

const struct name_map nl_ifla_names[] = {
	{ 1, "IFLA_ADDRESS" },
	{ 2, "IFLA_BROADCAST" },
	{ 3, "IFLA_IFNAME" },
	{ 4, "IFLA_MTU" },
	{ 5, "IFLA_LINK" },
	{ 6, "IFLA_QDISC" },
	{ 7, "IFLA_STATS" },
	{ 10, "IFLA_MASTER" },
	{ 13, "IFLA_TXQLEN" },
	{ 14, "IFLA_MAP" },
	{ 15, "IFLA_WEIGHT" },
	{ 16, "IFLA_OPERSTATE" },
	{ 17, "IFLA_LINKMODE" },
	{ 18, "IFLA_LINKINFO" },
	{ 19, "IFLA_NET_NS_PID" },
	{ 20, "IFLA_IFALIAS" },
	{ 21, "IFLA_NUM_VF" },
	{ 22, "IFLA_VFINFO_LIST" },
	{ 23, "IFLA_STATS64" },
	{ 25, "IFLA_PORT_SELF" },
	{ 26, "IFLA_AF_SPEC" },
	{ 27, "IFLA_GROUP" },
	{ 28, "IFLA_NET_NS_FD" },
	{ 29, "IFLA_EXT_MASK" },
	{ 30, "IFLA_PROMISCUITY" },
	{ 31, "IFLA_NUM_TX_QUEUES" },
	{ 32, "IFLA_NUM_RX_QUEUES" },
	{ 33, "IFLA_CARRIER" },
	{ 34, "IFLA_PHYS_PORT_ID" },
	{ 35, "IFLA_CARRIER_CHANGES" },
	{ 36, "IFLA_PHYS_SWITCH_ID" },
	{ 37, "IFLA_LINK_NETNSID" },
	{ 38, "IFLA_PHYS_PORT_NAME" },
	{ 39, "IFLA_PROTO_DOWN" },
	{ 40, "IFLA_GSO_MAX_SEGS" },
	{ 41, "IFLA_GSO_MAX_SIZE" },
	{ 43, "IFLA_XDP" },
	{ 44, "IFLA_EVENT" },
	{ 46, "IFLA_IF_NETNSID" },
	{ 47, "IFLA_CARRIER_UP_COUNT" },
	{ 48, "IFLA_CARRIER_DOWN_COUNT" },
	{ 49, "IFLA_NEW_IFINDEX" },
	{ 50, "IFLA_MIN_MTU" },
	{ 51, "IFLA_MAX_MTU" },
	{ 52, "IFLA_PROP_LIST" },
	{ 53, "IFLA_ALT_IFNAME" },
	{ 54, "IFLA_PERM_ADDRESS" },
	{ 56, "IFLA_PARENT_DEV_NAME" },
	{ 57, "IFLA_PARENT_DEV_BUS_NAME" },
	{ 58, "IFLA_GRO_MAX_SIZE" },
	{ 59, "IFLA_TSO_MAX_SIZE" },
	{ 60, "IFLA_TSO_MAX_SEGS" },
	{ 61, "IFLA_ALLMULTI" },
	{ 0, NULL },
};

const struct name_map nl_ifa_names[] = {
	{ 1, "IFA_ADDRESS" },   { 2, "IFA_LOCAL" },   { 3, "IFA_LABEL" },
	{ 4, "IFA_BROADCAST" }, { 5, "IFA_ANYCAST" }, { 6, "IFA_CACHEINFO" },
	{ 7, "IFA_MULTICAST" }, { 8, "IFA_FLAGS" },   { 9, "IFA_RT_PRIORITY" },
	{ 11, "IFA_PROTO" },    { 0, NULL },
};

const struct name_map nl_rta_names[] = {
	{ 1, "RTA_DST" },      { 2, "RTA_SRC" },         { 3, "RTA_IIF" },
	{ 4, "RTA_OIF" },      { 5, "RTA_GATEWAY" },     { 6, "RTA_PRIORITY" },
	{ 7, "RTA_PREFSRC" },  { 8, "RTA_METRICS" },     { 9, "RTA_MULTIPATH" },
	{ 11, "RTA_FLOW" },    { 12, "RTA_CACHEINFO" },  { 15, "RTA_TABLE" },
	{ 16, "RTA_MARK" },    { 18, "RTA_VIA" },        { 19, "RTA_NEWDST" },
	{ 20, "RTA_PREF" },    { 21, "RTA_ENCAP_TYPE" }, { 22, "RTA_ENCAP" },
	{ 23, "RTA_EXPIRES" }, { 25, "RTA_UID" },        { 30, "RTA_NH_ID" },
	{ 0, NULL },
};

const struct name_map nl_nda_names[] = {
	{ 1, "NDA_DST" },    { 2, "NDA_LLADDR" },    { 3, "NDA_CACHEINFO" }, { 4, "NDA_PROBES" },
	{ 5, "NDA_VLAN" },   { 6, "NDA_PORT" },      { 7, "NDA_VNI" },       { 8, "NDA_IFINDEX" },
	{ 9, "NDA_MASTER" }, { 12, "NDA_PROTOCOL" }, { 13, "NDA_NH_ID" },    { 0, NULL },
};

const struct name_map nl_nud_names[] = {
	{ 0x00, "NONE" },   { 0x01, "INCOMPLETE" }, { 0x02, "REACHABLE" },
	{ 0x04, "STALE" },  { 0x08, "DELAY" },      { 0x10, "PROBE" },
	{ 0x20, "FAILED" }, { 0x40, "NOARP" },      { 0x80, "PERMANENT" },
	{ 0, NULL },
};

const struct name_map nl_genl_names[] = { { 16, "ctrl" }, { 0, NULL } };

const struct name_map nl_ctrl_names[] = {
	{ 1, "NEWFAMILY" },    { 2, "DELFAMILY" },  { 3, "GETFAMILY" },    { 4, "NEWOPS" },
	{ 5, "DELOPS" },       { 6, "GETOPS" },     { 7, "NEWMCAST_GRP" }, { 8, "DELMCAST_GRP" },
	{ 9, "GETMCAST_GRP" }, { 10, "GETPOLICY" }, { 0, NULL },
};

const struct name_map nl_diag_names[] = {
	{ 18, "TCPDIAG_GETSOCK" },
	{ 19, "DCCPDIAG_GETSOCK" },
	{ 20, "SOCK_DIAG_BY_FAMILY" },
	{ 21, "SOCK_DESTROY" },
	{ 0, NULL },
};

const struct name_map nl_tcp_names[] = {
	{ 1, "ESTABLISHED" }, { 2, "SYN_SENT" },  { 3, "SYN_RECV" }, { 4, "FIN_WAIT1" },
	{ 5, "FIN_WAIT2" },   { 6, "TIME_WAIT" }, { 7, "CLOSE" },    { 8, "CLOSE_WAIT" },
	{ 9, "LAST_ACK" },    { 10, "LISTEN" },   { 11, "CLOSING" }, { 12, "NEW_SYN_RECV" },
	{ 0, NULL },
};

const struct name_map nl_subsys_names[] = {
	{ 0, "none" },      { 1, "conntrack" }, { 2, "expectation" }, { 3, "queue" },
	{ 4, "ulog" },      { 5, "osf" },       { 6, "ipset" },       { 7, "acct" },
	{ 8, "cttimeout" }, { 9, "cthelper" },  { 10, "nftables" },   { 11, "nft_compat" },
	{ 12, "hook" },     { 0, NULL },
};

const struct name_map nl_family_names[] = {
	{ 0, "unspec" }, { 1, "unix" },   { 2, "inet" },     { 3, "arp" },     { 5, "netdev" },
	{ 7, "bridge" }, { 10, "inet6" }, { 16, "netlink" }, { 17, "packet" }, { 28, "mpls" },
	{ 40, "vsock" }, { 44, "xdp" },   { 0, NULL },
};

static const struct name_map operstate_names[] = {
	{ 0, "unknown" }, { 1, "not present" }, { 2, "down" }, { 3, "lower layer down" },
	{ 4, "testing" }, { 5, "dormant" },     { 6, "up" },   { 0, NULL },
};

static const struct name_map scope_names[] = {
	{ 0, "universe" }, { 200, "site" },    { 253, "link" },
	{ 254, "host" },   { 255, "nowhere" }, { 0, NULL },
};

static const struct name_map table_names[] = {
	{ 0, "unspec" }, { 253, "default" }, { 254, "main" }, { 255, "local" }, { 0, NULL },
};

static const struct name_map rtprot_names[] = {
	{ 0, "unspec" }, { 1, "redirect" }, { 2, "kernel" }, { 3, "boot" },  { 4, "static" },
	{ 9, "ra" },     { 11, "zebra" },   { 12, "bird" },  { 16, "dhcp" }, { 18, "keepalived" },
	{ 186, "bgp" },  { 188, "ospf" },   { 0, NULL },
};

static const struct name_map rtn_names[] = {
	{ 0, "unspec" },   { 1, "unicast" },   { 2, "local" },     { 3, "broadcast" },
	{ 4, "anycast" },  { 5, "multicast" }, { 6, "blackhole" }, { 7, "unreachable" },
	{ 8, "prohibit" }, { 9, "throw" },     { 10, "nat" },      { 0, NULL },
};

static const struct name_map ctrl_attr_names[] = {
	{ 1, "FAMILY_ID" },    { 2, "FAMILY_NAME" }, { 3, "VERSION" },
	{ 4, "HDRSIZE" },      { 5, "MAXATTR" },     { 6, "OPS" },
	{ 7, "MCAST_GROUPS" }, { 8, "POLICY" },      { 0, NULL },
};

static const struct name_map socket_names[] = {
	{ 1, "stream" }, { 2, "datagram" }, { 3, "raw" }, { 5, "seqpacket" }, { 0, NULL },
};

static const struct name_map inet_attr_names[] = {
	{ 1, "MEMINFO" },   { 2, "INFO" },       { 3, "VEGASINFO" }, { 4, "CONG" },
	{ 5, "TOS" },       { 6, "TCLASS" },     { 7, "SKMEMINFO" }, { 8, "SHUTDOWN" },
	{ 15, "MARK" },     { 16, "BBRINFO" },   { 17, "CLASS_ID" }, { 18, "MD5SIG" },
	{ 19, "ULP_INFO" }, { 21, "CGROUP_ID" }, { 22, "SOCKOPT" },  { 0, NULL },
};

static const struct name_map unix_attr_names[] = {
	{ 0, "NAME" },    { 1, "VFS" },      { 2, "PEER" }, { 3, "ICONS" }, { 4, "RQLEN" },
	{ 5, "MEMINFO" }, { 6, "SHUTDOWN" }, { 7, "UID" },  { 0, NULL },
};

#define NETLINK_FIELD_ROW(id, name, label, kind, flags, ...)                                 \
	[NLF_##id] = {                                                                       \
		name, label, 0, 0, kind, FIELD_DESCRIBED | FIELD_LIST | (flags), __VA_ARGS__ \
	},

const struct field_desc netlink_described[NLF_COUNT] = { NETLINK_FIELDS(NETLINK_FIELD_ROW) };
