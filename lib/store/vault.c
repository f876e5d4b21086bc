/*
 * vault.c: what is sealed with the key file.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/digest_seal.h"
#include "base/log.h"
#include "store/vault.h"

enum { PATH_LEN_MAX = 4096, KEY_MODE = 0640 };

/* A key file: this, 64 hexadecimal digits and a line feed. */
#define FILE_HEAD "muster-key "
enum {
	HEAD_LEN = sizeof(FILE_HEAD) - 1,
	FILE_LEN = HEAD_LEN + 2 * DIGEST_LEN + 1
};

_Static_assert((int)FILE_LEN < (int)VAULT_FILE_MAX, "a key file is short");

static const struct slice sealed_prefix = { "sealed.", 7 };

static int
cannot(struct error *err, const char *path, const char *why)
{
	return error_set(err, ERR_INTERNAL, "%s: %s", path, why);
}

static int
hex_value(char c)
{
	return c >= '0' && c <= '9' ? c - '0'
	    : c >= 'a' && c <= 'f'  ? c - 'a' + 10
				    : -1;
}

static bool
parse_key(const char *text, unsigned char key[DIGEST_LEN])
{
	if (memcmp(text, FILE_HEAD, HEAD_LEN) != 0 ||
	    text[FILE_LEN - 1] != '\n')
		return false;
	text += HEAD_LEN;
	for (int i = 0; i < DIGEST_LEN; i++) {
		int high = hex_value(text[2 * i]);
		int low = hex_value(text[2 * i + 1]);

		if (high == -1 || low == -1)
			return false;
		key[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}

static int
read_key(int fd, struct vault *vault, const char *path, struct error *err)
{
	char text[FILE_LEN + 1];
	struct stat st;

	if (fstat(fd, &st) == -1)
		return cannot(err, path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return cannot(err, path, "a key file is a plain file");
	if ((st.st_mode & S_IRWXO) != 0)
		return error_set(err, ERR_INTERNAL,
		    "%s: the mode %04o shows the key to everybody on this "
		    "machine: chmod o-rwx '%s'",
		    path, (unsigned)st.st_mode & 07777, path);
	if (read(fd, text, sizeof(text)) != FILE_LEN ||
	    !parse_key(text, vault->key))
		return cannot(err, path, "this is no key file of muster");
	vault->has_key = true;
	return 0;
}

int
vault_read(struct vault *vault, const char *path, struct error *err)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC), rc;

	vault->has_key = false;
	if (fd == -1)
		return errno == ENOENT ? 0 : cannot(err, path, strerror(errno));
	rc = read_key(fd, vault, path, err);
	close(fd);
	return rc;
}

/* The directory of PATH, on the disk. */
static bool
sync_directory(const char *path)
{
	char dir[PATH_LEN_MAX];
	char *slash;
	int fd;
	bool done;

	snprintf(dir, sizeof(dir), "%s", path);
	slash = strrchr(dir, '/');
	if (slash == NULL)
		snprintf(dir, sizeof(dir), ".");
	else
		slash[slash == dir ? 1 : 0] = '\0';
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	done = fd != -1 && fsync(fd) == 0;
	if (fd != -1)
		close(fd);
	return done;
}

static bool
write_key(int fd, const unsigned char key[DIGEST_LEN])
{
	char text[FILE_LEN + 1] = FILE_HEAD;

	for (int i = 0; i < DIGEST_LEN; i++)
		snprintf(text + HEAD_LEN + 2 * i, 3, "%02x", key[i]);
	text[FILE_LEN - 1] = '\n';
	return fchmod(fd, KEY_MODE) == 0 &&
	    write(fd, text, FILE_LEN) == FILE_LEN && fsync(fd) == 0;
}

/* Whole or not at all, and never over one that is there. */
int
vault_make(struct vault *vault, const char *path, struct error *err)
{
	unsigned char key[DIGEST_LEN];
	char fresh[PATH_LEN_MAX];
	int fd;
	bool done;

	if (vault_read(vault, path, err) == -1 || vault->has_key)
		return vault->has_key ? 0 : -1;
	snprintf(fresh, sizeof(fresh), "%s.%ld", path, (long)getpid());
	fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd == -1)
		return cannot(err, fresh, strerror(errno));
	digest_random(key, sizeof(key));
	done = write_key(fd, key);
	close(fd);
	done = done && (link(fresh, path) == 0 || errno == EEXIST) &&
	    sync_directory(path);
	if (!done)
		cannot(err, path, strerror(errno));
	unlink(fresh);
	return done ? vault_read(vault, path, err) : -1;
}

void
vault_mark(const struct vault *vault, unsigned char mark[VAULT_MARK_LEN])
{
	static const char what[] = "the mark of a key: ";
	char text[sizeof(what) + DIGEST_LEN];
	unsigned char digest[DIGEST_LEN];

	/* Not an HMAC: every CGI process would set OpenSSL up for that. */
	memcpy(text, what, sizeof(what));
	memcpy(text + sizeof(what), vault->key, DIGEST_LEN);
	digest_sha256((struct slice){ text, sizeof(text) }, digest);
	memcpy(mark, digest, VAULT_MARK_LEN);
}

/* nonce, what is sealed, tag */
struct slice
vault_seal(const struct vault *vault, struct arena *a, struct slice context,
    struct slice plain)
{
	size_t len = plain.len + SEAL_EXTRA_LEN;
	unsigned char *box;

	if (!vault->is_on)
		return plain;
	box = arena_alloc(a, len);
	seal_bytes(vault->key, context, plain, box);
	return ARENA_JOIN(a, sealed_prefix, base64url_encode(a, box, len));
}

bool
vault_is_sealed(struct slice text)
{
	return text.len > sealed_prefix.len &&
	    memcmp(text.data, sealed_prefix.data, sealed_prefix.len) == 0;
}

int
vault_open(const struct vault *vault, struct arena *a, struct slice context,
    struct slice text, struct slice *plain, struct error *err)
{
	unsigned char *box = NULL, *out;
	size_t len = 0;

	*plain = text;
	if (!vault_is_sealed(text))
		return 0;
	if (vault->has_key)
		box = base64url_decode(
		    a, slice_from(text, sealed_prefix.len), &len);
	if (box == NULL || len < SEAL_EXTRA_LEN)
		return error_set(err, ERR_INTERNAL,
		    "what is sealed in the store cannot be opened");
	out = arena_alloc(a, len);
	*plain = (struct slice){ (const char *)out, len - SEAL_EXTRA_LEN };
	out[plain->len] = '\0';
	if (seal_open_bytes(vault->key, context, box, len, out))
		return 0;
	return error_set(err, ERR_INTERNAL,
	    "what is sealed in the store was changed, or sealed for another "
	    "place");
}
