#!/bin/sh
# Microsoft Entra ID with its profile: the sequences of clients.md section 3
# in both dialects, with every flag of section 6 in the URL; what an old
# customappsso job sends.  The sequences case by case: t9002.
. "$(dirname "$0")/lib.sh"

MS_GROUP=http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group

# ask METHOD PATH [BODY]: with the flag of the tenant URL, before the query
ask() {
	method=$1
	path=$2
	shift 2
	case $path in
	*\?*) path="${path%%\?*}?${FLAG:+$FLAG&}${path#*\?}" ;;
	*) path="$path${FLAG:+?$FLAG}" ;;
	esac
	scim "$method" "$path" "$@"
}

ask_patch() {
	ask PATCH "$1" "{\"schemas\":[\"$PATCHOP\"],\"Operations\":$2}"
}

# dialect LEGACY FLAGGED: the operations of the dialect at hand
dialect() {
	if [ "$DIALECT" = legacy ]; then echo "$1"; else echo "$2"; fi
}

# lifecycle: a user and a group from the test connection to their end
lifecycle() {
	how="$DIALECT ${FLAG:-without flag}"
	name=babs-$serial@contoso.test
	ask GET '/Users?filter=userName+eq+"6b1f3a52-7a7e-4d26-9c7c-3b9d9ab0d5f1"'
	is "$STATUS $(json '"\(.totalResults) \(.Resources)"')" '200 0 []' "ENTRA-01 $how: test connection"
	ask GET '/Groups?excludedAttributes=members&filter=displayName+eq+"6b1f3a52"'
	is "$STATUS $(json .totalResults)" '200 0' "ENTRA-02 $how: and for groups"
	ask GET "/Users?filter=userName+eq+\"$(echo "$name" | sed 's/@/%40/')\""
	json_is .totalResults 0 "ENTRA-05 $how: no match"
	ask POST /Users "{\"schemas\":[\"$USER_URN\",\"$ENT\"],\"externalId\":\"babs-$serial\",\"userName\":\"$name\",\"active\":$(dialect '"True"' true),\"displayName\":\"Babs Jensen\",\"emails\":[{\"type\":\"work\",\"value\":\"$name\",\"primary\":true}],\"name\":{\"formatted\":\"Babs Jensen\",\"familyName\":\"Jensen\",\"givenName\":\"Babs\"},\"title\":null,\"roles\":[],\"meta\":{\"resourceType\":\"User\"},\"$ENT\":{\"employeeNumber\":\"701984\",\"department\":\"Tours\"}}"
	is "$STATUS $(json '"\(.active) \(.userName)"')" "201 true $name" "ENTRA-06 $how: create"
	u=$(json .id)
	ask GET "/Users?filter=externalId+eq+\"babs-$serial\""
	json_is '"\(.totalResults) \(.Resources[0].id)"' "1 $u" "ENTRA-05 $how: match"
	ask GET "/Users/$u"
	status_is 200 "ENTRA-09 $how: read before write"
	ask_patch "/Users/$u" "$(dialect \
	    "[{\"op\":\"Replace\",\"path\":\"displayName\",\"value\":\"Babs J\"},{\"op\":\"Replace\",\"path\":\"emails[type eq \\\"work\\\"].value\",\"value\":\"bj@contoso.test\"},{\"op\":\"Add\",\"path\":\"phoneNumbers[type eq \\\"mobile\\\"].value\",\"value\":\"+47 1\"},{\"op\":\"Replace\",\"path\":\"name.familyName\",\"value\":\"Jansen\"},{\"op\":\"Replace\",\"path\":\"$ENT:employeeNumber\",\"value\":\"9\"}]" \
	    "[{\"op\":\"replace\",\"path\":\"emails[type eq \\\"work\\\"].value\",\"value\":\"bj@contoso.test\"},{\"op\":\"add\",\"path\":\"phoneNumbers[type eq \\\"mobile\\\"].value\",\"value\":\"+47 1\"},{\"op\":\"replace\",\"value\":{\"displayName\":\"Babs J\",\"name.familyName\":\"Jansen\",\"$ENT:employeeNumber\":\"9\"}}]")"
	is "$STATUS $(json "\"\(.displayName) \(.emails[0].value) \(.phoneNumbers[0]|tojson) \(.name.givenName) \(.name.familyName) \(.\"$ENT\".employeeNumber) \(.\"$ENT\".department)\"")" \
	    '200 Babs J bj@contoso.test {"type":"mobile","value":"+47 1"} Babs Jansen 9 Tours' "ENTRA-11 ENTRA-12 $how: update"
	ask POST /Users "{\"schemas\":[\"$USER_URN\"],\"userName\":\"boss-$serial\"}"
	boss=$(json .id)
	ask_patch "/Users/$u" "[{\"op\":\"$(dialect Add add)\",\"path\":\"$ENT:manager\",\"value\":\"$boss\"}]"
	is "$STATUS $(json ".\"$ENT\".manager.value")" "200 $boss" "ENTRA-16 $how: manager"
	ask GET "/Users?filter=id+eq+\"$u\"+and+manager+eq+\"$boss\"&attributes=id"
	is "$(jq -c '.Resources[0]|keys' "$T/body")" '["id","schemas"]' "ENTRA-10 $how: the reference probe"
	ask_patch "/Users/$u" "[{\"op\":\"$(dialect Replace replace)\",\"path\":\"active\",\"value\":$(dialect '"False"' false)}]"
	is "$STATUS $(json .active)" '200 false' "ENTRA-20 ENTRA-21 $how: disable"
	ask GET "/Users?filter=userName+eq+\"$name\""
	json_is '.Resources[0].active' false "ENTRA-G06 $how: it can be found"
	members
	ask_patch "/Users/$u" "[{\"op\":\"$(dialect Replace replace)\",\"path\":\"active\",\"value\":$(dialect '"True"' true)}]"
	is "$STATUS $(json '"\(.active) \(.groups|length)"')" '200 true 1' "ENTRA-25 $how: enable, still a member"
	ask DELETE "/Users/$u"
	status_is 204 "ENTRA-27 $how: delete"
	ask GET "/Groups/$g"
	json_is 'has("members")' false "ENTRA-27 $how: which leaves the group"
	ask DELETE "/Users/$u"
	error_is 404 null "ENTRA-27 $how: once more"
	ask DELETE "/Groups/$g"
	status_is 204 "ENTRA-45 $how: delete the group"
}

