/*
 * dissect/proto/radiotap.c -- radiotap (radiotap.org): what the receiver knew of an IEEE 802.11
 * frame. Little endian; which fields there are is said by words of bits, and each is aligned from
 * the header's start.
 */
#include "core/linktype.h"
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/proto/wlan.h"
#include "dissect/render.h"

enum {
	RADIOTAP_HDR = 8,
	WORDS_MAX = 16, /* presence words */
	BIT_FLAGS = 1,
	BIT_RATE = 2,
	BIT_CHANNEL = 3,
	BIT_SIGNAL = 5,
	BIT_TLV = 28,
	BIT_RADIOTAP_NS = 29,
	BIT_VENDOR_NS = 30,
	BIT_MORE = 31,
	FLAG_FCS = 0x10,
	FLAG_DATA_PAD = 0x20,
	BIT_MCS = 19,
	BIT_VHT = 21,
};

/* Alignment and size of the field of each bit. */
static const struct slot {
	uint8_t align, size;
} slots[BIT_TLV] = {
	{ 8, 8 },  { 1, 1 },  { 1, 1 },  { 2, 4 },  { 2, 2 }, { 1, 1 }, { 1, 1 },
	{ 2, 2 },  { 2, 2 },  { 2, 2 },  { 1, 1 },  { 1, 1 }, { 1, 1 }, { 1, 1 },
	{ 2, 2 },  { 2, 2 },  { 1, 1 },  { 1, 1 },  { 4, 8 }, { 1, 3 }, { 4, 8 },
	{ 2, 12 }, { 8, 12 }, { 2, 12 }, { 2, 12 }, { 2, 6 }, { 1, 1 }, { 2, 4 },
};

static const struct field_desc radiotap_fields[] = {
	{ "radiotap.version", "Version", 0, 8, FIELD_UINT },
	{ "radiotap.pad", "Pad", 8, 8, FIELD_UINT },
	{ "radiotap.length", "Header length", 16, 16, FIELD_UINT, FIELD_LE, .unit = "bytes" },
};

#define LIST   (FIELD_DESCRIBED | FIELD_LIST)
#define LITTLE (LIST | FIELD_LE)
#define BITS   (LIST | FIELD_OVERLAP)

enum { RT_WORD, RT_RATE, RT_UNKNOWN, RT_COUNT_PLAIN };

