/*
 * dissect/proto/wlan_element.c -- bodies of 802.11 management frames, IEEE 802.11-2020 9.3.3: fixed
 * parameters, then information elements (9.4.2).
 */
#include "dissect/proto/wlan.h"
#include "dissect/text.h"

enum {
	TAG_SSID = 0,
	TAG_RATES = 1,
	TAG_DS = 3,
	TAG_TIM = 5,
	TAG_COUNTRY = 7,
	TAG_LOAD = 11,
	TAG_CHALLENGE = 16,
	TAG_POWER = 32,
	TAG_CSA = 37,
	TAG_ERP = 42,
	TAG_ERP_OLD = 47, /* of drafts of 802.11g; still sent */
	TAG_HT = 45,
	TAG_RSN = 48,
	TAG_MORE_RATES = 50,
	TAG_MOBILITY = 54,
	TAG_HT_OPERATION = 61,
	TAG_VHT = 191,
	TAG_VHT_OPERATION = 192,
	TAG_VENDOR = 221,
	OUI_MICROSOFT = 0x0050f2,
	TYPE_WPA = 1,
	TYPE_WMM = 2,
	SUITES_MAX = 32, /* ciphers or key managements of one element */
	AUTH_SHARED_KEY = 1,
};

static const struct field_desc *const fields = wlan_described;

/* A fixed parameter: fields of the table over `len` bytes. */
struct fixed {
	uint8_t len, first, nr;
};

enum { CAP_FIELDS = WLANF_CAP_EPD - WLANF_CAPABILITIES + 1, FIXED_MAX = 4 };

#define FIXED_CAPABILITIES                        \
	{                                         \
		2, WLANF_CAPABILITIES, CAP_FIELDS \
	}
#define FIXED_RESPONSE                                      \
	{                                                   \
		FIXED_CAPABILITIES, { 2, WLANF_STATUS, 1 }, \
		{                                           \
			2, 0, 0                             \
		}                                           \
	}
#define FIXED_BEACON                                                                    \
	{                                                                               \
		{ 8, WLANF_TIMESTAMP, 1 }, { 2, WLANF_INTERVAL, 1 }, FIXED_CAPABILITIES \
	}
#define FIXED_REASON                       \
	{                                  \
		{                          \
			2, WLANF_REASON, 1 \
		}                          \
	}
#define FIXED_ACTION                       \
	{                                  \
		{ 1, WLANF_CATEGORY, 1 },  \
		{                          \
			1, WLANF_ACTION, 1 \
		}                          \
	}

/* By subtype; ends with length 0. The association id, a field of 0, is made smaller by hand. */
static const struct fixed fixed_parts[16][FIXED_MAX] = {
	[WLAN_ASSOC_REQUEST] = { FIXED_CAPABILITIES, { 2, WLANF_LISTEN, 1 } },
	[WLAN_ASSOC_RESPONSE] = FIXED_RESPONSE,
	[WLAN_REASSOC_REQUEST] = { FIXED_CAPABILITIES,
				   { 2, WLANF_LISTEN, 1 },
				   { 6, WLANF_CURRENT_AP, 1 } },
	[WLAN_REASSOC_RESPONSE] = FIXED_RESPONSE,
	[WLAN_PROBE_RESPONSE] = FIXED_BEACON,
	[WLAN_BEACON] = FIXED_BEACON,
	[WLAN_DISASSOC] = FIXED_REASON,
	[WLAN_AUTH] = { { 2, WLANF_AUTH, 1 }, { 2, WLANF_AUTH_SEQ, 1 }, { 2, WLANF_STATUS, 1 } },
	[WLAN_DEAUTH] = FIXED_REASON,
	[WLAN_ACTION] = FIXED_ACTION,
	[WLAN_ACTION_NO_ACK] = FIXED_ACTION,
};

static unsigned le16(const uint8_t *p)
{
	return p[0] | (unsigned)p[1] << 8;
}

/* Passes over the fixed part, and shows it if there is where to. False where it is cut. */
static bool take_fixed(unsigned subtype, struct cursor *c, struct field_out *o)
{
	const struct fixed *part = fixed_parts[subtype & 15];
	unsigned i;

	for (i = 0; i < FIXED_MAX && part[i].len; i++) {
		const uint8_t *p = cursor_take(c, part[i].len);

		if (!p)
			return false;
		if (!o)
			continue;
		if (part[i].nr)
			field_put_table(o, &fields[part[i].first], part[i].nr, 0, p, part[i].len);
		else
			field_put_num(o, &fields[WLANF_AID], le16(p) & 0x3fff, p, 2);
	}
	return true;
}