# 204 and nothing else for every change of a group
no_content() {
	is "$STATUS $(wc -c < "$T/body" | tr -d ' ')" '204 0' "$1 $how"
}

members() {
	ask POST /Groups "{\"schemas\":[\"$GROUP_URN\",\"$MS_GROUP\"],\"externalId\":\"g-$serial\",\"displayName\":\"Design $serial\",\"members\":[],\"meta\":{\"resourceType\":\"Group\"}}"
	status_is 201 "ENTRA-29 $how: create a group"
	g=$(json .id)
	ask_patch "/Groups/$g" "[{\"op\":\"$(dialect Add add)\",\"path\":\"members\",\"value\":[{\"\$ref\":null,\"value\":\"$u\"},{\"\$ref\":null,\"value\":\"$boss\"}]}]"
	no_content 'ENTRA-31'
	ask_patch "/Groups/$g" "[{\"op\":\"$(dialect Add add)\",\"path\":\"members\",\"value\":[{\"value\":\"$u\"}]}]"
	no_content 'ENTRA-32'
	ask GET "/Groups/$g?excludedAttributes=members"
	is "$STATUS $(json 'has("members")')" '200 false' "ENTRA-30 $how: read without members"
	ask_patch "/Groups/$g" "$(dialect \
	    "[{\"op\":\"Remove\",\"path\":\"members\",\"value\":[{\"\$ref\":null,\"value\":\"$boss\"}]}]" \
	    "[{\"op\":\"remove\",\"path\":\"members[value eq \\\"$boss\\\"]\"}]")"
	no_content 'ENTRA-35 ENTRA-36'
	ask_patch "/Groups/$g" "$(dialect \
	    '[{"op":"Replace","path":"displayName","value":"Design EMEA"}]' \
	    '[{"op":"replace","value":{"displayName":"Design EMEA"}}]')"
	no_content 'ENTRA-42 ENTRA-43'
	ask GET "/Groups/$g"
	is "$(json '"\(.displayName) \([.members[].value]|join(" "))"')" "Design EMEA $u" "ENTRA-41 $how: what is left"
}

# The old job: a dot behind the URN, the Microsoft URN alone beside ours.
customappsso() {
	new_user old
	patch "/Users/$ID" "[{\"op\":\"Add\",\"path\":\"$ENT.department\",\"value\":\"Tours\"}]"
	is "$STATUS $(json ".\"$ENT\".department")" '200 Tours' 'PD-12 a dot for the colon'
	new_group old "\"members\":[{\"value\":\"$ID\"}]"
	scim GET "/Groups?filter=id+eq+\"$(json .id)\"+and+members+eq+\"$(json '.members[0].value')\"&attributes=id"
	json_is .totalResults 1 'ENTRA-10 the probe for a member'
}

run() {
	as_profile entra
	serial=0
	for FLAG in '' aadOptscim062020 aadOptscim062020= AzureAdScimPatch2017; do
		for DIALECT in legacy flagged; do
			serial=$((serial + 1))
			lifecycle
		done
	done
	customappsso
}

both run
done_testing
