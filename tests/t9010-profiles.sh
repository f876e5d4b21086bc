#!/bin/sh
# Client profiles as files: what ships, what is refused, what a credential
# gets (clients.md section 10).
. "$(dirname "$0")/lib.sh"
SHIPPED='cyberark entra google jumpcloud okta onelogin ping rippling sailpoint strict tolerant'

switches() {
	sed -n 's/.*{ "\([a-z-]*\)",[[:space:]]*"[A-Z].*/\1/p' lib/scim/profile.c | sort
}

shipped() {
	MODE=files
	is "$(cd schemas/profiles && echo *.json)" "$(echo "$SHIPPED" | sed 's/\([a-z]\)\( \|$\)/\1.json\2/g')" 'the profiles that ship'
	for name in $SHIPPED; do
		f=schemas/profiles/$name.json
		is "$(jq -r '"\(.name) \(.description|length > 30)"' "$f")" "$name true" "$name has its name, and says what it is for"
		case $name in
		strict | tolerant)
			is "$(jq -r '.switches|keys[]' "$f")" "$(switches)" "$name names every switch" ;;
		*)
			is "$(jq -r .extends "$f")" tolerant "$name extends tolerant" ;;
		esac
	done
	is "$(jq -r 'select(.switches."group-no-content").name' schemas/profiles/*.json)" entra 'ENTRA-31 204 for a group: entra alone'
	is "$(jq -r 'select(.switches."patch-without-schemas").name' schemas/profiles/*.json)" onelogin 'INTEROP-13 a PATCH without schemas: onelogin alone'
	is "$(jq -r 'select(.switches|with_entries(select(.key|startswith("refuse-")))|any).name' schemas/profiles/*.json)" '' 'CORE-13 FILTER-27 SORT-09 the choices hold everywhere'
	is "$(jq -r '.switches|to_entries[]|select(.value).key' schemas/profiles/strict.json | tr '\n' ' ')" \
	    'op-in-any-case remove-listed ' 'PATCH-04 PATCH-58 the choices of the specification hold in strict'
}

# bad TEXT MESSAGE: a file that is refused by its name and with MESSAGE
bad() {
	printf '%s' "$1" > "$T/schemas/profiles/zbad.json"
	MUSTER_SCHEMAS=$T/schemas "$BIN/muster" user list --store "$T/store" > "$T/out" 2> "$T/err"
	is "$? $(wc -l < "$T/out" | tr -d ' ') $(grep -cF "profiles/zbad.json: $2" "$T/err")" '1 0 1' "refused: $2"
	[ "$(grep -cF "profiles/zbad.json: $2" "$T/err")" = 1 ] || sed 's/^/# /' "$T/err"
}

refused() {
	MODE=refused
	rm -rf "$T/schemas"
	cp -r schemas "$T/schemas"
	bad '{' 'JSON, line 1'
	bad '[]' 'must be an object, not an array'
	bad '{"extends":"strict","switches":{}}' "name: not a name of a-z, 0-9, '-': ''"
	bad '{"name":"No Name","extends":"strict"}' "name: not a name of a-z, 0-9, '-': 'No Name'"
	bad '{"name":7}' 'name: must be a string, not an integer'
	bad '{"name":"okta","extends":"strict"}' "name: a second profile 'okta'"
	bad '{"name":"bad","extend":"strict"}' "unknown keyword 'extend'"
	bad '{"name":"bad","extends":"strict","switches":[]}' 'switches: must be an object, not an array'
	bad '{"name":"bad","extends":"strict","switches":{"string-bool":true}}' "switches: there is no switch 'string-bool'"
	bad '{"name":"bad","extends":"strict","switches":{"unwrap":"true"}}' 'switches.unwrap: must be true or false, not a string'
	bad '{"name":"bad","extends":"strict","switches":{"unwrap":null}}' 'switches.unwrap: must be true or false, not null'
	bad '{"name":"bad","switches":{"op-in-any-case":true}}' "switches: without 'extends' all must be there, not so 'patch-without-schemas'"
	bad '{"name":"bad","extends":"nosuch"}' "extends: there is no profile 'nosuch'"
	bad '{"name":"bad","extends":"bad"}' "extends: a circle through 'bad'"
	printf '{"name":"above","extends":"bad"}' > "$T/schemas/profiles/above.json"
	bad '{"name":"bad","extends":"above"}' "extends: a circle through 'above'"
	rm "$T/schemas/profiles/above.json" "$T/schemas/profiles/zbad.json"
	printf '{"name":"other"' > "$T/schemas/profiles/notes.txt"
	MUSTER_SCHEMAS=$T/schemas "$BIN/muster" user list --store "$T/store" > "$T/out" 2> "$T/err"
	is "$?" 0 'other files do not matter'
	rm "$T/schemas/profiles/"[!s]*.json
	MUSTER_SCHEMAS=$T/schemas "$BIN/muster" user list --store "$T/store" > "$T/out" 2> "$T/err"
	is "$? $(grep -c 'schemas/profiles/sailpoint.json: extends: there is no profile .tolerant.' "$T/err")" '1 1' 'a base that is gone'
	rm "$T/schemas/profiles/sailpoint.json"
	MUSTER_SCHEMAS=$T/schemas "$BIN/muster" user list --store "$T/store" > "$T/out" 2> "$T/err"
	is "$? $(grep -c "schemas/profiles: there is no profile 'tolerant'" "$T/err")" '1 1' 'the default must be there'
}

