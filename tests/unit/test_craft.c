/* Descriptions and the frames that they make: bytes, checksums, values, which frame is which. */
#include <criterion/criterion.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "dissect/checksum.h"
#include "dissect/dissect.h"
#include "dissect/registry.h"
#include "tests/unit/craft_frames.h"

static uint16_t at16(const char *text, uint64_t index, size_t at)
{
	struct craft *c = open_text(text);
	uint16_t v;

	cr_assert_gt(make(c, index, frame), at + 1);
	v = load_be16(frame + at);
	craft_close(c);
	return v;
}

/* ---- bytes ---- */

Test(craft, makes_these_bytes)
{
	static const uint8_t want[] = {
		0x02, 0,  0,    0, 0, 2,  0x02, 0,  0,    0,    0,   1,   0x08, 0,   0x45, 0,
		0,    33, 0,    0, 0, 0,  9,    17, 0xa7, 0xba, 10,  0,   0,    1,   198,  19,
		0,    1,  0x04, 0, 0, 53, 0,    13, 0xd8, 0x90, 'h', 'e', 'l',  'l', 'o',
	};
	struct craft *c = open_text("eth/ip(src=10.0.0.1, ttl=9)/udp(dport=53)/payload(\"hello\")");
	uint32_t sum;

	cr_assert_eq(make(c, 0, frame), CRAFT_FRAME_MIN);
	/* The checksums are those of RFC 1071 over what else is expected. */
	sum = checksum_partial(frame + 14, 20, 0);
	cr_expect_eq(checksum_fold(sum), 0);
	cr_expect_arr_eq(frame, want, 24);
	cr_expect_arr_eq(frame + 26, want + 26, 14);
	cr_expect_arr_eq(frame + 42, want + 42, sizeof(want) - 42);
	for (size_t i = sizeof(want); i < CRAFT_FRAME_MIN; i++)
		cr_expect_eq(frame[i], 0, "padding");
	craft_close(c);
}

Test(craft, given_fields_stay)
{
	cr_expect_eq(at16("eth/ip(checksum=0,len=9)/udp", 0, 16), 9);
	cr_expect_eq(at16("eth/ip(checksum=0,len=9)/udp", 0, 24), 0);
	cr_expect_eq(at16("eth/ip/udp(checksum=0x1234,len=3)", 0, 38), 3);
	cr_expect_eq(at16("eth/ip/udp(udp.checksum=0x1234)", 0, 40), 0x1234);
	cr_expect_eq(at16("eth(type=0x9999)/ip", 0, 12), 0x9999);
	cr_expect_eq(at16("ip(proto=200)/udp", 0, 22) & 0xff, 200);
}

Test(craft, tags_know_what_follows)
{
	cr_expect_eq(at16("eth/vlan(5)/ip", 0, 12), 0x8100);
	cr_expect_eq(at16("eth/vlan(5)/ip", 0, 14), 5);
	cr_expect_eq(at16("eth/vlan(5)/ip", 0, 16), 0x0800);
	cr_expect_eq(at16("eth/vlan(id=4095,pcp=7,dei=1)/vlan(6)/arp", 0, 12), 0x88a8);
	cr_expect_eq(at16("eth/vlan(id=4095,pcp=7,dei=1)/vlan(6)/arp", 0, 14), 0xffff);
	cr_expect_eq(at16("eth/vlan(5)/vlan(6)/arp", 0, 16), 0x8100);
	cr_expect_eq(at16("eth/vlan(5)/vlan(6)/arp", 0, 20), 0x0806);
	cr_expect_eq(at16("arp", 0, 0), 0xffff);
	cr_expect_eq(at16("eth/payload(1)", 0, 12), 0x88b5);
}

/* ---- checksums ---- */

