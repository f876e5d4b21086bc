#!/bin/sh
# Who may come in: bearer tokens, tenants, and what needs no token (AUTH,
# TEN and SEC of spec scim.md; ENTRA-A01).
. "$(dirname "$0")/lib.sh"

denied() {
	error_is 401 null "$1"
	is "$(header WWW-Authenticate)" "$2" "$1: the challenge"
}

run() {
	new_user anna
	anna=$ID
	AUTH=none scim GET /Users
	denied 'AUTH-01 without a token' 'Bearer realm="scim"'
	AUTH='Bearer mst_wrong' scim GET /Users
	denied 'AUTH-01 with a wrong token' 'Bearer realm="scim", error="invalid_token"'
	AUTH="Basic $TOKEN" scim GET /Users
	denied 'AUTH-01 with another scheme' 'Bearer realm="scim"'
	AUTH="Bearer $TOKEN " scim GET "/Users/$anna"
	status_is 200 'ENTRA-A01 a space behind the token'
	AUTH="bearer Bearer $TOKEN" scim GET "/Users/$anna"
	status_is 200 'ENTRA-A01 a pasted "Bearer "'
	for path in /ServiceProviderConfig /Schemas /ResourceTypes /ResourceTypes/User "/Schemas/$USER_URN"; do
		AUTH=none scim GET "$path"
		status_is 200 "AUTH-06 $path needs no token"
	done
	for path in /Users "/Users/$anna" /Groups; do
		AUTH=none scim GET "$path"
		status_is 401 "AUTH-01 $path needs one"
	done

	ACME=$("$BIN/muster" init --store "$T/store" --tenant acme | sed -n 's/^Secret token: //p')
	AUTH="Bearer $ACME" scim GET "/Users/$anna"
	error_is 404 null "TEN-03 another tenant's id is not there"
	AUTH="Bearer $ACME" new_user anna
	status_is 201 'TEN-05 userName is unique in a tenant only'
	theirs=$ID
	AUTH="Bearer $ACME" scim GET /Users
	json_is .totalResults 1 'TEN-01 a tenant sees its own'
	AUTH="Bearer $ACME" scim PATCH "/Users/$anna" "{\"schemas\":[\"$PATCHOP\"],\"Operations\":[{\"op\":\"replace\",\"path\":\"title\",\"value\":\"x\"}]}"
	error_is 404 null "TEN-03 another tenant's user cannot be changed"
	AUTH="Bearer $ACME" scim DELETE "/Users/$anna"
	error_is 404 null 'TEN-03 nor deleted'
	new_group mixed "\"members\":[{\"value\":\"$theirs\"},{\"value\":\"$anna\"}]"
	json_is '[.members[].value]|join(" ")' "$anna" "TEN-06 another tenant's user is no member"
	TENANT=acme
	scim GET /Users
	denied "TEN-02 the default tenant's token on another tenant" 'Bearer realm="scim", error="invalid_token"'
	AUTH="Bearer $ACME" scim GET "/Users/$theirs"
	status_is 200 'TEN-02 its own token'
	json_is ".meta.location|endswith(\"/scim/acme/v2/Users/$theirs\")" true 'TEN-02 locations name the tenant'
	TENANT=nobody
	AUTH="Bearer $ACME" scim GET /Users
	denied 'TEN-02 a tenant that does not exist' 'Bearer realm="scim", error="invalid_token"'
	TENANT=

	for name in v2 v7 'a/b' 'A' ''; do
		"$BIN/muster" init --store "$T/store" --tenant "$name" > "$T/out" 2>&1
		is "$?" 1 "TEN-02 no tenant is called '$name'"
	done

	second=$("$BIN/muster" token create --store "$T/store" --label second | sed -n 's/^Secret token: //p')
	id=$("$BIN/muster" token list --store "$T/store" | sed -n 's/ .*second$//p')
	AUTH="Bearer $second" scim GET "/Users/$anna"
	status_is 200 'ENTRA-A01 a second token'
	"$BIN/muster" token revoke --store "$T/store" "$id"
	ok $? 'muster token revoke'
	AUTH="Bearer $second" scim GET "/Users/$anna"
	status_is 401 'ENTRA-A01 revoked'
	scim GET "/Users/$anna"
	status_is 200 'ENTRA-A01 the first one goes on'
	is "$(grep -rlF "$TOKEN" "$T/store" | wc -l | tr -d ' ')" 0 'AUTH-05 no token is in the store'

	reader=$("$BIN/muster" token create --store "$T/store" --scope read | sed -n 's/^Secret token: //p')
	AUTH="Bearer $reader" scim GET "/Users/$anna"
	status_is 200 'AUTH-09 a token to read with reads'
	AUTH="Bearer $reader" scim POST /Users/.search "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:SearchRequest\"]}"
	status_is 200 'AUTH-09 and searches'
	for request in "POST /Users" "PUT /Users/$anna" "PATCH /Users/$anna" "DELETE /Users/$anna" 'POST /Bulk'; do
		AUTH="Bearer $reader" scim "${request% *}" "${request#* }" '{}'
		error_is 403 null "AUTH-09 but does not ${request% *}"
		is "$(header WWW-Authenticate)" 'Bearer realm="scim", error="insufficient_scope"' 'AUTH-09 and is told so'
	done

	new_user secret '"password":"s3cr3t-pass"'
	json_is 'has("password")' false 'SEC-03 a password is not answered'
	scim GET "/Users/$ID?attributes=password"
	json_is 'has("password")' false 'PROJ-11 not even when it is named'
	patch "/Users/$ID" '[{"op":"replace","path":"password","value":"an0ther-pass"},{"op":"replace","path":"title","value":"T"}]'
	is "$STATUS $(json '"\(.title) \(has("password"))"')" '200 T false' 'SEC-04 a password is changed'
	patch "/Users/$ID" '[{"op":"replace","path":"password","value":["l1st-pass"]},{"op":"add","value":{"password":[{"value":"0bject-pass"}]}}]'
	is "$STATUS" 200 'SEC-02 a password in a list'
	patch "/Users/$ID" '[{"op":"replace","path":"password","value":{"a":"0dd-pass"}}]'
	error_is 400 invalidValue 'SEC-02 a password that is none'
	patch "/Users/$ID" '[{"op":"replace","path":"title","value":"T"}]'
	scim PUT "/Users/$ID" "{\"schemas\":[\"$USER_URN\"],\"userName\":\"secret\"}"
	is "$STATUS $(json 'has("title")')" '200 false' 'PUT-05 what is left out is cleared'
	is "$(grep -rlE 's3cr3t-pass|an0ther-pass|l1st-pass|0bject-pass|0dd-pass' "$T/store" "$T/log" | wc -l | tr -d ' ')" 0 'SEC-02 no password is in the store, nor in the log'
	is "$(grep -c 'y\$j9T' "$T/store/resources.db" "$T/store"/log.* | awk -F: '{n += $2} END { print (n > 0) }')" 1 'SEC-02 but a yescrypt hash'
	scim GET '/Users?filter=password+eq+"an0ther-pass"'
	error_is 400 invalidFilter 'FILTER-29 passwords cannot be searched for'
}

