#!/bin/sh
# A batch is planned in parts, while the requests of the parts before are under
# way: what counts over all of it does so across them (PS-070, PS-072, PS-089,
# spec provisioning.md section 8 row 3).
. "$(dirname "$0")/lib.sh"
. tests/provision.sh
MODE=parts

# lines: 45 users, and 12 groups of two of them
lines() {
	awk -v user="$USER_URN" -v group="$GROUP_URN" 'BEGIN {
		for (i = 1; i <= 45; i++)
			printf "{\"schemas\":[\"%s\"],\"id\":\"01900000-0000-7000-8000-%012x\",\"userName\":\"u%d\",\"displayName\":\"U%d\",\"active\":true}\n", user, i, i, i
		for (i = 1; i <= 12; i++)
			printf "{\"schemas\":[\"%s\"],\"id\":\"01910000-0000-7000-8000-%012x\",\"displayName\":\"g%d\",\"members\":[{\"value\":\"01900000-0000-7000-8000-%012x\"},{\"value\":\"01900000-0000-7000-8000-%012x\"}]}\n", group, i, i, i, i + 30
	}'
}

target_new
lines > "$T/lines"
m import --store "$T/store" "$T/lines"
is "$rc $(cat "$T/err")" '0 ' 'an organisation'
edit '{"scope":{"mode":"all"},"rollout":{"objects":30}}'
m job start --store "$T/store" crm
work 'a staged rollout'
is "$(there Users .totalResults) $(there Groups .totalResults)" '30 0' 'takes so many, whatever part they are in'
edit '{"rollout":{"objects":0}}'
work 'the others'
is "$(there Users .totalResults) $(there Groups .totalResults)" '45 12' 'come'
is "$(there Groups '[.Resources[].members|length]|unique|tostring')" '[2]' 'every group has its members'
is "$(journal 'select(.action=="create")|.source.name' | sort | uniq -d)" '' 'nobody was created twice'
is "$(journal '.members.nAdded // empty' | awk '{ n += $1 } END { print n }')" 24 'and each membership was told once'
edit '{"scope":{"mode":"assigned"},"guard":{"count":25,"percent":0,"windowHours":24}}'
m work --store "$T/store" --once --seconds 60
is "$rc" 0 'a scope that was emptied by mistake'
is "$(there 'Users?filter=active%20eq%20true' .totalResults) $(there Groups .totalResults)" '20 12' 'is stopped at the number'
is "$(journal 'select(.status=="failure")')" '' 'nothing has failed'
m verify --store "$T/store"
is "$rc $(grep -v 'keys looked at' "$T/out")" '0 ' 'the store is sound'
done_testing
