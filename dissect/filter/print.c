/* dissect/filter/print.c -- programs as text, in the forms of tcpdump -d, -dd and -ddd. */
#include <inttypes.h>
#include <stdio.h>

#include "dissect/filter/flow.h"
#include "dissect/filter/program.h"

/* Names of the ancillary words, SKF_AD_*, by offset / 4. */
static const char *const ancillary_names[] = {
	"proto",  "type", "ifidx", "nla",      "nlan",  "mark", "queue",  "hatype",
	"rxhash", "cpu",  "xor_x", "vlan_tci", "vlanp", "poff", "random", "vlan_tpid",
};

static const char *const alu_names[] = { "add", "sub", "mul", "div", "or", "and",
					 "lsh", "rsh", "neg", "mod", "xor" };
static const char *const jump_names[] = { "ja", "jeq", "jgt", "jge", "jset" };

static const char *size_letter(uint16_t code)
{
	return BPF_SIZE(code) == BPF_W ? "" : BPF_SIZE(code) == BPF_H ? "h" : "b";
}

/* What one instruction is called and works on. */
struct words {
	char name[16], operand[32];
};

#define OPERAND(w, ...) snprintf((w)->operand, sizeof((w)->operand), __VA_ARGS__)
#define NAME(w, ...)    snprintf((w)->name, sizeof((w)->name), __VA_ARGS__)

static void words_of_load(const struct sock_filter *i, struct words *w)
{
	const uint32_t ancillary = (i->k - (uint32_t)SKF_AD_OFF) / 4;
	const int32_t k = (int32_t)i->k;

	NAME(w, "%s%s", BPF_CLASS(i->code) == BPF_LDX ? "ldx" : "ld", size_letter(i->code));
	switch (BPF_MODE(i->code)) {
	case BPF_IMM:
		OPERAND(w, "#0x%" PRIx32, i->k);
		break;
	case BPF_ABS:
		if (i->k >= (uint32_t)SKF_AD_OFF && i->k % 4 == 0 &&
		    ancillary < ARRAY_SIZE(ancillary_names))
			OPERAND(w, "[%s]", ancillary_names[ancillary]);
		else
			OPERAND(w, "[%" PRId32 "]", k);
		break;
	case BPF_IND:
		OPERAND(w, "[x + %" PRId32 "]", k);
		break;
	case BPF_MEM:
		OPERAND(w, "M[%" PRId32 "]", k);
		break;
	case BPF_LEN:
		OPERAND(w, "#pktlen");
		break;
	default: /* BPF_MSH */
		OPERAND(w, "4*([%" PRId32 "]&0xf)", k);
	}
}

static void words_of_alu(const struct sock_filter *i, struct words *w)
{
	const unsigned op = BPF_OP(i->code);

	NAME(w, "%s", alu_names[op >> 4]);
	if (op == BPF_NEG)
		return;
	if (BPF_SRC(i->code) == BPF_X)
		OPERAND(w, "x");
	else if (op == BPF_AND || op == BPF_OR || op == BPF_XOR)
		OPERAND(w, "#0x%" PRIx32, i->k);
	else
		OPERAND(w, "#%" PRId32, (int32_t)i->k);
}

static void words_of(const struct sock_filter *i, uint32_t at, struct words *w)
{
	*w = (struct words){ 0 };
	switch (BPF_CLASS(i->code)) {
	case BPF_LD:
	case BPF_LDX:
		words_of_load(i, w);
		break;
	case BPF_ST:
	case BPF_STX:
		NAME(w, "%s", BPF_CLASS(i->code) == BPF_ST ? "st" : "stx");
		OPERAND(w, "M[%" PRId32 "]", (int32_t)i->k);
		break;
	case BPF_ALU:
		words_of_alu(i, w);
		break;
	case BPF_JMP:
		NAME(w, "%s", jump_names[BPF_OP(i->code) >> 4]);
		if (BPF_OP(i->code) == BPF_JA)
			OPERAND(w, "%" PRId32, (int32_t)(at + 1 + i->k));
		else if (BPF_SRC(i->code) == BPF_X)
			OPERAND(w, "x");
		else
			OPERAND(w, "#0x%" PRIx32, i->k);
		break;
	case BPF_RET:
		NAME(w, "ret");
		if (BPF_RVAL(i->code) == BPF_K)
			OPERAND(w, "#%" PRId32, (int32_t)i->k);
		break;
	default:
		NAME(w, "%s", BPF_MISCOP(i->code) == BPF_TAX ? "tax" : "txa");
	}
}

/* One line without its end. */
static void put_line(const struct sock_filter *i, uint32_t at, struct strbuf *out)
{
	struct words w;

	words_of(i, at, &w);
	if (BPF_CLASS(i->code) == BPF_JMP && BPF_OP(i->code) != BPF_JA)
		strbuf_printf(out, "(%03" PRIu32 ") %-8s %-16s jt %" PRIu32 "\tjf %" PRIu32, at,
			      w.name, w.operand, at + 1 + i->jt, at + 1 + i->jf);
	else
		strbuf_printf(out, "(%03" PRIu32 ") %-8s %s", at, w.name, w.operand);
}

void filter_print_listing(const struct filter_program *p, struct strbuf *out)
{
	uint32_t i;

	for (i = 0; i < p->len; i++) {
		put_line(&p->insns[i], i, out);
		strbuf_putc(out, '\n');
	}
}

void filter_print_noted(const struct filter_program *p, const struct flow_notes *notes,
			struct strbuf *out)
{
	uint32_t i;

	for (i = 0; i < p->len; i++) {
		put_line(&p->insns[i], i, out);
		if (notes->why[i])
			strbuf_printf(out, notes->opposite[i] ? "\t; not (%s)" : "\t; %s",
				      notes->why[i]);
		strbuf_putc(out, '\n');
	}
}

void filter_print_c(const struct filter_program *p, struct strbuf *out)
{
	const struct sock_filter *i;

	for (i = p->insns; i < p->insns + p->len; i++)
		strbuf_printf(out, "{ %#x, %u, %u, 0x%08" PRIx32 " },\n", i->code, i->jt, i->jf,
			      i->k);
}

void filter_print_numbers(const struct filter_program *p, struct strbuf *out)
{
	const struct sock_filter *i;

	strbuf_printf(out, "%" PRIu32 "\n", p->len);
	for (i = p->insns; i < p->insns + p->len; i++)
		strbuf_printf(out, "%u %u %u %" PRIu32 "\n", i->code, i->jt, i->jf, i->k);
}
