"""The storm of remind_storm.sh: makes requests, lets runs of `regie remind` be killed, and counts what became of all.

    remind_storm.py requests orders|emergencies COUNT       CSV for `regie import`
    remind_storm.py storm orders|emergencies FOLDER REGIE   exit 0: as it must be
"""

import collections
import csv
import ctypes
import email
import email.policy
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

# What the mail program does when nobody can say afterwards whether the mail left.
DOUBTFUL = {"accept-and-die", "accept-and-76", "die", "refuse-74", "accept-and-hang", "hang", "stopped"}
AT_ONCE = 4  # runs
BEGIN = datetime.fromisoformat("2026-03-02T17:00:00+01:00")  # a Monday
END = datetime.fromisoformat("2026-03-05T18:00:00+01:00")  # every step of the ladder came

RESIDENCES = [("BEL", "ABCD", 10, 8), ("TIL", "ABCDEF", 4, 8), ("FON", "ABCDE", 8, 8), ("MIM", "BC", 4, 11)]
TEXTS = {
    "orders": [
        "fuite sous l'évier de la cuisine",
        "prise électrique en panne dans la cuisine",
        "le volet roulant est bloqué",
        "le digicode ne marche plus",
    ],
    "emergencies": [
        "l'eau coule à flots du plafond, ça ne s'arrête pas",
        "étincelles au tableau électrique, odeur de brûlé",
    ],
}
EACH = 3  # reminders of one order


