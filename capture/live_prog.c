/*
 * capture/live_prog.c -- the programs of the XDP way, assembled by hand (see live_prog.h).
 *
 * Registers: r6 context, r7 struct live_state; of the XDP program r8 the frame's number, r9 its
 * slot's address, then its length.
 */
#include "capture/live_prog.h"

#include <errno.h>
#include <stdbool.h>

#define AT(field) offsetof(struct live_state, field)

/*
 * dst = a word that user space stores with release. The loads after it must not be done before it:
 * x86 keeps loads in order; elsewhere an atomic operation that returns a value is a full barrier.
 */
static void load_acquire(struct bpf_asm *a, uint8_t dst, size_t off)
{
#if defined(__x86_64__)
	bpf_load(a, BPF_DW, dst, R7, off);
#else
	bpf_alu_imm(a, BPF_MOV, dst, 0);
	bpf_emit(a, BPF_STX | BPF_ATOMIC | BPF_DW, R7, dst, (int16_t)off, BPF_ADD | BPF_FETCH);
#endif
}

/* A word that user space loads with acquire; src is lost. x86 keeps stores in order. */
static void store_release(struct bpf_asm *a, size_t off, uint8_t src)
{
#if defined(__x86_64__)
	bpf_store(a, BPF_DW, R7, off, src);
#else
	bpf_emit(a, BPF_STX | BPF_ATOMIC | BPF_DW, R7, src, (int16_t)off, BPF_XCHG);
#endif
}

/*
 * A driver whose queue is full refuses what more it is given, and that is lost: leaves when it has,
 * and some runs more.
 */
static void emit_pause(struct bpf_asm *a)
{
	size_t same, none;

	bpf_load(a, BPF_DW, R1, R7, AT(refused));
	bpf_load(a, BPF_DW, R2, R7, AT(seen));
	same = bpf_jump_reg(a, BPF_JEQ, R1, R2);
	bpf_store(a, BPF_DW, R7, AT(seen), R1);
	bpf_store_imm(a, BPF_DW, R7, AT(pause), LIVE_PAUSE);
	bpf_load(a, BPF_DW, R1, R7, AT(full));
	bpf_alu_imm(a, BPF_ADD, R1, 1);
	bpf_store(a, BPF_DW, R7, AT(full), R1);
	bpf_land(a, same);
	bpf_load(a, BPF_DW, R1, R7, AT(pause));
	none = bpf_jump_imm(a, BPF_JEQ, R1, 0);
	bpf_alu_imm(a, BPF_SUB, R1, 1);
	bpf_store(a, BPF_DW, R7, AT(pause), R1);
	bpf_exit(a, XDP_DROP);
	bpf_land(a, none);
}

/* Leaves unless the frame's time has come. r9 is kept. */
static void emit_due(struct bpf_asm *a)
{
	size_t own, set, now;

	bpf_load(a, BPF_DW, R1, R7, AT(gap));
	own = bpf_jump_imm(a, BPF_JEQ, R1, 0);
	bpf_call(a, BPF_FUNC_ktime_get_ns);
	bpf_alu_imm(a, BPF_MUL, R0, LIVE_NS);
	bpf_load(a, BPF_DW, R1, R7, AT(next));
	set = bpf_jump_imm(a, BPF_JNE, R1, 0);
	bpf_alu_reg(a, BPF_MOV, R1, R0);
	bpf_land(a, set);
	bpf_leave_reg(a, BPF_JGT, R1, R0);
	bpf_load(a, BPF_DW, R2, R7, AT(gap));
	bpf_alu_reg(a, BPF_ADD, R1, R2);
	bpf_store(a, BPF_DW, R7, AT(next), R1);
	now = bpf_emit(a, BPF_JMP | BPF_JA, 0, 0, 0, 0);
	bpf_land(a, own);
	bpf_load(a, BPF_DW, R1, R9, offsetof(struct live_slot, due_ns));
	set = bpf_jump_imm(a, BPF_JEQ, R1, 0);
	bpf_call(a, BPF_FUNC_ktime_get_ns);
	bpf_load(a, BPF_DW, R1, R9, offsetof(struct live_slot, due_ns));
	bpf_leave_reg(a, BPF_JGT, R1, R0);
	bpf_store(a, BPF_DW, R9, offsetof(struct live_slot, due_ns), R0);
	bpf_land(a, set);
	bpf_land(a, now);
}

/*
 * The frame's length and bytes; r9 becomes its length. Leaves if the slot is not one that user
 * space could have written, and with that for ever.
 */
