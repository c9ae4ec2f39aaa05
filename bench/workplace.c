#include "bench/workplace.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { FRAME_MIN = 60, FRAME_MAX = 1514 };

void workplace_begin(struct workplace *w, const char *verb, const char *help)
{
	w->verb = verb;
	w->help = help;
	snprintf(w->dir, sizeof(w->dir), "/var/tmp");
	w->rounds = 3;
	w->cpu = -1;
	find_ringtap(w->ringtap, sizeof(w->ringtap));
}

int workplace_packets(const struct workplace *w, const char *text, uint64_t *ret)
{
	if (!parse_scaled(text, ret) || *ret < 4)
		return usage_error(w->verb, "'%s': not a number of packets", text);
	return -1;
}

int workplace_sizes(const struct workplace *w, const char *list, uint32_t *sizes, size_t max,
		    size_t *ret_nr)
{
	char part[16];
	size_t n = 0, len;

	for (const char *p = list; *p; p += len + (p[len] == ',')) {
		len = strcspn(p, ",");
		snprintf(part, sizeof(part), "%.*s", (int)len, p);
		if (len >= sizeof(part) || n == max || !parse_size(part, &sizes[n]) ||
		    sizes[n] < FRAME_MIN || sizes[n] > FRAME_MAX)
			return usage_error(w->verb, "'%s': up to %zu frame sizes, %d to %d bytes",
					   list, max, FRAME_MIN, FRAME_MAX);
		n++;
	}
	*ret_nr = n;
	return n ? -1 : usage_error(w->verb, "no frame size is given");
}

int workplace_option(struct workplace *w, int opt, const char *text)
{
	uint64_t v;

	switch (opt) {
	case 'o':
		if (!parse_scaled(text, &w->rounds) || !w->rounds ||
		    w->rounds > WORKPLACE_ROUNDS_MAX)
			return usage_error(w->verb, "'%s': 1 to %d rounds", text,
					   WORKPLACE_ROUNDS_MAX);
		break;
	case 'c':
		if (!parse_scaled(text, &v) || v >= 4096)
			return usage_error(w->verb, "'%s': not a CPU", text);
		w->cpu = (int)v;
		break;
	case 'R':
		snprintf(w->ringtap, sizeof(w->ringtap), "%s", text);
		break;
	case 'd':
		snprintf(w->dir, sizeof(w->dir), "%s", text);
		break;
	case 'j':
		w->json = text;
		break;
	case 'h':
		fputs(w->help, stdout);
		return BENCH_OK;
	default:
		return usage_error(w->verb, "what is wrong stands above");
	}
	return -1;
}

int workplace_prepare(struct workplace *w, uint64_t bytes, const char *what)
{
	const size_t len = strlen(w->dir);
	struct statvfs fs;
	uint64_t room;

	if (statvfs(w->dir, &fs)) {
		fprintf(stderr, "ringtap-bench: %s: %s\n", w->dir, strerror(errno));
		return BENCH_FAILED;
	}
	room = (uint64_t)fs.f_bavail * fs.f_frsize;
	if (room < bytes) {
		fprintf(stderr,
			"ringtap-bench: %s: %s need %.1f GiB, and %.1f GiB are free; less of it, "
			"or "
			"--dir\n",
			w->dir, what, (double)bytes / 0x1p30, (double)room / 0x1p30);
		return BENCH_FAILED;
	}
	host_read(w->dir, &w->host);
	if ((size_t)snprintf(w->dir + len, sizeof(w->dir) - len, "/ringtap-bench.XXXXXX") >=
		    sizeof(w->dir) - len ||
	    !mkdtemp(w->dir)) {
		fprintf(stderr, "ringtap-bench: %s: cannot make a directory there\n", w->dir);
		return BENCH_FAILED;
	}
	return -1;
}

void workplace_path(const struct workplace *w, const char *name, char ret[PATH_MAX + 64])
{
	snprintf(ret, PATH_MAX + 64, "%s/%s", w->dir, name);
}

void workplace_remove(const struct workplace *w, const char *const *names, size_t nr)
{
	char path[PATH_MAX + 64];

	for (size_t i = 0; i < nr; i++) {
		workplace_path(w, names[i], path);
		unlink(path);
	}
	rmdir(w->dir);
}
