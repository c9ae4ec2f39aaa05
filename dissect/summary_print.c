#include <time.h>

#include "core/clock.h"
#include "dissect/registry.h"
#include "dissect/summary.h"
#include "dissect/text.h"

enum { IPPROTO_NR_ICMP = 1, IPPROTO_NR_TCP = 6, IPPROTO_NR_UDP = 17, IPPROTO_NR_ICMPV6 = 58 };

struct endpoints {
	const uint8_t *src, *dst;
	uint16_t sport, dport;
	uint8_t addr_len, l4_proto, tcp_flags;
};

static bool has_ports(uint8_t l4_proto)
{
	return l4_proto == IPPROTO_NR_TCP || l4_proto == IPPROTO_NR_UDP;
}

static void put_endpoints(const struct endpoints *e, bool ports, const struct render_options *opt,
			  struct strbuf *out)
{
	const char *name = name_find(ipproto_names, e->l4_proto);

	strbuf_puts(out, e->addr_len == 16 ? "IP6 " : "IP ");
	text_addr(e->src, e->addr_len, out);
	if (ports)
		line_port(e->sport, opt, out);
	strbuf_puts(out, " > ");
	text_addr(e->dst, e->addr_len, out);
	if (ports)
		line_port(e->dport, opt, out);
	strbuf_puts(out, ": ");
	if (name)
		line_paint(opt, PAINT_PROTOCOL, name, out);
	else
		strbuf_printf(out, "proto %u", e->l4_proto);
	if (ports && e->l4_proto == IPPROTO_NR_TCP)
		strbuf_printf(out, " flags 0x%02x", e->tcp_flags);
	if (e->l4_proto == IPPROTO_NR_ICMP || e->l4_proto == IPPROTO_NR_ICMPV6)
		strbuf_printf(out, " type %u code %u", e->dport >> 8, e->dport & 0xff);
}

