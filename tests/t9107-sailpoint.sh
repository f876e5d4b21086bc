#!/bin/sh
# SP-01 to SP-06: SailPoint with its profile (clients.md section 9.6).
. "$(dirname "$0")/lib.sh"

discovery() {
	scim GET /ServiceProviderConfig
	is "$STATUS $(json '[.patch,.bulk,.filter,.changePassword,.sort,.etag|.supported|type]|unique|join(" ")') $(json '.authenticationSchemes|type')" \
	    '200 boolean array' 'SP-01 ServiceProviderConfig'
	json_is .patch.supported true 'SP-05 PATCH is offered'
	scim GET /ResourceTypes
	is "$STATUS $(json '[.Resources[]|select(.name=="User" or .name=="Group").endpoint]|sort|join(" ")')" '200 /Groups /Users' 'SP-01 ResourceTypes'
	scim GET /Schemas
	is "$STATUS $(json '[.Resources[]|.id|select(test("core:2.0:(User|Group)$"))]|length')" '200 2' 'SP-01 Schemas'
	for name in User Group; do
		scim GET "/ResourceTypes/$name"
		is "$STATUS $(json '"\(.name) \(.endpoint)"')" "200 $name /${name}s" "SP-01 ResourceTypes/$name"
		schema=$(json .schema)
		scim GET "/Schemas/$schema"
		is "$STATUS $(json '"\(.id) \(.attributes|length > 1)"')" "200 $schema true" "SP-01 its schema"
	done
}

# aggregate TYPE COUNT: all of it in pages, to T/ids
aggregate() {
	start=1
	: > "$T/ids"
	while :; do
		scim GET "/$1?startIndex=$start&count=$2"
		[ "$(json .startIndex)" = "$start" ] || is "$(json .startIndex)" "$start" 'SP-02 startIndex'
		json '.Resources[].id' >> "$T/ids"
		start=$((start + $(json .itemsPerPage)))
		[ "$start" -le "$(json .totalResults)" ] || break
	done
}

run() {
	as_profile sailpoint
	discovery
	for n in 1 2 3 4 5 6 7; do new_user "sp-$n" '"entitlements":[{"value":"e1","display":"E"}],"roles":[{"value":"r1"}]'; done
	u=$ID
	new_group sp-group "\"members\":[{\"value\":\"$u\"},{\"value\":\"0192ab11-0000-7000-8000-000000000000\"}]"
	g=$ID
	is "$STATUS $(json '[.members[].value]|join(" ")')" "201 $u" 'SP-06 no user is made of a membership'
	for turn in first second; do
		aggregate Users 3
		cp "$T/ids" "$T/ids.$turn"
	done
	is "$(sort -u "$T/ids" | wc -l | tr -d ' ') $(json .totalResults)" '7 7' 'SP-02 aggregation of users: everyone once'
	cmp -s "$T/ids.first" "$T/ids.second"
	ok $? "$MODE SP-02 in the same order each time"
	scim GET '/Users?startIndex=8&count=3'
	is "$STATUS $(json '"\(.totalResults) \(.Resources)"')" '200 7 []' 'SP-02 behind the end'
	aggregate Groups 3
	is "$(cat "$T/ids")" "$g" 'SP-02 aggregation of groups'
	scim GET "/Users/$u"
	is "$(json '"\(.groups[0].value) \(.groups[0].display) \(.entitlements[0].value) \(.roles[0].value)"')" "$g sp-group e1 r1" 'SP-03 groups, entitlements and roles of a user'
	patch "/Users/$u" '[{"op":"add","path":"entitlements","value":[{"value":"e2"}]}]'
	is "$STATUS $(json '[.entitlements[].value]|join(" ")')" '200 e1 e2' 'SP-05 grant by PATCH'
	patch "/Users/$u" '[{"op":"remove","path":"entitlements[value eq \"e1\"]"}]'
	is "$STATUS $(json '[.entitlements[].value]|join(" ")')" '200 e2' 'SP-05 revoke by PATCH'
	patch "/Groups/$g" "[{\"op\":\"remove\",\"path\":\"members[value eq \\\"$u\\\"]\"}]"
	is "$STATUS $(json '.members // []|length')" '200 0' 'SP-05 out of a group'
	patch "/Users/$u" '[{"op":"replace","path":"active","value":false}]'
	is "$STATUS $(json .active)" '200 false' 'SP-05 disable'
}

both run
done_testing
