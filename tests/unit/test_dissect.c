/* Layers, status and flows of frames, of all their prefixes, and of frames that lie. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "core/bytes.h"
#include "core/linktype.h"
#include "dissect/dissect.h"
#include "dissect/registry.h"
#include "dissect/summary.h"
#include "tests/unit/dissect_frames.h"

static struct registry *reg;

static void setup(void)
{
	struct errmsg err;

	cr_assert_eq(registry_init(&reg, &err), 0, "%s", err.text);
}

static void teardown(void)
{
	registry_free(reg);
}

TestSuite(dissect, .init = setup, .fini = teardown);

/* The first cap_len bytes, in front of a page that faults. */
static void dissect_prefix(const struct test_frame *t, size_t cap_len, struct dissection *ret)
{
	uint8_t *data = guarded_buffer(TEST_FRAME_MAX) + TEST_FRAME_MAX - cap_len;
	struct frame_view f;

	memcpy(data, t->data, cap_len);
	f = test_view(t, data, cap_len);
	dissect_frame(reg, &f, ret);
}

static void protocols_of(const struct dissection *d, char *text, size_t size)
{
	struct strbuf s = strbuf_over(text, size);
	unsigned i;

	for (i = 0; i < d->nr_layers; i++) {
		if (i)
			strbuf_putc(&s, ':');
		strbuf_puts(&s, registry_proto_name(reg, d->layers[i].proto));
	}
}

Test(dissect, every_frame_has_its_layers)
{
	size_t nr, i;
	const struct test_frame *all = test_frames(&nr);

	for (i = 0; i < nr; i++) {
		struct dissection d;
		char text[256];

		dissect_prefix(&all[i], all[i].len, &d);
		protocols_of(&d, text, sizeof(text));
		cr_expect_str_eq(text, all[i].protocols, "%s: %s", all[i].name, text);
		/* A first fragment whose header is whole is as good as any packet. */
		cr_expect_eq(d.status, DISSECT_OK, "%s: %s", all[i].name,
			     dissect_status_name(d.status));
	}
}

static void check_prefix(const struct test_frame *t, size_t len, const struct dissection *whole)
{
	struct dissection d;
	unsigned i;

	dissect_prefix(t, len, &d);
	cr_expect(d.status == DISSECT_OK || d.status == DISSECT_TRUNCATED, "%s cut at %zu: %s",
		  t->name, len, dissect_status_name(d.status));
	cr_assert_leq(d.nr_layers, whole->nr_layers, "%s cut at %zu", t->name, len);
	for (i = 0; i < d.nr_layers; i++) {
		const struct layer *a = &d.layers[i], *b = &whole->layers[i];

		cr_expect_eq(a->proto, b->proto, "%s cut at %zu, layer %u", t->name, len, i);
		cr_expect_eq(a->off, b->off, "%s cut at %zu, layer %u", t->name, len, i);
		cr_expect_leq(a->hdr_len, b->hdr_len, "%s cut at %zu, layer %u", t->name, len, i);
		cr_expect_leq(a->off + a->hdr_len, len, "%s cut at %zu, layer %u", t->name, len, i);
		if (i + 1u < d.nr_layers)
			cr_expect_eq(a->hdr_len, b->hdr_len, "%s cut at %zu", t->name, len);
	}
	cr_expect_leq(d.payload_off + d.payload_len, len, "%s cut at %zu", t->name, len);
	if (d.status == DISSECT_OK) {
		cr_expect_eq(d.nr_layers, whole->nr_layers, "%s cut at %zu", t->name, len);
		cr_expect_eq(d.payload_wire_len, whole->payload_wire_len, "%s cut at %zu", t->name,
			     len);
	}
}

Test(dissect, layers_of_a_prefix_are_a_prefix_of_the_layers)
{
	size_t nr, i, len;
	const struct test_frame *all = test_frames(&nr);

	for (i = 0; i < nr; i++) {
		struct dissection whole;
		/* whole.frame.data is not looked at again: the buffer is used anew below. */
		dissect_prefix(&all[i], all[i].len, &whole);
		for (len = 0; len < all[i].len; len++)
			check_prefix(&all[i], len, &whole);
	}
}

