/*
 * The VM against the kernel: the same program on the same packet, here and as the socket filter of
 * a pair of datagram sockets. What arrives, and how much of it, is what the program returned.
 *
 *	filter_kernel [SEED [PROGRAMS]]     exit status 77: the kernel lets nobody attach here
 *
 * Programs are made of random instructions, or compiled. The verdict of
 * filter_check_kernel() must be the same as filter_check()'s.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/bytes.h"
#include "dissect/filter/filter.h"
#include "dissect/filter/program.h"

enum { PROGRAMS = 3000, PACKETS = 24, PACKET_MAX = 120, PROGRAM_MAX = 24 };

static uint64_t state;

static uint32_t random_u32(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 16);
}

static uint32_t random_below(uint32_t n)
{
	return random_u32() % n;
}

/* Constants and offsets where something happens. */
static uint32_t random_k(void)
{
	static const uint32_t edges[] = { 0,
					  1,
					  4,
					  31,
					  32,
					  PACKET_MAX - 4,
					  PACKET_MAX - 1,
					  PACKET_MAX,
					  0x7fffffff,
					  0x80000000,
					  0xffffefff,
					  0xffff0000,
					  0xfffffffc,
					  0xffffffff };

	if (random_below(4) == 0)
		return edges[random_below(sizeof(edges) / sizeof(edges[0]))];
	return random_below(random_below(2) ? 64 : PACKET_MAX + 8);
}

static const uint16_t codes[] = {
	BPF_LD | BPF_W | BPF_ABS,
	BPF_LD | BPF_H | BPF_ABS,
	BPF_LD | BPF_B | BPF_ABS,
	BPF_LD | BPF_W | BPF_IND,
	BPF_LD | BPF_H | BPF_IND,
	BPF_LD | BPF_B | BPF_IND,
	BPF_LD | BPF_IMM,
	BPF_LDX | BPF_IMM,
	BPF_LD | BPF_W | BPF_LEN,
	BPF_LDX | BPF_W | BPF_LEN,
	BPF_LDX | BPF_B | BPF_MSH,
	BPF_LD | BPF_MEM,
	BPF_LDX | BPF_MEM,
	BPF_ST,
	BPF_STX,
	BPF_ALU | BPF_ADD | BPF_K,
	BPF_ALU | BPF_SUB | BPF_K,
	BPF_ALU | BPF_MUL | BPF_K,
	BPF_ALU | BPF_DIV | BPF_K,
	BPF_ALU | BPF_MOD | BPF_K,
	BPF_ALU | BPF_AND | BPF_K,
	BPF_ALU | BPF_OR | BPF_K,
	BPF_ALU | BPF_XOR | BPF_K,
	BPF_ALU | BPF_LSH | BPF_K,
	BPF_ALU | BPF_RSH | BPF_K,
	BPF_ALU | BPF_ADD | BPF_X,
	BPF_ALU | BPF_SUB | BPF_X,
	BPF_ALU | BPF_MUL | BPF_X,
	BPF_ALU | BPF_DIV | BPF_X,
	BPF_ALU | BPF_MOD | BPF_X,
	BPF_ALU | BPF_AND | BPF_X,
	BPF_ALU | BPF_OR | BPF_X,
	BPF_ALU | BPF_XOR | BPF_X,
	BPF_ALU | BPF_LSH | BPF_X,
	BPF_ALU | BPF_RSH | BPF_X,
	BPF_ALU | BPF_NEG,
	BPF_MISC | BPF_TAX,
	BPF_MISC | BPF_TXA,
	BPF_JMP | BPF_JA,
	BPF_JMP | BPF_JEQ | BPF_K,
	BPF_JMP | BPF_JGT | BPF_K,
	BPF_JMP | BPF_JGE | BPF_K,
	BPF_JMP | BPF_JSET | BPF_K,
	BPF_JMP | BPF_JEQ | BPF_X,
	BPF_JMP | BPF_JGT | BPF_X,
	BPF_JMP | BPF_JGE | BPF_X,
	BPF_JMP | BPF_JSET | BPF_X,
	BPF_RET | BPF_K,
	BPF_RET | BPF_A,
};