tokens() {
	MODE=token
	for name in $SHIPPED; do
		"$BIN/muster" token create --store "$T/store" --profile "$name" > "$T/out"
		is "$? $(grep -c '^Secret token: mst_' "$T/out")" '0 1' "token create --profile $name"
	done
	is "$("$BIN/muster" token list --store "$T/store" | awk '{ print $4 }' | sort -u | tr '\n' ' ')" "- $SHIPPED " 'token list shows the profiles, and one without'
	for name in nosuch Entra tolerant.json; do
		"$BIN/muster" token create --store "$T/store" --profile "$name" > "$T/out" 2> "$T/err"
		is "$? $(wc -c < "$T/out" | tr -d ' ') $(grep -cF "there is no profile '$name', only $(echo "$SHIPPED" | sed 's/ /, /g')" "$T/err")" \
		    '1 0 1' "token create --profile '$name' is told what there is"
	done
}

installed() {
	MODE=install
	(unset MAKEFLAGS MFLAGS MAKELEVEL
	    make -s install BUILD="$BUILD" DESTDIR="$T/dest" PREFIX=/usr) > "$T/out" 2>&1
	is "$? $(cd "$T/dest/usr/share/muster/schemas/profiles" && echo *.json)" "0 $(cd schemas/profiles && echo *.json)" 'make install puts them beside the schemas'
	MUSTER_SCHEMAS=$T/dest/usr/share/muster/schemas "$T/dest/usr/bin/muster" token create --store "$T/store" --profile okta > "$T/out"
	is "$? $(grep -c '^Secret token: mst_' "$T/out")" '0 1' 'and there they are found'
}

# A profile of the administrator's own, two steps from its base.
own() {
	as_profile cautious
	new_user own '"emails":[{"value":"a@x.test","type":"work"}]'
	u=$ID
	patch "/Users/$u" '[{"op":"replace","path":"active","value":"False"}]'
	error_is 400 invalidValue 'a switch of the profile itself'
	patch "/Users/$u" '[{"op":"replace","path":"emails[type eq \"fax\"].value","value":"z"}]'
	error_is 400 noTarget 'one of its base'
	patch "/Users/$u" '[{"op":"add","path":"nosuch","value":1}]'
	status_is 200 'one of the base of its base'
	new_group own
	patch "/Groups/$ID" '[{"op":"replace","path":"externalId","value":"x"}]'
	is "$STATUS" 204 'and what the base turned on stays on'
}

prepare() {
	cp -r schemas "$T/own"
	MUSTER_SCHEMAS=$T/own
	echo '{"name":"cautious","extends":"a-base","switches":{"string-booleans":false}}' > "$T/own/profiles/0.json"
	echo '{"name":"a-base","extends":"entra","switches":{"create-target":false}}' > "$T/own/profiles/z.json"
}

# Behind a credential there is no profile any more.
vanished() {
	MODE=cgi
	store_new
	as_profile cautious
	rm "$T/own/profiles/0.json"
	new_user gone '"active":"False"'
	is "$STATUS $(json .active)" '201 false' 'a profile that is gone: tolerant'
	is "$(grep -c "no profile 'cautious', which a credential of tenant 1 has; 'tolerant' serves it" "$T/log")" 1 'which is said in the log'
}

# A one-shot reads the default, and the others when its credential names one.
brief() {
	MODE=cgi
	store_new
	none=$TOKEN
	as_profile okta
	echo '{' > "$T/own/profiles/zbad.json"
	scim GET /Users
	is "$STATUS $(grep -c 'profiles/zbad.json: JSON, line 2' "$T/log")" '500 1' 'a profile is not guessed where a file is broken'
	TOKEN=$none
	scim GET /Users
	status_is 200 'who has no profile does not need the others'
	rm "$T/own/profiles/zbad.json"
	mv "$T/own/profiles/tolerant.json" "$T/own/profiles/other.json"
	new_user elsewhere '"active":"False"'
	is "$STATUS $(json .active)" '201 false' 'the default in another file'
	jq '.name = "base"' "$T/own/profiles/other.json" > "$T/own/profiles/base.json"
	echo '{"name":"tolerant","extends":"base","switches":{"string-booleans":false}}' > "$T/own/profiles/tolerant.json"
	rm "$T/own/profiles/other.json"
	new_user extends '"active":"False"'
	error_is 400 invalidValue 'the default extends another'
}

store_new
shipped
refused
tokens
installed
prepare
both own
vanished
brief
done_testing
