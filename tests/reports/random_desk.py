"""A desk's history by lot: whatever people can type, in an order that a seed decides, over some weeks of 2026."""

import datetime
import os
import random
import shutil
import sqlite3
import subprocess

TEXTS = [
    "fuite sous l'évier de la cuisine", "chasse d'eau qui coule sans arrêt", "plus d'électricité dans le séjour",
    "prise de courant arrachée", "serrure de la porte d'entrée bloquée", "radiateur froid dans la chambre",
    "odeur de gaz dans l'escalier", "porte du hall qui ne ferme plus", "ascenseur en panne", "vitre cassée",
    "cafards dans la cuisine", "encombrants devant le local poubelles", "infiltration au plafond", "interphone muet",
    "le voisin fait du bruit la nuit", "mur fissuré", "quelque chose ne va pas", "hall sale",
]
PLACES = [("BEL", "A-101"), ("BEL", "A-102"), ("BEL", None), ("GRA", "B-201"), ("PAS", "C-302"), ("PAS", None),
          ("CHA", "A-101"), ("ROS", "A-101"), ("TIL", "A-101"), ("MOU", None)]
PROVIDERS = ["REGIE", "GAR", "CAL", "ELO", "SDP", "ATL", "MPR", "BAT", "GARDIENS", "MON"]
URGENCIES = ["emergency", "urgent", "normal", "planned"]
PARTIES = ["tenant", "parts", "contractor", "weather", "authority", "landlord"]

# Of each state: what people do, and how often.
DEEDS = {
    1: {"assign_to": 6, "assign": 2, "close": 2, "cancel": 1, "edit": 2, "decline": 1},
    2: {"accept": 8, "schedule": 6, "done": 4, "decline": 3, "assign_to": 2, "hold": 3, "cancel": 1, "edit": 2,
        "note": 1},
    3: {"done": 6, "no_access": 4, "schedule": 2, "hold": 2, "assign_to": 1, "cancel": 1, "edit": 1, "accept": 2},
    4: {"resume": 8, "cancel": 1, "edit": 2, "done": 1},
    5: {"verify": 6, "fail": 4, "close": 3, "cancel": 1, "edit": 1, "note": 1},
    6: {"close": 8, "reopen": 3, "cancel": 1, "edit": 1},
    7: {"reopen": 3, "edit": 1, "note": 1},
    8: {"note": 1, "edit": 1},
}


def copy_of_config(source, folder):
    """The example landlord, where work that nobody looked at is accepted in the end, and where penalties reach
    their caps and what is forgiven within weeks."""
    config = os.path.join(folder, "config")
    shutil.copytree(source, config)
    change(config, "regie.toml", '# tacit_after    = "10 working days"', 'tacit_after    = "10 working days"')
    change(config, "providers.toml", 'cap = "10 %", exempt_below = "1000.00"', 'cap = "1 %", exempt_below = "5.00"')
    return config


def change(config, name, old, new):
    path = os.path.join(config, name)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    assert old in text, f"{name} has no {old!r}"
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace(old, new))


def time(moment):
    """As regie reads it. UTC: at the end of March local times have a gap."""
    return moment.isoformat(timespec="seconds") + "Z"


