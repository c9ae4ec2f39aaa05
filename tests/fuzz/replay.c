/*
 * main() for fuzz targets built without libFuzzer: runs them over the files and directories that
 * are named, so that every corpus is a test.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned long nr_files;

static int replay_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = NULL;
	struct stat st;
	int ret = -1;

	if (!file || fstat(fileno(file), &st))
		goto out;
	/* Exactly as large as the input: what lies behind it belongs to nobody. */
	data = malloc(st.st_size ? (size_t)st.st_size : 1);
	if (!data || fread(data, 1, (size_t)st.st_size, file) != (size_t)st.st_size)
		goto out;
	LLVMFuzzerTestOneInput(data, (size_t)st.st_size);
	nr_files++;
	ret = 0;
out:
	if (ret)
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
	free(data);
	if (file)
		fclose(file);
	return ret;
}

static int replay_directory(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	char name[4096];
	int ret = 0;

	if (!dir) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return -1;
	}
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		ret |= replay_file(name);
	}
	closedir(dir);
	return ret;
}

int main(int argc, char **argv)
{
	int ret = 0, i;

	for (i = 1; i < argc; i++) {
		struct stat st;

		if (!stat(argv[i], &st) && S_ISDIR(st.st_mode))
			ret |= replay_directory(argv[i]);
		else
			ret |= replay_file(argv[i]);
	}
	printf("%lu inputs\n", nr_files);
	/* A corpus that is not where it was expected must not look like success. */
	return ret || !nr_files ? EXIT_FAILURE : EXIT_SUCCESS;
}
