#!/bin/sh
# The request log: a record a request, what it may hold, who may read it, how
# it is kept; muster log, replay and explain.
. "$(dirname "$0")/lib.sh"
. tests/oauth.sh

m() {
	verb=$1
	shift
	"$BIN/muster" "$verb" "$@" --store "$T/store"
}

# one ID EXPRESSION: of the record of that request, when it is there: it is
# written after the answer
one() {
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		m log --id "$1" --json "${3---nobody}" > "$T/record"
		[ -s "$T/record" ] && break
		sleep 0.1
	done
	jq -r "$2" "$T/record"
}

ours() {
	one "$1" "$2" --tail=1
}

request_id() {
	header Request-Id
}

run() {
	new_user anna '"password":"s3cr3t-pass"'
	anna=$ID made=$(request_id)
	is "$(ours "$made" '"\(.method) \(.path) \(.status) \(.type) \(.tenant) \(.written) \(.program)"')" \
	    "POST /scim/v2/Users 201 User 1 1 users" 'a record of a request'
	is "$(ours "$made" .resource)" "$anna" 'with the resource that it made'
	is "$(ours "$made" '[.at, .us, .in, .out, .credential, .address]|map(. != null)|all')" true \
	    'time, duration, bytes, credential'
	patch "/Users/$anna" '[{"op":"Replace","path":"active","value":"False"}]'
	changed=$(request_id)
	is "$(ours "$changed" '"\(.tolerances|join(" ")) \(.read) \(.written)"')" \
	    'op-in-any-case string-booleans 1 1' 'tolerances that fired, records that were touched'
	scim GET "/Users?filter=userName+eq+\"anna\""
	is "$(ours "$(request_id)" '"\(has("tolerances")) \(.read)"')" 'false 1' 'none fires for what the RFC says'
	scim POST /Users "{\"schemas\":[\"$USER_URN\"],\"userName\":\"anna\"}"
	is "$(ours "$(request_id)" '"\(.status) \(.scimType)"')" '409 uniqueness' 'scimType'
	AUTH='Bearer mst_wrong' scim GET /Users
	is "$(one "$(request_id)" '"\(.status) \(.tenant) \(.detail|test("no such token"))"')" '401 0 true' \
	    'who is not known has a record of no tenant, and it says why'
	is "$(m log --status 4xx --tail 5 | grep -c ' 401 ')" 0 'which no tenant sees'
	client
	SECRET=mcs_wrong ask
	is "$(ours "$(request_id)" '"\(.status) \(.credential) \(.detail|test("no such secret .* it is too short"))"')" \
	    "401 $CLIENT true" 'ENTRA-A02 a client that got no token sees why'
	ask '&scope=admin'
	is "$(ours "$(request_id)" '"\(.status) \(.detail)"')" '400 invalid_scope: the client may not ask for this' \
	    'ENTRA-A02 whatever it was'

	# Without the choice no body is kept, and nothing of one.
	is "$(ours "$made" '"\(has("body")) \(.bodyMissing)"')" "$KEEPS" 'a body by choice'
	is "$(grep -rlE 's3cr3t-pass' "$T/store/log" "$T/log" | wc -l | tr -d ' ')" 0 'no password in the log'

	# Another tenant.
	ACME=$("$BIN/muster" init --store "$T/store" --tenant acme | sed -n 's/^Secret token: //p')
	AUTH="Bearer $ACME" scim GET "/Users/$anna"
	foreign=$(request_id)
	is "$(m log --tenant acme --json --id "$foreign" | jq -r .status)" 404 'a tenant sees its own'
	is "$(m log --json --id "$foreign" | wc -l | tr -d ' ')" 0 'and no other'
	TENANT=acme scim GET "/Users/$anna"
	is "$(m log --tenant acme --tail 1 --json | jq -r '.id')" "$foreign" 'nor what others ask at its URL'

	# Injection by what a client chooses.
	AGENT='x","status":200,"tenant":2}' scim GET '/Users/%0a%7B%22status%22%3A200%7D%1b%5B2J'
	is "$(ours "$(request_id)" '"\(.status) \(.tenant) \(.path|contains("{\"status\":200}"))"')" '404 1 true' \
	    'newlines in a path stay in their string'
	is "$(m log --tail 3 | LC_ALL=C grep -c '[[:cntrl:]]')" 0 'nothing that a terminal obeys is printed'
	scim GET "/Users/$(awk 'BEGIN { for (i = 0; i < 6000; i++) printf "a" }')"
	is "$(ours "$(request_id)" '.path|length')" 2048 'a path that is huge is cut'
	scim GET "/Users/$TOKEN"
	is "$(ours "$(request_id)" .path)" '(redacted)' 'a token in a path is not kept'
	scim GET "/Users?filter=passw%6frd+eq+\"s3cr3t-pass\""
	is "$(ours "$(request_id)" .query)" '(redacted)' 'nor a query about a password'

	# Searching.
	is "$(m log --method post --status 201 --json | jq -r .path | sort -u)" /scim/v2/Users 'by method and status'
	is "$(m log --path "v2/Users/$anna" --type user --status 200 --json | jq -r .method | sort -u)" PATCH 'by path and type'
	is "$(m log --since 1h --json | wc -l)" "$(m log --json | wc -l)" 'since an hour ago'
	is "$(m log --until 1h --json | wc -l | tr -d ' ')" 0 'until an hour ago'
	is "$(m log --credential 0 | wc -l | tr -d ' ')" 0 'by credential'
	is "$(m log --request "$changed" --json | jq -r .method) $(m log --request "$anna" | wc -l)" 'PATCH 0' 'by the id of a request'
	m log --status 99 2> "$T/err"
	is "$? $(grep -c '4xx' "$T/err")" '1 1' 'a status that is none'
	m log --since soon 2> "$T/err"
	is "$? $(grep -c '2h' "$T/err")" '1 1' 'a time that is none'
}

