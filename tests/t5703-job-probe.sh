#!/bin/sh
# muster job probe: the connection of a job to its target, tested (PS-021).
. "$(dirname "$0")/lib.sh"
. tests/faulty.sh
MODE=cgi

job() {
	"$BIN/muster" job "$@" --store "$T/store" > "$T/body" 2> "$T/said"
	STATUS=$?
}

store_new
target_start
echo 'set token s3cret' | target_script
echo s3cret > "$T/secret"
job create --url "$TARGET" --secret-file "$T/secret" crm
is "$STATUS" 0 'a job'
job probe crm
is "$STATUS $(grep -c '^GET    200' "$T/body")" '0 2' 'PS-021 the secret that is kept opens the target'
is "$(target_asked | grep -v '^GET')" '' 'and nothing is written'
job probe --writes --json crm
is "$STATUS $(json '.ok') $(target_says users.tsv)" '0 true ' 'one that writes leaves nothing'
is "$(grep -c s3cret "$T/body")" 0 'PS-023 the secret is not shown'
echo wrong > "$T/secret"
job probe --secret-file "$T/secret" crm
is "$STATUS $(cat "$T/said")" '1 muster: the target cannot be provisioned as it is' 'PS-021 another secret, which is not kept'
is "$(grep -c '^error: The target does not take our credentials' "$T/body")" 1 'PS-022 why'
job probe crm
is "$STATUS" 0 'the one that is kept is the same'
target_script << 'EOF'
set token s3cret
set config {"patch":{"supported":false}}
EOF
echo '{"target":{"dialect":{"patch":"merged"}}}' > "$T/changes"
job edit --file "$T/changes" crm
job probe crm
is "$(grep '^proposed' "$T/body")" 'proposed: target.dialect.patch is "put", not "merged"' 'what the job should say'
job probe nosuch
is "$STATUS" 1 'no such job'
target_stop
job probe crm
is "$STATUS $(grep -c '^error: The target does not answer' "$T/body")" '1 1' 'PS-021 nobody there'
rm -f "$T/body"
done_testing
