#!/bin/sh
# PING-02 to PING-05: PingFederate and PingOne with their profile (clients.md
# section 9.5).  Their ways to authenticate: PING-01, see t4001.
. "$(dirname "$0")/lib.sh"

users() {
	scim POST /Users "{\"schemas\":[\"$USER_URN\",\"urn:pingidentity:custom:2.0:User\"],\"userName\":\"Ping.User\",\"emails\":[{\"value\":\"ping@x.test\",\"type\":\"work\"}],\"active\":true,\"urn:pingidentity:custom:2.0:User\":{\"x\":\"y\"}}"
	is "$STATUS $(json .userName)" '201 Ping.User' 'PING-05 create with a custom URN'
	u=$(json .id)
	scim GET '/Users?filter=userName%20Eq%20%22ping.user%22'
	is "$STATUS $(json '"\(.totalResults) \(.Resources[0].id)"')" "200 1 $u" 'PING-04 userName Eq'
	scim GET '/Users?filter=email%20Co%20%22ping%22'
	is "$STATUS $(json .totalResults)" '200 0' 'PING-04 email Co: no such attribute, nobody has it'
	for f in 'emails.value%20Co%20%22PING%22' 'userName%20SW%20%22ping%22%20And%20active%20Eq%20True' 'Not%20(userName%20Eq%20%22x%22)%20AND%20UserName%20Pr'; do
		scim GET "/Users?filter=$f"
		is "$STATUS $(json .totalResults)" '200 1' "PING-04 $f"
	done
	scim PUT "/Users/$u" "{\"schemas\":[\"$USER_URN\"],\"id\":\"$u\",\"userName\":\"Ping.User\",\"title\":\"T\",\"emails\":[{\"value\":\"ping2@x.test\",\"type\":\"work\"}],\"active\":true}"
	is "$STATUS $(json '"\(.title) \(.emails|length) \(.emails[0].value)"')" '200 T 1 ping2@x.test' 'PING-02 users by PUT'
	scim PUT "/Users/$u" "{\"schemas\":[\"$USER_URN\"],\"id\":\"$u\",\"userName\":\"Ping.User\",\"active\":false}"
	is "$STATUS $(json '"\(.active) \(has("title"))"')" '200 false false' 'PING-05 disable; what is left out is gone'
}

groups() {
	for n in 1 2 3 4 5; do new_group "Group $n"; done
	g=$ID
	start=1
	: > "$T/names"
	while [ "$start" -le 5 ]; do
		scim GET "/Groups?startIndex=$start&count=2"
		json '.Resources[].displayName' >> "$T/names"
		start=$((start + $(json .itemsPerPage)))
	done
	is "$(sort "$T/names" | tr '\n' ',') $(json .totalResults)" 'Group 1,Group 2,Group 3,Group 4,Group 5, 5' 'PING-03 all groups, page by page'
	new_user second; v=$ID
	patch "/Groups/$g" "[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$u\"}]}]"
	patch "/Groups/$g" "[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$v\"}]}]"
	is "$STATUS $(json '.members|length')" '200 2' 'PING-05 memberships: merge'
	patch "/Groups/$g" "[{\"op\":\"replace\",\"path\":\"members\",\"value\":[{\"value\":\"$v\"}]}]"
	is "$STATUS $(json '[.members[].value]|join(" ")')" "200 $v" 'PING-05 memberships: overwrite'
	scim PUT "/Groups/$g" "{\"schemas\":[\"$GROUP_URN\"],\"displayName\":\"Group 5\",\"members\":[{\"value\":\"$u\"}]}"
	is "$STATUS $(json '[.members[].value]|join(" ")')" "200 $u" 'PING-02 groups by PUT'
	scim DELETE "/Users/$u"
	status_is 204 'PING-05 or delete'
}

run() {
	as_profile ping
	users
	groups
}

both run
done_testing
