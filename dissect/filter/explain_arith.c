/* dissect/filter/explain_arith.c -- a capture filter's comparisons in words. */
#include "dissect/filter/explain.h"

/* "TCP": what people call it, where that is not the keyword in capitals. */
static void put_acronym(struct explain *e, uint8_t proto)
{
	const char *name = filter_proto_name(proto);

	if (proto == FP_IP || proto == FP_IPV6 || proto == FP_DECNET)
		strbuf_puts(e->out, explain_proto(proto));
	else if (proto == FP_ICMPV6)
		strbuf_puts(e->out, "ICMPv6");
	else
		for (; *name; name++)
			strbuf_putc(e->out,
				    *name >= 'a' && *name <= 'z' ? *name - 'a' + 'A' : *name);
}

/* What an accessor's offset counts from. */
static void put_header(struct explain *e, uint8_t proto)
{
	if (proto == FP_LINK) {
		strbuf_puts(e->out, "the frame");
	} else if (proto == FP_RADIO) {
		strbuf_puts(e->out, "the radio header");
	} else {
		strbuf_puts(e->out, "the ");
		put_acronym(e, proto);
		strbuf_puts(e->out, " header");
	}
}

static void explain_arith(struct explain *e, const struct filter_arith *a);

static void explain_load(struct explain *e, const struct filter_arith *a)
{
	if (a->size == 1)
		strbuf_puts(e->out, "byte ");
	else
		strbuf_printf(e->out, "the %u bytes at ", a->size);
	explain_arith(e, a->a);
	strbuf_puts(e->out, " of ");
	put_header(e, a->proto);
}

static void explain_binary(struct explain *e, const struct filter_arith *a)
{
	static const char *const ops[] = {
		[OP_ADD] = "+", [OP_SUB] = "-", [OP_MUL] = "*", [OP_DIV] = "/",  [OP_MOD] = "%",
		[OP_AND] = "&", [OP_OR] = "|",  [OP_XOR] = "^", [OP_LSH] = "<<", [OP_RSH] = ">>",
	};

	if ((a->op == OP_DIV || a->op == OP_MOD) && a->b->kind != ARITH_NUMBER)
		explain_note(e, NOTE_DIVISION);
	/* "len % (3 + 1)" needs no saying: only where no parenthesis was written */
	if ((a->op == OP_MOD || a->op == OP_XOR) && a->b->kind == ARITH_BINARY &&
	    e->expr[a->b->span.end] != ')')
		explain_note(e, NOTE_RANKLESS);
	explain_arith(e, a->a);
	strbuf_printf(e->out, " %s ", ops[a->op]);
	explain_arith(e, a->b);
}

static void explain_arith(struct explain *e, const struct filter_arith *a)
{
	const char *const text = e->expr + a->span.begin;
	const int len = (int)(a->span.end - a->span.begin);

	switch (a->kind) {
	case ARITH_NUMBER:
		strbuf_printf(e->out, "%.*s", len, text);
		if (*text < '0' || *text > '9')
			strbuf_printf(e->out, " [%u]", a->number);
		break;
	case ARITH_LEN:
		strbuf_puts(e->out, "the length");
		break;
	case ARITH_LOAD:
		explain_load(e, a);
		break;
	case ARITH_NEGATE:
		strbuf_putc(e->out, '-');
		explain_arith(e, a->a);
		break;
	default:
		strbuf_putc(e->out, '(');
		explain_binary(e, a);
		strbuf_putc(e->out, ')');
		break;
	}
}

/* Marks the protocols whose headers are loaded from, a bit each; there are fewer than 64. */
static void protos_of(const struct filter_arith *a, uint64_t *protos)
{
	if (a->kind == ARITH_LOAD)
		*protos |= 1ull << a->proto;
	if (a->a)
		protos_of(a->a, protos);
	if (a->b)
		protos_of(a->b, protos);
}

/* A load is a test as well: that the packet is of its protocol. */
static void put_loaded_proto(struct explain *e, uint8_t proto)
{
	switch (proto) {
	case FP_TCP:
	case FP_UDP:
	case FP_SCTP:
	case FP_ICMP:
	case FP_IGMP:
	case FP_IGRP:
	case FP_PIM:
	case FP_VRRP:
	case FP_CARP:
		explain_note(e, NOTE_FRAGMENT);
		explain_note(e, NOTE_ACCESSOR);
		put_acronym(e, proto);
		strbuf_puts(e->out, e->opt->extended ? "" : " over IPv4");
		return;
	case FP_ICMPV6:
		explain_note(e, NOTE_ICMPV6);
		break;
	default:
		break;
	}
	strbuf_puts(e->out, explain_proto(proto));
}

/* One side of a comparison: not in parentheses. */
static void explain_side(struct explain *e, const struct filter_arith *a)
{
	if (a->kind == ARITH_BINARY)
		explain_binary(e, a);
	else
		explain_arith(e, a);
}

void explain_relation(struct explain *e, const struct filter_node *n)
{
	static const char *const relations[] = {
		[REL_EQ] = "is",          [REL_NE] = "is not",       [REL_GT] = "is more than",
		[REL_GE] = "is at least", [REL_LT] = "is less than", [REL_LE] = "is at most",
	};
	uint64_t protos = 0;
	bool any = false;

	protos_of(n->left, &protos);
	protos_of(n->right, &protos);
	for (unsigned proto = 0; proto <= FP_RADIO; proto++) {
		if (!(protos & 1ull << proto) || proto == FP_LINK || proto == FP_RADIO)
			continue;
		if (any)
			strbuf_puts(e->out, " with ");
		put_loaded_proto(e, (uint8_t)proto);
		any = true;
	}
	strbuf_puts(e->out, any ? " where " : "packets where ");
	explain_side(e, n->left);
	strbuf_printf(e->out, " %s ", relations[n->relation]);
	explain_side(e, n->right);
}
