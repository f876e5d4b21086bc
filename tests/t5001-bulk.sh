#!/bin/sh
# Many operations in one request: BULK of spec scim.md.
. "$(dirname "$0")/lib.sh"

BULK=urn:ietf:params:scim:api:messages:2.0:BulkRequest

# bulk OPERATIONS [MORE-MEMBERS]
bulk() {
	scim POST /Bulk "{\"schemas\":[\"$BULK\"]${2:+,$2},\"Operations\":[$1]}"
}

statuses() {
	json '[.Operations[].status]|join(" ")'
}

# user BULKID NAME [MORE-MEMBERS]: a POST
user() {
	printf '{"method":"POST","path":"/Users","bulkId":"%s","data":{"schemas":["%s"],"userName":"%s"%s}}' "$1" "$USER_URN" "$2" "${3:+,$3}"
}

# group BULKID NAME MEMBER...: a POST
group() {
	printf '{"method":"POST","path":"/Groups","bulkId":"%s","data":{"schemas":["%s"],"displayName":"%s","members":[' "$1" "$GROUP_URN" "$2"
	shift 2
	for m in "$@"; do
		printf '%s{"value":"%s"}' "$comma" "$m"
		comma=,
	done
	comma=
	printf ']}}'
}

# replace TITLE: the data of a PATCH
replace() {
	echo "{\"schemas\":[\"$PATCHOP\"],\"Operations\":[{\"op\":\"replace\",\"path\":\"title\",\"value\":\"$1\"}]}"
}

