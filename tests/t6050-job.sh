#!/bin/sh
# muster job: what a job is, its versions, who is assigned (PS-002 to PS-005,
# PS-009, PS-010, PS-013, PS-015, PS-023, PS-031, PS-056, PS-120 to PS-123).
. "$(dirname "$0")/lib.sh"
MODE=job

m() {
	"$BIN/muster" "$@" --store "$T/store" > "$T/out" 2> "$T/err"
	rc=$?
}

# said WANT TEXT: it ended so, and said so
said() { is "$rc $(cat "$T/out")" "$1" "$2"; }
# refused PATTERN TEXT: and nothing was changed
refused() {
	is "$rc $(grep -c -- "$1" "$T/err")" '1 1' "$2"
	is "$("$BUILD/tests/kv_tool" "$T/store" list jobs)" "$before" "$2: nothing changed"
}
# keep: what the store has now, for refused
keep() { before=$("$BUILD/tests/kv_tool" "$T/store" list jobs); }
# show FILTER [NAME]: of the job, as JSON
show() { "$BIN/muster" job show --json "${2:-crm}" --store "$T/store" | jq -r "$1"; }
edit() { printf '%s' "$1" > "$T/changes" && shift && m job edit crm --file "$T/changes" "$@"; }
URL=https://crm.example.com/scim/v2

"$BIN/muster" init --store "$T/store" > /dev/null
printf 'the-first-secret\n' > "$T/secret"
printf 'another-secret\n' > "$T/other"

# A job begins with its template (PS-009).
m job create crm --url $URL --secret-file "$T/secret"
id=$(cat "$T/out")
is "$rc ${#id}" '0 36' 'PS-013 a job is made'
is "$(show '"\(.version) \(.state.state) \(.hasSecret) \(.definition.name) \(.definition.template) \(.definition.scope.mode)"')" \
    '1 notRun true crm scim assigned' 'PS-009 of the template scim'
is "$(show '[.definition.rules[].source]|join(" ")')" 'User Group' 'with its rules'
is "$(show .definition.name "$id")" crm 'by its id too'
m job list
is "$rc $(awk '{ print $1, $2, $3, $4, $5 }' "$T/out")" "0 $id notRun 1 crm $URL" 'the list'
keep
m job create crm --url $URL
refused "there is a job 'crm' already" 'a name is taken once'
m job create x --url $URL --template nosuch
refused "there is no 'nosuch', only scim, muster" 'an unknown template'
for name in '' Crm 'a b' .x "$id" "$(printf '%064d' 0)" a/b 'ä'; do
	m job create "$name" --url $URL
	refused "a job's name has lower-case letters" "no job '$name'"
done
m job create x
refused '^muster: target.url: ' 'a job without URL'
m job create x --url http://crm.example.com/
refused 'is no https URL' 'nor one in the open'
m job create x --url "$URL?a=b"
refused '^muster: target.url: ' 'nor with a query'
m job show nosuch
refused "there is no job 'nosuch'" 'no such job'
m job show 01900000-0000-7000-8000-000000000000
refused 'there is no job' 'nor one with such an id'

# Changes are merged; each makes a version (PS-121).
edit '{"scope":{"mode":"all"},"target":{"dialect":{"patch":"merged"}}}' --dry-run
said "0 $(printf '%s\n' '- scope.mode: "assigned"' '+ scope.mode: "all"' '+ target.dialect.patch: "merged"')" \
    'PS-122 first the difference'
is "$("$BUILD/tests/kv_tool" "$T/store" list jobs)" "$before" 'which changes nothing'
m job edit crm --file "$T/changes"
said '0 version 2' 'PS-121 a change makes a version'
is "$(show '"\(.definition.scope.mode) \(.definition.target.url) \(.hasSecret) \(.definition.rules|length)"')" \
    "all $URL true 2" 'all else stays'
