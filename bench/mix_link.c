/* bench/mix_link.c -- what keeps a network going in the mix: ARP, ICMP, ICMPv6. */
#include "bench/mix_internal.h"
#include "dissect/checksum.h"

enum {
	ECHO_BYTES = 56,
	TRACE_PORT = 33434,
	HOPS_ND = 255,
	SOLICITATION = 135,
	ADVERTISEMENT = 136,
};

bool arp_step(struct mix *m, struct mix_flow *w, struct mix_buf *b)
{
	static const uint8_t everybody[6] = { 255, 255, 255, 255, 255, 255 };
	const bool answer = w->step++;
	const struct mix_side *own = &w->side[answer], *other = &w->side[!answer];
	uint8_t mac[6];

	buf_be16(b, 1);
	buf_be16(b, 0x0800);
	buf_be16(b, 0x0604);
	buf_be16(b, answer ? 2 : 1);
	buf_bytes(b, own->mac, 6);
	buf_bytes(b, own->addr, 4);
	if (answer)
		buf_bytes(b, other->mac, 6);
	else
		buf_zeros(b, 6);
	buf_bytes(b, other->addr, 4);
	memcpy(mac, other->mac, 6);
	if (!answer)
		memcpy(w->side[1].mac, everybody, 6);
	mix_put_link(w, answer, 0x0806, b);
	memcpy(w->side[!answer].mac, mac, 6);
	return !answer && mix_chance(m, 80);
}

/* An echo and its answer, some times. */
bool icmp_step(struct mix *m, struct mix_flow *w, struct mix_buf *b)
{
	const unsigned from = w->step & 1;
	const enum ip_protocol proto = w->ip6 ? IP_ICMPV6 : IP_ICMP;
	const uint8_t types[2] = { w->ip6 ? 128 : 8, w->ip6 ? 129 : 0 };

	if (!w->step)
		w->steps = 2 * (1 + mix_below(m, 10));
	buf_be16(b, types[from] << 8);
	buf_be16(b, 0);
	buf_be16(b, w->number & 0xffff);
	buf_be16(b, w->step / 2 + 1);
	buf_be32(b, (uint32_t)(w->number >> 8));
	for (size_t i = 4; i < ECHO_BYTES; i++)
		buf_u8(b, (uint8_t)(0x0c + i));
	store_be16(b->p + 2,
		   checksum_fold(checksum_partial(
			   b->p, b->len, w->ip6 ? mix_pseudo(w, from, proto, b->len) : 0)));
	mix_put_ip(w, from, proto, b);
	return ++w->step < w->steps;
}

/* "Port unreachable", as traceroute's last hop says it, quoting the header and 8 bytes. */
bool unreachable_step(struct mix *m, struct mix_flow *w, struct mix_buf *b)
{
	static const unsigned udp_len = 40;
	uint8_t *ip;

	buf_be16(b, 0x0303);
	buf_zeros(b, 6);
	ip = buf_take(b, 20);
	memset(ip, 0, 20);
	ip[0] = 0x45;
	store_be16(ip + 2, (uint16_t)(20 + udp_len));
	store_be16(ip + 4, (uint16_t)(w->number + w->step));
	ip[8] = 1;
	ip[9] = IP_UDP;
	memcpy(ip + 12, w->side[0].addr, 4);
	memcpy(ip + 16, w->side[1].addr, 4);
	store_be16(ip + 10, checksum_fold(checksum_partial(ip, 20, 0)));
	buf_be16(b, w->side[0].port);
	buf_be16(b, TRACE_PORT + w->step);
	buf_be16(b, udp_len);
	buf_be16(b, 1 + mix_below(m, 65535));
	store_be16(b->p + 2, checksum_fold(checksum_partial(b->p, b->len, 0)));
	mix_put_ip(w, 1, IP_ICMP, b);
	return ++w->step < 3;
}

/* A neighbor is asked for at its solicited-node group (RFC 4861 section 4.3), and answers. */
bool neighbor_step(struct mix *m, struct mix_flow *w, struct mix_buf *b)
{
	static const uint8_t group[13] = { 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff };
	const bool answer = w->step++;
	const struct mix_side saved = w->side[1];
	struct mix_side *const t = &w->side[1];

	w->side[0].ttl = w->side[1].ttl = HOPS_ND;
	buf_be16(b, (answer ? ADVERTISEMENT : SOLICITATION) << 8);
	buf_be16(b, 0);
	buf_be32(b, answer ? 0x60000000 : 0);
	buf_bytes(b, saved.addr, 16);
	buf_be16(b, answer ? 0x0201 : 0x0101);
	buf_bytes(b, w->side[answer].mac, 6);
	if (!answer) {
		memcpy(t->addr, group, sizeof(group));
		store_be16(t->mac, 0x3333);
		memcpy(t->mac + 2, t->addr + 12, 4);
	}
	store_be16(b->p + 2, checksum_fold(checksum_partial(
				     b->p, b->len, mix_pseudo(w, answer, IP_ICMPV6, b->len))));
	mix_put_ip(w, answer, IP_ICMPV6, b);
	if (!answer) {
		memcpy(t->addr, saved.addr, 16);
		memcpy(t->mac, saved.mac, 6);
	}
	return !answer && mix_chance(m, 90);
}
