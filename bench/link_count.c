#include "bench/link_count.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bench/run.h"

enum { STEP_MS = 10, STILL_MS = 60 };

int link_count_read(const char *ifname, struct link_count *ret)
{
	unsigned long long rx, rx_dropped, tx, tx_dropped;
	FILE *f = fopen("/proc/thread-self/net/dev", "re");
	const size_t len = strlen(ifname);
	int code = -ENODEV;
	char line[512];

	if (!f)
		return -errno;
	/* Name: bytes packets errs drop fifo frame compressed multicast, then the same of tx. */
	while (code && fgets(line, sizeof(line), f)) {
		const char *const p = line + strspn(line, " ");

		if (strncmp(p, ifname, len) || p[len] != ':' ||
		    sscanf(p + len + 1, "%*u %llu %*u %llu %*u %*u %*u %*u %*u %llu %*u %llu", &rx,
			   &rx_dropped, &tx, &tx_dropped) != 4)
			continue;
		*ret = (struct link_count){ rx, rx_dropped, tx, tx_dropped };
		code = 0;
	}
	fclose(f);
	return code;
}

int link_count_settled(const char *ifname, unsigned bound_ms, struct link_count *ret)
{
	uint64_t before = UINT64_MAX;
	unsigned still = 0;
	int code;

	for (unsigned waited = 0;; waited += STEP_MS) {
		code = link_count_read(ifname, ret);
		if (code)
			return code;
		still = ret->rx_packets == before ? still + STEP_MS : 0;
		if (still >= STILL_MS || waited >= bound_ms)
			return 0;
		before = ret->rx_packets;
		sleep_ms(STEP_MS);
	}
}
