/*
 * dissect/craft/options.c -- headers of no fixed size: TCP's options (RFC 9293, RFC 7323), a DNS
 * question (RFC 1035), GRE with a key (RFC 2890).
 */
#include <string.h>

#include "dissect/craft/craft_internal.h"

/* The first fields of each table in protos.c. */
enum { TCP_MSS, TCP_SACK, TCP_TSVAL, TCP_TSECR, TCP_WSCALE };
enum { DNS_NAME, DNS_TYPE, DNS_CLASS };
enum { GRE_KEY };

enum {
	TCP_LEN = 20,
	TCP_OPTION_NOP = 1,
	DNS_LEN = 12,
	DNS_LABEL_MAX = 63,
	DNS_NAME_MAX = 255, /* in the message */
	GRE_HAS_KEY = 0x20,
};

static bool given(const struct craft_layer *l, unsigned field)
{
	return l->values[field].nr > 0;
}

/* sack=0 is as if it were not there. */
static bool wants_sack(const struct craft_layer *l)
{
	return given(l, TCP_SACK) && l->values[TCP_SACK].pieces[0].base;
}

/* In the order of Linux, so that numbers lie at even offsets: MSS, SACK permitted, time stamps, a
 * filler and the window's scale; at most 20 bytes. */
int craft_layout_tcp(struct compiling *c, struct craft_layer *l)
{
	uint32_t at = TCP_LEN;

	if (given(l, TCP_SACK) && l->values[TCP_SACK].total > 1)
		return craft_error(c, l->values[TCP_SACK].from->all, "sack is 0 or 1");
	if (given(l, TCP_MSS)) {
		l->at[TCP_MSS] = (int)at + 2;
		at += 4;
	}
	if (given(l, TCP_TSVAL) || given(l, TCP_TSECR)) {
		at += 2; /* SACK permitted, or fillers */
		l->at[TCP_TSVAL] = (int)at + 2;
		l->at[TCP_TSECR] = (int)at + 6;
		at += 10;
	} else if (wants_sack(l)) {
		at += 4;
	}
	if (given(l, TCP_WSCALE)) {
		l->at[TCP_WSCALE] = (int)at + 3;
		at += 4;
	}
	l->len = at;
	return 0;
}

void craft_write_tcp(const struct craft_layer *l, uint8_t *p)
{
	static const uint8_t mss[] = { 2, 4 }, sack[] = { 4, 2 }, ts[] = { 8, 10 };
	static const uint8_t wscale[] = { TCP_OPTION_NOP, 3, 3 };
	uint8_t *option = p + TCP_LEN;

	memset(option, TCP_OPTION_NOP, l->len - TCP_LEN);
	if (l->at[TCP_MSS] >= 0) {
		memcpy(option, mss, sizeof(mss));
		memset(option + 2, 0, 2);
		option += 4;
	}
	if (wants_sack(l))
		memcpy(option, sack, sizeof(sack));
	if (l->at[TCP_TSVAL] >= 0) {
		memcpy(p + l->at[TCP_TSVAL] - 2, ts, sizeof(ts));
		memset(p + l->at[TCP_TSVAL], 0, 8);
	}
	if (l->at[TCP_WSCALE] >= 0) {
		memcpy(p + l->at[TCP_WSCALE] - 3, wscale, sizeof(wscale));
		p[l->at[TCP_WSCALE]] = 0;
	}
}

/* ---- DNS ---- */

/* The text of the name, without the dot at its end. */
static void dns_text(const struct compiling *c, const struct values *v, const uint8_t **ret,
		     size_t *ret_len)
{
	static const char by_default[] = "example.org";

	*ret = (const uint8_t *)by_default;
	*ret_len = sizeof(by_default) - 1;
	if (v->from) {
		const struct span word = v->from->items->first;

		*ret = v->bytes ? v->bytes : (const uint8_t *)c->text + word.begin;
		*ret_len = v->bytes ? v->len : word.end - word.begin;
	}
	if (*ret_len && (*ret)[*ret_len - 1] == '.')
		--*ret_len;
}

/* Labels with their lengths, into memory of the compilation's. */
static int dns_encode(struct compiling *c, struct values *v, const uint8_t *text, size_t len)
{
	const struct span at = v->from ? v->from->all : (struct span){ 0, 0 };
	uint8_t *out = arena_alloc(c->arena, len + 2);
	size_t label = 0, i;

	if (!out)
		return craft_no_memory(c);
	for (i = 0; i < len; i++) {
		if (text[i] == '.') {
			if (label == i)
				return craft_error(c, at, "a part of the name is empty");
			out[label] = (uint8_t)(i - label);
			label = i + 1;
		} else {
			out[i + 1] = text[i];
		}
		if (i - label >= DNS_LABEL_MAX && text[i] != '.')
			return craft_error(c, at, "a part of the name is longer than %d bytes",
					   DNS_LABEL_MAX);
	}
	if (len && label == len)
		return craft_error(c, at, "a part of the name is empty");
	if (len)
		out[label] = (uint8_t)(len - label);
	v->bytes = out;
	v->len = len ? len + 2 : 1; /* and the root's empty label */
	if (v->len > DNS_NAME_MAX)
		return craft_error(c, at, "the name is longer than %d bytes", DNS_NAME_MAX - 2);
	return 0;
}

int craft_layout_dns(struct compiling *c, struct craft_layer *l)
{
	struct values *v = &l->values[DNS_NAME];
	const uint8_t *text;
	size_t len;
	int code;

	if (v->from && (v->from->items->last.end || v->from->items->prefix.end))
		return craft_error(c, v->from->all, "put the name into quotation marks");
	dns_text(c, v, &text, &len);
	code = dns_encode(c, v, text, len);
	if (code)
		return code;
	l->at[DNS_TYPE] = (int)(DNS_LEN + v->len);
	l->at[DNS_CLASS] = l->at[DNS_TYPE] + 2;
	l->len = (uint32_t)l->at[DNS_CLASS] + 2;
	return 0;
}

void craft_write_dns(const struct craft_layer *l, uint8_t *p)
{
	memcpy(p + DNS_LEN, l->values[DNS_NAME].bytes, l->values[DNS_NAME].len);
}

/* ---- GRE ---- */

int craft_layout_gre(struct compiling *c, struct craft_layer *l)
{
	(void)c;
	if (given(l, GRE_KEY)) {
		l->at[GRE_KEY] = (int)l->len;
		l->len += 4;
	}
	return 0;
}

void craft_write_gre(const struct craft_layer *l, uint8_t *p)
{
	p[0] = l->at[GRE_KEY] >= 0 ? GRE_HAS_KEY : 0;
}
