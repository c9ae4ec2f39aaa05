/* bench/files_run.c -- the programs over the files, and whether what they leave is right. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/files.h"
#include "bench/run_count.h"
#include "bench/trial.h"
#include "core/bytes.h"
#include "core/clock.h"
#include "pcapio/reader.h"

enum { REPORT_MAX = 64 << 10 };

typedef char path_text[PATH_MAX + 64];

/* ---- one run ---- */

static void fill_argv(struct files_bench *b, const struct files_program *p,
		      path_text in[FILES_EIGHT], path_text out, char **argv)
{
	size_t n = 0;

	for (const char *const *arg = p->args; *arg; arg++) {
		if (!strcmp(*arg, "IN"))
			for (size_t i = 0; i < b->made.nr; i++)
				argv[n++] = in[i];
		else if (!strcmp(*arg, "OUT"))
			argv[n++] = out;
		else if (!strcmp(*arg, "RINGTAP"))
			argv[n++] = b->place.ringtap;
		else
			argv[n++] = (char *)(uintptr_t)*arg;
	}
	argv[n] = NULL;
}

/* So that each program has to fetch the files from the disk. */
static void forget_pages(const char *path)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	close(fd);
}

/* With keep, what it prints stays in the file "report". 0 or -errno, with a note. */
static int run_once(struct files_bench *b, size_t form, size_t who, bool keep,
		    struct run_result *ret, char *note, size_t size)
{
	static path_text in[FILES_EIGHT];
	char *argv[FILES_ARGS_MAX + FILES_EIGHT + 1];
	struct run_count count = { 0 };
	path_text out = "", log, report;

	for (size_t i = 0; i < b->made.nr; i++) {
		workplace_path(&b->place, b->made.names[i], in[i]);
		if (b->cold)
			forget_pages(in[i]);
	}
	if (files_forms[form].output) {
		workplace_path(&b->place, files_forms[form].output, out);
		unlink(out);
	}
	workplace_path(&b->place, "log", log);
	workplace_path(&b->place, "report", report);
	count.keep = keep ? report : NULL;
	fill_argv(b, &files_forms[form].who[who], in, out, argv);
	return run_counted(argv, b->place.cpu, log, &count, ret, note, size);
}

static uint64_t output_size(const struct files_bench *b, size_t form)
{
	path_text path;
	struct stat st;

	if (!files_forms[form].output)
		return 0;
	workplace_path(&b->place, files_forms[form].output, path);
	return stat(path, &st) ? 0 : (uint64_t)st.st_size;
}

static void remove_output(const struct files_bench *b, size_t form)
{
	path_text path;

	if (!files_forms[form].output)
		return;
	workplace_path(&b->place, files_forms[form].output, path);
	unlink(path);
}

/* ---- is it right ---- */

/* The number as a word of its own in what was printed. */
static bool report_says(const struct files_bench *b, uint64_t packets)
{
	char *const text = calloc(1, REPORT_MAX), want[32];
	const size_t len =
		(size_t)snprintf(want, sizeof(want), "%llu", (unsigned long long)packets);
	bool found = false;
	path_text path;
	FILE *f;

	workplace_path(&b->place, "report", path);
	f = fopen(path, "re");
	if (text && f && fread(text, 1, REPORT_MAX - 1, f))
		for (const char *p = text; !found && (p = strstr(p, want)); p++)
			found = (p == text || !strchr("0123456789.", p[-1])) &&
				!strchr("0123456789", p[len] ? p[len] : ' ');
	if (f)
		fclose(f);
	unlink(path);
	free(text);
	return found;
}

static int read_content(const char *path, struct files_content *ret, struct errmsg *err)
{
	uint64_t last_ns = 0;
	struct frame_view f;
	struct reader *r;
	int code = reader_open(path, &r, err);

	*ret = (struct files_content){ .sorted = true };
	if (code)
		return code;
	while (!bench_interrupted && (code = reader_next(r, &f, err)) > 0) {
		ret->packets++;
		ret->bytes += f.cap_len;
		ret->time_sum_us += f.ts_ns / NS_PER_US;
		ret->sorted &= f.ts_ns >= last_ns;
		last_ns = f.ts_ns;
	}
	reader_close(r);
	return code;
}

static bool same_content(const struct files_content *a, const struct files_content *b)
{
	return a->packets == b->packets && a->bytes == b->bytes &&
	       a->time_sum_us == b->time_sum_us && a->sorted == b->sorted;
}

