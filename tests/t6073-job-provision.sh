#!/bin/sh
# muster job provision: one person or group on demand, by default a dry run
# (spec provisioning.md section 2.9; PS-002, PS-039, PS-042, PS-043, PS-080,
# PS-100, PS-101).
. "$(dirname "$0")/lib.sh"
. tests/provision.sh
MODE=demand

provision() {
	m job provision --store "$T/store" "$@"
}

user() {
	scim POST /Users "{\"schemas\":[\"$USER_URN\"],\"userName\":\"$1\",\"displayName\":\"$1\",\"active\":${2:-true}}"
	ID=$(jq -r .id "$T/body")
}

state() {
	"$BIN/muster" job show --store "$T/store" crm | sed -n 's/^state *//p'
}

target_server
user anna
anna=$ID
user bert
bert=$ID
user carl false
scim POST /Groups "{\"schemas\":[\"$GROUP_URN\"],\"displayName\":\"Sales\",\"members\":[{\"value\":\"$anna\"},{\"value\":\"$bert\"}]}"
sales=$(jq -r .id "$T/body")
m job create --store "$T/store" --template muster --url "$ORIGIN/scim/target/v2" --secret-file "$T/secret" crm

provision crm anna
is "$rc $(cat "$T/err")" '0 ' 'a dry run of somebody who is not assigned'
like "$(cat "$T/out")" 'action       other, skipped  ImportSkipped: not assigned' 'says why nothing would be done'
m job assign --store "$T/store" crm "$anna"
provision crm anna
like "$(cat "$T/out")" '^import       success' 'what was read'
like "$(cat "$T/out")" '^scoping      success  assigned itself' 'how she is in the scope, at once (PS-039)'
like "$(cat "$T/out")" 'action       create, success' 'what would be done'
like "$(cat "$T/out")" 'changes .*: null > ' 'attribute by attribute (PS-101)'
provision --json crm anna
is "$(jq -r '"\(.action) \(.source.id) \(.modified|map(select(.name == "userName"))[0].new)"' "$T/out")" "create $anna anna" 'as JSON, too'
is "$(there Users .totalResults) $(state)" '0 notRun' 'nothing was written'

provision --write crm anna
is "$rc $(cat "$T/err")" '0 ' 'with --write it is done'
like "$(cat "$T/out")" "^create       success  User anna $anna" 'and told'
is "$(there Users '.Resources|map(.userName)|join(" ")') $(state)" 'anna notRun' 'of her alone, though the job does not run'
"$BIN/muster" job log --store "$T/store" --object anna --json > "$T/out"
is "$(jq -r '"\(.action) \(.status) \(.steps|length > 1)"' "$T/out")" 'create success true' 'it stands in the log with its steps (PS-100)'
provision --write crm anna
like "$(cat "$T/out")" 'link         active, at the target' 'again there is nothing to do'
is "$rc $(there Users .totalResults)" '0 1' 'and nobody is created twice (PS-074)'
scim PATCH "/Users/$anna" "{\"schemas\":[\"$PATCHOP\"],\"Operations\":[{\"op\":\"replace\",\"path\":\"displayName\",\"value\":\"Anna\"}]}"
provision crm anna
like "$(cat "$T/out")" 'displayName: "anna" > "Anna"' 'a change would be told'
provision --write crm "$anna"
is "$rc $(there Users '.Resources[0].displayName')" '0 Anna' 'and is, by her id'

m job assign --store "$T/store" crm "$sales"
is "$rc" 0 'the group is assigned'
provision --write crm Sales
is "$rc $(there Groups '.Resources|map(.displayName)|join(" ")')" '0 Sales' 'a group, by its name'
is "$(there Groups '.Resources[0].members|map(.display)|join(" ")')" Anna 'with those of its members who are there'
provision --write crm bert
is "$rc $(there Groups '[.Resources[0].members[].display]|sort|join(" ")')" '0 Anna bert' 'who comes later is a member at once (PS-076)'
provision crm carl
like "$(cat "$T/out")" 'ImportSkipped: ' 'who is not active is not created (PS-038)'

# The initial cycle goes on from here.
m job start --store "$T/store" crm
m work --store "$T/store" --once --seconds 60
is "$rc $(cat "$T/err")" '0 ' 'the initial cycle'
is "$(there Users '[.Resources[].userName]|sort|join(" ")') $(there Groups '[.Resources[0].members[].display]|sort|join(" ")')" 'anna bert Anna bert' 'has everybody once, and in the group'

# muster work is running: it does it.
"$BIN/muster" work --store "$T/store" > "$T/work.out" 2>&1 &
worker=$!
tries=0
until ! flock -n "$T/store/work" true || [ $tries -eq 300 ]; do
	sleep 0.1
	tries=$((tries + 1))
done
user dora
m job assign --store "$T/store" crm "$ID"
provision --write crm dora
is "$rc $(cat "$T/err") $(there Users '[.Resources[]|select(.userName == "dora")]|length')" '0  1' 'while muster work runs, it does it'
m job pause --store "$T/store" crm
provision --write crm bert
is "$rc $(cat "$T/out")" '1 ' 'but not for a job that does not run'
like "$(cat "$T/err")" 'start it' 'which is told'
kill "$worker"
wait "$worker"

# What goes wrong is told.
echo '{"target":{"url":"http://127.0.0.1:9/scim","secret":"x"}}' > "$T/edit"
m job edit --store "$T/store" --file "$T/edit" crm
scim PATCH "/Users/$bert" "{\"schemas\":[\"$PATCHOP\"],\"Operations\":[{\"op\":\"replace\",\"path\":\"title\",\"value\":\"x\"}]}"
provision --write crm bert
is "$rc" 1 'a target that cannot be reached'
like "$(cat "$T/err")" 'the target cannot be reached: .*; it stays due' 'is told'
provision crm nobody
is "$rc $(cat "$T/out")" '1 ' 'nobody of that name'
provision crm
is "$rc" 2 'a word is missing'
done_testing
