/*
 * test_events.c: changes as security event tokens (EVT of spec scim.md), and
 * how they are signed.
 */
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "base/base64.h"
#include "base/nelem.h"
#include "feed/jws.h"
#include "feed/set.h"
#include "fixture.h"
#include "json/json.h"
#include "scim/event_uri.h"
#include "tap.h"

#define ID    "01a1fe9a-5d82-75fa-9ae2-f1407e6e780f"
#define OTHER "01a1fe9a-5d82-75fa-9ae2-f1407e6e7810"
#define HEAD(operation, type, version)                                    \
	"{\"at\":\"2026-11-20T10:11:12.345Z\",\"operation\":\"" operation \
	"\",\"type\":\"" type "\",\"id\":\"" ID                           \
	"\",\"actor\":\"a\",\"request\":\"r1\",\"version\":" version
#define DEPARTMENT URN_ENTERPRISE ":department"

static struct arena *a;
static struct catalog *catalog;

static struct stream
stream_new(bool full)
{
	struct stream s = { .tenant = 7,
		.issuer = SLICE("https://issuer.test"),
		.audience = SLICE("https://receiver.test"),
		.types = SLICE(""),
		.events = SLICE(""),
		.is_full = full };

	uuid_parse(SLICE(OTHER), &s.id);
	return s;
}

/* The token of CHANGE as a tree; NULL when the stream does not want it. */
static struct json_object *
build(const struct stream *s, const char *change)
{
	struct json_object *v;
	struct slice payload;
	struct error err;

	if (!set_build(a, catalog, s, 42, slice_of(change), &payload))
		return NULL;
	return json_parse(a, payload, &v, &err) == 0 ? v : NULL;
}

