/* cli/attach.c -- /proc/PID/fd is the directory of captures. */
#include "cli/attach.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char memfd_link[] = "/memfd:ringtap-segment";

/* Opens the descriptor of `pid` whose link says that it is a segment; -ENOENT: it has none. */
static int open_segment_of(pid_t pid)
{
	char path[64], link[64];
	struct dirent *entry;
	int fd = -ENOENT;
	ssize_t n;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	dir = opendir(path);
	if (!dir)
		return -errno;
	while (fd == -ENOENT && (entry = readdir(dir))) {
		n = readlinkat(dirfd(dir), entry->d_name, link, sizeof(link) - 1);
		if (n < (ssize_t)sizeof(memfd_link) - 1)
			continue;
		link[n] = '\0';
		if (strncmp(link, memfd_link, sizeof(memfd_link) - 1))
			continue;
		fd = openat(dirfd(dir), entry->d_name, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			fd = -errno;
	}
	closedir(dir);
	return fd;
}

/* True when the process's name is ours: worth telling that we may not look. */
static bool named_ringtap(pid_t pid)
{
	char path[64], comm[32] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	f = fopen(path, "re");
	if (!f)
		return false;
	if (!fgets(comm, sizeof(comm), f))
		comm[0] = '\0';
	fclose(f);
	return !strcmp(comm, "ringtap\n");
}

static int attach_one(pid_t pid, struct attached *ret, struct errmsg *err)
{
	const int fd = open_segment_of(pid);
	int code;

	if (fd < 0)
		return fd;
	code = segment_attach(fd, true, &ret->seg, err);
	if (code < 0) {
		close(fd);
		return code;
	}
	ret->pid = pid;
	/* The writer inherits the descriptor; only the main process speaks for the capture. */
	if ((pid_t)ret->seg.header->main_pid != pid) {
		segment_close(&ret->seg);
		return -ENOENT;
	}
	return 0;
}

static int attach_pid(pid_t pid, struct attached *ret, struct errmsg *err)
{
	const int code = attach_one(pid, ret, err);

	if (code == -EACCES)
		return errmsg_set(err, code, "process %d: may not be looked at; try as root",
				  (int)pid);
	if (code == -ENOENT || code == -ESRCH)
		return errmsg_set(err, -ENOENT, "process %d is no running capture", (int)pid);
	return code < 0 ? code : 1;
}

int attach_all(pid_t only, struct attached *ret, size_t *ret_hidden, struct errmsg *err)
{
	struct dirent *entry;
	struct errmsg why;
	int nr = 0, code;
	DIR *proc;

	*ret_hidden = 0;
	if (only)
		return attach_pid(only, ret, err);
	proc = opendir("/proc");
	if (!proc)
		return errmsg_set(err, -errno, "/proc: %s", strerror(errno));
	while (nr < ATTACH_MAX && (entry = readdir(proc))) {
		const pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);

		if (!isdigit((unsigned char)entry->d_name[0]) || pid <= 0)
			continue;
		code = attach_one(pid, &ret[nr], &why);
		if (code == 0)
			nr++;
		else if (code == -EACCES && named_ringtap(pid))
			++*ret_hidden;
	}
	closedir(proc);
	return nr;
}

void attach_close(struct attached *a, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++)
		segment_close(&a[i].seg);
}