struct element {
	const uint8_t *start, *data;
	uint8_t tag, len; /* of data */
};

static bool element_next(struct cursor *c, struct element *ret)
{
	if (!cursor_left(c))
		return false;
	ret->start = c->pos;
	ret->tag = cursor_u8(c);
	ret->len = cursor_u8(c);
	ret->data = cursor_take(c, ret->len);
	return ret->data && !c->failed;
}

static void put_series(unsigned field, const struct element *e, struct field_out *o)
{
	size_t i;

	for (i = 0; i < e->len; i++)
		field_put_uint(o, &fields[field], e->data + i, 1);
}

static void put_suite(unsigned field, const uint8_t *p, struct field_out *o)
{
	field_put_num(o, &fields[field], load_be24(p), p, 3);
	field_put_uint(o, &fields[field + 1], p + 3, 1);
}

/* A count and as many suites; three fields in the table from `field` on. */
static bool put_suites(struct cursor *c, unsigned field, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 2);
	unsigned left;

	if (!p)
		return false;
	field_put_uint(o, &fields[field], p, 2);
	for (left = MIN_OF(le16(p), (unsigned)SUITES_MAX); left; left--) {
		p = cursor_take(c, 4);
		if (!p)
			return false;
		put_suite(field + 1, p, o);
	}
	return true;
}

/* 9.4.2.24: each part may be left out together with all that follow it. */
static void put_security(const uint8_t *data, size_t n, unsigned first, struct field_out *o)
{
	struct cursor c = cursor_over(data, n, false);
	const uint8_t *p = cursor_take(&c, 2);
	unsigned left;

	if (!p)
		return;
	field_put_uint(o, &fields[first], p, 2);
	p = cursor_take(&c, 4);
	if (!p)
		return;
	put_suite(first + 1, p, o);
	if (!put_suites(&c, first + 3, o) || !put_suites(&c, first + 6, o) ||
	    first != WLANF_RSN_VERSION)
		return;
	p = cursor_take(&c, 2);
	if (!p)
		return;
	field_put_table(o, &fields[WLANF_RSN_CAP], WLANF_RSN_MFPR - WLANF_RSN_CAP + 1, 0, p, 2);
	p = cursor_take(&c, 2);
	if (!p)
		return;
	field_put_uint(o, &fields[WLANF_RSN_PMKID_NR], p, 2);
	for (left = MIN_OF(le16(p), (unsigned)SUITES_MAX); left; left--) {
		p = cursor_take(&c, 16);
		if (!p)
			return;
		field_put_bytes(o, &fields[WLANF_RSN_PMKID], p, 16);
	}
	p = cursor_take(&c, 4);
	if (p)
		put_suite(WLANF_RSN_MGMT_OUI, p, o);
}

static void put_country(const struct element *e, struct field_out *o)
{
	size_t off;

	if (e->len < 3)
		return;
	field_put_bytes(o, &fields[WLANF_COUNTRY], e->data, 2);
	field_put_uint(o, &fields[WLANF_COUNTRY_ENV], e->data + 2, 1);
	for (off = 3; off + 3 <= e->len; off += 3)
		field_put_table(o, &fields[WLANF_COUNTRY_FIRST], 3, 0, e->data + off, 3);
}

static void put_vendor(const struct element *e, struct field_out *o)
{
	const uint8_t *p = e->data;

	if (e->len < 4) {
		if (e->len)
			field_put_bytes(o, &fields[WLANF_TAG_DATA], p, e->len);
		return;
	}
	field_put_num(o, &fields[WLANF_TAG_OUI], load_be24(p), p, 3);
	field_put_uint(o, &fields[WLANF_TAG_VENDOR_TYPE], p + 3, 1);
	if (load_be24(p) != OUI_MICROSOFT) {
		if (e->len > 4)
			field_put_bytes(o, &fields[WLANF_TAG_VENDOR_DATA], p + 3, e->len - 3u);
		return;
	}
	field_put_uint(o, &fields[WLANF_WFA_TYPE], p + 3, 1);
	if (p[3] == TYPE_WPA) {
		put_security(p + 4, e->len - 4u, WLANF_WPA_VERSION, o);
	} else if (p[3] == TYPE_WMM && e->len >= 6) {
		field_put_uint(o, &fields[WLANF_WME_SUBTYPE], p + 4, 1);
		field_put_uint(o, &fields[WLANF_WME_VERSION], p + 5, 1);
	} else if (e->len > 4) {
		field_put_bytes(o, &fields[WLANF_TAG_VENDOR_DATA], p + 4, e->len - 4u);
	}
}

