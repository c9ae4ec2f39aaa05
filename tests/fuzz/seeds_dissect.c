/* Writes the seeds of fuzz_dissect: every test frame, whole and cut, in the directory that is
 * named. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "tests/unit/dissect_frames.h"

static int write_seed(const char *dir, const struct test_frame *t, size_t cut)
{
	char path[4096];
	FILE *file;
	int bad;

	snprintf(path, sizeof(path), "%s/%s%s", dir, t->name, cut ? "-cut" : "");
	file = fopen(path, "wb");
	if (!file)
		return -1;
	bad = fputc(t->linktype >> 8, file) == EOF;
	bad |= fputc(t->linktype & 0xff, file) == EOF;
	bad |= fputc((int)cut, file) == EOF;
	bad |= fwrite(t->data, 1, t->len - cut, file) != t->len - cut;
	return fclose(file) || bad ? -1 : 0;
}

int main(int argc, char **argv)
{
	const struct test_frame *all;
	size_t nr, i;

	if (argc != 2)
		return EXIT_FAILURE;
	mkdir(argv[1], 0777); /* if that failed for a reason that matters, fopen will */
	all = test_frames(&nr);
	for (i = 0; i < nr; i++) {
		if (write_seed(argv[1], &all[i], 0) || write_seed(argv[1], &all[i], 9)) {
			perror(argv[1]);
			return EXIT_FAILURE;
		}
	}
	return EXIT_SUCCESS;
}
