/*
 * capture/post.h -- --post: a command for each finished file, in the background, a few at a time.
 *
 * The writer may start nothing. It says which files are finished; their names are made here, from
 * the template, and a file must be the one that was finished. The command runs as whoever the
 * writer is, without a capability, at low priority.
 *
 * By the control thread.
 */
#ifndef CAPTURE_POST_H
#define CAPTURE_POST_H

#include <stddef.h>

#include "core/errmsg.h"
#include "core/strbuf.h"

struct engine;
struct post;

enum { POST_QUEUE_MAX = 1000, POST_COMMAND_MAX = 64 << 10 };

/* Nothing without --post. 0 or -errno. */
int post_open(struct engine *e, struct errmsg *err) must_check;
/* Takes what is finished, notices which commands have ended, starts others. */
void post_check(struct engine *e);
/* True when nothing runs and nothing waits. */
bool post_idle(const struct engine *e);
/* No more commands: those that wait are counted as not run; those that run are left alone. */
void post_give_up(struct engine *e);
void post_close(struct engine *e);

/* The command with every {} replaced by the path, quoted for sh; behind it where there is none. */
void post_command(struct strbuf *out, const char *command, const char *path);

#endif
