/*
 * cli/attach.h -- finds running captures and maps their segments, read-only.
 *
 * A capture leaves nothing in the file system: its segment is a descriptor of its process, found
 * through /proc. Whoever may look at that process (its user, root) may look at it.
 */
#ifndef CLI_ATTACH_H
#define CLI_ATTACH_H

#include <stddef.h>
#include <sys/types.h>

#include "core/compiler.h"
#include "core/errmsg.h"
#include "pcapio/segment.h"

struct attached {
	pid_t pid;
	struct segment seg;
};

enum { ATTACH_MAX = 64 };

/*
 * All captures, or that of `only` (0: all), at most ATTACH_MAX. Returns how many; -ENOENT: `only`
 * is no capture; -EACCES: it may not be looked at; -EPROTO: its segment is refused. *ret_hidden
 * counts captures of other users.
 */
int attach_all(pid_t only, struct attached *ret, size_t *ret_hidden, struct errmsg *err) must_check;
void attach_close(struct attached *a, size_t nr);

#endif
