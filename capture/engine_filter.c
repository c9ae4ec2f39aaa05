/* capture/engine_filter.c -- the filters of a capture: compiled at start, swapped while it runs. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "capture/engine_internal.h"
#include "capture/filter.h"
#include "core/log.h"

uint32_t engine_netmask_of(const struct link_info *link)
{
	size_t i;

	for (i = 0; i < MIN_OF(link->nr_addrs, (size_t)LINK_ADDRS_MAX); i++)
		if (link->addrs[i].family == AF_INET)
			return link->addrs[i].prefix_len
				       ? ~0u << (32 - MIN_OF(link->addrs[i].prefix_len, 32))
				       : 0;
	return FILTER_NETMASK_UNKNOWN;
}

static int compile_for(const struct engine *e, const struct engine_interface *itf, const char *expr,
		       struct filter_program *ret, struct filter_error *err)
{
	const char *note;
	const struct ring_traits traits =
		ring_traits_for(itf->link.ifindex, itf->link.arphrd, &note);
	struct filter_options opt = e->cfg.filter_options;

	opt.linktype = traits.linktype;
	opt.target = FILTER_SOCKET;
	opt.snaplen = e->cfg.snaplen;
	opt.netmask = engine_netmask_of(&itf->link);
	opt.has_direction = true;
	return socket_filter_compile(expr, &opt, itf->link.ifindex, ret, err);
}

static void free_programs(struct filter_program *programs, uint32_t n)
{
	uint32_t i;

	for (i = 0; programs && i < n; i++)
		filter_program_free(&programs[i]);
	free(programs);
}

/* One program per interface, in *ret; the caller's. */
static int compile_all(const struct engine *e, const char *expr, struct filter_program **ret,
		       struct filter_error *err)
{
	const uint32_t n = e->cfg.nr_interfaces;
	struct filter_program *programs = calloc(n, sizeof(*programs));
	int code = 0;
	uint32_t i;

	*err = (struct filter_error){ 0 };
	if (!programs)
		return filter_error_set(err, -ENOMEM, 0, 0, "out of memory");
	for (i = 0; i < n && code == 0; i++)
		code = compile_for(e, &e->interfaces[i], expr, &programs[i], err);
	if (code < 0 && !err->text[0])
		(void)filter_error_set(err, code, 0, 0, "%s", strerror(-code));
	if (code < 0) {
		free_programs(programs, n);
		return code;
	}
	*ret = programs;
	return 0;
}

static int refuse(const struct engine *e, const char *expr, const struct filter_error *why,
		  int code, struct errmsg *err)
{
	if (e->cfg.refusal)
		*e->cfg.refusal = (struct engine_refusal){ .expr = expr, .error = *why };
	return errmsg_set(err, code, "filter: %s", why->text);
}

int engine_open_filters(struct engine *e, struct errmsg *err)
{
	struct filter_error why;
	int code = compile_all(e, e->cfg.filter, &e->programs, &why);

	if (code < 0)
		return refuse(e, e->cfg.filter ? e->cfg.filter : "", &why, code, err);
	if (!e->cfg.display)
		return 0;
	why = (struct filter_error){ 0 };
	code = display_compile(e->registry, e->cfg.display, &e->display, &why);
	return code < 0 ? refuse(e, e->cfg.display, &why, code, err) : 0;
}

void engine_close_filters(struct engine *e)
{
	free_programs(e->programs, e->cfg.nr_interfaces);
	e->programs = NULL;
	display_free(e->display);
	e->display = NULL;
}

int engine_start_rings(struct engine *e, struct errmsg *err)
{
	uint32_t i, r;
	int ret = 0;

	for (i = 0; i < e->cfg.nr_interfaces; i++)
		for (r = 0; r < e->interfaces[i].nr_rings && ret == 0; r++)
			ret = ring_start(&e->workers[e->interfaces[i].first_ring + r].ring,
					 &e->programs[i], err);
	return ret;
}

/* The first `n` rings; *ret_done: how many have it now. */
static int attach_rings(const struct engine *e, const struct filter_program *programs, uint32_t n,
			uint32_t *ret_done)
{
	const struct engine_interface *itf = e->interfaces;
	uint32_t r;
	int code;

	for (*ret_done = r = 0; r < n; *ret_done = ++r) {
		while (r >= itf->first_ring + itf->nr_rings)
			itf++;
		code = socket_filter_attach(e->workers[r].ring.fd, &programs[itf - e->interfaces]);
		if (code < 0)
			return code;
	}
	return 0;
}

int engine_set_filter(struct engine *e, const char *expr, struct filter_error *err)
{
	struct filter_program *programs;
	uint32_t done;
	int code;

	if (!e->started || e->stopping)
		return filter_error_set(err, -EBUSY, 0, 0, "the capture is ending");
	code = compile_all(e, expr, &programs, err);
	if (code < 0)
		return code;
	code = attach_rings(e, programs, e->nr_workers, &done);
	if (code < 0) {
		/* Those that have it already get the old one again: one capture, one filter. */
		if (attach_rings(e, e->programs, done, &done) < 0)
			log_error("filter: some rings have the new one, some the old one");
		free_programs(programs, e->cfg.nr_interfaces);
		return filter_error_set(
			err, code, 0, (uint32_t)strlen(expr),
			"the kernel does not take the filter: %s%s", strerror(-code),
			code == -ENOMEM ? "; see the sysctl net.core.optmem_max" : "");
	}
	free_programs(e->programs, e->cfg.nr_interfaces);
	e->programs = programs;
	segment_set_filter(&e->seg, expr);
	return 0;
}
