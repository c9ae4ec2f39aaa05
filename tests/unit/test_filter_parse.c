/* Capture filters: what the parser makes of an expression, and what it says about a bad one. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/compiler.h"
#include "core/strbuf.h"
#include "dissect/filter/ast.h"
#include "dissect/filter/words.h"

static void dump_arith(const struct filter_arith *a, struct strbuf *out)
{
	static const char *const ops[] = { "+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>" };

	switch (a->kind) {
	case ARITH_NUMBER:
		strbuf_uint(out, a->number);
		break;
	case ARITH_LEN:
		strbuf_puts(out, "len");
		break;
	case ARITH_LOAD:
		strbuf_printf(out, "%s[", filter_proto_name(a->proto));
		dump_arith(a->a, out);
		strbuf_printf(out, ":%u]", a->size);
		break;
	case ARITH_NEGATE:
		strbuf_puts(out, "-");
		dump_arith(a->a, out);
		break;
	default:
		strbuf_puts(out, "(");
		dump_arith(a->a, out);
		strbuf_puts(out, ops[a->op]);
		dump_arith(a->b, out);
		strbuf_puts(out, ")");
		break;
	}
}

static void dump_id(const struct filter_node *n, struct strbuf *out)
{
	static const char *const dirs[] = { "",      "src",   "dst",   "s|d", "s&d", "addr1",
					    "addr2", "addr3", "addr4", "ra",  "ta" };
	static const char *const addrs[] = { "",          "host",    "net",   "port",
					     "portrange", "gateway", "proto", "protochain" };
	static const char *const kinds[] = { "name", "number", "dotted", "ipv6", "mac", "arcnet" };

	strbuf_printf(out, "<%s,%s,%s %s %s", filter_proto_name(n->qual.proto), dirs[n->qual.dir],
		      addrs[n->qual.addr], kinds[n->id.kind], n->id.text);
	if (n->id.kind == FID_NUMBER || n->id.kind == FID_DOTTED || n->id.kind == FID_ARCNET)
		strbuf_printf(out, "=%x", n->id.number);
	if (n->id.kind == FID_MAC)
		for (size_t i = 0; i < sizeof(n->id.mac); i++)
			strbuf_printf(out, "%c%02x", i ? ':' : '=', n->id.mac[i]);
	if (n->id.has_prefix)
		strbuf_printf(out, "/%u", n->id.prefix);
	if (n->id.has_mask)
		strbuf_printf(out, " mask %x", n->id.mask);
	strbuf_puts(out, ">");
}

static void dump_word(const struct filter_node *n, struct strbuf *out)
{
	strbuf_printf(out, "w%u", n->word);
	if (n->has_number)
		strbuf_printf(out, " %u", n->number);
	if (n->text)
		strbuf_printf(out, " %s", n->text);
	if (n->byte_op)
		strbuf_printf(out, " %c", n->byte_op);
	if (n->has_number2)
		strbuf_printf(out, " %u", n->number2);
	if (n->text2)
		strbuf_printf(out, " %s", n->text2);
}

static void dump(const struct filter_node *n, struct strbuf *out)
{
	static const char *const relations[] = { "=", "!=", ">", ">=", "<", "<=" };

	switch (n->kind) {
	case NODE_AND:
	case NODE_OR:
		strbuf_puts(out, "(");
		dump(n->a, out);
		strbuf_puts(out, n->kind == NODE_AND ? " and " : " or ");
		dump(n->b, out);
		strbuf_puts(out, ")");
		break;
	case NODE_NOT:
		strbuf_puts(out, "!");
		dump(n->a, out);
		break;
	case NODE_ID:
		dump_id(n, out);
		break;
	case NODE_NAME:
		strbuf_puts(out, filter_proto_name(n->qual.proto));
		break;
	case NODE_REL:
		dump_arith(n->left, out);
		strbuf_puts(out, relations[n->relation]);
		dump_arith(n->right, out);
		break;
	default:
		dump_word(n, out);
		break;
	}
}

struct accepted {
	const char *expr, *tree;
};

static void check_accepted(const struct accepted *cases, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		struct arena arena = { 0 };
		struct filter_error err = { 0 };
		const struct filter_node *n;
		char text[512];
		struct strbuf out = strbuf_over(text, sizeof(text));
		const int r = filter_parse(&arena, cases[i].expr, &n, &err);

		cr_expect_eq(r, 0, "'%s': %s", cases[i].expr, err.text);
		if (r == 0 && n)
			dump(n, &out);
		cr_expect_str_eq(text, cases[i].tree, "'%s' is %s", cases[i].expr, text);
		arena_free(&arena);
	}
}

Test(filter_parse, primitives)
{
	static const struct accepted cases[] = {
		{ "", "" },
		{ " \t\n", "" },
		{ "tcp", "tcp" },
		{ "is-is", "isis" },
		{ "tr", "link" },
		{ "tcp port 80", "<tcp,,port number 80=50>" },
		{ "port http-alt", "<,,port name http-alt>" },
		{ "src or dst port 80", "<,s|d,port number 80=50>" },
		{ "dst and src host foo", "<,s&d,host name foo>" },
		{ "dst 10.1", "<,dst, dotted 10.1=a010000>" },
		{ "net 10.0.0.0/8", "<,,net dotted 10.0.0.0=a000000/8>" },
		{ "net 10.0 mask 255.255.0.0", "<,,net dotted 10.0=a000000 mask ffff0000>" },
		{ "ip6 net fe80::1.2.3.4/10", "<ip6,,net ipv6 fe80::1.2.3.4/10>" },
		{ "host \\tcp", "<,,host name tcp>" },
		{ "ip proto \\tcp", "<ip,,proto name tcp>" },
		{ "ip proto tcp or udp", "(<ip,,proto name tcp> or udp)" },
		{ "protochain 6", "<,,protochain number 6=6>" },
		{ "gateway gw", "<,,gateway name gw>" },
		{ "ether host 1:2:3:a:b:c", "<link,,host mac 1:2:3:a:b:c=01:02:03:0a:0b:0c>" },
		{ "ether host 01-02-03-04-05-06",
		  "<link,,host mac 01-02-03-04-05-06=01:02:03:04:05:06>" },
		{ "ether host 0102.0304.0506",
		  "<link,,host mac 0102.0304.0506=01:02:03:04:05:06>" },
		/* twelve digits are an address, whatever they are */
		{ "host 012345670123", "<,,host mac 012345670123=01:23:45:67:01:23>" },
		{ "host 01234567012", "<,,host number 01234567012=a72ee0a>" },
		{ "link host $0e", "<link,,host arcnet $0e=e>" },
		{ "wlan addr1 1:2:3:4:5:6", "<link,addr1, mac 1:2:3:4:5:6=01:02:03:04:05:06>" },
		{ "wlan ra host a", "<link,ra,host name a>" },
		{ "decnet host 50.764", "<decnet,,host dotted 50.764=0>" },
		{ "portrange 6000-ftp", "<,,portrange name 6000-ftp>" },
		{ "port 0x50 or 010", "(<,,port number 0x50=50> or <,,port number 010=8>)" },
		{ "less 5", "w2 5" },
		{ "vlan", "w8" },
		{ "vlan ((5))", "w8 5" },
		{ "geneve 0xb", "w12 11" },
		{ "byte 3 | 5", "w4 3 | 5" },
		{ "llc rnr", "w14 rnr" },
		{ "ip broadcast", "w0" },
		{ "type mgt subtype beacon", "w15 mgt beacon" },
		{ "wlan type 4 subtype 0x80", "w15 4 128" },
		{ "subtype \\ack", "w16 ack" },
		{ "dir tods", "w17 tods" },
		{ "direction 1", "w17 1" },
	};

	check_accepted(cases, ARRAY_SIZE(cases));
}

