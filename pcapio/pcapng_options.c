#include "pcapio/pcapng_options.h"

#include "pcapio/pcapng_format.h"

static const struct pcapng_option_info common_options[] = {
	{ "opt_comment", PCAPNG_OPT_COMMENT, PCAPNG_KIND_TEXT, 0 },
	{ "opt_custom", PCAPNG_OPT_CUSTOM_TEXT, PCAPNG_KIND_CUSTOM_TEXT, 0 },
	{ "opt_custom", PCAPNG_OPT_CUSTOM_DATA, PCAPNG_KIND_CUSTOM_DATA, 0 },
	{ "opt_custom", PCAPNG_OPT_CUSTOM_TEXT_NO_COPY, PCAPNG_KIND_CUSTOM_TEXT, 0 },
	{ "opt_custom", PCAPNG_OPT_CUSTOM_DATA_NO_COPY, PCAPNG_KIND_CUSTOM_DATA, 0 },
};

static const struct pcapng_option_info section_options[] = {
	{ "shb_hardware", PCAPNG_SHB_HARDWARE, PCAPNG_KIND_TEXT, 0 },
	{ "shb_os", PCAPNG_SHB_OS, PCAPNG_KIND_TEXT, 0 },
	{ "shb_userappl", PCAPNG_SHB_USERAPPL, PCAPNG_KIND_TEXT, 0 },
};

static const struct pcapng_option_info interface_options[] = {
	{ "if_name", PCAPNG_IF_NAME, PCAPNG_KIND_TEXT, 0 },
	{ "if_description", PCAPNG_IF_DESCRIPTION, PCAPNG_KIND_TEXT, 0 },
	{ "if_IPv4addr", PCAPNG_IF_IPV4ADDR, PCAPNG_KIND_IPV4_NETMASK, 8 },
	{ "if_IPv6addr", PCAPNG_IF_IPV6ADDR, PCAPNG_KIND_IPV6_PREFIX, 17 },
	{ "if_MACaddr", PCAPNG_IF_MACADDR, PCAPNG_KIND_MAC, 6 },
	{ "if_EUIaddr", PCAPNG_IF_EUIADDR, PCAPNG_KIND_EUI, 8 },
	{ "if_speed", PCAPNG_IF_SPEED, PCAPNG_KIND_U64, 8 },
	{ "if_tsresol", PCAPNG_IF_TSRESOL, PCAPNG_KIND_U8, 1 },
	{ "if_tzone", PCAPNG_IF_TZONE, PCAPNG_KIND_U32, 4 },
	{ "if_filter", PCAPNG_IF_FILTER, PCAPNG_KIND_FILTER, 0 },
	{ "if_os", PCAPNG_IF_OS, PCAPNG_KIND_TEXT, 0 },
	{ "if_fcslen", PCAPNG_IF_FCSLEN, PCAPNG_KIND_U8, 1 },
	{ "if_tsoffset", PCAPNG_IF_TSOFFSET, PCAPNG_KIND_I64, 8 },
	{ "if_hardware", PCAPNG_IF_HARDWARE, PCAPNG_KIND_TEXT, 0 },
	{ "if_txspeed", PCAPNG_IF_TXSPEED, PCAPNG_KIND_U64, 8 },
	{ "if_rxspeed", PCAPNG_IF_RXSPEED, PCAPNG_KIND_U64, 8 },
	{ "if_iana_tzname", PCAPNG_IF_IANA_TZNAME, PCAPNG_KIND_TEXT, 0 },
};

/* The obsolete packet block knows the first two, under names that begin with pack_. */
static const struct pcapng_option_info packet_options[] = {
	{ "epb_flags", PCAPNG_EPB_FLAGS, PCAPNG_KIND_U32, 4 },
	{ "epb_hash", PCAPNG_EPB_HASH, PCAPNG_KIND_HASH, 0 },
	{ "epb_dropcount", PCAPNG_EPB_DROPCOUNT, PCAPNG_KIND_U64, 8 },
	{ "epb_packetid", PCAPNG_EPB_PACKETID, PCAPNG_KIND_U64, 8 },
	{ "epb_queue", PCAPNG_EPB_QUEUE, PCAPNG_KIND_U32, 4 },
	{ "epb_verdict", PCAPNG_EPB_VERDICT, PCAPNG_KIND_VERDICT, 0 },
	{ "epb_processid_threadid", PCAPNG_EPB_PROCESSID_THREADID, PCAPNG_KIND_TWO_U32, 8 },
};

static const struct pcapng_option_info obsolete_packet_options[] = {
	{ "pack_flags", PCAPNG_EPB_FLAGS, PCAPNG_KIND_U32, 4 },
	{ "pack_hash", PCAPNG_EPB_HASH, PCAPNG_KIND_HASH, 0 },
};

static const struct pcapng_option_info names_options[] = {
	{ "ns_dnsname", PCAPNG_NS_DNSNAME, PCAPNG_KIND_TEXT, 0 },
	{ "ns_dnsIP4addr", PCAPNG_NS_DNSIP4ADDR, PCAPNG_KIND_IPV4, 4 },
	{ "ns_dnsIP6addr", PCAPNG_NS_DNSIP6ADDR, PCAPNG_KIND_IPV6, 16 },
};

