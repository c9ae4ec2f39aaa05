/* pcapio/file_finish.c -- cut and rename: by the writer, its successor, or the main process. */
#include "pcapio/file_finish.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/log.h"

enum { NAME_TRIES = 1000 };

static int rename_to(int dir_fd, const char *from, const char *to, bool force)
{
	struct stat st;

	if (renameat2(dir_fd, from, dir_fd, to, force ? 0 : RENAME_NOREPLACE) == 0)
		return 0;
	/* Some file systems know no flags: look, then rename. */
	if (errno != EINVAL || force)
		return -errno;
	if (fstatat(dir_fd, to, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return -EEXIST;
	return renameat(dir_fd, from, dir_fd, to) < 0 ? -errno : 0;
}

int file_rename_final(int dir_fd, const struct segment_file *slot, bool force,
		      char ret[FINISHED_NAME_MAX])
{
	unsigned number;
	int code;

	snprintf(ret, FINISHED_NAME_MAX, "%s", slot->final);
	if (!strcmp(slot->temporary, slot->final))
		return 0;
	code = rename_to(dir_fd, slot->temporary, ret, force);
	for (number = 2; code == -EEXIST && number < NAME_TRIES; number++) {
		snprintf(ret, FINISHED_NAME_MAX, "%s.%u", slot->final, number);
		code = rename_to(dir_fd, slot->temporary, ret, force);
	}
	return code;
}

static int finish_one(const struct segment *s, int dir_fd, const struct segment_file *slot)
{
	const uint64_t end = atomic_load(&slot->committed);
	const int fd = openat(dir_fd, slot->temporary, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	char name[FINISHED_NAME_MAX];
	int code;

	if (fd < 0)
		return -errno;
	code = ftruncate(fd, (off_t)end) < 0 ? -errno : 0;
	close(fd);
	return code ? code : file_rename_final(dir_fd, slot, s->header->config.force, name);
}

unsigned file_finish_abandoned(const struct segment *s, int dir_fd)
{
	unsigned i, n = 0;
	int code;

	for (i = 0; i < SEGMENT_FILE_SLOTS; i++) {
		struct segment_file *slot = &s->header->files[i];

		/* Acquire: pairs with the release of the writer that opened it: its names are
		 * whole. */
		if (atomic_load_explicit(&slot->state, memory_order_acquire) != FILE_SLOT_OPEN)
			continue;
		code = finish_one(s, dir_fd, slot);
		if (code < 0)
			log_error("%s: cannot be finished: %s", slot->temporary, strerror(-code));
		atomic_store_explicit(&slot->state, FILE_SLOT_FREE, memory_order_release);
		n++;
	}
	return n;
}
