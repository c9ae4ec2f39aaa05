/*
 * tests/unit/test_filter_generate.c -- what expressions mean: programs run on small packets built
 * here. That they mean the same as libpcap's is the business of tests/diff.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "core/compiler.h"
#include "core/linktype.h"
#include "core/strbuf.h"
#include "dissect/filter/filter.h"

struct packet {
	uint8_t data[256];
	uint32_t len;
};

static const struct filter_options plain = { .linktype = LINKTYPE_ETHERNET, .netmask = 0xffffff00 };
static const struct filter_options extended = { .linktype = LINKTYPE_ETHERNET,
						.netmask = FILTER_NETMASK_UNKNOWN,
						.extended = true };
static const struct filter_options transparent = { .linktype = LINKTYPE_ETHERNET,
						   .netmask = FILTER_NETMASK_UNKNOWN,
						   .vlan_transparent = true };

static void put(struct packet *p, const void *bytes, uint32_t len)
{
	cr_assert_leq(p->len + len, sizeof(p->data));
	memcpy(p->data + p->len, bytes, len);
	p->len += len;
}

static void put16(struct packet *p, uint16_t v)
{
	const uint16_t be = htobe16(v);

	put(p, &be, sizeof(be));
}

static void put_ether(struct packet *p, uint16_t type)
{
	put(p, "\x02\0\0\0\0\1\x02\0\0\0\0\2", 12);
	put16(p, type);
}

/* 10.0.0.1 to 10.0.0.2, fragment in units of 8 bytes. */
static void put_ipv4(struct packet *p, uint8_t proto, uint16_t fragment)
{
	put(p, "\x45\0\0\x28\0\1", 6);
	put16(p, fragment);
	put(p, "\x40", 1);
	put(p, &proto, 1);
	put(p, "\0\0\x0a\0\0\1\x0a\0\0\2", 10);
}

