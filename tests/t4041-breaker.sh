#!/bin/sh
# The deletion breaker: a credential that deletes, disables or takes out of
# groups more than it should is held until an administrator has looked (issue 5).
. "$(dirname "$0")/lib.sh"
expect_deaths
. tests/events.sh
KV=$PWD/$BUILD/tests/kv_tool

m() {
	verb=$1
	shift
	"$BIN/muster" "$verb" "$@" --store "$T/store" > "$T/out" 2> "$T/err" < /dev/null
	rc=$?
}

# cred LABEL [OPTIONS]: a token in CRED, its id in CRED_ID
cred() {
	label=$1
	shift
	CRED=$(credential --label "$label" "$@")
	CRED_ID=$("$BIN/muster" token list --store "$T/store" | awk -v l="$label" '$NF == l { print $1 }')
}

# as the breaker's client
as() {
	AUTH="Bearer $CRED"
	"$@"
	AUTH=
}

# users PREFIX N: make them; their ids in IDS
users() {
	IDS=
	for n in $(seq "$2"); do
		new_user "$1$n" '"displayName":"Name '"$n"'"'
		IDS="$IDS $ID"
	done
}

# each METHOD IDS [BODY]: the status codes of a request for each
each() {
	method=$1 ids=$2
	shift 2
	CODES=
	for i in $ids; do
		as scim "$method" "/Users/$i" "$@"
		CODES="$CODES$STATUS "
	done
}

# events WHAT: how often that stands in the change log
events() {
	"$KV" "$T/store" list changes | cut -d' ' -f2 | perl -ne 'chomp; print pack("H*", $_), "\n"' |
	    jq -r "select(.operation == \"breaker\" and .breaker == \"$1\" and .id == \"$CRED_ID\") | .taken" | tr '\n' ' '
}

op() { printf '[{"op":"%s","path":"%s","value":%s}]' "$1" "$2" "$3"; }

deletes() {
	cred killer --breaker-count 3
	users del 6
	each DELETE "$IDS"
	is "$CODES" '204 204 204 429 429 429 ' 'three of six are deleted, the others held'
	as scim DELETE "/Users/${IDS##* }"
	error_is 429 null 'what is held gets an Error message'
	is "$(header Retry-After) $(json .detail | grep -c 'an administrator must')" '60 1' 'that says why'
	scim GET "/Users/${IDS##* }"
	is "$STATUS $(json .userName)" '200 del6' 'nothing of it is done'
	as patch "/Users/${IDS##* }" "$(op replace title '"x"')"
	status_is 200 'what takes nothing away goes on'
	as new_user del7
	status_is 201 'and so do new users'
	nobody=01900000-0000-7000-8000-000000000000
	as scim DELETE "/Users/$nobody"
	error_is 404 null 'what is not there cannot be taken away'
	is "$(events held)" '3 ' 'one event is raised'
	m breaker show
	is "$rc $(awk -v id="$CRED_ID" '$1 == id { print $2, $3, $5, $6, $7, $8 }' "$T/out")" '0 default held 3 taken of 6' 'muster breaker show: who is held'
	m breaker show "$CRED_ID"
	is "$(awk '{ print $1, $3, $4, $6 }' "$T/out")" "taken delete User del1
taken delete User del2
taken delete User del3
held delete User del4
held delete User del5
held delete User del6" 'and the names of what it took, and of what was held'
	[ "$MODE" = cgi ] || { server_stop; server_start; }
	as scim DELETE "/Users/${IDS##* }"
	status_is 429 'it is held still when all begins again'
	scim DELETE "/Users/${IDS##* }"
	status_is 204 'another credential is not'
	# what an administrator decides by is in one line, and moves no cursor
	new_user 'odd\nheld\u001b[31m\u009b2J'
	as scim DELETE "/Users/$ID"
	m breaker show "$CRED_ID"
	is "$(grep -c 'odd?held?\[31m??2J' "$T/out")" 1 'a name with control characters'
	m breaker release "$CRED_ID"
	is "$rc $(grep -c 'may go on' "$T/out") $(events released)" '0 1 0 ' 'muster breaker release'
	each DELETE "$(echo "$IDS" | cut -d' ' -f5-6)"
	is "$CODES" '204 204 ' 'released, it goes on'
	m breaker show "$CRED_ID"
	is "$(grep -c ^held "$T/out")" 0 'and nothing is held'
	m breaker show
	is "$(awk -v id="$CRED_ID" '$1 == id { print $3 }' "$T/out")" released 'as is shown'
	m breaker release nobody
	is "$rc $(grep -c "nothing is noted of a credential 'nobody'" "$T/err")" '1 1' 'nobody cannot be released'
	for words in '' explode release 'show a b' 'show --for 1h'; do
		# shellcheck disable=SC2086 # words
		m breaker $words
		is "$rc" 2 "usage: breaker $words"
	done
}

