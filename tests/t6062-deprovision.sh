#!/bin/sh
# Who leaves the scope of a job: the table of spec provisioning.md section 2.8,
# assignments (PS-030 to PS-036), the guard against accidental deletions
# (PS-089), reactivation (PS-077), edits (PS-007).
. "$(dirname "$0")/lib.sh"
. tests/provision.sh
MODE=deprovision

# people: who is there, and whether active
people() {
	there Users '[.Resources[]?|.userName + (if .active == false then "-" else "" end)]|sort|join(" ")'
}

# members: of each group there
members() {
	there Groups '[.Resources[]?|"\(.displayName):\([.members[]?.display]|sort|join(","))"]|sort|join(" ")'
}

assign() {
	m job "$1" --store "$T/store" crm "$2"
	is "$rc $(cat "$T/err")" '0 ' "$1 $3"
}

target_new
made /Users "$(user anna anna)"
anna=$ID
made /Users "$(user bert bert)"
bert=$ID
made /Users "$(user carl carl)"
carl=$ID
made /Users "$(user dora dora)"
dora=$ID
made /Groups "$(group inner "$carl")"
inner=$ID
made /Groups "$(group outer "$inner" "$bert")"
outer=$ID
m job start --store "$T/store" crm
work 'nobody is assigned'
is "$(people)" '' 'and nobody is there (PS-030)'

assign assign "$anna" 'a person'
work 'who is assigned'
is "$(people)" 'anna' 'is there (PS-031)'
assign assign "$outer" 'a group'
work 'who is in a group that is assigned'
is "$(people)" 'anna bert carl' 'is there, in a group of it too (PS-032)'
is "$(members)" 'inner:carl outer:bert,inner' 'and so are the groups'
patch "/Groups/$inner" "[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$dora\"}]}]"
work 'who comes into such a group'
is "$(people)" 'anna bert carl dora' 'comes (PS-036: without a restart)'
is "$(members)" 'inner:carl,dora outer:bert,inner' 'and is a member'

patch "/Groups/$inner" "[{\"op\":\"remove\",\"path\":\"members[value eq \\\"$carl\\\"]\"}]"
work 'who leaves it'
is "$(people)" 'anna bert carl- dora' 'is disabled'
assign assign "$carl" 'who was disabled'
patch "/Groups/$inner" "[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$carl\"}]}]"
work 'and comes back'
is "$(people) $(members)" 'anna bert carl dora inner:carl,dora outer:bert,inner' 'is enabled, and a member again (PS-077)'
assign unassign "$outer" 'the group'
work 'whose group is no longer assigned'
is "$(people)" 'anna bert- carl dora-' 'is disabled, unless assigned otherwise'
is "$(members)" '' 'and the groups are deleted'

# Who is disabled for some time is deleted then.
edit '{"deprovision":{"outOfScope":"disableThenDelete","graceDays":0}}'
work 'without any days of grace'
is "$(people)" 'anna carl' 'who is out of scope goes'
edit '{"deprovision":{"outOfScope":"nothing"}}'
assign unassign "$carl" 'a person'
work 'where nothing is to be done'
is "$(people)" 'anna carl' 'nothing is done'
edit '{"deprovision":{"outOfScope":"delete"}}'
work 'where deletion is'
is "$(people)" 'anna' 'who is out goes (an edit is carried out)'

# The guard: more than that in a day is not what anybody wanted.
edit '{"scope":{"mode":"all"},"guard":{"count":8,"percent":0,"windowHours":24}}'
work 'everybody'
is "$(people)" 'anna bert carl dora' 'is there'
is "$(state '.guard[1:]|add')" 8 'the guard counts what was taken away'
edit '{"guard":{"count":10}}'
edit '{"scope":{"mode":"assigned"}}'
m work --store "$T/store" --once --seconds 60
is "$rc $(grep -c 'TooManyDeletes: deletions are held' "$T/err")" '0 1' 'a scope that was emptied by mistake raises an alert (PS-087)'
is "$(people | wc -w | tr -d ' ')" 2 'is stopped at the number (PS-089)'
is "$(journal 'select(.code=="TooManyDeletes")|.source.name' | sort -u | wc -l | tr -d ' ')" 3 'with the names in the log'
m job dry-run --store "$T/store" crm
is "$(grep '^stageddelete ' "$T/out" | grep -c -e ' Group inner ' -e ' Group outer ' -e ' User dora ' -e ' User bert ' -e ' User carl ')" 3 'PS-089 and a dry run names them before they are approved'
m job restart --store "$T/store" --scopes ForceDeletes crm
is "$rc $(cat "$T/err")" '0 ' 'an administrator lets them go (PS-005)'
work 'then'
is "$(people)" 'anna' 'they go'

# An edit sends what it changes, nothing else.
edit '{"scope":{"mode":"all"}}'
work 'everybody again'
before=$(journal .id | wc -l)
"$BIN/muster" job show --store "$T/store" --json crm | jq -c '{rules:(.definition.rules|.[0].mappings+=[{"target":"nickName","expression":"IIF([userName] = \"bert\", \"B\", [nickName])"}])}' > "$T/edit"
m job edit --store "$T/store" --file "$T/edit" crm
is "$rc $(cat "$T/err")" '0 ' 'a mapping is added'
work 'it'
is "$(journal .action | tail -n +$((before + 1)) | tr '\n' ' ')" 'update ' 'is told once, of whom it changes (PS-007)'
is "$(there Users '.Resources[]|select(.nickName).userName')" bert 'and it was him'
m job pause --store "$T/store" crm
made /Users "$(user emil emil)"
work 'a job that is paused'
is "$(people)" 'anna bert carl dora' 'does nothing (PS-003)'
m job start --store "$T/store" crm
work 'and goes on'
is "$(people)" 'anna bert carl dora emil' 'where it was'
edit '{"rollout":{"objects":5}}'
made /Users "$(user finn finn)"
work 'a staged rollout'
is "$(people)" 'anna bert carl dora emil' 'takes no more than so many'
is "$(journal 'select(.status=="failure")')" '' 'nothing has failed'

# A value that nobody has: muster as a target is asked, for who is new alone.
"$BIN/muster" job show --store "$T/store" --json crm | jq -c '{rollout:{objects:0},rules:(.definition.rules|.[0].mappings+=[{"target":"userType","expression":"SelectUniqueValue(\"one\", \"two\", [displayName])"}])}' > "$T/edit"
m job edit --store "$T/store" --file "$T/edit" crm
is "$rc $(cat "$T/err")" '0 ' 'a mapping for a value that nobody has'
at_target POST /Users "$(user zoe Zoe true ',"userType":"ONE"')"
made /Users "$(user gina gina)"
made /Users "$(user hans hans)"
patch "/Users/$anna" '[{"op":"replace","path":"title","value":"Chief"}]'
work 'it'
is "$(there Users '[.Resources[]|select(.userName|IN("finn","gina","hans")).userType|if .=="two" then . else "name" end]|sort|join(" ")')" 'name name two' 'PS-050 the target is asked, and nobody gets what another is to get'
is "$(there Users '.Resources[]|select(.userName=="anna")|"\(.title) \(.userType)"')" 'Chief null' 'PS-050 create only'
is "$(journal 'select(.status=="failure")')" '' 'nothing has failed'
done_testing
