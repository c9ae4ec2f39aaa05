/* -T fields: names that stand for no field of a protocol's table. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "dissect/columns.h"

/* Ethernet, IPv4, UDP from 10.1.2.3 port 9 to 10.1.2.4 port 10 with "abc", and padding. */
static const uint8_t datagram[60] = {
	2,  0, 0, 0,  0, 1, 2, 0,  0, 0, 0, 2, 8, 0, 0x45, 0, 0,  31, 0, 1,   0,   0,   64,
	17, 0, 0, 10, 1, 2, 3, 10, 1, 2, 4, 0, 9, 0, 10,   0, 11, 0,  0, 'a', 'b', 'c', 0xff,
};

static void check_row(const char *name, bool nano, const char *wanted)
{
	const struct frame_view frame = { .data = datagram,
					  .ts_ns = 1262304000500000000ull,
					  .cap_len = sizeof(datagram),
					  .wire_len = 64,
					  .linktype = 1 };
	const struct frame_context ctx = { .number = 3, .first_ns = frame.ts_ns - 1250000001 };
	const struct column_format format = COLUMN_FORMAT_DEFAULT;
	const struct render_options opt = { .numeric = true, .nano = nano };
	struct registry *reg;
	struct columns *c;
	struct dissection d;
	struct errmsg err;
	char text[256];
	struct strbuf out = strbuf_over(text, sizeof(text));

	cr_assert_eq(registry_init(&reg, NULL), 0);
	cr_assert_eq(columns_open(reg, &name, 1, &format, &c, &err), 0, "%s", err.text);
	dissect_frame(reg, &frame, &d);
	columns_row(c, &d, &ctx, &opt, &out);
	cr_expect_str_eq(out.text, wanted, "%s: %s", name, out.text);
	columns_close(c);
	registry_free(reg);
}

Test(columns, virtual_names)
{
	check_row("_ws.col.No.", false, "3\n");
	check_row("_ws.col.Time", false, "1.250000\n");
	check_row("_ws.col.Time", true, "1.250000001\n");
	check_row("_ws.col.Length", false, "64\n");
	check_row("_ws.col.Source", false, "10.1.2.3\n");
	check_row("udp.payload", false, "616263\n");
	check_row("tcp.payload", false, "\n");
	check_row("ip.host", false, "10.1.2.3,10.1.2.4\n");
	check_row("ip.dst_host", false, "10.1.2.4\n");
	check_row("udp.port", false, "9,10\n");
	check_row("data.len", false, "3\n");
	check_row("data.data", false, "616263\n");
}

Test(columns, unknown_name_is_refused)
{
	const struct column_format format = COLUMN_FORMAT_DEFAULT;
	const char *name = "sctp.payload";
	struct registry *reg;
	struct columns *c;
	struct errmsg err;

	cr_assert_eq(registry_init(&reg, NULL), 0);
	cr_expect_eq(columns_open(reg, &name, 1, &format, &c, &err), -EINVAL);
	cr_expect(strstr(err.text, name), "%s", err.text);
	registry_free(reg);
}
