/*
 * test_auth.c: secrets and their checksum, addresses that a credential may
 * be used from.
 */
#include <string.h>

#include "auth/address.h"
#include "auth/jwks.h"
#include "auth/role.h"
#include "auth/scope.h"
#include "auth/secret.h"
#include "base/base64.h"
#include "base/nelem.h"
#include "tap.h"

/* clang-format off */
static const struct {
	const char *list, *address;
	bool in;
} lists[] = {
	{ "192.0.2.0/24", "192.0.2.255", true },
	{ "192.0.2.0/24", "192.0.3.0", false },
	{ "192.0.2.128/25", "192.0.2.127", false },
	{ "192.0.2.7", "192.0.2.7", true },
	{ "192.0.2.7", "192.0.2.8", false },
	{ "192.0.2.7", "::ffff:192.0.2.7", true },
	{ "10.0.0.0/8, 2001:db8::/32", "2001:db8:ffff::1", true },
	{ "10.0.0.0/8, 2001:db8::/32", "2001:db9::1", false },
	{ "0.0.0.0/0", "203.0.113.9", true },
	{ "0.0.0.0/0", "2001:db8::1", false },
	{ "::/0", "203.0.113.9", true },
	{ "::1/128", "::1", true },
	{ "::1", "::2", false },
	{ "::/0", "", false },
	{ "::/0", "localhost", false },
};

static const struct {
	const char *list;
	bool good;
} spellings[] = {
	{ "192.0.2.1", true }, { "192.0.2.0/24 , ::1", true },
	{ "2001:db8::/0", true }, { "", false }, { "192.0.2.1,", false },
	{ "192.0.2.0/33", false }, { "::/129", false }, { "192.0.2.0/-1", false },
	{ "192.0.2.0/", false }, { "192.0.2", false }, { "[::1]", false },
	{ "example.test", false }, { "192.0.2.0/24/24", false },
	{ "11111111111111111111111111111111111111111111111111", false },
};

static const struct {
	const char *peer, *forwarded, *proxies, *client;
} chains[] = {
	{ "198.51.100.1", "192.0.2.1", "", "198.51.100.1" },
	{ "198.51.100.1", "192.0.2.1", "10.0.0.1", "198.51.100.1" },
	{ "10.0.0.1", "192.0.2.1", "10.0.0.1", "192.0.2.1" },
	{ "10.0.0.1", "", "10.0.0.1", "10.0.0.1" },
	{ "10.0.0.1", "203.0.113.5, 192.0.2.1", "10.0.0.1", "192.0.2.1" },
	{ "10.0.0.1", "192.0.2.1, 10.0.0.2", "10.0.0.0/24", "192.0.2.1" },
	{ "10.0.0.1", "10.0.0.3,10.0.0.2", "10.0.0.0/24", "10.0.0.3" },
	{ "10.0.0.1", "192.0.2.1, nonsense", "10.0.0.1", "nonsense" },
};
/* clang-format on */

/* clang-format off */
/* What each scope lets one do: r and w, for users and for groups. */
static const struct {
	const char *scope, *users, *groups;
} scopes[] = {
	{ "", "rw", "rw" },
	{ "read", "r", "r" },
	{ "write", "rw", "rw" },
	{ "users", "rw", "" },
	{ "Users", "rw", "" },
	{ "users read", "r", "" },
	{ "read  users", "r", "" },
	{ "users groups", "rw", "rw" },
	{ "users:read", "r", "" },
	{ "users:write", "rw", "" },
	{ "users:write groups:read", "rw", "r" },
	{ "read users:write", "rw", "r" },
	{ "users groups:read", "rw", "r" },
	{ "bulk", "", "" },
	{ "admin", "", "" },
	{ "bulk read", "r", "r" },
	{ "devices", "", "" },
	{ "user", "", "" },
	{ "users:admin", "", "" },
	{ " ", "", "" },
};
/* clang-format on */

/* RFC 7515 appendix A.3, and what is altered in it. */
#define A3_HEAD "eyJhbGciOiJFUzI1NiJ9."
#define A3_BODY                                                            \
	"eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt" \
	"cGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
#define A3_SIGNATURE                                                       \
	"DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSA" \
	"pmWQxfKTUJqPP3-Kg6NU1Q"
#define A3_X "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
#define A3_Y "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
#define A3_KEY(kty, more)                                                  \
	"{\"keys\":[{\"kty\":\"" kty "\",\"crv\":\"P-256\",\"kid\":\"k\"," \
	"\"x\":\"" A3_X "\",\"y\":\"" A3_Y "\"" more "}]}"