m job edit crm --file "$T/changes"
said '0 version 2' 'what is so already makes none'
keep
edit '{"rules":[{"source":"User","target":"User","mappings":[{"target":"userName","expression":"Foo([userName])"}]}]}'
refused 'rules\[0\].mappings\[0\].expression: ' 'an expression that does not compile'
edit '{"tests":[{"rule":"User","target":"userName","person":{"userName":"a"},"expect":"b"}]}'
refused '^muster: tests\[0\]' 'a test that fails'
edit '{"nosuch":1}'
refused '^muster: nosuch: ' 'what no job has'
edit '[1]'
refused 'no JSON object' 'no object'
edit '{"scope":'
refused 'changes: ' 'no JSON'
edit '{"scope":{"mode":"assigned"}}' --if-version 1
refused 'version' 'somebody was first'
edit '{"scope":{"mode":"assigned"}}' --if-version 2
said '0 version 3' 'or nobody was'
edit '{"guard":{"count":7},"scope":null}'
said '0 version 4' 'null takes a part away'
is "$(show '"\(.definition.scope) \(.definition.guard.count)"')" 'null 7' 'as RFC 7396 has it'

# What was, and back to it.
m job history crm
is "$(awk '{ print $1, $3, $4 }' "$T/out" | tr '\n' ';')" \
    "4 cli:$(id -un) edit;3 cli:$(id -un) edit;2 cli:$(id -un) edit;1 cli:$(id -un) create,;" 'PS-121 who made which version'
m job history crm --json
is "$(jq -rs '.[-1]|"\(.version) \(.why) \(.secretChanged)"' "$T/out")" '1 create true' 'as JSON too'
m job diff crm --from 3
is "$rc $(grep '^+' "$T/out")" '0 + guard: {"count":7}' 'what differs from version 3'
m job diff crm --from 1 --to 2 --json
is "$(jq -r '[.[]|"\(.path)=\(.after)"]|join(" ")' "$T/out")" 'scope.mode=all target.dialect.patch=merged' 'or between two'
m job rollback crm 2 --dry-run
is "$rc $(show .version)" '0 4' 'a rollback can be looked at'
m job rollback crm 2
said '0 version 5' 'PS-121 rollback is a version of its own'
m job export crm --version 2
cp "$T/out" "$T/two"
m job export crm
is "$(cat "$T/out")" "$(cat "$T/two")" 'and is what that was'
is "$("$BIN/muster" job history crm --store "$T/store" | sed -n '1s/.*rollback/rollback/p')" 'rollback to 2' 'history says so'
keep
m job rollback crm 99
refused 'no version 99' 'no such version'
m job rollback crm 0
refused 'versions are counted from 1' 'nor version 0'

# The secret: sealed, shown nowhere, sent nowhere else (PS-023).
for what in 'job show crm' 'job show --json crm' 'job export crm' 'job history crm --diff' 'audit list'; do
	# shellcheck disable=SC2086 # words
	m $what
	is "$rc $(grep -c the-first-secret "$T/out")" '0 0' "PS-023 no secret in: $what"
done
is "$(cat "$T/store"/*.db "$T/store"/log.* | grep -ac the-first-secret)" 0 'PS-023 nor in a file of the store'
is "$("$BUILD/tests/kv_tool" "$T/store" list jobs | grep -c "73656372657400.* $(printf sealed. | od -An -tx1 | tr -d ' \n')")" 1 'it is sealed'
keep
m job edit crm --url https://evil.example.com/scim
refused 'give it again' 'a secret does not go to another address'
edit '{"target":{"authentication":"client","clientId":"c","tokenUrl":"https://evil.example.com/t"}}'
refused 'give it again' 'nor to a token endpoint'
edit '{"target":{"secret":""}}'
refused 'target.secret' 'an empty secret is none'
edit '{"target":{"secret":7}}'
refused 'target.secret' 'nor a number'
m job edit crm --url https://crm.example.com/other
said '0 version 6' 'another path of the same server'
is "$(show .hasSecret)" true 'keeps it'
m job edit crm --url https://new.example.com/scim/v2 --secret-file "$T/other"
said '0 version 7' 'another server with another secret'
keep
m job rollback crm 2
refused 'give it again' 'a rollback does not send it back'
edit '{"target":{"secret":null}}'
is "$rc $(show .hasSecret)" '0 false' 'null takes it away'
m job rollback crm 2
is "$rc $(show .definition.target.url)" "0 $URL" 'then there is a way back'
keep
m job start crm
refused 'no secret' 'without a secret it does not start'
m job edit crm --secret-file "$T/secret"
is "$rc $(show .hasSecret)" '0 true' 'it can be set alone'

