/* tests/unit/test_pace.c -- due times (capture/pace.h), and the histogram that judges them. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "capture/pace.h"
#include "core/clock.h"
#include "core/histogram.h"

static struct pace begun(struct pace_config cfg)
{
	struct pace p;

	pace_begin(&p, &cfg, 1000);
	return p;
}

Test(pace, gaps_are_kept)
{
	struct pace p = begun((struct pace_config){ .mode = PACE_RECORDED, .speed = 1 });

	cr_assert_eq(pace_next(&p, 5000, 60), 1000);
	cr_assert_eq(pace_next(&p, 5700, 60), 1700);
	cr_assert_eq(pace_next(&p, 5700, 60), 1700);
	cr_assert_eq(pace_next(&p, 1700000005000, 60), 1700000001000);
}

Test(pace, a_clock_that_goes_back_stands)
{
	struct pace p = begun((struct pace_config){ .mode = PACE_RECORDED, .speed = 1 });

	cr_assert_eq(pace_next(&p, 5000, 60), 1000);
	cr_assert_eq(pace_next(&p, 6000, 60), 2000);
	cr_assert_eq(pace_next(&p, 2000, 60), 2000);
	cr_assert_eq(pace_next(&p, 6500, 60), 2500, "the distance from the latest so far");
}

Test(pace, speed_and_longest_gap)
{
	struct pace p = begun(
		(struct pace_config){ .mode = PACE_RECORDED, .speed = 2, .max_gap_ns = 1000 });

	cr_assert_eq(pace_next(&p, 0, 60), 1000);
	cr_assert_eq(pace_next(&p, 800, 60), 1400);
	cr_assert_eq(pace_next(&p, 9000, 60), 1900, "8200 cut to 1000, at double speed");
	cr_assert_eq(pace_next(&p, 9200, 60), 2000);
}

Test(pace, rounds_follow_each_other)
{
	struct pace p = begun((struct pace_config){ .mode = PACE_RECORDED, .speed = 1 });

	pace_next(&p, 50, 60);
	pace_next(&p, 150, 60);
	cr_assert_eq(pace_next(&p, 250, 60), 1200);
	pace_again(&p);
	cr_assert_eq(pace_next(&p, 50, 60), 1300, "the mean gap later");
	cr_assert_eq(pace_next(&p, 150, 60), 1400);
	p = begun((struct pace_config){ .mode = PACE_RECORDED, .speed = 1 });
	pace_next(&p, 50, 60);
	pace_again(&p);
	cr_assert_eq(pace_next(&p, 50, 60), 1000 + NS_PER_MS, "a single frame");
}

Test(pace, rates)
{
	struct pace p = begun((struct pace_config){ .mode = PACE_PPS, .rate = 3 });
	uint64_t due = 0;

	for (int i = 0; i <= 300; i++)
		due = pace_next(&p, (uint64_t)rand(), 60);
	/* 300 frames later, at three a second: no error has added up. */
	cr_assert(due > 100 * NS_PER_SEC + 900 && due < 100 * NS_PER_SEC + 1100, "%lu", due);
	p = begun((struct pace_config){ .mode = PACE_BITRATE, .rate = 8e9 });
	cr_assert_eq(pace_next(&p, 0, 1500), 1000);
	cr_assert_eq(pace_next(&p, 0, 60), 2500, "a byte a nanosecond");
	cr_assert_eq(pace_next(&p, 0, 60), 2560);
	p = begun((struct pace_config){ .mode = PACE_TOPSPEED });
	cr_assert_eq(pace_next(&p, 77, 60), 0);
}

Test(pace, absurd_times_stand_at_the_end)
{
	const uint64_t end = 1000 + (1ull << 62);
	struct pace p = begun((struct pace_config){ .mode = PACE_RECORDED, .speed = 1e-6 });

	cr_assert_eq(pace_next(&p, 0, 60), 1000);
	cr_assert_eq(pace_next(&p, UINT64_MAX, 60), end);
	p = begun((struct pace_config){ .mode = PACE_PPS, .rate = 1e-12 });
	cr_assert_eq(pace_next(&p, 0, 60), 1000);
	cr_assert_eq(pace_next(&p, 0, 60), end);
	p = begun((struct pace_config){ .mode = PACE_BITRATE, .rate = 1e-300 });
	cr_assert_eq(pace_next(&p, 0, 1500), 1000);
	cr_assert_eq(pace_next(&p, 0, 1500), end);
}

Test(histogram, buckets_hold_what_they_say)
{
	for (unsigned shift = 0; shift < 64; shift++)
		for (int64_t d = -1; d <= 1; d++) {
			const uint64_t v = (1ull << shift) + (uint64_t)d;
			const unsigned b = histogram_bucket(v);

			cr_assert_lt(b,
				     sizeof(((struct histogram *)0)->buckets) / sizeof(uint64_t));
			cr_assert_leq(v, histogram_upper(b), "%lu", v);
			cr_assert(!b || v > histogram_upper(b - 1), "%lu", v);
		}
	cr_assert_eq(histogram_upper(histogram_bucket(UINT64_MAX)), UINT64_MAX);
}

Test(histogram, quantiles)
{
	static struct histogram h;

	cr_assert_eq(histogram_quantile(&h, 0.5), 0);
	for (uint64_t v = 1; v <= 1000; v++)
		histogram_add(&h, v);
	cr_assert(histogram_quantile(&h, 0.5) >= 500 && histogram_quantile(&h, 0.5) < 532);
	cr_assert(histogram_quantile(&h, 0.99) >= 990 && histogram_quantile(&h, 0.99) <= 1000);
	cr_assert_eq(histogram_quantile(&h, 1), 1000);
}
