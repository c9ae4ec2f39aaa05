/*
 * cli/progress.h -- the line of progress on standard error: one, below everything else that is said
 * there. For one thread; lines of core/log.h take its place until it is shown again.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

/* Instead of the one that stands there. */
void progress_show(const char *text);
/* Takes it away, if there is one. */
void progress_clear(void);
bool progress_is_shown(void);

/* As it is, on standard error; nobody is told where that cannot be written. */
void stderr_put(const char *text, size_t len);

#endif