# Who listens for it is told.
told() {
	stream_new --events breaker
	all=$STREAM
	cred told --breaker-count 1
	users told 2
	each DELETE "$IDS"
	scim POST "/.events/streams/$all" '{}'
	is "$(json '.sets[]' | token_part 2 | jq -c '[.sub_id.uri,.events]')" \
	    "[\"urn:uuid:$CRED_ID\",{\"urn:muster:scim:event:breaker\":{\"state\":\"held\",\"taken\":1}}]" 'a stream that asks for it is told'
	stream_new
	m breaker release "$CRED_ID"
	scim POST "/.events/streams/$STREAM" '{}'
	is "$(json '.sets|length')" 0 'one that asks for everything of the RFC is not'
	scim POST "/.events/streams/$all" '{}'
	is "$(json '.sets[]' | while read -r set; do echo "$set" | token_part 2; done | grep -c '"state":"released"')" 1 'nor is its release kept from the first'
}

# Released until now: it begins anew.
anew() {
	cred again --breaker-count 2
	users anew 6
	each DELETE "$(echo "$IDS" | cut -d' ' -f1-4)"
	is "$CODES" '204 204 429 ' 'held'
	m breaker release --for 0d "$CRED_ID"
	each DELETE "$(echo "$IDS" | cut -d' ' -f4-7)"
	is "$CODES" '204 204 429 429 ' 'released for no time: as many again'
}

