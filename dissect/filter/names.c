/* dissect/filter/names.c -- names in capture filters, by the system's databases. */
#include "dissect/filter/names.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/ethernet.h>
#include <netdb.h>
#include <netinet/ether.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "core/suggest.h"

enum { ENTRY_SIZE = 4096 }; /* of one entry of a database, its aliases included */

/* False where the list is full. */
static bool add_address(struct names_hosts *h, const struct sockaddr *sa)
{
	const struct sockaddr_in6 *const v6 = (const void *)sa;
	const struct sockaddr_in *const v4 = (const void *)sa;

	if (sa->sa_family == AF_INET) {
		if (h->nr_v4 == NAMES_ADDRESSES_MAX)
			return false;
		h->v4[h->nr_v4++] = load_be32(&v4->sin_addr);
	} else if (sa->sa_family == AF_INET6) {
		if (h->nr_v6 == NAMES_ADDRESSES_MAX)
			return false;
		memcpy(h->v6[h->nr_v6++], &v6->sin6_addr, sizeof(h->v6[0]));
	}
	return true;
}

int names_host(const char *name, struct names_hosts *ret, struct errmsg *why)
{
	/* One kind of socket: else each address comes once for each of them. */
	const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
	struct addrinfo *list, *ai;
	bool fits = true;
	const int r = getaddrinfo(name, NULL, &hints, &list);

	*ret = (struct names_hosts){ 0 };
	if (r)
		return errmsg_set(why, -ENOENT, "%s",
				  r == EAI_SYSTEM ? strerror(errno) : gai_strerror(r));
	for (ai = list; ai && fits; ai = ai->ai_next)
		fits = add_address(ret, ai->ai_addr);
	freeaddrinfo(list);
	if (!fits)
		return errmsg_set(why, -E2BIG, "it has more than %d addresses",
				  NAMES_ADDRESSES_MAX);
	return 0;
}

bool names_network(const char *name, uint32_t *ret)
{
	char buf[ENTRY_SIZE];
	struct netent entry, *found = NULL;
	int h_error;

	if (getnetbyname_r(name, &entry, buf, sizeof(buf), &found, &h_error) || !found ||
	    found->n_addrtype != AF_INET)
		return false;
	*ret = found->n_net;
	return true;
}

bool names_ether(const char *name, uint8_t ret[6])
{
	struct ether_addr addr;

	if (ether_hostton(name, &addr))
		return false;
	memcpy(ret, addr.ether_addr_octet, 6);
	return true;
}

static bool service(const char *name, const char *proto, uint32_t *ret)
{
	char buf[ENTRY_SIZE];
	struct servent entry, *found = NULL;
	uint16_t port;

	if (getservbyname_r(name, proto, &entry, buf, sizeof(buf), &found) || !found)
		return false;
	port = (uint16_t)found->s_port;
	*ret = load_be16(&port);
	return true;
}

static bool decimal(const char *text, uint32_t *ret)
{
	uint64_t v = 0;

	for (const char *p = text; *p; p++) {
		if (*p < '0' || *p > '9')
			return false;
		v = v * 10 + (uint64_t)(*p - '0');
		if (v > UINT32_MAX)
			return false;
	}
	*ret = (uint32_t)v;
	return *text;
}

bool names_port(const char *name, struct names_ports *ret)
{
	uint32_t number;

	*ret = (struct names_ports){ 0 };
	if (decimal(name, &number)) {
		*ret = (struct names_ports){ true, true, true, number, number, number };
		return true;
	}
	ret->has_tcp = service(name, "tcp", &ret->tcp);
	ret->has_udp = service(name, "udp", &ret->udp);
	ret->has_sctp = service(name, "sctp", &ret->sctp);
	return ret->has_tcp || ret->has_udp || ret->has_sctp;
}

bool names_ip_proto(const char *name, uint32_t *ret)
{
	char buf[ENTRY_SIZE];
	struct protoent entry, *found = NULL;

	if (getprotobyname_r(name, &entry, buf, sizeof(buf), &found) || !found)
		return false;
	*ret = (uint32_t)found->p_proto;
	return true;
}

struct named {
	const char *name;
	uint32_t number;
};

static bool look_up(const struct named *table, size_t nr, const char *name, uint32_t *ret)
{
	for (size_t i = 0; i < nr; i++) {
		if (!strcmp(table[i].name, name)) {
			*ret = table[i].number;
			return true;
		}
	}
	return false;
}

bool names_ether_proto(const char *name, uint32_t *ret)
{
	static const struct named table[] = {
		{ "aarp", ETHERTYPE_AARP },
		{ "arp", ETHERTYPE_ARP },
		{ "atalk", ETHERTYPE_AT },
		{ "decnet", 0x6003 },
		{ "ip", ETHERTYPE_IP },
		{ "ip6", ETHERTYPE_IPV6 },
		{ "ipx", 0xe0 }, /* these four are LLC SAPs */
		{ "iso", 0xfe },
		{ "netbeui", 0xf0 },
		{ "stp", 0x42 },
		{ "lat", 0x6004 },
		{ "lldp", 0x88cc },
		{ "loopback", ETHERTYPE_LOOPBACK },
		{ "mopdl", 0x6001 },
		{ "moprc", 0x6002 },
		{ "rarp", ETHERTYPE_REVARP },
		{ "sca", 0x6007 },
		{ "slow", 0x8809 },
	};

	return look_up(table, ARRAY_SIZE(table), name, ret);
}

bool names_iso_proto(const char *name, uint32_t *ret)
{
	static const struct named table[] = { { "clnp", 0x81 },
					      { "esis", 0x82 },
					      { "isis", 0x83 } };

	return look_up(table, ARRAY_SIZE(table), name, ret);
}

const char *names_near_port(const char *name, char *buf, unsigned size)
{
	size_t near = strlen(name) / 3 + 1;
	const struct servent *s;

	*buf = '\0';
	setservent(0);
	while ((s = getservent())) {
		const size_t d =
			strlen(s->s_name) < size ? edit_distance(name, s->s_name, near) : near;

		if (d < near) {
			near = d;
			snprintf(buf, size, "%s", s->s_name);
		}
	}
	endservent();
	return *buf ? buf : NULL;
}