/* Elements of fixed shape: fields first to last of the table, at least `min` bytes. */
static const struct shape {
	uint8_t tag, min, first, last;
} shapes[] = {
	{ TAG_DS, 1, WLANF_CHANNEL, WLANF_CHANNEL },
	{ TAG_TIM, 3, WLANF_TIM_COUNT, WLANF_TIM_OFFSET },
	{ TAG_LOAD, 5, WLANF_LOAD_STATIONS, WLANF_LOAD_ADMISSION },
	{ TAG_POWER, 1, WLANF_POWER, WLANF_POWER },
	{ TAG_CSA, 3, WLANF_CSA_MODE, WLANF_CSA_COUNT },
	{ TAG_ERP, 1, WLANF_ERP, WLANF_ERP_BARKER },
	{ TAG_ERP_OLD, 1, WLANF_ERP, WLANF_ERP_BARKER },
	{ TAG_MOBILITY, 3, WLANF_MDID, WLANF_MD_FT },
	{ TAG_HT, 3, WLANF_HT_CAP, WLANF_HT_AMPDU },
	{ TAG_HT_OPERATION, 2, WLANF_HT_PRIMARY, WLANF_HT_CHANWIDTH },
	{ TAG_VHT, 12, WLANF_VHT_CAP, WLANF_VHT_TX },
	{ TAG_VHT_OPERATION, 5, WLANF_VHT_WIDTH, WLANF_VHT_BASIC },
};

static void put_shaped(const struct element *e, struct field_out *o)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(shapes); i++) {
		const struct shape *s = &shapes[i];

		if (s->tag != e->tag || e->len < s->min)
			continue;
		if (s->first == s->last)
			field_put_uint(o, &fields[s->first], e->data, 1);
		else
			field_put_table(o, &fields[s->first], s->last - s->first + 1u, 0, e->data,
					e->len);
		if (e->tag == TAG_HT_OPERATION)
			field_put_num(o, &fields[WLANF_HT_SECONDARY], e->data[1] & 3, e->data + 1,
				      1);
		if (e->tag == TAG_TIM && e->len > 3)
			field_put_bytes(o, &fields[WLANF_TIM_BITMAP], e->data + 3, e->len - 3u);
		return;
	}
	if (e->len)
		field_put_bytes(o, &fields[WLANF_TAG_DATA], e->data, e->len);
}

static void element_describe(const struct element *e, struct field_out *o)
{
	switch (e->tag) {
	case TAG_SSID:
		field_put_bytes(o, &fields[WLANF_SSID], e->data, e->len);
		break;
	case TAG_RATES:
		put_series(WLANF_RATES, e, o);
		break;
	case TAG_MORE_RATES:
		put_series(WLANF_MORE_RATES, e, o);
		break;
	case TAG_COUNTRY:
		put_country(e, o);
		break;
	case TAG_CHALLENGE:
		field_put_bytes(o, &fields[WLANF_CHALLENGE], e->data, e->len);
		break;
	case TAG_RSN:
		put_security(e->data, e->len, WLANF_RSN_VERSION, o);
		break;
	case TAG_VENDOR:
		put_vendor(e, o);
		break;
	default:
		put_shaped(e, o);
		break;
	}
}

/* "SSID: name" for the heading; other elements have their name alone. */
static void element_title(const struct element *e, struct strbuf *out)
{
	const char *name = name_find(fields[WLANF_TAG_NUMBER].names, e->tag);

	if (name) {
		strbuf_puts(out, name);
	} else {
		strbuf_puts(out, "Tag ");
		strbuf_uint(out, e->tag);
	}
	if (e->tag == TAG_SSID) {
		strbuf_puts(out, ": ");
		text_printable(e->data, e->len, 32, out);
	}
}

/* Between an authentication's fixed part and its elements SAE has a variable one of its own. */
static bool has_elements(unsigned subtype, const uint8_t *body)
{
	if (subtype == WLAN_ACTION || subtype == WLAN_ACTION_NO_ACK)
		return false;
	return subtype != WLAN_AUTH || le16(body) <= AUTH_SHARED_KEY;
}

/* The last element claims more than the n bytes that are here of it. */
static void describe_cut(const uint8_t *p, size_t n, struct field_out *o)
{
	if (n >= 2) {
		field_put_uint(o, &fields[WLANF_TAG_NUMBER], p, 1);
		field_put_uint(o, &fields[WLANF_TAG_LENGTH], p + 1, 1);
	}
	field_put_bytes(o, &fields[WLANF_TAG_BAD], p, n);
}

