/*
 * cli/probe_flows.h -- numbers for the conversations of a file: both directions of a pair of
 * addresses and ports have one.
 */
#ifndef CLI_PROBE_FLOWS_H
#define CLI_PROBE_FLOWS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/compiler.h"
#include "dissect/dissect.h"

enum { PROBE_FLOWS_MAX = 16384, PROBE_NO_FLOW = UINT32_MAX };

struct probe_flows;

/* 0 or -ENOMEM. Freed with probe_flows_close(), NULL is fine. */
int probe_flows_open(struct probe_flows **ret) must_check;
void probe_flows_close(struct probe_flows *t);
/*
 * The number of this conversation, counted from 0, and which of its sides sends (0 or 1; the same
 * for all of its packets). PROBE_NO_FLOW: a new one, and PROBE_FLOWS_MAX are known.
 */
uint32_t probe_flow_number(struct probe_flows *t, const struct flow *f, unsigned *ret_side);

#endif
