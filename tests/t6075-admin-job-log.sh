#!/bin/sh
# /admin/v1/jobs/ID/log and /why: what a job did, and what it makes of one
# object (PS-100, PS-103, section 8 row 8).
. "$(dirname "$0")/lib.sh"
. tests/admin.sh
. tests/provision.sh
MODE=http

# told PATH: GET below the job crm
told() {
	admin GET "/jobs/crm/$1${2+?tenant=default&$2}"
}

target_new
ADMIN=$(administrator auditor)
DESIGNER=$(administrator designer)
made /Users "$(user anna Anna)"
anna=$ID
made /Users "$(user bert Bert)"
bert=$ID
m job assign --store "$T/store" crm "$anna"
m job start --store "$T/store" crm
work 'a cycle'
told log 'count=10'
is "$STATUS $(json '.Resources[]|"\(.action) \(.status) \(.source.name)"')" '200 create success anna' 'what was done'
told log "object=$bert"
is "$STATUS $(json .itemsPerPage)" '200 0' 'of one object'
told log 'status=failure'
is "$STATUS $(json .itemsPerPage)" '200 0' 'what has failed'
patch "/Users/$anna" '[{"op":"replace","path":"displayName","value":"Anna B"}]'
work 'a change'
told log 'count=1'
is "$STATUS $(json '.Resources[0].modified[0]|"\(.name) \(.old) \(.new)"')" '200 displayName Anna Anna B' 'the newest first'
told log "count=1&cursor=$(json .nextCursor)"
is "$STATUS $(json '.Resources[0].action')" '200 create' 'then those before it'
told why "object=$anna"
is "$STATUS $(json '"\(.verdict) \(.link.state)"')" '200 in scope active' 'why somebody is there'
told why "object=$bert"
is "$STATUS $(json '"\(.verdict) \(.act)"')" '200 not assigned nothing' 'or is not'
ADMIN=$DESIGNER told why "object=$anna"
is "$STATUS" 200 'a designer may ask, too'
told why 'object=anna'
is "$STATUS" 400 'by an id'
told why 'object=01900000-0000-7000-8000-000000000000'
is "$STATUS" 404 'of somebody'
admin GET '/jobs/nosuch/log?tenant=default'
is "$STATUS" 404 'a job that is not there'
done_testing
