/* bench/mix_tcp.c -- connections of the mix: handshake, segments and acknowledgments, the end. */
#include "bench/mix_internal.h"

enum { FIN = 0x01, SYN = 0x02, RST = 0x04, PSH = 0x08, ACK = 0x10 };

enum phase { PHASE_SYN, PHASE_SYN_ACK, PHASE_ACK, PHASE_OPEN, PHASE_FIN, PHASE_FIN_ACK, PHASE_END };

enum { MTU = 1500, ACK_EVERY = 2 };

/* What pages are made of; a body starts again at its end. */
static const char page_text[] =
	"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Orders</title>\n"
	"<link rel=\"stylesheet\" href=\"/assets/main.css\"></head>\n<body><table class=\"list\">\n"
	"<tr><td>4711</td><td>Four crates of apples</td><td class=\"sum\">83.20</td></tr>\n"
	"<tr><td>4712</td><td>A ladder, three metres</td><td class=\"sum\">149.00</td></tr>\n"
	"<tr><td>4713</td><td>Paint, white, ten litres</td><td class=\"sum\">41.75</td></tr>\n";

void tcp_begin(struct mix *m, struct mix_flow *w)
{
	w->timestamps = mix_chance(m, 70);
	w->reset = mix_chance(m, 5);
	w->mss = MTU - 20 - (w->ip6 ? 40 : 20) - (w->timestamps ? 12 : 0) - mix_overhead(w);
	w->phase = PHASE_SYN;
	w->unacked = 0;
	w->ack_due = false;
	w->from = 0;
	w->out.head_len = w->out.head_at = 0;
	w->out.body_left = w->out.run_left = 0;
	w->side[0].ts_base = (uint32_t)mix_random(m);
	w->side[1].ts_base = (uint32_t)mix_random(m);
	w->side[0].ts_last = w->side[1].ts_last = 0;
}

struct mix_buf tcp_say(struct mix_flow *w, unsigned from)
{
	w->from = from;
	w->unacked = 0;
	w->out.head_at = 0;
	return (struct mix_buf){ .p = w->out.head, .size = sizeof(w->out.head) };
}

void tcp_said(struct mix_flow *w, const struct mix_buf *head, enum mix_body sort, uint32_t body)
{
	w->out.head_len = head->len;
	w->out.body = (uint8_t)sort;
	w->out.body_left = body;
	w->out.run_left = 0;
	w->out.text_at = 0;
}

static bool stream_is_empty(const struct mix_stream *s)
{
	return s->head_at == s->head_len && !s->run_left && !s->body_left;
}

/* The next run of the body; records of TLS 1.3 end in a byte for their type and 16 of a tag. */
static void stream_run(struct mix_flow *w)
{
	struct mix_stream *s = &w->out;
	uint32_t n = s->body_left;

	if (s->body == BODY_TLS) {
		n = MIN_OF(n, w->record_max);
		s->head[0] = 23;
		store_be16(s->head + 1, 0x0303);
		store_be16(s->head + 3, (uint16_t)(n + 17));
		s->head_len = 5;
		s->head_at = 0;
		s->run_left = n + 17;
	} else {
		s->run_left = n;
	}
	s->body_left -= n;
}

static void stream_text(struct mix_stream *s, uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)page_text[s->text_at++ % (sizeof(page_text) - 1)];
}

/* Up to a segment of what the speaker has to say. */
static void stream_take(struct mix *m, struct mix_flow *w, size_t want, struct mix_buf *b)
{
	struct mix_stream *s = &w->out;
	size_t n;

	while (want && !stream_is_empty(s)) {
		if (s->head_at < s->head_len) {
			n = MIN_OF(want, s->head_len - s->head_at);
			buf_bytes(b, s->head + s->head_at, n);
			s->head_at += n;
		} else if (s->run_left) {
			n = MIN_OF(want, s->run_left);
			if (s->body == BODY_TEXT)
				stream_text(s, buf_take(b, n), n);
			else
				buf_random(b, m, n);
			s->run_left -= (uint32_t)n;
		} else {
			stream_run(w);
			n = 0;
		}
		want -= n;
	}
}

static void step_open(struct mix *m, struct mix_flow *w, struct mix_buf *b)
{
	const unsigned from = w->from;
	bool last;

	if (w->ack_due) {
		w->ack_due = false;
		w->unacked = 0;
		mix_put_tcp(m, w, !from, ACK, b);
		return;
	}
	stream_take(m, w, w->mss, b);
	last = stream_is_empty(&w->out);
	mix_put_tcp(m, w, from, last ? PSH | ACK : ACK, b);
	w->ack_due = ++w->unacked == ACK_EVERY || (last && mix_chance(m, 70));
}

bool tcp_step(struct mix *m, struct mix_flow *w, struct mix_buf *b)
{
	static const uint8_t opening[] = { SYN, SYN | ACK, ACK };
	const unsigned closer = w->number & 1;

	if (w->phase == PHASE_OPEN && !w->ack_due && stream_is_empty(&w->out) &&
	    !w->kind->message(m, w))
		w->phase = PHASE_FIN;
	switch ((enum phase)w->phase) {
	case PHASE_SYN:
	case PHASE_SYN_ACK:
	case PHASE_ACK:
		mix_put_tcp(m, w, w->phase == PHASE_SYN_ACK, opening[w->phase], b);
		break;
	case PHASE_OPEN:
		step_open(m, w, b);
		return true;
	case PHASE_FIN:
		mix_put_tcp(m, w, closer, w->reset ? RST | ACK : FIN | ACK, b);
		if (w->reset)
			return false;
		break;
	case PHASE_FIN_ACK:
		mix_put_tcp(m, w, !closer, FIN | ACK, b);
		break;
	case PHASE_END:
		mix_put_tcp(m, w, closer, ACK, b);
		return false;
	}
	w->phase++;
	return true;
}
