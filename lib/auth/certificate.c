/*
 * certificate.c: client certificates.
 *
 * The record stands under the SHA-256 of "certificate TENANT NAME", and of
 * "certificate NAME" where it is older: then it was the only one.  Which
 * tenants have a name is noted beside it.
 */
#include <string.h>

#include "auth/certificate.h"
#include "base/base64.h"
#include "store/credentials.h"
#include "store/tenants.h"

static const char begin_line[] = "-----BEGIN CERTIFICATE-----";
static const char end_line[] = "-----END CERTIFICATE-----";

static void
key_of(struct arena *a, uint32_t tenant, struct slice name,
    unsigned char key[DIGEST_LEN])
{
	digest_sha256(slice_of(arena_printf(
			  a, "certificate %u %.*s", tenant, SLICE_ARG(name))),
	    key);
}

static void
old_key_of(struct arena *a, struct slice name, unsigned char key[DIGEST_LEN])
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

/* The record KEY, if it lets in; STORE_NOTFOUND when it is gone. */
static enum store_status
load(struct kv_txn *txn, struct arena *a, const unsigned char key[DIGEST_LEN],
    struct credential *c)
{
	struct slice text;
	struct error err;
	enum store_status status = credential_get(txn, key, false, &text);

	if (status != STORE_OK)
		return status;
	if (credential_parse(a, text, c, &err) == -1)
		return STORE_FAIL;
	memcpy(c->key, key, DIGEST_LEN);
	return STORE_OK;
}

/* One that is older may be the same tenant's. */
static int
check_old(
    struct kv_txn *txn, const struct credential *credential, struct error *err)
{
	struct arena *a = store_arena(txn);
	unsigned char key[DIGEST_LEN];
	struct credential old;
	enum store_status status;

	old_key_of(a, credential->certificate, key);
	status = load(txn, a, key, &old);
	if (status == STORE_FAIL)
		return -1;
	return status == STORE_NOTFOUND || old.tenant != credential->tenant
	    ? 0
	    : error_set(
		  err, ERR_UNIQUENESS, "there is such a credential already");
}

static int
create_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct credential *c = arg;
	unsigned char name[DIGEST_LEN];

	if (credential_place(txn, c, err) == -1 || check_old(txn, c, err) == -1)
		return -1;
	key_of(store_arena(txn), c->tenant, c->certificate, c->key);
	if (credential_add(txn, c, err) == -1)
		return -1;
	digest_sha256(c->certificate, name);
	return credential_put_certificate(txn, name, c->tenant, c->key) ==
		STORE_OK
	    ? 0
	    : -1;
}

int
certificate_create(struct store *store, struct arena *a, int64_t now,
    struct credential *credential, struct error *err)
{
	credential->kind = SLICE("certificate");
	credential_name(a, now, credential);
	return store_txn(store, create_body, credential, err);
}

struct search {
	struct arena *a;
	struct slice tenant; /* "": whichever has it */
	struct slice name;
	struct credential *found;
	size_t n;
};

/* One more that has it. */
static int
take(struct kv_txn *txn, struct search *s, const unsigned char key[DIGEST_LEN])
{
	struct credential c;

	switch (load(txn, s->a, key, &c)) {
	case STORE_OK:
		*s->found = c;
		s->n++;
		return 0;
	case STORE_NOTFOUND:
		return 0;
	default:
		return -1;
	}
}

/* Two are enough to know that it is not one. */
static int
take_any(struct kv_txn *txn, struct search *s)
{
	unsigned char key[DIGEST_LEN];
	enum store_status status;
	struct kv_range *range;
	int rc = 0;

	digest_sha256(s->name, key);
	if (certificates_open(txn, key, &range) != STORE_OK)
		return -1;
	while (rc == 0 && s->n < 2 &&
	    (status = credential_next_key(range, key)) != STORE_NOTFOUND)
		rc = status == STORE_OK ? take(txn, s, key) : -1;
	kv_range_close(range);
	return rc;
}

/* A tenant that is not there has none; its URL is refused elsewhere. */
static int
take_of_tenant(struct kv_txn *txn, struct search *s)
{
	unsigned char key[DIGEST_LEN];
	uint32_t tenant;

	switch (tenant_find(txn, s->tenant, &tenant)) {
	case STORE_OK:
		key_of(s->a, tenant, s->name, key);
		return take(txn, s, key);
	case STORE_NOTFOUND:
		return 0;
	default:
		return -1;
	}
}

static int
search_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct search *s = arg;
	unsigned char key[DIGEST_LEN];

	(void)err;
	s->n = 0;
	if ((s->tenant.len > 0 ? take_of_tenant : take_any)(txn, s) == -1)
		return -1;
	if (s->tenant.len > 0 && s->n > 0)
		return 0;
	old_key_of(s->a, s->name, key);
	return take(txn, s, key);
}

int
certificate_find(struct store *store, struct arena *a, struct slice tenant,
    struct slice name, struct credential *credential, size_t *n,
    struct error *err)
{
	struct search s = {
		.a = a, .tenant = tenant, .name = name, .found = credential
	};
	int len = name.len > 256 ? 256 : (int)name.len;

	if (store_view(store, search_body, &s, err) == -1)
		return -1;
	*n = s.n;
	switch (s.n) {
	case 0:
		return error_set(err, ERR_UNAUTHORIZED,
		    "nobody has the certificate %.*s", len, name.data);
	case 1:
		return 0;
	default:
		return error_set(err, ERR_UNAUTHORIZED,
		    "several tenants have the certificate %.*s: the URL has "
		    "to name one",
		    len, name.data);
	}
}
