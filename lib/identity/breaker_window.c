/*
 * breaker_window.c: how much was taken away in the last while.
 */
#include <string.h>

#include "identity/breaker_window.h"
#include "store/key.h"

enum { NUMBERS = 6 + BREAKER_SLICES, FORMAT = 1 };

_Static_assert(sizeof(struct breaker_window) == NUMBERS * sizeof(int64_t),
    "a row is its numbers");

int
breaker_window_read(struct slice row, struct breaker_window *w)
{
	int64_t numbers[NUMBERS] = { 0 };

	*w = (struct breaker_window){ .held_at = 0 };
	if (row.len == 0)
		return 0;
	if (row.len != 1 + 8 * NUMBERS || row.data[0] != FORMAT)
		return -1;
	for (size_t i = 0; i < NUMBERS; i++)
		numbers[i] = (int64_t)key_get_u64(
		    (const unsigned char *)row.data + 1 + 8 * i);
	memcpy(w, numbers, sizeof(*w));
	return 0;
}

struct slice
breaker_window_text(struct arena *a, const struct breaker_window *w)
{
	unsigned char *row = arena_alloc(a, 1 + 8 * NUMBERS);
	int64_t numbers[NUMBERS];

	memcpy(numbers, w, sizeof(*w));
	row[0] = FORMAT;
	for (size_t i = 0; i < NUMBERS; i++)
		key_put_u64(row + 1 + 8 * i, (uint64_t)numbers[i]);
	return (struct slice){ (const char *)row, 1 + 8 * NUMBERS };
}

int64_t
breaker_window_sum(const struct breaker_window *w)
{
	int64_t sum = 0;

	for (int i = 0; i < BREAKER_SLICES; i++)
		sum += w->counts[i];
	return sum;
}

/* All of it in one slice, which is NEWEST. */
static void
gather(struct breaker_window *w, int64_t newest)
{
	int64_t sum = breaker_window_sum(w);

	memset(w->counts, 0, sizeof(w->counts));
	w->counts[0] = sum;
	w->newest = newest;
}

void
breaker_window_move(struct breaker_window *w, int64_t now_ms, int64_t seconds)
{
	int64_t slice_ms = seconds * 1000 / (BREAKER_SLICES - 1);
	int64_t newest = now_ms / slice_ms, by = newest - w->newest;

	if (w->slice_ms != slice_ms || by < 0) {
		gather(w, newest);
		w->slice_ms = slice_ms;
		return;
	}
	if (by > BREAKER_SLICES)
		by = BREAKER_SLICES;
	memmove(&w->counts[by], &w->counts[0],
	    (size_t)(BREAKER_SLICES - by) * sizeof(w->counts[0]));
	memset(w->counts, 0, (size_t)by * sizeof(w->counts[0]));
	w->newest = newest;
}
