/* bench/mix_internal.h -- conversations of the mix, and how their packets are put together. */
#ifndef BENCH_MIX_INTERNAL_H
#define BENCH_MIX_INTERNAL_H

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "bench/mix.h"
#include "core/bytes.h"
#include "core/compiler.h"

enum {
	MIX_HEADROOM = 512, /* for all headers in front of a payload, and for all of SNMP */
	MIX_HEAD_MAX = 2048,
};

enum ip_protocol {
	IP_ICMP = 1,
	IP_TCP = 6,
	IP_UDP = 17,
	IP_GRE = 47,
	IP_ICMPV6 = 58,
	IP_SCTP = 132
};

/* Bytes that grow at both ends: payload behind, headers in front. */
struct mix_buf {
	uint8_t *p;
	size_t len, size; /* size: from p on */
};

static inline uint8_t *buf_take(struct mix_buf *b, size_t n)
{
	assert(n <= b->size - b->len);
	b->len += n;
	return b->p + b->len - n;
}

/* The caller knows that there is headroom. */
static inline uint8_t *buf_push(struct mix_buf *b, size_t n)
{
	b->p -= n;
	b->len += n;
	b->size += n;
	return b->p;
}

static inline void buf_u8(struct mix_buf *b, uint8_t v)
{
	*buf_take(b, 1) = v;
}

static inline void buf_be16(struct mix_buf *b, unsigned v)
{
	store_be16(buf_take(b, 2), (uint16_t)v);
}

static inline void buf_be32(struct mix_buf *b, uint32_t v)
{
	store_be32(buf_take(b, 4), v);
}

static inline void buf_bytes(struct mix_buf *b, const void *p, size_t n)
{
	memcpy(buf_take(b, n), p, n);
}

static inline void buf_puts(struct mix_buf *b, const char *text)
{
	buf_bytes(b, text, strlen(text));
}

static inline void buf_zeros(struct mix_buf *b, size_t n)
{
	memset(buf_take(b, n), 0, n);
}

void buf_printf(struct mix_buf *b, const char *fmt, ...) printf_like(2, 3);

/* The length of what follows, two bytes: its place now, its value when all is there. */
static inline size_t buf_open16(struct mix_buf *b)
{
	buf_be16(b, 0);
	return b->len;
}

static inline void buf_close16(struct mix_buf *b, size_t from)
{
	store_be16(b->p + from - 2, (uint16_t)(b->len - from));
}

struct mix_side {
	uint8_t mac[6], addr[16]; /* IPv4: the first four bytes */
	uint16_t port, ip_id, window;
	uint8_t ttl;
	uint32_t seq;              /* of TCP, SCTP's TSN, RTP's */
	uint32_t ts_base, ts_last; /* TCP time stamps; RTP's clock */
	uint32_t tag;              /* SCTP's verification tag, RTP's source */
	uint8_t id[8];             /* QUIC's connection id */
};

enum mix_wrap { WRAP_NONE, WRAP_VLAN, WRAP_VXLAN, WRAP_GRE };
enum mix_body { BODY_RANDOM, BODY_TEXT, BODY_TLS };

/* What one side still has to say in a TCP connection: prepared bytes, then made ones. */
struct mix_stream {
	uint8_t head[MIX_HEAD_MAX];
	size_t head_len, head_at;
	uint32_t body_left; /* behind the head and the run */
	uint32_t run_left;  /* of the body that is being made */
	uint32_t text_at;
	uint8_t body; /* enum mix_body */
};

struct mix_flow {
	const struct mix_kind *kind;
	struct mix_side side[2]; /* who begins is 0 */
	bool ip6, timestamps, reset;
	uint8_t wrap; /* enum mix_wrap */
	uint16_t vlan;
	uint32_t vni;
	unsigned step, steps; /* of the kind's own */
	unsigned phase;       /* of TCP */
	unsigned from, unacked, mss;
	bool ack_due;
	uint32_t number; /* a transaction's: DNS, SNMP, DHCP, SIP */
	uint32_t record_max;
	const char *host;
	struct mix_stream out;
};

