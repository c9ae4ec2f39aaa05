#include "cli/probe_report.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/probe_print.h"
#include "cli/units.h"

/* "answered    3 of 12": one line; without a label the one before goes on. */
static void printf_like(2, 3) say(const char *label, const char *fmt, ...)
{
	va_list args;

	printf("%-12s", label);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
}

/* ---- what happened ---- */

enum { REASONS_MAX = 8 };

/* Each reason once, with how many of this outcome had it. */
static void say_reasons(const struct probe_log *log, enum probe_outcome outcome, const char *label)
{
	const uint64_t total = probe_log_count(log, outcome);
	uint64_t said = 0;
	unsigned nr = 0;

	for (uint32_t i = 0; i < log->nr_sent && said < total && nr < REASONS_MAX; i++) {
		const struct probe_sent *s = &log->sent[i];
		char text[PROBE_ROW_TEXT], other[PROBE_ROW_TEXT];
		struct strbuf reason = strbuf_over(text, sizeof(text));
		uint64_t same = 0;
		bool before = false;

		if (s->outcome != outcome)
			continue;
		probe_print_reason(s, &reason);
		for (uint32_t j = 0; j < log->nr_sent && !before; j++) {
			struct strbuf b = strbuf_over(other, sizeof(other));

			if (log->sent[j].outcome != outcome)
				continue;
			probe_print_reason(&log->sent[j], &b);
			before = j < i && !strcmp(text, other);
			same += !strcmp(text, other);
		}
		if (before)
			continue;
		say(nr++ ? "" : label, "%" PRIu64 ": %s", same, text);
		said += same;
	}
	if (said < total)
		say("", "%" PRIu64 " for other reasons", total - said);
}

