#include "bench/run_count.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/trial.h"

enum { RUN_BOUND_MS = 1800000 };

void run_put_complaint(const char *path, char *note, size_t size)
{
	char line[160];
	FILE *f = fopen(path, "re");
	bool any = f && fgets(line, sizeof(line), f);

	if (f)
		fclose(f);
	if (!any)
		return;
	line[strcspn(line, "\r\n")] = '\0';
	snprintf(note + strlen(note), size - strlen(note), "%s%s", *note ? ": " : "", line);
}

/* Everything up to the end of the stream, counted. False: interrupted. */
static bool drain(int fd, struct run_count *ret)
{
	static char buffer[1 << 16];
	ssize_t n;

	while ((n = read(fd, buffer, sizeof(buffer))) != 0) {
		if (n < 0 && (errno != EINTR || bench_interrupted))
			return false;
		ret->bytes += n > 0 ? (uint64_t)n : 0;
		for (const char *p = buffer, *end = buffer + n; p < end; p++) {
			p = memchr(p, '\n', (size_t)(end - p));
			if (!p)
				break;
			ret->lines++;
		}
	}
	return true;
}

static int open_output(const char *keep)
{
	return keep ? open(keep, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)
		    : open("/dev/null", O_WRONLY | O_CLOEXEC);
}

int run_counted(char *const argv[], int cpu, const char *log, struct run_count *count,
		struct run_result *ret, char *note, size_t size)
{
	struct errmsg err = { .text = "no descriptor" };
	int fds[2] = { -1, -1 }, code;
	struct run run;

	if (count->wanted)
		code = pipe2(fds, O_CLOEXEC) ? -errno : 0;
	else
		code = (fds[1] = open_output(count->keep)) < 0 ? -errno : 0;
	if (code) {
		snprintf(note, size, "%s", err.text);
		return code;
	}
	code = run_start(argv, cpu, fds[1], log, &run, &err);
	close(fds[1]);
	if (!code) {
		if (count->wanted)
			drain(fds[0], count);
		code = run_wait(&run, RUN_BOUND_MS, ret, &err);
	}
	if (fds[0] >= 0)
		close(fds[0]);
	if (code)
		snprintf(note, size, "%.190s", err.text);
	else if (ret->killed)
		snprintf(note, size, "it did not end and was killed");
	else if (!WIFEXITED(ret->status) || WEXITSTATUS(ret->status)) {
		snprintf(note, size, "it ended with status %d",
			 WIFEXITED(ret->status) ? WEXITSTATUS(ret->status)
						: 128 + WTERMSIG(ret->status));
		run_put_complaint(log, note, size);
	} else
		return 0;
	return code ? code : -EIO;
}
