/* Retention: which finished files go, which stay, and what counts as a file; names and periods. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "capture/post.h"
#include "core/bytes.h"
#include "core/clock.h"
#include "pcapio/file_finish.h"
#include "pcapio/interval.h"
#include "pcapio/retain.h"
#include "pcapio/segment.h"
#include "pcapio/writer_name.h"

enum { KEEP = 5 };

/* A directory for files that come and go, and what a writer of it is told. */
struct place {
	struct segment s;
	struct writer_config c;
	char path[64];
	int fd;
};

static void make_place(struct place *p, uint32_t keep, bool force)
{
	static const uint32_t nr_blocks = 4;
	const struct segment_plan plan = {
		.nr_rings = 1, .nr_blocks = &nr_blocks, .keep_files = KEEP, .post = true
	};
	struct errmsg err = { "" };

	*p = (struct place){ .c = { .name = "x-%S.pcapng", .keep_files = keep, .force = force },
			     .path = "/tmp/test-retention-XXXXXX" };
	cr_assert_eq(segment_create(&plan, &p->s, &err), 0, "%s", err.text);
	cr_assert_not_null(mkdtemp(p->path));
	p->fd = open(p->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cr_assert_geq(p->fd, 0);
}

static bool present(const struct place *p, const char *name)
{
	return faccessat(p->fd, name, F_OK, 0) == 0;
}

static void remove_place(struct place *p)
{
	static const char *const names[] = {
		"x-05.pcapng",       "x-06.pcapng",       "x-07.pcapng", ".x-05.pcapng.part",
		".x-06.pcapng.part", ".x-07.pcapng.part", "moved"
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		unlinkat(p->fd, names[i], 0);
	cr_assert_eq(rmdir(p->path), 0, "nothing else is left");
	close(p->fd);
	segment_close(&p->s);
}

/* A file as the writer has it open, of this second, with so many bytes completed. */
static void open_in(struct place *p, uint32_t slot, uint64_t second, uint64_t committed)
{
	struct segment_file *f = &p->s.header->files[slot];
	char name[SEGMENT_PATH_MAX], page[8192];
	struct stat st;
	int fd;

	f->id = (struct segment_file_id){ .second = second, .number = 1 };
	writer_name_hidden(&p->c, &f->id, name);
	fd = openat(p->fd, name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
	cr_assert_geq(fd, 0, "%s", name);
	memset(page, 'x', sizeof(page));
	cr_assert_eq(write(fd, page, sizeof(page)), sizeof(page));
	cr_assert_eq(fstat(fd, &st), 0);
	close(fd);
	f->id.inode = st.st_ino;
	f->id.device = st.st_dev;
	f->hidden = true;
	f->id.serial = counter_get(&p->s.header->writer.opened);
	counter_add(&p->s.header->writer.opened, 1);
	atomic_store(&f->committed, committed);
	atomic_store(&f->state, FILE_SLOT_OPEN);
}

static void finish_in(struct place *p, uint64_t second)
{
	open_in(p, 0, second, 4096);
	file_finish_abandoned(&p->s, &p->c, p->fd);
}

/* A name comes round after a minute: the file that has it by then is not the one to be removed. */
Test(retention, leaves_the_new_file_of_an_old_name)
{
	struct segment_file_id oldest;
	struct place p;

	make_place(&p, 3, false);
	finish_in(&p, 5);
	finish_in(&p, 6);
	cr_assert_eq(renameat(p.fd, "x-05.pcapng", p.fd, "moved"), 0);
	finish_in(&p, 65);
	finish_in(&p, 67); /* the first one's turn */
	cr_assert(present(&p, "x-05.pcapng") && present(&p, "x-06.pcapng"));
	cr_assert(present(&p, "x-07.pcapng") && present(&p, "moved"));
	cr_assert_eq(segment_kept(&p.s, &oldest), 3);
	p.c.keep_files = 1; /* all but the newest: the file that is ours goes in its turn */
	retain_files(&p.s, &p.c, p.fd, (struct retain_coming){ 0 });
	cr_assert(!present(&p, "x-05.pcapng") && !present(&p, "x-06.pcapng"));
	cr_assert(present(&p, "x-07.pcapng") && present(&p, "moved"));
	remove_place(&p);
}

Test(retention, forgets_what_force_replaces)
{
	struct segment_file_id oldest;
	struct place p;

	make_place(&p, 3, true);
	finish_in(&p, 5);
	finish_in(&p, 6);
	finish_in(&p, 65);
	cr_assert_eq(segment_kept(&p.s, &oldest), 2);
	cr_assert_eq(oldest.second, 6);
	finish_in(&p, 67);
	cr_assert(present(&p, "x-05.pcapng") && present(&p, "x-06.pcapng") &&
		  present(&p, "x-07.pcapng"));
	remove_place(&p);
}

/* Whoever finishes what a dead writer left keeps -W, and what is empty is no file. */
Test(retention, holds_for_abandoned_files)
{
	struct segment_file_id oldest;
	struct place p;

	make_place(&p, 2, false);
	open_in(&p, 2, 5, 4096);
	open_in(&p, 0, 6, 8192);
	retain_files(&p.s, &p.c, p.fd, (struct retain_coming){ .files = 1 });
	open_in(&p, 3, 7, 0);
	file_finish_abandoned(&p.s, &p.c, p.fd);
	cr_assert(present(&p, "x-05.pcapng") && present(&p, "x-06.pcapng"));
	cr_assert(!present(&p, "x-07.pcapng") && !present(&p, ".x-07.pcapng.part"));
	cr_assert_eq(segment_kept(&p.s, &oldest), 2);
	cr_assert_eq(counter_get(&p.s.header->writer.files), 2);
	cr_assert_eq(counter_get(&p.s.header->writer.opened), 2, "the next one is the third");
	p.c.keep_files = 1;
	file_finish_abandoned(&p.s, &p.c, p.fd);
	cr_assert(!present(&p, "x-05.pcapng") && present(&p, "x-06.pcapng"));
	remove_place(&p);
}

/* As a kill leaves it between the note and the inode: of this second, with these bytes in it. */
static int making_in(struct place *p, uint64_t second, const char *bytes)
{
	struct segment_file *f = &p->s.header->files[1];
	char name[SEGMENT_PATH_MAX];
	int fd;

	f->id = (struct segment_file_id){ .second = second, .number = 1 };
	f->id.serial = counter_get(&p->s.header->writer.opened);
	f->hidden = true;
	atomic_store(&f->committed, 4096); /* of the file that had the slot before */
	atomic_store(&f->state, FILE_SLOT_MAKING);
	writer_name_hidden(&p->c, &f->id, name);
	fd = openat(p->fd, name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
	cr_assert_geq(fd, 0, "%s", name);
	cr_assert_eq(write(fd, bytes, strlen(bytes)), (ssize_t)strlen(bytes));
	return fd;
}

/* A file whose writer died as it made it is known by its name alone, and goes when it is empty. */
Test(retention, removes_what_was_being_made)
{
	const struct segment_file *f;
	struct place p;

	make_place(&p, 0, false);
	f = &p.s.header->files[1];
	open_in(&p, 0, 6, 4096);
	close(making_in(&p, 5, ""));
	file_finish_abandoned(&p.s, &p.c, p.fd);
	cr_assert(!present(&p, ".x-05.pcapng.part") && !present(&p, "x-05.pcapng"));
	cr_assert(present(&p, "x-06.pcapng"), "the one that was open is finished");
	cr_assert_eq(atomic_load(&f->state), FILE_SLOT_FREE);
	cr_assert_eq(counter_get(&p.s.header->writer.files), 1);
	cr_assert_eq(counter_get(&p.s.header->writer.opened), 1);
	/* Counted already, but not yet noted as open. */
	close(making_in(&p, 5, ""));
	counter_add(&p.s.header->writer.opened, 1);
	file_finish_abandoned(&p.s, &p.c, p.fd);
	cr_assert(!present(&p, ".x-05.pcapng.part"));
	cr_assert_eq(counter_get(&p.s.header->writer.opened), 1, "the next one is the second");
	/* Killed before it was there. */
	close(making_in(&p, 5, ""));
	cr_assert_eq(unlinkat(p.fd, ".x-05.pcapng.part", 0), 0);
	file_finish_abandoned(&p.s, &p.c, p.fd);
	cr_assert_eq(atomic_load(&f->state), FILE_SLOT_FREE);
	/* The only file of a capture has its own name from the start. */
	close(making_in(&p, 5, ""));
	p.s.header->files[1].hidden = false;
	cr_assert_eq(renameat(p.fd, ".x-05.pcapng.part", p.fd, "x-05.pcapng"), 0);
	file_finish_abandoned(&p.s, &p.c, p.fd);
	cr_assert(!present(&p, "x-05.pcapng"));
	remove_place(&p);
}

/* What cannot be the dead writer's stays, whatever stands in the segment. */
Test(retention, leaves_what_it_did_not_make)
{
	struct segment_file *f;
	struct place p;
	int fd;

	make_place(&p, 0, false);
	f = &p.s.header->files[1];
	close(making_in(&p, 5, "bytes"));
	file_finish_abandoned(&p.s, &p.c, p.fd);
	cr_assert(present(&p, ".x-05.pcapng.part"), "somebody has written to it");
	fd = making_in(&p, 6, "");
	cr_assert_eq(flock(fd, LOCK_EX), 0);
	file_finish_abandoned(&p.s, &p.c, p.fd);
	cr_assert(present(&p, ".x-06.pcapng.part"), "another capture holds it");
	close(fd);
	close(making_in(&p, 7, ""));
	cr_assert_eq(linkat(p.fd, ".x-07.pcapng.part", p.fd, "moved", 0), 0);
	file_finish_abandoned(&p.s, &p.c, p.fd);
	cr_assert(present(&p, ".x-07.pcapng.part"), "it has another name too");
	cr_assert_eq(unlinkat(p.fd, ".x-07.pcapng.part", 0), 0);
	cr_assert_eq(symlinkat("moved", p.fd, ".x-07.pcapng.part"), 0);
	atomic_store(&f->state, FILE_SLOT_MAKING);
	file_finish_abandoned(&p.s, &p.c, p.fd);
	cr_assert(present(&p, ".x-07.pcapng.part") && present(&p, "moved"));
	cr_assert_eq(unlinkat(p.fd, ".x-07.pcapng.part", 0), 0);
	cr_assert_eq(mkdirat(p.fd, ".x-07.pcapng.part", 0700), 0);
	atomic_store(&f->state, FILE_SLOT_MAKING);
	file_finish_abandoned(&p.s, &p.c, p.fd);
	cr_assert_eq(unlinkat(p.fd, ".x-07.pcapng.part", AT_REMOVEDIR), 0, "a directory stays");
	/* Numbers that no honest writer leaves. */
	memset(&f->id, 0xff, sizeof(f->id));
	atomic_store(&f->state, FILE_SLOT_MAKING);
	file_finish_abandoned(&p.s, &p.c, p.fd);
	cr_assert_eq(atomic_load(&f->state), FILE_SLOT_FREE);
	atomic_store(&f->state, UINT32_MAX);
	file_finish_abandoned(&p.s, &p.c, p.fd);
	cr_assert_eq(atomic_load(&f->state), UINT32_MAX, "not a state: nobody's file");
	cr_assert_eq(counter_get(&p.s.header->writer.files), 0);
	remove_place(&p);
}

/* Each of these takes a page when it is finished. */
Test(retention, counts_bytes)
{
	struct segment_file_id oldest;
	struct place p;

	make_place(&p, 0, false);
	p.c.keep_bytes = 12288;
	finish_in(&p, 5);
	finish_in(&p, 6);
	finish_in(&p, 7);
	cr_assert_eq(counter_get(&p.s.header->writer.kept_bytes), 12288, "%llu",
		     (unsigned long long)counter_get(&p.s.header->writer.kept_bytes));
	cr_assert(present(&p, "x-05.pcapng"), "the limit itself is not beyond it");
	retain_files(&p.s, &p.c, p.fd, (struct retain_coming){ .bytes = 1 });
	cr_assert(!present(&p, "x-05.pcapng") && present(&p, "x-06.pcapng"));
	cr_assert_eq(counter_get(&p.s.header->writer.removed), 1);
	cr_assert_eq(counter_get(&p.s.header->writer.removed_bytes), 4096);
	counter_set(&p.s.header->writer.kept_bytes, 1); /* as a kill may leave it */
	segment_recount(&p.s);
	cr_assert_eq(counter_get(&p.s.header->writer.kept_bytes), 8192);
	/* An open file counts with what is allocated for it, and is never removed. */
	open_in(&p, 0, 5, 4096);
	counter_set(&p.s.header->files[0].allocated, 1 << 20);
	retain_files(&p.s, &p.c, p.fd, (struct retain_coming){ 0 });
	cr_assert_eq(segment_kept(&p.s, &oldest), 0);
	cr_assert_eq(counter_get(&p.s.header->writer.kept_bytes), 0);
	cr_assert(present(&p, ".x-05.pcapng.part"));
	remove_place(&p);
}

Test(retention, keeps_space_free)
{
	struct segment_file_id oldest;
	struct statvfs st;
	struct place p;

	make_place(&p, 0, false);
	cr_assert_eq(fstatvfs(p.fd, &st), 0);
	p.c.keep_free = 1;
	finish_in(&p, 5);
	finish_in(&p, 6);
	cr_assert_eq(segment_kept(&p.s, &oldest), 2, "there is more than a byte free");
	p.c.keep_free = (uint64_t)st.f_blocks * st.f_frsize;
	retain_files(&p.s, &p.c, p.fd, (struct retain_coming){ 0 });
	cr_assert_eq(segment_kept(&p.s, &oldest), 0);
	cr_assert(!present(&p, "x-05.pcapng") && !present(&p, "x-06.pcapng"));
	cr_assert(atomic_load(&p.s.header->writer.said_no_space));
	cr_assert(!retain_remove_one(&p.s, &p.c, p.fd));
	remove_place(&p);
}

/* What --post has not done with stays, but for the sake of --keep-free. */
Test(retention, leaves_files_in_use)
{
	struct place p;

	make_place(&p, 1, false);
	p.c.post = true;
	finish_in(&p, 5);
	finish_in(&p, 6);
	finish_in(&p, 7);
	cr_assert(present(&p, "x-05.pcapng") && present(&p, "x-06.pcapng"));
	counter_set(&p.s.header->control.post_before, 1);
	retain_files(&p.s, &p.c, p.fd, (struct retain_coming){ 0 });
	cr_assert(!present(&p, "x-05.pcapng") && present(&p, "x-06.pcapng"));
	p.c.keep_free = UINT64_MAX;
	retain_files(&p.s, &p.c, p.fd, (struct retain_coming){ 0 });
	cr_assert(!present(&p, "x-06.pcapng") && !present(&p, "x-07.pcapng"));
	remove_place(&p);
}

Test(retention, hands_finished_files_on)
{
	struct segment_file_id id = { .second = 1, .number = 1 }, got;
	uint64_t seq = 0, missed = 0, i;
	struct place p;

	make_place(&p, 0, false);
	cr_assert(!segment_next_finished(&p.s, &seq, &got, &missed));
	segment_finished(&p.s, &id);
	segment_finished(&p.s, &id);
	cr_assert(segment_next_finished(&p.s, &seq, &got, &missed));
	cr_assert(!segment_next_finished(&p.s, &seq, &got, &missed), "the same one once");
	for (i = 1; i <= 3 * FINISHED_MAX; i++) {
		id.serial = i;
		segment_finished(&p.s, &id);
	}
	for (i = 0; segment_next_finished(&p.s, &seq, &got, &missed); i++)
		;
	cr_assert_eq(i + missed, 3 * FINISHED_MAX, "%llu and %llu", (unsigned long long)i,
		     (unsigned long long)missed);
	cr_assert_eq(got.serial, 3 * FINISHED_MAX, "the last one is not missed");
	counter_set(&p.s.header->writer.finished_added, 5); /* a hostile writer's */
	cr_assert(!segment_next_finished(&p.s, &seq, &got, &missed));
	remove_place(&p);
}

static void expect_name(const char *template, uint32_t number, bool by_size, const char *want)
{
	const struct segment_file_id id = { .second = 0, .utc_offset_s = 3600, .number = number };
	struct writer_config c = { .rotate_bytes = by_size };
	char name[SEGMENT_PATH_MAX];

	snprintf(c.name, sizeof(c.name), "%s", template);
	writer_name(&c, &id, name);
	cr_assert_str_eq(name, want);
}

Test(names, follow_the_template)
{
	expect_name("x.pcapng", 1, false, "x.pcapng");
	expect_name("x.pcapng", 2, false, "x_002.pcapng");
	expect_name("x.pcapng", 1, true, "x_001.pcapng");
	expect_name("x.pcapng.zst", 1, true, "x_001.pcapng.zst");
	expect_name("x-%H%M.pcap.gz", 12, true, "x-0100_012.pcap.gz");
	expect_name("x-{number}.pcap", 1, true, "x-1.pcap");
	expect_name("x-{number:06}-%H.pcap", 1234567, false, "x-1234567-01.pcap");
	expect_name("x-{number:06}.pcap", 17, true, "x-000017.pcap");
	expect_name("{number:99}{number:3}", 1, false, "{number:99}001");
	expect_name(".hidden", 2, false, ".hidden_002");
	expect_name("a.b/c", 2, false, "a.b/c_002");
	expect_name("x.", 2, false, "x_002.");
}

static uint64_t utc(int year, int month, int day, int hour, int minute)
{
	struct tm tm = { .tm_year = year - 1900,
			 .tm_mon = month - 1,
			 .tm_mday = day,
			 .tm_hour = hour,
			 .tm_min = minute };

	return (uint64_t)timegm(&tm) * NS_PER_SEC;
}

static void expect_interval(uint64_t ts, uint64_t hours, uint64_t begin, uint64_t end)
{
	const struct interval v = interval_around(ts, hours * 3600 * NS_PER_SEC);

	cr_assert(v.begin_ns == begin && v.end_ns == end, "%llu: %llu to %llu, not %llu to %llu",
		  (unsigned long long)(ts / NS_PER_SEC),
		  (unsigned long long)(v.begin_ns / NS_PER_SEC),
		  (unsigned long long)(v.end_ns / NS_PER_SEC),
		  (unsigned long long)(begin / NS_PER_SEC), (unsigned long long)(end / NS_PER_SEC));
}

/* Central Europe, 2026: an hour forward on March 29, back on October 25, at 01:00 UTC. */
Test(interval, keeps_to_the_local_clock)
{
	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	expect_interval(utc(2026, 1, 10, 9, 30), 1, utc(2026, 1, 10, 9, 0),
			utc(2026, 1, 10, 10, 0));
	expect_interval(utc(2026, 1, 10, 9, 0), 24, utc(2026, 1, 9, 23, 0),
			utc(2026, 1, 10, 23, 0));
	/* Days of 23 and of 25 hours, seen from both of their ends. */
	expect_interval(utc(2026, 3, 28, 23, 0), 24, utc(2026, 3, 28, 23, 0),
			utc(2026, 3, 29, 22, 0));
	expect_interval(utc(2026, 3, 29, 21, 59), 24, utc(2026, 3, 28, 23, 0),
			utc(2026, 3, 29, 22, 0));
	expect_interval(utc(2026, 10, 24, 22, 0), 24, utc(2026, 10, 24, 22, 0),
			utc(2026, 10, 25, 23, 0));
	expect_interval(utc(2026, 10, 25, 22, 59), 24, utc(2026, 10, 24, 22, 0),
			utc(2026, 10, 25, 23, 0));
	/* Hours stay hours; the one after the change begins with it. */
	expect_interval(utc(2026, 3, 29, 0, 30), 1, utc(2026, 3, 29, 0, 0), utc(2026, 3, 29, 1, 0));
	expect_interval(utc(2026, 10, 25, 0, 30), 1, utc(2026, 10, 25, 0, 0),
			utc(2026, 10, 25, 1, 0));
	expect_interval(utc(2026, 10, 25, 1, 30), 1, utc(2026, 10, 25, 1, 0),
			utc(2026, 10, 25, 2, 0));
	/* Two hours whose end, 02:00, does not exist. */
	expect_interval(utc(2026, 3, 28, 23, 30), 2, utc(2026, 3, 28, 23, 0),
			utc(2026, 3, 29, 1, 0));
	/* Whatever the time, it lies within, and the next one begins where this one ends. */
	for (uint64_t m = 0; m < 72 * 60; m += 7) {
		const uint64_t ts = utc(2026, 10, 24, 0, 0) + m * 60 * NS_PER_SEC;

		for (uint64_t len = 1; len <= 24; len++) {
			const struct interval v = interval_around(ts, len * 3600 * NS_PER_SEC);

			cr_assert(v.begin_ns <= ts && ts < v.end_ns);
		}
	}
}

static void expect_command(const char *command, const char *path, const char *want)
{
	char text[256];
	struct strbuf out = strbuf_over(text, sizeof(text));

	post_command(&out, command, path);
	cr_assert_str_eq(text, want);
}

Test(post, quotes_paths)
{
	expect_command("gzip {}", "a.pcapng", "gzip 'a.pcapng'");
	expect_command("gzip", "a.pcapng", "gzip 'a.pcapng'");
	expect_command("mv {} {}.done", "d/a", "mv 'd/a' 'd/a'.done");
	expect_command("x {}", "it's $(rm -rf /); `a` \"b\"",
		       "x 'it'\\''s $(rm -rf /); `a` \"b\"'");
	expect_command("x {}", "-rf", "x './-rf'");
	expect_command("x {}", "{}", "x '{}'");
}

/* The writer died behind the removal of a file and before it had counted it. */
Test(retention, counts_what_a_dead_writer_removed)
{
	struct writer_counters *w;
	struct place p;

	make_place(&p, 3, false);
	w = &p.s.header->writer;
	finish_in(&p, 5);
	finish_in(&p, 6);
	counter_set(&w->removed_next, 1);
	counter_set(&w->removed_bytes_next, 4096);
	atomic_store(&w->removing, 1); /* the first one's serial, and 1 */
	cr_assert_eq(unlinkat(p.fd, "x-05.pcapng", 0), 0);
	p.c.keep_files = 1;
	retain_files(&p.s, &p.c, p.fd, (struct retain_coming){ 0 });
	cr_assert_eq(counter_get(&w->removed), 1);
	cr_assert_eq(counter_get(&w->removed_bytes), 4096);
	cr_assert(present(&p, "x-06.pcapng"));
	/* Somebody else took this one away: nothing is counted. */
	cr_assert_eq(unlinkat(p.fd, "x-06.pcapng", 0), 0);
	finish_in(&p, 7);
	cr_assert_eq(counter_get(&w->removed), 1);
	remove_place(&p);
}
