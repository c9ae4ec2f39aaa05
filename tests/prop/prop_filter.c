/*
 * Properties of compiled filters, over random expressions and packets:
 *
 *   - filter_check() takes what was compiled; the kernel takes what was compiled for a socket
 *   - optimised or not, a program gives the same for a packet and for each of its prefixes
 *   - what accepts a prefix has looked at nothing behind it, so it accepts the whole packet
 *   - the program survives being printed as numbers and read again
 *
 *	prop_filter [SEED [EXPRESSIONS]]      without a seed: one from the clock, which is printed
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dissect/filter/filter.h"

enum { EXPRESSIONS = 1500, PACKETS = 12, PACKET_MAX = 160, TEXT_MAX = 4096, DEPTH_MAX = 3 };

static uint64_t state;

static uint32_t below(uint32_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 24) % n;
}

static const char *const primitives[] = {
	"ip",
	"ip6",
	"arp",
	"tcp",
	"udp",
	"icmp6",
	"port 80",
	"udp port 53",
	"tcp src portrange 1-1023",
	"host 10.0.0.1",
	"src host 10.0.0.2",
	"net 10.0.0.0/8",
	"ip6 host fd00::1",
	"src net fe80::/10",
	"ip proto 47",
	"proto 6",
	"ip6 proto 58",
	"ip multicast",
	"ip[0] & 0xf = 5",
	"tcp[tcpflags] & tcp-syn != 0",
	"tcp[((tcp[12] & 0xf0) >> 2):2] > len",
	"udp[4:2] - 8 < ip[2:2] / 2",
	"link[0] = 0x45",
	"icmp[icmptype] = icmp-echo",
	"less 80",
	"greater 60",
	"len % 2 = 0",
	"1 = 1",
	"1 > 2",
	"ip protochain 6",
	"icmp6[0] * ip6[6] != 3",
	"arp[6:2] = 1",
	"byte 12 = 8",
};
static const char *const shifts[] = { "vlan", "vlan 5", "pppoes", "mpls", "geneve", "vxlan 3" };
static const uint16_t linktypes[] = { 1, 1, 1, 0, 108, 101, 228, 229, 9, 113, 276, 105, 127, 192 };

#define PICK(table) (table)[below(sizeof(table) / sizeof((table)[0]))]

static void put_expression(struct strbuf *s, unsigned depth)
{
	if (!depth || !below(3)) {
		strbuf_puts(s, below(8) ? PICK(primitives) : PICK(shifts));
		return;
	}
	if (!below(4))
		strbuf_puts(s, "not ");
	strbuf_puts(s, "(");
	put_expression(s, depth - 1);
	strbuf_puts(s, below(2) ? ") and (" : ") or (");
	put_expression(s, depth - 1);
	strbuf_puts(s, ")");
}

/* Ethernet, tagged or not, or a packet of the network layer; then noise on top. */
static uint32_t make_packet(uint8_t *p)
{
	static const uint8_t heads[][34] = {
		{ 2,  0, 0, 0, 0, 1,  2, 0, 0, 0,  0, 2, 8, 0,  0x45, 0, 0,
		  60, 0, 1, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0,    0, 2 },
		{ 2, 0,    0, 0, 0,  1, 2, 0, 0, 0,  0,  2, 0x81, 0,  0, 5, 8,
		  0, 0x45, 0, 0, 60, 0, 1, 0, 0, 64, 17, 0, 0,    10, 0, 0, 1 },
		{ 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x86, 0xdd, 0x60, 0, 0, 0, 0, 20, 6 },
		{ 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 6, 0, 1, 8, 0, 6, 4, 0, 1 },
		{ 0x45, 0, 0, 60, 0, 1, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 0, 53 },
		{ 2, 0, 0, 0, 0x45, 0, 0, 60, 0, 1, 0, 0, 64, 6 },
		{ 0xff, 3, 0, 0x21, 0x45, 0, 0, 60 },
		{ 0, 0, 8, 0, 0x6f },
	};
	const uint32_t len = below(PACKET_MAX + 1);
	uint32_t i, changes = below(6);

	for (i = 0; i < PACKET_MAX; i++)
		p[i] = (uint8_t)(below(2) ? below(256) : below(4));
	memcpy(p, PICK(heads), sizeof(heads[0]));
	while (changes--)
		p[below(PACKET_MAX)] = (uint8_t)below(256);
	return len;
}