methods() {
	bulk "$(user a bulk-a),$(user b bulk-b)"
	is "$STATUS $(statuses)" '200 201 201' 'BULK-01 BULK-03 BULK-17 two are created'
	json_is '.schemas[0]' urn:ietf:params:scim:api:messages:2.0:BulkResponse 'BULK-02 a BulkResponse'
	json_is '[.Operations[]|.bulkId]|join(" ")' 'a b' 'BULK-06 BULK-11 in their order, with their bulkIds'
	json_is '.Operations[0]|"\(.method) \(.version) \(has("response"))"' 'POST W/"1" false' 'BULK-19 BULK-20 the new version, no response'
	location=$(json '.Operations[0].location')
	u=${location##*/}
	scim GET "/Users/$u"
	is "$STATUS $(json .meta.location)" "200 $location" 'BULK-18 the location'
	bulk "{\"method\":\"patch\",\"path\":\"/Users/$u\",\"data\":$(replace P)},{\"method\":\"PUT\",\"bulkId\":\"mine\",\"path\":\"/Users/$u\",\"data\":{\"schemas\":[\"$USER_URN\"],\"userName\":\"bulk-a\",\"title\":\"Q\"}},{\"method\":\"GET\",\"path\":\"/Users/$u\"},{\"method\":\"DELETE\",\"path\":\"/Users/$u\"}"
	is "$(statuses)" '200 200 400 204' 'BULK-07 BULK-09 every method, in any case, and no other'
	json_is '[.Operations[]|.version // "-"]|join(" ")' 'W/"2" W/"3" - -' 'BULK-20 versions'
	json_is '"\(.Operations[1].bulkId) \(.Operations[2].response.scimType) \(.Operations[3].location)"' "mine invalidSyntax $location" 'BULK-10 BULK-18 BULK-19 bulkId, error and location of the others'
	bulk "{\"method\":\"DELETE\",\"path\":\"/Users/$u\"},{\"method\":\"PATCH\",\"path\":\"/Users/$u\",\"data\":$(replace X)}"
	is "$STATUS $(statuses)" '200 404 404' 'BULK-03 200 even when all fail'
	json_is '.Operations[0]|"\(.location) \(.response.status)"' "$location 404" 'BULK-18 BULK-19 a location and an Error for each'
	bulk ''
	json_is '.Operations|length' 0 'BULK-02 no operations'
}

shapes() {
	for row in '{"method":"DELETE","path":"/Users/x?attributes=id"}|400 invalidValue' '{"method":"DELETE","path":"/Users/x#y"}|400 invalidValue' \
	    '{"method":"POST","path":"/Users","data":{}}|400 invalidSyntax' \
	    '{"method":"POST","path":"/Users/x","bulkId":"q","data":{}}|400 invalidValue' \
	    '{"method":"PUT","path":"/Users","data":{}}|400 invalidValue' \
	    '{"method":"DELETE","path":"http://h/Users/x"}|400 invalidValue' \
	    '{"method":"DELETE","path":"/v2/Users/x"}|400 invalidValue' \
	    '{"method":"DELETE","path":"/Me"}|400 invalidValue' \
	    '{"method":"POST","path":"/Bulk","bulkId":"q","data":{}}|400 invalidValue' \
	    '{"method":"DELETE","path":"/Schemas/x"}|400 invalidValue' \
	    '{"method":"PUT","path":"/Users/x"}|400 invalidSyntax' \
	    '{"method":"PUT","path":7}|400 invalidSyntax' \
	    '{"path":"/Users/x"}|400 invalidSyntax'; do
		bulk "${row%|*}"
		json_is '.Operations[0]|"\(.status) \(.response.scimType)"' "${row#*|}" "BULK-07 BULK-08 BULK-10 ${row%|*}"
	done
	scim POST /Bulk '{"Operations":[]}'
	error_is 400 invalidSyntax 'BULK-02 schemas'
	scim POST /Bulk "{\"schemas\":[\"$BULK\"]}"
	error_is 400 invalidSyntax 'BULK-02 Operations'
	bulk 1
	error_is 400 invalidSyntax 'BULK-02 no operation'
	bulk "$(user twice t1),$(user twice t2)"
	error_is 400 invalidValue 'BULK-10 a bulkId twice'
	scim GET '/Users?filter=userName+sw+"t"'
	json_is .totalResults 0 'BULK-10 and nothing is done'
	for n in 0 -1 1.5 '"1"'; do
		bulk '' "\"failOnErrors\":$n"
		error_is 400 invalidValue "BULK-05 failOnErrors $n"
	done
	scim GET /Bulk
	is "$STATUS $(header Allow)" '405 POST, OPTIONS' 'BULK-01 only POST'
	AUTH=none
	bulk ''
	error_is 401 null 'BULK-23 with a credential'
	AUTH=
}

# members of the group NAME, by name
members_of() {
	scim GET "/Groups?filter=displayName+eq+\"$1\""
	json '[.Resources[0].members[]?.display]|sort|join(" ")'
}

references() {
	bulk "$(user a r1),$(group b R1 bulkId:a)"
	is "$(statuses) $(members_of R1)" '201 201 r1' 'BULK-12 T39 backwards'
	bulk "$(group b R2 bulkId:a),$(user a r2)"
	is "$(statuses) $(json '[.Operations[].bulkId]|join(" ")') $(members_of R2)" '201 201 b a r2' 'BULK-13 BULK-06 T39 forwards, results in their order'
	bulk "$(group a R3 bulkId:b),$(group b R4 bulkId:a)"
	is "$(statuses) $(members_of R3) $(members_of R4)" '201 201 R4 R3' 'BULK-14 T39 in a circle'
	bulk "$(group a R5 bulkId:b),$(group b R6 bulkId:c),$(group c R7 bulkId:a bulkId:b bulkId:u),$(user u r7)"
	is "$(statuses) $(members_of R5) $(members_of R6) $(members_of R7)" '201 201 201 201 R6 R7 R5 R6 r7' 'BULK-14 in a larger one'
	bulk "$(group a R8 bulkId:a)"
	is "$(statuses) $(json '.Operations[0].response.scimType')" '400 invalidValue' 'POST-13 but none in itself'
	bulk "$(user a r9 "\"$ENT\":{\"manager\":{\"value\":\"bulkId:b\"}}"),$(user b r10 "\"$ENT\":{\"manager\":{\"value\":\"bulkId:a\"}}")"
	scim GET '/Users?filter=userName+eq+"r9"+or+userName+eq+"r10"&sortBy=userName'
	boss=$(json '.Resources[0].id')
	is "$(json ".Resources[1][\"$ENT\"].manager.value")" "$boss" 'BULK-12 BULK-14 managers in an extension'
	bulk "$(group g R11),$(user u r11),{\"method\":\"PATCH\",\"path\":\"/Groups/bulkId:g\",\"data\":{\"schemas\":[\"$PATCHOP\"],\"Operations\":[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"bulkId:u\"}]},{\"op\":\"add\",\"value\":{\"members\":[{\"value\":\"$boss\"}]}}]}}"
	is "$(statuses) $(members_of R11)" '201 201 200 r10 r11' 'BULK-12 in a path and in the values of a PATCH'
	bulk "$(user u r12),{\"method\":\"PATCH\",\"path\":\"/Groups/bulkId:g\",\"data\":{\"schemas\":[\"$PATCHOP\"],\"Operations\":[{\"op\":\"remove\",\"path\":\"members[value eq \\\"bulkId:u\\\"]\"}]}},$(group g R12 bulkId:u "$boss")"
	is "$(statuses) $(members_of R12)" '201 200 201 r10' 'BULK-12 BULK-15 in the filter of a path'
	bulk "$(user u r99),{\"method\":\"POST\",\"path\":\"/Groups\",\"bulkId\":\"g\",\"data\":{\"schemas\":[\"$GROUP_URN\"],\"displayName\":\"R99\",\"members\":[{\"\$ref\":\"bulkId:u\"}]}}"
	is "$(statuses) $(members_of R99)" '201 201 r99' 'BULK-12 POST-12 in a $ref that stands alone'
	bulk "$(group g R13 bulkId:nobody),$(user u bulkId:x '"title":"bulkId:u","emails":[{"value":"bulkId:u"}]')"
	is "$(statuses) $(json '.Operations[0].response.scimType')" '400 201 invalidValue' 'BULK-16 an unknown bulkId'
	scim GET '/Users?filter=userName+eq+"bulkId:x"'
	json_is '.Resources[0]|"\(.title) \(.emails[0].value)"' 'bulkId:u bulkId:u' 'BULK-12 BULK-26 other text is left alone'
	bulk "$(user u r1),$(group g R14 bulkId:u),$(group h R15 bulkId:g)"
	is "$(statuses)" '409 409 409' 'BULK-16 BULK-24 what fails takes with it what needs it'
	json_is '.Operations[1].response.detail|test("\u0027u\u0027")' true 'BULK-16 named'
	bulk "$(group a R16 bulkId:b),$(group b R17 bulkId:a bulkId:c),$(user c r1)"
	is "$(statuses) $(members_of R16)$(members_of R17)" '409 409 409 ' 'BULK-16 a circle with one that fails'
}

