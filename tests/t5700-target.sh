#!/bin/sh
# The target that the tests of provisioning use fails as it is told, and is
# right where it is not told to fail.
. "$(dirname "$0")/lib.sh"
. tests/faulty.sh
MODE=target

# at METHOD PATH [BODY]: STATUS, the head and the body of its answer; 000 when
# there is none
at() {
	: > "$T/body"
	STATUS=$(curl -s -m "${LIMIT:-60}" -o "$T/body" -D "$T/head" -w '%{http_code}' -X "$1" \
	    -H "Content-Type: ${TYPE-application/scim+json}" ${HEADER:+-H "$HEADER"} \
	    "$TARGET$2" ${3+--data-binary "$3"})
}

names() {
	target_says users.tsv | cut -f1 | tr '\n' ' '
}

target_start
at POST /Users '{"userName":"Ann","externalId":"1","emails":[{"type":"work","value":"a@b"}]}'
ANN=$(json .id)
is "$STATUS $(header Location)" "201 $TARGET/Users/$ANN" 'a user is created'
at POST /Users '{"userName":"aNN"}'
is "$STATUS $(json .scimType)" '409 uniqueness' 'not twice'
at GET '/Users?filter=userName%20eq%20%22ANN%22'
is "$STATUS $(json '.totalResults') $(json '.Resources[0].id')" "200 1 $ANN" 'a filter finds it'
at GET '/Users?filter=emails%5Btype%20eq%20%22work%22%5D.value%20co%20%22%40%22%20and%20externalId%20eq%20%221%22'
is "$(json '.totalResults')" 1 'so does a longer one'
at GET '/Users?filter=externalId%20eq%20%222%22'
is "$STATUS $(json '.totalResults')" '200 0' 'another finds none'

at PATCH "/Users/$ANN" '{"Operations":[{"op":"Replace","path":"active","value":"False"},
	{"op":"add","value":{"name.givenName":"A","urn:x:2.0:User:d":"D"}},
	{"op":"replace","path":"emails[type eq \"work\"].value","value":"c"}]}'
is "$(json '[.active,.name.givenName,."urn:x:2.0:User".d,.emails[0].value]|@csv')" '"False","A","D","c"' 'PATCH in several dialects'
at POST /Groups "{\"displayName\":\"G\",\"members\":[{\"value\":\"$ANN\"},{\"value\":\"other\"}]}"
GROUP=$(json .id)
at PATCH "/Groups/$GROUP" '{"Operations":[{"op":"remove","path":"members[value eq \"other\"]"}]}'
is "$STATUS $(target_says groups.tsv | cut -f1,2)" "$(printf '200 G\tAnn')" 'a member goes'
at PATCH "/Groups/$GROUP" "{\"Operations\":[{\"op\":\"remove\",\"path\":\"members\",\"value\":[{\"value\":\"$ANN\"}]}]}"
is "$STATUS $(json '.members|length')" '200 0' 'and in the other form'
at PUT "/Users/$ANN" '{"userName":"Ann"}'
is "$STATUS $(json .externalId)" '200 null' 'PUT drops what it does not say'

# Each fault, by what comes and what is done.
# fault SCRIPT METHOD PATH BODY WANT-STATUS WANT-NAMES
fault() {
	target_script <<- EOF
		1 $2 ^$3 $1
	EOF
	at "$2" "$3" "$4"
	is "$STATUS $(names)" "$5 $6" "$1"
}
fault 'status 429 Retry-After: 3' POST /Users '{"userName":"b"}' 429 'Ann '
is "$(header Retry-After)" 3 'with its field'
fault 'after 500' POST /Users '{"userName":"b"}' 500 'Ann b '
fault cut POST /Users '{"userName":"c"}' 000 'Ann b '
fault cut-after POST /Users '{"userName":"c"}' 000 'Ann b c '
LIMIT=2 fault hang POST /Users '{"userName":"d"}' 000 'Ann b c '
LIMIT=2 fault hang-after POST /Users '{"userName":"d"}' 000 'Ann b c d '
fault empty PUT "/Users/$ANN" '{"userName":"Ann"}' 204 'Ann b c d '
fault 'body no JSON' GET /Users '' 200 'Ann b c d '
is "$(cat "$T/body")" 'no JSON' 'which is that'
fault 'total 9' GET /Users '' 200 'Ann b c d '
is "$(json '"\(.totalResults) \(.Resources|length)"')" '9 4' 'a wrong total'
fault duplicate GET /Users '' 200 'Ann b c d '
is "$(json '.Resources|length')" 8 'each twice'
fault 'long 5000' GET /Users '' 200 'Ann b c d '
ok $(($(wc -c < "$T/body") < 5000)) 'it is longer'
fault 'hide userName' GET "/Users/$ANN" '' 200 'Ann b c d '
is "$(json .userName)" null 'and one is hidden'
fault 'slow 100' GET /Users '' 200 'Ann b c d '
fault repeat POST /Users '{"userName":"e"}' 409 'Ann b c d e '

# Which requests fail.
target_script << 'EOF'
2-3 GET /Users status 500
EOF
for i in 1 2 3 4; do
	at GET /Users
	at GET /Groups
	printf '%s ' "$STATUS"
done > "$T/statuses"
is "$(target_asked | tail -8 | awk '{ printf "%s ", $3 }')" '200 200 500 200 500 200 200 200 ' 'the second and the third'

# What stays as it was set.
target_script << 'EOF'
set page 2
set etag
set type application/json
set missing 404
EOF
at GET /Users
is "$(json '"\(.totalResults) \(.itemsPerPage) \(.startIndex)"')" '5 2 1' 'pages'
at PUT "/Users/$ANN" '{"userName":"Ann"}'
is "$STATUS" 415 'one media type'
TYPE=application/json at PUT "/Users/$ANN" '{"userName":"Ann"}'
is "$STATUS" 412 'If-Match is wanted'
at GET "/Users/$ANN"
HEADER="If-Match: $(header ETag)" TYPE=application/json at PUT "/Users/$ANN" '{"userName":"Ann"}'
is "$STATUS" 200 'and the right one is taken'
at GET '/Users?filter=userName%20eq%20%22x%22'
is "$STATUS" 404 'what finds nothing has the status that was set'
target_script << 'EOF'
set cursor
set page 3
EOF
at GET /Users
at GET "/Users?cursor=$(json .nextCursor)"
is "$(json '"\(.Resources|length) \(.nextCursor)"')" '2 null' 'pages by cursor'
target_script << 'EOF'
set stale 60000
EOF
at GET "/Users/$ANN"
is "$STATUS" 404 'what was written just now cannot be read'
target_script << 'EOF'
set rate 2
EOF
# By one process, so that they come within a second; again, if they do not.
for _ in 1 2 3 4 5 6 7 8 9 10; do
	curl -s -m 10 -D "$T/head" -o /dev/null -o /dev/null -o "$T/body" -w '%{http_code} ' \
	    "$TARGET/Groups" "$TARGET/Groups" "$TARGET/Groups" > "$T/statuses"
	[ "$(cat "$T/statuses")" = '200 200 200 ' ] || break
done
is "$(cut -d' ' -f3 "$T/statuses") $(header Retry-After)" '429 1' 'the third in a second'
target_forget
is "$(target_says counts | jq .all)" 0 'the journal is forgotten'
target_users 1 1000
target_script < /dev/null
at GET '/Users?filter=externalId%20eq%20%22x1000%22'
is "$(json '.Resources[0].userName')" u1000 'many users at once'
rm -f "$T/body"
done_testing
