#include <errno.h>
#include <string.h>

#include "cli/probe_connection.h"
#include "cli/probe_run.h"
#include "core/clock.h"

enum { NO_REPLY = UINT32_MAX };

static const uint64_t connect_ns = 5 * NS_PER_SEC;
/* A reply is over when nothing has come for so long: a stream has no other borders. */
static const uint64_t quiet_ns = 100 * NS_PER_MS;

struct tcp {
	struct probe_run *run;
	struct probe_connection c;
	uint32_t reply;     /* index of the one that goes on, or NO_REPLY */
	bool counted;       /* something came for the last that was sent */
	bool asked;         /* something was sent over this connection */
	uint8_t *before;    /* what came before the first was sent; PROBE_REPLY_MAX */
	uint64_t nr_before; /* bytes, kept there or not */
};

static void take_bytes(void *arg, const uint8_t *data, size_t len)
{
	struct tcp *t = arg;
	struct probe_log *log = &t->run->log;
	const uint32_t last = log->nr_sent - 1;
	struct probe_reply *r;

	if (t->reply != NO_REPLY) {
		probe_log_more(log, &log->replies[t->reply], data, len);
		return;
	}
	if (t->counted)
		return;
	t->counted = true;
	r = probe_log_reply(log, last, data, len, clock_monotonic_ns() - log->sent[last].at_ns,
			    t->run->o->wait_ns);
	if (r)
		t->reply = (uint32_t)(r - log->replies);
}

static void take_greeting(void *arg, const uint8_t *data, size_t len)
{
	struct tcp *t = arg;
	const uint64_t at = MIN_OF(t->nr_before, (uint64_t)PROBE_REPLY_MAX);

	memcpy(t->before + at, data, MIN_OF(len, PROBE_REPLY_MAX - at));
	t->nr_before += len;
}

static int wait_for_turn(struct probe_run *run)
{
	const int code = probe_poll(-1, 0, run->next_ns);

	return code < 0 ? code : 0;
}

/*
 * Until the next may be sent. What comes now is no reply to that one: it is one more to the last,
 * or a greeting. 0, -EINTR, or -EPIPE: the connection has ended after the last.
 */
static int take_until_turn(struct tcp *t)
{
	struct probe_run *const run = t->run;
	int code;

	t->reply = NO_REPLY;
	t->counted = false;
	/* The pace is never below one a second, so this is not ended by silence. */
	code = probe_connection_receive(&t->c, run->next_ns, NS_PER_SEC,
					t->asked ? take_bytes : take_greeting, t);
	if (t->reply != NO_REPLY)
		run->show_late(run, &run->log.replies[t->reply]);
	return !code && t->asked && (t->c.ended || t->c.reset) ? -EPIPE : code;
}

/* One message and what comes for it. 0, -EINTR, -EPIPE: the connection has ended, -ECONNABORTED: it
 * takes no more. */
static int send_one(struct tcp *t, const struct probe_payload *p)
{
	struct probe_run *const run = t->run;
	struct probe_sent *s;
	const uint64_t now = clock_monotonic_ns();
	int code;

	s = probe_log_send(&run->log, p, now);
	t->asked = true;
	t->reply = NO_REPLY;
	t->counted = false;
	probe_pace(run, now);
	if (t->nr_before)
		probe_log_unasked(&run->log, run->log.nr_sent - 1, t->before, t->nr_before);
	t->nr_before = 0;
	code = probe_connection_send(&t->c, p->data, p->len, now + run->o->wait_ns, take_bytes, t);
	if (code == -ETIMEDOUT)
		code = -ECONNABORTED;
	s->went = !code;
	if (code)
		s->outcome = PROBE_NOT_SENT;
	else
		code = probe_connection_receive(&t->c, now + run->o->wait_ns, quiet_ns, take_bytes,
						t);
	if (s->outcome != PROBE_ANSWERED)
		s->error = -code;
	s->end = t->c.ended ? PROBE_CLOSED : t->c.reset ? PROBE_RESET : PROBE_OPEN;
	return !code && s->end ? -EPIPE : code;
}

/* The payload is not sent, for this reason. */
static void leave_out(struct probe_run *run, const struct probe_payload *p,
		      enum probe_outcome outcome, int error)
{
	struct probe_sent *s = probe_log_send(&run->log, p, clock_monotonic_ns());

	s->outcome = outcome;
	s->error = error;
}

static bool is_refusal(int code)
{
	return code == -ECONNREFUSED || code == -ECONNRESET || code == -EHOSTUNREACH;
}

/* The messages of one recorded connection over one of ours, from the first one on. */
static int converse(struct tcp *t, uint32_t first, struct errmsg *err)
{
	struct probe_run *const run = t->run;
	const struct probe_payloads *all = run->payloads;
	const uint32_t flow = all->list[first].flow;
	int ended, code = wait_for_turn(run);
	uint64_t now;

	if (code)
		return code;
	ended = probe_connection_open(&t->c, run->target, run->o->from_port, connect_ns, err);
	if (ended == -EINTR || err->text[0])
		return ended;
	now = clock_monotonic_ns();
	t->nr_before = 0;
	t->asked = false;
	if (!ended)
		probe_address_local(t->c.fd, &run->local);
	if (!ended && all->list[first].is_answer)
		code = probe_connection_receive(&t->c, now + run->o->wait_ns, quiet_ns,
						take_greeting, t);
	for (uint32_t i = first; !code && i < all->nr; i++) {
		if (all->list[i].flow != flow)
			continue;
		if (!ended)
			ended = take_until_turn(t);
		if (ended == -EINTR) {
			code = ended;
		} else if (ended) {
			leave_out(run, &all->list[i],
				  i == first && is_refusal(ended) ? PROBE_REFUSED : PROBE_NOT_SENT,
				  t->c.fd >= 0 || i == first ? -ended : ENOTCONN);
		} else {
			code = send_one(t, &all->list[i]);
			ended = code == -EPIPE || code == -ECONNABORTED ? code : 0;
			code = ended ? 0 : code;
		}
		if (!probe_show_rest(run))
			code = -EPIPE;
	}
	if (ended != 0 && t->c.fd < 0)
		probe_pace(run, now);
	probe_connection_close(&t->c);
	return code;
}

static bool is_first_of_flow(const struct probe_payloads *all, uint32_t index)
{
	for (uint32_t i = 0; i < index; i++)
		if (all->list[i].flow == all->list[index].flow)
			return false;
	return true;
}

int probe_tcp(struct probe_run *run, struct errmsg *err)
{
	static uint8_t before[PROBE_REPLY_MAX];
	struct tcp t = { .run = run, .c.fd = -1, .before = before };
	int code = 0;

	run->next_ns = clock_monotonic_ns();
	for (uint32_t i = 0; !code && i < run->payloads->nr; i++)
		for (uint64_t n = 0; !code && n < run->o->repeat; n++)
			if (is_first_of_flow(run->payloads, i))
				code = converse(&t, i, err);
	probe_connection_close(&t.c);
	run->interrupted = code == -EINTR;
	return run->interrupted ? 0 : code;
}
