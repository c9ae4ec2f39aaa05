/* cli/read_watch.h -- what goes on beside loops over files: signals, and a line of progress. */
#ifndef CLI_READ_WATCH_H
#define CLI_READ_WATCH_H

#include <stdbool.h>
#include <stdint.h>

/* The first SIGINT or SIGTERM ends with what there is, the second at once; SIGPIPE is ignored. */
void read_watch_signals(void);
bool read_watch_interrupted(void);

struct read_watch {
	bool wanted;
	uint64_t next_ns;
};

/* Somebody watches a terminal, which is not where the packets go. */
void read_watch_begin(struct read_watch *w);
/* True: a line is due. Looks at the clock every few thousand packets. */
bool read_watch_due(struct read_watch *w, uint64_t packets);
/* Bytes read, of how many (0: unknown). */
void read_watch_show(const char *verb, uint64_t done, uint64_t total, uint64_t packets);
void read_watch_end(const struct read_watch *w);

#endif
