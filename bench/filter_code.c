/* bench/filter_code.c -- compiling filters and running their programs, in this process. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/filter.h"
#include "bench/trial.h"
#include "core/clock.h"
#include "core/linktype.h"
#include "dissect/filter/filter.h"

enum {
	VM_PACKETS = 20000, /* as many as stay near the CPU: the filter is measured, not memory */
	VM_RUNS = 20,
	COMPILE_RUNS = 200,
};

const char *const filter_vm_exprs[NR_FILTER_VM] = {
	"ip",
	"tcp port 80",
	"host 10.0.0.1",
	"tcp port 443 and not host 10.0.0.1",
	"tcp[tcpflags] & (tcp-syn|tcp-fin) != 0",
	"vlan and udp port 53",
	"net 10.0.0.0/8 and (port 53 or port 80 or port 443 or portrange 5000-5100)",
};

/* What people type. */
const char *const filter_code_exprs[NR_FILTER_CODE] = {
	"ip",
	"ip6",
	"arp",
	"tcp",
	"udp",
	"icmp",
	"icmp6",
	"port 53",
	"tcp port 80",
	"udp port 53",
	"tcp port 80 or tcp port 443",
	"tcp dst port 443",
	"src port 22",
	"portrange 6000-6008",
	"tcp dst portrange 1-1023",
	"host 10.0.0.1",
	"src host 10.0.0.1",
	"host 10.0.0.1 and host 10.0.0.2",
	"host 10.0.0.1 and not port 22",
	"tcp port 443 and not host 10.0.0.1",
	"net 192.168.0.0/16",
	"src net 10.0.0.0/8 and dst net 172.16.0.0/12",
	"host 2001:db8::1",
	"net 2001:db8::/32",
	"ether host 00:11:22:33:44:55",
	"ether dst ff:ff:ff:ff:ff:ff",
	"ether broadcast",
	"ether multicast",
	"ip multicast",
	"not arp",
	"not broadcast and not multicast",
	"tcp[tcpflags] & (tcp-syn|tcp-fin) != 0",
	"tcp[13] = 2",
	"icmp[icmptype] != icmp-echo and icmp[icmptype] != icmp-echoreply",
	"ip[6:2] & 0x1fff != 0",
	"tcp port 80 and (((ip[2:2] - ((ip[0]&0xf)<<2)) - ((tcp[12]&0xf0)>>2)) != 0)",
	"len > 1000",
	"greater 100 and less 200",
	"vlan 100 and tcp port 80",
	"mpls and ip host 10.0.0.1",
	"ip proto 47 or ip proto 50 or ip proto 51",
	"(host 10.0.0.1 or host 10.0.0.2) and (port 53 or port 80 or port 443) and not icmp",
};

struct packets {
	uint8_t *data;
	size_t at[VM_PACKETS + 1];
};

static int compile(const char *expr, struct filter_program *ret, char *note, size_t size)
{
	const struct filter_options options = { .linktype = LINKTYPE_ETHERNET,
						.netmask = FILTER_NETMASK_UNKNOWN };
	struct filter_error error;
	const int code = filter_compile(expr, &options, ret, &error);

	if (code)
		snprintf(note, size, "%.190s", error.text);
	return code;
}

static int packets_open(struct packets *p)
{
	struct mix *mix;
	int code;

	p->data = malloc((size_t)VM_PACKETS * MIX_FRAME_MAX);
	if (!p->data)
		return -ENOMEM;
	code = mix_open(1, &mix);
	if (code)
		return code;
	p->at[0] = 0;
	for (size_t i = 0; i < VM_PACKETS; i++) {
		const struct mix_packet packet = mix_next(mix);

		memcpy(p->data + p->at[i], packet.data, packet.len);
		p->at[i + 1] = p->at[i] + packet.len;
	}
	mix_close(mix);
	return 0;
}

static uint64_t run_all(const struct packets *p, const struct filter_program *program)
{
	uint64_t accepted = 0;

	for (size_t i = 0; i < VM_PACKETS; i++) {
		const uint32_t len = (uint32_t)(p->at[i + 1] - p->at[i]);

		accepted += filter_run(program, p->data + p->at[i], len, len, NULL) != 0;
	}
	return accepted;
}

int filter_measure_vm(struct filter_bench *b, struct errmsg *err)
{
	struct packets p = { 0 };
	int code = packets_open(&p);

	for (size_t i = 0; !code && i < NR_FILTER_VM && !bench_interrupted; i++) {
		struct filter_vm *vm = &b->vm[i];
		struct filter_program program = { 0 };

		if (compile(filter_vm_exprs[i], &program, vm->error, sizeof(vm->error)))
			continue;
		vm->insns = program.len;
		vm->accepted = (double)run_all(&p, &program) / VM_PACKETS;
		for (size_t round = 0; round < b->place.rounds; round++) {
			const uint64_t start = clock_read_ns(CLOCK_THREAD_CPUTIME_ID);

			for (size_t k = 0; k < VM_RUNS; k++)
				run_all(&p, &program);
			vm->ns[round] = (double)(clock_read_ns(CLOCK_THREAD_CPUTIME_ID) - start) /
					VM_RUNS / VM_PACKETS;
		}
		filter_program_free(&program);
	}
	free(p.data);
	return code ? errmsg_set(err, code, "no memory for packets") : 0;
}

void filter_measure_compile(struct filter_bench *b)
{
	for (size_t i = 0; i < NR_FILTER_CODE && !bench_interrupted; i++) {
		struct filter_code *c = &b->code[i];
		struct filter_program program = { 0 };
		uint64_t start;

		if (compile(filter_code_exprs[i], &program, c->error, sizeof(c->error)))
			continue;
		c->insns = program.len;
		filter_program_free(&program);
		start = clock_read_ns(CLOCK_THREAD_CPUTIME_ID);
		for (size_t k = 0; k < COMPILE_RUNS; k++)
			if (!compile(filter_code_exprs[i], &program, c->error, sizeof(c->error)))
				filter_program_free(&program);
		c->compile_ns =
			(double)(clock_read_ns(CLOCK_THREAD_CPUTIME_ID) - start) / COMPILE_RUNS;
	}
}
