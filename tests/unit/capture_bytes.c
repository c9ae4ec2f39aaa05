#include "tests/unit/capture_bytes.h"

#include <assert.h>
#include <string.h>

#include "core/bytes.h"
#include "pcapio/pcapng_format.h"

void capture_put(struct capture *c, const void *bytes, size_t len)
{
	assert(len <= sizeof(c->bytes) - c->len);
	memcpy(c->bytes + c->len, bytes, len);
	c->len += len;
}

void capture_zero(struct capture *c, size_t len)
{
	assert(len <= sizeof(c->bytes) - c->len);
	memset(c->bytes + c->len, 0, len);
	c->len += len;
}

void capture_u16(struct capture *c, uint16_t v)
{
	v = c->big_endian ? htobe16(v) : htole16(v);
	capture_put(c, &v, sizeof(v));
}

void capture_u32(struct capture *c, uint32_t v)
{
	v = c->big_endian ? htobe32(v) : htole32(v);
	capture_put(c, &v, sizeof(v));
}

void capture_u64(struct capture *c, uint64_t v)
{
	v = c->big_endian ? htobe64(v) : htole64(v);
	capture_put(c, &v, sizeof(v));
}

static void counting_bytes(struct capture *c, uint32_t len, uint8_t first)
{
	assert(len <= sizeof(c->bytes) - c->len);
	for (uint32_t i = 0; i < len; i++)
		c->bytes[c->len++] = (uint8_t)(first + i);
}

void pcap_header(struct capture *c, uint32_t magic, uint32_t snaplen, uint32_t linktype)
{
	capture_u32(c, magic);
	capture_u16(c, 2);
	capture_u16(c, 4);
	capture_u32(c, 0);
	capture_u32(c, 0);
	capture_u32(c, snaplen);
	capture_u32(c, linktype);
}

void pcap_record(struct capture *c, uint32_t sec, uint32_t frac, uint32_t cap_len,
		 uint32_t wire_len, uint8_t first)
{
	capture_u32(c, sec);
	capture_u32(c, frac);
	capture_u32(c, cap_len);
	capture_u32(c, wire_len);
	counting_bytes(c, cap_len, first);
}

void block_begin(struct capture *c, uint32_t type)
{
	c->block = c->len;
	capture_u32(c, type);
	capture_u32(c, 0);
}

void block_end(struct capture *c)
{
	uint32_t len;

	capture_zero(c, align_up(c->len, 4) - c->len);
	len = (uint32_t)(c->len - c->block + 4);
	capture_u32(c, len);
	len = c->big_endian ? htobe32(len) : htole32(len);
	memcpy(c->bytes + c->block + 4, &len, sizeof(len));
}

void option_put(struct capture *c, uint16_t code, const void *value, uint16_t len)
{
	capture_u16(c, code);
	capture_u16(c, len);
	capture_put(c, value, len);
	capture_zero(c, align_up(len, 4) - len);
}

void option_u32(struct capture *c, uint16_t code, uint32_t v)
{
	v = c->big_endian ? htobe32(v) : htole32(v);
	option_put(c, code, &v, sizeof(v));
}

void option_u64(struct capture *c, uint16_t code, uint64_t v)
{
	v = c->big_endian ? htobe64(v) : htole64(v);
	option_put(c, code, &v, sizeof(v));
}

void option_end(struct capture *c)
{
	capture_u32(c, 0);
}

void section_header(struct capture *c)
{
	block_begin(c, PCAPNG_SHB);
	capture_u32(c, PCAPNG_BYTE_ORDER_MAGIC);
	capture_u16(c, 1);
	capture_u16(c, 0);
	capture_u64(c, UINT64_MAX);
	block_end(c);
}

void interface_block(struct capture *c, uint16_t linktype, uint32_t snaplen, uint8_t tsresol)
{
	block_begin(c, PCAPNG_IDB);
	capture_u16(c, linktype);
	capture_u16(c, 0);
	capture_u32(c, snaplen);
	if (tsresol != 0xff) {
		option_put(c, PCAPNG_IF_TSRESOL, &tsresol, 1);
		option_end(c);
	}
	block_end(c);
}

void packet_begin(struct capture *c, uint32_t interface, uint64_t ticks, uint32_t cap_len,
		  uint32_t wire_len)
{
	block_begin(c, PCAPNG_EPB);
	capture_u32(c, interface);
	capture_u32(c, (uint32_t)(ticks >> 32));
	capture_u32(c, (uint32_t)ticks);
	capture_u32(c, cap_len);
	capture_u32(c, wire_len);
	counting_bytes(c, cap_len, 0);
	capture_zero(c, align_up(cap_len, 4) - cap_len);
}

void packet_block(struct capture *c, uint32_t interface, uint64_t ticks, uint32_t cap_len,
		  uint32_t wire_len)
{
	packet_begin(c, interface, ticks, cap_len, wire_len);
	block_end(c);
}
