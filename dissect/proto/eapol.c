/* dissect/proto/eapol.c -- EAP over LAN, IEEE 802.1X; key frames of RC4 and of IEEE 802.11i (RSN).
 */
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/proto/wlan.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum { EAPOL_HDR_LEN = 4, RC4_KEY_LEN = 44, RSN_KEY_LEN = 95 };

enum eapol_type { EAPOL_EAP = 0, EAPOL_START, EAPOL_LOGOFF, EAPOL_KEY, EAPOL_ALERT, EAPOL_MKA };

enum { KEY_RC4 = 1, KEY_RSN = 2, KEY_WPA = 254 };

/* Of the key information, IEEE 802.11-2016 12.7.2. */
enum {
	INFO_PAIRWISE = 1 << 3,
	INFO_INSTALL = 1 << 6,
	INFO_ACK = 1 << 7,
	INFO_SECURE = 1 << 9,
};

static const struct name_map type_names[] = {
	{ EAPOL_EAP, "EAP packet" },
	{ EAPOL_START, "Start" },
	{ EAPOL_LOGOFF, "Logoff" },
	{ EAPOL_KEY, "Key" },
	{ EAPOL_ALERT, "ASF alert" },
	{ EAPOL_MKA, "MACsec key agreement" },
	{ 0, NULL },
};

static const struct name_map version_names[] = {
	{ 1, "802.1X-2001" },
	{ 2, "802.1X-2004" },
	{ 3, "802.1X-2010" },
	{ 0, NULL },
};

static const struct name_map descriptor_names[] = {
	{ KEY_RC4, "RC4" },
	{ KEY_RSN, "RSN" },
	{ KEY_WPA, "WPA" },
	{ 0, NULL },
};

static const struct name_map cipher_names[] = {
	{ 0, "by key management" },
	{ 1, "RC4, HMAC-MD5" },
	{ 2, "AES, HMAC-SHA1" },
	{ 3, "AES, AES-128-CMAC" },
	{ 0, NULL },
};

static const struct field_desc eapol_fields[] = {
	{ "eapol.version", "Version", 0, 8, FIELD_ENUM, .names = version_names },
	{ "eapol.type", "Type", 8, 8, FIELD_ENUM, .names = type_names },
	{ "eapol.len", "Length", 16, 16, FIELD_UINT },
};

#define INFO(name, label, bit)                                                      \
	{                                                                           \
		"wlan_rsna_eapol.keydes.key_info." name, label, bit, 1, FIELD_FLAG, \
			FIELD_DESCRIBED | FIELD_OVERLAP, .variants = RSN_SHAPE      \
	}
#define NUMBER(name, label, bit, bits, shape)                                          \
	{                                                                              \
		name, label, bit, bits, FIELD_UINT, FIELD_DESCRIBED, .variants = shape \
	}
#define BYTES(name, label, bit, bits, shape)                                            \
	{                                                                               \
		name, label, bit, bits, FIELD_BYTES, FIELD_DESCRIBED, .variants = shape \
	}

enum { RC4_SHAPE = 1 << 0, RSN_SHAPE = 1 << 1 };

/* What both descriptors have is in one row each: its place differs, so describe() puts it. */
enum {
	F_DESCRIPTOR,
	F_KEY_LEN,
	F_REPLAY,
	F_IV,
	F_TABLE,
	F_TABLE_LAST = F_TABLE + 20,
	F_MESSAGE,
	F_DATA,
	F_KEY,
	F_BODY,
	F_OTHER,
};

