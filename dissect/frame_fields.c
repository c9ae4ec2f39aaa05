#include "dissect/frame_fields.h"

#include "core/clock.h"
#include "dissect/registry.h"
#include "dissect/render.h"

enum {
	FRAME_NUMBER,
	FRAME_TIME,
	FRAME_TIME_EPOCH,
	FRAME_TIME_DELTA,
	FRAME_TIME_DELTA_DISPLAYED,
	FRAME_TIME_RELATIVE,
	FRAME_LEN,
	FRAME_CAP_LEN,
	FRAME_PROTOCOLS,
	FRAME_INTERFACE_ID,
	FRAME_INTERFACE_NAME,
	FRAME_DIRECTION,
	FRAME_QUEUE,
	FRAME_STATUS,
	FRAME_DATA_LEN,
	FRAME_DATA,
};

#define COMPUTED 0, 0

const struct field_desc frame_fields[] = {
	[FRAME_NUMBER] = { "frame.number", "Frame number", COMPUTED, FIELD_UINT, FIELD_DESCRIBED },
	[FRAME_TIME] = { "frame.time", "Arrival time", COMPUTED, FIELD_TIME, FIELD_DESCRIBED },
	[FRAME_TIME_EPOCH] = { "frame.time_epoch", "Seconds since 1970, UTC", COMPUTED, FIELD_TIME,
			       FIELD_DESCRIBED },
	[FRAME_TIME_DELTA] = { "frame.time_delta", "Seconds since the previous packet", COMPUTED,
			       FIELD_TIME, FIELD_DESCRIBED },
	[FRAME_TIME_DELTA_DISPLAYED] = { "frame.time_delta_displayed",
					 "Seconds since the previous printed packet", COMPUTED,
					 FIELD_TIME, FIELD_DESCRIBED },
	[FRAME_TIME_RELATIVE] = { "frame.time_relative", "Seconds since the first packet", COMPUTED,
				  FIELD_TIME, FIELD_DESCRIBED },
	[FRAME_LEN] = { "frame.len", "Bytes on the wire", COMPUTED, FIELD_UINT, FIELD_DESCRIBED },
	[FRAME_CAP_LEN] = { "frame.cap_len", "Bytes captured", COMPUTED, FIELD_UINT,
			    FIELD_DESCRIBED },
	[FRAME_PROTOCOLS] = { "frame.protocols", "Protocols in the frame", COMPUTED, FIELD_TEXT,
			      FIELD_DESCRIBED },
	[FRAME_INTERFACE_ID] = { "frame.interface_id", "Interface id", COMPUTED, FIELD_UINT,
				 FIELD_DESCRIBED },
	[FRAME_INTERFACE_NAME] = { "frame.interface_name", "Interface name", COMPUTED, FIELD_TEXT,
				   FIELD_DESCRIBED },
	[FRAME_DIRECTION] = { "frame.packet_flags_direction", "Direction: 1 in, 2 out", COMPUTED,
			      FIELD_HEX, FIELD_DESCRIBED },
	[FRAME_QUEUE] = { "frame.interface_queue", "Ring or queue", COMPUTED, FIELD_UINT,
			  FIELD_DESCRIBED },
	[FRAME_STATUS] = { "ringtap.status", "ok, truncated, malformed or too deep", COMPUTED,
			   FIELD_TEXT, FIELD_DESCRIBED },
	[FRAME_DATA_LEN] = { "data.len", "Captured bytes that no protocol took", COMPUTED,
			     FIELD_UINT, FIELD_DESCRIBED },
	[FRAME_DATA] = { "data.data", "What no protocol took", COMPUTED, FIELD_BYTES,
			 FIELD_DESCRIBED },
};
const size_t nr_frame_fields = ARRAY_SIZE(frame_fields);

void frame_seconds(uint64_t a_ns, uint64_t b_ns, struct strbuf *out)
{
	const uint64_t ns = b_ns >= a_ns ? b_ns - a_ns : a_ns - b_ns;
	uint64_t part = ns % NS_PER_SEC;
	char digits[9];
	int i;

	if (b_ns < a_ns)
		strbuf_putc(out, '-');
	for (i = 8; i >= 0; i--, part /= 10)
		digits[i] = (char)('0' + part % 10);
	strbuf_uint(out, ns / NS_PER_SEC);
	strbuf_putc(out, '.');
	strbuf_put(out, digits, sizeof(digits));
}

static void put_protocols(const struct dissection *d, struct strbuf *out)
{
	unsigned i;

	for (i = 0; i < d->nr_layers; i++) {
		if (i)
			strbuf_putc(out, ':');
		strbuf_puts(out, registry_proto_name(d->reg, d->layers[i].proto));
	}
}

