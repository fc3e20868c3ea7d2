# Collects packages with all they require for a bundle: packages-apt.py WISH, a JSON object of
#   folder        where the files go
#   names         [{spec, name, version?, unless?}]
#   repositories  [{file, list, key?, gpgkey?}] besides those of the host: a list for apt, and the key that it names
#   have          {file name: sha256} of what need not be fetched
# Prints one JSON object a line: {file, bytes, sha256, name, version} for each file, {spec, files} for each name.
# apt itself resolves, downloads and verifies; nothing changes on the host but that folder.
import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.parse
import urllib.request

wish = json.loads(sys.argv[1])
folder = wish['folder']
files = os.path.join(folder, 'files')
os.environ['LC_ALL'] = 'C'


def tell(**words):
    print(json.dumps(words), flush=True)


def inside(*parts):
    path = os.path.join(folder, *parts)
    os.makedirs(path, exist_ok=True)
    return path


def armored(content):
    """apt takes keys in ASCII from a file called so; publishers offer both forms."""
    if b'-----BEGIN PGP PUBLIC KEY BLOCK-----' in content:
        return content
    lines = base64.encodebytes(content)
    return b'-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n' + lines + b'-----END PGP PUBLIC KEY BLOCK-----\n'


def lists():
    """The host's own, where a repository of the same id gives way."""
    path = os.path.join(folder, 'sources.list.d')
    shutil.rmtree(path, ignore_errors=True)
    inside('sources.list.d')
    own = '/etc/apt/sources.list.d'
    for name in os.listdir(own) if os.path.isdir(own) else []:
        if os.path.isfile(os.path.join(own, name)):
            shutil.copy(os.path.join(own, name), path)
    for one in wish['repositories']:
        if one.get('gpgkey'):
            try:
                with urllib.request.urlopen(one['gpgkey'], timeout=60) as answer:
                    content = answer.read(1 << 20)
            except OSError as error:
                sys.exit('The key of a repository cannot be fetched from %s: %s' % (one['gpgkey'], error))
            os.makedirs(os.path.dirname(one['key']), exist_ok=True)
            with open(one['key'], 'wb') as file:
                file.write(armored(content))
        with open(os.path.join(path, one['file']), 'w') as file:
            file.write(one['list'])
    return path


inside('lists', 'partial')
inside('cache', 'archives', 'partial')
status = os.path.join(folder, 'status')
options = ['-q']


def configure():
    settings = {
        'Dir::Etc::sourceparts': lists(),
        'Dir::State::lists': os.path.join(folder, 'lists'),
        'Dir::State::status': status,
        'Dir::State::extended_states': '/dev/null',
        'Dir::Cache': os.path.join(folder, 'cache'),
        'APT::Sandbox::User': 'root',
        'APT::Install-Recommends': 'false',
        'APT::Update::Error-Mode': 'any',
        'Acquire::Retries': '5',
        'Acquire::ForceHash': 'SHA256',
        'Acquire::http::Timeout': '60',
        'Acquire::https::Timeout': '60',
    }
    for name, value in settings.items():
        options.extend(['-o', '%s=%s' % (name, value)])


def run(program, *arguments, **more):
    return subprocess.run(
        [program] + options + list(arguments), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        universal_newlines=True, **more)


def complaints(said):
    return ' '.join(line for line in said.stderr.splitlines() if re.match(r'[EW]: ', line))


def installed(form):
    said = subprocess.run(['dpkg-query', '-W', '-f', form], stdout=subprocess.PIPE, universal_newlines=True)
    return said.stdout


def only_here():
    """
    No host is bare in the same way as another: what is installed here must not be missing there. So apt believes in a host that has
    nothing but what no repository offers, which must be part of the system's image.
    """
    offered = set(run('apt-cache', 'pkgnames').stdout.split())
    fields = ('Version', 'Architecture', 'Multi-Arch', 'Provides')
    form = '${db:Status-Status} ${Package}\\n' + ''.join('%s: ${%s}\\n' % (name, name) for name in fields) + '\\n'
    with open(status + '.new', 'w') as file:
        for block in installed(form).split('\n\n'):
            first, _, rest = block.strip().partition('\n')
            state, _, name = first.partition(' ')
            if state != 'installed' or name in offered:
                continue
            kept = [line for line in rest.split('\n') if not re.search(': *$', line)]
            file.write('Package: %s\nStatus: install ok installed\n%s\n\n' % (name, '\n'.join(kept)))
    os.rename(status + '.new', status)


