# Installs packages out of files, without asking any repository: install.py NAME... -- FILE...
# Runs with the interpreter of dnf. Of the files dnf takes those that this host lacks for the names.
import sys

import dnf
import dnf.cli.output
import dnf.exceptions

arguments = sys.argv[1:]
end = arguments.index('--')
names, files = arguments[:end], arguments[end + 1:]

base = dnf.Base()
base.conf.read()
base.conf.install_weak_deps = False
base.conf.exit_on_lock = False
# Every file was compared with the checksum of a bundle, whose packages were verified when it was made.
base.conf.localpkg_gpgcheck = False
try:
    base.fill_sack(load_system_repo=True, load_available_repos=False)
    base.add_remote_rpms(files, strict=True)
    for name in names:
        base.install(name)
    base.resolve()
    for package in sorted(base.transaction.install_set):
        print('installing %s' % package, flush=True)
    base.do_transaction()
except dnf.exceptions.MarkingError as error:
    sys.exit('%s: the bundle does not hold it.' % error)
except dnf.exceptions.Error as error:
    sys.exit(str(error))
