#!/bin/sh
# muster verify: a store that was injured in each way is told of, and one that
# others write to is not.
. "$(dirname "$0")/lib.sh"
MODE=verify
KV=$PWD/$BUILD/tests/kv_tool

# verify: its answer in $T/out, its exit code in rc
verify() {
	"$BIN/muster" verify --store "$T/store" > "$T/out" 2> "$T/err"
	rc=$?
}

# key TABLE PATTERN: the key and the value of the first row that fits
key() {
	"$KV" "$T/store" list "$1" | grep -m 1 -- "$2"
}

hex() {
	printf '%s' "$1" | od -An -tx1 | tr -d ' \n'
}

# injured TABLE delete|put PATTERN MESSAGE [VALUE]: do it to that row, see it
# told, put it back, and see that it is gone
injured() {
	row=$(key "$1" "$3")
	"$KV" "$T/store" "$2" "$1" "${row% *}" ${5+"$5"} || echo "# no row $3 in $1"
	verify
	is "$rc $(grep -c "$4" "$T/out")" '1 1' "$1 $2: $4"
	[ "$(grep -c ';' "$T/out")" = "$(($(wc -l < "$T/out") - 1))" ] ||
	    is "$(cat "$T/out")" '' 'each line says what to do'
	"$KV" "$T/store" put "$1" "${row% *}" "${row#* }"
	verify
	is "$rc $(grep -c ' 0 problems$' "$T/out")" '0 1' "$1: back again"
}

# added TABLE KEY VALUE MESSAGE: a row too many
added() {
	"$KV" "$T/store" put "$1" "$2" "$3"
	verify
	is "$rc $(grep -c "$4" "$T/out")" '1 1' "$1 put: $4"
	"$KV" "$T/store" delete "$1" "$2"
}

MODE=cgi
store_new
new_user anna '"displayName":"Anna","emails":[{"value":"anna@example.com"}]'
anna=$ID
new_user bert '"password":"Secret-1234"'
bert=$ID
new_group Sales "\"members\":[{\"value\":\"$anna\"}]"
sales=$ID
patch "/Users/$bert" '[{"op":"replace","path":"title","value":"Chief"}]'
scim DELETE "/Users/$bert"
new_user carl
MODE=verify
verify
is "$rc $(grep -c '^[1-9][0-9]* keys looked at, 0 problems$' "$T/out")" '0 1' 'a sound store'

plain() { printf '%s' "$1" | tr -d '-'; }
user=00000001$(hex User)00
injured uniques delete "$(hex anna)00" "User $anna: userName 'anna' has no key in uniques.db; run: muster reindex --again"
injured indexes delete "$(hex displayName)00$(hex anna)00" "User $anna: displayName 'Anna' has no key in indexes.db"
injured indexes delete "$(hex emails.value)00" "User $anna: emails.value 'anna@example.com' has no key in indexes.db"
injured uniques put "$(hex anna)00" "User $anna: userName 'anna' has no key" "$(plain "$bert")"
added indexes "$user$(hex displayName)00$(hex nobody)00$(plain "$anna")" '' \
    "User $anna: a key in indexes.db says it has a displayName that it has not"
added uniques "$user$(hex userName)00$(hex nobody)00" "$(plain "$bert")" \
    "User $bert: a key in uniques.db says it has a userName that it has not"
