/* cli/cmd_interfaces.c -- `ringtap interfaces`: where one can capture, and what would falsify it.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/ethtool.h"
#include "capture/link.h"
#include "cli/options.h"
#include "cli/verbs.h"
#include "core/linktype.h"
#include "core/log.h"
#include "core/strbuf.h"

enum {
	NR_COLUMNS = 9,
	CELL_MAX = 160,
	ADDRESS_COLUMN = NR_COLUMNS - 1, /* the last: as wide as it likes */
	JSON_MAX = 4096,
};

static const char help_text[] =
	"Usage: ringtap interfaces [OPTIONS] [NAME]...\n"
	"\n"
	"Lists the network interfaces of this namespace: state, link type, MTU, speed, driver,\n"
	"queues (receive/transmit), addresses, and, on a line below, settings under which "
	"captured\n"
	"packets differ from those on the wire. Needs no privileges.\n"
	"\n"
	"  -j, --json   one JSON object per line\n"
	"\n"
	"Example: ringtap interfaces eth0\n";

static const struct option long_options[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL },
};

static const char *const headings[NR_COLUMNS] = { "NAME",   "STATE",  "LINK", "MTU",      "SPEED",
						  "DRIVER", "QUEUES", "MAC",  "ADDRESSES" };

struct row {
	char cell[NR_COLUMNS][CELL_MAX];
	char remark[256];
};

static const char *link_state(const struct link_info *link)
{
	if (!link->up)
		return "down";
	return link->running ? "up" : "no carrier";
}

static const char *link_type(const struct link_info *link)
{
	const int linktype = link_linktype(link->arphrd);
	const char *name = linktype < 0 ? NULL : linktype_name((uint16_t)linktype);

	return name ? name : "cooked";
}

static void put_mac(const struct link_info *link, struct strbuf *out)
{
	for (unsigned i = 0; i < link->mac_len; i++)
		strbuf_printf(out, "%s%02x", i ? ":" : "", link->mac[i]);
}

static void put_addr(const struct link_addr *addr, struct strbuf *out)
{
	char text[INET6_ADDRSTRLEN];

	if (inet_ntop(addr->family, addr->bytes, text, sizeof(text)))
		strbuf_printf(out, "%s/%u", text, addr->prefix_len);
}

/* What the NIC uses, else what the kernel has allocated. */
static uint32_t queues(uint32_t from_ethtool, uint32_t from_link)
{
	return from_ethtool ? from_ethtool : from_link;
}

static void put_speed(uint64_t mbit, struct strbuf *out)
{
	if (mbit && mbit % 1000 == 0)
		strbuf_printf(out, "%llu Gbit/s", (unsigned long long)(mbit / 1000));
	else if (mbit)
		strbuf_printf(out, "%llu Mbit/s", (unsigned long long)mbit);
}

static struct strbuf cell(struct row *row, unsigned column)
{
	return strbuf_over(row->cell[column], CELL_MAX);
}

static void fill_row(const struct link_info *link, const struct ethtool_facts *facts,
		     struct row *row)
{
	struct strbuf out[NR_COLUMNS], remark = strbuf_over(row->remark, sizeof(row->remark));
	const size_t shown = link->nr_addrs < LINK_ADDRS_MAX ? link->nr_addrs : LINK_ADDRS_MAX;

	for (unsigned i = 0; i < NR_COLUMNS; i++)
		out[i] = cell(row, i);
	strbuf_puts(&out[0], link->name);
	strbuf_puts(&out[1], link_state(link));
	strbuf_puts(&out[2], link_type(link));
	strbuf_uint(&out[3], link->mtu);
	put_speed(facts->speed_mbit, &out[4]);
	strbuf_puts(&out[5], facts->driver[0] ? facts->driver : link->kind);
	strbuf_printf(&out[6], "%u/%u", queues(facts->rx_queues, link->rx_queues),
		      queues(facts->tx_queues, link->tx_queues));
	put_mac(link, &out[7]);
	for (size_t i = 0; i < shown; i++) {
		strbuf_puts(&out[ADDRESS_COLUMN], i ? " " : "");
		put_addr(&link->addrs[i], &out[ADDRESS_COLUMN]);
	}
	if (link->nr_addrs > shown || out[ADDRESS_COLUMN].overflow)
		strbuf_puts(&out[ADDRESS_COLUMN], " ...");
	for (unsigned i = 0; i < NR_COLUMNS; i++)
		if (!out[i].len)
			strbuf_putc(&out[i], '-');
	ethtool_remark(link, facts, &remark);
}

