#!/bin/sh
# PATCH: the envelope, and what each operation does to each target, with the
# vectors of section 13.5 (PATCH of spec scim.md), in the profile strict.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/gadget.sh"

PROFILE=strict
NOBODY=0192ab11-0000-7000-8000-000000000000
EMAILS='[.emails[]|[.value,.type,.primary]]'

# The user of section 13.5, with an extension.
fresh() {
	serial=$((serial + 1))
	scim POST /Users "{\"schemas\":[\"$USER_URN\",\"$ENT\"],\"userName\":\"bj-$serial\",\"name\":{\"givenName\":\"B\",\"familyName\":\"J\"},\"emails\":[{\"value\":\"w@x\",\"type\":\"work\",\"primary\":true},{\"value\":\"h@x\",\"type\":\"home\"}],\"$ENT\":{\"department\":\"D\",\"division\":\"V\"}}"
	ID=$(json .id)
}

# each_user: lines of IDS ; operations ; expression ; its value, or a scimType.
# Whatever is refused has changed nothing; a "=" before the value says that
# this is no change either.
each_user() {
	while IFS=';' read -r ids ops expression want; do
		[ -n "$ids" ] || continue
		fresh
		before=$(jq -cS . "$T/body")
		patch "/Users/$ID" "[$ops]"
		case $want in
		[a-z]*[A-Z]* | mutability)
			error_is 400 "$want" "$ids $ops"
			scim GET "/Users/$ID"
			is "$(jq -cS . "$T/body")" "$before" "$ids nothing changed"
			;;
		=*)
			is "$STATUS $(jq -cS . "$T/body")" "200 $before" "$ids no change: $ops"
			json_is "$expression|tojson" "${want#=}" "$ids $ops"
			;;
		*)
			is "$STATUS $(jq -cS "$expression" "$T/body")" "200 $want" "$ids $ops"
			;;
		esac
	done
}

