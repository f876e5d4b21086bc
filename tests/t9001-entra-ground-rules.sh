#!/bin/sh
# ENTRA-G01 to G24: what holds for every request of Entra (clients.md 1).
. "$(dirname "$0")/lib.sh"

run() {
	as_profile entra
	new_user 'Babs.Jensen@contoso.test' '"externalId":"bjensen","emails":[{"type":"work","value":"babs@contoso.test"}],"name":{"familyName":"Jensen"}'
	babs=$ID

	patch "/Users/$babs" '[{"op":"Replace","path":"emails[type eq \"work\"].Value","value":"b2@contoso.test"}]'
	status_is 200 'ENTRA-G01 Pascal-case op and sub-attribute name'
	json_is '.emails[0].value' b2@contoso.test 'ENTRA-G01 the value arrived under its schema name'
	scim POST /Users "{\"SCHEMAS\":[\"URN:ietf:params:scim:schemas:core:2.0:user\"],\"USERNAME\":\"upper\"}"
	json_is .userName upper 'ENTRA-G01 names and URNs in any case'

	scim GET '/Users?filter=userName+eq+"Babs.Jensen@contoso.test"+and+externalId+eq+"bjensen"'
	json_is '.totalResults' 1 'ENTRA-G02 eq and and'

	scim GET '/Users?filter=userName+eq+"nobody"'
	status_is 200 'ENTRA-G03 no match is 200'
	json_is '"\(.schemas[0]) \(.totalResults) \(.Resources)"' \
	    'urn:ietf:params:scim:api:messages:2.0:ListResponse 0 []' 'ENTRA-G03 an empty list'
	scim GET '/Users?filter=userName+eq+"upper"'
	json_is '"\(.totalResults) \(.Resources|length)"' '1 1' 'ENTRA-G03 a list for one resource'

	scim GET "/Users/$babs"
	json_is '.id|type' string 'ENTRA-G04 id is a string'
	json_is .id "$babs" 'ENTRA-G04 id is stable'

	new_user '  Mixed.Case@Contoso.TEST ' '"phoneNumbers":[{"type":"work","value":"+47 (1) 23-4 "}]'
	scim GET "/Users/$ID"
	json_is .userName '  Mixed.Case@Contoso.TEST ' 'ENTRA-G05 userName byte for byte'
	json_is '.phoneNumbers[0].value' '+47 (1) 23-4 ' 'ENTRA-G05 phone number byte for byte'

	patch "/Users/$babs" '[{"op":"Replace","path":"active","value":"False"}]'
	scim GET "/Users/$babs"
	json_is .active false 'ENTRA-G06 inactive users are there by id'
	scim GET '/Users?filter=externalId+eq+"bjensen"'
	json_is '.Resources[0].active' false 'ENTRA-G06 and in filters, with active'

	is "$(header Content-Type)" application/scim+json 'ENTRA-G07 media type of a list'
	scim GET /Users/none
	is "$(header Content-Type)" application/scim+json 'ENTRA-G07 media type of an error'
	TYPE=application/json new_user json-type
	status_is 201 'ENTRA-G07 application/json is taken'
	TYPE='application/scim+json;foo="bar" ; charset=UTF-8' new_user odd-type
	status_is 201 'ENTRA-G07 parameters do not matter'
	TYPE=text/plain new_user text-type
	error_is 415 null 'ENTRA-G07 anything else is 415'

	new_user nulls '"title":null,"emails":null,"name":{"givenName":null,"familyName":"N"}'
	status_is 201 'ENTRA-G08 null is not present'
	json_is '[.. | select(. == null)] | length' 0 'ENTRA-G08 no null in an answer'
	json_is '"\(has("title")) \(has("emails")) \(.name)"' 'false false {"familyName":"N"}' 'ENTRA-G08 nulls are dropped'
	scim GET /Schemas
	json_is '[.. | select(. == null)] | length' 0 'ENTRA-G08 no null in /Schemas'

	new_user two-works '"emails":[{"type":"work","value":"a@x.test"},{"type":"work","value":"b@x.test","primary":true}]'
	patch "/Users/$ID" '[{"op":"Replace","path":"emails[type eq \"work\"].value","value":"c@x.test"}]'
	json_is '[.emails[].value]|join(",")' 'a@x.test,c@x.test' 'ENTRA-G09 of several, the primary one'
	new_user two-more '"emails":[{"type":"work","value":"a@x.test"},{"type":"work","value":"b@x.test"}]'
	patch "/Users/$ID" '[{"op":"Replace","path":"emails[type eq \"work\"].value","value":"c@x.test"}]'
	json_is '[.emails[].value]|join(",")' 'c@x.test,b@x.test' 'ENTRA-G09 else the first'

	new_user 'a+b@contoso.test'
	scim GET '/Users?filter=userName+eq+"a%2Bb%40contoso.test"'
	json_is .totalResults 1 'ENTRA-G10 + is a space, %2B a plus'
	scim GET '/Users?filter=userName%20eq%20%22a%2Bb@contoso.test%22'
	json_is .totalResults 1 'ENTRA-G10 %20 and %22'
	scim GET '/Users?filter=emails%5Btype%20eq%20%22work%22%5D.value%20eq%20%22b2@contoso.test%22'
	json_is .totalResults 1 'ENTRA-G10 encoded brackets'
	scim GET '/Users?filter=emails[type+eq+"work"].value+eq+"b2@contoso.test"'
	json_is .totalResults 1 'ENTRA-G10 raw brackets'

	scim GET '/Users?filter=externalId+eq+bjensen'
	json_is .totalResults 1 'ENTRA-G11 a word without quotes'

	scim GET '/Users?filter=UserName+eq+"babs.jensen@contoso.test"'
	json_is .totalResults 1 'ENTRA-G12 UserName'
	scim GET '/Users?filter=name.FamilyName+eq+"jensen"'
	json_is .totalResults 1 'ENTRA-G12 name.FamilyName'
	scim GET '/Users?filter=emails.Value+eq+"b2@contoso.test"'
	json_is .totalResults 1 'ENTRA-G12 emails.Value'

	new_user 'BABS.jensen@contoso.test'
	error_is 409 uniqueness 'ENTRA-G13 a repeated POST is 409 uniqueness'
	new_group g13 "\"members\":[{\"value\":\"$babs\"}]"
	group=$ID
	patch "/Groups/$group" "[{\"op\":\"Add\",\"path\":\"members\",\"value\":[{\"value\":\"$babs\"}]}]"
	status_is 204 'ENTRA-G13 adding a member again succeeds'
	patch "/Groups/$group" "[{\"op\":\"Remove\",\"path\":\"members\",\"value\":[{\"value\":\"$babs\"}]}]"
	patch "/Groups/$group" "[{\"op\":\"Remove\",\"path\":\"members\",\"value\":[{\"value\":\"$babs\"}]}]"
	status_is 204 'ENTRA-G13 removing it again succeeds'

	scim GET /ServiceProviderConfig
	json_is .patch.supported true 'ENTRA-G14 PATCH is offered'
	json_is '.bulk.supported' true 'ENTRA-G15 bulk is announced as it is'
	scim POST /Bulk "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:BulkRequest\"],\"Operations\":[]}"
	status_is 200 'ENTRA-G15 and is there'

	patch "/Users/$babs" '[{"op":"Replace","path":"title","value":"No If-Match"}]'
	status_is 200 'ENTRA-G16 no If-Match is needed'

	scim GET '/Users?startIndex=2&count=2'
	json_is '"\(.startIndex) \(.itemsPerPage) \(.Resources|length)"' '2 2 2' 'ENTRA-G17 pages by startIndex and count'

	for path in //Users /Users/ '/Users?aadOptscim062020' '/Users?aadOptscim062020=' "//Users//$babs"; do
		scim GET "$path"
		status_is 200 "ENTRA-G18 $path"
	done

	scim POST /Users "{\"schemas\":[\"$USER_URN\",\"urn:ietf:params:scim:schemas:extension:enterprise:2.0User\"],\"userName\":\"mistyped\"}"
	status_is 201 'ENTRA-G19 a mistyped URN is not fatal'
	scim POST /Groups "{\"schemas\":[\"$GROUP_URN\",\"http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group\"],\"displayName\":\"ms\"}"
	status_is 201 'ENTRA-G19 the Microsoft group URN is not fatal'
	json_is '.schemas|join(" ")' "$GROUP_URN" 'ENTRA-G19 and is not stored'

	new_user unlisted "\"$ENT\":{\"department\":\"Tours\"}"
	json_is ".[\"$ENT\"].department" Tours 'ENTRA-G20 an extension that schemas does not list'
	json_is ".schemas|index(\"$ENT\")|type" number 'ENTRA-G20 is listed in the answer'

	scim GET "/Users/$babs"
	cp "$T/body" "$T/without-agent"
	AGENT='Microsoft.AzureAD.Provisioning/1.0' scim GET "/Users/$babs"
	cmp -s "$T/body" "$T/without-agent"
	ok $? "$MODE ENTRA-G21 no User-Agent makes a difference"

	patch "/Users/$babs" '[{"op":"Replace","path":"externalId","value":"bj2"}]'
	scim GET '/Users?filter=externalId+eq+"bj2"'
	json_is .totalResults 1 'ENTRA-G22 externalId can be changed and found'
	new_user same-external '"externalId":"bj2"'
	status_is 201 'ENTRA-G22 externalId is not unique'

	new_user entitled '"entitlements":[{"value":"x"}]'
	json_is '.entitlements[0].value' x 'ENTRA-G23 entitlements are an ordinary attribute'

	new_user 'quo\"te\\back'
	status_is 201 'ENTRA-G24 quote and backslash in a userName'
	scim GET '/Users?filter=userName+eq+"quo\"te\\back"'
	json_is .totalResults 1 'ENTRA-G24 escaped in a filter'
}

both run
done_testing