void wlan_management_describe(unsigned subtype, const uint8_t *p, size_t n, struct field_out *o)
{
	struct cursor c = cursor_over(p, n, false);
	struct element e;

	if (!take_fixed(subtype, &c, o) || !cursor_left(&c))
		return;
	if (!has_elements(subtype, p)) {
		field_put_bytes(o, &fields[WLANF_ACTION_DATA], c.pos, cursor_left(&c));
		return;
	}
	while (element_next(&c, &e)) {
		char text[64];
		struct strbuf s = strbuf_over(text, sizeof(text));

		element_title(&e, &s);
		field_put_group(o, &fields[WLANF_TAG], text, e.start, e.len + 2u);
		field_put_uint(o, &fields[WLANF_TAG_NUMBER], e.start, 1);
		field_put_uint(o, &fields[WLANF_TAG_LENGTH], e.start + 1, 1);
		element_describe(&e, o);
	}
	if (c.failed)
		describe_cut(e.start, (size_t)(c.end - e.start), o);
}

/* " WPA2 PSK CCMP": the first key management and the first pairwise cipher. */
static void line_security(const char *title, const uint8_t *data, size_t n, struct strbuf *out)
{
	struct cursor c = cursor_over(data, n, false);
	const uint8_t *pair, *akm;
	const char *name;
	unsigned pairs;

	cursor_skip(&c, 6);
	pair = cursor_take(&c, 2);
	pairs = pair ? le16(pair) : 0;
	pair = cursor_take(&c, pairs * (size_t)4);
	cursor_skip(&c, 2);
	akm = cursor_take(&c, 4);
	strbuf_puts(out, ", ");
	strbuf_puts(out, title);
	if (!akm || !pairs || !pair)
		return;
	name = name_find(wlan_akm_names, akm[3]);
	strbuf_putc(out, ' ');
	strbuf_puts(out, name ? name : "?");
	name = name_find(wlan_cipher_names, pair[3]);
	strbuf_putc(out, ' ');
	strbuf_puts(out, name ? name : "?");
}

static void line_element(const struct element *e, struct strbuf *out)
{
	switch (e->tag) {
	case TAG_SSID:
		strbuf_puts(out, " \"");
		text_printable(e->data, e->len, 32, out);
		strbuf_putc(out, '"');
		break;
	case TAG_DS:
		if (!e->len)
			break;
		strbuf_puts(out, ", channel ");
		strbuf_uint(out, e->data[0]);
		break;
	case TAG_RSN:
		line_security("RSN", e->data, e->len, out);
		break;
	case TAG_VENDOR:
		if (e->len >= 4 && load_be24(e->data) == OUI_MICROSOFT && e->data[3] == TYPE_WPA)
			line_security("WPA", e->data + 4, e->len - 4u, out);
		break;
	default:
		break;
	}
}

static void line_code(const char *word, const struct name_map *names, unsigned code,
		      struct strbuf *out)
{
	const char *name = name_find(names, code);

	strbuf_puts(out, word);
	strbuf_uint(out, code);
	if (name) {
		strbuf_puts(out, " (");
		strbuf_puts(out, name);
		strbuf_putc(out, ')');
	}
}

static void line_authentication(const uint8_t *p, struct strbuf *out)
{
	const char *name = name_find(wlan_auth_names, le16(p));

	strbuf_puts(out, ", ");
	strbuf_puts(out, name ? name : "unknown algorithm");
	strbuf_puts(out, ", step ");
	strbuf_uint(out, le16(p + 2));
	if (le16(p + 4))
		line_code(", status ", wlan_status_names, le16(p + 4), out);
}

void wlan_management_line(unsigned subtype, const uint8_t *p, size_t n, struct strbuf *out)
{
	struct cursor c = cursor_over(p, n, false);
	struct element e;

	if (!take_fixed(subtype, &c, NULL))
		return;
	switch (subtype) {
	case WLAN_DISASSOC:
	case WLAN_DEAUTH:
		line_code(", reason ", wlan_reason_names, le16(p), out);
		return;
	case WLAN_AUTH:
		line_authentication(p, out);
		return;
	case WLAN_ASSOC_RESPONSE:
	case WLAN_REASSOC_RESPONSE:
		line_code(", status ", wlan_status_names, le16(p + 2), out);
		return;
	case WLAN_ACTION:
	case WLAN_ACTION_NO_ACK:
		line_code(", category ", wlan_category_names, p[0], out);
		return;
	default:
		break;
	}
	while (element_next(&c, &e))
		line_element(&e, out);
}
