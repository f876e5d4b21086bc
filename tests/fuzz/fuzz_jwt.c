/*
 * fuzz_jwt.c: any bytes as a JWT, and as a set of keys: nobody gets in who
 * does not have the key of RFC 7515 appendix A.3.
 */
#include <stdint.h>

#include "auth/jwt.h"
#include "require.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define KEYS                                                          \
	"{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"k\"," \
	"\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","      \
	"\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]}"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct trust trust = { .issuer = SLICE("joe"),
		.audiences = SLICE("a"),
		.keys = SLICE(KEYS) };
	struct slice text = { (const char *)data, size };
	struct arena *a = arena_new();
	struct error err;
	struct jwt jwt;

	if (jwt_parse(a, text, &jwt, &err) == 0) {
		require(jwt.alg < JWT_ALG_MAX && jwt.kid.len > 0);
		require(jwt_check(a, 0, &jwt, &trust, &err) == -1);
	}
	require(err.code == ERR_UNAUTHORIZED);
	if (jwks_check(a, text, &err) == -1)
		require(err.code == ERR_INVALID_VALUE ||
		    err.code == ERR_INVALID_SYNTAX);
	jwks_has(a, text, SLICE("k"));
	arena_free(a);
	return 0;
}
