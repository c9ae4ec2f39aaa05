#include "cli/probe_print.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/units.h"

enum { RIGHT_COLUMN = 40 };

/* ---- rows ---- */

static bool is_equal(const uint8_t *left, uint64_t left_len, const uint8_t *right, uint64_t at)
{
	return at < left_len && left[at] == right[at];
}

static void put_ascii(const uint8_t *data, uint64_t len, uint64_t at, struct strbuf *out)
{
	for (uint64_t i = at; i < at + PROBE_ROW_BYTES && i < len; i++)
		strbuf_putc(out, data[i] >= 0x20 && data[i] < 0x7f ? (char)data[i] : '.');
}

static void put_blanks(struct strbuf *out, size_t n)
{
	while (n--)
		strbuf_putc(out, ' ');
}

static void trim(struct strbuf *out)
{
	while (out->len && out->text[out->len - 1] == ' ')
		out->text[--out->len] = '\0';
}

void probe_print_row(const uint8_t *left, uint64_t left_len, const uint8_t *right,
		     uint64_t right_len, uint64_t at, bool color, struct strbuf *out)
{
	const uint64_t end = at + PROBE_ROW_BYTES;
	size_t before = out->len;

	strbuf_printf(out, "%04" PRIx64 " ", at);
	for (uint64_t i = at; i < end; i++)
		if (i < left_len)
			strbuf_printf(out, " %02x", left[i]);
		else
			strbuf_puts(out, "   ");
	strbuf_putc(out, ' ');
	put_ascii(left, left_len, at, out);
	if (right && at < right_len) {
		put_blanks(out, RIGHT_COLUMN - (out->len - before));
		for (uint64_t i = at; i < end; i++) {
			const bool equal = i < right_len && is_equal(left, left_len, right, i);

			if (equal && color)
				strbuf_puts(out, "\033[1;32m");
			if (i < right_len)
				strbuf_printf(out, "%c%02x", equal ? '=' : ' ', right[i]);
			else
				strbuf_puts(out, "   ");
			if (equal && color)
				strbuf_puts(out, "\033[0m");
		}
		strbuf_putc(out, ' ');
		put_ascii(right, right_len, at, out);
	}
	trim(out);
	strbuf_putc(out, '\n');
}

static void print_rows(const struct probe_payload *sent, const struct probe_reply *r,
		       const struct probe_print *p)
{
	const uint64_t got = r ? r->kept : 0, shown_max = PROBE_ROWS_SHOWN * PROBE_ROW_BYTES;
	const uint64_t len = MAX_OF(sent->len, got);
	const uint64_t end = p->full ? len : MIN_OF(len, shown_max);
	char text[PROBE_ROW_TEXT];
	struct strbuf s = strbuf_over(text, sizeof(text));

	for (uint64_t at = 0; at < end; at += PROBE_ROW_BYTES) {
		strbuf_reset(&s);
		probe_print_row(sent->data, sent->len, r ? r->data : NULL, got, at, p->color, &s);
		fputs(text, stdout);
	}
	if (end < len)
		printf("      %" PRIu64 " more bytes sent, %" PRIu64
		       " more got (--full shows them)\n",
		       sent->len > end ? sent->len - end : 0, got > end ? got - end : 0);
	if (r && r->kept < r->len)
		printf("      %" PRIu64 " bytes more came that were not kept\n", r->len - r->kept);
}

/* ---- lines between ---- */

/* Of ICMP (RFC 792, 1812) and ICMPv6 (RFC 4443) alike. */
static const char *icmp_words(bool v6, unsigned type, unsigned code)
{
	static const char *const v4_unreachable[] = {
		"network unreachable",
		"host unreachable",
		"protocol unreachable",
		"port unreachable",
		"too long for a link on the way",
	};
	static const char *const v6_unreachable[] = {
		"no route",
		"prohibited",
		"beyond the source's scope",
		"address unreachable",
		"port unreachable",
		"prohibited for this source",
		"route rejected",
	};

	if (v6 && type == 1 && code < ARRAY_SIZE(v6_unreachable))
		return v6_unreachable[code];
	if (!v6 && type == 3 && code < ARRAY_SIZE(v4_unreachable))
		return v4_unreachable[code];
	if (!v6 && type == 3 && (code == 9 || code == 10 || code == 13))
		return "prohibited";
	if (v6 && type == 2)
		return "too long for a link on the way";
	return type == (v6 ? 3 : 11) ? "too many hops" : NULL;
}

