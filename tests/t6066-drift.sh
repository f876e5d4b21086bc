#!/bin/sh
# muster job drift says what somebody changed at the target, and with --repair
# the job sets it right (PS-073; section 8 row 11 of spec provisioning.md).
. "$(dirname "$0")/lib.sh"
. tests/provision.sh
. tests/faulty.sh
MODE=drift

drift() {
	m job drift --store "$T/store" "$@" crm
	is "$rc $(cat "$T/err")" '0 ' "job drift $*"
}

# summary: the last line of JSON, without what was looked at
summary() {
	tail -1 "$T/out" | jq -c '.summary|del(.lookedAt)|del(.[]|select(. == 0))'
}

# one KIND NAME JQ: of the line about NAME
one() {
	jq -r "select(.drift == \"$1\" and .name == \"$2\")|$3" "$T/out"
}

# at NAME: the id of a person there
at() {
	there "Users?filter=userName%20eq%20%22$1%22" '.Resources[0].id'
}

# is_there NAME: what is there of a person
is_there() {
	there "Users?filter=userName%20eq%20%22$1%22" '"\(.totalResults) \(.Resources[0]|"\(.displayName) \(.active)")"'
}

members() {
	there "Groups?filter=displayName%20eq%20%22$1%22" '[.Resources[0].members[]?.display]|sort|join(" ")'
}

change() {
	at_target PATCH "$1" "{\"schemas\":[\"$PATCHOP\"],\"Operations\":$2}"
}

all_there() {
	"$BIN/muster" export --store "$T/store" --tenant target 2> /dev/null | jq -S . | cksum
}

anna='' bert='' carl=''
target_new
for name in anna bert carl dora; do
	made /Users "$(user $name $name)"
	eval "$name=\$ID"
done
seq 130 | sed "s/.*/{\"schemas\":[\"$USER_URN\"],\"userName\":\"p&\",\"displayName\":\"P &\",\"active\":true}/" > "$T/import"
m import --store "$T/store" "$T/import"
is "$rc" 0 'more than a page of people'
made /Groups "$(group Sales "$anna" "$bert")"
sales=$ID
made /Groups "$(group Ops "$carl")"
edit '{"scope":{"mode":"all"},"target":{"dialect":{"ratePerSecond":0}}}'
m job start --store "$T/store" crm
work 'the initial cycle'

drift --json
is "$(tail -1 "$T/out" | jq -c .summary)" '{"lookedAt":136,"drifted":0,"missing":0,"orphan":0,"members":0,"failed":0}' 'all is as it is to be'
edit '{"target":{"dialect":{"paging":"cursor"}}}'
work 'another version'
drift --json
is "$(tail -1 "$T/out" | jq -c '.summary.lookedAt') $(summary)" '136 {}' 'by cursors, too'

