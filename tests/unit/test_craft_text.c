/* What is wrong with a description: the place and the remedy. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/strbuf.h"
#include "dissect/craft/craft.h"

Test(craft_text, sizes_are_parsed)
{
	struct craft_sizes s = { 0 };

	cr_expect_eq(craft_sizes_parse("60-1514", &s), 0);
	cr_expect(s.kind == CRAFT_SIZE_RANGE && s.min == 60 && s.max == 1514);
	cr_expect_eq(craft_sizes_parse("59", &s), -ERANGE);
	cr_expect_eq(craft_sizes_parse("65536", &s), -ERANGE);
	cr_expect_eq(craft_sizes_parse("99999999999999999999", &s), -ERANGE);
	cr_expect_eq(craft_sizes_parse("100-60", &s), -ERANGE);
	cr_expect_eq(craft_sizes_parse("", &s), -EINVAL);
	cr_expect_eq(craft_sizes_parse("64b", &s), -EINVAL);
	cr_expect_eq(craft_sizes_parse("64-", &s), -EINVAL);
	cr_expect_eq(s.min, 60);
}

struct complaint {
	const char *text, *at, *reason; /* at: what is marked */
};

#define ZEROS_16 "0000000000000000"
#define ZEROS_64 ZEROS_16 ZEROS_16 ZEROS_16 ZEROS_16

static const struct complaint complaints[] = {
	{ "", "", "nothing is described" },
	{ " # only this", " # only this", "nothing is described" },
	{ "eth/ipp/udp", "ipp", "did you mean ip?" },
	{ "eth/ipv6", "ipv6", "did you mean ip6?" },
	{ "ip(tll=3)", "tll", "did you mean ttl?" },
	{ "ip(ttl=256)", "256", "0 to 255" },
	{ "ip(src=10.0.0)", "10.0.0", "IPv4" },
	{ "ip(src=10.0.0.0/33)", "33", "0 to 32" },
	{ "ip(ttl=1/3)", "3", "1-9" },
	{ "ip6(src=10.0.0.1)", "10.0.0.1", "IPv6" },
	{ "eth(dst=02:00:00:00:00)", "02:00:00:00:00", "MAC" },
	{ "eth/udp", "udp", "it carries vlan, arp, ip" },
	{ "ip/udp(sport=5 random)", "random", "one value cannot vary" },
	{ "ip/udp(sport=9-5)", "9-5", "backwards" },
	{ "ip/udp(sport=1-9 rnadom)", "rnadom", "did you mean random?" },
	{ "ip/udp(sport=1-9 count 0)", "0", "the step" },
	{ "ip/udp(sport=1-9 count 10)", "count 10", "larger" },
	{ "ip/udp(sport=1,sport=2)", "sport=2", "twice" },
	{ "ip/udp(sport=1", "(", "no ) closes" },
	{ "ip/udp(sport=1 x)", "x", "count, every or random" },
	{ "ip/", "", "a layer" },
	{ "ip udp", "u", "/ and a layer" },
	{ "0*ip", "0", "1 to 4096" },
	{ "3 ip", "i", "* between" },
	{ "4000*ip;4000*ip", "4000*ip", "add up" },
	{ "payload(\"x", "\"", "quotation mark" },
	{ "payload(\"\\q\")", "\\q", "escape" },
	{ "payload(hex 0)", "0", "two hexadecimal" },
	{ "payload(hex 0x)", "x", "hexadecimal digit" },
	{ "payload(5)/eth", "eth", "nothing comes behind" },
	{ "ip/udp/payload(65495)", "ip/udp/payload(65495)", "65535 at most" },
	{ "ip/udp/payload(len=3,data=\"four\")", "len=3", "4 bytes" },
	{ "ip/tcp(flags=X)", "X", "FSRPAUEC" },
	{ "ip(tos=1,dscp=2)", "dscp=2", "one of them" },
	{ "ip/udp/dns(type=AAA)", "AAA", "did you mean AAAA?" },
	{ "ip/udp/dns(name=\"a..b\")", "name=\"a..b\"", "empty" },
	{ "ip/udp/dns(name=\"a..\")", "name=\"a..\"", "empty" },
	{ "ip6(src=1::-f:: random)", "random", "prefix" },
	{ "eth/eth/ip", "eth", "does not carry eth" },
	{ "payload(data=hello-world)", "hello-world", "quotation marks" },
	{ "ip6(src=0:0:0:1::-0:0:0:2:ffff:ffff:ffff:ffff random)", "random", "prefix" },
	{ "ip/udp(sport=" ZEROS_64 "70000)", ZEROS_64 "70000", "0 to 65535" },
	{ "ip(src=10.0.0.0/" ZEROS_64 "70)", ZEROS_64 "70", "0 to 32" },
};

Test(craft_text, complains_with_place_and_remedy)
{
	const struct craft_options o = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(complaints); i++) {
		const struct complaint *k = &complaints[i];
		struct filter_error err = { .text = "" };
		struct craft *c = NULL;

		cr_assert_eq(craft_open(k->text, &o, &c, &err), -EINVAL, "%s", k->text);
		cr_expect(strstr(err.text, k->reason), "%s: %s", k->text, err.text);
		cr_expect(err.end - err.begin == strlen(k->at) &&
				  !memcmp(k->text + err.begin, k->at, strlen(k->at)),
			  "%s: marks %u to %u", k->text, err.begin, err.end);
	}
}

Test(craft_text, bounds_what_it_takes)
{
	const struct craft_options o = { 0 };
	char *text = malloc(CRAFT_TEXT_MAX + 2);
	struct filter_error err;
	struct strbuf out;
	struct craft *c;
	size_t n;

	cr_assert_not_null(text);
	memset(text, ' ', CRAFT_TEXT_MAX + 1);
	text[CRAFT_TEXT_MAX + 1] = '\0';
	cr_expect_eq(craft_open(text, &o, &c, &err), -EINVAL);
	for (n = 0; n < 17; n++)
		memcpy(text + n * 5, "vlan/", 5);
	memcpy(text + n * 5, "ip", 3);
	cr_expect_eq(craft_open(text, &o, &c, &err), -EINVAL);
	cr_expect(strstr(err.text, "16 layers"), "%s", err.text);
	for (n = 0; n < 65; n++)
		memcpy(text + n * 3, "ip;", 4);
	cr_expect_eq(craft_open(text, &o, &c, &err), -EINVAL);
	cr_expect(strstr(err.text, "64 descriptions"), "%s", err.text);
	out = strbuf_over(text, CRAFT_TEXT_MAX);
	strbuf_puts(&out, "ip/udp(sport=1");
	for (unsigned i = 0; i < CRAFT_LIST_MAX; i++)
		strbuf_printf(&out, ",%u", i);
	strbuf_putc(&out, ')');
	cr_expect_eq(craft_open(text, &o, &c, &err), -EINVAL);
	cr_expect(strstr(err.text, "256 values"), "%s", err.text);
	free(text);
}
