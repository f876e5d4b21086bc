#!/bin/sh
# /admin/v1: who asks, tenants (issue 5: tenants, roles, two administrators
# at once; AUTH-01, AUTH-03, TEN-02).
. "$(dirname "$0")/lib.sh"
. tests/admin.sh

# The tokens that the tests ask with.
administrators() {
	OWNER=$(administrator owner --all-tenants --label boss)
	OPERATOR=$(administrator operator --all-tenants)
	DESIGNER=$(administrator designer --all-tenants)
	AUDITOR=$(administrator auditor --all-tenants)
	OWN=$(administrator owner)
	ADMIN=$OWNER
}

who() {
	admin GET /me
	is "$STATUS $(json '"\(.label) \(.role) \(.allTenants) \(.tenant)"')" '200 boss owner true null' 'who asks: an owner of all'
	json_is '.routes|index("DELETE /tenants/:id") != null' true 'which may delete a tenant'
	is "$(header Content-Type) $(header Cache-Control)" 'application/json no-store' 'JSON that nobody keeps'
	is "$(header X-Content-Type-Options) $(header Content-Security-Policy)" \
	    "nosniff default-src 'none'; frame-ancestors 'none'" 'and no page shows'
	ORIGIN_HEADER=https://page.example.test
	admin GET /me
	is "$STATUS$(header Access-Control-Allow-Origin)" 200 'an origin that may ask for SCIM may not ask here'
	ORIGIN_HEADER=
	ADMIN=$OWN admin GET /me
	is "$(json '"\(.role) \(.allTenants) \(.tenant)"')" 'owner null default' 'an owner of one'
	json_is '.routes|index("DELETE /tenants/:id")' null 'which may not'
	ADMIN=$AUDITOR admin GET /me
	json_is '[.routes[]|select(startswith("GET ")|not)]|join(" ")' 'POST /log/:id/replay POST /jobs/:id/probe POST /jobs/:id/match POST /jobs/:id/dry-run POST /jobs/:id/provision POST /jobs/:id/drift' 'an auditor only reads, and sees what would change'
	AUTH='Bearer mst_wrong' admin GET /me
	error_is 401 null 'AUTH-01 a wrong token'
	SETTINGS=MUSTER_BASIC=1 AUTH='Basic eDp5' admin GET /me
	is "$STATUS $(header WWW-Authenticate)" '401 Bearer realm="scim"' 'a browser is not told to ask for a password'
	is "$(grep -ci '^www-authenticate' "$T/head")" 1 'nor by a second challenge'
	SETTINGS=
	ADMIN=$TOKEN admin GET /me
	may_not 'AUTH-03 a token of SCIM is no administrator'
	AUTH="Bearer $OWNER" scim GET /Users
	error_is 401 null 'TEN-02 nor is an administrator of all anybody in SCIM'
	AUTH="Bearer $OWN" scim GET /Users
	may_not 'AUTH-03 one of a tenant has the scope admin only'
	AUTH=
	ORIGIN_HEADER=https://page.example.test
	admin OPTIONS /tenants
	is "$STATUS $(header Allow) $(grep -ci access-control "$T/head")" '204 GET, HEAD, POST, OPTIONS 0' 'OPTIONS lets no page in'
	ORIGIN_HEADER=
	admin GET /nosuch
	not_there 'what is not there'
	admin PUT /me '{}'
	is "$STATUS $(header Allow)" '405 GET, HEAD, OPTIONS' 'a method that it has not'
}

grants() {
	while IFS='	' read -r options why; do
		eval "m token create $options"
		is "$rc $(grep -c "$why" "$T/err")" '1 1' "no token with $options"
	done << 'X'
--scope admin	the scope 'admin' needs a role
--role boss	there is no role 'boss'
--role owner --scope users	a role needs the scope 'admin'
--role owner --filter 'title pr'	goes with no user, and with no filter
--all-tenants	needs a role
--role owner --all-tenants --scope 'admin users'	no scope but 'admin'
X
	m token list
	is "$(grep -c '(all)' "$T/out")" 4 'the list says who is over all'
	m verify
	is "$rc" 0 'verify agrees'
}

