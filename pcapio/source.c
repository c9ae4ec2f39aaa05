#include "pcapio/source.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/bytes.h"

/* One read(2): large enough to make the call cheap, small enough to stay in the cache. */
#define SOURCE_CHUNK ((size_t)256 << 10)

struct source {
	char *name;
	uint8_t *owned;      /* the buffer; NULL when the bytes are the caller's */
	const uint8_t *data; /* owned, or the caller's memory */
	size_t pos, len, size;
	uint64_t base; /* file offset of data[0] */
	int fd;
	bool at_end;
	bool is_file; /* never waits: no poll(2) */
	bool never_wait;
};

static int source_new(const char *name, struct source **ret)
{
	struct source *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->fd = -1;
	s->name = strdup(name);
	if (!s->name) {
		free(s);
		return -ENOMEM;
	}
	*ret = s;
	return 0;
}

int source_open(const char *path, struct source **ret, struct errmsg *err)
{
	const bool is_stdin = strcmp(path, "-") == 0;
	struct source *s;
	struct stat st;

	if (source_new(is_stdin ? "standard input" : path, &s))
		return errmsg_set(err, -ENOMEM, "%s: out of memory", path);
	s->fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (s->fd < 0) {
		const int code = -errno;

		source_close(s);
		return errmsg_set(err, code, "%s: %s", path, strerror(-code));
	}
	if (fstat(s->fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		source_close(s);
		return errmsg_set(err, -EISDIR, "%s: is a directory", path);
	}
	s->is_file = S_ISREG(st.st_mode);
	if (s->is_file)
		posix_fadvise(s->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	*ret = s;
	return 0;
}

int source_open_memory(const char *name, const void *data, size_t len, struct source **ret)
{
	struct source *s;
	const int code = source_new(name, &s);

	if (code)
		return code;
	s->data = len ? data : (const void *)"";
	s->len = len;
	s->at_end = true;
	*ret = s;
	return 0;
}

/* Moves what is left to the front and makes room for len bytes from there. */
static int source_make_room(struct source *s, size_t len)
{
	size_t size = s->size ? s->size : SOURCE_CHUNK;
	uint8_t *grown;

	if (s->pos) {
		memmove(s->owned, s->owned + s->pos, s->len - s->pos);
		s->base += s->pos;
		s->len -= s->pos;
		s->pos = 0;
	}
	while (size < len)
		size *= 2;
	if (size == s->size)
		return 0;
	grown = realloc(s->owned, size);
	if (!grown)
		return -ENOMEM;
	s->owned = grown;
	s->data = grown;
	s->size = size;
	return 0;
}

/* Until there is something to read, or its end. 0, or -EAGAIN where waiting is not wanted. */
static int source_await(const struct source *s)
{
	struct pollfd fd = { .fd = s->fd, .events = POLLIN };

	/* An error or a signal is for read(2), or the next round, to tell. */
	return poll(&fd, 1, s->never_wait ? 0 : -1) == 0 ? -EAGAIN : 0;
}

static int source_fill(struct source *s, size_t len)
{
	int code;

	if (s->size - s->pos < len) {
		code = source_make_room(s, len);
		if (code)
			return code;
	}
	while (s->len - s->pos < len && !s->at_end) {
		ssize_t n;

		code = s->never_wait && !s->is_file ? source_await(s) : 0;
		if (code)
			return code;
		n = read(s->fd, s->owned + s->len, s->size - s->len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN &&
		    !s->never_wait) { /* O_NONBLOCK, from whoever ran us */
			code = source_await(s);
			if (code)
				return code;
			continue;
		}
		if (n < 0)
			return -errno;
		if (n == 0)
			s->at_end = true;
		s->len += (size_t)n;
	}
	return 0;
}

int source_peek(struct source *s, size_t len, const uint8_t **ret, size_t *ret_len)
{
	if (s->len - s->pos < len && !s->at_end) {
		const int code = source_fill(s, len);

		if (code)
			return code;
	}
	*ret = s->data + s->pos;
	*ret_len = s->len - s->pos < len ? s->len - s->pos : len;
	return 0;
}

void source_consume(struct source *s, size_t len)
{
	assert(len <= s->len - s->pos);
	s->pos += len;
}

uint64_t source_offset(const struct source *s)
{
	return s->base + s->pos;
}

void source_never_wait(struct source *s)
{
	s->never_wait = true;
}

int source_poll_fd(const struct source *s)
{
	return s->is_file ? -1 : s->fd;
}

const char *source_name(const struct source *s)
{
	return s->name;
}

void source_close(struct source *s)
{
	if (!s)
		return;
	if (s->fd > STDIN_FILENO)
		close(s->fd);
	free(s->owned);
	free(s->name);
	free(s);
}