static void emit_bytes(struct bpf_asm *a, const struct live_shape *shape)
{
	size_t fits;

	bpf_load(a, BPF_W, R2, R9, offsetof(struct live_slot, len));
	bpf_load(a, BPF_W, R1, R7, AT(initial));
	fits = bpf_jump_reg(a, BPF_JEQ, R2, R1);
	bpf_alu_reg(a, BPF_SUB, R2, R1);
	bpf_alu_reg(a, BPF_MOV, R1, R6);
	bpf_call(a, BPF_FUNC_xdp_adjust_tail);
	bpf_leave_imm(a, BPF_JNE, R0, 0);
	bpf_land(a, fits);
	bpf_load(a, BPF_W, R3, R9, offsetof(struct live_slot, offset));
	bpf_load(a, BPF_W, R9, R9, offsetof(struct live_slot, len));
	bpf_leave_imm(a, BPF_JEQ, R9, 0);
	bpf_leave_imm(a, BPF_JGT, R9, (int32_t)shape->frame_max);
	bpf_leave_imm(a, BPF_JGT, R3, (int32_t)(shape->data_size - shape->frame_max));
	bpf_alu_reg(a, BPF_ADD, R3, R7);
	bpf_alu_imm(a, BPF_ADD, R3, (int32_t)live_data_at(shape));
	bpf_alu_reg(a, BPF_MOV, R1, R6);
	bpf_alu_imm(a, BPF_MOV, R2, 0);
	bpf_alu_reg(a, BPF_MOV, R4, R9);
	bpf_call(a, BPF_FUNC_xdp_store_bytes);
	bpf_leave_imm(a, BPF_JNE, R0, 0);
}

/* dst = r7 + what lens[n] lies behind lens[0]. */
static void emit_lens(struct bpf_asm *a, uint8_t dst, uint8_t n)
{
	bpf_alu_reg(a, BPF_MOV, dst, n);
	bpf_alu_imm(a, BPF_AND, dst, LIVE_LENS - 1);
	bpf_alu_imm(a, BPF_MUL, dst, sizeof(uint16_t));
	bpf_alu_reg(a, BPF_ADD, dst, R7);
}

void live_prog_frames(struct bpf_asm *a, const struct live_shape *shape, int map_fd)
{
	size_t jump;

	bpf_alu_reg(a, BPF_MOV, R6, R1);
	bpf_map_value(a, R7, map_fd);
	bpf_load(a, BPF_DW, R8, R7, AT(pos));
	load_acquire(a, R1, AT(limit));
	bpf_leave_reg(a, BPF_JGE, R8, R1);
	bpf_load(a, BPF_W, R1, R7, AT(error));
	bpf_leave_imm(a, BPF_JNE, R1, 0);
	emit_pause(a);
	bpf_load(a, BPF_W, R9, R7, AT(slot));
	bpf_leave_imm(a, BPF_JGE, R9, (int32_t)shape->nr_slots);
	bpf_alu_imm(a, BPF_MUL, R9, sizeof(struct live_slot));
	bpf_alu_reg(a, BPF_ADD, R9, R7);
	bpf_alu_imm(a, BPF_ADD, R9, LIVE_SLOTS_AT);
	emit_due(a);
	emit_bytes(a, shape);
	bpf_call(a, BPF_FUNC_get_smp_processor_id);
	bpf_store(a, BPF_W, R7, AT(cpu), R0);
	emit_lens(a, R1, R8);
	bpf_store(a, BPF_H, R1, AT(lens), R9);
	bpf_load(a, BPF_DW, R1, R7, AT(bytes));
	bpf_alu_reg(a, BPF_ADD, R1, R9);
	bpf_store(a, BPF_DW, R7, AT(bytes), R1);
	bpf_load(a, BPF_W, R1, R7, AT(slot));
	bpf_alu_imm(a, BPF_ADD, R1, 1);
	bpf_load(a, BPF_W, R2, R7, AT(end));
	jump = bpf_jump_reg(a, BPF_JLT, R1, R2);
	bpf_load(a, BPF_W, R1, R7, AT(first));
	bpf_land(a, jump);
	bpf_store(a, BPF_W, R7, AT(slot), R1);
	bpf_alu_imm(a, BPF_ADD, R8, 1);
	store_release(a, AT(pos), R8);
	bpf_exit(a, XDP_TX);
	bpf_land_leaves(a);
	bpf_exit(a, XDP_DROP);
}

/*
 * r8 = number of the first frame whose fate is not known. Leaves unless this is about our frames: a
 * batch runs with softirqs off from its first frame until the driver has had its last, so whoever
 * has frames on their way on this CPU is the one that runs here.
 */
