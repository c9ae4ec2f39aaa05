/*
 * dissect/filter/gen_radio.c -- 802.11 headers have no fixed length, and radiotap or PPI stand in
 * front of them: the code in front of all tests that computes where things are.
 */
#include "dissect/filter/gen_link.h"

enum {
	FRONT_LENGTH = 2, /* little-endian half word, in radiotap and in PPI */
	PPI_DLT = 4,      /* little-endian word */
	WLAN_HEADER = 24, /* without QoS */
	WLAN_QOS = 2,
	WLAN_PAD = 4, /* what data are aligned to where radiotap says that they are padded */
	/* of the frame's first byte */
	FRAME_CONTROL = 0x04,
	FRAME_DATA = 0x08,
	FRAME_QOS = 0x80,
	/* Radiotap, www.radiotap.org: bits of the little-endian word of what is present, loaded as
	 * big-endian one. */
	RADIOTAP_PRESENT = 4,
	RADIOTAP_HAS_TSFT = 0x01000000,
	RADIOTAP_HAS_FLAGS = 0x02000000,
	RADIOTAP_HAS_MORE = 0x00000080,
	RADIOTAP_FIELDS = 8, /* where the fields begin, when no further word of bits follows */
	RADIOTAP_TSFT_LEN = 8,
	RADIOTAP_FLAG_DATAPAD = 0x20,
};

/* The scratch word of a variable place, allotted if it has none. */
static uint32_t word_of(struct gen *g, struct gen_offset *o)
{
	if (o->reg < 0)
		o->reg = (int8_t)gen_reg_alloc(g);
	return o->reg < 0 ? 0 : (uint32_t)o->reg;
}

/* g->link's word = the length of the header in front. */
static struct cond_code gen_front_length(struct gen *g)
{
	struct cond_code c = { 0 };

	code_add(g->arena, &c, BPF_LD | BPF_B | BPF_ABS, FRONT_LENGTH + 1);
	code_add(g->arena, &c, BPF_ALU | BPF_LSH | BPF_K, 8);
	code_add(g->arena, &c, BPF_MISC | BPF_TAX, 0);
	code_add(g->arena, &c, BPF_LD | BPF_B | BPF_ABS, FRONT_LENGTH);
	code_add(g->arena, &c, BPF_ALU | BPF_OR | BPF_X, 0);
	code_add(g->arena, &c, BPF_ST, word_of(g, &g->link));
	return c;
}

/* g->payload's word = where the frame begins, and its fixed header. */
static struct cond_code gen_header_start(struct gen *g)
{
	struct cond_code c = { 0 };

	if (g->link.is_variable) {
		code_add(g->arena, &c, BPF_LD | BPF_MEM, word_of(g, &g->link));
		code_add(g->arena, &c, BPF_ALU | BPF_ADD | BPF_K, WLAN_HEADER);
	} else {
		code_add(g->arena, &c, BPF_LD | BPF_IMM, WLAN_HEADER);
	}
	code_add(g->arena, &c, BPF_ST, word_of(g, &g->payload));
	return c;
}

/* g->payload's word += add, and then &= mask. */
static struct cond *gen_header_add(struct gen *g, uint32_t add, uint32_t mask)
{
	const uint32_t word = word_of(g, &g->payload);
	struct cond_code c = { 0 };

	code_add(g->arena, &c, BPF_LD | BPF_MEM, word);
	code_add(g->arena, &c, BPF_ALU | BPF_ADD | BPF_K, add);
	if (mask != UINT32_MAX)
		code_add(g->arena, &c, BPF_ALU | BPF_AND | BPF_K, mask);
	code_add(g->arena, &c, BPF_ST, word);
	return cond_do(g->arena, c);
}

/*
 * Radiotap says that the data behind the header are padded. Where a second word of bits follows
 * the first, the fields do not begin at a known place, and libpcap does not look for the flags.
 */
static struct cond *gen_is_padded(struct gen *g)
{
	struct arena *const a = g->arena;
	struct cond *has_flags = gen_bits(g, GEN_PACKET, RADIOTAP_PRESENT, 4, RADIOTAP_HAS_FLAGS);
	struct cond *has_more = gen_bits(g, GEN_PACKET, RADIOTAP_PRESENT, 4, RADIOTAP_HAS_MORE);
	struct cond *has_tsft = gen_bits(g, GEN_PACKET, RADIOTAP_PRESENT, 4, RADIOTAP_HAS_TSFT);
	struct cond *behind = gen_bits(g, GEN_PACKET, RADIOTAP_FIELDS + RADIOTAP_TSFT_LEN, 1,
				       RADIOTAP_FLAG_DATAPAD);
	struct cond *first = gen_bits(g, GEN_PACKET, RADIOTAP_FIELDS, 1, RADIOTAP_FLAG_DATAPAD);
	struct cond *c = cond_and(a, has_flags, cond_not(a, has_more));

	/* with a time stamp the flags stand behind it and nowhere else */
	return cond_and(a, c,
			cond_or(a, cond_and(a, has_tsft, behind),
				cond_and(a, cond_not(a, has_tsft), first)));
}

/* The payload's word, of an 802.11 frame. */
static struct cond *gen_wlan_header(struct gen *g)
{
	struct arena *const a = g->arena;
	struct cond *start = cond_do(a, gen_header_start(g));
	struct cond *data = gen_bits(g, GEN_LINK, 0, 1, FRAME_DATA);
	struct cond *control = gen_bits(g, GEN_LINK, 0, 1, FRAME_CONTROL);
	struct cond *qos = cond_and(a, gen_bits(g, GEN_LINK, 0, 1, FRAME_QOS),
				    gen_header_add(g, WLAN_QOS, UINT32_MAX));
	struct cond *c = qos;

	if (g->opt->linktype == LINKTYPE_IEEE802_11_RADIOTAP)
		c = cond_then(a, c,
			      cond_and(a, gen_is_padded(g),
				       gen_header_add(g, WLAN_PAD - 1, ~(uint32_t)(WLAN_PAD - 1))));
	return cond_then(a, start, cond_and(a, cond_and(a, data, cond_not(a, control)), c));
}

struct cond *gen_link_prologue(struct gen *g)
{
	struct arena *const a = g->arena;
	const bool wants_payload = g->payload.is_variable && g->payload.reg >= 0;
	const bool wants_link = g->link.is_variable && (g->link.reg >= 0 || wants_payload);
	struct cond *c = NULL, *check;

	g->why = "length of the header in front";
	if (wants_link)
		c = cond_do(a, gen_front_length(g));
	g->why = "length of the 802.11 header";
	if (wants_payload) {
		check = cond_then(a, gen_wlan_header(g), cond_true(a));
		c = c ? cond_and(a, c, check) : check;
	}
	if (g->opt->linktype != LINKTYPE_PPI)
		return c;
	g->why = "PPI holds 802.11";
	check = gen_cmp(g, GEN_PACKET, PPI_DLT, 4, LINKTYPE_IEEE802_11 << 24);
	return c ? cond_and(a, check, c) : check;
}
