#!/bin/sh
# Streams of events and how a receiver polls them (EVT of spec scim.md, RFC
# 8936): tokens for what was written, sent until they are acknowledged.
. "$(dirname "$0")/lib.sh"
. tests/events.sh

# poll BODY [STREAM]
poll() {
	scim POST "/.events/streams/${2-$STREAM}" "$1"
}

# sent: the numbers of the tokens in the last answer
sent() {
	json '[.sets|keys[]|split(".")[1]|tonumber]|sort|map(tostring)|join(" ")'
}

# id NUMBER: of that token, as it came the first time
id() {
	jq -r ".sets|keys[]|select(startswith(\"$STREAM.$1.\"))" "${2-$T/first}"
}

# token NUMBER: that one
token() {
	json ".sets[\"$(id "$1" "$T/body")\"]"
}

run() {
	TYPE=application/json
	HEADER='Accept: application/json'
	new_user before
	stream_new
	poll '{}'
	is "$STATUS $(header Content-Type) $(json '"\(.sets) \(.moreAvailable)"')" \
	    '200 application/json {} false' 'EVT-14 nothing happened yet'
	new_user anna '"password":"s3cr3t-pass"'
	anna=$ID
	patch "/Users/$anna" '[{"op":"replace","path":"active","value":false}]'
	scim PUT "/Users/$anna" "{\"schemas\":[\"$USER_URN\"],\"userName\":\"anna\",\"active\":true}"
	scim DELETE "/Users/$anna"
	poll '{"maxEvents":10,"returnImmediately":true}'
	is "$(sent)" '2 3 4 5' 'EVT-14 EVT-18 a token for every write'
	is "$(for n in 2 3 4 5; do token $n | token_events; done | tr '\n' ,)" \
	    'prov:create:notice,prov:patch:notice prov:deactivate,prov:put:notice prov:activate,prov:delete,' \
	    'EVT-03 EVT-17 what was done, by names'
	cp "$T/body" "$T/first"
	is "$(token 2 | token_part 2 | jq -c '[.iss,.aud,.jti,.sub_id,has("sub")]')" \
	    "[\"https://issuer.test\",\"https://receiver.test\",\"$(id 2)\",{\"format\":\"scim\",\"uri\":\"/Users/$anna\"},false]" \
	    'EVT-01 EVT-02 issuer, audience, id and subject'
	is "$(token 2 | token_part 2 | jq -r '[(.txn|length),(.iat|type)]|join(" ")')" '36 number' 'EVT-01 the request, the time'
	is "$(token 2 | token_part 1 | jq -r '.typ+" "+.alg')" 'secevent+jwt ES256' 'EVT-15 the header'
	token 2 > "$T/token"
	AUTH=none scim GET /.events/jwks
	is "$STATUS $(header Content-Type)" '200 application/jwk-set+json' 'EVT-12 the keys are public'
	cp "$T/body" "$T/jwks"
	is "$(verified "$T/token")" 'Verified OK' 'EVT-12 OpenSSL finds the signature good'
	sed -i 's/^\(.\{150\}\)./\1-/' "$T/token"
	is "$(verified "$T/token" | head -1)" 'Verification failure' 'EVT-12 and of another text bad'

	poll '{"maxEvents":2}'
	is "$(sent) $(json .moreAvailable)" '2 3 true' 'EVT-14 maxEvents: the oldest, and there are more'
	is "$(jq -r ".sets[\"$(id 3)\"]" "$T/first" | token_part 2)" "$(token 3 | token_part 2)" 'EVT-04 EVT-14 sent again, the same'
	poll "{\"maxEvents\":0,\"ack\":[\"$(id 3)\",\"$(id 5)\",\"$(id 5)\",\"other.2\",\"$STREAM.2\",\"$STREAM.2.x\",\"$STREAM.99.x\"]}"
	is "$(json '"\(.sets) \(.moreAvailable)"')" '{} true' 'EVT-14 only acknowledged'
	poll '{}'
	is "$(sent) $(json .moreAvailable)" '2 4 false' 'EVT-14 what was not acknowledged is sent again'
	poll "{\"ack\":[\"$(id 4)\"],\"setErrs\":{\"$(id 2)\":{\"err\":\"invalid_key\",\"description\":\"no\"}}}"
	is "$(sent)" '' 'EVT-14 what the receiver cannot take is settled'
	"$BIN/muster" stream show --store "$T/store" "$STREAM" > "$T/out"
	is "$(grep -cE "invalid_key no|settled up to +5, and 0" "$T/out")" 2 'EVT-14 and told the administrator'

	for body in '{"maxEvents":-1}' '{"maxEvents":"1"}' '{"ack":{}}' '{"setErrs":[]}' '{"returnImmediately":1}'; do
		poll "$body"
		error_is 400 invalidValue "EVT-14 $body"
	done
	poll '[]'
	error_is 400 invalidSyntax 'EVT-14 no object'
	AUTH=none poll '{}'
	error_is 401 null 'EVT-10 EVT-12 without a token'
	AUTH="Bearer $(credential --scope read)" poll '{}'
	status_is 200 'a token to read with is enough'
	AUTH="Bearer $(credential --user "$(new_user carl && echo "$ID")")" poll '{}'
	error_is 403 null 'one of a person is not'
	poll '{}' 01a1fe9a-5d79-7034-8479-a3f6373de87c
	error_is 404 null 'EVT-14 no such stream'
	poll '{}' nothing
	error_is 404 null 'EVT-14 no stream at all'

	stream_new --types Group --events create,asyncresp --full
	new_user dora
	new_group g
	patch "/Groups/$ID" '[{"op":"replace","path":"displayName","value":"h"}]'
	poll '{}'
	is "$(json '.sets[]' | token_events)" prov:create:full 'types and events that a stream wants'
	is "$(json '.sets[]' | token_part 2 | jq -c '[.events[].data.displayName]')" '["g"]' 'EVT-03 EVT-17 the full form'
	is "$("$BIN/muster" stream list --store "$T/store" | wc -l | tr -d ' ')" 2 'muster stream list'
	"$BIN/muster" stream delete --store "$T/store" "$STREAM"
	poll '{}'
	error_is 404 null 'muster stream delete'

	stream_new
	new_user erik '"password":"s3cr3t-pass"'
	new_user frida
	theirs=$STREAM
	ACME=$("$BIN/muster" init --store "$T/store" --tenant acme | sed -n 's/^Secret token: //p')
	TENANT=acme AUTH="Bearer $ACME" poll '{}'
	error_is 404 null "TEN-03 another tenant's stream is not there"
	stream_new --tenant acme
	TENANT=acme AUTH="Bearer $ACME" new_user gerd
	TENANT=acme AUTH="Bearer $ACME" poll '{}'
	is "$(json '.sets[]' | token_part 2 | jq -r .sub_id.uri)" "/Users/$ID" 'TEN-03 a tenant is told of its own'
	TENANT=acme AUTH=none scim GET /.events/jwks
	is "$([ "$(json '.keys[0].kid')" != "$(jq -r '.keys[0].kid' "$T/jwks")" ] && echo other)" other 'TEN-03 with a key of its own'
	shape='[.keys[]|{kid:(.kid|length),x:(.x|length),y:(.y|length),rest:del(.kid,.x,.y)}]'
	known="$STATUS $(sed 's/^\(Request-Id\|Date\|Content-Length\):.*//' "$T/head") $(jq -c "$shape" "$T/body")"
	TENANT=nobody AUTH=none scim GET /.events/jwks
	is "$STATUS $(sed 's/^\(Request-Id\|Date\|Content-Length\):.*//' "$T/head") $(jq -c "$shape" "$T/body")" "$known" 'TEN-03 a tenant that there is not has a key as well'
	kid=$(json '.keys[0].kid')
	TENANT=nobody AUTH=none scim GET /.events/jwks
	is "$(json '.keys[0].kid')" "$kid" 'TEN-03 always the same'
	TENANT=somebody AUTH=none scim GET /.events/jwks
	is "$([ "$(json '.keys[0].kid')" != "$kid" ] && echo other)" other 'TEN-03 and each another'
	"$BIN/muster" tenant disable acme --store "$T/store"
	TENANT=acme AUTH=none scim GET /.events/jwks
	is "$STATUS $(jq -c "$shape" "$T/body")" "200 ${known##* }" 'TEN-03 nor is one that is disabled told apart'
	"$BIN/muster" tenant delete acme --yes acme --store "$T/store" > "$T/out"
	TENANT=acme AUTH=none scim GET /.events/jwks
	is "$STATUS $(jq -c "$shape" "$T/body")" "200 ${known##* }" 'TEN-03 or one that was deleted'
	STREAM=$theirs
	poll '{}'
	is "$(json '.sets|length')" 2 'EVT-14 two for the first tenant'
	is "$(json '.sets[]' | token_part 2 | grep -c s3cr3t)" 0 'EVT-05 no password'
	"$BIN/muster" verify --store "$T/store" > "$T/out"
	ok $? 'muster verify finds nothing wrong'
}

both run
MODE=usage
for words in '' 'create' 'create --issuer i' 'create --issuer i --audience a --authorization x' 'list x' 'show' 'delete' 'delete --full x' 'walk'; do
	# shellcheck disable=SC2086 # the words are words
	"$BIN/muster" stream $words --store "$T/store" > "$T/out" 2>&1
	is "$?" 2 "stream $words: usage"
done
for words in '--types Nobody' '--events nothing' '--push http://example.com/' '--push nonsense' '--push file:///etc/passwd' '--tenant none'; do
	# shellcheck disable=SC2086
	"$BIN/muster" stream create --store "$T/store" --issuer i --audience a $words > "$T/out" 2>&1
	is "$?" 1 "EVT-12 stream create $words: refused"
done
"$BIN/muster" stream show --store "$T/store" 01a1fe9a-5d79-7034-8479-a3f6373de87c > "$T/out" 2>&1
is "$?" 1 'stream show of none'
"$BIN/muster" stream delete --store "$T/store" nothing > "$T/out" 2>&1
is "$?" 1 'stream delete of none'
done_testing
