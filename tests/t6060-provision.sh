#!/bin/sh
# muster work provisions a target: another tenant of the same server (PS-001,
# PS-002, PS-070 to PS-077; spec provisioning.md sections 2.4 to 2.8).
. "$(dirname "$0")/lib.sh"
. tests/provision.sh
MODE=provision

target_new
made /Users "$(user anna Anna)"
anna=$ID
made /Users "$(user bert Bert true ",\"$ENT\":{\"manager\":{\"value\":\"$anna\"},\"department\":\"Sales\"}")"
bert=$ID
made /Users "$(user carl Carl false)"
carl=$ID
made /Groups "$(group Sales "$anna" "$bert" "$carl")"
sales=$ID
edit '{"scope":{"mode":"all"}}'
m job start --store "$T/store" crm
is "$rc $(cat "$T/err")" '0 ' 'and started'
work 'the initial cycle'
is "$(there Users '[.Resources[].userName]|sort|join(" ")')" 'anna bert' 'who is active is created (PS-038)'
is "$(there Groups '.Resources[]|"\(.displayName) \([.members[].display]|sort|join(" "))"')" 'Sales Anna Bert' 'with the group and its members'
is "$(there Users ".Resources[]|select(.userName==\"bert\")|.[\"$ENT\"]|\"\(.department) \(.manager.displayName)\"")" 'Sales Anna' 'the manager that came with him (PS-075)'

patch "/Users/$anna" '[{"op":"replace","path":"displayName","value":"Anna B"},{"op":"replace","path":"title","value":"Chief"}]'
work 'PS-071 a change'
is "$(there Users '.Resources[]|select(.userName=="anna")|"\(.displayName) \(.title)"')" 'Anna B Chief' 'is told'
is "$(journal 'select(.action=="update" and .modified and .source.name=="anna")|[.modified[]|"\(.name): \(.old) > \(.new)"]|join(", ")')" 'displayName: Anna > Anna B, title: null > Chief' 'with what it was, in the log (PS-074, PS-100)'
patch "/Users/$anna" '[{"op":"remove","path":"title"}]'
work 'a value that goes'
is "$(there Users '.Resources[]|select(.userName=="anna")|.title')" null 'goes at the target, too (PS-053)'

id=$(there Users '.Resources[]|select(.userName=="bert").id')
at_target PATCH "/Users/$id" "{\"schemas\":[\"$PATCHOP\"],\"Operations\":[{\"op\":\"replace\",\"path\":\"title\",\"value\":\"King\"},{\"op\":\"replace\",\"path\":\"displayName\",\"value\":\"B\"}]}"
patch "/Users/$bert" '[{"op":"replace","path":"preferredLanguage","value":"nb"}]'
work 'a change of what somebody has changed at the target'
is "$(there Users '.Resources[]|select(.userName=="bert")|"\(.displayName) \(.title) \(.preferredLanguage)"')" 'Bert null nb' 'is seen, and all of it put right (CLI-12, PS-073)'

patch "/Users/$carl" '[{"op":"replace","path":"active","value":true}]'
work 'who becomes active'
is "$(there Groups '.Resources[]|[.members[].display]|sort|join(" ")')" 'Anna B Bert Carl' 'is created, and a member of his group (PS-076)'
patch "/Users/$bert" '[{"op":"replace","path":"active","value":false}]'
work 'who is disabled'
is "$(there Users '.Resources[]|select(.userName=="bert")|.active')" false 'is disabled there'
patch "/Groups/$sales" "[{\"op\":\"remove\",\"path\":\"members[value eq \\\"$carl\\\"]\"}]"
work 'who leaves a group'
is "$(there Groups '.Resources[]|[.members[].display]|sort|join(" ")')" 'Anna B Bert' 'leaves it there'
scim DELETE "/Users/$anna"
work 'who is deleted'
is "$(there Users '[.Resources[].userName]|sort|join(" ")')" 'bert carl' 'is deleted there'
is "$(journal 'select(.action=="delete").source.name')" anna 'PS-100 with the name in the log'
is "$(there Groups '.Resources[]|[.members[].display]|sort|join(" ")')" 'Bert' 'and in no group'
scim DELETE "/Groups/$sales"
work 'a group that is deleted'
is "$(there Groups .totalResults)" 0 'is deleted there'
work 'nothing new'
is "$(journal 'select(.status=="failure")')" '' 'nothing has failed'
m verify --store "$T/store"
is "$rc $(grep -v 'keys looked at' "$T/out")" '0 ' 'the store is sound'
done_testing