# Start, pause, restart (PS-002 to PS-005).
m job pause crm
said '0 crm: notRun' 'what never ran is not paused'
m job start crm
said '0 crm: active' 'PS-002 start'
m job start crm
said '0 crm: active' 'twice is no change'
m job pause crm
said '0 crm: paused' 'PS-003 pause'
m job restart crm
is "$rc $(show '"\(.state.state) \(.state.restart|join(","))"')" '0 active QuarantineState,Watermark,Escrows' 'PS-004 restart'
m job restart crm --scopes full,watermark,None
is "$(show '.state.restart|join(",")')" 'QuarantineState,Watermark,Escrows,Full' 'PS-005 what is wanted adds up'
keep
m job restart crm --scopes Everything
refused "there is no scope 'Everything', only None" 'PS-005 an unknown scope'

# Who is assigned.
user() {
	printf '{"schemas":["%s"],"id":"01900000-0000-7000-8000-%012d","userName":"u%d"}\n' "$USER_URN" "$1" "$1"
}
{
	for n in $(awk 'BEGIN { for (i = 1; i <= 1200; i++) print i }'); do user "$n"; done
	printf '{"schemas":["%s"],"id":"01910000-0000-7000-8000-000000000001","displayName":"g"}\n' "$GROUP_URN"
} > "$T/lines"
m import "$T/lines"
U1=01900000-0000-7000-8000-000000000001 G1=01910000-0000-7000-8000-000000000001
m job assign crm $U1
said '0 1 of 1 newly assigned' 'PS-031 a user'
m job assign crm $U1
said '0 0 of 1 newly assigned' 'who is so already'
m job assign crm $U1 --role admin
said '0 1 of 1 newly assigned' 'PS-056 in a role'
m job assign crm $G1
said '0 1 of 1 newly assigned' 'PS-032 a group'
m job assignments crm
is "$(tr -s ' ' < "$T/out" | sed 's/ *$//' | sort)" "$(printf '%s\n' "$U1 User" "$U1 User admin" "$G1 Group")" 'they are listed'
keep
m job assign crm 01900000-0000-7000-8000-999999999999
refused 'there is no resource' 'who is not there'
m job assign crm nobody
refused "'nobody' is no id" 'nor what is no id'
m job assign crm $U1 --role "$(printf '%0201d' 0)"
refused 'a role has at most' 'a role that is too long'
m job assign nosuch $U1
refused "there is no job" 'to no job'
jq -r .id "$T/lines" > "$T/ids"
"$BIN/muster" job assign crm - --store "$T/store" < "$T/ids" > "$T/out"
is "$(cat "$T/out")" '1199 of 1201 newly assigned' 'many, one a line'
m job assignments crm --json
is "$(jq -r .value "$T/out" | sort -u)" "$(sort "$T/ids")" 'all of them are'
m job unassign crm $U1 --role admin
said '0 1 of 1 no longer assigned' 'PS-031 back, one role'
m job unassign crm $U1 --role admin
said '0 0 of 1 no longer assigned' 'who was not'
"$BIN/muster" job unassign crm - --store "$T/store" < "$T/ids" > "$T/out"
m job assignments crm
said '0 ' 'nobody is any more'

# From one job to another (PS-120, PS-123).
edit '{"guard":{"count":9}}'
m job export crm
cp "$T/out" "$T/exported"
m job import prod --file "$T/exported" --dry-run
said '0 a new job' 'import can be looked at'
keep
m job import prod --file "$T/changes"
refused '^muster: target' 'what is no job is not imported'
m job import prod --file "$T/exported" --secret-file "$T/secret"
said '0 version 1' 'PS-120 import makes a job'
is "$(show '"\(.definition.name) \(.definition.guard.count) \(.hasSecret)"' prod)" 'prod 9 true' 'with its own name'
m job edit prod --url https://prod.example.com/v2 --secret-file "$T/other"
edit '{"guard":{"count":11}}'
m job export crm
cp "$T/out" "$T/exported"
m job import prod --file "$T/exported" --keep target --dry-run
said "0 $(printf '%s\n' '- guard.count: 9' '+ guard.count: 11')" 'PS-122 promotion, with the difference first'
m job import prod --file "$T/exported" --keep target
is "$rc $(show '"\(.definition.target.url) \(.definition.guard.count) \(.hasSecret) \(.version)"' prod)" \
    '0 https://prod.example.com/v2 11 true 3' 'PS-123 test becomes prod, its target stays'
