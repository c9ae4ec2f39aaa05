/* dissect/filter/program.c -- a program as a whole: checked, asked of the kernel, freed. */
#include "dissect/filter/program.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if_packet.h>

void filter_program_free(struct filter_program *p)
{
	free(p->insns);
	*p = (struct filter_program){ 0 };
}

/* ---- is it one? ---- */

static const uint16_t known_codes[] = {
	BPF_LD | BPF_W | BPF_ABS,
	BPF_LD | BPF_H | BPF_ABS,
	BPF_LD | BPF_B | BPF_ABS,
	BPF_LD | BPF_W | BPF_IND,
	BPF_LD | BPF_H | BPF_IND,
	BPF_LD | BPF_B | BPF_IND,
	BPF_LD | BPF_IMM,
	BPF_LD | BPF_LEN,
	BPF_LD | BPF_MEM,
	BPF_LDX | BPF_IMM,
	BPF_LDX | BPF_LEN,
	BPF_LDX | BPF_MEM,
	BPF_LDX | BPF_B | BPF_MSH,
	BPF_ST,
	BPF_STX,
	BPF_ALU | BPF_ADD | BPF_K,
	BPF_ALU | BPF_ADD | BPF_X,
	BPF_ALU | BPF_SUB | BPF_K,
	BPF_ALU | BPF_SUB | BPF_X,
	BPF_ALU | BPF_MUL | BPF_K,
	BPF_ALU | BPF_MUL | BPF_X,
	BPF_ALU | BPF_DIV | BPF_K,
	BPF_ALU | BPF_DIV | BPF_X,
	BPF_ALU | BPF_MOD | BPF_K,
	BPF_ALU | BPF_MOD | BPF_X,
	BPF_ALU | BPF_AND | BPF_K,
	BPF_ALU | BPF_AND | BPF_X,
	BPF_ALU | BPF_OR | BPF_K,
	BPF_ALU | BPF_OR | BPF_X,
	BPF_ALU | BPF_XOR | BPF_K,
	BPF_ALU | BPF_XOR | BPF_X,
	BPF_ALU | BPF_LSH | BPF_K,
	BPF_ALU | BPF_LSH | BPF_X,
	BPF_ALU | BPF_RSH | BPF_K,
	BPF_ALU | BPF_RSH | BPF_X,
	BPF_ALU | BPF_NEG,
	BPF_JMP | BPF_JA,
	BPF_JMP | BPF_JEQ | BPF_K,
	BPF_JMP | BPF_JEQ | BPF_X,
	BPF_JMP | BPF_JGT | BPF_K,
	BPF_JMP | BPF_JGT | BPF_X,
	BPF_JMP | BPF_JGE | BPF_K,
	BPF_JMP | BPF_JGE | BPF_X,
	BPF_JMP | BPF_JSET | BPF_K,
	BPF_JMP | BPF_JSET | BPF_X,
	BPF_RET | BPF_K,
	BPF_RET | BPF_A,
	BPF_MISC | BPF_TAX,
	BPF_MISC | BPF_TXA,
};

static bool code_is_known(uint16_t code)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known_codes); i++)
		if (known_codes[i] == code)
			return true;
	return false;
}

static bool is_ancillary(uint32_t k)
{
	const uint32_t off = k - (uint32_t)SKF_AD_OFF;

	return k >= (uint32_t)SKF_AD_OFF && off < SKF_AD_MAX && off % 4 == 0;
}

