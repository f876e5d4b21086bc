#!/bin/sh
# /admin/v1/credentials: made, shown, changed, rotated and taken back; what
# nobody sees twice; who has no say (issue 5: credentials, roles; AUTH-03,
# AUTH-05, AUTH-09, ENTRA-A02, ENTRA-A03, ENTRA-A04).
. "$(dirname "$0")/lib.sh"
. tests/admin.sh
. tests/oauth.sh
. tests/jwt.sh

administrators() {
	OWNER=$(administrator owner --all-tenants)
	OPERATOR=$(administrator operator --all-tenants)
	AUDITOR=$(administrator auditor --all-tenants)
	DESIGNER=$(administrator designer)
	ADMIN=$OWNER
	m tenant create acme
	OWN=$(administrator owner --tenant acme)
}

# as_token SECRET METHOD PATH: a request of SCIM with it
as_token() {
	AUTH="Bearer $1" scim "$2" "$3"
	AUTH=
}

# make BODY: a credential; its id in ID, its secret in SECRET
make() {
	admin POST /credentials "$1"
	ID=$(json .id)
	SECRET=$(json '.secret // ""')
}

tokens() {
	make '{"kind":"token","tenant":"acme","label":"Okta","profile":"okta","scopes":["users","read"],"addresses":["127.0.0.0/8","192.0.2.1"],"expires":"90d"}'
	is "$STATUS $(json '"\(.kind) \(.tenant) \(.label) \(.profile) \(.scopes|join(",")) \(.addresses|join(",")) \(.version)"')" \
	    '201 token acme Okta okta users,read 127.0.0.0/8,192.0.2.1 W/"0"' 'a token is made'
	is "$(header Location | sed 's,.*/admin,/admin,') ${SECRET%"${SECRET#mst_}"}" "/admin/v1/credentials/$ID mst_" 'and shown with its secret'
	first=$SECRET id=$ID
	as_token "$first" GET /Users
	status_is 200 'AUTH-03 which is good'
	as_token "$first" GET /Groups
	status_is 403 'AUTH-09 for its scope'
	admin GET "/credentials/$id"
	json_is 'has("secret") or has("key") or has("hash")' false 'AUTH-05 once only'
	is "$(jq -r 'tostring' "$T/body" | grep -c "$first")" 0 'AUTH-05 nowhere'
	json_is '.lastUsed != null and (.expires > .created)' true 'it says until when, and when it was used'

	edit "/credentials/$id" '{"label":"new","scopes":["groups:read"],"addresses":null,"expires":null,"profile":"strict"}'
	is "$STATUS $(json '"\(.label) \(.scopes|join(",")) \(.addresses) \(.expires) \(.profile) \(.version)"')" \
	    '200 new groups:read null null strict W/"1"' 'a change of it'
	as_token "$first" GET /Users
	status_is 403 'is so at once'
	as_token "$first" GET /Groups
	status_is 200 'for the same secret'
	admin PATCH "/credentials/$id" '{"label":"x"}'
	error_is 428 null 'who changes it says which version'
	IF='W/"0"' admin PATCH "/credentials/$id" '{"label":"x"}'
	error_is 412 null 'not one that somebody has changed'
	IF=
	edit "/credentials/$id" '{"filter":"title pr","scopes":[]}'
	json_is '"\(.filter) \(.scopes)"' 'title pr null' 'a filter'
	edit "/credentials/$id" '{"rate":40,"burst":80,"resultsMax":3}'
	json_is '"\(.rate) \(.burst) \(.resultsMax) \(.inFlight)"' '40 80 3 null' 'limits of its own'
	as_token "$first" GET /Users
	is "$(header RateLimit-Limit)" 80 'which are in force at once'
	edit "/credentials/$id" '{"rate":null,"burst":0}'
	json_is '"\(.rate) \(.burst) \(.resultsMax)"' 'null null 3' 'and are taken away'
	while IFS='	' read -r body want; do
		edit "/credentials/$id" "$body"
		is "$STATUS $(json .scimType)" "$want" "no change $body"
	done << 'X'
{"scopes":["robots"]}	400 invalidValue
{"scopes":["admin"]}	400 invalidValue
{"scopes":["users read"]}	400 invalidValue
{"role":"owner"}	400 invalidValue
{"filter":"nosuch eq"}	400 invalidFilter
{"addresses":["here"]}	400 invalidValue
{"expires":"yesterday"}	400 invalidValue
{"expires":"2020-01-01"}	400 invalidValue
{"profile":"nosuch"}	400 invalidValue
{"user":"x"}	400 invalidValue
{"tenant":"default"}	400 invalidValue
{"lifetime":3600}	400 invalidValue
{"secret":"mst_x"}	400 invalidValue
{"rate":-1}	400 invalidValue
{"resultsMax":100000}	400 invalidValue
{"breakerPercent":101}	400 invalidValue
X
	admin GET "/credentials/$id"
	json_is .version 'W/"4"' 'and none was made'

	IF='*' admin POST "/credentials/$id/rotate" '{"oldExpires":"12h"}'
	is "$STATUS $(json '"\(.label) \(.filter) \(.tenant)"')" '201 new title pr acme' 'another one like it'
	second=$(json .secret)
	is "$(json '"\(.rotationOf) \(.lastUsed) \(.created != null)"')" "$id null true" 'issue 5: that says of which'
	m token list
	is "$(sed -n "s/^  rotation of //p" "$T/out")" "$id" 'as muster token list'
	IF=
	for secret in "$first" "$second"; do
		as_token "$secret" GET /Users
		status_is 200 'AUTH-05 both are good, one after the other: no outage'
	done
	admin GET "/credentials/$id"
	json_is '.expires != null' true 'until the old one ends'
	IF='*' admin DELETE "/credentials/$id"
	is "$STATUS" 204 'it is taken back'
	IF=
	as_token "$first" GET /Users
	status_is 401 'and good for nothing'
	as_token "$second" GET /Users
	status_is 200 'the other is'
	admin GET "/credentials/$id"
	not_there 'what was taken back'
}

clients() {
	make '{"kind":"client","tenant":"default","label":"hr","scopes":["users"],"lifetime":7200,"secretExpires":"30d"}'
	is "$STATUS $(json '"\(.lifetime) \(.secrets|length)"') ${SECRET%"${SECRET#mcs_}"}" '201 7200 1 mcs_' 'ENTRA-A02 a client is made'
	CLIENT=$ID
	ask
	is "$STATUS $(json .expires_in)" '200 7200' 'ENTRA-A02 it gets a token'
	access=$(json .access_token)
	admin POST "/credentials/$ID/secrets" '{}'
	error_is 428 null 'another secret is a change of it'
	IF='*' admin POST "/credentials/$ID/secrets" '{"expires":"90d"}'
	is "$STATUS $(json '.secret|startswith("mcs_")')" '201 true' 'ENTRA-A02 another secret'
	old=$SECRET SECRET=$(json .secret)
	IF=
	ask
	is "$STATUS" 200 'ENTRA-A02 is good'
	admin GET "/credentials/$ID/secrets"
	json_is '"\(.totalResults) \([.Resources[]|has("secret") or has("hash")]|any)"' '2 false' 'beside the one it had; neither is shown'
	gone_id=$(json '.Resources[0].id')
	admin GET "/credentials/$ID"
	json_is '"\(.liveSecrets) \([.secrets[]|.id,.created,.expires]|length)"' '2 6' 'issue 5: both are good, each with its id and its times'
	json_is '[.secrets[]|.lastUsed != null]|tostring' '[true,true]' 'issue 5: and when it was used'
	as_token "$access" GET /Users
	status_is 200 'a token of the old one'
	IF='*' admin DELETE "/credentials/$ID/secrets/$gone_id"
	is "$STATUS" 204 'ENTRA-A02 the old one is taken back'
	IF=
	as_token "$access" GET /Users
	status_is 401 'ENTRA-A02 with its tokens'
	SECRET=$old ask
	is "$STATUS" 401 'ENTRA-A02 and gets none'
	IF='*' admin DELETE "/credentials/$ID/secrets/$gone_id"
	not_there 'which is not there then'
	IF='*' admin POST "/credentials/$ID/rotate" '{}'
	error_is 400 invalidValue 'a client is not rotated, its secrets are'
	IF=
	edit "/credentials/$ID" '{"lifetime":3600,"label":"HR"}'
	is "$STATUS $(json '"\(.lifetime) \(.label) \(.secrets|length)"')" '200 3600 HR 1' 'it is changed, and keeps its secrets'
	edit "/credentials/$ID" '{"lifetime":60}'
	error_is 400 invalidValue 'a lifetime has its bounds'
	edit "/credentials/$ID" '{"audiences":["x"]}'
	error_is 400 invalidValue 'who has secrets trusts no issuer'
	edit "/credentials/$ID" '{}'
	ask
	is "$STATUS $(json .expires_in)" '200 3600' 'ENTRA-A02 a changed client gets its token'
}

# An administrator that comes by OAuth, and its tokens that may less.
programs() {
	make '{"kind":"client","allTenants":true,"role":"auditor"}'
	CLIENT=$ID
	ask
	AUTH="Bearer $(json .access_token)" admin GET /me
	is "$STATUS $(json '"\(.role) \(.allTenants)"')" '200 auditor true' 'AUTH-09 a client is an administrator of all'
	ask
	as_token "$(json .access_token)" GET /Users
	status_is 401 'TEN-02 and nobody in SCIM'
	make '{"kind":"client","tenant":"default","role":"auditor","scopes":["admin","users"]}'
	CLIENT=$ID
	ask '&scope=users'
	access=$(json .access_token)
	as_token "$access" GET /Users
	status_is 200 'AUTH-09 a token that was asked for one thing'
	AUTH="Bearer $access" admin GET /me
	may_not 'AUTH-09 is not good for the other'
	ask '&scope=admin'
	access=$(json .access_token)
	as_token "$access" GET /Users
	status_is 403 'AUTH-09 nor the other way round'
	AUTH="Bearer $access" admin GET /me
	is "$STATUS $(json .tenant)" '200 default' 'AUTH-09 where it is good'
}

issuers() {
	TID=3f6c1c7e-0000-4000-8000-00000000e17a
	ISSUER=https://login.microsoftonline.com/$TID/v2.0
	keys="{\"keys\":[$(jwk_ec "$T/ec.pem" e1)]}"
	make "{\"kind\":\"client\",\"tenant\":\"default\",\"tenantId\":\"$TID\",\"audiences\":[\"api://muster\",\"b\"],\"subject\":\"workload\",\"keys\":$keys}"
	is "$STATUS $(json '"\(.issuer) \(.audiences|join(",")) \(.keys.keys[0].kid)"')$SECRET" "201 $ISSUER api://muster,b e1" 'ENTRA-A03 a client with an issuer in place of a secret'
	assertion=$(jwt '{"alg":"ES256","kid":"e1"}' "$(claims)" es256 "$T/ec.pem")
	asks="grant_type=client_credentials&client_id=$ID&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion"
	oauth "$asks=$assertion"
	is "$STATUS" 200 'ENTRA-A03 it gets a token'
	edit "/credentials/$ID" '{"subject":"another"}'
	oauth "$asks=$assertion"
	is "$STATUS" 401 'ENTRA-A03 for its subject'
	edit "/credentials/$ID" "{\"subject\":\"workload\",\"keys\":{\"keys\":[$(jwk_rsa "$T/rsa.pem" r1)]}}"
	oauth "$asks=$assertion"
	is "$STATUS" 401 'ENTRA-A03 by its keys'
	edit "/credentials/$ID" '{"keys":{"keys":[]}}'
	error_is 400 invalidValue 'RFC 8725 a set without keys'
	IF='*' admin POST "/credentials/$ID/secrets" '{}'
	not_there 'it has no secrets'
	IF=
	make "{\"kind\":\"issuer\",\"tenant\":\"default\",\"tenantId\":\"$TID\",\"keys\":$keys}"
	is "$STATUS $(json .issuer)" "201 https://sts.windows.net/$TID/" 'ENTRA-A04 an issuer of bearer tokens'
	entra=$(jwt '{"alg":"ES256","kid":"e1"}' "$(claims ".iss=\"https://sts.windows.net/$TID/\"|.aud=\"8adf8e6e-67b2-4cf2-a259-e3dc5476c621\"")" es256 "$T/ec.pem")
	as_token "$entra" GET /Users
	status_is 200 'ENTRA-A04 which come in'
	edit "/credentials/$ID" '{"scopes":["groups"]}'
	as_token "$entra" GET /Users
	status_is 403 'ENTRA-A04 as far as they may'
	make "{\"kind\":\"issuer\",\"tenant\":\"default\",\"tenantId\":\"$TID\",\"keys\":$keys}"
	error_is 409 uniqueness 'ENTRA-A04 one issuer once'
}

certificates() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=hr -keyout "$T/hr.key" -out "$T/hr.crt" 2>> "$T/log"
	make "{\"kind\":\"certificate\",\"tenant\":\"default\",\"certificate\":$(jq -Rs . "$T/hr.crt")}"
	is "$STATUS $(json '.certificate|startswith("sha256:")')" '201 true' 'a certificate'
	make '{"kind":"certificate","tenant":"default","certificateSubject":"CN=hr"}'
	is "$STATUS $(json .certificate)" '201 subject:CN=hr' 'a subject of certificates'
	make '{"kind":"certificate","tenant":"default","certificateSubject":"CN=hr"}'
	error_is 409 uniqueness 'once in a tenant'
	make '{"kind":"certificate","tenant":"acme","certificateSubject":"CN=hr"}'
	status_is 201 'TEN-02 which another learns nothing of'
	make '{"kind":"certificate","tenant":"default","certificate":"x"}'
	error_is 400 invalidValue 'what is none'
}

refused() {
	while IFS='	' read -r body want; do
		make "$body"
		is "$STATUS $(json .scimType)" "$want" "no credential of $body"
	done << 'X'
{}	400 invalidValue
{"kind":"token"}	400 invalidValue
{"kind":"key","tenant":"acme"}	400 invalidValue
{"kind":"token","tenant":"nobody"}	404 null
{"kind":"token","tenant":"acme","colour":"red"}	400 invalidValue
{"kind":"token","tenant":"acme","id":"1"}	400 invalidValue
{"kind":"client","tenant":"acme","secretExpires":""}	400 invalidValue
{"kind":"token","tenant":"acme","lifetime":3600}	400 invalidValue
{"kind":"token","tenant":"acme","user":"01900000-0000-7000-8000-000000000000"}	404 null
{"kind":"token","tenant":"acme","allTenants":true}	400 invalidValue
{"kind":"token","allTenants":true}	400 invalidValue
{"kind":"certificate","allTenants":true,"role":"owner","certificateSubject":"x"}	400 invalidValue
{"kind":"token","allTenants":true,"role":"auditor","scopes":["admin","users"]}	400 invalidValue
{"kind":"token","tenant":"acme","scopes":["admin"]}	400 invalidValue
{"kind":"client","tenant":"acme","lifetime":1}	400 invalidValue
{"kind":"issuer","tenant":"acme"}	400 invalidValue
{"kind":"token","tenant":"acme","label":7}	400 invalidValue
{"kind":"token","tenant":"acme","label":"a\u001b[2Jb"}	400 invalidValue
{"kind":"token","tenant":"acme","label":"a\nb"}	400 invalidValue
X
}

# Who sees which, and has a say in it.
roles() {
	admin GET '/credentials?count=1000'
	json_is '[.Resources[].id] == ([.Resources[].id]|sort)' true 'the oldest come first'
	all=$(json .totalResults)
	admin GET '/credentials?tenant=acme&count=1'
	json_is '"\(.totalResults > 1) \(.itemsPerPage) \(.Resources[0].tenant)"' 'true 1 acme' 'those of a tenant, page by page'
	first=$(json .Resources[0].id)
	admin GET "/credentials?filter=tenant%20eq%20%22acme%22%20and%20id%20eq%20%22$first%22"
	json_is '"\(.totalResults) \(.Resources[0].id)"' "1 $first" 'those that a filter keeps'
	admin GET '/credentials?kind=certificate'
	json_is '[.Resources[].kind]|unique|join(" ")' certificate 'those of a kind'
	ADMIN=$AUDITOR admin GET '/credentials?count=1000'
	is "$STATUS $(json .totalResults)" "200 $all" 'an auditor sees all'
	json_is '[.Resources[]|has("secret"),(.secrets//[])[].hash]|any' false 'but what is secret'
	ADMIN=$AUDITOR admin POST /credentials '{"kind":"token","tenant":"acme"}'
	may_not 'and makes none'
	ADMIN=$DESIGNER admin GET /credentials
	may_not 'a designer has no business with them'

	ADMIN=$OPERATOR make '{"kind":"token","allTenants":true,"role":"auditor"}'
	is "$STATUS $(json '"\(.role) \(.scopes|join(",")) \(.allTenants)"')" '201 auditor admin true' 'an operator makes an auditor'
	made=$ID
	ADMIN=$OPERATOR make '{"kind":"token","tenant":"acme","role":"owner"}'
	may_not 'but no owner'
	ADMIN=$OPERATOR edit "/credentials/$made" '{"role":"owner"}'
	may_not 'nor by a change'
	ADMIN=$OWNER
	boss=$(admin GET '/credentials?count=1000' && json 'first(.Resources[]|select(.role == "owner")).id')
	ADMIN=$OPERATOR
	for request in "PATCH /credentials/$boss" "DELETE /credentials/$boss" "POST /credentials/$boss/rotate"; do
		IF='*' admin "${request% *}" "${request#* }" '{}'
		may_not "an operator has no say in an owner's: ${request%% *}"
	done
	IF=

	ADMIN=$OWN
	admin GET '/credentials?count=1000'
	json_is '[.Resources[].tenant]|unique|join(" ")' acme "an owner of a tenant sees that one's"
	admin GET '/credentials?tenant=default'
	not_there 'TEN-02 another tenant'
	cp "$T/body" "$T/foreign"
	admin GET '/credentials?tenant=nobody'
	is "$(sed s/nobody/default/ "$T/body")" "$(cat "$T/foreign")" 'TEN-02 as one that is not'
	for request in "GET /credentials/$made" "PATCH /credentials/$made" "DELETE /credentials/$made" \
	    "GET /credentials/$made/secrets" "POST /credentials/$made/rotate"; do
		IF='*' admin "${request% *}" "${request#* }" '{}'
		not_there "TEN-02 nor another's credential: ${request%% *}"
	done
	IF=
	# By what was never there it is answered the same, but for its name.
	never=01900000-0000-7000-8000-000000000000
	while read -r how place what; do
		for id in "$made" "$never"; do
			IF='*' admin "$how" "$(echo "$place" | sed "s/ID/$id/")" ${what:+"$what"}
			{
				echo "$STATUS"
				grep -viE '^(request-id|date|content-length)' "$T/head"
				cat "$T/body"
			} | sed "s/$id/ID/g" > "$T/as.$id"
		done
		is "$(cat "$T/as.$made")" "$(cat "$T/as.$never")" "TEN-03 $how $place"
	done << 'X'
GET /credentials/ID
PATCH /credentials/ID {"label":"x"}
PATCH /credentials/ID {"nosuch":1}
DELETE /credentials/ID
POST /credentials/ID/rotate {}
GET /credentials/ID/secrets
POST /credentials/ID/secrets {"expires":"1d"}
DELETE /credentials/ID/secrets/x
X
	IF=
	make '{"kind":"token","tenant":"default"}'
	not_there 'TEN-02 nor one for it'
	make '{"kind":"token","allTenants":true,"role":"auditor"}'
	may_not 'nor one over all'
	make '{"kind":"token","label":"mine"}'
	is "$STATUS $(json .tenant)" '201 acme' 'its own it makes'
	ADMIN=$OWNER
	m token list
	is "$(grep -c ' mine$' "$T/out")" 1 'the command sees the same'
	m verify
	is "$rc" 0 'verify agrees'
}

schemas() {
	admin GET /tenants/acme/schemas
	is "$STATUS $(json '[.available[]|select(.name == "User")][0]|"\(.inForce) \(.resources) \(.extensions[0].inForce)"')" '200 true 0 true' 'types and extensions in force'
	ADMIN=$DESIGNER admin GET /tenants/acme/schemas
	not_there 'TEN-02 those of another tenant'
	ADMIN=$DESIGNER edit /tenants/default/schemas "{\"without\":[\"$ENT\"]}"
	is "$STATUS $(json '.without[0]') $(json '[.available[]|select(.name == "User")][0].extensions[0].inForce')" "200 $ENT false" 'a designer changes them'
	AUTH="Bearer $TOKEN" scim GET "/Schemas/$ENT"
	AUTH=
	status_is 404 'and they are in force'
	ADMIN=$AUDITOR edit /tenants/default/schemas '{"without":[]}'
	may_not 'an auditor does not'
	admin GET /tenants/default/schemas
	IF='W/"99"' admin PATCH /tenants/default/schemas '{"without":[]}'
	error_is 412 null 'nor who has another version'
	IF=
	edit /tenants/default/schemas '{"types":["Robot"]}'
	error_is 400 invalidValue 'a type that is not there'
	edit /tenants/default/schemas '{"profile":"strict"}'
	error_is 400 invalidValue 'nor anything else'
}

# Eight administrators have read the same version: one changes it.
race() {
	[ "$MODE" = http ] || return 0
	make '{"kind":"token","tenant":"acme"}'
	for path in "credentials/$ID" tenants/acme; do
		etag=$(curl -s -D - -o /dev/null -H "Authorization: Bearer $OWNER" "$ORIGIN/admin/v1/$path" | sed -n 's/^ETag: *//Ip' | tr -d '\r')
		pids=
		for i in 1 2 3 4 5 6 7 8; do
			# Each wants something else.
			body="{\"label\":\"l$i\"}"
			[ "$path" != tenants/acme ] || body="{\"scanMax\":$i}"
			curl -s -o /dev/null -w '%{http_code}\n' -X PATCH -H "Authorization: Bearer $OWNER" -H "If-Match: $etag" \
			    -H 'Content-Type: application/json' -d "$body" "$ORIGIN/admin/v1/$path" > "$T/race.$i" &
			pids="$pids $!"
		done
		# shellcheck disable=SC2086 # one word a pid
		wait $pids
		is "$(sort "$T"/race.? | uniq -c | awk '{ printf "%s %s ", $1, $2 }')" '1 200 7 412 ' "of eight changes of $path at once one is made"
	done
	make '{"kind":"client","tenant":"acme"}'
	pids=
	for i in 1 2 3 4 5 6 7 8; do
		curl -s -o /dev/null -w '%{http_code}\n' -H "Authorization: Bearer $OWNER" -H 'If-Match: W/"1"' \
		    -H 'Content-Type: application/json' -d '{}' "$ORIGIN/admin/v1/credentials/$ID/secrets" > "$T/race.$i" &
		pids="$pids $!"
	done
	# shellcheck disable=SC2086 # one word a pid
	wait $pids
	is "$(sort "$T"/race.? | uniq -c | awk '{ printf "%s %s ", $1, $2 }')" '1 201 7 412 ' 'of eight secrets at once one is made'
	make '{"kind":"token","tenant":"acme","label":"raced"}'
	pids=
	for i in 1 2 3 4 5 6 7 8; do
		curl -s -o /dev/null -w '%{http_code}\n' -H "Authorization: Bearer $OWNER" -H 'If-Match: W/"0"' \
		    -H 'Content-Type: application/json' -d '{"oldExpires":"1h"}' "$ORIGIN/admin/v1/credentials/$ID/rotate" > "$T/race.$i" &
		pids="$pids $!"
	done
	# shellcheck disable=SC2086 # one word a pid
	wait $pids
	is "$(sort "$T"/race.? | uniq -c | awk '{ printf "%s %s ", $1, $2 }')" '1 201 7 412 ' 'of eight rotations at once one is made'
	admin GET '/credentials?tenant=acme&count=1000&filter=label%20eq%20%22raced%22'
	json_is .totalResults 2 'the old token and a new one'
	m audit list --type credential --json
	is "$(jq -r 'select(.change.after.label == "raced" and .change.operation == "create").change.id' "$T/out" | wc -l)" 2 'no other was ever made'
	etag=$(json ".Resources[]|select(.id == \"$ID\").version")
	[ "$etag" != null ] || etag='W/"1"'
	pids=
	for i in 1 2 3 4 5 6 7 8; do
		set -- -X DELETE
		[ $((i % 2)) = 1 ] || set -- -X PATCH -d '{"label":"kept"}'
		curl -s -o /dev/null -w '%{http_code}\n' "$@" -H "Authorization: Bearer $OWNER" -H "If-Match: $etag" \
		    -H 'Content-Type: application/json' "$ORIGIN/admin/v1/credentials/$ID" > "$T/race.$i" &
		pids="$pids $!"
	done
	# shellcheck disable=SC2086 # one word a pid
	wait $pids
	is "$(cat "$T"/race.? | grep -c '^20')" 1 'changed by one, or taken back by one: not both'
}

run() {
	administrators
	tokens
	clients
	programs
	issuers
	certificates
	refused
	roles
	schemas
	race
}

new_keys
both run
done_testing
