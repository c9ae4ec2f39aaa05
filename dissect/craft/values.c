/* dissect/craft/values.c -- what a field is to be: numbers, addresses, lists, ranges, prefixes. */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/bytes.h"
#include "core/suggest.h"
#include "dissect/craft/craft_internal.h"
#include "dissect/rewrite/rewrite.h"

enum { WORD_MAX = 64, NAMES_MAX = 16 };

static craft_wide largest(const struct field *f)
{
	return f->bits == 128 ? ~(craft_wide)0 : ((craft_wide)1 << f->bits) - 1;
}

/* Decimal, or 0x and hexadecimal. */
static bool parse_number(const struct compiling *c, struct span s, uint64_t *ret)
{
	const char *p = c->text + s.begin, *const end = c->text + s.end;
	const int base = end - p > 2 && p[0] == '0' && (p[1] | 0x20) == 'x' ? 16 : 10;
	uint64_t v = 0;

	if (p == end)
		return false;
	for (p += base == 16 ? 2 : 0; p < end; p++) {
		const int digit = craft_hex_value(*p);

		if (digit < 0 || digit >= base || __builtin_mul_overflow(v, base, &v) ||
		    __builtin_add_overflow(v, digit, &v))
			return false;
	}
	*ret = v;
	return true;
}

static int number(struct compiling *c, const struct field *f, struct span s, uint64_t *ret)
{
	const char *names[NAMES_MAX], *near = NULL;
	char word[WORD_MAX];
	size_t nr = 0;

	craft_copy(c, s, word, sizeof(word));
	for (; f->names && f->names[nr].name; nr++) {
		names[nr] = f->names[nr].name;
		if (!strcasecmp(word, names[nr])) {
			*ret = f->names[nr].value;
			return 0;
		}
	}
	if (parse_number(c, s, ret)) {
		if (*ret <= largest(f))
			return 0;
		return craft_error(c, s, "%s is from 0 to %llu", f->name,
				   (unsigned long long)largest(f));
	}
	near = nr ? suggest(word, names, nr) : NULL;
	if (near)
		return craft_error(c, s, "%s has no such name; did you mean %s?", f->name, near);
	return craft_error(c, s, "%s is a number from 0 to %llu%s%s", f->name,
			   (unsigned long long)largest(f), nr ? ", or a name, as " : "",
			   nr ? names[0] : "");
}

static int mac(struct compiling *c, const struct field *f, struct span s, uint64_t *ret)
{
	char word[WORD_MAX];
	uint8_t bytes[REWRITE_MAC_LEN];

	if (s.end - s.begin >= sizeof(word) ||
	    rewrite_parse_mac(craft_copy(c, s, word, sizeof(word)), bytes))
		return craft_error(c, s, "%s is a MAC address, as 02:00:00:00:00:01", f->name);
	*ret = craft_mac_number(bytes);
	return 0;
}

static int ip(struct compiling *c, const struct field *f, struct span s, craft_wide *ret)
{
	const bool six = f->type == TYPE_IP6;
	char word[WORD_MAX];
	uint8_t bytes[16];

	if (s.end - s.begin >= sizeof(word) ||
	    inet_pton(six ? AF_INET6 : AF_INET, craft_copy(c, s, word, sizeof(word)), bytes) != 1)
		return craft_error(c, s, "%s is an %s address, as %s", f->name,
				   six ? "IPv6" : "IPv4", six ? "2001:2::1" : "198.18.0.1");
	*ret = six ? (craft_wide)load_be64(bytes) << 64 | load_be64(bytes + 8) : load_be32(bytes);
	return 0;
}

/* As tcpdump shows them. */
static int tcp_flags(struct compiling *c, const struct field *f, struct span s, uint64_t *ret)
{
	static const char letters[] = "FSRPAUEC"; /* FIN is bit 0 */
	char word[WORD_MAX];

	craft_copy(c, s, word, sizeof(word));
	*ret = 0;
	if (isdigit((unsigned char)*word))
		return number(c, f, s, ret);
	if (!strcasecmp(word, "none"))
		return 0;
	for (const char *p = word; *p; p++) {
		const char letter = (char)toupper((unsigned char)*p);
		const char *known = strchr(letters, letter == '.'   ? 'A'
						    : letter == 'W' ? 'C'
								    : letter);

		if (!known)
			return craft_error(
				c, s,
				"flags are letters of FSRPAUEC, as S or SA; a number; or "
				"none");
		*ret |= 1u << (known - letters);
	}
	return 0;
}

