#include "tests/unit/dissect_frames.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/bytes.h"
#include "core/linktype.h"
#include "dissect/checksum.h"

static struct test_frame frames[TEST_FRAMES_MAX];
static size_t nr_frames;

/* ---- pieces: each appends to the frame that is being built ---- */

static struct test_frame *start(const char *name, uint16_t linktype, const char *protocols)
{
	struct test_frame *t = &frames[nr_frames++];

	assert(nr_frames <= TEST_FRAMES_MAX);
	*t = (struct test_frame){ .name = name, .protocols = protocols, .linktype = linktype };
	return t;
}

static uint8_t *grow(struct test_frame *t, size_t len)
{
	uint8_t *p = t->data + t->len;

	assert(t->len + len <= TEST_FRAME_MAX);
	t->len += len;
	return p;
}

static void put8(struct test_frame *t, uint8_t v)
{
	*grow(t, 1) = v;
}

static void put16(struct test_frame *t, uint16_t v)
{
	store_be16(grow(t, 2), v);
}

static void put32(struct test_frame *t, uint32_t v)
{
	store_be32(grow(t, 4), v);
}

static void put_fill(struct test_frame *t, size_t len)
{
	uint8_t *p = grow(t, len);
	size_t i;

	for (i = 0; i < len; i++)
		p[i] = (uint8_t)('a' + i % 26);
}

static void put_eth(struct test_frame *t, uint16_t type)
{
	put16(t, 0x0200), put32(t, 0x00000002);
	put16(t, 0x0200), put32(t, 0x00000001);
	put16(t, type);
}

static void put_vlan(struct test_frame *t, uint16_t tci, uint16_t type)
{
	put16(t, tci);
	put16(t, type);
}

/* Fills in an IPv4 header's checksum. */
static void put_ipv4_checksum(uint8_t *header, size_t len)
{
	store_be16(header + 10, 0);
	store_be16(header + 10, checksum_fold(checksum_partial(header, len, 0)));
}

/* len: bytes after this header; frag: the flags and offset word. */
static void put_ipv4(struct test_frame *t, uint8_t proto, size_t len, uint16_t frag)
{
	const size_t start = t->len;

	put16(t, 0x4500), put16(t, (uint16_t)(20 + len));
	put16(t, 0x1234), put16(t, frag);
	put8(t, 64), put8(t, proto), put16(t, 0);
	put32(t, 0x0a000001), put32(t, 0x0a000002);
	put_ipv4_checksum(t->data + start, 20);
}

static void put_addr6(struct test_frame *t, uint32_t prefix, uint32_t host)
{
	put32(t, prefix), put32(t, 0), put32(t, 0), put32(t, host);
}

static void put_ipv6(struct test_frame *t, uint8_t next, size_t len)
{
	put32(t, 0x60012345), put16(t, (uint16_t)len), put8(t, next), put8(t, 64);
	put_addr6(t, 0x20010db8, 1);
	put_addr6(t, 0x20010db8, 2);
}

static void put_tcp(struct test_frame *t, uint16_t sport, uint16_t dport, uint8_t flags)
{
	put16(t, sport), put16(t, dport);
	put32(t, 1000), put32(t, flags & 0x10 ? 2000 : 0);
	put8(t, 0x50), put8(t, flags), put16(t, 64240);
	put16(t, 0xcafe), put16(t, 0);
}

static void put_udp(struct test_frame *t, uint16_t sport, uint16_t dport, size_t len)
{
	put16(t, sport), put16(t, dport), put16(t, (uint16_t)(8 + len)), put16(t, 0xcafe);
}

/* An extension header of 8 bytes: the next number, length 0, six bytes of padding option. */
static void put_ext(struct test_frame *t, uint8_t next)
{
	put16(t, (uint16_t)(next << 8)), put16(t, 0x0104), put32(t, 0);
}

static void put_fragment6(struct test_frame *t, uint8_t next, uint16_t offset)
{
	put8(t, next), put8(t, 0), put16(t, offset), put32(t, 0xdeadbeef);
}

/* ---- frames ---- */

