/* The renderers: what each frame's line says, and that text, JSON and tree agree. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/clock.h"
#include "core/linktype.h"
#include "dissect/dissect.h"
#include "dissect/registry.h"
#include "dissect/render.h"
#include "dissect/text.h"
#include "tests/unit/dissect_frames.h"

static struct registry *reg;
static const struct render_options numeric = { .numeric = true };
static char text[8192];

static void setup(void)
{
	cr_assert_eq(registry_init(&reg, NULL), 0);
}

static void teardown(void)
{
	registry_free(reg);
}

TestSuite(render, .init = setup, .fini = teardown);

static void dissect_named(const char *name, size_t cut, struct dissection *ret)
{
	const struct test_frame *t = test_frame(name);
	const struct frame_view f = test_view(t, t->data, t->len - cut);

	dissect_frame(reg, &f, ret);
}

static const char *line_of(const char *name, size_t cut, const struct render_options *opt)
{
	struct strbuf s = strbuf_over(text, sizeof(text));
	struct dissection d;

	dissect_named(name, cut, &d);
	render_line(reg, &d, opt, &s);
	return text;
}

Test(render, lines)
{
	static const struct {
		const char *name, *line;
	} lines[] = {
		{ "tcp-syn",
		  "IP 10.0.0.1.51234 > 10.0.0.2.80: TCP [S], seq 1000, win 64240, options "
		  "[mss 1460,sackOK,TS val 12345 ecr 0,nop,wscale 7], length 0" },
		{ "tcp-data", "IP 10.0.0.1.51234 > 10.0.0.2.80: TCP [P.], seq 1000:1030, ack 2000, "
			      "win 64240, length 30" },
		{ "tcp-sack-padded",
		  "IP 10.0.0.1.80 > 10.0.0.2.51234: TCP [.], ack 2000, win 64240, "
		  "options [nop,nop,sack {3000:4000} {5000:6000}], length 0" },
		{ "tcp6", "IP6 2001:db8::1.443 > 2001:db8::2.40000: TCP [P.], seq 1000:1005, "
			  "ack 2000, win 64240, length 5" },
		{ "udp", "IP 10.0.0.1.5000 > 10.0.0.2.6000: UDP, length 22" },
		{ "fragment-first", "IP 10.0.0.1.5000 > 10.0.0.2.6000: fragment id 4660 offset 0+: "
				    "UDP, length 4000" },
		{ "fragment-later", "IP 10.0.0.1 > 10.0.0.2: fragment id 4660 offset 24: UDP (17), "
				    "length 24" },
		{ "ip-options",
		  "IP 10.0.0.1.1 > 10.0.0.2.2: options [Router alert]: UDP, length 0" },
		{ "vlan", "vlan 100 p5 IP 10.0.0.1.1 > 10.0.0.2.2: UDP, length 0" },
		{ "qinq",
		  "vlan 10 vlan 20 IP 10.0.0.1.1 > 10.0.0.2.2: TCP [.], ack 2000, win 64240, "
		  "length 0" },
		{ "vlan-triple",
		  "vlan 1 vlan 2 vlan 3 ARP, reply 10.0.0.1 is-at 02:00:00:00:00:01" },
		{ "arp-request", "ARP, request who-has 10.0.0.2 tell 10.0.0.1" },
		{ "llc", "02:00:00:00:00:01 > 02:00:00:00:00:02, 802.3, length 38: LLC dsap SNA "
			 "path (0x04), "
			 "ssap SNA path (0x04), UI, length 35" },
		{ "experimental",
		  "02:00:00:00:00:01 > 02:00:00:00:00:02, ethertype 0x88b5, length 46" },
		{ "icmp-echo",
		  "IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 7, seq 3, length 24" },
		{ "icmp-unreachable",
		  "IP 10.0.0.1 > 10.0.0.2: ICMP destination unreachable (port), "
		  "for UDP 10.0.0.1.5353 > 10.0.0.2.9, length 36" },
		{ "icmp6-ns", "IP6 2001:db8::1 > 2001:db8::2: ICMP6 neighbor solicitation, who has "
			      "fe80::9, length 32" },
		{ "ext-chain",
		  "IP6 2001:db8::1.1 > 2001:db8::2.2: hop-by-hop, destination-options, "
		  "routing type 0 left 1 [2001:db8::3], fragment id 0xdeadbeef offset 0, "
		  "AH spi 0x00000055 seq 1, MIPv6 Home test init (1), "
		  "TCP [.], ack 2000, win 64240, length 0" },
		{ "frag6-later",
		  "IP6 2001:db8::1 > 2001:db8::2: fragment id 0xdeadbeef offset 128, "
		  "UDP (17), length 16" },
		{ "no-next", "IP6 2001:db8::1 > 2001:db8::2: NoNext (59), length 0" },
		{ "6in4", "IP 10.0.0.1 > 10.0.0.2: IP6 2001:db8::1.1111 > 2001:db8::2.2222: "
			  "TCP [F.], seq 1000, ack 2000, win 64240, length 0" },
		{ "sll", "Out: IP 10.0.0.1.1 > 10.0.0.2.2: UDP, length 0" },
		{ "sll2", "if7 Out: IP6 2001:db8::1.1 > 2001:db8::2.2: UDP, length 0" },
		{ "raw4", "IP 10.0.0.1.1 > 10.0.0.2.2: UDP, length 0" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lines); i++)
		cr_expect_str_eq(line_of(lines[i].name, 0, &numeric), lines[i].line, "%s: %s",
				 lines[i].name, text);
}

Test(render, line_options)
{
	static const struct render_options link = { .numeric = true, .link_header = true };
	static const struct render_options quiet = { .quiet = true };
	static const struct render_options color = { .numeric = true, .color = true };

	cr_expect_str_eq(line_of("udp", 0, &link),
			 "02:00:00:00:00:01 > 02:00:00:00:00:02, ethertype IPv4 (0x0800), "
			 "length 64: IP 10.0.0.1.5000 > 10.0.0.2.6000: UDP, length 22",
			 "%s", text);
	cr_expect_str_eq(line_of("tcp-syn", 0, &quiet),
			 "IP 10.0.0.1.51234 > 10.0.0.2.http: TCP [S], length 0", "%s", text);
	cr_expect(strstr(line_of("udp", 0, &color), "\033["));
	cr_expect_not(strstr(line_of("udp", 0, &link), "\033["));
}

Test(render, damage_is_said_plainly)
{
	struct test_frame t = *test_frame("tcp-syn");
	const struct frame_view f = test_view(&t, t.data, t.len);
	struct strbuf s = strbuf_over(text, sizeof(text));
	struct dissection d;

	cr_expect(strstr(line_of("tcp-syn", 30, &numeric), "[truncated in tcp: 44 of 74 bytes"),
		  "%s", text);
	cr_expect(strstr(text, "10.0.0.1.51234 > 10.0.0.2.80"), "%s", text);
	t.data[14] = 0x75;
	dissect_frame(reg, &f, &d);
	strbuf_reset(&s);
	render_line(reg, &d, &numeric, &s);
	cr_expect_str_eq(text, "IP version 7 [malformed ip: wrong IP version]", "%s", text);
	t.data[14] = 0x45;
	t.data[14 + 20 + 12] = 0x10;
	dissect_frame(reg, &f, &d);
	strbuf_reset(&s);
	render_line(reg, &d, &numeric, &s);
	cr_expect(strstr(text, "[malformed tcp: impossible header length]"), "%s", text);
}

Test(render, a_cut_frame_still_renders)
{
	size_t nr, i, cut;
	const struct test_frame *all = test_frames(&nr);

	for (i = 0; i < nr; i++) {
		for (cut = 0; cut <= all[i].len; cut++) {
			const size_t len = all[i].len - cut;
			uint8_t *data = guarded_buffer(TEST_FRAME_MAX) + TEST_FRAME_MAX - len;
			const struct frame_view f = test_view(&all[i], data, len);
			struct strbuf s = strbuf_over(text, sizeof(text));
			struct dissection d;

			memcpy(data, all[i].data, len);
			dissect_frame(reg, &f, &d);
			render_line(reg, &d, &numeric, &s);
			cr_expect(s.len && !s.overflow && !strchr(text, '\n'), "%s", all[i].name);
			render_json(reg, &d, NULL, &s);
			render_tree(reg, &d, &numeric, &s);
			render_hex(data, len, true, &s);
		}
	}
}

/* ---- agreement ---- */

