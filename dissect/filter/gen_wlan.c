/*
 * dissect/filter/gen_wlan.c -- 802.11: which of a frame's addresses are source and destination,
 * and "type", "subtype" and "dir".
 */
#include <string.h>

#include "core/compiler.h"
#include "dissect/filter/gen_link.h"

enum {
	/* first byte of frame control */
	FC0_TYPE_MASK = 0x0c,
	FC0_SUBTYPE_MASK = 0xf0,
	TYPE_MGT = 0x00,
	TYPE_CTL = 0x04,
	TYPE_DATA = 0x08,
	SUBTYPE_CTS = 0xc0,
	SUBTYPE_ACK = 0xd0,
	/* second byte */
	FC1_DIR_MASK = 0x03,
	FC1_TO_DS = 0x01,
	FC1_FROM_DS = 0x02,
	DIR_DS_TO_DS = 0x03,
	/* offsets */
	ADDR1 = 4,
	ADDR2 = 10,
	ADDR3 = 16,
	ADDR4 = 24,
};

/* Bit of the first or second byte of frame control. */
static struct cond *gen_fc(struct gen *g, unsigned byte, uint32_t bit)
{
	return gen_bits(g, GEN_LINK, byte, 1, bit);
}

static struct cond *gen_no(struct gen *g, struct cond *c)
{
	return cond_not(g->arena, c);
}

static struct cond *gen_is_type(struct gen *g, uint32_t type)
{
	return gen_mcmp(g, GEN_LINK, 0, 1, type, FC0_TYPE_MASK);
}

struct cond *gen_wlan_data(struct gen *g)
{
	return gen_is_type(g, TYPE_DATA);
}

/* One test where the bit is set, another where it is not. */
static struct cond *gen_by_bit(struct gen *g, unsigned byte, uint32_t bit, struct cond *set,
			       struct cond *clear)
{
	struct arena *const a = g->arena;
	struct cond *const first = cond_and(a, gen_no(g, gen_fc(g, byte, bit)), clear);

	return cond_or(a, first, cond_and(a, gen_fc(g, byte, bit), set));
}

/*
 * Control frames have neither source nor destination. Management frames have both in fixed places;
 * in data frames the places depend on whether the frame goes to, comes from or passes the
 * distribution system.
 */
static struct cond *gen_no_control(struct gen *g, struct cond *management, struct cond *data)
{
	return cond_and(g->arena, gen_no(g, gen_fc(g, 0, TYPE_CTL)),
			gen_by_bit(g, 0, TYPE_DATA, data, management));
}

struct cond *gen_wlan_dst(struct gen *g, gen_mac_test test, const uint8_t *mac)
{
	struct cond *const data =
		gen_by_bit(g, 1, FC1_TO_DS, test(g, ADDR3, mac), test(g, ADDR1, mac));

	return gen_no_control(g, test(g, ADDR1, mac), data);
}

struct cond *gen_wlan_src(struct gen *g, gen_mac_test test, const uint8_t *mac)
{
	struct cond *const from =
		gen_by_bit(g, 1, FC1_TO_DS, test(g, ADDR4, mac), test(g, ADDR3, mac));
	struct cond *const data = gen_by_bit(g, 1, FC1_FROM_DS, from, test(g, ADDR2, mac));

	return gen_no_control(g, test(g, ADDR2, mac), data);
}

/* The second address is the transmitter's; clear-to-send and acknowledgement have none. */
static struct cond *gen_addr2(struct gen *g, const uint8_t *mac)
{
	struct arena *const a = g->arena;
	struct cond *bare = cond_or(a, gen_mcmp(g, GEN_LINK, 0, 1, SUBTYPE_CTS, FC0_SUBTYPE_MASK),
				    gen_mcmp(g, GEN_LINK, 0, 1, SUBTYPE_ACK, FC0_SUBTYPE_MASK));

	bare = cond_and(a, gen_is_type(g, TYPE_CTL), bare);
	return cond_and(a, gen_no(g, bare), gen_mac_equal(g, ADDR2, mac));
}

struct cond *gen_wlan_address(struct gen *g, const uint8_t *mac, enum filter_dir dir)
{
	static const char *const words[] = {
		[FD_ADDR1] = "addr1", [FD_ADDR2] = "addr2", [FD_ADDR3] = "addr3",
		[FD_ADDR4] = "addr4", [FD_RA] = "ra",       [FD_TA] = "ta",
	};
	struct arena *const a = g->arena;

