/*
 * dissect/filter/names.h -- names of hosts, networks, ports and protocols, looked up in the
 * system's databases while a filter is compiled. A look-up may take as long as the system's
 * resolver does.
 */
#ifndef DISSECT_FILTER_NAMES_H
#define DISSECT_FILTER_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "core/compiler.h"
#include "core/errmsg.h"

enum { NAMES_ADDRESSES_MAX = 64 }; /* of each family; what a name has beyond is refused */

struct names_hosts {
	unsigned nr_v4, nr_v6;
	uint32_t v4[NAMES_ADDRESSES_MAX]; /* host order */
	uint8_t v6[NAMES_ADDRESSES_MAX][16];
};

/* All addresses of a host. 0, -ENOENT or -E2BIG with the reason in why. */
int names_host(const char *name, struct names_hosts *ret, struct errmsg *why) must_check;
/* An IPv4 network, host order, without zeros at its end: 10.20 is 0x0a14. */
bool names_network(const char *name, uint32_t *ret);
/* /etc/ethers. */
bool names_ether(const char *name, uint8_t ret[6]);

/* A port has one number or two. */
struct names_ports {
	bool has_tcp, has_udp, has_sctp;
	uint32_t tcp, udp, sctp;
};

/* False: no protocol has a port of this name. A decimal number is the name of all three. */
bool names_port(const char *name, struct names_ports *ret);

bool names_ip_proto(const char *name, uint32_t *ret);
/* "arp", "ipx": an ethertype, or an LLC SAP below 0x100. */
bool names_ether_proto(const char *name, uint32_t *ret);
bool names_iso_proto(const char *name, uint32_t *ret);

/* The port, or the protocol, whose name is nearest; NULL when none is near. */
const char *names_near_port(const char *name, char *buf, unsigned size);

#endif
