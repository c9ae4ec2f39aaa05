#include "bench/mix.h"

#include <errno.h>
#include <stdlib.h>

#include "bench/mix_internal.h"
#include "core/clock.h"

enum {
	SHARES = 1000,
	HOSTS = 384,
	HOST_MAX = 64,
	MEAN_GAP_NS = 2000, /* 500000 packets a second */
	FILE_BUFFER = 1 << 20,
};

#define START_NS 1795251600000000000ull /* 2026-11-21 09:00:00 UTC */

/* Shares are of packets. Port 0: there are none, or the conversation has its own. */
static const struct mix_kind kinds[] = {
	{ "tls", 460, 420, 443, 0, tcp_begin, tcp_step, tls_message },
	{ "quic", 160, 160, 443, 0, quic_begin, quic_step, NULL },
	{ "http", 130, 140, 80, 0, tcp_begin, tcp_step, http_message },
	{ "dns", 70, 400, 53, 0, NULL, dns_step, NULL },
	{ "sip-rtp", 45, 60, 5060, 0, call_begin, call_step, NULL },
	{ "smtp", 25, 40, 25, 0, tcp_begin, tcp_step, smtp_message },
	{ "sctp", 20, 20, 7077, 0, sctp_begin, sctp_step, NULL },
	{ "ntp", 15, 80, 123, 0, NULL, ntp_step, NULL },
	{ "snmp", 15, 60, 161, 0, NULL, snmp_step, NULL },
	{ "syslog", 15, 40, 514, 0, NULL, syslog_step, NULL },
	{ "icmp", 14, 40, 0, 0, NULL, icmp_step, NULL },
	{ "icmp-error", 3, 10, 0, 4, NULL, unreachable_step, NULL },
	{ "arp", 13, 60, 0, 1, NULL, arp_step, NULL },
	{ "icmpv6-nd", 10, 40, 0, 6, NULL, neighbor_step, NULL },
	{ "dhcp", 5, 30, 67, 1, NULL, dhcp_step, NULL },
};

struct mix {
	uint64_t state, now_ns;
	struct mix_flow *flows; /* each kind's in a row */
	uint32_t first[ARRAY_SIZE(kinds)];
	uint8_t kind_of[SHARES];
	char hosts[HOSTS][HOST_MAX];
	struct mix_stats stats;
	uint8_t frame[MIX_HEADROOM + MIX_FRAME_MAX];
};

uint64_t mix_random(struct mix *m)
{
	m->state ^= m->state >> 12;
	m->state ^= m->state << 25;
	m->state ^= m->state >> 27;
	return m->state * 2685821657736338717ull;
}

uint32_t mix_below(struct mix *m, uint32_t n)
{
	return (uint32_t)((mix_random(m) >> 32) * n >> 32);
}

uint32_t mix_tail(struct mix *m, uint32_t low, uint32_t high)
{
	const uint64_t a = mix_below(m, 1 << 16), span = high - low + 1;

	return low + (uint32_t)(span * (a * a >> 16) * a >> 32);
}

void mix_fill(struct mix *m, uint8_t *p, size_t n)
{
	uint64_t v;

	for (; n >= sizeof(v); n -= sizeof(v), p += sizeof(v)) {
		v = mix_random(m);
		memcpy(p, &v, sizeof(v));
	}
	v = mix_random(m);
	memcpy(p, &v, n);
}

uint64_t mix_now_ns(const struct mix *m)
{
	return m->now_ns;
}

const char *mix_host(struct mix *m)
{
	return m->hosts[mix_below(m, HOSTS)];
}