/* What is wrong with the operand of instruction i, or NULL. */
static const char *operand_fault(const struct sock_filter *i)
{
	switch (BPF_CLASS(i->code)) {
	case BPF_LD:
		if (BPF_MODE(i->code) == BPF_ABS && i->k >= (uint32_t)SKF_AD_OFF &&
		    !is_ancillary(i->k))
			return "loads what the kernel has no number for";
		if (BPF_MODE(i->code) == BPF_MEM && i->k >= FILTER_SCRATCH)
			return "reads beyond the 16 words of scratch memory";
		return NULL;
	case BPF_LDX:
		if (BPF_MODE(i->code) == BPF_MEM && i->k >= FILTER_SCRATCH)
			return "reads beyond the 16 words of scratch memory";
		return NULL;
	case BPF_ST:
	case BPF_STX:
		return i->k >= FILTER_SCRATCH ? "writes beyond the 16 words of scratch memory"
					      : NULL;
	case BPF_ALU:
		if (BPF_SRC(i->code) != BPF_K)
			return NULL;
		if ((BPF_OP(i->code) == BPF_DIV || BPF_OP(i->code) == BPF_MOD) && !i->k)
			return "divides by 0";
		if ((BPF_OP(i->code) == BPF_LSH || BPF_OP(i->code) == BPF_RSH) && i->k > 31)
			return "shifts by more than 31 bits";
		return NULL;
	default:
		return NULL;
	}
}

/* The same of where it jumps; at is its index. */
static const char *jump_fault(const struct sock_filter *i, uint32_t at, uint32_t len, bool may_loop)
{
	const uint32_t left = len - at - 1; /* instructions behind it */

	if (BPF_CLASS(i->code) != BPF_JMP)
		return NULL;
	if (BPF_OP(i->code) != BPF_JA)
		return i->jt >= left || i->jf >= left ? "jumps beyond the end" : NULL;
	if ((int32_t)i->k >= 0)
		return i->k >= left ? "jumps beyond the end" : NULL;
	if (!may_loop)
		return "jumps backwards";
	return -i->k > at + 1 ? "jumps to before the beginning" : NULL;
}

int filter_check(const struct sock_filter *insns, uint32_t len, bool may_loop, struct errmsg *err)
{
	const char *fault = NULL;
	uint32_t i;

	if (len < 1 || len > FILTER_INSNS_MAX)
		return errmsg_set(err, -EINVAL,
				  "a filter program has 1 to %d instructions, this one has %u",
				  FILTER_INSNS_MAX, len);
	for (i = 0; i < len && !fault; i++)
		fault = !code_is_known(insns[i].code) ?
				"is none that the kernel knows" :
				operand_fault(&insns[i]) ?:
				jump_fault(&insns[i], i, len, may_loop);
	if (fault)
		return errmsg_set(err, -EINVAL, "instruction %03u (%#x, %u, %u, %#x) %s", i - 1,
				  insns[i - 1].code, insns[i - 1].jt, insns[i - 1].jf,
				  insns[i - 1].k, fault);
	if (BPF_CLASS(insns[len - 1].code) != BPF_RET)
		return errmsg_set(err, -EINVAL, "the last instruction, %03u, does not return",
				  len - 1);
	return 0;
}

/* ---- the kernel ---- */

int filter_check_kernel(const struct filter_program *p, struct errmsg *err)
{
	struct sock_fprog prog = { .len = (unsigned short)p->len, .filter = p->insns };
	int fd, e = 0;

	if (p->loops)
		return errmsg_set(err, -EINVAL,
				  "the program jumps backwards, which the kernel does not take");
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return errmsg_set(err, -errno, "cannot open a socket to try the filter on: %s",
				  strerror(errno));
	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog)))
		e = errmsg_set(err, -errno, "the kernel refuses the program: %s", strerror(errno));
	close(fd);
	return e;
}

/* ---- what a file knows ---- */

static uint32_t pkttype_of(const struct frame_view *f)
{
	if (f->direction == FRAME_DIR_OUT)
		return PACKET_OUTGOING;
	switch (f->reception) {
	case FRAME_RX_BROADCAST:
		return PACKET_BROADCAST;
	case FRAME_RX_MULTICAST:
		return PACKET_MULTICAST;
	case FRAME_RX_PROMISCUOUS:
		return PACKET_OTHERHOST;
	default:
		return PACKET_HOST;
	}
}

void filter_ancillary_of(const struct frame_view *f, struct filter_ancillary *ret)
{
	*ret = (struct filter_ancillary){
		.pkttype = pkttype_of(f),
		.ifindex = f->ifindex,
		.queue = f->flags & FRAME_HAS_QUEUE ? f->queue : 0,
		.rxhash = f->flags & FRAME_HAS_HASH ? f->hash : 0,
	};
}
