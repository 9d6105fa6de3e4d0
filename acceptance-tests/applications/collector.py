#!/usr/bin/env python3
"""An OpenTelemetry collector that only writes down what it gets. Usage: collector.py PORT FILE"""
import gzip
import http.server
import sys


class Collector(http.server.BaseHTTPRequestHandler):

    def do_POST(self):
        if self.headers.get('Transfer-Encoding') == 'chunked':
            body = b''
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers['Content-Length']))
        with open(sys.argv[2], 'ab') as file:
            file.write(gzip.decompress(body) if self.headers.get('Content-Encoding') == 'gzip' else body)
        self.send_response(200)
        self.send_header('Content-Length', '0')
        self.end_headers()

    def log_message(self, *message):
        pass


open(sys.argv[2], 'wb').close()
http.server.ThreadingHTTPServer(('127.0.0.1', int(sys.argv[1])), Collector).serve_forever()