static void build_tcp(void)
{
	struct test_frame *t = start("tcp-syn", LINKTYPE_ETHERNET, "eth:ip:tcp");

	put_eth(t, 0x0800), put_ipv4(t, 6, 40, 0x4000);
	put_tcp(t, 51234, 80, 0x02);
	t->data[t->len - 8] = 0xa0; /* 40 bytes of header */
	put32(t, 0x020405b4), put32(t, 0x0402080a), put32(t, 12345), put32(t, 0),
		put32(t, 0x01030307);

	t = start("tcp-data", LINKTYPE_ETHERNET, "eth:ip:tcp");
	put_eth(t, 0x0800), put_ipv4(t, 6, 20 + 30, 0x4000);
	put_tcp(t, 51234, 80, 0x18), put_fill(t, 30);

	t = start("tcp-sack-padded", LINKTYPE_ETHERNET, "eth:ip:tcp");
	put_eth(t, 0x0800), put_ipv4(t, 6, 20 + 20, 0x4000);
	put_tcp(t, 80, 51234, 0x10);
	t->data[t->len - 8] = 0xa0;
	put32(t, 0x01010512), put32(t, 3000), put32(t, 4000), put32(t, 5000), put32(t, 6000);
	put_fill(t, 6); /* Ethernet padding: no part of the packet */

	t = start("tcp6", LINKTYPE_ETHERNET, "eth:ipv6:tcp");
	put_eth(t, 0x86dd), put_ipv6(t, 6, 20 + 5), put_tcp(t, 443, 40000, 0x18), put_fill(t, 5);
}

static void build_udp(void)
{
	struct test_frame *t = start("udp", LINKTYPE_ETHERNET, "eth:ip:udp");

	put_eth(t, 0x0800), put_ipv4(t, 17, 8 + 22, 0);
	put_udp(t, 5000, 6000, 22), put_fill(t, 22);

	t = start("udp-empty", LINKTYPE_ETHERNET, "eth:ip:udp");
	put_eth(t, 0x0800), put_ipv4(t, 17, 8, 0), put_udp(t, 5000, 6000, 0), put_fill(t, 18);

	t = start("udp6", LINKTYPE_ETHERNET, "eth:ipv6:udp");
	put_eth(t, 0x86dd), put_ipv6(t, 17, 8 + 4), put_udp(t, 546, 547, 4), put_fill(t, 4);

	t = start("fragment-first", LINKTYPE_ETHERNET, "eth:ip:udp");
	put_eth(t, 0x0800), put_ipv4(t, 17, 8 + 16, 0x2000);
	put_udp(t, 5000, 6000, 4000), put_fill(t, 16);

	t = start("fragment-later", LINKTYPE_ETHERNET, "eth:ip");
	put_eth(t, 0x0800), put_ipv4(t, 17, 24, 0x0003), put_fill(t, 24);

	t = start("ip-options", LINKTYPE_ETHERNET, "eth:ip:udp");
	put_eth(t, 0x0800), put_ipv4(t, 17, 4 + 8, 0);
	t->data[14] = 0x46;
	put32(t, 0x94040000); /* router alert */
	put_ipv4_checksum(t->data + 14, 24);
	put_udp(t, 1, 2, 0);
}

