/* Options of every block that has them, in both byte orders, whole and cut. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "core/bytes.h"
#include "pcapio/pcapng_format.h"
#include "pcapio/pcapng_options.h"
#include "tests/unit/capture_bytes.h"

/* The only block of a capture, as the reader would hand it out. */
static struct reader_block only_block(const struct capture *c, uint32_t type)
{
	return (struct reader_block){
		.bytes = c->bytes, .type = type, .len = (uint32_t)c->len, .swapped = c->big_endian
	};
}

/* What stands before the options of a block: a packet of 5 bytes, two names, 3 bytes of secrets. */
static void put_head(struct capture *c, uint32_t type)
{
	block_begin(c, type);
	switch (type) {
	case PCAPNG_SHB:
		capture_zero(c, 16);
		break;
	case PCAPNG_IDB:
		capture_zero(c, 8);
		break;
	case PCAPNG_ISB:
		capture_zero(c, 12);
		break;
	case PCAPNG_EPB:
	case PCAPNG_PB:
		capture_zero(c, 12);
		capture_u32(c, 5);
		capture_zero(c, 4 + 8);
		break;
	case PCAPNG_NRB:
		option_put(c, 1, "\1\2\3\4a", 6);
		option_put(c, 2, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1bc", 19);
		option_end(c);
		break;
	case PCAPNG_DSB:
		capture_u32(c, 0x544c534b);
		capture_u32(c, 3);
		capture_zero(c, 4);
		break;
	}
}

static const uint32_t with_options[] = { PCAPNG_SHB, PCAPNG_IDB, PCAPNG_ISB, PCAPNG_EPB,
					 PCAPNG_PB,  PCAPNG_NRB, PCAPNG_DSB };

Test(pcapng_options, are_found_in_every_block)
{
	for (size_t i = 0; i < 2 * ARRAY_SIZE(with_options); i++) {
		const uint32_t type = with_options[i / 2];
		struct capture c = { .big_endian = i & 1 };
		struct pcapng_option_view o;
		struct pcapng_options options;
		struct reader_block b;

		put_head(&c, type);
		option_put(&c, PCAPNG_OPT_COMMENT, "hello", 5);
		option_put(&c, 0x8001, "", 0);
		option_end(&c);
		capture_u32(&c, 0xffffffff); /* filler */
		block_end(&c);
		b = only_block(&c, type);
		cr_assert_eq(pcapng_options_begin(&b, &options), 1, "block %u", type);
		cr_assert_eq(pcapng_options_next(&options, &o), 1);
		cr_expect_eq(o.code, PCAPNG_OPT_COMMENT);
		cr_expect_eq(o.len, 5);
		cr_expect_eq(memcmp(o.value, "hello", 5), 0);
		cr_assert_eq(pcapng_options_next(&options, &o), 1);
		cr_expect_eq(o.code, 0x8001);
		cr_expect_eq(o.len, 0);
		cr_expect_eq(pcapng_options_next(&options, &o), 0);
		cr_expect_eq(pcapng_options_next(&options, &o), 0, "the end is the end");
	}
}

Test(pcapng_options, may_be_absent)
{
	for (size_t i = 0; i < ARRAY_SIZE(with_options); i++) {
		struct capture c = { 0 };
		struct pcapng_option_view o;
		struct pcapng_options options;
		struct reader_block b;

		put_head(&c, with_options[i]);
		block_end(&c);
		b = only_block(&c, with_options[i]);
		cr_assert_eq(pcapng_options_begin(&b, &options), 1);
		cr_expect_eq(pcapng_options_next(&options, &o), 0);
	}
}

Test(pcapng_options, are_not_looked_for_where_nobody_knows)
{
	static const uint32_t types[] = { PCAPNG_SPB,     PCAPNG_CB, PCAPNG_DCB,
					  PCAPNG_JOURNAL, 0x7777,    PCAPNG_FILLER };

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		struct capture c = { 0 };
		struct pcapng_options options;
		struct reader_block b;

		block_begin(&c, types[i]);
		capture_zero(&c, 16);
		block_end(&c);
		b = only_block(&c, types[i]);
		cr_expect_eq(pcapng_options_begin(&b, &options), 0);
	}
}

