/* capture/bridge_super.c -- super-frames in and out of sockets (see bridge_super.h). */
#include "capture/bridge_super.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "core/bytes.h"

enum {
	TCP_OFFSET_BYTE = 12, /* its upper half: the header's length in words */
	TCP_HEADER_MIN = 20,
	UDP_HEADER = 8,
	IPV4_HEADER_MIN = 20,
	IPV4_PROTOCOL_BYTE = 9,
	IPV6_HEADER = 40,
	IPV6_NEXT_BYTE = 6,
	SEND_QUEUE = 4 << 20, /* bytes in flight */
};

static int option_int(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value)) < 0 ? -errno : 0;
}

int bridge_super_open(const struct link_info *link, struct bridge_super *ret, struct errmsg *err)
{
	/* Protocol 0: it sends, and nothing is received. */
	const struct sockaddr_ll ll = { .sll_family = AF_PACKET,
					.sll_ifindex = (int)link->ifindex };
	struct bridge_super s = { .copy = malloc(SUPER_MAX), .copy_len = -1 };
	int code;

	s.fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	code = !s.copy ? -ENOMEM : s.fd < 0 ? -errno : 0;
	if (!code)
		code = option_int(s.fd, SOL_PACKET, PACKET_VNET_HDR, 1);
	if (!code)
		code = bind(s.fd, (const struct sockaddr *)&ll, sizeof(ll)) < 0 ? -errno : 0;
	if (code) {
		bridge_super_close(&s);
		return errmsg_set(err, code, "%s: a socket for merged packets: %s", link->name,
				  strerror(-code));
	}
	if (option_int(s.fd, SOL_SOCKET, SO_SNDBUFFORCE, SEND_QUEUE) < 0)
		(void)option_int(s.fd, SOL_SOCKET, SO_SNDBUF, SEND_QUEUE);
	*ret = s;
	return 0;
}

void bridge_super_close(struct bridge_super *s)
{
	if (s->fd >= 0)
		close(s->fd);
	free(s->copy);
	*s = (struct bridge_super){ .fd = -1, .copy_len = -1 };
}

bool bridge_super_fetch(struct bridge_super *s, int ring_fd)
{
	struct virtio_net_hdr again; /* as in the ring's frame */
	struct iovec iov[2] = { { &again, sizeof(again) }, { s->copy, SUPER_MAX } };
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };
	ssize_t n;

	if (s->copy_len >= 0)
		return true; /* it had no room to go before */
	/* An interface that goes down leaves its error at the socket: it comes once, before
	 * packets.
	 */
	do
		n = recvmsg(ring_fd, &msg, MSG_DONTWAIT | MSG_TRUNC);
	while (n < 0 && (errno == EINTR || errno == ENETDOWN));
	if (n < (ssize_t)sizeof(again))
		return false;
	s->copy_len = n - (ssize_t)sizeof(again);
	return true;
}

/* What stands behind the IPv6 header and its extensions: where, and which protocol. */
static uint32_t skip_ipv6(const struct arrival *a, uint32_t at, uint8_t *ret_protocol)
{
	uint32_t next = at + IPV6_HEADER;

	*ret_protocol = a->data[at + IPV6_NEXT_BYTE];
	while ((*ret_protocol == IPPROTO_HOPOPTS || *ret_protocol == IPPROTO_ROUTING ||
		*ret_protocol == IPPROTO_DSTOPTS) &&
	       next + 2 <= a->len) {
		*ret_protocol = a->data[next];
		next += (a->data[next + 1] + 1u) * 8;
	}
	return next;
}

/* Where the IP header begins; its end where there is none. */
static uint32_t network_at(const struct arrival *a, uint32_t header_len)
{
	uint32_t at = header_len;
	uint16_t type;

	if (!header_len)
		return 0;
	type = load_be16(a->data + at - 2);
	while ((type == ETH_P_8021Q || type == ETH_P_8021AD) && at + VLAN_TAG_LEN <= a->len) {
		at += VLAN_TAG_LEN;
		type = load_be16(a->data + at - 2);
	}
	return type == ETH_P_IP || type == ETH_P_IPV6 ? at : a->len;
}

bool bridge_super_is_flat(const struct arrival *a, uint32_t header_len)
{
	const uint8_t type = a->h.gso_type & (uint8_t)~VIRTIO_NET_HDR_GSO_ECN;
	const uint32_t at = network_at(a, header_len);
	uint32_t transport = 0;
	uint8_t version, protocol = 0;

	if (at + IPV4_HEADER_MIN > a->len)
		return false;
	version = a->data[at] >> 4;
	if (version == 4) {
		protocol = a->data[at + IPV4_PROTOCOL_BYTE];
		transport = at + (a->data[at] & 15u) * 4;
	} else if (version == 6 && at + IPV6_HEADER <= a->len) {
		transport = skip_ipv6(a, at, &protocol);
	}
	if (transport != a->h.csum_start)
		return false;
	switch (type) {
	case VIRTIO_NET_HDR_GSO_TCPV4:
		return version == 4 && protocol == IPPROTO_TCP;
	case VIRTIO_NET_HDR_GSO_TCPV6:
		return version == 6 && protocol == IPPROTO_TCP;
	default:
		return protocol == IPPROTO_UDP;
	}
}

uint32_t bridge_super_segment(const struct arrival *a)
{
	const uint8_t type = a->h.gso_type & (uint8_t)~VIRTIO_NET_HDR_GSO_ECN;
	uint32_t header = UDP_HEADER;

	/* The kernel marks every one so (net/core/gro.c, tcp_gso_segment()). */
	if (!(a->h.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) || !a->h.gso_size)
		return 0;
	if (type == VIRTIO_NET_HDR_GSO_TCPV4 || type == VIRTIO_NET_HDR_GSO_TCPV6) {
		if (a->h.csum_start + (uint32_t)TCP_HEADER_MIN > a->len)
			return 0;
		header = (a->data[a->h.csum_start + TCP_OFFSET_BYTE] >> 4) * 4u;
	}
	header += a->h.csum_start;
	return header > a->len ? 0 : MIN_OF(header + a->h.gso_size, a->len);
}

struct virtio_net_hdr bridge_super_header(const struct arrival *a)
{
	struct virtio_net_hdr h = a->h;

	/* That a checksum was right is of no use to a sender. */
	h.flags &= VIRTIO_NET_HDR_F_NEEDS_CSUM;
	if (!a->tagged)
		return h;
	if (h.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM)
		h.csum_start += VLAN_TAG_LEN;
	if (h.hdr_len)
		h.hdr_len = (uint16_t)MIN_OF(h.hdr_len + VLAN_TAG_LEN, UINT16_MAX);
	return h;
}

int bridge_super_send(struct bridge_super *s, const struct arrival *a)
{
	struct virtio_net_hdr h = bridge_super_header(a);
	const uint32_t front = a->tagged ? MAC_ADDRESSES_LEN : 0;
	/* Not written through: sendmsg() takes no const. */
	struct iovec iov[4] = { { &h, sizeof(h) },
				{ (void *)(uintptr_t)a->data, front },
				{ (void *)(uintptr_t)a->tag, a->tagged ? VLAN_TAG_LEN : 0 },
				{ (void *)(uintptr_t)(a->data + front), a->len - front } };
	const struct msghdr msg = { .msg_iov = iov, .msg_iovlen = ARRAY_SIZE(iov) };
	ssize_t n;

	do
		n = sendmsg(s->fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}
