# receiver.pl: a receiver of tokens that are pushed, on loopback.
#
#	receiver.pl DIRECTORY
#
# Writes its port to DIRECTORY/port and every request to DIRECTORY/N.head and
# N.body, N from 1.  It answers with the text in DIRECTORY/answer, a status
# line and what follows; when the first line is "kill PID" it kills that
# process instead of answering.
use strict;
use warnings;
use IO::Socket::INET;

my $dir = shift;
my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 16)
    or die "receiver: $!\n";
my $n = 0;

sub put {
	my ($name, $text) = @_;
	open my $file, '>', "$dir/$name.new" or die "$name: $!\n";
	print $file $text;
	close $file;
	rename "$dir/$name.new", "$dir/$name" or die "$name: $!\n";
}

put('port', $socket->sockport);
# One request of CLIENT; false at the end of its connection.
sub serve {
	my ($client) = @_;
	my ($head, $body, $answer) = ('', '', '');
	$head .= $_ while ($_ = <$client> // '') =~ /\S/;
	return 0 if $head eq '';
	read $client, $body, $1 if $head =~ /^Content-Length: *(\d+)/mi;
	open my $file, '<', "$dir/answer" or die "answer: $!\n";
	{ local $/; $answer = <$file>; }
	$n++;
	put("$n.body", $body);
	put("$n.head", $head);
	if ($answer =~ /^kill (\d+)/) {
		kill 9, $1;
		return 0;
	}
	my ($status, $text) = split /\n/, $answer, 2;
	$text //= '';
	print $client "HTTP/1.1 $status\r\nContent-Length: " .
	    length($text) . "\r\n\r\n$text";
	$client->flush;
	return 1;
}

for (my $connections = 1; my $client = $socket->accept; $connections++) {
	put('connections', $connections);
	1 while serve($client);
	close $client;
}