static const char *const kinds[] = {
	"ip/udp",
	"ip(src=10.0.0.0/8 random,dst=1.1.1.1,2.2.2.2,3.3.3.3)/udp(sport=30000-60000 count 7)",
	"ip(id=0-65535 random,ttl=1-255 count,dscp=0-63 random,ecn=0-3)/tcp(seq=0-4294967295 "
	"random,flags=S,SA,A,mss=536-1460,sack=1,tsval=0-99999 random,wscale=0-14)/payload(33)",
	"ip6(src=2001:db8::/32 random,dst=::1,fe80::1-fe80::ffff,flow=0-1048575 "
	"random,tclass=0-255)"
	"/udp(sport=40000,dport=40000-65535 random)/payload(1-99 random)",
	"ip6/tcp/payload(random)",
	"ip/icmp(id=0-65535 random,code=0-9)/payload(0-50 count)",
	"ip6(dst=::/0 random)/icmp6(seq=0-65535,code=0-255 random)/payload(7)",
	"vlan(id=0-4095 random)/ip/udp(sport=1-9)/dns(name=\"abc.example.org\",type=A,AAAA random,"
	"id=0-65535 random,class=1-9)",
	"ip/udp(sport=40000-40099 random)/dns(name=\"ab.example.org\",type=1-60000 "
	"random,class=1-9)",
	"ip6/gre(key=0-9999 random)/ip(src=1.0.0.0/8 random)/udp(sport=40000-49999 "
	"random)/payload(5)",
	"ip/udp(sport=40000-40099 random)/vxlan(vni=0-16777215 "
	"random)/eth/ip(id=1-9)/tcp(ack=1-99)",
	"ip/ip6(hlim=1-255)/udp/stamp/payload(9,random)",
	"ip/tcp/stamp",
	"ip/udp/payload(31,random)",
};

static void expect_right(const struct registry *reg, const char *text, uint32_t len)
{
	struct frame_view f = { .data = frame, .cap_len = len, .wire_len = len, .linktype = 1 };
	struct dissection d;

	cr_assert_eq(dissect_frame(reg, &f, &d), DISSECT_OK, "%s", text);
	cr_assert(!(d.notes & NOTE_MALFORMED), "%s: notes %x", text, d.notes);
	for (size_t i = 0; i < d.nr_layers; i++) {
		const struct layer *l = &d.layers[i];
		enum checksum_status status = CHECKSUM_GOOD;

		if (l->proto == PROTO_IPV4)
			status = checksum_layer(&d, l, 20);
		else if (l->proto == PROTO_TCP)
			status = checksum_transport(&d, l, 6, checksum_layer_len(&d, l));
		else if (l->proto == PROTO_ICMPV6)
			status = checksum_transport(&d, l, 58, checksum_layer_len(&d, l));
		else if (l->proto == PROTO_ICMP)
			status = checksum_layer(&d, l, checksum_layer_len(&d, l));
		else if (l->proto == PROTO_UDP && load_be16(frame + l->off + 6))
			status = checksum_transport(&d, l, 17, checksum_layer_len(&d, l));
		else if (l->proto == PROTO_UDP) /* none, as RFC 7348 wants it */
			cr_assert_eq(load_be16(frame + l->off + 2), 4789, "%s", text);
		cr_assert_eq(status, CHECKSUM_GOOD, "%s: layer %zu", text, i);
	}
}

static struct registry *registry(void)
{
	struct registry *reg;

	cr_assert_eq(registry_init(&reg, NULL), 0);
	return reg;
}

static void check_kinds(const struct craft_options *o, uint64_t frames)
{
	struct registry *reg = registry();

	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
		struct craft *c = open_with(kinds[k], o);

		for (uint64_t i = 0; i < frames; i++) {
			const uint32_t len = make(c, i, frame);

			cr_assert_geq(len, CRAFT_FRAME_MIN);
			cr_assert_leq(len, craft_frame_max(c));
			for (size_t m = len; m < len + 64; m++)
				cr_assert_eq(frame[m], 0xee, "%s: writes beyond its end", kinds[k]);
			expect_right(reg, kinds[k], len);
		}
		craft_close(c);
	}
	registry_free(reg);
}

Test(craft, checksums_and_lengths_are_right)
{
	const struct craft_options o = { .seed = 3 };

	check_kinds(&o, 3000);
}

Test(craft, at_every_size_too)
{
	struct craft_options o = { .seed = 3 };

	cr_assert_eq(craft_sizes_parse("160-1514", &o.sizes), 0);
	check_kinds(&o, 2000);
	cr_assert_eq(craft_sizes_parse("imix", &o.sizes), 0);
	check_kinds(&o, 500);
	cr_assert_eq(craft_sizes_parse("9001", &o.sizes), 0);
	check_kinds(&o, 100);
}

/* 0 means that there is none: it is sent as 0xffff, RFC 768. */
Test(craft, no_udp_checksum_is_zero)
{
	struct craft *c = open_text("ip/udp(sport=0-65535 count)");
	bool met = false;

	for (uint64_t i = 0; i <= UINT16_MAX; i++) {
		make(c, i, frame);
		cr_assert_neq(load_be16(frame + 40), 0);
		met |= load_be16(frame + 40) == UINT16_MAX;
	}
	cr_expect(met);
	craft_close(c);
}