void frame_field_text(const struct field_desc *fd, const struct dissection *d,
		      const struct frame_context *ctx, struct strbuf *out)
{
	const struct frame_view *f = &d->frame;
	uint32_t i;

	switch (fd - frame_fields) {
	case FRAME_NUMBER:
		strbuf_uint(out, ctx->number);
		break;
	case FRAME_TIME:
		render_arrival(f->ts_ns, false, out);
		break;
	case FRAME_TIME_EPOCH:
		frame_seconds(0, f->ts_ns, out);
		break;
	case FRAME_TIME_DELTA:
	case FRAME_TIME_DELTA_DISPLAYED:
		frame_seconds(ctx->prev_ns, f->ts_ns, out);
		break;
	case FRAME_TIME_RELATIVE:
		frame_seconds(ctx->first_ns, f->ts_ns, out);
		break;
	case FRAME_LEN:
		strbuf_uint(out, f->wire_len);
		break;
	case FRAME_CAP_LEN:
		strbuf_uint(out, f->cap_len);
		break;
	case FRAME_PROTOCOLS:
		put_protocols(d, out);
		break;
	case FRAME_INTERFACE_ID:
		strbuf_uint(out, f->ifindex);
		break;
	case FRAME_INTERFACE_NAME:
		if (ctx->interface_name)
			strbuf_puts(out, ctx->interface_name);
		break;
	case FRAME_DIRECTION:
		if (f->direction)
			strbuf_puts(out,
				    f->direction == FRAME_DIR_IN ? "0x00000001" : "0x00000002");
		break;
	case FRAME_QUEUE:
		if (f->flags & FRAME_HAS_QUEUE)
			strbuf_uint(out, f->queue);
		break;
	case FRAME_STATUS:
		strbuf_puts(out, dissect_status_name((enum dissect_status)d->status));
		break;
	case FRAME_DATA_LEN:
		if (d->payload_len)
			strbuf_uint(out, d->payload_len);
		break;
	case FRAME_DATA:
		for (i = 0; i < d->payload_len; i++)
			strbuf_hex(out, f->data[d->payload_off + i], 2);
		break;
	}
}

bool frame_field_is_date(const struct field_desc *fd)
{
	return fd == &frame_fields[FRAME_TIME];
}

static bool text_value(const char *text, struct strbuf *out, struct field_value *ret)
{
	if (!text)
		return false;
	strbuf_puts(out, text);
	ret->bytes = (const uint8_t *)out->text;
	ret->len = out->len;
	return true;
}

static bool number_value(bool known, uint64_t num, struct field_value *ret)
{
	ret->num = num;
	return known;
}

bool frame_field_value(const struct field_desc *fd, const struct dissection *d,
		       const struct frame_context *ctx, struct strbuf *out, struct field_value *ret)
{
	const struct frame_view *f = &d->frame;

	*ret = (struct field_value){ .desc = fd };
	switch (fd - frame_fields) {
	case FRAME_NUMBER:
		return number_value(ctx && ctx->number, ctx ? ctx->number : 0, ret);
	case FRAME_TIME:
	case FRAME_TIME_EPOCH:
		return number_value(true, f->ts_ns, ret);
	case FRAME_TIME_DELTA:
	case FRAME_TIME_DELTA_DISPLAYED:
		return number_value(ctx, ctx ? f->ts_ns - ctx->prev_ns : 0, ret);
	case FRAME_TIME_RELATIVE:
		return number_value(ctx, ctx ? f->ts_ns - ctx->first_ns : 0, ret);
	case FRAME_LEN:
		return number_value(true, f->wire_len, ret);
	case FRAME_CAP_LEN:
		return number_value(true, f->cap_len, ret);
	case FRAME_PROTOCOLS:
		put_protocols(d, out);
		return text_value("", out, ret);
	case FRAME_INTERFACE_ID:
		return number_value(true, f->ifindex, ret);
	case FRAME_INTERFACE_NAME:
		return text_value(ctx ? ctx->interface_name : NULL, out, ret);
	case FRAME_DIRECTION:
		return number_value(f->direction, f->direction, ret);
	case FRAME_QUEUE:
		return number_value(f->flags & FRAME_HAS_QUEUE, f->queue, ret);
	case FRAME_STATUS:
		return text_value(dissect_status_name((enum dissect_status)d->status), out, ret);
	case FRAME_DATA_LEN:
		return number_value(d->payload_len, d->payload_len, ret);
	case FRAME_DATA:
		ret->bytes = f->data + d->payload_off;
		ret->len = d->payload_len;
		return d->payload_len;
	}
	return false;
}