# patches PATH OPERATIONS [MORE-MEMBERS]: a PATCH in a bulk request
patches() {
	printf '{"method":"PATCH","path":"%s"%s,"data":{"schemas":["%s"],"Operations":[%s]}}' "$1" "${3:+,$3}" "$PATCHOP" "$2"
}

# versions_of LETTER: of the groups with such names, in their order
versions_of() {
	scim GET "/Groups?filter=displayName+sw+\"$1\"&sortBy=displayName"
	json '[.Resources[].meta.version]|join(" ")'
}

# What refers to what, where and when.
order() {
	new_user sub
	s=$ID
	bulk "$(user a s1),$(patches "/Users/$s" "{\"op\":\"add\",\"path\":\"$ENT\",\"value\":{\"manager\":{\"value\":\"bulkId:a\"}}}")"
	boss=$(json '.Operations[0].location|split("/")|last')
	scim GET "/Users/$s"
	json_is ".[\"$ENT\"].manager.value" "$boss" 'BULK-12 below the path of an extension'
	bulk "$(patches "/Users/$s" "{\"op\":\"replace\",\"path\":\"$ENT:manager\",\"value\":\"bulkId:b\"}"),$(user b s2)"
	is "$(statuses)" '200 201' 'BULK-12 BULK-13 a reference that is only a string'
	boss=$(json '.Operations[1].location|split("/")|last')
	scim GET "/Users/$s"
	json_is ".[\"$ENT\"].manager.value" "$boss" 'BULK-12 which is replaced as well'
	bulk "$(patches "/Users/$s" '{"op":"remove","path":"emails[value eq \"bulkId:a\"]"}'),$(user a s3 '"profileUrl":"bulkId:nope","groups":[{"value":"bulkId:nope"}]'),$(patches "/Users/$s" '{"op":"remove","path":"emails[type eq \"a\\\"b\" and value eq \"bulkId:a\"]"}')"
	json_is '[.Operations[]|.response.detail//""|test("bulkId .a|bulkId .nope")]|any' false 'BULK-12 no reference: filters on other attributes, URLs, what is read-only'
	is "$(json '.Operations[1].status')" 201 'BULK-12 and the user is there'
	bulk "$(group a S1 bulkId:b),$(group b S2 bulkId:a),$(patches /Groups/bulkId:b '{"op":"replace","path":"displayName","value":"S3"}')"
	is "$(json '[.Operations[]|.version]|join(" ") ') $(versions_of S)" 'W/"2" W/"1" W/"2" W/"2" W/"2"' 'BULK-14 BULK-20 a circle is closed before anything else happens'
	# The name is free once the user who had it is gone, not before.
	new_user held
	held=$ID
	new_group S4
	bulk "$(patches "/Groups/$ID" '{"op":"add","path":"members","value":[{"value":"bulkId:n"}]}'),{\"method\":\"DELETE\",\"path\":\"/Users/$held\"},$(user n held)"
	is "$(statuses) $(members_of S4)" '200 204 201 held' 'BULK-15 what waits lets others pass'
	bulk "$(patches "/Groups/$ID" '{"op":"add","path":"members","value":[{"value":"bulkId:n"}]},{"op":"replace","path":"displayName","value":"S5"}'),$(patches "/Groups/$ID" '{"op":"replace","path":"displayName","value":"S6"}'),$(user n s6)"
	is "$(statuses) $(json '[.Operations[].version]|join(" ")') $(members_of S6)" '200 200 201 W/"3" W/"4" W/"1" held s6' 'BULK-15 but not those on the same resource'
	# a cannot be made; x needs b, which needs a.
	bulk "$(group a '' bulkId:b),$(group b S7 bulkId:a),$(group x S8 bulkId:b)"
	is "$(statuses)" '400 409 409' 'BULK-14 BULK-16 a circle is there or not, and who needs it knows'
	json_is '.Operations[1].response.detail|test("bulkId .a.")' true 'BULK-16 which names the one that failed'
	scim GET '/Groups?filter=displayName+eq+"S7"+or+displayName+eq+"S8"'
	json_is .totalResults 0 'BULK-14 nothing of it is there'
	bulk '{"method":"POST","bulkId":"q","version":7,"path":"/Users","data":{}}'
	json_is '.Operations[0]|"\(.status) \(.bulkId) \(has("location"))"' '400 q false' 'BULK-11 BULK-18 a failed POST has a bulkId and no location'
	bulk "{\"method\":\"PUT\",\"path\":\"/Users/$s\",\"version\":\"W/\\\"1\\\"\",\"data\":{\"schemas\":[\"$USER_URN\"],\"userName\":\"sub\"}}"
	json_is '.Operations[0]|"\(.status) \(.location|split("/")|last) \(.response.status)"' "412 $s 412" 'BULK-20 BULK-18 a PUT of an old version'
	scim POST '/Bulk?attributes=id&filter=x' "{\"schemas\":[\"$BULK\"],\"Operations\":[$(user a s7)]}"
	is "$STATUS $(json '.Operations[0]|"\(.status) \(.method)"')" '200 201 POST' 'BULK-25 parameters of lists mean nothing'
	own=$("$BIN/muster" token create --store "$T/store" --user "$s" | sed -n 's/^Secret token: //p')
	AUTH="Bearer $own" bulk "$(user a s8),$(patches "/Users/$s" '{"op":"replace","path":"title","value":"x"}')"
	is "$STATUS $(statuses)" '200 403 403' 'BULK-23 each operation as if it came alone'
}

