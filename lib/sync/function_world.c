/*
 * function_world.c: functions that ask the caller: the domain, tables, what
 * is taken, random bytes; and Redact, which tells the caller.
 */
#include <string.h>

#include "base/text_letter.h"
#include "sync/function.h"

enum { RANDOM_LEN_MAX = 256, GUID_LEN = 16 };

int
function_default_domain(struct call *c, struct datum *out)
{
	if (c->r->world->default_domain.len == 0)
		return call_fail(c, "no default domain is set");
	*out = datum_text(c->r->world->default_domain);
	return 0;
}

/* A random UUID (RFC 9562 section 5.4). */
int
function_guid(struct call *c, struct datum *out)
{
	unsigned char b[GUID_LEN] = { 0 };

	if (c->r->world->random == NULL)
		return call_fail(c, "no random bytes here");
	c->r->world->random(c->r->world->arg, b, sizeof(b));
	b[6] = (unsigned char)(0x40 | (b[6] & 0x0f));
	b[8] = (unsigned char)(0x80 | (b[8] & 0x3f));
	*out = datum_text(slice_of(arena_printf(c->r->a,
	    "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-"
	    "%02x%02x%02x%02x%02x%02x",
	    b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10],
	    b[11], b[12], b[13], b[14], b[15])));
	return 0;
}

int
function_lookup(struct call *c, struct datum *out)
{
	const struct expression_world *w = c->r->world;
	struct slice table, key, found;
	int rc;

	if (call_text(c, 0, &table) == -1 || call_text(c, 1, &key) == -1)
		return -1;
	if (w->lookup == NULL)
		return call_fail(c, "no tables here");
	rc = key.data == NULL
	    ? 0
	    : w->lookup(w->arg, table, key, &found, c->r->err);
	if (rc == -1)
		return -1;
	if (rc == 0)
		return call_value(c, 2, out);
	*out = datum_text(found);
	return 0;
}

int
function_redact(struct call *c, struct datum *out)
{
	if (call_value(c, 0, out) == -1)
		return -1;
	out->redacted = true;
	return 0;
}

/* The first candidate that is not taken; those without text are none. */
int
function_unique(struct call *c, struct datum *out)
{
	const struct expression_world *w = c->r->world;
	struct slice candidate;
	int taken;

	if (w->is_taken == NULL)
		return call_fail(c, "what values are taken is not known here");
	for (size_t i = 0; i < c->node->nargs; i++) {
		if (call_text(c, i, &candidate) == -1)
			return -1;
		if (candidate.len == 0)
			continue;
		taken = w->is_taken(w->taken_arg, candidate, c->r->err);
		if (taken == -1)
			return -1;
		if (taken == 0) {
			*out = datum_text(candidate);
			return 0;
		}
	}
	return node_fail(c->r->err, ERR_UNIQUENESS, c->node,
	    "%s: all candidates are taken", c->node->function->name.data);
}

/* The four kinds of characters that RandomString counts. */
static const char *const sets[] = {
	"0123456789",
	"!#$%&()*+,-.:;=?@[]_{}~",
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ",
	"abcdefghijklmnopqrstuvwxyz",
};
enum { SETS = 4, CHARACTERS_MAX = 96 };

/* Those of SET that AVOID does not hold. */
static size_t
allowed(const char *set, struct slice avoid, char *out)
{
	size_t n = 0;

	for (; *set != '\0'; set++)
		if (avoid.len == 0 ||
		    memchr(avoid.data, *set, avoid.len) == NULL)
			out[n++] = *set;
	return n;
}

/* A number below N, each as likely: bytes that would favour some are left. */
static size_t
below(struct call *c, size_t n)
{
	const struct expression_world *w = c->r->world;
	unsigned char byte = 0;

	for (int tries = 0; tries < 1000; tries++) {
		w->random(w->arg, &byte, 1);
		if (byte < 256 / n * n)
			break;
	}
	return byte % n;
}

/* COUNT characters out of FROM behind the first *LEN of TEXT. */
static int
draw(struct call *c, const char *from, size_t nfrom, int64_t count, char *text,
    size_t *len)
{
	if (count > 0 && nfrom == 0)
		return call_fail(c, "no character is left to choose from");
	for (; count > 0; count--)
		text[(*len)++] = from[below(c, nfrom)];
	return 0;
}

static void
shuffle(struct call *c, char *text, size_t len)
{
	for (size_t i = len; i > 1; i--) {
		size_t j = below(c, i);
		char kept = text[i - 1];

		text[i - 1] = text[j];
		text[j] = kept;
	}
}

/* The length and the minima, in the order of the sets. */
static int
read_counts(struct call *c, int64_t *len, int64_t minima[SETS])
{
	int64_t sum = 0;
	bool is_null;

	if (call_integer(c, 0, len, &is_null) == -1)
		return -1;
	for (size_t i = 0; i < SETS; i++) {
		if (call_integer(c, i + 1, &minima[i], &is_null) == -1)
			return -1;
		if (minima[i] < 0 || minima[i] > RANDOM_LEN_MAX)
			return call_fail(
			    c, "a minimum is 0 to %d", RANDOM_LEN_MAX);
		sum += minima[i];
	}
	if (*len < 1 || *len > RANDOM_LEN_MAX || *len < sum)
		return call_fail(c,
		    "a length is 1 to %d, and at least the "
		    "sum of the minima",
		    RANDOM_LEN_MAX);
	return 0;
}

int
function_random_string(struct call *c, struct datum *out)
{
	char all[CHARACTERS_MAX], one[CHARACTERS_MAX], text[RANDOM_LEN_MAX];
	int64_t len, minima[SETS];
	size_t n = 0, nall = 0;
	struct slice avoid;

	if (c->r->world->random == NULL)
		return call_fail(c, "no random bytes here");
	if (read_counts(c, &len, minima) == -1 ||
	    call_text(c, 5, &avoid) == -1 ||
	    run_charge(c->r, c->node, (size_t)len) == -1)
		return -1;
	for (size_t i = 0; i < SETS; i++) {
		if (draw(c, one, allowed(sets[i], avoid, one), minima[i], text,
			&n) == -1)
			return -1;
		nall += allowed(sets[i], avoid, all + nall);
	}
	if (draw(c, all, nall, len - (int64_t)n, text, &n) == -1)
		return -1;
	shuffle(c, text, n);
	*out = datum_text(arena_slice(c->r->a, (struct slice){ text, n }));
	return 0;
}
