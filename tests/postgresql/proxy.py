"""proxy.py LISTEN SERVER PLAN LOG: stands between regie and a PostgreSQL server, both on Unix sockets.

Each connection takes the next word of the file PLAN (none left: pass) and is cut on both sides where it says:
  pass            nowhere
  refuse          at once; refuse* also every later one
  before-commit   COMMIT did not reach the server; before-commit:2 the second one
  at-commit       COMMIT is on its way, nobody waits for what becomes of it
  after-commit    COMMIT was done, its answer did not come through
  to-server:N     after N messages to the server
  to-client:N     after N messages to the client
  deaf:N          after N messages to the client nobody listens to it any more, while there is still something to read
LOG gets a line for each cut, and for each connection how often the client waited for the server (turns of the
conversation from the first statement on) and how many messages went to either side.
"""

import os
import socket
import struct
import sys
import threading
import time

listen_path, server_path, plan_path, log_path = sys.argv[1:]
log_lock = threading.Lock()

# A NoticeResponse: it answers nothing.
fields = b"SWARNING\0C01000\0Mgoing away\0\0"
notice = b"N" + struct.pack("!I", 4 + len(fields)) + fields


def log(line):
    with log_lock, open(log_path, "a", encoding="utf-8") as file:
        file.write(line + "\n")


def next_word():
    with open(plan_path, encoding="utf-8") as file:
        words = file.read().split()
    if not words:
        return "pass"
    if not words[0].endswith("*"):
        with open(plan_path, "w", encoding="utf-8") as file:
            file.write(" ".join(words[1:]))
    return words[0].rstrip("*")


def messages(stream, first_is_untyped):
    """Whole messages as they come: (type, bytes); type b"" for the one that starts a connection."""
    buffer = b""
    header = 0 if first_is_untyped else 1
    while True:
        while len(buffer) >= header + 4:
            length = header + struct.unpack("!I", buffer[header : header + 4])[0]
            if len(buffer) < length:
                break
            yield buffer[:header], buffer[:length]
            buffer = buffer[length:]
            header = 1
        chunk = stream.recv(65536)
        if not chunk:
            return
        buffer += chunk


def is_commit(kind, message):
    if kind == b"P":
        return message[5:].split(b"\0")[1].lower() == b"commit"
    return kind == b"Q" and message[5:-1].lower() == b"commit"


class Conversation:
    def __init__(self, client, word):
        self.client = client
        self.server = socket.socket(socket.AF_UNIX)
        self.server.connect(server_path)
        self.where, _, number = word.partition(":")
        self.number = int(number or 1)
        self.commits = 0
        self.sent = {"to-server": 0, "to-client": 0}
        self.ready = False
        self.deaf = False
        self.turns = 0
        self.speaker = None
        self.lock = threading.Lock()
        self.over = False

    def cut(self, why):
        with self.lock:
            if self.over:
                return
            self.over = True
        if why:
            log("cut " + why)
        # Before the client sees the end: it may be gone, and the test look here, at once.
        log("turns %d to-server %d to-client %d" % (self.turns, self.sent["to-server"], self.sent["to-client"]))
        for stream in (self.server, self.client):
            try:
                stream.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def go_deaf(self, message):
        # What the client writes from now on fails, and then there is something to read that does not end its waiting.
        self.deaf = True
        log("cut deaf")
        self.client.shutdown(socket.SHUT_RD)
        self.client.sendall(message)
        time.sleep(0.005)
        self.client.sendall(notice)
        time.sleep(0.02)

    def pass_on(self, direction, source, target, see):
        try:
            for kind, message in messages(source, direction == "to-server"):
                end = see(kind, message)
                if end == "before":
                    return self.cut(self.where)
                with self.lock:
                    if self.ready and direction == "to-client" and self.speaker == "to-server":
                        self.turns += 1
                    if self.ready:
                        self.speaker = direction
                self.sent[direction] += 1
                here = self.sent[direction] == self.number
                if here and direction == "to-client" and self.where == "deaf":
                    self.go_deaf(message)
                    return self.cut("")
                target.sendall(message)
                if direction == "to-client" and kind == b"Z":
                    self.ready = True
                if end == "after" or (here and self.where == direction):
                    return self.cut(self.where)
        except OSError:
            pass
        if not self.deaf:
            self.cut("")

    def see_client(self, kind, message):
        if is_commit(kind, message):
            self.commits += 1
            if self.where == "before-commit" and self.commits == self.number:
                return "before"
        # A statement travels as several messages; the last one makes the server run it.
        if self.where == "at-commit" and self.commits == self.number and kind in (b"S", b"Q"):
            return "after"
        return None

    def see_server(self, kind, message):
        done = kind == b"C" and message[5:-1] == b"COMMIT"
        return "before" if done and self.where == "after-commit" and self.commits == self.number else None

    def run(self):
        to_server = threading.Thread(
            target=self.pass_on, args=("to-server", self.client, self.server, self.see_client)
        )
        to_server.start()
        self.pass_on("to-client", self.server, self.client, self.see_server)
        to_server.join()
        self.server.close()
        self.client.close()


def serve(client):
    word = next_word()
    if word == "refuse":
        log("cut refuse")
        client.close()
        return
    try:
        conversation = Conversation(client, word)
    except OSError:
        client.close()
        return
    threading.Thread(target=conversation.run, daemon=True).start()


listener = socket.socket(socket.AF_UNIX)
listener.bind(listen_path)
listener.listen(64)
os.chmod(listen_path, 0o777)
while True:
    serve(listener.accept()[0])