static void emit_ours(struct bpf_asm *a)
{
	bpf_call(a, BPF_FUNC_get_smp_processor_id);
	bpf_load(a, BPF_W, R1, R7, AT(cpu));
	bpf_leave_reg(a, BPF_JNE, R0, R1);
	bpf_load(a, BPF_DW, R8, R7, AT(sent));
	bpf_load(a, BPF_DW, R2, R7, AT(refused));
	bpf_alu_reg(a, BPF_ADD, R8, R2);
	bpf_load(a, BPF_DW, R2, R7, AT(too_long));
	bpf_alu_reg(a, BPF_ADD, R8, R2);
	bpf_load(a, BPF_DW, R2, R7, AT(pos));
	bpf_leave_reg(a, BPF_JEQ, R8, R2);
}

static void emit_count(struct bpf_asm *a, size_t field, uint8_t n)
{
	bpf_load(a, BPF_DW, R1, R7, field);
	bpf_alu_reg(a, BPF_ADD, R1, n);
	bpf_store(a, BPF_DW, R7, field, R1);
}

/* The frame with number r8 is lost; r1 and r2 are too. */
static void emit_lost_bytes(struct bpf_asm *a)
{
	emit_lens(a, R1, R8);
	bpf_load(a, BPF_H, R2, R1, AT(lens));
	emit_count(a, AT(lost_bytes), R2);
}

/* dst = an int argument of the tracepoint; negated if asked for. */
static void load_int(struct bpf_asm *a, uint8_t dst, int argument, bool negated)
{
	bpf_load(a, BPF_DW, dst, R6, (size_t)argument * sizeof(uint64_t));
	if (negated)
		bpf_emit(a, BPF_ALU | BPF_NEG, dst, 0, 0, 0);
	else
		bpf_emit(a, BPF_ALU | BPF_X | BPF_MOV, dst, dst, 0, 0);
}

/* trace/events/xdp.h: from_dev, to_dev, sent, drops, err. XDP_TX is a redirect to the same. */
void live_prog_taken(struct bpf_asm *a, int map_fd)
{
	size_t jump, top, back;

	bpf_alu_reg(a, BPF_MOV, R6, R1);
	bpf_map_value(a, R7, map_fd);
	bpf_load(a, BPF_DW, R1, R6, 0);
	bpf_load(a, BPF_DW, R2, R6, sizeof(uint64_t));
	bpf_leave_reg(a, BPF_JNE, R1, R2);
	emit_ours(a);
	load_int(a, R9, 2, false);
	emit_count(a, AT(sent), R9);
	/* The driver takes from the front. */
	bpf_alu_reg(a, BPF_ADD, R8, R9);
	load_int(a, R2, 4, true);
	jump = bpf_jump_imm(a, BPF_JEQ, R2, 0);
	bpf_store(a, BPF_W, R7, AT(error), R2);
	bpf_land(a, jump);
	load_int(a, R9, 3, false);
	emit_count(a, AT(refused), R9);
	bpf_leave_imm(a, BPF_JGT, R9, LIVE_LENS);
	top = a->n;
	bpf_leave_imm(a, BPF_JEQ, R9, 0);
	emit_lost_bytes(a);
	bpf_alu_imm(a, BPF_ADD, R8, 1);
	bpf_alu_imm(a, BPF_SUB, R9, 1);
	back = bpf_emit(a, BPF_JMP | BPF_JA, 0, 0, 0, 0);
	a->insns[back].off = (int16_t)((int)top - (int)back - 1);
	bpf_land_leaves(a);
	bpf_exit(a, 0);
}

/* dev, program, target, err, type and number of the map, index (here that of the interface). What
 * it is about is the frame that was taken last. */
void live_prog_refused(struct bpf_asm *a, uint32_t ifindex, int map_fd)
{
	size_t jump;

	bpf_alu_reg(a, BPF_MOV, R6, R1);
	bpf_map_value(a, R7, map_fd);
	load_int(a, R1, 6, false);
	bpf_leave_imm(a, BPF_JNE, R1, (int32_t)ifindex);
	emit_ours(a);
	bpf_load(a, BPF_DW, R8, R7, AT(pos));
	bpf_alu_imm(a, BPF_SUB, R8, 1);
	emit_lost_bytes(a);
	bpf_alu_imm(a, BPF_MOV, R3, 1);
	load_int(a, R2, 3, true);
	jump = bpf_jump_imm(a, BPF_JNE, R2, EMSGSIZE);
	emit_count(a, AT(too_long), R3);
	bpf_exit(a, 0);
	bpf_land(a, jump);
	bpf_store(a, BPF_W, R7, AT(error), R2);
	emit_count(a, AT(refused), R3);
	bpf_land_leaves(a);
	bpf_exit(a, 0);
}
