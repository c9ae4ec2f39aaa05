/* Links of a namespace of our own: list, look up, follow. Skipped, by name, where none can be made.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <net/if_arp.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/ethtool.h"
#include "capture/link.h"
#include "core/linktype.h"

enum { NR_CHANGES = 2000 }; /* far more than the socket's queue holds */

struct seen {
	unsigned nr[3]; /* by enum link_event */
	struct link_info last[3];
};

static void on_event(void *ctx, enum link_event event, const struct link_info *info)
{
	struct seen *seen = ctx;

	seen->nr[event]++;
	seen->last[event] = *info;
}

static void own_namespace(void)
{
	if (unshare(CLONE_NEWNET) && unshare(CLONE_NEWUSER | CLONE_NEWNET))
		cr_skip_test("test_link: no network namespace of our own: %s", strerror(errno));
	if (system("ip -V >/dev/null 2>&1") != 0)
		cr_skip_test("test_link: ip(8) is not installed");
}

static void ip(const char *arguments)
{
	char command[256];

	snprintf(command, sizeof(command), "ip %s", arguments);
	cr_assert_eq(system(command), 0, "%s", command);
}

static void dispatch(struct link_monitor *m)
{
	struct pollfd fd = { .fd = link_monitor_fd(m), .events = POLLIN };
	struct errmsg err = { "" };

	while (poll(&fd, 1, 50) > 0)
		cr_assert_eq(link_monitor_dispatch(m, &err), 0, "%s", err.text);
}

Test(link, list_and_look_up)
{
	struct link_info *links = NULL, one;
	struct errmsg err = { "" };
	struct link_stats stats;
	size_t nr = 0;

	own_namespace();
	ip("link set lo up");
	ip("link add rt0 type veth peer name rt1");
	ip("addr add 192.0.2.1/24 dev rt0");
	ip("addr add 2001:db8::1/64 dev rt0");
	ip("link set rt0 address 02:00:00:00:00:01 mtu 1400");
	ip("link set rt0 up");
	ip("link set rt1 up");
	cr_assert_eq(link_list(&links, &nr, &err), 0, "%s", err.text);
	cr_assert_geq(nr, 3);
	cr_expect_eq(links[0].ifindex, 1);
	cr_expect(links[0].loopback && links[0].up);
	free(links);
	cr_assert_eq(link_by_name("rt0", &one, &err), 0, "%s", err.text);
	cr_expect_str_eq(one.name, "rt0");
	cr_expect_str_eq(one.kind, "veth");
	cr_expect_eq(one.mtu, 1400);
	cr_expect_eq(one.arphrd, ARPHRD_ETHER);
	cr_expect_eq(one.mac_len, 6);
	cr_expect_eq(memcmp(one.mac, "\2\0\0\0\0\1", 6), 0);
	cr_expect(one.up && one.running && !one.loopback);
	cr_expect_eq(link_read_stats(one.ifindex, &stats), 0);
	cr_expect_eq(link_read_stats(9999, &stats), -ENODEV);
}

Test(link, addresses)
{
	struct link_info *links = NULL;
	struct errmsg err = { "" };
	bool found = false;
	size_t nr = 0;

	own_namespace();
	ip("link add rt0 type veth peer name rt1");
	ip("addr add 192.0.2.1/24 dev rt0");
	ip("addr add 192.0.2.2 peer 192.0.2.3/32 dev rt0");
	cr_assert_eq(link_list(&links, &nr, &err), 0, "%s", err.text);
	for (size_t i = 0; i < nr; i++) {
		if (strcmp(links[i].name, "rt0") != 0)
			continue;
		found = true;
		cr_assert_eq(links[i].nr_addrs, 2);
		cr_expect_eq(links[i].addrs[0].prefix_len, 24);
		cr_expect_eq(memcmp(links[i].addrs[0].bytes, "\xc0\0\2\1", 4), 0);
		cr_expect_eq(memcmp(links[i].addrs[1].bytes, "\xc0\0\2\2", 4), 0,
			     "ours, not the peer's");
	}
	cr_expect(found);
	free(links);
}

Test(link, unknown_names)
{
	static const char *const names[] = {
		"eth7", "", "a-name-that-no-interface-can-have", "9999", "1x", "..", "%s",
	};
	struct link_info one = { .ifindex = 4711 };

	own_namespace();
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct errmsg err = { "" };

		cr_expect_eq(link_by_name(names[i], &one, &err), -ENODEV, "%s", names[i]);
		cr_expect(strstr(err.text, "no such interface; 'ringtap interfaces' lists them"),
			  "%s", err.text);
		cr_expect_eq(one.ifindex, 4711);
	}
	cr_expect_eq(link_by_name("1", &one, NULL), 0, "by number");
	cr_expect_str_eq(one.name, "lo");
}