	if (!link_is_wlan(g->linktype))
		return gen_fail(g, "'%s' is an address of 802.11 frames: this is %s", words[dir],
				link_words(g->linktype));
	switch (dir) {
	case FD_ADDR2:
		return gen_addr2(g, mac);
	case FD_ADDR3:
		return cond_and(a, gen_no(g, gen_is_type(g, TYPE_CTL)),
				gen_mac_equal(g, ADDR3, mac));
	case FD_ADDR4:
		return cond_and(a, gen_mcmp(g, GEN_LINK, 1, 1, DIR_DS_TO_DS, FC1_DIR_MASK),
				gen_mac_equal(g, ADDR4, mac));
	case FD_RA:
		return cond_and(a, gen_fc(g, 0, TYPE_DATA), gen_mac_equal(g, ADDR1, mac));
	case FD_TA:
		return cond_and(a, gen_fc(g, 0, TYPE_DATA), gen_addr2(g, mac));
	default:
		return gen_mac_equal(g, ADDR1, mac);
	}
}

/* ---- type, subtype, dir ---- */

struct wlan_name {
	const char *name;
	uint8_t type, value;
};

static const struct wlan_name types[] = {
	{ "mgt", 0, TYPE_MGT },     { "management", 0, TYPE_MGT }, { "ctl", 0, TYPE_CTL },
	{ "control", 0, TYPE_CTL }, { "data", 0, TYPE_DATA },
};

static const struct wlan_name subtypes[] = {
	{ "assocreq", TYPE_MGT, 0x00 },
	{ "assoc-req", TYPE_MGT, 0x00 },
	{ "assocresp", TYPE_MGT, 0x10 },
	{ "assoc-resp", TYPE_MGT, 0x10 },
	{ "reassocreq", TYPE_MGT, 0x20 },
	{ "reassoc-req", TYPE_MGT, 0x20 },
	{ "reassocresp", TYPE_MGT, 0x30 },
	{ "reassoc-resp", TYPE_MGT, 0x30 },
	{ "probereq", TYPE_MGT, 0x40 },
	{ "probe-req", TYPE_MGT, 0x40 },
	{ "proberesp", TYPE_MGT, 0x50 },
	{ "probe-resp", TYPE_MGT, 0x50 },
	{ "beacon", TYPE_MGT, 0x80 },
	{ "atim", TYPE_MGT, 0x90 },
	{ "disassoc", TYPE_MGT, 0xa0 },
	{ "disassociation", TYPE_MGT, 0xa0 },
	{ "auth", TYPE_MGT, 0xb0 },
	{ "authentication", TYPE_MGT, 0xb0 },
	{ "deauth", TYPE_MGT, 0xc0 },
	{ "deauthentication", TYPE_MGT, 0xc0 },
	{ "bar", TYPE_CTL, 0x80 },
	{ "ba", TYPE_CTL, 0x90 },
	{ "ps-poll", TYPE_CTL, 0xa0 },
	{ "rts", TYPE_CTL, 0xb0 },
	{ "cts", TYPE_CTL, SUBTYPE_CTS },
	{ "ack", TYPE_CTL, SUBTYPE_ACK },
	{ "cf-end", TYPE_CTL, 0xe0 },
	{ "cf-end-ack", TYPE_CTL, 0xf0 },
	{ "data", TYPE_DATA, 0x00 },
	{ "data-cf-ack", TYPE_DATA, 0x10 },
	{ "data-cf-poll", TYPE_DATA, 0x20 },
	{ "data-cf-ack-poll", TYPE_DATA, 0x30 },
	{ "null", TYPE_DATA, 0x40 },
	{ "cf-ack", TYPE_DATA, 0x50 },
	{ "cf-poll", TYPE_DATA, 0x60 },
	{ "cf-ack-poll", TYPE_DATA, 0x70 },
	{ "qos-data", TYPE_DATA, 0x80 },
	{ "qos-data-cf-ack", TYPE_DATA, 0x90 },
	{ "qos-data-cf-poll", TYPE_DATA, 0xa0 },
	{ "qos-data-cf-ack-poll", TYPE_DATA, 0xb0 },
	{ "qos", TYPE_DATA, 0xc0 },
	{ "qos-cf-poll", TYPE_DATA, 0xe0 },
	{ "qos-cf-ack-poll", TYPE_DATA, 0xf0 },
};