static void print_cells(const char *const cells[NR_COLUMNS], const size_t widths[NR_COLUMNS])
{
	for (unsigned i = 0; i < ADDRESS_COLUMN; i++)
		printf("%-*s  ", (int)widths[i], cells[i]);
	printf("%s\n", cells[ADDRESS_COLUMN]);
}

static void print_table(const struct row *rows, size_t nr)
{
	size_t widths[NR_COLUMNS];

	for (unsigned i = 0; i < NR_COLUMNS; i++) {
		widths[i] = strlen(headings[i]);
		for (size_t j = 0; j < nr; j++)
			widths[i] = MAX_OF(widths[i], strlen(rows[j].cell[i]));
	}
	print_cells(headings, widths);
	for (size_t j = 0; j < nr; j++) {
		const char *cells[NR_COLUMNS];

		for (unsigned i = 0; i < NR_COLUMNS; i++)
			cells[i] = rows[j].cell[i];
		print_cells(cells, widths);
		if (rows[j].remark[0])
			printf("  %s\n", rows[j].remark);
	}
}

static void json_string(const char *key, const char *value, struct strbuf *out)
{
	strbuf_printf(out, ",\"%s\":", key);
	strbuf_json_string(out, value, strlen(value));
}

static void json_addresses(const struct link_info *link, struct strbuf *out)
{
	char text[CELL_MAX];
	struct strbuf one = strbuf_over(text, sizeof(text));

	put_mac(link, &one);
	if (one.len)
		json_string("mac", text, out);
	strbuf_puts(out, ",\"addresses\":[");
	for (size_t i = 0; i < link->nr_addrs && i < LINK_ADDRS_MAX; i++) {
		strbuf_reset(&one);
		put_addr(&link->addrs[i], &one);
		strbuf_puts(out, i ? "," : "");
		strbuf_json_string(out, text, one.len);
	}
	strbuf_putc(out, ']');
}

static void json_offloads(const struct ethtool_facts *facts, struct strbuf *out)
{
	static const struct {
		uint32_t offload;
		const char *name;
	} offloads[] = {
		{ ETHTOOL_GRO, "gro" },
		{ ETHTOOL_GRO_HW, "gro_hw" },
		{ ETHTOOL_LRO, "lro" },
		{ ETHTOOL_TSO, "tso" },
		{ ETHTOOL_GSO, "gso" },
		{ ETHTOOL_VLAN_PARSE, "rx_vlan_parse" },
		{ ETHTOOL_VLAN_FILTER, "rx_vlan_filter" },
		{ ETHTOOL_RX_CSUM, "rx_checksum" },
		{ ETHTOOL_TX_CSUM, "tx_checksum" },
	};

	if (!facts->offloads_known)
		return;
	strbuf_puts(out, ",\"offloads\":{");
	for (size_t i = 0; i < ARRAY_SIZE(offloads); i++)
		strbuf_printf(out, "%s\"%s\":%s", i ? "," : "", offloads[i].name,
			      facts->offloads & offloads[i].offload ? "true" : "false");
	strbuf_putc(out, '}');
}

static void json_counters(const struct link_info *link, struct strbuf *out)
{
	struct link_stats s;

	if (link_read_stats(link->ifindex, &s))
		return;
	strbuf_printf(out,
		      ",\"rx_packets\":%llu,\"rx_bytes\":%llu,\"rx_dropped\":%llu,"
		      "\"rx_missed\":%llu,\"rx_fifo\":%llu,\"rx_errors\":%llu",
		      (unsigned long long)s.rx_packets, (unsigned long long)s.rx_bytes,
		      (unsigned long long)s.rx_dropped, (unsigned long long)s.rx_missed,
		      (unsigned long long)s.rx_fifo, (unsigned long long)s.rx_errors);
}

