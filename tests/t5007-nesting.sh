#!/bin/sh
# Groups in groups (issue: nesting to depth 10 with a cycle refused; GET-05,
# POST-13, BULK-14).  RFC 7644 section 3.7.1 wants circles that a bulk request
# describes by bulkIds to be made, so these are the only ones there are.
. "$(dirname "$0")/lib.sh"

BULK=urn:ietf:params:scim:api:messages:2.0:BulkRequest

# bulk OPERATIONS
bulk() {
	scim POST /Bulk "{\"schemas\":[\"$BULK\"],\"Operations\":[$1]}"
}

# add_member GROUP MEMBER
add_member() {
	patch "/Groups/$1" "[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$2\"}]}]"
}

# group_with NAME ID: the body of a group with that member
group_with() {
	printf '{"schemas":["%s"],"displayName":"%s","members":[{"value":"%s"}]}' "$GROUP_URN" "$1" "$2"
}

# state GROUP: what is stored of it
state() {
	scim GET "/Groups/$1"
	json '"\(.meta.version) \([.members[]?.display]|sort|join(","))"'
}

# refused WANT-DETAIL TEXT
refused() {
	error_is 400 invalidValue "POST-13 $2"
	is "$(json .detail | grep -cF -- "$1")" 1 "POST-13 $2: the circle is named"
}

# chain N: groups l1 to lN, each in the one before; their ids in L1 to LN
chain() {
	ID=
	for i in $(seq "$1" -1 1); do
		if [ -n "$ID" ]; then
			new_group "l$i" "\"members\":[{\"value\":\"$ID\"}]"
		else
			new_group "l$i"
		fi
		eval "L$i=$ID"
	done
}

depth() {
	new_user anna; u=$ID
	chain 10
	add_member "$L10" "$u"
	scim GET "/Users/$u"
	json_is '[.groups[]|"\(.display) \(.type)"]|sort|join(" ")' \
	    'l1 indirect l10 direct l2 indirect l3 indirect l4 indirect l5 indirect l6 indirect l7 indirect l8 indirect l9 indirect' \
	    'GET-05 groups of depth 10'
	add_member "$L1" "$L10"
	is "$STATUS" 200 'POST-13 two ways to a group are no circle'
	patch "/Groups/$L1" "[{\"op\":\"remove\",\"path\":\"members[value eq \\\"$L10\\\"]\"}]"
}