/* clang-format off */
static const struct {
	const char	*what, *keys, *kid, *text;
	enum jwt_alg	 alg;
	bool		 good;
} signatures[] = {
	{ "the example", A3_KEY("EC", ""), "k", A3_HEAD A3_BODY, JWT_ES256, true },
	{ "its use", A3_KEY("EC", ",\"use\":\"sig\""), "k", A3_HEAD A3_BODY, JWT_ES256, true },
	{ "its algorithm", A3_KEY("EC", ",\"alg\":\"ES256\""), "k", A3_HEAD A3_BODY, JWT_ES256, true },
	{ "another text", A3_KEY("EC", ""), "k", A3_HEAD A3_BODY "A", JWT_ES256, false },
	{ "another key", A3_KEY("EC", ""), "K", A3_HEAD A3_BODY, JWT_ES256, false },
	{ "another kind", A3_KEY("RSA", ""), "k", A3_HEAD A3_BODY, JWT_ES256, false },
	{ "as RS256", A3_KEY("EC", ""), "k", A3_HEAD A3_BODY, JWT_RS256, false },
	{ "another use", A3_KEY("EC", ",\"use\":\"enc\""), "k", A3_HEAD A3_BODY, JWT_ES256, false },
	{ "another algorithm", A3_KEY("EC", ",\"alg\":\"ES384\""), "k", A3_HEAD A3_BODY, JWT_ES256, false },
	{ "no keys", "{}", "k", A3_HEAD A3_BODY, JWT_ES256, false },
};
/* clang-format on */

static void
test_signatures(struct arena *a)
{
	struct slice signature;
	struct error err;

	signature.data = (const char *)base64url_decode(
	    a, SLICE(A3_SIGNATURE), &signature.len);
	for (size_t i = 0; i < NELEM(signatures); i++)
		tap_ok((jwks_verify(a, slice_of(signatures[i].keys),
			    slice_of(signatures[i].kid), signatures[i].alg,
			    slice_of(signatures[i].text), signature,
			    &err) == 0) == signatures[i].good,
		    "RFC 7515 A.3 %s", signatures[i].what);
	tap_ok(jwks_check(a, SLICE(A3_KEY("EC", "")), &err) == 0,
	    "RFC 7515 A.3 its key is one");
}

static void
test_scopes(void)
{
	for (size_t i = 0; i < NELEM(scopes); i++) {
		const char *may[] = { scopes[i].users, scopes[i].groups };
		const struct slice endpoints[] = { SLICE("/Users"),
			SLICE("/Groups") };

		for (size_t j = 0; j < NELEM(may); j++) {
			struct slice scope = slice_of(scopes[i].scope);
			bool reads =
			    scope_allows(scope, endpoints[j], SCOPE_TO_READ);
			bool writes =
			    scope_allows(scope, endpoints[j], SCOPE_TO_WRITE);

			tap_ok(reads == (strchr(may[j], 'r') != NULL) &&
				writes == (strchr(may[j], 'w') != NULL),
			    "AUTH-09 '%s' of %s is '%s'", scopes[i].scope,
			    endpoints[j].data, may[j]);
		}
	}
	tap_ok(scope_has(SLICE(""), SLICE("bulk")) &&
		scope_has(SLICE("read bulk"), SLICE("bulk")) &&
		!scope_has(SLICE("write"), SLICE("bulk")),
	    "AUTH-09 bulk is a word of its own");
	tap_ok(scope_has(SLICE("admin"), SLICE("admin")) &&
		!scope_has(SLICE(""), SLICE("admin")),
	    "AUTH-09 nobody is an administrator unless it is said");
}

static void
test_addresses(void)
{
	struct error err;

	for (size_t i = 0; i < NELEM(lists); i++)
		tap_ok(address_is_in(slice_of(lists[i].list),
			   slice_of(lists[i].address)) == lists[i].in,
		    "'%s' is %s %s", lists[i].address,
		    lists[i].in ? "in" : "not in", lists[i].list);
	for (size_t i = 0; i < NELEM(spellings); i++)
		tap_ok((address_check_list(slice_of(spellings[i].list), &err) ==
			   0) == spellings[i].good,
		    "'%s' is %s", spellings[i].list,
		    spellings[i].good ? "a list" : "no list");
	for (size_t i = 0; i < NELEM(chains); i++)
		tap_ok(slice_equal(address_of_client(slice_of(chains[i].peer),
				       slice_of(chains[i].forwarded),
				       slice_of(chains[i].proxies)),
			   slice_of(chains[i].client)),
		    "%s behind %s, of whom '%s' is known: %s",
		    chains[i].forwarded, chains[i].peer, chains[i].proxies,
		    chains[i].client);
	tap_ok(address_key(SLICE("2001:db8::1")) ==
		    address_key(SLICE("2001:db8:0:0:1::2")) &&
		address_key(SLICE("2001:db8::1")) !=
		    address_key(SLICE("2001:db8:0:1::1")),
	    "a client of IPv6 has 64 bits");
	tap_ok(address_key(SLICE("192.0.2.1")) ==
		    address_key(SLICE("::ffff:192.0.2.1")) &&
		address_key(SLICE("192.0.2.1")) !=
		    address_key(SLICE("192.0.2.2")) &&
		address_key(SLICE("")) != 0 &&
		address_key(SLICE("nowhere")) != address_key(SLICE("")),
	    "one of IPv4 has 32");
}

