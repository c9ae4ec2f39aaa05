/*
 * cli/probe_skype.h -- the two questions over TCP by which nmap's skypev2-version knows Skype: it
 * answers a request as an HTTP server that has nothing, and anything else with noise.
 */
#ifndef CLI_PROBE_SKYPE_H
#define CLI_PROBE_SKYPE_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/probe_target.h"
#include "core/compiler.h"
#include "core/errmsg.h"

enum {
	PROBE_SKYPE_BINARY = 3,  /* bytes that are no text, at least */
	PROBE_SKYPE_KEPT = 1024, /* bytes of an answer */
};

struct probe_skype_answer {
	int error; /* errno of the connection; 0: it was taken */
	uint64_t len;
	uint32_t kept;
	uint32_t binary; /* of those kept: neither printable ASCII nor white space */
	uint8_t data[PROBE_SKYPE_KEPT];
};

struct probe_skype {
	bool asked;
	struct probe_skype_answer get;   /* to "GET / HTTP/1.0" */
	struct probe_skype_answer noise; /* to "random data" */
};

/* 0, -EINTR, or -errno with words: no socket. */
int probe_skype_ask(struct probe_skype *s, const struct probe_target *t, uint64_t wait_ns,
		    struct errmsg *err) must_check;
/* "HTTP/1.0 404 Not Found", an empty line, and nothing else. */
bool probe_skype_is_404(const struct probe_skype_answer *a);
bool probe_skype_is_noise(const struct probe_skype_answer *a);

#endif
