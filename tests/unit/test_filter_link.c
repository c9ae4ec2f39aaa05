/*
 * What filters say of the link layer: a frame of each link type and framing, the expressions that
 * hold for it and those that do not, with the optimiser and without; and which primitives a link
 * type refuses, in which words.
 */
#include <criterion/criterion.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>

#include "core/linktype.h"
#include "dissect/filter/filter.h"

enum { FRAME_MAX = 160, FRAME_LEN = 128, EXPR_MAX = 128, SNAPLEN = 4096 };

struct frame {
	const char *name;
	uint16_t linktype;
	const char *hex;      /* its first bytes; zeros follow up to FRAME_LEN */
	const char *yes, *no; /* expressions, separated by '|' */
};

#define IP4      "4500001c00000000401100000a0000010a000002"
#define IP6      "6000000000003a40"
#define MAC_A    "020000000001"
#define MAC_B    "020000000002"
#define MAC_C    "020000000003"
#define MAC_D    "020000000004"
#define A        "02:00:00:00:00:01"
#define B        "02:00:00:00:00:02"
#define C        "02:00:00:00:00:03"
#define D        "02:00:00:00:00:04"
#define SNAP_IP4 "aaaa030000000800" IP4

static const struct frame frames[] = {
	{ "Ethernet, IPv4", LINKTYPE_ETHERNET, MAC_A MAC_B "0800" IP4,
	  "ip|ether proto 0x800|ether dst " A "|ether src " B "|ether host " A "|ether host " B
	  "|host 10.0.0.1|not ip6|not llc|not broadcast|not multicast",
	  "ip6|arp|llc|stp|iso|ipx|ether src " A "|ether src and dst " A "|broadcast|multicast" },
	{ "Ethernet, broadcast", LINKTYPE_ETHERNET, "ffffffffffff" MAC_B "0806",
	  "arp|broadcast|ether broadcast|link multicast|multicast", "rarp|ip|llc" },
	{ "Ethernet, STP", LINKTYPE_ETHERNET, "0180c2000000" MAC_B "0026424203",
	  "stp|ether proto 0x42|llc|llc u|llc ui|multicast|not llc s|not llc i",
	  "iso|ipx|netbeui|llc i|llc s|llc ua|broadcast" },
	{ "Ethernet, LLC supervisory", LINKTYPE_ETHERNET, MAC_A MAC_B "0004f0f00500",
	  "llc|llc s|llc rnr|netbeui|not llc u", "llc rr|llc rej|llc i|llc ui|stp" },
	{ "Ethernet, IS-IS", LINKTYPE_ETHERNET, MAC_A MAC_B "0026fefe0383000000f2",
	  "iso|isis|iso proto 0x83|isis proto 18|lsp|l1|not l2|not iih", "clnp|esis|l2|iih|psnp" },
	{ "Ethernet, IPX by its type", LINKTYPE_ETHERNET, MAC_A MAC_B "8137", "ipx", "llc|ip" },
	{ "Ethernet, IPX in 802.2", LINKTYPE_ETHERNET, MAC_A MAC_B "0026e0e003", "ipx|llc", "stp" },
	{ "Ethernet, IPX in SNAP", LINKTYPE_ETHERNET, MAC_A MAC_B "0026aaaa030000008137", "ipx|llc",
	  "atalk" },
	{ "Ethernet, IPX alone", LINKTYPE_ETHERNET, MAC_A MAC_B "0026ffff", "ipx", "llc|stp" },
	{ "Ethernet, AppleTalk in SNAP", LINKTYPE_ETHERNET, MAC_A MAC_B "0026aaaa03080007809b",
	  "atalk|llc", "aarp|ipx" },
	{ "Ethernet, DECnet long", LINKTYPE_ETHERNET,
	  MAC_A MAC_B "6003"
		      "1a0006"
		      "000000000000"
		      "0204"
		      "000000000000"
		      "0308",
	  "decnet|decnet dst 1.2|decnet src 2.3|decnet host 1.2|decnet host 2.3",
	  "decnet src 1.2|decnet host 1.3|decnet src and dst 1.2|lat|moprc" },
	{ "Ethernet, DECnet short, padded", LINKTYPE_ETHERNET,
	  MAC_A MAC_B "6003"
		      "1a008102"
		      "0204"
		      "0308",
	  "decnet dst 1.2|decnet src 2.3", "decnet dst 2.3|decnet src 1.2" },
	{ "Ethernet, tagged", LINKTYPE_ETHERNET,
	  MAC_A MAC_B "81000005"
		      "0026424203",
	  "vlan|vlan 5 and stp|vlan and llc ui|vlan and ether src " B, "stp|llc|vlan 6" },

	{ "loopback, macOS", LINKTYPE_NULL, "1e000000" IP6, "ip6|link proto 0x86dd",
	  "ip|arp or ip" },
	{ "loopback, other byte order", LINKTYPE_NULL, "00000002" IP4, "ip|src 10.0.0.1", "ip6" },
	{ "loopback, FreeBSD", LINKTYPE_LOOP, "0000001c" IP6, "ip6", "ip" },
	{ "loopback, network order only", LINKTYPE_LOOP, "02000000" IP4, "not ip", "ip|ip6" },
	{ "raw", LINKTYPE_RAW, IP4, "ip|udp|not ip6", "ip6" },
	{ "raw IPv6", LINKTYPE_RAW, IP6, "ip6|icmp6", "ip" },
	{ "IPv4", LINKTYPE_IPV4, IP4, "ip|udp", "tcp" },
	{ "IPv6", LINKTYPE_IPV6, IP6, "ip6|icmp6", "udp" },
	{ "PPP", LINKTYPE_PPP, "ff030021" IP4, "ip|link proto 0x21|dst 10.0.0.2",
	  "ip6|iso|decnet" },
	{ "PPP, MPLS", LINKTYPE_PPP,
	  "ff030281"
	  "00064140" IP4,
	  "mpls|mpls 100|mpls and ip", "ip|mpls 101" },
	{ "PPP, ISO", LINKTYPE_PPP, "ff03002381", "iso|clnp", "ip|esis|stp" },

	{ "cooked, out", LINKTYPE_LINUX_SLL,
	  "0004000100060200000000010000"
	  "0800" IP4,
	  "ip|outbound|not inbound|udp", "inbound|ip6|stp" },
	{ "cooked, 802.2", LINKTYPE_LINUX_SLL,
	  "0000000100060200000000010000"
	  "0004"
	  "424203",
	  "stp|inbound", "ip|iso|ipx|outbound" },
	{ "cooked, 802.3", LINKTYPE_LINUX_SLL,
	  "0000000100060200000000010000"
	  "0001",
	  "ipx", "stp" },
	{ "cooked v2", LINKTYPE_LINUX_SLL2,
	  "08000000000000030001040602000000000100"
	  "00" IP4,
	  "ip|outbound|ifindex 3|udp", "inbound|ifindex 4|arp" },
	{ "cooked v2, 802.2: only its protocol field counts", LINKTYPE_LINUX_SLL2,
	  "00040000000000030001000602000000000100"
	  "00"
	  "424203",
	  "link proto 4|inbound", "stp|ip" },
	{ "netlink", LINKTYPE_NETLINK,
	  "0004033800000000000000000000"
	  "0000",
	  "link proto 0|outbound", "link proto 6|inbound" },

	{ "802.11, to the DS", LINKTYPE_IEEE802_11, "08010000" MAC_A MAC_B MAC_C "0000" SNAP_IP4,
	  "ip|udp|type data|subtype data|dir tods|dir 1|llc|wlan src " B "|wlan dst " C
	  "|wlan addr1 " A "|wlan ra " A "|wlan ta " B "|wlan addr3 " C "|not wlan host " A,
	  "ip6|type mgt|dir fromds|wlan host " A "|wlan addr4 " D "|subtype qos-data|broadcast" },
	{ "802.11, from the DS, QoS", LINKTYPE_IEEE802_11,
	  "88020000" MAC_A MAC_B MAC_C "0000"
	  "0000" SNAP_IP4,
	  "ip|udp|subtype qos-data|type data subtype 0x80|wlan src " C "|wlan dst " A,
	  "wlan src " B "|wlan dst " C "|subtype data|stp" },
	{ "802.11, tagged", LINKTYPE_IEEE802_11,
	  "08010000" MAC_A MAC_B MAC_C "0000"
	  "aaaa030000008100"
	  "0005"
	  "0800" IP4,
	  "vlan|vlan and ip|vlan 5 and ip|vlan and udp and type data", "ip|vlan 6|vlan and arp" },
	{ "802.11, through the DS", LINKTYPE_IEEE802_11, "08030000" MAC_A MAC_B MAC_C "0000" MAC_D,
	  "dir dstods|wlan src " D "|wlan dst " C "|wlan addr4 " D "|wlan src or dst " C,
	  "wlan src " C "|wlan host " A },
	{ "802.11, beacon", LINKTYPE_IEEE802_11,
	  "80000000"
	  "ffffffffffff" MAC_B MAC_C,
	  "type mgt|subtype beacon|type 0 subtype 0x80|wlan src " B "|broadcast|wlan multicast"
	  "|dir nods",
	  "ip|llc|type data|wlan dst " A "|wlan ra ff:ff:ff:ff:ff:ff" },
	{ "802.11, acknowledgement", LINKTYPE_IEEE802_11, "d4000000" MAC_A MAC_B,
	  "type ctl|subtype ack|wlan addr1 " A, "wlan addr2 " B "|wlan host " A "|multicast|llc" },
	{ "radiotap", LINKTYPE_IEEE802_11_RADIOTAP,
	  "00000800"
	  "00000000"
	  "08010000" MAC_A MAC_B MAC_C "0000" SNAP_IP4,
	  "ip|udp|radio[2] == 8|wlan src " B "|type data", "ip6|wlan src " A "|type mgt" },
	{ "radiotap, padded data", LINKTYPE_IEEE802_11_RADIOTAP,
	  "00000900"
	  "02000000"
	  "20"
	  "88010000" MAC_A MAC_B MAC_C "0000"
	  "0000"
	  "00" SNAP_IP4,
	  "ip|udp", "ip6" },
	{ "radiotap, padded data behind a time stamp", LINKTYPE_IEEE802_11_RADIOTAP,
	  "00001100"
	  "03000000"
	  "0000000000000000"
	  "20"
	  "88010000" MAC_A MAC_B MAC_C "0000"
	  "0000"
	  "00" SNAP_IP4,
	  "ip|udp", "ip6" },
	{ "radiotap, more bits: the flags are not looked for", LINKTYPE_IEEE802_11_RADIOTAP,
	  "00000d00"
	  "02000080"
	  "20000000"
	  "20"
	  "88010000" MAC_A MAC_B MAC_C "0000"
	  "0000" SNAP_IP4,
	  "ip|udp", "ip6" },
	{ "PPI", LINKTYPE_PPI,
	  "00000c00"
	  "69000000"
	  "00000000"
	  "08010000" MAC_A MAC_B MAC_C "0000" SNAP_IP4,
	  "ip|udp|type data|wlan dst " C "|radio[4] == 0x69", "ip6|wlan dst " A },
	{ "PPI with something else", LINKTYPE_PPI,
	  "00000c00"
	  "01000000"
	  "00000000"
	  "08010000" MAC_A MAC_B MAC_C "0000" SNAP_IP4,
	  "", "ip|not ip|type data|wlan dst " C "|radio[4] == 1" },
};