Test(link, monitor)
{
	struct seen seen = { 0 };
	struct errmsg err = { "" };
	struct link_monitor *m;

	own_namespace();
	cr_assert_eq(link_monitor_open(&m, on_event, &seen, &err), 0, "%s", err.text);
	cr_expect_geq(seen.nr[LINK_NEW], 1, "what is there is told at once");
	memset(&seen, 0, sizeof(seen));
	ip("link add rt0 type veth peer name rt1");
	dispatch(m);
	cr_expect_eq(seen.nr[LINK_NEW], 2);
	ip("link set rt0 up");
	dispatch(m);
	cr_expect_gt(seen.nr[LINK_CHANGED], 0);
	cr_expect(seen.last[LINK_CHANGED].up);
	ip("link set rt0 name rt9");
	dispatch(m);
	cr_expect_str_eq(seen.last[LINK_CHANGED].name, "rt9");
	/* A bridge port that leaves its bridge is not a link that is gone. */
	ip("link add br0 type bridge");
	ip("link set rt9 master br0");
	ip("link set rt9 nomaster");
	dispatch(m);
	cr_expect_eq(seen.nr[LINK_GONE], 0);
	ip("link del rt9");
	dispatch(m);
	cr_expect_eq(seen.nr[LINK_GONE], 2);
	link_monitor_close(m);
	link_monitor_close(NULL);
}

Test(link, monitor_overrun)
{
	struct seen seen = { 0 };
	struct errmsg err = { "" };
	struct link_monitor *m;
	FILE *batch;

	own_namespace();
	ip("link add old0 type veth peer name old1");
	cr_assert_eq(link_monitor_open(&m, on_event, &seen, &err), 0, "%s", err.text);
	memset(&seen, 0, sizeof(seen));
	batch = popen("ip -batch -", "w");
	cr_assert_not_null(batch);
	for (int i = 0; i < NR_CHANGES; i++)
		fprintf(batch, "link set old0 mtu %d\n", 1000 + i % 400);
	fprintf(batch, "link del old0\nlink add new0 type veth peer name new1\n");
	cr_assert_eq(pclose(batch), 0);
	dispatch(m);
	cr_expect_lt(seen.nr[LINK_CHANGED], NR_CHANGES, "the queue was to run over");
	cr_expect_eq(seen.nr[LINK_GONE], 2);
	cr_expect_eq(seen.nr[LINK_NEW], 2);
	cr_expect_str_eq(seen.last[LINK_NEW].name, "new0");
	link_monitor_close(m);
}

Test(link, link_types)
{
	cr_expect_eq(link_linktype(ARPHRD_ETHER), LINKTYPE_ETHERNET);
	cr_expect_eq(link_linktype(ARPHRD_LOOPBACK), LINKTYPE_ETHERNET);
	cr_expect_eq(link_linktype(ARPHRD_NONE), LINKTYPE_RAW);
	cr_expect_eq(link_linktype(ARPHRD_INFINIBAND), -EOPNOTSUPP);
}

Test(ethtool, facts_and_remark)
{
	char text[256];
	struct strbuf out = strbuf_over(text, sizeof(text));
	struct ethtool_facts facts;
	struct errmsg err = { "" };
	struct link_info link;
	struct ethtool *e;

	own_namespace();
	ip("link add rt0 numtxqueues 2 numrxqueues 3 type veth peer name rt1");
	cr_assert_eq(link_by_name("rt0", &link, &err), 0, "%s", err.text);
	cr_assert_eq(ethtool_open(&e, &err), 0, "%s", err.text);
	cr_assert_eq(ethtool_read(e, &link, &facts), 0);
	cr_expect_str_eq(facts.driver, "veth");
	cr_expect_eq(facts.speed_mbit, 10000);
	cr_expect_eq(facts.duplex, ETHTOOL_DUPLEX_FULL);
	cr_expect_eq(facts.rx_queues, 3);
	cr_expect_eq(facts.tx_queues, 2);
	cr_expect(facts.offloads_known);
	cr_expect(facts.offloads & ETHTOOL_TSO);
	facts.offloads = ETHTOOL_GRO | ETHTOOL_LRO;
	cr_expect(ethtool_remark(&link, &facts, &out));
	cr_expect_str_eq(text, "GRO, LRO on: captured packets may be merged; "
			       "ethtool -K rt0 gro off lro off");
	strbuf_reset(&out);
	facts.offloads = ETHTOOL_TSO;
	cr_expect_not(ethtool_remark(&link, &facts, &out));
	cr_expect_str_eq(text, "");
	ip("link del rt0");
	cr_expect_eq(ethtool_read(e, &link, &facts), -ENODEV);
	ethtool_close(e);
}
