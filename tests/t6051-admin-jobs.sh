#!/bin/sh
# /admin/v1/jobs: what muster job does, by who may (PS-013, PS-014, PS-015,
# PS-023, PS-031, PS-120 to PS-123, AUTH-03, TEN-02).
. "$(dirname "$0")/lib.sh"
. tests/admin.sh

URL=https://crm.example.com/scim/v2

administrators() {
	OPERATOR=$(administrator operator --all-tenants)
	AUDITOR=$(administrator auditor --all-tenants)
	DESIGNER=$(administrator designer --all-tenants)
	OWN=$(administrator owner)
	m tenant create acme
	OTHER=$(administrator owner --tenant acme)
	ADMIN=$DESIGNER
}

# job METHOD PATH [BODY]: of the default tenant
job() {
	method=$1 path=$2
	shift 2
	case $path in
	*\?*) path="$path&tenant=default" ;;
	*) path="$path?tenant=default" ;;
	esac
	admin "$method" "/jobs$path" "$@"
}
# change METHOD PATH BODY: the version that is there now
change() {
	job GET /crm
	IF=$(header ETag) job "$@"
	IF=
}

makes() {
	job POST '' "{\"name\":\"crm\",\"target\":{\"url\":\"$URL\",\"secret\":\"xyzzy-secret\"}}"
	is "$STATUS $(json '"\(.name) \(.version) \(.hasSecret) \(.state.state) \(.definition.template) \(.definition.target.secret)"')" \
	    '201 crm W/"1" true notRun scim null' 'PS-013 a job is made'
	JOB=$(json .id)
	is "$(header Location | sed "s,.*/admin,/admin,")" "/admin/v1/jobs/$JOB" 'it says where'
	is "$(grep -c xyzzy-secret "$T/body")" 0 'PS-023 its secret is not shown'
	job GET "/$JOB"
	is "$STATUS $(json .name) $(header ETag)" '200 crm W/"1"' 'it is there by its id'
	is "$(json '.definition.rules|length')" 2 'with the rules of its template'
	ADMIN=$AUDITOR job GET /crm
	is "$STATUS $(json .name)" '200 crm' 'PS-014 an auditor sees the configuration'
	admin GET /jobs
	is "$STATUS $(json '.Resources[]|"\(.name) \(.tenant) \(.url) \(.version)"')" "200 crm default $URL W/\"1\"" 'and the list, of all tenants'
	json_is '.Resources[0].definition' null 'in which there are no definitions'
	admin GET '/jobs?filter=state.state%20eq%20%22notRun%22%20and%20url%20sw%20%22https:%2F%2Fcrm%22'
	json_is '"\(.totalResults) \(.Resources[0].name)"' '1 crm' 'of those that a filter keeps'
	admin GET '/jobs?filter=state.state%20eq%20%22active%22'
	json_is .totalResults 0 'and no others'
	job GET '?count=0'
	json_is '"\(.totalResults) \(.itemsPerPage)"' '1 0' 'page by page'
	job POST '' "{\"name\":\"crm\",\"target\":{\"url\":\"$URL\"}}"
	error_is 409 uniqueness 'a name is taken once'
	for body in '{}' '[]' '{"name":"x"}' '{"name":"X","target":{"url":"https://x.com"}}' \
	    '{"name":"x","target":{"url":"http://x.com"}}' '{"name":"x","target":{"url":"https://x.com"},"nosuch":1}' \
	    '{"name":"x","template":"nosuch","target":{"url":"https://x.com"}}'; do
		job POST '' "$body"
		is "$STATUS" 400 "no job of $body"
	done
	admin POST /jobs '{}'
	error_is 400 invalidValue 'an administrator of all says of which tenant'
	job POST '' '{"name":"x","target":{"url":"https://x.com"},"alerts":{"command":"rm -rf /"}}'
	error_is 403 null 'nobody far away says what runs here'
	job GET /nosuch
	not_there 'a job that is not there'
}

