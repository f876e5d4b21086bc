/*
 * nearest.c: how many letters lie between two names (Levenshtein)?
 */
#include "sync/nearest.h"

enum { NAME_LEN_MAX = 64 };

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static unsigned
least(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

/* Row by row; ROW[j] is the distance of what was read of V to W up to j. */
static unsigned
distance(struct slice v, struct slice w)
{
	unsigned row[NAME_LEN_MAX + 1];

	for (size_t j = 0; j <= w.len; j++)
		row[j] = (unsigned)j;
	for (size_t i = 0; i < v.len; i++) {
		unsigned diagonal = row[0]++;

		for (size_t j = 0; j < w.len; j++) {
			unsigned differ = lower(v.data[i]) != lower(w.data[j]);
			unsigned here = least(
			    row[j + 1] + 1, row[j] + 1, diagonal + differ);

			diagonal = row[j + 1];
			row[j + 1] = here;
		}
	}
	return row[w.len];
}

void
nearest_try(struct nearest *n, struct slice word, struct slice candidate)
{
	unsigned d;

	if (word.len > NAME_LEN_MAX || candidate.len > NAME_LEN_MAX)
		return;
	d = distance(word, candidate);
	if (d >= n->distance || d * 3 > word.len + 2)
		return;
	n->name = candidate;
	n->distance = d;
}
