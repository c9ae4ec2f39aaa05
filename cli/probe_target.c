#include "cli/probe_target.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/units.h"
#include "core/bytes.h"

enum { HOST_MAX = 256, PORT_DIGITS = 5 };

/* ---- words ---- */

/* Splits "host:port" and "[host]:port". */
static int split(const char *text, char host[HOST_MAX], uint16_t *ret_port, struct errmsg *err)
{
	const bool bracketed = *text == '[';
	const char *colon = bracketed ? strstr(text, "]:") : strrchr(text, ':');
	const char *start = text + bracketed;
	uint64_t port;
	size_t len;

	if (!colon)
		return errmsg_set(err, -EINVAL,
				  "probe: %.200s: a target is HOST:PORT, as 192.0.2.1:5000 or "
				  "[2001:db8::1]:5000; without one a filter is given with -f",
				  text);
	len = (size_t)(colon - start);
	colon += bracketed;
	if (!bracketed && memchr(text, ':', len))
		return errmsg_set(
			err, -EINVAL,
			"probe: %.200s: an IPv6 address wants brackets: [2001:db8::1]:5000", text);
	if (strpbrk(colon + 1, ",-") || strpbrk(text, "/,*"))
		return errmsg_set(err, -EINVAL,
				  "probe: %.200s: one address and one port; this is no scanner",
				  text);
	if (!len || len >= HOST_MAX)
		return errmsg_set(err, -EINVAL, "probe: %.200s: no host in front of the port",
				  text);
	if (strlen(colon + 1) > PORT_DIGITS || parse_count(colon + 1, &port) || !port ||
	    port > UINT16_MAX)
		return errmsg_set(err, -EINVAL, "probe: %.200s: a port is from 1 to 65535", text);
	memcpy(host, start, len);
	host[len] = '\0';
	*ret_port = (uint16_t)port;
	return 0;
}

void probe_address_text(const struct probe_address *a, char *ret)
{
	char host[INET6_ADDRSTRLEN + IF_NAMESIZE + 1] = "?";
	const bool v6 = a->any.sa_family == AF_INET6;

	if (a->len)
		getnameinfo(&a->any, a->len, host, sizeof(host), NULL, 0, NI_NUMERICHOST);
	snprintf(ret, PROBE_ADDRESS_TEXT, v6 ? "[%s]:%u" : "%s:%u", host, probe_address_port(a));
}

/* ---- addresses ---- */

/* Our sockets for IPv6 are for IPv6: what maps IPv4 is IPv4. */
static void unmap(struct probe_address *a)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };

	if (a->any.sa_family != AF_INET6 || !IN6_IS_ADDR_V4MAPPED(&a->v6.sin6_addr))
		return;
	memcpy(&v4.sin_addr, a->v6.sin6_addr.s6_addr + 12, sizeof(v4.sin_addr));
	v4.sin_port = a->v6.sin6_port;
	a->v4 = v4;
	a->len = sizeof(v4);
}

static void set_address(struct probe_address *a, const struct sockaddr *from, socklen_t len)
{
	*a = (struct probe_address){ 0 };
	if (len > sizeof(a->v6) || (from->sa_family != AF_INET && from->sa_family != AF_INET6))
		return;
	memcpy(&a->v6, from, len);
	a->len = len;
	unmap(a);
}

/* What is wrong with this address as the only one; NULL: nothing. */
static const char *is_many(const struct probe_address *a)
{
	const uint8_t *p;
	unsigned len;

	p = probe_address_bytes(a, &len);
	if (len == 4) {
		if (load_be32(p) == INADDR_BROADCAST)
			return "the broadcast address";
		if (IN_MULTICAST(load_be32(p)))
			return "a multicast address";
		return *p ? NULL : "no address of a host";
	}
	if (IN6_IS_ADDR_MULTICAST(&a->v6.sin6_addr))
		return "a multicast address";
	return IN6_IS_ADDR_UNSPECIFIED(&a->v6.sin6_addr) ? "no address of a host" : NULL;
}

