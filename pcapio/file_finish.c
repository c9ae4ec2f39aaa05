/* pcapio/file_finish.c -- cut and rename: by the writer, its successor, or the main process. */
#include "pcapio/file_finish.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/log.h"
#include "pcapio/retain.h"
#include "pcapio/writer_name.h"

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

/* What lies under this name and is about to be replaced. */
static void forget_replaced(const struct segment *s, int dir_fd, const char *name)
{
	struct stat st;

	if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		segment_forget(s, st.st_ino, st.st_dev);
}

int file_rename_final(const struct segment *s, const struct writer_config *c, int dir_fd,
		      struct segment_file_id *id)
{
	char hidden[SEGMENT_PATH_MAX], name[SEGMENT_PATH_MAX];
	int code = -EEXIST;

	id->suffix = 0;
	writer_name_hidden(c, id, hidden);
	while (code == -EEXIST && id->suffix < NAME_TRIES) {
		writer_name(c, id, name);
		if (c->force && retain_wanted(c))
			forget_replaced(s, dir_fd, name);
		code = rename_to(dir_fd, hidden, name, c->force);
		if (code == -EEXIST)
			id->suffix += id->suffix ? 1 : 2;
	}
	return code;
}

void file_finished(const struct segment *s, const struct writer_config *c, int dir_fd,
		   struct segment_file_id *id)
{
	char name[SEGMENT_PATH_MAX];
	struct stat st;

	writer_name(c, id, name);
	if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_ino == id->inode)
		id->bytes = (uint64_t)st.st_blocks * 512;
	segment_keep(s, id);
	segment_finished(s, id);
}

/* The writer may have died just behind the rename: then a file of this inode has the name already.
 */
static int find_renamed(int dir_fd, const struct writer_config *c, struct segment_file_id *id)
{
	char name[SEGMENT_PATH_MAX];
	struct stat st;

	for (id->suffix = 0; id->suffix < NAME_TRIES; id->suffix += id->suffix ? 1 : 2) {
		writer_name(c, id, name);
		if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			return -errno;
		if (st.st_ino == id->inode)
			return 0;
	}
	return -ENOENT;
}

