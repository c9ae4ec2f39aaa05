/* Capture filters in words. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/compiler.h"
#include "core/linktype.h"
#include "dissect/filter/filter.h"

static const struct filter_options ethernet = { .linktype = LINKTYPE_ETHERNET,
						.netmask = 0xffffff00 };

/* The words begin with `words`, and `note` is somewhere in them, if it is not NULL. */
static void check(const char *expr, const char *words, const char *note)
{
	struct filter_error err;
	char text[4096];
	struct strbuf out = strbuf_over(text, sizeof(text));

	cr_assert_eq(filter_explain(expr, &ethernet, &out, &err), 0, "'%s': %s", expr, err.text);
	cr_expect_eq(strncmp(text, words, strlen(words)), 0, "'%s': %s", expr, text);
	if (note)
		cr_expect(strstr(text, note), "'%s': %s", expr, text);
	cr_expect_neq(text[out.len - 1], '\n');
}

Test(filter_explain, primitives)
{
	check("", "Accepts every packet", NULL);
	check("tcp", "Accepts TCP over IPv4 or IPv6", "behind a fragment header");
	check("port 4711",
	      "Accepts TCP, UDP or SCTP over IPv4 or IPv6 where the source or "
	      "destination port is 4711",
	      "first fragment");
	check("udp dst port 4711",
	      "Accepts UDP over IPv4 or IPv6 where the destination port is 4711", "extension");
	check("tcp portrange 4712-4711",
	      "Accepts TCP over IPv4 or IPv6 where the source or destination port is between 4711 "
	      "and 4712",
	      NULL);
	check("src host 10.0.0.1", "Accepts IPv4, ARP or RARP where the source address is 10.0.0.1",
	      "'ip host'");
	check("ip host 10.0.0.1",
	      "Accepts IPv4 where the source or destination address is 10.0.0.1", NULL);
	check("net 10",
	      "Accepts IPv4, ARP or RARP where the source or destination address is in "
	      "10.0.0.0/8",
	      NULL);
	check("net 10.1.0.0 mask 255.255.0.0",
	      "Accepts IPv4, ARP or RARP where the source or destination address is in 10.1.0.0 "
	      "with the mask 255.255.0.0",
	      NULL);
	check("net fe80::/10",
	      "Accepts IPv6 where the source or destination address is in fe80::/10", NULL);
	check("ether src 1:2:3:4:5:6",
	      "Accepts frames where the source MAC address is 01:02:03:04:05:06", NULL);
	check("ip proto 250", "Accepts IPv4 carrying protocol 250", NULL);
	check("less 64", "Accepts packets of at most 64 bytes", NULL);
	check("byte 0 & 1", "Accepts packets where byte 0 of the frame & 1 is not 0", "deprecated");
}

Test(filter_explain, comparisons)
{
	check("tcp[tcpflags] & tcp-syn != 0",
	      "Accepts TCP over IPv4 where byte tcpflags [13] of the TCP header & tcp-syn [2] is "
	      "not 0",
	      "never behind IPv6");
	check("ip6[4:2] > 100",
	      "Accepts IPv6 where the 2 bytes at 4 of the IPv6 header is more than 100", NULL);
	check("len % 3 + 1 = 2", "Accepts packets where the length % (3 + 1) is 2", "no rank");
	check("link[0] = 1 and len % (3 + 1) = 2",
	      "Accepts a packet that is all of these:\n"
	      "  - packets where byte 0 of the frame is 1\n"
	      "  - packets where the length % (3 + 1) is 2",
	      NULL);
}

Test(filter_explain, combinations)
{
	check("tcp or udp and ip",
	      "Accepts a packet that is all of these:\n"
	      "  - any of these:\n"
	      "    - TCP over IPv4 or IPv6\n"
	      "    - UDP over IPv4 or IPv6\n"
	      "  - IPv4\n",
	      "same rank");
	check("not (tcp or not not udp)",
	      "Accepts a packet that is none of these:\n"
	      "  - TCP over IPv4 or IPv6\n"
	      "  - UDP over IPv4 or IPv6\n",
	      "behind 'not'");
	check("not arp", "Accepts every packet but ARP", NULL);
	check("vlan 5 and arp or ip",
	      "Accepts a packet that is any of these:\n"
	      "  - all of these:\n"
	      "    - frames with a VLAN tag, VLAN 5\n"
	      "    - ARP [behind the VLAN tag]\n"
	      "  - IPv4 [behind the VLAN tag]\n",
	      "moves all that stands to the right");
}

Test(filter_explain, refused)
{
	struct filter_error err;
	char text[256];
	struct strbuf out = strbuf_over(text, sizeof(text));

	cr_expect_eq(filter_explain("tcp prot 80", &ethernet, &out, &err), -EINVAL);
	cr_expect_eq(filter_explain("ether port 80", &ethernet, &out, &err), -EINVAL);
	cr_expect_str_eq(text, "");
}

/* Thousands of alternations: told as far as it goes, without a deep stack. */
Test(filter_explain, deep)
{
	enum { TIMES = 500 };
	static const char unit[] = " or tcp and ip";
	char *expr = malloc(3 + TIMES * (sizeof(unit) - 1) + 1), *p = stpcpy(expr, "arp");

	for (int i = 0; i < TIMES; i++)
		p = stpcpy(p, unit);
	check(expr, "Accepts a packet that is all of these:\n  - any of these:", NULL);
	free(expr);
}