/* clang-format off */
/* Bits of little-endian numbers: bit i of the number is bit i / 8 * 8 + 7 - i % 8 of the bytes. */
#define RADIOTAP_FIELDS(X)                                                                         \
	X(0, "radiotap.mactime", "MAC time", 0, 64, FIELD_UINT, LITTLE, .unit = "us")              \
	X(1, "radiotap.flags", "Flags", 0, 8, FIELD_HEX, LIST)                                     \
	X(1, "radiotap.flags.shortgi", "Short guard interval", 0, 1, FIELD_FLAG, BITS)             \
	X(1, "radiotap.flags.badfcs", "Bad FCS", 1, 1, FIELD_FLAG, BITS)                           \
	X(1, "radiotap.flags.datapad", "Padded header", 2, 1, FIELD_FLAG, BITS)                    \
	X(1, "radiotap.flags.fcs", "FCS at end", 3, 1, FIELD_FLAG, BITS)                           \
	X(1, "radiotap.flags.frag", "Fragmentation", 4, 1, FIELD_FLAG, BITS)                       \
	X(1, "radiotap.flags.wep", "WEP", 5, 1, FIELD_FLAG, BITS)                                  \
	X(1, "radiotap.flags.preamble", "Short preamble", 6, 1, FIELD_FLAG, BITS)                  \
	X(1, "radiotap.flags.cfp", "Contention-free period", 7, 1, FIELD_FLAG, BITS)               \
	X(3, "radiotap.channel.freq", "Channel", 0, 16, FIELD_UINT, LITTLE, .unit = "MHz")         \
	X(3, "radiotap.channel.flags", "Channel flags", 16, 16, FIELD_HEX, LITTLE)                 \
	X(3, "radiotap.channel.flags.2ghz", "2 GHz", 16, 1, FIELD_FLAG, BITS)                      \
	X(3, "radiotap.channel.flags.ofdm", "OFDM", 17, 1, FIELD_FLAG, BITS)                       \
	X(3, "radiotap.channel.flags.cck", "CCK", 18, 1, FIELD_FLAG, BITS)                         \
	X(3, "radiotap.channel.flags.turbo", "Turbo", 19, 1, FIELD_FLAG, BITS)                     \
	X(3, "radiotap.channel.flags.900mhz", "900 MHz", 21, 1, FIELD_FLAG, BITS)                  \
	X(3, "radiotap.channel.flags.800mhz", "800 MHz", 22, 1, FIELD_FLAG, BITS)                  \
	X(3, "radiotap.channel.flags.700mhz", "700 MHz", 23, 1, FIELD_FLAG, BITS)                  \
	X(3, "radiotap.channel.flags.quarter", "Quarter rate", 24, 1, FIELD_FLAG, BITS)            \
	X(3, "radiotap.channel.flags.half", "Half rate", 25, 1, FIELD_FLAG, BITS)                  \
	X(3, "radiotap.channel.flags.sturbo", "Static turbo", 26, 1, FIELD_FLAG, BITS)             \
	X(3, "radiotap.channel.flags.gsm", "GSM", 27, 1, FIELD_FLAG, BITS)                         \
	X(3, "radiotap.channel.flags.gfsk", "GFSK", 28, 1, FIELD_FLAG, BITS)                       \
	X(3, "radiotap.channel.flags.dynamic", "Dynamic CCK-OFDM", 29, 1, FIELD_FLAG, BITS)        \
	X(3, "radiotap.channel.flags.passive", "Passive", 30, 1, FIELD_FLAG, BITS)                 \
	X(3, "radiotap.channel.flags.5ghz", "5 GHz", 31, 1, FIELD_FLAG, BITS)                      \
	X(4, "radiotap.fhss.hopset", "Hop set", 0, 8, FIELD_UINT, LIST)                            \
	X(4, "radiotap.fhss.pattern", "Hop pattern", 8, 8, FIELD_UINT, LIST)                       \
	X(5, "radiotap.dbm_antsignal", "Signal", 0, 8, FIELD_INT, LIST, .unit = "dBm")             \
	X(6, "radiotap.dbm_antnoise", "Noise", 0, 8, FIELD_INT, LIST, .unit = "dBm")               \
	X(7, "radiotap.quality", "Lock quality", 0, 16, FIELD_UINT, LITTLE)                        \
	X(8, "radiotap.txattenuation", "Transmit attenuation", 0, 16, FIELD_UINT, LITTLE)          \
	X(9, "radiotap.db_txattenuation", "Transmit attenuation", 0, 16, FIELD_UINT, LITTLE,       \
	  .unit = "dB")                                                                            \
	X(10, "radiotap.txpower", "Transmit power", 0, 8, FIELD_INT, LIST, .unit = "dBm")          \
	X(11, "radiotap.antenna", "Antenna", 0, 8, FIELD_UINT, LIST)                               \
	X(12, "radiotap.db_antsignal", "Signal", 0, 8, FIELD_UINT, LIST, .unit = "dB")             \
	X(13, "radiotap.db_antnoise", "Noise", 0, 8, FIELD_UINT, LIST, .unit = "dB")               \
	X(14, "radiotap.rxflags", "Receive flags", 0, 16, FIELD_HEX, LITTLE)                       \
	X(14, "radiotap.rxflags.badplcp", "Bad PLCP", 6, 1, FIELD_FLAG, BITS)                      \
	X(15, "radiotap.txflags", "Transmit flags", 0, 16, FIELD_HEX, LITTLE)                      \
	X(16, "radiotap.rts_retries", "RTS retries", 0, 8, FIELD_UINT, LIST)                       \
	X(17, "radiotap.data_retries", "Data retries", 0, 8, FIELD_UINT, LIST)                     \
	X(18, "radiotap.xchannel.flags", "Channel flags", 0, 32, FIELD_HEX, LITTLE)                \
	X(18, "radiotap.xchannel.freq", "Channel", 32, 16, FIELD_UINT, LITTLE, .unit = "MHz")      \
	X(18, "radiotap.xchannel.channel", "Channel number", 48, 8, FIELD_UINT, LIST)              \
	X(19, "radiotap.mcs.known", "Known MCS information", 0, 8, FIELD_HEX, LIST)                \
	X(19, "radiotap.mcs.bw", "Bandwidth", 14, 2, FIELD_ENUM, LIST, .names = mcs_bw_names)      \
	X(19, "radiotap.mcs.gi", "Guard interval", 13, 1, FIELD_ENUM, LIST, .names = gi_names)     \
	X(19, "radiotap.mcs.format", "Format", 12, 1, FIELD_ENUM, LIST, .names = format_names)     \
	X(19, "radiotap.mcs.fec", "FEC", 11, 1, FIELD_ENUM, LIST, .names = fec_names)              \
	X(19, "radiotap.mcs.stbc", "STBC streams", 9, 2, FIELD_UINT, LIST)                         \
	X(19, "radiotap.mcs.index", "MCS index", 16, 8, FIELD_UINT, LIST)                          \
	X(20, "radiotap.ampdu.reference", "A-MPDU reference", 0, 32, FIELD_UINT, LITTLE)           \
	X(20, "radiotap.ampdu.flags", "A-MPDU flags", 32, 16, FIELD_HEX, LITTLE)                   \
	X(20, "radiotap.ampdu.flags.lastknown", "Last subframe known", 36, 1, FIELD_FLAG, BITS)    \
	X(20, "radiotap.ampdu.flags.last", "Last subframe", 35, 1, FIELD_FLAG, BITS)               \
	X(20, "radiotap.ampdu.delim_crc", "Delimiter CRC", 48, 8, FIELD_HEX, LIST)                 \
	X(21, "radiotap.vht.known", "Known VHT information", 0, 16, FIELD_HEX, LITTLE)             \
	X(21, "radiotap.vht.flags", "VHT flags", 16, 8, FIELD_HEX, LIST)                           \
	X(21, "radiotap.vht.bw", "Bandwidth", 24, 8, FIELD_ENUM, LIST, .names = vht_bw_names)      \
	X(21, "radiotap.vht.mcs_nss", "MCS and streams of each user", 32, 32, FIELD_BYTES, LIST)   \
	X(21, "radiotap.vht.coding", "Coding", 64, 8, FIELD_HEX, LIST)                             \
	X(21, "radiotap.vht.gid", "Group id", 72, 8, FIELD_UINT, LIST)                             \
	X(21, "radiotap.vht.p_aid", "Partial AID", 80, 16, FIELD_UINT, LITTLE)                     \
	X(22, "radiotap.timestamp.ts", "Time stamp", 0, 64, FIELD_UINT, LITTLE)                    \
	X(22, "radiotap.timestamp.accuracy", "Its accuracy", 64, 16, FIELD_UINT, LITTLE)           \
	X(22, "radiotap.timestamp.unit_position", "Its unit and place", 80, 8, FIELD_HEX, LIST)    \
	X(22, "radiotap.timestamp.flags", "Its flags", 88, 8, FIELD_HEX, LIST)                     \
	X(23, "radiotap.he", "HE information", 0, 96, FIELD_BYTES, LIST)                           \
	X(24, "radiotap.he_mu", "HE-MU information", 0, 96, FIELD_BYTES, LIST)                     \
	X(25, "radiotap.he_mu_other", "HE-MU of other users", 0, 48, FIELD_BYTES, LIST)            \
	X(26, "radiotap.0-length-psdu.type", "Type of empty PSDU", 0, 8, FIELD_UINT, LIST)         \
	X(27, "radiotap.lsig", "L-SIG", 0, 32, FIELD_BYTES, LIST)
