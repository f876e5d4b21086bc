#!/bin/sh
# muster job summary and /admin/v1/jobs/ID/summary: what the provisioning log
# comes to, by type, action, job, cycle and error (PS-107).
. "$(dirname "$0")/lib.sh"
. tests/admin.sh
. tests/provision.sh
MODE=http

m() {
	"$BIN/muster" "$@" > "$T/out" 2> "$T/err"
	rc=$?
}

summary() {
	m job summary --store "$T/store" --json "$@"
}

# of JQ WANT TEXT
of() {
	is "$rc $(jq -r "$1" "$T/out")" "0 $2" "PS-107 $3"
}

target_server
ADMIN=$(administrator auditor)
for job in crm other; do
	m job create --store "$T/store" --template muster --url "$ORIGIN/scim/target/v2" --secret-file "$T/secret" $job
	echo '{"scope":{"mode":"all"}}' > "$T/edit"
	m job edit --store "$T/store" --file "$T/edit" $job
done
summary
of '"\(.records) \(.successPercent) \(.types|length)"' '0 null 0' 'of no records'
m job summary --store "$T/store"
is "$rc $(wc -l < "$T/out")" '0 3' 'PS-107 for people'
made /Users "$(user anna Anna)"
anna=$ID
made /Users "$(user bert Bert)"
made /Groups "$(group Sales "$anna" "$ID")"
m job start --store "$T/store" crm
work 'a cycle'
since=$(journal .at | sort | tail -1)
at_target POST /Users "$(user carl Carl)"
made /Users "$(user carla Carl true ',"roles":[{"value":"x"}]')"
patch "/Users/$anna" '[{"op":"replace","path":"title","value":"Chief"}]'
work 'changes'
summary
of '"\(.records) \(.success) \(.skipped) \(.failure) \(.successPercent)"' '6 6 0 0 100' 'all of them'
of '[.types[]|"\(.name)=\(.records)"]|join(" ")' 'User=4 Group=2' 'by type, the most first'
of '[.actions[]|"\(.name)=\(.success)"]|sort|join(" ")' 'create=4 update=2' 'by action'
of '[.jobs[]|"\(.name) \(.id|length) \(.records)"]|join(" ")' 'crm 36 6' 'by job'
of '"\(.membersAdded) \(.membersRemoved)"' '2 0' 'memberships'
of '.cycles|length' 1 'by cycle'
of '(.from <= .to) and (.cycles[0].from == .from) and (.cycles[0].to == .to)' true 'from the first to the last'
summary --job other
of .records 0 'of another job'
summary --object anna
of '[.actions[].name]|sort|join(" ")' 'create update' 'of one person'
summary --action create --job crm
of '"\(.records) \(.actions|length)"' '4 1' 'of one action'
summary --since "$since"
of .records "$(journal "select(.at >= \"$since\").at" | wc -l | tr -d ' ')" 'of a time'

# Who is there under another name fails.
at_target POST /Users "$(user dora Dora)"
dora=$(there Users '.Resources[]|select(.userName=="dora").id')
m job pause --store "$T/store" crm
at_target PATCH "/Users/$dora" "{\"schemas\":[\"$PATCHOP\"],\"Operations\":[{\"op\":\"add\",\"path\":\"externalId\",\"value\":\"$anna\"}]}"
made /Users "$(user dora Dora)"
rules=$("$BIN/muster" job show --store "$T/store" --json crm | jq -c '.definition.rules|.[0].mappings|=map(if .target=="userName" then del(.match) else . end)')
printf '{"rules":%s}' "$rules" > "$T/edit"
m job edit --store "$T/store" --file "$T/edit" crm
m job start --store "$T/store" crm
work 'a conflict'
summary
of '"\(.failure) \(.successPercent)"' '2 75' 'what has failed, and was tried again'
of '.errors[]|"\(.name) \(.failure) \(.advice|length > 10)"' 'EntryConflict 2 true' 'by code, with what helps'
of '.cycles|length' 2 'an edit begins another cycle'
of '.cycles[0].failure' 2 'which comes first'
m job summary --store "$T/store" --job crm
is "$rc $(grep -c -e '^all .* 75 % of what was tried' -e '^error .*EntryConflict' -e '^type .*User' -e '^job .*crm' "$T/out")" '0 4' 'PS-107 for people'
m job summary --store "$T/store" --status nosuch
is "$rc" 1 'a word that no record has'

told() {
	admin GET "/jobs/crm/summary?tenant=default&$1"
}

told ''
is "$STATUS $(json '"\(.records) \(.failure) \(.isWhole)"')" '200 8 2 true' 'PS-107 the same for the console'
told 'status=failure'
is "$STATUS $(json '.errors[0].name')" '200 EntryConflict' 'bounded'
told 'action=nosuch'
is "$STATUS" 400 'by words that records have'
admin GET '/jobs/other/summary?tenant=default'
is "$STATUS $(json .records)" '200 0' 'of another job'
admin GET '/jobs/nosuch/summary?tenant=default'
is "$STATUS" 404 'a job that is not there'
done_testing
