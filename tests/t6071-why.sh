#!/bin/sh
# muster why explains why somebody is in the target of a job, or is not, without
# a request (PS-030 to PS-038, PS-044, PS-050, PS-100, PS-101, PS-105; spec
# provisioning.md sections 2.3 and 2.9).
. "$(dirname "$0")/lib.sh"
. tests/provision.sh
MODE=why

why() {
	m why --store "$T/store" "$@"
}

user() {
	scim POST /Users "{\"schemas\":[\"$USER_URN\"],\"userName\":\"$1\",\"displayName\":\"$1\",\"active\":true$2}"
	ID=$(jq -r .id "$T/body")
}

group() {
	scim POST /Groups "{\"schemas\":[\"$GROUP_URN\"],\"displayName\":\"$1\",\"members\":[{\"value\":\"$2\"}]}"
	ID=$(jq -r .id "$T/body")
}

edit() {
	printf '%s' "$1" > "$T/edit"
	m job edit --store "$T/store" --file "$T/edit" crm
	is "$rc $(cat "$T/err")" '0 ' "$2"
}

target_server
user anna ',"title":"Chief"'
anna=$ID
user bert ',"title":"Clerk"'
bert=$ID
user carl
carl=$ID
group inner "$anna"
group outer "$ID"
outer=$ID
m job create --store "$T/store" --template muster --url "$ORIGIN/scim/target/v2" --secret-file "$T/secret" crm
"$BIN/muster" job show --store "$T/store" --json crm > "$T/job"
jq '{rules: [.definition.rules[] | if .source == "User" then .filters = [{"title":"bosses","clauses":[{"attribute":"title","operator":"EQUALS","value":"Chief"}]}] else . end]}' "$T/job" > "$T/edit"
m job edit --store "$T/store" --file "$T/edit" crm
is "$rc $(cat "$T/err")" '0 ' 'a job for bosses'

why anna crm
is "$rc $(cat "$T/err")" '0 ' 'by userName'
like "$(cat "$T/out")" 'verdict      not assigned' 'who is not assigned is told so (PS-031)'
like "$(cat "$T/out")" 'link         none' 'and has no link'
m job assign --store "$T/store" crm "$outer"
m job assign --store "$T/store" crm "$bert"
why "$anna" crm
like "$(cat "$T/out")" 'verdict      in scope' 'a group in an assigned group is enough (PS-032)'
like "$(cat "$T/out")" "assigned as a member of group $outer" 'and named'
like "$(cat "$T/out")" 'filter bosses: title EQUALS Chief; it is "Chief"' 'a clause with its value (PS-100)'
like "$(cat "$T/out")" 'userName = "anna"' 'what her attributes become'
like "$(cat "$T/out")" 'action       match' 'and that only the target can say the rest'
is "$("$BIN/muster" export --store "$T/store" --tenant target 2> /dev/null | grep -c userName)" 0 'nothing was sent'
why bert crm
like "$(cat "$T/out")" 'verdict      outside the scoping filters' 'assignment and filter must agree (PS-035)'
like "$(cat "$T/out")" 'scoping      skipped  filter bosses: title EQUALS Chief; it is "Clerk"' 'which clause and why'
why carl crm --json
is "$(jq -r '"\(.verdict)/\(.act)/\(.code)"' "$T/out")" 'not assigned/nothing/ImportSkipped' 'all of it as JSON'
is "$(jq -r '.attributes[]|select(.name=="userName").value' "$T/out")" carl 'with what would flow'

m job start --store "$T/store" crm
work 'the initial cycle'
why anna crm
like "$(cat "$T/out")" 'link         active, at the target [0-9a-f]' 'who is linked, and with whom (PS-044)'
like "$(cat "$T/out")" 'action       other, skipped' 'and has all of it'
m job pause --store "$T/store" crm
scim PATCH "/Users/$anna" "{\"schemas\":[\"$PATCHOP\"],\"Operations\":[{\"op\":\"replace\",\"path\":\"displayName\",\"value\":\"Anna\"}]}"
why anna crm
like "$(cat "$T/out")" 'displayName: "anna" > "Anna"' 'what is not told yet is shown (PS-101)'
scim PATCH "/Users/$anna" "{\"schemas\":[\"$PATCHOP\"],\"Operations\":[{\"op\":\"replace\",\"path\":\"title\",\"value\":\"Clerk\"}]}"
why anna crm
like "$(cat "$T/out")" 'action       disable' 'who falls out of the scope would be disabled'
why outer crm
like "$(cat "$T/out")" '^members      +0 -0$' 'a group and its members (PS-076)'
scim PATCH "/Groups/$outer" "{\"schemas\":[\"$PATCHOP\"],\"Operations\":[{\"op\":\"remove\",\"path\":\"members\"}]}"
why outer crm
like "$(cat "$T/out")" '^members      +0 -1$' 'of whom the target will be told'
scim DELETE "/Users/$anna"
why "$anna" crm
like "$(cat "$T/out")" 'verdict      deleted' 'who is gone is known by the link'
like "$(cat "$T/out")" 'action       delete' 'and would be deleted'

# A new mapping, of what was never compared: it hangs on what the target has.
edit "$(jq '{scope: {mode: "all"}, rules: [.definition.rules[] | .filters = []]}' "$T/job")" 'everybody'
m job start --store "$T/store" crm
work 'who is created'
m job pause --store "$T/store" crm
edit "$(jq '{rules: [.definition.rules[] | .filters = [] | if .source == "User" then .mappings += [{target: "profileUrl", source: "userName", flow: "attributeAdd"}] else . end]}' "$T/job")" 'a mapping that fills what is empty'
why carl crm
like "$(cat "$T/out")" 'profileUrl: null > "carl"' 'is told without asking the target'

# An error, with what helps and when it is tried again.
edit '{"target":{"url":"'"$ORIGIN"'/scim/nowhere/v2","secret":"x"},"scope":{"mode":"all"}}' 'the target is another'
edit "$(jq '{rules: [.definition.rules[] | .filters = [] | .mappings |= map(if .target == "displayName" then {target, expression: "Redact([displayName])"} else . end)]}' "$T/job")" 'without filters, and a name that no log shows'
why carl crm
like "$(cat "$T/out")" 'displayName = "\[Redact\]"' 'a redacted value is masked (PS-105)'
is "$(grep displayName "$T/out" | grep -c '"carl"')" 0 'everywhere but in what was imported'

why nobody crm
is "$rc $(cat "$T/out")" '1 ' 'nobody of that name'
like "$(cat "$T/err")" "nobody called 'nobody'" 'is told'
why carl nojob
is "$rc $(cat "$T/out")" '1 ' 'no job of that name'
why carl
is "$rc" 2 'a word is missing'
done_testing
