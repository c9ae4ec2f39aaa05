/*
 * cli/send_watch.h -- what goes on beside threads that send: signals, a line of progress, the end
 * of the time that was given. The main thread's.
 */
#ifndef CLI_SEND_WATCH_H
#define CLI_SEND_WATCH_H

#include <stdbool.h>
#include <stdint.h>

enum send_event {
	SEND_EVENT_TICK,   /* nothing, for a second at most: show progress */
	SEND_EVENT_REPORT, /* SIGUSR1 */
	SEND_EVENT_STOP,   /* SIGINT or SIGTERM, the first; send_watch_stopped() says so from now on
			    */
	SEND_EVENT_OVER,   /* the duration is over; send_watch_stopped() says so from now on */
	SEND_EVENT_POKE,   /* send_watch_poke() was called: look what has changed */
	SEND_EVENT_DONE,   /* send_watch_done() was called */
};

/*
 * Blocks SIGINT, SIGTERM and SIGUSR1 in this thread and all that it starts later, for
 * send_watch_next() to take; the second SIGINT ends the process at once. SIGPIPE is ignored. 0 or
 * -errno.
 */
int send_watch_begin(void);
/* Waits for what comes next. duration_end_ns: CLOCK_MONOTONIC, 0: no end. */
enum send_event send_watch_next(uint64_t duration_end_ns);
/* From any thread: what is sent by threads has ended. */
void send_watch_done(void);
/* From any thread: something has changed that the main thread goes by. */
void send_watch_poke(void);
/* From any thread: all are to end. */
void send_watch_stop(void);
/* From any thread, cheap: for struct sender_config. */
bool send_watch_stopped(void);
void send_watch_end(void);

#endif
