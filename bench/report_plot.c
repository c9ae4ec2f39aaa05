/* bench/report_plot.c -- a report as a picture: loss, CPU time and the disk, side by side. */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "bench/report.h"
#include "bench/run.h"

enum { PANEL_WIDTH = 560, HEIGHT = 600, BARS_MAX = CONTENDERS_MAX };

/* A bar of each group of bars; its colour is its number among the contenders. */
struct bar {
	const char *title;
	size_t contender;
	enum metric_id metric;
	bool disk; /* the disk's rate, of no contender */
};

struct panel {
	const char *name, *title, *y_label;
	double y_least; /* the axis goes at least so far */
	struct bar bars[BARS_MAX];
	size_t n;
};

static struct spread bar_value(const struct report *r, const struct cell *cell,
			       const struct bar *bar)
{
	return bar->disk ? report_disk(r, cell)
			 : report_metric(r, cell, bar->contender, bar->metric);
}

/* What was never measured has no bar: gnuplot draws no column without a number. */
static void add_bar(const struct report *r, struct panel *p, struct bar bar)
{
	for (size_t c = 0; c < r->nr_cells; c++)
		if (bar_value(r, &r->cells[c], &bar).n) {
			p->bars[p->n++] = bar;
			return;
		}
}

/* A row for each load; median, least and most for each bar. */
static void put_data(FILE *f, const struct report *r, const struct panel *p)
{
	struct spread s;
	const char *at;

	fprintf(f, "$%s << EOD\n", p->name);
	for (size_t c = 0; c < r->nr_cells; c++) {
		/* "SIZE, RATE", on two lines. */
		at = strstr(r->cells[c].label, ", ");
		fprintf(f, "\"%.*s\\n%s\"", (int)(at ? at - r->cells[c].label : 0),
			r->cells[c].label, at ? at + 2 : r->cells[c].label);
		for (size_t i = 0; i < p->n; i++) {
			s = bar_value(r, &r->cells[c], &p->bars[i]);
			if (s.n)
				fprintf(f, " %.6g %.6g %.6g", s.median, s.min, s.max);
			else
				fputs(" NaN NaN NaN", f);
		}
		fputc('\n', f);
	}
	fputs("EOD\n", f);
}

static void put_panel(FILE *f, const struct panel *p)
{
	if (!p->n)
		return;
	fprintf(f, "set title '%s' noenhanced\nset ylabel '%s'\nset yrange [0:%g<*]\nplot ",
		p->title, p->y_label, p->y_least);
	for (size_t i = 0; i < p->n; i++) {
		fprintf(f, "%s$%s using %zu:%zu:%zu%s title '%s' ", i ? ", " : "", p->name,
			3 * i + 2, 3 * i + 3, 3 * i + 4, i ? "" : ":xtic(1)", p->bars[i].title);
		if (p->bars[i].disk)
			fputs("linecolor rgb 'gray60' fillstyle solid", f);
		else
			fprintf(f, "linecolor %zu fillstyle solid", p->bars[i].contender + 1);
	}
	fputc('\n', f);
}

static void put_script(FILE *f, const struct report *r, const char *path)
{
	struct panel panels[] = {
		{ .name = "lost",
		  .title = "Packets lost",
		  .y_label = "% of those offered",
		  .y_least = 1 },
		{ .name = "cpu",
		  .title = "CPU time",
		  .y_label = "s for each GB stored",
		  .y_least = 0.01 },
		{ .name = "disk",
		  .title = "The disk, and what it had to take",
		  .y_label = "GB/s",
		  .y_least = 0.1 },
	};
	size_t nr = r->writer == NO_CONTENDER ? 2 : 3;

	for (size_t i = 0; i < r->nr_contenders; i++) {
		add_bar(r, &panels[0],
			(struct bar){ r->contenders[i]->name, i, METRIC_LOST, false });
		add_bar(r, &panels[1],
			(struct bar){ r->contenders[i]->name, i, METRIC_CPU_PER_GB, false });
	}
	if (nr == 3) {
		add_bar(r, &panels[2],
			(struct bar){ "needed by ringtap", r->writer, METRIC_NEEDED, false });
		add_bar(r, &panels[2], (struct bar){ .title = "the disk alone", .disk = true });
	}
	for (size_t i = 0; i < nr; i++)
		put_data(f, r, &panels[i]);
	fprintf(f,
		"set terminal svg size %zu,%d font 'sans-serif,13' background 'white'\n"
		"set output '%s'\nset style data histogram\n"
		"set style histogram errorbars gap 1 linewidth 1\n"
		"set grid ytics\nset key below noenhanced\nset xtics noenhanced font ',11'\nset "
		"bmargin 6\n"
		"set multiplot layout 1,%zu title \"ringtap-bench %s: %llu packets a "
		"run, median of %zu rounds (lines: least to most)\\n"
		"%s, %d CPUs, %s, %s\" noenhanced\n",
		nr * PANEL_WIDTH, HEIGHT, path, nr, r->verb, (unsigned long long)r->packets,
		r->rounds, r->host.cpu, r->host.cpus, r->host.kernel, r->host.fs);
	for (size_t i = 0; i < nr; i++)
		put_panel(f, &panels[i]);
	fputs("unset multiplot\n", f);
}

/* gnuplot leaves half a picture when something in it fails. */
static bool is_whole(const char *path)
{
	static const char end[] = "</svg>";
	char tail[64] = "";
	FILE *f = fopen(path, "re");

	if (!f)
		return false;
	if (fseek(f, -(long)(sizeof(tail) - 1), SEEK_END) ||
	    fread(tail, 1, sizeof(tail) - 1, f) != sizeof(tail) - 1)
		tail[0] = '\0';
	fclose(f);
	return strstr(tail, end);
}

bool report_can_plot(void)
{
	char said[256], program[] = "gnuplot", version[] = "--version";
	char *argv[] = { program, version, NULL };

	run_query(argv, -1, said, sizeof(said));
	return said[0];
}

int report_write_plot(const struct report *r, const char *path, struct errmsg *reterr)
{
	char script[PATH_MAX], said[256], program[] = "gnuplot";
	char *argv[] = { program, script, NULL };
	bool failed;
	FILE *f;

	if (strchr(path, '\''))
		return errmsg_set(reterr, -EINVAL,
				  "%s: a quote in the name is too much for gnuplot", path);
	contender_path(&r->env, "plot.gp", script, sizeof(script));
	f = fopen(script, "we");
	if (!f)
		return errmsg_set(reterr, -errno, "%s: %s", script, strerror(errno));
	put_script(f, r, path);
	failed = ferror(f);
	if (fclose(f) || failed)
		return errmsg_set(reterr, -EIO, "%s: cannot write all of it", script);
	unlink(path);
	run_query(argv, -1, said, sizeof(said));
	unlink(script);
	if (!is_whole(path))
		return errmsg_set(reterr, -EIO, "%s: gnuplot made no whole picture of it", path);
	return 0;
}