changes() {
	job PATCH /crm '{"scope":{"mode":"all"}}'
	is "$STATUS" 428 'a change names its version'
	IF='W/"9"' job PATCH /crm '{"scope":{"mode":"all"}}'
	is "$STATUS" 412 'the one that there is'
	IF=
	change PATCH '/crm?dryRun=true' '{"scope":{"mode":"all"}}'
	is "$STATUS $(json '.changes[]|"\(.path) \(.before) \(.after)"')" '200 scope.mode assigned all' 'PS-122 the difference first'
	change PATCH /crm '{"scope":{"mode":"all"}}'
	is "$STATUS $(json '"\(.version) \(.definition.scope.mode) \(.hasSecret)"')" '200 W/"2" all true' 'PS-121 a new version'
	change PATCH /crm '{"rules":[{"source":"User","target":"User","mappings":[{"target":"userName","expression":"Left([userName]"}]}]}'
	is "$STATUS $(json .detail | grep -c 'rules\[0\].mappings\[0\].expression')" '400 1' 'what does not compile is refused, with its place'
	change PATCH /crm '{"target":{"url":"https://evil.example.com"}}'
	error_is 400 invalidValue 'PS-023 the secret goes to nobody else'
	change PATCH /crm '{"alerts":{"command":"touch /tmp/x"}}'
	error_is 403 null 'nor is a command set'
	printf '{"alerts":{"command":"/bin/true"}}' > "$T/changes"
	m job edit crm --file "$T/changes"
	change PATCH /crm '{"guard":{"count":3}}'
	is "$STATUS $(json '"\(.version) \(.definition.alerts.command)"')" '200 W/"4" /bin/true' 'one that was set here stays'
	job GET /crm
	definition=$(json '.definition|.guard.count = 5')
	change PUT /crm "$definition"
	is "$STATUS $(json '"\(.version) \(.definition.guard.count) \(.hasSecret)"')" '200 W/"5" 5 true' 'PS-120 the whole of it'
	change PUT /crm "{\"name\":\"crm\",\"nosuch\":true,\"target\":{\"url\":\"$URL\"}}"
	error_is 400 invalidValue 'not with what no job has'
}

remembers() {
	job GET '/crm/versions?count=2'
	is "$STATUS $(json '"\(.totalResults) \([.Resources[]|"\(.number) \(.why)"]|join(", "))"')" '200 5 5 import, 4 edit' 'PS-121 the versions, the newest first'
	job GET '/crm/versions?startIndex=4'
	json_is '[.Resources[].number]|join(" ")' '2 1' 'page by page'
	is "$(json '.Resources[-1]|"\(.by) \(.secretChanged)"')" "$(ADMIN=$DESIGNER admin GET /me && json .id) true" 'who made them'
	job GET /crm/versions/2
	is "$STATUS $(json '"\(.changes[0].path) \(.definition.scope.mode)"')" '200 scope.mode all' 'one of them, with what it changed'
	job GET '/crm/diff?from=4&to=5'
	json_is '[.changes[]|"\(.path) \(.before) \(.after)"]|join(", ")' 'guard.count 3 5' 'and between two'
	job GET /crm/versions/99
	not_there 'no such version'
	job GET /crm/versions/x
	not_there 'nor one that is no number'
	job GET '/crm/diff?from=x'
	error_is 400 invalidValue 'nor in a query'
	job POST /crm/versions/1/rollback '{}'
	is "$STATUS" 428 'a rollback names its version too'
	change POST '/crm/versions/4/rollback?dryRun=true' '{}'
	is "$STATUS $(json '.changes[]|"\(.path) \(.before) \(.after)"')" '200 guard.count 5 3' 'PS-122 which can be looked at'
	change POST /crm/versions/4/rollback '{}'
	is "$STATUS $(json '"\(.version) \(.definition.guard.count)"')" '200 W/"6" 3' 'PS-121 rollback'
}

runs() {
	ADMIN=$OPERATOR
	job POST /crm/pause '{}'
	is "$STATUS $(json .state.state)" '200 notRun' 'what never ran is not paused'
	job POST /crm/start '{}'
	is "$STATUS $(json .state.state)" '200 active' 'PS-002 an operator starts it'
	job POST /crm/pause '{}'
	is "$STATUS $(json .state.state)" '200 paused' 'PS-003 and stops it'
	job POST /crm/restart '{"scopes":["Full","ForceDeletes"]}'
	is "$STATUS $(json '"\(.state.state) \(.state.restart|join(","))"')" '200 active Full,ForceDeletes' 'PS-005 restart'
	job POST /crm/restart '{"scopes":["All"]}'
	error_is 400 invalidValue 'PS-005 an unknown scope'
	job POST /crm/start '{"x":1}'
	error_is 400 invalidValue 'start takes no x'
	job POST /nosuch/start '{}'
	not_there 'start nobody'
}

