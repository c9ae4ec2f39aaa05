#include "cli/send_options.h"

#include <errno.h>

#include "cli/options.h"
#include "cli/send_watch.h"
#include "cli/units.h"
#include "core/clock.h"
#include "core/log.h"

enum { PATIENCE_DEFAULT_S = 10 };

void send_options_default(struct send_options *o)
{
	*o = (struct send_options){ .pace = { .mode = PACE_RECORDED, .speed = 1 },
				    .patience_ns = PATIENCE_DEFAULT_S * NS_PER_SEC };
}

static bool take_pace(const char *verb, const char *name, enum pace_mode mode,
		      struct send_options *o)
{
	if (o->pace_given) {
		log_error("%s: %s: one of --pps, --bitrate and --topspeed, and once", verb, name);
		return false;
	}
	o->pace_given = true;
	o->pace.mode = mode;
	return true;
}

static bool take_rate(const char *verb, const char *name, enum pace_mode mode, const char *value,
		      struct send_options *o)
{
	const int code = parse_rate(value, &o->pace.rate);

	if (code)
		log_error("%s: %s %s: %s", verb, name, value,
			  code == -ERANGE ? "the number is too large"
					  : "not understood; write a number per second above 0, as "
					    "1000, 0.5 or 2.5M");
	return !code && take_pace(verb, name, mode, o);
}

int send_option(const char *verb, int option, const char *value, struct send_options *o)
{
	switch (option) {
	case SEND_OPTION_PPS:
		return take_rate(verb, "--pps", PACE_PPS, value, o) ? 1 : -1;
	case SEND_OPTION_BITRATE:
		return take_rate(verb, "--bitrate", PACE_BITRATE, value, o) ? 1 : -1;
	case 't':
		return take_pace(verb, "--topspeed", PACE_TOPSPEED, o) ? 1 : -1;
	case SEND_OPTION_QDISC:
		o->qdisc = true;
		return 1;
	case SEND_OPTION_XDP:
		o->xdp = true;
		return 1;
	case SEND_OPTION_PATIENCE:
		return option_duration(verb, "--patience", value, &o->patience_ns) ? 1 : -1;
	case 'q':
		o->quiet = true;
		return 1;
	case 'j':
		o->json = true;
		return 1;
	}
	return 0;
}

bool send_options_finish(const char *verb, const struct send_options *o)
{
	if (o->xdp && o->qdisc)
		log_error("%s: --xdp goes past the queueing discipline; leave --qdisc or --xdp out",
			  verb);
	return !(o->xdp && o->qdisc);
}

void send_options_config(const struct send_options *o, const char *interface,
			 struct sender_config *ret)
{
	*ret = (struct sender_config){
		.transmit = { .interface = interface,
			      .way = o->xdp ? TRANSMIT_XDP : TRANSMIT_RING,
			      .qdisc = o->qdisc,
			      .paced = o->pace.mode != PACE_TOPSPEED },
		.patience_ns = o->patience_ns,
		.stopped = send_watch_stopped,
	};
}