static void
test_public(void)
{
	static const struct {
		const char *address;
		bool is_public;
	} rows[] = {
		{ "8.8.8.8", true },
		{ "2a00:1450:4001::1", true },
		{ "::ffff:8.8.8.8", true },
		{ "127.0.0.1", false },
		{ "::ffff:127.0.0.1", false },
		{ "::1", false },
		{ "::", false },
		{ "0.0.0.0", false },
		{ "10.255.255.255", false },
		{ "11.0.0.0", true },
		{ "172.15.255.255", true },
		{ "172.31.0.1", false },
		{ "172.32.0.0", true },
		{ "192.168.1.1", false },
		{ "169.254.169.254", false },
		{ "100.64.0.1", false },
		{ "224.0.0.1", false },
		{ "255.255.255.255", false },
		{ "fe80::1", false },
		{ "fd00::1", false },
		{ "64:ff9b::7f00:1", false },
		{ "2002:7f00:1::", false },
		{ "nowhere", false },
		{ "", false },
	};

	for (size_t i = 0; i < NELEM(rows); i++)
		tap_ok(address_is_public(slice_of(rows[i].address)) ==
			rows[i].is_public,
		    "'%s' is %s", rows[i].address,
		    rows[i].is_public ? "public" : "not public");
}

static void
test_roles(void)
{
	static const struct {
		const char *role, *scope, *user, *filter;
		bool good;
		const char *then; /* its scope */
	} rows[] = {
		{ "", "", "", "", true, "" },
		{ "", "users read", "u", "f", true, "users read" },
		{ "", "users admin", "", "", false, "" },
		{ "owner", "", "", "", true, "admin" },
		{ "auditor", "admin users", "", "", true, "admin users" },
		{ "auditor", "users", "", "", false, "" },
		{ "Owner", "", "", "", false, "" },
		{ "owner", "", "u", "", false, "" },
		{ "owner", "", "", "f", false, "" },
	};
	struct error err;

	for (size_t i = 0; i < NELEM(rows); i++) {
		struct credential c = { .role = slice_of(rows[i].role),
			.scope = slice_of(rows[i].scope),
			.user = slice_of(rows[i].user),
			.filter = slice_of(rows[i].filter) };

		tap_ok((role_check(&c, &err) == 0) == rows[i].good &&
			(!rows[i].good ||
			    slice_equal(c.scope, slice_of(rows[i].then))),
		    "role '%s' with scope '%s' user '%s' filter '%s'",
		    rows[i].role, rows[i].scope, rows[i].user, rows[i].filter);
	}
	for (int r = 0; r < ROLE_MAX; r++)
		tap_ok(role_may_give((enum role)r, SLICE("owner")) ==
			    (r == ROLE_OWNER) &&
			role_may_give((enum role)r, SLICE("auditor")) ==
			    (r <= ROLE_OPERATOR) &&
			!role_may_give((enum role)r, SLICE("nosuch")) &&
			role_find(slice_of(role_name((enum role)r))) ==
			    (enum role)r,
		    "what a role of %s may give", role_name((enum role)r));
}

/* Every character of a secret changed, one after the other. */
static bool
sees_every_typo(const char secret[SECRET_SIZE])
{
	char typo[SECRET_SIZE];

	for (size_t i = 0; i < SECRET_LEN; i++) {
		memcpy(typo, secret, SECRET_SIZE);
		typo[i] = typo[i] == 'x' ? 'y' : 'x';
		if (secret_fault("mst_", slice_of(typo)) == NULL)
			return false;
	}
	return true;
}

static void
test_secrets(void)
{
	char secret[SECRET_SIZE], other[SECRET_SIZE];
	struct slice text = { secret, SECRET_LEN };

	secret_make("mst_", secret);
	secret_make("mst_", other);
	tap_ok(strlen(secret) == SECRET_LEN && strcmp(secret, other) != 0,
	    "AUTH-05 a secret, and another one");
	tap_ok(secret_fault("mst_", text) == NULL, "it is whole");
	tap_ok(sees_every_typo(secret), "every typo in it is seen");
	tap_ok(secret_fault("mcs_", text) != NULL, "it is of one kind");
	text.len = SECRET_PLAIN_LEN;
	tap_ok(secret_fault("mst_", text) == NULL,
	    "one without checksum could be an old one");
	for (text.len = 0; text.len < SECRET_LEN; text.len++)
		if (text.len != SECRET_PLAIN_LEN &&
		    secret_fault("mst_", text) == NULL)
			break;
	tap_ok(text.len == SECRET_LEN, "a part of it is no secret");
}

int
main(void)
{
	struct arena *a = arena_new();

	test_addresses();
	test_public();
	test_roles();
	test_secrets();
	test_scopes();
	test_signatures(a);
	arena_free(a);
	return tap_done();
}
