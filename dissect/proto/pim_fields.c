/* dissect/proto/pim_fields.c -- what is in PIM messages, RFC 7761 and its kin, by name. */
#include "dissect/checksum.h"
#include "dissect/proto/pim.h"

static const struct name_map option_names[] = {
	{ 1, "hold time" },      { 2, "LAN prune delay" },        { 19, "DR priority" },
	{ 20, "generation id" }, { 21, "state refresh capable" }, { 22, "bidirectional capable" },
	{ 24, "address list" },  { 26, "join attributes" },       { 0, NULL },
};

static const struct name_map family_names[] = {
	{ 1, "IPv4" },
	{ 2, "IPv6" },
	{ 0, NULL },
};

static const struct name_map mode_names[] = {
	{ 0, "dense" },
	{ 1, "sparse" },
	{ 2, "sparse-dense" },
	{ 0, NULL },
};

#define LISTED (FIELD_DESCRIBED | FIELD_LIST)
#define ADDRESS(name, name6, label)                    \
	{ name, label, 0, 0, FIELD_IPV4, LISTED },     \
	{                                              \
		name6, label, 0, 0, FIELD_IPV6, LISTED \
	}

const struct field_desc pim_described[PIM_NR_DESCRIBED] = {
	[PIM_CHECKSUM] = CHECKSUM_STATUS("pim.cksum.status"),
	CHECKSUM_EXPECTED("pim.cksum.expected"),
	CHECKSUM_NOTE("pim.cksum.note"),
	[PIM_OPTION] = { "pim.option", "Option", 0, 0, FIELD_GROUP, LISTED },
	[PIM_OPTION_HEAD] = { "pim.optiontype", "Type", 0, 16, FIELD_ENUM, LISTED,
			      .names = option_names },
	{ "pim.optionlength", "Length", 16, 16, FIELD_UINT, LISTED },
	[PIM_OPTION_VALUE] = { "pim.optionvalue", "Value", 0, 0, FIELD_BYTES, LISTED },
	[PIM_PRUNE_DELAY] = { "pim.t", "Can disable join suppression", 0, 1, FIELD_FLAG, LISTED },
	{ "pim.propagation_delay", "Propagation delay", 1, 15, FIELD_UINT, LISTED, .unit = "ms" },
	{ "pim.override_interval", "Override interval", 16, 16, FIELD_UINT, LISTED, .unit = "ms" },
	[PIM_DR_PRIORITY] = { "pim.dr_priority", "DR priority", 0, 0, FIELD_UINT, LISTED },
	[PIM_GENERATION] = { "pim.generation_id", "Generation", 0, 0, FIELD_UINT, LISTED },
	[PIM_REFRESH_CAPABLE] = { "pim.state_refresh_version", "Version", 0, 8, FIELD_UINT,
				  LISTED },
	{ "pim.state_refresh_interval", "Interval", 8, 8, FIELD_UINT, LISTED, .unit = "s" },
	{ "pim.state_refresh_reserved", "Reserved", 16, 16, FIELD_UINT, LISTED },
	[PIM_HOLDTIME] = { "pim.holdtime", "Hold time", 0, 0, FIELD_UINT, LISTED, .unit = "s" },
	[PIM_FAMILY] = { "pim.addr_address_family", "Address family", 0, 0, FIELD_ENUM, LISTED,
			 .names = family_names },
	[PIM_ENCODING] = { "pim.addr_encoding_type", "Encoding", 0, 0, FIELD_UINT, LISTED },
	[PIM_GROUP_FLAGS] = { "pim.group_addr.flags", "Flags", 0, 8, FIELD_HEX, LISTED },
	{ "pim.group_addr.flags.b", "Bidirectional", 0, 1, FIELD_FLAG, LISTED },
	{ "pim.group_addr.flags.reserved", "Reserved", 1, 6, FIELD_HEX, LISTED },
	{ "pim.group_addr.flags.z", "Admin scope zone", 7, 1, FIELD_FLAG, LISTED },
	[PIM_SOURCE_FLAGS] = { "pim.source_addr.flags", "Flags", 0, 8, FIELD_HEX, LISTED },
	{ "pim.source_addr.flags.reserved", "Reserved", 0, 5, FIELD_HEX, LISTED },
	{ "pim.source_addr.flags.s", "Sparse", 5, 1, FIELD_FLAG, LISTED },
	{ "pim.source_addr.flags.w", "Wildcard", 6, 1, FIELD_FLAG, LISTED },
	{ "pim.source_addr.flags.r", "RP tree", 7, 1, FIELD_FLAG, LISTED },
	[PIM_MASK_LEN] = { "pim.mask_len", "Mask length", 0, 0, FIELD_UINT, LISTED },
	[PIM_ATTRIBUTE] = { "pim.source_ja.flags", "Flags", 0, 8, FIELD_HEX, LISTED },
	{ "pim.source_ja.flags.f", "Forward", 0, 1, FIELD_FLAG, LISTED },
	{ "pim.source_ja.flags.e", "Last", 1, 1, FIELD_FLAG, LISTED },
	{ "pim.source_ja.flags.attr_type", "Attribute", 2, 6, FIELD_UINT, LISTED },
	{ "pim.source_ja.length", "Length", 8, 8, FIELD_UINT, LISTED },
	[PIM_ATTRIBUTE_VALUE] = { "pim.source_ja.value", "Value", 0, 0, FIELD_BYTES, LISTED },
	[PIM_UNICAST] = ADDRESS("pim.unicast", "pim.unicast_ipv6", "Address"),
	[PIM_GROUP] = ADDRESS("pim.group", "pim.group_ip6", "Group"),
	[PIM_SOURCE] = ADDRESS("pim.source", "pim.source_ip6", "Source"),
	[PIM_UPSTREAM] =
		ADDRESS("pim.upstream_neighbor", "pim.upstream_neighbor_ip6", "Upstream neighbor"),
	[PIM_JOIN] = ADDRESS("pim.join_ip", "pim.join_ip6", "Joined source"),
	[PIM_PRUNE] = ADDRESS("pim.prune_ip", "pim.prune_ip6", "Pruned source"),
	[PIM_LISTED_ADDRESS] = ADDRESS("pim.address_list", "pim.address_list_ip6", "Address"),
	[PIM_BSR] = ADDRESS("pim.bsr", "pim.bsr_ip6", "Bootstrap router"),
	[PIM_RP] = ADDRESS("pim.rp", "pim.rp_ip6", "Rendezvous point"),
	[PIM_ORIGINATOR] = ADDRESS("pim.originator", "pim.originator_ip6", "Originator"),
	[PIM_WINNER] = ADDRESS("pim.bidir_winner_ip4", "pim.bidir_winner_ip6", "New winner"),
	[PIM_OFFERER] = ADDRESS("pim.bidir_offering_ip4", "pim.bidir_offering_ip6", "Offering"),
	[PIM_V1_MODE] = { "pim.mode", "Mode", 0, 4, FIELD_ENUM, FIELD_DESCRIBED,
			  .names = mode_names },
	[PIM_V1_GROUP] = { "pim.group_address", "Group", 0, 0, FIELD_IPV4, FIELD_DESCRIBED },
	[PIM_V1_MASK] = { "pim.group_mask", "Mask", 0, 0, FIELD_IPV4, FIELD_DESCRIBED },
	[PIM_NR_GROUPS] = { "pim.numgroups", "Number of groups", 0, 0, FIELD_UINT, LISTED },
	[PIM_NR_JOINS] = { "pim.numjoins", "Number of joins", 0, 0, FIELD_UINT, LISTED },
	[PIM_NR_PRUNES] = { "pim.numprunes", "Number of prunes", 0, 0, FIELD_UINT, LISTED },
	[PIM_BOOTSTRAP] = { "pim.fragment_tag", "Fragment tag", 0, 16, FIELD_HEX, LISTED },
	{ "pim.hash_mask_len", "Hash mask length", 16, 8, FIELD_UINT, LISTED },
	{ "pim.bsr_priority", "Priority", 24, 8, FIELD_UINT, LISTED },
	[PIM_RP_COUNT] = { "pim.rp_count", "Number of RPs", 0, 0, FIELD_UINT, LISTED },
	[PIM_FRP_COUNT] = { "pim.frp_count", "RPs in this fragment", 0, 0, FIELD_UINT, LISTED },
	[PIM_PRIORITY] = { "pim.priority", "Priority", 0, 0, FIELD_UINT, LISTED },
	[PIM_PREFIX_COUNT] = { "pim.prefix_count", "Number of prefixes", 0, 0, FIELD_UINT, LISTED },
	[PIM_METRIC] = { "pim.rpt", "RP tree", 0, 1, FIELD_FLAG, LISTED },
	{ "pim.metric_pref", "Metric preference", 1, 31, FIELD_UINT, LISTED },
	{ "pim.metric", "Metric", 32, 32, FIELD_UINT, LISTED },
	[PIM_REFRESH] = { "pim.ttl", "Time to live", 8, 8, FIELD_UINT, LISTED },
	{ "pim.prune_indicator", "Prune indicator", 16, 1, FIELD_FLAG, LISTED },
	{ "pim.prune_now", "Prune now", 17, 1, FIELD_FLAG, LISTED },
	{ "pim.assert_override", "Assert override", 18, 1, FIELD_FLAG, LISTED },
	{ "pim.interval", "Interval", 24, 8, FIELD_UINT, LISTED, .unit = "s" },
	[PIM_OFFER] = { "pim.bidir_off_metric_pref", "Offering metric preference", 0, 32,
			FIELD_UINT, LISTED },
	{ "pim.bidir_off_metric", "Offering metric", 32, 32, FIELD_UINT, LISTED },
	[PIM_WIN] = { "pim.bidir_win_metric_pref", "Winner's metric preference", 0, 32, FIELD_UINT,
		      LISTED },
	{ "pim.bidir_win_metric", "Winner's metric", 32, 32, FIELD_UINT, LISTED },
	[PIM_INTERVAL] = { "pim.bidir_offering_interval", "Interval", 0, 0, FIELD_UINT, LISTED,
			   .unit = "ms" },
};
