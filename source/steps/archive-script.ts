import {posix} from 'node:path';
import {visible} from './names.ts';
import {quote} from './quote.ts';
import {asScript} from './script.ts';

type Values = {
	url: URL;
	algorithm: 'sha256' | 'sha512';
	hex: string;
	cache: string;
	directory: string;
	link: string;
	linkTemporary: string;
	/** A test that succeeds when the directory is complete. */
	unpacked: string;
	/** On the host already: nothing is downloaded. */
	file?: string | undefined;
};

/** Downloads, checks, unpacks and switches the link; what is there already is not done again. */
export function archiveScript(values: Values): string {
	const {url, algorithm, hex, cache, directory, link, linkTemporary} = values;
	// Credentials and signatures in an address are nobody's business but curl's: not in a message, not in argv.
	const address = visible(`${url.origin}${url.pathname}`);
	return asScript(`
address=${quote(address)}
expected=${hex}
part=${quote(posix.join(cache, `${hex}.part`))}
listing=${quote(posix.join(cache, `${hex}.list`))}
directory=${quote(directory)}
stage=${quote(`${posix.dirname(directory)}/.${posix.basename(directory)}.mesos-setup`)}
link=${quote(link)}
new_link=${quote(linkTemporary)}
if [ -d "$link" ] && [ ! -L "$link" ]; then
	fail ${quote(`${visible(link)} is a folder, and a link must be there. Move it away if nobody needs it.`)}
fi
sum() { set -- "$(${algorithm}sum < "$part")"; printf %s "\${1%% *}"; }
size() { stat -c %s -- "$part" 2> /dev/null || printf 0; }
${values.file === undefined ? fromNetwork(url) : `download() { ln -f -- ${quote(values.file)} "$part"; }`}
${fetch}
${inspect}
${unpack}
if ! { ${values.unpacked}; }; then
	${values.file === undefined ? needsCurl : ''}
	command -v tar > /dev/null 2>&1 || fail 'There is no tar on this host, so nothing can be unpacked.'
	(umask 077; mkdir -p -- ${quote(cache)})
	fetch
	umask 022
	mkdir -p -- "\${directory%/*}"
	unpack ${algorithm}:${hex}
	rm -f -- "$part"
fi
umask 022
mkdir -p -- "\${link%/*}"
rm -rf -- "$new_link"
ln -s -- "$directory" "$new_link"
mv -f -T -- "$new_link" "$link"`);
}

const needsCurl = `command -v curl > /dev/null 2>&1 || fail 'There is no curl on this host, so nothing can be downloaded.'`;

const fromNetwork = (url: URL) => `download() {
	curl --silent --show-error --fail --location --globoff --proto '=http,https' --proto-redir '=http,https' --retry 5 \\
		--connect-timeout 20 --speed-limit 100 --speed-time 60 -C - -o "$part" --config - << 'END'
url = "${url.href.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"
END
}`;

/**
 * A part of an earlier run is continued once; when that goes wrong (a server that cannot resume, another file by now)
 * it starts anew. After that the file is either the right one or described in words and removed.
 */
const fetch = String.raw`
fetch() {
	resumed=; [ ! -s "$part" ] || resumed=1
	if [ -n "$resumed" ] && [ "$(sum)" = "$expected" ]; then return 0; fi
	attempt
	if [ "$(sum)" != "$expected" ] && [ -n "$resumed" ]; then rm -f -- "$part"; attempt; fi
	[ "$(sum)" = "$expected" ] || reject
}
attempt() {
	for try in 1 2 3; do
		printf 'downloading %s\n' "$address"
		code=0
		download || code=$?
		case $code in
		0) [ -e "$part" ] || : > "$part"; return 0 ;;
		18 | 28 | 52 | 55 | 56 | 92) ;;
		33 | 36) rm -f -- "$part" ;;
		22) [ -s "$part" ] || fail "The server does not give out $address (see the error above). Check the address of this source."
			rm -f -- "$part" ;;
		6 | 7) fail "$address cannot be reached from this host (see the error above). Check its name service, its network and the address." ;;
		35 | 51 | 58 | 60 | 77) fail "The server of $address cannot be trusted (see the error above)." ;;
		23) fail "The download of $address cannot be written to $part (see the error above): is the disk full?" ;;
		*) fail "The download of $address failed (curl's status $code, see the error above)." ;;
		esac
	done
	fail "The download of $address was cut off three times, the last time after $(size) bytes. The next run goes on from there."
}
reject() {
	found=$(sum) bytes=$(size)
	start=$(head -c 1024 -- "$part" | tr -d '\000' | tr 'A-Z' 'a-z')
	broken=; tar -tf "$part" > /dev/null 2>&1 || broken=1
	rm -f -- "$part"
	case $bytes,$broken,$start in
	0,*) fail "$address is an empty file." ;;
	*'<!doctype html'* | *'<html'*) fail "$address gives a web page of $bytes bytes instead of an archive: a login page, a proxy or a moved file." ;;
	*,1,*) fail "$address gives $bytes bytes that are no whole archive: truncated, or something else. Expected checksum $expected, found $found." ;;
	esac
	fail "$address is an archive, but not the expected one: expected checksum $expected, found $found ($bytes bytes). Nothing of it was unpacked."
}`;

