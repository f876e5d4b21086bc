#!/bin/sh
# Create, replace and delete, and the matrix of mutability (POST, PUT and DEL
# of spec scim.md, section 9.2), in the profile strict.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/gadget.sh"

PROFILE=strict
NOBODY=0192ab11-0000-7000-8000-000000000000

put_user() {
	scim PUT "/Users/$1" "{\"schemas\":[\"$USER_URN\"],$2}"
}

creating() {
	new_gadget created '"fixed":"f","hidden":"h"'
	shows '[.fixed,.hidden]' '["f",null]' 'POST-08 immutable and writeOnly are taken'
	new_gadget asked '"asked":"a"'
	shows .asked '"a"' 'POST-10 returned=request comes back'
	new_user unknown "\"$ENT\":{\"manager\":{\"value\":\"$NOBODY\"}}"
	error_is 400 invalidValue 'POST-11 a manager who is not there'
	new_group unknown "\"members\":[{\"value\":\"$NOBODY\"}]"
	error_is 400 invalidValue 'POST-11 a member who is not there'
	new_user shared '"externalId":"same"'
	new_user shared-too '"externalId":"same"'
	is "$STATUS $(json .externalId)" '201 same' 'POST-15 one externalId twice'
	new_user typed; u=$ID
	new_group typed "\"members\":[{\"value\":\"$u\",\"type\":\"Group\"}]"
	error_is 400 invalidValue 'POST-12 a type that is not so'
	for row in "{\"value\":\"$u\",\"\$ref\":\"https://h/scim/v2/Groups/$u\"}" "{\"\$ref\":\"../Groups/$u\"}" "{\"type\":\"User\",\"\$ref\":\"Groups/$u\"}"; do
		new_group typed "\"members\":[$row]"
		error_is 400 invalidValue "POST-12 a \$ref that is not so: $(echo "$row" | cut -c1-12)"
	done
	for row in "{\"\$ref\":\"../Users/$u\"}" "{\"value\":\"$u\",\"\$ref\":\"/x/Nosuch/$u\"}" "{\"\$ref\":\"$u\"}"; do
		new_group typed "\"members\":[$row]"
		is "$STATUS $(json '.members[0]|"\(.value) \(.type)"')" "201 $u User" "POST-12 one that is, or says nothing: $(echo "$row" | cut -c1-12)"
	done
	for row in '"password":""' '"profileUrl":""' '"photos":[{"value":""}]' '"externalId":""'; do
		new_user empty "$row"
		error_is 400 invalidValue "CORE-23 STR-02 TYPE-08 $row"
		json_is .detail "$(json .detail | grep -F "$(echo "$row" | cut -d'"' -f2)")" 'CORE-23 and says what'
	done
	for path in password profileUrl; do
		patch "/Users/$u" "[{\"op\":\"replace\",\"path\":\"$path\",\"value\":\"\"}]"
		error_is 400 invalidValue "CORE-23 PATCH of $path"
	done
	new_user empty '"nickName":"","displayName":""'
	is "$STATUS $(json '"[\(.nickName)] [\(.displayName)]"')" '201 [] []' 'CORE-23 other texts may be empty'
	new_group empty "\"members\":[{\"value\":\"$ID\"}]"
	json_is '.members[0].display' empty 'POST-12 who has no other name is shown by the userName'
	new_user ringed; u=$ID
	new_group ringed "\"members\":[{\"value\":\"$u\",\"display\":\"mine\",\"\$ref\":\"x\"}]"
	json_is '.members[0]|"\(.type) \(.display) \(."$ref"|endswith("/Users/'"$u"'"))"' 'User ringed true' 'POST-12 type, display and $ref are ours'
}

replacing() {
	new_user replaced '"title":"T","password":"s3cret-words","active":false,"nickName":"N"'; u=$ID
	put_user "$u" '"userName":"replaced","title":"U"'
	is "$STATUS $(header ETag)" '200 W/"2"' 'PUT-01 PUT-02 200 and a new version'
	shows '[.title,.nickName,.active,.meta.lastModified > .meta.created]' '["U",null,true,true]' 'PUT-02 PUT-05 the whole resource; defaults again'
	put_user "$u" '"userName":"replaced","title":null,"active":null,"emails":[]'
	shows '[has("title"),has("active"),has("emails")]' '[false,false,false]' 'PUT-06 null beats defaults'
	put_user "$u?attributes=title" '"userName":"replaced","title":"V"'
	shows 'keys' '["id","schemas","title"]' 'PUT-18 attributes'
	put_user "$u?excludedAttributes=meta,title" '"userName":"replaced","title":"V"'
	shows '[has("meta"),has("title"),has("userName")]' '[false,false,true]' 'PUT-18 excludedAttributes'
	before=$(cat "$T"/store/log.* | grep -ao '"secretChanged":true' | wc -l)
	put_user "$u" '"userName":"replaced","title":"W"'
	is "$STATUS $(cat "$T"/store/log.* | grep -ao '"secretChanged":true' | wc -l)" "200 $before" 'PUT-07 the password stays'

	scim POST /Users "{\"schemas\":[\"$USER_URN\",\"$ENT\"],\"userName\":\"extended\",\"$ENT\":{\"department\":\"D\"}}"; u=$(json .id)
	put_user "$u" '"userName":"extended"'
	shows "[has(\"$ENT\"),(.schemas|length)]" '[false,1]' 'PUT-14 an extension that is left out'
	scim PUT "/Users/$u" "{\"schemas\":[\"$USER_URN\",\"$ENT\"],\"userName\":\"extended\",\"$ENT\":{\"department\":\"D\"}}"
	scim PUT "/Users/$u" "{\"schemas\":[\"$USER_URN\",\"$ENT\"],\"userName\":\"extended\"}"
	shows "has(\"$ENT\")" false 'PUT-14 though schemas names it'
}

