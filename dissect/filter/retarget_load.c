/* dissect/filter/retarget_load.c -- one load of the file's packet, asked of the socket's. */
#include "core/compiler.h"
#include "dissect/filter/retarget.h"

static uint32_t word(struct retarget *r, enum scratch which)
{
	if (!r->have_words)
		r->why = "the expression leaves no scratch words for what the kernel keeps beside "
			 "the packet; make it smaller";
	return r->word[which];
}

static const struct field *field_at(const struct view *v, uint32_t off)
{
	const struct field *f = v->fields;

	while (off >= (uint32_t)f->off + f->len)
		f++;
	return f;
}

/* One run of bytes out of one field: as a number in the accumulator. */
struct piece {
	uint16_t code;
	uint32_t k;
	uint32_t drop; /* bits to the right of it in what is loaded */
	uint32_t bytes;
	bool narrow; /* there are bits to the left of it as well */
};

static void piece_at(struct retarget *r, uint32_t off, uint32_t want, struct piece *p)
{
	const struct view *v = r->view;
	const struct field *f = off < v->body ? field_at(v, off) : NULL;
	const uint32_t left = f ? (uint32_t)f->off + f->len - off : want;

	*p = (struct piece){ .bytes = MIN_OF(want, left) };
	if (!f || f->source == FROM_PACKET) {
		if (p->bytes == 3)
			p->bytes = 2;
		p->code = BPF_LD | BPF_ABS | size_code(p->bytes);
		p->k = f ? off - f->off + f->at : off - v->shift;
	} else if (f->source == FROM_ANCILLARY) {
		p->code = BPF_LD | BPF_W | BPF_ABS;
		p->k = (uint32_t)SKF_AD_OFF + f->at;
		p->drop = 8 * (left - p->bytes);
		p->narrow = off > f->off;
	} else {
		p->code = BPF_LD | BPF_IMM;
		if (f->source == FROM_NOWHERE)
			r->why = "the address in a cooked header is not there yet when the kernel "
				 "filters; filter when reading the file";
	}
}

static void put_piece(struct retarget *r, struct cond_code *out, const struct piece *p)
{
	code_add(r->arena, out, p->code, p->k);
	if (p->drop)
		code_add(r->arena, out, BPF_ALU | BPF_RSH | BPF_K, p->drop);
	if (p->narrow)
		code_add(r->arena, out, BPF_ALU | BPF_AND | BPF_K,
			 p->bytes == 1 ? 0xff : (1u << 8 * p->bytes) - 1);
}

void retarget_load(struct retarget *r, struct cond_code *out, uint32_t off, uint32_t size)
{
	struct piece p;
	uint32_t done;

	piece_at(r, off, size, &p);
	put_piece(r, out, &p);
	if (p.bytes == size)
		return;
	code_add(r->arena, out, BPF_STX, word(r, SCRATCH_X));
	for (done = p.bytes; done < size; done += p.bytes) {
		piece_at(r, off + done, size - done, &p);
		code_add(r->arena, out, BPF_ALU | BPF_LSH | BPF_K, 8 * p.bytes);
		code_add(r->arena, out, BPF_ST, word(r, SCRATCH_A));
		put_piece(r, out, &p);
		code_add(r->arena, out, BPF_LDX | BPF_MEM, word(r, SCRATCH_A));
		code_add(r->arena, out, BPF_ALU | BPF_OR | BPF_X, 0);
	}
	code_add(r->arena, out, BPF_LDX | BPF_MEM, word(r, SCRATCH_X));
}

void retarget_header_length(struct retarget *r, struct cond_code *out, uint32_t off)
{
	struct piece p;

	piece_at(r, off, 1, &p);
	if (BPF_MODE(p.code) == BPF_ABS && BPF_SIZE(p.code) == BPF_B) {
		code_add(r->arena, out, BPF_LDX | BPF_B | BPF_MSH, p.k);
		return;
	}
	code_add(r->arena, out, BPF_ST, word(r, SCRATCH_A));
	put_piece(r, out, &p);
	code_add(r->arena, out, BPF_ALU | BPF_AND | BPF_K, 15);
	code_add(r->arena, out, BPF_ALU | BPF_LSH | BPF_K, 2);
	code_add(r->arena, out, BPF_MISC | BPF_TAX, 0);
	code_add(r->arena, out, BPF_LD | BPF_MEM, word(r, SCRATCH_A));
}

