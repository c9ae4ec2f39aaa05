/* capture/bpf_asm.c -- see bpf_asm.h. */
#include "capture/bpf_asm.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

size_t bpf_emit(struct bpf_asm *a, uint8_t code, uint8_t dst, uint8_t src, int16_t off, int32_t imm)
{
	a->insns[a->n] = (struct bpf_insn){
		.code = code, .dst_reg = dst, .src_reg = src, .off = off, .imm = imm
	};
	return a->n++;
}

void bpf_load(struct bpf_asm *a, uint8_t size, uint8_t dst, uint8_t src, size_t off)
{
	bpf_emit(a, BPF_LDX | BPF_MEM | size, dst, src, (int16_t)off, 0);
}

void bpf_store(struct bpf_asm *a, uint8_t size, uint8_t dst, size_t off, uint8_t src)
{
	bpf_emit(a, BPF_STX | BPF_MEM | size, dst, src, (int16_t)off, 0);
}

void bpf_store_imm(struct bpf_asm *a, uint8_t size, uint8_t dst, size_t off, uint32_t imm)
{
	bpf_emit(a, BPF_ST | BPF_MEM | size, dst, 0, (int16_t)off, (int32_t)imm);
}

void bpf_alu_imm(struct bpf_asm *a, uint8_t op, uint8_t dst, int32_t imm)
{
	bpf_emit(a, BPF_ALU64 | BPF_K | op, dst, 0, 0, imm);
}

void bpf_alu_reg(struct bpf_asm *a, uint8_t op, uint8_t dst, uint8_t src)
{
	bpf_emit(a, BPF_ALU64 | BPF_X | op, dst, src, 0, 0);
}

void bpf_to_be(struct bpf_asm *a, uint8_t dst, int32_t bits)
{
	bpf_emit(a, BPF_ALU | BPF_END | BPF_TO_BE, dst, 0, 0, bits);
}

void bpf_call(struct bpf_asm *a, int32_t helper)
{
	bpf_emit(a, BPF_JMP | BPF_CALL, 0, 0, 0, helper);
}

