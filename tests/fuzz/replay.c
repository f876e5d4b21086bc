/*
 * replay.c: runs a fuzz target on one file, without a fuzzer.  What breaks
 * the target ends the process as it would end the fuzzer.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { INPUT_MAX = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* In memory of exactly its size, so that a sanitizer sees its end. */
static void
run(const uint8_t *text, size_t size)
{
	uint8_t *data = malloc(size > 0 ? size : 1);

	if (data == NULL)
		abort();
	for (size_t i = 0; i < size; i++)
		data[i] = text[i];
	LLVMFuzzerTestOneInput(data, size);
	free(data);
}

int
main(int argc, char **argv)
{
	static uint8_t text[INPUT_MAX];
	FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;

	if (file == NULL) {
		fprintf(stderr, "usage: %s FILE\n", argv[0]);
		return 1;
	}
	run(text, fread(text, 1, sizeof(text), file));
	fclose(file);
	return 0;
}
