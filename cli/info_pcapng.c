/* cli/info_pcapng.c -- draft-ietf-opsawg-pcapng, section 4. */
#include "cli/info_pcapng.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pcapio/pcapng_format.h"
#include "pcapio/pcapng_options.h"

enum {
	NRB_RECORDS = 8,
	NRB_RECORD_END = 0,
	NRB_RECORD_IPV4 = 1,
	NRB_RECORD_IPV6 = 2,
	DSB_TYPE = 8,
	DSB_LENGTH = 12,
};

static uint32_t block_u32(const struct reader_block *b, size_t offset)
{
	const uint32_t v = load_u32(b->bytes + offset);

	return b->swapped ? swap_u32(v) : v;
}

static uint16_t block_u16(const struct reader_block *b, size_t offset)
{
	const uint16_t v = load_u16(b->bytes + offset);

	return b->swapped ? swap_u16(v) : v;
}

static void count_type(struct info *in, uint32_t type)
{
	for (size_t i = 0; i < in->nr_types; i++)
		if (in->types[i].type == type) {
			in->types[i].blocks++;
			return;
		}
	if (in->nr_types < INFO_TYPES_MAX)
		in->types[in->nr_types++] = (struct info_type){ type, 1 };
	else
		in->other_types++;
}

static int keep_comment(struct info *in, const struct reader_block *b,
			const struct pcapng_option_view *o)
{
	struct info_comment *c = &in->comments[in->nr_comments_kept];

	if (in->nr_comments++ >= in->o->comments_max)
		return 0;
	c->len = MIN_OF(o->len, READER_STRING_MAX);
	c->text = strndup((const char *)o->value, c->len);
	if (!c->text)
		return -ENOMEM;
	c->len = strlen(c->text);
	in->nr_comments_kept++;
	switch (b->type) {
	case PCAPNG_EPB:
	case PCAPNG_PB:
		c->of = "frame";
		c->number = in->packets;
		break;
	case PCAPNG_IDB:
		c->of = "interface";
		c->number = b->interface_id;
		break;
	case PCAPNG_SHB:
		c->of = "section";
		c->number = b->section;
		break;
	default:
		c->of = "offset";
		c->number = b->offset;
	}
	return 0;
}

/* An address and its names, each with a NUL behind it, per record. */
static void count_names(struct info *in, const struct reader_block *b)
{
	const size_t end = b->len - 4;
	size_t at = NRB_RECORDS;

	while (end - at >= 4) {
		const uint16_t type = block_u16(b, at);
		const uint16_t len = block_u16(b, at + 2);
		const size_t skip = type == NRB_RECORD_IPV4 ? 4 : type == NRB_RECORD_IPV6 ? 16 : 0;

		if (type == NRB_RECORD_END || align_up(len, 4) > end - at - 4)
			return;
		for (size_t i = skip; skip && i < len; i++)
			in->names += !b->bytes[at + 4 + i];
		at += 4 + align_up(len, 4);
	}
}

static void keep_secret(struct info *in, const struct reader_block *b)
{
	if (b->len < PCAPNG_DSB_MIN)
		return;
	if (in->nr_secrets < INFO_SECRETS_MAX)
		in->secrets[in->nr_secrets] =
			(struct info_secret){ .type = block_u32(b, DSB_TYPE),
					      .len = block_u32(b, DSB_LENGTH) };
	in->nr_secrets++;
}

static int read_options(struct info *in, const struct reader_block *b)
{
	struct pcapng_option_view option;
	struct pcapng_options options;
	int code = pcapng_options_begin(b, &options);

	/* What is wrong with them the reader has judged. */
	while (code > 0 && (code = pcapng_options_next(&options, &option)) > 0) {
		if (option.code == PCAPNG_OPT_COMMENT)
			code = keep_comment(in, b, &option);
		if (code < 0)
			return code;
		code = 1;
	}
	return 0;
}

static int read_statistics(struct info *in, const struct reader_block *b)
{
	const struct reader_interface *i = reader_interface(in->reader, b->interface_id);

	if (!i)
		return 0;
	return info_drops_add(&in->drops, &in->interfaces[b->interface_id].drops, b->interface_id,
			      &i->statistics);
}

int info_block(struct info *in, const struct reader_block *b)
{
	int code = 0;

	count_type(in, b->type);
	switch (b->type) {
	case PCAPNG_ISB:
		code = read_statistics(in, b);
		break;
	case PCAPNG_NRB:
		count_names(in, b);
		break;
	case PCAPNG_DSB:
		keep_secret(in, b);
		break;
	case PCAPNG_EPB:
	case PCAPNG_PB:
	case PCAPNG_SPB:
		if (b->section < INFO_SECTIONS_MAX)
			in->section_packets[b->section]++;
		break;
	}
	return code ? code : read_options(in, b);
}