both run
# Every URL that is sent begins with it.
MODE=cgi
base_url_refused() {
	MUSTER_BASE_URL=$1 MUSTER_STORE="$T/store" "$BIN/users" < /dev/null 2> "$T/said"
	is "$? $(grep -c 'MUSTER_BASE_URL must be' "$T/said") $(grep -c secret "$T/said")" '78 1 0' \
	    "AUTH-11 the base URL $1 is refused, and not repeated"
}
for url in 'https://admin:secret@scim.example.test' 'ftp://scim.example.test' \
    'https://scim.example.test?a=1' 'https://' 'scim.example.test'; do
	base_url_refused "$url"
done
SETTINGS='MUSTER_BASE_URL=https://scim.example.test:8443/base' scim GET '/Users?count=1'
json_is '.Resources[0].meta.location|startswith("https://scim.example.test:8443/base/scim/v2/Users/")' true \
    'AUTH-11 a base URL without a user is that of every URL'
SETTINGS=
# Without a store: the server's fault, said in its log, not to the client.
MODE=cgi
rm -rf "$T/store"
scim GET /Users
error_is 500 null 'no store: 500'
json_is '.detail|contains("store")' false 'and no word about it'
is "$(grep -c 'make one: muster init' "$T/log")" 1 'but in the log'
done_testing
