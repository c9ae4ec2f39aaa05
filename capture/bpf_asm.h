/*
 * capture/bpf_asm.h -- eBPF programs assembled by hand, loaded and run: nobody needs clang or
 * libbpf to run them.
 *
 * The caller's array of instructions is long enough for its program; the verifier says the rest.
 */
#ifndef CAPTURE_BPF_ASM_H
#define CAPTURE_BPF_ASM_H

#include <linux/bpf.h>
#include <stddef.h>
#include <stdint.h>

#include "core/compiler.h"
#include "core/errmsg.h"

/* r0 is what a call returns, r1 to r5 its arguments and lost by it, r6 to r9 are kept. */
enum { R0, R1, R2, R3, R4, R5, R6, R7, R8, R9 };

struct bpf_asm {
	struct bpf_insn *insns;
	size_t n;
	size_t leaves[16]; /* jumps to the end: bpf_asm_leave() */
	size_t nr_leaves;
};

/* These append an instruction; sizes are BPF_B to BPF_DW, operations BPF_ADD and so on. */
size_t bpf_emit(struct bpf_asm *a, uint8_t code, uint8_t dst, uint8_t src, int16_t off,
		int32_t imm);
void bpf_load(struct bpf_asm *a, uint8_t size, uint8_t dst, uint8_t src, size_t off);
void bpf_store(struct bpf_asm *a, uint8_t size, uint8_t dst, size_t off, uint8_t src);
void bpf_store_imm(struct bpf_asm *a, uint8_t size, uint8_t dst, size_t off, uint32_t imm);
void bpf_alu_imm(struct bpf_asm *a, uint8_t op, uint8_t dst, int32_t imm);
void bpf_alu_reg(struct bpf_asm *a, uint8_t op, uint8_t dst, uint8_t src);
void bpf_to_be(struct bpf_asm *a, uint8_t dst, int32_t bits);
void bpf_call(struct bpf_asm *a, int32_t helper);
void bpf_exit(struct bpf_asm *a, int32_t verdict);
/* dst = the address of the only value of the array map. */
void bpf_map_value(struct bpf_asm *a, uint8_t dst, int map_fd);

/* Jumps forward; the result goes to bpf_land(), which lets it land at what comes next. */
size_t bpf_jump_imm(struct bpf_asm *a, uint8_t op, uint8_t dst, int32_t imm);
size_t bpf_jump_reg(struct bpf_asm *a, uint8_t op, uint8_t dst, uint8_t src);
void bpf_land(struct bpf_asm *a, size_t jump);
/* Jumps that all land where bpf_land_leaves() is called. */
void bpf_leave_imm(struct bpf_asm *a, uint8_t op, uint8_t dst, int32_t imm);
void bpf_leave_reg(struct bpf_asm *a, uint8_t op, uint8_t dst, uint8_t src);
void bpf_land_leaves(struct bpf_asm *a);

/*
 * An array map with one value of so many bytes, zeroed, and its mapping into this process, which
 * the caller unmaps (a whole number of pages). who begins the words. 0 or -errno.
 */
int bpf_array_open(const char *who, size_t size, int *ret_fd, void **ret_map,
		   struct errmsg *err) must_check;
/* Loads a program of enum bpf_prog_type; name has at most 15 letters. The descriptor or -errno. */
int bpf_load_program(const char *who, uint32_t type, const char *name, const struct bpf_asm *a,
		     struct errmsg *err) must_check;
/* Lets a BPF_PROG_TYPE_RAW_TRACEPOINT run at a tracepoint until the result is closed; -errno. */
int bpf_attach_tracepoint(int prog_fd, const char *tracepoint) must_check;

/*
 * XDP live frames (Linux 5.18, net/bpf/test_run.c): runs the program `repeat` times, batch frames
 * at a time (at most 256), each at first with these bytes, as if the interface had received them.
 * Back when they are over, or at a signal (-EINTR). 0 or -errno. Async-signal-safe.
 */
int bpf_run_live(int prog_fd, uint32_t ifindex, const uint8_t *frame, uint32_t len, uint32_t repeat,
		 uint32_t batch) must_check;

#endif
