#!/bin/sh
# Groups that are too large to be read whole: their members page by page.
. "$(dirname "$0")/lib.sh"

# edges FIRST LAST: elements of members, the users of those numbers
edges() {
	sed -n "$1,$2p" "$T/ids" | sed 's/.*/{"value":"&"}/' | paste -sd, -
}

# values: the members that the last page holds
values() {
	json '.Resources[].value'
}

populate() {
	: > "$T/ids"
	for i in 1 2 3 4 5 6 7; do
		new_user "user$i"
		echo "$ID" >> "$T/ids"
	done
	new_group inner
	inner=$ID
	new_group large "\"members\":[$(edges 1 7),{\"value\":\"$inner\"}]"
	large=$ID
	echo "$inner" >> "$T/ids"
	members=/Groups/$large/members
}

pages() {
	scim GET "$members"
	json_is '"\(.totalResults) \(.itemsPerPage) \(.startIndex) \(has("nextCursor"))"' '8 8 1 false' 'PAGE-05 all of a small group'
	is "$(values)" "$(sort "$T/ids")" 'in the order of their ids'
	json_is '.Resources[0]|keys|join(" ")' '$ref display type value' 'each as in the group'
	json_is '[.Resources[].type]|unique|join(" ")' 'Group User' 'TYPE-10 of every type'
	: > "$T/walked"
	scim GET "$members?count=3&cursor"
	for more in true true false; do
		json_is '"\(.totalResults) \(has("nextCursor")) \(has("startIndex"))"' "8 $more false" 'CURSOR-10 a page by cursor'
		values >> "$T/walked"
		[ "$more" = false ] || scim GET "$members?count=3&cursor=$(json .nextCursor)"
	done
	is "$(cat "$T/walked")" "$(sort "$T/ids")" 'CURSOR-05 the walk sees everybody once'
	query /Users "groups eq \"$large\"" 'count=3&cursor=&attributes=id'
	json '.Resources[].id' > "$T/walked"
	total=$(json .totalResults)
	while [ "$(json 'has("nextCursor")')" = true ]; do
		query /Users "groups eq \"$large\"" "count=3&cursor=$(json .nextCursor)&attributes=id"
		json '.Resources[].id' >> "$T/walked"
	done
	is "$total $(sort "$T/walked" | uniq -d)" "$(wc -l < "$T/walked" | tr -d ' ') " 'the users of a group, page by page, each once'
	query /Users "not (not (groups eq \"$large\"))" 'count=100&attributes=id'
	is "$(json '.Resources[].id')" "$(cat "$T/walked")" 'and those of groups within it'
	scim GET "$members?startIndex=7&count=3"
	json_is '"\(.totalResults) \(.itemsPerPage) \(.startIndex)"' '8 2 7' 'PAGE-01 by index'
	scim GET "$members?startIndex=9"
	json_is '"\(.totalResults) \(.itemsPerPage)"' '8 0' 'PAGE-08 behind the end'
	scim GET "$members?count=0"
	json_is '"\(.totalResults) \(.itemsPerPage)"' '8 0' 'PAGE-03 the number only'
}

refusals() {
	scim GET "$members?count=3"
	cursor=$(json .nextCursor)
	scim GET "/Groups/$inner/members?count=3&cursor=$cursor"
	error_is 400 invalidCursor 'CURSOR-15 bound to its group'
	scim GET "$members?count=2&cursor=$cursor"
	error_is 400 invalidCount 'CURSOR-08 and to its count'
	AUTH="Bearer $("$BIN/muster" token create --store "$T/store" | sed 's/.*: //')" \
	    scim GET "$members?count=3&cursor=$cursor"
	error_is 400 invalidCursor 'CURSOR-15 and to the credential'
	scim GET "$members?filter=value+pr"
	error_is 400 invalidValue 'a filter is not left out in silence'
	scim GET /Groups/01a1fdce-d3aa-74d0-bfe0-a260bad69621/members
	error_is 404 null 'ERR-04 no such group'
	scim POST "$members" '{}'
	error_is 405 null 'HTTP-12 members are changed by PATCH'
	scim GET "/Users/$(head -1 "$T/ids")/members"
	error_is 404 null 'a user has none'
}