KEEPS='false bodies are not kept'
both run

# Bodies, redacted in every shape, and kept in the store only so.
MODE=bodies
store_new
SETTINGS='MUSTER_LOG_BODIES=2 MUSTER_LOG_REDACT=title,emails.value'
bodies_cgi() {
	MODE=cgi
	scim "$@"
	MODE=bodies
	REQUEST=$(request_id)
}
bodies_cgi POST /Users "{\"schemas\":[\"$USER_URN\"],\"userName\":\"anna\",\"password\":\"s3cr3t-pass\",\"title\":\"h1dden\"}"
anna=$(json .id) made=$REQUEST
is "$(ours "$made" '.body|"\(.userName) \(.password) \(.title)"')" 'anna (redacted) (redacted)' 'POST'
is "$(ours "$made" '.answer|"\(.userName) \(.title)"')" 'anna (redacted)' 'and its answer'
patch_of() {
	bodies_cgi PATCH "/Users/$anna" "{\"schemas\":[\"$PATCHOP\"],\"Operations\":$1}"
}
patch_of '[{"op":"replace","path":"password","value":"s3cr3t-pass"}]'
is "$(ours "$REQUEST" '.body.Operations[0].value')" '(redacted)' 'PATCH by path'
patch_of '[{"op":"replace","value":{"Password":["s3cr3t-pass"],"active":true}}]'
is "$(ours "$REQUEST" '.body.Operations[0].value|"\(.Password) \(.active)"')" '(redacted) true' 'PATCH without path, in a list'
patch_of '[{"op":"add","path":"emails[type eq \"work\"].value","value":"h1dden@example.com"}]'
is "$(ours "$REQUEST" '.body.Operations[0]|"\(.op) \(.value)"')" 'add (redacted)' 'PATCH of an attribute that is named'
bodies_cgi POST /Bulk "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:BulkRequest\"],\"Operations\":[{\"method\":\"POST\",\"path\":\"/Users\",\"bulkId\":\"b\",\"data\":{\"schemas\":[\"$USER_URN\"],\"userName\":\"bulk\",\"password\":\"s3cr3t-pass\"}}]}"
is "$(ours "$REQUEST" '.body.Operations[0].data|"\(.userName) \(.password)"')" 'bulk (redacted)' 'Bulk'
bodies_cgi POST /Users '{"keys":[{"kty":"EC","kid":"k1","x":"shown","d":"s3cr3t-pass"},{"kty":"oct","k":"s3cr3t-pass"}],"k":"shown"}'
is "$(ours "$REQUEST" '.body|"\(.keys[0].x) \(.keys[0].d) \(.keys[1].k) \(.k)"')" 'shown (redacted) (redacted) shown' 'the secret part of a key'
bodies_cgi POST /Users '{"password":"s3cr3t-pass",}'
is "$(ours "$REQUEST" '"\(.status) \(has("body")) \(.bodyMissing)"')" '400 false it is no JSON' 'what is no JSON is not kept'
is "$(grep -rlE 's3cr3t-pass|h1dden' "$T/store/log" "$T/log" | wc -l | tr -d ' ')" 0 'nothing of them is in the log'

