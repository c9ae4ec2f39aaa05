#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/probe_print.h"
#include "cli/probe_report.h"

static const char *yes_no(bool b)
{
	return b ? "true" : "false";
}

static void put_string(const char *key, const char *text)
{
	char memory[4096 * 6 + 64]; /* a path, each byte as \u001b at worst */
	struct strbuf s = strbuf_over(memory, sizeof(memory));

	if (text)
		strbuf_json_string(&s, text, strlen(text));
	printf("\"%s\":%s,", key, text ? memory : "null");
}

static void put_hex(const char *key, const uint8_t *data, size_t len)
{
	static const char digits[] = "0123456789abcdef";

	printf("\"%s\":\"", key);
	for (size_t i = 0; i < len; i++) {
		putchar_unlocked(digits[data[i] >> 4]);
		putchar_unlocked(digits[data[i] & 0xf]);
	}
	putchar('"');
}

static void put_address(const char *key, const struct probe_address *a)
{
	char text[PROBE_ADDRESS_TEXT];

	if (a && a->len)
		probe_address_text(a, text);
	put_string(key, a && a->len ? text : NULL);
}

/* ---- what happened ---- */

static const char *const outcomes[PROBE_NR_OUTCOMES] = {
	[PROBE_UNANSWERED] = "unanswered",
	[PROBE_ANSWERED] = "answered",
	[PROBE_REFUSED] = "refused",
	[PROBE_NOT_SENT] = "not_sent",
};

static void put_reply(const struct probe_reply *r)
{
	printf("{\"after_ns\":%" PRIu64 ",\"late\":%s,\"unasked\":%s,\"length\":%" PRIu64 ",",
	       r->after_ns, yes_no(r->late), yes_no(r->unasked), r->len);
	put_hex("bytes", r->data, r->kept);
	putchar('}');
}

static void put_sent(const struct probe_log *log, uint32_t index)
{
	const struct probe_sent *s = &log->sent[index];
	char text[PROBE_ROW_TEXT];
	struct strbuf reason = strbuf_over(text, sizeof(text));
	const char *comma = "";

	printf("%s{\"packet\":%" PRIu64 ",\"length\":%u,", index ? "," : "", s->payload->packet,
	       s->payload->len);
	put_hex("bytes", s->payload->data, s->payload->len);
	putchar(',');
	put_string("outcome", outcomes[s->outcome]);
	probe_print_reason(s, &reason);
	put_string("reason", reason.len ? text : NULL);
	if (s->icmp)
		printf("\"icmp_type\":%u,\"icmp_code\":%u,", s->icmp_type, s->icmp_code);
	printf("\"ended\":%s,\"nr_replies\":%" PRIu64 ",\"replies\":[",
	       s->end == PROBE_CLOSED  ? "\"closed\""
	       : s->end == PROBE_RESET ? "\"reset\""
				       : "null",
	       s->replies);
	for (uint32_t i = 0; i < log->nr_replies; i++)
		if (log->replies[i].sent == index) {
			fputs(comma, stdout);
			put_reply(&log->replies[i]);
			comma = ",";
		}
	fputs("]}", stdout);
}

static void put_counts(const struct probe_result *r)
{
	const struct probe_payloads *p = r->payloads;
	const struct probe_log *log = r->log;

	printf("\"file_totals\":{\"packets\":%" PRIu64 ",\"not_accepted\":%" PRIu64
	       ",\"udp\":%" PRIu64 ",\"tcp\":%" PRIu64 ",\"payloads\":%" PRIu64
	       ",\"used\":%u,\"fragments\":%" PRIu64 ",\"cut\":%" PRIu64 ",\"connections\":%" PRIu64
	       ",\"segments_repeated\":%" PRIu64 ",\"gaps\":%" PRIu64
	       ",\"packets_of_too_many_conversations\":%" PRIu64 ",\"damaged\":%s},",
	       p->packets, p->filtered, p->udp, p->tcp, p->found, p->nr, p->fragments, p->cut,
	       p->connections, p->repeated, p->gaps, p->conversations_left_out, yes_no(p->damaged));
	printf("\"sent\":%" PRIu64 ",\"answered\":%" PRIu64 ",\"unanswered\":%" PRIu64
	       ",\"refused\":%" PRIu64 ",\"not_sent\":%" PRIu64 ",\"replies\":%" PRIu64
	       ",\"late\":%" PRIu64 ",\"unasked\":%" PRIu64 ",\"not_kept\":%" PRIu64
	       ",\"dropped\":%u,",
	       probe_log_went(log), probe_log_count(log, PROBE_ANSWERED),
	       probe_log_count(log, PROBE_UNANSWERED), probe_log_count(log, PROBE_REFUSED),
	       probe_log_count(log, PROBE_NOT_SENT), log->total, log->nr_late, log->nr_unasked,
	       log->not_kept, log->dropped);
}