/* Names below the domains that RFC 2606 keeps for examples. */
static void make_hosts(struct mix *m)
{
	static const char *const labels[] = {
		"www", "api",  "cdn",    "img",  "login", "static",
		"app", "mail", "update", "edge", "video", "telemetry"
	};
	static const char *const zones[] = { "northwind",      "blue-harbour", "quarry",
					     "orchard-and-co", "lab",          "shop",
					     "news",           "weather" };
	static const char *const tops[] = { "example", "example.com", "example.net",
					    "example.org" };

	for (uint32_t i = 0; i < HOSTS; i++)
		snprintf(m->hosts[i], HOST_MAX, "%s.%s.%s", labels[i % ARRAY_SIZE(labels)],
			 zones[i / ARRAY_SIZE(labels) % ARRAY_SIZE(zones)],
			 tops[i / (ARRAY_SIZE(labels) * ARRAY_SIZE(zones)) % ARRAY_SIZE(tops)]);
}

/* ---- conversations ---- */

static void draw_addresses(struct mix *m, struct mix_flow *w)
{
	struct mix_side *c = &w->side[0], *s = &w->side[1];
	const uint32_t client = mix_below(m, 1 << 14), server = mix_below(m, 1 << 12);

	store_be16(c->mac, 0x0200);
	store_be32(c->mac + 2, 0x0a000000 | client);
	store_be16(s->mac, 0x0200);
	store_be32(s->mac + 2, 0xfe000000 | (server & 3)); /* one of the routers */
	if (w->ip6) {
		store_be64(c->addr, 0x20010db800c10000 | client >> 8);
		store_be64(c->addr + 8, 0x0000a000fe000000ull << 8 | client);
		store_be64(s->addr, 0x20010db805000000 | server >> 4);
		store_be64(s->addr + 8, 0x10 + server);
		return;
	}
	store_be32(c->addr, 0x0a000000 | client << 4 | 1);
	store_be32(s->addr, 0xc6120000 | server * 29); /* 198.18.0.0/15 */
}

/* A tenth with a tag, some through tunnels; always the same places, so that the share is, too. */
static enum mix_wrap draw_wrap(const struct mix_kind *k, uint32_t place)
{
	if (k->family == 1)
		return WRAP_NONE;
	switch (place % 40) {
	case 3:
	case 14:
	case 22:
	case 31:
		return WRAP_VLAN;
	case 9:
	case 27:
		return WRAP_VXLAN;
	case 18:
		return WRAP_GRE;
	}
	return WRAP_NONE;
}

static void flow_start(struct mix *m, const struct mix_kind *k, struct mix_flow *w)
{
	const uint32_t place = (uint32_t)(w - m->flows);

	w->kind = k;
	w->ip6 = k->family == 6 || (!k->family && place % 4 == 1);
	w->wrap = (uint8_t)draw_wrap(k, place);
	w->vlan = (uint16_t)(100 + mix_below(m, 32));
	w->vni = 5000 + mix_below(m, 4096);
	w->step = 0;
	w->steps = 0;
	w->number = (uint32_t)mix_random(m);
	w->host = mix_host(m);
	draw_addresses(m, w);
	for (size_t i = 0; i < 2; i++) {
		struct mix_side *s = &w->side[i];

		s->port = k->port && i ? k->port : (uint16_t)(32768 + mix_below(m, 28000));
		s->ip_id = (uint16_t)mix_random(m);
		s->window = (uint16_t)(200 + mix_below(m, 900));
		s->ttl = i ? (uint8_t)(48 + mix_below(m, 12)) : 64;
		s->seq = (uint32_t)mix_random(m);
	}
	if (k->begin)
		k->begin(m, w);
	m->stats.flows++;
}

struct mix_packet mix_next(struct mix *m)
{
	struct mix_buf b = { .p = m->frame + MIX_HEADROOM, .size = MIX_FRAME_MAX };
	const size_t i = m->kind_of[mix_below(m, SHARES)];
	const struct mix_kind *k = &kinds[i];
	struct mix_flow *w = &m->flows[m->first[i] + mix_below(m, k->flows)];

	m->now_ns += 1 + mix_below(m, 2 * MEAN_GAP_NS - 1);
	if (!w->kind)
		flow_start(m, k, w);
	if (!k->step(m, w, &b))
		w->kind = NULL;
	m->stats.packets++;
	m->stats.bytes += b.len;
	m->stats.kinds[i]++;
	return (struct mix_packet){ .data = b.p, .len = (uint32_t)b.len, .ts_ns = m->now_ns };
}

