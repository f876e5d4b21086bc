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
tally=^00000001$(hex tally)
row=$(key counters "$tally")
value=${row#* }
injured counters put "$tally" 'counters.db has 7 of type User, there are 2' \
    "$(printf %s "$value" | sed "s/\($(hex User)00\).\{16\}/\10000000000000007/")"
injured counters put "$tally" '1 blocks in counters.db do not count the resources of type User that are there' \
    "$(printf %s "$value" | sed "s/\($(hex User)00.\{16\}\).\{16\}/\10000000000000001/")"
# Two blocks with one user each; then all of both is counted in one of them.
at=${row% *}
rank=00000001$(hex rank)00$(hex User)00ffffffffffffffffffffffffffffffff
"$KV" "$T/store" put counters "$rank" 0000000000000001
"$KV" "$T/store" put counters "$at" \
    "$(printf %s "$value" | sed "s/\($(hex User)00.\{16\}\).\{48\}/\10000000000000001$(plain "$ID")/")"
verify
is "$rc" 0 'two blocks that are right'
injured counters put "$rank" '1 blocks in counters.db do not count the resources of type User that are there, the first one from 00000000-' 0000000000000002
injured counters delete "$rank" '1 blocks in counters.db do not count the resources of type User'
"$KV" "$T/store" put counters "$rank" 0000000000000002
"$KV" "$T/store" put counters "$at" \
    "$(printf %s "$value" | sed "s/\($(hex User)00.\{16\}\).\{48\}/\10000000000000002$(plain "$ID")/")"
verify
is "$rc $(grep -c '2 blocks in counters.db .* from 00000000-.*; stop the programs and run: muster upgrade --again' "$T/out")" \
    '1 1' 'blocks that agree with the total, but not with what stands in them'
"$BIN/muster" upgrade --store "$T/store" --again > "$T/out" 2>&1
verify
is "$rc" 0 'as verify says, upgrade --again makes them anew'
injured counters put "$tally" 'the last change is 6, counters.db says 7' \
    "$(printf %s "$value" | sed 's/^.\{16\}/0000000000000007/')"
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
"$KV" "$T/store" put credentials "$(plain "$anna$anna")" "$(hex '{"id":"x","kind":"seen","tenant":0,"uses":{}}')"
verify
is "$rc" 0 'what a client has used has no tenant'
injured credentials put . 'token x: its tenant is not there' "$(hex '{"id":"x","tenant":77}')"

# What is told later: a stream, a request that waits and one that was answered.
stream=$("$BIN/muster" stream create --store "$T/store" --issuer https://a.example --audience https://b.example | head -1)
verify
is "$rc" 0 'a stream'
S=00000001$(plain "$stream")
injured streams put "$S" "stream $stream: cannot be read" 7b
injured streams put "$S" "stream $stream: was told change 7, the last one is 6" "$(hex '{"position":7}')"
injured streams put "$S" "stream $stream: what it was told ahead of change 2" "$(hex '{"position":2,"ahead":[2,9]}')"
injured streams put "$S" "stream $stream: what it was told ahead of change 2" "$(hex '{"position":2,"ahead":[5,4]}')"
added streams 00000001 7b7d 'a key of streams.db has no meaning'
added streams "00000007$(plain "$stream")" "$(hex '{"position":2}')" "stream $stream: belongs to tenant 7, which is not there"

R=00000001$(plain "$anna")
Q=00000000$(plain "$anna")
"$KV" "$T/store" put requests "$R" "$(hex '{"actor":"x","tries":0}')"
"$KV" "$T/store" put requests "$Q" 0000000000000001
"$KV" "$T/store" put requests "00000001$(plain "$bert")" "$(hex '{"actor":"x","outcomes":[]}')"
verify
is "$rc" 0 'a request that waits, and one that was answered'
injured requests put "$R" "request $anna: cannot be read" 7b
injured requests put "$R" "request $anna: was begun behind change 9, the last one is 6" "$(hex '{"actor":"x","from":9}')"
injured requests put "$R" "request $anna: was answered and still stands in the queue" "$(hex '{"actor":"x","outcomes":[]}')"
injured requests delete "$R" "request $anna: stands in the queue and is not there"
injured requests delete "$Q" "request $anna: waits for its answer and does not stand in the queue"
added requests 00000001 7b7d 'a key of requests.db has no meaning'
added requests "00000007$(plain "$bert")" 7b7d "request $bert: belongs to tenant 7, which is not there"

# What a credential has taken away, and what it was kept from.
taker=$("$BIN/muster" token create --store "$T/store" --breaker-count 1 | sed -n 's/^Secret token: //p')
MODE=cgi
new_user dora && dora=$ID
new_user emil && emil=$ID
for id in "$dora" "$emil"; do
	AUTH="Bearer $taker" scim DELETE "/Users/$id"
done
AUTH=
MODE=verify
verify
is "$rc" 0 'a credential that is held'
taker=$("$BIN/muster" breaker show --store "$T/store" | cut -d' ' -f1)
B=00000001$(hex state)00$(hex "$taker")00
H=00000001$(hex held)00$(hex "$taker")00
row=$(key breakers "^$B")
value=${row#* }
note=$(key breakers "^$H")
note=${note#* }
injured breakers put "^$B" "breaker $taker: cannot be read" ''
injured breakers put "^$B" "breaker $taker: cannot be read; run: muster breaker discard" "02${value#01}"
injured breakers put "^$B" "breaker $taker: cannot be read" "${value%????????????????}ffffffffffffffff"
injured breakers put "^$B" "breaker $taker: cannot be read" "$(printf %s "$value" | sed 's/^\(.\{34\}\).\{16\}/\10000000000000002/')"
injured breakers put "^$H" "breaker $taker: note $emil (held) cannot be read" 7b
for change in 's/delete/destroy/' "s/$emil/$dora/" 's/"n":1/"n":0/' 's/"type":"User"/"type":7/' 's/"at":"2/"at":"x/'; do
	injured breakers put "^$H" "breaker $taker: note $emil (held) cannot be read" \
	    "$(hex "$(printf '%s' "$note" | perl -pe '$_ = pack "H*", $_' | sed "$change")")"
done
injured breakers put "^00000001$(hex taken)" "breaker $taker: note .* (taken) cannot be read; it is forgotten" 7b
injured breakers delete "^$B" "breaker $taker: note $emil (held) stands beside no count"
added breakers "00000001$(hex loaned)00$(hex "$taker")00$(plain "$emil")" "$note" 'a key of breakers.db has no meaning'
added breakers "${H}01" "$note" 'a key of breakers.db has no meaning'
added breakers "${B}01" "$value" 'a key of breakers.db has no meaning'
added breakers "00000001$(hex state)0000" "$value" 'a key of breakers.db has no meaning'
added breakers "00000007${B#????????}" "$value" "breaker $taker: belongs to tenant 7, which is not there"
"$KV" "$T/store" put breakers "$B" 7b
"$BIN/muster" breaker discard --store "$T/store" "$taker" > "$T/out" 2> "$T/err"
is "$?" 0 'discard helps a row that cannot be read'
verify
is "$rc" 0 'as verify says'

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

# As keys stood that Berkeley DB put at the end of the wrong page: a great one
# before all others, then a small one behind them.
n=$(sed -n 's/ keys looked at.*//p' "$T/out")
place='stands where it is not looked for; run: muster export'
"$KV" "$T/store" misplace uniques "$user$(hex zzzzzzzzzzzz)"
verify
is "$rc $(grep -c "a key of unique values, $user$(hex zzzzzzzzzzz)..., $place" "$T/out")" '1 1' 'a key before its place'
"$KV" "$T/store" misplace uniques 00000001
verify
is "$rc $(grep -c "a key of unique values, .*, $place" "$T/out") $(tail -1 "$T/out" | sed 's/,.*//')" \
    "1 2 $((n + 2)) keys looked at" 'and one behind it; all others are looked at, once'
done_testing
