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

#include "capture/bpf_asm.h"
#include "core/bytes.h"

/* How far a paced generator may lag before it gives up catching up, in 1/256 ns: 8 ms. */
#define GEN_LAG_MAX (8000000 * 256)

/*
 * A packet passes when its time has come; the next one's is a random distance later, evenly spread
 * between 0 and twice the mean. So the rate is exact without knowing what a packet costs, and
 * arrivals are as irregular as real ones.
 */
static void emit_pace(struct bpf_asm *a)
{
	size_t jump;

	bpf_call(a, BPF_FUNC_ktime_get_ns);
	bpf_alu_reg(a, BPF_MOV, R9, R0);
	bpf_alu_imm(a, BPF_LSH, R9, 8);
	bpf_load(a, BPF_DW, R1, R7, offsetof(struct gen_state, next_ns));
	bpf_leave_reg(a, BPF_JGT, R1, R9);
	bpf_store(a, BPF_DW, R7, offsetof(struct gen_state, last_ns), R0);
	bpf_alu_imm(a, BPF_SUB, R9, GEN_LAG_MAX);
	jump = bpf_jump_reg(a, BPF_JGT, R9, R1);
	bpf_alu_reg(a, BPF_MOV, R9, R1);
	bpf_land(a, jump);
	/* The first packet starts the schedule: what passed before is no lag. */
	bpf_load(a, BPF_DW, R1, R7, offsetof(struct gen_state, first));
	jump = bpf_jump_reg(a, BPF_JNE, R8, R1);
	bpf_alu_reg(a, BPF_MOV, R9, R0);
	bpf_alu_imm(a, BPF_LSH, R9, 8);
	bpf_land(a, jump);
	bpf_call(a, BPF_FUNC_get_prandom_u32);
	bpf_emit(a, BPF_ALU | BPF_K | BPF_RSH, R0, 0, 0, 16);
	bpf_load(a, BPF_DW, R1, R7, offsetof(struct gen_state, gap2_ns));
	bpf_alu_reg(a, BPF_MUL, R0, R1);
	bpf_alu_imm(a, BPF_RSH, R0, 16);
	bpf_alu_reg(a, BPF_ADD, R9, R0);
	bpf_store(a, BPF_DW, R7, offsetof(struct gen_state, next_ns), R9);
}

/* Cuts the frame, always 1514 bytes at first, to its length by sequence number: gen_frame_len(). */
static void emit_imix(struct bpf_asm *a)
{
	size_t large, medium;

	bpf_alu_reg(a, BPF_MOV, R1, R8);
	bpf_alu_imm(a, BPF_MOD, R1, GEN_IMIX_PERIOD);
	bpf_alu_imm(a, BPF_MOV, R9, GEN_IMIX_LARGE);
	large = bpf_jump_imm(a, BPF_JEQ, R1, 0);
	bpf_alu_imm(a, BPF_MOV, R9, GEN_IMIX_MEDIUM);
	bpf_alu_imm(a, BPF_MOD, R1, 3);
	medium = bpf_jump_imm(a, BPF_JEQ, R1, 1);
	bpf_alu_imm(a, BPF_MOV, R9, GEN_IMIX_SMALL);
	bpf_land(a, medium);
	bpf_alu_reg(a, BPF_MOV, R1, R6);
	bpf_alu_reg(a, BPF_MOV, R2, R9);
	bpf_alu_imm(a, BPF_SUB, R2, GEN_IMIX_LARGE);
	bpf_call(a, BPF_FUNC_xdp_adjust_tail);
	bpf_leave_imm(a, BPF_JNE, R0, 0);
	bpf_land(a, large);
}

/* The run's first and last packet note the time; the others do not pay for the clock. */
static void emit_stamps(struct bpf_asm *a, bool paced)
{
	size_t jump;

	bpf_load(a, BPF_DW, R1, R7, offsetof(struct gen_state, first));
	jump = bpf_jump_reg(a, BPF_JNE, R8, R1);
	bpf_call(a, BPF_FUNC_ktime_get_ns);
	bpf_store(a, BPF_DW, R7, offsetof(struct gen_state, start_ns), R0);
	bpf_land(a, jump);
	if (paced)
		return;
	bpf_load(a, BPF_DW, R1, R7, offsetof(struct gen_state, limit));
	bpf_alu_imm(a, BPF_SUB, R1, 1);
	jump = bpf_jump_reg(a, BPF_JNE, R8, R1);
	bpf_call(a, BPF_FUNC_ktime_get_ns);
	bpf_store(a, BPF_DW, R7, offsetof(struct gen_state, last_ns), R0);
	bpf_land(a, jump);
}

/* r2 = the frame, at least as long as everything up to the magic. */
static void emit_bounds(struct bpf_asm *a, uint32_t l3)
{
	bpf_load(a, BPF_W, R2, R6, offsetof(struct xdp_md, data));
	bpf_load(a, BPF_W, R3, R6, offsetof(struct xdp_md, data_end));
	bpf_alu_reg(a, BPF_MOV, R4, R2);
	bpf_alu_imm(a, BPF_ADD, R4, (int32_t)(l3 + GEN_IP_LEN + GEN_UDP_LEN + 8));
	bpf_leave_reg(a, BPF_JGT, R4, R3);
}

