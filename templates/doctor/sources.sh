# How `mesos-setup doctor` tries, from a host, what an installation would fetch to it. Downloads first bytes only.
# Calls of the functions below follow it. Each prints "@ id" and lines of key and value; what is foreign comes in base64.
_folder=$(mktemp -d) || exit 1
trap 'rm -rf "$_folder"' EXIT

_coded() { printf '%s %s\n' "$1" "$(head -c "${3:-4096}" "$2" 2>/dev/null | base64 | tr -d '\n')"; }

_resolves() { # id host; an address needs no name server
	case $2 in
	*[!0-9.:]*) ;;
	*) return 0 ;;
	esac
	timeout 15 getent ahostsv4 "$2" >/dev/null 2>&1 || timeout 15 getent ahosts "$2" >/dev/null 2>&1 || {
		echo "unresolved $2"
		return 1
	}
}

# curl's configuration comes on stdin: credentials in an address are nobody's business but curl's.
_fetch() { # id bytes curl-argument...
	_id=$1 _bytes=$2
	shift 2
	{
		curl --silent --show-error --location --globoff --proto '=http,https' --proto-redir '=http,https' \
			--connect-timeout 10 --max-time 30 -D "$_folder/$_id.head" -o - -w '%{stderr}\ncode %{http_code}\n' "$@" --config -
		printf '\nexit %s\n' $? >&2
	} 2>"$_folder/$_id.said" | head -c "$_bytes" >"$_folder/$_id.body"
	sed -n -e '/^code [0-9]*$/p' -e '/^exit [0-9]*$/p' "$_folder/$_id.said"
	_coded said "$_folder/$_id.said" 2000
	tail -c 4096 "$_folder/$_id.head" >"$_folder/$_id.last" 2>/dev/null
	_coded head "$_folder/$_id.last"
	_coded body "$_folder/$_id.body" 600
}

_archive() { # id host
	printf '@ %s\n' "$1"
	if _resolves "$1" "$2"; then _fetch "$1" 1024 --range 0-1023; fi
}

_key() { # id host
	printf '@ %s\n' "$1"
	if ! _resolves "$1" "$2"; then return; fi
	_fetch "$1" 65536
	if command -v gpg >/dev/null 2>&1; then
		mkdir -m 700 "$_folder/$1.gpg"
		gpg --homedir "$_folder/$1.gpg" --batch --no-tty --with-colons --show-keys "$_folder/$1.body" \
			>"$_folder/$1.keys" 2>"$_folder/$1.keys.said"
		_coded keys "$_folder/$1.keys" 16384
		_coded keys_said "$_folder/$1.keys.said" 1000
	fi
	echo "now $(date +%s)"
}

_manifest() { # id registry path
	: >"$_folder/$1.head"
	printf 'url = "https://%s/v2/%s"\n%s\n' "$2" "$3" "$_token" | _fetch "$1" 4096 --head \
		--header 'Accept: application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.docker.distribution.manifest.v2+json' \
		$_trust
}

_image() { # id registry path
	printf '@ %s\n' "$1"
	_resolves "$1" "${2%:*}" || return
	_token= _trust=
	_manifest "$@" >"$_folder/$1.answer"
	# Docker trusts this file for that registry besides the system's own authorities.
	_authority=/etc/docker/certs.d/$2/ca.crt
	if grep -q '^exit 60$' "$_folder/$1.answer" && [ -e "$_authority" ]; then
		_trust="--cacert $_authority"
		_manifest "$@" >"$_folder/$1.answer"
	fi
	_ask=$(tr -d '\r' <"$_folder/$1.head" | sed -n 's/^[Ww][Ww][Ww]-[Aa]uthenticate: *[Bb]earer *//p' | tail -n 1)
	if grep -q '^code 401$' "$_folder/$1.answer" && [ "$_ask" ]; then
		_realm=$(printf '%s\n' "$_ask" | sed -n 's/.*realm="\([^"]*\)".*/\1/p')
		_service=$(printf '%s\n' "$_ask" | sed -n 's/.*service="\([^"]*\)".*/\1/p')
		_scope=$(printf '%s\n' "$_ask" | sed -n 's/.*scope="\([^"]*\)".*/\1/p')
		case $_realm in
		https://*)
			_word=$(curl --silent --globoff --connect-timeout 10 --max-time 20 $_trust --get --data-urlencode "service=$_service" \
				--data-urlencode "scope=$_scope" "$_realm" | sed -n 's/.*"\(access_\)\{0,1\}token" *: *"\([^"]*\)".*/\2/p' | head -n 1)
			case $_word in
			'' | *[!A-Za-z0-9._~+/=-]*) ;;
			*)
				_token="header = \"Authorization: Bearer $_word\""
				_manifest "$@" >"$_folder/$1.answer"
				;;
			esac
			;;
		esac
	fi
	cat "$_folder/$1.answer"
}
