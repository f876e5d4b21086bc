#!/bin/sh
# A credential that is bounded by a filter: what does not meet it is not
# there, by whatever way it is asked for, and cannot be made (AUTH-02 and
# AUTH-09 of spec scim.md).
. "$(dirname "$0")/lib.sh"

in_department() { printf '"%s":{"department":"%s"%s}' "$ENT" "$1" "${2-}"; }

# gone_for METHOD PATH [BODY]: as for an id that never was
gone_for() {
	nobody=01900000-0000-7000-8000-000000000000
	AUTH="Bearer $bounded"
	scim "$@"
	is "$STATUS $(sed "s/$odd/ID/g" "$T/body")" "404 $(
		method=$1 path=$(printf '%s' "$2" | sed "s/$odd/$nobody/")
		shift 2
		scim "$method" "$path" "$@"
		sed "s/$nobody/ID/g" "$T/body"
	)" "AUTH-02 $1 of what is outside is that of nothing"
	AUTH=
}

reads() {
	AUTH="Bearer $bounded"
	scim GET /Users
	is "$(json .totalResults) $(found)" '2 anna bert' 'AUTH-09 a list has what is inside'
	scim GET '/Users?count=1'
	is "$(json .totalResults) $(found)" '2 anna' 'AUTH-09 totalResults too'
	scim GET "/Users?count=1&cursor=$(json .nextCursor)"
	is "$(found)" 'bert' 'AUTH-09 and the next page'
	scim GET '/Users?sortBy=userName&sortOrder=descending'
	is "$(json .totalResults) $(found)" '2 bert anna' 'AUTH-09 and a list in order'
	finds /Users 'userName eq "odd"' '' 'AUTH-09 a filter by an index finds nothing outside'
	finds /Users 'userName pr' 'anna bert' 'AUTH-09 nor one that looks at all'
	finds /Users 'not (userName eq "anna")' 'bert' 'AUTH-09 nor what is not'
	finds /Users "id eq \"$odd\"" '' 'AUTH-09 nor by id'
	finds /Users "id eq \"$anna\"" 'anna' 'AUTH-09 but what is inside'
	finds /Groups "members.value eq \"$odd\"" '' 'AUTH-09 nor by a member that is outside'
	finds /Groups "members.value eq \"$anna\"" 'mixed' 'AUTH-09 but by one that is inside'
	finds /Groups 'members.display eq "odd"' '' 'AUTH-09 nor by the name of such a member'
	finds /Groups "id eq \"$mixed\" and members eq \"$odd\"" '' 'AUTH-09 nor when one group is asked for it'
	finds /Groups "id eq \"$mixed\" and members eq \"$anna\"" 'mixed' 'AUTH-09 but for one that is inside'
	finds /Groups 'members pr' 'mixed' 'AUTH-09 and whether it has any'
	finds /Users "groups eq \"$mixed\"" 'anna' 'AUTH-09 by a group: who is inside'
	finds /Users "groups eq \"$other\"" '' 'AUTH-09 by a group that is outside: nobody'
	finds /Users 'manager.displayName eq "Odd"' '' 'AUTH-09 nor by the name of a manager outside'
	scim GET /
	is "$(json .totalResults)" 3 'AUTH-09 the base URL too'
	scim GET "/Groups/$mixed"
	is "$(json '[.members[].value]|join(" ")')" "$anna" 'AUTH-09 members outside are not shown'
	scim GET "/Groups/$mixed/members"
	is "$(json '"\(.totalResults) \([.Resources[].value]|join(" "))"')" "1 $anna" 'AUTH-09 nor page by page'
	scim GET "/Users/$anna"
	is "$(json '"\([.groups[].display]|join(" ")) \(.["'"$ENT"'"].manager.displayName)"')" 'mixed null' 'AUTH-09 nor the name of a manager outside'
	AUTH=
	scim GET "/Users/$anna"
	is "$(json '.["'"$ENT"'"].manager.displayName')" 'Odd' 'AUTH-09 that others see'
	gone_for GET "/Users/$odd"
	gone_for PUT "/Users/$odd" "{\"schemas\":[\"$USER_URN\"],\"userName\":\"odd\"}"
	gone_for PATCH "/Users/$odd" "{\"schemas\":[\"$PATCHOP\"],\"Operations\":[{\"op\":\"replace\",\"path\":\"title\",\"value\":\"x\"}]}"
	gone_for DELETE "/Users/$odd"
	gone_for GET "/Users/$odd?attributes=id"
}