static int one_value(struct compiling *c, const struct field *f, struct span s, craft_wide *ret)
{
	uint64_t v = 0;
	int code;

	switch (f->type) {
	case TYPE_IP4:
	case TYPE_IP6:
		return ip(c, f, s, ret);
	case TYPE_MAC:
		code = mac(c, f, s, &v);
		break;
	case TYPE_TCP_FLAGS:
		code = tcp_flags(c, f, s, &v);
		break;
	default:
		code = number(c, f, s, &v);
	}
	*ret = v;
	return code;
}

/* 10.0.0.0/8: the whole of it, from its first address on. */
static int prefix(struct compiling *c, const struct field *f, const struct item *i,
		  craft_wide *first, craft_wide *last)
{
	uint64_t bits;

	if (f->type != TYPE_IP4 && f->type != TYPE_IP6 && f->type != TYPE_MAC)
		return craft_error(c, i->prefix, "only addresses have prefixes; a range is 1-9");
	if (!parse_number(c, i->prefix, &bits) || bits > f->bits)
		return craft_error(c, i->prefix, "a prefix is from 0 to %u bits", f->bits);
	if (bits == 128) {
		*last = *first;
		return 0;
	}
	*last = *first | largest(f) >> bits;
	*first &= ~(largest(f) >> bits);
	return 0;
}

static int take_piece(struct compiling *c, const struct field *f, const struct item *i,
		      struct values *v)
{
	craft_wide first = 0, last, nr;
	int code;

	if (i->bytes)
		return craft_error(c, i->all, "%s takes no text", f->name);
	code = one_value(c, f, i->first, &first);
	last = first;
	if (!code && i->last.end)
		code = one_value(c, f, i->last, &last);
	if (!code && i->prefix.end)
		code = prefix(c, f, i, &first, &last);
	if (code)
		return code;
	if (last < first)
		return craft_error(c, i->all, "the range runs backwards");
	nr = last - first;
	nr += nr != ~(craft_wide)0; /* ::/0: one less is as many */
	if ((v->nr || v->total) && (v->total + nr) >> 64)
		return craft_error(c, i->all, "more than 2^64 values in a list");
	v->pieces[v->nr++] = (struct piece){ .base = first, .first = (uint64_t)v->total };
	v->total += nr;
	return 0;
}

static int check_how(struct compiling *c, const struct field *f, const struct argument *a,
		     const struct values *v)
{
	if (a->how_given && v->total == 1)
		return craft_error(
			c, a->how,
			"one value cannot vary; %s takes ranges (1-9) and lists (1,5,9)%s", f->name,
			f->type == TYPE_IP4 || f->type == TYPE_IP6 || f->type == TYPE_MAC
				? " and prefixes (10.0.0.0/8)"
				: "");
	if (a->step > 1 && v->total <= a->step)
		return craft_error(c, a->how, "the step is larger than the range");
	/* What is random over more than 64 bits fills whole bits. ~0 stands for ::/0. */
	if (a->random && v->total >> 64 &&
	    (((v->total & (v->total - 1)) && ~v->total) || (v->pieces->base & (v->total - 1))))
		return craft_error(c, a->how,
				   "more than 2^64 values to choose of: write them as a prefix");
	return 0;
}

int craft_values(struct compiling *c, const struct field *f, const struct argument *a,
		 struct values *ret)
{
	const struct item *i;
	int code = 0;

	if (ret->from)
		return craft_error(c, a->all, "%s is given twice", f->name);
	*ret = (struct values){
		.from = a, .step = a->step, .every = a->every, .random = a->random
	};
	if (f->type == TYPE_NAME || f->type == TYPE_BYTES || f->type == TYPE_FILL) {
		if (a->nr_items > 1 || a->how_given)
			return craft_error(c, a->all, "%s is one text and does not vary", f->name);
		ret->bytes = a->items->bytes;
		ret->len = a->items->len;
		return 0;
	}
	ret->pieces = arena_alloc(c->arena, a->nr_items * sizeof(*ret->pieces));
	if (!ret->pieces)
		return craft_no_memory(c);
	for (i = a->items; !code && i; i = i->next)
		code = take_piece(c, f, i, ret);
	return code ? code : check_how(c, f, a, ret);
}