/* Every single byte of every frame takes some hostile values; nothing may fault or run away. */
Test(dissect, no_flipped_byte_leads_astray)
{
	static const uint8_t values[] = {
		0x00, 0x01, 0x0f, 0x40, 0x45, 0x60, 0x7f, 0x80, 0xf0, 0xff
	};
	size_t nr, i, pos, v;
	const struct test_frame *all = test_frames(&nr);

	for (i = 0; i < nr; i++) {
		struct test_frame t = all[i];

		for (pos = 0; pos < t.len; pos++) {
			for (v = 0; v < ARRAY_SIZE(values); v++) {
				struct dissection d;
				const struct layer *top;

				t.data[pos] = values[v];
				dissect_prefix(&t, t.len, &d);
				cr_assert_leq(d.nr_layers, DISSECT_LAYERS_MAX);
				top = &d.layers[d.nr_layers - 1];
				cr_assert_leq(top->off + top->hdr_len, t.len);
				cr_assert_leq(d.payload_off + d.payload_len, t.len);
			}
			t.data[pos] = all[i].data[pos];
		}
	}
}

static void expect_flow(const char *name, const char *src_hex, uint16_t sport, uint16_t dport,
			uint8_t l4)
{
	const struct test_frame *t = test_frame(name);
	struct dissection d;
	char text[33];
	unsigned i;

	dissect_prefix(t, t->len, &d);
	for (i = 0; i < d.flow.addr_len; i++)
		snprintf(text + 2 * i, 3, "%02x", d.flow.src[i]);
	cr_expect_str_eq(text, src_hex, "%s: %s", name, text);
	cr_expect_eq(d.flow.sport, sport, "%s", name);
	cr_expect_eq(d.flow.dport, dport, "%s", name);
	cr_expect_eq(d.flow.l4_proto, l4, "%s: %u", name, d.flow.l4_proto);
}

Test(dissect, flows)
{
	expect_flow("tcp-syn", "0a000001", 51234, 80, 6);
	expect_flow("udp6", "20010db8000000000000000000000001", 546, 547, 17);
	expect_flow("ext-chain", "20010db8000000000000000000000001", 1, 2, 6);
	expect_flow("fragment-first", "0a000001", 5000, 6000, 17);
	expect_flow("fragment-later", "0a000001", 0, 0, 17);
	expect_flow("frag6-later", "20010db8000000000000000000000001", 0, 0, 17);
	expect_flow("icmp-echo", "0a000001", 0, 8 << 8, 1);
	expect_flow("arp-request", "0a000001", 0, 0, 0);
	expect_flow("6in4", "0a000001", 0, 0, 41);
}

Test(dissect, tunnel_and_tags)
{
	struct dissection d;
	const struct test_frame *t = test_frame("6in4");

	dissect_prefix(t, t->len, &d);
	cr_expect_eq(d.nr_ip, 2);
	cr_expect_eq(d.inner.addr_len, 16);
	cr_expect_eq(d.inner.sport, 1111);
	cr_expect_eq(d.inner.dport, 2222);
	cr_expect_eq(d.inner.tcp_flags, 0x11);
	cr_expect_eq(d.flow.tcp_flags, 0);

	t = test_frame("qinq");
	dissect_prefix(t, t->len, &d);
	cr_expect_eq(d.vlan[0], 10);
	cr_expect_eq(d.vlan[1], 20);

	t = test_frame("tcp-syn");
	dissect_prefix(t, t->len, &d);
	cr_expect_eq(d.vlan[0], VLAN_NONE);
	cr_expect_eq(d.vlan[1], VLAN_NONE);
}

Test(dissect, padding_is_no_payload)
{
	struct dissection d;
	const struct test_frame *t = test_frame("tcp-sack-padded");

	dissect_prefix(t, t->len, &d);
	cr_expect_eq(d.payload_len, 0);
	cr_expect_eq(d.payload_wire_len, 0);
	t = test_frame("tcp-data");
	dissect_prefix(t, t->len - 10, &d);
	cr_expect_eq(d.status, DISSECT_OK);
	cr_expect_eq(d.payload_len, 20);
	cr_expect_eq(d.payload_wire_len, 30);
}

static enum dissect_status status_with(const char *name, size_t pos, uint8_t value, uint16_t *notes)
{
	struct test_frame t = *test_frame(name);
	struct dissection d;