class RandomDesk:
    def __init__(self, program, config, database, seed):
        self.program, self.config, self.database, self.random = program, config, database, random.Random(seed)
        self.deep = 0.9
        self.now = datetime.datetime(2026, 2, 16, 6)
        self.not_before = self.now  # nothing is typed in late about what was before
        self.exits, self.states = {}, {}
        self.regie("init")

    def regie(self, *words, who="astruc"):
        where = ["--config", self.config, "--db", self.database, "--quiet", "--as", who, "--at", time(self.now)]
        done = subprocess.run([self.program, *words, *where], capture_output=True, text=True)
        self.exits[done.returncode] = self.exits.get(done.returncode, 0) + 1
        if done.returncode not in (0, 1, 5):
            raise SystemExit(f"{words}: exit {done.returncode}: {done.stderr}")
        return done.stdout

    def some(self, *choices):
        return self.random.choice(choices)

    def live(self, until, each_day, opening=0.16, deep=0.9):
        """Days until then, with about so many commands each; `deep`: how often the same few requests are gone on
        with."""
        self.deep = deep
        while True:
            then = self.now + datetime.timedelta(seconds=self.random.expovariate(each_day / 86400))
            if then.hour < 7 and self.random.random() < 0.9:
                then = then.replace(hour=7 + self.random.randrange(11))
            if then >= until:
                self.now = until
                return
            self.now = then
            if self.random.random() < opening or not self.states:
                self.open()
            else:
                self.act()
            self.look()

    def look(self):
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as connection:
            self.states = dict(connection.execute("select id, state from request"))

    def open(self):
        residence, dwelling = self.random.choice(PLACES)
        words = ["open", self.random.choice(TEXTS), "-R", residence]
        if dwelling:
            words += ["-d", dwelling]
        if self.random.random() < 0.4:
            words += ["-u", self.random.choice(URGENCIES)]
        if self.random.random() < 0.3:
            words += ["--trade", self.some("plumbing", "electrical", "locksmith", "heating", "none", "cleaning")]
        if self.random.random() < 0.6:
            words += ["--tenant", "Mme Aubin", "--phone", "01 99 00 00 01"]
        if self.random.random() < 0.2:
            words += ["--flag", self.some("senior", "medical", "infant")]
        if self.random.random() < 0.2:
            words += ["--channel", self.some("phone", "desk", "web", "email", "caretaker")]
        self.regie(*words, who="abadie")

    def act(self):
        unfinished = [number for number, state in self.states.items() if state < 7]
        if unfinished and self.random.random() < self.deep:
            number = unfinished[min(int(self.random.expovariate(1 / 12)), len(unfinished) - 1)]
        else:
            number = self.random.choice(list(self.states))
        deeds = DEEDS[self.states[number]]
        deed = self.random.choices(list(deeds), list(deeds.values()))[0]
        if self.random.random() < 0.03:  # what the lifecycle does not allow
            deed = self.random.choice(sorted({one for row in DEEDS.values() for one in row}))
        getattr(self, "do_" + deed)(str(number))

    def when(self):
        """Now and then it is typed in later than it happened."""
        if self.random.random() < 0.2:
            before = max(self.now - datetime.timedelta(seconds=self.random.randrange(1, 7200)), self.not_before)
            return ["--when", time(before)]
        return []

    def do_assign_to(self, number):
        words = ["--out-of-contract"] if self.random.random() < 0.2 else []
        provider = self.random.choice(PROVIDERS)
        self.regie("assign", number, "--to", provider, "--reason", "par le sort", *words, *self.when())

    def do_assign(self, number):
        self.regie("assign", number)

    def do_accept(self, number):
        self.regie("accept", number, *self.when(), who="montagnier")

    def do_decline(self, number):
        self.regie("decline", number, "--reason", "pas de nacelle", who="montagnier")

    def do_schedule(self, number):
        begin = self.now + datetime.timedelta(hours=self.some(-2, 0, 1, 3, 20, 24, 50))
        self.regie("schedule", number, "--from", time(begin), "--to", time(begin + datetime.timedelta(hours=2)),
                   who="montagnier")

    def do_no_access(self, number):
        self.regie("no-access", number, *self.when(), who="montagnier")

    def do_hold(self, number):
        self.regie("hold", number, "--for", self.random.choice(PARTIES), "--reason", "on attend", *self.when())

    def do_resume(self, number):
        self.regie("resume", number, *self.when())

    def do_done(self, number):
        cost = f"{self.random.randrange(20, 900)},{self.random.randrange(100):02}"
        words = ["--cost", cost] if self.random.random() < 0.6 else []
        self.regie("done", number, "--work", "réparé", *words, *self.when(), who="montagnier")

    def do_verify(self, number):
        if self.random.random() < 0.15:
            self.regie("verify", "--tacit")
        else:
            self.regie("verify", number, "--pass", *self.when())

    def do_fail(self, number):
        self.regie("verify", number, "--fail", "--reason", "fuit encore", *self.when())

    def do_close(self, number):
        words = ["--rating", str(self.random.randint(1, 5))] if self.random.random() < 0.5 else []
        self.regie("close", number, "--answer", "réparé", *words, *self.when(), who="abadie")

    def do_reopen(self, number):
        self.regie("reopen", number, "--reason", "la fuite est revenue", *self.when())

    def do_cancel(self, number):
        why = self.some("not-technical", "tenant-upkeep", "withdrawn")
        self.regie("cancel", number, "--why", why, "--reason", "par le sort")

    def do_note(self, number):
        self.regie("note", number, "rappelée", *(["--told", "phone"] if self.random.random() < 0.5 else []))

    # Corrections of trade, residence, place and channel are left out: they show in past months, as they must.
    def do_edit(self, number):
        if self.random.random() < 0.25:
            said = self.some("proposed", "observed", "confirmed", "waived")
            self.regie("edit", number, "--penalty", said, "--reason", "courrier")
        else:
            self.regie("edit", number, "--urgency", self.random.choice(URGENCIES))