/* clang-format off */
static const struct {
	const char	*name;
	bool		 full;
	const char	*change;
	const char	*events;	/* ' for " */
} rows[] = {
	{ "EVT-03 EVT-17 a create, by names", false,
	    HEAD("create", "User", "1") ",\"after\":{\"schemas\":[\"" URN_USER "\"],\"userName\":\"anna\",\"name\":{\"givenName\":\"A\"},\"" URN_ENTERPRISE "\":{\"department\":\"X\"}},\"secretChanged\":true}",
	    "{'" EVENT_URI "prov:create:notice':{'attributes':['userName','name','" DEPARTMENT "','password'],'version':'W/\\'1\\''}}" },
	{ "EVT-03 EVT-05 a create, with data and without the password", true,
	    HEAD("create", "User", "1") ",\"after\":{\"schemas\":[\"" URN_USER "\"],\"userName\":\"anna\",\"password\":\"no\",\"" URN_ENTERPRISE "\":{\"department\":\"X\"}},\"secretChanged\":true}",
	    "{'" EVENT_URI "prov:create:full':{'data':{'id':'" ID "','schemas':['" URN_USER "'],'userName':'anna','" URN_ENTERPRISE "':{'department':'X'}},'version':'W/\\'1\\''}}" },
	{ "EVT-03 a create of a group with members", true,
	    HEAD("create", "Group", "1") ",\"after\":{\"displayName\":\"g\"},\"membersAdded\":[\"" OTHER "\"]}",
	    "{'" EVENT_URI "prov:create:full':{'data':{'id':'" ID "','displayName':'g','members':[{'value':'" OTHER "'}]},'version':'W/\\'1\\''}}" },
	{ "EVT-03 a patch, by paths", false,
	    HEAD("patch", "User", "2") ",\"before\":{\"name\":{\"givenName\":\"A\",\"familyName\":\"B\"},\"title\":\"T\"},\"after\":{\"name\":{\"familyName\":\"C\"},\"" URN_ENTERPRISE "\":{\"department\":\"X\"}}}",
	    "{'" EVENT_URI "prov:patch:notice':{'attributes':['name.familyName','name.givenName','" DEPARTMENT "','title'],'version':'W/\\'2\\''}}" },
	{ "EVT-03 a patch, as a PatchOp that does the same", true,
	    HEAD("patch", "User", "2") ",\"before\":{\"name\":{\"givenName\":\"A\",\"familyName\":\"B\"},\"title\":\"T\"},\"after\":{\"name\":{\"familyName\":\"C\"},\"" URN_ENTERPRISE "\":{\"department\":\"X\"}}}",
	    "{'" EVENT_URI "prov:patch:full':{'data':{'schemas':['" URN_PATCH "'],'Operations':["
	    "{'op':'replace','path':'name.familyName','value':'C'},{'op':'remove','path':'name.givenName'},"
	    "{'op':'replace','path':'" DEPARTMENT "','value':'X'},{'op':'remove','path':'title'}]},'version':'W/\\'2\\''}}" },
	{ "EVT-16 members by name", false,
	    HEAD("patch", "Group", "3") ",\"before\":{},\"after\":{},\"membersAdded\":[\"" OTHER "\"]}",
	    "{'" EVENT_URI "prov:patch:notice':{'attributes':['members'],'version':'W/\\'3\\''}}" },
	{ "EVT-16 a put of a group is told as a patch", true,
	    HEAD("replace", "Group", "3") ",\"before\":{\"displayName\":\"f\"},\"after\":{\"displayName\":\"g\"},\"membersAdded\":[\"" OTHER "\"],\"membersRemoved\":[\"" ID "\"]}",
	    "{'" EVENT_URI "prov:patch:full':{'data':{'schemas':['" URN_PATCH "'],'Operations':["
	    "{'op':'replace','path':'displayName','value':'g'},{'op':'remove','path':'members[value eq \\'" ID "\\']'},"
	    "{'op':'add','path':'members','value':[{'value':'" OTHER "'}]}]},'version':'W/\\'3\\''}}" },
	{ "EVT-03 a put, by names", false,
	    HEAD("replace", "User", "2") ",\"before\":{\"title\":\"T\"},\"after\":{},\"same\":{\"userName\":\"anna\"}}",
	    "{'" EVENT_URI "prov:put:notice':{'attributes':['title'],'version':'W/\\'2\\''}}" },
	{ "EVT-03 a put, the whole resource", true,
	    HEAD("replace", "User", "2") ",\"before\":{\"title\":\"T\"},\"after\":{\"title\":\"U\"},\"same\":{\"userName\":\"anna\"}}",
	    "{'" EVENT_URI "prov:put:full':{'data':{'id':'" ID "','userName':'anna','title':'U'},'version':'W/\\'2\\''}}" },
	{ "EVT-05 a new password is named, whatever the form", true,
	    HEAD("patch", "User", "2") ",\"before\":{},\"after\":{},\"secretChanged\":true}",
	    "{'" EVENT_URI "prov:patch:notice':{'attributes':['password'],'version':'W/\\'2\\''}}" },
	{ "EVT-03 a delete has neither", true,
	    HEAD("delete", "User", "0") ",\"before\":{\"userName\":\"anna\",\"active\":true}}",
	    "{'" EVENT_URI "prov:delete':{}}" },
	{ "EVT-04 deactivated: two events of one change", false,
	    HEAD("patch", "User", "2") ",\"before\":{\"active\":true},\"after\":{\"active\":false}}",
	    "{'" EVENT_URI "prov:patch:notice':{'attributes':['active'],'version':'W/\\'2\\''},'" EVENT_URI "prov:deactivate':{}}" },
	{ "EVT-04 activated by a put that says nothing of it", false,
	    HEAD("replace", "User", "2") ",\"before\":{\"active\":false},\"after\":{},\"same\":{}}",
	    "{'" EVENT_URI "prov:put:notice':{'attributes':['active'],'version':'W/\\'2\\''},'" EVENT_URI "prov:activate':{}}" },
	{ "EVT-04 active for the first time: as before", false,
	    HEAD("patch", "User", "2") ",\"before\":{},\"after\":{\"active\":true}}",
	    "{'" EVENT_URI "prov:patch:notice':{'attributes':['active'],'version':'W/\\'2\\''}}" },
};
/* clang-format on */

/* TEXT with " for '. */
static struct json_object *
expected(const char *text)
{
	char *copy = arena_strdup(a, text);
	struct json_object *v = NULL;
	struct error err;

	for (char *p = copy; *p != '\0'; p++)
		if (*p == '\'')
			*p = '"';
	json_parse(a, slice_of(copy), &v, &err);
	return v;
}

static void
test_rows(void)
{
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct stream s = stream_new(rows[i].full);
		struct json_object *v = build(&s, rows[i].change);
		struct json_object *want = expected(rows[i].events);
		struct json_object *got = json_get(v, "events");
		bool same = want != NULL && json_equal(got, want);

		tap_ok(same, "%s", rows[i].name);
		if (!same)
			printf("# got %.*s\n", SLICE_ARG(json_text(a, got)));
	}
}

static const char gone[] = HEAD("delete", "User", "0") ",\"before\":{}}";

