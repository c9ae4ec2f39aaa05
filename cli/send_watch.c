#include "cli/send_watch.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/compiler.h"

enum { FD_SIGNAL, FD_POKE, NR_FDS };

static struct {
	_Atomic bool stopped, done;
	int fds[NR_FDS];
	uint64_t tick_ns; /* when the next is due */
	bool over;        /* SEND_EVENT_OVER has been told */
} watch = { .fds = { -1, -1 } };

static void end_signals(sigset_t *ret)
{
	sigemptyset(ret);
	sigaddset(ret, SIGINT);
	sigaddset(ret, SIGTERM);
}

int send_watch_begin(void)
{
	sigset_t set;

	end_signals(&set);
	sigaddset(&set, SIGUSR1);
	signal(SIGPIPE, SIG_IGN); /* of the report; what was sent is sent */
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	watch.fds[FD_SIGNAL] = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	watch.fds[FD_POKE] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	watch.tick_ns = clock_monotonic_ns() + NS_PER_SEC;
	return watch.fds[FD_SIGNAL] < 0 || watch.fds[FD_POKE] < 0 ? -errno : 0;
}

void send_watch_end(void)
{
	for (size_t i = 0; i < NR_FDS; i++) {
		if (watch.fds[i] >= 0)
			close(watch.fds[i]);
		watch.fds[i] = -1;
	}
}

void send_watch_done(void)
{
	/* Before the descriptor is written, which publishes it. */
	atomic_store_explicit(&watch.done, true, memory_order_release);
	send_watch_poke();
}

void send_watch_poke(void)
{
	const uint64_t one = 1;

	/* It fails only when the counter is full, and then it says what it shall. */
	if (write(watch.fds[FD_POKE], &one, sizeof(one)) < 0)
		return;
}

void send_watch_stop(void)
{
	/* A flag, nothing is published with it. */
	atomic_store_explicit(&watch.stopped, true, memory_order_relaxed);
}

bool send_watch_stopped(void)
{
	return atomic_load_explicit(&watch.stopped, memory_order_relaxed);
}

static enum send_event take_signal(void)
{
	struct signalfd_siginfo info;
	sigset_t set;

	if (read(watch.fds[FD_SIGNAL], &info, sizeof(info)) != (ssize_t)sizeof(info))
		return SEND_EVENT_TICK;
	if (info.ssi_signo == SIGUSR1)
		return SEND_EVENT_REPORT;
	/* The second one ends the process. */
	end_signals(&set);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	send_watch_stop();
	return SEND_EVENT_STOP;
}

enum send_event send_watch_next(uint64_t duration_end_ns)
{
	struct pollfd polls[NR_FDS];
	uint64_t now = clock_monotonic_ns(), until = watch.tick_ns;
	struct timespec wait;

	if (duration_end_ns && !watch.over)
		until = MIN_OF(until, duration_end_ns);
	wait = (struct timespec){ 0 };
	if (until > now) {
		wait.tv_sec = (time_t)((until - now) / NS_PER_SEC);
		wait.tv_nsec = (long)((until - now) % NS_PER_SEC);
	}
	for (size_t i = 0; i < NR_FDS; i++)
		polls[i] = (struct pollfd){ .fd = watch.fds[i], .events = POLLIN };
	if (ppoll(polls, NR_FDS, &wait, NULL) > 0) {
		uint64_t times;

		if (polls[FD_SIGNAL].revents)
			return take_signal();
		if (read(watch.fds[FD_POKE], &times, sizeof(times)) == (ssize_t)sizeof(times))
			return atomic_load_explicit(&watch.done, memory_order_acquire)
				       ? SEND_EVENT_DONE
				       : SEND_EVENT_POKE;
	}
	now = clock_monotonic_ns();
	if (duration_end_ns && !watch.over && now >= duration_end_ns) {
		watch.over = true;
		send_watch_stop();
		return SEND_EVENT_OVER;
	}
	if (now >= watch.tick_ns)
		watch.tick_ns = now + NS_PER_SEC;
	return SEND_EVENT_TICK;
}