/* Skips one JSON value of the two shapes that we write; NULL: not JSON. */
static const char *json_skip(const char *p)
{
	if (*p == '"') {
		for (p++; *p && *p != '"'; p++)
			if (*p == '\\' && !*++p)
				return NULL;
		return *p ? p + 1 : NULL;
	}
	if (*p == '[') {
		do {
			p = json_skip(p + 1);
		} while (p && *p == ',');
		return p && *p == ']' ? p + 1 : NULL;
	}
	if (!strncmp(p, "true", 4))
		return p + 4;
	if (!strncmp(p, "false", 5))
		return p + 5;
	return strspn(p, "0123456789.") ? p + strspn(p, "0123456789.") : NULL;
}

/* The object is well-formed, and no key comes twice. */
static void check_json(const char *json, const char *name)
{
	static char keys[8192];
	const char *p = json, *end;

	keys[0] = '\0';
	cr_assert_eq(*p, '{');
	do {
		char key[128];

		p++;
		end = json_skip(p);
		cr_assert(*p == '"' && end && *end == ':', "%s: %s", name, p);
		snprintf(key, sizeof(key), "\n%.*s\n", (int)(end - p), p);
		cr_expect_not(strstr(keys, key), "%s: twice %s", name, key);
		snprintf(keys + strlen(keys), sizeof(keys) - strlen(keys), "%s", key);
		p = json_skip(end + 1);
		cr_assert(p && (*p == ',' || *p == '}'), "%s: %s", name, end);
	} while (*p == ',');
	cr_expect_str_eq(p, "}", "%s: %s", name, p);
}

