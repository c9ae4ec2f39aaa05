/* Frames of one link type for an interface of another: what is converted, what is refused and why.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "core/bytes.h"
#include "core/linktype.h"
#include "tests/unit/rewrite_packets.h"

enum { ROOM = 400 };

static const uint8_t mine[] = { 2, 0, 0, 0, 0, 0xaa }, theirs[] = { 2, 0, 0, 0, 0, 0xbb };

/* The frame: a header and, behind it, an IP packet of 28 bytes and 4 that are not of it. */
struct frame {
	uint8_t bytes[ROOM];
	uint32_t len, payload;
};

static struct frame frame_of(const void *header, uint32_t len, bool v6)
{
	struct frame f = { .len = len + 32, .payload = len };

	memcpy(f.bytes, header, len);
	memset(f.bytes + len, 0x77, 32);
	f.bytes[len] = v6 ? 0x60 : 0x45;
	store_be16(f.bytes + len + 2, v6 ? 0x7777 : 28);
	return f;
}

static uint8_t out[ROOM];
static struct rewritten done;

static enum rewrite_result convert(uint16_t from, uint16_t to, const struct frame *f, bool dst)
{
	struct rewrite_link link = { .linktype = to, .has_dst_mac = dst };
	const struct frame_view view = {
		.data = f->bytes, .cap_len = f->len, .wire_len = f->len, .linktype = from
	};

	memcpy(link.src_mac, mine, 6);
	memcpy(link.dst_mac, theirs, 6);
	memset(out, 0, sizeof(out));
	done = (struct rewritten){ 0 };
	return rewrite_link(&link, &view, out, sizeof(out), &done);
}

/* An Ethernet frame of the IPv4 packet, without what followed it. */
static void expect_ethernet(const struct frame *f, const uint8_t *src, const uint8_t *dst)
{
	cr_expect_eq(done.len, 14 + 28);
	cr_expect_eq(done.wire_len, 14 + 28);
	cr_expect_eq(done.linktype, LINKTYPE_ETHERNET);
	cr_expect_eq(done.changed, REWRITE_CHANGED_LINKTYPE);
	cr_expect_arr_eq(out, dst, 6);
	cr_expect_arr_eq(out + 6, src, 6);
	cr_expect_eq(load_be16(out + 12), 0x0800);
	cr_expect_arr_eq(out + 14, f->bytes + f->payload, 28);
}

Test(rewrite_link, ip_gets_an_ethernet_header)
{
	static const struct {
		uint16_t linktype;
		const char *header;
		uint32_t len;
	} cases[] = {
		{ LINKTYPE_RAW, "", 0 },
		{ LINKTYPE_IPV4, "", 0 },
		{ LINKTYPE_NULL, "\2\0\0\0", 4 },
		{ LINKTYPE_NULL, "\0\0\0\2", 4 },
		{ LINKTYPE_LOOP, "\0\0\0\2", 4 },
		{ LINKTYPE_PPP, "\xff\3\0\x21", 4 },
		{ LINKTYPE_PPP, "\xff\3\x21", 3 },
		{ LINKTYPE_PPP, "\0\x21", 2 },
		{ LINKTYPE_PPP, "\x21", 1 },
		{ LINKTYPE_PPP, "\x0f\0\x08\0", 4 },
		{ LINKTYPE_LINUX_SLL, "\0\0\3\4\0\6\0\0\0\0\0\0\0\0\x08\0", 16 },     /* lo */
		{ LINKTYPE_LINUX_SLL, "\0\4\xff\xfe\0\0\0\0\0\0\0\0\0\0\x08\0", 16 }, /* tun */
		{ LINKTYPE_LINUX_SLL2, "\x08\0\0\0\0\0\0\1\3\4\0\6\0\0\0\0\0\0\0\0", 20 },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct frame f = frame_of(cases[i].header, cases[i].len, false);

		cr_expect_eq(convert(cases[i].linktype, LINKTYPE_ETHERNET, &f, true), REWRITE_OK,
			     "case %zu", i);
		expect_ethernet(&f, mine, theirs);
		cr_expect_eq(convert(cases[i].linktype, LINKTYPE_ETHERNET, &f, false),
			     REWRITE_NO_DST_MAC);
	}
}

