/*
 * words.c: the words behind a verb.
 */
#include <assert.h>
#include <getopt.h>
#include <stdio.h>

#include "verb.h"

enum { OPTIONS_MAX = 48 };

/* C0, DEL, and C1, which is two bytes in UTF-8. */
static bool
is_control(struct slice text, size_t i)
{
	const unsigned char *p = (const unsigned char *)text.data + i;
	bool is_c1 = (i + 1 < text.len && p[0] == 0xc2 && p[1] < 0xa0) ||
	    (i > 0 && p[-1] == 0xc2 && p[0] < 0xa0);

	return p[0] < ' ' || p[0] == 0x7f || is_c1;
}

struct slice
verb_plain(struct arena *a, struct slice text)
{
	char *out = arena_alloc(a, text.len + 1);

	for (size_t i = 0; i < text.len; i++)
		out[i] = is_control(text, i) ? '?' : text.data[i];
	return (struct slice){ out, text.len };
}

int
verb_failed(const struct error *err)
{
	fprintf(stderr, "muster: %s\n", err->detail);
	return EXIT_FAILED;
}

int
verb_usage(const char *usage)
{
	fprintf(stderr, "usage: muster %s\n", usage);
	return EXIT_USAGE;
}

int
verb_read_words(int argc, char **argv, const struct verb_option *options,
    size_t n, const struct verb_flag *flags, size_t nflags, const char **words,
    size_t nwords)
{
	struct option known[OPTIONS_MAX + 1] = { { .name = NULL } };
	int c;

	assert(n + nflags <= OPTIONS_MAX);
	for (size_t i = 0; i < n; i++)
		known[i] = (struct option){ options[i].name, required_argument,
			NULL, (int)i };
	for (size_t i = 0; i < nflags; i++)
		known[n + i] = (struct option){ flags[i].name, no_argument,
			NULL, (int)(n + i) };
	optind = 1;
	while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (c == '?')
			return -1;
		if ((size_t)c < n)
			*options[c].value = optarg;
		else
			*flags[(size_t)c - n].value = true;
	}
	for (size_t i = 0; i < nwords; i++)
		words[i] = optind < argc ? argv[optind++] : NULL;
	return optind == argc ? 0 : -1;
}

int
verb_read_flags(int argc, char **argv, const struct verb_option *options,
    size_t n, const struct verb_flag *flags, size_t nflags, const char **word)
{
	return verb_read_words(
	    argc, argv, options, n, flags, nflags, word, word == NULL ? 0 : 1);
}

int
verb_read(int argc, char **argv, const struct verb_option *options, size_t n,
    const char **word)
{
	return verb_read_flags(argc, argv, options, n, NULL, 0, word);
}