Test(filter_parse, combinations)
{
	static const struct accepted cases[] = {
		/* one rank, from the left */
		{ "tcp or udp and ip", "((tcp or udp) and ip)" },
		{ "tcp && (udp || ip)", "(tcp and (udp or ip))" },
		{ "not tcp or !udp", "(!tcp or !udp)" },
		{ "!!tcp", "!!tcp" },
		/* qualifiers are taken over */
		{ "tcp dst port 1 or 2",
		  "(<tcp,dst,port number 1=1> or <tcp,dst,port number 2=2>)" },
		{ "host a and not b", "(<,,host name a> and !<,,host name b>)" },
		{ "src host (a or not b)", "(<,src,host name a> or !<,src,host name b>)" },
		{ "host not (a)", "!<,,host name a>" },
		{ "port 1 or (2 or 3)",
		  "(<,,port number 1=1> or (<,,port number 2=2> or <,,port number 3=3>))" },
		{ "port 1 or ((2) or 3)",
		  "(<,,port number 1=1> or (<,,port number 2=2> or <,,port number 3=3>))" },
		{ "port ((1))", "<,,port number 1=1>" },
		/* a parenthesis hands down what stood in front of it */
		{ "port 1 or (host a) or 2",
		  "((<,,port number 1=1> or <,,host name a>) or <,,port number 2=2>)" },
		{ "port 1 and 2 = len", "(<,,port number 1=1> and 2=len)" },
		{ "port 1 and (2) = len", "(<,,port number 1=1> and 2=len)" },
		{ "port 1 and (2 + 3 = len)", "(<,,port number 1=1> and (2+3)=len)" },
	};

	check_accepted(cases, ARRAY_SIZE(cases));
}

