/* cli/probe_target.h -- the one address that `ringtap probe` talks to. */
#ifndef CLI_PROBE_TARGET_H
#define CLI_PROBE_TARGET_H

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "core/compiler.h"
#include "core/errmsg.h"

/* Brackets, a scope, a colon, a port. */
enum { PROBE_ADDRESS_TEXT = INET6_ADDRSTRLEN + IF_NAMESIZE + 12 };

/* An end of the conversation; IPv4 never as an IPv6 address that maps it. */
struct probe_address {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	};
	socklen_t len; /* 0: unknown */
};

struct probe_target {
	struct probe_address address;
	char text[PROBE_ADDRESS_TEXT]; /* "192.0.2.1:5000", "[2001:db8::1]:5000" */
	unsigned nr_addresses;         /* that the name has; the first is taken */
	bool named;                    /* it was a name, not an address */
};

/*
 * "HOST:PORT": asks the resolver for a name, which may wait for it. 0; -EINVAL not understood, or
 * several, or an address of many: broadcast, multicast, none; -EADDRNOTAVAIL no such name.
 */
int probe_target_resolve(const char *text, struct probe_target *ret, struct errmsg *err) must_check;
/* ret has PROBE_ADDRESS_TEXT bytes. */
void probe_address_text(const struct probe_address *a, char *ret);
/* The end of fd on this side, as the socket sees it. */
void probe_address_local(int fd, struct probe_address *ret);
/* Its IP address in network byte order, of 4 or 16 bytes (ret_len), and its port. */
const uint8_t *probe_address_bytes(const struct probe_address *a, unsigned *ret_len);
uint16_t probe_address_port(const struct probe_address *a);

/* A connected socket talks to itself: it has the target's address and port. */
bool probe_target_is_self(const struct probe_target *t, int fd);

/*
 * A socket of this type (SOCK_DGRAM, SOCK_STREAM) for the target, bound to from_port unless that
 * is 0. The descriptor or -errno.
 */
int probe_target_socket(const struct probe_target *t, int type, uint16_t from_port,
			struct errmsg *err) must_check;

#endif