# Somebody changes the target by hand.
anna_there=$(at anna)
bert_there=$(at bert)
sales_there=$(there 'Groups?filter=displayName%20eq%20%22Sales%22' '.Resources[0].id')
change "/Users/$anna_there" '[{"op":"replace","path":"displayName","value":"Anna the Great"}]'
change "/Users/$(at carl)" '[{"op":"replace","path":"active","value":false}]'
at_target POST /Users "$(user zoe Zoe)"
change "/Groups/$sales_there" "[{\"op\":\"remove\",\"path\":\"members[value eq \\\"$anna_there\\\"]\"},
    {\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$(at carl)\"},{\"value\":\"$(at zoe)\"}]}]"
at_target DELETE "/Users/$bert_there"
is "$(members Sales)" 'Zoe carl' 'a group with other members'
before=$(all_there)

drift --json
is "$(summary)" '{"drifted":2,"missing":1,"orphan":1,"members":1}' 'PS-073 all of it is found'
is "$(one drifted anna '"\(.type) \(.source) \(.target) \(.changes)"')" "User $anna $anna_there [{\"name\":\"displayName\",\"old\":\"Anna the Great\",\"new\":\"anna\"}]" 'attribute by attribute'
is "$(one drifted carl '.changes[]|"\(.name) \(.old) \(.new)"')" 'active false true' 'of each'
is "$(one missing bert '"\(.source) \(.target)"')" "$bert $bert_there" 'who is linked and not there'
is "$(one orphan zoe '.target, .source')" "$(at zoe)
null" 'who is there and nobody of ours'
is "$(one members Sales '"\(.lost.n) \(.lost.names|sort|join(" ")), \(.extra.n) \(.extra.names[0]), \(.strangers.n) \(.strangers.names[0])"')" '2 anna bert, 1 carl, 1 Zoe' 'members by counts and names'
drift
is "$(grep -c -e '^drifted  User   anna ' -e '^    displayName: "Anna the Great" is to be "anna"$' -e '^missing  User   bert ' -e '^    1 nobody of ours: Zoe$' -e '^drifted    2$' "$T/out")" 5 'for people'
work 'nothing was asked for'
is "$(all_there)" "$before" 'a report changes nothing'

drift --json --repair
is "$(summary)" '{"drifted":2,"missing":1,"orphan":1,"members":1,"due":4}' 'what can be repaired is due'
is "$(all_there)" "$before" 'and not yet done'
work 'the job goes on'
is "$(is_there anna), $(is_there carl), $(is_there bert)" '1 anna true, 1 carl true, 1 bert true' 'values are right again, who was missing is there, once'
is "$(is_there zoe)" '1 Zoe true' 'orphans are left alone'
is "$(members Sales), $(members Ops)" 'Zoe anna bert, carl' 'members are right but for nobody of ours'
is "$(journal 'select(.action == "update" and .source.name == "anna")|[.modified[].name]|join(" ")')" displayName 'only the difference was sent (PS-074)'
drift --json
is "$(summary)" '{"orphan":1,"members":1}' 'what is left'
is "$(one members Sales '[.lost, .extra, .strangers.n]|tostring')" '[null,null,1]' 'is nobody of ours'

# Who left the scope was disabled; somebody lets them in again.
at_target DELETE "/Users/$(at zoe)"
for id in "$anna" "$bert" "$sales"; do
	m job assign --store "$T/store" crm "$id"
done
edit '{"scope":{"mode":"assigned"},"guard":{"percent":0}}'
work 'only two are in the scope'
is "$(is_there anna), $(is_there dora)" '1 anna true, 1 dora false' 'the others are disabled'
drift --json
is "$(summary)" '{}' 'which is as it is to be'
change "/Users/$(at dora)" '[{"op":"replace","path":"active","value":true}]'
at_target DELETE "/Users/$(at p7)"
drift --json --repair
is "$(summary) $(one drifted dora '.changes[]|"\(.name) \(.old) \(.new)"')" '{"drifted":1,"missing":1,"due":2} active true false' 'an account that was enabled again'
work 'the job goes on'
is "$(is_there dora), $(is_there p7)" '1 dora false, 0 null null' 'is disabled; one that is gone stays gone'
drift --json
is "$(summary)" '{}' 'all is as it is to be'

m job drift --store "$T/store" nojob
is "$rc $(cat "$T/out")" '1 ' 'no job of that name'
edit '{"target":{"url":"http://127.0.0.1:9/scim","secret":"x"}}'
m job drift --store "$T/store" --repair crm
is "$rc $(cat "$T/out")" '1 ' 'a target that cannot be reached'
is "$(grep -c 'the target answered' "$T/err")" 1 'is told, and nothing is missing'
m job delete --store "$T/store" crm

# A target whose pages are wrong, and one that shows no members.
target_start
echo x > "$T/secret"
m job create --store "$T/store" --template scim --url "$TARGET" --secret-file "$T/secret" crm
edit '{"scope":{"mode":"all"},"target":{"dialect":{"ratePerSecond":0}}}'
m job start --store "$T/store" crm
work 'another target'
printf '* GET ^/Users[?].*startIndex=1& duplicate\n* GET ^/Users[?].*startIndex=101& total 3\n' | target_script
drift --json
is "$(summary)" '{}' 'twice on a page, or a total that is wrong: nobody is missing, nobody drifted'
printf '1 GET ^/Users[?].*startIndex=1& body {"schemas":[],"totalResults":0,"Resources":[]}\n' | target_script
drift --json
is "$(summary)" '{}' 'nobody is missing who is there, whatever a list says'
echo '* GET ^/Groups/ hide members' | target_script
drift --json --repair
is "$(summary) $(one failed Sales .reason)" '{"failed":2} the target does not show the members of groups' 'what is not shown is not lost'
echo '* GET ^/Users/ status 500' | target_script
id=$(target_says users.tsv | awk '$1 == "p9" { print $NF }')
curl -s -o "$T/there" -X DELETE -H 'Authorization: Bearer x' "$TARGET/Users/$id"
drift --json
is "$(summary) $(jq -r 'select(.drift == "failed").target' "$T/out")" "{\"failed\":1} $id" 'who cannot be asked about is not said to be missing'
target_script < /dev/null
drift --json
is "$(summary) $(one missing p9 .target)" "{\"missing\":1} $id" 'until the target says so'
done_testing
