/*
 * bench/gen_prog.c -- the generator's XDP program, assembled by hand: nobody needs clang to run it.
 *
 * Registers: r6 context, r7 struct gen_state, r8 sequence number, r9 time, then frame length
 * (IMIX). Pages are used again for later packets, so whatever differs between packets is written
 * for each: with a tag that includes the addresses, because the stack moves them when it takes the
 * tag out.
 */
#include "bench/gen_prog.h"

#include <stddef.h>

#include "core/bytes.h"

enum { R0, R1, R2, R3, R4, R5, R6, R7, R8, R9 };

/* How far a paced generator may lag before it gives up catching up, in 1/256 ns: 8 ms. */
#define GEN_LAG_MAX (8000000 * 256)

struct asm_out {
	struct bpf_insn *insns;
	size_t n;
	size_t drops[8]; /* jumps whose target is the drop at the end */
	size_t nr_drops;
};

static size_t emit(struct asm_out *a, uint8_t code, uint8_t dst, uint8_t src, int16_t off,
		   int32_t imm)
{
	a->insns[a->n] = (struct bpf_insn){
		.code = code, .dst_reg = dst, .src_reg = src, .off = off, .imm = imm
	};
	return a->n++;
}

static void load(struct asm_out *a, uint8_t size, uint8_t dst, uint8_t src, size_t off)
{
	emit(a, BPF_LDX | BPF_MEM | size, dst, src, (int16_t)off, 0);
}

static void store(struct asm_out *a, uint8_t size, uint8_t dst, size_t off, uint8_t src)
{
	emit(a, BPF_STX | BPF_MEM | size, dst, src, (int16_t)off, 0);
}

static void store_imm(struct asm_out *a, uint8_t size, uint8_t dst, size_t off, uint32_t imm)
{
	emit(a, BPF_ST | BPF_MEM | size, dst, 0, (int16_t)off, (int32_t)imm);
}

static void alu_imm(struct asm_out *a, uint8_t op, uint8_t dst, int32_t imm)
{
	emit(a, BPF_ALU64 | BPF_K | op, dst, 0, 0, imm);
}

static void alu_reg(struct asm_out *a, uint8_t op, uint8_t dst, uint8_t src)
{
	emit(a, BPF_ALU64 | BPF_X | op, dst, src, 0, 0);
}

static void to_be(struct asm_out *a, uint8_t dst, int32_t bits)
{
	emit(a, BPF_ALU | BPF_END | BPF_TO_BE, dst, 0, 0, bits);
}

static void call(struct asm_out *a, int32_t helper)
{
	emit(a, BPF_JMP | BPF_CALL, 0, 0, 0, helper);
}

static void drop_if(struct asm_out *a, uint8_t op, uint8_t dst, uint8_t src)
{
	a->drops[a->nr_drops++] = emit(a, BPF_JMP | BPF_X | op, dst, src, 0, 0);
}

/* Lets a jump emitted before land here. */
static void land(struct asm_out *a, size_t jump)
{
	a->insns[jump].off = (int16_t)(a->n - jump - 1);
}

/*
 * A packet passes when its time has come; the next one's is a random distance later, evenly spread
 * between 0 and twice the mean. So the rate is exact without knowing what a packet costs, and
 * arrivals are as irregular as real ones.
 */
static void emit_pace(struct asm_out *a)
{
	size_t jump;

	call(a, BPF_FUNC_ktime_get_ns);
	alu_reg(a, BPF_MOV, R9, R0);
	alu_imm(a, BPF_LSH, R9, 8);
	load(a, BPF_DW, R1, R7, offsetof(struct gen_state, next_ns));
	drop_if(a, BPF_JGT, R1, R9);
	store(a, BPF_DW, R7, offsetof(struct gen_state, last_ns), R0);
	alu_imm(a, BPF_SUB, R9, GEN_LAG_MAX);
	jump = emit(a, BPF_JMP | BPF_X | BPF_JGT, R9, R1, 0, 0);
	alu_reg(a, BPF_MOV, R9, R1);
	land(a, jump);
	/* The first packet starts the schedule: what passed before is no lag. */
	load(a, BPF_DW, R1, R7, offsetof(struct gen_state, first));
	jump = emit(a, BPF_JMP | BPF_X | BPF_JNE, R8, R1, 0, 0);
	alu_reg(a, BPF_MOV, R9, R0);
	alu_imm(a, BPF_LSH, R9, 8);
	land(a, jump);
	call(a, BPF_FUNC_get_prandom_u32);
	emit(a, BPF_ALU | BPF_K | BPF_RSH, R0, 0, 0, 16);
	load(a, BPF_DW, R1, R7, offsetof(struct gen_state, gap2_ns));
	alu_reg(a, BPF_MUL, R0, R1);
	alu_imm(a, BPF_RSH, R0, 16);
	alu_reg(a, BPF_ADD, R9, R0);
	store(a, BPF_DW, R7, offsetof(struct gen_state, next_ns), R9);
}

