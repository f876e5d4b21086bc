#!/bin/sh
# What a credential may do: read, write, by resource type, bulk (AUTH-02 and
# AUTH-09 of spec scim.md).
. "$(dirname "$0")/lib.sh"
SEARCH='{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"]}'

# may SCOPE READ-USERS WRITE-USERS READ-GROUPS WRITE-GROUPS BULK ROOT: statuses
may() {
	token=$(credential --scope "$1")
	AUTH="Bearer $token"
	scim GET "/Users/$anna"
	is "$STATUS" "$2" "AUTH-09 '$1' reads a user"
	scim POST /Users/.search "$SEARCH"
	is "$STATUS" "$2" "AUTH-09 '$1' searches users"
	patch "/Users/$anna" '[{"op":"replace","path":"title","value":"T"}]'
	is "$STATUS" "$3" "AUTH-09 '$1' changes a user"
	scim GET /Groups
	is "$STATUS" "$4" "AUTH-09 '$1' reads groups"
	patch "/Groups/$sales" '[{"op":"replace","path":"externalId","value":"x"}]'
	is "$STATUS" "$5" "AUTH-09 '$1' changes a group"
	scim POST /Bulk "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:BulkRequest\"],\"Operations\":[
	    {\"method\":\"DELETE\",\"path\":\"/Users/$nobody\"},{\"method\":\"DELETE\",\"path\":\"/Groups/$nobody\"}]}"
	is "$STATUS$([ "$STATUS" != 200 ] || json '[.Operations[].status]|" "+join(" ")')" "$6" "AUTH-09 '$1' and bulk"
	scim GET /
	is "$STATUS$([ "$STATUS" != 200 ] || json '.totalResults|" \(.)"')" "$7" "AUTH-09 '$1' and the base URL"
	scim DELETE "/Users/$nobody"
	is "$STATUS" "$([ "$3" = 200 ] && echo 404 || echo 403)" "AUTH-02 '$1' what may not be written is not looked for"
	AUTH=
}

run() {
	new_user anna
	anna=$ID
	new_group sales
	sales=$ID
	nobody=01900000-0000-7000-8000-000000000000
	#   scope                    users   groups  bulk          root
	may 'read'                   200 403 200 403 403           '200 2'
	may 'write'                  200 200 200 200 403           '200 2'
	may 'users'                  200 200 403 403 403           '200 1'
	may 'groups read'            403 403 200 403 403           '200 1'
	may 'users:read groups:write bulk' 200 403 200 200 '200 403 404' '200 2'
	may 'bulk write'             200 200 200 200 '200 404 404' '200 2'
	may 'bulk'                   403 403 403 403 '200 403 403' 403
	AUTH="Bearer $(credential --scope read)" scim DELETE "/Users/$anna"
	error_is 403 null 'AUTH-02 forbidden'
	is "$(header WWW-Authenticate)" 'Bearer realm="scim", error="insufficient_scope"' 'AUTH-02 and why'
	AUTH="Bearer $(credential --scope groups)" scim GET /Users
	is "$STATUS $(json .detail)" '403 this credential may not read /Users' 'AUTH-09 it is said what may not be done'
	me=$(credential --user "$anna" --scope read)
	AUTH="Bearer $me" scim GET /Me
	status_is 200 'AUTH-09 a person reads'
	AUTH="Bearer $me" patch /Me '[{"op":"replace","path":"title","value":"X"}]'
	status_is 403 'AUTH-09 but does not write'
	AUTH="Bearer $(credential --user "$anna" --scope groups)" scim GET /Me
	status_is 403 'AUTH-09 nor without the type'
	for word in reading users:delete persons 'read nothing' users:; do
		"$BIN/muster" token create --store "$T/store" --scope "$word" > "$T/out" 2>&1
		is "$? $(grep -c 'there is no scope' "$T/out")" '1 1' "AUTH-09 there is no scope '$word'"
	done
}

both run
done_testing