/* To len bytes, if it is still the file that was opened. */
static int cut(int dir_fd, const char *name, uint64_t inode, uint64_t len)
{
	const int fd = openat(dir_fd, name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;
	int code = 0;

	if (fd < 0 || fstat(fd, &st) < 0)
		code = -errno;
	else if (!S_ISREG(st.st_mode) || st.st_ino != inode)
		code = -ESTALE; /* somebody else's by now */
	else if (ftruncate(fd, (off_t)len) < 0)
		code = -errno;
	if (fd >= 0)
		close(fd);
	return code;
}

static void say_unfinished(const char *name, int code)
{
	log_error("%s: cannot be finished: %s", name,
		  code == -ESTALE ? "somebody has replaced it" : strerror(-code));
}

/*
 * Killed while it made the file, before the inode was noted. The name was free then, so an empty
 * file is the writer's own; a lock is that of another capture, which was quicker.
 */
static bool just_made(int dir_fd, const char *name)
{
	const int fd = openat(dir_fd, name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;
	bool ours;

	if (fd < 0)
		return false; /* it did not come to that */
	ours = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == 0 && st.st_nlink == 1 &&
	       (flock(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK);
	close(fd);
	return ours;
}

static bool still_there(int dir_fd, const char *name, uint64_t inode)
{
	struct stat st;

	return fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
	       st.st_ino == inode;
}

/* Killed before its first write was complete: nothing is in it, and no reader would take it. */
static void discard(const struct segment *s, int dir_fd, const char *name,
		    const struct segment_file *slot)
{
	const bool making = atomic_load(&slot->state) == FILE_SLOT_MAKING;

	if ((making ? just_made(dir_fd, name) : still_there(dir_fd, name, slot->id.inode)) &&
	    unlinkat(dir_fd, name, 0) < 0)
		log_error("%s: empty, and cannot be removed: %s", name, strerror(errno));
	/* Files are opened in the order of their writes: none after it has anything in it either.
	 */
	if (slot->id.serial < counter_get(&s->header->writer.opened))
		counter_set(&s->header->writer.opened, slot->id.serial);
}

static void finish_one(const struct segment *s, const struct writer_config *c, int dir_fd,
		       struct segment_file *slot)
{
	const uint64_t committed = atomic_load(&slot->committed);
	struct segment_file_id id = slot->id;
	char name[SEGMENT_PATH_MAX];
	int code;

	id.suffix = 0;
	if (slot->hidden)
		writer_name_hidden(c, &id, name);
	else
		writer_name(c, &id, name);
	if (!committed || atomic_load(&slot->state) == FILE_SLOT_MAKING) {
		discard(s, dir_fd, name, slot);
		goto out;
	}
	code = cut(dir_fd, name, id.inode, committed);
	if (slot->hidden && code == -ENOENT)
		code = find_renamed(dir_fd, c, &id);
	else if (slot->hidden && code == 0)
		code = file_rename_final(s, c, dir_fd, &id);
	if (code < 0)
		say_unfinished(name, code);
	else
		file_finished(s, c, dir_fd, &id);
	counter_max(&s->header->writer.files, id.serial + 1);
out:
	atomic_store_explicit(&slot->state, FILE_SLOT_FREE, memory_order_release);
}

/* The one that was opened first, so that retention meets them in their order; NULL: none is left.
 */
static struct segment_file *oldest_abandoned(const struct segment *s)
{
	struct segment_file *oldest = NULL;
	unsigned i;

	for (i = 0; i < SEGMENT_FILE_SLOTS; i++) {
		struct segment_file *slot = &s->header->files[i];
		/* Acquire: pairs with the release of the writer that opened it: the rest is whole.
		 */
		const uint32_t state = atomic_load_explicit(&slot->state, memory_order_acquire);

		if ((state == FILE_SLOT_OPEN || state == FILE_SLOT_MAKING) &&
		    (!oldest || slot->id.serial < oldest->id.serial))
			oldest = slot;
	}
	return oldest;
}

void file_finish_abandoned(const struct segment *s, const struct writer_config *c, int dir_fd)
{
	struct segment_file *slot;

	while ((slot = oldest_abandoned(s)))
		finish_one(s, c, dir_fd, slot);
	segment_recount(s);
	retain_files(s, c, dir_fd, (struct retain_coming){ 0 });
}

void file_finish_summaries(const struct segment *s, const struct writer_config *c, int dir_fd)
{
	const struct writer_counters *w = &s->header->writer;
	const struct summary_settlement *m = &w->summary_settlement;
	const uint64_t inode = counter_get(&w->summary_inode);
	/* Acquire: pairs with the release of the writer that died amid it: the run is in the file.
	 */
	const bool settling = atomic_load_explicit(&m->valid, memory_order_acquire);
	int code;

	if (!inode || atomic_load(&w->state) == WRITER_FINISHED)
		return;
	code = cut(dir_fd, c->summary_name, inode,
		   settling ? m->committed : counter_get(&w->summary_bytes));
	if (code < 0)
		say_unfinished(c->summary_name, code);
}

uint64_t file_count_unwritten(const struct segment *s, uint32_t ring, const struct spool *spool)
{
	const struct summary_settlement *m = &s->header->writer.summary_settlement;
	struct spool view = *spool;
	struct spool_item item;
	uint64_t n = 0;

	/* Acquire: as in file_finish_summaries(), which has left that run in the file. */
	if (atomic_load_explicit(&m->valid, memory_order_acquire) && m->ring == ring)
		view.pos = m->consumed;
	else
		view.pos = atomic_load_explicit(&spool->header->consumed, memory_order_acquire);
	view.other = view.pos;
	if (view.pos % sizeof(struct spool_record))
		return 0; /* not a number that an honest writer leaves */
	while (spool_peek(&view, &item) > 0)
		n += item.type == SPOOL_SUMMARY;
	return n;
}