# Whatever way it goes, and by whatever dialect.
ways() {
	cred sleeper --breaker-count 6
	users off 8
	# shellcheck disable=SC2086 # ids
	set -- $IDS
	as patch "/Users/$1" "$(op replace active false)"
	as patch "/Users/$2" '[{"op":"Replace","path":"active","value":"False"}]'
	as patch "/Users/$3" '[{"op":"replace","value":{"active":false}}]'
	as scim PUT "/Users/$4" "{\"schemas\":[\"$USER_URN\"],\"userName\":\"off4\",\"active\":false}"
	as scim POST /Bulk "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:BulkRequest\"],\"Operations\":[
	    {\"method\":\"DELETE\",\"path\":\"/Users/$5\"},
	    {\"method\":\"PATCH\",\"path\":\"/Users/$6\",\"data\":{\"schemas\":[\"$PATCHOP\"],\"Operations\":$(op replace active false)}},
	    {\"method\":\"PUT\",\"path\":\"/Users/$7\",\"data\":{\"schemas\":[\"$USER_URN\"],\"userName\":\"off7\",\"active\":false}},
	    {\"method\":\"DELETE\",\"path\":\"/Users/$8\"},
	    {\"method\":\"POST\",\"path\":\"/Users\",\"bulkId\":\"n\",\"data\":{\"schemas\":[\"$USER_URN\"],\"userName\":\"offnew\"}}]}"
	is "$STATUS $(json '[.Operations[].status]|join(" ")')" '200 204 200 429 429 201' 'four dialects of active false, and a bulk request: each counts'
	is "$(json '.Operations[2].response.schemas[0]')" urn:ietf:params:scim:api:messages:2.0:Error 'with an Error message in the bulk response'
	as scim PATCH "/Users/$7" "{\"schemas\":[\"$PATCHOP\"],\"Operations\":$(op replace active false)}"
	status_is 429 'the seventh is held'
	as patch "/Users/$1" "$(op replace active false)"
	status_is 200 'one that is disabled already can be told so again'
	as patch "/Users/$1" "$(op replace active true)"
	status_is 200 'and be brought back'
	m breaker show "$CRED_ID"
	is "$(awk '{ print $1, $3, $6 }' "$T/out")" "taken disable off1
taken disable off2
taken disable off3
taken disable off4
taken delete off5
taken disable off6
held disable off7
held delete off8" 'all by name'
}

# What is kept aside is gone for who deleted it, and for nobody else.
quarantine() {
	cred aside --breaker-count 2 --breaker-quarantine 1
	users keep 5
	all=$IDS
	# shellcheck disable=SC2086 # ids
	set -- $all
	new_group keepers "\"members\":[{\"value\":\"$4\"},{\"value\":\"$5\"}]"
	crew=$ID
	each DELETE "$1 $2 $3 $4"
	is "$CODES" '204 204 204 204 ' 'quarantine: all are answered as done'
	for request in "GET /Users/$3" "DELETE /Users/$3" "GET /Users/$4"; do
		as scim "${request% *}" "${request#* }"
		error_is 404 null "and are not there for who has deleted them: ${request%%/*}"
	done
	as patch "/Users/$3" "$(op replace title '"x"')"
	status_is 404 'nor for PATCH'
	as query /Users 'userName sw "keep"'
	is "$(json .totalResults) $(found)" '1 keep5' 'nor in lists'
	as query /Users 'userName eq "keep3"'
	is "$(json .totalResults)" 0 'nor by name'
	as scim GET "/Groups/$crew"
	is "$(json '[.members[].display]|join(" ")')" 'Name 5' 'nor as members'
	as new_user keep3
	is "$STATUS $(json .detail)" '409 a value that must be unique cannot be used' 'but a name is taken'
	query /Users 'userName sw "keep"'
	is "$(found)" 'keep3 keep4 keep5' 'for others they are there'
	scim GET "/Groups/$crew"
	is "$(json '.members|length')" 2 'with their groups'
	as patch "/Users/$5" "$(op replace active false)"
	is "$STATUS $(json .active)" '200 false' 'who is disabled is shown so'
	m breaker show
	is "$(awk -v id="$CRED_ID" '$1 == id { print $3 }' "$T/out") $(events held)" 'held 2 ' 'it is held, and one event is raised'
	m breaker show "$CRED_ID"
	is "$(awk '{ print $1, $3, $6 }' "$T/out")" "taken delete keep1
taken delete keep2
pending delete keep3
pending delete keep4
pending disable keep5" 'what is pending is shown by name'
	[ "$MODE" = cgi ] || { server_stop; server_start; }
	as scim GET "/Users/$3"
	status_is 404 'it is gone for it still when all begins again'
	m breaker discard "$CRED_ID"
	is "$rc $(events discarded)" '0 0 ' 'muster breaker discard'
	as query /Users 'userName sw "keep"'
	is "$(found)" 'keep3 keep4 keep5' 'shows it what there is'
	as scim GET "/Groups/$crew"
	is "$(json '.members|length')" 2 'members, too'
	as scim GET /Users
	is "$STATUS $(json .totalResults)" "200 $(scim GET /Users; json .totalResults)" 'and all others'
	each DELETE "$3 $4 $5"
	is "$CODES" '204 204 204 ' 'it begins anew'
	query /Users 'userName sw "keep"'
	is "$(found)" keep5 'two are deleted, the third is pending'
	m breaker release "$CRED_ID"
	query /Users 'userName sw "keep"'
	is "$rc $(json .totalResults)" '0 0' 'muster breaker release deletes what is pending'
	scim GET "/Groups/$crew"
	is "$(json '.members|length')" 0 'from its groups too'
	m breaker show "$CRED_ID"
	is "$(grep -c '^pending' "$T/out")" 0 'and nothing is pending then'
	as new_user keep3
	status_is 201 'its name is free again'
	as scim POST /.events/streams/x '{}'
	status_is 404 'who is in quarantine may read events'
}

# Who is disabled is so for who did it, whatever way that asks; for others he
# is not.
disables() {
	cred dozer --breaker-count 1 --breaker-quarantine 1
	users doze 5
	# shellcheck disable=SC2086 # ids
	set -- $IDS
	as patch "/Users/$1" "$(op replace active false)"
	scim GET "/Users/$1"
	is "$(json .active)" false 'one may be disabled'
	scim GET "/Users/$2"
	etag=$(header ETag)
	as patch "/Users/$2" "[{\"op\":\"replace\",\"value\":{\"active\":false,\"title\":\"x\"}}]"
	is "$STATUS $(json '"\(.active) \(.title)"')" '200 false x' 'the second is answered as done'
	as scim PUT "/Users/$3" "{\"schemas\":[\"$USER_URN\"],\"userName\":\"doze3\",\"displayName\":\"Name 3\",\"active\":false}"
	is "$STATUS $(json .active)" '200 false' 'by PUT, too'
	new=$(header ETag)
	as scim GET "/Users/$3"
	is "$(json .active) $(header ETag)" "false $new" 'and is so for who did it, in the version that was answered'
	HEADER="If-None-Match: $new" as scim GET "/Users/$3"
	status_is 304 'which it has'
	as query /Users 'userName sw "doze" and active eq false'
	is "$(found)" 'doze1 doze2 doze3' 'in lists'
	as query /Users 'userName sw "doze" and active eq true'
	is "$(found)" 'doze4 doze5' 'and not among the others'
	as query /Users 'userName sw "doze"' 'sortBy=active&sortOrder=ascending'
	json_is '[.Resources[].active]|tojson' '[false,false,false,true,true]' 'in order'
	as scim GET "/Users/$2?attributes=active"
	json_is .active false 'alone'
	query /Users 'userName sw "doze" and active eq false'
	is "$(found)" doze1 'for others one is disabled'
	scim GET "/Users/$2"
	is "$(json '"\(.active) \(.title)"') $([ "$(header ETag)" = "$etag" ] || echo other)" 'true x other' 'what else was asked for is done'
	scim GET "/Users/$3"
	is "$(json .active) $(header ETag)" 'true W/"1"' 'and where nothing was, nothing is changed'
	as patch "/Users/$3" "$(op replace title '"y"')"
	is "$(json '"\(.active) \(.title)"')" 'false y' 'a later PATCH leaves it so'
	scim GET "/Users/$3"
	is "$(json '"\(.active) \(.title)"')" 'true y' 'for both'
	HEADER="If-Match: $new" as scim PATCH "/Users/$3" "{\"schemas\":[\"$PATCHOP\"],\"Operations\":$(op replace title '"z"')}"
	status_is 412 'the version before is not the one there is'
	as patch "/Users/$2" "$(op replace active true)"
	is "$(json .active)" true 'who is brought back is active'
	m breaker show "$CRED_ID"
	is "$(awk '{ print $1, $3, $6 }' "$T/out")" "taken disable doze1
pending disable doze3" 'and is not pending any more'
	as patch "/Users/$4" "$(op replace active false)"
	as scim DELETE "/Users/$4"
	as scim GET "/Users/$4"
	status_is 404 'who is disabled can be deleted, too'
	m breaker discard "$CRED_ID"
	as query /Users 'userName sw "doze" and active eq false'
	is "$(found)" doze1 'discarded: it sees what there is'
	m breaker release --for 0d "$CRED_ID"
	as patch "/Users/$3" "$(op replace active false)"
	as patch "/Users/$5" "$(op replace active false)"
	scim GET "/Users/$5"
	json_is .active true 'again one is too much'
	[ "$MODE" = cgi ] || { server_stop; server_start; }
	as scim GET "/Users/$5"
	json_is .active false 'and is disabled for it still when all begins again'
	m breaker release "$CRED_ID"
	scim GET "/Users/$5"
	is "$rc $(json .active)" '0 false' 'released, he is for all'
	m breaker show "$CRED_ID"
	is "$(grep -c '^pending' "$T/out")" 0 'and nothing is pending'
}

# seen_members GROUP: as the breaker's client and as others see them
seen_members() {
	as scim GET "/Groups/$1"
	mine=$(json '[.members[]?.display]|sort|join(",")' | sed 's/Name //g')
	scim GET "/Groups/$1"
	echo "$mine / $(json '[.members[]?.display]|sort|join(",")' | sed 's/Name //g')"
}

# Who is taken out of a group is out for who did it, and in it for all others.
leaves() {
	cred shrinker --breaker-count 1 --breaker-quarantine 1
	users leave 6
	all=$IDS
	group shrunk "$all"
	crew=$ID
	new_group outer "\"members\":[{\"value\":\"$crew\"}]"
	outer=$ID
	# shellcheck disable=SC2086 # ids
	set -- $all
	as patch "/Groups/$crew" "[{\"op\":\"remove\",\"path\":\"members[value eq \\\"$1\\\"]\"}]"
	is "$(seen_members "$crew")" '2,3,4,5,6 / 2,3,4,5,6' 'one may leave'
	as patch "/Groups/$crew" "[{\"op\":\"Remove\",\"path\":\"members\",\"value\":[{\"value\":\"$2\"},{\"value\":\"$3\"}]},{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$1\"}]}]"
	is "$STATUS $(json '[.members[].display]|sort|join(",")')" '200 Name 1,Name 4,Name 5,Name 6' 'two more are answered as gone, and one as come'
	is "$(seen_members "$crew")" '1,4,5,6 / 1,2,3,4,5,6' 'he has come for all; they are gone for who did it'
	as scim GET "/Groups/$crew"
	first=$(header ETag)
	as patch "/Groups/$crew" "[{\"op\":\"remove\",\"path\":\"members[value eq \\\"$4\\\"]\"}]"
	is "$(seen_members "$crew")" '1,5,6 / 1,2,3,4,5,6' 'and a third'
	is "$([ "$(header ETag)" = "$first" ] || echo other)" other 'in another version'
	as scim GET "/Groups/$crew/members"
	json_is .totalResults 3 'page by page'
	as query /Groups "members.value eq \"$2\""
	json_is .totalResults 0 'no group is found by him'
	as query /Groups "members.value eq \"$5\""
	is "$(json '[.Resources[].displayName]|join(" ")')" shrunk 'but by who stayed'
	as scim GET "/Users/$2"
	is "$(json '.groups|length')" 0 'he is in no group, nor in the one that it is in'
	as query /Users "userName eq \"leave3\" and groups.value eq \"$crew\""
	json_is .totalResults 0 'nor found by it'
	as query /Users "userName sw \"leave\" and groups.value eq \"$outer\""
	json_is .totalResults 3 'nor by the outer one'
	scim GET "/Users/$2"
	is "$(json '.groups|length')" 2 'for others he is in both'
	scim GET "/Groups/$crew/members"
	json_is .totalResults 6 'page by page, too'
	m breaker show "$CRED_ID"
	is "$(sed -n 's/^pending.*shrunk (\(.*\)/\1/p' "$T/out")" '3 members): leave2, leave3, leave4' 'who is pending is shown by name'
	as patch "/Groups/$crew" "[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$2\"}]}]"
	is "$(seen_members "$crew")" '1,2,5,6 / 1,2,3,4,5,6' 'who is brought back is in it'
	as scim PUT "/Groups/$crew" "{\"schemas\":[\"$GROUP_URN\"],\"displayName\":\"renamed\",\"members\":[{\"value\":\"$5\"}]}"
	is "$STATUS $(json '"\(.displayName) \(.members|length)"')" '200 renamed 1' 'PUT leaves one, and renames it'
	scim GET "/Groups/$crew"
	is "$(json '"\(.displayName) \(.members|length)"')" 'renamed 6' 'for others it is renamed'
	m verify
	is "$rc" 0 'the store is sound'
	m breaker discard "$CRED_ID"
	is "$(seen_members "$crew")" '1,2,3,4,5,6 / 1,2,3,4,5,6' 'discarded: all are there'
	as patch "/Groups/$crew" '[{"op":"remove","path":"members"}]'
	is "$(seen_members "$crew")" ' / 1,2,3,4,5,6' 'all are too much at once'
	as patch "/Groups/$crew" "[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$6\"}]}]"
	m breaker release "$CRED_ID"
	is "$rc $(seen_members "$crew")" '0 6 / 6' 'released, they leave, and who was brought back stays'
	m breaker show "$CRED_ID"
	is "$(grep -c '^pending' "$T/out") $(left_keys)" '0 0' 'and nothing is pending'
}

# What one bulk request takes away and brings back is back.
undoes() {
	cred fickle --breaker-count 1 --breaker-quarantine 1
	users undo 3
	group undone "$IDS"
	crew=$ID
	# shellcheck disable=SC2086 # ids
	set -- $IDS
	ops=
	for active in false true; do
		for i in "$1" "$2"; do
			ops="$ops{\"method\":\"PATCH\",\"path\":\"/Users/$i\",\"data\":{\"schemas\":[\"$PATCHOP\"],\"Operations\":$(op replace active $active)}},"
		done
	done
	for verb in remove add; do
		ops="$ops{\"method\":\"PATCH\",\"path\":\"/Groups/$crew\",\"data\":{\"schemas\":[\"$PATCHOP\"],\"Operations\":[{\"op\":\"$verb\",\"path\":\"members\",\"value\":[{\"value\":\"$3\"}]}]}},"
	done
	as bulk "${ops%,}"
	is "$(json '[.Operations[].status]|unique|join(" ")')" 200 'a bulk request that disables and enables, removes and adds'
	m breaker show "$CRED_ID"
	is "$(grep -c ^pending "$T/out")" 0 'has nothing pending'
	as scim GET "/Users/$2"
	json_is .active true 'nobody is disabled'
	is "$(seen_members "$crew")" '1,2,3 / 1,2,3' 'and nobody has left'
	as patch "/Groups/$crew" "[{\"op\":\"remove\",\"path\":\"members[value eq \\\"$3\\\"]\"}]"
	as scim DELETE "/Groups/$crew"
	as scim GET "/Groups/$crew"
	status_is 404 'a group with somebody pending can be deleted'
	scim GET "/Groups/$crew"
	is "$(json '.members|length')" 3 'which is pending then'
	m verify
	is "$rc" 0 'the store is sound'
	m breaker release "$CRED_ID"
	scim GET "/Groups/$crew"
	is "$rc $STATUS" '0 404' 'released, it goes'
	m verify
	is "$rc $(left_keys)" '0 0' 'with all that was noted of it'
}

# Members that leave, by more than one transaction, and a command that is killed.
drains() {
	cred drainer --breaker-count 1 --breaker-quarantine 1
	bulk "$(for n in $(seq 250); do
		printf '{"method":"POST","path":"/Users","bulkId":"d%d","data":{"schemas":["%s"],"userName":"drain%03d"}},' "$n" "$USER_URN" "$n"
	done | sed 's/,$//')"
	group drained "$(json '.Operations[].location' | sed 's,.*/,,' | tr '\n' ' ')"
	crew=$ID
	as patch "/Groups/$crew" '[{"op":"remove","path":"members"}]'
	as scim GET "/Groups/$crew/members"
	is "$(json .totalResults) $(count_members "$crew")" '0 250' '250 members leave, for one'
	m breaker show "$CRED_ID"
	is "$(sed -n 's/^pending.*drained (\([0-9]* members\)):.* \(and [0-9]* more\)$/\1, \2/p' "$T/out")" '250 members, and 150 more' 'a hundred of them by name'
	for seconds in 0.02 0.04 0.06 0.08; do
		timeout --foreground -s KILL "$seconds" "$BIN/muster" breaker release "$CRED_ID" --store "$T/store" > "$T/out" 2>&1
	done
	m verify
	is "$rc" 0 'a release that is killed leaves the store sound'
	as scim GET "/Groups/$crew/members"
	json_is .totalResults 0 'and nobody back for the one'
	released
	is "$rc $(count_members "$crew") $(left_keys)" '0 0 0' 'and goes on: all leave'
}

# released: the release is given once more, and again if it was in the way of a
# recovery: it ends with 77 then
released() {
	for _ in 1 2 3 4 5; do
		m breaker release "$CRED_ID"
		[ "$rc" = 77 ] || break
	done
}

# left_keys: how many are noted to have left a group
left_keys() {
	"$KV" "$T/store" list breakers | grep -c "^[0-9a-f]\{8\}$(printf left | od -An -tx1 | tr -d ' \n')"
}

# bulk OPERATIONS
bulk() {
	scim POST /Bulk "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:BulkRequest\"],\"Operations\":[$1]}"
}

# An administrator's command that is killed is given again.
interrupted() {
	cred many --breaker-count 1 --breaker-quarantine 1
	bulk "$(for n in $(seq 120); do
		printf '{"method":"POST","path":"/Users","bulkId":"m%d","data":{"schemas":["%s"],"userName":"many%03d"}},' "$n" "$USER_URN" "$n"
	done | sed 's/,$//')"
	paths=$(json '.Operations[].location' | sed 's,.*/Users,/Users,')
	as bulk "$(for path in $paths; do
		printf '{"method":"DELETE","path":"%s"},' "$path"
	done | sed 's/,$//')"
	is "$(json '[.Operations[].status]|unique|join(" ")')" 204 'a bulk request of 120 deletions is answered as done'
	query /Users 'userName sw "many"' 'count=0'
	is "$(json .totalResults)" 119 'one is'
	for seconds in 0.02 0.05 0.08 0.11; do
		timeout --foreground -s KILL "$seconds" "$BIN/muster" breaker release "$CRED_ID" --store "$T/store" > "$T/out" 2>&1
	done
	released
	query /Users 'userName sw "many"' 'count=0'
	is "$rc $(json .totalResults)" '0 0' 'a release that was killed goes on'
	m breaker show "$CRED_ID"
	is "$(grep -c '^pending' "$T/out")" 0 'and leaves nothing pending'
	m verify
	is "$rc" 0 'and the store sound'
}

# group NAME IDS: with these members; its id in ID
group() {
	members=
	for i in $2; do members="$members{\"value\":\"$i\"},"; done
	new_group "$1" "\"members\":[${members%,}]"
}

count_members() {
	scim GET "/Groups/$1/members"
	json .totalResults
}

members() {
	cred leaver --breaker-count 4
	users mem 8
	all=$IDS
	group crew "$all"
	crew=$ID
	# shellcheck disable=SC2086 # ids
	set -- $all
	as patch "/Groups/$crew" "[{\"op\":\"remove\",\"path\":\"members[value eq \\\"$1\\\"]\"}]"
	as patch "/Groups/$crew" "[{\"op\":\"Remove\",\"path\":\"members\",\"value\":[{\"value\":\"$2\"}]}]"
	as patch "/Groups/$crew" "[{\"op\":\"remove\",\"path\":\"members[display eq \\\"Name 3\\\"]\"}]"
	is "$(count_members "$crew")" 5 'three ways to leave a group'
	as scim PUT "/Groups/$crew" "{\"schemas\":[\"$GROUP_URN\"],\"displayName\":\"crew\",\"members\":[{\"value\":\"$4\"}]}"
	status_is 429 'PUT that drops four is too much, at once'
	is "$(count_members "$crew")" 5 'and none of them is dropped'
	as patch "/Groups/$crew" '[{"op":"remove","path":"members"}]'
	status_is 429 'nor by a PATCH of all'
	as patch "/Groups/$crew" "[{\"op\":\"replace\",\"path\":\"members\",\"value\":[{\"value\":\"$4\"}]}]"
	status_is 429 'or by one of others'
	as patch "/Groups/$crew" "[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$1\"}]}]"
	is "$(count_members "$crew")" 6 'members can be added'
	m breaker show "$CRED_ID"
	is "$(sed -n 's/.*crew (\(.*\)/\1/p' "$T/out" | tail -1)" '4 members): mem5, mem6, mem7, mem8' 'the members by their names'
	as scim DELETE "/Groups/$crew"
	status_is 429 'its deletion is held too'
	m breaker release "$CRED_ID"
	as scim PUT "/Groups/$crew" "{\"schemas\":[\"$GROUP_URN\"],\"displayName\":\"crew\"}"
	is "$STATUS $(count_members "$crew")" '200 0' 'released, PUT drops them all'
	cred remover --breaker-count 2
	group big "$all"
	as scim DELETE "/Groups/$ID"
	status_is 204 'a group is one, whoever is in it'
}

percent() {
	m tenant create part --breaker-percent 10
	of=$(credential --tenant part)
	IDS=
	for n in $(seq 20); do
		AUTH="Bearer $of" new_user "part$n"
		IDS="$IDS $ID"
	done
	CRED=$of
	each DELETE "$(echo "$IDS" | cut -d' ' -f2-6)"
	is "$CODES" '204 204 429 429 429 ' 'breaker-percent of the tenant: two of twenty'
	CRED=$(credential --tenant part --breaker-percent 100 --breaker-count 4)
	each DELETE "$(echo "$IDS" | cut -d' ' -f4-9)"
	is "$CODES" '204 204 204 204 429 429 ' 'of count and percent the lower one; that of the token goes before'
	m tenant delete part --yes part
	is "$("$KV" "$T/store" list breakers | grep -c '^00000002')" 0 'with its tenant it is gone'
}

# Many at once, and killed: never more than it may, and never fewer.
crowd() {
	[ "$MODE" = http ] || return 0
	cred mob --breaker-count 20
	users mob 60
	for i in $IDS; do
		echo "$ORIGIN/scim/v2/Users/$i"
	done > "$T/urls"
	xargs -P 8 -n 1 curl -s -o /dev/null -X DELETE -H "Authorization: Bearer $CRED" < "$T/urls" &
	deleting=$!
	for _ in 1 2 3; do
		descendants "$LIGHTTPD" | while read -r p; do
			[ "$(cat "/proc/$p/comm" 2> /dev/null)" = users ] && echo "$p"
		done | tail -1 | xargs -r kill -9
	done
	wait "$deleting"
	for i in $IDS; do
		for _ in $(seq 400); do
			as scim DELETE "/Users/$i"
			case $STATUS in 204 | 404 | 429) break ;; esac
			sleep 0.05
		done
		[ "$STATUS" = 429 ] && break
	done
	query /Users 'userName sw "mob"' 'count=0'
	is "$(json .totalResults)" 40 'eight at once, some killed, delete twenty of sixty'
	is "$(events held | wc -w)" 1 'and raise one event'
	m verify
	is "$rc" 0 'the store is sound'
}

run() {
	deletes
	told
	anew
	ways
	quarantine
	disables
	leaves
	undoes
	drains
	interrupted
	members
	percent
	crowd
}

both run

MODE=cgi
store_new
users preset 3
CRED=$TOKEN
SETTINGS='MUSTER_BREAKER_COUNT=1'
each DELETE "$IDS"
is "$CODES" '204 429 429 ' 'MUSTER_BREAKER_COUNT'
SETTINGS=
each DELETE "$(echo "$IDS" | cut -d' ' -f3-)"
is "$CODES" '204 204 ' 'and without it nothing is held'

# One that is answered later is held as well, and keeps nobody waiting.
cred later --breaker-count 1
users later 3
SETTINGS='MUSTER_ASYNC=1'
results=
for i in $IDS; do
	HEADER='Prefer: respond-async' as scim DELETE "/Users/$i"
	results="$results $STATUS:$(header Location | sed 's,.*/.events,/.events,')"
done
HEADER='Prefer: respond-async' as new_user afterwards
"$BIN/muster" work --once --store "$T/store" 2>> "$T/log"
outcomes=
for r in $results; do
	as scim GET "${r#*:}"
	outcomes="$outcomes${r%%:*} $(json '.Operations[0].status // .status'), "
done
is "$outcomes" '202 204, 202 429, 202 429, ' 'what is answered later is held'
query /Users 'userName eq "afterwards"'
json_is .totalResults 1 'and who comes behind it is served'
done_testing
