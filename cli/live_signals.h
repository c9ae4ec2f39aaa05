/* cli/live_signals.h -- signals of the verbs that run until they are told to end. */
#ifndef CLI_LIVE_SIGNALS_H
#define CLI_LIVE_SIGNALS_H

#include "core/compiler.h"

/*
 * Blocks SIGINT, SIGTERM, SIGHUP and SIGUSR1 for this thread and those that it starts, so that only
 * the descriptor delivers them; ignores SIGPIPE. A signalfd, not blocking, or -1 with errno. To be
 * called before the first thread.
 */
int live_signals_open(void) must_check;

#endif
