/* Display filters: what matches, and what a refusal says. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "dissect/display/display.h"
#include "tests/unit/dissect_frames.h"

static struct registry *reg;

static void setup(void)
{
	cr_assert_eq(registry_init(&reg, NULL), 0);
}

static void teardown(void)
{
	registry_free(reg);
}

TestSuite(display, .init = setup, .fini = teardown);

/* An Ethernet frame: 10.1.2.3 port 4660 sends a DNS question over UDP to 192.168.7.9 port 53. */
static const uint8_t question[] = {
	0x00, 0x0c, 0x29, 0x36, 0xe7, 0x51, 0x02, 0x00, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x45,
	0x00, 0x00, 0x39, 0x12, 0x34, 0x40, 0x00, 0x40, 0x11, 0x00, 0x00, 10,   1,    2,    3,
	192,  168,  7,    9,    0x12, 0x34, 0x00, 0x35, 0x00, 0x25, 0x00, 0x00, 0x18, 0x0f, 0x01,
	0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 3,    'w',  'w',  'w',  7,    'e',
	'x',  'a',  'm',  'p',  'l',  'e',  0,    0x00, 0x01, 0x00, 0x01,
};

static bool match_bytes(const char *expr, const uint8_t *data, size_t len)
{
	const struct frame_view frame = { .data = data,
					  .ts_ns = 1262304000500000000ull, /* 2010 begins */
					  .cap_len = (uint32_t)len,
					  .wire_len = (uint32_t)len + 10,
					  .linktype = 1 };
	const struct frame_context ctx = { .number = 3,
					   .prev_ns = frame.ts_ns - 250000000,
					   .first_ns = frame.ts_ns - 2000000000,
					   .interface_name = "eth0" };
	struct display_filter *f;
	struct display_state *s;
	struct filter_error err;
	struct dissection d;
	bool ret;

	cr_assert_eq(display_compile(reg, expr, &f, &err), 0, "%s: %s", expr, err.text);
	cr_assert_eq(display_state_open(f, &s), 0);
	dissect_frame(reg, &frame, &d);
	ret = display_match(f, s, &d, &ctx);
	cr_expect_eq(display_match(f, s, &d, &ctx), ret, "%s: the second time", expr);
	display_state_close(s);
	display_free(f);
	return ret;
}

#define check_all(wanted, list)                                                              \
	for (size_t check_i = 0; check_i < ARRAY_SIZE(list); check_i++)                      \
	cr_expect_eq(match_bytes((list)[check_i], question, sizeof(question)), wanted, "%s", \
		     (list)[check_i])

/* What holds of the question. */
static const char *const matching[] = {
	"",
	" ",
	"ip",
	"dns and udp",
	"not tcp",
	"tcp || udp",
	"ip.src == 10.1.2.3",
	"ip.addr == 192.168.0.0/16",
	"ip.addr != 172.16.0.0/12",
	"udp.port == 53",
	"any udp.port != 53",
	"udp.port in {50..60, 99}",
	"tcp.port not in {1}",
	"ip.proto not in {6}",
	"eth.dst[0:3] == 00:0c:29",
	"frame[12:2] == 08:00",
	"frame contains 36:e7:51:02",
	"eth.dst == 00-0c-29-36-e7-51",
	"udp.length - 1 == 36",
	"{udp.length - 8} * 2 == 58",
	"udp.port & 1",
	"-udp.dstport == -53",
	"dns.qry.name == \"www.example\"",
	"dns.qry.name matches \"EXAMPLE$\"",
	"dns.qry.name ~ r\"^w+\\.e\"",
	"dns.qry.name contains example",
	"len(dns.qry.name) == 11",
	"upper(dns.qry.name) == \"WWW.EXAMPLE\"",
	"count(udp.port) == 2",
	"max(udp.srcport, udp.dstport) == 0x1234",
	"string(ip.src) matches \"^10\"",
	"ip.ttl == '@'",
	"ip.ttl == 0100",
	"ip.ttl == 0b1000000",
	"ip.flags.df == True",
	"ip.flags.mf == 0",
	"frame.number == 3",
	"frame.time_delta == 0.25",
	"frame.time_relative > 1.5",
	"frame.time >= \"2010-01-01T00:00:00.5Z\"",
	"frame.len == 81",
	"frame.cap_len == 71",
	"frame.interface_name == eth0",
	"ip.src#1 == 10.1.2.3",
	"ip.src & 255.0.0.0 == 10.0.0.0",
	"eth.dst[10:2] != 00:00",
	"eth.dst[0:1,-1:1] == 00:51",
	"tcp xor udp",
	"ip or tcp and tcp",
	"53 == udp.port",
	"0 < udp.dstport < 100",
	"udp.srcport > udp.dstport > 52",
	"udp contains \"example\"",
	"udp[0:2] == 12:34",
	"dns.qry.name[0:3] == \"www\"",
	"udp.port > -1",
	".ip",
	"frame.protocols contains \"udp:dns\"",
	"eth.src[0] & 2",
	"eth.dst[0:3] & 00:0f:ff == 00:0c:29",
	"eth.dst & ff:ff:ff:00:00:00 == 00:0c:29:00:00:00",
	"udp.dstport == 50 + 3",
	"udp.srcport & 0x1000 + 0x230",
	"max(udp.dstport, 60) == 60",
	"max(tcp.port, udp.port) == 0x1234",
	"max(ip.src, ip.dst) == 192.168.7.9",
	"len(frame.number) == 4",
	"string(ip.id) == \"4660\"",
	"ip.host == \"10.1.2.3\"",
	"ip.host contains \"168\"",
	"ip.dst_host matches \"9$\"",
	"ip.host",
	"udp.payload[0:2] == 18:0f",
	"len(udp.payload) == 29",
	"len(udp) == 8",
	"ip.addr in {1.2.3.4, 192.168.0.0/16, 10.0.0.0..10.0.0.9}",
	"udp.port in {1..40, 30..60, 70}",
	"udp.port in {ip.ttl, udp.dstport}",
	"ip.ttl in {60..udp.srcport}",
};