/* Cuts the frame, always 1514 bytes at first, to its length by sequence number: gen_frame_len(). */
static void emit_imix(struct asm_out *a)
{
	size_t large, medium;

	alu_reg(a, BPF_MOV, R1, R8);
	alu_imm(a, BPF_MOD, R1, GEN_IMIX_PERIOD);
	alu_imm(a, BPF_MOV, R9, GEN_IMIX_LARGE);
	large = emit(a, BPF_JMP | BPF_K | BPF_JEQ, R1, 0, 0, 0);
	alu_imm(a, BPF_MOV, R9, GEN_IMIX_MEDIUM);
	alu_imm(a, BPF_MOD, R1, 3);
	medium = emit(a, BPF_JMP | BPF_K | BPF_JEQ, R1, 0, 0, 1);
	alu_imm(a, BPF_MOV, R9, GEN_IMIX_SMALL);
	land(a, medium);
	alu_reg(a, BPF_MOV, R1, R6);
	alu_reg(a, BPF_MOV, R2, R9);
	alu_imm(a, BPF_SUB, R2, GEN_IMIX_LARGE);
	call(a, BPF_FUNC_xdp_adjust_tail);
	alu_imm(a, BPF_MOV, R1, 0);
	drop_if(a, BPF_JNE, R0, R1);
	land(a, large);
}

/* The run's first and last packet note the time; the others do not pay for the clock. */
static void emit_stamps(struct asm_out *a, bool paced)
{
	size_t jump;

	load(a, BPF_DW, R1, R7, offsetof(struct gen_state, first));
	jump = emit(a, BPF_JMP | BPF_X | BPF_JNE, R8, R1, 0, 0);
	call(a, BPF_FUNC_ktime_get_ns);
	store(a, BPF_DW, R7, offsetof(struct gen_state, start_ns), R0);
	land(a, jump);
	if (paced)
		return;
	load(a, BPF_DW, R1, R7, offsetof(struct gen_state, limit));
	alu_imm(a, BPF_SUB, R1, 1);
	jump = emit(a, BPF_JMP | BPF_X | BPF_JNE, R8, R1, 0, 0);
	call(a, BPF_FUNC_ktime_get_ns);
	store(a, BPF_DW, R7, offsetof(struct gen_state, last_ns), R0);
	land(a, jump);
}

/* r2 = the frame, at least as long as everything up to the magic. */
static void emit_bounds(struct asm_out *a, uint32_t l3)
{
	load(a, BPF_W, R2, R6, offsetof(struct xdp_md, data));
	load(a, BPF_W, R3, R6, offsetof(struct xdp_md, data_end));
	alu_reg(a, BPF_MOV, R4, R2);
	alu_imm(a, BPF_ADD, R4, (int32_t)(l3 + GEN_IP_LEN + GEN_UDP_LEN + 8));
	drop_if(a, BPF_JGT, R4, R3);
}

