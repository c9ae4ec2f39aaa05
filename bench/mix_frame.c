/* bench/mix_frame.c -- headers of the mix's packets: TCP, UDP, IP, tunnels, tags, Ethernet. */
#include <endian.h>

#include "bench/mix_internal.h"
#include "dissect/checksum.h"

enum {
	FRAME_MIN = 60, /* Ethernet's, without the FCS */
	TCP_SYN = 0x02,
	VXLAN_PORT = 4789,
	TUNNEL_NET = 0x0afa0000, /* 10.250.0.0/16: ends of tunnels */
	MSEC = 1000000,
};

uint32_t mix_pseudo(const struct mix_flow *w, unsigned from, enum ip_protocol proto, size_t len)
{
	const size_t n = w->ip6 ? 16 : 4;
	uint32_t sum = checksum_partial(w->side[from].addr, n, (uint32_t)(proto + len));

	return checksum_partial(w->side[!from].addr, n, sum);
}

unsigned mix_overhead(const struct mix_flow *w)
{
	return w->wrap == WRAP_VXLAN ? 50 : w->wrap == WRAP_GRE ? 24 : 0;
}

static void put_ethernet(const struct mix_flow *w, unsigned from, uint16_t ethertype, uint8_t outer,
			 struct mix_buf *b)
{
	uint8_t *p = buf_push(b, 14);

	memcpy(p, w->side[!from].mac, 6);
	memcpy(p + 6, w->side[from].mac, 6);
	p[1] ^= outer;
	p[7] ^= outer;
	store_be16(p + 12, ethertype);
}

static void put_ipv4(uint32_t src, uint32_t dst, enum ip_protocol proto, uint8_t ttl, uint16_t id,
		     struct mix_buf *b)
{
	uint8_t *p = buf_push(b, 20);

	memset(p, 0, 20);
	p[0] = 0x45;
	store_be16(p + 2, (uint16_t)b->len);
	store_be16(p + 4, id);
	store_be16(p + 6, 0x4000); /* don't fragment */
	p[8] = ttl;
	p[9] = (uint8_t)proto;
	store_be32(p + 12, src);
	store_be32(p + 16, dst);
	store_be16(p + 10, checksum_fold(checksum_partial(p, 20, 0)));
}

/* What carries the packet from one end of its tunnel to the other. */
static void put_tunnel(struct mix_flow *w, unsigned from, enum ip_protocol proto, struct mix_buf *b)
{
	const uint32_t ends[2] = { TUNNEL_NET | (w->vni & 0xff),
				   TUNNEL_NET | 0x8000 | (w->vni >> 4 & 0xff) };

	put_ipv4(ends[from], ends[!from], proto, 63, w->side[from].ip_id, b);
	put_ethernet(w, from, 0x0800, 0x40, b);
}

void mix_put_link(struct mix_flow *w, unsigned from, uint16_t ethertype, struct mix_buf *b)
{
	uint8_t *p;

	switch ((enum mix_wrap)w->wrap) {
	case WRAP_NONE:
		put_ethernet(w, from, ethertype, 0, b);
		break;
	case WRAP_VLAN:
		p = buf_push(b, 4);
		store_be16(p, w->vlan);
		store_be16(p + 2, ethertype);
		put_ethernet(w, from, 0x8100, 0, b);
		break;
	case WRAP_VXLAN:
		put_ethernet(w, from, ethertype, 0, b);
		p = buf_push(b, 16);
		store_be16(p, (uint16_t)(49152 | (w->side[0].port & 0x3fff)));
		store_be16(p + 2, VXLAN_PORT);
		store_be16(p + 4, (uint16_t)b->len);
		store_be16(p + 6, 0); /* none: RFC 7348 section 5 */
		store_be32(p + 8, 0x08000000);
		store_be32(p + 12, w->vni << 8);
		put_tunnel(w, from, IP_UDP, b);
		break;
	case WRAP_GRE:
		p = buf_push(b, 4);
		store_be16(p, 0);
		store_be16(p + 2, ethertype);
		put_tunnel(w, from, IP_GRE, b);
		break;
	}
	if (b->len < FRAME_MIN)
		buf_zeros(b, FRAME_MIN - b->len);
}