/* Bits count from the descriptor's type on. */
static const struct field_desc eapol_described[] = {
	[F_DESCRIPTOR] = { "eapol.keydes.type", "Descriptor", 0, 0, FIELD_ENUM, FIELD_DESCRIBED,
			   .names = descriptor_names },
	[F_KEY_LEN] = NUMBER("eapol.keydes.key_len", "Key length", 0, 0, 0),
	[F_REPLAY] = NUMBER("eapol.keydes.replay_counter", "Replay counter", 0, 0, 0),
	[F_IV] = BYTES("eapol.keydes.key_iv", "Key IV", 0, 0, 0),
	[F_TABLE] = { "eapol.keydes.key_index", "Key index", 216, 8, FIELD_HEX, FIELD_DESCRIBED,
		      .variants = RC4_SHAPE },
	{ "eapol.keydes.key_index.type", "Unicast", 216, 1, FIELD_FLAG,
	  FIELD_DESCRIBED | FIELD_OVERLAP, .variants = RC4_SHAPE },
	NUMBER("eapol.keydes.key_index.number", "Number", 217, 7, RC4_SHAPE),
	BYTES("eapol.keydes.key_signature", "Signature", 224, 128, RC4_SHAPE),
	{ "wlan_rsna_eapol.keydes.key_info", "Key information", 8, 16, FIELD_HEX, FIELD_DESCRIBED,
	  .variants = RSN_SHAPE },
	{ "wlan_rsna_eapol.keydes.key_info.keydes_version", "Cipher", 21, 3, FIELD_ENUM,
	  FIELD_DESCRIBED, .variants = RSN_SHAPE, .names = cipher_names },
	INFO("key_type", "Pairwise", 20),
	NUMBER("wlan_rsna_eapol.keydes.key_info.key_index", "Key index", 18, 2, RSN_SHAPE),
	INFO("install", "Install", 17),
	INFO("key_ack", "Acknowledge", 16),
	INFO("key_mic", "MIC", 15),
	INFO("secure", "Secure", 14),
	INFO("error", "Error", 13),
	INFO("request", "Request", 12),
	INFO("encrypted_key_data", "Key data encrypted", 11),
	INFO("smk_message", "SMK message", 10),
	BYTES("wlan_rsna_eapol.keydes.nonce", "Nonce", 104, 256, RSN_SHAPE),
	BYTES("wlan_rsna_eapol.keydes.rsc", "Receive sequence counter", 488, 64, RSN_SHAPE),
	BYTES("wlan_rsna_eapol.keydes.id", "Key id", 552, 64, RSN_SHAPE),
	BYTES("wlan_rsna_eapol.keydes.mic", "MIC", 616, 128, RSN_SHAPE),
	NUMBER("wlan_rsna_eapol.keydes.data_len", "Data length", 744, 16, RSN_SHAPE),
	[F_MESSAGE] = NUMBER("wlan_rsna_eapol.keydes.msgnr", "Message of the handshake", 0, 0, 0),
	[F_DATA] = BYTES("wlan_rsna_eapol.keydes.data", "Key data", 0, 0, 0),
	[F_KEY] = BYTES("eapol.keydes.key", "Key", 0, 0, 0),
	[F_BODY] = BYTES("eapol.keydes.body", "Body", 0, 0, 0),
	[F_OTHER] = BYTES("eapol.body", "Body", 0, 0, 0),
};

static struct next eapol_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, EAPOL_HDR_LEN);

	if (unlikely(!p))
		return next_none();
	dissect_limit(d, c, load_be16(p + 2));
	if (p[1] == EAPOL_EAP)
		return next_key(KEY_PROTO, PROTO_EAP);
	dissect_take_rest(d, c);
	return next_none();
}

/* The key frame of a handshake: one to four, or one and two for a group's key. */
static unsigned message_number(const uint8_t *p)
{
	const uint16_t info = load_be16(p + 1);

	if (!(info & INFO_PAIRWISE))
		return info & INFO_ACK ? 1 : 2;
	if (info & INFO_ACK)
		return info & INFO_INSTALL ? 3 : 1;
	/* WPA of 2002 does not set the secure bit: its last message has no data. */
	return info & INFO_SECURE || !load_be16(p + RSN_KEY_LEN - 2) ? 4 : 2;
}

static void describe_rsn(const uint8_t *p, size_t n, struct field_out *o)
{
	const size_t data_len = MIN_OF((size_t)load_be16(p + RSN_KEY_LEN - 2), n - RSN_KEY_LEN);

	field_put_num(o, &eapol_described[F_MESSAGE], message_number(p), p + 1, 2);
	field_put_uint(o, &eapol_described[F_KEY_LEN], p + 3, 2);
	field_put_uint(o, &eapol_described[F_REPLAY], p + 5, 8);
	field_put_bytes(o, &eapol_described[F_IV], p + 45, 16);
	field_put_table(o, &eapol_described[F_TABLE], F_TABLE_LAST - F_TABLE + 1, RSN_SHAPE, p, n);
	if (data_len)
		field_put_bytes(o, &eapol_described[F_DATA], p + RSN_KEY_LEN, data_len);
}