/* clang-format on */

static const struct name_map mcs_bw_names[] = {
	{ 0, "20 MHz" }, { 1, "40 MHz" }, { 2, "20 MHz lower" }, { 3, "20 MHz upper" }, { 0, NULL },
};
static const struct name_map gi_names[] = { { 0, "long" }, { 1, "short" }, { 0, NULL } };
static const struct name_map format_names[] = { { 0, "mixed" }, { 1, "greenfield" }, { 0, NULL } };
static const struct name_map fec_names[] = { { 0, "BCC" }, { 1, "LDPC" }, { 0, NULL } };
static const struct name_map vht_bw_names[] = {
	{ 0, "20 MHz" }, { 1, "40 MHz" }, { 4, "80 MHz" }, { 11, "160 MHz" }, { 0, NULL },
};

#define RADIOTAP_ROW(bit_nr, ...) { __VA_ARGS__ },
#define RADIOTAP_BIT(bit_nr, ...) bit_nr,

static const struct field_desc radiotap_described[] = {
	[RT_WORD] = { "radiotap.present.word", "Present fields", 0, 32, FIELD_HEX, LITTLE },
	[RT_RATE] = { "radiotap.datarate", "Data rate in Mbit/s", 0, 0, FIELD_TEXT, LIST },
	[RT_UNKNOWN] = { "radiotap.unparsed", "Fields of unknown kind", 0, 0, FIELD_BYTES, LIST },
	RADIOTAP_FIELDS(RADIOTAP_ROW)
};

