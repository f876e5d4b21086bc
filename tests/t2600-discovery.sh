#!/bin/sh
# Discovery and /Me: DISC, SFILE and ME of spec scim.md, in the profile
# strict.
. "$(dirname "$0")/lib.sh"

PROFILE=strict
CORE=urn:ietf:params:scim:schemas:core:2.0
API=urn:ietf:params:scim:api:messages:2.0

schemas() {
	scim GET /Schemas
	is "$STATUS $(json '.schemas[0]')" "200 $API:ListResponse" 'DISC-02 a list of schemas'
	json_is '[.Resources[].id]|sort|join(" ")' "$CORE:Group $CORE:ResourceType $CORE:Schema $CORE:ServiceProviderConfig $CORE:User $ENT urn:muster:scim:schemas:extension:1.0:LargeGroup" 'DISC-02 SFILE-06 all of them, those of discovery too'
	json_is '[.Resources[].id|select(contains("api:messages"))]|length' 0 'DISC-06 none of a message'
	json_is "[.Resources[]|.schemas == [\"$CORE:Schema\"] and (.name|length > 0) and (.description|length > 0) and (.attributes|length > 0) and .meta.resourceType == \"Schema\" and (.id as \$id|.meta.location|endswith(\"/v2/Schemas/\" + \$id))]|all" true 'SFILE-01 DISC-09 each with schemas, id, name, description, attributes, meta'
	json_is '[.Resources[].attributes[]|.,(.subAttributes//[])[]|has("name") and has("type") and has("multiValued") and has("description") and has("required") and has("mutability") and has("returned")]|all' true 'SFILE-02 CHAR-02 each characteristic'
	json_is '[.Resources[].attributes[]|.,(.subAttributes//[])[]|select(.type != "complex" and .type != "boolean")|select((has("caseExact") and has("uniqueness"))|not)|.name]|unique|join(" ")' '' 'SFILE-02 caseExact and uniqueness of what is compared'
	json_is '[.Resources[]|select(.id|endswith(":User"))|.attributes[]|select(.name == "emails")|.subAttributes[]|select(.name == "type").canonicalValues|join(" ")]|join("")' 'work home other' 'SFILE-02 canonicalValues'
	json_is '[.Resources[]|.. |objects|select(has("x-muster-index") or has("x-muster-store") or has("x-muster-default") or has("x-muster-form"))]|length' 0 'SFILE-02 and nothing of our own'
	for urn in "$USER_URN" "$GROUP_URN" "$ENT" "$CORE:Schema" "$CORE:ResourceType" "$CORE:ServiceProviderConfig"; do
		scim GET "/Schemas/$urn"
		is "$STATUS $(json .id)" "200 $urn" "DISC-02 ${urn##*:}"
	done
	scim GET "/Schemas/URN:ietf:params:scim:SCHEMAS:core:2.0:user"
	is "$STATUS $(json .id)" "200 $USER_URN" 'DISC-02 in another case'
	scim GET '/Schemas/urn%3Aietf%3Aparams%3Ascim%3Aschemas%3Acore%3A2.0%3AUser'
	is "$STATUS $(json .id)" "200 $USER_URN" 'DISC-02 HTTP-15 percent-encoded'
	for urn in "$API:ListResponse" "$API:PatchOp" "$API:Error" urn:x:y User; do
		scim GET "/Schemas/$urn"
		error_is 404 null "DISC-06 DISC-02 no $urn"
	done
}

types() {
	scim GET /Schemas
	known=$(json '.Resources[].id')
	scim GET /ResourceTypes
	json_is '[.Resources[].id]|sort|join(" ")' 'Group User' 'DISC-03 a list of types'
	json_is '[.Resources[]|.meta.resourceType == "ResourceType" and (.id as $id|.meta.location|endswith("/v2/ResourceTypes/" + $id))]|all' true 'DISC-09 their meta'
	used=$(json '.Resources[]|.schema,(.schemaExtensions//[])[].schema')
	for urn in $used; do
		is "$(echo "$known" | grep -cxF "$urn")" 1 "DISC-08 there is a schema ${urn##*:}"
	done
	for endpoint in $(json '.Resources[].endpoint'); do
		scim GET "$endpoint?count=0"
		is "$STATUS $(json .totalResults)" '200 0' "DISC-11 $endpoint is there, as its type says"
	done
	scim GET /ResourceTypes/User
	json_is '"\(.name) \(.endpoint) \(.schema) \(.schemaExtensions[0].required)"' "User /Users $USER_URN false" 'DISC-03 one type'
	scim GET /ResourceTypes/Nosuch
	error_is 404 null 'DISC-03 one that is not there'
	scim POST /ResourceTypes '{}'
	error_is 405 null 'DISC-07 read only'
}

