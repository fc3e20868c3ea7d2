# Collects packages with all they require for a bundle: packages-dnf.py WISH, a JSON object of
#   folder        where the files go
#   names         [{spec, unless?}]
#   repositories  [{id, baseurl, gpgkey?, unsigned?}] besides those of the host
#   have          {file name: sha256} of what need not be fetched
# Prints one JSON object a line: {file, bytes, sha256, name, version} for each file, {spec, files} for each name.
# Runs with the interpreter of dnf and changes nothing on the host but that folder.
import binascii
import hashlib
import json
import os
import shutil
import subprocess
import sys
import urllib.request

import dnf
import dnf.exceptions
import dnf.rpm

wish = json.loads(sys.argv[1])
folder = wish['folder']


def tell(**words):
    print(json.dumps(words), flush=True)


def opened():
    base = dnf.Base()
    conf = base.conf
    conf.read()
    conf.install_weak_deps = False
    conf.cachedir = os.path.join(folder, 'cache')
    conf.destdir = os.path.join(folder, 'files')
    conf.substitutions.update_from_etc('/')
    conf.substitutions.setdefault('releasever', dnf.rpm.detect_releasever('/') or '')
    base.read_all_repos()
    for one in wish['repositories']:
        base.repos.pop(one['id'], None)
        repo = base.repos.add_new_repo(one['id'], conf, baseurl=[one['baseurl']])
        repo.gpgcheck = not one.get('unsigned')
        repo.gpgkey = [one['gpgkey']] if one.get('gpgkey') else []
    # No host is bare in the same way as another: what is installed here must not be missing there.
    base.fill_sack(load_system_repo=False)
    return base


def walk(base, package):
    """All that a package requires, as far as the repositories have it; the rest must be part of the system's image."""
    found, waiting = {str(package): package}, [package]
    while waiting:
        for require in waiting.pop().requires:
            if str(require).startswith('rpmlib('):
                continue
            if any(base.sack.query().filterm(pkg=list(found.values())).filterm(provides=require)):
                continue
            choice = base.sack.query().available().filterm(provides=require).latest()
            for one in sorted(choice, key=lambda one: (one.name != str(require), len(one.name)))[:1]:
                found[str(one)] = one
                waiting.append(one)
    return list(found.values())


def resolve(base, spec, unless):
    base.reset(goal=True)
    try:
        base.install(spec)
    except dnf.exceptions.MarkingError:
        installed = subprocess.run(['rpm', '-q', '--whatprovides', spec], stdout=subprocess.DEVNULL).returncode == 0
        if installed or (unless and shutil.which(unless)):
            return []
        raise
    try:
        base.resolve()
        return sorted(base.transaction.install_set)
    except dnf.exceptions.DepsolveError:
        query = dnf.subject.Subject(spec).get_best_query(base.sack).available().latest()
        return [one for package in list(query)[:1] for one in walk(base, package)]


def keys_of(repo):
    dbpath = os.path.join(folder, 'keys-%s' % repo.id)
    os.makedirs(dbpath, exist_ok=True)
    subprocess.run(['rpmkeys', '--dbpath', dbpath, '--initdb'], check=False, stderr=subprocess.DEVNULL)
    for number, url in enumerate(repo.gpgkey):
        path = os.path.join(dbpath, 'key-%d.asc' % number)
        with urllib.request.urlopen(url, timeout=60) as answer, open(path, 'wb') as file:
            shutil.copyfileobj(answer, file)
        subprocess.run(['rpmkeys', '--dbpath', dbpath, '--import', path], check=True)
    return dbpath


databases = {}


def verify(package, path):
    repo = package.repo
    if not repo.gpgcheck:
        return
    if repo.id not in databases:
        databases[repo.id] = keys_of(repo)
    run = subprocess.run(
        ['rpmkeys', '--dbpath', databases[repo.id], '--checksig', path],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={'LC_ALL': 'C', 'PATH': os.environ['PATH']})
    said = run.stdout.decode('utf-8', 'replace').strip()
    if run.returncode != 0 or 'signatures' not in said:
        os.unlink(path)
        sys.exit('%s of the repository %s is not signed by its key: %s' % (os.path.basename(path), repo.id, said))


def sha256(path):
    digest = hashlib.sha256()
    with open(path, 'rb') as file:
        for block in iter(lambda: file.read(1 << 20), b''):
            digest.update(block)
    return digest.hexdigest()


try:
    base = opened()
    chosen = {}
    for one in wish['names']:
        packages = resolve(base, one['spec'], one.get('unless'))
        for package in packages:
            chosen[os.path.basename(package.location)] = package
        tell(spec=one['spec'], files=[os.path.basename(package.location) for package in packages])
    fetch = []
    for name, package in chosen.items():
        version = '%s:%s-%s.%s' % (package.epoch, package.version, package.release, package.arch)
        checksum = binascii.hexlify(package.chksum[1]).decode() if package.chksum else None
        words = {'file': name, 'bytes': package.downloadsize, 'name': package.name, 'version': version}
        if checksum and wish['have'].get(name) == checksum:
            tell(sha256=checksum, **words)
        else:
            fetch.append((words, package))
    os.makedirs(base.conf.destdir, exist_ok=True)
    base.download_packages([package for _, package in fetch])
    for words, package in fetch:
        path = os.path.join(base.conf.destdir, words['file'])
        if not os.path.exists(path):
            shutil.copyfile(package.localPkg(), path)
        verify(package, path)
        tell(sha256=sha256(path), **dict(words, bytes=os.path.getsize(path)))
except dnf.exceptions.MarkingError as error:
    sys.exit('No repository of this host has it: %s' % error)
except (dnf.exceptions.Error, subprocess.CalledProcessError, OSError) as error:
    sys.exit(str(error))