static uint32_t frame_bytes(const char *hex, uint8_t *ret)
{
	uint32_t n = 0;

	memset(ret, 0, FRAME_MAX);
	for (; *hex; hex += 2)
		ret[n++] = (uint8_t)strtoul((char[]){ hex[0], hex[1], 0 }, NULL, 16);
	cr_assert(n <= FRAME_LEN);
	return n;
}

static void compile(const struct filter_options *opt, const char *expr, struct filter_program *ret)
{
	struct filter_error err = { 0 };

	cr_assert(filter_compile(expr, opt, ret, &err) == 0, "link type %u, '%s': %s",
		  opt->linktype, expr, err.text);
}

/* The verdict, and that no cut of the packet makes the VM read beyond it (a sanitizer's business:
 * each has its own memory). */
static bool accepts(const struct filter_program *p, const uint8_t *frame)
{
	for (uint32_t len = 0; len < FRAME_LEN; len += 3) {
		uint8_t *const cut = malloc(len ? len : 1);

		memcpy(cut, frame, len);
		cr_assert(filter_run(p, cut, FRAME_LEN, len, NULL) <= SNAPLEN);
		free(cut);
	}
	return filter_run(p, frame, FRAME_LEN, FRAME_LEN, NULL) != 0;
}

static void expect(const struct frame *f, const char *list, bool want)
{
	struct filter_options opt = { .linktype = f->linktype, .snaplen = SNAPLEN };
	uint8_t frame[FRAME_MAX];
	char expr[EXPR_MAX];

	frame_bytes(f->hex, frame);
	while (*list) {
		const size_t len = strcspn(list, "|");

		cr_assert(len < sizeof(expr));
		memcpy(expr, list, len);
		expr[len] = 0;
		list += len + (list[len] == '|');
		for (int plain = 0; plain < 2; plain++) {
			struct filter_program p = { 0 };

			opt.unoptimized = plain;
			compile(&opt, expr, &p);
			cr_expect(accepts(&p, frame) == want, "%s: '%s' should be %d%s", f->name,
				  expr, want, plain ? ", unoptimised" : "");
			filter_program_free(&p);
		}
	}
}

