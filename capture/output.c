/* capture/output.c -- from what -w and --summaries say to directories, names and an identity. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/engine_internal.h"

/* Splits a path into its directory, opened, and the name in it. */
static int open_directory(const char *path, int *ret_fd, const char **ret_name, struct errmsg *err)
{
	const char *slash = strrchr(path, '/');
	char dir[PATH_MAX];

	if (!slash)
		snprintf(dir, sizeof(dir), ".");
	else
		snprintf(dir, sizeof(dir), "%.*s", (int)(slash == path ? 1 : slash - path), path);
	*ret_name = slash ? slash + 1 : path;
	*ret_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*ret_fd < 0)
		return errmsg_set(err, -errno, "%s: the directory %s: %s", path, dir,
				  strerror(errno));
	return 0;
}

static bool is_directory(const char *path)
{
	struct stat st;
	const size_t len = strlen(path);

	return (len && path[len - 1] == '/') || (stat(path, &st) == 0 && S_ISDIR(st.st_mode));
}

/* x.pcapng and rotation: x-20261121-060000.pcapng; a name with % is a template already. */
static void make_template(const struct engine_config *cfg, const char *name, bool rotating,
			  struct engine_output *o)
{
	const char *dot = strrchr(name, '.');

	if (!rotating || strchr(name, '%')) {
		snprintf(o->name, sizeof(o->name), "%s", name);
		return;
	}
	if (!*name)
		name = "ringtap", dot = NULL;
	if (!dot || dot == name)
		snprintf(o->name, sizeof(o->name), "%.200s-%%Y%%m%%d-%%H%%M%%S%s", name,
			 cfg->pcap ? ".pcap" : ".pcapng");
	else
		snprintf(o->name, sizeof(o->name), "%.*s-%%Y%%m%%d-%%H%%M%%S%s",
			 (int)MIN_OF(dot - name, (ptrdiff_t)200), name, dot);
}

static int open_packets(const struct engine_config *cfg, struct engine_output *o,
			struct errmsg *err)
{
	const bool limits = cfg->rotate_bytes || cfg->rotate_ns || cfg->keep_files;
	const char *name = cfg->output;
	char path[PATH_MAX];
	struct stat st;
	int ret;

	snprintf(o->display, sizeof(o->display), "%s", name);
	if (!strcmp(name, "-")) {
		if (isatty(STDOUT_FILENO))
			return errmsg_set(err, -EINVAL,
					  "-w -: stdout is a terminal; pipe it somewhere");
		o->pipe_fd = STDOUT_FILENO;
		return 0;
	}
	if (stat(name, &st) == 0 && S_ISFIFO(st.st_mode)) {
		o->pipe_fd = open(name, O_WRONLY | O_CLOEXEC);
		return o->pipe_fd < 0 ? errmsg_set(err, -errno, "%s: %s", name, strerror(errno))
				      : 0;
	}
	o->rotating = limits || is_directory(name);
	if (snprintf(path, sizeof(path), "%s%s", name,
		     is_directory(name) && name[strlen(name) - 1] != '/' ? "/" : "") >=
	    (int)sizeof(path))
		return errmsg_set(err, -ENAMETOOLONG, "-w: the name is too long");
	ret = open_directory(path, &o->dir_fd, &name, err);
	if (ret < 0)
		return ret;
	if (strlen(name) > 200)
		return errmsg_set(err, -ENAMETOOLONG, "%s: a file name has 200 bytes at most",
				  name);
	make_template(cfg, name, o->rotating, o);
	if (!o->rotating && !cfg->force && !strchr(o->name, '%') &&
	    fstatat(o->dir_fd, o->name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return errmsg_set(err, -EEXIST,
				  "%s: exists already; choose another name, or --force",
				  cfg->output);
	return 0;
}

static int open_summaries(const struct engine_config *cfg, struct engine_output *o,
			  struct errmsg *err)
{
	const char *name;
	struct stat st;
	int ret;

	ret = open_directory(cfg->summaries, &o->summary_dir_fd, &name, err);
	if (ret < 0)
		return ret;
	if (!*name || strlen(name) >= sizeof(o->summary_name))
		return errmsg_set(err, -EINVAL, "--summaries %s: not a file name", cfg->summaries);
	snprintf(o->summary_name, sizeof(o->summary_name), "%s", name);
	if (!cfg->force && fstatat(o->summary_dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return errmsg_set(err, -EEXIST,
				  "%s: exists already; choose another name, or --force",
				  cfg->summaries);
	return 0;
}

/* May somebody with this uid and no capability make files in the directory? */
static bool can_create(const struct stat *st, uid_t uid, gid_t gid)
{
	mode_t bits = st->st_mode;

	if (st->st_uid == uid)
		bits >>= 6;
	else if (st->st_gid == gid)
		bits >>= 3;
	return (bits & 3) == 3;
}

/*
 * The writer drops every capability, the one included that lets root write into other people's
 * directories. So it becomes the user that -Z names, or, where root owns neither directory nor a
 * way into it, the directory's owner: the files are his then.
 */
static int choose_identity(const struct engine_config *cfg, struct engine_output *o,
			   struct errmsg *err)
{
	const int dir = o->dir_fd >= 0 ? o->dir_fd : o->summary_dir_fd;
	const struct passwd *pw;
	struct stat st;

	o->uid = (uid_t)-1;
	o->gid = (gid_t)-1;
	if (cfg->user) {
		pw = getpwnam(cfg->user);
		if (!pw)
			return errmsg_set(err, -ENOENT, "-Z %s: no such user", cfg->user);
		o->uid = pw->pw_uid;
		o->gid = pw->pw_gid;
	}
	if (dir < 0)
		return 0;
	if (fstat(dir, &st) < 0)
		return errmsg_set(err, -errno, "output directory: %s", strerror(errno));
	if (o->uid == (uid_t)-1 && geteuid() == 0 && !can_create(&st, 0, 0)) {
		if (!can_create(&st, st.st_uid, st.st_gid))
			return errmsg_set(
				err, -EACCES,
				"the output directory is closed even to its owner (mode %04o)",
				st.st_mode & 07777);
		o->uid = st.st_uid;
		o->gid = st.st_gid;
	}
	if (o->uid != (uid_t)-1 && !can_create(&st, o->uid, o->gid))
		return errmsg_set(
			err, -EACCES,
			"user %s may not make files in the output directory; chown it, or -Z root",
			cfg->user ? cfg->user : "?");
	return 0;
}

int output_open(const struct engine_config *cfg, struct engine_output *ret, struct errmsg *err)
{
	int code = 0;

	*ret = (struct engine_output){ .dir_fd = -1, .summary_dir_fd = -1, .pipe_fd = -1 };
	if (cfg->output)
		code = open_packets(cfg, ret, err);
	if (code == 0 && cfg->summaries)
		code = open_summaries(cfg, ret, err);
	if (code == 0)
		code = choose_identity(cfg, ret, err);
	if (code < 0)
		output_close(ret);
	return code;
}

void output_close(struct engine_output *o)
{
	if (o->dir_fd >= 0)
		close(o->dir_fd);
	if (o->summary_dir_fd >= 0)
		close(o->summary_dir_fd);
	if (o->pipe_fd > STDERR_FILENO)
		close(o->pipe_fd);
	o->dir_fd = o->summary_dir_fd = o->pipe_fd = -1;
}
