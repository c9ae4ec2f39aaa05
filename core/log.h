/*
 * core/log.h -- notices on stderr, one line each, "ringtap: " in front; never called per packet.
 *
 * Thread-safe: a line is one write(2).
 */
#ifndef CORE_LOG_H
#define CORE_LOG_H

#include <stdbool.h>

#include "core/compiler.h"

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_NOTE, LOG_LEVEL_VERBOSE };

/* Lines above this level are dropped. Set once at start; default LOG_LEVEL_NOTE. */
void log_set_level(enum log_level level);
/* A line of progress stands on the terminal without newline, or no longer: each line of the log
 * takes its place. Any thread. */
void log_over_progress(bool stands);
void log_line(enum log_level level, const char *fmt, ...) printf_like(2, 3);

#define log_error(...)   log_line(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_note(...)    log_line(LOG_LEVEL_NOTE, __VA_ARGS__)
#define log_verbose(...) log_line(LOG_LEVEL_VERBOSE, __VA_ARGS__)

#endif
