/* cli/probe_analyse_skype.h -- the part of probe_analyse() that looks for Skype. */
#ifndef CLI_PROBE_ANALYSE_SKYPE_H
#define CLI_PROBE_ANALYSE_SKYPE_H

#include "cli/probe_analyse.h"
#include "core/compiler.h"

/* 0 or -ENOMEM. */
int probe_analyse_skype(const struct probe_log *log, struct probe_skype_pattern *ret) must_check;

#endif
