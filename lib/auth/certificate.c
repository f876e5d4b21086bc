/*
 * certificate.c: client certificates.
 *
 * The record stands under the SHA-256 of "certificate NAME".
 */
#include <string.h>

#include "auth/certificate.h"
#include "base/base64.h"

static const char begin_line[] = "-----BEGIN CERTIFICATE-----";
static const char end_line[] = "-----END CERTIFICATE-----";

static void
key_of(struct arena *a, struct slice name, unsigned char key[DIGEST_LEN])
{
	digest_sha256(
	    slice_of(arena_printf(a, "certificate %.*s", SLICE_ARG(name))),
	    key);
}

/* Where WORD begins in TEXT, or its length. */
static size_t
find(struct slice text, const char *word)
{
	size_t len = strlen(word), i = 0;

	while (i + len <= text.len && memcmp(text.data + i, word, len) != 0)
		i++;
	return i + len <= text.len ? i : text.len;
}

/* The lines of a PEM as base64url. */
static struct slice
join_lines(struct arena *a, struct slice lines)
{
	char *text = arena_alloc(a, lines.len + 1);
	size_t n = 0;

	for (size_t i = 0; i < lines.len; i++)
		switch (lines.data[i]) {
		case '\r':
		case '\n':
		case ' ':
		case '\t':
		case '=':
			break;
		case '+':
			text[n++] = '-';
			break;
		case '/':
			text[n++] = '_';
			break;
		default:
			text[n++] = lines.data[i];
		}
	return (struct slice){ text, n };
}

int
certificate_name(struct arena *a, struct slice text, struct slice *name)
{
	unsigned char hash[DIGEST_LEN];
	char hex[2 * DIGEST_LEN + 1];
	struct slice der;

	text = slice_from(text, find(text, begin_line) + strlen(begin_line));
	text.len = find(text, end_line);
	text = join_lines(a, text);
	der.data = (const char *)base64url_decode(a, text, &der.len);
	if (der.data == NULL || der.len == 0)
		return -1;
	digest_sha256(der, hash);
	for (size_t i = 0; i < DIGEST_LEN; i++) {
		hex[2 * i] = "0123456789abcdef"[hash[i] >> 4];
		hex[2 * i + 1] = "0123456789abcdef"[hash[i] & 15];
	}
	hex[2 * DIGEST_LEN] = '\0';
	*name = slice_of(arena_printf(a, "sha256:%s", hex));
	return 0;
}

struct slice
certificate_subject(struct arena *a, struct slice subject)
{
	return slice_of(arena_printf(a, "subject:%.*s", SLICE_ARG(subject)));
}

int
certificate_create(struct store *store, struct arena *a, int64_t now,
    struct credential *credential, struct error *err)
{
	credential->kind = SLICE("certificate");
	key_of(a, credential->certificate, credential->key);
	return credential_create(store, a, now, credential, err);
}

int
certificate_find(struct store *store, struct arena *a, struct slice name,
    struct credential *credential, struct error *err)
{
	unsigned char key[DIGEST_LEN];

	key_of(a, name, key);
	if (credential_find(store, a, key, credential, err) == 0)
		return 0;
	return err->code == ERR_UNAUTHORIZED
	    ? error_set(err, ERR_UNAUTHORIZED,
		  "nobody has the certificate "
		  "%.*s",
		  name.len > 256 ? 256 : (int)name.len, name.data)
	    : -1;
}