void bpf_exit(struct bpf_asm *a, int32_t verdict)
{
	bpf_alu_imm(a, BPF_MOV, R0, verdict);
	bpf_emit(a, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

void bpf_map_value(struct bpf_asm *a, uint8_t dst, int map_fd)
{
	bpf_emit(a, BPF_LD | BPF_IMM | BPF_DW, dst, BPF_PSEUDO_MAP_VALUE, 0, map_fd);
	bpf_emit(a, 0, 0, 0, 0, 0); /* the offset within the value */
}

size_t bpf_jump_imm(struct bpf_asm *a, uint8_t op, uint8_t dst, int32_t imm)
{
	return bpf_emit(a, BPF_JMP | BPF_K | op, dst, 0, 0, imm);
}

size_t bpf_jump_reg(struct bpf_asm *a, uint8_t op, uint8_t dst, uint8_t src)
{
	return bpf_emit(a, BPF_JMP | BPF_X | op, dst, src, 0, 0);
}

void bpf_land(struct bpf_asm *a, size_t jump)
{
	a->insns[jump].off = (int16_t)(a->n - jump - 1);
}

void bpf_leave_imm(struct bpf_asm *a, uint8_t op, uint8_t dst, int32_t imm)
{
	a->leaves[a->nr_leaves++] = bpf_jump_imm(a, op, dst, imm);
}

void bpf_leave_reg(struct bpf_asm *a, uint8_t op, uint8_t dst, uint8_t src)
{
	a->leaves[a->nr_leaves++] = bpf_jump_reg(a, op, dst, src);
}

void bpf_land_leaves(struct bpf_asm *a)
{
	while (a->nr_leaves)
		bpf_land(a, a->leaves[--a->nr_leaves]);
}

static int sys_bpf(int cmd, union bpf_attr *attr)
{
	return (int)syscall(SYS_bpf, cmd, attr, sizeof(*attr));
}

int bpf_array_open(const char *who, size_t size, int *ret_fd, void **ret_map, struct errmsg *err)
{
	union bpf_attr attr = { 0 };
	int code, fd;
	void *p;

	attr.map_type = BPF_MAP_TYPE_ARRAY;
	attr.key_size = sizeof(uint32_t);
	attr.value_size = (uint32_t)size;
	attr.max_entries = 1;
	attr.map_flags = BPF_F_MMAPABLE;
	fd = sys_bpf(BPF_MAP_CREATE, &attr);
	if (fd < 0)
		return errmsg_set(
			err, -errno, "%s: cannot make a BPF map: %s%s", who, strerror(errno),
			errno == EPERM ? "; run as root, or with CAP_BPF and CAP_NET_ADMIN" : "");
	p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED) {
		code = -errno;
		close(fd);
		return errmsg_set(err, code, "%s: cannot map the BPF map: %s", who,
				  strerror(-code));
	}
	*ret_fd = fd;
	*ret_map = p;
	return 0;
}

int bpf_load_program(const char *who, uint32_t type, const char *name, const struct bpf_asm *a,
		     struct errmsg *err)
{
	static const char license[] = "Dual BSD/GPL";
	char verdict[8192] = "";
	union bpf_attr attr = { 0 };
	size_t said;
	int fd;

	attr.prog_type = type;
	attr.insn_cnt = (uint32_t)a->n;
	attr.insns = (uintptr_t)a->insns;
	attr.license = (uintptr_t)license;
	memcpy(attr.prog_name, name, strnlen(name, sizeof(attr.prog_name) - 1));
	fd = sys_bpf(BPF_PROG_LOAD, &attr);
	if (fd >= 0)
		return fd;
	if (errno == EPERM)
		return errmsg_set(
			err, -EPERM,
			"%s: may not load a BPF program: run as root, or with CAP_BPF and "
			"CAP_NET_ADMIN",
			who);
	/* Once more for the verifier's words, of which the last matter. */
	attr.log_buf = (uintptr_t)verdict;
	attr.log_size = sizeof(verdict);
	attr.log_level = 1;
	fd = sys_bpf(BPF_PROG_LOAD, &attr);
	if (fd >= 0)
		return fd;
	said = strnlen(verdict, sizeof(verdict) - 1);
	return errmsg_set(err, -errno, "%s: the kernel refuses the program: %s: ...%s", who,
			  strerror(errno), verdict + (said > 300 ? said - 300 : 0));
}

int bpf_attach_tracepoint(int prog_fd, const char *tracepoint)
{
	union bpf_attr attr = { 0 };
	int fd;

	attr.raw_tracepoint.name = (uintptr_t)tracepoint;
	attr.raw_tracepoint.prog_fd = (uint32_t)prog_fd;
	fd = sys_bpf(BPF_RAW_TRACEPOINT_OPEN, &attr);
	return fd < 0 ? -errno : fd;
}

int bpf_run_live(int prog_fd, uint32_t ifindex, const uint8_t *frame, uint32_t len, uint32_t repeat,
		 uint32_t batch)
{
	struct xdp_md ctx = { .data_end = len, .ingress_ifindex = ifindex };
	union bpf_attr attr = { 0 };

	attr.test.prog_fd = (uint32_t)prog_fd;
	attr.test.data_in = (uintptr_t)frame;
	attr.test.data_size_in = len;
	attr.test.ctx_in = (uintptr_t)&ctx;
	attr.test.ctx_size_in = sizeof(ctx);
	attr.test.repeat = repeat;
	attr.test.flags = BPF_F_TEST_XDP_LIVE_FRAMES;
	attr.test.batch_size = batch;
	return sys_bpf(BPF_PROG_TEST_RUN, &attr) ? -errno : 0;
}