static const struct pcapng_option_info statistics_options[] = {
	{ "isb_starttime", PCAPNG_ISB_STARTTIME, PCAPNG_KIND_TIME, 8 },
	{ "isb_endtime", PCAPNG_ISB_ENDTIME, PCAPNG_KIND_TIME, 8 },
	{ "isb_ifrecv", PCAPNG_ISB_IFRECV, PCAPNG_KIND_U64, 8 },
	{ "isb_ifdrop", PCAPNG_ISB_IFDROP, PCAPNG_KIND_U64, 8 },
	{ "isb_filteraccept", PCAPNG_ISB_FILTERACCEPT, PCAPNG_KIND_U64, 8 },
	{ "isb_osdrop", PCAPNG_ISB_OSDROP, PCAPNG_KIND_U64, 8 },
	{ "isb_usrdeliv", PCAPNG_ISB_USRDELIV, PCAPNG_KIND_U64, 8 },
};

#define TABLE(type, table)                              \
	{                                               \
		type, table, (uint8_t)ARRAY_SIZE(table) \
	}

static const struct {
	uint32_t block_type;
	const struct pcapng_option_info *options;
	uint8_t nr;
} tables[] = {
	TABLE(PCAPNG_SHB, section_options), TABLE(PCAPNG_IDB, interface_options),
	TABLE(PCAPNG_EPB, packet_options),  TABLE(PCAPNG_PB, obsolete_packet_options),
	TABLE(PCAPNG_NRB, names_options),   TABLE(PCAPNG_ISB, statistics_options),
};

static const struct pcapng_option_info *find_option(const struct pcapng_option_info *options,
						    size_t nr, uint16_t code)
{
	for (size_t i = 0; i < nr; i++)
		if (options[i].code == code)
			return &options[i];
	return NULL;
}

const struct pcapng_option_info *pcapng_option_info(uint32_t block_type, uint16_t code)
{
	const struct pcapng_option_info *info =
		find_option(common_options, ARRAY_SIZE(common_options), code);

	for (size_t i = 0; !info && i < ARRAY_SIZE(tables); i++)
		if (tables[i].block_type == block_type)
			info = find_option(tables[i].options, tables[i].nr, code);
	return info;
}

enum pcapng_option_kind pcapng_option_kind(uint32_t block_type, uint16_t code)
{
	const struct pcapng_option_info *info = pcapng_option_info(block_type, code);

	return info ? info->kind : PCAPNG_KIND_UNKNOWN;
}

const char *pcapng_block_name(uint32_t block_type)
{
	static const struct {
		uint32_t type;
		const char *name;
	} names[] = {
		{ PCAPNG_SHB, "SHB" },
		{ PCAPNG_IDB, "IDB" },
		{ PCAPNG_EPB, "EPB" },
		{ PCAPNG_SPB, "SPB" },
		{ PCAPNG_PB, "PB" },
		{ PCAPNG_NRB, "NRB" },
		{ PCAPNG_ISB, "ISB" },
		{ PCAPNG_DSB, "DSB" },
		{ PCAPNG_JOURNAL, "SJB" },
		{ PCAPNG_CB, "CB" },
		{ PCAPNG_DCB, "DCB" },
		{ PCAPNG_FILLER, "filler" },
		{ PCAPNG_RING_HEAD, "filler" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i].type == block_type)
			return names[i].name;
	return NULL;
}

static uint16_t block_u16(const struct reader_block *b, size_t off)
{
	const uint16_t v = load_u16(b->bytes + off);

	return b->swapped ? swap_u16(v) : v;
}

static uint32_t block_u32(const struct reader_block *b, size_t off)
{
	const uint32_t v = load_u32(b->bytes + off);

	return b->swapped ? swap_u32(v) : v;
}

/* Behind a number of bytes that the block says itself, at `off`, and `header` bytes in all. */
static uint64_t behind_data(const struct reader_block *b, size_t off, size_t header)
{
	return b->len < header + 4 ? UINT64_MAX : header + align_up(block_u32(b, off), 4);
}

/* Records of names: type, length and value each, up to one of type 0. */
static uint64_t behind_names(const struct reader_block *b)
{
	uint64_t off = 8;

	while (off + 4 <= b->len - 4) {
		const uint16_t type = block_u16(b, off);

		off += 4 + align_up(block_u16(b, off + 2), 4);
		if (type == 0)
			return off;
	}
	/* Writers that leave the end out have no options either. */
	return off == b->len - 4 ? off : UINT64_MAX;
}

int pcapng_options_begin(const struct reader_block *b, struct pcapng_options *ret)
{
	uint64_t off;

	switch (b->type) {
	case PCAPNG_SHB:
		off = PCAPNG_SHB_MIN - 4;
		break;
	case PCAPNG_IDB:
		off = PCAPNG_IDB_MIN - 4;
		break;
	case PCAPNG_EPB:
	case PCAPNG_PB:
		off = behind_data(b, 20, PCAPNG_EPB_HEADER);
		break;
	case PCAPNG_NRB:
		off = behind_names(b);
		break;
	case PCAPNG_ISB:
		off = PCAPNG_ISB_MIN - 4;
		break;
	case PCAPNG_DSB:
		off = behind_data(b, 12, PCAPNG_DSB_HEADER);
		break;
	default:
		return 0;
	}
	if (off > b->len - 4)
		return -EBADMSG;
	*ret = (struct pcapng_options){ b->bytes + off, b->bytes + b->len - 4, b->swapped };
	return 1;
}
