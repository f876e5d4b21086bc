#!/bin/sh
# A person in the scope who is not active any more, and is again: the rule
# "disabled" of spec provisioning.md section 2.8, memberships that are sent
# again (PS-077), and the guard, which counts whoever is disabled (PS-089).
. "$(dirname "$0")/lib.sh"
. tests/provision.sh
MODE=inactive

# people: who is there, and whether active
people() {
	there Users '[.Resources[]?|.userName + (if .active == false then "-" else "" end)]|sort|join(" ")'
}

members() {
	there Groups '[.Resources[]?|"\(.displayName):\([.members[]?.display]|sort|join(","))"]|sort|join(" ")'
}

active() {
	patch "/Users/$1" "[{\"op\":\"replace\",\"path\":\"active\",\"value\":$2}]"
}

target_new
made /Users "$(user anna anna)"
anna=$ID
made /Users "$(user bert bert)"
bert=$ID
made /Users "$(user carl carl)"
carl=$ID
made /Groups "$(group inner "$bert")"
inner=$ID
made /Groups "$(group outer "$anna" "$bert" "$inner")"
edit '{"scope":{"mode":"all"}}'
m job start --store "$T/store" crm
work 'the initial cycle'
is "$(people) $(members)" 'anna bert carl inner:bert outer:anna,bert,inner' 'everybody is there'

# leaves_groups USERNAME: what targets do whose accounts lose their groups when they are disabled
leaves_groups() {
	there=$(there Users ".Resources[]|select(.userName==\"$1\").id")
	for group in $(there Groups '.Resources[].id'); do
		at_target PATCH "/Groups/$group" "{\"schemas\":[\"$PATCHOP\"],\"Operations\":[{\"op\":\"remove\",\"path\":\"members[value eq \\\"$there\\\"]\"}]}"
	done
}

active "$bert" false
work 'who is not active'
is "$(people)" 'anna bert- carl' 'is disabled'
leaves_groups bert
is "$(members)" 'inner: outer:anna,inner' 'and the target takes the groups away'
active "$bert" true
work 'who is active again'
is "$(people) $(members)" 'anna bert carl inner:bert outer:anna,bert,inner' 'PS-077 is a member again'
before=$(journal .id | wc -l)
patch "/Users/$bert" '[{"op":"replace","path":"title","value":"Chief"}]'
work 'who changes otherwise'
is "$(journal .action | tail -n +$((before + 1)) | tr '\n' ' ')" 'update ' 'PS-074 is in the groups already'
edit '{"scope":{"flatten":true}}'
work 'members of members'
active "$bert" false
work 'again'
leaves_groups bert
active "$bert" true
work 'and again'
is "$(people) $(members)" 'anna bert carl inner:bert outer:anna,bert' 'PS-077 also where groups are flat'

# A time of grace.
edit '{"deprovision":{"disabled":"disableThenDelete","graceDays":30}}'
active "$bert" false
work 'who is not active'
is "$(people)" 'anna bert- carl' 'is disabled for a time'
edit '{"deprovision":{"graceDays":0}}'
active "$carl" false
work 'who is not active, without any days of grace'
is "$(people | sed 's/bert- //')" 'anna' 'goes'
is "$(journal 'select(.action=="delete").source.name' | tr '\n' ' ')" 'bert carl ' 'and so does who had more of them before'
active "$carl" true
active "$bert" true
work 'and comes back'
is "$(people) $(members)" 'anna bert carl inner:bert outer:anna,bert' 'as somebody new'
edit '{"deprovision":{"disabled":"delete"}}'
active "$carl" false
work 'where deletion is the rule'
is "$(people)" 'anna bert' 'it goes at once'
active "$carl" true
edit '{"deprovision":{"disabled":"nothing"}}'
work 'carl'
active "$carl" false
work 'where nothing is'
is "$(people)" 'anna bert carl' 'nothing is done'
edit '{"deprovision":{"disabled":"disable"}}'
work 'and by default'
is "$(people)" 'anna bert carl-' 'it is disabled (an edit is carried out)'

# The guard counts whom the mappings disable.
active "$carl" true
work 'everybody is there'
taken=$(state '.guard[1:]|add')
edit "{\"guard\":{\"count\":$((taken + 1)),\"percent\":0,\"windowHours\":24}}"
for id in "$anna" "$bert" "$carl"; do
	active "$id" false
done
m job dry-run --store "$T/store" crm
is "$(grep -c '^stageddelete ' "$T/out")" 2 'PS-089 a dry run says who is held'
m work --store "$T/store" --once --seconds 60
is "$rc $(grep -c 'TooManyDeletes: deletions are held' "$T/err")" '0 1' 'PS-089 a source that was emptied raises an alert'
is "$(people | tr ' ' '\n' | grep -c -e -)" 1 'PS-089 and no more than so many are disabled'
is "$(journal 'select(.code=="TooManyDeletes")|"\(.action) \(.source.name)"' | sort -u | wc -l | tr -d ' ')" 2 'PS-089 with their names'
active "$anna" true
active "$bert" true
work 'who is active again meanwhile'
is "$(people | grep -c 'anna bert carl')" 1 'PS-089 is not held any more'
active "$anna" false
active "$bert" false
m work --store "$T/store" --once --seconds 60
m job restart --store "$T/store" --scopes ForceDeletes crm
is "$rc $(cat "$T/err")" '0 ' 'an administrator lets them go (PS-005)'
work 'then'
is "$(people)" 'anna- bert- carl-' 'they are disabled'
is "$(journal 'select(.status=="failure")')" '' 'nothing has failed'
done_testing