Test(filter_parse, arithmetic)
{
	static const struct accepted cases[] = {
		{ "len - 1 - 2 = 3", "((len-1)-2)=3" },
		{ "1 + 2 * 3 == len", "(1+(2*3))=len" },
		{ "len & 1 | 2 << 3 + 4 != 5", "((len&1)|(2<<(3+4)))!=5" },
		/* % and ^ have no rank */
		{ "len % 3 + 1 = 5", "(len%(3+1))=5" },
		{ "len + 3 % 2 = 5", "(len+(3%2))=5" },
		{ "len * 2 % 3 + 1 = 5", "(len*(2%(3+1)))=5" },
		{ "len ^ 3 & 1 = 5", "(len^(3&1))=5" },
		{ "-5 % 3 = len", "-(5%3)=len" },
		{ "-5 + 3 = len", "(-5+3)=len" },
		{ "((len)) + 1 = (2)", "(len+1)=2" },
		{ "(len + 1) * 2 <= 6", "((len+1)*2)<=6" },
		{ "not (len) = 5", "!len=5" },
		{ "ether[0] & 1 = 0 and ip[16] >= 224", "((link[0:1]&1)=0 and ip[16:1]>=224)" },
		{ "tcp[tcpflags] & (tcp-syn|tcp-fin) != 0", "(tcp[13:1]&(2|1))!=0" },
		{ "ip[ip[0] & 0xf : 2] > 1", "ip[(ip[0:1]&15):2]>1" },
		{ "0xffffffff=0037777777777", "4294967295=4294967295" },
	};

	check_accepted(cases, ARRAY_SIZE(cases));
}

struct refused {
	const char *expr;
	uint32_t begin, end;
	const char *reason; /* a part of it */
};

static void check_refused(const struct refused *cases, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		struct arena arena = { 0 };
		struct filter_error err = { 0 };
		const struct filter_node *n;

		cr_expect_eq(filter_parse(&arena, cases[i].expr, &n, &err), -EINVAL, "'%s'",
			     cases[i].expr);
		cr_expect_null(n);
		cr_expect(err.begin == cases[i].begin && err.end == cases[i].end, "'%s': %u-%u",
			  cases[i].expr, err.begin, err.end);
		cr_expect(strstr(err.text, cases[i].reason), "'%s': %s", cases[i].expr, err.text);
		arena_free(&arena);
	}
}