static const struct wlan_name dirs[] = {
	{ "nods", 0, 0 },
	{ "tods", 0, FC1_TO_DS },
	{ "fromds", 0, FC1_FROM_DS },
	{ "dstods", 0, DIR_DS_TO_DS },
};

static const struct wlan_name *name_find(const struct wlan_name *names, size_t nr, const char *text)
{
	for (size_t i = 0; i < nr; i++)
		if (strcmp(names[i].name, text) == 0)
			return &names[i];
	return NULL;
}

/* *ret = the type's bits. False: g has failed. */
static bool type_read(struct gen *g, const struct filter_node *n, uint32_t *ret)
{
	const struct wlan_name *name;

	if (!n->text) {
		*ret = n->number;
		if ((n->number & ~(uint32_t)FC0_TYPE_MASK) == 0)
			return true;
		gen_fail(g, "'type %u': a type is 0 (mgt), 4 (ctl) or 8 (data), as in the header",
			 n->number);
		return false;
	}
	name = name_find(types, ARRAY_SIZE(types), n->text);
	if (!name) {
		gen_fail(g, "'type %s': the types of 802.11 are mgt, ctl and data", n->text);
		return false;
	}
	*ret = name->value;
	return true;
}

/* *ret |= the subtype's bits; *type is what was written before, or comes from the name. */
static bool subtype_read(struct gen *g, const struct filter_node *n, uint32_t *ret)
{
	const bool typed = n->word == FW_WLAN_TYPE;
	const struct wlan_name *name;

	if (!n->text2) {
		*ret |= n->number2;
		if ((n->number2 & ~(uint32_t)FC0_SUBTYPE_MASK) == 0)
			return true;
		gen_fail(g,
			 "'subtype %u': a subtype is a multiple of 16 up to 240, as in the header",
			 n->number2);
		return false;
	}
	name = name_find(subtypes, ARRAY_SIZE(subtypes), n->text2);
	if (!name) {
		gen_fail(g, "'%s' is no subtype of 802.11; 'beacon', 'rts' and 'qos-data' are some",
			 n->text2);
		return false;
	}
	if (typed && name->type != *ret) {
		gen_fail(g, "'%s' is a subtype of another type", n->text2);
		return false;
	}
	*ret = name->type | name->value;
	return true;
}

static struct cond *gen_frame_type(struct gen *g, const struct filter_node *n)
{
	const bool has_subtype = n->text2 || n->has_number2;
	uint32_t v = 0;

	if (n->word == FW_WLAN_TYPE && !type_read(g, n, &v))
		return NULL;
	if (has_subtype && !subtype_read(g, n, &v))
		return NULL;
	g->why = gen_text(g, "802.11 type 0x%x%s", v & FC0_TYPE_MASK,
			  has_subtype ? gen_text(g, " subtype 0x%x", v & FC0_SUBTYPE_MASK) : "");
	return gen_mcmp(g, GEN_LINK, 0, 1, v,
			has_subtype ? FC0_TYPE_MASK | FC0_SUBTYPE_MASK : FC0_TYPE_MASK);
}

static struct cond *gen_frame_dir(struct gen *g, const struct filter_node *n)
{
	const struct wlan_name *name = NULL;

	if (n->text) {
		name = name_find(dirs, ARRAY_SIZE(dirs), n->text);
		if (!name)
			return gen_fail(g,
					"'dir %s': the directions of 802.11 are nods, tods, fromds "
					"and dstods",
					n->text);
	}
	g->why = "802.11 direction";
	return gen_mcmp(g, GEN_LINK, 1, 1, name ? name->value : n->number, FC1_DIR_MASK);
}

struct cond *gen_wlan_word(struct gen *g, const struct filter_node *n)
{
	if (!link_is_wlan(g->linktype))
		return gen_fail(g, "types, subtypes and directions are 802.11's: this is %s",
				link_words(g->linktype));
	return n->word == FW_WLAN_DIR ? gen_frame_dir(g, n) : gen_frame_type(g, n);
}
