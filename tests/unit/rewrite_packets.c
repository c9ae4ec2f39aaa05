#include "tests/unit/rewrite_packets.h"

#include <criterion/criterion.h>
#include <string.h>

#include "core/bytes.h"
#include "dissect/checksum.h"

static uint64_t state;

void test_random_seed(uint64_t seed)
{
	state = seed;
}

uint32_t test_random(void)
{
	state = state * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(state >> 33);
}

static void random_bytes(uint8_t *p, size_t n)
{
	while (n--)
		*p++ = (uint8_t)test_random();
}

uint32_t packet_sum_at(const struct packet *p)
{
	switch (p->proto) {
	case PROTO_NR_TCP:
		return 16;
	case PROTO_NR_SCTP:
		return 8;
	case PROTO_NR_ICMP:
	case PROTO_NR_ICMPV6:
		return 2;
	}
	return 6;
}

static uint64_t add_words(const uint8_t *p, size_t len, uint64_t sum)
{
	size_t i;

	for (i = 0; i < len; i++)
		sum += i % 2 ? p[i] : (uint64_t)p[i] << 8;
	return sum;
}

/* As a number from 0 to 0xfffe: 0xffff is another way to write 0. */
static uint16_t fold(uint64_t sum)
{
	return (uint16_t)(sum % 0xffff);
}

uint16_t packet_header_error(const struct packet *p)
{
	const uint8_t *ip = p->bytes + p->ip;

	return p->v6 ? 0 : fold(add_words(ip, (ip[0] & 15) * 4u, 0));
}

static uint32_t sctp_crc(const struct packet *p)
{
	static uint8_t copy[PACKET_MAX];
	const size_t len = p->len - p->l4;

	memcpy(copy, p->bytes + p->l4, len);
	memset(copy + 8, 0, 4);
	return checksum_crc32c(copy, len, 0);
}

uint32_t packet_error(const struct packet *p)
{
	const uint8_t *ip = p->bytes + p->ip;
	uint64_t sum = 0;

	if (p->proto == PROTO_NR_SCTP)
		return load_le32(p->bytes + p->l4 + 8) ^ sctp_crc(p);
	if (p->proto != PROTO_NR_ICMP) {
		sum = p->proto + p->len - p->l4;
		sum = p->v6 ? add_words(ip + 8, 32, sum) : add_words(ip + 12, 8, sum);
	}
	return fold(add_words(p->bytes + p->l4, p->len - p->l4, sum));
}

void packet_sum(struct packet *p)
{
	uint8_t *at = p->bytes + p->l4 + packet_sum_at(p);
	uint16_t sum;

	if (p->proto == PROTO_NR_SCTP) {
		store_le32(at, sctp_crc(p));
		return;
	}
	store_be16(at, 0);
	sum = (uint16_t)(0xffff - packet_error(p));
	store_be16(at, sum);
}

static uint32_t transport_len(uint8_t proto)
{
	switch (proto) {
	case PROTO_NR_TCP:
		return 20;
	case PROTO_NR_DCCP:
	case PROTO_NR_SCTP:
		return 12;
	}
	return 8;
}

static void fill_transport(struct packet *p)
{
	uint8_t *l4 = p->bytes + p->l4;

	switch (p->proto) {
	case PROTO_NR_TCP:
		l4[12] = 0x50;
		break;
	case PROTO_NR_UDP:
		store_be16(l4 + 4, (uint16_t)(p->len - p->l4));
		break;
	case PROTO_NR_DCCP:
		l4[4] = 3;
		l4[5] = 0;
		break;
	case PROTO_NR_ICMP:
		l4[0] = 8; /* echo */
		break;
	case PROTO_NR_ICMPV6:
		l4[0] = 128;
		break;
	}
	packet_sum(p);
}

static void fill_v6(uint8_t *ip, const struct packet *p, uint32_t options)
{
	store_be32(ip, 0x60000000);
	store_be16(ip + 4, (uint16_t)(p->len - p->ip - 40));
	ip[6] = options ? 60 : p->proto;
	if (!options)
		return;
	ip[40] = p->proto;
	ip[41] = (uint8_t)(options / 8 - 1);
	ip[42] = 1; /* PadN */
	ip[43] = (uint8_t)(options - 4);
	memset(ip + 44, 0, options - 4);
}

static void fill_v4(uint8_t *ip, const struct packet *p, uint32_t options)
{
	ip[0] = (uint8_t)(0x45 + options / 4);
	store_be16(ip + 2, (uint16_t)(p->len - p->ip));
	store_be16(ip + 6, 0);
	ip[9] = p->proto;
	memset(ip + 20, 1, options); /* no operation */
	store_be16(ip + 10, 0);
	store_be16(ip + 10, (uint16_t)~fold(add_words(ip, 20 + options, 0)));
}

void packet_build(struct packet *p, bool v6, unsigned nr_tags, uint8_t proto, uint32_t options,
		  uint32_t payload)
{
	unsigned i;

	*p = (struct packet){ .v6 = v6, .proto = proto };
	p->ip = 14 + 4 * nr_tags;
	p->l4 = p->ip + (v6 ? 40 : 20) + options;
	p->len = p->l4 + transport_len(proto) + payload;
	cr_assert_leq(p->len, PACKET_MAX);
	random_bytes(p->bytes, p->len);
	for (i = 0; i < nr_tags; i++)
		store_be16(p->bytes + 12 + 4 * i, i + 1 < nr_tags ? 0x88a8 : 0x8100);
	store_be16(p->bytes + p->ip - 2, v6 ? 0x86dd : 0x0800);
	if (v6)
		fill_v6(p->bytes + p->ip, p, options);
	else
		fill_v4(p->bytes + p->ip, p, options);
	fill_transport(p);
}

void must_map(struct rewrite *rw, const char *text)
{
	struct errmsg err = { "" };

	cr_assert_eq(rewrite_add_map(rw, text, &err), 0, "%s: %s", text, err.text);
}

void must_map_port(struct rewrite *rw, const char *text)
{
	struct errmsg err = { "" };

	cr_assert_eq(rewrite_add_map_port(rw, text, &err), 0, "%s: %s", text, err.text);
}