# One operation with as many references as fit; time is not the square of it.
many_references() {
	awk -v urn="$GROUP_URN" -v bulk="$BULK" 'BEGIN {
		printf "{\"schemas\":[\"%s\"],\"Operations\":[", bulk
		printf "{\"method\":\"POST\",\"path\":\"/Groups\",\"bulkId\":\"a\",\"data\":{\"schemas\":[\"%s\"],\"displayName\":\"M1\",\"members\":[", urn
		for (i = 0; i < 90000; i++)
			printf "{\"value\":\"bulkId:b\"},{\"value\":\"bulkId:c\"},"
		printf "{\"value\":\"bulkId:b\"}]}},{\"method\":\"POST\",\"path\":\"/Groups\",\"bulkId\":\"b\",\"data\":{\"schemas\":[\"%s\"],\"displayName\":\"M2\",\"members\":[{\"value\":\"bulkId:a\"}]}},", urn
		printf "{\"method\":\"POST\",\"path\":\"/Groups\",\"bulkId\":\"c\",\"data\":{\"schemas\":[\"%s\"],\"displayName\":\"M3\"}}]}", urn }' > "$T/many"
	begun=$(date +%s)
	scim POST /Bulk "$(cat "$T/many")"
	took=$(($(date +%s) - begun))
	is "$(statuses) $(members_of M1)" '201 201 201 M2 M3' 'BULK-14 180001 references'
	[ "$took" -lt "${SLOW:-20}" ]
	ok $? "$MODE BULK-21 in $took s"
}