/* Whose bit a described field is, in the order of the table. */
static const uint8_t radiotap_bits[] = { RADIOTAP_FIELDS(RADIOTAP_BIT) };

/* A walk over the fields of a header. */
struct walk {
	const uint8_t *hdr;
	size_t len, off; /* off: of the next field */
	unsigned word, nr_words, bit;
	bool lost; /* the rest is of unknown kind or runs out of the header */
};

static bool walk_begin(struct walk *w, const uint8_t *hdr, size_t len)
{
	*w = (struct walk){ .hdr = hdr, .len = len, .off = 4 };
	while (w->nr_words < WORDS_MAX && len - w->off >= 4) {
		w->off += 4;
		w->nr_words++;
		if (!(load_le32(hdr + w->off - 4) >> BIT_MORE))
			return true;
	}
	return false;
}

/* The next field: its bit and its bytes. False at the end, or where the rest cannot be followed. */
static bool walk_next(struct walk *w, unsigned *ret_bit, const uint8_t **ret)
{
	for (; w->word < w->nr_words; w->word++, w->bit = 0) {
		const uint32_t present = load_le32(w->hdr + 4 + 4 * w->word);

		for (; w->bit < BIT_TLV; w->bit++) {
			const struct slot *s = &slots[w->bit];
			const size_t off = align_up(w->off, s->align);

			if (!(present >> w->bit & 1))
				continue;
			if (off > w->len || s->size > w->len - off) {
				w->lost = true;
				return false;
			}
			w->off = off + s->size;
			*ret_bit = w->bit++;
			*ret = w->hdr + off;
			return true;
		}
		/* Without a change of name space the next word's bits are numbers 32 and up. */
		if (present >> BIT_TLV & 1 || (present >> BIT_RADIOTAP_NS & 7) == 4) {
			w->lost = true;
			return false;
		}
		if (present >> BIT_VENDOR_NS &
		    1) { /* OUI, name space, length of what follows: passed over whole */
			const size_t off = align_up(w->off, 2);

			if (off > w->len || w->len - off < 6) {
				w->lost = true;
				return false;
			}
			w->off = off + 6 + w->hdr[off + 4] + w->hdr[off + 5] * 256u;
			if (w->off > w->len) {
				w->lost = true;
				return false;
			}
			w->word++; /* the vendor's own word */
		}
	}
	return false;
}

static struct next radiotap_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, RADIOTAP_HDR), *field;
	struct walk w;
	unsigned bit;
	size_t len;

	if (unlikely(!p))
		return next_none();
	len = p[2] + p[3] * 256u;
	if (p[0] || len < RADIOTAP_HDR)
		return next_malformed(d, NOTE_BAD_HEADER_LEN);
	if (!cursor_take(c, len - RADIOTAP_HDR))
		return next_none();
	if (!walk_begin(&w, p, len))
		return next_malformed(d, NOTE_BAD_HEADER_LEN);
	while (walk_next(&w, &bit, &field) && bit <= BIT_FLAGS) {
		if (bit != BIT_FLAGS)
			continue;
		l->variant |= *field & FLAG_FCS ? WLAN_HAS_FCS : 0;
		l->variant |= *field & FLAG_DATA_PAD ? WLAN_HAS_PAD : 0;
		break;
	}
	return next_key(KEY_PROTO, PROTO_WLAN);
}

/* Units of 500 kbit/s. */
static void rate_text(uint8_t rate, struct strbuf *out)
{
	strbuf_uint(out, rate / 2);
	if (rate & 1)
		strbuf_puts(out, ".5");
}

