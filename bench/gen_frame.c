/* bench/gen_frame.c -- the bytes of a generated frame, and how to know one again. */
#include <string.h>

#include "bench/gen_prog.h"
#include "core/bytes.h"
#include "core/cursor.h"

/* Locally administered: "rtap" and the end. */
static const uint8_t addresses[12] = { 0x02, 'r', 't', 'a', 'p', 2, 0x02, 'r', 't', 'a', 'p', 1 };

uint32_t gen_frame_len(const struct gen_config *cfg, uint64_t seq)
{
	const uint64_t slot = seq % GEN_IMIX_PERIOD;

	if (cfg->frame_bytes)
		return cfg->frame_bytes;
	if (slot == 0)
		return GEN_IMIX_LARGE;
	return slot % 3 == 1 ? GEN_IMIX_MEDIUM : GEN_IMIX_SMALL;
}

double gen_frame_mean(const struct gen_config *cfg)
{
	uint64_t sum = 0, seq;

	for (seq = 0; seq < GEN_IMIX_PERIOD; seq++)
		sum += gen_frame_len(cfg, seq);
	return (double)sum / GEN_IMIX_PERIOD;
}

uint32_t gen_ip_sum(const uint8_t *ip)
{
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i < GEN_IP_LEN; i += 2)
		sum += load_u16(ip + i);
	return sum;
}

static uint16_t sum_fold(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

size_t gen_frame(const struct gen_config *cfg, uint64_t seq, uint8_t *out)
{
	const uint32_t len = gen_frame_len(cfg, seq);
	const uint32_t l3 = gen_l3_offset(cfg);
	uint8_t *const ip = out + l3, *const udp = ip + GEN_IP_LEN;
	uint32_t i;

	for (i = 0; i < len; i++)
		out[i] = (uint8_t)(i * 7 + i / 251);
	memcpy(out, addresses, sizeof(addresses));
	if (cfg->vlan_tpid) {
		store_be16(out + 12, cfg->vlan_tpid);
		store_be16(out + 14, cfg->vlan_tci);
	}
	store_be16(out + l3 - 2, 0x0800);
	memset(ip, 0, GEN_IP_LEN);
	ip[0] = 0x45;
	store_be16(ip + GEN_IP_LENGTH, (uint16_t)(len - l3));
	if (cfg->vary_id)
		store_be16(ip + GEN_IP_ID, (uint16_t)seq);
	ip[8] = 64;                      /* time to live */
	ip[9] = 17;                      /* UDP */
	store_be32(ip + 12, 0xc6120001); /* 198.18.0.0/15 is for benchmarks, RFC 2544 */
	store_be32(ip + 16, 0xc6120002);
	store_u16(ip + GEN_IP_CHECKSUM, (uint16_t)~sum_fold(gen_ip_sum(ip)));
	store_be16(udp, (uint16_t)(GEN_PORT_BASE + (cfg->flows ? seq % cfg->flows : 0)));
	store_be16(udp + 2, GEN_PORT_DST);
	store_be16(udp + GEN_UDP_LENGTH, (uint16_t)(len - l3 - GEN_IP_LEN));
	store_be16(udp + 6, 0);
	store_be64(udp + GEN_UDP_LEN, seq);
	store_be32(udp + GEN_UDP_LEN + 8, GEN_MAGIC);
	return len;
}

bool gen_parse(const uint8_t *frame, size_t len, uint64_t *ret_seq)
{
	struct cursor c = cursor_over(frame, len, true);
	uint16_t type;
	uint64_t seq;

	cursor_skip(&c, sizeof(addresses));
	type = cursor_be16(&c);
	if (type == 0x8100 || type == 0x88a8) {
		cursor_skip(&c, 2);
		type = cursor_be16(&c);
	}
	cursor_skip(&c, GEN_IP_LEN + GEN_UDP_LEN);
	seq = cursor_be64(&c);
	if (type != 0x0800 || cursor_be32(&c) != GEN_MAGIC || c.failed)
		return false;
	*ret_seq = seq;
	return true;
}
