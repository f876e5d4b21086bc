#!/bin/sh
# The checker of replies finds what is wrong in one: each row is a reply that
# breaks one rule.
. "$(dirname "$0")/lib.sh"

API=urn:ietf:params:scim:api:messages:2.0
B=https://x.test/scim/v2
CORE="\"schemas\":[\"$USER_URN\"],\"id\":\"u1\",\"userName\":\"a\""
META="\"meta\":{\"resourceType\":\"User\",\"location\":\"$B/Users/u1\",\"created\":\"2026-01-01T00:00:00.000Z\",\"version\":\"W/\\\"1\\\"\"}"
USER="{$CORE,$META}"
TYPE=application/scim+json

# reply STATUS PATH BODY [FIELDS]: one reply for the checker
reply() {
	printf '\0360 %s %s %s\n%s\nHTTP/1.1 %s\r\nContent-Type: %s\r\n%s\r\n\r\n%s' \
	    "${METHOD-GET}" "$1" "$2" "${HEADER-}" "$1" "$TYPE" "${4-X-A: b}" "$3" > "$T/replies"
	"$BUILD/tests/check_reply" "$T/replies" > "$T/body"
}

good() {
	text=$1
	shift
	reply "$@"
	is "$? $(head -1 "$T/body")" '0 # 1 replies, 0 of them break a rule' "good: $text"
}

# bad WORDS TEXT STATUS PATH BODY [FIELDS]: it complains with these WORDS
bad() {
	words=$1 text=$2
	shift 2
	reply "$@"
	is "$? $(grep '^# after' "$T/body" | grep -cF -- "$words")" '1 1' "bad: $text"
}

# user WORDS MEMBERS: a user with these members is bad
user() {
	bad "$1" "a user with $2" 200 /Users/u1 "{$CORE,$META,$2}"
}

# list WORDS MEMBERS
list() {
	bad "$1" "a list with $2" 200 /Users "{\"schemas\":[\"$API:ListResponse\"],$2}"
}

# error WORDS MEMBERS
error() {
	bad "$1" "an error with $2" 400 /Users "{$2}"
}

# bulk WORDS OPERATION
bulk() {
	bad "$1" "an operation with $2" 200 /Bulk "{\"schemas\":[\"$API:BulkResponse\"],\"Operations\":[{$2}]}"
}

messages() {
	for row in "not what is parsed|{" "2 bytes|{}x" "a control character|{\"a\":\"$(printf '\001')\"}"; do
		reply 200 /Users/u1 "${row#*|}"
		is "$?" 1 "bad: JSON, ${row%%|*}"
	done
	bad 'the body is no object' 'an array' 200 /Users/u1 '[]'
	bad 'an empty body' 'nothing' 200 /Users/u1 ''
	TYPE=text/html
	bad 'Content-Type is text/html' 'another type' 200 /Users/u1 "$USER"
	TYPE=application/json
	bad 'Content-Type is application/json' 'another JSON' 200 /Users/u1 "$USER"
	HEADER='Accept: application/json'
	good 'the type that was asked for' 200 /Users/u1 "$USER"
	HEADER=
	TYPE='application/scim+json;charset=utf-8'
	good 'a type with its charset' 200 /Users/u1 "$USER"
	TYPE=application/scim+json
	bad 'a body' '204 with a body' 204 /Users/u1 "$USER"
	good '204 without' 204 /Users/u1 ''
	HEADER='Prefer: return=minimal'
	good 'nothing, as preferred' 201 /Users ''
	HEADER=
	METHOD=HEAD
	good 'nothing for HEAD' 200 /Users ''
	METHOD=POST
	good '201' 201 /Users "$USER" "$(printf 'Location: %s/Users/u1\r\nETag: W/"1"' "$B")"
	bad 'Location is not meta.location' '201 that points elsewhere' 201 /Users "$USER" "Location: $B/Users/u2"
	bad '201 without Location' '201 without Location' 201 /Users "$USER"
	METHOD=GET
	bad 'ETag is not meta.version' 'another ETag' 200 /Users/u1 "$USER" 'ETag: W/"2"'
	printf '\0360 GET 200 /Users/u1\n\nContent-Type: %s\n\n%s\0361 GET 200 /Users/u1\n\nContent-Type: x/y\n\n{}' "$TYPE" "$USER" > "$T/replies"
	"$BUILD/tests/check_reply" "$T/replies" > "$T/body"
	is "$? $(tail -1 "$T/body")" '1 # 2 replies, 1 of them break a rule' 'two replies'
	rm -f "$T/replies"
}

