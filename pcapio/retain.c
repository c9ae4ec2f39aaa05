/* pcapio/retain.c -- the oldest finished files make room for new ones. */
#include "pcapio/retain.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "core/bytes.h"
#include "core/log.h"
#include "pcapio/writer_name.h"

static void count_open(const struct segment *s, struct retain_coming *ret)
{
	uint32_t i;

	for (i = 0; i < SEGMENT_FILE_SLOTS; i++) {
		const struct segment_file *f = &s->header->files[i];

		if (atomic_load(&f->state) != FILE_SLOT_OPEN)
			continue;
		ret->files++;
		ret->bytes += counter_get(&f->allocated);
	}
}

/* What is about to be counted, before the file goes: a kill in between neither loses nor doubles
 * it.
 */
static void open_removal(struct writer_counters *w, uint64_t serial, uint64_t bytes)
{
	atomic_store(&w->removing, 0);
	counter_set(&w->removed_next, counter_get(&w->removed) + 1);
	counter_set(&w->removed_bytes_next, counter_get(&w->removed_bytes) + bytes);
	atomic_store(&w->removing, serial + 1);
}

static void close_removal(struct writer_counters *w)
{
	counter_set(&w->removed, counter_get(&w->removed_next));
	counter_set(&w->removed_bytes, counter_get(&w->removed_bytes_next));
}

/* Not without a look: its name may have come round, or somebody may have moved it. */
static void remove_kept(const struct segment *s, const struct writer_config *c, int dir_fd,
			const struct segment_file_id *id)
{
	struct writer_counters *w = &s->header->writer;
	char name[SEGMENT_PATH_MAX];
	struct stat st;

	writer_name(c, id, name);
	if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		if (errno != ENOENT)
			log_error("%s: cannot be removed: %s", name, strerror(errno));
		else if (atomic_load(&w->removing) == id->serial + 1)
			close_removal(w); /* by a writer that died behind it */
		return;
	}
	if (st.st_ino != id->inode || st.st_dev != id->device) {
		log_verbose("%s: another file by now; it stays", name);
		return;
	}
	open_removal(w, id->serial, (uint64_t)st.st_blocks * 512);
	if (unlinkat(dir_fd, name, 0) == 0)
		close_removal(w);
	else if (errno != ENOENT)
		log_error("%s: cannot be removed: %s", name, strerror(errno));
}

static void remove_oldest(const struct segment *s, const struct writer_config *c, int dir_fd,
			  const struct segment_file_id *id)
{
	remove_kept(s, c, dir_fd, id);
	segment_forget_oldest(s);
}

/* --post has not seen it, or works on it. */
static bool in_use(const struct segment *s, const struct writer_config *c,
		   const struct segment_file_id *id)
{
	return c->post && id->serial >= counter_get(&s->header->control.post_before);
}

static void say_in_use(const struct writer_config *c, const struct segment_file_id *id)
{
	char name[SEGMENT_PATH_MAX];

	writer_name(c, id, name);
	log_error("%s: removed for want of space before its --post had ended", name);
}

static bool beyond_limits(const struct segment *s, const struct writer_config *c, uint64_t kept,
			  const struct retain_coming *all)
{
	const uint64_t bytes = counter_get(&s->header->writer.kept_bytes);

	if (kept + all->files > (c->keep_files ? c->keep_files : (uint32_t)KEEP_FILES_MAX))
		return true;
	return c->keep_bytes && bytes + all->bytes > c->keep_bytes;
}

static bool free_space(int dir_fd, uint64_t *ret)
{
	struct statvfs st;

	if (fstatvfs(dir_fd, &st) < 0)
		return false;
	*ret = (uint64_t)st.f_bavail * st.f_frsize;
	return true;
}

/* What a removed file took is not always free at once: it is counted as if. */
static void keep_free(const struct segment *s, const struct writer_config *c, int dir_fd,
		      uint64_t coming)
{
	struct writer_counters *w = &s->header->writer;
	struct segment_file_id id;
	uint64_t space;

	if (!free_space(dir_fd, &space))
		return;
	while (space < coming || space - coming < c->keep_free) {
		if (!segment_kept(s, &id)) {
			if (!atomic_exchange(&w->said_no_space, 1))
				log_error("less is free than --keep-free wants, and no finished "
					  "file of this capture is left to remove; it goes on "
					  "until the disk is full");
			return;
		}
		if (in_use(s, c, &id))
			say_in_use(c, &id);
		remove_oldest(s, c, dir_fd, &id);
		space += MIN_OF(id.bytes, UINT64_MAX - space);
	}
	atomic_store(&w->said_no_space, 0);
}

bool retain_wanted(const struct writer_config *c)
{
	return c->keep_files || c->keep_bytes || c->keep_free;
}

void retain_files(const struct segment *s, const struct writer_config *c, int dir_fd,
		  struct retain_coming coming)
{
	const uint64_t growth = coming.bytes;
	struct segment_file_id id;
	uint64_t kept;

	if (!retain_wanted(c))
		return;
	count_open(s, &coming);
	while ((kept = segment_kept(s, &id)) && beyond_limits(s, c, kept, &coming) &&
	       !in_use(s, c, &id))
		remove_oldest(s, c, dir_fd, &id);
	if (c->keep_free)
		keep_free(s, c, dir_fd, growth);
}

bool retain_remove_one(const struct segment *s, const struct writer_config *c, int dir_fd)
{
	struct segment_file_id id;

	if (!retain_wanted(c) || !segment_kept(s, &id))
		return false;
	if (in_use(s, c, &id))
		say_in_use(c, &id);
	remove_oldest(s, c, dir_fd, &id);
	return true;
}
