# admin.sh: what the tests of /admin/v1 share; read after lib.sh.
#
# admin METHOD PATH [BODY]: one request below /admin/v1, by the token in ADMIN;
# STATUS, $T/body and $T/head as with scim.  IF is sent as If-Match.

admin() {
	SCRIPT=/admin/v1 PROGRAM=admin TENANT='' AUTH=${AUTH:-Bearer $ADMIN}
	[ -z "${IF-}" ] || HEADER="If-Match: $IF"
	TYPE=application/json
	if [ "$MODE" = cgi ]; then
		cgi_request "$@"
	else
		http_request "$@"
	fi
	unset SCRIPT PROGRAM TYPE
	AUTH='' HEADER=''
}

# edit PATH BODY: as it is now, with its version
edit() {
	admin GET "$1"
	IF=$(header ETag) admin PATCH "$1" "$2"
	IF=
}

# m WORDS: the command; its exit code in rc
m() {
	verb=$1
	shift
	"$BIN/muster" "$verb" "$@" --store "$T/store" > "$T/out" 2> "$T/err" < /dev/null
	rc=$?
}

# administrator ROLE [OPTIONS]: prints a token with that role
administrator() {
	credential --role "$@"
}

# may_not TEXT, not_there TEXT: what the last answer was
may_not() {
	error_is 403 null "$1"
}
not_there() {
	error_is 404 null "$1"
}
