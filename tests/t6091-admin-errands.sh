#!/bin/sh
# /admin/v1/jobs/ID/probe, match, dry-run, provision and drift: what takes
# asking the target is done by muster work, and its answer fetched (PS-021,
# PS-044, PS-073, PS-100, PS-101; spec provisioning.md section 2.9).
. "$(dirname "$0")/lib.sh"
. tests/admin.sh
. tests/provision.sh
MODE=http

# ask KIND [BODY]: of the job crm; where its answer is in AT
ask() {
	admin POST "/jobs/crm/$1?tenant=default" "${2-"{}"}"
	AT=$(header Location | sed 's,.*/admin/v1,,')
}

# answer [QUERY]
answer() {
	admin GET "$AT?tenant=default${1+&$1}"
}

# carried KIND BODY WHAT: it is asked for, done and answered
carried() {
	ask "$1" "$2"
	is "$STATUS" 202 "$3"
	work "muster work carries it out"
	answer
}

may() {
	ADMIN=$(administrator "$1")
}

target_new
may operator
made /Users "$(user anna Anna)"
anna=$ID
made /Users "$(user bert Bert)"
made /Users "$(user carl Carl)"
at_target POST /Users "$(user bert Bert)"
at_target POST /Users "$(user olaf Olaf)"

# Test connection.
ask probe
is "$STATUS $(json '"\(.kind) \(.state) \(.tries)"') $(header Retry-After)" '202 probe waiting 0 1' 'PS-021 a test of the connection is asked for'
first=$AT
answer
is "$STATUS $(json '"\(.state) \(.itemsPerPage) \(has("nextCursor"))"')" '200 waiting 0 true' 'and waits for muster work'
ask probe
is "$STATUS $AT" "202 $first" 'the same again is the same one'
work 'which carries it out'
answer
is "$STATUS $(json '"\(.state) \(has("nextCursor")) \(.Resources|length) \(.Resources[0].ok)"')" '200 done false 1 true' 'what the target said'
is "$(json '[.Resources[0].steps[].status]|unique|map(tostring)|join(" ")')" 200 'request by request'
is "$(find "$T/store/errands" -name '*.due' | wc -l | tr -d ' ')" 0 'it is due no more'

# Who is who.
m job assign --store "$T/store" crm "$anna"
edit '{"scope":{"mode":"all"}}'
carried match '{}' 'PS-044 who is who at the target'
is "$(json '[.Resources[]|select(.match)|"\(.match) \(.name)"]|sort|join(", ")')" 'matched bert, new anna, new carl, orphan olaf' 'matched, new, orphan'
is "$(json '.summary|"\(.matched) \(.new) \(.orphan) \(.ambiguous)"')" '1 2 1 0' 'and how many'

# A dry run of the whole job, by pages.
carried dry-run '{}' 'a dry run of the job'
is "$(json '"\(.state) \(.summary.create) \(.summary.update)"')" 'done 2 1' 'what it would do'
answer count=2
names=$(json '[.Resources[]|"\(.source.name) \(.action)"]|join(", ")')
answer "count=2&cursor=$(json .nextCursor)"
is "$names, $(json '.Resources[0]|"\(.source.name) \(.action)"') $(json 'has("nextCursor")')" 'anna create, bert update, carl create false' 'page by page'
answer cursor=9-1
is "$STATUS $(json .scimType)" '400 expiredCursor' 'a cursor of another try'
answer cursor=x
is "$STATUS $(json .scimType)" '400 invalidCursor' 'no cursor'
is "$(there Users .totalResults)" 2 'nothing was written'
may designer
carried dry-run '{"changes":{"scope":{"mode":"assigned"}}}' 'of an edit, by a designer'
is "$(json '"\(.state) \(.summary.create)"')" 'done 1' 'what the job would do after it'
ask dry-run '{"changes":{"scope":{"mode":"nosuch"}}}'
is "$STATUS" 400 'an edit that is wrong is refused at once'
ask dry-run '{"changes":{"target":{"secret":"s"}}}'
is "$STATUS" 400 'PS-023 a secret is not written down'
ask dry-run '{"whole":true}'
is "$STATUS" 400 'the whole of what?'
may auditor
ask dry-run '{"changes":{"scope":{"mode":"assigned"}}}'
may_not 'an auditor tries no edits'
ask dry-run '{"nosuch":1}'
is "$STATUS" 400 'an unknown word'

# One person on demand.
carried provision '{"object":"carl"}' 'an auditor may see what would be done with one'
is "$(json '.Resources[0]|"\(.action) \(.source.name) \(.steps[0].type) \(.verdict) \(.link.state)"')" 'create carl import in scope none' 'PS-100 step by step'
is "$(there Users .totalResults)" 2 'PS-101 and nothing is'
ask provision '{"object":"carl","write":true}'
may_not 'but not have it done'
ask provision '{}'
is "$STATUS" 400 'with whom?'
carried provision '{"object":"nobody"}' 'with somebody who is not there'
is "$(json '"\(.state) \(.error)"')" "failed the job has a rule for nobody called 'nobody'" 'fails, and says why'
may operator
m job start --store "$T/store" crm
carried provision '{"object":"carl","write":true}' 'an operator has it done'
is "$(json .state) $(there Users '[.Resources[].userName]|sort|join(" ")')" 'done anna bert carl olaf' 'at the target'