Test(filter_link, frames)
{
	for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
		expect(&frames[i], frames[i].yes, true);
		expect(&frames[i], frames[i].no, false);
	}
}

/* A load beyond the captured bytes rejects, also under `not`. */
Test(filter_link, cut_inside_the_field)
{
	struct filter_options opt = { .linktype = LINKTYPE_ETHERNET, .snaplen = SNAPLEN };
	const uint8_t frame[13] = { 0 };
	struct filter_program p = { 0 };

	compile(&opt, "not ip", &p);
	cr_expect_eq(filter_run(&p, frame, 60, sizeof(frame), NULL), 0);
	filter_program_free(&p);
}

Test(filter_link, direction_of_what_is_told_beside)
{
	struct filter_options opt = { .linktype = LINKTYPE_ETHERNET,
				      .snaplen = SNAPLEN,
				      .has_direction = true };
	const struct filter_ancillary out = { .pkttype = PACKET_OUTGOING, .ifindex = 7 },
				      in = { 0 };
	const uint8_t frame[60] = { 0 };
	struct filter_program p = { 0 };

	compile(&opt, "outbound and ifindex 7", &p);
	cr_expect_neq(filter_run(&p, frame, sizeof(frame), sizeof(frame), &out), 0);
	cr_expect_eq(filter_run(&p, frame, sizeof(frame), sizeof(frame), &in), 0);
	filter_program_free(&p);
	compile(&opt, "inbound", &p);
	cr_expect_eq(filter_run(&p, frame, sizeof(frame), sizeof(frame), &out), 0);
	cr_expect_neq(filter_run(&p, frame, sizeof(frame), sizeof(frame), &in), 0);
	filter_program_free(&p);
}

