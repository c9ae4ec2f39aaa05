#include "tests/unit/every_block.h"

#include <string.h>

#include "core/bytes.h"
#include "core/linktype.h"
#include "pcapio/pcapng_format.h"

static void text_option(struct capture *c, uint16_t code, const char *text)
{
	option_put(c, code, text, (uint16_t)strlen(text));
}

static void custom_option(struct capture *c, uint16_t code)
{
	uint8_t value[6] = { 0, 0, 0, 0, 'x', 'y' };
	const uint32_t pen = 32473;

	store_u32(value, c->big_endian ? htobe32(pen) : htole32(pen));
	option_put(c, code, value, sizeof(value));
}

void commented_section(struct capture *c, const char *comment, uint64_t len)
{
	block_begin(c, PCAPNG_SHB);
	capture_u32(c, PCAPNG_BYTE_ORDER_MAGIC);
	capture_u16(c, 1);
	capture_u16(c, 0);
	capture_u64(c, len);
	text_option(c, PCAPNG_OPT_COMMENT, comment);
	text_option(c, PCAPNG_SHB_HARDWARE, "abacus");
	text_option(c, PCAPNG_SHB_USERAPPL, "other");
	option_end(c);
	block_end(c);
}

void full_interface(struct capture *c, const char *name, uint8_t tsresol)
{
	block_begin(c, PCAPNG_IDB);
	capture_u16(c, LINKTYPE_ETHERNET);
	capture_u16(c, 0);
	capture_u32(c, 65535);
	text_option(c, PCAPNG_IF_NAME, name);
	option_u64(c, PCAPNG_IF_SPEED, 10000000000);
	option_put(c, PCAPNG_IF_TSRESOL, &tsresol, 1);
	custom_option(c, PCAPNG_OPT_CUSTOM_TEXT);
	custom_option(c, PCAPNG_OPT_CUSTOM_TEXT_NO_COPY);
	option_end(c);
	block_end(c);
}

/* Every kind of option. */
void full_packet(struct capture *c, uint32_t interface, uint64_t ticks, uint32_t len)
{
	const uint32_t hash = 0x01020304;
	uint8_t toeplitz[5] = { PCAPNG_HASH_TOEPLITZ };

	store_u32(toeplitz + 1, c->big_endian ? htobe32(hash) : htole32(hash));
	packet_begin(c, interface, ticks, len, len + 100);
	option_u32(c, PCAPNG_EPB_FLAGS, 0x201);
	option_put(c, PCAPNG_EPB_HASH, toeplitz, sizeof(toeplitz));
	option_u64(c, PCAPNG_EPB_DROPCOUNT, 77);
	option_u64(c, PCAPNG_EPB_PACKETID, 0x1122334455667788);
	option_u32(c, PCAPNG_EPB_QUEUE, 5);
	text_option(c, PCAPNG_OPT_COMMENT, "a packet");
	option_u32(c, 0x8001, 99); /* local use */
	option_end(c);
	block_end(c);
}

void statistics_block(struct capture *c, uint32_t interface, uint64_t ticks)
{
	uint8_t time[8];

	store_u32(time, c->big_endian ? htobe32((uint32_t)(ticks >> 32))
				      : htole32((uint32_t)(ticks >> 32)));
	store_u32(time + 4, c->big_endian ? htobe32((uint32_t)ticks) : htole32((uint32_t)ticks));
	block_begin(c, PCAPNG_ISB);
	capture_u32(c, interface);
	capture_u32(c, (uint32_t)(ticks >> 32));
	capture_u32(c, (uint32_t)ticks);
	option_put(c, PCAPNG_ISB_STARTTIME, time, 8);
	option_u64(c, PCAPNG_ISB_IFRECV, 4711);
	option_end(c);
	block_end(c);
}

void names_block(struct capture *c)
{
	static const uint8_t record[] = { 127, 0, 0, 1, 'h', 'o', 's', 't', 0 };

	block_begin(c, PCAPNG_NRB);
	option_put(c, 1, record, sizeof(record));
	option_end(c);
	text_option(c, PCAPNG_NS_DNSNAME, "dns");
	option_end(c);
	block_end(c);
}

void secrets_block(struct capture *c)
{
	block_begin(c, PCAPNG_DSB);
	capture_u32(c, 0x544c534b);
	capture_u32(c, 5);
	capture_put(c, "secre", 5);
	capture_zero(c, 3);
	block_end(c);
}

void custom_block(struct capture *c, uint32_t type)
{
	block_begin(c, type);
	capture_u32(c, 32473);
	capture_put(c, "data", 4);
	block_end(c);
}

static void simple_packet(struct capture *c, uint32_t len)
{
	block_begin(c, PCAPNG_SPB);
	capture_u32(c, len);
	capture_zero(c, align_up(len, 4));
	block_end(c);
}

static void obsolete_packet(struct capture *c, uint32_t len)
{
	block_begin(c, PCAPNG_PB);
	capture_u16(c, 0);
	capture_u16(c, 3); /* drops */
	capture_u32(c, 0);
	capture_u32(c, 1000000);
	capture_u32(c, len);
	capture_u32(c, len);
	capture_zero(c, align_up(len, 4));
	block_end(c);
}

void everything(struct capture *c)
{
	for (int section = 0; section < 2; section++) {
		c->big_endian = section ? !c->big_endian : c->big_endian;
		commented_section(c, section ? "second" : "first", UINT64_MAX);
		full_interface(c, section ? "eth1" : "eth0", 9);
		names_block(c);
		full_packet(c, 0, 1700000000123456789, 61);
		simple_packet(c, 33);
		secrets_block(c);
		obsolete_packet(c, 35);
		custom_block(c, PCAPNG_CB);
		custom_block(c, PCAPNG_DCB);
		custom_block(c, 0x80001234);
		statistics_block(c, 0, 1700000000123456789);
	}
}