struct agree {
	struct field_out out;
	const char *json, *tree, *frame;
	unsigned repeat, repeat_described;
};

static void expect_in(const char *all, const char *part, const char *frame)
{
	cr_expect(strstr(all, part), "%s: no %s in %s", frame, part, all);
}

/* A line of the tree that has this name, blanks, and then exactly this value. */
static bool tree_has(const char *tree, const char *name, const char *value, const char *unit)
{
	char key[160], rest[1200];
	const char *p;

	snprintf(key, sizeof(key), " %s ", name);
	snprintf(rest, sizeof(rest), "%s%s%s\n", value, unit ? " " : "", unit ? unit : "");
	for (p = tree; (p = strstr(p, key)); p++) {
		const char *at = p + strlen(key);

		at += strspn(at, " ");
		if (!strncmp(at, rest, strlen(rest)))
			return true;
	}
	return false;
}

static void agree_put(struct field_out *o, const struct field_value *v)
{
	const struct agree *a = (const struct agree *)o;
	const struct field_desc *fd = v->desc;
	char value[1024], json[2048], want[4096];
	struct strbuf s = strbuf_over(value, sizeof(value));
	struct strbuf j = strbuf_over(json, sizeof(json));

	unsigned repeat;

	if (fd->kind == FIELD_GROUP)
		return;
	field_text(v, &s);
	cr_expect(tree_has(a->tree, fd->name, value, fd->unit), "%s: no %s %s in %s", a->frame,
		  fd->name, value, a->tree);
	if (fd->flags & FIELD_LIST)
		return;
	repeat = fd->flags & FIELD_DESCRIBED ? a->repeat_described : a->repeat;
	field_json(v, &j);
	if (repeat > 1)
		snprintf(want, sizeof(want), "\"%s#%u\":%s", fd->name, repeat, json);
	else
		snprintf(want, sizeof(want), "\"%s\":%s", fd->name, json);
	expect_in(a->json, want, a->frame);
}

Test(render, text_and_json_agree)
{
	static char json[1 << 16], tree[1 << 16];
	size_t nr, i;
	const struct test_frame *all = test_frames(&nr);

	for (i = 0; i < nr; i++) {
		const struct frame_view f = test_view(&all[i], all[i].data, all[i].len);
		struct strbuf js = strbuf_over(json, sizeof(json));
		struct strbuf ts = strbuf_over(tree, sizeof(tree));
		struct dissection d;
		unsigned k, m;

		dissect_frame(reg, &f, &d);
		render_json(reg, &d, NULL, &js);
		render_tree(reg, &d, &numeric, &ts);
		check_json(json, all[i].name);
		expect_in(json, "\"frame.time_epoch\":1700000000.123456789", all[i].name);
		expect_in(json, all[i].protocols, all[i].name);
		for (k = 0; k < d.nr_layers; k++) {
			struct agree a = { { agree_put }, json, tree, all[i].name, 0, 0 };
			const struct dissector *p = registry_by_id(reg, d.layers[k].proto), *q;

			for (m = 0; m <= k; m++) {
				q = registry_by_id(reg, d.layers[m].proto);
				a.repeat += q->fields == p->fields;
				a.repeat_described += q->described == p->described;
			}
			field_walk(registry_by_id(reg, d.layers[k].proto), &d, &d.layers[k],
				   &a.out);
		}
	}
}

