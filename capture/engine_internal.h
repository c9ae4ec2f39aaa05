/* capture/engine_internal.h -- what the engine's files share; nobody else includes it. */
#ifndef CAPTURE_ENGINE_INTERNAL_H
#define CAPTURE_ENGINE_INTERNAL_H

#include <limits.h>
#include <sys/types.h>

#include "capture/engine.h"
#include "capture/ethtool.h"
#include "capture/link.h"
#include "dissect/display/display.h"

/* One -i. */
struct engine_interface {
	struct link_info link; /* of "any": ifindex 0 */
	struct ethtool_facts facts;
	struct link_stats stats_at_start;
	uint32_t first_ring, nr_rings;
	bool any, gone, down;
	bool restore_hwtstamp; /* the NIC's time stamp setting was changed */
	uint8_t hwtstamp[16];  /* struct hwtstamp_config as it was */
	char name[IFNAMSIZ];
};

/* Where the output goes, resolved. */
struct engine_output {
	int dir_fd, summary_dir_fd, pipe_fd; /* -1: none */
	uid_t uid;                           /* whom the writer becomes; (uid_t)-1: stays */
	gid_t gid;
	char name[SEGMENT_NAME_MAX]; /* template in dir_fd */
	char summary_name[SEGMENT_NAME_MAX];
	char display[SEGMENT_NAME_MAX]; /* for people */
	char prefix[PATH_MAX];          /* of the path as it was given, with its slash; "": none */
	uint64_t keep_free;             /* bytes; 0: unasked */
	uint32_t first_number;          /* of {number} */
	bool rotating;
};

/* How fast the files grow. */
struct space_watch {
	uint64_t ns, bytes; /* of the last look: monotonic time, bytes written so far */
	double rate;        /* bytes a second */
	uint64_t warned_ns; /* monotonic, 0: never */
};

/* The printing side of a ring's spool; the worker has a view of its own. */
struct line_reader {
	struct spool spool;
	struct spool_item item; /* read ahead, when have */
	bool have;
};

struct engine {
	struct engine_config cfg;
	struct segment seg;
	struct worker_shared shared;
	struct worker *workers;
	uint32_t nr_workers;
	uint64_t spool_len; /* bytes of each ring's spool, 0: there are none */
	struct engine_interface *interfaces;
	struct engine_output output;
	struct registry *registry;
	struct filter_program *programs; /* per interface: what its rings have now */
	struct display_filter *display;  /* -Y, NULL: none */
	struct link_tables links;
	struct link_monitor *monitor;
	int epoll_fd, event_fd, notify_fd, wake_fd;
	int alive_pipe[2]; /* the writer sees our end by the other side's */
	pid_t writer_pid;  /* 0: none is running */
	int writer_pidfd;
	int program_fd;             /* what a writer is executed from, -1: nothing yet */
	int restart_fd;             /* timerfd: another writer is due, -1: not yet needed */
	uint64_t writer_started_ns; /* monotonic */
	uint64_t writer_due_ns;     /* monotonic time to start another one, 0: none is to be */
	uint32_t writer_quick_deaths;
	struct writer_config
		writer_config; /* as first handed out; the segment is the writer's too */
	uint64_t nic_ns;
	uint64_t hurry_ns; /* monotonic time of the second signal, 0: none */
	bool started, stopping, workers_joined, failed;
	bool leftovers_counted;
	struct line_reader *readers; /* per ring, when lines are printed */
	struct post *post;           /* NULL: without --post */
	struct space_watch space;
};

/* engine_rings.c */
int engine_open_rings(struct engine *e, struct errmsg *err);
void engine_close_rings(struct engine *e);
/* Refuses, or remarks on, interfaces whose link types differ. */
int engine_check_linktypes(const struct engine *e, struct errmsg *err);

/* engine_filter.c */
int engine_open_filters(struct engine *e, struct errmsg *err);
void engine_close_filters(struct engine *e);
/* Of the interface's first IPv4 address, for "ip broadcast". */
uint32_t engine_netmask_of(const struct link_info *link);
/* Lets packets into all rings. */
int engine_start_rings(struct engine *e, struct errmsg *err);

/* output.c: paths to directories, names and identities. */
int output_open(const struct engine_config *cfg, struct engine_output *ret, struct errmsg *err);
void output_close(struct engine_output *o);
/* How many finished files retention has to remember; 0: all files stay. */
uint32_t output_keeps(const struct engine_config *cfg);

/* output_name.c: o->name from what -w gave behind its directory. */
int output_template(const struct engine_config *cfg, const char *name, bool rotating,
		    struct engine_output *o, struct errmsg *err);
/* Where {number} begins: behind the highest that lies in o->dir_fd. */
int output_first_number(struct engine_output *o, struct errmsg *err);

/* space.c: once a second; the segment is told, the user when it is about to be gone. */
void space_check(struct engine *e);

/* prelude.c: the file header, from what is known of the interfaces. */
int prelude_build(const struct engine *e, uint8_t *data, uint32_t size, uint32_t *ret_len,
		  struct errmsg *err);

/* writer_process.c */
int writer_process_start(struct engine *e, struct errmsg *err);
/* Looks after it: reaps, counts what died with it, starts another. */
void writer_process_check(struct engine *e);
void writer_process_kill(struct engine *e);
/* The same without waiting for its end. */
void writer_process_abandon(struct engine *e);
/*
 * A descriptor of this program from which a writer can be executed by whoever we are now, without
 * capabilities: of the program's file, or of a copy in memory where its mode forbids that. Called
 * again after each change of identity.
 */
int writer_process_program(struct engine *e, struct errmsg *err);
void writer_process_close(struct engine *e);

/* interfaces.c */
int interfaces_open(struct engine *e, struct errmsg *err);
void interfaces_warn(const struct engine *e);
void interfaces_event(void *ctx, enum link_event event, const struct link_info *info);
void interfaces_read_nic(struct engine *e);
void interfaces_restore(struct engine *e);

/* engine_lines.c */
int lines_open(struct engine *e, struct errmsg *err);
void lines_close(struct engine *e);

/* priv.c */
int priv_enter_netns(const char *name, struct errmsg *err);
int priv_drop(struct engine *e, struct errmsg *err);
/* Files are opened as the directory's owner, where the writer is he: root cannot without
 * capabilities.
 */
void priv_act_as_writer(const struct engine *e, bool on);

/* hwtstamp.c */
int hwtstamp_enable(struct engine_interface *itf, struct errmsg *err);
void hwtstamp_restore(struct engine_interface *itf);

#endif
