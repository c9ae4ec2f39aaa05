/* Several descriptions in turn, sizes, flows and what else options say. */
#include <errno.h>

#include "core/bytes.h"
#include "tests/unit/craft_frames.h"

Test(craft_options, weights_are_kept_and_spread)
{
	struct craft *c = open_text("3*eth(type=1);eth(type=2)\neth(type=3) # of the third kind");
	unsigned nr[4] = { 0 }, in_a_row = 0;

	for (uint64_t i = 0; i < 50; i++) {
		make(c, i, frame);
		nr[frame[13]]++;
		in_a_row = frame[13] == 1 ? in_a_row + 1 : 0;
		cr_expect_leq(in_a_row, 3);
	}
	cr_expect_eq(nr[1], 30);
	cr_expect_eq(nr[2], 10);
	cr_expect_eq(nr[3], 10);
	craft_close(c);
	c = open_text("3*eth/payload(86);eth/payload(186)");
	cr_expect_float_eq(craft_frame_mean(c), 125, 1e-9);
	craft_close(c);
}

/* Each counts for itself, without gaps. */
Test(craft_options, each_description_counts_alone)
{
	struct craft *c = open_text("2*ip(proto=1,id=0-65535)/udp;ip(proto=2,id=0-65535)/udp");
	uint16_t next[3] = { 0 };

	for (uint64_t i = 0; i < 300; i++) {
		make(c, i, frame);
		cr_assert_eq(load_be16(frame + 18), next[frame[23]]++);
	}
	craft_close(c);
}

Test(craft_options, sizes_are_of_frames_without_fcs)
{
	struct craft_options o = { .mtu = 9000 };
	unsigned small = 0, medium = 0, large = 0;
	struct craft *c;

	cr_assert_eq(craft_sizes_parse("1500", &o.sizes), 0);
	c = open_with("ip/udp", &o);
	cr_expect_eq(make(c, 0, frame), 1500);
	cr_expect_eq(load_be16(frame + 16), 1486);
	craft_close(c);
	cr_assert_eq(craft_sizes_parse("mtu", &o.sizes), 0);
	c = open_with("vlan/ip/udp", &o);
	cr_expect_eq(make(c, 0, frame), 9018);
	cr_expect_eq(craft_mtu_frame_max(c), 9014);
	craft_close(c);
	/* Only of 802.1Q the kernel allows for the tag, and only for one. */
	c = open_with("vlan/vlan/ip/udp", &o);
	cr_expect_eq(make(c, 0, frame), 9014);
	cr_expect_eq(craft_mtu_frame_max(c), 9014);
	craft_close(c);
	c = open_with("eth(type=0x88a8)/vlan/ip/udp", &o);
	cr_expect_eq(make(c, 0, frame), 9014);
	craft_close(c);
	c = open_with("eth(type=0x8100)/vlan/vlan/ip/udp", &o);
	cr_expect_eq(make(c, 0, frame), 9018);
	craft_close(c);
	cr_assert_eq(craft_sizes_parse("imix", &o.sizes), 0);
	c = open_with("ip/udp", &o);
	for (uint64_t i = 0; i < 120; i++) {
		const uint32_t len = make(c, i, frame);

		small += len == 64;
		medium += len == 590;
		large += len == 1514;
	}
	cr_expect(small == 70 && medium == 40 && large == 10, "%u %u %u", small, medium, large);
	cr_expect_float_eq(craft_frame_mean(c), (64.0 * 7 + 590 * 4 + 1514) / 12, 1e-9);
	craft_close(c);
	/* A message is padded, a length of one's own stays. */
	cr_assert_eq(craft_sizes_parse("200", &o.sizes), 0);
	c = open_with("ip/udp/dns", &o);
	cr_expect_eq(make(c, 0, frame), 200);
	cr_expect_eq(load_be16(frame + 16), 57);
	craft_close(c);
	c = open_with("ip/udp/payload(500)", &o);
	cr_expect_eq(make(c, 0, frame), 542);
	craft_close(c);
}

Test(craft_options, flows_count_the_port_or_address_that_is_free)
{
	struct craft_options o = { .flows = 3 };
	struct filter_error err;
	struct craft *c = open_with("ip/udp", &o);

	for (uint64_t i = 0; i < 7; i++) {
		make(c, i, frame);
		cr_expect_eq(load_be16(frame + 34), 1024 + i % 3);
	}
	craft_close(c);
	c = open_with("ip/udp(sport=5)", &o);
	make(c, 2, frame);
	cr_expect_eq(load_be32(frame + 26), 0xc6120003);
	craft_close(c);
	cr_expect_eq(craft_open("ip(src=1.1.1.1)/udp(sport=5)", &o, &c, &err), -EINVAL);
	cr_expect(strstr(err.text, "--flows"));
}

Test(craft_options, takes_the_interface_s_address_where_none_is_described)
{
	const struct craft_options o = { .src_mac = { 0, 1, 2, 3, 4, 5 } };
	struct craft *c = open_with("arp", &o);

	make(c, 0, frame);
	cr_expect_arr_eq(frame + 6, o.src_mac, 6);
	cr_expect_arr_eq(frame + 22, o.src_mac, 6);
	craft_close(c);
	c = open_with("eth(src=02:00:00:00:00:09)/ip", &o);
	make(c, 0, frame);
	cr_expect_eq(frame[11], 9);
	craft_close(c);
}

Test(craft_options, stamps_have_number_and_time)
{
	struct craft *c = open_text("ip/udp/stamp");

	make(c, 77, frame);
	cr_expect(craft_has_time(c));
	cr_expect_eq(load_be64(frame + 42), 77);
	cr_expect_eq(load_be32(frame + 50), 0x52544150);
	cr_expect_eq(load_be64(frame + 54), 0x0123456789abcdef);
	craft_close(c);
}

Test(craft_options, writes_nothing_that_does_not_fit)
{
	struct craft *c = open_text("ip/udp/payload(100)");

	cr_assert_eq(make(c, 0, frame), 142);
	memset(frame, 0xee, sizeof(frame));
	cr_expect_eq(craft_frame(c, 0, 0, frame, 141), 0);
	cr_expect_eq(frame[0], 0xee);
	cr_expect_eq(craft_frame(c, 0, 0, frame, 142), 142);
	cr_expect_eq(frame[142], 0xee);
	craft_close(c);
}

/* Ranges of sizes are kept once: many descriptions with all sizes have room. */
Test(craft_options, many_descriptions_of_all_sizes_fit)
{
	struct craft_options o = { 0 };
	struct craft *c;

	cr_assert_eq(craft_sizes_parse("60-65535", &o.sizes), 0);
	c = open_with("ip/udp;ip/tcp;ip/icmp;ip/udp;ip/tcp;ip/icmp;ip/udp;ip/tcp;ip/icmp", &o);
	cr_expect_eq(craft_frame_max(c), 65535);
	craft_close(c);
}