void retarget_length(struct retarget *r, struct cond_code *out, uint16_t code)
{
	if (BPF_CLASS(code) == BPF_LDX)
		code_add(r->arena, out, BPF_ST, word(r, SCRATCH_A));
	code_add(r->arena, out, BPF_LD | BPF_W | BPF_LEN, 0);
	code_add(r->arena, out, BPF_ALU | BPF_ADD | BPF_K, r->view->shift);
	if (BPF_CLASS(code) == BPF_LDX) {
		code_add(r->arena, out, BPF_MISC | BPF_TAX, 0);
		code_add(r->arena, out, BPF_LD | BPF_MEM, word(r, SCRATCH_A));
	}
}

static struct cond *compare_offset(struct retarget *r, uint16_t jump, uint32_t k)
{
	struct cond_code code = { 0 };

	code_add(r->arena, &code, BPF_LD | BPF_MEM, word(r, SCRATCH_OFFSET));
	return cond_test(r->arena, code, jump | BPF_K, k);
}

static struct cond *keep_value(struct retarget *r, struct cond_code code)
{
	code_add(r->arena, &code, BPF_ST, word(r, SCRATCH_VALUE));
	return cond_do(r->arena, code);
}

/* From the bytes in front of what is missing, or behind it: at the offset less `back`. */
static struct cond *load_moved(struct retarget *r, uint32_t back, uint32_t size)
{
	struct cond_code code = { 0 };

	code_add(r->arena, &code, BPF_LD | BPF_MEM, word(r, SCRATCH_OFFSET));
	if (back)
		code_add(r->arena, &code, BPF_ALU | BPF_SUB | BPF_K, back);
	code_add(r->arena, &code, BPF_MISC | BPF_TAX, 0);
	code_add(r->arena, &code, BPF_LD | BPF_IND | size_code(size), 0);
	return keep_value(r, code);
}

/*
 * Puts the value into its scratch word, whatever the offset is. Behind the head: moved. In the
 * untouched bytes before it: as it is. Between the two, offset by offset.
 */
static struct cond *select_value(struct retarget *r, uint32_t size)
{
	const struct view *v = r->view;
	const uint32_t from = v->untouched >= size ? v->untouched - size + 1 : 0;
	struct arena *a = r->arena;
	struct cond *c = NULL, *one;
	uint32_t off;

	for (off = v->body; off-- > from;) {
		struct cond_code code = { 0 };

		retarget_load(r, &code, off, size);
		one = keep_value(r, code);
		if (c)
			one = cond_or(a, cond_and(a, compare_offset(r, BPF_JEQ, off), one), c);
		c = one;
	}
	if (from)
		c = cond_or(a,
			    cond_and(a, cond_not(a, compare_offset(r, BPF_JGE, from)),
				     load_moved(r, 0, size)),
			    c);
	return cond_or(
		a, cond_and(a, compare_offset(r, BPF_JGE, v->body), load_moved(r, v->shift, size)),
		c);
}

struct cond *retarget_dynamic(struct retarget *r, struct cond_code *out, const struct cond_stmt *s)
{
	struct cond_code before = *out;
	struct cond *ret;

	*out = (struct cond_code){ 0 };
	code_add(r->arena, &before, BPF_STX, word(r, SCRATCH_X));
	code_add(r->arena, &before, BPF_MISC | BPF_TXA, 0);
	code_add(r->arena, &before, BPF_ALU | BPF_ADD | BPF_K, s->k);
	code_add(r->arena, &before, BPF_ST, word(r, SCRATCH_OFFSET));
	ret = cond_then(r->arena, cond_do(r->arena, before), select_value(r, load_size(s->code)));
	code_add(r->arena, out, BPF_LDX | BPF_MEM, word(r, SCRATCH_X));
	code_add(r->arena, out, BPF_LD | BPF_MEM, word(r, SCRATCH_VALUE));
	return ret;
}