def requests(name, count):
    writer = csv.writer(sys.stdout)
    writer.writerow("received_at channel residence dwelling tenant_name tenant_phone description".split())
    for i in range(count):
        code, buildings, floors, doors = RESIDENCES[i % len(RESIDENCES)]
        j = i // len(RESIDENCES)
        building, j_th = buildings[j % len(buildings)], j // len(buildings)
        dwelling = f"{building}-{j_th % floors + 1}{j_th // floors % doors + 1:02}"
        received = BEGIN - timedelta(seconds=1 + 8 * 3600 * i // count)
        text = TEXTS[name][(i + j) % len(TEXTS[name])]
        writer.writerow([received.isoformat(), "phone", code, dwelling, f"Mme Numéro {i + 1}", "06 39 98 10 10", text])


def fail(what):
    print(f"FAILED: {what}")
    sys.exit(1)


class Storm:
    def __init__(self, folder, regie):
        self.folder = folder
        self.regie = regie
        self.orders = len(list(csv.reader(open(folder / "requests.csv", encoding="utf-8")))) - 1
        self.runs = {}  # by process: when it began, and when it is killed
        self.handled = set()  # those left behind that were decided upon
        self.doomed = {}  # left behind: when one is killed
        self.victims = {}  # killed: the deliveries it had, and what it was
        self.killed_runs = 0
        self.killed_deliverers = 0
        self.finished = 0
        self.cut_short = set()  # (mail, attempt) whose deliverer was killed
        begin = time.monotonic()
        self.listed("due")
        self.breath = max(0.02, time.monotonic() - begin)  # how long the shortest run takes here
        # To be written to as well: a journal that a killed run left behind is taken back by whoever reads next.
        self.desk = sqlite3.connect(f"file:{folder / 'desk.db'}?mode=rw", uri=True, isolation_level=None, timeout=30)

    def rows(self, select):
        return self.desk.execute(select).fetchall()

    # -- processes

    def start(self, clock):
        said = str(self.folder / "said")
        words = [self.regie, "remind", "--at", clock.isoformat(timespec="seconds")]
        append = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        pid = os.posix_spawn(
            self.regie,
            words,
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, said, append, 0o600),
                (os.POSIX_SPAWN_OPEN, 2, said, append, 0o600),
            ],
        )
        # Longer than the first of these only whoever got the lock lives.
        life = self.breath * random.choice([1.5, 5, 15, 50 + self.orders / 20])
        now = time.monotonic()
        self.runs[pid] = (now, now + random.uniform(0, life))

    def children(self):
        me = os.getpid()
        return [int(pid) for pid in Path(f"/proc/self/task/{me}/children").read_text().split()]

    @staticmethod
    def deliveries_of(pid):
        """Of which receipts it has the lock."""
        found = set()
        try:
            links = os.listdir(f"/proc/{pid}/fd")
        except OSError:
            links = []
        for link in links:
            try:
                match = re.search(r"/(\d+)-(\d+)\.receipt$", os.readlink(f"/proc/{pid}/fd/{link}"))
            except OSError:  # closed in the meantime
                continue
            if match:
                found.add((int(match[1]), int(match[2])))
        return found

    def is_deliverer(self, pid):
        """Of those that were left to us: not a mail program whose deliverer was killed."""
        try:
            return os.readlink(f"/proc/{pid}/exe") == os.path.realpath(self.regie)
        except OSError:
            return False

    def kill(self, pid, kind):
        self.victims[pid] = (kind, self.deliveries_of(pid))
        os.kill(pid, signal.SIGKILL)

    def reap(self):
        """Gives how many runs ended that had worked, and how many that found another one at work, or nothing to do."""
        worked = idle = 0
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return worked, idle
            if pid == 0:
                return worked, idle
            was_killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
            kind, deliveries = self.victims.pop(pid, (None, set()))
            self.doomed.pop(pid, None)
            self.handled.discard(pid)
            if pid in self.runs:
                began, _ = self.runs.pop(pid)
                if time.monotonic() - began > 2 * self.breath:
                    worked += 1
                else:
                    idle += 1
                if was_killed and kind == "run":
                    self.killed_runs += 1
                elif os.WIFEXITED(status) and os.WEXITSTATUS(status) in (0, 1):
                    self.finished += 1
                else:
                    fail(f"a run ended with status {status}")
            elif was_killed and kind == "deliverer":
                self.killed_deliverers += 1
                self.cut_short |= deliveries

    def strike(self):
        now = time.monotonic()
        for pid, (_, end) in self.runs.items():
            if now >= end and pid not in self.victims:
                self.kill(pid, "run")
        for pid in self.children():
            if pid in self.runs or pid in self.handled:
                continue
            self.handled.add(pid)
            if random.random() < 0.06 and self.is_deliverer(pid):
                self.doomed[pid] = now + random.choice([0, random.uniform(0, 0.01), random.uniform(0, 0.3)])
        for pid, end in list(self.doomed.items()):
            if now >= end and pid not in self.victims:
                self.kill(pid, "deliverer")

    def blow(self):
        """The storm itself."""
        # Whoever works moves the clock: slowly while much waits, so that reminders come in their turn, too.
        clock = BEGIN
        next_start = next_look = 0
        share = 1
        while clock < END or share > 0.1:
            if time.monotonic() >= next_look:
                settled = self.rows("select count(*) from mail where kind = 1 and state in (3, 5)")[0][0]
                share = 1 - settled / self.orders
                next_look = time.monotonic() + 0.3
            worked, idle = self.reap()
            minutes = 6 * min(1, 500 / self.orders) * worked if share > 0.2 else 30 * (worked + idle)
            clock += timedelta(minutes=random.uniform(0, minutes))
            self.strike()
            now = time.monotonic()
            if len(self.runs) < AT_ONCE and now >= next_start:
                # Some clocks go behind the others.
                self.start(clock - timedelta(minutes=random.choice([0, 0, 0, 1, 30, 600])))
                next_start = now + random.uniform(0, 0.05)
            time.sleep(0.001)
        self.wait_for_all()
        return clock

    def wait_for_all(self):
        until = time.monotonic() + 120
        while self.children():
            self.reap()
            if time.monotonic() > until:
                fail(f"these do not end: {self.children()}")
            time.sleep(0.005)

    def calm(self, clock):
        """Runs until nothing is to be sent."""
        (self.folder / "calm").touch()
        last = max(clock, END) + timedelta(days=6)  # two working days after the last order left, and a weekend
        while clock < last + timedelta(days=3):
            clock += timedelta(hours=3)
            done = subprocess.run(
                [self.regie, "remind", "--at", clock.isoformat(timespec="seconds")], capture_output=True, text=True
            )
            self.wait_for_all()
            if done.returncode not in (0, 1):
                fail(f"exit {done.returncode}: {done.stderr}")
            mails = self.rows("select count(*) from mail where state < 3")
            notices = self.rows("select count(*) from notice where state = 1")
            if mails == notices == [(0,)] and clock > last:
                return done
        fail("after nine calm days there is still something to be sent")

    # -- counting

    def listed(self, state):
        words = [self.regie, "remind", "--list", "--state", state, "--limit", "0", "--format", "json"]
        return json.loads(subprocess.run(words, capture_output=True, check=True).stdout)["items"]


