/* The text of each rule: what is taken, what is refused, and the words for it. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/compiler.h"
#include "tests/unit/rewrite_packets.h"

static struct rewrite rw;

typedef int add_fn(struct rewrite *rw, const char *text, struct errmsg *err);

static void refused(add_fn *add, const char *text, const char *words)
{
	struct errmsg err = { "" };

	cr_expect_eq(add(&rw, text, &err), -EINVAL, "%s", text);
	cr_expect(strstr(err.text, words), "%s: %s", text, err.text);
}

Test(rewrite_options, maps_that_are_refused)
{
	static const char *const wrong[][2] = {
		{ "", "OLD=NEW" },
		{ "=", "OLD=NEW" },
		{ "10.0.0.0/8", "OLD=NEW" },
		{ "10.0.0.0/8=", "OLD=NEW" },
		{ "=10.0.0.0/8", "OLD=NEW" },
		{ "10.0.0.0/33=10.0.0.0/8", "0 to 32" },
		{ "::/129=::/0", "0 to 128" },
		{ "10.0.0.0/=10.0.0.0/8", "prefix length" },
		{ "10.0.0.0/-1=10.0.0.0/8", "prefix length" },
		{ "10.0.0.0/8x=10.0.0.0/8", "prefix length" },
		{ "10.0.0.0/0008=10.0.0.0/8", "prefix length" },
		{ "10.0.0/8=10.0.0.0/8", "no IP address" },
		{ "host=10.0.0.0/8", "no IP address" },
		{ "10.0.0.1=10.0.0.2=10.0.0.3", "no IP address" },
		{ "10.1.2.3/8=192.0.2.0/24", "write 10.0.0.0/8 for the network" },
		{ "10.0.0.0/8=192.0.2.1/24", "write 192.0.2.0/24" },
		{ "2001:db8::1/32=::/0", "write 2001:db8::/32" },
		{ "10.0.0.0/8=2001:db8::/32", "other IPv6" },
	};
	char text[400];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		refused(rewrite_add_map, wrong[i][0], wrong[i][1]);
	memset(text, '1', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	refused(rewrite_add_map, text, "OLD=NEW");
	text[200] = '=';
	refused(rewrite_add_map, text, "too long");
	cr_expect_eq(rw.nr_v4 + rw.nr_v6, 0);
}

Test(rewrite_options, ports)
{
	static const char *const wrong[][2] = {
		{ "80", "OLD=NEW" },
		{ "80=", "OLD=NEW" },
		{ "http=8080", "no port" },
		{ "80=65536", "no port" },
		{ "80-70=8080-8070", "no range" },
		{ "80-=8080", "no range" },
		{ "80-89=8080-8090", "10 ports become 11" },
		{ "80-89=8080", "10 ports become 1" },
		{ "icmp:80=90", "icmp: no protocol" },
		{ "tcp:=90", "no port" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		refused(rewrite_add_map_port, wrong[i][0], wrong[i][1]);
	must_map_port(&rw, "tcp:0-65535=0-65535");
	must_map_port(&rw, "80=8080");
	cr_expect_eq(rw.nr_ports, 2);
	cr_expect_eq(rw.ports[0].proto, PROTO_NR_TCP);
	cr_expect_eq(rw.ports[0].last, 65535);
	cr_expect_eq(rw.ports[1].proto, 0);
	cr_expect_eq(rw.ports[1].to, 8080);
}

Test(rewrite_options, macs_and_vlans)
{
	static const char *const macs[] = { "",
					    "02",
					    "02:00:00:00:00",
					    "02:00:00:00:00:01:",
					    "02:00:00:00:00:001",
					    "02:00:00-00:00:01",
					    "0200.0000.00011",
					    "0x:00:00:00:00:01" };
	static const char *const vlans[] = { "", "4095", "push", "push:", "-1", "pop:1", "1x" };
	uint8_t mac[REWRITE_MAC_LEN];
	struct errmsg err;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(macs); i++) {
		refused(rewrite_set_dst_mac, macs[i], "no MAC address");
		cr_expect_eq(rewrite_parse_mac(macs[i], mac), -EINVAL);
	}
	cr_expect_not(rw.has_dst_mac);
	refused(rewrite_add_map_mac, "02:00:00:00:00:01", "OLD=NEW");
	for (i = 0; i < ARRAY_SIZE(vlans); i++)
		refused(rewrite_set_vlan, vlans[i], "no VLAN id");
	cr_expect_eq(rw.vlan, REWRITE_VLAN_KEEP);
	cr_expect_eq(rewrite_set_vlan(&rw, "0", &err), 0);
	cr_expect_eq(rw.vlan, REWRITE_VLAN_SET);
	cr_expect_eq(rewrite_parse_mac("aAbB.0cD.1", mac), 0);
	cr_expect_arr_eq(mac, "\xaa\xbb\x00\xcd\x00\x01", 6);
}

Test(rewrite_options, there_is_an_end)
{
	struct errmsg err = { "" };
	char text[64];
	int i;

	for (i = 0; i < REWRITE_MAPS_MAX; i++) {
		snprintf(text, sizeof(text), "10.0.%d.0/24=192.0.2.0/24", i);
		must_map(&rw, text);
		must_map_port(&rw, "80=81");
	}
	cr_expect_eq(rewrite_add_map(&rw, "10.0.0.0/8=192.0.2.0/24", &err), -E2BIG);
	cr_expect(strstr(err.text, "more than 256 address maps"), "%s", err.text);
	cr_expect_eq(rewrite_add_map_port(&rw, "80=81", &err), -E2BIG);
	cr_expect_eq(rw.nr_v4, REWRITE_MAPS_MAX);
	must_map(&rw, "2001:db8::/32=2001:db8:1::/48");
}
