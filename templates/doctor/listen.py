# Stands in for daemons that are not installed yet, so that it can be tried whether other hosts reach their ports:
# says NONCE to whoever connects, writes nothing, and ends by itself. Arguments: NONCE ADDRESS SECONDS PORT...
import errno, os, select, signal, socket, sys

nonce, address, seconds, *ports = sys.argv[1:]
os.closerange(3, 256)
listening = []
for port in ports:
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        one.bind((address, int(port)))
        one.listen(64)
        listening.append(one)
        print(port, "listening")
    except OSError as error:
        one.close()
        print(port, errno.errorcode.get(error.errno, error.errno))
if not listening:
    sys.exit()
sys.stdout.flush()
child = os.fork()
if child:
    print("pid", child)
    sys.exit()
os.setsid()
signal.alarm(int(seconds))
empty = os.open(os.devnull, os.O_RDWR)
for descriptor in range(3):
    os.dup2(empty, descriptor)
while True:
    for one in select.select(listening, [], [])[0]:
        try:
            caller, _ = one.accept()
            caller.settimeout(1)
            caller.sendall(nonce.encode() + b"\n")
            caller.close()
        except OSError:
            pass
