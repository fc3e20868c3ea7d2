# How packages of apt are looked for, behind sources.sh. The host's own lists stay as they are: these are fetched to a folder that goes.
_missing= _names=
_want() { # name specification [unless]
	if [ "${3-}" ] && command -v "$3" >/dev/null 2>&1; then return; fi
	if [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; then return; fi
	case " $_missing " in
	*" $2 "*) ;;
	*) _missing="$_missing $2" _names="$_names $1" ;;
	esac
}

_query() { # id apt-option...
	printf '@ %s\n' "$1"
	_id=$1
	shift
	echo "wanted $_missing"
	echo 'manager apt'
	if [ -z "$_missing" ]; then return; fi
	mkdir -p "$_folder/$_id.lists/partial" "$_folder/$_id.cache/archives/partial"
	set -- -q -o Dir::State::lists="$_folder/$_id.lists" -o Dir::Cache="$_folder/$_id.cache" -o APT::Sandbox::User=root \
		-o Acquire::Retries=1 -o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20 -o APT::Update::Error-Mode=any "$@"
	LC_ALL=C timeout 80 apt-get "$@" update >"$_folder/$_id.said" 2>&1
	_status=$?
	apt-cache "$@" show $_names 2>/dev/null | awk '
		/^Package: / { name = $2 }
		/^Version: / { version = $2; sub(/^[0-9]+:/, "", version); release = ""
			if (match(version, /-[^-]*$/)) { release = substr(version, RSTART + 1); version = substr(version, 1, RSTART - 1) } }
		/^Size: / { print "found " name "|" version "|" release "|" $2 }' >"$_folder/$_id.found"
	# A list that is not needed may fail: an installation goes on without it.
	for _name in $_names; do grep -q "^found $_name|" "$_folder/$_id.found" || break; _name=; done
	if [ -z "$_name" ]; then _status=0; fi
	echo "exit $_status"
	cat "$_folder/$_id.found"
	_coded said "$_folder/$_id.said" 3000
}

_repository() { # id name baseurl suite; curl's configuration for its key comes on stdin, nothing where it has none to fetch
	case $4 in */) _where=$4 ;; *) _where="$4 main" ;; esac
	# That a key cannot be fetched is told on its own, so the packages are looked for all the same.
	_trust=trusted=yes
	cat >"$_folder/$1.key.conf"
	if [ -s "$_folder/$1.key.conf" ] && curl --silent --fail --location --globoff --proto '=http,https' --proto-redir '=http,https' \
		--connect-timeout 10 --max-time 30 -o "$_folder/$1.key.gpg" --config "$_folder/$1.key.conf" 2>/dev/null; then
		_trust=signed-by=$_folder/$1.key.gpg
		if grep -q -a -e '-----BEGIN PGP PUBLIC KEY BLOCK-----' "$_folder/$1.key.gpg"; then
			mv "$_folder/$1.key.gpg" "$_folder/$1.key.asc"
			_trust=signed-by=$_folder/$1.key.asc
		fi
	fi
	printf 'deb [%s] %s %s\n' "$_trust" "$3" "$_where" >"$_folder/$1.list"
	_query "$1" -o Dir::Etc::sourcelist="$_folder/$1.list" -o Dir::Etc::sourceparts=/dev/null
}