# row NAME METHOD REQUEST SHOWN: REQUEST is the members of a PUT, or the
# operation of a PATCH; SHOWN the value of NAME behind it, or a scimType
row() {
	case $2 in
	put) put_gadget "$g" "\"label\":\"matrix\"${3:+,$3}" ;;
	*) patch "/Gadgets/$g" "[{\"op\":\"$2\",\"path\":\"$1\"${3:+,\"value\":$3}}]" ;;
	esac
	case $4 in
	mutability) error_is 400 mutability "$TEXT $2 $3" ;;
	*) shows ".$1" "$4" "$TEXT $2 $3" ;;
	esac
}

# Section 9.2, a line at a time.
matrix() {
	new_gadget matrix '"given":"x"'; g=$ID
	TEXT='PUT-11 CHAR-05 readOnly:'
	row given put '"given":"y"' null
	row given put '' null
	row given add '"y"' mutability
	row given replace '"y"' mutability
	row given remove '' mutability
	TEXT='PUT-04 CHAR-05 readWrite:'
	row plain put '"plain":"a"' '"a"'
	row plain put '' null
	row plain add '"b"' '"b"'
	row plain replace '"c"' '"c"'
	row plain remove '' null
	row label remove '' mutability
	TEXT='PUT-09 CHAR-05 immutable, unset:'
	row fixed remove '' null
	row fixed put '' null
	row fixed put '"fixed":"f"' '"f"'
	TEXT='PUT-08 PUT-10 PATCH-17 CHAR-05 immutable, set:'
	row fixed put '"fixed":"f"' '"f"'
	row fixed put '' '"f"'
	row fixed put '"fixed":"g"' mutability
	row fixed add '"f"' '"f"'
	row fixed add '"g"' mutability
	row fixed replace '"f"' '"f"'
	row fixed replace '"g"' mutability
	row fixed remove '' mutability
	TEXT='PATCH-17 CHAR-05 immutable, unset:'
	new_gadget matrix; g=$ID
	row fixed add '"f"' '"f"'
	new_gadget matrix; g=$ID
	row fixed replace '"f"' '"f"'
	TEXT='CHAR-05 CHAR-10 writeOnly:'
	for how in add replace put remove; do
		case $how in
		put) row hidden put '"hidden":"h"' null ;;
		remove) row hidden remove '' null ;;
		*) row hidden $how '"h"' null ;;
		esac
	done
}

deleting() {
	new_user deleted; u=$ID
	scim DELETE "/Users/$u"
	is "$STATUS $(wc -c < "$T/body" | tr -d ' ')" '204 0' 'DEL-01 no body'
	for method in GET DELETE; do
		scim $method "/Users/$u"
		error_is 404 null "DEL-02 $method"
	done
	put_user "$u" '"userName":"deleted"'
	error_is 404 null 'DEL-02 PUT'
	patch "/Users/$u" '[{"op":"add","path":"title","value":"T"}]'
	error_is 404 null 'DEL-02 PATCH'
	query /Users 'userName eq "deleted"'
	json_is .totalResults 0 'DEL-03 found by no filter'
	query / "id eq \"$u\""
	json_is .totalResults 0 'DEL-03 nor among all types'
	scim GET '/Users?count=0'
	before=$(json .totalResults)
	new_user Deleted
	is "$STATUS $([ "$ID" != "$u" ] && echo new)" '201 new' 'DEL-05 DEL-07 its name is free, its id is not'
	scim GET '/Users?count=0'
	json_is .totalResults $((before + 1)) 'DEL-03 nor counted'

	new_user member; u=$ID
	new_group team "\"members\":[{\"value\":\"$u\"}]"; g=$ID
	scim POST /Users "{\"schemas\":[\"$USER_URN\",\"$ENT\"],\"userName\":\"report\",\"$ENT\":{\"manager\":{\"value\":\"$u\"}}}"; r=$(json .id)
	scim DELETE "/Users/$u"
	scim GET "/Groups/$g"
	is "$(json 'has("members")') $(header ETag)" 'false W/"2"' 'DEL-06 out of groups, which change'
	scim GET "/Users/$r"
	json_is ".\"$ENT\".manager" null 'DEL-06 out of managers'
	scim DELETE "/Groups/$g"
	status_is 204 'DEL-01 a group'
}

# The parameters of one resource mean nothing to many operations.
bulk() {
	scim POST '/Bulk?attributes=id&excludedAttributes=userName' "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:BulkRequest\"],\"Operations\":[{\"method\":\"POST\",\"bulkId\":\"a\",\"path\":\"/Users\",\"data\":{\"schemas\":[\"$USER_URN\"],\"userName\":\"bulk\"}}]}"
	is "$STATUS $(json '.Operations[0]|"\(.status) \(.bulkId) \(.location|contains("/Users/"))"')" '200 201 a true' 'BULK-25 projection of a bulk request is ignored'
	finds /Users 'userName eq "bulk"' bulk 'BULK-25 and touches nothing'
}

writing() {
	creating
	replacing
	matrix
	deleting
	bulk
}

gadget_schemas
both writing
done_testing