Test(render, json_values)
{
	struct strbuf s = strbuf_over(text, sizeof(text));
	struct dissection d;

	dissect_named("tcp-sack-padded", 0, &d);
	render_json(reg, &d, NULL, &s);
	expect_in(text, "\"tcp.options.sack_le\":[3000,5000]", "sack");
	expect_in(text, "\"tcp.option_kind\":[1,1,5]", "sack");
	expect_in(text, "\"ip.hdr_len\":20", "scale");
	expect_in(text, "\"ip.id\":\"0x1234\"", "hex");
	expect_in(text, "\"ip.flags.df\":true", "flag");
	expect_in(text, "\"tcp.hdr_len\":40", "scale");
	expect_in(text, "\"eth.dst\":\"02:00:00:00:00:02\"", "mac");
	strbuf_reset(&s);
	dissect_named("ipip", 0, &d);
	render_json(reg, &d, NULL, &s);
	expect_in(text, "\"ip.proto\":4", "outer");
	expect_in(text, "\"ip.proto#2\":17", "inner");
}

/* ---- pieces ---- */

Test(render, ipv6_text_is_that_of_the_c_library)
{
	unsigned seed = 1, i, k;

	for (i = 0; i < 20000; i++) {
		char want[INET6_ADDRSTRLEN], got[64];
		struct strbuf s = strbuf_over(got, sizeof(got));
		uint8_t addr[16];

		for (k = 0; k < 16; k++) {
			seed = seed * 1103515245 + 12345;
			addr[k] = seed >> 28 & 3 ? 0 : (uint8_t)(seed >> 16);
		}
		/* The C library writes ::a.b.c.d for the deprecated form; RFC 5952 does not. */
		if (!addr[8] && !addr[9] && !addr[10] && !addr[11])
			addr[0] = 0x20;
		inet_ntop(AF_INET6, addr, want, sizeof(want));
		text_ipv6(addr, &s);
		cr_assert_str_eq(got, want);
	}
}

static const char *time_of(uint64_t ts, int fmt, uint64_t prev, uint64_t first)
{
	struct strbuf s = strbuf_over(text, sizeof(text));

	render_time(ts, (enum time_format)fmt, prev, first, &s);
	return text;
}

Test(render, times)
{
	const uint64_t ts = 1700000000123456789ull;

	setenv("TZ", "UTC", 1);
	tzset();
	cr_expect_str_eq(time_of(ts, TIME_DEFAULT, 0, 0), "22:13:20.123456 ");
	cr_expect_str_eq(time_of(ts, TIME_DEFAULT | TIME_NANO, 0, 0), "22:13:20.123456789 ");
	cr_expect_str_eq(time_of(ts, TIME_NONE, 0, 0), "");
	cr_expect_str_eq(time_of(ts, TIME_EPOCH, 0, 0), "1700000000.123456 ");
	cr_expect_str_eq(time_of(ts, TIME_EPOCH | TIME_NANO, 0, 0), "1700000000.123456789 ");
	cr_expect_str_eq(time_of(ts, TIME_DATE, 0, 0), "2023-11-14 22:13:20.123456 ");
	cr_expect_str_eq(time_of(ts, TIME_DELTA, ts - 61 * NS_PER_SEC, 0), "00:01:01.000000 ");
	cr_expect_str_eq(time_of(ts, TIME_DELTA, ts + NS_PER_MS, 0), "-00:00:00.001000 ");
	cr_expect_str_eq(time_of(ts, TIME_SINCE_FIRST, 0, ts - 90000 * NS_PER_SEC),
			 "1d 01:00:00.000000 ");
}

Test(render, hex)
{
	struct strbuf s = strbuf_over(text, sizeof(text));
	uint8_t data[19];
	size_t i;

	for (i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)('A' + i);
	data[2] = 0;
	render_hex(data, sizeof(data), true, &s);
	cr_expect_str_eq(text,
			 "\t0x0000:  4142 0044 4546 4748 494a 4b4c 4d4e 4f50  AB.DEFGHIJKLMNOP\n"
			 "\t0x0010:  5152 53                                  QRS\n");
	strbuf_reset(&s);
	render_hex(data, sizeof(data), false, &s);
	cr_expect_str_eq(text, "\t0x0000:  4142 0044 4546 4748 494a 4b4c 4d4e 4f50\n"
			       "\t0x0010:  5152 53\n");
}

Test(render, field_read_refuses_what_was_not_captured)
{
	const struct field_desc *fd = registry_field(reg, "tcp.checksum", NULL);
	struct field_value v = { .num = 77 };
	struct dissection d;

	dissect_named("tcp-syn", 0, &d);
	cr_assert(field_read(&d, &d.layers[2], fd, &v));
	cr_expect_eq(v.num, 0xcafe);
	v.num = 77;
	dissect_named("tcp-syn", 40 - 17, &d); /* one byte of the checksum */
	cr_expect_not(field_read(&d, &d.layers[2], fd, &v));
	cr_expect_eq(v.num, 77);
	/* Another protocol's layer that is too short for it. */
	cr_expect_not(field_read(&d, &d.layers[0], fd, &v));
}