configuration() {
	scim GET /ServiceProviderConfig
	is "$STATUS $(json '"\(.schemas[0]) \(has("Resources"))"')" "200 $CORE:ServiceProviderConfig false" 'DISC-01 one object'
	json_is '.securityEvents|"\(.asyncRequest) \(.eventUris|length) \(.eventUris|map(startswith("urn:ietf:params:scim:event:"))|all)"' \
	    'none 10 true' 'EVT-11 the events that there are; nothing is answered later'
	json_is '.meta|"\(.resourceType) \(.location|endswith("/v2/ServiceProviderConfig"))"' 'ServiceProviderConfig true' 'DISC-09 its meta'
	json_is '[.patch,.bulk,.filter,.changePassword,.sort,.etag]|map(has("supported"))|all' true 'DISC-01 DISC-10 what is supported'
	json_is '[.bulk.maxOperations,.bulk.maxPayloadSize,.filter.maxResults]|map(type)|join(" ")' 'number number number' 'DISC-01 and how much'
	supported=$(json .bulk.supported)
	scim POST /Bulk '{}'
	is "$([ "$STATUS" = 501 ] && echo false || echo true)" "$supported" 'DISC-10 BULK-01 bulk is what it says'
	scim GET /ServiceProviderConfig
	json_is .changePassword.supported true 'DISC-10 passwords'
	new_user changer '"password":"s3cret-words"'
	patch "/Users/$ID" '[{"op":"replace","path":"password","value":"0ther-words"}]'
	status_is 200 'DISC-10 are changed'
	scim GET /ServiceProviderConfigs
	error_is 404 null 'DISC-01 not the name of SCIM 1.1'
	for path in /ServiceProviderConfig /Schemas /ResourceTypes "/Schemas/$USER_URN" /ResourceTypes/User; do
		query "$path" 'id pr'
		error_is 403 null "DISC-04 no filter on $path"
		scim GET "$path"
		whole=$(jq -cS . "$T/body")
		scim GET "$path?sortBy=id&sortOrder=descending&startIndex=2&count=1&attributes=id&excludedAttributes=meta"
		is "$STATUS $(jq -cS . "$T/body")" "200 $whole" "DISC-05 order, pages and projection do not touch $path"
		scim DELETE "$path"
		error_is 405 null "DISC-07 DELETE $path"
		scim PUT "$path" '{}'
		error_is 405 null "DISC-07 PUT $path"
	done
	scim GET /Schemas
	json_is '"\(.startIndex) \(.itemsPerPage == .totalResults) \(.Resources|length == 7)"' '1 true true' 'DISC-05 all at once'
	is "$(header Cache-Control)" no-store 'DISC-12 caches are told'
}

# What a schema says of an attribute is what happens to it (DISC-10).
promises() {
	scim GET "/Schemas/$USER_URN"
	for name in $(json '.attributes[]|select(.mutability == "readOnly").name'); do
		promised=$name
		new_user "ro-$name" "\"$name\":[{\"value\":\"x\"}]"
		is "$STATUS $(json "has(\"$name\")")" '201 false' "DISC-10 $promised is readOnly"
	done
	scim GET "/Schemas/$USER_URN"
	for name in $(json '.attributes[]|select(.type == "string" and .returned == "default" and .name != "userName").name'); do
		new_user "rw-$name" "\"$name\":\"en\""
		is "$STATUS $(json ".$name")" '201 en' "DISC-10 $name is a string"
		new_user "no-$name" "\"$name\":7"
		error_is 400 invalidValue "DISC-10 $name is nothing else"
	done
	scim GET "/Schemas/$USER_URN"
	for name in $(json '.attributes[]|select(.multiValued and .mutability == "readWrite").name'); do
		case $name in
		addresses) value='{"locality":"x"}' ;;
		x509Certificates) value='{"value":"MAYwADAAAwA="}' ;;
		*) value='{"value":"https://x.test/"}' ;;
		esac
		new_user "mv-$name" "\"$name\":[$value]"
		is "$STATUS $(json ".$name|length")" '201 1' "DISC-10 $name is a list"
		new_user "sv-$name" "\"$name\":$value"
		error_is 400 invalidValue "DISC-10 $name is nothing else"
	done
}

myself() {
	scim GET /Me
	error_is 501 null 'ME-01 a client that is no person'
	new_user me; me=$ID
	AUTH="Bearer $(credential --user "$me")"
	scim GET /Me
	is "$STATUS $(header Location)" "200 $(json .meta.location)" 'ME-02 ME-03 no redirection, but the permanent Location'
	scim GET '/Me?attributes=userName'
	json_is 'keys|join(" ")' 'id schemas userName' 'ME-06 projection'
	scim POST /Me/.search "{\"schemas\":[\"$API:SearchRequest\"]}"
	is "$STATUS" 404 'ME-06 no search of me'
	scim POST /Me '{}'
	error_is 501 null 'ME-04 nobody creates himself'
	AUTH=none
	scim GET /Me
	error_is 401 null 'ME-05 nobody'
	AUTH=
}

discovery() {
	schemas
	types
	configuration
	promises
	myself
}

both discovery
done_testing
