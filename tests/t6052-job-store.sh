#!/bin/sh
# Provisioning jobs in the store: verify finds what does not agree, a backup
# has them with their secrets, several who change one lose nothing, a deletion
# that was killed is ended (PS-023, PS-121; issue 4: verify, backup).
. "$(dirname "$0")/lib.sh"
MODE=store

m() {
	"$BIN/muster" "$@" --store "$T/store" > "$T/out" 2> "$T/err"
	rc=$?
}
TABLE='jobs'
kv() { verb=$1 && shift && "$BUILD/tests/kv_tool" "$T/store" "$verb" "$TABLE" "$@"; }
hex() { printf '%s' "$1" | od -v -An -tx1 | tr -d ' \n'; }
# key WORD [HEX]: of the job crm, in the default tenant
key() { printf '00000001%s00%s%s' "$(hex "$1")" "$J" "${2-}"; }
# told MESSAGE: verify says so, and in each line what to do
told() {
	m verify
	is "$rc $(grep -c -- "$1" "$T/out") $(grep -vc ';' "$T/out")" '1 1 1' "$1"
}
# injured delete|put KEY MESSAGE [VALUE]: and then it is as it was
injured() {
	old=$(kv list | sed -n "s/^$2 //p")
	kv "$1" "$2" ${4+"$4"}
	told "$3"
	kv put "$2" "$old"
}
# added KEY VALUE MESSAGE: a row too many
added() {
	kv put "$1" "$2"
	told "$3"
	kv delete "$1"
}
show() { "$BIN/muster" job show --json crm --store "${2:-$T/store}" | jq -r "$1"; }

U1=01900000-0000-7000-8000-000000000001
"$BIN/muster" init --store "$T/store" > /dev/null
printf '{"schemas":["%s"],"id":"%s","userName":"anna"}\n' "$USER_URN" $U1 > "$T/lines"
m import "$T/lines"
printf 'the-secret' > "$T/secret"
m job create crm --url https://crm.example.com/scim/v2 --secret-file "$T/secret"
ID=$(cat "$T/out")
J=$(printf %s "$ID" | tr -d -)
printf '{"scope":{"mode":"all"}}' > "$T/changes"
m job edit crm --file "$T/changes"
m job assign crm $U1 --role admin
m verify
is "$rc $(grep -c ' 0 problems$' "$T/out")" '0 1' 'a store with a job is sound'

name=00000001$(hex name)00$(hex crm)00
N1=0000000000000001 N2=0000000000000002 N3=0000000000000003
U=$(printf %s $U1 | tr -d -)
other=01900000000070008000000000000009
version=$(kv list | sed -n "s/^$(key version $N2) //p")
injured delete "$name" "job $ID: its name is another one's"
added "00000001$(hex name)00$(hex old)00" "$J" "job $ID: is not called old"
added "00000001$(hex name)00$(hex new)00" "$other" 'a row (name) stands beside no job'
added "00000001$(hex name)00$(hex new)00" 00 'the name new of a job is damaged'
injured delete "$(key state)" "job $ID: has no state"
injured put "$(key state)" "job $ID: its state cannot be read" "$(hex '{}')"
injured put "$(key secret)" "job $ID: its secret does not open; run: muster job edit --secret-file" "$(hex sealed.AAAA)"
injured delete "$(key version $N1)" "job $ID: version 1 is not there"
injured put "$(key version $N1)" "job $ID: version 1 cannot be read" "$(hex '{"at":"x"}')"
added "$(key version $N3)" "$version" "job $ID: has a version 3 of 2"
injured put "$(key version $N2)" "job $ID: rules\[0\].mappings\[0\].*; mend it: muster job edit" \
    "$(hex '{"definition":{"name":"crm","target":{"url":"https://x.example.com"},"rules":[{"source":"User","target":"User","mappings":[{"target":"userName","expression":"Nosuch([userName])"}]}]}}')"
injured put "$(key version $N2)" "job $ID: is called otherwise in itself" \
    "$(hex '{"definition":{"name":"other","target":{"url":"https://x.example.com"},"rules":[{"source":"User","target":"User","mappings":[{"target":"userName","source":"userName","match":1}]}]}}')"
injured put "$(key assigned "$U$(hex admin)00")" 'who is assigned has no type' ''
added "00000001$(hex assigned)00$other${U}00" "$(hex User)" 'a row (assigned) stands beside no job'
added "$(key nosuch)" 00 'a key of jobs.db has no meaning'
added "$(key assigned "$U")" 00 'a key of jobs.db has no meaning'
added "000000ff$(hex job)00$J" "$(hex '{}')" 'belongs to tenant 255, which is not there'
m verify
is "$rc $(grep -c ' 0 problems$' "$T/out")" '0 1' 'it is as it was'