void probe_print_reason(const struct probe_sent *s, struct strbuf *out)
{
	const bool v6 = s->icmp_v6;
	const char *words = s->icmp ? icmp_words(v6, s->icmp_type, s->icmp_code) : NULL;
	char from[PROBE_ADDRESS_TEXT];

	if (s->icmp) {
		strbuf_printf(out, "%s (ICMP%s type %u, code %u",
			      words ? words : strerror(s->error), v6 ? "v6" : "", s->icmp_type,
			      s->icmp_code);
		if (s->reporter.len) {
			probe_address_text(&s->reporter, from);
			*strrchr(from, ':') = '\0';
			strbuf_printf(out, ", of %s", from);
		}
		strbuf_putc(out, ')');
	} else if (s->error == EPIPE || s->error == ENOTCONN) {
		strbuf_puts(out, s->error == EPIPE ? "the other side had ended the connection"
						   : "its connection was not made");
	} else if (s->error == ECONNABORTED) {
		strbuf_puts(out, "the other side took no more bytes in time");
	} else if (s->error == EINTR) {
		strbuf_puts(out, "interrupted");
	} else if (s->error == EMSGSIZE) {
		strbuf_puts(out, "longer than a datagram can be");
	} else if (s->error) {
		strbuf_puts(out, strerror(s->error));
	}
}

static const char *end_words(enum probe_end end)
{
	return end == PROBE_CLOSED  ? "; then the other side ended the connection"
	       : end == PROBE_RESET ? "; then the connection was reset"
				    : "";
}

/* A line without columns: nothing came. */
static void print_lone(const struct probe_log *log, uint32_t index, const struct probe_print *p)
{
	const struct probe_sent *s = &log->sent[index];
	char text[PROBE_ROW_TEXT];
	struct strbuf out = strbuf_over(text, sizeof(text));

	strbuf_printf(&out, "probe %u, packet %" PRIu64 ": %s%u bytes; ", index + 1,
		      s->payload->packet, s->outcome == PROBE_NOT_SENT ? "not sent, " : "",
		      s->payload->len);
	if (s->error) {
		probe_print_reason(s, &out);
	} else if (s->replies) {
		strbuf_puts(&out, "its reply was not kept");
	} else if (s->end) {
		strbuf_puts(&out, "no reply");
	} else {
		strbuf_puts(&out, "no reply within ");
		format_duration(&out, p->wait_ns);
	}
	strbuf_puts(&out, end_words(s->end));
	puts(text);
}

static void print_reply(const struct probe_log *log, const struct probe_reply *r, bool again,
			const struct probe_print *p)
{
	const struct probe_sent *s = &log->sent[r->sent];
	char text[PROBE_ROW_TEXT];
	struct strbuf out = strbuf_over(text, sizeof(text));

	strbuf_printf(&out, "probe %u, packet %" PRIu64 ": ", r->sent + 1, s->payload->packet);
	if (again)
		strbuf_puts(&out, "again");
	else
		strbuf_printf(&out, "%u bytes", s->payload->len);
	put_blanks(&out, out.len < RIGHT_COLUMN + 1 ? RIGHT_COLUMN + 1 - out.len : 1);
	if (r->unasked)
		strbuf_puts(&out, "before it: ");
	else
		strbuf_puts(&out, r->late ? "late reply, after " : "reply after ");
	if (!r->unasked)
		format_duration(&out, r->after_ns);
	strbuf_printf(&out, "%s%" PRIu64 " bytes", r->unasked ? "" : ": ", r->len);
	puts(text);
	print_rows(s->payload, r, p);
}

void probe_print_late(const struct probe_log *log, const struct probe_reply *r,
		      const struct probe_print *p)
{
	print_reply(log, r, true, p);
}

void probe_print_sent(const struct probe_log *log, uint32_t index, const struct probe_print *p)
{
	const struct probe_sent *s = &log->sent[index];
	uint64_t shown = 0, replies = 0;

	for (uint32_t i = 0; i < log->nr_replies; i++) {
		const struct probe_reply *r = &log->replies[i];

		if (r->sent != index)
			continue;
		print_reply(log, r, replies > 0, p);
		replies += !r->unasked;
		shown++;
	}
	if (!replies)
		print_lone(log, index, p);
	if (s->replies > replies)
		printf("      %" PRIu64 " replies more came that were not kept\n",
		       s->replies - replies);
	if (replies && s->end)
		printf("      %s\n", end_words(s->end) + 2);
	if (shown)
		putchar('\n');
}