vectors() {
	each_user <<-END
	V01 PATCH-37;{"op":"add","path":"emails","value":[{"value":"n@x","type":"other"}]};$EMAILS;[["w@x","work",true],["h@x","home",null],["n@x","other",null]]
	V02 PATCH-19;{"op":"add","path":"emails","value":{"value":"n@x","primary":true}};[.emails[]|[.value,.primary // false]];[["w@x",false],["h@x",false],["n@x",true]]
	V03 PATCH-30;{"op":"add","value":{"emails":[{"value":"h@x","type":"home"}],"nickName":"Babs"}};[.nickName,(.emails|length)];["Babs",2]
	V04 PATCH-77;{"op":"replace","path":"emails[type eq \"work\"].value","value":"z@x"};$EMAILS;[["z@x","work",true],["h@x","home",null]]
	V05 PATCH-76;{"op":"replace","path":"emails[type eq \"work\"]","value":{"value":"z@x","type":"work"}};$EMAILS;[["z@x","work",null],["h@x","home",null]]
	V06 PATCH-78;{"op":"replace","path":"emails[type eq \"fax\"].value","value":"z"};;noTarget
	V07 PATCH-40;{"op":"add","path":"emails[type eq \"other\"].value","value":"z@x"};.emails[2];{"type":"other","value":"z@x"}
	V08 PATCH-54;{"op":"remove","path":"emails[type eq \"home\"]"};$EMAILS;[["w@x","work",true]]
	V09 PATCH-55;{"op":"remove","path":"emails[type eq \"fax\"]"};.emails|length;=2
	V10 PATCH-53;{"op":"remove","path":"emails"};has("emails");false
	V11 PATCH-50;{"op":"remove"};;noTarget
	V12 PATCH-60;{"op":"remove","path":"userName"};;mutability
	V13 PATCH-15;{"op":"replace","path":"id","value":"x"};;mutability
	V13 PATCH-15;{"op":"replace","path":"groups","value":[{"value":"x"}]};;mutability
	V13 PATCH-15;{"op":"replace","path":"meta.created","value":"2001-01-01T00:00:00Z"};;mutability
	V14 PATCH-73;{"op":"replace","path":"name","value":{"givenName":"C"}};.name;{"familyName":"J","givenName":"C"}
	V15 PATCH-74;{"op":"replace","path":"name.middleName","value":"M"};.name;{"familyName":"J","givenName":"B","middleName":"M"}
	V16 PATCH-06;{"op":"replace","path":"emails[1].value","value":"x"};;invalidPath
	V17 PATCH-20;{"op":"add","path":"$ENT:employeeNumber","value":"7"};."$ENT".employeeNumber;"7"
	V18 PATCH-15;{"op":"replace","path":"active","value":"yes"};;invalidValue
	V19 PATCH-11;{"op":"replace","path":"title","value":"T"},{"op":"remove"};;noTarget
	V20 PATCH-75;{"op":"replace","path":"emails","value":[]};has("emails");false
	V21 PATCH-19;{"op":"replace","path":"emails[type eq \"home\"].primary","value":true};[.emails[]|[.type,.primary // false]];[["work",false],["home",true]]
	V22 PATCH-08;{"op":"add","path":"nosuch","value":1};;invalidPath
	V23;{"op":"add","path":"password","value":"s3cret"};has("password");false
	V26 PATCH-23;{"op":"replace","path":"nickName","value":null};has("nickName");=false
	END
}

envelope() {
	fresh
	u=$ID
	scim GET /ServiceProviderConfig
	json_is .patch.supported true 'PATCH-01 advertised'
	for schemas in '' '"schemas":[],' "\"schemas\":[\"$USER_URN\"],"; do
		scim PATCH "/Users/$u" "{$schemas\"Operations\":[{\"op\":\"remove\",\"path\":\"title\"}]}"
		error_is 400 invalidSyntax "PATCH-02 its schemas: $schemas"
	done
	scim PATCH "/Users/$u" "{\"schemas\":[\"$PATCHOP\"]}"
	error_is 400 invalidSyntax 'PATCH-03 no Operations'
	patch "/Users/$u" '[]'
	error_is 400 invalidSyntax 'PATCH-03 none in it'
	patch "/Users/$u" '{"op":"remove","path":"title"}'
	error_is 400 invalidSyntax 'PATCH-03 no list'
	scim PATCH "/Users/$u" "{\"schemas\":[\"$PATCHOP\"],\"operations\":[{\"op\":\"add\",\"path\":\"title\",\"value\":\"T\"}]}"
	is "$STATUS $(json .title)" '200 T' 'PATCH-03 operations in any case'
	patch "/Users/$NOBODY" '[{"op":"remove","path":"title"}]'
	error_is 404 null 'PATCH-14 of nobody'
	new_user taken
	patch "/Users/$u" '[{"op":"replace","path":"userName","value":"TAKEN"}]'
	error_is 409 uniqueness 'PATCH-24 a name that is taken'
	ops='{"op":"add","path":"title","value":"x"}'
	patch "/Users/$u" "[$(awk -v op="$ops" 'BEGIN { for (i = 0; i < 1000; i++) printf "%s,", op; print op }')]"
	error_is 413 null 'PATCH-26 1001 operations'
	each_user <<-END
	PATCH-04;{"op":"move","path":"title"};;invalidSyntax
	PATCH-04;{"op":"copy","path":"title"};;invalidSyntax
	PATCH-04;{"op":"test","path":"title"};;invalidSyntax
	PATCH-04;{"path":"title","value":"x"};;invalidSyntax
	PATCH-04;{"op":"REPLACE","path":"title","value":"x"};.title;"x"
	PATCH-05;{"op":"add","path":"","value":{"title":"x"}};;invalidPath
	PATCH-06;{"op":"add","path":"emails[0].value","value":"x"};;invalidPath
	PATCH-06;{"op":"add","path":"/emails/0","value":"x"};;invalidPath
	PATCH-06;{"op":"add","path":"name.a.b","value":"x"};;invalidPath
	PATCH-07;{"op":"add","path":"a..b","value":"x"};;invalidPath
	PATCH-07;{"op":"remove","path":"emails[type regex \"x\"]"};;invalidFilter
	PATCH-08;{"op":"replace","path":"name.nosuch","value":"x"};;invalidPath
	PATCH-08;{"op":"add","path":"urn:x:y:z","value":"x"};;invalidPath
	PATCH-09;{"op":"replace","path":"URN:ietf:params:scim:schemas:CORE:2.0:user:NAME.givenname","value":"x"};.name.givenName;"x"
	PATCH-09;{"op":"replace","path":"$ENT:department","value":"x"};."$ENT".department;"x"
	PATCH-10;{"op":"add","path":"title","value":"x"},{"op":"remove","path":"title"};has("title");=false
	PATCH-10;{"op":"add","path":"emails","value":{"value":"n@x","type":"fax"}},{"op":"replace","path":"emails[type eq \"fax\"].value","value":"m@x"};.emails[2].value;"m@x"
	PATCH-11;{"op":"add","path":"title","value":"x"},{"op":"add","path":"nickName","value":5};;invalidValue
	PATCH-15;{"op":"add","path":"title","value":5};;invalidValue
	PATCH-15;{"op":"add","path":"emails","value":[{"value":"a","primary":"yes"}]};;invalidValue
	PATCH-15;{"op":"add","path":"groups","value":[{"value":"x"}]};;mutability
	PATCH-16;{"op":"replace","value":{"id":"x","title":"T"}};;mutability
	PATCH-16;{"op":"replace","value":{"schemas":["$USER_URN","$ENT"],"title":"T"}};.title;"T"
	PATCH-18;{"op":"replace","path":"userName","value":null};;invalidValue
	PATCH-18;{"op":"replace","path":"userName","value":""};;invalidValue
	PATCH-19;{"op":"replace","path":"emails[type eq \"home\"]","value":{"value":"h@x","primary":true}};[.emails[]|select(.primary).value];["h@x"]
	PATCH-21;{"op":"remove","path":"schemas[value eq \"$ENT\"]"};[has("$ENT"),.schemas];[false,["$USER_URN"]]
	PATCH-21;{"op":"remove","path":"schemas"};;mutability
	PATCH-21;{"op":"remove","path":"schemas[value eq \"$USER_URN\"]"};;mutability
	PATCH-23;{"op":"add","path":"title"};;invalidValue
	PATCH-23;{"op":"replace","path":"title"};;invalidValue
	PATCH-23;{"op":"add","path":"title","value":null};has("title");=false
	PATCH-27 PATCH-28;{"op":"add","path":"emails","value":{"type":"home","value":"h@x"}};.emails|length;=2
	PATCH-29 CANON-01 PD-25;{"op":"add","path":"emails","value":{"type":"home","value":"h@x","display":"H"}};[.emails|length,.[1].display];[2,"H"]
	END
}

adding() {
	each_user <<-END
	PATCH-30;{"op":"add","value":"x"};;invalidValue
	PATCH-30;{"op":"add","value":["x"]};;invalidValue
	PATCH-30;{"op":"add","value":{"name":{"middleName":"M"},"title":"T","emails":[{"value":"n@x"}]}};[.name,.title,(.emails|length)];[{"familyName":"J","givenName":"B","middleName":"M"},"T",3]
	PATCH-31;{"op":"add","value":{"$ENT":{"costCenter":"C"}}};."$ENT";{"costCenter":"C","department":"D","division":"V"}
	PATCH-31;{"op":"add","value":{"$ENT:costCenter":"C"}};."$ENT".costCenter;"C"
	PATCH-31;{"op":"add","value":{"name.givenName":"C"}};.name;{"familyName":"J","givenName":"C"}
	PATCH-32;{"op":"add","path":"title","value":"T"};.title;"T"
	PATCH-33;{"op":"add","path":"title","value":"T"},{"op":"add","path":"title","value":"U"};.title;"U"
	PATCH-33;{"op":"add","path":"name.givenName","value":"B"};.name.givenName;="B"
	PATCH-34;{"op":"add","path":"name","value":{"givenName":"C","middleName":"M"}};.name;{"familyName":"J","givenName":"C","middleName":"M"}
	PATCH-34;{"op":"add","path":"name","value":"B J"};;invalidValue
	PATCH-35;{"op":"remove","path":"name"},{"op":"add","path":"name.givenName","value":"C"};.name;{"givenName":"C"}
	PATCH-37;{"op":"add","path":"emails","value":{"value":"n@x"}};.emails|length;3
	PATCH-37;{"op":"add","path":"phoneNumbers","value":[{"value":"1"},{"value":"2"},{"value":"1"}]};.phoneNumbers|length;2
	PATCH-38;{"op":"add","path":"emails[type eq \"home\"]","value":{"display":"H"}};.emails[1];{"display":"H","type":"home","value":"h@x"}
	PATCH-39;{"op":"add","path":"emails[value ew \"@x\"].display","value":"X"};[.emails[].display];["X","X"]
	PATCH-40;{"op":"add","path":"emails[type eq \"other\" and primary eq true].value","value":"z@x"};[.emails[]|select(.primary)];[{"primary":true,"type":"other","value":"z@x"}]
	PATCH-40;{"op":"add","path":"emails[type ne \"work\" and type ne \"home\"].value","value":"z@x"};;noTarget
	PATCH-41;{"op":"add","path":"emails.display","value":"X"};[.emails[].display];["X","X"]
	PATCH-41;{"op":"add","path":"ims.display","value":"X"};;noTarget
	END
	new_gadget tags '"tags":["a","b"]'
	patch "/Gadgets/$ID" '[{"op":"add","path":"tags","value":["b","c"]}]'
	shows .tags '["a","b","c"]' 'PATCH-36 simple values are added once'
	patch "/Gadgets/$ID" '[{"op":"add","path":"tags","value":"c"}]'
	shows .tags '["a","b","c"]' 'PATCH-36 or one of them'
	patch "/Gadgets/$ID" '[{"op":"remove","path":"tags[value eq \"a\"]"}]'
	shows .tags '["b","c"]' 'PATCH-54 and chosen'
	patch "/Gadgets/$ID" '[{"op":"replace","path":"asked","value":"r"}]'
	shows .asked '"r"' 'PATCH-25 returned=request when touched'
}

removing() {
	each_user <<-END
	PATCH-50;{"op":"remove","value":{"title":"T"}};;noTarget
	PATCH-51;{"op":"remove","path":"active"};has("active");false
	PATCH-51;{"op":"remove","path":"title"};has("title");=false
	PATCH-51;{"op":"remove","path":"name"};has("name");false
	PATCH-52;{"op":"remove","path":"name.givenName"};.name;{"familyName":"J"}
	PATCH-52;{"op":"remove","path":"name.givenName"},{"op":"remove","path":"name.familyName"};has("name");false
	PATCH-53;{"op":"remove","path":"emails"};has("emails");false
	PATCH-54;{"op":"remove","path":"emails[value ew \"@x\"]"};has("emails");false
	PATCH-55;{"op":"remove","path":"ims[type eq \"xmpp\"]"};has("ims");=false
	PATCH-56;{"op":"remove","path":"emails[type eq \"work\"].primary"};.emails[0];{"type":"work","value":"w@x"}
	PATCH-56;{"op":"remove","path":"emails[type eq \"home\"].value"},{"op":"remove","path":"emails[type eq \"home\"].type"};.emails|length;1
	PATCH-57;{"op":"remove","path":"emails.type"};[.emails[].type];[null,null]
	PATCH-59;{"op":"remove","path":"$ENT"};[has("$ENT"),.schemas];[false,["$USER_URN"]]
	PATCH-20;{"op":"remove","path":"$ENT:department"},{"op":"remove","path":"$ENT:division"};[has("$ENT"),.schemas];[false,["$USER_URN"]]
	PATCH-60;{"op":"remove","path":"id"};;mutability
	PATCH-60;{"op":"remove","path":"meta"};;mutability
	PATCH-60;{"op":"remove","path":"groups"};;mutability
	END
}

replacing() {
	each_user <<-END
	PATCH-70;{"op":"replace","value":{"title":"T"}};[.title,(.emails|length)];["T",2]
	PATCH-70;{"op":"replace","value":{"emails":[{"value":"n@x"}],"$ENT:department":"E"}};[.emails,."$ENT"];[[{"value":"n@x"}],{"department":"E","division":"V"}]
	PATCH-71;{"op":"replace","value":{"name":{"givenName":"C"}}};.name;{"familyName":"J","givenName":"C"}
	PATCH-72;{"op":"replace","path":"title","value":"T"};.title;"T"
	PATCH-72;{"op":"replace","path":"name.givenName","value":"C"};.name.givenName;"C"
	PATCH-73;{"op":"replace","path":"name","value":{"familyName":null,"middleName":"M"}};.name;{"givenName":"B","middleName":"M"}
	PATCH-74;{"op":"remove","path":"name"},{"op":"replace","path":"name.givenName","value":"C"};.name;{"givenName":"C"}
	PATCH-75;{"op":"replace","path":"emails","value":[{"value":"a"},{"value":"b"}]};.emails;[{"value":"a"},{"value":"b"}]
	PATCH-75;{"op":"replace","path":"emails","value":{"value":"a"}};.emails;[{"value":"a"}]
	PATCH-75;{"op":"replace","path":"emails","value":null};has("emails");false
	PATCH-76;{"op":"replace","path":"emails[value ew \"@x\"]","value":{"value":"a"}};.emails|unique;[{"value":"a"}]
	PATCH-77;{"op":"replace","path":"emails[value ew \"@x\"].display","value":"X"};[.emails[].display];["X","X"]
	PATCH-78;{"op":"replace","path":"emails[type eq \"fax\"]","value":{"value":"z"}};;noTarget
	PATCH-79;{"op":"replace","path":"emails.display","value":"X"};[.emails[].display];["X","X"]
	PATCH-79;{"op":"replace","path":"ims.display","value":"X"};;noTarget
	PATCH-80;{"op":"replace","path":"ims","value":[{"value":"x"}]};.ims;[{"value":"x"}]
	PATCH-80;{"op":"replace","path":"name.honorificPrefix","value":"Dr"};.name.honorificPrefix;"Dr"
	PATCH-81;{"op":"replace","path":"$ENT","value":{"department":"E"}};."$ENT";{"department":"E","division":"V"}
	END
}

groups() {
	new_user one; one=$ID
	new_user two; two=$ID
	new_group members "\"members\":[{\"value\":\"$one\"}]"; g=$ID
	patch "/Groups/$g" "[{\"op\":\"replace\",\"path\":\"members[value eq \\\"$one\\\"].value\",\"value\":\"$two\"}]"
	error_is 400 mutability 'V24 PATCH-17 the value of a member'
	patch "/Groups/$g" "[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$one\"}]}]"
	is "$STATUS $(header ETag)" '200 W/"1"' 'V25 PATCH-28 a member twice'
	patch "/Groups/$g" "[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$one\",\"display\":\"X\"}]}]"
	is "$STATUS $(header ETag)" '200 W/"1"' 'PATCH-29 with another display'
	patch "/Groups/$g" '[{"op":"replace","value":{"displayName":"renamed"}}]'
	is "$STATUS $(json '"\(.displayName) \(.members|length)"')" '200 renamed 1' 'PATCH-70 a new name, the same members'
	patch "/Groups/$g" "[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$two\"}]},{\"op\":\"remove\",\"path\":\"members\",\"value\":[{\"value\":\"$one\"}]}]"
	is "$STATUS $(json '[.members[].value]|join(" ")')" "200 $two" 'PATCH-58 PATCH-37 what is listed is removed'
	patch "/Groups/$g" "[{\"op\":\"remove\",\"path\":\"members[value eq \\\"$NOBODY\\\"]\"}]"
	is "$STATUS $(json '.members|length')" '200 1' 'PATCH-55 who is no member'
	patch "/Groups/$g" '[{"op":"remove","path":"displayName"}]'
	error_is 400 mutability 'PATCH-60 a required attribute'
}

patches() {
	serial=0
	vectors
	envelope
	adding
	removing
	replacing
	groups
}

gadget_schemas
both patches
done_testing