/**
 * Reads the listing before anything is written: names and link targets in C quoting cannot be mistaken for each other,
 * and only with --absolute-names does tar print them as the archive has them.
 */
const inspect = String.raw`
inspect() {
	tar --quoting-style=c --numeric-owner --absolute-names -tvf "$part" > "$listing" || fail "tar cannot list $address (see the error above)."
	problem=$(LC_ALL=C awk '
		function quoted(  word) {
			if (!match(rest, /"([^"\\]|\\.)*"/)) return ""
			word = substr(rest, RSTART + 1, RLENGTH - 2)
			rest = substr(rest, RSTART + RLENGTH)
			return word
		}
		function leaves(path,  count, parts, i, depth) {
			if (path ~ /^\//) return 1
			count = split(path, parts, "/")
			depth = 0
			for (i = 1; i <= count; i++) {
				if (parts[i] == "" || parts[i] == ".") continue
				depth += parts[i] == ".." ? -1 : 1
				if (depth < 0) return 1
			}
			return 0
		}
		function refuse(what) { print what; exit }
		{
			rest = $0
			type = substr($0, 1, 1)
			name = quoted()
			if (type !~ /^[-dlh]$/ || name == "") refuse("an entry that is no file, folder or link: " name)
			if (name ~ /^\// || name ~ /(^|\/)\.\.(\/|$)/) refuse("an entry outside its own folder: " name)
			target = quoted()
			if (type == "h" && (leaves(target) || target ~ /(^|\/)\.\.(\/|$)/)) refuse("a link that leaves its folder: " name " to " target)
			folder = name
			sub(/[^\/]*$/, "", folder)
			if (type == "l" && (target ~ /^\// || leaves(folder target))) refuse("a link that leaves its folder: " name " to " target)
		}' "$listing")
	rm -f -- "$listing"
	if [ -n "$problem" ]; then
		rm -f -- "$part"
		fail "$address holds $problem. Nothing of it was unpacked."
	fi
}`;

/**
 * Unpacks beside the directory and renames. A link may lead out through another link, which no listing shows, so real
 * targets are looked at once more before the directory has its name.
 */
const unpack = String.raw`
unpack() {
	inspect
	rm -rf -- "$stage" "$stage.old"
	mkdir -m 700 -- "$stage"
	tar --no-same-owner --no-same-permissions -C "$stage" -xf "$part" || { rm -rf -- "$stage"; fail "tar cannot unpack $address (see the error above)."; }
	root=$(cd -- "$stage" && pwd -P)
	only=
	count=0
	for entry in "$root"/* "$root"/.[!.]* "$root"/..?*; do
		if [ -e "$entry" ] || [ -L "$entry" ]; then only=$entry count=$((count + 1)); fi
	done
	if [ $count -eq 1 ] && [ -d "$only" ] && [ ! -L "$only" ]; then root=$only; fi
	strays=$(find "$root" -type l -exec readlink -m -- {} + | ROOT=$root LC_ALL=C awk '
		{ if ($0 != ENVIRON["ROOT"] && index($0, ENVIRON["ROOT"] "/") != 1) { print; exit } }')
	if [ -n "$strays" ]; then
		rm -rf -- "$stage" "$part"
		fail "$address holds a link that leaves its folder. Nothing of it was put in place."
	fi
	chmod -- 755 "$root"
	find "$root" -type f -perm /6000 -exec chmod -- u-s,g-s {} +
	rm -rf -- "$root/.mesos-setup-archive"
	printf '%s\n' "$1" > "$root/.mesos-setup-archive"
	# The oldest systems have a sync that knows no -f.
	sync -f -- "$stage" 2> /dev/null || sync
	if [ -e "$directory" ] || [ -L "$directory" ]; then mv -T -- "$directory" "$stage.old"; fi
	mv -T -- "$root" "$directory"
	rm -rf -- "$stage" "$stage.old"
}`;