errors() {
	good 'an error' 400 /Users "{\"schemas\":[\"$API:Error\"],\"status\":\"400\",\"scimType\":\"invalidPath\",\"detail\":\"x\"}"
	E="\"schemas\":[\"$API:Error\"]"
	error 'without its schemas' '"status":"400"'
	error 'status is not' "$E"
	error 'status is not' "$E,\"status\":400"
	error 'status is not' "$E,\"status\":\"404\""
	error 'unknown scimType' "$E,\"status\":\"400\",\"scimType\":\"versionMismatch\""
	error 'null is the scimType' "$E,\"status\":\"400\",\"scimType\":null"
	error 'detail is no text' "$E,\"status\":\"400\",\"detail\":5"
	error 'a message with hint' "$E,\"status\":\"400\",\"hint\":\"x\""
}

lists() {
	good 'a list' 200 /Users "{\"schemas\":[\"$API:ListResponse\"],\"totalResults\":1,\"itemsPerPage\":1,\"startIndex\":1,\"Resources\":[$USER]}"
	good 'a list by cursor' 200 '/Users?cursor=' "{\"schemas\":[\"$API:ListResponse\"],\"totalResults\":1,\"itemsPerPage\":1,\"nextCursor\":\"a-b._~\",\"Resources\":[$USER]}"
	list totalResults '"itemsPerPage":0,"startIndex":1,"Resources":[]'
	list totalResults '"totalResults":"0","itemsPerPage":0,"startIndex":1,"Resources":[]'
	list totalResults "\"totalResults\":0,\"itemsPerPage\":1,\"Resources\":[$USER]"
	list 'Resources is no list' '"totalResults":0,"itemsPerPage":0,"startIndex":1'
	list itemsPerPage "\"totalResults\":9,\"itemsPerPage\":9,\"startIndex\":1,\"Resources\":[$USER]"
	list startIndex '"totalResults":0,"itemsPerPage":0,"Resources":[]'
	list startIndex '"totalResults":0,"itemsPerPage":0,"startIndex":0,"Resources":[]'
	list 'ends behind' "\"totalResults\":1,\"itemsPerPage\":1,\"startIndex\":2,\"Resources\":[$USER]"
	list 'this name stands twice' '"totalResults":0,"itemsPerPage":0,"startIndex":1,"Resources":[],"resources":[]'
	list 'nextCursor has a =' '"totalResults":0,"itemsPerPage":0,"startIndex":1,"Resources":[],"nextCursor":"a="'
	list 'nextCursor is no text' '"totalResults":0,"itemsPerPage":0,"startIndex":1,"Resources":[],"nextCursor":""'
	list 'title is null' "\"totalResults\":1,\"itemsPerPage\":1,\"startIndex\":1,\"Resources\":[{$CORE,$META,\"title\":null}]"
	good 'a bulk response' 200 /Bulk "{\"schemas\":[\"$API:BulkResponse\"],\"Operations\":[{\"method\":\"POST\",\"bulkId\":\"a\",\"location\":\"$B/Users/u1\",\"status\":\"201\"},{\"method\":\"POST\",\"bulkId\":\"b\",\"status\":\"400\",\"response\":{\"schemas\":[\"$API:Error\"],\"status\":\"400\"}}]}"
	bulk 'no text' '"method":"DELETE","location":"x","status":204'
	bulk 'no text' '"method":"DELETE","location":"x","status":{"code":"204"}'
	bulk 'without its bulkId' '"method":"POST","location":"x","status":"201"'
	bulk 'without location' '"method":"PUT","status":"200"'
	bulk 'without response' '"method":"PUT","location":"x","status":"404"'
	bulk 'status is not' "\"method\":\"PUT\",\"location\":\"x\",\"status\":\"404\",\"response\":{\"schemas\":[\"$API:Error\"],\"status\":\"400\"}"
}