/* ---- values ---- */

static void expect_series(const char *text, size_t at, const uint16_t *want, size_t nr)
{
	struct craft *c = open_text(text);

	for (size_t i = 0; i < nr; i++) {
		make(c, i, frame);
		cr_expect_eq(load_be16(frame + at), want[i], "%s: frame %zu has %u, not %u", text,
			     i, load_be16(frame + at), want[i]);
	}
	craft_close(c);
}

#define SERIES(text, at, ...)                                      \
	expect_series(text, at, (const uint16_t[]){ __VA_ARGS__ }, \
		      sizeof((const uint16_t[]){ __VA_ARGS__ }) / sizeof(uint16_t))

Test(craft, counts)
{
	SERIES("ip/udp(sport=7-9)", 34, 7, 8, 9, 7, 8, 9, 7);
	SERIES("ip/udp(sport=7-9 count)", 34, 7, 8, 9, 7);
	SERIES("ip/udp(sport=5,80,443)", 34, 5, 80, 443, 5);
	SERIES("ip/udp(sport=5,80-82,443)", 34, 5, 80, 81, 82, 443, 5, 80);
	SERIES("ip/udp(sport=1-9 count 2)", 34, 1, 3, 5, 7, 9, 1);
	SERIES("ip/udp(sport=1-8 count 3)", 34, 1, 4, 7, 1);
	SERIES("ip/udp(sport=1-2 every 3)", 34, 1, 1, 1, 2, 2, 2, 1);
	SERIES("ip/udp(sport=1-5 count 2 every 2)", 34, 1, 1, 3, 3, 5, 5, 1);
	SERIES("ip(src=10.1.0.0/30)/udp", 28, 0, 1, 2, 3, 0);
	SERIES("ip(src=10.0.0.1,10.9.8.7)/udp", 28, 1, 0x0807, 1);
	SERIES("ip(src=10.0.0.255-10.0.1.1)/udp", 28, 0xff, 0x100, 0x101, 0xff);
	SERIES("eth(src=02:00:00:00:00:01-02:00:00:00:00:03)/ip", 10, 1, 2, 3, 1);
	SERIES("ip6(src=::ffff:ffff:ffff:ffff-0:0:0:1::1)/udp", 22 + 6, 0, 1, 1, 0);
	SERIES("ip6(src=::1,1::9)/udp", 22 + 14, 1, 9, 1);
	SERIES("ip6(src=::1,1::9)/udp", 22, 0, 1, 0);
}

Test(craft, random_values_stay_in_range_and_meet_all)
{
	struct craft *c = open_text("ip(src=10.0.0.0/29 random)/udp(sport=100-109,7 random)");
	unsigned ports[128] = { 0 }, addresses[8] = { 0 };

	for (uint64_t i = 0; i < 1100; i++) {
		make(c, i, frame);
		cr_assert_lt(load_be16(frame + 34), 128);
		ports[load_be16(frame + 34)]++;
		cr_assert_eq(load_be32(frame + 26) & ~7u, 0x0a000000);
		addresses[load_be32(frame + 26) & 7]++;
	}
	for (unsigned i = 0; i < 128; i++)
		cr_expect_eq(ports[i] > 50 && ports[i] < 170, i == 7 || (i >= 100 && i <= 109),
			     "port %u: %u", i, ports[i]);
	for (unsigned i = 0; i < 8; i++)
		cr_expect(addresses[i] > 80 && addresses[i] < 200, "%u: %u", i, addresses[i]);
	craft_close(c);
}

/* All bits below the prefix, the high half's too. */
Test(craft, random_addresses_fill_their_prefix)
{
	struct craft *c = open_text("ip6(dst=2001:db8::/32 random)/udp");
	uint64_t high_or = 0, high_and = UINT64_MAX, low_or = 0, low_and = UINT64_MAX;

	for (uint64_t i = 0; i < 200; i++) {
		make(c, i, frame);
		high_or |= load_be64(frame + 38);
		high_and &= load_be64(frame + 38);
		low_or |= load_be64(frame + 46);
		low_and &= load_be64(frame + 46);
	}
	cr_expect_eq(high_or, 0x20010db8ffffffff);
	cr_expect_eq(high_and, 0x20010db800000000);
	cr_expect_eq(low_or, UINT64_MAX);
	cr_expect_eq(low_and, 0);
	craft_close(c);
}

/* ---- determinism ---- */

