#!/bin/sh
# What no log shows (PS-105): values of Redact and passwords, where a request
# failed and the target's answer has them again.
. "$(dirname "$0")/lib.sh"
. tests/provision.sh
. tests/faulty.sh
MODE=redact

store_new
server_start 2
target_start
printf t > "$T/secret"
m job create --store "$T/store" --template scim --url "$TARGET" --secret-file "$T/secret" crm
edit '{"scope":{"mode":"all"}}'
"$BIN/muster" job show --store "$T/store" --json crm | jq -c '{rules:(.definition.rules
	|.[0].mappings|=map(select(.match|not))
	|.[0].mappings+=[{"target":"userName","expression":"Redact([userName])","match":1},{"target":"nickName","expression":"Redact([nickName])"}])}' > "$T/edit"
m job edit --store "$T/store" --file "$T/edit" crm
is "$rc $(cat "$T/err")" '0 ' 'two attributes that no log shows'
target_script << 'EOF'
1 GET ^/Users body {"said":"ann\u00e9 \"x\""}
EOF
made /Users "{\"schemas\":[\"$USER_URN\"],\"userName\":\"anné \\\"x\\\"\",\"displayName\":\"Anna\",\"nickName\":\"an\\\"na7\",\"active\":true}"
m job start --store "$T/store" crm
m work --store "$T/store" --once --seconds 60
is "$rc" 0 'a question that fails'
is "$(journal 'select(.wire)|"\(.wire.path) \(.wire.response)"')" '/Users?[Redact] {"said":"[Redact]"}' 'PS-105 neither in the question nor in the answer'
target_script << 'EOF'
* POST ^/Users status 400
EOF
m job restart --store "$T/store" crm
work 'a creation that fails'
is "$(journal 'select(.wire.method=="POST")|.wire.request|fromjson|"\(.userName) \(.nickName) \(.displayName)"')" '[Redact] [Redact] Anna' 'PS-100 the request is shown, but for that'
is "$(journal 'del(.source)|tojson' | grep -c -e 'ann' -e 'na7')" 0 'PS-105 nowhere else'
target_stop
server_stop

# muster as a target names what is there already.
MODE=names
target_new
edit '{"scope":{"mode":"all"}}'
"$BIN/muster" job show --store "$T/store" --json crm | jq -c '{rules:(.definition.rules
	|.[0].mappings|=map(select(.target!="userName"))
	|.[0].mappings+=[{"target":"userName","expression":"Redact([userName])"}])}' > "$T/edit"
m job edit --store "$T/store" --file "$T/edit" crm
at_target POST /Users "$(user bert Bert)"
made /Users "$(user bert Bert)"
m job start --store "$T/store" crm
work 'a conflict'
is "$(journal 'select(.code=="EntryConflict").reason' | cut -d"'" -f2 | sort -u)" '[Redact]' 'PS-105 not in the reason either'
done_testing