Test(filter_parse, refused)
{
	static const struct refused cases[] = {
		{ "10.0.0.1", 0, 8, "'host 10.0.0.1'" },
		{ "10.0.0.0/8", 0, 8, "'net 10.0.0.0'" },
		{ "tcp 80", 4, 6, "'tcp port 80'" },
		{ "tcp or 80", 7, 9, "'port 80'" },
		{ "(port 80) or 443", 13, 16, "none in front" },
		{ "port 1 and (tcp or 2)", 19, 20, "none in front" },
		{ "port 1 and (2 or tcp)", 17, 20, "expected a port's number or name" },
		{ "host a and not tcp and b", 23, 24, "'b'" },
		{ "host ((a))", 6, 7, "one parenthesis too many" },
		{ "host ((a or b) or c)", 6, 7, "one parenthesis too many" },
		{ "tcp and", 7, 7, "behind 'and', found the end" },
		{ "(tcp", 0, 1, "never closed" },
		{ "tcp)", 3, 4, "no '(' is open" },
		{ "()", 1, 2, "expected a primitive" },
		{ "len", 3, 3, "a comparison" },
		{ "(not len) = 5", 8, 9, "a comparison" },
		{ "0 = 0 = 0", 6, 7, "'and' or 'or'" },
		{ "tcp[1-1] = 5", 4, 7, "blanks around '-'" },
		{ "ip[0:3] = 5", 5, 6, "1, 2 or 4" },
		{ "ip[0:(2)] = 5", 5, 6, "a size" },
		{ "src proto 6", 4, 9, "a name or an address" },
		{ "src or src a", 7, 10, "'dst'" },
		{ "net 10/8", 6, 7, "10.0.0.0" },
		{ "net 10.0.0.0/33", 13, 15, "32 bits" },
		{ "host ::1/129", 9, 12, "128 bits" },
		{ "host 1.256", 5, 10, "no IPv4 address" },
		{ "net 1.2.3.0 mask 24", 17, 19, "netmask" },
		{ "host 1::2::3", 5, 12, "neither a MAC nor an IPv6" },
		{ "ether ab:cd:ef:0g:00:00", 6, 23, "neither a MAC nor an IPv6" },
		{ "port 08", 5, 7, "octal" },
		{ "len = 4294967296", 6, 16, "32 bits" },
		{ "less (5)", 5, 6, "a number" },
		{ "byte 1 <= 2", 7, 9, "one of" },
		{ "subtype 0", 8, 9, "type mgt subtype" },
		{ "vpi 5", 0, 3, "ATM" },
		{ "rnr 5", 0, 3, "packet filter" },
		{ "fisu", 0, 4, "MTP2" },
		{ "sio 5", 0, 3, "MTP3" },
	};

	check_refused(cases, ARRAY_SIZE(cases));
}

Test(filter_parse, mistakes)
{
	static const struct refused cases[] = {
		{ "tcp prot 80", 4, 8, "did you mean 'proto'?" },
		{ "hots a", 0, 4, "did you mean 'host'?" },
		{ "port a or hots b", 15, 16, "expected" },
		{ "TCP port 80", 0, 3, "lower case: 'tcp'" },
		{ "tcp.port == 80", 0, 8, "-Y" },
		{ "port 80 and http contains x", 17, 25, "-Y" },
		{ "dns", 0, 3, "-Y 'dns'" },
		{ "port 80,443", 7, 8, "port (80 or 443)" },
		{ "host = x", 5, 6, "without a sign" },
		{ "tcp & udp", 4, 5, "joined by 'and'" },
		{ "host tcp", 5, 8, "'\\tcp'" },
		{ "host \"x\"", 5, 6, "quoted" },
		{ "(tcp or udp) port 80", 13, 17, "do not spread" },
		{ "len <> 5", 5, 6, "'!='" },
		{ "len = 037777777777", 6, 18, "two zeros" },
		{ "ip[9] = tcp", 8, 11, "is no number" },
		{ "host \xe2\x80\x98x", 5, 8, "\xe2\x80\x98" },
		{ "tcp \x01", 4, 5, "'\\x01'" },
	};

	check_refused(cases, ARRAY_SIZE(cases));
}

/* begin, then nr times unit, then end; on the heap. */
static char *text_repeated(const char *begin, const char *unit, size_t nr, const char *end)
{
	const size_t unit_len = strlen(unit);
	char *text = malloc(strlen(begin) + nr * unit_len + strlen(end) + 1), *p = text;

	cr_assert_not_null(text);
	p = stpcpy(p, begin);
	while (nr--)
		p = stpcpy(p, unit);
	stpcpy(p, end);
	return text;
}

