/*
 * cli/control.h -- how a running capture is told something: an abstract Unix socket of its own.
 *
 * The name is in the capture's network namespace and says its process id; nothing lies in the file
 * system. Both sides ask the kernel who the other is: the capture listens to root and to whoever
 * started it, the caller speaks to no other process than the one he means. A message is a packet
 * (SOCK_SEQPACKET), so there is one read per question and one per answer.
 */
#ifndef CLI_CONTROL_H
#define CLI_CONTROL_H

#include <stdint.h>
#include <sys/types.h>

#include "core/compiler.h"
#include "core/errmsg.h"
#include "dissect/filter/filter.h"

enum { CONTROL_CLIENTS_MAX = 8 };

struct control_client {
	int fd;               /* -1: free */
	uint64_t accepted_ns; /* monotonic: who says nothing is sent away */
};

struct control_server {
	int fd; /* -1: closed */
	int epoll_fd;
	uid_t owner;
	struct control_client clients[CONTROL_CLIENTS_MAX];
};

/* The new filter: 0, or -errno with the reason in err. */
typedef int control_filter_fn(void *ctx, const char *expr, struct filter_error *err);

/*
 * Listens; epoll_fd (borrowed) is told of what can be read. In the network namespace of the
 * capture, and before the identity changes. control_close() also after a failure.
 */
int control_open(struct control_server *s, int epoll_fd, struct errmsg *err) must_check;
/* Answers whoever has asked; never waits. */
void control_serve(struct control_server *s, control_filter_fn *fn, void *ctx);
void control_close(struct control_server *s);

/*
 * Asks the capture `pid` for another filter and waits for the answer. 0: it is in force. -EINVAL
 * and the like with why->text set: refused. Otherwise why->text is empty and err has the words.
 */
int control_set_filter(pid_t pid, const char *expr, struct filter_error *why,
		       struct errmsg *err) must_check;

#endif