# Drift, and its repair.
id=$(there Users '.Resources[]|select(.userName == "anna").id')
at_target PATCH "/Users/$id" "{\"schemas\":[\"$PATCHOP\"],\"Operations\":[{\"op\":\"replace\",\"path\":\"displayName\",\"value\":\"Other\"}]}"
carried drift '{}' 'PS-073 what somebody changed there'
is "$(json '[.Resources[]|select(.drift)|"\(.drift) \(.name) \(.isDue)"]|sort|join(", ")')" 'drifted anna null, orphan olaf null' 'is told'
carried drift '{"repair":true}' 'and repaired'
is "$(json '.Resources[]|select(.drift == "drifted").isDue')" true 'by the job'
work 'which sends it'
is "$(there Users '.Resources[]|select(.userName == "anna").displayName')" Anna 'as it is to be'
may designer
ask drift '{"repair":true}'
may_not 'a designer repairs nothing'

# A connection that does not work: the raw answer.
printf '{"target":{"secret":"wrong"}}' > "$T/edit"
m job edit --store "$T/store" --file "$T/edit" crm
m job pause --store "$T/store" crm
carried probe '{}' 'a secret that the target does not take'
is "$(json '"\(.state) \(.Resources[0].ok) \(.Resources[0].steps[-1].status) \(.Resources[0].steps[-1].answer|tostring|test("401"))"')" \
    'failed false 401 true' 'PS-022 fails with the answer as it came'

# What was asked for.
admin GET '/jobs/crm/errands?tenant=default&filter=kind%20eq%20%22probe%22'
is "$STATUS $(json '"\(.totalResults) \(.Resources[-1].state)"')" '200 2 failed' 'all that was asked of a job'
admin DELETE "$first?tenant=default"
is "$STATUS" 204 'one is forgotten'
AT=$first answer
not_there 'and gone'
m job create --store "$T/store" --url "$ORIGIN/scim/target/v2" --secret-file "$T/secret" other
ask probe
admin GET "$(echo "$AT" | sed 's,/jobs/[^/]*/,/jobs/other/,')?tenant=default"
not_there 'of another job it is not there'
ADMIN=$(credential --role owner --tenant target)
admin GET "$AT"
not_there 'nor in another tenant'
ADMIN=$(credential --role owner --tenant default)
admin GET '/audit?type=Job&operation=provision&count=1'
is "$(json '.Resources[0]|tostring|test("carl")')" true 'the audit has who asked for what'
admin GET '/audit?type=Job&operation=probe'
is "$STATUS $(json '.Resources|length > 1')" '200 true' 'each time'

# Not any number, nor for ever.
may operator
full() {
	for n in $(seq 60); do
		ask provision "{\"object\":\"o$n\"}"
		[ "$STATUS" = 202 ] || break
	done
}
full
is "$STATUS $(header Retry-After) $(find "$T/store/errands" -name '*.due' | wc -l | tr -d ' ')" '429 10 50' 'a tenant has 50 that are due'
old=$T/store/errands/1/01700000-0000-7000-8000-000000000000
cp "$(find "$T/store/errands/1" -name '*.json' | head -1)" "$old.json"
touch "$old.lines" "$old.due"
work 'all of them are carried out'
is "$(find "$T/store/errands" -name '*.due' | wc -l | tr -d ' ')" 0 'in the end'
is "$(find "$T/store/errands" -name '01700000*')" '' 'what is older than a day is gone'
ask match
admin GET '/jobs/crm/errands?tenant=default&count=1000'
is "$(json '[.Resources[]|select(.state != "waiting")]|length <= 50')" true 'those that are at an end make way'

# A tenant goes with its errands, by the command and by the route.
ADMIN=$("$BIN/muster" token create --store "$T/store" --all-tenants --role owner | sed -n 's/^Secret token: //p')
for how in command route; do
	"$BIN/muster" tenant create --store "$T/store" gone > /dev/null
	m job create --store "$T/store" --tenant gone --template muster --url "$ORIGIN/scim/target/v2" --secret-file "$T/secret" crm
	admin POST '/jobs/crm/match?tenant=gone' '{}'
	number=$(basename "$(dirname "$(find "$T/store/errands" -name "$(json .id).json")")")
	is "$STATUS $(find "$T/store/errands/$number" -type f | wc -l | tr -d ' ')" '202 2' "a tenant with an errand, for the $how"
	if [ $how = command ]; then
		m tenant delete --store "$T/store" --yes gone gone
		is "$rc" 0 'it is deleted'
	else
		STATUS=$(curl -s -o /dev/null -w '%{http_code}' -X DELETE -H "Authorization: Bearer $ADMIN" -H 'If-Match: *' "$ORIGIN/admin/v1/tenants/gone?name=gone")
		is "$STATUS" 204 'it is deleted'
	fi
	is "$(find "$T/store/errands/$number" -type f)" '' "and so is what it had asked for, by the $how"
done
done_testing
