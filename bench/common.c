/* bench/common.c -- what the verbs share: numbers on the command line, signals, the host. */
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "bench/bench.h"
#include "bench/gen.h"
#include "bench/trial.h"

static bool parse_number(const char *text, double *ret, const char **end)
{
	char *stop;

	errno = 0;
	*ret = strtod(text, &stop);
	*end = stop;
	return stop != text && !errno && isfinite(*ret) && *ret >= 0 && *ret < 1e18;
}

static double scale_of(const char **p)
{
	static const char letters[] = "kmgt";
	const char *at = **p ? strchr(letters, **p | 0x20) : NULL;
	double base = 1000, scale = 1;

	if (!at)
		return 1;
	++*p;
	if (**p == 'i') {
		base = 1024;
		++*p;
	}
	for (int i = 0; i <= at - letters; i++)
		scale *= base;
	return scale;
}

bool parse_scaled(const char *text, uint64_t *ret)
{
	const char *p;
	double v;

	if (!parse_number(text, &v, &p))
		return false;
	v *= scale_of(&p);
	if (*p == 'B')
		p++;
	if (*p || v >= 1e18)
		return false;
	*ret = (uint64_t)v;
	return true;
}

bool parse_rate(const char *text, uint64_t *ret_bps, uint64_t *ret_pps)
{
	const char *p;
	double v;

	*ret_bps = *ret_pps = 0;
	if (!strcasecmp(text, "full"))
		return true;
	if (!parse_number(text, &v, &p))
		return false;
	v *= scale_of(&p);
	if (v < 1 || v >= 1e18)
		return false;
	if (!strcasecmp(p, "pps"))
		*ret_pps = (uint64_t)v;
	else if (!*p || !strcasecmp(p, "bit/s") || !strcasecmp(p, "bps"))
		*ret_bps = (uint64_t)v;
	else
		return false;
	return true;
}

bool parse_size(const char *text, uint32_t *ret_frame_bytes)
{
	const char *p;
	double v;

	if (!strcasecmp(text, "imix")) {
		*ret_frame_bytes = 0;
		return true;
	}
	if (!parse_number(text, &v, &p) || *p || v < GEN_FRAME_MIN || v > GEN_FRAME_MAX)
		return false;
	*ret_frame_bytes = (uint32_t)v == 1500 ? 1514 : (uint32_t)v;
	return true;
}

bool parse_duration(const char *text, uint64_t *ret_ns)
{
	const char *p;
	double v;

	if (!parse_number(text, &v, &p))
		return false;
	if (!strcmp(p, "ms"))
		v *= 1e6;
	else if (!*p || !strcmp(p, "s"))
		v *= 1e9;
	else if (!strcmp(p, "min"))
		v *= 60e9;
	else
		return false;
	*ret_ns = (uint64_t)v;
	return v >= 1 && v < 1e18;
}

void find_ringtap(char *path, size_t size)
{
	char self[PATH_MAX];
	const ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	if (n > 0) {
		self[n] = '\0';
		slash = strrchr(self, '/');
		*slash = '\0';
		if ((size_t)snprintf(path, size, "%s/../cli/ringtap", self) < size &&
		    !access(path, X_OK))
			return;
		if ((size_t)snprintf(path, size, "%s/ringtap", self) < size && !access(path, X_OK))
			return;
	}
	snprintf(path, size, "ringtap");
}

int usage_error(const char *verb, const char *fmt, ...)
{
	va_list ap;

	fputs("ringtap-bench: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "; see 'ringtap-bench %s --help'\n", verb);
	return BENCH_USAGE;
}

static void on_signal(int sig)
{
	(void)sig;
	trial_interrupt();
}

void catch_signals(void)
{
	const struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

static const char *fs_name(const char *dir)
{
	static const struct {
		unsigned magic;
		const char *name;
	} names[] = { { 0xef53, "ext4" },      { 0x58465342, "xfs" },       { 0x9123683e, "btrfs" },
		      { 0x01021994, "tmpfs" }, { 0x794c7630, "overlayfs" }, { 0x6969, "nfs" },
		      { 0xf2f52010, "f2fs" },  { 0x2fc12fc1, "zfs" } };
	struct statfs st;

	if (statfs(dir, &st))
		return "unknown";
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if ((unsigned)st.f_type == names[i].magic)
			return names[i].name;
	return "other";
}

void host_read(const char *dir, struct host *ret)
{
	const time_t now = time(NULL);
	struct utsname uts;
	char line[256], *p;
	struct tm tm;
	FILE *f;

	memset(ret, 0, sizeof(*ret));
	if (!uname(&uts))
		snprintf(ret->kernel, sizeof(ret->kernel), "%s %s %s", uts.sysname, uts.release,
			 uts.machine);
	strftime(ret->when, sizeof(ret->when), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
	ret->cpus = (int)sysconf(_SC_NPROCESSORS_ONLN);
	snprintf(ret->fs, sizeof(ret->fs), "%s", fs_name(dir));
	snprintf(ret->cpu, sizeof(ret->cpu), "unknown CPU");
	f = fopen("/proc/cpuinfo", "re");
	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, "model name", 10) && (p = strchr(line, ':'))) {
			p[strcspn(p, "\n")] = '\0';
			snprintf(ret->cpu, sizeof(ret->cpu), "%.120s", p + 2);
			break;
		}
	if (f)
		fclose(f);
}
