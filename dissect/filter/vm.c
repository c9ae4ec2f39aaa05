/*
 * dissect/filter/vm.c -- runs a program on a packet, as the kernel does: offsets wrap at 32 bits,
 * the shift by X is modulo 32, a load beyond the packet or a division by 0 ends with 0.
 *
 * Offsets from the network header (SKF_NET_OFF) and the link-layer header (SKF_LL_OFF) lie beyond
 * every packet here: where those begin is known to the kernel alone.
 */
#include "core/bytes.h"
#include "dissect/filter/program.h"

static uint32_t load_ancillary(const struct filter_ancillary *a, uint32_t k, uint32_t acc,
			       uint32_t x)
{
	static const struct filter_ancillary nothing;

	a = a ? a : &nothing;
	switch (k - (uint32_t)SKF_AD_OFF) {
	case SKF_AD_PROTOCOL:
		return a->protocol;
	case SKF_AD_PKTTYPE:
		return a->pkttype;
	case SKF_AD_IFINDEX:
		return a->ifindex;
	case SKF_AD_MARK:
		return a->mark;
	case SKF_AD_QUEUE:
		return a->queue;
	case SKF_AD_HATYPE:
		return a->hatype;
	case SKF_AD_RXHASH:
		return a->rxhash;
	case SKF_AD_CPU:
		return a->cpu;
	case SKF_AD_ALU_XOR_X:
		return acc ^ x;
	case SKF_AD_VLAN_TAG:
		return a->vlan_tci;
	case SKF_AD_VLAN_TAG_PRESENT:
		return a->vlan_present;
	case SKF_AD_VLAN_TPID:
		return a->vlan_tpid;
	default: /* of netlink attributes, payload, randomness */
		return 0;
	}
}

/* In all that follows: i is the instruction, v its operand. */

#define LOAD(code_size, size, read)                                        \
	case BPF_LD | (code_size) | BPF_ABS:                               \
		if (unlikely(i->k >= (uint32_t)SKF_AD_OFF)) {              \
			acc = load_ancillary(anc, i->k, acc, x);           \
			break;                                             \
		}                                                          \
		if (unlikely((size) > cap_len || i->k > cap_len - (size))) \
			return 0;                                          \
		acc = read(data + i->k);                                   \
		break;                                                     \
	case BPF_LD | (code_size) | BPF_IND:                               \
		v = x + i->k;                                              \
		if (unlikely((size) > cap_len || v > cap_len - (size)))    \
			return 0;                                          \
		acc = read(data + v);                                      \
		break

#define OPERATE(code_op, statement)       \
	case BPF_ALU | (code_op) | BPF_K: \
		v = i->k;                 \
		statement;                \
		break;                    \
	case BPF_ALU | (code_op) | BPF_X: \
		v = x;                    \
		statement;                \
		break

#define DIVIDE(code_op, statement)        \
	case BPF_ALU | (code_op) | BPF_K: \
		v = i->k;                 \
		statement;                \
		break;                    \
	case BPF_ALU | (code_op) | BPF_X: \
		v = x;                    \
		if (!v)                   \
			return 0;         \
		statement;                \
		break

#define JUMP(code_op, question)                  \
	case BPF_JMP | (code_op) | BPF_K:        \
		v = i->k;                        \
		i += (question) ? i->jt : i->jf; \
		break;                           \
	case BPF_JMP | (code_op) | BPF_X:        \
		v = x;                           \
		i += (question) ? i->jt : i->jf; \
		break

#define SET(code, statement) \
	case code:           \
		statement;   \
		break

static inline uint8_t load_byte(const uint8_t *p)
{
	return *p;
}

uint32_t filter_run(const struct filter_program *p, const uint8_t *data, uint32_t wire_len,
		    uint32_t cap_len, const struct filter_ancillary *anc)
{
	const struct sock_filter *i;
	uint32_t scratch[FILTER_SCRATCH] = { 0 };
	uint32_t acc = 0, x = 0, v, steps = 0;

	for (i = p->insns;; i++) {
		switch (i->code) {
			LOAD(BPF_W, 4, load_be32);
			LOAD(BPF_H, 2, load_be16);
			LOAD(BPF_B, 1, load_byte);
			JUMP(BPF_JEQ, acc == v);
			JUMP(BPF_JGT, acc > v);
			JUMP(BPF_JGE, acc >= v);
			JUMP(BPF_JSET, acc & v);
			OPERATE(BPF_ADD, acc += v);
			OPERATE(BPF_SUB, acc -= v);
			OPERATE(BPF_MUL, acc *= v);
			OPERATE(BPF_AND, acc &= v);
			OPERATE(BPF_OR, acc |= v);
			OPERATE(BPF_XOR, acc ^= v);
			OPERATE(BPF_LSH, acc <<= v & 31);
			OPERATE(BPF_RSH, acc >>= v & 31);
			DIVIDE(BPF_DIV, acc /= v);
			DIVIDE(BPF_MOD, acc %= v);
			SET(BPF_ALU | BPF_NEG, acc = -acc);
			SET(BPF_LD | BPF_IMM, acc = i->k);
			SET(BPF_LDX | BPF_IMM, x = i->k);
			SET(BPF_LD | BPF_MEM, acc = scratch[i->k]);
			SET(BPF_LDX | BPF_MEM, x = scratch[i->k]);
			SET(BPF_ST, scratch[i->k] = acc);
			SET(BPF_STX, scratch[i->k] = x);
			SET(BPF_LD | BPF_LEN, acc = wire_len);
			SET(BPF_LDX | BPF_LEN, x = wire_len);
			SET(BPF_MISC | BPF_TAX, x = acc);
			SET(BPF_MISC | BPF_TXA, acc = x);
		case BPF_LDX | BPF_B | BPF_MSH:
			if (unlikely(i->k >= cap_len))
				return 0;
			x = (uint32_t)(data[i->k] & 0xf) << 2;
			break;
		case BPF_JMP | BPF_JA:
			/* Backwards: what may be executed again counts. */
			if (unlikely((int32_t)i->k < 0)) {
				steps += -i->k;
				if (steps > FILTER_STEPS_MAX)
					return 0;
			}
			i += (int32_t)i->k;
			break;
		case BPF_RET | BPF_A:
			return acc;
		case BPF_RET | BPF_K:
			return i->k;
		default: /* filter_check() has let no other pass */
			__builtin_unreachable();
		}
	}
}