static void build_vlan(void)
{
	struct test_frame *t = start("vlan", LINKTYPE_ETHERNET, "eth:vlan:ip:udp");

	put_eth(t, 0x8100), put_vlan(t, 0xa064, 0x0800);
	put_ipv4(t, 17, 8, 0), put_udp(t, 1, 2, 0);

	t = start("qinq", LINKTYPE_ETHERNET, "eth:vlan:vlan:ip:tcp");
	put_eth(t, 0x88a8), put_vlan(t, 10, 0x8100), put_vlan(t, 20, 0x0800);
	put_ipv4(t, 6, 20, 0), put_tcp(t, 1, 2, 0x10);

	t = start("vlan-triple", LINKTYPE_ETHERNET, "eth:vlan:vlan:vlan:arp");
	put_eth(t, 0x9100), put_vlan(t, 1, 0x8100), put_vlan(t, 2, 0x8100), put_vlan(t, 3, 0x0806);
	put32(t, 0x00010800), put32(t, 0x06040002);
	put16(t, 0x0200), put32(t, 1), put32(t, 0x0a000001);
	put16(t, 0x0200), put32(t, 2), put32(t, 0x0a000002);

	t = start("arp-request", LINKTYPE_ETHERNET, "eth:arp");
	put_eth(t, 0x0806), put32(t, 0x00010800), put32(t, 0x06040001);
	put16(t, 0x0200), put32(t, 1), put32(t, 0x0a000001);
	put16(t, 0), put32(t, 0), put32(t, 0x0a000002), put_fill(t, 18);

	t = start("llc", LINKTYPE_ETHERNET, "eth:llc");
	put_eth(t, 38), put8(t, 0x04), put8(t, 0x04), put8(t, 3), put_fill(t, 35 + 8);

	t = start("snap", LINKTYPE_ETHERNET, "eth:llc:ip:udp");
	put_eth(t, 36), put32(t, 0xaaaa0300), put32(t, 0x00000800);
	put_ipv4(t, 17, 8, 0), put_udp(t, 1, 2, 0);

	t = start("experimental", LINKTYPE_ETHERNET, "eth");
	put_eth(t, 0x88b5), put_fill(t, 46);
}

static void build_icmp(void)
{
	struct test_frame *t = start("icmp-echo", LINKTYPE_ETHERNET, "eth:ip:icmp");

	put_eth(t, 0x0800), put_ipv4(t, 1, 8 + 16, 0);
	put32(t, 0x08001111), put32(t, 0x00070003), put_fill(t, 16);

	t = start("icmp-unreachable", LINKTYPE_ETHERNET, "eth:ip:icmp:ip:udp");
	put_eth(t, 0x0800), put_ipv4(t, 1, 8 + 28, 0);
	put32(t, 0x03031111), put32(t, 0), put_ipv4(t, 17, 8, 0), put_udp(t, 5353, 9, 0);

	t = start("icmp6-ns", LINKTYPE_ETHERNET, "eth:ipv6:icmpv6");
	put_eth(t, 0x86dd), put_ipv6(t, 58, 32);
	put32(t, 0x87001111), put32(t, 0), put_addr6(t, 0xfe800000, 9);
	put16(t, 0x0101), put16(t, 0x0200), put32(t, 1);

	t = start("icmp6-echo", LINKTYPE_ETHERNET, "eth:ipv6:icmpv6");
	put_eth(t, 0x86dd), put_ipv6(t, 58, 8 + 4);
	put32(t, 0x80001111), put32(t, 0x00070003), put_fill(t, 4);

	t = start("icmp6-ra", LINKTYPE_ETHERNET, "eth:ipv6:icmpv6");
	put_eth(t, 0x86dd), put_ipv6(t, 58, 16 + 32 + 8);
	put32(t, 0x86001111), put32(t, 0x40c00708), put32(t, 0), put32(t, 0);
	put32(t, 0x030440c0), put32(t, 86400), put32(t, 14400), put32(t, 0);
	put_addr6(t, 0x20010db8, 0);
	put32(t, 0x05010000), put32(t, 1500);
}

