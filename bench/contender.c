#include "bench/contender.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bench/run.h"
#include "core/compiler.h"

static void arg(struct args *a, const char *fmt, ...) printf_like(2, 3);

/* One more argument; a command line that does not fit is cut, and fails when it is run. */
static void arg(struct args *a, const char *fmt, ...)
{
	const size_t room = sizeof(a->text) - a->used;
	va_list ap;
	int n;

	if (a->n == ARGS_MAX)
		return;
	va_start(ap, fmt);
	n = vsnprintf(a->text + a->used, room, fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= room)
		return;
	a->v[a->n++] = a->text + a->used;
	a->used += (size_t)n + 1;
}

void contender_path(const struct contender_env *env, const char *file, char *path, size_t size)
{
	snprintf(path, size, "%s/%s", env->dir, file);
}

static void arg_options(const struct contender *c, struct args *a)
{
	for (size_t i = 0; i < ARRAY_SIZE(c->option); i++)
		if (c->option[i])
			arg(a, "%s", c->option[i]);
}

/* In MiB, 0: not said. */
static unsigned ring_of(const struct contender *c, const struct contender_env *env)
{
	return c->ring_mib == RING_AS_RINGTAP ? env->ring_mib : (unsigned)c->ring_mib;
}

static void build_ringtap(const struct contender *c, const struct contender_env *env,
			  struct args *a)
{
	arg(a, "%s", env->ringtap);
	arg(a, "capture");
	arg(a, "-i");
	arg(a, "%s", env->ifname);
	if (c->file) {
		arg(a, "-w");
		arg(a, "%s/%s", env->dir, c->file);
	}
	arg_options(c, a);
	if (ring_of(c, env)) {
		arg(a, "-B");
		arg(a, "%uMiB", ring_of(c, env));
	}
	if (c->second) {
		arg(a, "--summaries");
		arg(a, "%s/%s", env->dir, c->second);
	}
	arg(a, "-q");
	arg(a, "--json");
}

static void build_tcpdump(const struct contender *c, const struct contender_env *env,
			  struct args *a)
{
	arg(a, "tcpdump");
	arg(a, "-n");
	arg(a, "-i");
	arg(a, "%s", env->ifname);
	arg(a, "-s");
	arg(a, "0");
	arg(a, "-Z");
	arg(a, "root");
	if (ring_of(c, env)) {
		arg(a, "-B");
		arg(a, "%u", ring_of(c, env) << 10);
	}
	arg(a, "-w");
	arg(a, "%s/%s", env->dir, c->file);
}

static void build_dumpcap(const struct contender *c, const struct contender_env *env,
			  struct args *a)
{
	arg(a, "dumpcap");
	arg(a, "-q");
	arg(a, "-i");
	arg(a, "%s", env->ifname);
	if (ring_of(c, env)) {
		arg(a, "-B");
		arg(a, "%u", ring_of(c, env));
	}
	arg(a, "-w");
	arg(a, "%s/%s", env->dir, c->file);
}

static void build_netsniff(const struct contender *c, const struct contender_env *env,
			   struct args *a)
{
	arg(a, "netsniff-ng");
	arg(a, "--in");
	arg(a, "%s", env->ifname);
	arg(a, "--out");
	arg(a, "%s/%s", env->dir, c->file);
	arg(a, "--silent");
	if (ring_of(c, env)) {
		arg(a, "--ring-size");
		arg(a, "%uMiB", ring_of(c, env));
	}
}

/* -64m: a ring, or buffer, of 64 MiB. -same: of the size that ringtap takes unasked. */
const struct contender contenders[] = {
	{ "ringtap", NULL, "rt.pcapng", NULL, build_ringtap, { 0 }, 0 },
	{ "discard", NULL, NULL, NULL, build_ringtap, { "--discard" }, RING_AS_RINGTAP },
	{ "ringtap-64m", NULL, "rt64.pcapng", NULL, build_ringtap, { 0 }, 64 },
	{ "ringtap-inplace",
	  NULL,
	  "rt-i.pcapng",
	  NULL,
	  build_ringtap,
	  { "--write", "inplace" },
	  0 },
	{ "ringtap-packed", NULL, "rt-p.pcapng", NULL, build_ringtap, { "--write", "packed" }, 0 },
	{ "ringtap-pcap", NULL, "rt.pcap", NULL, build_ringtap, { 0 }, 0 },
	{ "ringtap-zst", NULL, "rt.pcapng.zst", NULL, build_ringtap, { 0 }, 0 },
	{ "ringtap-summaries", NULL, "rt-s.pcapng", "rt-s.sum", build_ringtap, { 0 }, 0 },
	{ "tcpdump", "tcpdump", "td.pcap", NULL, build_tcpdump, { 0 }, 0 },
	{ "tcpdump-64m", "tcpdump", "td64.pcap", NULL, build_tcpdump, { 0 }, 64 },
	{ "tcpdump-same", "tcpdump", "tds.pcap", NULL, build_tcpdump, { 0 }, RING_AS_RINGTAP },
	{ "dumpcap", "dumpcap", "dc.pcapng", NULL, build_dumpcap, { 0 }, 0 },
	{ "dumpcap-64m", "dumpcap", "dc64.pcapng", NULL, build_dumpcap, { 0 }, 64 },
	{ "dumpcap-same", "dumpcap", "dcs.pcapng", NULL, build_dumpcap, { 0 }, RING_AS_RINGTAP },
	{ "netsniff-ng", "netsniff-ng", "nn.pcap", NULL, build_netsniff, { 0 }, 0 },
	{ "netsniff-ng-64m", "netsniff-ng", "nn64.pcap", NULL, build_netsniff, { 0 }, 64 },
	{ "netsniff-ng-same",
	  "netsniff-ng",
	  "nns.pcap",
	  NULL,
	  build_netsniff,
	  { 0 },
	  RING_AS_RINGTAP },
};
const size_t nr_contenders = ARRAY_SIZE(contenders);

const struct contender *contender_find(const char *name)
{
	for (size_t i = 0; i < nr_contenders; i++)
		if (!strcmp(contenders[i].name, name))
			return &contenders[i];
	return NULL;
}

void contender_args(const struct contender *c, const struct contender_env *env, struct args *a)
{
	memset(a, 0, sizeof(*a));
	c->build(c, env, a);
	a->v[a->n] = NULL;
}

bool contender_version(const struct contender *c, const struct contender_env *env, char *line,
		       size_t size)
{
	const char *const program = c->program ? c->program : env->ringtap;
	char *argv[] = { (char *)(uintptr_t)program, (char *)(uintptr_t) "--version", NULL };

	run_query(argv, -1, line, size);
	return line[0];
}