static void put_utc(uint64_t ts_ns, bool nano, struct strbuf *out)
{
	const time_t sec = (time_t)(ts_ns / NS_PER_SEC);
	const unsigned ns = (unsigned)(ts_ns % NS_PER_SEC);
	struct tm tm = { 0 };

	gmtime_r(&sec, &tm);
	strbuf_printf(out, "%04d-%02d-%02dT%02d:%02d:%02d", tm.tm_year + 1900, tm.tm_mon + 1,
		      tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
	if (nano)
		strbuf_printf(out, ".%09uZ ", ns);
	else
		strbuf_printf(out, ".%06uZ ", ns / 1000);
}

static struct endpoints summary_endpoints(const struct summary *s)
{
	return (struct endpoints){ s->src,      s->dst,      s->sport,    s->dport,
				   s->addr_len, s->l4_proto, s->tcp_flags };
}

static struct endpoints extra_endpoints(const struct summary_extra *x)
{
	return (struct endpoints){ x->src,      x->dst,      x->sport,    x->dport,
				   x->addr_len, x->l4_proto, x->tcp_flags };
}

void summary_print(const struct registry *reg, const struct summary *s,
		   const struct render_options *opt, struct strbuf *out)
{
	const struct endpoints e = summary_endpoints(s);
	const bool ports = has_ports(s->l4_proto) && !(s->bits & SUMMARY_LATER_FRAGMENT);

	put_utc(s->ts_ns, opt->nano, out);
	strbuf_printf(out, "if%u ", s->ifindex);
	if (s->vlan_id != VLAN_NONE)
		strbuf_printf(out, "vlan %u ", s->vlan_id);
	if (s->addr_len && s->top_proto != PROTO_ARP) {
		put_endpoints(&e, ports, opt, out);
	} else if (s->addr_len) {
		strbuf_puts(out, "ARP ");
		text_addr(s->src, s->addr_len, out);
		strbuf_puts(out, " > ");
		text_addr(s->dst, s->addr_len, out);
	} else {
		line_paint(opt, PAINT_PROTOCOL, registry_proto_name(reg, s->top_proto), out);
	}
	if (s->bits & SUMMARY_FRAGMENT)
		strbuf_puts(out, s->bits & SUMMARY_LATER_FRAGMENT ? ", later fragment"
								  : ", first fragment");
	strbuf_printf(out, ", %u bytes", s->wire_len);
	if (s->bits & SUMMARY_CUT)
		strbuf_printf(out, " (%u captured)", s->cap_len);
	if (s->bits & SUMMARY_STATUS) {
		strbuf_puts(out, " [");
		line_paint(opt, PAINT_WARNING,
			   dissect_status_name((enum dissect_status)(s->bits & SUMMARY_STATUS)),
			   out);
		strbuf_putc(out, ']');
	}
}

static void put_endpoints_json(const struct endpoints *e, const char *prefix, bool ports,
			       struct strbuf *out)
{
	if (!e->addr_len)
		return;
	strbuf_printf(out, ",\"%ssrc\":\"", prefix);
	text_addr(e->src, e->addr_len, out);
	strbuf_printf(out, "\",\"%sdst\":\"", prefix);
	text_addr(e->dst, e->addr_len, out);
	strbuf_printf(out, "\",\"%sl4_proto\":%u", prefix, e->l4_proto);
	if (ports)
		strbuf_printf(out, ",\"%ssport\":%u,\"%sdport\":%u", prefix, e->sport, prefix,
			      e->dport);
	if (ports && e->l4_proto == IPPROTO_NR_TCP)
		strbuf_printf(out, ",\"%stcp_flags\":%u", prefix, e->tcp_flags);
	if (e->l4_proto == IPPROTO_NR_ICMP || e->l4_proto == IPPROTO_NR_ICMPV6)
		strbuf_printf(out, ",\"%sicmp_type\":%u,\"%sicmp_code\":%u", prefix, e->dport >> 8,
			      prefix, e->dport & 0xff);
}

static const char *json_bool(unsigned bit)
{
	return bit ? "true" : "false";
}

void summary_print_json(const struct registry *reg, const struct summary *s, struct strbuf *out)
{
	const struct endpoints e = summary_endpoints(s);
	const bool ports = has_ports(s->l4_proto) && !(s->bits & SUMMARY_LATER_FRAGMENT);

	strbuf_printf(out, "{\"time\":%llu.%09llu", (unsigned long long)(s->ts_ns / NS_PER_SEC),
		      (unsigned long long)(s->ts_ns % NS_PER_SEC));
	strbuf_printf(out, ",\"len\":%u,\"cap_len\":%u,\"ifindex\":%u", s->wire_len, s->cap_len,
		      s->ifindex);
	if (s->vlan_id != VLAN_NONE)
		strbuf_printf(out, ",\"vlan\":%u", s->vlan_id);
	strbuf_printf(out, ",\"protocol\":\"%s\"", registry_proto_name(reg, s->top_proto));
	put_endpoints_json(&e, "", ports, out);
	if (s->bits & SUMMARY_FRAGMENT)
		strbuf_printf(out, ",\"fragment\":\"%s\"",
			      s->bits & SUMMARY_LATER_FRAGMENT ? "later" : "first");
	strbuf_printf(out, ",\"status\":\"%s\",\"wild\":%s}",
		      dissect_status_name((enum dissect_status)(s->bits & SUMMARY_STATUS)),
		      json_bool(s->bits & SUMMARY_WILD));
}

void summary_extra_print(const struct summary_extra *x, const struct render_options *opt,
			 struct strbuf *out)
{
	const struct endpoints e = extra_endpoints(x);

	if (x->vlan2_id != VLAN_NONE)
		strbuf_printf(out, " second vlan %u", x->vlan2_id);
	if (x->addr_len) {
		strbuf_puts(out, " inner ");
		put_endpoints(&e, has_ports(x->l4_proto), opt, out);
	}
}

void summary_extra_print_json(const struct summary_extra *x, struct strbuf *out)
{
	const struct endpoints e = extra_endpoints(x);

	if (x->vlan2_id != VLAN_NONE)
		strbuf_printf(out, ",\"vlan2\":%u", x->vlan2_id);
	put_endpoints_json(&e, "inner_", has_ports(x->l4_proto), out);
}
