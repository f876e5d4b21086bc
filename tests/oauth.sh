# oauth.sh: what the tests of the token endpoint share; read after lib.sh.
#
# oauth FORM: ask for a token; STATUS, $T/body and $T/head as with scim.  AUTH
# is the Authorization header, if any; TYPE another Content-Type.

form_type=application/x-www-form-urlencoded

oauth() {
	printf '%s' "$1" > "$T/request"
	: > "$T/body"
	if [ "$MODE" = http ]; then
		STATUS=$(curl -s -o "$T/body" -D "$T/head" -w '%{http_code}' -H 'Expect:' \
		    -X "${METHOD-POST}" ${AUTH:+-H "Authorization: $AUTH"} -H "Content-Type: ${TYPE-$form_type}" \
		    --data-binary "@$T/request" "$ORIGIN/oauth2/token" 2>> "$T/log")
		return
	fi
	env -i PATH="$PATH" ${ASAN_OPTIONS:+ASAN_OPTIONS="$ASAN_OPTIONS"} \
	    GATEWAY_INTERFACE=CGI/1.1 SERVER_PROTOCOL=HTTP/1.1 \
	    REQUEST_METHOD="${METHOD-POST}" SCRIPT_NAME= PATH_INFO=/oauth2/token QUERY_STRING= \
	    HTTP_HOST=scim.example.test REMOTE_ADDR=127.0.0.1 ${SETTINGS-} \
	    CONTENT_TYPE="${TYPE-$form_type}" CONTENT_LENGTH="$(wc -c < "$T/request" | tr -d ' ')" \
	    ${AUTH:+HTTP_AUTHORIZATION="$AUTH"} \
	    MUSTER_STORE="$T/store" MUSTER_SCHEMAS="$MUSTER_SCHEMAS" \
	    MUSTER_LOG_LEVEL=1 MUSTER_CACHE_MIB=4 \
	    "$BIN/oauth" < "$T/request" > "$T/answer" 2>> "$T/log"
	sed '/^\r*$/q' "$T/answer" > "$T/head"
	sed '1,/^\r*$/d' "$T/answer" > "$T/body"
	STATUS=$(sed -n 's/^Status: \([0-9]*\).*/\1/p' "$T/head")
}

# client [OPTIONS]: a new client, in CLIENT and SECRET
client() {
	"$BIN/muster" client create --store "$T/store" "$@" > "$T/client" || return 1
	CLIENT=$(sed -n 's/^Client id: *//p' "$T/client")
	SECRET=$(sed -n 's/^Client secret: *//p' "$T/client")
}

# ask [MORE]: for a token, by CLIENT and SECRET in the form
ask() {
	oauth "grant_type=client_credentials&client_id=$CLIENT&client_secret=$SECRET${1-}"
}

# said TEXT: how often the log has it
said() { cat "$T/log" "$T/run/error.log" 2> /dev/null | grep -cF "$1"; }
