#!/bin/sh
# Roles in their three forms (PS-056) and references that wait for who comes
# later (PS-055, PS-075): a store, muster work, and a target.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/faulty.sh"
MODE=cgi

m() { "$BIN/muster" "$@" --store "$T/store" >> "$T/log" 2>&1; }
work() { target_forget && m work --once --seconds 20; }
edit() { printf '%s' "$1" > "$T/changes" && m job edit crm --file "$T/changes"; }
# rule MAPPINGS: the job has these, and the key
rule() { edit "{\"rules\":[{\"source\":\"User\",\"mappings\":[{\"target\":\"userName\",\"source\":\"userName\",\"match\":1},$1]}]}"; }
# of NAME FILTER: the user of that name in the target
of() { target_says state | jq -c --arg n "$1" "[.Users[]|select(.userName==\$n)][0]|$2"; }
roles() { of bj '[.roles[]?|"\(.value) \(.primary // false)"]|sort'; }

target_start
store_new
new_user boss
boss=$ID
new_user bj "\"$ENT\":{\"manager\":{\"value\":\"$boss\"}}"
bj=$ID
cat > "$T/job" <<EOF
{"target":{"url":"$TARGET","authentication":"none"},"scope":{"mode":"assigned"},
 "rules":[{"source":"User","mappings":[
  {"target":"userName","source":"userName","match":1},
  {"target":"roles","expression":"SingleAppRoleAssignment([appRoleAssignments])"},
  {"target":"$ENT:manager","source":"$ENT:manager.value","reference":"User"}]}]}
EOF
m job create crm --file "$T/job"
m job start crm
m job assign crm --role Admin "$bj"
work
is "$(roles)" '["Admin true"]' 'PS-056 ENTRA-46 one role, the primary one'
is "$(of bj ".[\"$ENT\"]")" null 'PS-055 a manager who is not there waits'
# One run makes the manager, the next tells who waited.
m job assign crm "$boss"
work
work
is "$(of bj ".[\"$ENT\"].manager.value")" "$(of boss .id)" 'PS-075 and is filled in when there'
work
is "$(target_asked)" '' 'PS-074 once, not again'

rule '{"target":"roles","expression":"AppRoleAssignmentsComplex([appRoleAssignments])"}'
work
m job assign crm --role Reader "$bj"
work
is "$(roles)" '["Admin true","Reader false"]' 'PS-056 roles that are added stay'
m job unassign crm --role Admin "$bj"
work
is "$(roles)" '["Admin true","Reader false"]' 'PS-056 also when they are taken'
rule '{"target":"roles","expression":"AssertiveAppRoleAssignmentsComplex([appRoleAssignments])"}'
work
is "$(roles)" '["Reader false"]' 'PS-056 roles that are all'
done_testing