static void describe_rc4(const uint8_t *p, size_t n, struct field_out *o)
{
	field_put_uint(o, &eapol_described[F_KEY_LEN], p + 1, 2);
	field_put_uint(o, &eapol_described[F_REPLAY], p + 3, 8);
	field_put_bytes(o, &eapol_described[F_IV], p + 11, 16);
	field_put_table(o, &eapol_described[F_TABLE], F_TABLE_LAST - F_TABLE + 1, RC4_SHAPE, p, n);
	if (n > RC4_KEY_LEN)
		field_put_bytes(o, &eapol_described[F_KEY], p + RC4_KEY_LEN, n - RC4_KEY_LEN);
}

static void eapol_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const struct cursor c = layer_cursor(d, l, EAPOL_HDR_LEN);
	const uint8_t *hdr = layer_bytes(d, l, 0, EAPOL_HDR_LEN);
	const size_t n = cursor_left(&c);
	const uint8_t *p = c.pos;

	if (!hdr || !n)
		return;
	if (hdr[1] != EAPOL_KEY) {
		field_put_bytes(o, &eapol_described[F_OTHER], p, n);
		return;
	}
	field_put_uint(o, &eapol_described[F_DESCRIPTOR], p, 1);
	if ((p[0] == KEY_RSN || p[0] == KEY_WPA) && n >= RSN_KEY_LEN)
		describe_rsn(p, n, o);
	else if (p[0] == KEY_RC4 && n >= RC4_KEY_LEN)
		describe_rc4(p, n, o);
	else if (n > 1)
		field_put_bytes(o, &eapol_described[F_BODY], p + 1, n - 1);
}

static void line_key(const uint8_t *p, struct strbuf *out)
{
	const char *name = name_find(descriptor_names, p[0]);

	strbuf_printf(out, " %s", name ? name : "unknown descriptor");
	if (p[0] == KEY_RC4)
		return;
	strbuf_printf(out, " %s message %u of %u",
		      load_be16(p + 1) & INFO_PAIRWISE ? "pairwise" : "group", message_number(p),
		      load_be16(p + 1) & INFO_PAIRWISE ? 4 : 2);
	strbuf_puts(out, " replay ");
	strbuf_uint(out, load_be64(p + 5));
}

/* Who talks to whom: nothing above says so, and without -e the link does not either. */
static bool line_ends(const struct dissection *d, const struct layer *l, struct strbuf *out)
{
	const struct layer *link = l;
	const uint8_t *p;

	while (link > d->layers && link->proto != PROTO_ETH && link->proto != PROTO_WLAN)
		link--;
	p = layer_bytes(d, link, 0, link->hdr_len);
	if (link->proto == PROTO_WLAN) {
		wlan_line_addresses(p, link->variant, out);
	} else if (link->proto == PROTO_ETH) {
		text_mac(p + 6, out);
		strbuf_puts(out, " > ");
		text_mac(p, out);
	}
	return link->proto == PROTO_WLAN || link->proto == PROTO_ETH;
}

static void eapol_line(const struct dissection *d, const struct layer *l,
		       const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, EAPOL_HDR_LEN);
	const uint8_t *key = layer_bytes(d, l, EAPOL_HDR_LEN, RSN_KEY_LEN);
	const bool ends = !opt->link_header && line_ends(d, l, out);
	const char *name;

	if (p && p[1] == EAPOL_EAP && !layer_is_last(d, l))
		return; /* EAP goes on */
	if (ends)
		strbuf_puts(out, ": ");
	line_paint(opt, PAINT_PROTOCOL, "EAPOL", out);
	if (!p)
		return;
	name = name_find(type_names, p[1]);
	strbuf_printf(out, " v%u ", p[0]);
	if (name)
		strbuf_puts(out, name);
	else
		strbuf_printf(out, "type %u", p[1]);
	if (p[1] == EAPOL_KEY && key && name_find(descriptor_names, *key))
		line_key(key, out);
}

const struct dissector eapol_dissector = {
	.name = "eapol",
	.title = "802.1X authentication",
	.id = PROTO_EAPOL,
	.layer_class = CLASS_LINK,
	.min_hdr_len = EAPOL_HDR_LEN,
	.fields = eapol_fields,
	.nr_fields = ARRAY_SIZE(eapol_fields),
	.described = eapol_described,
	.nr_described = ARRAY_SIZE(eapol_described),
	.keys = { { KEY_ETHERTYPE, 0x888e }, { KEY_ETHERTYPE, 0x88c7 } },
	.dissect = eapol_dissect,
	.describe = eapol_describe,
	.line = eapol_line,
};