Test(display, matches)
{
	check_all(true, matching);
}

Test(display, matches_not)
{
	static const char *const list[] = {
		"tcp",
		"not udp",
		"udp.port != 53",
		"udp.port === 53",
		"all udp.port in {53}",
		"tcp.port != 53",
		"ip.src == 10.0.0.0/16",
		"ip.src#2",
		"udp[8:2] == 18:0f",
		"count(dns.a) == 0",
		"udp.port / 0 == 1",
		"eth.dst[10:2] == 00:00",
		"dns.qry.name contains \"EXAMPLE\"",
		"dns.qry.name == \"www.examples\"",
		"dns.a",
		"frame.time < \"2010-01-01T00:00:00Z\"",
		"ip xor udp",
		"ip.ttl == -64",
		"data",
		"vlan.id == 1 and ip",
		"frame matches \"tcp\"",
		"frame[2000]",
		"udp[8:1]",
		"frame contains \"\"",
		"eth.dst[0] & ff",
		"eth.dst[10:2] & 01",
		"ip.src in {10.1.2.4..10.1.2.9, 192.168.0.0/16}",
		"udp.port in {60..50}",
		"ipv6.host",
	};

	check_all(false, list);
}

/* No part of a packet is read that is not there. */
Test(display, cut_anywhere)
{
	uint8_t *data = guarded_buffer(sizeof(question));
	size_t len;

	for (len = 0; len <= sizeof(question); len++) {
		uint8_t *cut = data + sizeof(question) - len;

		memcpy(cut, question, len);
		cr_expect_eq(match_bytes("dns.qry.name contains \"www\"", cut, len),
			     len == sizeof(question), "%zu", len);
		cr_expect_eq(match_bytes("udp.dstport == 53", cut, len), len >= 38, "%zu", len);
		cr_expect_eq(match_bytes("frame[12:2] == 08:00", cut, len), len >= 14, "%zu", len);
	}
}

struct refusal {
	const char *expr, *text;
	uint32_t begin, end;
};

static void check_refusal(const struct refusal *r)
{
	struct display_filter *f;
	struct filter_error err;

	cr_assert_eq(display_compile(reg, r->expr, &f, &err), -EINVAL, "%s", r->expr);
	cr_expect(strstr(err.text, r->text), "%s: %s", r->expr, err.text);
	cr_expect(err.begin == r->begin && err.end == r->end, "%s: %u..%u: %s", r->expr, err.begin,
		  err.end, err.text);
}

