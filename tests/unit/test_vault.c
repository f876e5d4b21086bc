/*
 * test_vault.c: what is sealed opens with its key, for its place, and in no
 * other way; key files that are none are refused.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/nelem.h"
#include "store/vault.h"
#include "tap.h"

static char directory[] = "/tmp/muster-vault.XXXXXX";
static struct error err;

static const char *
path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return path;
}

static void
put_file(const char *name, const char *text, mode_t mode)
{
	FILE *f = fopen(path_of(name), "w");

	if (f == NULL || fputs(text, f) == EOF || fclose(f) == EOF ||
	    chmod(path_of(name), mode) == -1)
		abort();
}

#define DIGITS "0123456789abcdef0123456789abcdef"

/* clang-format off */
static const struct {
	const char *what;
	const char *text;
	mode_t mode;
	bool good;
	const char *why; /* in the detail */
} files[] = {
	{ "a key", "muster-key " DIGITS DIGITS "\n", 0640, true, "" },
	{ "for its owner alone", "muster-key " DIGITS DIGITS "\n", 0400, true, "" },
	{ "that all may read", "muster-key " DIGITS DIGITS "\n", 0644, false, "chmod o-rwx" },
	{ "that all may write", "muster-key " DIGITS DIGITS "\n", 0602, false, "chmod o-rwx" },
	{ "empty", "", 0640, false, "no key file" },
	{ "cut", "muster-key " DIGITS "\n", 0640, false, "no key file" },
	{ "without an end", "muster-key " DIGITS DIGITS, 0640, false, "no key file" },
	{ "with more", "muster-key " DIGITS DIGITS "\n\n", 0640, false, "no key file" },
	{ "with capitals", "muster-key 0123456789ABCDEF0123456789abcdef" DIGITS "\n", 0640, false, "no key file" },
	{ "something else", "-----BEGIN PRIVATE KEY-----\n" DIGITS DIGITS "\n", 0640, false, "no key file" },
};
/* clang-format on */

static void
test_files(void)
{
	struct vault v;

	for (size_t i = 0; i < NELEM(files); i++) {
		int rc;

		put_file("key", files[i].text, files[i].mode);
		rc = vault_read(&v, path_of("key"), &err);
		tap_ok((rc == 0) == files[i].good &&
			v.has_key == files[i].good &&
			(files[i].good ||
			    strstr(err.detail, files[i].why) != NULL),
		    "a key file, %s: %s", files[i].what,
		    files[i].good ? "read" : "refused");
		unlink(path_of("key"));
	}
	mkfifo(path_of("key"), 0600);
	tap_ok(vault_read(&v, path_of("key"), &err) == -1 &&
		strstr(err.detail, "plain file") != NULL,
	    "a pipe is no key file, and is not waited for");
	unlink(path_of("key"));
	tap_ok(vault_read(&v, path_of("key"), &err) == 0 && !v.has_key,
	    "no key file is no error");
}

static void
test_make(void)
{
	struct vault first, second, read;
	struct stat st;

	tap_ok(vault_make(&first, path_of("made"), &err) == 0 &&
		stat(path_of("made"), &st) == 0 && (st.st_mode & 0777) == 0640,
	    "a key is made, for its owner and group");
	tap_ok(vault_make(&second, path_of("made"), &err) == 0 &&
		vault_read(&read, path_of("made"), &err) == 0 &&
		memcmp(first.key, second.key, DIGEST_LEN) == 0 &&
		memcmp(first.key, read.key, DIGEST_LEN) == 0,
	    "and stays what it is when it is made again");
	tap_ok(vault_make(&second, path_of("other"), &err) == 0 &&
		memcmp(first.key, second.key, DIGEST_LEN) != 0,
	    "another one is another");
	tap_ok(vault_make(&second, path_of("no/key"), &err) == -1 &&
		strstr(err.detail, "no/key") != NULL,
	    "where there is no directory, it says so: %s", err.detail);
}

/* Does TEXT open as PLAIN in that place? */
static bool
opens(const struct vault *v, struct arena *a, const char *place,
    struct slice text, struct slice plain)
{
	struct slice got;

	return vault_open(v, a, slice_of(place), text, &got, &err) == 0 &&
	    slice_equal(got, plain);
}

static void
test_seal(struct arena *a)
{
	struct vault v = { .is_on = true }, other, off = { .is_on = false };
	struct slice secret = { "Bearer \0 xyz", 12 }, empty = SLICE("");
	struct slice sealed, again, got;
	size_t refused = 0;

	vault_read(&v, path_of("made"), &err);
	v.is_on = true;
	vault_read(&other, path_of("other"), &err);
	other.is_on = true;
	sealed = vault_seal(&v, a, SLICE("place"), secret);
	again = vault_seal(&v, a, SLICE("place"), secret);
	tap_ok(vault_is_sealed(sealed) && opens(&v, a, "place", sealed, secret),
	    "what is sealed opens: %.*s", SLICE_ARG(sealed));
	tap_ok(
	    !slice_equal(sealed, again) && opens(&v, a, "place", again, secret),
	    "it never looks the same");
	tap_ok(opens(&v, a, "place", vault_seal(&v, a, SLICE("place"), empty),
		   empty),
	    "nothing can be sealed");
	tap_ok(!opens(&v, a, "elsewhere", sealed, secret) &&
		!opens(&v, a, "", sealed, secret),
	    "not in another place");
	tap_ok(!opens(&other, a, "place", sealed, secret) &&
		!opens(&off, a, "place", sealed, secret),
	    "not with another key, or none");
	for (size_t i = 0; i < sealed.len; i++) {
		char *text = arena_strndup(a, sealed.data, sealed.len);

		text[i] = text[i] == 'A' ? 'B' : 'A';
		got = (struct slice){ text, sealed.len };
		refused += !opens(&v, a, "place", got, secret);
		got.len = i;
		refused += !opens(&v, a, "place", got, secret);
	}
	tap_ok(refused == 2 * sealed.len,
	    "not when one of its %zu characters is another, or it is cut",
	    sealed.len);
	tap_ok(
	    slice_equal(vault_seal(&off, a, SLICE("place"), secret), secret) &&
		opens(&v, a, "place", SLICE("plain"), SLICE("plain")),
	    "a store without a key has plain texts, which are read later on");
}

int
main(void)
{
	struct arena *a = arena_new();
	char command[64];

	if (mkdtemp(directory) == NULL)
		return EXIT_FAILURE;
	test_files();
	test_make();
	test_seal(a);
	arena_free(a);
	snprintf(command, sizeof(command), "rm -rf %s", directory);
	return tap_done() + (system(command) != 0);
}
