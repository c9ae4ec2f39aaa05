/* capture/output.c -- from what -w and --summaries say to directories, names and an identity. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
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
	/* A rotated file is made with the first packet only: too late to be told. */
	if (faccessat(*ret_fd, ".", W_OK, 0) < 0 && errno == EROFS) {
		close(*ret_fd);
		*ret_fd = -1;
		return errmsg_set(err, -EROFS, "%s: nothing can be written there: %s", path,
				  strerror(EROFS));
	}
	return 0;
}

static bool is_directory(const char *path)
{
	struct stat st;
	const size_t len = strlen(path);

	return (len && path[len - 1] == '/') || (stat(path, &st) == 0 && S_ISDIR(st.st_mode));
}

static int use_stdout(struct engine_output *o, struct errmsg *err)
{
	const int flags = fcntl(STDOUT_FILENO, F_GETFL);

	/* Where it was closed main() has put something there that only reads. */
	if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY)
		return errmsg_set(err, -EBADF,
				  "-w -: standard output is closed or cannot be written to; "
				  "redirect it, or name a file");
	if (isatty(STDOUT_FILENO))
		return errmsg_set(err, -EINVAL, "-w -: stdout is a terminal; pipe it somewhere");
	o->pipe_fd = STDOUT_FILENO;
	return 0;
}

/* What is there already must be a plain file; a link is not followed, so nobody is led elsewhere.
 */
static int check_kind(const char *path, int dir_fd, const char *name, struct errmsg *err)
{
	struct stat st;

	if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || S_ISREG(st.st_mode))
		return 0;
	if (S_ISLNK(st.st_mode))
		return errmsg_set(err, -ELOOP,
				  "%s: is a symbolic link; name the file that it points to", path);
	if (S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3))
		return errmsg_set(err, -EINVAL, "%s: nothing is kept there; --discard only counts",
				  path);
	return errmsg_set(err, -EINVAL, "%s: is not a plain file", path);
}

uint32_t output_keeps(const struct engine_config *cfg)
{
	if (cfg->keep_bytes || cfg->keep_free || cfg->keep_free_percent)
		return KEEP_FILES_MAX;
	/* Those that --post holds back are more than will stay. */
	return cfg->keep_files && cfg->post ? KEEP_FILES_MAX : cfg->keep_files;
}

static int find_keep_free(const struct engine_config *cfg, struct engine_output *o,
			  struct errmsg *err)
{
	struct statvfs st;
	uint64_t all;

	if (!cfg->keep_free && !cfg->keep_free_percent)
		return 0;
	if (fstatvfs(o->dir_fd, &st) < 0)
		return errmsg_set(err, -errno, "--keep-free: the file system's size: %s",
				  strerror(errno));
	all = (uint64_t)st.f_blocks * st.f_frsize;
	o->keep_free = cfg->keep_free_percent ? all / 100 * cfg->keep_free_percent : cfg->keep_free;
	if (o->keep_free >= all)
		return errmsg_set(err, -EINVAL, "--keep-free: the file system has %llu bytes only",
				  (unsigned long long)all);
	return 0;
}

static bool has_limits(const struct engine_config *cfg)
{
	return cfg->rotate_bytes || cfg->rotate_ns || cfg->rotate_packets || output_keeps(cfg);
}

/* What is asked of files that stay is not left away silently. */
static int open_fifo(const struct engine_config *cfg, struct engine_output *o, struct errmsg *err)
{
	if (has_limits(cfg))
		return errmsg_set(err, -EINVAL, "%s: a pipe is one stream and cannot be rotated",
				  cfg->output);
	if (cfg->durable_ns || cfg->durable_bytes)
		return errmsg_set(err, -EINVAL, "%s: --durable: nothing stays in a pipe",
				  cfg->output);
	if (cfg->codec != CODEC_NONE)
		return errmsg_set(err, -EINVAL,
				  "%s: what goes into a pipe is not compressed; give it another "
				  "name, and compress behind it",
				  cfg->output);
	o->pipe_fd = open(cfg->output, O_WRONLY | O_CLOEXEC);
	return o->pipe_fd < 0 ? errmsg_set(err, -errno, "%s: %s", cfg->output, strerror(errno)) : 0;
}