# What it knows of its target; rows as muster work writes them.
TABLE='links'
L=00000001$J
link() { printf '%s%s00%s' "$L" "$(hex "$1")" "$2"; }
kv put "$(link link "$U")" "$(hex '{"state":"active","type":"User","targetType":"User","target":"t1","dueAt":5}')"
kv put "$(link told "$U")" "$(hex '{"userName":"anna"}')"
kv put "$(link target "$(hex User)00$(hex t1)00")" "$U"
kv put "$(link due "0000000000000005${U}0000000000000000")" "$(hex User)"
kv put "$(link edge "$other$U")" "$(hex t1)"
kv put "$(link wait "$other$U")" ''
m verify
is "$rc $(grep -c ' 0 problems$' "$T/out")" '0 1' 'links are looked at'
long=$(printf '%0300d' 0)
kv put "$(link link "$other")" "$(hex '{"state":"active","type":"User","targetType":"User","target":"'"$long"'"}')"
kv put "$(link target "$(hex User)00$(hex "$(printf '%0256d' 0)")$(printf %s "$long" | sha256sum | cut -c 1-64)00")" "$other"
m verify
is "$rc $(grep -c ' 0 problems$' "$T/out")" '0 1' 'whatever the ids of the target'
kv delete "$(link link "$other")"
kv delete "$(link target "$(hex User)00$(hex "$(printf '%0256d' 0)")$(printf %s "$long" | sha256sum | cut -c 1-64)00")"
injured put "$(link told "$U")" "job $ID: what was told of $U1 cannot be read" "$(hex '{')"
added "$(link told "$other")" "$(hex '{}')" "job $ID: what was told of .* is of no link"
kv delete "$(link told "$U")"
injured delete "$(link link "$U")" "job $ID: the target t1 is of no link"
injured put "$(link link "$U")" "job $ID: link $U1: its target is not found by its id" \
    "$(hex '{"state":"active","type":"User","targetType":"User","target":"t9","dueAt":5}')"
injured delete "$(link target "$(hex User)00$(hex t1)00")" "job $ID: link $U1: its target is not found by its id"
injured delete "$(link due "0000000000000005${U}0000000000000000")" "link $U1: it is due, and not noted"
added "$(link target "$(hex User)00$(hex t2)00")" "$U" "job $ID: the target t2 is of no link"
added "$(link due "0000000000000005${U}0000000000000007")" 00 "job $ID: something unknown is due"
added "$(link edge "$U")" 00 'a key of links.db has no meaning'
added "$(link nosuch "$U")" 00 'a key of links.db has no meaning'
added "00000001$other$(hex link)00$U" "$(hex '{"state":"active"}')" 'a row (link) of links.db is of no job'
TABLE='jobs'

# A backup has all of it.
m backup "$T/backup"
is "$rc" 0 'a backup is made'
"$BIN/muster" restore --store "$T/copy" "$T/backup" > /dev/null
is "$(show '"\(.version) \(.hasSecret) \(.definition.scope.mode)"' "$T/copy")" '2 true all' 'it has the job'
"$BIN/muster" verify --store "$T/copy" > "$T/out"
is "$?" 0 'whose secret opens there'
is "$("$BIN/muster" job assignments crm --store "$T/copy" | awk '{ print $1, $3 }')" "$U1 admin" 'and who is assigned'
is "$("$BIN/muster" job history crm --store "$T/copy" | wc -l | tr -d ' ')" 2 'and its history'
m compact
is "$rc $(show .version)" '0 2' 'compact leaves it'

# Ten at once change different things: nothing is lost.
for n in 0 1 2 3 4 5 6 7 8 9; do
	printf '{"tables":{"t%s":{"a":"b"}}}' $n > "$T/changes.$n"
	{
		until "$BIN/muster" job edit crm --file "$T/changes.$n" --store "$T/store" > /dev/null 2> "$T/err.$n"; do
			grep -q 'try again' "$T/err.$n" || break
		done
	} &
done
wait
is "$(show '"\(.version) \(.definition.tables|keys|join(""))"')" '12 t0t1t2t3t4t5t6t7t8t9' 'PS-121 ten editors, ten versions'
m job history crm
is "$(awk '{ print $1 }' "$T/out" | sort -n | tr '\n' ' ')" '1 2 3 4 5 6 7 8 9 10 11 12 ' 'each is there'

# Of two who saw the same version one is refused.
for n in 0 1; do
	printf '{"guard":{"count":%s}}' $n > "$T/changes.$n"
	"$BIN/muster" job edit crm --if-version 12 --file "$T/changes.$n" --store "$T/store" > "$T/out.$n" 2> "$T/err.$n" &
done
wait
is "$(cat "$T/out.0" "$T/out.1")" 'version 13' 'one of two is first'

# A deletion that was killed is ended.
awk 'BEGIN { for (i = 1; i <= 3000; i++) printf "{\"schemas\":[\"'"$USER_URN"'\"],\"id\":\"01910000-0000-7000-8000-%012d\",\"userName\":\"u%d\"}\n", i, i }' > "$T/lines"
m import "$T/lines"
jq -r .id "$T/lines" | "$BIN/muster" job assign crm - --store "$T/store" > "$T/out"
is "$(cat "$T/out")" '3000 of 3000 newly assigned' 'many are assigned'
kv put "$(key job)" "$(hex '{}')"
kv delete "$name"
m verify
is "$rc $(grep -v ' 0 problems$' "$T/out")" '0 ' 'one that is being deleted is no problem'
m job list
is "$rc $(cat "$T/out")" '0 ' 'and is not listed'
m job create crm --url https://crm.example.com/scim/v2
is "$rc" 0 'its name is free'
m work --once
is "$rc $(kv list | grep -c "$J")" '0 0' 'muster work ends it, with all its rows'
is "$(show .version)" 1 'and nothing else'

# A store that is older than these tables gets them with the first who enters.
rm -rf "$T/store"
"$BIN/muster" init --store "$T/store" > "$T/init"
TOKEN=$(sed -n 's/^Secret token: //p' "$T/init")
rm "$T/store/jobs.db" "$T/store/links.db" "$T/store"/__db.*
MODE=cgi
scim GET /Users
is "$STATUS" 200 'an older store serves'
MODE=store
m job create crm --url https://crm.example.com/scim/v2
is "$rc $(show .version)" '0 1' 'and has jobs'
m verify
is "$rc" 0 'it is sound'
done_testing
