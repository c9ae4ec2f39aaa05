/* The summary record: what it holds, that it hides no packet, and that any bytes print safely. */
#include <criterion/criterion.h>
#include <string.h>

#include "dissect/registry.h"
#include "dissect/summary.h"
#include "tests/unit/dissect_frames.h"

static struct registry *reg;
static char text[1024];

static void setup(void)
{
	cr_assert_eq(registry_init(&reg, NULL), 0);
}

static void teardown(void)
{
	registry_free(reg);
}

TestSuite(summary, .init = setup, .fini = teardown);

static struct summary summary_of(const char *name, size_t cut, struct dissection *ret)
{
	const struct test_frame *t = test_frame(name);
	const struct frame_view f = test_view(t, t->data, t->len - cut);
	struct summary s;

	memset(&s, 0xa5, sizeof(s)); /* every byte must be written */
	dissect_frame(reg, &f, ret);
	summary_fill(ret, &s);
	return s;
}

Test(summary, fields)
{
	static const uint8_t src[16] = { 10, 0, 0, 1 }, dst[16] = { 10, 0, 0, 2 };
	struct dissection d;
	const struct summary s = summary_of("tcp-syn", 0, &d);

	cr_expect_eq(s.ts_ns, 1700000000123456789ull);
	cr_expect_eq(s.cap_len, 74);
	cr_expect_eq(s.wire_len, 74);
	cr_expect_eq(s.ifindex, 0);
	cr_expect_arr_eq(s.src, src, 16);
	cr_expect_arr_eq(s.dst, dst, 16);
	cr_expect_eq(s.sport, 51234);
	cr_expect_eq(s.dport, 80);
	cr_expect_eq(s.vlan_id, VLAN_NONE);
	cr_expect_eq(s.top_proto, PROTO_TCP);
	cr_expect_eq(s.l4_proto, 6);
	cr_expect_eq(s.tcp_flags, 2);
	cr_expect_eq(s.addr_len, 4);
	cr_expect_eq(s.bits, 0);
}

Test(summary, ids_are_abi)
{
	cr_expect_eq(PROTO_ETH, 1);
	cr_expect_eq(PROTO_IPV4, 5);
	cr_expect_eq(PROTO_TCP, 15);
	cr_expect_eq(PROTO_NETLINK, 20);
	cr_expect_eq(SUMMARY_VERSION, 1);
}

Test(summary, what_could_not_be_followed_is_wild)
{
	struct dissection d;
	struct summary s = summary_of("tcp-syn", 41, &d);

	cr_expect_eq(s.bits, SUMMARY_WILD | SUMMARY_CUT | DISSECT_TRUNCATED);
	s = summary_of("tcp-data", 5, &d); /* only payload is missing */
	cr_expect_eq(s.bits, SUMMARY_CUT);
	s = summary_of("fragment-later", 0, &d);
	cr_expect_eq(s.bits, SUMMARY_FRAGMENT | SUMMARY_LATER_FRAGMENT);
	s = summary_of("frag6-first", 0, &d);
	cr_expect_eq(s.bits, SUMMARY_FRAGMENT);
}

Test(summary, extra)
{
	struct summary_extra x;
	struct dissection d;
	struct summary s = summary_of("6in4", 0, &d);

	cr_expect_eq(s.bits, SUMMARY_EXTRA);
	cr_expect_eq(s.addr_len, 4);
	cr_expect_eq(s.l4_proto, 41);
	cr_assert(summary_extra_fill(&d, &x));
	cr_expect_eq(x.addr_len, 16);
	cr_expect_eq(x.sport, 1111);
	cr_expect_eq(x.l4_proto, 6);
	cr_expect_eq(x.nr_ip, 2);
	cr_expect_eq(x.vlan2_id, VLAN_NONE);

	s = summary_of("qinq", 0, &d);
	cr_expect_eq(s.vlan_id, 10);
	cr_assert(summary_extra_fill(&d, &x));
	cr_expect_eq(x.vlan2_id, 20);
	cr_expect_eq(x.addr_len, 0);

	s = summary_of("udp", 0, &d);
	memset(&x, 0xa5, sizeof(x));
	cr_expect_not(summary_extra_fill(&d, &x));
	cr_expect_eq(x.vlan2_id, 0xa5a5);
	cr_expect_not(s.bits & SUMMARY_EXTRA);
}

static const char *print(const char *name, bool json)
{
	static const struct render_options opt = { .numeric = true };
	struct strbuf out = strbuf_over(text, sizeof(text));
	struct dissection d;
	const struct summary s = summary_of(name, 0, &d);

	if (json)
		summary_print_json(reg, &s, &out);
	else
		summary_print(reg, &s, &opt, &out);
	return text;
}

Test(summary, print)
{
	cr_expect_str_eq(print("tcp-syn", false),
			 "2023-11-14T22:13:20.123456Z if0 IP 10.0.0.1.51234 > 10.0.0.2.80: TCP "
			 "flags 0x02, 74 bytes",
			 "%s", text);
	cr_expect_str_eq(
		print("vlan", true),
		"{\"time\":1700000000.123456789,\"len\":46,\"cap_len\":46,\"ifindex\":0,"
		"\"vlan\":100,\"protocol\":\"udp\",\"src\":\"10.0.0.1\",\"dst\":\"10.0.0.2\","
		"\"l4_proto\":17,\"sport\":1,\"dport\":2,\"status\":\"ok\",\"wild\":false}",
		"%s", text);
	cr_expect(strstr(print("arp-request", false), "ARP 10.0.0.1 > 10.0.0.2"), "%s", text);
	cr_expect(strstr(print("fragment-later", false), "later fragment"), "%s", text);
}

Test(summary, any_bytes_print)
{
	static const struct render_options opt = { .color = true, .nano = true };
	unsigned seed = 7, i, k;

	for (i = 0; i < 20000; i++) {
		struct strbuf out = strbuf_over(text, sizeof(text));
		struct summary s;
		struct summary_extra x;

		for (k = 0; k < sizeof(s); k++) {
			seed = seed * 1103515245 + 12345;
			((uint8_t *)&s)[k] = (uint8_t)(seed >> 16);
		}
		memcpy(&x, &s, sizeof(x));
		summary_print(reg, &s, &opt, &out);
		summary_extra_print(&x, &opt, &out);
		summary_print_json(reg, &s, &out);
		summary_extra_print_json(&x, &out);
		cr_assert_not(out.overflow);
	}
}