/* The IPv4 length and identification, where they vary, and the checksum that follows from them. */
static void emit_ip(struct asm_out *a, const struct gen_config *cfg, const uint8_t *first,
		    uint32_t l3)
{
	uint8_t ip[GEN_IP_LEN];

	memcpy(ip, first + l3, sizeof(ip));
	store_u16(ip + GEN_IP_CHECKSUM, 0);
	store_u16(ip + GEN_IP_ID, 0);
	if (!cfg->frame_bytes)
		store_u16(ip + GEN_IP_LENGTH, 0);
	alu_imm(a, BPF_MOV, R3, (int32_t)gen_ip_sum(ip));
	if (!cfg->frame_bytes) {
		alu_reg(a, BPF_MOV, R1, R9);
		alu_imm(a, BPF_SUB, R1, (int32_t)l3);
		to_be(a, R1, 16);
		store(a, BPF_H, R2, l3 + GEN_IP_LENGTH, R1);
		alu_reg(a, BPF_ADD, R3, R1);
		alu_reg(a, BPF_MOV, R1, R9);
		alu_imm(a, BPF_SUB, R1, (int32_t)(l3 + GEN_IP_LEN));
		to_be(a, R1, 16);
		store(a, BPF_H, R2, l3 + GEN_IP_LEN + GEN_UDP_LENGTH, R1);
	}
	if (cfg->vary_id) {
		alu_reg(a, BPF_MOV, R1, R8);
		to_be(a, R1, 16);
		store(a, BPF_H, R2, l3 + GEN_IP_ID, R1);
		alu_reg(a, BPF_ADD, R3, R1);
	}
	for (int i = 0; i < 2; i++) {
		alu_reg(a, BPF_MOV, R1, R3);
		alu_imm(a, BPF_RSH, R1, 16);
		alu_imm(a, BPF_AND, R3, 0xffff);
		alu_reg(a, BPF_ADD, R3, R1);
	}
	alu_imm(a, BPF_XOR, R3, 0xffff);
	store(a, BPF_H, R2, l3 + GEN_IP_CHECKSUM, R3);
}

static void emit_frame(struct asm_out *a, const struct gen_config *cfg, const uint8_t *first)
{
	const uint32_t l3 = gen_l3_offset(cfg);

	if (cfg->vlan_tpid)
		for (size_t i = 0; i < l3; i += i == 16 ? 2 : 4) {
			if (i == 16)
				store_imm(a, BPF_H, R2, i, load_u16(first + i));
			else
				store_imm(a, BPF_W, R2, i, load_u32(first + i));
		}
	if (!cfg->frame_bytes || cfg->vary_id)
		emit_ip(a, cfg, first, l3);
	if (cfg->flows > 1) {
		alu_reg(a, BPF_MOV, R1, R8);
		alu_imm(a, BPF_MOD, R1, (int32_t)cfg->flows);
		alu_imm(a, BPF_ADD, R1, GEN_PORT_BASE);
		to_be(a, R1, 16);
		store(a, BPF_H, R2, l3 + GEN_IP_LEN, R1);
	}
	alu_reg(a, BPF_MOV, R1, R8);
	to_be(a, R1, 64);
	store(a, BPF_DW, R2, l3 + GEN_IP_LEN + GEN_UDP_LEN, R1);
}

size_t gen_assemble(const struct gen_config *cfg, const uint8_t *first, int map_fd,
		    struct bpf_insn *insns)
{
	struct asm_out a = { .insns = insns };

	alu_reg(&a, BPF_MOV, R6, R1);
	emit(&a, BPF_LD | BPF_IMM | BPF_DW, R7, BPF_PSEUDO_MAP_VALUE, 0, map_fd);
	emit(&a, 0, 0, 0, 0, 0); /* the offset within the value */
	load(&a, BPF_DW, R8, R7, offsetof(struct gen_state, packets));
	load(&a, BPF_DW, R1, R7, offsetof(struct gen_state, limit));
	drop_if(&a, BPF_JGE, R8, R1);
	if (gen_is_paced(cfg))
		emit_pace(&a);
	emit_stamps(&a, gen_is_paced(cfg));
	if (!cfg->frame_bytes)
		emit_imix(&a);
	emit_bounds(&a, gen_l3_offset(cfg));
	emit_frame(&a, cfg, first);
	alu_imm(&a, BPF_ADD, R8, 1);
	store(&a, BPF_DW, R7, offsetof(struct gen_state, packets), R8);
	load(&a, BPF_DW, R1, R7, offsetof(struct gen_state, bytes));
	if (cfg->frame_bytes)
		alu_imm(&a, BPF_ADD, R1, (int32_t)cfg->frame_bytes);
	else
		alu_reg(&a, BPF_ADD, R1, R9);
	store(&a, BPF_DW, R7, offsetof(struct gen_state, bytes), R1);
	alu_imm(&a, BPF_MOV, R0, XDP_PASS);
	emit(&a, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
	for (size_t i = 0; i < a.nr_drops; i++)
		land(&a, a.drops[i]);
	alu_imm(&a, BPF_MOV, R0, XDP_DROP);
	emit(&a, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
	return a.n;
}
