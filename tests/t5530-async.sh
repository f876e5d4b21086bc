#!/bin/sh
# Requests that are answered later (RFC 9967 section 2.5.1, EVT-06..10): kept,
# run by muster work, told by a result URI and by events.
. "$(dirname "$0")/lib.sh"
. tests/events.sh
LATER='Prefer: respond-async'

# later METHOD PATH [BODY]: asked to be answered later; in TXN and RESULT
later() {
	HEADER=${PREFER-$LATER} scim "$@"
	TXN=$(header Set-Txn)
	RESULT=$(header Location | sed 's,.*/scim/[^.]*,/,; s,//*,/,')
}

work() {
	"$BIN/muster" work --once --store "$T/store" 2>> "$T/log"
}

# events: every token that is there, one a line, acknowledged
events() {
	(
		TYPE=application/json HEADER='Accept: application/json'
		scim POST "/.events/streams/$STREAM" '{}'
		cp "$T/body" "$T/sets"
		jq -c '{ack:[.sets|keys[]]}' "$T/sets" > "$T/ack"
		scim POST "/.events/streams/$STREAM" "$(cat "$T/ack")"
	)
	jq -r '.sets|to_entries|sort_by(.key|split(".")[1]|tonumber)|.[].value' "$T/sets" |
	    while read -r token; do
		echo "$token" | token_part 2
		echo
	    done
}

# told EVENTS FILTER: what jq makes of each event
told() {
	echo "$1" | jq -rc "$2" | tr '\n' ' '
}

resp='.events["urn:ietf:params:scim:event:misc:asyncresp"]'

off() {
	scim GET /ServiceProviderConfig
	is "$(json .securityEvents.asyncRequest)" none 'EVT-11 answered later: no'
	later POST /Users "{\"schemas\":[\"$USER_URN\"],\"userName\":\"now\"}"
	is "$STATUS $(header Preference-Applied)$TXN" '201 ' 'EVT-06 who prefers it is answered at once'
}