def things_in(message):
    """What one mail tells: (kind, recipient, request)."""
    subject, recipient = message["Subject"], message["X-Envelope-To"]
    if "Bon de commande" in subject:
        return [("order", recipient, int(re.match(r"\[#(\d+)\]", subject)[1]))]
    text = message.get_content()
    return [("reminders", recipient, int(number)) for number in re.findall(r"^- \D*(\d+) · ", text, re.MULTILINE)]


def storm(name, folder, regie):
    if ctypes.CDLL(None).prctl(36, 1, 0, 0, 0) != 0 or not Path(f"/proc/self/task/{os.getpid()}/children").exists():
        print("SKIPPED: deliverers cannot be found here (PR_SET_CHILD_SUBREAPER, /proc/PID/task/PID/children)")
        sys.exit(77)
    begin = time.monotonic()
    weather = Storm(folder, regie)
    last_run = weather.calm(weather.blow())
    seconds = time.monotonic() - begin

    fates = collections.defaultdict(list)  # of one attempt at one mail
    for line in (folder / "fates").read_text().splitlines():
        message_id, attempt, fate = line.split()
        fates[message_id, int(attempt)].append(fate)
    by_fate = collections.Counter(fate for said in fates.values() for fate in said)
    if "broken" in by_fate:
        fail("the mail program itself did not work")
    # "stopped" comes after what it was about to do.
    doubts = {key for key, said in fates.items() if DOUBTFUL & set(said)}

    accepted = collections.defaultdict(list)  # by Message-ID: the attempts
    told = collections.defaultdict(set)  # what a mail told: the Message-IDs that told it
    for file in (folder / "accepted").iterdir():
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        message_id = message["Message-ID"].strip("<> ")
        accepted[message_id].append(int(message.get("X-Regie-Attempt", "1")))
        if message["To"].addresses[0].addr_spec != message["X-Envelope-To"]:
            fail(f"{message_id} went to {message['X-Envelope-To']} and says {message['To']}")
        for thing in things_in(message):
            told[thing].add(message_id)

    mails = {m["message_id"]: m for m in weather.listed("due,sending,uncertain,held,sent,withdrawn,dropped")}
    uncertain = {m["message_id"]: m for m in weather.listed("uncertain")}
    troubles = []

    # Nothing is left over.
    states = collections.Counter(m["state"] for m in mails.values())
    if set(states) - {"sent", "uncertain"}:
        troubles.append(f"mails are neither sent nor uncertain: {dict(states)}")
    if set(accepted) - set(mails):
        troubles.append(f"accepted, and not known: {sorted(set(accepted) - set(mails))[:3]}")
    # Twice: but for an emergency in doubt.
    copies = [i for i, attempts in accepted.items() if len(attempts) > 1]
    allowed = []
    for i in copies:
        first, *others = sorted(accepted[i])
        in_doubt = (i, first) in doubts or (mails[i]["mail"], first) in weather.cut_short
        if name == "emergencies" and mails[i]["urgent"] and len(others) == 1 and others[0] > first and in_doubt:
            allowed.append(i)
    duplicates = [f"{i}: attempts {sorted(accepted[i])}" for i in copies if i not in allowed]
    duplicates += [f"{thing}: {sorted(ids)}" for thing, ids in told.items() if len(ids) > 1]
    # Never: told by no mail that was accepted, nor by one that perhaps left.
    perhaps = set()
    for m in uncertain.values():
        kind = "order" if m["kind"] == "order" else "reminders"
        perhaps |= {(kind, m["to"], int(number)) for number in re.findall(r"\d+", m["requests"] or "")}
    lost = [f"{i} is sent, and was not accepted" for i, m in mails.items() if m["state"] == "sent" and i not in accepted]
    orders_in_doubt = {int(n) for m in uncertain.values() if m["kind"] == "order" for n in re.findall(r"\d+", m["requests"] or "")}
    told_of = collections.Counter((kind, number) for kind, _, number in set(told) | perhaps)
    for number in range(1, weather.orders + 1):
        of_it = told_of["order", number], told_of["reminders", number]
        # Whoever perhaps has no order is not reminded of it before a person has decided.
        in_doubt = number in orders_in_doubt and of_it[0] == 1 and of_it[1] <= EACH
        if of_it != (1, EACH) and not in_doubt:
            lost.append(f"request {number}: {of_it[0]} orders, {of_it[1]} reminders")
    # Perhaps left: each has its reason.
    for i, m in uncertain.items():
        if (i, m["attempts"]) not in doubts and (m["mail"], m["attempts"]) not in weather.cut_short:
            fate = fates.get((i, m["attempts"]))
            troubles.append(f"mail {m['mail']} is uncertain without a reason: {m['reason']}, {fate}")
    ambiguous = sum(by_fate[fate] for fate in DOUBTFUL)
    if len(uncertain) > ambiguous + weather.killed_deliverers:
        troubles.append(f"{len(uncertain)} are uncertain")
    if uncertain and last_run.returncode != 1:
        troubles.append(f"the last run ended with {last_run.returncode} although there are uncertain mails")
    # Each key is in one mail, and that mail left or perhaps did. (Those that were withdrawn were counted above.)
    astray = weather.rows(
        "select n.key from notice n left join mail m on m.id = n.mail"
        " where n.state <> 4 and (n.state <> 2 or m.state not in (3, 5))"
    )
    if astray:
        troubles.append(f"notices are in no mail that left: {astray[:3]}")
    # Whatever runs said was about mails.
    said = [line for line in (folder / "said").read_text().splitlines() if line]
    about_mail = r"regie remind: mail \d+ to .*: (perhaps sent, |to be sent, |being sent since )|  'regie remind --show"
    odd = [line for line in said if not re.match(about_mail, line)]
    if odd:
        troubles.append(f"runs said: {odd[:3]}")

    bundled = [len(re.findall(r"\d+", m["requests"] or "")) for m in mails.values() if m["kind"] == "reminders"]
    print(
        f"{weather.orders} {name}, {weather.orders * EACH} reminders, {len(mails)} mails"
        f" (the largest with {max(bundled, default=0)} reminders) in {seconds:.0f} s:"
        f" {weather.killed_runs} kills of runs ({weather.finished} left to finish),"
        f" {weather.killed_deliverers} of deliverers,"
        f" {by_fate['refuse-75'] + by_fate['refuse-69'] + by_fate['slowly-refuse']} refusals,"
        f" {ambiguous} mail programs that died or did not know:"
        f" {len(duplicates)} duplicates, {len(lost)} lost, {len(uncertain)} uncertain"
        f" ({sum(i in accepted for i in uncertain)} of them had left)"
        + (f", {len(allowed)} sent again in doubt" if name == "emergencies" else "")
    )
    for what in (duplicates[:5], lost[:5], troubles):
        for line in what:
            print(f"  {line}")
    if weather.orders >= 200 and (weather.killed_runs < 20 or weather.killed_deliverers == 0 or not uncertain):
        troubles.append("the storm was too calm to prove anything")
        print(f"  {troubles[-1]}")
    if duplicates or lost or troubles:
        if os.environ.get("KEEP"):  # a folder to look at
            shutil.copytree(folder, os.environ["KEEP"])
        fail(f"{len(duplicates)} duplicates, {len(lost)} lost, {len(troubles)} troubles")


if __name__ == "__main__":
    if sys.argv[1] == "requests":
        requests(sys.argv[2], int(sys.argv[3]))
    else:
        storm(sys.argv[2], Path(sys.argv[3]), sys.argv[4])
