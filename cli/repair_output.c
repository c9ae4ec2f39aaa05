#include "cli/repair_output.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pcapio/codec.h"

static bool is_stdout(const struct repair_output *o)
{
	return !strcmp(o->path, "-");
}

static bool is_same_file(const struct stat *a, const char *path)
{
	struct stat b;

	return (!strcmp(path, "-") ? fstat(STDIN_FILENO, &b) : stat(path, &b)) == 0 &&
	       a->st_dev == b.st_dev && a->st_ino == b.st_ino;
}

static int check(const struct repair_output *o, const struct stat *st, struct errmsg *err)
{
	if (is_same_file(st, o->input))
		return errmsg_set(err, -EINVAL,
				  "%s: is the file to be repaired, which is never changed; write "
				  "to another one",
				  o->path);
	if (S_ISREG(st->st_mode) && !o->force)
		return errmsg_set(err, -EEXIST, "%s: is there already; --force replaces it",
				  o->path);
	return 0;
}

int repair_output_check(const struct repair_output *o, struct errmsg *err)
{
	struct stat st;

	if (is_stdout(o) && isatty(STDOUT_FILENO))
		return errmsg_set(err, -EINVAL,
				  "standard output is a terminal; -w FILE, or send it into a pipe");
	if (is_stdout(o) || stat(o->path, &st))
		return 0;
	return check(o, &st, err);
}

static int open_file(struct repair_output *o, struct errmsg *err)
{
	const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | (o->force ? 0 : O_EXCL);
	struct stat st;
	int code;

	o->fd = open(o->path, flags, 0600);
	if (o->fd < 0 && errno == EEXIST) /* a device or pipe is written to as it is */
		o->fd = open(o->path, flags & ~(O_EXCL | O_CREAT));
	if (o->fd < 0 || fstat(o->fd, &st)) {
		code = -errno;
		return errmsg_set(err, code, "%s: %s", o->path, strerror(-code));
	}
	code = st.st_size || !S_ISREG(st.st_mode) ? check(o, &st, err) : 0;
	if (!code && S_ISREG(st.st_mode) && ftruncate(o->fd, 0))
		code = errmsg_set(err, -errno, "%s: %s", o->path, strerror(errno));
	return code;
}

static int open_output(struct repair_output *o, struct errmsg *err)
{
	struct out_stream_options options = { .name = o->path, .threads = 1, .many = true };
	int code = 0;

	o->fd = STDOUT_FILENO;
	if (!is_stdout(o)) {
		code = open_file(o, err);
		options.codec = codec_of_name(o->path, NULL);
		options.own_file = true;
	}
	options.fd = o->fd;
	if (!code)
		code = out_stream_open(&options, &o->stream, err);
	if (code && o->fd > STDERR_FILENO)
		close(o->fd);
	return code;
}

int repair_output_put(struct repair_output *o, const uint8_t *bytes, size_t len, struct errmsg *err)
{
	const int code = o->stream ? 0 : open_output(o, err);

	return code ? code : out_stream_put(o->stream, bytes, len, err);
}

int repair_output_close(struct repair_output *o, bool discard, struct errmsg *err)
{
	struct stat st;
	int code = 0;

	if (!o->stream)
		return 0;
	if (!discard)
		code = out_stream_finish(o->stream, err);
	out_stream_close(o->stream);
	o->stream = NULL;
	if (is_stdout(o))
		return code;
	discard = (discard || code) && fstat(o->fd, &st) == 0 && S_ISREG(st.st_mode);
	if (discard)
		o->removed = unlink(o->path) == 0;
	if (close(o->fd) && !code)
		code = errmsg_set(err, -errno, "%s: %s", o->path, strerror(errno));
	return code;
}
