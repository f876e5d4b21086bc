#!/bin/sh
# Who comes to a group that somebody is assigned or let in by, and who leaves
# it, one by one and more at once than a batch looks at (PS-032, PS-036).
. "$(dirname "$0")/lib.sh"
. tests/provision.sh
MODE=leave

# 5100 people take their time on a machine that is busy.
work() {
	m work --store "$T/store" --once --seconds 150
	is "$rc $(cat "$T/err")" "0 " "$1"
}

# people: those who are active there
people() {
	there 'Users?filter=active%20eq%20true' '[.Resources[]?.userName]|sort|join(" ")'
}

# members OPERATION FILE: of the group big
members() {
	jq -Rsc "{schemas:[\"$PATCHOP\"],Operations:[{op:\"$1\",path:\"members\",value:(split(\"\n\")|map(select(.!=\"\")|{value:.}))}]}" "$2" > "$T/patch"
	scim PATCH "/Groups/$big" "$(cat "$T/patch")"
	is "$STATUS" 200 "$1 $(wc -l < "$2") members"
}

target_new
# Most are not active: nobody tells the target of them.
awk -v urn="$USER_URN" 'BEGIN { for (i = 1; i <= 5100; i++) printf "{\"schemas\":[\"%s\"],\"userName\":\"p%d\",\"displayName\":\"P\",\"active\":%s}\n", urn, i, i % 1000 == 7 ? "true" : "false" }' > "$T/import"
m import --store "$T/store" "$T/import"
is "$rc" 0 '5100 people'
for from in 1 1001 2001 3001 4001 5001; do
	scim GET "/Users?startIndex=$from&count=1000&attributes=id"
	jq -r '.Resources[].id' "$T/body"
done > "$T/ids"
is "$(wc -l < "$T/ids" | tr -d ' ')" 5100 'and their ids'
made /Groups "$(group big)"
big=$ID
edit '{"guard":{"count":0,"percent":0}}'
m job assign --store "$T/store" crm "$big"
m job start --store "$T/store" crm
work 'an empty group is assigned'
members add "$T/ids"
work 'all come'
is "$(people)" 'p1007 p2007 p3007 p4007 p5007 p7' 'PS-032 and are there'
members remove "$T/ids"
work 'all leave at once'
is "$(people)" '' 'PS-036 and are disabled'

# A staged rollout to a group.
made /Groups "$(group first)"
first=$ID
edit "{\"scope\":{\"mode\":\"all\"},\"rollout\":{\"group\":\"$first\"}}"
made /Users "$(user anna anna)"
anna=$ID
work 'nobody is in the group'
is "$(people)" 'p1007 p2007 p3007 p4007 p5007 p7' 'who was there before is, again'
patch "/Groups/$first" "[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$anna\"}]}]"
work 'somebody comes'
is "$(people)" 'anna p1007 p2007 p3007 p4007 p5007 p7' 'and is there at once'
done_testing
