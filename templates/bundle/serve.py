# Gives the files of one folder to the other hosts of a cluster for as long as whoever started it stays connected:
# serve.py ADDRESS WORD FOLDER PORT... ; prints the first PORT that was free. Ends when descriptor 3 does.
import os
import re
import sys
import threading

try:
    from http.server import BaseHTTPRequestHandler, HTTPServer
    from socketserver import ThreadingMixIn
except ImportError:
    from BaseHTTPServer import BaseHTTPRequestHandler, HTTPServer
    from SocketServer import ThreadingMixIn

address, word, folder = sys.argv[1:4]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        match = re.match(r'^/([0-9a-f]+)/([A-Za-z0-9][A-Za-z0-9_.+~^-]*)$', self.path)
        path = os.path.join(folder, match.group(2)) if match and match.group(1) == word else None
        # What is not whole yet has another name.
        if path is None or path.endswith('.part') or not os.path.isfile(path):
            self.send_error(404)
            return
        size = os.path.getsize(path)
        asked = re.match(r'^bytes=(\d+)-$', self.headers.get('Range') or '')
        start = int(asked.group(1)) if asked else 0
        if start >= size and size > 0:
            self.send_error(416)
            return
        self.send_response(206 if asked else 200)
        if asked:
            self.send_header('Content-Range', 'bytes %d-%d/%d' % (start, size - 1, size))
        self.send_header('Content-Length', str(size - start))
        self.end_headers()
        with open(path, 'rb') as file:
            file.seek(start)
            while True:
                block = file.read(262144)
                if not block:
                    return
                self.wfile.write(block)

    def log_message(self, *_):
        pass


class Server(ThreadingMixIn, HTTPServer):
    daemon_threads = True
    # Somebody else's port must not be taken, not even one that waits for its last packets.
    allow_reuse_address = False


def end_with_the_connection():
    while os.read(3, 1):
        pass
    os._exit(0)


for port in sys.argv[4:]:
    try:
        server = Server((address, int(port)), Handler)
        break
    except (OSError, IOError):
        server = None
if server is None:
    sys.exit('no free port')
print('port %d' % server.server_address[1])
sys.stdout.flush()
waiting = threading.Thread(target=end_with_the_connection)
waiting.daemon = True
waiting.start()
server.serve_forever()