Test(rewrite_link, a_cooked_capture_names_the_sender)
{
	static const uint8_t sll[] = { 0, 4, 0, 1, 0, 6, 2, 1, 2, 3, 4, 5, 0, 0, 8, 0 };
	static const uint8_t sll2[] = {
		8, 0, 0, 0, 0, 0, 0, 1, 0, 1, 4, 6, 2, 1, 2, 3, 4, 5, 0, 0
	};
	struct frame f = frame_of(sll, sizeof(sll), false);

	cr_expect_eq(convert(LINKTYPE_LINUX_SLL, LINKTYPE_ETHERNET, &f, true), REWRITE_OK);
	expect_ethernet(&f, sll + 6, theirs);
	/* Anything with an EtherType, not IP alone. */
	store_be16(f.bytes + 14, 0x88cc);
	cr_expect_eq(convert(LINKTYPE_LINUX_SLL, LINKTYPE_ETHERNET, &f, true), REWRITE_OK);
	cr_expect_eq(done.len, 14 + 32);
	cr_expect_eq(load_be16(out + 12), 0x88cc);
	store_be16(f.bytes + 14, 4); /* LLC: Ethernet has a length there */
	cr_expect_eq(convert(LINKTYPE_LINUX_SLL, LINKTYPE_ETHERNET, &f, true), REWRITE_OK);
	cr_expect_eq(load_be16(out + 12), 32);
	store_be16(f.bytes + 14, 0x0c); /* CAN */
	cr_expect_eq(convert(LINKTYPE_LINUX_SLL, LINKTYPE_ETHERNET, &f, true),
		     REWRITE_NO_ETHERTYPE);
	store_be16(f.bytes + 14, 0x6558);
	store_be16(f.bytes + 2, 778); /* on a GRE tunnel */
	cr_expect_eq(convert(LINKTYPE_LINUX_SLL, LINKTYPE_ETHERNET, &f, true),
		     REWRITE_NO_ETHERTYPE);
	f = frame_of(sll2, sizeof(sll2), false);
	cr_expect_eq(convert(LINKTYPE_LINUX_SLL2, LINKTYPE_ETHERNET, &f, true), REWRITE_OK);
	expect_ethernet(&f, sll2 + 12, theirs);
}

Test(rewrite_link, the_header_goes_for_an_interface_without_one)
{
	static const uint8_t eth[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 8, 0 };
	struct frame f = frame_of(eth, sizeof(eth), false);

	cr_expect_eq(convert(LINKTYPE_ETHERNET, LINKTYPE_RAW, &f, false), REWRITE_OK);
	cr_expect_eq(done.len, 28);
	cr_expect_eq(done.linktype, LINKTYPE_RAW);
	cr_expect_arr_eq(out, f.bytes + 14, 28);
	store_be16(f.bytes + 12, 0x8100);
	cr_expect_eq(convert(LINKTYPE_ETHERNET, LINKTYPE_RAW, &f, false), REWRITE_TAGGED);
	store_be16(f.bytes + 12, 0x0806);
	cr_expect_eq(convert(LINKTYPE_ETHERNET, LINKTYPE_RAW, &f, false), REWRITE_NOT_IP);
	f.len = 13;
	cr_expect_eq(convert(LINKTYPE_ETHERNET, LINKTYPE_RAW, &f, false), REWRITE_CUT);
	f = frame_of("", 0, true);
	cr_expect_eq(convert(LINKTYPE_IPV6, LINKTYPE_RAW, &f, false), REWRITE_OK);
	cr_expect_eq(done.len, 32);
	cr_expect_eq(done.changed, 0);
}

