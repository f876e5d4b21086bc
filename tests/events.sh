# events.sh: what the tests of events share, beside lib.sh.
#
# `token_part N` prints part N of the token in its standard input as text,
# `token_events` the names of its events; `verified FILE` says whether OpenSSL
# finds the signature of the token in FILE to be by the key in $T/jwks.

# stream_new [OPTIONS]: its id in STREAM
stream_new() {
	STREAM=$("$BIN/muster" stream create --store "$T/store" \
	    --issuer https://issuer.test --audience https://receiver.test "$@" | head -1)
}

# from_base64url: standard input, decoded
from_base64url() {
	perl -MMIME::Base64=decode_base64url -e 'local $/; print decode_base64url(<STDIN> // "")'
}

token_part() {
	cut -d. -f"$1" | tr -d '\n' | from_base64url
}

token_events() {
	token_part 2 | jq -r '[.events|keys_unsorted[]|sub("urn:ietf:params:scim:event:";"")]|join(" ")'
}

# The public half of the first key in $T/jwks, in the form of RFC 5480.
public_key() {
	{
		printf '\060\131\060\023\006\007\052\206\110\316\075\002\001\006\010\052\206\110\316\075\003\001\007\003\102\000\004'
		jq -r '.keys[0].x' "$T/jwks" | tr -d '\n' | from_base64url
		jq -r '.keys[0].y' "$T/jwks" | tr -d '\n' | from_base64url
	} > "$T/key.der"
	openssl pkey -pubin -inform DER -in "$T/key.der" -out "$T/key.pem" 2>> "$T/log"
}

# R and S, 32 bytes each, in the form of RFC 3279.
signature_to_der() {
	perl -e 'local $/; $_ = <STDIN>; length == 64 or exit 1;
	    my ($r, $s) = map { my $n = $_; $n =~ s/^\0+(?=.)//s;
		$n = "\0$n" if ord($n) > 127; "\2" . chr(length $n) . $n }
		(substr($_, 0, 32), substr($_, 32));
	    print "\x30" . chr(length($r . $s)) . $r . $s'
}

verified() {
	public_key
	cut -d. -f1,2 "$1" | tr -d '\n' > "$T/input"
	token_part 3 < "$1" | signature_to_der > "$T/signature"
	openssl dgst -sha256 -verify "$T/key.pem" -signature "$T/signature" "$T/input" 2>&1
}

# token_subjects: what each token is about, one a line
token_subjects() {
	while read -r token; do
		echo "$token" | token_part 2 | jq -r .sub_id.uri
	done
}