static const struct refusal {
	uint16_t linktype;
	const char *expr, *words; /* which the reason must have */
} refusals[] = {
	{ 147, "ip", "link type 147" },
	{ LINKTYPE_ETHERNET, "inbound", "pcapng" },
	{ LINKTYPE_LINUX_SLL, "ifindex 3", "pcapng" },
	{ LINKTYPE_ETHERNET, "type mgt", "802.11" },
	{ LINKTYPE_ETHERNET, "dir tods", "Ethernet" },
	{ LINKTYPE_ETHERNET, "wlan ra " A, "'ra'" },
	{ LINKTYPE_ETHERNET, "wlan addr4 " A, "'addr4'" },
	{ LINKTYPE_ETHERNET, "link proto 1500", "1500" },
	{ LINKTYPE_LINUX_SLL, "link proto 1500", "1500" },
	{ LINKTYPE_ETHERNET, "iso proto 256", "256" },
	{ LINKTYPE_ETHERNET, "isis proto 32", "32" },
	{ LINKTYPE_ETHERNET, "llc zz", "zz" },
	{ LINKTYPE_ETHERNET, "link host $12", "ARCnet" },
	{ LINKTYPE_ETHERNET, "pppoes and llc", "PPP" },
	{ LINKTYPE_ETHERNET, "pppoes and ether host " A, "PPP" },
	{ LINKTYPE_LINUX_SLL, "llc", "Linux cooked" },
	{ LINKTYPE_LINUX_SLL2, "ether host " A, "Linux cooked v2" },
	{ LINKTYPE_RAW, "broadcast", "raw IP" },
	{ LINKTYPE_NULL, "multicast", "BSD loopback" },
	{ LINKTYPE_NETLINK, "ip", "netlink" },
	{ LINKTYPE_IEEE802_11, "mpls", "mpls" },
	{ LINKTYPE_IEEE802_11, "type 16", "16" },
	{ LINKTYPE_IEEE802_11, "type nosuch", "nosuch" },
	{ LINKTYPE_IEEE802_11, "type 0 subtype 0xff", "255" },
	{ LINKTYPE_IEEE802_11, "subtype nosuch", "nosuch" },
	{ LINKTYPE_IEEE802_11, "type ctl subtype beacon", "beacon" },
	{ LINKTYPE_IEEE802_11, "wlan dir abc", "abc" },
};

Test(filter_link, refusals)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		const struct refusal *const r = &refusals[i];
		const struct filter_options opt = { .linktype = r->linktype };
		struct filter_program p = { 0 };
		struct filter_error err = { 0 };

		cr_expect(filter_compile(r->expr, &opt, &p, &err) < 0, "'%s' on link type %u",
			  r->expr, r->linktype);
		cr_expect(strstr(err.text, r->words) != NULL, "'%s': \"%s\" lacks '%s'", r->expr,
			  err.text, r->words);
		filter_program_free(&p);
	}
}
