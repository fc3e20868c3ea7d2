# Fetches an image from its registry into one file that docker loads: image.py WISH, a JSON object of
#   registry, repository, reference   what to ask for; a reference that is a digest is compared with what comes
#   arch                              amd64 or arm64
#   names                             what docker calls the image once it is loaded
#   folder, file                      where the parts and the finished file go
# Prints one JSON object: {bytes, sha256, id, manifest}. The same image gives the same file, byte for byte.
import hashlib
import io
import json
import os
import re
import ssl
import sys
import tarfile
import urllib.error
import urllib.parse
import urllib.request

wish = json.loads(sys.argv[1])
registry, repository, folder = wish['registry'], wish['repository'], wish['folder']
indexes = ('application/vnd.oci.image.index.v1+json', 'application/vnd.docker.distribution.manifest.list.v2+json')
manifests = ('application/vnd.oci.image.manifest.v1+json', 'application/vnd.docker.distribution.manifest.v2+json')

trust = ssl.create_default_context()
own = '/etc/docker/certs.d/%s/ca.crt' % registry
if os.path.exists(own):
    trust.load_verify_locations(own)
word = None


def ask(url, **headers):
    request = urllib.request.Request(url, headers=headers)
    # Not for the store of files that a registry sends us on to.
    if word:
        request.add_unredirected_header('Authorization', 'Bearer ' + word)
    return urllib.request.urlopen(request, context=trust, timeout=60)


def authorized(url, **headers):
    global word
    try:
        return ask(url, **headers)
    except urllib.error.HTTPError as error:
        asked = error.headers.get('WWW-Authenticate') or ''
        terms = dict(re.findall(r'(\w+)="([^"]*)"', asked))
        if error.code != 401 or word or not asked.startswith('Bearer ') or not terms.get('realm', '').startswith('https://'):
            raise
        query = {key: terms[key] for key in ('service', 'scope') if key in terms}
        query.setdefault('scope', 'repository:%s:pull' % repository)
        with urllib.request.urlopen(terms['realm'] + '?' + urllib.parse.urlencode(query), context=trust, timeout=60) as answer:
            given = json.load(answer)
        word = given.get('token') or given.get('access_token')
        return ask(url, **headers)


def digest_of(content):
    return 'sha256:' + hashlib.sha256(content).hexdigest()


def manifest(reference):
    url = 'https://%s/v2/%s/manifests/%s' % (registry, repository, reference)
    with authorized(url, Accept=', '.join(indexes + manifests)) as answer:
        kind, content = answer.headers.get('Content-Type', '').split(';')[0], answer.read(4 << 20)
    if reference.startswith('sha256:') and digest_of(content) != reference:
        sys.exit('%s answers %s with another content than that digest.' % (registry, reference))
    return kind, content


def blob(digest):
    if not re.match(r'^sha256:[0-9a-f]{64}$', digest):
        sys.exit('The manifest names a part %r, which is no digest.' % digest)
    path = os.path.join(folder, digest.replace(':', '-'))
    if os.path.exists(path):
        return path
    checked = hashlib.sha256()
    with authorized('https://%s/v2/%s/blobs/%s' % (registry, repository, digest)) as answer, open(path + '.part', 'wb') as file:
        for block in iter(lambda: answer.read(1 << 18), b''):
            checked.update(block)
            file.write(block)
    if 'sha256:' + checked.hexdigest() != digest:
        os.unlink(path + '.part')
        sys.exit('%s gives %s with another content than that digest.' % (registry, digest))
    os.rename(path + '.part', path)
    return path


def entry(tar, name, size, content):
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o644
    tar.addfile(info, content)


def text(tar, name, value):
    content = json.dumps(value, sort_keys=True).encode()
    entry(tar, name, len(content), io.BytesIO(content))


def main():
    os.makedirs(folder, exist_ok=True)
    kind, content = manifest(wish['reference'])
    if kind in indexes:
        fit = [one for one in json.loads(content)['manifests']
               if one.get('platform', {}).get('os') == 'linux' and one['platform'].get('architecture') == wish['arch']]
        if not fit:
            sys.exit('%s/%s has no image for linux/%s under %s.' % (registry, repository, wish['arch'], wish['reference']))
        kind, content = manifest(fit[0]['digest'])
    if kind not in manifests:
        sys.exit('%s answers with %s, which is no image.' % (registry, kind or 'nothing that has a type'))
    whole = json.loads(content)
    parts = [whole['config']['digest']] + [layer['digest'] for layer in whole['layers']]
    files = {digest: blob(digest) for digest in parts}
    with open(files[parts[0]], 'rb') as file:
        made_for = json.load(file).get('architecture')
    if made_for and made_for != wish['arch']:
        sys.exit('The image is made for %s, and this host needs %s.' % (made_for, wish['arch']))
    out = os.path.join(folder, wish['file'])
    with tarfile.open(out + '.part', 'w') as tar:
        for digest in sorted(set(parts)):
            with open(files[digest], 'rb') as file:
                entry(tar, 'blobs/sha256/' + digest[7:], os.path.getsize(files[digest]), file)
        entry(tar, 'blobs/sha256/' + digest_of(content)[7:], len(content), io.BytesIO(content))
        text(tar, 'oci-layout', {'imageLayoutVersion': '1.0.0'})
        text(tar, 'index.json', {'schemaVersion': 2, 'manifests': [
            {'mediaType': kind, 'digest': digest_of(content), 'size': len(content),
             'annotations': {'io.containerd.image.name': name}} for name in wish['names']]})
        text(tar, 'manifest.json', [{
            'Config': 'blobs/sha256/' + parts[0][7:], 'RepoTags': wish['names'],
            'Layers': ['blobs/sha256/' + digest[7:] for digest in parts[1:]]}])
    os.rename(out + '.part', out)
    sum = hashlib.sha256()
    with open(out, 'rb') as file:
        for block in iter(lambda: file.read(1 << 20), b''):
            sum.update(block)
    print(json.dumps({'bytes': os.path.getsize(out), 'sha256': sum.hexdigest(), 'id': parts[0], 'manifest': digest_of(content)}))


try:
    main()
except urllib.error.HTTPError as error:
    sys.exit('%s answers HTTP %d for %s.' % (registry, error.code, error.url))
except (urllib.error.URLError, OSError, ValueError, KeyError) as error:
    sys.exit('%s: %s' % (registry, error))