static void check_repeated(const char *begin, const char *unit, size_t nr, const char *end,
			   const char *reason)
{
	struct arena arena = { 0 };
	struct filter_error err = { 0 };
	const struct filter_node *n;
	char *text = text_repeated(begin, unit, nr, end);
	const int r = filter_parse(&arena, text, &n, &err);

	cr_expect_eq(r, reason ? -EINVAL : 0, "%s%s...: %d %s", begin, unit, r, err.text);
	if (reason)
		cr_expect(strstr(err.text, reason), "%s%s...: %s", begin, unit, err.text);
	arena_free(&arena);
	free(text);
}

Test(filter_parse, bounds)
{
	check_repeated("", "(", 60000, "", "deep");
	check_repeated("", "not ", 16000, "", "deep");
	check_repeated("len = ", "-", 60000, "", "deep");
	check_repeated("", "ip[", 20000, "", "deep");
	check_repeated("len = 1", "%1", 30000, "", "deep");
	check_repeated("len = 1", "+1", 30000, "", "256 operations");
	check_repeated("len = 1", "+1", 200, "", NULL);
	check_repeated("tcp", " or tcp", 9000, "", NULL);
	check_repeated("host a", " or not a", 7000, "", NULL);
	check_repeated("port ", "9", 60000, "", "32 bits");
	check_repeated("", ":", 60000, "", "neither");
	check_repeated("host ", "a", FILTER_TEXT_MAX - 5, "", NULL);
	check_repeated("host ", "a", FILTER_TEXT_MAX - 4, "", "longer than");
	check_repeated("", "(", FILTER_DEPTH_MAX + 1, "tcp", "deep");
}

Test(filter_parse, keywords)
{
	for (size_t i = 0; i < filter_keyword_nr; i++) {
		const struct filter_keyword *k = &filter_keywords[i];

		cr_expect_eq(filter_keyword_find(k->text, strlen(k->text)), k, "%s", k->text);
	}
	cr_expect_null(filter_keyword_find("hos", 3));
	cr_expect_null(filter_keyword_find("hostt", 5));
	cr_expect_str_eq(filter_proto_name(FP_ISIS), "isis");
}

static void check_render(const char *expr, uint32_t begin, uint32_t end, const char *expected)
{
	struct filter_error err;
	char text[1024];
	struct strbuf out = strbuf_over(text, sizeof(text));

	cr_expect_eq(filter_error_set(&err, -EINVAL, begin, end, "%s", "why"), -EINVAL);
	filter_error_render(expr, &err, &out);
	cr_expect_str_eq(text, expected, "%s", text);
}

Test(filter_error, render)
{
	char *text = text_repeated("", "tcp or ", 40, "hots");

	check_render("tcp prot 80", 4, 8, "tcp prot 80\n    ^~~~\nwhy");
	check_render("tcp and", 7, 7, "tcp and\n       ^\nwhy");
	check_render("", 0, 0, "\n^\nwhy");
	check_render("tcp", 0, UINT32_MAX, "tcp\n^~~\nwhy");
	check_render("tcp", UINT32_MAX, UINT32_MAX, "tcp\n   ^\nwhy");
	check_render("a\t\x01\xff\xc3\xa4 b", 7, 8,
		     "a\\t\\x01\\xff\xc3\xa4 b\n             ^\nwhy");
	/* turns the direction of reading */
	check_render("\xe2\x80\xae b", 4, 5, "\\xe2\\x80\\xae b\n             ^\nwhy");
	check_render(
		text, 280, 284,
		"...tcp or tcp or tcp or tcp or tcp or tcp or tcp or tcp or tcp or tcp or hots\n"
		"                                                                         ^~~~\n"
		"why");
	check_render(
		text, 0, 3,
		"tcp or tcp or tcp or tcp or tcp or tcp or tcp or tcp or tcp or tcp or tcp o...\n"
		"^~~\nwhy");
	free(text);
}

/* No error may carry what steers a terminal. */
Test(filter_error, text_is_safe)
{
	struct filter_error err;
	char *text = text_repeated("", "\x1b", 500, "");

	(void)filter_error_set(&err, -EINVAL, 0, 0, "%s", text);
	cr_expect_null(strchr(err.text, '\x1b'));
	cr_expect_lt(strlen(err.text), sizeof(err.text));
	free(text);
}