refusals() {
	before=$(state "$L10")
	for pair in "1 $L10" "2 $L9"; do
		target=${pair#* }
		was=$(state "$target")
		add_member "$target" "$L1"
		refused "$target > $L1 > $L2 > " "PATCH, ${pair% *} from the end"
		is "$(state "$target")" "$was" 'POST-13 and nothing has changed'
	done
	add_member "$L10" "$L10"
	refused "$L10 > $L10" 'a group in itself'
	patch "/Groups/$L10" "[{\"op\":\"replace\",\"path\":\"displayName\",\"value\":\"x\"},{\"op\":\"add\",\"value\":{\"members\":[{\"value\":\"$L9\"}]}}]"
	refused "operation 1: members[value eq \"$L9\"]" 'PATCH without path'
	scim PUT "/Groups/$L10" "$(group_with l10 "$L5")"
	refused "$L10 > $L5 > $L6 > $L7 > $L8 > $L9 > $L10" 'PUT'
	data=$(group_with l10 "$L8")
	bulk "{\"method\":\"PUT\",\"path\":\"/Groups/$L10\",\"data\":$data},{\"method\":\"PATCH\",\"path\":\"/Groups/$L10\",\"data\":{\"schemas\":[\"$PATCHOP\"],\"Operations\":[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$L9\"}]}]}}"
	json_is '[.Operations[]|"\(.status) \(.response.scimType)"]|join(",")' '400 invalidValue,400 invalidValue' 'POST-13 in a bulk request'
	is "$(state "$L10")" "$before" 'POST-13 and nothing has changed'
	bulk "{\"method\":\"POST\",\"path\":\"/Groups\",\"bulkId\":\"n\",\"data\":$(group_with new "$L1")},{\"method\":\"PATCH\",\"path\":\"/Groups/$L10\",\"data\":{\"schemas\":[\"$PATCHOP\"],\"Operations\":[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"bulkId:n\"}]}]}}"
	json_is '[.Operations[]|.status]|join(",")' '201,400' 'POST-13 through a group of the same request'
	patch "/Groups/$L1" "[{\"op\":\"remove\",\"path\":\"members\"}]"
	add_member "$L10" "$L1"
	is "$STATUS" 200 'POST-13 what is no circle any more is allowed'
}

# Circles that a bulk request has made end every walk, and no others come.
circles() {
	bulk "{\"method\":\"POST\",\"path\":\"/Groups\",\"bulkId\":\"a\",\"data\":$(group_with c1 bulkId:b)},{\"method\":\"POST\",\"path\":\"/Groups\",\"bulkId\":\"b\",\"data\":$(group_with c2 bulkId:a)}"
	json_is '[.Operations[]|.status]|join(" ")' '201 201' 'BULK-14 T39 a circle of groups'
	a=$(json '.Operations[0].location|split("/")|last')
	b=$(json '.Operations[1].location|split("/")|last')
	new_user bert; u=$ID
	add_member "$a" "$u"
	status_is 200 'BULK-14 it can be worked with'
	scim GET "/Users/$u"
	json_is '[.groups[]|"\(.display) \(.type)"]|sort|join(",")' 'c1 direct,c2 indirect' 'GET-05 circles end'
	scim GET "/Groups/$a"
	jq -c . "$T/body" > "$T/same"
	scim PUT "/Groups/$a" "$(cat "$T/same")"
	is "$STATUS $(state "$a")" '200 W/"3" bert,c2' 'PUT-15 and put as it is'
	new_group c3; c=$ID
	add_member "$a" "$c"
	status_is 200 'POST-13 a third below it'
	add_member "$c" "$b"
	refused "$c > $b > $a > $c" 'which closes no other circle'
	patch "/Groups/$b" "[{\"op\":\"remove\",\"path\":\"members[value eq \\\"$a\\\"]\"}]"
	add_member "$b" "$a"
	refused "$b > $a > $b" 'once open it stays open'
	scim DELETE "/Groups/$a"
	status_is 204 'DEL-06 deleted'
	is "$(state "$b")" 'W/"2" ' 'DEL-06 and the other has no members'
}

# request NUMBER PATH BODY: in the background
request() {
	curl -sg -o /dev/null -w '%{http_code}\n' -X PATCH -H "Authorization: Bearer $TOKEN" \
	    -H 'Content-Type: application/scim+json' --data-binary "$3" \
	    "$ORIGIN/scim/v2$2" > "$T/race.$1" 2>> "$T/log" &
}

# Two writes that together make a circle.
race() {
	op="{\"schemas\":[\"$PATCHOP\"],\"Operations\":[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"ID\"}]}]}"
	: > "$T/races"
	for i in $(seq 25); do
		new_group "a$i"; a=$ID
		new_group "b$i" ; b=$ID
		request 1 "/Groups/$a" "$(echo "$op" | sed "s/ID/$b/")"
		one=$!
		request 2 "/Groups/$b" "$(echo "$op" | sed "s/ID/$a/")"
		wait $one $!
		sort "$T/race.1" "$T/race.2" | tr '\n' ' ' >> "$T/races"
		echo "$(state "$a")$(state "$b")" | tr -cd 'ab' | wc -c >> "$T/races"
	done
	is "$(sort -u "$T/races" | tr -s ' ')" '200 400 1' 'POST-13 one of two is refused'
}

# A group in more groups than are walked.
many() {
	new_group deep; d=$ID
	for i in $(seq 11); do
		op="{\"method\":\"POST\",\"path\":\"/Groups\",\"bulkId\":\"N\",\"data\":$(group_with "m$i-N" "$d")},"
		bulk "$(seq 1000 | awk -v op="$op" '{ o = op; gsub(/"N"/, "\"" $1 "\"", o); gsub(/-N"/, "-" $1 "\"", o); printf "%s", o }' | sed 's/,$//')"
	done
	new_group leaf
	add_member "$d" "$ID"
	error_is 400 tooMany 'POST-13 too many to look for a circle'
	new_user flat
	add_member "$d" "$ID"
	status_is 200 'POST-13 who is no group needs no look'
}

all() {
	depth
	refusals
	circles
	if [ "$MODE" = http ]; then
		race
		many
	fi
}

PROFILE=strict
both all
done_testing
