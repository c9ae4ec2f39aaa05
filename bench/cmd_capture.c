/* bench/cmd_capture.c -- capturing to a file: ringtap and the others. */
#include "bench/bench.h"
#include "bench/compare.h"

#define COMPARE_OPTIONS                                                                          \
	"  -s, --size LIST        64,512,1500,imix or any frame size; 1500 = the MTU: 1514 "     \
	"bytes\n"                                                                                \
	"  -r, --rate LIST        full, 3.7g (bits a second), 500kpps\n"                         \
	"  -n, --packets N        in each run (k, M; default 3M)\n"                              \
	"      --rounds N         times each contender runs on each load (default 3)\n"          \
	"      --baseline NAME    what the ratios are against\n"                                 \
	"      --ringtap PATH     the binary; default: the one of this build, else from PATH\n"  \
	"      --dir DIR          captures go below this directory and are removed (/var/tmp)\n" \
	"      --json FILE        all numbers; - = standard output\n"

static const char capture_help[] =
	"usage: ringtap-bench capture [OPTION]...\n"
	"\n"
	"Makes a network namespace, sends the same traffic to one capture program after the other, "
	"counts\n"
	"in the file what each has stored, and takes its CPU time. Needs root and two CPUs.\n"
	"\n" COMPARE_OPTIONS "      --plot FILE.svg    loss, CPU and the disk, drawn by gnuplot\n"
	"  -c, --contenders LIST  all, or some of: ringtap discard ringtap-64m ringtap-inplace\n"
	"                         ringtap-packed ringtap-pcap ringtap-zst ringtap-summaries; "
	"tcpdump,\n"
	"                         dumpcap and netsniff-ng: as they are, with -64m or -same "
	"(ringtap's\n"
	"                         ring)\n"
	"                         (default: ringtap,discard,tcpdump,dumpcap,netsniff-ng)\n"
	"\n"
	"  ringtap-bench capture -s 1500,imix -r full,3.7g,10g --json out.json --plot out.svg\n";

static const char ring_help[] =
	"usage: ringtap-bench ring [OPTION]...\n"
	"\n"
	"What writing costs: ringtap that captures and throws away, against ringtap that captures "
	"and\n"
	"writes. What the first has taken is by its own account: there is no file to count in.\n"
	"\n" COMPARE_OPTIONS "\n"
	"  ringtap-bench ring -s 64,1500 -r full\n";

int cmd_capture(int argc, char **argv)
{
	static const struct compare_preset preset = {
		"capture", capture_help, "ringtap,discard,tcpdump,dumpcap,netsniff-ng",
		"tcpdump", "1500",       "full",
	};

	return compare_main(&preset, argc, argv);
}

int cmd_ring(int argc, char **argv)
{
	static const struct compare_preset preset = {
		"ring", ring_help, "discard,ringtap", "discard", "64,1500", "full",
	};

	return compare_main(&preset, argc, argv);
}
