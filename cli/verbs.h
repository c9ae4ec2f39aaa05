/*
 * cli/verbs.h -- what follows `ringtap` on the command line: one function and one file per verb.
 *
 * argv[0] is the verb. The result is the process's exit status.
 */
#ifndef CLI_VERBS_H
#define CLI_VERBS_H

enum exit_status {
	EXIT_DONE = 0,
	EXIT_USAGE = 1,       /* the command line was not understood */
	EXIT_NOT_STARTED = 2, /* nothing was done */
	EXIT_EARLY = 3,       /* ended early, with what was kept */
};

int cmd_bridge(int argc, char **argv);
int cmd_capture(int argc, char **argv);
int cmd_control(int argc, char **argv);
int cmd_convert(int argc, char **argv);
int cmd_cut(int argc, char **argv);
int cmd_fields(int argc, char **argv);
int cmd_filter(int argc, char **argv);
int cmd_generate(int argc, char **argv);
int cmd_info(int argc, char **argv);
int cmd_interfaces(int argc, char **argv);
int cmd_merge(int argc, char **argv);
int cmd_probe(int argc, char **argv);
int cmd_read(int argc, char **argv);
int cmd_repair(int argc, char **argv);
int cmd_replay(int argc, char **argv);
int cmd_status(int argc, char **argv);
int cmd_writer(int argc, char **argv); /* started by the capture itself, not by people */

#endif