Test(rewrite_link, what_is_not_ip_is_refused)
{
	struct frame f = frame_of("", 0, true);

	cr_expect_eq(convert(LINKTYPE_IPV4, LINKTYPE_ETHERNET, &f, true), REWRITE_BAD_HEADER);
	cr_expect_eq(convert(LINKTYPE_IPV6, LINKTYPE_ETHERNET, &f, true), REWRITE_OK);
	cr_expect_eq(load_be16(out + 12), 0x86dd);
	f.bytes[0] = 0x50;
	cr_expect_eq(convert(LINKTYPE_RAW, LINKTYPE_ETHERNET, &f, true), REWRITE_NOT_IP);
	f = frame_of("\xff\3\xc0\x21", 4, false);
	cr_expect_eq(convert(LINKTYPE_PPP, LINKTYPE_ETHERNET, &f, true), REWRITE_NOT_IP);
	f = frame_of("\2\0\0\0", 4, true);
	cr_expect_eq(convert(LINKTYPE_NULL, LINKTYPE_ETHERNET, &f, true), REWRITE_BAD_HEADER);
	f = frame_of("\7\0\0\0", 4, true);
	cr_expect_eq(convert(LINKTYPE_NULL, LINKTYPE_ETHERNET, &f, true), REWRITE_NOT_IP);
	cr_expect_eq(convert(LINKTYPE_NETLINK, LINKTYPE_ETHERNET, &f, true), REWRITE_LINKTYPE);
	for (f.len = 0; f.len < 20; f.len++)
		cr_expect_eq(convert(LINKTYPE_LINUX_SLL2, LINKTYPE_ETHERNET, &f, true),
			     REWRITE_CUT);
}

/* 802.11: three addresses, QoS, SNAP; addresses 1 to 3 end with 1 to 3. */
static struct frame wlan(uint8_t fc0, uint8_t fc1)
{
	uint8_t header[34] = { fc0, fc1 };
	int i;

	for (i = 0; i < 3; i++) {
		header[4 + 6 * i] = 2;
		header[9 + 6 * i] = (uint8_t)(i + 1);
	}
	memcpy(header + 26, "\xaa\xaa\3\0\0\0\x08\0", 8);
	return frame_of(header, sizeof(header), false);
}

Test(rewrite_link, wlan_data)
{
	static const uint8_t a[4][6] = {
		{ 0 }, { 2, 0, 0, 0, 0, 1 }, { 2, 0, 0, 0, 0, 2 }, { 2, 0, 0, 0, 0, 3 }
	};
	static const uint8_t radiotap[] = { 0, 0, 9, 0, 2, 0, 0, 0, 0x10 };
	struct frame f = wlan(0x88, 1), tapped;

	cr_expect_eq(convert(LINKTYPE_IEEE802_11, LINKTYPE_ETHERNET, &f, false), REWRITE_OK);
	expect_ethernet(&f, a[2], a[3]);
	f = wlan(0x88, 2);
	cr_expect_eq(convert(LINKTYPE_IEEE802_11, LINKTYPE_ETHERNET, &f, false), REWRITE_OK);
	expect_ethernet(&f, a[3], a[1]);
	f = wlan(0x88, 0);
	cr_expect_eq(convert(LINKTYPE_IEEE802_11, LINKTYPE_ETHERNET, &f, true), REWRITE_OK);
	expect_ethernet(&f, a[2], theirs);
	memcpy(tapped.bytes, radiotap, sizeof(radiotap));
	memcpy(tapped.bytes + sizeof(radiotap), f.bytes, f.len);
	tapped.len = f.len + sizeof(radiotap);
	tapped.payload = f.payload + sizeof(radiotap);
	store_be16(tapped.bytes + tapped.payload - 2, 0x88cc);
	cr_expect_eq(convert(LINKTYPE_IEEE802_11_RADIOTAP, LINKTYPE_ETHERNET, &tapped, false),
		     REWRITE_OK);
	cr_expect_eq(done.len, 14 + 28); /* the last four are its FCS */
	cr_expect_arr_eq(out, a[1], 6);
	f = wlan(0x80, 0); /* beacon */
	cr_expect_eq(convert(LINKTYPE_IEEE802_11, LINKTYPE_ETHERNET, &f, false), REWRITE_NOT_DATA);
	f = wlan(0xc8, 1); /* QoS null */
	cr_expect_eq(convert(LINKTYPE_IEEE802_11, LINKTYPE_ETHERNET, &f, false), REWRITE_NOT_DATA);
	f = wlan(0x88, 0x41);
	cr_expect_eq(convert(LINKTYPE_IEEE802_11, LINKTYPE_ETHERNET, &f, false), REWRITE_ENCRYPTED);
	f = wlan(0x88, 5);
	cr_expect_eq(convert(LINKTYPE_IEEE802_11, LINKTYPE_ETHERNET, &f, false),
		     REWRITE_AGGREGATED);
	f = wlan(0x88, 1);
	f.bytes[24] = 0x80;
	cr_expect_eq(convert(LINKTYPE_IEEE802_11, LINKTYPE_ETHERNET, &f, false),
		     REWRITE_AGGREGATED);
}

