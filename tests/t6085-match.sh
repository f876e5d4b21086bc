#!/bin/sh
# Whom a source object is matched with at the target, and whom not (PS-040,
# PS-043, PS-044, PS-012): nobody gets what another one has.
. "$(dirname "$0")/lib.sh"
. tests/provision.sh
MODE=match

# by TARGET: users are matched by this attribute alone
by() {
	rules=$("$BIN/muster" job show --store "$T/store" --json crm |
	    jq -c --arg t "$1" '.definition.rules|.[0].mappings|=map(del(.match)|if .target==$t then .match=1 else . end)')
	edit_rules "$rules" "$1"
}

# edit_rules RULES TEXT
edit_rules() {
	printf '{"rules":%s}' "$1" > "$T/edit"
	m job edit --store "$T/store" --file "$T/edit" crm
	is "$rc $(cat "$T/err")" '0 ' "edit $2"
}

actions() {
	rules=$("$BIN/muster" job show --store "$T/store" --json crm |
	    jq -c --argjson a "$1" '.definition.rules|.[0].actions=$a')
	edit_rules "$rules" "$1"
}

# there_is USERNAME: its display name and externalId there
there_is() {
	there Users ".Resources[]|select(.userName==\"$1\")|\"\(.displayName) \(.externalId)\""
}

target_new
edit '{"scope":{"mode":"all"}}'
by 'emails[type eq "work"].value'
made /Users "$(user anna Anna)"
anna=$ID
m job start --store "$T/store" crm
work 'the first'
made /Users '{"schemas":["'$USER_URN'"],"userName":"other","displayName":"Other","active":true,"emails":[{"type":"work","value":"anna@example.test"}]}'
other=$ID
work 'one with the same matching value'
is "$(there_is anna) $(there_is other)" "Anna $anna " 'PS-043 does not get what the first has'
is "$(journal 'select(.source.name=="other")|"\(.status) \(.code) \(.reason)"' | sort -u)" \
    "failure DuplicateSourceEntries the target's object $(there Users '.Resources[]|select(.userName=="anna").id') is linked to another source, $anna" 'PS-043 and fails, as the log says'
m job links --store "$T/store" --json --failing crm
is "$(jq -r '"\(.source) \(.link.code) \(.link.failures)"' "$T/out")" "$other DuplicateSourceEntries 2" 'PS-043 and is tried again at once, and later'
m job provision --store "$T/store" crm other
like "$(cat "$T/out")" DuplicateSourceEntries 'PS-043 a dry run says so'
patch "/Users/$other" '[{"op":"replace","path":"emails","value":[{"type":"work","value":"other@example.test"}]}]'
work 'which gets another value'
is "$(there_is anna) $(there_is other)" "Anna $anna Other $other" 'PS-043 and is created'

# Two at once: one of them has it, the other fails.
at_target POST /Users "$(user twin There)"
for n in 1 2; do
	made /Users '{"schemas":["'$USER_URN'"],"userName":"twin'$n'","displayName":"Twin","active":true,"emails":[{"type":"work","value":"twin@example.test"}]}'
done
m job match --store "$T/store" --json crm
is "$rc $(jq -r '.match' "$T/out" | grep -c ambiguous) $(jq -r 'select(.match=="ambiguous").code' "$T/out")" '0 1 DuplicateSourceEntries' 'PS-043 is said before anything is written'
work 'two with the value of somebody there'
is "$(there Users '[.Resources[].userName|select(startswith("twin"))|length]|join(" ")')" 5 'PS-043 one of them has it'
is "$(journal 'select(.source.name != null and (.source.name|startswith("twin")))|"\(.action) \(.status)"' | sort | tr '\n' ' ')" \
    'other failure other failure update success ' 'PS-043 and the other fails'

# Actions of a rule.
by userName
actions '["create"]'
at_target POST /Users "$(user carl There)"
made /Users "$(user carl Carl)"
carl=$ID
work 'somebody who is there'
is "$(there_is carl)" 'There null' 'PS-012 is left as it is without the action update'
m job links --store "$T/store" --json crm
is "$(jq -r "select(.source==\"$carl\").link.state" "$T/out")" active 'PS-044 but is linked'
actions '["create","update","delete"]'
work 'with the action'
is "$(there_is carl)" "Carl $carl" 'PS-012 it is brought up to date'
actions '["update","delete"]'
made /Users "$(user dora Dora)"
work 'somebody who is not there'
is "$(there_is dora)" '' 'PS-012 is not created without the action create'
at_target POST /Users "$(user dora There)"
actions '["create","update"]'
work 'who is there by then'
is "$(there_is dora | cut -d' ' -f1)" Dora 'PS-012 is found'
scim DELETE "/Users/$carl"
work 'who is deleted'
is "$(there_is carl)" "Carl $carl" 'PS-012 stays without the action delete'

# Somebody comes for what somebody who is gone has left there.
actions '["create","update","delete"]'
edit '{"deprovision":{"deleted":"disable"}}'
made /Users "$(user emil Emil)"
emil=$ID
made /Groups "$(group Sales "$emil")"
sales=$ID
work emil
scim DELETE "/Users/$emil"
work 'who is deleted'
is "$(there Users '.Resources[]|select(.userName=="emil").active')" false 'is disabled'
there=$(there Users '.Resources[]|select(.userName=="emil").id')
made /Users "$(user emil 'Emil II')"
emil=$ID
patch "/Groups/$sales" "[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$emil\"}]}]"
m job provision --store "$T/store" crm emil
like "$(cat "$T/out")" "^action  *update.*$there" 'PS-044 a dry run says that it gets the object'
work 'another one of that name'
is "$(there Users '.Resources[]|select(.userName=="emil")|"\(.id) \(.active) \(.displayName)"')" "$there true Emil II" 'PS-044 gets the object, which is enabled'
is "$(there Groups '.Resources[]|[.members[]?.display]|join(" ")')" 'Emil II' 'PS-044 and its groups'
is "$(m job links --store "$T/store" --json --target "$there" crm; jq -r .source "$T/out")" "$emil" 'PS-044 by its link'

# All of it before anybody looks, whatever is done with who is gone.
for rule in disable delete disableThenDelete nothing; do
	edit "{\"deprovision\":{\"deleted\":\"$rule\",\"graceDays\":30}}"
	scim DELETE "/Users/$emil"
	made /Users "$(user emil "Emil $rule")"
	emil=$ID
	work "one goes, another comes: $rule"
	is "$(there Users '.Resources[]|select(.userName=="emil")|"\(.active) \(.displayName)"')" "true Emil $rule" 'PS-044 who comes is there'
done

# A name that goes on from one to the other.
made /Users "$(user finn Finn)"
finn=$ID
made /Users "$(user gina Gina)"
gina=$ID
work 'two more'
patch "/Users/$gina" '[{"op":"replace","path":"userName","value":"gina.old"}]'
patch "/Users/$finn" '[{"op":"replace","path":"userName","value":"gina"}]'
work 'one gets a name, another one what it had'
is "$(there Users '.Resources[]|select(.displayName|IN("Finn","Gina"))|"\(.displayName)=\(.userName)"' | sort | tr '\n' ' ')" 'Finn=gina Gina=gina.old ' 'PS-080 a conflict that has passed is tried again at once'
done_testing
