/* dissect/craft/craft_internal.h -- what the parts of craft share; for dissect/craft/ only. */
#ifndef DISSECT_CRAFT_CRAFT_INTERNAL_H
#define DISSECT_CRAFT_CRAFT_INTERNAL_H

#include "core/bytes.h"
#include "dissect/craft/craft.h"
#include "dissect/field.h"
#include "dissect/filter/arena.h"

__extension__ typedef unsigned __int128 craft_wide; /* an IPv6 address, or how many there are */

enum {
	FIELDS_MAX = 24,   /* of a protocol */
	PATCHES_MAX = 128, /* of a description */
	SUMS_MAX = 16,     /* checksums of a description */
	LENGTHS_MAX = 16,  /* length fields */
};

/* ---- what was written: parse.c ---- */

/* Bytes of the text. */
struct span {
	uint32_t begin, end;
};

/* 5, 10-20, 10.0.0.0/8, "text", hex 0a0b, a word. */
struct item {
	struct item *next;
	struct span all, first, last, prefix; /* last, prefix: empty where there is none */
	const uint8_t *bytes;                 /* of a string or of hex; else NULL */
	size_t len;
};

/* name=items count|random */
struct argument {
	struct argument *next;
	struct span all, name; /* an empty name: only the values stand there */
	struct item *items;
	size_t nr_items;
	struct span how;
	bool random, how_given;
	uint64_t step, every;
};

struct layer_text {
	struct layer_text *next;
	struct span all, name;
	struct argument *arguments;
};

struct description {
	struct description *next;
	struct span all;
	uint32_t weight;
	struct layer_text *layers;
	size_t nr_layers;
};

/* A compilation: its text, its memory, its complaint. */
struct compiling {
	const char *text;
	uint32_t len;
	const struct craft_options *options;
	struct arena *arena;
	struct filter_error *err;
};

int craft_parse(struct compiling *c, struct description **ret, size_t *ret_nr) must_check;
/* -EINVAL with the place; -ENOMEM when the arena has failed. */
int craft_error(const struct compiling *c, struct span at, const char *fmt, ...) printf_like(3, 4);
int craft_no_memory(const struct compiling *c);
/* A terminated copy for messages and look-ups, cut to the size. */
char *craft_copy(const struct compiling *c, struct span s, char *ret, size_t size);
bool craft_is(const struct compiling *c, struct span s, const char *word);

/* Of a hexadecimal digit; -1: it is none. */
static inline int craft_hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static inline uint64_t craft_mac_number(const uint8_t mac[6])
{
	return (uint64_t)load_be16(mac) << 32 | load_be32(mac + 2);
}

/* ---- what there is: protos.c ---- */

enum field_type {
	TYPE_NUMBER,
	TYPE_MAC,
	TYPE_IP4,
	TYPE_IP6,
	TYPE_TCP_FLAGS,
	TYPE_NAME,   /* a DNS name, of its own length */
	TYPE_LENGTH, /* of a payload: it is not in the bytes */
	TYPE_BYTES,
	TYPE_FILL,
};

enum field_role {
	ROLE_PLAIN,
	ROLE_SRC_MAC,
	ROLE_DST_MAC,
	ROLE_NEXT,            /* what the next layer is called in this one */
	ROLE_LENGTH,          /* from this layer's start to the packet's end, less `value` */
	ROLE_CHECKSUM,        /* of this header */
	ROLE_CHECKSUM_ALL,    /* from this layer's start to the packet's end */
	ROLE_CHECKSUM_PSEUDO, /* the same, with the pseudo header of the IP layer below */
	ROLE_HEADER_WORDS,    /* the length of this header, 4 bytes each */
	ROLE_OPTIONAL,        /* only there where it is given */
	ROLE_TIME,
	ROLE_COUNTER, /* the frame's number, where nothing else is given */
	ROLE_UNSEEN,  /* not in the bytes as it is */
};

/*
 * A field is `bits` of the big-endian number in the `bytes` (1, 2, 4, 8 or 16) at `at` of the
 * header, `shift` above its lowest.
 */
struct field {
	const char *name, *also; /* also: Wireshark's, without the protocol in front; or NULL */
	uint8_t type, role;
	int16_t at;
	uint8_t bytes, shift, bits;
	uint64_t value; /* the default; of IPv6 addresses the low half, below 2001:2::/48 */
	const struct name_map *names;
};

enum proto {
	PROTO_CRAFT_ETH,
	PROTO_CRAFT_VLAN,
	PROTO_CRAFT_ARP,
	PROTO_CRAFT_IP,
	PROTO_CRAFT_IP6,
	PROTO_CRAFT_ICMP,
	PROTO_CRAFT_ICMP6,
	PROTO_CRAFT_UDP,
	PROTO_CRAFT_TCP,
	PROTO_CRAFT_DNS,
	PROTO_CRAFT_VXLAN,
	PROTO_CRAFT_GRE,
	PROTO_CRAFT_STAMP,
	PROTO_CRAFT_PAYLOAD,
	PROTO_CRAFT_NR,
};

struct craft_layer;

struct craft_proto {
	const char *name, *prefix; /* prefix: of Wireshark's field names, without the dot */
	const struct field *fields;
	size_t nr_fields;
	const char *positional; /* the field of a value without a name, or NULL */
	uint32_t carries;       /* 1 << enum proto */
	uint16_t header_len;
	/* Where header and fields are of no fixed size: sets len and places. 0 or -errno. */
	int (*layout)(struct compiling *c, struct craft_layer *l);
	/* Bytes of the header that no field is; p is zeroed, l->len bytes. */
	void (*write)(const struct craft_layer *l, uint8_t *p);
};