/* Of exactly its size, for the sanitizer. */
static uint32_t run(const struct filter_program *p, const uint8_t *packet, uint32_t len)
{
	uint8_t *copy = malloc(len ? len : 1);
	uint32_t ret;

	if (!copy)
		abort();
	memcpy(copy, packet, len);
	ret = filter_run(p, copy, PACKET_MAX, len, NULL);
	free(copy);
	return ret;
}

static const char *check_packets(const struct filter_program *best,
				 const struct filter_program *plain)
{
	uint8_t packet[PACKET_MAX];
	unsigned i;

	for (i = 0; i < PACKETS; i++) {
		const uint32_t len = make_packet(packet);
		const uint32_t whole = run(best, packet, len);
		const uint32_t cut = below(len + 1);
		const uint32_t part = run(best, packet, cut);

		if (whole != run(plain, packet, len) || part != run(plain, packet, cut))
			return "optimised and plain code differ";
		if (part && part != whole)
			return "accepts a prefix and not the packet";
	}
	return NULL;
}

static const char *check_numbers(const struct filter_program *p)
{
	static char text[256 << 10];
	struct strbuf s = strbuf_over(text, sizeof(text));
	struct filter_program again = { 0 };
	struct errmsg err = { "" };
	bool same;

	filter_print_numbers(p, &s);
	same = !filter_parse_numbers(text, &again, &err) && again.len == p->len &&
	       again.loops == p->loops &&
	       !memcmp(again.insns, p->insns, p->len * sizeof(*p->insns));
	filter_program_free(&again);
	return same ? NULL : "reads back another program";
}

/* NULL, or what does not hold; *compiled counts. */
static const char *check(const char *expr, struct filter_options *opt, unsigned *compiled)
{
	struct filter_program best = { 0 }, plain = { 0 };
	struct filter_error why = { "" };
	struct errmsg err = { "" };
	const char *wrong = NULL;
	int ret = filter_compile(expr, opt, &best, &why);

	if (ret) /* refused for what it says; only the rest is checked here */
		return why.text[0] && why.begin <= strlen(expr) ? NULL : "refused without a reason";
	(*compiled)++;
	opt->unoptimized = true;
	ret = filter_compile(expr, opt, &plain, &why);
	/* Without the optimiser it may be too long. */
	if (ret && ret != -E2BIG)
		wrong = why.text;
	else if (filter_check(best.insns, best.len, true, &err) ||
		 (!ret && filter_check(plain.insns, plain.len, true, &err)))
		wrong = err.text;
	else if (opt->target == FILTER_SOCKET && filter_check_kernel(&best, &err))
		wrong = err.text;
	else if (best.len > plain.len && !ret)
		wrong = "optimised code is longer";
	else
		wrong = check_numbers(&best) ?: ret ? NULL : check_packets(&best, &plain);
	if (wrong)
		printf("FAIL: '%s', link type %u, target %u, extended %d, transparent %d: %s\n",
		       expr, opt->linktype, opt->target, opt->extended, opt->vlan_transparent,
		       wrong);
	filter_program_free(&best);
	filter_program_free(&plain);
	return wrong;
}

int main(int argc, char **argv)
{
	const uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : (uint64_t)time(NULL);
	const unsigned long wanted = argc > 2 ? strtoul(argv[2], NULL, 10) : EXPRESSIONS;
	unsigned compiled = 0, failed = 0;
	unsigned long i;

	printf("prop_filter: seed %llu\n", (unsigned long long)seed);
	state = seed * 2654435761u + 88172645463325252ull;
	for (i = 0; i < wanted && failed < 20; i++) {
		char text[TEXT_MAX];
		struct strbuf s = strbuf_over(text, sizeof(text));
		struct filter_options opt = {
			.linktype = PICK(linktypes),
			.target = below(4) ? FILTER_FILE : FILTER_SOCKET,
			.netmask = FILTER_NETMASK_UNKNOWN,
			.has_direction = below(2),
			.extended = !below(6),
			.vlan_transparent = !below(6),
		};

		put_expression(&s, below(DEPTH_MAX + 1));
		failed += check(text, &opt, &compiled) != NULL;
	}
	printf("%lu expressions, %u compiled, %u fail\n", i, compiled, failed);
	return failed || compiled < wanted / 4 ? EXIT_FAILURE : EXIT_SUCCESS;
}