# A tenant may have it otherwise.
m tenant set default --log-bodies none
bodies_cgi GET /Users
is "$(ours "$REQUEST" 'has("answer")')" false 'a tenant that keeps none'
m tenant set default --log-bodies requests
SETTINGS=
bodies_cgi POST /Users "{\"schemas\":[\"$USER_URN\"],\"userName\":\"bodies\"}"
is "$(ours "$REQUEST" '"\(.body.userName) \(has("answer"))"')" 'bodies false' 'one that keeps those of requests'
m tenant set default --log-bodies all 2> "$T/err"
is "$? $(grep -c 'none, requests or answers' "$T/err")" '1 1' 'another word'
m tenant set default --log-bodies ''
SETTINGS='MUSTER_LOG_BODIES=2 MUSTER_LOG_REDACT=title,emails.value'

# Replay.
MODE=replay
patch_of '[{"op":"Replace","path":"nickName","value":"Nan"},{"op":"replace","path":"active","value":"False"}]'
m replay --dry-run "$REQUEST" > "$T/said"
is "$? $(grep -c 'nothing would change' "$T/said")" '0 1' 'what is so already changes nothing'
kept=$REQUEST
patch_of '[{"op":"replace","path":"nickName","value":"Anni"},{"op":"add","path":"active","value":true}]'
m replay --dry-run "$kept" > "$T/said"
is "$(sed -n 's/^  //p' "$T/said" | sort | tr '\n' ';')" 'active: true -> false;nickName: "Anni" -> "Nan";' 'field by field'
is "$(grep '^tolerances' "$T/said")" 'tolerances ["op-in-any-case","string-booleans"]' 'tolerances that fire'
MODE=cgi
scim GET "/Users/$anna"
MODE=replay
is "$(json '"\(.nickName) \(.active)"')" 'Anni true' 'and nothing is written'
m replay --dry-run "$made" > "$T/said"
is "$(grep -c 'answer 409' "$T/said") $(grep -c 'were redacted' "$T/said")" '1 1' 'the answer of today; what was redacted is said'
m audit list --type User --operation create > "$T/said"
is "$(wc -l < "$T/said" | tr -d ' ')" 3 'no change is logged by a replay'
bodies_cgi DELETE "/Users/$anna"
MODE=replay
m replay --dry-run "$REQUEST" > "$T/said"
is "$(head -1 "$T/said")" 'answer 404' 'DELETE has no body'
SETTINGS=
bodies_cgi POST /Users "{\"schemas\":[\"$USER_URN\"],\"userName\":\"x\"}"
MODE=replay
m replay --dry-run "$REQUEST" > /dev/null 2> "$T/err"
is "$? $(grep -c 'MUSTER_LOG_BODIES=1' "$T/err")" '1 1' 'a body that was not kept: said'
m replay --dry-run nosuch 2> "$T/err"
is "$? $(grep -c 'has no request' "$T/err")" '1 1' 'no such request'
m replay "$REQUEST" 2> "$T/err"
is "$? $(grep -c '^usage: muster replay' "$T/err")" '2 1' 'it is dry or not at all'