static void
test_claims(void)
{
	struct stream s = stream_new(false);
	struct json_object *v = build(&s, gone);
	char id[SET_ID_SIZE];
	struct json_object *want;

	set_id(&s, 42, slice_of(gone), id);
	want = expected(arena_printf(a,
	    "{'iss':'https://issuer.test','iat':1795169472,'jti':'%s',"
	    "'aud':'https://receiver.test','txn':'r1',"
	    "'sub_id':{'format':'scim','uri':'/Users/" ID "'},"
	    "'events':{'" EVENT_URI "prov:delete':{}}}",
	    id));
	tap_ok(json_equal(v, want),
	    "EVT-01 EVT-02 EVT-15 the claims, and no others");
	tap_ok(json_equal(build(&s, gone), v),
	    "EVT-04 the same change makes the same token again");
	s.id.bytes[0] ^= 1;
	v = build(&s, gone);
	tap_ok(slice_equal(json_string(json_get(v, "txn")), SLICE("r1")) &&
		!slice_equal(json_string(json_get(v, "jti")),
		    json_string(json_get(want, "jti"))),
	    "EVT-04 another stream: the same txn, another jti");
	v = build(&s,
	    "{\"at\":\"2026-11-20T10:11:12.345Z\",\"operation\":\"delete\","
	    "\"type\":\"User\",\"id\":\"" ID
	    "\",\"request\":\"\",\"version\":0,\"before\":{}}");
	tap_ok(slice_equal(json_string(json_get(v, "txn")), SLICE("7.42")),
	    "EVT-04 txn of what no request did");
}

static void
test_wishes(void)
{
	static const char off[] = HEAD("patch", "User",
	    "2") ",\"before\":{\"active\":true},\"after\":{\"active\":false}}";
	struct stream s = stream_new(false);
	struct json_object *events;

	s.types = SLICE("Group,Device");
	tap_ok(build(&s, gone) == NULL, "a type that is not wanted");
	s.types = SLICE("Group,User");
	tap_ok(build(&s, gone) != NULL, "one that is");
	s.events = SLICE("create,deactivate");
	tap_ok(build(&s, gone) == NULL, "an event that is not wanted");
	events = json_get(build(&s, off), "events");
	tap_ok(json_len(events) == 1 &&
		json_get(events, EVENT_URI "prov:deactivate") != NULL,
	    "one of two that is");
	tap_ok(build(&s,
		   "{\"operation\":\"delete\",\"type\":\"Gone\",\"id\":\"" ID
		   "\"}") == NULL,
	    "a type that there is no more");
}

static void
test_outcome(void)
{
	struct stream s = stream_new(false);
	struct json_object *v = build(&s,
	    "{\"at\":\"2026-11-20T10:11:12.345Z\",\"operation\":\"async\","
	    "\"type\":\"\",\"id\":\"" ID
	    "\",\"request\":\"t:0\",\"version\":0,\"uri\":\"/Users\","
	    "\"outcome\":{\"method\":\"POST\",\"status\":\"409\"}}");

	tap_ok(json_equal(json_get(v, "events"),
		   expected("{'" EVENT_URI "misc:asyncresp':{'method':'POST',"
			    "'status':'409'}}")) &&
		slice_equal(json_string(json_get(v, "txn")), SLICE("t:0")) &&
		slice_equal(json_string(json_get(json_get(v, "sub_id"), "uri")),
		    SLICE("/Users")),
	    "EVT-08 the outcome of a request that is answered later");
}

static void
test_ids(void)
{
	struct stream s = stream_new(false);
	char id[SET_ID_SIZE], other[SET_ID_SIZE];

	set_id(&s, 42, slice_of(gone), id);
	tap_ok(set_sequence(&s, slice_of(id)) == 42, "EVT-04 a jti");
	set_id(&s, 42, SLICE("{}"), other);
	tap_ok(strcmp(id, other) != 0 && strlen(id) == strlen(other),
	    "EVT-04 of another change with that number, another one");
	set_id(&s, INT64_MAX, SLICE("{}"), other);
	tap_ok(set_sequence(&s, slice_of(other)) == INT64_MAX,
	    "EVT-04 of the last change there can be");
	tap_ok(set_sequence(&s, SLICE(ID ".42.x")) == -1 &&
		set_sequence(&s, SLICE(OTHER ".-1.x")) == -1 &&
		set_sequence(&s, SLICE(OTHER ".0.x")) == -1 &&
		set_sequence(&s, SLICE(OTHER ".")) == -1 &&
		set_sequence(&s, SLICE(OTHER)) == -1 &&
		set_sequence(&s, SLICE("")) == -1,
	    "what is no jti of the stream");
}

static void
test_complaints(void)
{
	struct stream s = stream_new(false);
	char text[400];

	memset(text, 'x', sizeof(text));
	memcpy(text + 298, "\xc3\xa4", 2);
	text[399] = '\0';
	stream_complain(&s, a, "%s", text);
	tap_ok(s.last_error.len == 298, "a complaint is cut at a character");
	stream_complain(&s, a, "a\xff b");
	tap_ok(slice_equal(s.last_error, SLICE("(not UTF-8)")),
	    "one that is no text");
}