static void say_left_out(const struct probe_payloads *p)
{
	const struct {
		uint64_t count;
		const char *what;
	} parts[] = {
		{ p->found - p->nr, "beyond -c or 64 MiB" },
		{ p->fragments, "fragments of packets" },
		{ p->cut, "not whole in the file" },
		{ p->conversations_left_out, "packets of too many conversations" },
		{ p->repeated, "TCP segments that were sent again" },
		{ p->gaps, "times TCP bytes are not in the file" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (parts[i].count)
			say("left out", "%" PRIu64 " %s", parts[i].count, parts[i].what);
}

static void say_times(const struct probe_log *log)
{
	uint64_t min = UINT64_MAX, max = 0;
	char text[128];
	struct strbuf s = strbuf_over(text, sizeof(text));

	for (uint32_t i = 0; i < log->nr_replies; i++)
		if (!log->replies[i].unasked) {
			min = MIN_OF(min, log->replies[i].after_ns);
			max = MAX_OF(max, log->replies[i].after_ns);
		}
	if (min > max)
		return;
	strbuf_puts(&s, "after ");
	format_duration(&s, min);
	if (max > min) {
		strbuf_puts(&s, " to ");
		format_duration(&s, max);
	}
	say("", "%s", text);
}

static void say_counts(const struct probe_result *r)
{
	const struct probe_log *log = r->log;
	const uint64_t went = probe_log_went(log);

	if (r->target)
		say("sent", "%" PRIu64 " time%s, of %u payload%s%s", went, went == 1 ? "" : "s",
		    r->payloads->nr, r->payloads->nr == 1 ? "" : "s",
		    r->interrupted ? "; interrupted" : "");
	else
		say("asked", "%u time%s%s; nothing was sent now, the file has it", log->nr_sent,
		    log->nr_sent == 1 ? "" : "s", r->interrupted ? "; interrupted" : "");
	say("answered", "%" PRIu64, probe_log_count(log, PROBE_ANSWERED));
	say("no reply", "%" PRIu64, probe_log_count(log, PROBE_UNANSWERED));
	say_reasons(log, PROBE_REFUSED, "refused");
	say_reasons(log, PROBE_NOT_SENT, "not sent");
	say_left_out(r->payloads);
	say("replies", "%" PRIu64 ", %" PRIu64 " of them late", log->total, log->nr_late);
	if (log->nr_unasked)
		say("", "%" PRIu64 " times something came before anything was sent",
		    log->nr_unasked);
	if (log->not_kept)
		say("", "%" PRIu64 " were counted and not kept: what follows is without them",
		    log->not_kept);
	if (log->dropped)
		say("", "%u came that the kernel dropped: too fast, or a wrong checksum",
		    log->dropped);
	say_times(log);
}

/* ---- what repeats ---- */

static void say_lengths(const struct probe_analysis *a)
{
	char text[256];
	struct strbuf s = strbuf_over(text, sizeof(text));

	for (uint32_t i = 0; i < a->nr_lengths; i++)
		strbuf_printf(&s, "%s%" PRIu64 " bytes (%u)", i ? ", " : "", a->lengths[i].len,
			      a->lengths[i].count);
	if (a->other_lengths)
		strbuf_printf(&s, ", others (%u)", a->other_lengths);
	say("lengths", "%s", text);
}

/* Hexadecimal digits, and points where replies differ. */
static void put_mask(const struct probe_analysis *a, uint32_t from, uint32_t to, struct strbuf *s)
{
	static const char digits[] = "0123456789abcdef";

	for (uint32_t i = from; i < to; i++) {
		if (i > from)
			strbuf_putc(s, ' ');
		strbuf_putc(s, a->mask[i] & 0xf0 ? digits[a->value[i] >> 4] : '.');
		strbuf_putc(s, a->mask[i] & 0x0f ? digits[a->value[i] & 0xf] : '.');
	}
}

static void say_mask(const struct probe_analysis *a)
{
	enum { ROW = 16 };
	uint32_t end = a->mask_len;

	while (end && !a->mask[end - 1])
		end--;
	if (a->replies < 2 || !end)
		return;
	end = MAX_OF(end, MIN_OF(a->mask_len, (uint32_t)ROW));
	for (uint32_t at = 0; at < end; at += ROW) {
		char text[128];
		struct strbuf s = strbuf_over(text, sizeof(text));

		put_mask(a, at, MIN_OF(at + ROW, end), &s);
		say(at ? "" : "constant", "%s", text);
	}
	say("", "(a point: not the same in all %u replies)", a->replies);
	if (a->prefix)
		say("", "the first %u byte%s of all replies %s the same", a->prefix,
		    a->prefix == 1 ? "" : "s", a->prefix == 1 ? "is" : "are");
}

static void say_alike(const struct probe_analysis *a)
{
	if (a->replies < 2)
		return;
	if (a->different == 1)
		say("alike", "all %u replies", a->replies);
	else if (a->different == a->replies)
		say("alike", "none of %u replies is like another", a->replies);
	else
		say("alike", "%u different ones in %u replies; the most frequent is there %u times",
		    a->different, a->replies, a->identical_max);
}

static void say_echo(const struct probe_analysis *a)
{
	if (a->echo_len)
		say("echo", "the first %u byte%s sent come%s back in front of %u of %u replies",
		    a->echo_len, a->echo_len == 1 ? "" : "s", a->echo_len == 1 ? "s" : "",
		    a->echo_count, a->replies);
	if (a->echo_len && a->echo_values == 1)
		say("", "(all that was sent begins alike: it may be a constant as well)");
	if (a->whole)
		say("", "%u of %u replies %s exactly what was sent", a->whole, a->replies,
		    a->whole == 1 ? "is" : "are");
	if (a->shifted.count)
		say(a->echo_len ? "" : "echo",
		    "the first %u bytes sent come back at byte %u of %u of %u replies",
		    a->shifted_len, a->shifted.offset, a->shifted.count, a->replies);
}

static void say_place(const struct probe_analysis *a, const struct probe_place *p,
		      const char *label, const char *what)
{
	if (p->count)
		say(label, "%s, at byte %u of %u of %u replies", what, p->offset, p->count,
		    a->replies);
}

static void say_addresses(const struct probe_result *r)
{
	const struct probe_analysis *a = r->analysis;
	char text[PROBE_ADDRESS_TEXT + 32], address[PROBE_ADDRESS_TEXT];
	const bool same = a->own_address.count && a->target_address.count &&
			  a->own_address.offset == a->target_address.offset;

	if (r->local) {
		probe_address_text(r->local, address);
		*strrchr(address, ':') = '\0';
		snprintf(text, sizeof(text), "%s, our own%s", address,
			 same ? " and the target's" : "");
		say_place(a, &a->own_address, "address", text);
	}
	if (r->target && !same) {
		probe_address_text(&r->target->address, address);
		*strrchr(address, ':') = '\0';
		snprintf(text, sizeof(text), "%s, the target's", address);
		say_place(a, &a->target_address, "address", text);
	}
	if (a->has_constant && inet_ntop(AF_INET, a->constant, address, sizeof(address))) {
		say("address", "%s, at byte %u of all %u replies: it may be one%s", address,
		    a->constant_offset, a->replies, r->target ? ";" : "");
		if (r->target)
			say("", "neither ours nor the target's");
	}
	say_place(a, &a->own_port, "port", "our own");
	say_place(a, &a->target_port, "port", "the target's");
}

/* ---- Skype ---- */

static void say_skype_udp(const struct probe_result *r)
{
	const struct probe_skype_pattern *s = &r->analysis->skype;
	char address[INET_ADDRSTRLEN] = "";
	unsigned len = 0;
	const uint8_t *own = r->local ? probe_address_bytes(r->local, &len) : NULL;
	const bool is_own = len == 4 && !memcmp(own, s->address, 4);

	if (!s->fit) {
		say("Skype",
		    "no sign: 0 of %u replies have 11 bytes, an id that was sent in "
		    "front,",
		    r->analysis->replies);
		say("", "and type 5 or 7");
		return;
	}
	inet_ntop(AF_INET, s->address, address, sizeof(address));
	say("Skype", "%s: %u of %u replies have 11 bytes, an id that was sent",
	    s->likely ? "looks like it" : "too little to say", s->fit, r->analysis->replies);
	say("", "in front, and type 7 (%u) or 5 (%u); %s is at byte 3", s->type7, s->type5,
	    address);
	say("", "of %u of these%s; the last four bytes %s", s->same_address,
	    is_own ? ", our own address" : "", s->tails > 1 ? "differ" : "do not differ");
}

static void say_answer(const char *label, const char *question, const struct probe_skype_answer *a,
		       const char *yes, bool is)
{
	if (a->error)
		say(label, "%s: no TCP connection: %s", question, strerror(a->error));
	else if (is)
		say(label, "%s: %s", question, yes);
	else
		say(label, "%s: %" PRIu64 " bytes, %u of them no text: not as Skype did", question,
		    a->len, a->binary);
}

static void say_skype_tcp(const struct probe_skype *s)
{
	const bool both = probe_skype_is_404(&s->get) && probe_skype_is_noise(&s->noise);
	char text[64];

	if (!s->asked)
		return;
	snprintf(text, sizeof(text), "%u bytes that are no text", s->noise.binary);
	say_answer("Skype, TCP", "GET / HTTP/1.0", &s->get, "only \"HTTP/1.0 404 Not Found\"",
		   probe_skype_is_404(&s->get));
	say_answer("", "random data", &s->noise, text, probe_skype_is_noise(&s->noise));
	say("", "%s",
	    s->get.error || s->noise.error
		    ? "nothing to say: the rule of nmap's skypev2-version needs both"
	    : both ? "looks like Skype, by the rule of nmap's skypev2-version"
		   : "does not look like Skype, by the rule of nmap's skypev2-version");
}

void probe_report_text(const struct probe_result *r)
{
	const struct probe_analysis *a = r->analysis;

	if (r->o->file)
		say_counts(r);
	if (a->nr_lengths)
		say_lengths(a);
	if (a->replies) {
		say_alike(a);
		say_mask(a);
		say_echo(a);
		say_addresses(r);
	}
	if (a->replies && !r->o->tcp)
		say_skype_udp(r);
	say_skype_tcp(r->skype);
}