def fits(version, wanted):
    return re.match(r'(\d:)?' + re.escape(wanted) + r'(-.*)?$', version) is not None


def here(name, unless):
    return name in installed('${Package}\\n').split() or bool(unless and shutil.which(unless))


def resolve(name, version=None, unless=None, **_):
    asked = name
    if version:
        there = [line.split('|')[1].strip() for line in run('apt-cache', 'madison', name).stdout.splitlines()]
        chosen = [one for one in there if fits(one, version)]
        if not chosen:
            known = ' '.join(there) or 'nothing of that name'
            raise LookupError('No repository of this host has %s in version %s; there is: %s.' % (name, version, known))
        asked = '%s=%s' % (name, chosen[0])
    said = run('apt-get', '-y', '--print-uris', 'install', asked)
    if said.returncode != 0:
        if re.search('Unable to locate package|has no installation candidate', said.stderr) and here(name, unless):
            return []
        raise LookupError('No repository of this host gives %s: %s' % (name, complaints(said)))
    return [match.groups() for match in re.finditer(r"^'[^']+' (\S+)_(\S+)_(\S+)\.deb (\d+) SHA256:([0-9a-f]{64})$", said.stdout, re.M)]


def sha256(path):
    digest = hashlib.sha256()
    with open(path, 'rb') as file:
        for block in iter(lambda: file.read(1 << 20), b''):
            digest.update(block)
    return digest.hexdigest()


def plain(name, version, arch):
    """As the archive itself calls it: without the epoch."""
    return '%s_%s_%s.deb' % (name, re.sub(r'^\d+:', '', version), arch)


def download(packages):
    """apt refuses what is not signed by its repository's key."""
    native = subprocess.run(['dpkg', '--print-architecture'], stdout=subprocess.PIPE, universal_newlines=True).stdout.strip()
    asked = ['%s%s=%s' % (name, '' if arch in (native, 'all') else ':' + arch, version) for name, version, arch in packages]
    work = inside('files', 'new')
    said = run('apt-get', 'download', *asked, cwd=work)
    if said.returncode != 0:
        raise OSError(complaints(said) or 'apt-get download ended with %d' % said.returncode)
    for got in os.listdir(work):
        match = re.match(r'(.+)_(.+)_(.+)\.deb$', got)
        if match:
            name = plain(*[urllib.parse.unquote(part) for part in match.groups()])
            os.rename(os.path.join(work, got), os.path.join(files, name))


def main():
    configure()
    open(status, 'w').close()
    updated = run('apt-get', 'update')
    only_here()
    chosen = {}
    for one in wish['names']:
        try:
            found = resolve(**one)
        except LookupError as error:
            # A list that cannot be had may be of a repository that is not needed, or the very reason.
            sys.exit(('%s %s' % (error, complaints(updated))).strip())
        names = []
        for name, version, arch, size, sum in found:
            name, version = urllib.parse.unquote(name), urllib.parse.unquote(version)
            file = plain(name, version, arch)
            names.append(file)
            chosen[file] = ((name, version, arch), int(size), sum)
        tell(spec=one['spec'], files=sorted(names))
    fetch = {}
    for file, ((name, version, arch), size, sum) in chosen.items():
        words = {'file': file, 'name': '%s:%s' % (name, arch), 'version': version}
        path = os.path.join(files, file)
        if wish['have'].get(file) == sum:
            tell(bytes=size, sha256=sum, **words)
        else:
            # What an attempt that was cut off has left is as good as new.
            fetch[file] = (words, os.path.isfile(path) and sha256(path) == sum)
    lacking = [chosen[file][0] for file, (_, there) in fetch.items() if not there]
    if lacking:
        download(lacking)
    for file, (words, _) in fetch.items():
        path = os.path.join(files, file)
        tell(bytes=os.path.getsize(path), sha256=sha256(path), **words)


try:
    main()
except (OSError, ValueError) as error:
    sys.exit(str(error))
