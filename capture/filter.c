/* capture/filter.c -- programs for packet sockets. */
#include "capture/filter.h"

#include <net/if.h> /* before the kernel's headers, which then leave its names alone */

#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static int attach(int fd, struct sock_filter *code, uint16_t len)
{
	const struct sock_fprog prog = { .len = len, .filter = code };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog)) < 0 ? -errno : 0;
}

int socket_filter_attach(int fd, const struct filter_program *p)
{
	return attach(fd, p->insns, (uint16_t)p->len);
}

int socket_filter_drop_all(int fd)
{
	struct sock_filter code[] = { BPF_STMT(BPF_RET | BPF_K, 0) };

	return attach(fd, code, ARRAY_SIZE(code));
}

/*
 * A packet over the loopback interface passes the tap twice, going out and coming in: the first is
 * left away, as everybody does.
 */
static int put_in_front(struct filter_program *p, uint32_t lo)
{
	const struct sock_filter once[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OUTGOING, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_IFINDEX)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, lo, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_filter *all;

	if (p->len + ARRAY_SIZE(once) > FILTER_INSNS_MAX)
		return -E2BIG;
	all = malloc((p->len + ARRAY_SIZE(once)) * sizeof(*all));
	if (!all)
		return -ENOMEM;
	memcpy(all, once, sizeof(once));
	memcpy(all + ARRAY_SIZE(once), p->insns, p->len * sizeof(*all));
	free(p->insns);
	p->insns = all;
	p->len += ARRAY_SIZE(once);
	return 0;
}

static int accept_all(uint32_t snaplen, struct filter_program *ret)
{
	*ret = (struct filter_program){ .insns = malloc(sizeof(*ret->insns)), .len = 1 };
	if (!ret->insns)
		return -ENOMEM;
	ret->insns[0] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, snaplen);
	return 0;
}

int socket_filter_compile(const char *expr, const struct filter_options *opt, uint32_t ifindex,
			  struct filter_program *ret, struct filter_error *err)
{
	const uint32_t lo = if_nametoindex("lo");
	struct filter_program p = { 0 };
	int code;

	code = expr ? filter_compile(expr, opt, &p, err) : accept_all(opt->snaplen, &p);
	if (code == 0 && p.loops)
		code = filter_error_set(err, -EINVAL, 0, expr ? (uint32_t)strlen(expr) : 0,
					"the kernel does not take a filter that loops");
	else if (code < 0)
		return code;
	if (code == 0 && (!ifindex || ifindex == lo))
		code = put_in_front(&p, lo);
	if (code == -E2BIG)
		(void)filter_error_set(err, code, 0, expr ? (uint32_t)strlen(expr) : 0,
				       "the kernel takes %d instructions at most",
				       FILTER_INSNS_MAX);
	if (code < 0)
		filter_program_free(&p);
	else
		*ret = p;
	return code;
}
