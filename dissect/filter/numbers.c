/* dissect/filter/numbers.c -- reads a program that was written as numbers. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/filter/program.h"

/*
 * Where reading has come to. Numbers may be separated by anything that C writes between them: the
 * forms are "{ 0x28, 0, 0, 0x0000000c }," and "40 0 0 12".
 */
struct reading {
	const char *at;
	unsigned line;
	struct errmsg *err;
};

/* Past blanks and, where a form has them, braces and commas. */
static void pass_over(struct reading *r, const char *also)
{
	for (; *r->at && (isspace((unsigned char)*r->at) || strchr(also, *r->at)); r->at++)
		r->line += *r->at == '\n';
}

static int read_number(struct reading *r, const char *what, uint32_t max, uint32_t *ret)
{
	unsigned long long v;
	char *end;

	if (!isdigit((unsigned char)*r->at))
		return errmsg_set(r->err, -EINVAL, "line %u: no number where %s should be", r->line,
				  what);
	errno = 0;
	v = strtoull(r->at, &end, r->at[0] == '0' && (r->at[1] | 0x20) == 'x' ? 16 : 10);
	if (errno || v > max)
		return errmsg_set(r->err, -EINVAL, "line %u: %s is more than %u", r->line, what,
				  max);
	if (*end && !isspace((unsigned char)*end) && !strchr(",}", *end))
		return errmsg_set(r->err, -EINVAL, "line %u: '%c' behind %s", r->line, *end, what);
	r->at = end;
	*ret = (uint32_t)v;
	return 0;
}

static int read_insn(struct reading *r, struct sock_filter *ret)
{
	uint32_t code, jt, jf, k;
	int e;

	pass_over(r, "{,");
	e = read_number(r, "the code", UINT16_MAX, &code);
	pass_over(r, ",");
	e = e ?: read_number(r, "jt", UINT8_MAX, &jt);
	pass_over(r, ",");
	e = e ?: read_number(r, "jf", UINT8_MAX, &jf);
	pass_over(r, ",");
	e = e ?: read_number(r, "k", UINT32_MAX, &k);
	if (e)
		return e;
	*ret = (struct sock_filter){ (uint16_t)code, (uint8_t)jt, (uint8_t)jf, k };
	pass_over(r, "},");
	return 0;
}

/* "4,48 0 0 9,..." as iptables takes it: a comma, and behind it one with blanks between. */
static bool is_one_line(const char *behind)
{
	size_t digits;

	if (*behind++ != ',')
		return false;
	behind += strspn(behind, " \t");
	digits = strspn(behind, "0123456789");
	return digits && (behind[digits] == ' ' || behind[digits] == '\t');
}

/* A number alone on its line is the count. 0 when there is none. */
static uint32_t read_count(struct reading *r)
{
	const char *p = r->at, *behind;
	uint32_t count = 0;

	p += strspn(p, "0123456789");
	behind = p;
	p += strspn(p, " \t\r,");
	if (p == r->at || (*p != '\n' && !is_one_line(behind)))
		return 0;
	if (read_number(r, "the count", UINT32_MAX, &count))
		return 0;
	pass_over(r, ",");
	return count;
}

static bool has_loops(const struct filter_program *p)
{
	uint32_t i;

	for (i = 0; i < p->len; i++)
		if (p->insns[i].code == (BPF_JMP | BPF_JA) && (int32_t)p->insns[i].k < 0)
			return true;
	return false;
}

int filter_parse_numbers(const char *text, struct filter_program *ret, struct errmsg *err)
{
	struct reading r = { .at = text, .line = 1, .err = err };
	uint32_t count;
	int e = 0;

	*ret = (struct filter_program){ 0 };
	ret->insns = calloc(FILTER_INSNS_MAX, sizeof(*ret->insns));
	if (!ret->insns)
		return errmsg_set(err, -ENOMEM, "no memory for a program");
	pass_over(&r, "");
	count = read_count(&r);
	while (!e && *r.at) {
		if (ret->len == FILTER_INSNS_MAX)
			e = errmsg_set(err, -EINVAL,
				       "line %u: more than %d instructions, the kernel's maximum",
				       r.line, FILTER_INSNS_MAX);
		else
			e = read_insn(&r, &ret->insns[ret->len++]);
	}
	if (!e && count && count != ret->len)
		e = errmsg_set(err, -EINVAL,
			       "line %u: the text ends after %u instructions; the count in front "
			       "says %u",
			       r.line, ret->len, count);
	if (!e)
		e = filter_check(ret->insns, ret->len, true, err);
	ret->loops = !e && has_loops(ret);
	if (e)
		filter_program_free(ret);
	return e;
}