Test(display, refuses_with_place_and_reason)
{
	static const struct refusal list[] = {
		{ "tcp.prot == 80", "'tcp.port'", 0, 8 },
		{ "ip and UDP", "'udp'", 7, 10 },
		{ "tcp.port == \"abc\"", "tcp.port is a number", 12, 17 },
		{ "ip.src == udp.port", "ip.src is an IPv4 address and udp.port is a number", 10,
		  18 },
		{ "port 80", "tcp.port == 80 or udp.port == 80; as a capture filter", 0, 4 },
		{ "udp dst port 53", "udp.dstport == 53", 0, 12 },
		{ "tcp and src host 10.0.0.1", "ip.src == 10.0.0.1", 8, 16 },
		{ "ip.ttl == 300", "at most 255", 10, 13 },
		{ "ip.addr == 300.1.1.1", "not an IPv4 address", 11, 20 },
		{ "ip.addr == 1.2.3.4/33", "not a network", 11, 21 },
		{ "eth.addr == 00:11", "6 bytes", 12, 17 },
		{ "tcp.port ==", "ends here", 11, 11 },
		{ "(tcp", "expected 'and', 'or' or ')'", 4, 4 },
		{ "tcp.port == (80)", "expected a field", 12, 13 },
		{ "${x}", "macros", 0, 1 },
		{ "dns.qry.name ~ \"(\"", "pattern", 15, 18 },
		{ "dns.qry.name ~ \"a\\.b\"", "no such escape", 17, 19 },
		{ "dns.qry.name == \"a", "no closing", 16, 17 },
		{ "ip.src matches \"1\"", "string(...)", 0, 6 },
		{ "1 == 1", "neither side is a field", 0, 6 },
		{ "len(ip)", "compare", 0, 7 },
		{ "foo(ip) == 1", "there are len, count", 0, 3 },
		{ "frame[0:0] == 1", "in brackets", 5, 10 },
		{ "ip.ttl[0] == 1", "slices", 0, 6 },
		{ "frame[3-1] == 00", "in brackets", 5, 10 },
		{ "2 + 3", "needs a field", 0, 5 },
		{ "tcp.port == 1 / 0", "64 bits", 12, 17 },
		{ "tcp & 1", "tcp is a protocol", 0, 3 },
		{ "01 & eth.dst[0]", "field, sign, value", 0, 15 },
		{ "ip.src == 0xc0a80001", "not an IPv4 address", 10, 20 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(list); i++)
		check_refusal(&list[i]);
}

Test(display, bounds)
{
	char deep[2 * FILTER_DEPTH_MAX + 64], *large;
	struct display_filter *f;
	struct filter_error err;

	memset(deep, '(', FILTER_DEPTH_MAX + 10);
	memcpy(deep + FILTER_DEPTH_MAX + 10, "ip", sizeof("ip"));
	cr_expect_eq(display_compile(reg, deep, &f, &err), -EINVAL);
	cr_expect(strstr(err.text, "deeper"), "%s", err.text);
	large = malloc(FILTER_TEXT_MAX + 2);
	memset(large, ' ', FILTER_TEXT_MAX + 1);
	large[FILTER_TEXT_MAX + 1] = '\0';
	cr_expect_eq(display_compile(reg, large, &f, &err), -EINVAL);
	free(large);
}

/* Members of a long set are searched for, not tried one after the other. */
Test(display, long_set, .timeout = 60)
{
	enum { MEMBERS = 5000, ROUNDS = 20000 };
	const struct frame_view frame = { .data = question,
					  .cap_len = sizeof(question),
					  .wire_len = sizeof(question),
					  .linktype = 1 };
	char *expr = malloc(FILTER_TEXT_MAX);
	struct strbuf out = strbuf_over(expr, FILTER_TEXT_MAX);
	struct display_filter *f;
	struct display_state *s;
	struct filter_error err;
	struct dissection d;
	unsigned i;

	strbuf_puts(&out, "udp.port in {7");
	for (i = 0; i < MEMBERS; i++)
		strbuf_printf(&out, ", %u", 60000 - 2 * i);
	strbuf_puts(&out, "}");
	cr_assert_eq(display_compile(reg, expr, &f, &err), 0, "%s", err.text);
	cr_assert_eq(display_state_open(f, &s), 0);
	dissect_frame(reg, &frame, &d);
	for (i = 0; i < ROUNDS; i++)
		cr_assert_not(display_match(f, s, &d, NULL));
	display_state_close(s);
	display_free(f);
	free(expr);
}

/* A pattern that backtracks for ever ends all the same, without a match. */
Test(display, hostile_pattern_ends, .timeout = 60)
{
	static uint8_t data[2000];

	memset(data, 'a', sizeof(data));
	cr_expect_not(match_bytes("frame matches \"(a+)+(a+)+(a+)+$x\"", data, sizeof(data)));
}