writes() {
	AUTH="Bearer $bounded"
	new_user carl "$(in_department Sales)"
	status_is 201 'AUTH-09 one that is inside is made'
	carl=$ID
	new_user dora "$(in_department Legal)"
	error_is 403 null 'AUTH-09 one that is outside is not'
	refused=$(json .detail)
	new_user dora
	error_is 403 null 'AUTH-09 nor one that has no value'
	new_user odd "$(in_department Legal)"
	is "$STATUS $(json .detail)" "403 $refused" 'AUTH-02 whether its name is taken or not'
	new_user ODD "$(in_department Sales)"
	is "$STATUS $(json '"\(.scimType) \(.detail)"')" '409 uniqueness a value that must be unique cannot be used' 'AUTH-02 a value that is taken outside: neither value nor id'
	is "$(grep -ciE "odd|$odd" "$T/body")" 0 'AUTH-02 nothing of who has it'
	scim PUT "/Users/$carl" "{\"schemas\":[\"$USER_URN\"],\"userName\":\"odd\",$(in_department Sales)}"
	is "$STATUS $(grep -ciE "odd|$odd" "$T/body")" '409 0' 'AUTH-02 by PUT too'
	patch "/Users/$carl" '[{"op":"replace","path":"userName","value":"odd"}]'
	is "$STATUS $(grep -ciE "odd|$odd" "$T/body")" '409 0' 'AUTH-02 and by PATCH'
	scim POST /Bulk "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:BulkRequest\"],\"Operations\":[
	    {\"method\":\"POST\",\"path\":\"/Users\",\"bulkId\":\"q\",\"data\":{\"schemas\":[\"$USER_URN\"],\"userName\":\"odd\",$(in_department Sales)}}]}"
	is "$(json '.Operations[0]|"\(.status) \(.response.detail)"')" '409 a value that must be unique cannot be used' 'AUTH-02 and by a bulk request'
	new_user anna "$(in_department Sales)"
	is "$STATUS $(grep -c "$anna" "$T/body")" '409 1' 'AUTH-02 one that is inside is named'
	new_group other
	is "$STATUS $(grep -c "$other" "$T/body")" '403 0' 'AUTH-02 a group that would be outside, with a name that is taken there'
	patch "/Users/$carl" "[{\"op\":\"replace\",\"path\":\"$ENT:department\",\"value\":\"Legal\"}]"
	error_is 403 null 'AUTH-09 PATCH moves nobody outside'
	patch "/Users/$carl" "[{\"op\":\"remove\",\"path\":\"$ENT:department\"}]"
	error_is 403 null 'AUTH-09 nor takes the value away'
	scim PUT "/Users/$carl" "{\"schemas\":[\"$USER_URN\"],\"userName\":\"carl\"}"
	error_is 403 null 'AUTH-09 nor does PUT'
	scim POST /Bulk "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:BulkRequest\"],\"Operations\":[
	    {\"method\":\"DELETE\",\"path\":\"/Users/$odd\"},
	    {\"method\":\"POST\",\"path\":\"/Users\",\"bulkId\":\"q\",\"data\":{\"schemas\":[\"$USER_URN\"],\"userName\":\"eve\"}}]}"
	is "$(json '[.Operations[].status]|join(" ")')" '404 403' 'AUTH-09 nor does a bulk request'
	patch "/Users/$carl" '[{"op":"replace","path":"title","value":"Seller"}]'
	is "$STATUS $(json .title)" '200 Seller' 'AUTH-09 what stays inside is changed'

	patch "/Groups/$mixed" "[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$odd\"},{\"value\":\"$fay\"}]}]"
	is "$STATUS $(json '[.members[].value]|join(" ")')" "200 $anna" 'AUTH-09 nobody outside becomes a member'
	patch "/Groups/$mixed" "[{\"op\":\"remove\",\"path\":\"members[value eq \\\"$odd\\\"]\"}]"
	patch "/Groups/$mixed" '[{"op":"remove","path":"members[display sw \"o\"]"}]'
	scim PUT "/Groups/$mixed" "{\"schemas\":[\"$GROUP_URN\"],\"displayName\":\"mixed\",\"members\":[{\"value\":\"$carl\"}]}"
	is "$STATUS $(json '[.members[].value]|join(" ")')" "200 $carl" 'AUTH-09 members inside come and go'
	AUTH=
	scim GET "/Groups/$mixed"
	is "$(json '[.members[].value]|sort|join(" ")')" "$(printf '%s\n' "$carl" "$odd" | sort | tr '\n' ' ' | sed 's/ $//')" 'AUTH-09 and those outside stay'
	scim GET /Users
	is "$(found)" 'odd anna bert fay carl' 'AUTH-09 nobody else was made'
	AUTH="Bearer $bounded" scim DELETE "/Users/$carl"
	status_is 204 'AUTH-09 who is inside is deleted'
}

# groups_of USER: their names, and how he is in them
groups_of() {
	scim GET "/Users/$1"
	json '[.groups[]?|"\(.display) \(.type)"]|sort|join(", ")'
}

# What is outside leads nowhere: nobody is in a group through one that is not there.
nested() {
	new_user nell "$(in_department Sales)"
	nell=$ID
	new_group bottom "\"members\":[{\"value\":\"$nell\"}]"
	bottom=$ID
	new_group between "\"members\":[{\"value\":\"$bottom\"}]"
	between=$ID
	new_group top "\"members\":[{\"value\":\"$between\"}]"
	top=$ID
	is "$(groups_of "$nell")" 'between indirect, bottom direct, top indirect' 'GET-05 three groups, one in the other'
	AUTH="Bearer $(credential --filter 'department eq "Sales" or displayName eq "bottom" or displayName eq "top"')"
	is "$(groups_of "$nell")" 'bottom direct' 'AUTH-02 one that is outside leads to none inside'
	finds /Users "groups.value eq \"$bottom\"" 'nell' 'AUTH-02 a filter agrees'
	finds /Users "groups.value eq \"$top\"" '' 'AUTH-02 nor does a filter pass through it'
	finds /Users 'groups.display eq "top"' '' 'AUTH-02 nor by its name'
	scim GET "/Groups/$top"
	is "$(json '.members|length')" 0 'AUTH-02 nor has it members'
	patch "/Groups/$bottom" "[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$top\"}]}]"
	is "$STATUS $(grep -c "$between" "$T/body")" '400 0' 'AUTH-02 a circle that goes through one that is outside does not name it'
	AUTH="Bearer $(credential --filter 'department eq "Sales" or displayName ne "none"')"
	is "$(groups_of "$nell")" 'between indirect, bottom direct, top indirect' 'AUTH-09 where all are inside they are seen'
	AUTH=
	for i in "$nell" "$bottom" "$between" "$top"; do
		scim DELETE "/$([ "$i" = "$nell" ] && echo Users || echo Groups)/$i"
	done
}

run() {
	nested
	new_user odd "\"displayName\":\"Odd\",$(in_department Legal)"
	odd=$ID
	new_user anna "$(in_department Sales ",\"manager\":{\"value\":\"$odd\"}")"
	anna=$ID
	new_user bert "$(in_department sales)"
	new_user fay
	fay=$ID
	new_group mixed "\"members\":[{\"value\":\"$anna\"},{\"value\":\"$odd\"}]"
	mixed=$ID
	new_group other "\"members\":[{\"value\":\"$odd\"},{\"value\":\"$anna\"}]"
	other=$ID
	bounded=$(credential --filter 'department eq "Sales" or (meta.resourceType eq "Group" and displayName eq "mixed")')
	reads
	writes
	for options in "--filter 'userName pr'" '--scope users'; do
		AUTH="Bearer $(eval credential "$options")" scim POST /.events/streams/all '{}'
		error_is 403 null "AUTH-09 $options: events are about all resources"
	done
	AUTH="Bearer $(credential --filter 'department eq "Sales"')" scim GET /Groups
	is "$STATUS $(json .totalResults)" '200 0' 'AUTH-09 a type without the attribute is outside'
	for filter in 'department eq' 'nothing eq "x"' 'password pr' 'active gt true'; do
		"$BIN/muster" token create --store "$T/store" --filter "$filter" > "$T/out" 2>&1
		is "$?" 1 "AUTH-09 the filter '$filter' is refused"
	done
}

both run
PROFILE=strict
MODE=cgi
store_new
new_user odd
odd=$ID
new_group mixed "\"members\":[{\"value\":\"$odd\"}]"
mixed=$ID
AUTH="Bearer $(credential --profile strict --filter 'displayName eq "mixed"')"
patch "/Groups/$mixed" "[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$odd\"}]}]"
error_is 400 invalidValue 'AUTH-02 a member that is outside is unknown, even where it is one'
done_testing
