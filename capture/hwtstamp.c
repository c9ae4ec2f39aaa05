/* capture/hwtstamp.c -- asks a NIC to stamp every packet, and puts its setting back afterwards. */
#include <errno.h>
#include <linux/net_tstamp.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "capture/engine_internal.h"

_Static_assert(sizeof(struct hwtstamp_config) <= sizeof(((struct engine_interface *)0)->hwtstamp),
	       "room for the saved setting");

static int call(const char *name, unsigned long request, struct hwtstamp_config *cfg)
{
	struct ifreq ifr = { .ifr_data = (char *)cfg };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), ret = 0;

	if (fd < 0)
		return -errno;
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name);
	if (ioctl(fd, request, &ifr) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

int hwtstamp_enable(struct engine_interface *itf, struct errmsg *err)
{
	struct hwtstamp_config cfg = { .tx_type = HWTSTAMP_TX_OFF,
				       .rx_filter = HWTSTAMP_FILTER_NONE };
	int ret;

	if (itf->any)
		return errmsg_set(err, -EINVAL,
				  "any: --timestamp hardware needs one interface (-i eth0)");
	(void)call(itf->name, SIOCGHWTSTAMP, &cfg);
	memcpy(itf->hwtstamp, &cfg, sizeof(cfg));
	if (cfg.rx_filter == HWTSTAMP_FILTER_ALL)
		return 0;
	cfg.rx_filter = HWTSTAMP_FILTER_ALL;
	ret = call(itf->name, SIOCSHWTSTAMP, &cfg);
	if (ret < 0)
		return errmsg_set(
			err, ret,
			"%s: the NIC cannot stamp every packet (%s); use --timestamp software",
			itf->name, strerror(-ret));
	itf->restore_hwtstamp = true;
	return 0;
}

void hwtstamp_restore(struct engine_interface *itf)
{
	struct hwtstamp_config cfg;

	if (!itf->restore_hwtstamp)
		return;
	memcpy(&cfg, itf->hwtstamp, sizeof(cfg));
	(void)call(itf->name, SIOCSHWTSTAMP, &cfg);
	itf->restore_hwtstamp = false;
}
