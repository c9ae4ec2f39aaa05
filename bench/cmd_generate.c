/* bench/cmd_generate.c -- just the generator, on an interface that exists. */
#include <getopt.h>
#include <string.h>

#include "bench/bench.h"
#include "bench/gen.h"
#include "bench/run.h"
#include "bench/trial.h"
#include "core/clock.h"

static const char help[] =
	"usage: ringtap-bench generate -i IF [OPTION]...\n"
	"\n"
	"Makes packets arrive on an interface of this network namespace, as if received there, and "
	"says\n"
	"exactly how many. Their destination is nobody's, so only packet sockets see them. Needs "
	"root.\n"
	"\n"
	"  -i, --interface IF     best one end of a veth pair in a namespace of its own\n"
	"  -n, --packets N        stop after N packets (k, M, G; default 1M unless --duration)\n"
	"  -t, --duration TIME    stop after TIME (500ms, 10s, 2min)\n"
	"  -s, --size SIZE        60 to 3000 bytes a frame, 1500 = the MTU (1514), or imix (7:4:1 "
	"of\n"
	"                         64, 590 and 1514); default 64\n"
	"  -r, --rate RATE        full (default), 3.7g bits or 500kpps packets a second\n"
	"  -f, --flows N          that many UDP source ports in turn (default 1)\n"
	"      --vlan ID          with an 802.1Q tag (--qinq: 802.1ad)\n"
	"      --vary-id          the IPv4 identification counts\n"
	"      --cpu N            run on this CPU\n"
	"      --json             (this is what it prints anyway: one JSON object)\n"
	"\n"
	"  ip netns exec lab ringtap-bench generate -i veth0 -n 1M -s imix -r 2g\n";

struct options {
	struct gen_config gen;
	uint64_t packets, duration_ns;
	int cpu;
};

/* Returns -1 to go on, else the exit status. */
static int take_option(int opt, const char *text, struct options *o)
{
	uint64_t v = 0;
	bool ok = true;

	switch (opt) {
	case 'i':
		o->gen.ifname = text;
		break;
	case 'n':
		ok = parse_scaled(text, &o->packets) && o->packets;
		break;
	case 't':
		ok = parse_duration(text, &o->duration_ns);
		break;
	case 's':
		ok = parse_size(text, &o->gen.frame_bytes);
		break;
	case 'r':
		ok = parse_rate(text, &o->gen.rate_bps, &o->gen.rate_pps);
		break;
	case 'f':
		ok = parse_scaled(text, &v) && v && v <= GEN_FLOWS_MAX;
		o->gen.flows = (uint32_t)v;
		break;
	case 'V':
		ok = parse_scaled(text, &v) && v < 4096;
		o->gen.vlan_tci = (uint16_t)v;
		if (!o->gen.vlan_tpid)
			o->gen.vlan_tpid = 0x8100;
		break;
	case 'Q':
		o->gen.vlan_tpid = 0x88a8;
		break;
	case 'I':
		o->gen.vary_id = true;
		break;
	case 'c':
		ok = parse_scaled(text, &v) && v < 4096;
		o->cpu = (int)v;
		break;
	case 'j':
		break;
	case 'h':
		fputs(help, stdout);
		return BENCH_OK;
	default:
		return usage_error("generate", "what is wrong stands above");
	}
	return ok ? -1 : usage_error("generate", "%s: not a value that -%c can have", text, opt);
}

static int generate(const struct options *o)
{
	struct gen_count count = { 0 };
	struct errmsg err;
	struct gen *gen;
	int ret;

	if (o->cpu >= 0 && cpu_pin(o->cpu))
		return usage_error("generate", "cannot run on CPU %d", o->cpu);
	ret = gen_open(&o->gen, &gen, &err);
	if (!ret) {
		trial_watch(gen);
		ret = gen_run(gen, o->packets, o->duration_ns, &count, &err);
		trial_watch(NULL);
		gen_close(gen);
		printf("{\"packets\":%llu,\"bytes\":%llu,\"seconds\":%.6f,\"pps\":%.0f,"
		       "\"bits_per_second\":%.0f}\n",
		       (unsigned long long)count.packets, (unsigned long long)count.bytes,
		       (double)count.ns / 1e9,
		       count.ns ? (double)count.packets * 1e9 / (double)count.ns : 0,
		       count.ns ? (double)count.bytes * 8e9 / (double)count.ns : 0);
	}
	if (ret)
		fprintf(stderr, "ringtap-bench: %s\n", err.text);
	if (bench_interrupted)
		return BENCH_INTERRUPTED;
	return ret ? BENCH_FAILED : BENCH_OK;
}

int cmd_generate(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "interface", required_argument, NULL, 'i' },
		{ "packets", required_argument, NULL, 'n' },
		{ "duration", required_argument, NULL, 't' },
		{ "size", required_argument, NULL, 's' },
		{ "rate", required_argument, NULL, 'r' },
		{ "flows", required_argument, NULL, 'f' },
		{ "vlan", required_argument, NULL, 'V' },
		{ "qinq", no_argument, NULL, 'Q' },
		{ "vary-id", no_argument, NULL, 'I' },
		{ "cpu", required_argument, NULL, 'c' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct options o = { .gen.frame_bytes = 64, .cpu = -1 };
	int opt, ret;

	while ((opt = getopt_long(argc, argv, "i:n:t:s:r:f:h", longs, NULL)) != -1) {
		ret = take_option(opt, optarg, &o);
		if (ret >= 0)
			return ret;
	}
	if (optind < argc)
		return usage_error("generate", "%s: not understood", argv[optind]);
	if (!o.gen.ifname)
		return usage_error("generate", "no interface given: -i IF");
	if (!o.packets && !o.duration_ns)
		o.packets = 1000000;
	catch_signals();
	return generate(&o);
}