static int open_packets(const struct engine_config *cfg, struct engine_output *o,
			struct errmsg *err)
{
	const char *name = cfg->output;
	char path[PATH_MAX];
	struct stat st;
	int ret;

	snprintf(o->display, sizeof(o->display), "%s", name);
	if (!strcmp(name, "-"))
		return use_stdout(o, err);
	if (stat(name, &st) == 0 && S_ISFIFO(st.st_mode))
		return open_fifo(cfg, o, err);
	o->rotating = has_limits(cfg) || is_directory(name);
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
	snprintf(o->prefix, sizeof(o->prefix), "%.*s", (int)(name - path), path);
	ret = output_template(cfg, name, o->rotating, o, err);
	if (ret == 0)
		ret = output_first_number(o, err);
	if (ret == 0)
		ret = find_keep_free(cfg, o, err);
	if (ret < 0)
		return ret;
	if (!o->rotating && !strchr(o->name, '%'))
		ret = check_kind(cfg->output, o->dir_fd, o->name, err);
	if (ret < 0)
		return ret;
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
	ret = check_kind(cfg->summaries, o->summary_dir_fd, name, err);
	if (ret < 0)
		return ret;
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

/* A directory into which the writer is to create files. */
struct target {
	int fd; /* -1: none */
	const char *what;
	struct stat st;
};

static int refuse_identity(const struct engine_config *cfg, const struct engine_output *o,
			   const struct target *t, struct errmsg *err)
{
	if (cfg->user)
		return errmsg_set(err, -EACCES,
				  "user %s may not make files in the %s; chown it, or -Z root",
				  cfg->user, t->what);
	return errmsg_set(err, -EACCES,
			  "user %u, the owner of the output directory, may not make files in the "
			  "%s; choose one of the same owner, or -Z",
			  o->uid, t->what);
}

/* Root without capabilities may not write there: its owner may. */
static int become_owner(const struct target *t, struct engine_output *o, struct errmsg *err)
{
	if (!can_create(&t->st, t->st.st_uid, t->st.st_gid))
		return errmsg_set(err, -EACCES, "the %s is closed even to its owner (mode %04o)",
				  t->what, t->st.st_mode & 07777);
	o->uid = t->st.st_uid;
	o->gid = t->st.st_gid;
	return 0;
}

/*
 * The writer drops every capability, the one included that lets root write into other people's
 * directories. So it becomes the user that -Z names, or, where root owns neither directory nor a
 * way into it, the directory's owner: the files are his then.
 */
static int choose_identity(const struct engine_config *cfg, struct engine_output *o,
			   struct errmsg *err)
{
	struct target targets[] = { { .fd = o->dir_fd, .what = "output directory" },
				    { .fd = o->summary_dir_fd,
				      .what = "directory of --summaries" } };
	const struct passwd *pw = cfg->user ? getpwnam(cfg->user) : NULL;
	size_t i;
	int ret = 0;

	o->uid = (uid_t)-1;
	o->gid = (gid_t)-1;
	if (cfg->user && !pw)
		return errmsg_set(err, -ENOENT, "-Z %s: no such user", cfg->user);
	if (pw) {
		o->uid = pw->pw_uid;
		o->gid = pw->pw_gid;
	}
	for (i = 0; i < ARRAY_SIZE(targets) && ret == 0; i++) {
		struct target *t = &targets[i];

		if (t->fd < 0)
			continue;
		if (fstat(t->fd, &t->st) < 0)
			return errmsg_set(err, -errno, "%s: %s", t->what, strerror(errno));
		if (o->uid == (uid_t)-1 && geteuid() == 0 && !can_create(&t->st, 0, 0))
			ret = become_owner(t, o, err);
	}
	for (i = 0; i < ARRAY_SIZE(targets) && ret == 0; i++)
		if (targets[i].fd >= 0 && o->uid != (uid_t)-1 &&
		    !can_create(&targets[i].st, o->uid, o->gid))
			ret = refuse_identity(cfg, o, &targets[i], err);
	return ret;
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