	t.data[pos] = value;
	dissect_prefix(&t, t.len, &d);
	*notes = d.notes;
	return d.status;
}

Test(dissect, lies)
{
	static const struct {
		const char *name;
		size_t pos;
		uint8_t value;
		uint16_t note;
	} lies[] = {
		{ "tcp-syn", 14, 0x41, NOTE_BAD_HEADER_LEN }, /* IP header of 4 bytes */
		{ "tcp-syn", 14, 0x65, NOTE_BAD_VERSION },    /* IPv6 under IPv4's ethertype */
		{ "tcp-syn", 16, 0xff, NOTE_BAD_LENGTH },     /* longer than the frame */
		{ "tcp-syn", 17, 19, NOTE_BAD_LENGTH },       /* shorter than its own header */
		{ "tcp-syn", 14 + 20 + 12, 0x40, NOTE_BAD_HEADER_LEN },
		{ "tcp-syn", 14 + 20 + 12, 0xf0, 0 }, /* TCP options past the packet */
		{ "udp", 14 + 20 + 4, 0xff, NOTE_BAD_LENGTH },
		{ "udp", 14 + 20 + 5, 7, NOTE_BAD_LENGTH },
		{ "udp6", 14, 0x45, NOTE_BAD_VERSION },
		{ "udp6", 14 + 4, 0xff, NOTE_BAD_LENGTH },
		{ "llc", 12, 0x05, NOTE_BAD_LENGTH }, /* 802.3 length past the frame */
		{ "raw4", 0, 0x75, NOTE_BAD_VERSION },
		{ "ext-chain", 14 + 40 + 1, 0xff, 0 }, /* options past the packet */
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lies); i++) {
		uint16_t notes;

		cr_expect_eq(status_with(lies[i].name, lies[i].pos, lies[i].value, &notes),
			     DISSECT_MALFORMED, "%s at %zu", lies[i].name, lies[i].pos);
		cr_expect_eq(notes & NOTE_MALFORMED, lies[i].note, "%s at %zu: notes 0x%x",
			     lies[i].name, lies[i].pos, notes);
	}
}

Test(dissect, a_cut_packet_cannot_lie_either)
{
	struct test_frame t = *test_frame("tcp-data");
	struct dissection d;

	t.data[16] = 0xff; /* IP length: more than was on the wire */
	dissect_prefix(&t, t.len - 20, &d);
	cr_expect_eq(d.status, DISSECT_MALFORMED);
	cr_expect_eq(d.payload_wire_len, 30);
}

Test(dissect, length_zero_is_an_offloaded_frame)
{
	struct test_frame t = *test_frame("tcp-data");
	struct dissection d;

	store_be16(t.data + 16, 0);
	dissect_prefix(&t, t.len, &d);
	cr_expect_eq(d.status, DISSECT_OK);
	cr_expect_eq(d.payload_wire_len, 30);
	cr_expect(d.notes & NOTE_NO_LENGTH);
}

Test(dissect, depth_is_bounded)
{
	struct test_frame t = { .name = "deep", .linktype = LINKTYPE_ETHERNET, .len = 400 };
	struct dissection d;
	size_t i;

	store_be16(t.data + 12, 0x8100);
	for (i = 14; i + 4 <= t.len; i += 4)
		store_be16(t.data + i + 2, 0x8100);
	dissect_prefix(&t, t.len, &d);
	cr_expect_eq(d.status, DISSECT_TOO_DEEP);
	cr_expect_eq(d.nr_layers, DISSECT_LAYERS_MAX);
}

Test(dissect, unknown_link_type)
{
	struct test_frame t = { .name = "unknown", .linktype = 0xfff0, .len = 40 };
	struct dissection d;

	dissect_prefix(&t, t.len, &d);
	cr_expect_eq(d.status, DISSECT_OK);
	cr_expect_eq(d.nr_layers, 0);
	cr_expect_eq(d.payload_len, 40);
}

Test(dissect, cut_transport_header_keeps_its_ports)
{
	struct dissection d;

	dissect_prefix(test_frame("tcp-syn"), 14 + 20 + 4, &d);
	cr_expect_eq(d.status, DISSECT_TRUNCATED);
	cr_expect_eq(d.flow.sport, 51234);
	cr_expect_eq(d.flow.dport, 80);
}