int mix_open(uint64_t seed, struct mix **ret)
{
	struct mix *m = calloc(1, sizeof(*m));
	uint32_t nr = 0, share = 0;

	if (!m)
		return -ENOMEM;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		m->first[i] = nr;
		nr += kinds[i].flows;
		for (uint32_t k = 0; k < kinds[i].share; k++)
			m->kind_of[share++] = (uint8_t)i;
	}
	assert(share == SHARES);
	m->flows = calloc(nr, sizeof(*m->flows));
	if (!m->flows) {
		free(m);
		return -ENOMEM;
	}
	m->state = seed * 2 + 1;
	m->now_ns = START_NS;
	for (int i = 0; i < 16; i++)
		mix_random(m);
	make_hosts(m);
	*ret = m;
	return 0;
}

void mix_close(struct mix *m)
{
	if (!m)
		return;
	free(m->flows);
	free(m);
}

const struct mix_stats *mix_stats(const struct mix *m)
{
	return &m->stats;
}

const char *mix_kind_name(size_t i)
{
	static_assert(ARRAY_SIZE(kinds) <= MIX_KINDS_MAX, "mix_stats counts each");
	return i < ARRAY_SIZE(kinds) ? kinds[i].name : NULL;
}

unsigned mix_kind_share(size_t i)
{
	return kinds[i].share;
}

void mix_print_shares(FILE *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		fprintf(out, "%s%s %u.%u %%",
			!i      ? "  "
			: i % 6 ? ", "
				: ",\n  ",
			kinds[i].name, kinds[i].share / 10, kinds[i].share % 10);
	fputc('\n', out);
}

/* ---- files ---- */

void mix_put_record(uint8_t *head, const struct mix_packet *p)
{
	store_u32(head, (uint32_t)(p->ts_ns / NS_PER_SEC));
	store_u32(head + 4, (uint32_t)(p->ts_ns % NS_PER_SEC));
	store_u32(head + 8, p->len);
	store_u32(head + 12, p->len);
}

static int write_packets(FILE *f, struct mix *m, uint64_t packets)
{
	/* The pcap file header: nanoseconds, version 2.4, no zone, snap length, Ethernet. */
	const uint32_t head[6] = { 0xa1b23c4d, 4u << 16 | 2, 0, 0, 262144, 1 };

	fwrite(head, sizeof(head), 1, f);
	for (uint64_t i = 0; i < packets; i++) {
		const struct mix_packet p = mix_next(m);
		uint8_t record[MIX_RECORD_HEAD];

		mix_put_record(record, &p);
		fwrite(record, sizeof(record), 1, f);
		if (fwrite(p.data, p.len, 1, f) != 1)
			return errno ? -errno : -EIO;
	}
	return 0;
}

int mix_write_file(const char *path, uint64_t packets, uint64_t seed, struct mix_stats *ret,
		   struct errmsg *reterr)
{
	char *const buffer = malloc(FILE_BUFFER);
	struct mix *m = NULL;
	FILE *f;
	int code = buffer ? mix_open(seed, &m) : -ENOMEM;

	if (code) {
		errmsg_set(reterr, code, "no memory for the packets' conversations");
		goto out;
	}
	f = fopen(path, "wxe");
	if (!f) {
		code = errmsg_set(reterr, -errno, "%s: %s", path, strerror(errno));
		goto out;
	}
	setvbuf(f, buffer, _IOFBF, FILE_BUFFER);
	errno = 0;
	code = write_packets(f, m, packets);
	if (fclose(f) && !code)
		code = errno ? -errno : -EIO;
	if (code)
		errmsg_set(reterr, code, "%s: cannot write all of it: %s", path, strerror(-code));
	else if (ret)
		*ret = m->stats;
out:
	mix_close(m);
	free(buffer);
	return code;
}