failures() {
	bulk "$(user a f1),$(user b F1),$(user c f3)"
	is "$(statuses)" '201 409 201' 'BULK-04 BULK-24 each for itself'
	bulk "$(user a ''),$(user b f4)" '"failOnErrors":1'
	is "$(statuses)" 400 'BULK-05 stop at the first, list what was done'
	bulk "$(group a F8 bulkId:b),$(group b '' bulkId:a),$(user c f9)" '"failOnErrors":1'
	is "$(json '[.Operations[]|"\(.bulkId) \(.status)"]|join(",")')" 'b 400' 'BULK-05 of a circle the one to blame'
	bulk "$(user x ''),$(group a F8 bulkId:b),$(group b '' bulkId:c),$(group c F10 bulkId:a)" '"failOnErrors":3'
	is "$(json '[.Operations[]|"\(.bulkId) \(.status)"]|join(",")')" 'x 400,a 409,b 400' 'BULK-05 and as many of the others as it takes'
	bulk "$(user a f5),$(user b f5),$(user c f6),$(user d f6),$(user e f7)" '"failOnErrors":2'
	is "$(statuses)" '201 409 201 409' 'BULK-05 stop at the second'
	scim GET '/Users?filter=userName+eq+"f7"'
	json_is .totalResults 0 'BULK-05 the rest is not done'
	bulk "$(user a v1)"
	u=$(json '.Operations[0].location|split("/")|last')
	for version in 'W/\"9\"|412' 'W/\"1\"|200'; do
		bulk "{\"method\":\"PATCH\",\"path\":\"/Users/$u\",\"version\":\"${version%|*}\",\"data\":$(replace V)}"
		is "$STATUS $(statuses)" "200 ${version#*|}" "BULK-20 version ${version%|*}"
	done
	scim GET "/Bulk/x"
	error_is 404 null 'BULK-01 below it'
}

# 1001 operations, and a body that is too long
limits() {
	ops=$(awk 'BEGIN { for (i = 0; i < 1001; i++)
		printf "%s{\"method\":\"DELETE\",\"path\":\"/Users/%d\"}", i ? "," : "", i }')
	bulk "$ops"
	error_is 413 null 'BULK-21 T40 one too many'
	json_is '.detail|test("1000")' true 'BULK-21 T40 names the limit'
	awk -v urn="$USER_URN" -v bulk="$BULK" 'BEGIN {
		printf "{\"schemas\":[\"%s\"],\"Operations\":[", bulk
		for (i = 0; i < 1000; i++)
			printf "%s{\"method\":\"POST\",\"path\":\"/Users\",\"bulkId\":\"%d\",\"data\":{\"schemas\":[\"%s\"],\"userName\":\"many%d\"}}", i ? "," : "", i, urn, i
		printf "]}" }' > "$T/many"
	scim POST /Bulk "$(cat "$T/many")"
	json_is '[.Operations[].status]|unique|join(" ")' 201 'BULK-01 a thousand at once'
	scim GET '/Users?filter=userName+sw+"many"&count=0'
	json_is .totalResults 1000 'BULK-01 all there'
	head -c 4194305 /dev/zero | tr '\0' ' ' > "$T/request"
	if [ "$MODE" = http ]; then
		STATUS=$(curl -s -o "$T/body" -w '%{http_code}' -H "Authorization: Bearer $TOKEN" \
		    -H 'Content-Type: application/scim+json' -H 'Expect:' \
		    --data-binary @"$T/request" "$ORIGIN/scim/v2/Bulk")
		is "$STATUS $(json '.detail|test("4194304")')" '413 true' 'BULK-22 a body over maxPayloadSize'
	fi
	scim GET /ServiceProviderConfig
	is "$(jq -c .bulk "$T/body")" '{"supported":true,"maxOperations":1000,"maxPayloadSize":4194304}' 'BULK-01 the limits are told'
}