/* A block that is too short for its own head, or claims more in front than it has. */
Test(pcapng_options, of_lying_blocks_are_refused)
{
	for (size_t i = 0; i < ARRAY_SIZE(with_options); i++) {
		const uint32_t type = with_options[i];
		struct capture empty = { 0 }, claim = { 0 };
		struct pcapng_options options;
		struct reader_block b;

		block_begin(&empty, type);
		block_end(&empty);
		b = only_block(&empty, type);
		cr_expect_eq(pcapng_options_begin(&b, &options), type == PCAPNG_NRB ? 1 : -EBADMSG);
		if (type != PCAPNG_EPB && type != PCAPNG_PB && type != PCAPNG_DSB)
			continue;
		put_head(&claim, type);
		block_end(&claim);
		memset(claim.bytes + (type == PCAPNG_DSB ? 12 : 20), 0xff, 4);
		b = only_block(&claim, type);
		cr_expect_eq(pcapng_options_begin(&b, &options), -EBADMSG);
	}
}

Test(pcapng_options, of_names_that_run_past_the_block_are_refused)
{
	struct capture c = { 0 };
	struct pcapng_options options;
	struct reader_block b;

	put_head(&c, PCAPNG_NRB);
	block_end(&c);
	memset(c.bytes + 10, 0xff, 2); /* the first record's length */
	b = only_block(&c, PCAPNG_NRB);
	cr_expect_eq(pcapng_options_begin(&b, &options), -EBADMSG);
}

Test(pcapng_options, that_run_past_the_block_are_refused)
{
	static const uint16_t lengths[] = { 5, 0x7fff, 0xfffd, 0xffff };

	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		struct capture c = { 0 };
		struct pcapng_option_view o;
		struct pcapng_options options;
		struct reader_block b;

		block_begin(&c, PCAPNG_IDB);
		capture_zero(&c, 8);
		capture_u16(&c, PCAPNG_IF_NAME);
		capture_u16(&c, lengths[i]);
		capture_zero(&c, 4);
		block_end(&c);
		b = only_block(&c, PCAPNG_IDB);
		cr_assert_eq(pcapng_options_begin(&b, &options), 1);
		cr_expect_eq(pcapng_options_next(&options, &o), -EBADMSG);
		cr_expect_eq(o.len, lengths[i], "for the words");
	}
}

Test(pcapng_options, are_known_by_their_block)
{
	const struct pcapng_option_info *info = pcapng_option_info(PCAPNG_IDB, PCAPNG_IF_TSRESOL);

	cr_assert_not_null(info);
	cr_expect_str_eq(info->name, "if_tsresol");
	cr_expect_eq(info->size, 1);
	cr_expect_eq(pcapng_option_kind(PCAPNG_IDB, PCAPNG_IF_TSOFFSET), PCAPNG_KIND_I64);
	cr_expect_eq(pcapng_option_kind(PCAPNG_EPB, PCAPNG_EPB_FLAGS), PCAPNG_KIND_U32);
	cr_expect_eq(pcapng_option_kind(PCAPNG_EPB, PCAPNG_EPB_QUEUE), PCAPNG_KIND_U32);
	cr_expect_eq(pcapng_option_kind(PCAPNG_PB, PCAPNG_EPB_QUEUE), PCAPNG_KIND_UNKNOWN);
	cr_expect_eq(pcapng_option_kind(PCAPNG_ISB, PCAPNG_ISB_STARTTIME), PCAPNG_KIND_TIME);
	cr_expect_eq(pcapng_option_kind(PCAPNG_SHB, PCAPNG_SHB_OS), PCAPNG_KIND_TEXT);
	cr_expect_eq(pcapng_option_kind(PCAPNG_NRB, PCAPNG_NS_DNSIP6ADDR), PCAPNG_KIND_IPV6);
	cr_expect_eq(pcapng_option_kind(PCAPNG_DSB, PCAPNG_OPT_COMMENT), PCAPNG_KIND_TEXT);
	cr_expect_eq(pcapng_option_kind(PCAPNG_DSB, 2), PCAPNG_KIND_UNKNOWN);
	cr_expect_eq(pcapng_option_kind(PCAPNG_EPB, PCAPNG_OPT_CUSTOM_DATA_NO_COPY),
		     PCAPNG_KIND_CUSTOM_DATA);
	cr_expect_eq(pcapng_option_kind(PCAPNG_EPB, 0x8001), PCAPNG_KIND_UNKNOWN);
	cr_expect_str_eq(pcapng_block_name(PCAPNG_DCB), "DCB");
	cr_expect_null(pcapng_block_name(0x7777));
}
