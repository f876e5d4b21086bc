#!/bin/sh
# Where a job flattens groups, members of members are members at the target, and
# no group is one: from the first cycle on, and when a membership changes
# anywhere below (PS-035, PS-076).
. "$(dirname "$0")/lib.sh"
. tests/provision.sh
MODE=flat

# members GROUP: names of its members at the target
members() {
	there "Groups?filter=displayName%20eq%20%22$1%22" '[.Resources[0].members[]?.display]|sort|join(" ")'
}

# member OP GROUP ID
member() {
	if [ "$1" = add ]; then
		patch "/Groups/$2" "[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$3\"}]}]"
	else
		patch "/Groups/$2" "[{\"op\":\"remove\",\"path\":\"members[value eq \\\"$3\\\"]\"}]"
	fi
}

target_new
for name in anna bert carl dora; do
	made /Users "$(user $name $name)"
	eval "$name=\$ID"
done
# shellcheck disable=SC2154 # the loop has set them
{
made /Groups "$(group inner "$bert")"
inner=$ID
made /Groups "$(group outer "$anna" "$inner")"
outer=$ID
made /Groups "$(group other "$dora")"
other=$ID
edit '{"scope":{"mode":"all","flatten":true}}'
m job start --store "$T/store" crm
work 'the first cycle'
is "$(members outer), $(members inner)" 'anna bert, bert' 'PS-035 members of members are members'
member add "$inner" "$carl"
work 'somebody comes to a group within'
is "$(members outer), $(members inner)" 'anna bert carl, bert carl' 'PS-076 and is a member of both'
member remove "$inner" "$bert"
work 'somebody leaves it'
is "$(members outer), $(members inner)" 'anna carl, carl' 'PS-076 and leaves both'
member add "$outer" "$other"
work 'a group comes'
is "$(members outer), $(members other)" 'anna carl dora, dora' 'PS-076 with its members'
member add "$inner" "$anna"
member remove "$outer" "$anna"
work 'somebody goes from one to the other'
is "$(members outer), $(members inner)" 'anna carl dora, anna carl' 'and stays where it is a member still'
member remove "$outer" "$inner"
work 'a group leaves'
is "$(members outer), $(members inner)" 'dora, anna carl' 'PS-076 with its members'
scim DELETE "/Groups/$other"
work 'a group is deleted'
is "$(members outer)" '' 'and its members with it'
}
m verify --store "$T/store"
is "$rc $(grep -v 'keys looked at' "$T/out")" '0 ' 'the store is sound'
done_testing
