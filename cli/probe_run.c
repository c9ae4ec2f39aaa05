#include "cli/probe_run.h"

#include <errno.h>
#include <poll.h>

#include "cli/read_watch.h"
#include "core/clock.h"

/* A signal that comes just before poll() is not seen by it. */
static const uint64_t slice_ns = 200 * NS_PER_MS;

int probe_poll(int fd, short events, uint64_t until_ns)
{
	struct pollfd p = { .fd = fd, .events = events };

	for (;;) {
		const uint64_t now = clock_monotonic_ns();
		uint64_t left = until_ns > now ? until_ns - now : 0;
		struct timespec t;
		int n;

		if (read_watch_interrupted())
			return -EINTR;
		left = left < slice_ns ? left : slice_ns;
		t = (struct timespec){ .tv_nsec = (long)left };
		n = ppoll(&p, 1, &t, NULL);
		if (n > 0)
			return p.revents;
		if (!n && now + left >= until_ns)
			return 0;
	}
}

void probe_pace(struct probe_run *run, uint64_t now_ns)
{
	run->next_ns = now_ns + NS_PER_SEC / run->o->pps;
}

bool probe_show_rest(struct probe_run *run)
{
	bool seen = true;

	while (seen && run->shown < run->log.nr_sent)
		seen = run->show(run, run->shown++);
	return seen;
}