static void
test_positions(void)
{
	struct stream s = stream_new(false);

	s.position = 10;
	stream_settle(&s, 13);
	stream_settle(&s, 12);
	stream_settle(&s, 12);
	tap_ok(s.position == 10 && s.nahead == 2 && stream_is_settled(&s, 12) &&
		!stream_is_settled(&s, 11) && stream_is_settled(&s, 3),
	    "EVT-14 what is acknowledged out of order");
	stream_settle(&s, 11);
	tap_ok(s.position == 13 && s.nahead == 0, "EVT-14 the gap is closed");
	for (int64_t i = 0; i < 2 * STREAM_AHEAD_MAX; i++)
		stream_settle(&s, 15 + i);
	tap_ok(s.position == 13 && s.nahead == STREAM_AHEAD_MAX &&
		!stream_is_settled(&s, 15 + STREAM_AHEAD_MAX),
	    "EVT-14 no more than that is remembered");
}

/* OpenSSL's view of the key in SET, the text of a set of keys. */
static EVP_PKEY *
read_key(const struct json_object *jwk)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	EVP_PKEY *key = NULL;
	unsigned char point[65] = { 4 };
	size_t x_len, y_len;
	unsigned char *x =
	    base64url_decode(a, json_string(json_get(jwk, "x")), &x_len);
	unsigned char *y =
	    base64url_decode(a, json_string(json_get(jwk, "y")), &y_len);
	OSSL_PARAM *params;

	if (x == NULL || y == NULL || x_len != 32 || y_len != 32)
		return NULL;
	memcpy(point + 1, x, 32);
	memcpy(point + 33, y, 32);
	OSSL_PARAM_BLD_push_utf8_string(
	    build, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0);
	OSSL_PARAM_BLD_push_octet_string(
	    build, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point));
	params = OSSL_PARAM_BLD_to_param(build);
	EVP_PKEY_fromdata_init(context);
	EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	EVP_PKEY_CTX_free(context);
	return key;
}

/* Does OpenSSL find the 64 bytes at SIGNATURE to be one of TEXT by KEY? */
static bool
is_signature(EVP_PKEY *key, struct slice text, const unsigned char *signature)
{
	ECDSA_SIG *sig = ECDSA_SIG_new();
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned char *der = NULL;
	int len, rc;

	ECDSA_SIG_set0(sig, BN_bin2bn(signature, 32, NULL),
	    BN_bin2bn(signature + 32, 32, NULL));
	len = i2d_ECDSA_SIG(sig, &der);
	EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key);
	rc = EVP_DigestVerify(context, der, (size_t)len,
	    (const unsigned char *)text.data, text.len);
	OPENSSL_free(der);
	EVP_MD_CTX_free(context);
	ECDSA_SIG_free(sig);
	return rc == 1;
}

static void
test_signature(void)
{
	const unsigned char secret[DIGEST_LEN] =
	    "thirty-two bytes of a secret...";
	struct sign_key *key = sign_key_new(secret);
	struct sign_key *again = sign_key_new(secret);
	struct slice token = jws_sign(a, key, SLICE("{\"jti\":\"1\"}"));
	struct slice rest = token, head, payload, input;
	struct json_object *keys, *jwk, *header;
	unsigned char *signature, *bytes;
	EVP_PKEY *public;
	struct error err;
	size_t len;

	slice_next(&rest, '.', &head);
	slice_next(&rest, '.', &payload);
	input = (struct slice){ token.data, head.len + 1 + payload.len };
	signature = base64url_decode(a, rest, &len);
	json_parse(a, jws_key_set(a, key), &keys, &err);
	jwk = json_at(json_get(keys, "keys"), 0);
	public = read_key(jwk);
	tap_ok(len == SIGN_LEN && public != NULL &&
		is_signature(public, input, signature),
	    "EVT-12 OpenSSL finds the signature good, by the published key");
	signature[40] ^= 1;
	tap_ok(!is_signature(public, input, signature),
	    "EVT-12 and another one bad");
	bytes = base64url_decode(a, head, &len);
	json_parse(a, (struct slice){ (char *)bytes, len }, &header, &err);
	tap_ok(slice_equal(json_string(json_get(header, "typ")),
		   SLICE("secevent+jwt")) &&
		slice_equal(
		    json_string(json_get(header, "alg")), SLICE("ES256")) &&
		slice_equal(json_string(json_get(header, "kid")),
		    json_string(json_get(jwk, "kid"))),
	    "EVT-15 the header names type, algorithm and key");
	tap_ok(memcmp(sign_key_point(key), sign_key_point(again),
		   SIGN_POINT_LEN) == 0,
	    "the same secret makes the same key");
	EVP_PKEY_free(public);
	sign_key_free(again);
	sign_key_free(key);
}

int
main(void)
{
	a = arena_new();
	catalog = fixture_catalog(a);
	test_rows();
	test_claims();
	test_wishes();
	test_outcome();
	test_ids();
	test_complaints();
	test_positions();
	test_signature();
	arena_free(a);
	return tap_done();
}