Test(rewrite_link, says_beforehand_what_fits)
{
	char text[160];
	struct strbuf why = strbuf_over(text, sizeof(text));
	bool needs;

	cr_expect_eq(rewrite_link_fit(LINKTYPE_ETHERNET, LINKTYPE_ETHERNET, &needs, &why),
		     REWRITE_FITS);
	cr_expect_str_eq(text, "");
	cr_expect_eq(rewrite_link_fit(LINKTYPE_IPV6, LINKTYPE_RAW, &needs, &why), REWRITE_FITS);
	cr_expect_eq(rewrite_link_fit(LINKTYPE_LINUX_SLL, LINKTYPE_ETHERNET, &needs, &why),
		     REWRITE_CONVERT);
	cr_expect(needs);
	cr_expect_str_eq(text, "LINUX_SLL has no destination MAC addresses; --rewrite gives its "
			       "packets an Ethernet header, with --dst-mac");
	cr_expect_eq(rewrite_link_fit(LINKTYPE_ETHERNET, LINKTYPE_RAW, &needs, &why),
		     REWRITE_CONVERT);
	cr_expect_not(needs);
	cr_expect_eq(rewrite_link_fit(LINKTYPE_NETLINK, LINKTYPE_ETHERNET, NULL, &why),
		     REWRITE_CANNOT);
	cr_expect_str_eq(text, "NETLINK cannot be made ETHERNET: it holds messages of programs and "
			       "the kernel, no packets of a network");
	cr_expect_eq(rewrite_link_fit(147, LINKTYPE_ETHERNET, NULL, &why), REWRITE_CANNOT);
	cr_expect_str_eq(text, "link type 147 cannot be made ETHERNET: it has headers that are not "
			       "known here");
	cr_expect_eq(rewrite_link_fit(LINKTYPE_NETLINK, LINKTYPE_RAW, NULL, NULL), REWRITE_CANNOT);
	cr_expect_eq(rewrite_link_fit(LINKTYPE_ETHERNET, LINKTYPE_IEEE802_11, NULL, &why),
		     REWRITE_CANNOT);
	cr_expect_str_eq(text,
			 "ETHERNET cannot be made IEEE802_11: such headers are never built here");
}

Test(rewrite_link, the_fcs_goes)
{
	struct frame_view f = { .cap_len = 64, .wire_len = 64 };

	rewrite_drop_fcs(&f, 4);
	cr_expect_eq(f.cap_len, 60);
	cr_expect_eq(f.wire_len, 60);
	f = (struct frame_view){ .cap_len = 62, .wire_len = 64 };
	rewrite_drop_fcs(&f, 4);
	cr_expect_eq(f.cap_len, 60);
	f = (struct frame_view){ .cap_len = 40, .wire_len = 64 };
	rewrite_drop_fcs(&f, 4);
	cr_expect_eq(f.cap_len, 40);
	cr_expect_eq(f.wire_len, 60);
	f = (struct frame_view){ .cap_len = 2, .wire_len = 2 };
	rewrite_drop_fcs(&f, 4);
	cr_expect_eq(f.cap_len, 0);
	cr_expect_eq(f.wire_len, 0);
}