added indexes 00 '' 'a key of indexes.db has no meaning'
injured members delete "$(plain "$sales")$(plain "$anna")" "group $sales, member $anna: members.db lacks the other end"
injured groups delete "$(plain "$anna")$(plain "$sales")" "group $sales, member $anna: groups.db lacks the other end"
injured resources delete "$(hex User)00$(plain "$anna")" "group $sales, member $anna: there is no such User"
injured resources delete "$(hex Group)00$(plain "$sales")" "group $sales, member $anna: there is no such group"
injured counters put "$(hex 'count User')" 'counters.db has 7 of type User, there are 2' 0000000000000007
injured counters delete "$(hex rank)00$(hex User)" "the blocks in counters.db have 0 of type User, the counter 2"
injured counters put "00000001$(hex sequence)" 'the last change is 6, counters.db says 7' 0000000000000007
injured changes delete 0000000100000000000000'0[2]' 'changes 2 to 2 are missing'
injured changes delete 0000000100000000000000'0[6]' 'the last change is 5, counters.db says 6'
injured changes put 0000000100000000000000'0[2]' 'change 2 cannot be read' "$(hex '{"at":')"
row=$(key resources "$(hex User)00$(plain "$anna")")
value=${row#* }
injured resources put "$(hex User)00$(plain "$anna")" "User $anna: the record is damaged" 02
injured resources put "$(hex User)00$(plain "$anna")" "User $anna: is not JSON" "$(printf %s "$value" | sed 's/7d$/5d/')"
injured resources put "$(hex User)00$(plain "$anna")" "User $anna: is not as its schema says" \
    "$(printf %s "$value" | sed "s/$(hex '"userName"')/$(hex '"userNome"')/")"
injured resources put "$(hex User)00$(plain "$anna")" "User $anna: version 9, but change 1 left it at 1" \
    "$(printf %s "$value" | sed 's/^010000000000000001/010000000000000009/')"
added resources "$user$(plain "$bert")" "$value" "User $bert: version 1, but change 5 left it at 0"
added resources "0000000300$(hex User)00$(plain "$anna")" "$value" 'a key of resources.db has no meaning'
added resources "00000003$(hex User)00$(plain "$anna")" "$value" 'belongs to tenant 3, which is not there'
added resources "00000001$(hex Robot)00$(plain "$anna")" "$value" 'no schema file has this type'
injured credentials put . 'a token is not JSON' 7b
injured credentials put . 'token x: its tenant is not there' "$(hex '{"id":"x","tenant":77}')"

# What it says to do helps.
row=$(key uniques "$(hex anna)00")
"$KV" "$T/store" delete uniques "${row% *}"
"$KV" "$T/store" put indexes "$user$(hex displayName)00$(hex nobody)00$(plain "$anna")" ''
"$BIN/muster" reindex --store "$T/store" > /dev/null
verify
is "$rc $(tail -1 "$T/out" | cut -d' ' -f5)" '1 2' 'reindex takes complete indexes for good'
"$BIN/muster" reindex --store "$T/store" --again > "$T/out"
is "$? $(grep -c 'userName built' "$T/out")" '0 1' 'reindex --again builds them anew'
verify
is "$rc" 0 'and they are right'

# Concurrent writes are no problems.
server_start 2
MODE=http
writer() {
	while [ ! -e "$T/stop" ]; do
		n=$((n + 1))
		curl -s -o "$T/w.$1" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/scim+json' \
		    -d "{\"schemas\":[\"$USER_URN\"],\"userName\":\"w$1-$n\",\"displayName\":\"x\"}" "$ORIGIN/scim/v2/Users"
		w=$(jq -r .id "$T/w.$1")
		curl -s -o "$T/w.$1" -X PATCH -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/scim+json' \
		    -d "{\"schemas\":[\"$PATCHOP\"],\"Operations\":[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$w\"}]}]}" \
		    "$ORIGIN/scim/v2/Groups/$sales"
		curl -s -o "$T/w.$1" -X PATCH -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/scim+json' \
		    -d "{\"schemas\":[\"$PATCHOP\"],\"Operations\":[{\"op\":\"replace\",\"path\":\"displayName\",\"value\":\"y$n\"}]}" \
		    "$ORIGIN/scim/v2/Users/$w"
		[ $((n % 2)) = 0 ] || curl -s -o "$T/w.$1" -X DELETE -H "Authorization: Bearer $TOKEN" "$ORIGIN/scim/v2/Users/$w"
	done
}
n=0
writer a & pids=$!
writer b & pids="$pids $!"
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	verify
	[ "$rc" = 0 ] || break
done
touch "$T/stop"
# shellcheck disable=SC2086 # a list
wait $pids
is "$rc $(grep -v 'keys looked at' "$T/out" "$T/err")" '0 ' 'twenty times while two write: no problem'
verify
is "$rc" 0 'and none afterwards'
done_testing