extern const struct craft_proto craft_protos[PROTO_CRAFT_NR];
/* What a layer of `lower` calls one of `upper` above it: EtherType, IP protocol, port. 0: it does
 * not say. `further`: another VLAN tag is in upper. */
uint32_t craft_next_number(enum proto lower, enum proto upper, bool another_tag);

/* ---- values: values.c ---- */

struct piece {
	craft_wide base; /* of the first value */
	uint64_t first;  /* its index over all pieces */
};

/* What a field is to be. */
struct values {
	const struct argument *from;
	struct piece *pieces; /* nr of them; nr == 0: nothing is given */
	size_t nr;
	craft_wide total; /* values, over all pieces */
	uint64_t step, every;
	bool random;
	/* TYPE_NAME, TYPE_BYTES */
	const uint8_t *bytes;
	size_t len;
};

int craft_values(struct compiling *c, const struct field *f, const struct argument *a,
		 struct values *ret) must_check;

/* ---- a description's layers: layers.c ---- */

enum fill { FILL_PATTERN, FILL_ZERO, FILL_RANDOM };

struct craft_layer {
	const struct craft_proto *proto;
	enum proto id;
	struct span all;
	uint32_t off, len; /* of the header */
	struct values values[FIELDS_MAX];
	int at[FIELDS_MAX]; /* of the fields, within the header; -1: it is not there */
};

struct layers {
	struct craft_layer *layer;
	size_t nr;
	uint32_t len; /* of all headers */
	struct span all;
	/* What is behind them. */
	struct values payload_len; /* nr == 0: as the text, or to fill the frame */
	const uint8_t *payload;    /* as given */
	size_t payload_given;
	enum fill fill;
	bool growing;      /* a larger frame gets a longer payload, else padding */
	uint32_t free_tag; /* bytes of a VLAN tag that no MTU counts */
};

/* Headers of no fixed size: options.c. */
int craft_layout_tcp(struct compiling *c, struct craft_layer *l) must_check;
int craft_layout_dns(struct compiling *c, struct craft_layer *l) must_check;
int craft_layout_gre(struct compiling *c, struct craft_layer *l) must_check;
void craft_write_tcp(const struct craft_layer *l, uint8_t *p);
void craft_write_dns(const struct craft_layer *l, uint8_t *p);
void craft_write_gre(const struct craft_layer *l, uint8_t *p);

int craft_layers(struct compiling *c, const struct description *d, struct layers *ret) must_check;

/* ---- what is run: build.c makes it, frame.c reads it ---- */

enum patch_source { PATCH_COUNT, PATCH_RANDOM, PATCH_TIME };

struct patch {
	uint16_t at;
	uint8_t bytes, shift, source;
	uint8_t sum_shift; /* of its share in checksums: 8 where its last byte is a word's high one
			    */
	uint32_t sums;     /* bit per checksum that it is part of */
	uint64_t key;      /* of what is random here */
	uint64_t count;    /* values in turn, or to choose of; 0: 2^64 */
	uint64_t step, every;
	uint64_t base, base_high;
	uint64_t mask;        /* of the index, where count is a power of two; else 0 */
	uint64_t random_high; /* bits of the high half that are random too */
	const struct piece *pieces;
	uint32_t nr_pieces;
};

struct sum {
	uint16_t at;
	bool never_zero; /* UDP: 0 means none */
};

/* A length field, where frames have several lengths. */
struct length {
	uint16_t at, minus;
};

/* A frame of one length: the constant share of each checksum. */
struct size_class {
	uint32_t frame_len, packet_len; /* behind packet_len is padding */
	uint32_t sum[SUMS_MAX];
};

struct program {
	uint32_t weight;
	uint32_t nr_patches, nr_sums, nr_lengths, nr_classes;
	/* Frame n has classes[order[n % nr_order]]; or, random, one of all. */
	uint32_t nr_order;
	const uint16_t *order;
	bool random_class;
	uint64_t class_key;
	uint32_t random_from; /* bytes from here to the packet's end are random; 0: none */
	uint32_t random_sums; /* bit per checksum that they are part of */
	uint64_t random_key;
	const uint8_t *bytes; /* of the longest frame, all that varies zero */
	struct size_class *classes;
	struct patch *patches;
	struct sum sums[SUMS_MAX];
	struct length lengths[LENGTHS_MAX];
	uint64_t period; /* 0: none */
	double mean;
	uint32_t free_tag; /* as struct layers has it */
	bool has_time, has_flows;
};

struct craft_turn {
	uint16_t program, rank; /* the how manieth of its weight */
};

struct craft {
	struct arena arena; /* everything, this included */
	const struct program *programs;
	uint32_t nr_programs, nr_turns;
	const struct craft_turn *turns;
	uint32_t frame_max, mtu_frame_max;
	uint64_t period;
	double mean;
	bool has_time;
};

/* number: of the description, for what is random in it. */
int craft_build(struct compiling *c, const struct layers *l, uint32_t number,
		struct program *ret) must_check;
/* The sizes of frames: classes, order, mean. The checksums' shares are still missing. */
int craft_classes(struct compiling *c, const struct layers *l, struct program *p) must_check;

/* The least common multiple, 0 if that is more than 2^32 or if one of them is 0. */
uint64_t craft_lcm(uint64_t a, uint64_t b);

/* splitmix64 (Steele, Lea, Flood 2014): number n of the sequence that key begins. */
static inline uint64_t craft_random(uint64_t key, uint64_t n)
{
	uint64_t z = key + (n + 1) * 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

#endif
