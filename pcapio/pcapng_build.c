/* pcapio/pcapng_build.c -- draft-ietf-opsawg-pcapng, section 4. */
#include "pcapio/pcapng_build.h"

#include <string.h>

#include "core/bytes.h"
#include "pcapio/pcapng_format.h"

static uint8_t *grow(struct pcapng_builder *b, size_t len)
{
	uint8_t *p = b->data + b->len;

	if (len > b->size - b->len) {
		b->overflow = true;
		return NULL;
	}
	b->len += len;
	memset(p, 0, len);
	return p;
}

void pcapng_u16(struct pcapng_builder *b, uint16_t v)
{
	uint8_t *p = grow(b, 2);

	if (p)
		store_u16(p, v);
}

void pcapng_u32(struct pcapng_builder *b, uint32_t v)
{
	uint8_t *p = grow(b, 4);

	if (p)
		store_u32(p, v);
}

void pcapng_u64(struct pcapng_builder *b, uint64_t v)
{
	uint8_t *p = grow(b, 8);

	if (p)
		store_u64(p, v);
}

void pcapng_begin(struct pcapng_builder *b, uint32_t type)
{
	b->block = b->len;
	pcapng_u32(b, type);
	pcapng_u32(b, 0); /* the length: pcapng_end() */
}

void pcapng_option(struct pcapng_builder *b, uint16_t code, const void *value, size_t len)
{
	uint8_t *p;

	if (len > UINT16_MAX)
		len = UINT16_MAX;
	pcapng_u16(b, code);
	pcapng_u16(b, (uint16_t)len);
	p = grow(b, align_up(len, 4));
	if (p && len)
		memcpy(p, value, len);
}

void pcapng_option_text(struct pcapng_builder *b, uint16_t code, const char *text)
{
	if (text && *text)
		pcapng_option(b, code, text, strlen(text));
}

void pcapng_option_u64(struct pcapng_builder *b, uint16_t code, uint64_t v)
{
	pcapng_option(b, code, &v, sizeof(v));
}

void pcapng_end(struct pcapng_builder *b, bool has_options)
{
	uint32_t total;

	if (has_options)
		pcapng_u32(b, PCAPNG_OPT_END);
	total = (uint32_t)(b->len - b->block) + 4;
	pcapng_u32(b, total);
	if (!b->overflow)
		store_u32(b->data + b->block + 4, total);
}

void pcapng_section(struct pcapng_builder *b, const char *hardware, const char *os,
		    const char *application, const char *comment)
{
	pcapng_begin(b, PCAPNG_SHB);
	pcapng_u32(b, PCAPNG_BYTE_ORDER_MAGIC);
	pcapng_u16(b, 1);
	pcapng_u16(b, 0);
	pcapng_u64(b, UINT64_MAX); /* section length not known in advance */
	pcapng_option_text(b, PCAPNG_OPT_COMMENT, comment);
	pcapng_option_text(b, PCAPNG_SHB_HARDWARE, hardware);
	pcapng_option_text(b, PCAPNG_SHB_OS, os);
	pcapng_option_text(b, PCAPNG_SHB_USERAPPL, application);
	pcapng_end(b, true);
}

/* Option values of times: two 32-bit words, the high one first. */
static void option_time(struct pcapng_builder *b, uint16_t code, uint64_t ns)
{
	const uint32_t words[2] = { (uint32_t)(ns >> 32), (uint32_t)ns };

	pcapng_option(b, code, words, sizeof(words));
}

void pcapng_interface_statistics(struct pcapng_builder *b, const struct pcapng_statistics *s)
{
	pcapng_begin(b, PCAPNG_ISB);
	pcapng_u32(b, s->interface_id);
	pcapng_u32(b, (uint32_t)(s->ts_ns >> 32));
	pcapng_u32(b, (uint32_t)s->ts_ns);
	if (s->start_ns)
		option_time(b, PCAPNG_ISB_STARTTIME, s->start_ns);
	if (s->end_ns)
		option_time(b, PCAPNG_ISB_ENDTIME, s->end_ns);
	pcapng_option_u64(b, PCAPNG_ISB_IFRECV, s->received);
	pcapng_option_u64(b, PCAPNG_ISB_IFDROP, s->dropped);
	pcapng_option_u64(b, PCAPNG_ISB_OSDROP, s->dropped);
	pcapng_option_u64(b, PCAPNG_ISB_USRDELIV, s->delivered);
	pcapng_end(b, true);
}

void pcapng_filler(struct pcapng_builder *b, size_t end)
{
	pcapng_begin(b, PCAPNG_FILLER);
	if (end < b->len + 4 || end > b->size) {
		b->overflow = true;
		return;
	}
	(void)grow(b, end - b->len - 4);
	pcapng_end(b, false);
}
