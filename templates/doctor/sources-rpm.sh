# How packages of dnf or yum are looked for; behind sources.sh.
_missing=
_want() { # name specification [unless]
	if [ "${3-}" ] && command -v "$3" >/dev/null 2>&1; then return; fi
	if rpm -q --whatprovides "$1" >/dev/null 2>&1; then return; fi
	case " $_missing " in *" $2 "*) ;; *) _missing="$_missing $2" ;; esac
}

_query() { # id argument-of-the-manager...
	printf '@ %s\n' "$1"
	_id=$1
	shift
	echo "wanted $_missing"
	if [ -z "$_missing" ]; then return; fi
	if command -v dnf >/dev/null 2>&1; then
		echo 'manager dnf'
		set -- dnf --setopt=exit_on_lock=True --setopt=timeout=20 --setopt=retries=1 "$@" repoquery
	else
		echo 'manager yum'
		if ! command -v repoquery >/dev/null 2>&1; then echo 'absent repoquery'; return; fi
		set -- repoquery "$@"
	fi
	timeout 80 "$@" --qf 'found %{name}|%{version}|%{release}|%{downloadsize}' $_missing >"$_folder/$_id.found" 2>"$_folder/$_id.said"
	echo "exit $?"
	grep '^found ' "$_folder/$_id.found"
	_coded said "$_folder/$_id.said" 3000
}

_repository() { # id name baseurl
	if command -v dnf >/dev/null 2>&1; then
		_query "$1" --setopt=cachedir="$_folder/$1.cache" --setopt="$2.gpgcheck=0" --repofrompath="$2,$3" --repo="$2"
	else
		_query "$1" --repofrompath="$2,$3" --repoid="$2"
	fi
}