/* ---- what repeats ---- */

static void put_place(const char *key, const struct probe_place *p)
{
	if (p->count)
		printf("\"%s\":{\"offset\":%u,\"replies\":%u},", key, p->offset, p->count);
	else
		printf("\"%s\":null,", key);
}

static void put_skype_udp(const struct probe_skype_pattern *s)
{
	char address[INET_ADDRSTRLEN] = "";

	inet_ntop(AF_INET, s->address, address, sizeof(address));
	printf("\"skype\":{\"looks_like\":%s,\"fit\":%u,\"type_5\":%u,\"type_7\":%u,",
	       yes_no(s->likely), s->fit, s->type5, s->type7);
	put_string("address", s->fit ? address : NULL);
	printf("\"same_address\":%u,\"tails_differ\":%s}", s->same_address, yes_no(s->tails > 1));
}

static void put_analysis(const struct probe_analysis *a)
{
	char address[INET_ADDRSTRLEN];

	printf("\"analysis\":{\"replies\":%u,\"empty\":%u,\"different\":%u,\"identical_max\":%u,"
	       "\"lengths\":{",
	       a->replies, a->empty, a->different, a->identical_max);
	for (uint32_t i = 0; i < a->nr_lengths; i++)
		printf("%s\"%" PRIu64 "\":%u", i ? "," : "", a->lengths[i].len,
		       a->lengths[i].count);
	printf("},\"other_lengths\":%u,\"common_prefix\":%u,", a->other_lengths, a->prefix);
	put_hex("mask", a->mask, a->mask_len);
	putchar(',');
	put_hex("value", a->value, a->mask_len);
	printf(",\"echo\":{\"length\":%u,\"replies\":%u,\"different\":%u,\"whole\":%u},",
	       a->echo_len, a->echo_count, a->echo_values, a->whole);
	put_place("echo_elsewhere", &a->shifted);
	put_place("own_address", &a->own_address);
	put_place("target_address", &a->target_address);
	put_place("own_port", &a->own_port);
	put_place("target_port", &a->target_port);
	if (a->has_constant && inet_ntop(AF_INET, a->constant, address, sizeof(address)))
		printf("\"constant_address\":{\"address\":\"%s\",\"offset\":%u},", address,
		       a->constant_offset);
	else
		printf("\"constant_address\":null,");
	put_skype_udp(&a->skype);
	fputs("},", stdout);
}

static void put_answer(const char *key, const struct probe_skype_answer *a, bool as_expected)
{
	printf("\"%s\":{\"as_skype\":%s,", key, yes_no(as_expected));
	put_string("error", a->error ? strerror(a->error) : NULL);
	printf("\"length\":%" PRIu64 ",\"not_text\":%u,", a->len, a->binary);
	put_hex("bytes", a->data, a->kept);
	putchar('}');
}

static void put_skype_tcp(const struct probe_skype *s)
{
	const bool is_404 = probe_skype_is_404(&s->get), is_noise = probe_skype_is_noise(&s->noise);

	if (!s->asked) {
		fputs("\"skype_tcp\":null,", stdout);
		return;
	}
	printf("\"skype_tcp\":{\"looks_like\":%s,",
	       s->get.error || s->noise.error ? "null" : yes_no(is_404 && is_noise));
	put_answer("http", &s->get, is_404);
	putchar(',');
	put_answer("garbage", &s->noise, is_noise);
	fputs("},", stdout);
}

void probe_report_json(const struct probe_result *r)
{
	putchar('{');
	put_string("target", r->o->target);
	put_address("address", r->target ? &r->target->address : NULL);
	put_address("local", r->local);
	put_string("protocol", r->o->tcp ? "tcp" : "udp");
	put_string("file", r->o->file);
	if (r->o->file)
		put_counts(r);
	put_analysis(r->analysis);
	put_skype_tcp(r->skype);
	printf("\"interrupted\":%s,\"probes\":[", yes_no(r->interrupted));
	for (uint32_t i = 0; i < r->log->nr_sent; i++)
		put_sent(r->log, i);
	fputs("]}\n", stdout);
}
