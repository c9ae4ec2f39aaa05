/* dissect/filter/words.c -- the words of the capture filter language. */
#include "dissect/filter/words.h"

#include <stdlib.h>
#include <string.h>

#include "core/compiler.h"
#include "core/suggest.h"
#include "dissect/filter/ast.h"

const struct filter_keyword filter_keywords[] = {
	{ "aarp", TOK_PROTO, FP_AARP },
	{ "action", TOK_RELIC, RELIC_PFLOG },
	{ "addr1", TOK_WLAN_DIR, FD_ADDR1 },
	{ "addr2", TOK_WLAN_DIR, FD_ADDR2 },
	{ "addr3", TOK_WLAN_DIR, FD_ADDR3 },
	{ "addr4", TOK_WLAN_DIR, FD_ADDR4 },
	{ "address1", TOK_WLAN_DIR, FD_ADDR1 },
	{ "address2", TOK_WLAN_DIR, FD_ADDR2 },
	{ "address3", TOK_WLAN_DIR, FD_ADDR3 },
	{ "address4", TOK_WLAN_DIR, FD_ADDR4 },
	{ "ah", TOK_PROTO, FP_AH },
	{ "and", TOK_AND, 0 },
	{ "arp", TOK_PROTO, FP_ARP },
	{ "atalk", TOK_PROTO, FP_ATALK },
	{ "bcc", TOK_RELIC, RELIC_ATM },
	{ "broadcast", TOK_CAST, FW_BROADCAST },
	{ "byte", TOK_WORD, FW_BYTE },
	{ "carp", TOK_PROTO, FP_CARP },
	{ "clnp", TOK_PROTO, FP_CLNP },
	{ "connectmsg", TOK_RELIC, RELIC_ATM },
	{ "csnp", TOK_PROTO, FP_ISIS_CSNP },
	{ "decnet", TOK_PROTO, FP_DECNET },
	{ "dir", TOK_WLAN_WORD, FW_WLAN_DIR },
	{ "direction", TOK_WLAN_WORD, FW_WLAN_DIR },
	{ "dpc", TOK_RELIC, RELIC_SS7 },
	{ "dst", TOK_DIR, FD_DST },
	{ "es-is", TOK_PROTO, FP_ESIS },
	{ "esis", TOK_PROTO, FP_ESIS },
	{ "esp", TOK_PROTO, FP_ESP },
	{ "ether", TOK_PROTO, FP_LINK },
	{ "fddi", TOK_PROTO, FP_LINK },
	{ "fisu", TOK_RELIC, RELIC_MTP2 },
	{ "gateway", TOK_KIND, FA_GATEWAY },
	{ "geneve", TOK_WORD, FW_GENEVE },
	{ "greater", TOK_WORD, FW_GREATER },
	{ "hdpc", TOK_RELIC, RELIC_SS7 },
	{ "hfisu", TOK_RELIC, RELIC_MTP2 },
	{ "hlssu", TOK_RELIC, RELIC_MTP2 },
	{ "hmsu", TOK_RELIC, RELIC_MTP2 },
	{ "hopc", TOK_RELIC, RELIC_SS7 },
	{ "host", TOK_ADDR, FA_HOST },
	{ "hsio", TOK_RELIC, RELIC_SS7 },
	{ "hsls", TOK_RELIC, RELIC_SS7 },
	{ "icmp", TOK_PROTO, FP_ICMP },
	{ "icmp-echo", TOK_NUMBER, 8 },
	{ "icmp-echoreply", TOK_NUMBER, 0 },
	{ "icmp-ireq", TOK_NUMBER, 15 },
	{ "icmp-ireqreply", TOK_NUMBER, 16 },
	{ "icmp-maskreply", TOK_NUMBER, 18 },
	{ "icmp-maskreq", TOK_NUMBER, 17 },
	{ "icmp-paramprob", TOK_NUMBER, 12 },
	{ "icmp-redirect", TOK_NUMBER, 5 },
	{ "icmp-routeradvert", TOK_NUMBER, 9 },
	{ "icmp-routersolicit", TOK_NUMBER, 10 },
	{ "icmp-sourcequench", TOK_NUMBER, 4 },
	{ "icmp-timxceed", TOK_NUMBER, 11 },
	{ "icmp-tstamp", TOK_NUMBER, 13 },
	{ "icmp-tstampreply", TOK_NUMBER, 14 },
	{ "icmp-unreach", TOK_NUMBER, 3 },
	{ "icmp6", TOK_PROTO, FP_ICMPV6 },
	{ "icmp6-certpathadvert", TOK_NUMBER, 149 },
	{ "icmp6-certpathsolicit", TOK_NUMBER, 148 },
	{ "icmp6-destinationunreach", TOK_NUMBER, 1 },
	{ "icmp6-echo", TOK_NUMBER, 128 },
	{ "icmp6-echoreply", TOK_NUMBER, 129 },
	{ "icmp6-homeagentdiscoveryreply", TOK_NUMBER, 145 },
	{ "icmp6-homeagentdiscoveryrequest", TOK_NUMBER, 144 },
	{ "icmp6-ineighbordiscoveryadvert", TOK_NUMBER, 142 },
	{ "icmp6-ineighbordiscoverysolicit", TOK_NUMBER, 141 },
	{ "icmp6-mobileprefixadvert", TOK_NUMBER, 147 },
	{ "icmp6-mobileprefixsolicit", TOK_NUMBER, 146 },
	{ "icmp6-multicastlistenerdone", TOK_NUMBER, 132 },
	{ "icmp6-multicastlistenerquery", TOK_NUMBER, 130 },
	{ "icmp6-multicastlistenerreportv1", TOK_NUMBER, 131 },
	{ "icmp6-multicastlistenerreportv2", TOK_NUMBER, 143 },
	{ "icmp6-multicastrouteradvert", TOK_NUMBER, 151 },
	{ "icmp6-multicastroutersolicit", TOK_NUMBER, 152 },
	{ "icmp6-multicastrouterterm", TOK_NUMBER, 153 },
	{ "icmp6-neighboradvert", TOK_NUMBER, 136 },
	{ "icmp6-neighborsolicit", TOK_NUMBER, 135 },
	{ "icmp6-nodeinformationquery", TOK_NUMBER, 139 },
	{ "icmp6-nodeinformationresponse", TOK_NUMBER, 140 },
	{ "icmp6-packettoobig", TOK_NUMBER, 2 },
	{ "icmp6-parameterproblem", TOK_NUMBER, 4 },
	{ "icmp6-redirect", TOK_NUMBER, 137 },
	{ "icmp6-routeradvert", TOK_NUMBER, 134 },
	{ "icmp6-routerrenum", TOK_NUMBER, 138 },
	{ "icmp6-routersolicit", TOK_NUMBER, 133 },
	{ "icmp6-timeexceeded", TOK_NUMBER, 3 },
	{ "icmp6code", TOK_NUMBER, 1 },
	{ "icmp6type", TOK_NUMBER, 0 },
	{ "icmpcode", TOK_NUMBER, 1 },
	{ "icmptype", TOK_NUMBER, 0 },
	{ "ifindex", TOK_WORD, FW_IFINDEX },
	{ "ifname", TOK_RELIC, RELIC_PFLOG },
	{ "igmp", TOK_PROTO, FP_IGMP },
	{ "igrp", TOK_PROTO, FP_IGRP },
	{ "iih", TOK_PROTO, FP_ISIS_IIH },
	{ "ilmic", TOK_RELIC, RELIC_ATM },
	{ "inbound", TOK_WORD, FW_INBOUND },
	{ "ip", TOK_PROTO, FP_IP },
	{ "ip6", TOK_PROTO, FP_IPV6 },
	{ "ipx", TOK_PROTO, FP_IPX },
	{ "is-is", TOK_PROTO, FP_ISIS },
	{ "isis", TOK_PROTO, FP_ISIS },
	{ "iso", TOK_PROTO, FP_ISO },
	{ "l1", TOK_PROTO, FP_ISIS_L1 },
	{ "l2", TOK_PROTO, FP_ISIS_L2 },
	{ "lane", TOK_RELIC, RELIC_ATM },
	{ "lat", TOK_PROTO, FP_LAT },
	{ "len", TOK_LEN, 0 },
	{ "length", TOK_LEN, 0 },
	{ "less", TOK_WORD, FW_LESS },
	{ "link", TOK_PROTO, FP_LINK },
	{ "llc", TOK_WORD, FW_LLC },
	{ "lsp", TOK_PROTO, FP_ISIS_LSP },
	{ "lssu", TOK_RELIC, RELIC_MTP2 },
	{ "lsu", TOK_RELIC, RELIC_MTP2 },
	{ "mask", TOK_MASK, 0 },
	{ "metac", TOK_RELIC, RELIC_ATM },
	{ "metaconnect", TOK_RELIC, RELIC_ATM },
	{ "mopdl", TOK_PROTO, FP_MOPDL },
	{ "moprc", TOK_PROTO, FP_MOPRC },
	{ "mpls", TOK_WORD, FW_MPLS },
	{ "msu", TOK_RELIC, RELIC_MTP2 },
	{ "multicast", TOK_CAST, FW_MULTICAST },
	{ "net", TOK_ADDR, FA_NET },
	{ "netbeui", TOK_PROTO, FP_NETBEUI },
	{ "not", TOK_NOT, 0 },
	{ "oam", TOK_RELIC, RELIC_ATM },
	{ "oamf4", TOK_RELIC, RELIC_ATM },
	{ "oamf4ec", TOK_RELIC, RELIC_ATM },
	{ "oamf4sc", TOK_RELIC, RELIC_ATM },
	{ "on", TOK_RELIC, RELIC_PFLOG },
	{ "opc", TOK_RELIC, RELIC_SS7 },
	{ "or", TOK_OR, 0 },
	{ "outbound", TOK_WORD, FW_OUTBOUND },
	{ "pim", TOK_PROTO, FP_PIM },
	{ "port", TOK_ADDR, FA_PORT },
	{ "portrange", TOK_ADDR, FA_PORTRANGE },
	{ "ppp", TOK_PROTO, FP_LINK },
	{ "pppoed", TOK_WORD, FW_PPPOED },
	{ "pppoes", TOK_WORD, FW_PPPOES },
	{ "proto", TOK_KIND, FA_PROTO },
	{ "protochain", TOK_KIND, FA_PROTOCHAIN },
	{ "psnp", TOK_PROTO, FP_ISIS_PSNP },
	{ "ra", TOK_WLAN_DIR, FD_RA },
	{ "radio", TOK_PROTO, FP_RADIO },
	{ "rarp", TOK_PROTO, FP_RARP },
	{ "reason", TOK_RELIC, RELIC_PFLOG },
	{ "rnr", TOK_RELIC, RELIC_PFLOG },
	{ "rset", TOK_RELIC, RELIC_PFLOG },
	{ "rulenum", TOK_RELIC, RELIC_PFLOG },
	{ "ruleset", TOK_RELIC, RELIC_PFLOG },
	{ "sc", TOK_RELIC, RELIC_ATM },
	{ "sca", TOK_PROTO, FP_SCA },
	{ "sctp", TOK_PROTO, FP_SCTP },
	{ "sio", TOK_RELIC, RELIC_SS7 },
	{ "slip", TOK_PROTO, FP_LINK },
	{ "sls", TOK_RELIC, RELIC_SS7 },
	{ "snp", TOK_PROTO, FP_ISIS_SNP },
	{ "src", TOK_DIR, FD_SRC },
	{ "srnr", TOK_RELIC, RELIC_PFLOG },
	{ "stp", TOK_PROTO, FP_STP },
	{ "subrulenum", TOK_RELIC, RELIC_PFLOG },
	{ "subtype", TOK_WLAN_WORD, FW_WLAN_SUBTYPE },
	{ "ta", TOK_WLAN_DIR, FD_TA },
	{ "tcp", TOK_PROTO, FP_TCP },
	{ "tcp-ack", TOK_NUMBER, 16 },
	{ "tcp-cwr", TOK_NUMBER, 128 },
	{ "tcp-ece", TOK_NUMBER, 64 },
	{ "tcp-fin", TOK_NUMBER, 1 },
	{ "tcp-push", TOK_NUMBER, 8 },
	{ "tcp-rst", TOK_NUMBER, 4 },
	{ "tcp-syn", TOK_NUMBER, 2 },
	{ "tcp-urg", TOK_NUMBER, 32 },
	{ "tcpflags", TOK_NUMBER, 13 },
	{ "tr", TOK_PROTO, FP_LINK },
	{ "type", TOK_WLAN_WORD, FW_WLAN_TYPE },
	{ "udp", TOK_PROTO, FP_UDP },
	{ "vci", TOK_RELIC, RELIC_ATM },
	{ "vlan", TOK_WORD, FW_VLAN },
	{ "vpi", TOK_RELIC, RELIC_ATM },
	{ "vrrp", TOK_PROTO, FP_VRRP },
	{ "vxlan", TOK_WORD, FW_VXLAN },
	{ "wlan", TOK_PROTO, FP_LINK },
};

