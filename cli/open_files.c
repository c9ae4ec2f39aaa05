#include "cli/open_files.h"

#include <errno.h>
#include <sys/resource.h>

void open_files_raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur == limit.rlim_max)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

bool open_files_is_limit(int code)
{
	return code == -EMFILE || code == -ENFILE;
}