# The extension, as CGI with other settings.
atomic() {
	[ "$MODE" = cgi ] || return 0
	bulk "$(user a n1)" '"atomic":true'
	error_is 400 invalidValue 'atomic is off by default'
	bulk "$(user a n1)" '"atomic":"true"'
	error_is 400 invalidValue 'atomic is true or false'
	SETTINGS='MUSTER_BULK_ATOMIC=1 MUSTER_BULK_OPERATIONS=4'
	scim GET /ServiceProviderConfig
	json_is .bulk.atomic true 'atomic is advertised'
	bulk "$(user a n1),$(group b N1 bulkId:a),$(user c N1x '"active":"x"')" '"atomic":true'
	is "$(statuses)" '409 409 400' 'atomic: one fails, all are undone'
	scim GET '/?filter=userName+eq+"n1"+or+displayName+eq+"N1"'
	json_is .totalResults 0 'atomic: nothing is there'
	bulk "$(group b N1 bulkId:a bulkId:c),$(user a n1),$(group c N2 bulkId:b)" '"atomic":true'
	is "$(statuses) $(json '[.Operations[].version]|join(" ")') $(versions_of N)" '201 201 201 W/"2" W/"1" W/"1" W/"2" W/"1"' 'atomic: all, circles too, in their versions'
	is "$(members_of N1) $(members_of N2)" 'N2 n1 N1' 'atomic: and members'
	bulk "$(user a n2),$(user b n3),$(user c n1)" '"atomic":true'
	is "$(statuses)" '409 409 409' 'atomic: the last one fails'
	json_is '.Operations[2].response.scimType' uniqueness 'atomic: and says why'
	SETTINGS=
}

# workers: the pids of the program
workers() {
	for exe in /proc/[0-9]*/exe; do
		[ "$(readlink "$exe" 2> /dev/null)" = "$BIN/bulk" ] && echo "$exe" | cut -d/ -f3
	done
}

# most FIELD: of all workers, in kB
most() {
	for pid in $(workers); do
		sed -n "s/^$1:[[:space:]]*\([0-9]*\) kB/\1/p" "/proc/$pid/status" 2> /dev/null
	done | sort -n | tail -1
}

# big BATCH: 1000 users of 3500 bytes, each with a manager before or after it
big() {
	awk -v batch="$1" -v urn="$USER_URN" -v ent="$ENT" -v bulk="$BULK" 'BEGIN {
		for (i = 0; i < 3100; i++) text = text "x"
		printf "{\"schemas\":[\"%s\"],\"Operations\":[", bulk
		for (i = 0; i < 1000; i++)
			printf "%s{\"method\":\"POST\",\"path\":\"/Users\",\"bulkId\":\"%d\",\"data\":{\"schemas\":[\"%s\"],\"userName\":\"big%s-%d\",\"displayName\":\"%s\",\"%s\":{\"manager\":{\"value\":\"bulkId:%d\"}}}}", i ? "," : "", i, urn, batch, i, text, ent, (i % 2 ? i - 1 : (i + 2) % 1000)
		printf "]}" }' > "$T/many"
	scim POST /Bulk "$(cat "$T/many")"
	is "$(wc -c < "$T/many" | awk '{ print ($1 > 3000000) }') $(json '[.Operations[].status]|unique|join(" ")')" '1 201' "BULK-01 BULK-14 a thousand large ones, batch $1, half of them in one circle"
}

# The memory of a large request is some times its size, and ends with it.
memory() {
	[ "$MODE" = http ] || return 0
	case $BUILD in *asan*) return 0 ;; esac
	for pid in $(workers); do
		echo 5 > "/proc/$pid/clear_refs" # VmHWM begins anew
	done
	for batch in 1 2 3 4; do
		big $batch
	done
	most=$(most VmHWM)
	sleep 1
	echo "# 4 requests of 3 MB: at most $most kB, $(most RssAnon) kB afterwards"
	[ "$most" -lt 98304 ] && [ "$(most RssAnon)" -lt 8192 ]
	ok $? "$MODE BULK-21 BULK-22 memory has a bound"
}

bulks() {
	methods
	shapes
	references
	order
	many_references
	failures
	limits
	memory
	atomic
}

both bulks
done_testing