run() {
	scim GET /ServiceProviderConfig
	is "$(json .securityEvents.asyncRequest)" request 'EVT-11 answered later: when it is asked for'
	stream_new

	HEADER='Prefer: respond-async' AUTH=none scim POST /Users '{}'
	error_is 401 null 'EVT-10 not without a token'
	HEADER='Prefer: respond-async' scim POST /Users '{'
	error_is 400 invalidSyntax 'EVT-06 no JSON is told at once'
	HEADER='Prefer: respond-async' scim GET /Users
	status_is 200 'EVT-06 what only reads is answered at once'
	HEADER='Prefer: respond-async' new_user pia '"password":"s3cr3t-pass"'
	status_is 201 'SEC-02 a password is not kept: answered at once'
	HEADER='Prefer: respond-async, wait=10' new_user quinn
	status_is 201 'EVT-06 who can wait is answered at once'
	HEADER='Prefer: wait=0, respond-async' new_user rita
	status_is 202 'EVT-06 who can not, later'
	work
	events > "$T/out"

	later POST /Users "{\"schemas\":[\"$USER_URN\"],\"userName\":\"anna\"}"
	is "$STATUS $(wc -c < "$T/body" | tr -d ' ') $(header Preference-Applied) ${#TXN}" '202 0 respond-async 36' 'EVT-07 202 without a body'
	is "$(header Content-Type)" '' 'EVT-07 and without its type'
	is "$RESULT" "/.events/results/$TXN" 'EVT-07 Location: where the result will be'
	posted=$RESULT
	query /Users 'userName eq "anna"'
	json_is .totalResults 0 'EVT-07 not done yet'
	scim GET "$RESULT"
	is "$STATUS $(header Retry-After)" '202 1' 'EVT-07 nor its result'
	work
	scim GET "$RESULT"
	anna=$(json '.Operations[0].location|split("/")|last')
	is "$STATUS $(json '.Operations[0]|"\(.method) \(.status) \(.version) \(.location|endswith("/Users/'"$anna"'"))"')" \
	    '200 POST 201 W/"1" true' 'EVT-07 the result, in the form of a bulk result'
	scim GET "/Users/$anna"
	json_is '"\(.userName) \(.meta.location|endswith("/Users/'"$anna"'"))"' 'anna true' 'EVT-06 it is done as any request'
	tokens=$(events)
	is "$(told "$tokens" ".txn == \"$TXN\"")" 'true true ' 'EVT-04 EVT-08 the write and its end: txn is Set-Txn'
	is "$(told "$tokens" '[.events|keys[]|split(":")[-2:]|join(":")]|join(",")')" 'create:notice misc:asyncresp ' 'EVT-08 an event at the end'
	is "$(told "$tokens" "select($resp)|.sub_id.uri, ($resp|.method,.status,.version)")" "/Users/$anna POST 201 W/\"1\" " 'EVT-08 what became of it'

	AUTH=none scim GET "$posted"
	error_is 401 null 'EVT-10 no result without a token'
	AUTH="Bearer $(credential)" scim GET "$posted"
	error_is 404 null 'EVT-10 nor for another one'
	scim GET "/.events/results/$anna"
	error_is 404 null 'EVT-10 no such result'
	scim GET /.events/results/nothing
	error_is 404 null 'EVT-10 none at all'

	PREFER='prefer: RESPOND-ASYNC;x=y' later POST /Users "{\"schemas\":[\"$USER_URN\"],\"userName\":\"ANNA\"}"
	taken=$TXN
	later PUT "/Users/$anna" "{\"schemas\":[\"$USER_URN\"],\"userName\":\"anna\",\"title\":\"T\"}"
	later PATCH "/Users/$anna?attributes=title" "{\"schemas\":[\"$PATCHOP\"],\"Operations\":[{\"op\":\"replace\",\"path\":\"title\",\"value\":\"ä \\\"U\\\"\"}]}"
	TYPE=text/plain later PATCH "/Users/$anna" '{}'
	status_is 415 'EVT-06 a wrong media type is told at once'
	PREFER="$LATER" later DELETE "/Users/$anna"
	later DELETE "/Users/$anna"
	work
	tokens=$(events)
	is "$(told "$tokens" "select($resp)|$resp|.method+.status")" 'POST409 PUT200 PATCH200 DELETE204 DELETE404 ' 'EVT-08 in the order in which they came'
	is "$(told "$tokens" "select(.txn == \"$taken\")|.sub_id.uri, ($resp.response|.status,.scimType)")" '/Users 409 uniqueness ' 'EVT-08 what failed, with its error'
	is "$(told "$tokens" "select($resp.status == \"404\")|.sub_id.uri,$resp.response.status")" "/Users/$anna 404 " 'EVT-08 what was not there'
	scim GET "/.events/results/$taken"
	is "$STATUS $(json '.Operations[0]|"\(.status) \(.response.scimType)"')" '200 409 uniqueness' 'EVT-07 the same at the result URI'

	later POST /Bulk "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:BulkRequest\"],\"failOnErrors\":1,\"Operations\":[
	    {\"method\":\"POST\",\"path\":\"/Users\",\"bulkId\":\"b\",\"data\":{\"schemas\":[\"$USER_URN\"],\"userName\":\"bert\"}},
	    {\"method\":\"DELETE\",\"path\":\"/Users/$anna\"},
	    {\"method\":\"POST\",\"path\":\"/Groups\",\"bulkId\":\"g\",\"data\":{\"schemas\":[\"$GROUP_URN\"],\"displayName\":\"g\"}}]}"
	status_is 202 'EVT-09 a bulk request'
	bulk=$TXN
	work
	tokens=$(events)
	is "$(told "$tokens" "select($resp)|.txn")" "$bulk:0 $bulk:1 $bulk:2 " 'EVT-09 one for each operation, from 0'
	is "$(told "$tokens" "select($resp)|$resp|.method+.status+(.bulkId//\"\")")" 'POST201b DELETE404 POST409g ' 'EVT-09 in their order, also what was not tried'
	is "$(told "$tokens" "select($resp)|.sub_id.uri|sub(\"/[0-9a-f-]{36}\";\"/ID\")")" '/Users/ID /Users/ID /Groups ' 'EVT-02 each about its own'
	scim GET "/.events/results/$bulk"
	is "$STATUS $(json '[.Operations[].status]|join(" ")')" '200 201 404 409' 'EVT-09 all of it at the result URI'
	later POST /Bulk '{"schemas":["urn:nothing"],"Operations":[{"method":"PUT","path":"/Users/1"},{"method":"POST","path":"/Users"}]}'
	work
	tokens=$(events)
	is "$(told "$tokens" ".txn == (\"$TXN:0\",\"$TXN:1\"), ($resp|.method,.status,.response.status), .sub_id.uri")" 'true false PUT 400 400 /Users/1 false true POST 400 400 /Users ' 'EVT-09 one that fails as a whole: for each too'
	later POST /Bulk '{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":"none"}'
	work
	tokens=$(events)
	is "$(told "$tokens" ".txn == \"$TXN\", $resp.status")" 'true 400 ' 'EVT-08 a bulk request that is none'

	HEADER='If-Match: W/"9"' new_user erik
	erik=$ID
	reader=$(credential --scope read)
	AUTH="Bearer $reader" later DELETE "/Users/$erik"
	error_is 403 null 'AUTH-09 who may only read is told at once'
	second=$(credential --label second)
	AUTH="Bearer $second" later DELETE "/Users/$erik"
	status_is 202 'EVT-10 accepted'
	"$BIN/muster" token revoke --store "$T/store" "$("$BIN/muster" token list --store "$T/store" | sed -n 's/ .*second$//p')"
	work
	is "$(told "$(events)" "select($resp)|$resp.status")" '401 ' 'EVT-10 a token that was taken back since is good for nothing'
	scim GET "/Users/$erik"
	status_is 200 'EVT-10 and nothing is done'
	is "$(grep -acE "s3cr3t-pass|$TOKEN" "$T/store/requests.db" "$T/store"/log.* | awk -F: '{ n += $2 } END { print n }')" 0 'AUTH-05 SEC-02 no token and no password is kept'
	"$BIN/muster" verify --store "$T/store" > "$T/out"
	ok $? 'muster verify finds nothing wrong'
}

MODE=cgi
store_new
off
export MUSTER_ASYNC=1 SETTINGS=MUSTER_ASYNC=1
both run
done_testing
