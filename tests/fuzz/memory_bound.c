#include "tests/fuzz/memory_bound.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* sanitizer/allocator_interface.h; absent without a sanitizer. */
extern int __sanitizer_install_malloc_and_free_hooks(void (*allocated)(const volatile void *,
								       size_t),
						     void (*freed)(const volatile void *))
	__attribute__((weak));
extern size_t __sanitizer_get_allocated_size(const volatile void *p) __attribute__((weak));

static size_t now, peak;
static bool counting;

static void on_malloc(const volatile void *p, size_t size)
{
	now += size;
	if (counting && now > peak)
		peak = now;
}

static void on_free(const volatile void *p)
{
	if (p)
		now -= __sanitizer_get_allocated_size(p);
}

static size_t start;

void memory_bound_begin(void)
{
	static bool installed;

	if (!installed && __sanitizer_install_malloc_and_free_hooks)
		__sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
	installed = true;
	start = peak = now;
	counting = true;
}

void memory_bound_end(size_t max)
{
	counting = false;
	if (peak - start > max || now != start) {
		fprintf(stderr, "%zu bytes were allocated at one time, %zu were not freed\n",
			peak - start, now - start);
		abort();
	}
}
