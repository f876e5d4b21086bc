/*
 * words.c: the words behind a verb.
 */
#include <assert.h>
#include <getopt.h>
#include <stdio.h>

#include "verb.h"

enum { OPTIONS_MAX = 32 };

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