# What is changed between two pages: members that stay are seen once.
changes() {
	scim GET "$members?count=4"
	values > "$T/walked"
	cursor=$(json .nextCursor)
	first=$(head -1 "$T/walked")
	patch "/Groups/$large" "[{\"op\":\"remove\",\"path\":\"members[value eq \\\"$first\\\"]\"}]"
	scim GET "$members?count=4&cursor=$cursor"
	values >> "$T/walked"
	is "$(cat "$T/walked")" "$(sort "$T/ids")" 'CURSOR-05 one that left before does not move the rest'
}

# With MUSTER_MEMBERS_MAX at 5 the group shows so many, and says so.
LARGE=urn:muster:scim:schemas:extension:1.0:LargeGroup
truncated() {
	scim GET "/Groups/$large"
	json_is '.members|length' 5 'a group shows so many members'
	json_is ".[\"$LARGE\"].truncated, (.schemas|index(\"$LARGE\")!=null)" 'true
true' 'and says that there are more'
	json_is ".[\"$LARGE\"].members == \"\(.meta.location)/members\"" true 'and where'
	cp "$T/body" "$T/shown"
	scim GET /Groups
	json_is "[.Resources[]|has(\"$LARGE\")]|tostring" '[false,true]' 'in a list too'
	scim GET "/Groups/$large?attributes=displayName"
	json_is "has(\"$LARGE\")" false 'not when members were not asked for'
	scim PUT "/Groups/$large" "$(cat "$T/shown")"
	error_is 400 invalidValue 'what was shown in part replaces nothing'
	scim GET "$members?count=0"
	json_is .totalResults 8 'all are still in'
	patch "/Groups/$large" "[{\"op\":\"remove\",\"path\":\"members[value eq \\\"$(tail -1 "$T/ids")\\\"]\"}]"
	is "$STATUS $(json "\"\(.members|length) \(.[\"$LARGE\"].truncated)\"")" '200 5 true' 'PATCH changes it, and says so too'
	scim GET "/Groups?filter=members.display+eq+%22user7%22&attributes=displayName"
	json_is .totalResults 1 'a filter sees all of them'
	scim PUT "/Groups/$large" "{\"schemas\":[\"$GROUP_URN\"],\"displayName\":\"large\",\"members\":[$(edges 1 5)]}"
	json_is "\"\(.members|length) \(has(\"$LARGE\"))\"" '5 false' 'as many as may be shown'
}

# A group with 18 MB of members: one of them is asked for, all are too many.
heavy() {
	perl -e 'my ($user, $group) = @ARGV;
	my @ids = map { sprintf "01900000-0000-7000-8000-%012x", $_ } 1 .. 180;
	print "{\"schemas\":[\"$user\"],\"id\":\"$_\",\"userName\":\"u$_\",\"displayName\":\"", "x" x 100000, "\"}\n" for @ids;
	print "{\"schemas\":[\"$group\"],\"id\":\"01910000-0000-7000-8000-000000000001\",\"displayName\":\"heavy\",\"members\":[",
	    join(",", map { "{\"value\":\"$_\"}" } @ids), "]}\n";
	print "{\"schemas\":[\"$group\"],\"id\":\"01910000-0000-7000-8000-000000000002\",\"displayName\":\"empty\"}\n";
	' "$USER_URN" "$GROUP_URN" | "$BIN/muster" import --store "$T/store" - > /dev/null 2>&1
	member=01900000-0000-7000-8000-000000000007
	for filter in "members eq \"$member\"" "members[value eq \"$member\"]" 'members pr' "not (members.value eq \"x\")"; do
		query /Groups "id eq \"01910000-0000-7000-8000-000000000001\" and $filter" excludedAttributes=members
		is "$STATUS $(found)" '200 heavy' "one member is asked for alone: $filter"
	done
	finds /Groups 'not (members pr)' empty 'groups without members'
	query /Groups 'members.type eq "Group"' excludedAttributes=members
	error_is 400 tooMany 'LIST-06 all of them are too many'
	query /Groups 'displayName eq "empty" and members.type eq "Group"'
	is "$STATUS $(found)" '200 ' 'unless the group is not looked at'
}

run_truncated() {
	populate
	truncated
}

run() {
	populate
	pages
	refusals
	changes
}

both run
both heavy
export MUSTER_MEMBERS_MAX=5
SETTINGS="MUSTER_MEMBERS_MAX=5"
both run_truncated
done_testing