# Explain.
MODE=explain
is "$(m explain 'userName eq "x"' | sed -n 's/^rows scanned *//p;s/^  *userName eq: //p;s/^userName eq: //p' | tr '\n' ';')" \
    'unique index: one key;1;' 'a key'
is "$(m explain 'title co "x"' | grep -c 'a walk over all 3 resources')" 1 'a walk'
m explain 'title co' 2> "$T/err"
is $? 1 'a filter that is none'
m explain --type Nosuch 'a pr' 2> "$T/err"
is $? 1 'a type that is none'

# Where the log cannot be written the request is served, and said in the log.
MODE=broken
store_new
: > "$T/store/log.file"
rm -rf "$T/store/log"
: > "$T/store/log"
MODE=cgi
scim GET /Users
MODE=broken
is "$STATUS $(grep -c 'no record' "$T/log")" '200 1' 'without a log requests are served'
rm -f "$T/store/log"
SETTINGS=MUSTER_REQUEST_LOG=0
MODE=cgi
scim GET /Users
MODE=off
is "$STATUS $(ls "$T/store/log" 2> /dev/null)" '200 ' 'it can be switched off'
SETTINGS=
env REQUEST_METHOD=GET SCRIPT_NAME=/scim/v2 PATH_INFO=/Users/x MUSTER_STORE="$T/store" \
    MUSTER_REQUEST_LOG=0 MUSTER_LOG_LEVEL=2 "$BIN/users" > /dev/null 2> "$T/err"
is "$(grep -c ' GET /scim/v2/Users/x 401 ' "$T/err")" 1 'then the log has a line'
env REQUEST_METHOD=GET SCRIPT_NAME=/scim/v2 PATH_INFO=/Users/x MUSTER_STORE="$T/store" \
    MUSTER_LOG_LEVEL=2 "$BIN/users" > /dev/null 2> "$T/err"
is "$(cat "$T/err")" '' 'else it has none: nothing is said twice'

# Many workers at once: no record is lost, none is mixed with another.
MODE=many
store_new
server_start 4
for _ in 1 2 3 4; do
	curl -s -o /dev/null -H "Authorization: Bearer $TOKEN" "$ORIGIN/scim/v2/Users/[1-100]" &
	asking="$asking $!"
done
# shellcheck disable=SC2086 # one word a pid
wait $asking
server_stop
is "$(m log --status 404 --json | jq -r .path | sort | uniq -c | awk '$1 == 4' | wc -l | tr -d ' ')" 100 \
    'four clients, a hundred requests each'

# Follow.
MODE=follow
"$BIN/muster" log --store "$T/store" -f --json > "$T/followed" &
follower=$!
for _ in $(awk 'BEGIN { for (i = 0; i < 100; i++) print i }'); do
	[ "$(wc -l < "$T/followed")" -ge 10 ] && break
	sleep 0.1
done
MODE=cgi
scim GET /Users/followed
MODE=follow
for _ in $(awk 'BEGIN { for (i = 0; i < 100; i++) print i }'); do
	grep -q followed "$T/followed" && break
	sleep 0.1
done
kill "$follower"
wait "$follower"
is "$? $(wc -l < "$T/followed" | tr -d ' ') $(jq -r .path "$T/followed" | tail -1)" '0 11 /scim/v2/Users/followed' \
    'the last ten, and what comes'

# Retention.
MODE=prune
touch -d '40 days ago' "$T"/store/log/1/*
m work --once
is "$(ls "$T/store/log/1")" '' 'records of more than 30 days go'
done_testing