const size_t filter_keyword_nr = ARRAY_SIZE(filter_keywords);

const struct filter_keyword *filter_keyword_find(const char *text, size_t len)
{
	size_t low = 0, high = ARRAY_SIZE(filter_keywords);

	while (low < high) {
		const size_t middle = (low + high) / 2;
		const struct filter_keyword *k = &filter_keywords[middle];
		int order = strncmp(text, k->text, len);

		if (order == 0 && k->text[len])
			order = -1;
		if (order == 0)
			return k;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const char *filter_keyword_nearest(const char *word, bool arithmetic)
{
	const char *names[ARRAY_SIZE(filter_keywords)];
	const char *meant;
	size_t nr = 0;

	for (size_t i = 0; i < ARRAY_SIZE(filter_keywords); i++) {
		const struct filter_keyword *k = &filter_keywords[i];
		const bool is_value = k->kind == TOK_NUMBER || k->kind == TOK_LEN;

		if (k->kind != TOK_RELIC && is_value == arithmetic)
			names[nr++] = k->text;
	}
	meant = suggest(word, names, nr);
	/* Two slips in a short word make another word. */
	if (meant && strlen(word) < 5 && strncmp(word, meant, strlen(word)) != 0 &&
	    edit_distance(word, meant, 2) > 1)
		return NULL;
	return meant;
}

const char *filter_proto_name(uint8_t proto)
{
	if (proto == FP_LINK)
		return "link";
	for (size_t i = 0; i < ARRAY_SIZE(filter_keywords); i++) {
		const struct filter_keyword *k = &filter_keywords[i];

		/* of two spellings the one without a hyphen */
		if (k->kind == TOK_PROTO && k->value == proto && !strchr(k->text, '-'))
			return k->text;
	}
	return "";
}

const char *filter_relic_name(uint8_t relic)
{
	static const char *const names[] = {
		[RELIC_ATM] = "ATM",
		[RELIC_PFLOG] = "OpenBSD's packet filter log",
		[RELIC_MTP2] = "SS7 (MTP2)",
		[RELIC_SS7] = "SS7 (MTP3)",
	};

	return names[relic];
}