const uint8_t *probe_address_bytes(const struct probe_address *a, unsigned *ret_len)
{
	const bool v4 = a->any.sa_family == AF_INET;

	*ret_len = !a->len ? 0 : v4 ? 4 : 16;
	return v4 ? (const uint8_t *)&a->v4.sin_addr : a->v6.sin6_addr.s6_addr;
}

uint16_t probe_address_port(const struct probe_address *a)
{
	const bool v4 = a->any.sa_family == AF_INET;

	return load_be16(v4 ? &a->v4.sin_port : &a->v6.sin6_port);
}

void probe_address_local(int fd, struct probe_address *ret)
{
	struct sockaddr_storage found;
	socklen_t len = sizeof(found);

	*ret = (struct probe_address){ 0 };
	if (!getsockname(fd, (struct sockaddr *)&found, &len))
		set_address(ret, (struct sockaddr *)&found, len);
}

bool probe_target_is_self(const struct probe_target *t, int fd)
{
	struct probe_address local;
	const uint8_t *ours, *its;
	unsigned len, its_len;

	probe_address_local(fd, &local);
	ours = probe_address_bytes(&local, &len);
	its = probe_address_bytes(&t->address, &its_len);
	return len == its_len && !memcmp(ours, its, len) &&
	       probe_address_port(&local) == probe_address_port(&t->address);
}

static void set_port(struct probe_address *a, uint16_t port)
{
	store_be16(a->any.sa_family == AF_INET ? &a->v4.sin_port : &a->v6.sin6_port, port);
}

int probe_target_resolve(const char *text, struct probe_target *ret, struct errmsg *err)
{
	struct addrinfo hints = { .ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICHOST };
	struct addrinfo *found = NULL;
	char host[HOST_MAX];
	const char *many;
	uint16_t port = 0;
	int code = split(text, host, &port, err);

	*ret = (struct probe_target){ 0 };
	if (code)
		return code;
	code = getaddrinfo(host, NULL, &hints, &found);
	ret->named = code;
	hints.ai_flags = 0;
	if (code)
		code = getaddrinfo(host, NULL, &hints, &found);
	if (code)
		return errmsg_set(err, -EADDRNOTAVAIL, "probe: %.200s: %s; write its address", host,
				  code == EAI_SYSTEM ? strerror(errno) : gai_strerror(code));
	set_address(&ret->address, found->ai_addr, found->ai_addrlen);
	for (const struct addrinfo *a = found; a; a = a->ai_next)
		ret->nr_addresses++;
	freeaddrinfo(found);
	if (!ret->address.len)
		return errmsg_set(err, -EADDRNOTAVAIL, "probe: %.200s: no IP address", host);
	set_port(&ret->address, port);
	probe_address_text(&ret->address, ret->text);
	many = is_many(&ret->address);
	if (many)
		return errmsg_set(err, -EINVAL, "probe: %.200s is %s; one host is probed",
				  ret->named ? text : ret->text, many);
	if (ret->address.any.sa_family == AF_INET6 && !ret->address.v6.sin6_scope_id &&
	    IN6_IS_ADDR_LINKLOCAL(&ret->address.v6.sin6_addr))
		return errmsg_set(err, -EINVAL,
				  "probe: %.200s: a link-local address wants its interface: "
				  "[fe80::1%%eth0]:%u",
				  text, port);
	return 0;
}

int probe_target_socket(const struct probe_target *t, int type, uint16_t from_port,
			struct errmsg *err)
{
	struct probe_address from = { .any.sa_family = t->address.any.sa_family,
				      .len = t->address.len };
	const int fd = socket(from.any.sa_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	const int yes = 1;
	int code;

	if (fd < 0)
		return errmsg_set(err, -errno, "probe: no socket for %s: %s", t->text,
				  strerror(errno));
	if (!from_port)
		return fd;
	set_port(&from, from_port);
	if (type == SOCK_STREAM) /* one connection after the other */
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (!bind(fd, &from.any, from.len))
		return fd;
	code = errmsg_set(err, -errno, "probe: --from-port %u: %s; choose %s", from_port,
			  strerror(errno), errno == EACCES ? "one above 1023" : "another");
	close(fd);
	return code;
}