static uint64_t hash_of(const struct craft *c, uint64_t first, uint64_t step, uint64_t nr)
{
	uint8_t *out = malloc(CRAFT_FRAME_MAX);
	uint64_t hash = 0;

	for (uint64_t i = first; i < nr; i += step) {
		const uint32_t len = craft_frame(c, i, 0, out, CRAFT_FRAME_MAX);
		uint64_t one = 0xcbf29ce484222325u ^ i;

		for (uint32_t k = 0; k < len; k++)
			one = (one ^ out[k]) * 0x100000001b3u;
		hash += one;
	}
	free(out);
	return hash;
}

static const char mixed[] = "3*ip(src=10.0.0.0/8 random)/udp/payload(0-99 random);"
			    "ip6/tcp(flags=S,A random)/payload(40,random)";

struct half {
	const struct craft *c;
	uint64_t first, hash;
	pthread_t thread;
};

static void *make_half(void *arg)
{
	struct half *h = arg;

	h->hash = hash_of(h->c, h->first, 2, 4000);
	return NULL;
}

Test(craft, frames_depend_on_seed_and_number_alone)
{
	struct craft_options o = { .seed = 1 };
	struct craft *a = open_with(mixed, &o), *b = open_with(mixed, &o), *other;
	struct half halves[2] = { { .c = a, .first = 0 }, { .c = a, .first = 1 } };
	const uint64_t want = hash_of(a, 0, 1, 4000);

	o.seed = 2;
	other = open_with(mixed, &o);
	for (int i = 0; i < 2; i++)
		cr_assert_eq(pthread_create(&halves[i].thread, NULL, make_half, &halves[i]), 0);
	for (int i = 0; i < 2; i++)
		pthread_join(halves[i].thread, NULL);
	cr_expect_eq(hash_of(b, 0, 1, 4000), want, "the same seed");
	cr_expect_neq(hash_of(other, 0, 1, 4000), want, "another seed");
	cr_expect_eq(halves[0].hash + halves[1].hash, want, "two threads");
	craft_close(a);
	craft_close(b);
	craft_close(other);
}

static uint64_t period_of(const char *text)
{
	struct craft *c = open_text(text);
	const uint64_t period = craft_period(c);

	if (period && period < 5000) {
		cr_expect_eq(hash_of(c, 0, period, period + 1), hash_of(c, 0, period, period + 1));
		for (uint64_t i = 0; i < 50; i++) {
			static uint8_t again[CRAFT_FRAME_MAX];
			const uint32_t len = make(c, i, frame);

			cr_assert_eq(craft_frame(c, i + period, 0, again, CRAFT_FRAME_MAX), len);
			cr_assert_arr_eq(again, frame, len, "%s: frame %llu", text,
					 (unsigned long long)i);
		}
	}
	craft_close(c);
	return period;
}

Test(craft, knows_its_period)
{
	struct craft *c = open_text("ip/udp(sport=1-12)");

	cr_expect_eq(craft_period_every(c, 1), 12);
	cr_expect_eq(craft_period_every(c, 8), 3);
	cr_expect_eq(craft_period_every(c, 5), 12);
	craft_close(c);
	cr_expect_eq(period_of("ip/udp"), 1);
	cr_expect_eq(period_of("ip/udp(sport=1-10)"), 10);
	cr_expect_eq(period_of("ip(id=1-4)/udp(sport=1-10)"), 20);
	cr_expect_eq(period_of("ip/udp(sport=1-10 count 3)"), 4);
	cr_expect_eq(period_of("ip/udp(sport=1-10 every 3)"), 30);
	cr_expect_eq(period_of("ip/udp(sport=1-10 random)"), 0);
	cr_expect_eq(period_of("ip/udp/payload(1-3)"), 3);
	cr_expect_eq(period_of("ip/udp/payload(3,random)"), 0);
	cr_expect_eq(period_of("ip/udp;2*ip6/udp"), 3);
	cr_expect_eq(period_of("ip/udp(sport=1-4);2*ip6/udp(sport=1-3)"), 36);
	cr_expect_eq(period_of("ip/udp(sport=1-4);2*ip6/udp(sport=1-4)"), 12);
	cr_expect_eq(period_of("ip/udp/stamp"), 0);
	cr_expect_eq(period_of("ip(src=0.0.0.0/0)/udp(sport=0-65535)"), (uint64_t)1 << 32);
	cr_expect_eq(period_of("ip(src=0.0.0.0/0)/udp(sport=1-3)"), 0);
}
