/* capture/prelude.c -- the head of the file: section, or pcap file header, and interfaces. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/utsname.h>

#include "capture/engine_internal.h"
#include "core/bytes.h"
#include "core/linktype.h"
#include "pcapio/pcap_format.h"
#include "pcapio/pcapng_build.h"
#include "pcapio/pcapng_format.h"

enum { TSRESOL_NS = 9, FILTER_KEPT_MAX = 4096 };

static void os_name(char *ret, size_t size)
{
	struct utsname u;

	if (uname(&u) < 0)
		*ret = '\0';
	else
		snprintf(ret, size, "%s %s %s", u.sysname, u.release, u.machine);
}

static void cpu_name(char *ret, size_t size)
{
	FILE *f = fopen("/proc/cpuinfo", "re");
	char line[256], *colon;

	*ret = '\0';
	if (!f)
		return;
	while (fgets(line, sizeof(line), f)) {
		if (strncmp(line, "model name", 10) || !(colon = strchr(line, ':')))
			continue;
		line[strcspn(line, "\n")] = '\0';
		snprintf(ret, size, "%s", colon + 2);
		break;
	}
	fclose(f);
}

static void put_addresses(struct pcapng_builder *b, const struct link_info *link)
{
	uint8_t value[17];
	size_t i;

	for (i = 0; i < MIN_OF(link->nr_addrs, (size_t)LINK_ADDRS_MAX); i++) {
		const struct link_addr *a = &link->addrs[i];

		if (a->family == AF_INET) {
			const uint32_t mask =
				a->prefix_len ? ~0u << (32 - MIN_OF(a->prefix_len, 32)) : 0;

			memcpy(value, a->bytes, 4);
			store_be32(value + 4, mask);
			pcapng_option(b, PCAPNG_IF_IPV4ADDR, value, 8);
		} else {
			memcpy(value, a->bytes, 16);
			value[16] = a->prefix_len;
			pcapng_option(b, PCAPNG_IF_IPV6ADDR, value, 17);
		}
	}
}

/* A comment that says where the times come from, and what a reader should know of the bytes. */
static void put_comment(struct pcapng_builder *b, const struct engine *e,
			const struct engine_interface *itf)
{
	char text[256];

	snprintf(text, sizeof(text), "time stamps: %s%s",
		 e->cfg.hardware_time ? "hardware (the NIC's clock)"
				      : "software (the kernel's clock)",
		 itf->facts.offloads_known && itf->facts.offloads & ETHTOOL_MERGING &&
				 !itf->link.loopback
			 ? "; receive offload merged packets before they were captured"
			 : "");
	pcapng_option_text(b, PCAPNG_OPT_COMMENT, text);
}

/* What it is while the capture starts; a very long one is left out. */
static void put_filter(struct pcapng_builder *b, const struct engine *e)
{
	const size_t len = e->cfg.filter ? strlen(e->cfg.filter) : 0;
	uint8_t value[1 + FILTER_KEPT_MAX] = { 0 }; /* 0: an expression, not a program */

	if (!len || len > FILTER_KEPT_MAX || len * e->nr_workers > SEGMENT_PRELUDE_MAX / 2)
		return;
	memcpy(value + 1, e->cfg.filter, len);
	pcapng_option(b, PCAPNG_IF_FILTER, value, 1 + len);
}

static void put_interface(struct pcapng_builder *b, const struct engine *e,
			  const struct engine_interface *itf, const struct worker *w)
{
	const uint8_t tsresol = TSRESOL_NS;
	char text[256];

	pcapng_begin(b, PCAPNG_IDB);
	pcapng_u16(b, w->ring.traits.linktype);
	pcapng_u16(b, 0);
	pcapng_u32(b, w->ring.traits.snaplen);
	pcapng_option_text(b, PCAPNG_IF_NAME, itf->name);
	if (itf->nr_rings > 1)
		snprintf(text, sizeof(text), "%s, ring %u of %u, CPU %d",
			 itf->any ? "every interface" : itf->facts.driver,
			 w->index - itf->first_ring + 1, itf->nr_rings, w->cpu);
	else
		snprintf(text, sizeof(text), "%s",
			 itf->any ? "every interface" : itf->facts.driver);
	pcapng_option_text(b, PCAPNG_IF_DESCRIPTION, text);
	put_addresses(b, &itf->link);
	if (itf->link.mac_len == 6)
		pcapng_option(b, PCAPNG_IF_MACADDR, itf->link.mac, 6);
	if (itf->facts.speed_mbit)
		pcapng_option_u64(b, PCAPNG_IF_SPEED, itf->facts.speed_mbit * 1000000);
	pcapng_option(b, PCAPNG_IF_TSRESOL, &tsresol, 1);
	put_filter(b, e);
	os_name(text, sizeof(text));
	pcapng_option_text(b, PCAPNG_IF_OS, text);
	pcapng_option_text(b, PCAPNG_IF_HARDWARE, itf->facts.bus);
	put_comment(b, e, itf);
	pcapng_end(b, true);
}

/* draft-ietf-opsawg-pcap, section 4. */
static int build_pcap(const struct engine *e, uint8_t *p, uint32_t *ret_len)
{
	pcap_put_file_header(p, e->cfg.nanoseconds, e->workers[0].ring.traits.snaplen,
			     e->workers[0].ring.traits.linktype);
	*ret_len = PCAP_FILE_HEADER;
	return 0;
}

int prelude_build(const struct engine *e, uint8_t *data, uint32_t size, uint32_t *ret_len,
		  struct errmsg *err)
{
	struct pcapng_builder b = { .data = data, .size = size };
	char os[256], cpu[200], application[64];
	uint32_t i, r;

	if (e->cfg.pcap)
		return build_pcap(e, data, ret_len);
	os_name(os, sizeof(os));
	cpu_name(cpu, sizeof(cpu));
	snprintf(application, sizeof(application), "ringtap %s", RINGTAP_VERSION);
	pcapng_section(&b, cpu, os, application, NULL);
	for (i = 0; i < e->cfg.nr_interfaces; i++) {
		const struct engine_interface *itf = &e->interfaces[i];

		for (r = 0; r < itf->nr_rings; r++)
			put_interface(&b, e, itf, &e->workers[itf->first_ring + r]);
	}
	if (b.overflow)
		return errmsg_set(err, -E2BIG,
				  "the descriptions of %u rings do not fit the file's head",
				  e->nr_workers);
	*ret_len = (uint32_t)b.len;
	return 0;
}