struct mix_kind {
	const char *name;
	unsigned share; /* packets of a thousand */
	unsigned flows; /* at a time */
	/* Prepares a conversation: addresses and ports are drawn already, of server port `port`. */
	uint16_t port;
	uint8_t family; /* 4 or 6: only that one; 0: both; 1: never wrapped, version 4 */
	void (*begin)(struct mix *m, struct mix_flow *w);
	/* The next packet, with all headers, into an empty buffer. False: it was the last one. */
	bool (*step)(struct mix *m, struct mix_flow *w, struct mix_buf *b);
	/* Of TCP: who speaks next, and what; false: nobody. */
	bool (*message)(struct mix *m, struct mix_flow *w);
};

/* ---- random numbers, mix.c ---- */

uint64_t mix_random(struct mix *m);
/* 0 to n-1. */
uint32_t mix_below(struct mix *m, uint32_t n);
/* low to high, most of them low: the higher the fewer. */
uint32_t mix_tail(struct mix *m, uint32_t low, uint32_t high);
void mix_fill(struct mix *m, uint8_t *p, size_t n);
uint64_t mix_now_ns(const struct mix *m);
/* A host name: one of a few hundred. */
const char *mix_host(struct mix *m);

static inline bool mix_chance(struct mix *m, unsigned percent)
{
	return mix_below(m, 100) < percent;
}

static inline void buf_random(struct mix_buf *b, struct mix *m, size_t n)
{
	mix_fill(m, buf_take(b, n), n);
}

/* ---- headers, mix_frame.c: each puts its own and all below in front ---- */

void mix_put_link(struct mix_flow *w, unsigned from, uint16_t ethertype, struct mix_buf *b);
void mix_put_ip(struct mix_flow *w, unsigned from, enum ip_protocol proto, struct mix_buf *b);
void mix_put_udp(struct mix_flow *w, unsigned from, struct mix_buf *b);
void mix_put_tcp(struct mix *m, struct mix_flow *w, unsigned from, uint8_t flags,
		 struct mix_buf *b);
/* The sum of the pseudo header for len bytes of that protocol. */
uint32_t mix_pseudo(const struct mix_flow *w, unsigned from, enum ip_protocol proto, size_t len);
/* How many bytes more than 1500 a wrapped packet would have. */
unsigned mix_overhead(const struct mix_flow *w);

/* ---- conversations ---- */

void tcp_begin(struct mix *m, struct mix_flow *w);
bool tcp_step(struct mix *m, struct mix_flow *w, struct mix_buf *b);
/* A message of side `from` begins: what is written into the result is its head. */
struct mix_buf tcp_say(struct mix_flow *w, unsigned from);
/* ... its head is done, `body` bytes of that sort follow. */
void tcp_said(struct mix_flow *w, const struct mix_buf *head, enum mix_body sort, uint32_t body);

bool http_message(struct mix *m, struct mix_flow *w);
bool tls_message(struct mix *m, struct mix_flow *w);
bool smtp_message(struct mix *m, struct mix_flow *w);

bool dns_step(struct mix *m, struct mix_flow *w, struct mix_buf *b);
bool ntp_step(struct mix *m, struct mix_flow *w, struct mix_buf *b);
bool snmp_step(struct mix *m, struct mix_flow *w, struct mix_buf *b);
bool syslog_step(struct mix *m, struct mix_flow *w, struct mix_buf *b);
bool dhcp_step(struct mix *m, struct mix_flow *w, struct mix_buf *b);
void quic_begin(struct mix *m, struct mix_flow *w);
bool quic_step(struct mix *m, struct mix_flow *w, struct mix_buf *b);
void call_begin(struct mix *m, struct mix_flow *w);
bool call_step(struct mix *m, struct mix_flow *w, struct mix_buf *b);
void sctp_begin(struct mix *m, struct mix_flow *w);
bool sctp_step(struct mix *m, struct mix_flow *w, struct mix_buf *b);
bool arp_step(struct mix *m, struct mix_flow *w, struct mix_buf *b);
bool icmp_step(struct mix *m, struct mix_flow *w, struct mix_buf *b);
bool unreachable_step(struct mix *m, struct mix_flow *w, struct mix_buf *b);
bool neighbor_step(struct mix *m, struct mix_flow *w, struct mix_buf *b);

#endif