tenants() {
	admin POST /tenants '{"name":"acme","profile":"strict","types":["User","Group"],"scanMax":1000}'
	is "$STATUS $(json '"\(.name) \(.state) \(.profile) \(.types|join(",")) \(.scanMax) \(.resources.User)"')" \
	    '201 acme active strict User,Group 1000 0' 'a tenant is made'
	is "$(header Location | sed 's,.*/admin,/admin,') $(header ETag)" '/admin/v1/tenants/acme W/"1"' 'it says where, and which version'
	m tenant show acme
	is "$(grep -cE '^(profile +strict|types +User,Group|scan-max +1000)$' "$T/out")" 3 'the command sees the same'
	for n in b c d; do
		admin POST /tenants "{\"name\":\"$n\"}"
	done
	admin GET '/tenants?count=2&startIndex=2'
	json_is '"\(.totalResults) \(.startIndex) \(.itemsPerPage) \([.Resources[].name]|join(" "))"' '5 2 2 b c' 'a page of the list'
	admin GET '/tenants?count=2&startIndex=9'
	json_is '"\(.totalResults) \(.itemsPerPage)"' '5 0' 'and one behind its end'
	while IFS='	' read -r filter want; do
		admin GET "/tenants?filter=$(printf %s "$filter" | jq -sRr @uri)"
		is "$STATUS $(json '"\(.totalResults) \([.Resources[].name]|join(" "))"')" "200 $want" "filter $filter"
	done << 'X'
name eq "ACME"	1 acme
name sw "a" and state eq "active"	1 acme
name gt "b" and not (name ew "fault")	2 c d
types eq "Group"	1 acme
scanMax ge 1000 or name eq "c"	2 acme c
scanMax lt 1000	0 
profile pr	1 acme
profile ne "strict" and name co "b"	1 b
nosuch eq "x"	0 
X
	admin GET '/tenants?count=1&startIndex=2&filter=name%20lt%20%22d%22'
	json_is '"\(.totalResults) \([.Resources[].name]|join(" "))"' '3 b' 'a page of what a filter keeps'
	for filter in 'name%20eq' 'types%5Bvalue%20eq%20%22x%22%5D' 'name%20eq%20%22a'; do
		admin GET "/tenants?filter=$filter"
		error_is 400 invalidFilter "no filter: $filter"
	done
	admin GET '/tenants?count=x'
	error_is 400 invalidValue 'count is a number'
	admin GET /tenants/nobody
	not_there 'a tenant that is not there'
	while IFS='	' read -r body want; do
		admin POST /tenants "$body"
		is "$STATUS $(json .scimType)" "$want" "no tenant of $body"
	done << 'X'
{"name":"b"}	409 uniqueness
{"name":"V/"}	400 invalidValue
{"name":"e","colour":"red"}	400 invalidValue
{"name":"e","state":"disabled"}	400 invalidValue
{"name":7}	400 invalidValue
[]	400 invalidValue
{}	400 invalidValue
{"name":"e","types":["User,Group"]}	400 invalidValue
{"name":"e","types":"User"}	400 invalidValue
{	400 invalidSyntax
X
	admin POST /tenants '{"name":"e","colour":"red"}'
	json_is .detail "there is no field 'colour'" 'an unknown field is named'
	admin POST /tenants "$(head -c 600000 /dev/zero | tr '\0' ' '){}"
	error_is 413 null 'a body has its limit'
}

# Two administrators have read the same version.
edits() {
	admin GET /tenants/acme
	etag=$(header ETag)
	admin PATCH /tenants/acme '{"scanMax":2000}'
	error_is 428 null 'who edits says which version'
	IF=$etag admin PATCH /tenants/acme '{"scanMax":2000,"state":"disabled","name":"ajax"}'
	is "$STATUS $(json '"\(.name) \(.state) \(.scanMax) \(.profile) \(.version)"')" '200 ajax disabled 2000 strict W/"2"' 'all of an edit at once'
	IF=$etag admin PATCH /tenants/ajax '{"scanMax":3000}'
	error_is 412 null 'the second one is told'
	IF=
	admin GET /tenants/ajax
	json_is .scanMax 2000 'and has changed nothing'
	edit /tenants/ajax '{"profile":null,"types":[],"scanMax":null,"state":"active"}'
	json_is '"\(.state) \(.profile) \(.types) \(.scanMax)"' 'active null null null' 'null is what the server has'
	while IFS='	' read -r body want; do
		edit /tenants/ajax "$body"
		is "$STATUS $(json .scimType)" "$want" "no edit $body"
	done << 'X'
{"name":"b"}	409 uniqueness
{"state":"deleted"}	400 invalidValue
{"id":"x"}	400 invalidValue
{"scanMax":-5}	400 invalidValue
{"scanMax":-1}	400 invalidValue
{"profile":"nosuch"}	400 invalidValue
X
	last=$("$BUILD/tests/kv_tool" "$T/store" list changes | grep '^00000000' | tail -1 | cut -d' ' -f2 | perl -pe 'chomp; $_ = pack "H*", $_')
	admin GET /me
	is "$(printf '%s' "$last" | jq -r '"\(.operation) \(.actor)"')" "set $(json .id)" 'the change log knows who it was'
}

removal() {
	TENANT=b
	credential --tenant b > "$T/b.token"
	TENANT=
	admin GET /tenants/b
	etag=$(header ETag)
	IF=$etag admin DELETE /tenants/b
	error_is 400 invalidValue 'a tenant goes when its name is typed'
	IF=$etag admin DELETE '/tenants/b?name=c'
	error_is 400 invalidValue 'its own'
	IF='W/"9"' admin DELETE '/tenants/b?name=b'
	error_is 412 null 'and its version'
	IF=
	admin DELETE '/tenants/b?name=b'
	error_is 428 null 'must be said'
	IF=$etag admin DELETE '/tenants/b?name=b'
	is "$STATUS" 204 'then it goes'
	IF=
	AUTH="Bearer $(cat "$T/b.token")" scim GET /Users
	status_is 401 'with its credentials'
	AUTH=
	admin GET /tenants/b
	not_there 'and is not there'
	admin GET '/tenants?all=true'
	json_is '[.Resources[]|select(.state == "deleted")|.name]|join(" ")' b 'but in the list of all that were'
	m verify
	is "$rc" 0 'verify agrees'
}

# for_role ROLE STATUS OTHERWISE: the last answer to the role that asks
for_role() {
	if [ "$role" = "$1" ]; then
		is "$STATUS" "$2" "$role: $4"
	else
		is "$STATUS" "$3" "$role: $4"
	fi
}

# What each role is answered; an administrator of one tenant sees that one.
roles() {
	for role in OPERATOR DESIGNER AUDITOR OWN; do
		eval "ADMIN=\$$role"
		admin GET /tenants
		STATUS=$(json .totalResults)
		for_role OWN 1 4 'tenants that it is over'
		admin GET /tenants/c
		for_role OWN 404 200 'a tenant is shown'
		admin POST /tenants '{"name":"f"}'
		for_role OPERATOR 201 403 'a tenant is made'
		IF='*' admin PATCH /tenants/c '{"scanMax":5}'
		for_role OPERATOR 200 403 'a tenant is edited'
		IF='*' admin DELETE '/tenants/d?name=d'
		for_role OPERATOR 204 403 'a tenant is deleted'
		IF=
	done
	m tenant disable default
	ADMIN=$OWN admin GET /me
	error_is 401 null 'nobody comes in by a tenant that is disabled'
	m tenant enable default
	ADMIN=$OWNER
}

run() {
	administrators
	who
	grants
	tenants
	edits
	removal
	roles
}

both run
done_testing