/* MCS and VHT begin with bits that tell which of the parts behind them the driver filled in. */
static bool part_is_known(unsigned bit, const struct field_desc *fd, const uint8_t *field)
{
	static const struct {
		uint8_t bit, at;
		uint16_t mask;
	} parts[] = {
		{ BIT_MCS, 9, 0x20 },  { BIT_MCS, 11, 0x10 }, { BIT_MCS, 12, 0x08 },
		{ BIT_MCS, 13, 0x04 }, { BIT_MCS, 14, 0x01 }, { BIT_MCS, 16, 0x02 },
		{ BIT_VHT, 24, 0x40 }, { BIT_VHT, 72, 0x80 }, { BIT_VHT, 80, 0x100 },
	};
	const unsigned known = bit == BIT_VHT ? field[0] | field[1] << 8 : field[0];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(parts); i++)
		if (parts[i].bit == bit && parts[i].at == fd->bit)
			return known & parts[i].mask;
	return true;
}

static void radiotap_describe(const struct dissection *d, const struct layer *l,
			      struct field_out *o)
{
	const uint8_t *hdr = layer_bytes(d, l, 0, RADIOTAP_HDR), *field;
	unsigned bit, i;
	struct walk w;

	if (!hdr || !walk_begin(&w, hdr, l->hdr_len))
		return;
	for (i = 0; i < w.nr_words; i++)
		field_put_uint(o, &radiotap_described[RT_WORD], hdr + 4 + 4 * i, 4);
	while (walk_next(&w, &bit, &field)) {
		char text[16];
		struct strbuf s = strbuf_over(text, sizeof(text));

		if (bit == BIT_RATE) {
			rate_text(*field, &s);
			field_put_text(o, &radiotap_described[RT_RATE], text, s.len, field, 1);
		}
		for (i = 0; i < ARRAY_SIZE(radiotap_bits); i++)
			if (radiotap_bits[i] == bit &&
			    part_is_known(bit, &radiotap_described[RT_COUNT_PLAIN + i], field))
				field_put_table(o, &radiotap_described[RT_COUNT_PLAIN + i], 1, 0,
						field, slots[bit].size);
	}
	if (w.lost && w.off < l->hdr_len)
		field_put_bytes(o, &radiotap_described[RT_UNKNOWN], hdr + w.off,
				l->hdr_len - w.off);
}

/* "2412 MHz, 11 Mbit/s, -42 dBm": only in front of a frame that is the last layer itself. */
static void radiotap_line(const struct dissection *d, const struct layer *l,
			  const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *hdr = layer_bytes(d, l, 0, RADIOTAP_HDR), *field;
	const bool radio_only = l + 2 >= d->layers + d->nr_layers;
	const char *comma = " ";
	unsigned bit, seen = 0;
	struct walk w;

	if (!hdr || opt->quiet || !(opt->link_header || radio_only) ||
	    !walk_begin(&w, hdr, l->hdr_len))
		return;
	line_paint(opt, PAINT_PROTOCOL, "radio", out);
	while (walk_next(&w, &bit, &field)) {
		if (seen >> bit & 1 || (bit != BIT_CHANNEL && bit != BIT_RATE && bit != BIT_SIGNAL))
			continue;
		seen |= 1u << bit;
		strbuf_puts(out, comma);
		comma = ", ";
		if (bit == BIT_CHANNEL) {
			strbuf_uint(out, field[0] + field[1] * 256u);
			strbuf_puts(out, " MHz");
		} else if (bit == BIT_RATE) {
			rate_text(*field, out);
			strbuf_puts(out, " Mbit/s");
		} else {
			if (*field & 0x80)
				strbuf_putc(out, '-');
			strbuf_uint(out, *field & 0x80 ? 256u - *field : *field);
			strbuf_puts(out, " dBm");
		}
	}
}

const struct dissector radiotap_dissector = {
	.name = "radiotap",
	.title = "802.11 radiotap capture header",
	.id = PROTO_RADIOTAP,
	.layer_class = CLASS_LINK,
	.min_hdr_len = RADIOTAP_HDR,
	.fields = radiotap_fields,
	.nr_fields = ARRAY_SIZE(radiotap_fields),
	.described = radiotap_described,
	.nr_described = ARRAY_SIZE(radiotap_described),
	.keys = { { KEY_LINKTYPE, LINKTYPE_IEEE802_11_RADIOTAP } },
	.dissect = radiotap_dissect,
	.describe = radiotap_describe,
	.line = radiotap_line,
};
