/*
 * main() for fuzz targets built without libFuzzer: runs them over the files and directories that
 * are named, so that every corpus is a test.
 */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
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

/* Inputs one behind the other, each with its length in two bytes (see campaign.py). */
static int replay_packed(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t head[2], *data;
	int ret = 0;

	if (!file) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return -1;
	}
	while (!ret && fread(head, 1, sizeof(head), file) == sizeof(head)) {
		const size_t size = (size_t)head[0] << 8 | head[1];

		data = malloc(size ? size : 1);
		if (data && fread(data, 1, size, file) == size) {
			LLVMFuzzerTestOneInput(data, size);
			nr_files++;
		} else {
			fprintf(stderr, "%s: cut short\n", path);
			ret = -1;
		}
		free(data);
	}
	fclose(file);
	return ret;
}

static bool is_packed(const char *path)
{
	const size_t len = strlen(path);

	return len > 4 && !strcmp(path + len - 4, ".bin");
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
		if (entry->d_type == DT_DIR)
			ret |= replay_directory(name);
		else
			ret |= is_packed(name) ? replay_packed(name) : replay_file(name);
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
			ret |= is_packed(argv[i]) ? replay_packed(argv[i]) : replay_file(argv[i]);
	}
	printf("%lu inputs\n", nr_files);
	/* A corpus that is not where it was expected must not look like success. */
	return ret || !nr_files ? EXIT_FAILURE : EXIT_SUCCESS;
}