/* fd00::1 to fd00::2. */
static void put_ipv6(struct packet *p, uint8_t next)
{
	put(p, "\x60\0\0\0\0\x28", 6);
	put(p, &next, 1);
	put(p, "\x40\xfd\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 17);
	put(p, "\xfd\0\0\0\0\0\0\0\0\0\0\0\0\0\0\2", 16);
}

/* Ports, and what makes it a SYN if it is TCP. */
static void put_ports(struct packet *p, uint16_t src, uint16_t dst)
{
	put16(p, src);
	put16(p, dst);
	put(p, "\0\0\0\0\0\0\0\0\x50\x02\0\0\0\0\0\0", 16);
}

static struct packet tcp4(uint16_t dst)
{
	struct packet p = { 0 };

	put_ether(&p, 0x0800);
	put_ipv4(&p, 6, 0);
	put_ports(&p, 40000, dst);
	return p;
}

/* A tag between the addresses and the type. */
static void tag(struct packet *p, uint16_t tpid, uint16_t tci)
{
	memmove(p->data + 16, p->data + 12, p->len - 12);
	store_be16(p->data + 12, tpid);
	store_be16(p->data + 14, tci);
	p->len += 4;
}

/* Both with and without the optimiser: it may not change what an expression means. */
static bool accepts_with(const struct filter_options *opt, const char *expr,
			 const struct packet *packet)
{
	struct filter_options o = *opt;
	struct filter_program p;
	struct filter_error e;
	bool ret[2];

	for (int i = 0; i < 2; i++) {
		o.unoptimized = i;
		cr_assert_eq(filter_compile(expr, &o, &p, &e), 0, "%s: %s", expr, e.text);
		ret[i] = filter_run(&p, packet->data, packet->len, packet->len, NULL) != 0;
		filter_program_free(&p);
	}
	cr_assert_eq(ret[0], ret[1], "%s: the optimiser changed the verdict", expr);
	return ret[0];
}

static bool accepts(const char *expr, const struct packet *packet)
{
	return accepts_with(&plain, expr, packet);
}

static void refuses_with(const struct filter_options *opt, const char *expr, const char *place,
			 const char *words)
{
	struct filter_program p;
	struct filter_error e;

	cr_assert_eq(filter_compile(expr, opt, &p, &e), -EINVAL, "%s was accepted", expr);
	cr_assert(strstr(e.text, words), "%s: '%s' does not say '%s'", expr, e.text, words);
	cr_assert_eq(e.end - e.begin, strlen(place), "%s: %u-%u", expr, e.begin, e.end);
	cr_assert_eq(strncmp(expr + e.begin, place, strlen(place)), 0, "%s: %u-%u", expr, e.begin,
		     e.end);
}

static void refuses(const char *expr, const char *place, const char *words)
{
	refuses_with(&plain, expr, place, words);
}

Test(filter_generate, hosts)
{
	const struct packet p = tcp4(80);

	cr_assert(accepts("host 10.0.0.1", &p));
	cr_assert(accepts("src host 10.0.0.1 and dst host 10.0.0.2", &p));
	cr_assert_not(accepts("src and dst host 10.0.0.1", &p));
	cr_assert(accepts("net 10", &p));
	cr_assert(accepts("src net 10.0.0.0/30", &p));
	cr_assert(accepts("net 10.0 mask 255.255.0.0", &p));
	cr_assert_not(accepts("net 10.1/16", &p));
	cr_assert(accepts("ether host 02:00:00:00:00:01", &p));
	cr_assert_not(accepts("arp host 10.0.0.1", &p));
	cr_assert(accepts("host localhost or src 10.0.0.1", &p));
	cr_assert_not(accepts("ip6 host fd00::1", &p));
}

Test(filter_generate, ports)
{
	const struct packet http = tcp4(80);
	struct packet later = { 0 }, six = { 0 };

	cr_assert(accepts("port 80", &http));
	cr_assert(accepts("tcp dst port http", &http));
	cr_assert_not(accepts("src port 80", &http));
	cr_assert_not(accepts("udp port 80", &http));
	cr_assert(accepts("portrange 90-70", &http));
	cr_assert(accepts("tcp portrange smtp-http", &http));
	put_ether(&later, 0x0800);
	put_ipv4(&later, 6, 100);
	put_ports(&later, 40000, 80);
	cr_assert_not(accepts("port 80", &later));
	put_ether(&six, 0x86dd);
	put_ipv6(&six, 17);
	put_ports(&six, 53, 40000);
	cr_assert(accepts("udp src port domain", &six));
	cr_assert(accepts("udp and ip6 proto 17 and proto 17", &six));
}

Test(filter_generate, arithmetic)
{
	const struct packet p = tcp4(80);

	cr_assert(accepts("tcp[tcpflags] & tcp-syn != 0", &p));
	cr_assert(accepts("ip[ip[0] & 0xf] = 1", &p)); /* the identification's second byte */
	cr_assert(accepts("tcp[2:2] + 20 - 2 * 10 = 80", &p));
	cr_assert(accepts("len = ip[2:2] + 14", &p));
	cr_assert(accepts("100 - len = 100 - 54", &p));
	cr_assert(accepts("-1 > len and ether[0] << 4 = 0x20 and len % 7 = 5", &p));
	cr_assert(accepts("tcp[2:2] / tcp[3] = 1 and less 54 and greater 54", &p));
	cr_assert(accepts("len >= 54 and len <= 54 and len != 53 and len > 53 and len < 55", &p));
	cr_assert_not(accepts("len > 54 or len < 54 or len != 54 or len >= 55 or len <= 53", &p));
	cr_assert(accepts("len << (4 - 5) = 0 and 1 << (40 + 1) = 0", &p));
	cr_assert_not(accepts("udp[0] >= 0", &p));
	cr_assert_not(accepts("ether[0xffffffff] = 0 or ether[0xfffffff0:4] >= 0", &p));
	/* In front of TCP's header lies IP's. */
	cr_assert(accepts("tcp[-20] = 0x45 and tcp[2 - 10:4] = 0x0a000001", &p));
	cr_assert_not(accepts("tcp[-100] >= 0 or ip[-15] >= 0 or ether[-4096:4] >= 0", &p));
	/* A load beyond the packet decides at once. */
	cr_assert_not(accepts("not ether[200] = 1", &p));
	cr_assert(accepts("tcp or ether[200] = 1", &p));
	cr_assert_not(accepts("ether[200] = 1 or tcp", &p));
}

Test(filter_generate, tags_shift_what_follows)
{
	struct packet p = tcp4(80);

	tag(&p, 0x8100, 0x2064);
	cr_assert_not(accepts("tcp", &p));
	cr_assert(accepts("vlan and tcp", &p));
	cr_assert(accepts("vlan 100 and port 80", &p));
	cr_assert_not(accepts("vlan 101", &p));
	cr_assert(accepts("vlan 5 or tcp", &p)); /* also across `or` */
	tag(&p, 0x88a8, 7);
	cr_assert(accepts("vlan 7 and vlan 100 and tcp", &p));
	cr_assert_not(accepts("vlan 100", &p));
}

Test(filter_generate, labels_and_sessions)
{
	struct packet mpls = { 0 }, ppp = { 0 };

	put_ether(&mpls, 0x8847);
	put(&mpls, "\0\0\x50\x40\0\0\x61\x40", 8); /* 5, then 6 at the bottom */
	put_ipv4(&mpls, 6, 0);
	put_ports(&mpls, 1, 80);
	cr_assert(accepts("mpls 5 and mpls 6 and tcp port 80", &mpls));
	cr_assert_not(accepts("mpls 5 and ip", &mpls));
	put_ether(&ppp, 0x8864);
	put(&ppp, "\x11\0\x04\xd2\0\x40\0\x21", 8);
	put_ipv4(&ppp, 6, 0);
	put_ports(&ppp, 1, 80);
	cr_assert(accepts("pppoes 1234 and ip and tcp port 80", &ppp));
	cr_assert_not(accepts("pppoes 1235", &ppp));
	cr_assert_not(accepts("pppoed", &ppp));
}

/* The tunnel's header, with an Ethernet frame inside. */
static struct packet overlay(uint16_t port, const char *header, uint32_t len)
{
	const struct packet inner = tcp4(80);
	struct packet p = { 0 };

	put_ether(&p, 0x0800);
	put_ipv4(&p, 17, 0);
	put16(&p, 5000);
	put16(&p, port);
	put(&p, "\0\0\0\0", 4);
	put(&p, header, len);
	put(&p, inner.data, inner.len);
	return p;
}

Test(filter_generate, overlays)
{
	const struct packet vxlan = overlay(4789, "\x08\0\0\0\0\x30\x39\0", 8);
	const struct packet geneve = overlay(6081, "\x01\0\x65\x58\0\x30\x39\0opts", 12);

	cr_assert(accepts("vxlan 12345 and tcp port 80", &vxlan));
	cr_assert(accepts("udp and vxlan and ether host 02:00:00:00:00:01", &vxlan));
	cr_assert_not(accepts("vxlan 12346", &vxlan));
	cr_assert_not(accepts("vxlan and udp", &vxlan));
	cr_assert_not(accepts("geneve", &vxlan));
	cr_assert(accepts("geneve 12345 and tcp[2:2] = 80", &geneve));
	cr_assert(accepts("geneve and ether dst 02:00:00:00:00:01 and ip", &geneve));
	cr_assert_not(accepts("geneve and vxlan", &geneve));
}

/* Hop-by-hop options, then a Fragment header, then the transport's. */
static struct packet behind_headers(uint16_t fragment)
{
	struct packet p = { 0 };

	put_ether(&p, 0x86dd);
	put_ipv6(&p, 0);
	put(&p, "\x2c\0\1\4\0\0\0\0", 8);
	put(&p, "\x06\0", 2);
	put16(&p, fragment);
	put(&p, "\0\0\0\1", 4);
	put_ports(&p, 40000, 80);
	return p;
}

Test(filter_generate, chains)
{
	struct filter_options socket = plain;
	const struct packet p = behind_headers(1);

	socket.target = FILTER_SOCKET;
	cr_assert(accepts("ip6 protochain 6", &p));
	cr_assert(accepts("protochain \\tcp", &p));
	cr_assert_not(accepts("ip6 protochain 17", &p));
	cr_assert(accepts_with(&socket, "ip6 protochain 6", &p));
	cr_assert_not(accepts_with(&socket, "protochain 17", &p));
	cr_assert_not(accepts("tcp", &p));
}

Test(filter_generate, extended_mode)
{
	const struct packet first = behind_headers(1), later = behind_headers(8);
	struct packet four = { 0 };

	put_ether(&four, 0x0800);
	put_ipv4(&four, 6, 100);
	put_ports(&four, 40000, 443);
	cr_assert_not(accepts("port 80", &first));
	cr_assert(accepts_with(&extended, "port 80", &first));
	cr_assert(accepts_with(&extended, "tcp dst port 80 and tcp and ip6 proto 6", &first));
	cr_assert(accepts_with(&extended, "tcp[2:2] = 80 and tcp[tcpflags] = tcp-syn", &first));
	cr_assert_not(accepts_with(&extended, "port 81", &first));
	cr_assert_not(accepts_with(&extended, "udp port 80", &first));
	cr_assert(accepts_with(&extended, "tcp port 81", &later));
	cr_assert_not(accepts_with(&extended, "tcp[2:2] = 80", &later));
	cr_assert(accepts_with(&extended, "tcp port 80", &four));
	cr_assert_not(accepts_with(&extended, "udp port 80", &four));
	/* Words that the tests in between use do not disturb what the walk left. */
	cr_assert(accepts_with(&extended, "ip[ip[0] & 0xf] = 0 or ether[ether[5]] = 9 or port 80",
			       &first));
	tag(&four, 0x8100, 5);
	cr_assert(accepts_with(&extended, "port 1 or vlan 5 and tcp port 80", &four));
}

Test(filter_generate, transparent_tags)
{
	struct packet p = tcp4(80);

	for (int tags = 0; tags < 3; tags++) {
		cr_assert(accepts_with(&transparent, "tcp port 80", &p), "%d tags", tags);
		cr_assert_not(accepts_with(&transparent, "not tcp", &p), "%d tags", tags);
		cr_assert(accepts_with(&transparent, "ip[9] = 6 and not udp", &p));
		cr_assert_eq(accepts_with(&transparent, "vlan", &p), tags > 0);
		cr_assert_eq(accepts_with(&transparent, "vlan and tcp", &p), tags > 0);
		cr_assert_eq(accepts_with(&transparent, "vlan and vlan and tcp", &p), tags > 1);
		cr_assert_eq(accepts_with(&transparent, "vlan 101 and tcp", &p), tags == 2);
		tag(&p, 0x8100, (uint16_t)(100 + tags));
	}
}

Test(filter_generate, refusals)
{
	refuses("tcp port 70000", "tcp port 70000", "65535");
	refuses("ip and port htpp", "htpp", "unknown port 'htpp': did you mean 'http'?");
	refuses("host no.such.name.invalid", "no.such.name.invalid", "unknown host");
	refuses("ip proto nosuch", "nosuch", "unknown ip protocol 'nosuch'");
	refuses("tcp host 10.0.0.1", "tcp host 10.0.0.1", "tcp");
	refuses("arp port 5", "arp port 5", "arp");
	refuses("ip or net 10.1/8", "net 10.1/8", "10.0.0.0");
	refuses("vlan 4096", "vlan 4096", "4095");
	refuses("mpls and vlan", "vlan", "MPLS");
	refuses("mpls and arp", "arp", "mpls");
	refuses("geneve and protochain 6", "protochain 6", "variable length");
	refuses("len / 0 = 1", "0", "division by zero");
	refuses("len << 32 = 1", "32", "31 bits");
	refuses("ip and arp", "ip and arp", "rejects all packets");
	refuses("tcp and vlan", "tcp and vlan", "rejects all packets"); /* neither type is a tag */
	refuses_with(&extended, "ip broadcast", "ip broadcast", "netmask");
}

/* Words that only one side of an `or` fills must not be read unwritten on the other. */
Test(filter_generate, kernel_accepts_shifts_under_or)
{
	static const char *const exprs[] = {
		"(geneve or host 10.0.0.1) and port 80",
		"not vxlan 3 and tcp[(tcp[12] >> 2):2] > len",
		"ip protochain 6 or vxlan",
	};
	struct filter_program p;
	struct filter_error e;
	struct errmsg why;

	for (size_t i = 0; i < 4 * ARRAY_SIZE(exprs); i++) {
		struct filter_options o = i & 1 ? extended : plain;

		o.target = FILTER_SOCKET;
		o.unoptimized = i & 2;
		cr_assert_eq(filter_compile(exprs[i / 4], &o, &p, &e), 0, "%s", e.text);
		cr_assert_eq(filter_check_kernel(&p, &why), 0, "%s: %s", exprs[i / 4], why.text);
		filter_program_free(&p);
	}
}

Test(filter_generate, runs_out_of_words)
{
	char text[2048];
	struct strbuf s = strbuf_over(text, sizeof(text));
	struct filter_program p;
	struct filter_error e;

	for (int i = 0; i < 40; i++)
		strbuf_puts(&s, "ether[0] + (");
	strbuf_puts(&s, "len");
	for (int i = 0; i < 40; i++)
		strbuf_putc(&s, ')');
	strbuf_puts(&s, " = 1");
	cr_assert_eq(filter_compile(text, &plain, &p, &e), -EINVAL);
	cr_assert(strstr(e.text, "too complex"), "%s", e.text);
}

/* As long as an expression may be: neither deep recursion nor quadratic work. */
Test(filter_generate, long_chains)
{
	char *const expr = malloc(FILTER_TEXT_MAX + 1);
	const struct packet p = tcp4(80);
	struct filter_program program;
	struct filter_error e;
	struct strbuf s;

	cr_assert(expr);
	s = strbuf_over(expr, FILTER_TEXT_MAX + 1);
	for (unsigned i = 0; i < 2000; i++)
		strbuf_printf(&s, "%sether[0:2] = %u", i ? " or " : "", i);
	cr_assert_eq(filter_compile(expr, &plain, &program, &e), 0, "%s", e.text);
	cr_assert(filter_run(&program, p.data, p.len, p.len, NULL));
	filter_program_free(&program);
	strbuf_reset(&s);
	while (s.len + 8 < FILTER_TEXT_MAX)
		strbuf_puts(&s, "arp or ");
	strbuf_puts(&s, "ip");
	cr_assert_eq(filter_compile(expr, &plain, &program, &e), 0, "%s", e.text);
	filter_program_free(&program);
	strbuf_reset(&s);
	while (s.len + 8 < FILTER_TEXT_MAX)
		strbuf_puts(&s, "len + ");
	strbuf_puts(&s, "1 = 1");
	cr_assert_neq(filter_compile(expr, &plain, &program, &e), 0);
	free(expr);
}
