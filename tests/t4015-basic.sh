#!/bin/sh
# HTTP Basic, which is off unless it is switched on (AUTH-04 of spec scim.md),
# and certificates as a CGI program sees them.
. "$(dirname "$0")/lib.sh"
. tests/oauth.sh
MODE=cgi
KV=$PWD/$BUILD/tests/kv_tool

basic() { AUTH="Basic $(printf '%s' "$1" | base64 -w 0)" scim GET /Users; }

store_new
client --scope users
basic "$CLIENT:$SECRET"
error_is 401 null 'AUTH-04 Basic is off'
is "$(grep -c '^WWW-Authenticate' "$T/head") $(header WWW-Authenticate)" '1 Bearer realm="scim"' 'AUTH-01 and not offered'
scim GET /ServiceProviderConfig
is "$(json '[.authenticationSchemes[].type]|join(" ")')" 'oauthbearertoken oauth2' 'AUTH-06 nor advertised'

SETTINGS=MUSTER_BASIC=1
scim GET /ServiceProviderConfig
is "$(json '[.authenticationSchemes[].type]|join(" ")')" 'oauthbearertoken oauth2 httpbasic' 'AUTH-06 switched on'
basic "$CLIENT:$SECRET"
status_is 200 'AUTH-04 Basic with id and secret of a client'
AUTH="Basic $(printf '%s' "$CLIENT:$SECRET" | base64 -w 0)" scim GET /Groups
status_is 403 'AUTH-09 for what the client may do'
for pair in "$CLIENT:${SECRET}x" "$CLIENT:" "$CLIENT" ":$SECRET" "nobody:$SECRET" "$CLIENT:$TOKEN" "x:$TOKEN"; do
	basic "$pair"
	error_is 401 null "AUTH-04 not with $(printf '%.8s' "$pair")..."
	is "$(grep '^WWW-Authenticate' "$T/head" | tr -d '\r' | tr '\n' ' ')" \
	    'WWW-Authenticate: Bearer realm="scim", error="invalid_token" WWW-Authenticate: Basic realm="scim", charset="UTF-8" ' 'AUTH-01 a challenge for each scheme'
done
AUTH='Basic !' scim GET /Users
status_is 401 'AUTH-04 nor with what is no base64'
"$BIN/muster" client revoke --store "$T/store" "$CLIENT"
basic "$CLIENT:$SECRET"
status_is 401 'AUTH-05 nor when the client is gone'

# What the web server says of a certificate, and what a client says.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=hr -keyout "$T/hr.key" -out "$T/hr.crt" 2>> "$T/log"
"$BIN/muster" client create --store "$T/store" --certificate-subject CN=hr --scope read > "$T/out"
is "$? $(sed -n 's/^Certificate: *//p' "$T/out")" '0 subject:CN=hr' 'AUTH-04 a subject'
"$BIN/muster" client create --store "$T/store" --certificate "$T/hr.key" > "$T/out" 2>&1
is "$? $(grep -c 'no certificate' "$T/out")" '1 1' 'AUTH-04 a key is no certificate'
AUTH=none
SETTINGS='SSL_CLIENT_VERIFY=SUCCESS SSL_CLIENT_S_DN=CN=hr'
scim GET /Users
status_is 200 'AUTH-04 a certificate that the web server verified'
new_user x
status_is 403 'AUTH-09 for what it may do'
for said in 'SSL_CLIENT_VERIFY=NONE SSL_CLIENT_S_DN=CN=hr' 'SSL_CLIENT_VERIFY=FAILED:expired SSL_CLIENT_S_DN=CN=hr' \
    'SSL_CLIENT_S_DN=CN=hr' 'SSL_CLIENT_VERIFY=SUCCESS SSL_CLIENT_S_DN=' 'SSL_CLIENT_VERIFY=SUCCESS' \
    'HTTP_SSL_CLIENT_VERIFY=SUCCESS HTTP_SSL_CLIENT_S_DN=CN=hr'; do
	SETTINGS=$said
	scim GET /Users
	status_is 401 "AUTH-04 not with $said"
done
SETTINGS='SSL_CLIENT_VERIFY=SUCCESS SSL_CLIENT_S_DN=CN=hr'
# Each tenant lets in whom it wants, and learns of no other.
"$BIN/muster" tenant create acme --store "$T/store" > "$T/out"
"$BIN/muster" client create --store "$T/store" --tenant acme --certificate-subject CN=hr > "$T/out"
is "$?" 0 'TEN-02 two tenants let the same subject in'
other=$(sed -n 's/^Client id: *//p' "$T/out")
"$BIN/muster" client create --store "$T/store" --tenant acme --certificate-subject CN=hr > "$T/out" 2>&1
is "$? $(grep -c 'there is such a credential already' "$T/out")" '1 1' 'one tenant does so once'
scim GET /Users
error_is 401 null 'TEN-02 which of them it is is not guessed'
TENANT=acme scim GET /Users
is "$STATUS $(json .totalResults)" '200 0' 'TEN-02 the URL names the one'
TENANT=acme new_user there
status_is 201 'for what it may do there'
TENANT=default new_user here
status_is 403 'TEN-02 or the other, for what it may do here'
TENANT=nobody scim GET /Users
error_is 401 null 'TEN-02 a tenant that is not there has nobody'
"$BIN/muster" client revoke --store "$T/store" "$other" > "$T/out"
TENANT=acme scim GET /Users
error_is 401 null 'AUTH-05 taken back from one'
scim GET /Users
status_is 200 'the other has it alone again'

# One that was made when there was one of a name in all the store.
old=$(printf 'certificate subject:CN=hr' | sha256sum | cut -c 1-64)
own=$(printf 'certificate 1 subject:CN=hr' | sha256sum | cut -c 1-64)
"$KV" "$T/store" put credentials "$old" "$("$KV" "$T/store" list credentials | sed -n "s/^$own //p")"
"$KV" "$T/store" delete credentials "$own"
is "$("$KV" "$T/store" list credentials | grep -c "^$old")$("$KV" "$T/store" list credentials | grep -c "^$own")" 10 'an older record'
for name in '' default; do
	TENANT=$name scim GET /Users
	status_is 200 "lets in as it did: ${name:-no tenant}"
done
TENANT=acme scim GET /Users
error_is 401 null 'TEN-02 and not elsewhere'
"$BIN/muster" client create --store "$T/store" --certificate-subject CN=hr > "$T/out" 2>&1
is "$? $(grep -c 'there is such a credential already' "$T/out")" '1 1' 'it is the one of its tenant'
"$BIN/muster" client create --store "$T/store" --tenant acme --certificate-subject CN=hr > "$T/out"
scim GET /Users
error_is 401 null 'TEN-02 beside a new one it is not guessed either'
TENANT=acme scim GET /Users
status_is 200 'TEN-02 the URL names the new one'
AUTH='Bearer mst_wrong' scim GET /Users
status_is 401 'AUTH-01 a wrong token stays wrong beside a certificate'
done_testing