/* The IPv4 length and identification, where they vary, and the checksum that follows from them. */
static void emit_ip(struct bpf_asm *a, const struct gen_config *cfg, const uint8_t *first,
		    uint32_t l3)
{
	uint8_t ip[GEN_IP_LEN];

	memcpy(ip, first + l3, sizeof(ip));
	store_u16(ip + GEN_IP_CHECKSUM, 0);
	store_u16(ip + GEN_IP_ID, 0);
	if (!cfg->frame_bytes)
		store_u16(ip + GEN_IP_LENGTH, 0);
	bpf_alu_imm(a, BPF_MOV, R3, (int32_t)gen_ip_sum(ip));
	if (!cfg->frame_bytes) {
		bpf_alu_reg(a, BPF_MOV, R1, R9);
		bpf_alu_imm(a, BPF_SUB, R1, (int32_t)l3);
		bpf_to_be(a, R1, 16);
		bpf_store(a, BPF_H, R2, l3 + GEN_IP_LENGTH, R1);
		bpf_alu_reg(a, BPF_ADD, R3, R1);
		bpf_alu_reg(a, BPF_MOV, R1, R9);
		bpf_alu_imm(a, BPF_SUB, R1, (int32_t)(l3 + GEN_IP_LEN));
		bpf_to_be(a, R1, 16);
		bpf_store(a, BPF_H, R2, l3 + GEN_IP_LEN + GEN_UDP_LENGTH, R1);
	}
	if (cfg->vary_id) {
		bpf_alu_reg(a, BPF_MOV, R1, R8);
		bpf_to_be(a, R1, 16);
		bpf_store(a, BPF_H, R2, l3 + GEN_IP_ID, R1);
		bpf_alu_reg(a, BPF_ADD, R3, R1);
	}
	for (int i = 0; i < 2; i++) {
		bpf_alu_reg(a, BPF_MOV, R1, R3);
		bpf_alu_imm(a, BPF_RSH, R1, 16);
		bpf_alu_imm(a, BPF_AND, R3, 0xffff);
		bpf_alu_reg(a, BPF_ADD, R3, R1);
	}
	bpf_alu_imm(a, BPF_XOR, R3, 0xffff);
	bpf_store(a, BPF_H, R2, l3 + GEN_IP_CHECKSUM, R3);
}

static void emit_frame(struct bpf_asm *a, const struct gen_config *cfg, const uint8_t *first)
{
	const uint32_t l3 = gen_l3_offset(cfg);

	if (cfg->vlan_tpid)
		for (size_t i = 0; i < l3; i += i == 16 ? 2 : 4) {
			if (i == 16)
				bpf_store_imm(a, BPF_H, R2, i, load_u16(first + i));
			else
				bpf_store_imm(a, BPF_W, R2, i, load_u32(first + i));
		}
	if (!cfg->frame_bytes || cfg->vary_id)
		emit_ip(a, cfg, first, l3);
	if (cfg->flows > 1) {
		bpf_alu_reg(a, BPF_MOV, R1, R8);
		bpf_alu_imm(a, BPF_MOD, R1, (int32_t)cfg->flows);
		bpf_alu_imm(a, BPF_ADD, R1, GEN_PORT_BASE);
		bpf_to_be(a, R1, 16);
		bpf_store(a, BPF_H, R2, l3 + GEN_IP_LEN, R1);
	}
	bpf_alu_reg(a, BPF_MOV, R1, R8);
	bpf_to_be(a, R1, 64);
	bpf_store(a, BPF_DW, R2, l3 + GEN_IP_LEN + GEN_UDP_LEN, R1);
}

size_t gen_assemble(const struct gen_config *cfg, const uint8_t *first, int map_fd,
		    struct bpf_insn *insns)
{
	struct bpf_asm a = { .insns = insns };

	bpf_alu_reg(&a, BPF_MOV, R6, R1);
	bpf_map_value(&a, R7, map_fd);
	bpf_load(&a, BPF_DW, R8, R7, offsetof(struct gen_state, packets));
	bpf_load(&a, BPF_DW, R1, R7, offsetof(struct gen_state, limit));
	bpf_leave_reg(&a, BPF_JGE, R8, R1);
	if (gen_is_paced(cfg))
		emit_pace(&a);
	emit_stamps(&a, gen_is_paced(cfg));
	if (!cfg->frame_bytes)
		emit_imix(&a);
	emit_bounds(&a, gen_l3_offset(cfg));
	emit_frame(&a, cfg, first);
	bpf_alu_imm(&a, BPF_ADD, R8, 1);
	bpf_store(&a, BPF_DW, R7, offsetof(struct gen_state, packets), R8);
	bpf_load(&a, BPF_DW, R1, R7, offsetof(struct gen_state, bytes));
	if (cfg->frame_bytes)
		bpf_alu_imm(&a, BPF_ADD, R1, (int32_t)cfg->frame_bytes);
	else
		bpf_alu_reg(&a, BPF_ADD, R1, R9);
	bpf_store(&a, BPF_DW, R7, offsetof(struct gen_state, bytes), R1);
	bpf_exit(&a, XDP_PASS);
	bpf_land_leaves(&a);
	bpf_exit(&a, XDP_DROP);
	return a.n;
}
