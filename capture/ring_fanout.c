/* capture/ring_fanout.c -- how packets of one interface are shared out over its rings. */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "capture/ring.h"
#include "core/limits.h"

/*
 * PACKET_FANOUT_CPU picks member cpu % n, which is right only for CPUs 0..n-1. For other sets a
 * program finds the member whose CPU it is; packets of further CPUs are spread by the remainder.
 */
static int set_cpu_program(const struct ring *r, const struct fanout_config *cfg)
{
	struct sock_filter code[2 * RINGS_MAX + 3];
	struct sock_fprog prog = { .filter = code };
	uint32_t i;

	code[prog.len++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
							(uint32_t)(SKF_AD_OFF + SKF_AD_CPU));
	for (i = 0; i < cfg->members; i++) {
		code[prog.len++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
								(uint32_t)cfg->cpus[i], 0, 1);
		code[prog.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, i);
	}
	code[prog.len++] = (struct sock_filter)BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, cfg->members);
	code[prog.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_A, 0);
	return setsockopt(r->fd, SOL_PACKET, PACKET_FANOUT_DATA, &prog, sizeof(prog)) < 0 ? -errno
											  : 0;
}

/* A pinned socket-filter program of the user's that returns the member's number. */
static int set_pinned_program(const struct ring *r, const char *path)
{
	union bpf_attr attr;
	int fd, ret;

	memset(&attr, 0, sizeof(attr));
	attr.pathname = (uint64_t)(uintptr_t)path;
	fd = (int)syscall(SYS_bpf, BPF_OBJ_GET, &attr, sizeof(attr));
	if (fd < 0)
		return -errno;
	ret = setsockopt(r->fd, SOL_PACKET, PACKET_FANOUT_DATA, &fd, sizeof(fd)) < 0 ? -errno : 0;
	close(fd);
	return ret;
}

static bool cpus_in_order(const struct fanout_config *cfg)
{
	uint32_t i;

	for (i = 0; i < cfg->members; i++)
		if (cfg->cpus[i] != (int)i)
			return false;
	return true;
}

int ring_join_fanout(struct ring *r, struct fanout_config *cfg, bool last, struct errmsg *err)
{
	static const int types[] = {
		[FANOUT_CPU] = PACKET_FANOUT_CPU,   [FANOUT_HASH] = PACKET_FANOUT_HASH,
		[FANOUT_QM] = PACKET_FANOUT_QM,     [FANOUT_LB] = PACKET_FANOUT_LB,
		[FANOUT_RND] = PACKET_FANOUT_RND,   [FANOUT_ROLLOVER] = PACKET_FANOUT_ROLLOVER,
		[FANOUT_EBPF] = PACKET_FANOUT_EBPF,
	};
	const bool by_program = cfg->mode == FANOUT_CPU && !cpus_in_order(cfg);
	const int type = by_program ? PACKET_FANOUT_CBPF : types[cfg->mode];
	/* The first member has the kernel pick an id that nobody else in this namespace uses. */
	int value = cfg->id ? cfg->id | type << 16 : (type | PACKET_FANOUT_FLAG_UNIQUEID) << 16;
	socklen_t len = sizeof(value);
	int ret = 0;

	if (setsockopt(r->fd, SOL_PACKET, PACKET_FANOUT, &value, sizeof(value)) < 0)
		return errmsg_set(err, -errno, "fanout group: %s", strerror(errno));
	if (!cfg->id) {
		if (getsockopt(r->fd, SOL_PACKET, PACKET_FANOUT, &value, &len) < 0)
			return errmsg_set(err, -errno, "fanout group: %s", strerror(errno));
		cfg->id = (uint16_t)value;
	}
	if (!last)
		return 0;
	/* The group's program is set once, when all members are there. */
	if (by_program)
		ret = set_cpu_program(r, cfg);
	else if (cfg->mode == FANOUT_EBPF)
		ret = set_pinned_program(r, cfg->ebpf_path);
	if (ret < 0)
		return errmsg_set(err, ret, "fanout program%s%s: %s",
				  cfg->mode == FANOUT_EBPF ? " " : "",
				  cfg->mode == FANOUT_EBPF ? cfg->ebpf_path : "", strerror(-ret));
	return 0;
}
