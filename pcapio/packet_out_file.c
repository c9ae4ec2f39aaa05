/* pcapio/packet_out_file.c -- which file is written, and which must not be. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pcapio/packet_out_internal.h"

/* What is read must not be cut to nothing. */
static int refuse_inputs(const struct packet_out_options *o, const struct stat *st,
			 struct errmsg *err)
{
	struct stat in;

	for (size_t i = 0; i < o->nr_inputs; i++) {
		const bool is_stdin = !strcmp(o->inputs[i], "-");

		if (is_stdin ? fstat(STDIN_FILENO, &in) : stat(o->inputs[i], &in))
			continue;
		if (S_ISREG(in.st_mode) && in.st_dev == st->st_dev && in.st_ino == st->st_ino)
			return errmsg_set(err, -EINVAL,
					  "%s: is read, and cannot be written at the same time; "
					  "give another name",
					  o->path);
	}
	return 0;
}

static int open_stdout(struct packet_out *out, const struct packet_out_options *o,
		       struct errmsg *err)
{
	struct stat st;

	if (isatty(STDOUT_FILENO))
		return errmsg_set(err, -EINVAL,
				  "-w -: packets are no text for a terminal; redirect the output");
	if (!fstat(STDOUT_FILENO, &st)) {
		const int code = refuse_inputs(o, &st, err);

		if (code)
			return code;
	}
	out->path = "standard output";
	out->fd = STDOUT_FILENO;
	return 0;
}

static int open_file(struct packet_out *out, const struct packet_out_options *o, struct errmsg *err)
{
	int flags = O_WRONLY | O_CLOEXEC | O_NOCTTY;
	struct stat st;

	if (stat(o->path, &st)) {
		flags |= O_CREAT | O_EXCL;
	} else if (S_ISREG(st.st_mode)) {
		const int code = refuse_inputs(o, &st, err);

		if (code)
			return code;
		flags |= O_CREAT | (o->force ? O_TRUNC : O_EXCL);
	}
	out->fd = open(o->path, flags, 0640);
	if (out->fd < 0 && errno == EEXIST && !lstat(o->path, &st) && S_ISLNK(st.st_mode) &&
	    stat(o->path, &st))
		return errmsg_set(err, -EEXIST,
				  "%s: is a symbolic link that leads nowhere; remove it, or give "
				  "another name",
				  o->path);
	if (out->fd < 0 && errno == EEXIST)
		return errmsg_set(err, -EEXIST, "%s: exists; --force replaces it", o->path);
	if (out->fd < 0)
		return errmsg_set(err, -errno, "%s: %s", o->path, strerror(errno));
	out->created = (flags & O_EXCL) != 0;
	out->own_file = out->created || (flags & O_TRUNC);
	return 0;
}

int packet_out_open_file(struct packet_out *out, const struct packet_out_options *o,
			 struct errmsg *err)
{
	out->path = o->path;
	return strcmp(o->path, "-") ? open_file(out, o, err) : open_stdout(out, o, err);
}