/* Against what it was given, or what the first program made of it. False: why is in note. */
static bool check_content(struct files_bench *b, size_t form, size_t who, char *note, size_t size)
{
	const struct files_form *const f = &files_forms[form];
	const struct files_contender *const first = &b->contenders[form][0];
	struct files_content *const c = &b->contenders[form][who].content;
	struct errmsg err;
	path_text path;

	if (f->check == CHECK_REPORT) {
		if (report_says(b, b->made.packets))
			return true;
		snprintf(note, size, "it does not report the %llu packets that there are",
			 (unsigned long long)b->made.packets);
		return false;
	}
	workplace_path(&b->place, f->output, path);
	if (read_content(path, c, &err)) {
		snprintf(note, size, "its output: %.180s", err.text);
		return false;
	}
	if (f->check != CHECK_SAME && c->packets != b->made.packets)
		snprintf(note, size, "%llu packets of %llu in its output",
			 (unsigned long long)c->packets, (unsigned long long)b->made.packets);
	else if (f->check == CHECK_SORTED && !c->sorted)
		snprintf(note, size, "its output is not sorted by time");
	else if (who && !first->missing && !same_content(c, &first->content))
		snprintf(note, size,
			 "its output is another than ringtap's: %llu packets, %llu there",
			 (unsigned long long)c->packets,
			 (unsigned long long)first->content.packets);
	else
		return true;
	return false;
}

void files_check_form(struct files_bench *b, size_t form)
{
	char option[] = "--version";

	for (size_t who = 0; who < FILES_WHO_MAX && !bench_interrupted; who++) {
		struct files_contender *const c = &b->contenders[form][who];
		const struct files_program *const p = &files_forms[form].who[who];
		struct files_trial *const t = &c->trials[0];
		struct run_result r;

		if (!p->name)
			continue;
		char *argv[] = { strcmp(p->args[0], "RINGTAP") ? (char *)(uintptr_t)p->args[0]
							       : b->place.ringtap,
				 option, NULL };
		run_query(argv, -1, c->version, sizeof(c->version));
		c->missing = true;
		if (!c->version[0])
			snprintf(t->note, sizeof(t->note), "cannot be run here");
		else
			c->missing = run_once(b, form, who, true, &r, t->note, sizeof(t->note)) ||
				     !check_content(b, form, who, t->note, sizeof(t->note));
		c->output_bytes = output_size(b, form);
		remove_output(b, form);
		if (c->missing && !bench_interrupted)
			fprintf(stderr, "ringtap-bench: %s, %s: left out: %s\n", p->name,
				files_forms[form].name, t->note);
	}
}

/* ---- what is measured ---- */

static void trial_once(struct files_bench *b, size_t form, size_t who, struct files_trial *t)
{
	const struct files_contender *const c = &b->contenders[form][who];
	struct run_result r;
	uint64_t bytes;

	if (run_once(b, form, who, false, &r, t->note, sizeof(t->note)))
		return;
	bytes = output_size(b, form);
	t->wall_s = r.wall_s;
	t->cpu_s = r.user_s + r.system_s;
	t->rss_kib = r.rss_kib;
	t->valid = bytes == c->output_bytes;
	if (!t->valid)
		snprintf(t->note, sizeof(t->note), "its output has %llu bytes, and had %llu",
			 (unsigned long long)bytes, (unsigned long long)c->output_bytes);
}

void files_run_round(struct files_bench *b, size_t form, size_t round)
{
	for (size_t who = 0; who < FILES_WHO_MAX && !bench_interrupted; who++) {
		struct files_contender *const c = &b->contenders[form][who];
		const struct files_program *const p = &files_forms[form].who[who];
		struct files_trial *const t = &c->trials[round];

		if (!p->name || c->missing)
			continue;
		trial_once(b, form, who, t);
		remove_output(b, form);
		if (t->valid)
			fprintf(stderr, "%s, round %zu, %s: %.2f s, CPU %.2f s, %.1f MiB\n",
				files_forms[form].name, round + 1, p->name, t->wall_s, t->cpu_s,
				(double)t->rss_kib / 1024);
		else if (!bench_interrupted)
			fprintf(stderr, "%s, round %zu, %s: not counted: %s\n",
				files_forms[form].name, round + 1, p->name, t->note);
	}
}