void mix_put_ip(struct mix_flow *w, unsigned from, enum ip_protocol proto, struct mix_buf *b)
{
	struct mix_side *s = &w->side[from];
	const size_t len = b->len;
	uint8_t *p;

	if (!w->ip6) {
		put_ipv4(load_be32(s->addr), load_be32(w->side[!from].addr), proto, s->ttl,
			 s->ip_id++, b);
		mix_put_link(w, from, 0x0800, b);
		return;
	}
	p = buf_push(b, 40);
	store_be32(p, 0x60000000 | (w->side[0].seq & 0xfffff));
	store_be16(p + 4, (uint16_t)len);
	p[6] = (uint8_t)proto;
	p[7] = s->ttl;
	memcpy(p + 8, s->addr, 16);
	memcpy(p + 24, w->side[!from].addr, 16);
	mix_put_link(w, from, 0x86dd, b);
}

void mix_put_udp(struct mix_flow *w, unsigned from, struct mix_buf *b)
{
	uint8_t *p = buf_push(b, 8);
	uint16_t sum;

	store_be16(p, w->side[from].port);
	store_be16(p + 2, w->side[!from].port);
	store_be16(p + 4, (uint16_t)b->len);
	store_be16(p + 6, 0);
	sum = checksum_fold(checksum_partial(p, b->len, mix_pseudo(w, from, IP_UDP, b->len)));
	store_be16(p + 6, sum ? sum : 0xffff);
	mix_put_ip(w, from, IP_UDP, b);
}

static uint8_t *put_tcp_stamps(struct mix *m, struct mix_flow *w, unsigned from, uint8_t *p)
{
	struct mix_side *s = &w->side[from];

	s->ts_last = s->ts_base + (uint32_t)(mix_now_ns(m) / MSEC);
	p[0] = 8;
	p[1] = 10;
	store_be32(p + 2, s->ts_last);
	store_be32(p + 6, w->side[!from].ts_last);
	return p + 10;
}

/* Of a SYN: 20 bytes with time stamps, else 12; of others 12 or none. */
static void put_tcp_options(struct mix *m, struct mix_flow *w, unsigned from, bool syn, uint8_t *p)
{
	if (!syn) {
		store_be16(p, 0x0101);
		put_tcp_stamps(m, w, from, p + 2);
		return;
	}
	p[0] = 2;
	p[1] = 4;
	store_be16(p + 2, (uint16_t)(w->mss + (w->timestamps ? 12 : 0)));
	store_be16(p + 4, 0x0402); /* selective acknowledgments */
	p += 6;
	if (w->timestamps) {
		p = put_tcp_stamps(m, w, from, p);
	} else {
		store_be16(p, 0x0101);
		p += 2;
	}
	store_be32(p, 0x01030307); /* window scale 7 */
}

void mix_put_tcp(struct mix *m, struct mix_flow *w, unsigned from, uint8_t flags, struct mix_buf *b)
{
	const bool syn = flags & TCP_SYN;
	const size_t options = syn ? (w->timestamps ? 20 : 12) : w->timestamps ? 12 : 0;
	struct mix_side *s = &w->side[from];
	const size_t payload = b->len;
	uint8_t *p = buf_push(b, 20 + options);

	store_be16(p, s->port);
	store_be16(p + 2, w->side[!from].port);
	store_be32(p + 4, s->seq);
	store_be32(p + 8, flags & 0x10 ? w->side[!from].seq : 0);
	p[12] = (uint8_t)((20 + options) / 4 << 4);
	p[13] = flags;
	store_be16(p + 14, syn ? 64240 : s->window);
	store_be32(p + 16, 0);
	if (options)
		put_tcp_options(m, w, from, syn, p + 20);
	store_be16(p + 16,
		   checksum_fold(checksum_partial(p, b->len, mix_pseudo(w, from, IP_TCP, b->len))));
	s->seq += (uint32_t)payload + (flags & 0x03 ? 1 : 0);
	mix_put_ip(w, from, IP_TCP, b);
}
