/*
 * cli/send_report.h -- what became of the frames that a verb was to send: for people and for
 * programs.
 *
 * Of each interface: offered = sent + failed (by cause) + skipped (by reason). What the interface
 * dropped afterwards is the kernel's count of everything that left there, and stands beside.
 */
#ifndef CLI_SEND_REPORT_H
#define CLI_SEND_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/link.h"
#include "capture/sender.h"
#include "core/strbuf.h"

enum { SEND_SKIPPED_MAX = 24 };

/* Why the verb itself left a frame out. */
struct send_skipped {
	const char *name; /* in JSON: "mtu" */
	const char *text; /* for people: "longer than the interface takes" */
	uint64_t frames;
};

struct send_link {
	const char *name;
	uint32_t ifindex;
	unsigned threads;            /* that sent there; 0: 1 */
	uint64_t offered;            /* frames meant for it, skipped ones included */
	struct sender_counts counts; /* of all its threads: send_counts_add() */
	struct send_skipped skipped[SEND_SKIPPED_MAX];
	size_t nr_skipped;
	struct link_stats before; /* by send_link_begin() */
	bool have_before;
	uint64_t dropped, errors; /* of the interface since then, by send_link_end() */
	bool have_drops;          /* else they could not be read: it is gone */
};

struct send_report {
	const char *verb;
	struct send_link *links;
	size_t nr_links;
	uint64_t rounds;           /* begun; 0: there are none to speak of */
	uint64_t start_ns, end_ns; /* CLOCK_MONOTONIC; end_ns is 0 while it runs */
	bool timed;                /* frames had due times: the timing error says something */
	bool interrupted;
	const char *failure; /* why it ended early, or NULL */
	/* More about it: lines for people, each with its newline; members of the JSON object, each
	 * with a comma behind it. Either may be NULL. */
	void (*more_text)(const void *ctx, struct strbuf *s);
	void (*more_json)(const void *ctx, struct strbuf *s);
	const void *ctx;
};

/* Adds the counts of one more thread. Of the timing errors, which cannot be added, the worst stays.
 */
void send_counts_add(struct sender_counts *sum, const struct sender_counts *one);
/* The interface's own counters, before and after (or so far). */
void send_link_begin(struct send_link *l, uint32_t ifindex);
void send_link_end(struct send_link *l);
uint64_t send_failed_frames(const struct sender_counts *c);
uint64_t send_skipped_frames(const struct send_link *l);
/* Frames were meant to leave, and not one did; whoever calls a program must not take that for
 * success. */
bool send_report_all_failed(const struct send_report *r);
/* User and system time of this process and of children that have ended (XDP live frames are a
 * child's work), in seconds. */
double send_cpu_seconds(void);

/* The report, some lines; or one JSON object and a newline. */
void send_report_text(const struct send_report *r, struct strbuf *s);
void send_report_json(const struct send_report *r, struct strbuf *s);
/* As the options say: JSON on standard output, text on standard error; quiet: only where something
 * was not sent. */
void send_report_print(const struct send_report *r, bool json, bool quiet);
/*
 * One line while it runs, without newline: rates since `before` (the sums of a second ago, ns ago),
 * which become those of now. percent < 0: unknown.
 */
void send_report_progress(const struct send_report *r, struct sender_counts *before, uint64_t ns,
			  double percent, struct strbuf *s);

#endif