assigns() {
	job POST /crm/assign "{\"assignments\":[{\"value\":\"$USER\"},{\"value\":\"$GROUP\",\"role\":\"admin\"}]}"
	is "$STATUS $(json .changed)" '200 2' 'PS-031 a user and a group'
	job POST /crm/assign "{\"assignments\":[{\"value\":\"$USER\"}]}"
	is "$STATUS $(json .changed)" '200 0' 'who is so already'
	job GET '/crm/assignments?count=1'
	is "$STATUS $(json '.Resources[]|"\(.value) \(.type) \(.role)"')" "200 $USER User " 'they are listed'
	job GET "/crm/assignments?after=$USER"
	is "$STATUS $(json '.Resources[]|"\(.value) \(.type) \(.role)"')" "200 $GROUP Group admin" 'page by page'
	job GET '/crm/assignments?after=x'
	error_is 400 invalidValue 'not behind what is no id'
	for body in '{}' '{"assignments":[]}' '{"assignments":{}}' '{"assignments":["x"]}' '{"assignments":[{"value":"x"}]}' \
	    "{\"assignments\":[{\"value\":\"$USER\",\"roles\":\"x\"}]}" "{\"assignments\":[{\"value\":\"$USER\",\"role\":1}]}" \
	    "{\"assignments\":[{\"value\":\"$USER\"}],\"x\":1}"; do
		job POST /crm/assign "$body"
		error_is 400 invalidValue "not $body"
	done
	job POST /crm/assign "{\"assignments\":[{\"value\":\"$USER\",\"role\":\"new\"},{\"value\":\"01900000-0000-7000-8000-999999999999\"}]}"
	not_there 'who is not there'
	job GET /crm/assignments
	json_is '.Resources|length' 2 'then nobody was assigned'
	job POST /crm/unassign "{\"assignments\":[{\"value\":\"$USER\"},{\"value\":\"$GROUP\"}]}"
	is "$STATUS $(json .changed)" '200 1' 'and back: the group has another role'
}

# Who designs does not run; who runs does not design (PS-014).
roles() {
	ADMIN=$DESIGNER
	for verb in start pause restart assign unassign; do
		job POST "/crm/$verb" '{}'
		may_not "AUTH-03 a designer does not $verb"
	done
	ADMIN=$OPERATOR
	job POST '' '{}'
	may_not 'AUTH-03 an operator makes no job'
	change PATCH /crm '{}'
	may_not 'AUTH-03 nor edits one'
	change POST /crm/versions/1/rollback '{}'
	may_not 'AUTH-03 nor rolls back'
	change DELETE /crm
	may_not 'AUTH-03 nor deletes'
	ADMIN=$OTHER
	admin GET /jobs
	json_is .totalResults 0 'TEN-02 another tenant sees none'
	admin GET "/jobs/$JOB"
	not_there 'TEN-02 not by its id'
	job GET "/$JOB"
	not_there 'TEN-02 nor in a tenant it names'
	admin POST /jobs "{\"name\":\"crm\",\"target\":{\"url\":\"$URL\"}}"
	is "$STATUS" 201 'it may have one of that name'
	ADMIN=$DESIGNER
}

ends() {
	m audit list --id "$JOB" --json
	is "$(jq -r 'select(.change.operation == "start")|.change|"\(.type) \(.before.state) \(.after.state) \(.actor)"' "$T/out")" \
	    "Job notRun active $(ADMIN=$OPERATOR admin GET /me && json .id)" 'PS-015 the audit knows who started it'
	is "$(grep -c xyzzy-secret "$T/out")" 0 'PS-023 and no secret'
	IF='W/"1"' job DELETE /crm
	is "$STATUS" 412 'a version that is gone is not deleted'
	IF=
	change DELETE /crm
	is "$STATUS" 204 'a job ends'
	job GET "/$JOB"
	not_there 'and is there no more'
	m verify
	is "$rc" 0 'the store is sound'
	is "$("$BIN/muster" log --store "$T/store" --json | grep -c xyzzy-secret)" 0 'PS-023 no log has the secret'
}

run() {
	administrators
	new_user anna
	USER=$ID
	new_group all
	GROUP=$ID
	makes
	changes
	remembers
	runs
	assigns
	roles
	ends
}
both run
done_testing
