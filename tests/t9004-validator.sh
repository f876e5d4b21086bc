#!/bin/sh
# MV-01 to MV-16 and the checks of clients.md section 7.2.
. "$(dirname "$0")/lib.sh"

# The attribute names that the gallery's validator derives from /Schemas.
derive() {
	jq -r '
	  .Resources[] | .id as $schema
	  | (if ($schema|endswith("core:2.0:User")) or ($schema|endswith("core:2.0:Group")) then "" else $schema + ":" end) as $p
	  | .attributes[] | .name as $n
	  | if $n == "manager" or $n == "members" then $p + $n
	    elif .type == "complex" and .multiValued then
	      ([.subAttributes[] | select(.name == "type") | .canonicalValues // []] | add // []) as $types
	      | [.subAttributes[].name] as $subs
	      | if ($types | length) > 0 then
	          $types[] as $t | $subs[] | select(. != "type" and . != "primary")
	          | "\($p)\($n)[type eq \"\($t)\"].\(.)"
	        else $subs[] | select(. != "primary") | "\($p)\($n)[primary eq \"True\"].\(.)" end
	    elif .type == "complex" then .subAttributes[] | select(.type != "complex" and .type != "reference") | "\($p)\($n).\(.name)"
	    elif .type != "reference" then $p + $n else empty end' "$T/body"
}

default_mapping() {
	cat <<-'END'
	userName
	active
	displayName
	title
	emails[type eq "work"].value
	preferredLanguage
	name.givenName
	name.familyName
	name.formatted
	addresses[type eq "work"].formatted
	addresses[type eq "other"].formatted
	addresses[type eq "work"].streetAddress
	addresses[type eq "work"].locality
	addresses[type eq "work"].region
	addresses[type eq "work"].postalCode
	addresses[type eq "work"].country
	phoneNumbers[type eq "work"].value
	phoneNumbers[type eq "mobile"].value
	phoneNumbers[type eq "fax"].value
	roles[primary eq "True"].value
	urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber
	urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department
	urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager
	members
	END
}

schemas() {
	scim GET /Schemas
	is "$STATUS $(json '.Resources|length >= 3')" '200 true' 'MV-01 GET /Schemas'
	derive | tr '[:upper:]' '[:lower:]' | sort -u > "$T/derived"
	default_mapping | tr '[:upper:]' '[:lower:]' | while read -r name; do
		grep -qxF "$name" "$T/derived" || echo "$name"
	done > "$T/missing"
	is "$(cat "$T/missing")" '' '7.2-15 every default mapping is derivable from /Schemas'
	json_is '[.Resources[].id]|index("urn:ietf:params:scim:schemas:core:2.0:Group")|type' number '7.2-08 a Group schema'
}

users() {
	new_user 'Validator.User@contoso.test'
	is "$STATUS $(json '"\(.id != "") \(.userName)"')" '201 true Validator.User@contoso.test' 'MV-02 POST user'
	v=$ID
	new_user 'Validator.User@contoso.test'
	status_is 409 'MV-03 POST duplicate user'
	scim GET '/Users?filter=userName+eq+"Validator.User@contoso.test"'
	json_is .totalResults 1 'MV-04 filter existing user'
	scim GET '/Users?filter=userName+eq+"VALIDATOR.user@contoso.test"'
	json_is .totalResults 1 'MV-05 in different case'
	scim GET '/Users?filter=userName+eq+"nobody@contoso.test"'
	is "$STATUS $(json .totalResults)" '200 0' 'MV-06 filter non-existing user'

	patch "/Users/$v" "[
	 {\"op\":\"add\",\"path\":\"displayName\",\"value\":\"DN\"},
	 {\"op\":\"add\",\"path\":\"emails[type eq \\\"work\\\"].value\",\"value\":\"e@x.test\"},
	 {\"op\":\"add\",\"path\":\"phoneNumbers[type eq \\\"mobile\\\"].value\",\"value\":\"555\"},
	 {\"op\":\"add\",\"path\":\"addresses[type eq \\\"work\\\"].streetAddress\",\"value\":\"Way 1\"},
	 {\"op\":\"add\",\"path\":\"addresses[type eq \\\"work\\\"].region\",\"value\":\"R\"},
	 {\"op\":\"add\",\"path\":\"name.givenName\",\"value\":\"GN\"},
	 {\"op\":\"add\",\"path\":\"roles[primary eq \\\"True\\\"].value\",\"value\":\"Role\"},
	 {\"op\":\"add\",\"path\":\"$ENT:employeeNumber\",\"value\":\"EN\"}]"
	scim GET "/Users/$v"
	json_is "\"\(.displayName) \(.emails[0].value) \(.phoneNumbers[0].type) \(.addresses|length) \(.addresses[0].streetAddress) \(.addresses[0].region) \(.name.givenName) \(.roles[0].value) \(.[\"$ENT\"].employeeNumber)\"" \
	    'DN e@x.test mobile 1 Way 1 R GN Role EN' 'MV-07 PATCH add attributes'
	patch "/Users/$v" '[{"op":"Replace","path":"displayName","value":"DN2"},{"op":"Replace","path":"emails[type eq \"work\"].value","value":"e2@x.test"}]'
	scim GET "/Users/$v"
	json_is '"\(.displayName) \(.emails[0].value)"' 'DN2 e2@x.test' 'MV-08 replace, verbose'
	patch "/Users/$v" "[{\"op\":\"replace\",\"value\":{\"displayName\":\"DN3\",\"emails[type eq \\\"work\\\"].value\":\"e3@x.test\",\"name.givenName\":\"GN3\",\"$ENT:employeeNumber\":\"EN3\"}}]"
	scim GET "/Users/$v"
	json_is "\"\(.displayName) \(.emails[0].value) \(.name.givenName) \(.[\"$ENT\"].employeeNumber)\"" 'DN3 e3@x.test GN3 EN3' 'MV-08 replace, non-verbose'
	patch "/Users/$v" '[{"op":"Replace","path":"userName","value":"renamed@contoso.test"}]'
	scim GET '/Users?filter=userName+eq+"renamed@contoso.test"'
	json_is '"\(.totalResults) \(.Resources[0].userName)"' '1 renamed@contoso.test' 'MV-09 PATCH userName'
	patch "/Users/$v" '[{"op":"Replace","path":"active","value":false}]'
	scim GET "/Users/$v"
	json_is '"\(.active) \(.meta.resourceType) \(.meta.created|type)"' 'false User string' 'MV-10 disabled, by id'
	scim GET '/Users?filter=userName+eq+"renamed@contoso.test"'
	json_is '.Resources[0].active' false 'MV-10 disabled, by filter'

	new_user "manager-$MODE"; m1=$ID
	new_user "manager2-$MODE"; m2=$ID
	patch "/Users/$v" "[{\"op\":\"add\",\"path\":\"$ENT:manager\",\"value\":\"$m1\"}]"
	scim GET "/Users/$v"
	json_is ".[\"$ENT\"].manager.value" "$m1" 'MV-11 7.2-25 add manager'
	patch "/Users/$v" "[{\"op\":\"replace\",\"path\":\"$ENT:manager\",\"value\":\"$m2\"}]"
	scim GET "/Users/$v"
	json_is ".[\"$ENT\"].manager.value" "$m2" 'MV-11 7.2-25 replace manager'
	patch "/Users/$v" "[{\"op\":\"replace\",\"path\":\"$ENT:manager\",\"value\":\"\"}]"
	scim GET "/Users/$v"
	json_is ".[\"$ENT\"].manager.value // \"\"" '' 'MV-11 7.2-25 remove manager'
	patch "/Users/$v" '[{"op":"add","path":"title","value":"1"},{"op":"replace","path":"title","value":"2"},{"op":"remove","path":"displayName"}]'
	scim GET "/Users/$v"
	json_is '"\(.title) \(has("displayName"))"' '2 false' 'MV-12 several operations'

	for value in '""' null; do
		patch "/Users/$v" "[{\"op\":\"replace\",\"path\":\"displayName\",\"value\":$value},{\"op\":\"replace\",\"path\":\"title\",\"value\":$value},{\"op\":\"replace\",\"path\":\"name.givenName\",\"value\":$value},{\"op\":\"replace\",\"path\":\"emails[type eq \\\"work\\\"].value\",\"value\":$value},{\"op\":\"replace\",\"path\":\"addresses[type eq \\\"work\\\"].formatted\",\"value\":$value},{\"op\":\"replace\",\"path\":\"$ENT:employeeNumber\",\"value\":$value}]"
		status_is 200 "7.2-16 null update with $value"
		scim GET "/Users/$v"
		json_is "\"\(.displayName // \"\")\(.title // \"\")\(.name.givenName // \"\")\([.emails[]?|select(.type==\"work\").value // empty]|join(\"\"))\(.[\"$ENT\"].employeeNumber // \"\")\"" '' "7.2-16 nothing is left after $value"
	done

	scim DELETE "/Users/$v"
	status_is 204 'MV-13 DELETE user'
	scim DELETE "/Users/$v"
	status_is 404 'MV-13 DELETE the same user again'
	scim DELETE /Users/0192ab11-0000-7000-8000-000000000000
	status_is 404 'MV-13 DELETE a user that never was'
}

groups() {
	new_group "Validator Group"
	is "$STATUS $(json .displayName)" '201 Validator Group' 'MV-14 7.2-19 POST group'
	g=$ID
	new_group "Validator Group"
	status_is 409 'MV-14 duplicate group'
	scim GET '/Groups?filter=displayName+eq+"validator+GROUP"'
	json_is .totalResults 1 'MV-14 filter in different case'
	scim GET '/Groups?filter=displayName+eq+"none"'
	json_is .totalResults 0 'MV-14 filter without result'
	patch "/Groups/$g" '[{"op":"Replace","path":"displayName","value":"Renamed"},{"op":"Replace","path":"externalId","value":"x1"}]'
	scim GET "/Groups/$g"
	json_is '"\(.displayName) \(.externalId)"' 'Renamed x1' 'MV-15 7.2-20 replace attributes'
	patch "/Groups/$g" "[{\"op\":\"Add\",\"path\":\"members\",\"value\":[{\"value\":\"$m1\"}]}]"
	scim GET "/Groups/$g"
	json_is '[.members[].value]|join(" ")' "$m1" 'MV-15 7.2-11 add member'
	patch "/Groups/$g" "[{\"op\":\"Remove\",\"path\":\"members\",\"value\":[{\"value\":\"$m1\"}]}]"
	scim GET "/Groups/$g"
	json_is '.members // []|length' 0 'MV-15 7.2-12 remove member'
	scim DELETE "/Groups/$g"
	status_is 204 'MV-16 DELETE group'
	scim DELETE "/Groups/$g"
	status_is 404 'MV-16 again'
	scim GET '/Groups?filter=displayName+eq+"Renamed"'
	json_is .totalResults 0 'MV-16 7.2-10 not in filters'
}

pagination() {
	i=0
	while [ $i -lt 12 ]; do
		new_user "page-$i"
		i=$((i + 1))
	done
	for start in 1 6 11; do
		scim GET "/Users?startIndex=$start&count=5"
		is "$STATUS $(json .startIndex)" "200 $start" "7.2-23 page at $start"
	done
	scim GET '/Groups?startIndex=3&count=5'
	is "$STATUS $(json .startIndex)" '200 3' '7.2-24 group page'
}

browser() {
	ORIGIN_HEADER=https://page.example.test
	AUTH=none scim OPTIONS /Users
	is "$STATUS $(header Allow) $(header Access-Control-Allow-Origin)" \
	    "204 GET, HEAD, POST, OPTIONS $ORIGIN_HEADER" '7.1 OPTIONS for a listed origin'
	is "$(header Access-Control-Allow-Headers)|$(header Access-Control-Allow-Methods)" \
	    'Authorization, Content-Type, If-Match, If-None-Match, Prefer|GET, HEAD, POST, OPTIONS' '7.1 the headers and methods it may send'
	scim GET '/Users?count=0'
	is "$STATUS $(header Access-Control-Allow-Origin)" "200 $ORIGIN_HEADER" '7.1 and its requests'
	ORIGIN_HEADER=https://evil.example.test
	scim GET '/Users?count=0'
	is "$(header Access-Control-Allow-Origin)" '' '7.1 another origin is not allowed'
	ORIGIN_HEADER=
	AUTH=none scim OPTIONS /nosuch
	error_is 404 null '7.1 OPTIONS of nothing'
}

run() {
	schemas
	browser
	users
	groups
	pagination
}

both run
done_testing
