#include "pcapio/out_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/limits.h"

enum {
	DIRECT_FROM = 4 << 20, /* smaller files are left in the page cache, where they are read */
	ALLOCATE = 64 << 20,   /* bytes allocated at a time */
};

static bool set_direct(struct out_file *f, bool on)
{
	const int flags = fcntl(f->fd, F_GETFL);

	if (flags < 0 || fcntl(f->fd, F_SETFL, on ? flags | O_DIRECT : flags & ~O_DIRECT))
		return false;
	f->direct = on;
	return true;
}

/* Space first: a file that grows by each write(2) costs a change of its inode each time. */
static void allocate(struct out_file *f, size_t len)
{
	if (f->offset + len <= f->allocated)
		return;
	if (!fallocate(f->fd, FALLOC_FL_KEEP_SIZE, (off_t)f->offset, ALLOCATE))
		f->allocated = f->offset + ALLOCATE;
}

/* O_DIRECT for this piece, or not. */
static void choose_way(struct out_file *f, const uint8_t *p, size_t len)
{
	const bool whole =
		f->offset % FILE_PAGE == 0 && len % FILE_PAGE == 0 && (uintptr_t)p % FILE_PAGE == 0;
	const bool wanted = f->may_direct && whole && f->offset >= DIRECT_FROM;

	if (wanted != f->direct && !set_direct(f, wanted))
		f->may_direct = false;
	if (f->direct)
		allocate(f, len);
}

int out_file_write(struct out_file *f, const uint8_t *p, size_t len, struct errmsg *err)
{
	choose_way(f, p, len);
	while (len) {
		const ssize_t n = write(f->fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EINVAL &&
		    f->direct) { /* this file system has its own rules */
			f->may_direct = false;
			if (set_direct(f, false))
				continue;
			errno = EINVAL;
		}
		if (n < 0 && errno == EPIPE)
			return -EPIPE;
		if (n < 0)
			return errmsg_set(err, -errno, "%s: %s", f->name, strerror(errno));
		f->offset += (uint64_t)n;
		p += n;
		len -= (size_t)n;
		if (len)
			choose_way(f, p, len);
	}
	return 0;
}

int out_file_finish(struct out_file *f, struct errmsg *err)
{
	if (f->direct && !set_direct(f, false))
		f->may_direct = false;
	if (f->allocated <= f->offset)
		return 0;
	f->allocated = f->offset;
	if (ftruncate(f->fd, (off_t)f->offset))
		return errmsg_set(err, -errno, "%s: %s", f->name, strerror(errno));
	return 0;
}
