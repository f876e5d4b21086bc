#!/bin/sh
# muster job links, link and unlink: who is whom at the target, seen and mended
# (PS-044, PS-045).
. "$(dirname "$0")/lib.sh"
. tests/provision.sh
MODE=links

links() {
	m job links --store "$T/store" "$@"
}

# linked NAME: its id there
linked() {
	"$BIN/muster" job links --store "$T/store" --object "$1" --json crm | jq -r .link.target
}

target_new
edit '{"scope":{"mode":"all"}}'
made /Users "$(user anna Anna)"
anna=$ID
made /Users "$(user bert Bert)"
bert=$ID
made /Groups "$(group staff "$anna" "$bert")"
staff=$ID
links crm
is "$rc $(cat "$T/out" "$T/err")" '0 ' 'before a job has run nobody is linked'
m job start --store "$T/store" crm
work 'the initial cycle'

links crm
is "$rc $(wc -l < "$T/out")" '0 3' 'each object once (PS-045)'
like "$(cat "$T/out")" "^$anna  User      active    [0-9a-f-]*$" 'with its id there'
links --object anna crm
is "$(cut -c1-36 "$T/out")" "$anna" 'by a name'
links --target "$(linked bert)" crm
is "$(cut -c1-36 "$T/out")" "$bert" 'by the id that it has there'
links --state disabled crm
is "$rc $(cat "$T/out")" '0 ' 'by the state'
links --failing crm
is "$rc $(cat "$T/out")" '0 ' 'by whether it fails'
links --state gone crm
is "$rc $(cat "$T/out")" '1 ' 'a state that there is not'

m job link --store "$T/store" crm anna x
is "$rc" 1 'a job that runs'
like "$(cat "$T/err")" 'pause it first' 'is to be paused'
m job pause --store "$T/store" crm

# anna is another account there: what was told of the old one is not hers.
at_target POST /Users "$(user other Other)"
other=$(jq -r .id "$T/there")
before=$(linked anna)
m job link --store "$T/store" crm anna "$(linked bert)"
is "$rc $(cat "$T/out")" '1 ' 'what is linked to one is not for another'
m job link --store "$T/store" crm nobody "$other"
is "$rc $(cat "$T/out")" '1 ' 'nobody of that name'
m job link --store "$T/store" crm "$(uuidgen 2> /dev/null || cat /proc/sys/kernel/random/uuid)" "$other"
is "$rc $(cat "$T/out")" '1 ' 'an id of nothing'
m job link --store "$T/store" crm anna "$other"
is "$rc $(cut -c1-36 "$T/out") $(linked anna)" "0 $anna $other" 'is linked to another account (PS-045)'
is "$("$BIN/muster" audit list --store "$T/store" --json | jq -r '.change|select(.operation=="link")|"\(.before.link.target) \(.after.link.target) \(.after.link.state)"')" \
    "$before $other given" 'which the audit has (PS-015)'
m why --store "$T/store" anna crm
like "$(cat "$T/out")" 'action       match' 'what will be changed only the target can say'
"$BIN/muster" verify --store "$T/store" > "$T/out" 2>&1
is "$?" 0 'the store agrees'
m job start --store "$T/store" crm
work 'and is looked at'
is "$(there "Users/$other" '"\(.userName) \(.displayName)"')" 'other Other' 'the name is taken there, so it fails'
links --failing crm
like "$(cat "$T/out")" "^$anna .*Conflict" 'and is found among those that fail'
at_target DELETE "/Users/$before"
m job restart --store "$T/store" --scopes Escrows crm
work 'once the old account is gone'
is "$(there "Users/$other" '"\(.userName) \(.displayName)"')" 'anna Anna' 'it becomes what the source is'
is "$(there "Groups/$(linked staff)" '[.members[].value]|sort|join(" ")')" \
    "$(printf '%s\n%s\n' "$other" "$(linked bert)" | sort | paste -sd' ')" 'and is the member of its groups'
links --object anna crm
like "$(cat "$T/out")" "^$anna  User      active    $other$" 'linked and active'

# A group: its members are told to the other one.
at_target POST /Groups "$(group team)"
team=$(jq -r .id "$T/there")
m job pause --store "$T/store" crm
old=$(linked staff)
m job link --store "$T/store" crm staff "$team"
at_target DELETE "/Groups/$old"
m job start --store "$T/store" crm
work 'a group that is another one'
is "$(there "Groups/$team" '"\(.displayName) \(.members|length)"')" 'staff 2' 'has its name and its members'

# What is forgotten is matched again.
m job pause --store "$T/store" crm
m job unlink --store "$T/store" crm bert
is "$rc $(linked bert)" '0 ' 'is no longer linked'
m job unlink --store "$T/store" crm bert
is "$rc" 1 'once'
m job start --store "$T/store" crm
work 'and matched again'
is "$(linked bert)" "$(there 'Users?filter=userName%20eq%20%22bert%22' '.Resources[0].id')" 'it is the same account'
is "$(there Users .totalResults)" 2 'and no other was made'

# The same by /admin/v1.
ADMIN=$("$BIN/muster" token create --store "$T/store" --all-tenants --role operator | sed -n 's/^Secret token: //p')
admin() {
	STATUS=$(curl -s -o "$T/body" -w '%{http_code}' -X "$1" -H "Authorization: Bearer $ADMIN" -H 'Content-Type: application/json' \
	    ${3+-d "$3"} "$ORIGIN/admin/v1/jobs/crm$2")
}
admin GET '/links?tenant=default'
is "$STATUS $(jq '.Resources|length' "$T/body")" '200 3' 'all of them'
admin GET '/links?tenant=default&count=2'
is "$(jq '.Resources|length' "$T/body")" 2 'a page'
admin GET "/links?tenant=default&count=2&cursor=$(jq -r .nextCursor "$T/body")"
is "$(jq -c '[(.Resources|length), .nextCursor]' "$T/body")" '[1,null]' 'and the next'
admin GET "/links?tenant=default&target=$other"
is "$(jq -r '.Resources[0].source' "$T/body")" "$anna" 'by the id there'
admin GET "/links?tenant=default&object=$bert&state=active"
is "$(jq -r '.Resources[0].source' "$T/body")" "$bert" 'by the id here'
for bad in object=x state=x failing=x cursor=x count=x; do
	admin GET "/links?tenant=default&$bad"
	is "$STATUS" 400 "refused: $bad"
done
admin POST '/unlink?tenant=default' "{\"object\":\"$bert\"}"
is "$STATUS" 400 'a job that runs'
m job pause --store "$T/store" crm
admin POST '/unlink?tenant=default' "{\"object\":\"$bert\"}"
is "$STATUS $(linked bert)" '200 ' 'is no longer linked'
admin POST '/link?tenant=default' "{\"object\":\"$bert\",\"target\":\"$other\"}"
is "$STATUS" 409 'to what is linked already'
for bad in '{}' '{"object":1,"target":"x"}' "{\"object\":\"$bert\"}" "{\"object\":\"$bert\",\"target\":\"\"}" "{\"object\":\"$bert\",\"target\":\"x\",\"y\":1}"; do
	admin POST '/link?tenant=default' "$bad"
	is "$STATUS" 400 "refused: $bad"
done
admin POST '/link?tenant=default' "{\"object\":\"$bert\",\"target\":\"x\"}"
is "$STATUS $(jq -r .link.state "$T/body")" '200 given' 'is linked'
done_testing