"$BIN/muster" job export --store "$T/store" crm | "$BIN/muster" job import --store "$T/store" copy --file - > "$T/out" 2> "$T/err"
is "$? $(cat "$T/out" "$T/err")" '0 version 1' 'from a pipe, too'
awk 'BEGIN { for (i = 0; i < 300000; i++) printf "     " }' | "$BIN/muster" job edit --store "$T/store" copy --file - > "$T/out" 2> "$T/err"
is "$? $(cat "$T/err")" '1 muster: /dev/stdin: longer than 1048576 bytes' 'of which there is an end'
"$BIN/muster" job delete --store "$T/store" copy
keep
m job import prod --file "$T/exported"
refused 'give it again' 'whose secret does not go to the test system'

# Restore the mappings of the template (PS-010).
edit '{"rules":[{"source":"User","target":"User","mappings":[{"target":"userName","source":"userName","match":1}]}]}'
is "$(show '[.definition.rules[].source]|join(" ")')" User 'groups are left out'
m job edit crm --defaults
is "$rc $(show '[.definition.rules[].source]|join(" ")')" '0 User Group' 'PS-010 or those of the template again'

# Another name.
edit '{"name":"sales"}'
m job show crm
is "$rc" 1 'the old name is none any more'
is "$(show .id sales)" "$id" 'the job is the same'
m job create crm --url $URL
is "$rc" 0 'the old name is free'
m job rollback sales 1 --dry-run
is "$rc $(grep -c name: "$T/out")" '0 0' 'a rollback leaves the name'
m job rollback sales 1
is "$rc $(show '"\(.definition.name) \(.definition.guard)"' sales)" '0 sales null' 'and brings the rest back'
keep
printf '{"name":"prod"}' > "$T/changes"
m job edit sales --file "$T/changes"
refused "there is a job 'prod' already" 'a name that is taken'

# What was done is in the audit (PS-015).
m audit list --id "$id" --json
is "$(jq -r '.change.operation' "$T/out" | sort | uniq -c | awk '{ print $2 $1 }' | tr '\n' ' ')" \
    "$(cat << 'X'
assign6 create1 pause1 restart2 start1 unassign4 update15 
X
)" 'PS-015 every change'
is "$(jq -rs '[.[]|select(.change.operation == "update")][0].change|"\(.type) \(.before["scope.mode"]) \(.after["scope.mode"]) \(.after.why)"' "$T/out")" \
    'Job assigned all edit' 'PS-015 with what it was'
m audit verify
is "$rc" 0 'and the chain holds'

# Gone, with all it has.
m job delete sales
m job show "$id"
is "$rc" 1 'a job goes'
is "$("$BUILD/tests/kv_tool" "$T/store" list jobs | grep -c "$(printf %s "$id" | tr -d -)")" 0 'with all its rows'
m job list
is "$(awk '{ print $4 }' "$T/out" | sort | tr '\n' ' ')" 'crm prod ' 'the others stay'

# Another tenant has its own.
m tenant create acme
m job list --tenant acme
said '0 ' 'TEN-02 none in another tenant'
m job show prod --tenant acme
is "$rc" 1 'TEN-02 not by its name'
m job create prod --url $URL --tenant acme
is "$rc" 0 'which may have one of that name'
m tenant delete acme --yes acme
is "$rc $("$BUILD/tests/kv_tool" "$T/store" list jobs | grep -c '^00000002')" '0 0' 'and goes with it'
m verify
is "$rc" 0 'the store is sound'
m job
is "$rc $(grep -c '^usage: muster job create' "$T/err")" '2 1' 'without words it says how'
m job edit crm --whole
is "$rc" 2 '--whole wants a file'
done_testing