resources() {
	good 'a user' 200 /Users/u1 "{$CORE,$META,\"emails\":[{\"value\":\"a\",\"primary\":true},{\"value\":\"b\"}],\"name\":{\"givenName\":\"\"},\"active\":false}"
	good 'its extension' 200 /Users/u1 "{\"schemas\":[\"$USER_URN\",\"$ENT\"],\"id\":\"u1\",$META,\"$ENT\":{\"manager\":{\"value\":\"m\"}}}"
	good 'a projected user' 200 '/Users/u1?attributes=userName' "{$CORE}"
	bad 'no meta' 'a user without meta' 200 /Users/u1 "{$CORE}"
	bad 'no id' 'a user without id' 200 /Users/u1 "{\"schemas\":[\"$USER_URN\"],$META}"
	bad 'neither meta nor schemas' 'a thing of no type' 200 /Users/u1 '{"id":"u1"}'
	bad 'that of another' 'the location of another' 200 /Users/u1 "{\"schemas\":[\"$USER_URN\"],\"id\":\"u2\",$META}"
	bad 'schemas lacks' 'a user without schemas' 200 /Users/u1 "{\"id\":\"u1\",$META}"
	bad 'schemas has' 'a user and group' 200 /Users/u1 "{\"schemas\":[\"$USER_URN\",\"$GROUP_URN\"],\"id\":\"u1\",$META}"
	bad 'twice' 'a URN twice' 200 /Users/u1 "{\"schemas\":[\"$USER_URN\",\"$USER_URN\"],\"id\":\"u1\",$META}"
	bad 'relative' 'a relative location' 200 /Users/u1 "{$CORE,\"meta\":{\"resourceType\":\"User\",\"location\":\"/Users/u1\"}}"
	user 'nosuch is in no schema' '"nosuch":1'
	user 'this name stands twice' '"username":"a"'
	user 'title is null' '"title":null'
	user 'title is no string' '"title":5'
	user 'title is no string' '"title":["a"]'
	user 'active is no boolean' '"active":"true"'
	user 'emails is no list' '"emails":[]'
	user 'emails is no list' '"emails":{"value":"a"}'
	user 'emails is no complex' '"emails":["a"]'
	user 'emails is no complex' '"emails":[{}]'
	user 'emails.display is null' '"emails":[{"display":null}]'
	user 'emails.values is in no schema' '"emails":[{"values":"a"}]'
	user '2 primary values' '"emails":[{"value":"a","primary":true},{"value":"b","primary":true}]'
	user 'name is no complex' '"name":"a"'
	user 'name is no complex' '"name":{}'
	user 'password is never returned' '"password":"x"'
	user 'is no binary' '"x509Certificates":[{"value":"a b"}]'
	user 'profileUrl is no reference' '"profileUrl":""'
	user 'schemas lacks' "\"$ENT\":{\"department\":\"x\"}"
	user 'or an empty one' "\"$ENT\":{}"
	user 'departmant is not in' "\"$ENT\":{\"departmant\":\"x\"}"
	user 'department is null' "\"$ENT\":{\"department\":null}"
	for date in 2026-01-01 2026-01-01T00:00:00Z 2026-01-01T00:00:00.000 2026-01-01T00:00:00.000+01:00 2026-01-01T00:00:00.00Z 2026-01-01T00:00:00.0001 2026-1-01T000:00:00.000Z; do
		bad 'no dateTime' "the date $date" 200 /Users/u1 "{$CORE,\"meta\":{\"resourceType\":\"User\",\"created\":\"$date\"}}"
	done
	bad 'meta.nosuch is in no schema' 'more meta' 200 /Users/u1 "{$CORE,\"meta\":{\"resourceType\":\"User\",\"nosuch\":1}}"
}

# The harness keeps replies and fails for a bad one.
harness() {
	STATUS=200
	printf 'Content-Type: %s\n\n' "$TYPE" > "$T/head"
	echo '{"id":null}' > "$T/body"
	(note_reply GET /Users/u1; note_reply GET /Users/u2; check_replies) > "$T/out"
	is "$(grep -c '^not ok' "$T/out") $(grep -c '^#   {"id":null}' "$T/out")" '1 2' 'the harness fails, and shows the bodies'
}

MODE=checker
messages
errors
lists
resources
harness
rm -f "$T/replies"
done_testing