static struct sock_filter random_insn(uint32_t behind)
{
	struct sock_filter i = { .code = codes[random_below(sizeof(codes) / sizeof(codes[0]))] };

	i.k = random_k();
	if (BPF_CLASS(i.code) == BPF_ST || BPF_CLASS(i.code) == BPF_STX ||
	    (BPF_CLASS(i.code) <= BPF_LDX && BPF_MODE(i.code) == BPF_MEM))
		i.k = random_below(random_below(50) ? FILTER_SCRATCH : FILTER_SCRATCH + 1);
	else if (i.code == (BPF_JMP | BPF_JA))
		i.k = random_below(behind + 1);
	else if (BPF_CLASS(i.code) == BPF_ALU && i.k > 31 &&
		 (BPF_OP(i.code) == BPF_LSH || BPF_OP(i.code) == BPF_RSH) && random_below(30))
		i.k &= 31;
	if (BPF_CLASS(i.code) == BPF_JMP && i.code != (BPF_JMP | BPF_JA)) {
		i.jt = (uint8_t)random_below(behind + 1);
		i.jf = (uint8_t)random_below(behind + 1);
	}
	return i;
}

/* Most begin with a store of all scratch words, which the kernel wants before they are read. */
static uint32_t random_program(struct sock_filter *insns, bool *written)
{
	const uint32_t body = 1 + random_below(PROGRAM_MAX - 2);
	uint32_t n = 0, i;

	*written = random_below(10);
	if (*written) {
		insns[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_IMM, random_k());
		for (i = 0; i < FILTER_SCRATCH; i++)
			insns[n++] = (struct sock_filter)BPF_STMT(BPF_ST, i);
	}
	for (i = 0; i < body; i++)
		insns[n++] = random_insn(body - 1 - i);
	insns[n++] = random_below(2)
			     ? (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, random_below(200))
			     : (struct sock_filter)BPF_STMT(BPF_RET | BPF_A, 0);
	return n;
}

static uint32_t random_packet(uint8_t *packet)
{
	static const uint8_t tcp[] = { 2,  0,    0, 0, 0,  1, 2, 0, 0, 0,  0, 2, 8,
				       0,  0x45, 0, 0, 60, 0, 1, 0, 0, 64, 6, 0, 0,
				       10, 0,    0, 1, 10, 0, 0, 2, 0, 80, 0, 53 };
	const uint32_t len = 1 + random_below(PACKET_MAX);
	uint32_t i;

	for (i = 0; i < PACKET_MAX; i++)
		packet[i] = (uint8_t)(random_below(3) ? random_u32() : random_below(20));
	if (random_below(2)) {
		memcpy(packet, tcp, sizeof(tcp));
		packet[23] = random_below(2) ? 6 : 17;
	}
	return len;
}

/* Bytes that arrive, 0: none; what the kernel says of the program on this packet. */
static uint32_t kernel_run(const int fd[2], const uint8_t *packet, uint32_t len)
{
	uint8_t back[PACKET_MAX];
	ssize_t n;

	/* A packet that the filter drops makes send() on a local socket say EPERM. */
	if (send(fd[0], packet, len, MSG_DONTWAIT) < 0)
		return 0;
	n = recv(fd[1], back, sizeof(back), MSG_DONTWAIT);
	return n < 0 || memcmp(back, packet, (size_t)n) ? 0 : (uint32_t)n;
}

static int compare(const struct filter_program *p, const int fd[2])
{
	char words[4096];
	struct strbuf s = strbuf_over(words, sizeof(words));
	uint8_t packet[PACKET_MAX];
	int k;

	for (k = 0; k < PACKETS; k++) {
		const uint32_t len = random_packet(packet);
		const uint32_t there = kernel_run(fd, packet, len);
		uint32_t here = filter_run(p, packet, len, len, NULL);

		if (here > len)
			here = len;
		if (here == there)
			continue;
		filter_print_listing(p, &s);
		printf("FAIL: %u here, %u in the kernel, of a packet of %u bytes\n%s\n", here,
		       there, len, words);
		return -1;
	}
	return 0;
}