static void build_chains(void)
{
	struct test_frame *t =
		start("ext-chain", LINKTYPE_ETHERNET,
		      "eth:ipv6:ipv6.hopopts:ipv6.dstopts:ipv6.routing:ipv6.fraghdr:ah:mipv6:tcp");

	put_eth(t, 0x86dd), put_ipv6(t, 0, 8 + 8 + 24 + 8 + 16 + 8 + 20);
	put_ext(t, 60), put_ext(t, 43);
	put32(t, 0x2c020001), put32(t, 0), put_addr6(t, 0x20010db8, 3); /* 24 bytes of routing */
	put_fragment6(t, 51, 0);                                        /* atomic */
	put32(t, 0x87020000), put32(t, 0x55), put32(t, 1), put32(t, 0); /* AH: (2 + 2) * 4 bytes */
	put_ext(t, 6), put_tcp(t, 1, 2, 0x10);

	t = start("frag6-first", LINKTYPE_ETHERNET, "eth:ipv6:ipv6.fraghdr:udp");
	put_eth(t, 0x86dd), put_ipv6(t, 44, 8 + 8 + 8), put_fragment6(t, 17, 1);
	put_udp(t, 5000, 6000, 3000), put_fill(t, 8);

	t = start("frag6-later", LINKTYPE_ETHERNET, "eth:ipv6:ipv6.fraghdr");
	put_eth(t, 0x86dd), put_ipv6(t, 44, 8 + 16), put_fragment6(t, 17, 16 << 3);
	put_fill(t, 16);

	t = start("no-next", LINKTYPE_ETHERNET, "eth:ipv6");
	put_eth(t, 0x86dd), put_ipv6(t, 59, 0);

	t = start("6in4", LINKTYPE_ETHERNET, "eth:ip:ipv6:tcp");
	put_eth(t, 0x0800), put_ipv4(t, 41, 60, 0);
	put_ipv6(t, 6, 20), put_tcp(t, 1111, 2222, 0x11);

	t = start("ipip", LINKTYPE_ETHERNET, "eth:ip:ip:udp");
	put_eth(t, 0x0800), put_ipv4(t, 4, 28, 0), put_ipv4(t, 17, 8, 0), put_udp(t, 53, 99, 0);
}

static void build_links(void)
{
	struct test_frame *t = start("sll", LINKTYPE_LINUX_SLL, "sll:ip:udp");

	put32(t, 0x00040001), put16(t, 6), put16(t, 0x0200), put32(t, 1), put16(t, 0);
	put16(t, 0x0800), put_ipv4(t, 17, 8, 0), put_udp(t, 1, 2, 0);

	t = start("sll2", LINKTYPE_LINUX_SLL2, "sll:ipv6:udp");
	put32(t, 0x86dd0000), put32(t, 7), put32(t, 0x00010406);
	put16(t, 0x0200), put32(t, 1), put16(t, 0);
	put_ipv6(t, 17, 8), put_udp(t, 1, 2, 0);

	t = start("raw4", LINKTYPE_RAW, "raw:ip:udp");
	put_ipv4(t, 17, 8, 0), put_udp(t, 1, 2, 0);
	t = start("raw6", LINKTYPE_RAW, "raw:ipv6:udp");
	put_ipv6(t, 17, 8), put_udp(t, 1, 2, 0);
	t = start("ipv4-link", LINKTYPE_IPV4, "ip:udp");
	put_ipv4(t, 17, 8, 0), put_udp(t, 1, 2, 0);

	t = start("null-le", LINKTYPE_NULL, "null:ip:udp");
	put32(t, 0x02000000), put_ipv4(t, 17, 8, 0), put_udp(t, 1, 2, 0);
	t = start("null-be", LINKTYPE_NULL, "null:ip:udp");
	put32(t, 2), put_ipv4(t, 17, 8, 0), put_udp(t, 1, 2, 0);
	t = start("loop", LINKTYPE_LOOP, "null:ipv6:udp");
	put32(t, 24), put_ipv6(t, 17, 8), put_udp(t, 1, 2, 0);
}

const struct test_frame *test_frames(size_t *ret_nr)
{
	if (!nr_frames) {
		build_tcp();
		build_udp();
		build_vlan();
		build_icmp();
		build_chains();
		build_links();
	}
	*ret_nr = nr_frames;
	return frames;
}

const struct test_frame *test_frame(const char *name)
{
	size_t nr, i;
	const struct test_frame *all = test_frames(&nr);

	for (i = 0; i < nr; i++)
		if (!strcmp(all[i].name, name))
			return &all[i];
	abort();
}

uint8_t *guarded_buffer(size_t size)
{
	static uint8_t *end;
	static size_t room;

	if (size > room) {
		const size_t page = (size_t)sysconf(_SC_PAGESIZE);
		uint8_t *base;

		room = align_up(size, page);
		base = mmap(NULL, room + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			    -1, 0);
		if (base == MAP_FAILED || mprotect(base + room, page, PROT_NONE))
			abort();
		end = base + room;
	}
	return end - size;
}