static void print_json(const struct link_info *link, const struct ethtool_facts *facts)
{
	char text[JSON_MAX], remark_text[256];
	struct strbuf out = strbuf_over(text, sizeof(text));
	struct strbuf remark = strbuf_over(remark_text, sizeof(remark_text));

	strbuf_printf(&out, "{\"ifindex\":%u", link->ifindex);
	json_string("name", link->name, &out);
	json_string("state", link_state(link), &out);
	json_string("link_type", link_type(link), &out);
	strbuf_printf(&out, ",\"arphrd\":%u,\"mtu\":%u,\"promiscuous\":%s", link->arphrd, link->mtu,
		      link->promiscuous ? "true" : "false");
	if (facts->speed_mbit)
		strbuf_printf(&out, ",\"speed_mbit\":%llu", (unsigned long long)facts->speed_mbit);
	if (facts->duplex)
		json_string("duplex", facts->duplex == ETHTOOL_DUPLEX_FULL ? "full" : "half", &out);
	if (facts->driver[0] || link->kind[0])
		json_string("driver", facts->driver[0] ? facts->driver : link->kind, &out);
	if (facts->bus[0])
		json_string("bus", facts->bus, &out);
	strbuf_printf(&out, ",\"rx_queues\":%u,\"tx_queues\":%u",
		      queues(facts->rx_queues, link->rx_queues),
		      queues(facts->tx_queues, link->tx_queues));
	json_addresses(link, &out);
	json_offloads(facts, &out);
	json_counters(link, &out);
	if (ethtool_remark(link, facts, &remark))
		json_string("remark", remark_text, &out);
	strbuf_putc(&out, '}');
	puts(text);
}

/* Keeps the links that were asked for, all when none was. False: one of them is not there. */
static bool select_links(struct link_info *links, size_t *nr, char **names, size_t nr_names)
{
	struct link_info asked;
	struct errmsg err;
	size_t kept = 0;

	for (size_t i = 0; i < nr_names; i++) {
		if (link_by_name(names[i], &asked, &err)) {
			log_error("%s", err.text);
			return false;
		}
		for (size_t j = kept; j < *nr; j++)
			if (links[j].ifindex == asked.ifindex) {
				const struct link_info found = links[j];

				links[j] = links[kept];
				links[kept++] = found;
				break;
			}
	}
	if (nr_names)
		*nr = kept;
	return true;
}

static int parse_options(int argc, char **argv, bool *json)
{
	int opt;

	opterr = 0;
	optind = 1;
	while ((opt = getopt_long(argc, argv, ":j", long_options, NULL)) != -1) {
		if (opt == 'h') {
			fputs(help_text, stdout);
			return EXIT_DONE;
		}
		if (opt != 'j')
			return option_error("interfaces", argc, argv, opt, long_options);
		*json = true;
	}
	return -1;
}

static int print_links(const struct link_info *links, size_t nr, bool json)
{
	struct row *rows = calloc(nr ? nr : 1, sizeof(*rows));
	struct ethtool *ethtool = NULL;
	struct errmsg err = { "out of memory" };
	size_t shown = 0;
	const int code = rows ? ethtool_open(&ethtool, &err) : -ENOMEM;

	if (code) {
		log_error("%s", err.text);
		free(rows);
		return EXIT_NOT_STARTED;
	}
	for (size_t i = 0; i < nr; i++) {
		struct ethtool_facts facts;

		/* It may have gone since it was listed. */
		if (ethtool_read(ethtool, &links[i], &facts))
			continue;
		if (json)
			print_json(&links[i], &facts);
		else
			fill_row(&links[i], &facts, &rows[shown++]);
	}
	if (!json)
		print_table(rows, shown);
	ethtool_close(ethtool);
	free(rows);
	return EXIT_DONE;
}

int cmd_interfaces(int argc, char **argv)
{
	struct link_info *links = NULL;
	bool json = false;
	struct errmsg err;
	size_t nr = 0;
	int status = parse_options(argc, argv, &json);

	if (status >= 0)
		return status;
	if (link_list(&links, &nr, &err)) {
		log_error("%s", err.text);
		return EXIT_NOT_STARTED;
	}
	if (select_links(links, &nr, argv + optind, (size_t)(argc - optind)))
		status = print_links(links, nr, json);
	else
		status = EXIT_NOT_STARTED;
	free(links);
	return status;
}