/* 1: compared, 0: refused, -1: they differ. Ours begins with zeros in the scratch words. */
static int try_program(const struct filter_program *p, bool written, const int fd[2])
{
	struct sock_fprog prog = { .len = (unsigned short)p->len, .filter = p->insns };
	struct errmsg ours = { "" }, theirs = { "" };
	const int here = filter_check(p->insns, p->len, false, &ours);
	const int there = filter_check_kernel(p, &theirs);
	char words[4096];
	struct strbuf s = strbuf_over(words, sizeof(words));

	if (here || there) {
		if (!there || (!here && written)) {
			filter_print_listing(p, &s);
			printf("FAIL: here %d %s, the kernel %d %s\n%s\n", here, ours.text, there,
			       theirs.text, words);
			return -1;
		}
		return 0;
	}
	if (setsockopt(fd[1], SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog))) {
		perror("SO_ATTACH_FILTER");
		return -1;
	}
	return compare(p, fd) ? -1 : 1;
}

static const char *const expressions[] = {
	"ip",
	"tcp port 80",
	"udp dst port 53 or tcp src port 80",
	"not host 10.0.0.1",
	"net 10.0.0.0/8 and not tcp",
	"ip[2:2] > len or ip[8] % 7 = 1",
	"tcp[((tcp[12] & 0xf0) >> 2):2] & 0x0f0f != 0",
	"udp[4:2] - 8 < ip[2:2] / 2",
	"ether[0] & 1 = 0 and less 90",
	"icmp6 or arp or greater 100",
	"vlan or ip proto 17",
};

/* What is compiled, with a snaplen that cuts. 0 or -1. */
static int try_expressions(const int fd[2])
{
	size_t i;

	for (i = 0; i < sizeof(expressions) / sizeof(expressions[0]); i++) {
		const struct filter_options opt = { .linktype = 1, .snaplen = 50 };
		struct filter_program p = { 0 };
		struct filter_error err = { "" };
		int ret = filter_compile(expressions[i], &opt, &p, &err);

		if (ret)
			printf("FAIL: '%s': %s\n", expressions[i], err.text);
		else if (try_program(&p, true, fd) < 1)
			ret = -1;
		filter_program_free(&p);
		if (ret)
			return -1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	const unsigned long wanted = argc > 2 ? strtoul(argv[2], NULL, 10) : PROGRAMS;
	unsigned long compared = 0, tried = 0;
	struct sock_filter insns[PROGRAM_MAX + FILTER_SCRATCH + 2];
	const struct filter_program all = { .insns = insns, .len = 1 };
	struct errmsg err = { "" };
	int fd[2], ret = 0;

	state = argc > 1 ? strtoull(argv[1], NULL, 10) * 2654435761u + 88172645463325252ull : 1;
	insns[0] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 0xffff);
	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, fd)) {
		perror("socketpair");
		return EXIT_FAILURE;
	}
	ret = filter_check_kernel(&all, &err);
	if (ret) {
		printf("SKIP filter_kernel: no filter can be attached here: %s\n", err.text);
		return 77;
	}
	while (tried < wanted && ret >= 0) {
		bool written;
		const uint32_t len = random_program(insns, &written);
		const struct filter_program p = { .insns = insns, .len = len };

		tried++;
		ret = try_program(&p, written, fd);
		compared += ret > 0;
	}
	if (ret >= 0)
		ret = try_expressions(fd);
	printf("filter_kernel: %lu programs, %lu of them run on %d packets each\n", tried, compared,
	       PACKETS);
	close(fd[0]);
	close(fd[1]);
	return ret < 0 || compared < wanted / 50 ? EXIT_FAILURE : EXIT_SUCCESS;
}
