#!/bin/sh
# How far a job is (PS-108), and rules that are switched off (PS-011).
. "$(dirname "$0")/lib.sh"
. tests/provision.sh
MODE=progress

show() {
	m job show --store "$T/store" "$@" crm
}

target_new
edit '{"scope":{"mode":"all"}}'
for name in anna bert carl; do
	made /Users "$(user $name $name)"
done
made /Groups "$(group staff "$ID")"
show
is "$rc $(grep -c '^progress' "$T/out")" '0 0' 'a job that never ran is nowhere'

# The target is away: the walk goes on when it is back.
edit "{\"target\":{\"url\":\"http://127.0.0.1:1/scim/v2\",\"secret\":\"$THERE\"}}"
m job start --store "$T/store" crm
m work --store "$T/store" --once --seconds 60
is "$(state .state)" quarantine 'it is in quarantine'
show
like "$(cat "$T/out")" '^progress  *0 of 4 looked at' 'how much of how many (PS-108)'
show --json
is "$(jq -c .progress "$T/out")" '{"done":0,"total":4}' 'the same for programs'
script -qec "\"$BIN/muster\" job show --store \"$T/store\" --follow crm" /dev/null > "$T/tty" &
follower=$!
tries=0
until grep -q '\[\.*\] *0% 0 looked at, in quarantine' "$T/tty" || [ $tries -eq 300 ]; do
	sleep 0.1
	tries=$((tries + 1))
done
is "$(grep -c '\[\.*\] *0% 0 looked at, in quarantine' "$T/tty")" 1 'a bar on a terminal'
edit "{\"target\":{\"url\":\"$ORIGIN/scim/target/v2\",\"secret\":\"$THERE\"}}"
work 'the target is back'
wait $follower
is "$?" 0 'who follows is done when the walk is'
show
is "$rc $(grep -c '^progress' "$T/out")" '0 0' 'and nothing is told any more'
show --follow
is "$rc $(cat "$T/err")" '0 ' 'there is nothing to follow'
is "$(there Users .totalResults) $(there Groups .totalResults)" '3 1' 'all of them are there'

# A rule that is switched off leaves alone what it made.
m job export --store "$T/store" crm
edit "$(jq -c '{rules: [.rules[] | if .source == "Group" then .enabled = false else . end]}' "$T/out")"
made /Groups "$(group more)"
scim DELETE "/Groups/$ID"
made /Groups "$(group team)"
made /Users "$(user dora dora)"
work 'a rule for users alone'
is "$(there Users .totalResults) $(there Groups .totalResults)" '4 1' 'groups are left as they are (PS-011)'
m why --store "$T/store" team crm
like "$(cat "$T/out")" 'the rule is switched off' 'which is told'
m job export --store "$T/store" crm
edit "$(jq -c '{rules: [.rules[] | .enabled = true]}' "$T/out")"
work 'and for both'
is "$(there Users .totalResults) $(there Groups .totalResults)" '4 2' 'what was missed is made up for'
done_testing
