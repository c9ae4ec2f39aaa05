/*
 * seeds_proto FROM TO: of every seed of fuzz_dissect in FROM, each layer as a seed of fuzz_proto,
 * in TO/PROTOCOL/.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "core/limits.h"
#include "dissect/registry.h"
#include "tests/fuzz/exercise.h"

enum { HEAD = 3, PATH_BYTES = 4096 };

static int write_layer(const char *to, const char *name, const struct dissection *d, unsigned i)
{
	const struct layer *l = &d->layers[i];
	char path[PATH_BYTES];
	FILE *file;
	int bad;

	snprintf(path, sizeof(path), "%s/%s", to, registry_proto_name(d->reg, l->proto));
	mkdir(path, 0777); /* if that failed for a reason that matters, fopen will */
	snprintf(path, sizeof(path), "%s/%s/%s-%u", to, registry_proto_name(d->reg, l->proto), name,
		 i);
	file = fopen(path, "wb");
	if (!file)
		return -1;
	bad = fputc(l->proto, file) == EOF;
	bad |= fputc(layer_carrier(d, l) == PROTO_TCP, file) == EOF;
	bad |= fwrite(d->frame.data + l->off, 1, d->frame.cap_len - l->off, file) !=
	       d->frame.cap_len - l->off;
	return fclose(file) || bad ? -1 : 0;
}

static int write_layers(const char *from, const char *to, const char *name)
{
	static uint8_t data[SNAPLEN_MAX];
	char path[PATH_BYTES];
	struct dissection d;
	struct frame_view f;
	FILE *file;
	size_t size;
	unsigned i;

	snprintf(path, sizeof(path), "%s/%s", from, name);
	file = fopen(path, "rb");
	if (!file)
		return -1;
	size = fread(data, 1, sizeof(data), file);
	fclose(file);
	if (size < HEAD)
		return -1;
	f = (struct frame_view){ .data = data + HEAD,
				 .cap_len = (uint32_t)(size - HEAD),
				 .wire_len = (uint32_t)(size - HEAD) + data[2],
				 .linktype = load_be16(data) };
	dissect_frame(exercise_registry(), &f, &d);
	for (i = 0; i < d.nr_layers; i++)
		if (write_layer(to, name, &d, i))
			return -1;
	return 0;
}

int main(int argc, char **argv)
{
	struct dirent *entry;
	DIR *dir;

	if (argc != 3 || !(dir = opendir(argv[1])))
		return EXIT_FAILURE;
	mkdir(argv[2], 0777);
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		if (write_layers(argv[1], argv[2], entry->d_name)) {
			perror(entry->d_name);
			return EXIT_FAILURE;
		}
	}
	closedir(dir);
	return EXIT_SUCCESS;
}
