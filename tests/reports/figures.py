#!/usr/bin/env python3
"""A second opinion on the figures of 'regie report', made of nothing but the journal.

regie counts over its rows, with what it keeps beside them for speed. Here each request is told again from its journal,
entry by entry and only up to the report's moment, and counted in the plainest way that regie-report(1), DEFINITIONS,
allows; then every figure that both know must be the same. Of a SQLite database it reads the tables `journal` and
`policy`, and never what regie derives from the journal; of the landlord's configuration the agencies, sectors, opening
hours, contracts and names of rules. Mail is not looked at: neither `reminders` nor the trouble of `nightly`.

    figures.py compare DATABASE CONFIG [--seed N] [--queries N] [--ids SHARE]
                                                     every report over many periods, filters and cuts
    figures.py stable FOLDER CONFIG [--seed N]       a random desk: a month that is over stays as it was
    figures.py story DATABASE CONFIG NUMBER [--at TIME]
                                                     what happened to a request, as it is understood here

The program is $REGIE. Standard library only.
"""

import argparse
import collections
import datetime
import fractions
import json
import math
import os
import random
import re
import sqlite3
import subprocess
import sys
import tomllib
import zoneinfo

import random_desk

ACTIONS = dict(enumerate(
    "open assign accept decline schedule no_access hold resume done verify close reopen cancel note edit".split(), 1))
STATES = ["", "open", "assigned", "scheduled", "on-hold", "done", "verified", "closed", "cancelled"]
URGENCIES = ["", "emergency", "urgent", "normal", "planned"]
PLACES = ["", "dwelling", "common"]
CHANNELS = ["", "phone", "desk", "web", "email", "caretaker"]
DONE, CLOSED, CANCELLED, ON_HOLD, EMERGENCY = 5, 7, 8, 4, 1
HOUR, DAY = 3600, 86400
NEVER = float("inf")  # a moment: it did not happen, or not yet


# ---------------------------------------------------------------------------------------------------------------------
# The landlord's time

def easter(year):
    """Butcher's algorithm."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (a + 11 * h) // 319
    r = (2 * e + 2 * i - k - h + m + 32) % 7
    month = (h - m + r + 90) // 25
    return datetime.date(year, month, (h - m + r + month + 19) % 32)


def french_holidays(year, alsace):
    fixed = (1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)
    days = {datetime.date(year, *day) for day in fixed}
    days |= {easter(year) + datetime.timedelta(days=after) for after in (1, 39, 50)}
    if alsace:
        days |= {easter(year) - datetime.timedelta(days=2), datetime.date(year, 12, 26)}
    return days


class Openings:
    """The hours that a version of the policy counts for its targets."""

    def __init__(self, text):
        policy = tomllib.loads(text)
        self.zone = zoneinfo.ZoneInfo(policy["zone"])
        hours = policy.get("hours", {}).get(policy["targets"].get("hours", ""))
        self.region = policy["calendar"]["holidays"]
        self.closed = {datetime.date.fromisoformat(str(day)) for day in policy["calendar"].get("closed", [])}
        self.round_the_clock = hours is None
        hours = hours or {}
        self.on_holidays = hours.get("holidays", False)
        self.week = [self.intervals(self.of_day(hours, number)) for number in range(7)]
        self.special = {key: self.intervals(value) for key, value in hours.items() if key[0].isdigit()}
        self.known = {}  # day: [(opens, closes)] as moments

    @staticmethod
    def of_day(hours, number):
        """A file also names days together: mon-fri."""
        days = "mon tue wed thu fri sat sun".split()
        for key, value in hours.items():
            first, _, last = key.partition("-")
            if first in days and days.index(first) <= number <= days.index(last or first):
                return value
        return "closed"

    @staticmethod
    def intervals(words):
        found = re.findall(r"(\d+):(\d+)-(\d+):(\d+)", words)
        return [(int(a) * 60 + int(b), int(c) * 60 + int(d)) for a, b, c, d in found]

    def moment(self, day, minutes):
        midnight = datetime.datetime.combine(day, datetime.time())
        return int((midnight + datetime.timedelta(minutes=minutes)).replace(tzinfo=self.zone).timestamp())

    def free(self, day):
        alsace = self.region == "fr-alsace-moselle"
        return day in self.closed or (self.region != "none" and day in french_holidays(day.year, alsace))

    def worked(self, day):
        return not self.free(day) if self.round_the_clock else bool(self.on(day))

    def on(self, day):
        if day not in self.known:
            open_then = [] if self.free(day) and not self.on_holidays else self.week[day.weekday()]
            open_then = self.special.get(day.isoformat(), open_then)
            self.known[day] = [(self.moment(day, a), self.moment(day, b)) for a, b in open_then]
        return self.known[day]

    def between(self, begin, end):
        """Seconds in which it was open."""
        if self.round_the_clock:
            return max(0, end - begin)
        total, day = 0, datetime.datetime.fromtimestamp(begin, self.zone).date()
        last = datetime.datetime.fromtimestamp(end, self.zone).date()
        while day <= last:
            total += sum(max(0, min(end, b) - max(begin, a)) for a, b in self.on(day))
            day += datetime.timedelta(days=1)
        return total


# ---------------------------------------------------------------------------------------------------------------------
# What happened

Entry = collections.namedtuple("Entry", "at action changes decision")  # decision: of the rules, or None
Visit = collections.namedtuple("Visit", "round provider at")  # that found nobody


class Round:
    """From the reception, or a reopening, until the tenant was answered, or it was cancelled or reopened."""

    def __init__(self, request, begun, again):
        self.request, self.begun, self.again = request, begun, again
        self.due = NEVER  # what the tenant is owed, as long as it does not stand still
        self.floor = begun  # no target can be missed before that
        self.done = self.accepted = self.over = NEVER
        self.kept_at = self.missed_at = NEVER
        self.missed_due = None  # the target that was missed
        self.graded = None  # the urgency when the target was decided
        self.urgency = None  # the last, of a round before a reopening
        self.cancelled = self.rating = 0
        self.answered = self.unanswered = self.reopened = False
        self.jobs = []

    def decided(self):
        return min(self.kept_at, self.missed_at)


class Job:
    """One order to one provider, or the rework that a failed check asks of it."""

    def __init__(self, round_, provider, ordered, rework=False, callback=False):
        self.round, self.provider, self.ordered = round_, provider, ordered
        self.rework, self.callback = rework, callback
        self.accepted = self.came = self.came_known = self.done = self.checked = self.ended = NEVER
        self.policy = None  # the version that it was promised under
        self.promised = self.kept_at = self.missed_at = NEVER
        self.how = None  # it ended
        self.failed = self.tacit = self.check_required = False
        self.cost = None
        self.said_of_penalty = 0


class Story:
    """One request as one could know it at a moment."""

    EMPTY = {"state": 1, "channel": 2, "place": 1, "urgency": 3, "stopped": 0, "check_required": 0, "tacit": 0}

    def __init__(self, number, entries, as_of):
        self.number, self.row = number, dict(self.EMPTY)
        self.corrected = dict(self.EMPTY)
        for entry in entries:
            self.corrected.update(entry.changes)
        self.rounds, self.jobs, self.visits = [], [], []
        self.job = None  # the order that somebody has
        for entry in entries:
            if entry.at >= as_of:
                break
            self.read(entry)
        self.pass_time(as_of, "")

    def read(self, entry):
        self.pass_time(entry.at, entry.action)
        before, self.row = self.row, {**self.row, **entry.changes}
        getattr(self, entry.action, lambda *_: None)(entry.at, before)
        self.follow_dates(entry.at)

    def get(self, name):
        return self.row.get(name)

    def pass_time(self, now, action):
        """What was decided by nothing but time, before the entry of `now` (or by the end, when there is none)."""
        def over(due):  # at the very moment it is still in time to do it
            return due < now or (due == now and action not in ("done", "close", ""))
        if self.rounds:
            last = self.rounds[-1]
            open_ = last.over == NEVER and last.done == NEVER and last.decided() == NEVER
            if open_ and over(max(last.due, last.floor)):
                self.miss(max(last.due, last.floor))
        job = self.job
        if job and job.done == NEVER and job.missed_at == NEVER and over(job.promised):
            job.missed_at = job.promised

    def miss(self, at):
        last = self.rounds[-1]
        last.missed_at, last.missed_due, last.graded = at, last.due, self.get("urgency")

    def keep(self, at):
        self.rounds[-1].kept_at, self.rounds[-1].graded = at, self.get("urgency")

    def date(self, name, clock):
        """As the row has it; NEVER when there is none or it stands still: bits are clocks, or over before the wait."""
        at, stopped = self.get(name), self.get("stopped")
        still = stopped & clock and not stopped & clock << 4
        return NEVER if at is None or still else at

    def follow_dates(self, now):
        last = self.rounds[-1]
        if last.over == NEVER:
            due = self.date("target_at", 1)
            if last.done == NEVER:
                last.due = due
        if self.job and self.job.done == NEVER:
            self.job.promised = self.date("promised_at", 2)
            if self.get("accepted_at") is not None:
                self.job.accepted = self.get("accepted_at")

    # What each action means. Called with the row as it is after it.

    def open(self, at, _before):
        self.begin(at, False)
        if self.get("provider"):
            self.order(at)

    def begin(self, at, again):
        self.rounds.append(Round(self, at, again))

    def order(self, at, rework=False):
        job = Job(self.rounds[-1], self.get("provider"), at, rework, not rework and self.get("rework_of") is not None)
        job.policy = self.get("policy")
        self.job = job
        self.jobs.append(job)
        self.rounds[-1].jobs.append(job)

    def end_order(self, at, how):
        if self.job and self.job.ended == NEVER:
            self.job.ended, self.job.how = at, how
        self.job = None

    def assign(self, at, _before):
        self.end_order(at, "withdrawn")
        if self.get("provider"):
            self.order(at)

    def decline(self, at, _before):
        self.end_order(at, "declined")

    def no_access(self, at, before):
        if self.job.came == NEVER:
            self.job.came, self.job.came_known = before.get("visit_from") or at, at
        self.visits.append(Visit(self.rounds[-1], self.job.provider, at))

    def edit(self, at, before):
        last = self.rounds[-1]
        if self.get("urgency") != before["urgency"] and self.get("target_at") != before.get("target_at"):
            last.floor = at
        if self.get("penalty") != before.get("penalty"):  # of the last order, with its reworks
            order_of(self.jobs[-1])[0].said_of_penalty = self.get("penalty") or 0

    def done(self, at, _before):
        job, last = self.job, self.rounds[-1]
        job.done = job.ended = at
        job.how = "done"
        visit = self.get("visit_from")
        if job.came == NEVER:
            job.came, job.came_known = visit if visit is not None and visit <= at else at, at
        job.check_required, job.cost = bool(self.get("check_required")), self.get("cost")
        job.promised = self.date("promised_at", 2)
        if job.missed_at == NEVER and at <= job.promised < NEVER:
            job.kept_at = at
        last.done, last.due = at, self.date("target_at", 1)
        if not job.check_required:
            self.accept_work(at)

    def accept_work(self, at):
        last = self.rounds[-1]
        if last.accepted == NEVER:
            last.accepted = at
            if last.decided() == NEVER and last.done <= last.due < NEVER:
                self.keep(at)

    def verify(self, at, before):
        job, last = self.job, self.rounds[-1]
        job.checked, job.tacit = at, bool(self.get("tacit"))
        if self.get("state") == 6:
            self.accept_work(at)
            return
        job.failed = True
        if last.decided() == NEVER and last.due < at:
            self.miss(at)
        last.done = last.accepted = NEVER
        self.order(at, rework=True)

    def close(self, at, _before):
        last = self.rounds[-1]
        if last.done == NEVER and last.decided() == NEVER and at <= last.due < NEVER:
            self.keep(at)
        last.over, last.answered, last.rating = at, bool(self.get("answer")), self.get("rating") or 0

    def cancel(self, at, _before):
        self.rounds[-1].over, self.rounds[-1].cancelled = at, self.get("cancel_reason")
        self.end_order(at, "cancelled")

    def reopen(self, at, before):
        last = self.rounds[-1]
        last.unanswered = last.over == NEVER  # from verified: nobody had told the tenant
        last.over, last.reopened = min(last.over, at), True
        last.urgency = before["urgency"]
        self.job = None
        self.begin(at, True)

    # How things stand.

    def about(self, name):
        """What was corrected was so all the time."""
        return self.corrected.get(name)

    def unfinished(self):
        return self.get("state") < CLOSED

    def urgency_of(self, round_):
        """When its target was decided, or else the last."""
        return round_.graded or round_.urgency or self.get("urgency")


class Desk:
    """A database and the landlord's configuration."""

    def __init__(self, database, config):
        self.database, self.config = database, config
        connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
        self.journal = collections.defaultdict(list)
        for number, at, action, changes, decision in connection.execute(
                "select request, at, action, changes, decision from journal order by request, sequence"):
            self.journal[number].append(Entry(at, ACTIONS[action], json.loads(changes), json.loads(decision or "null")))
        self.openings = {version: Openings(text)
                         for version, text in connection.execute("select version, text from policy")}
        connection.close()
        self.read_config()
        self.stories_ = {}

    def read_config(self):
        def read(name):
            with open(os.path.join(self.config, name), "rb") as file:
                return tomllib.load(file)

        main = read("regie.toml")
        self.zone = zoneinfo.ZoneInfo(main["zone"])
        with open(os.path.join(self.config, "regie.toml"), encoding="utf-8") as file:
            self.hours_today = Openings(file.read())
        tables = [main] + [read(name) for name in main.get("include", [])]
        self.rules = [rule["name"] for name in main.get("rules", []) for rule in read(name).get("rule", [])]
        self.residences, self.providers = {}, {}
        for table in tables:
            self.residences |= {one["code"]: one for one in table.get("residence", [])}
            self.providers |= {one["code"]: one for one in table.get("provider", [])}

    def stories(self, as_of):
        """Every request that had been received, as one could know it at that moment."""
        if as_of not in self.stories_:
            self.stories_ = {as_of: [Story(number, entries, as_of) for number, entries in sorted(self.journal.items())
                                     if entries[0].at < as_of]}
        return self.stories_[as_of]

    def moment(self, words):
        return int(datetime.datetime.fromisoformat(words).replace(tzinfo=self.zone).timestamp())

    def day(self, moment):
        return datetime.datetime.fromtimestamp(moment, self.zone).date()

    def worked(self, job, begin, end):
        """In the landlord's opening hours; emergencies round the clock."""
        openings = self.openings.get(job.policy)
        if openings is None or job.round.request.urgency_of(job.round) == EMERGENCY:
            return max(0, end - begin)
        return openings.between(begin, end)


# ---------------------------------------------------------------------------------------------------------------------
# What is counted

Fact = collections.namedtuple("Fact", "what round provider when value", defaults=(1,))


class Query:
    """A period [begin, before), the moment `now` at which one asks, and whose requests."""

    def __init__(self, desk, begin, before, now, filters=None, by=(), within=90):
        self.desk, self.begin, self.before, self.now = desk, begin, before, now
        self.filters, self.by, self.within = filters or {}, tuple(by), within
        self.as_of = min(before, now)

    def filters_of(self, report):
        """Those that say something there: whom a request went to tells nothing of a residence, and rules are looked at
        as a whole."""
        return {name: value for name, value in self.filters.items()
                if report != "routing" and (report, name) != ("residences", "provider")}

    def for_report(self, name):
        return Query(self.desk, self.begin, self.before, self.now, self.filters_of(name), self.by, self.within)

    def within_period(self, at):
        return self.begin <= at < self.as_of

    def parts(self, round_, provider, when):
        """What figures can be divided by."""
        story = round_.request
        about = story.about
        residence = self.desk.residences.get(about("residence"), {})
        return {
            "agency": residence.get("agency"),
            "sector": residence.get("sector"),
            "residence": about("residence"),
            "dwelling": about("dwelling"),
            "trade": about("trade"),
            "urgency": URGENCIES[story.urgency_of(round_)],
            "provider": provider,
            "place": PLACES[about("place")],
            "channel": CHANNELS[about("channel")],
            "month": None if when is None else self.desk.day(when).strftime("%Y-%m"),
        }

    def wants(self, round_, provider):
        parts = self.parts(round_, provider, None)
        return all((parts[name] or "none") == value for name, value in self.filters.items())

    def stories(self):
        return self.desk.stories(self.as_of)

    def rounds(self):
        return [one for story in self.stories() for one in story.rounds]

    def jobs(self):
        return [job for story in self.stories() for job in story.jobs if self.wants(job.round, job.provider)]


class Standing:
    """A request as it stands, where a round is expected."""

    def __init__(self, story):
        self.request, self.graded = story, story.get("urgency")


def last_provider(round_):
    return round_.jobs[-1].provider if round_.jobs else None


class Group:
    """The facts that share a place in a table."""

    def __init__(self):
        self.counts, self.values = collections.Counter(), collections.defaultdict(list)

    def add(self, fact):
        self.counts[fact.what] += 1
        self.values[fact.what].append(fact.value)


def percentile(values, percent):
    """The smallest value that at least `percent` % of the values do not exceed."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(0, -(-percent * len(ordered) // 100) - 1)]


# Columns: name → what a group shows there.

def count(what):
    return lambda group: group.counts[what]


def share(part, *whole):
    def of(group):
        total = sum(group.counts[one] for one in whole)
        return fractions.Fraction(group.counts[part], total) if total else None
    return of


def hours(what, percent):
    def of(group):
        value = percentile(group.values[what], percent)
        return None if value is None else fractions.Fraction(value, HOUR)
    return of


def counts(*names):
    return {name: count(name) for name in names}


def spread(name):
    return {f"{name}_median": hours(name, 50), f"{name}_p90": hours(name, 90)}


def table(query, facts, by, columns):
    """{key: {column: value}}, and the total under None."""
    groups = collections.defaultdict(Group)
    for fact in facts:
        parts = query.parts(fact.round, fact.provider, fact.when)
        groups[tuple(parts[name] for name in by)].add(fact)
        groups[None].add(fact)
    return {key: {name: of(group) for name, of in columns.items()} for key, group in groups.items()}


class Page:
    """What a report says: tables, headlines, and the facts behind them."""

    def __init__(self, facts, sections, headlines=None, lists=None, ids=None):
        self.facts, self.sections, self.headlines, self.lists = facts, sections, headlines or {}, lists or {}
        self.ids = ids or {}  # the requests behind figures that are no facts


def cuts(query, facts, columns, usual):
    """One table for --by, or the report's own."""
    if query.by:
        return {"by": (query.by, table(query, facts, query.by, columns))}
    return {name: (by, table(query, facts, by, columns)) for name, by in usual.items()}


def total_of(query, facts, columns):
    return table(query, facts, (), columns).get((), {name: of(Group()) for name, of in columns.items()})


# ---- targets

TARGETS = {**counts("decided", "kept", "missed"), "kept_share": share("kept", "decided"),
           **counts("still_missed"), **spread("over_by")}


def targets(query):
    facts, left = [], collections.Counter(running=0, to_check=0, nothing_owed=0, cancelled=0, not_technical=0)
    year, line = year_before(query), []
    for one in query.rounds():
        provider, when = last_provider(one), one.decided()
        if not query.wants(one, provider):
            continue
        technical = one.request.about("trade") != "none"

        def add(what, value=1):
            if query.within_period(when):
                facts.append(Fact(what, one, provider, when, value))
            if year <= when:
                line.append(Fact(what, one, provider, when, value))

        if technical and when < NEVER:
            add("decided")
            add("kept" if one.kept_at < NEVER else "missed")
            if one.missed_at < NEVER:
                ended = min(one.done if one.done < NEVER else one.over, query.as_of)
                add("over_by", max(0, ended - one.missed_due))
                if ended == query.as_of:
                    add("still_missed")
        elif one.over >= query.begin:  # it ran in the period
            why = why_left_out(one, technical)
            left[why] += why is not None
    usual = {"by_urgency": ("urgency",), "by_trade": ("trade",), "by_agency": ("agency",)}
    sections = cuts(query, facts, TARGETS, usual)
    if not query.by:
        columns = {name: TARGETS[name] for name in ("decided", "kept", "missed", "kept_share")}
        sections["by_month"] = (("month",), table(query, line, ("month",), columns))
    left.pop(None, None)
    sections["left_out"] = (("reason",), {(reason,): {"requests": number} for reason, number in left.items()})
    total = total_of(query, facts, TARGETS)
    return Page(facts, sections, {"kept": total["kept_share"], "missed": total["missed"],
                                  "still_missed": total["still_missed"]})


def year_before(query):
    """The line over time has twelve months at least, up to the one of the end."""
    last = query.desk.day(query.as_of - 1)
    months = last.year * 12 + last.month - 1 - 11
    return min(query.begin, query.desk.moment(f"{months // 12}-{months % 12 + 1:02}-01"))


def why_left_out(one, technical):
    """Of a target that was not decided."""
    if not technical:
        return "not_technical"
    if one.over < NEVER:
        return "cancelled" if one.cancelled else "nothing_owed" if one.due == NEVER else None
    return "to_check" if one.done <= one.due and one.done < NEVER and one.accepted == NEVER else "running"


# ---- providers

def worse(group):
    """Ten points or more, with five promises at least in each period."""
    now, before = group.counts, [group.counts["kept_before"], group.counts["missed_before"]]
    new, old = now["promise_kept"] + now["promise_missed"], sum(before)
    if new < 5 or old < 5:
        return False
    fell = fractions.Fraction(before[0], old) - fractions.Fraction(now["promise_kept"], new)
    return fell >= fractions.Fraction(1, 10)


PROVIDERS = {
    **counts("orders", "accepted", "declined", "withdrawn", "done", "promise_kept", "promise_missed"),
    "kept_share": share("promise_kept", "promise_kept", "promise_missed"),
    "kept_share_before": share("kept_before", "kept_before", "missed_before"),
    "worse": worse,
    **spread("to_accept"), **spread("to_come"), **spread("to_finish"),
    **counts("no_access", "checks", "checks_failed"),
    "failed_share": share("checks_failed", "checks"),
    **counts("callbacks", "running", "running_late"),
    "cost": lambda group: fractions.Fraction(sum(group.values["cost"]), 100),
    **counts("not_priced"),
}


def providers(query):
    facts = []
    earlier = query.begin - (query.as_of - query.begin)
    for job in query.jobs():
        def add(what, when, value=1):
            facts.append(Fact(what, job.round, job.provider, when, value))

        def took(what, until, known):
            if query.within_period(known):
                add(what, known, query.desk.worked(job, job.ordered, until))

        if query.within_period(job.ordered) and not job.rework:
            add("orders", job.ordered)
            if job.callback:
                add("callbacks", job.ordered)
        for what, when in {"accepted": job.accepted, "done": job.done, "promise_kept": job.kept_at,
                           "promise_missed": job.missed_at}.items():
            if query.within_period(when):
                add(what, when)
        if query.within_period(job.ended) and job.how in ("declined", "withdrawn"):
            add(job.how, job.ended)
        took("to_accept", job.accepted, job.accepted)
        took("to_come", job.came, job.came_known)
        took("to_finish", job.done, job.done)
        if query.within_period(job.checked) and not job.tacit:
            add("checks", job.checked)
            if job.failed:
                add("checks_failed", job.checked)
        if earlier <= job.kept_at < query.begin:
            add("kept_before", job.kept_at)
        if earlier <= job.missed_at < query.begin:
            add("missed_before", job.missed_at)
        if job.ended == NEVER:
            add("running", query.as_of - 1)
            if job.missed_at < NEVER:
                add("running_late", query.as_of - 1)
        if query.within_period(job.done):
            if job.cost is not None:
                add("cost", job.done, job.cost)
            elif not job.rework:  # what that costs was said with the work that was not good, or is said nowhere
                add("not_priced", job.done)
    for story in query.stories():
        for visit in story.visits:
            if query.within_period(visit.at) and query.wants(visit.round, visit.provider):
                facts.append(Fact("no_access", visit.round, visit.provider, visit.at))
    return Page(facts, cuts(query, facts, PROVIDERS, {"by": ("provider",)}))


# ---- verification

VERIFICATION = {**counts("done", "checked", "passed", "failed"), "failed_share": share("failed", "checked"),
                **counts("tacit", "not_asked", "waiting"), **spread("to_check")}


def verification(query):
    facts = []
    for job in query.jobs():
        def add(what, when, value=1):
            facts.append(Fact(what, job.round, job.provider, when, value))

        if query.within_period(job.done):
            add("done", job.done)
            if not job.check_required and job.checked == NEVER:
                add("not_asked", job.done)
        if query.within_period(job.checked):
            if job.tacit:
                add("tacit", job.checked)
            else:
                add("checked", job.checked)
                add("failed" if job.failed else "passed", job.checked)
                add("to_check", job.checked, job.checked - job.done)
        if job.check_required and job.done < NEVER and job.checked == NEVER and job.round.over == NEVER:
            add("waiting", query.as_of - 1)
    total = total_of(query, facts, VERIFICATION)
    to_check = sorted((fact.round.done, fact.round.request.number) for fact in facts if fact.what == "waiting")
    return Page(facts, cuts(query, facts, VERIFICATION, {"by_provider": ("provider",), "by_agency": ("agency",)}),
                {"failed_share": total["failed_share"], "waiting": total["waiting"], "tacit": total["tacit"]},
                {"to_check": [number for _, number in to_check]})


# ---- repeat

REPEAT = {**counts("done", "repeated", "failed", "reopened", "right"), "right_share": share("right", "done"),
          **counts("not_redone")}


def place_of(story):
    return story.about("residence"), story.about("dwelling"), story.about("trade")


def repeat(query):
    """Repairs: work that no check has found bad. Only the last one before somebody called again was not right."""
    facts, repairs, calls = [], [], collections.defaultdict(list)
    for story in query.stories():
        place = place_of(story)
        if place[1] and not story.rounds[0].cancelled:
            calls[place].append((story.rounds[0].begun, story.number))
    for job in query.jobs():
        if (query.within_period(job.done) and not job.failed and not job.round.cancelled and
                job.round.request.about("trade") not in (None, "none")):
            repairs.append(job)
    again = {}
    for place, received in calls.items():
        for at, number in sorted(received):
            here = [job for job in repairs if place_of(job.round.request) == place and
                    job.round.request.number != number and job.done < at <= job.done + query.within * DAY]
            if here:
                again.setdefault(max(here, key=lambda job: job.done), number)
    for job in repairs:
        failed_before = any(one.failed and one.done < job.done for one in job.round.jobs)
        wrong = {"repeated": job in again, "failed": failed_before, "reopened": job.round.reopened}
        facts += [Fact(what, job.round, job.provider, job.done) for what, is_so in
                  {"done": True, **wrong, "right": not any(wrong.values())}.items() if is_so]
    for one in query.rounds():  # found bad, and nothing better was done yet
        bad = [job for job in one.jobs if job.failed]
        if (bad and one.done == NEVER and one.over == NEVER and query.wants(one, bad[-1].provider) and
                one.request.about("trade") not in (None, "none")):
            facts.append(Fact("not_redone", one, bad[-1].provider, query.as_of - 1))
    total = total_of(query, facts, REPEAT)
    pairs = [(job.round.request.number, number) for job, number in again.items()]
    return Page(facts, cuts(query, facts, REPEAT, {"by_provider": ("provider",), "by_trade": ("trade",)}),
                {"right": total["right_share"], "repeated": total["repeated"], "not_redone": total["not_redone"]},
                {"pairs": pairs})


# ---- tenants

TENANTS = {
    **counts("closed", "answered", "silent", "cancelled"), **spread("to_answer"), **counts("rated"),
    **counts("satisfied"), "satisfied_share": share("satisfied", "rated"), **counts("dissatisfied"),
    "rating_mean": lambda group: fractions.Fraction(sum(group.values["rated"]), group.counts["rated"])
    if group.counts["rated"] else None,
}


def has_tenant(story):
    return any(story.get(name) for name in ("tenant_name", "tenant_phone", "tenant_email"))


def tenants(query):
    facts = []
    for one in query.rounds():
        provider = last_provider(one)
        if not query.within_period(one.over) or not query.wants(one, provider):
            continue

        def add(what, value=1):
            facts.append(Fact(what, one, provider, one.over, value))

        if one.cancelled:
            add("cancelled")
            continue
        if one.unanswered:
            continue
        add("closed")
        if one.answered:
            add("answered")
            add("to_answer", one.over - one.begun)
        elif has_tenant(one.request):
            add("silent")
        if one.rating:
            add("rated", one.rating)
            if one.rating >= 4:
                add("satisfied")
            if one.rating <= 2:
                add("dissatisfied")
    waiting, fragile = [], []
    for story in query.stories():
        if not story.unfinished() or not query.wants(Standing(story), story.get("provider")):
            continue
        if has_tenant(story) and story.get("answer_due_at") is not None and story.get("answer_due_at") < query.as_of:
            waiting.append((story.get("told_at") or story.get("opened_at"), story.number))
        if story.get("tenant_flags"):
            fragile.append(story.number)
    ratings = collections.Counter(fact.value for fact in facts if fact.what == "rated")
    total = total_of(query, facts, TENANTS)
    sections = cuts(query, facts, TENANTS, {"by": ("agency",)})
    sections["ratings"] = (("rating",), {(rating,): {"requests": ratings[rating]} for rating in range(1, 6)})
    return Page(facts, sections,
                {"unanswered": len(waiting), "fragile": len(fragile), "satisfied": total["satisfied_share"]},
                {"unanswered": [number for _, number in sorted(waiting)], "fragile": fragile})


# ---- backlog

BACKLOG = counts("unfinished", "late", "on_hold", "up_to_week", "up_to_month", "up_to_quarter", "older")


def backlog(query):
    facts, by_state = [], {(state,): {"unfinished": 0, "late": 0, "oldest": None} for state in STATES[1:CLOSED]}
    for story in query.stories():
        one, provider = Standing(story), story.get("provider")
        if not story.unfinished() or not query.wants(one, provider):
            continue
        age, due = query.as_of - story.get("opened_at"), story.get("due_at")
        what = ["unfinished", "up_to_week" if age < 7 * DAY else "up_to_month" if age < 28 * DAY else
                "up_to_quarter" if age < 91 * DAY else "older"]
        if story.get("state") < DONE and due is not None and due < query.as_of:
            what.append("late")
        if story.get("state") == ON_HOLD:
            what.append("on_hold")
        facts += [Fact(name, one, provider, story.get("opened_at")) for name in what]
        row = by_state[STATES[story.get("state")],]
        row["unfinished"] += 1
        row["late"] += "late" in what
        row["oldest"] = max(row["oldest"] or 0, fractions.Fraction(age, HOUR))
    usual = {"by_provider": ("provider",), "by_trade": ("trade",), "by_agency": ("agency",), "by_urgency": ("urgency",)}
    total = total_of(query, facts, BACKLOG)
    sections = {"by_state": (("state",), by_state), **cuts(query, facts, BACKLOG, usual)}
    return Page(facts, sections, {"unfinished": total["unfinished"], "late": total["late"], "older": total["older"]})


def over_time(query, row):
    """Whether a row of the backlog's line is so: {"from", "to", "received", "finished", "waiting"}."""
    got = collections.Counter()
    for one in query.rounds():
        if query.wants(one, last_provider(one)):
            got["received"] += row["from"] <= one.begun < row["to"]
            got["finished"] += row["from"] <= one.over < row["to"]
            got["waiting"] += one.begun < row["to"] <= one.over
    return got


# ---- nightly

PARTIES = ["", "tenant", "parts", "contractor", "weather", "authority", "landlord"]
HAPPENED = ["received", "done", "checked", "checks_failed", "closed", "cancelled", "reopened", "declined",
            "nobody_home", "missed"]


def nightly(query):
    desk, now = query.desk, query.as_of
    standing = [story for story in query.stories()
                if story.unfinished() and query.wants(Standing(story), story.get("provider"))]
    to_do = [story for story in standing if story.get("state") < DONE]
    late = [story for story in to_do if due_of(story) < now]
    soon = end_of_next_worked_day(desk, now)
    received = [one for one in query.rounds() if not one.again and query.within_period(one.begun) and
                query.wants(one, last_provider(one))]
    to_check = [story for story in standing if story.get("state") == DONE and story.get("check_required")]
    unanswered = [story for story in standing if has_tenant(story) and (story.get("answer_due_at") or now) < now]
    lists = {
        "late": [(story, "late_for", length(now - due_of(story))) for story in late],
        "due_soon": [(story, "due_at", time_of(desk, due_of(story))) for story in to_do if now <= due_of(story) < soon],
        "emergencies": [(story, "opened_at", time_of(desk, story.get("opened_at"))) for story in query.stories()
                        if story.get("urgency") == EMERGENCY and query.within_period(story.rounds[0].begun) and
                        query.wants(Standing(story), story.get("provider"))],
        "undecided": [(story, "waiting", length(now - story.get("opened_at"))) for story in standing
                      if story.get("state") == 1],
        "unanswered": [(story, "silent_for", length(now - (story.get("told_at") or story.get("opened_at"))))
                       for story in unanswered],
        "to_check": [(story, "waiting", length(now - story.get("done_at"))) for story in to_check],
    }
    sections = {name: (("id",), {(story.number,): {**listed(story, name), column: value}
                                 for story, column, value in rows}) for name, rows in lists.items()}
    sections["late_by"] = (("turn",), late_by(query, late))
    sections["happened"] = (("what",), happened(query))
    sections["worse"] = (("provider",), getting_worse(query))
    sections["our_word"] = (("month",), our_word(query))
    sections["unusual"] = (("residence", "trade"), Watch(month_before(query)).unusual())
    ids = {name: [story.number for story, _, _ in rows] for name, rows in lists.items()}
    ids |= {"emergencies_received": ids["emergencies"], "new": [one.request.number for one in received],
            "emergencies": [story.number for story in to_do if story.get("urgency") == EMERGENCY],
            "unfinished": [story.number for story in standing]}
    headlines = {name: len(numbers) for name, numbers in ids.items() if name != "emergencies_received"}
    return Page([], sections, headlines, ids=ids)


def month_before(query):
    """What the watch over residences is about; whose requests they are does not matter to it."""
    return Query(query.desk, query.as_of - 30 * DAY, query.as_of, query.as_of, query.filters_of("residences"))


def listed(story, name):
    """What is said of a request in every list, as of T but for what was corrected."""
    said = {"urgency": URGENCIES[story.get("urgency")], "text": story.get("text"),
            **{part: story.about(part) for part in ("residence", "dwelling")}}
    if name in ("late", "due_soon", "emergencies", "unanswered"):
        said["state"] = STATES[story.get("state")]
    if name in ("late", "due_soon", "emergencies", "to_check"):
        said["provider"] = story.get("provider")
    if name == "undecided":
        said["trade"] = story.about("trade")
    if name == "unanswered":
        said |= {part: story.about(part) for part in ("tenant_name", "tenant_phone")}
    return said


def due_of(story):
    """The earlier of target and promise; NEVER when there is neither, or both stand still."""
    return min(story.date("target_at", 1), story.date("promised_at", 2))


def length(seconds):
    return fractions.Fraction(seconds, HOUR)


def time_of(desk, moment):
    return datetime.datetime.fromtimestamp(moment, desk.zone).isoformat(timespec="seconds")


def end_of_next_worked_day(desk, now):
    """The midnight that ends the first day after today on which the hours of the targets are open."""
    day = desk.day(now) + datetime.timedelta(days=1)
    while not desk.hours_today.worked(day):
        day += datetime.timedelta(days=1)
    return desk.hours_today.moment(day + datetime.timedelta(days=1), 0)


def late_by(query, late):
    """Whose turn it is."""
    stories = {story.number: story for story in query.stories()}
    rows = {}
    for story in late:
        row = rows.setdefault((turn_of(query, stories, story),), {"requests": 0, "emergencies": 0, "longest": 0})
        row["requests"] += 1
        row["emergencies"] += story.get("urgency") == EMERGENCY
        row["longest"] = max(row["longest"], length(query.as_of - due_of(story)))
    return rows


def turn_of(query, stories, story):
    if story.get("state") == ON_HOLD:
        return f"waiting-{PARTIES[story.get('hold_party')]}" if story.get("hold_party") else "waiting"
    if not story.get("provider"):
        whole = stories.get(story.get("parent"))
        if whole is None:
            return "desk"
        return "call" if whole.get("state") >= DONE else turn_of(query, stories, whole)
    return story.get("provider") if story.date("promised_at", 2) < query.as_of else "agency"


def happened(query):
    week = 7 * DAY
    periods = {"now": (query.begin, query.as_of), "week_before": (query.begin - week, query.as_of - week)}
    rows = {(what,): {name: 0 for name in periods} for what in HAPPENED}
    for what, round_, provider, when in happenings(query):
        if query.wants(round_, provider):
            for name, (begin, end) in periods.items():
                rows[what,][name] += begin <= when < end
    return rows


def happenings(query):
    """(what, round, provider, when) of everything up to T."""
    for one in query.rounds():
        provider = last_provider(one)
        yield "reopened" if one.again else "received", one, provider, one.begun
        if not one.unanswered:
            yield "cancelled" if one.cancelled else "closed", one, provider, one.over
        if one.request.about("trade") != "none":
            yield "missed", one, provider, one.missed_at
    for story in query.stories():
        for job in story.jobs:
            yield "done", job.round, job.provider, job.done
            if job.how == "declined":
                yield "declined", job.round, job.provider, job.ended
            if not job.tacit:
                yield "checked", job.round, job.provider, job.checked
                if job.failed:
                    yield "checks_failed", job.round, job.provider, job.checked
        for visit in story.visits:
            yield "nobody_home", visit.round, visit.provider, visit.at


def getting_worse(query):
    month = Query(query.desk, query.as_of - 30 * DAY, query.as_of, query.as_of, query.filters, ("provider",))
    rows = providers(month).sections["by"][1]
    return {key: {name: row[name] for name in ("kept_share", "promise_missed", "kept_share_before")}
            for key, row in rows.items() if key and row["worse"]}


def our_word(query):
    """The targets of the last two months that were over, as one could know them at T."""
    first = query.desk.day(query.as_of).replace(day=1)
    months = [(first - datetime.timedelta(days=1)).replace(day=1)]
    months.append((months[0] - datetime.timedelta(days=1)).replace(day=1))
    both = Query(query.desk, query.desk.moment(months[1].isoformat()), query.as_of, query.now, query.filters)
    facts = targets(both).facts
    rows = {}
    for month, end in zip(months, [first] + months):
        begin, end = query.desk.moment(month.isoformat()), query.desk.moment(end.isoformat())
        columns = {name: TARGETS[name] for name in ("decided", "kept", "missed", "kept_share")}
        rows[month.strftime("%Y-%m"),] = total_of(query, [fact for fact in facts if begin <= fact.when < end], columns)
    return rows


# ---- residences

class Watch:
    """How many requests came, and how many in the periods before."""

    PERIODS = 12

    def __init__(self, query):
        self.query, self.length = query, query.as_of - query.begin
        begun = [one.begun for one in query.rounds()]
        whole = (query.begin - min(begun, default=query.begin)) // self.length
        self.periods = max(0, min(self.PERIODS, whole))
        self.now, self.before = collections.defaultdict(list), collections.Counter()
        for story in query.stories():
            one, trade = story.rounds[0], story.about("trade")
            if trade == "none" or one.cancelled or not query.wants(one, last_provider(one)):
                continue
            place = story.about("residence"), trade
            if query.within_period(one.begun):
                self.now[place].append(story)
            elif query.begin - self.periods * self.length <= one.begun < query.begin:
                self.before[place] += 1

    def expected(self, place):
        return fractions.Fraction(2 * self.before[place] + 1, 2 * self.periods) if self.periods else None

    def unusual(self):
        found = {}
        for place, stories in self.now.items():
            if (self.periods >= 3 and len(stories) >= 3 and
                    at_least(len(stories), self.expected(place)) < fractions.Fraction(1, 100)):
                found[place] = {"requests": len(stories), "expected": self.expected(place),
                                "ids": sorted(story.number for story in stories)}
        return found


def at_least(number, mean):
    """How often a Poisson variable reaches the number; exact but for e."""
    mean, below, term = float(mean), 0.0, 1.0
    for k in range(number):
        below += term
        term *= mean / (k + 1)
    return 1 - below * math.exp(-mean)


def residences(query):
    watch = Watch(query)
    unusual, rows, dwellings = watch.unusual(), {}, collections.defaultdict(list)
    for (residence, trade), stories in watch.now.items():
        row = rows.setdefault((residence,), {"requests": 0, "unusual": 0})
        row["requests"] += len(stories)
        row["unusual"] += (residence, trade) in unusual
        for story in stories:
            if story.about("dwelling"):
                dwellings[residence, story.about("dwelling")].append(story.number)
    for residence, _ in watch.before:  # a residence from which nothing came, but something used to
        rows.setdefault((residence,), {"requests": 0, "unusual": 0})
    for (residence,), row in rows.items():
        before = sum(number for place, number in watch.before.items() if place[0] == residence)
        homes = query.desk.residences.get(residence, {}).get("dwellings")
        row["dwellings"] = homes
        row["expected"] = fractions.Fraction(before, watch.periods) if watch.periods else None
        row["per_hundred"] = fractions.Fraction(100 * row["requests"], homes) if homes else None
    listed_there = {place: {"requests": len(numbers), "ids": sorted(numbers)}
                    for place, numbers in dwellings.items() if len(numbers) >= 3}
    sections = {"unusual": (("residence", "trade"), unusual), "residences": (("residence",), rows),
                "dwellings": (("residence", "dwelling"), listed_there)}
    ids = {"requests": [story.number for stories in watch.now.values() for story in stories],
           "unusual": [number for row in unusual.values() for number in row["ids"]]}
    headlines = {"unusual": len(unusual) if watch.periods >= 3 else None}
    return Page([], sections, headlines if rows else {}, ids=ids)


# ---- penalties

PENALTY_STATES = ["proposed", "observed", "confirmed", "waived"]


def penalties(query):
    """The promises that were missed by a day at least, and what that costs."""
    late = []
    for job in query.jobs():
        contract = contract_of(query.desk, job)
        if job.missed_at == NEVER or contract is None:
            continue
        ended = min(job.done, job.ended, query.as_of - 1)  # the last second that counts
        days = (query.desk.day(ended) - query.desk.day(job.promised - 1)).days
        if ended < query.begin or days == 0:
            continue
        running = min(job.done, job.ended) == NEVER
        cost = cost_of(job, ended)
        penalty, capped = penalty_of(contract["penalty"], days, cost)
        late.append({"id": job.round.request.number, "provider": job.provider, "contract": contract.get("number"),
                     "residence": job.round.request.about("residence"), "promised_at": job.promised,
                     "ended_at": None if running else ended, "days": days, "cost": cost, "penalty": penalty,
                     "capped": capped, "state": state_of_penalty(job, running), "terms": contract})
    return late


def state_of_penalty(job, running):
    """What was said of it counts also while it is still late."""
    said = order_of(job)[0].said_of_penalty
    return PENALTY_STATES[said] if said else "running" if running else "proposed"


def cost_of(job, ended):
    """What the order has cost until then, in cents: also the work that failed its check before."""
    costs = [one.cost for one in order_of(job) if one.done <= ended and one.cost is not None]
    return sum(costs) if costs else None


def order_of(job):
    """The order and its reworks up to this one."""
    jobs = job.round.jobs[:job.round.jobs.index(job) + 1]
    first = max(number for number, one in enumerate(jobs) if not one.rework)
    return jobs[first:]


def cents(words):
    return int(fractions.Fraction(words) * 100)


def penalty_of(terms, days, cost):
    """(cents, whether the cap is less); None: nobody said the cost that it needs."""
    per_day, cap = terms["per_day"], terms.get("cap")
    if cost is None and ("/" in per_day or cap):
        return None, False
    penalty = days * (cost * fractions.Fraction(per_day) if "/" in per_day else cents(per_day))
    penalty = math.floor(penalty + fractions.Fraction(1, 2))
    if not cap:
        return penalty, False
    most = math.floor(cost * fractions.Fraction(cap.rstrip("% ").replace(",", ".")) / 100)
    return min(penalty, most), most < penalty


def euros(amount):
    return None if amount is None else f"{amount // 100}.{amount % 100:02}"


def sum_of(rows):
    """Of those that are not waived; None: nothing is known of any."""
    asked = [row["penalty"] for row in rows if row["state"] != "waived"]
    known = [penalty for penalty in asked if penalty is not None]
    return sum(known) if known or not asked else None


def name_of(row):
    return row["provider"], row["contract"], str(row["terms"].get("from"))


def by_contract(query, late):
    everything = collections.defaultdict(list)
    for row in penalties(Query(query.desk, 0, query.before, query.now)):
        everything[name_of(row)].append(row)
    told = {}
    for name in sorted({name_of(row) for row in late}, key=str):
        rows, all_rows = [row for row in late if name_of(row) == name], everything[name]
        owed = [row for row in all_rows if row["state"] != "waived"]
        since, unknown = sum_of(owed), any(row["penalty"] is None for row in owed)
        exempt = since is not None and since <= cents(rows[0]["terms"]["penalty"].get("exempt_below", "0"))
        told[name] = {
            "orders": len(rows), "days": sum(row["days"] for row in rows), "total": euros(sum_of(rows)),
            "waived": euros(sum(row["penalty"] or 0 for row in rows if row["state"] == "waived")),
            "not_priced": sum(row["penalty"] is None and row["state"] != "waived" for row in rows), "since_beginning": euros(since),
            "exempt": None if unknown else exempt,
        }
    return told


def contract_of(desk, job):
    """The contract under which it was ordered, when being late has a price there."""
    story, day = job.round.request, desk.day(order_of(job)[0].ordered)
    residence = desk.residences.get(story.about("residence"), {})
    found = None
    for contract in desk.providers.get(job.provider, {}).get("contract", []):
        if (story.about("trade") not in contract["trades"] or
                residence.get("sector") not in contract.get("sectors", [residence.get("sector")]) or
                story.about("residence") not in contract.get("residences", [story.about("residence")])):
            continue
        if contract.get("from", day) <= day <= contract.get("to", day):
            found = contract
            break
        if contract.get("finishes_begun") and contract["to"] < day:
            found = contract
    return found if found and "penalty" in found else None


# ---- routing

ROUTING = "met", "decided", "sent", "triage", "closed", "overridden", "declined"


def routing(query):
    """Every decision of the rules about requests received in the period, also those after the first."""
    rules, ids = collections.defaultdict(lambda: dict.fromkeys(ROUTING, 0)), collections.defaultdict(set)
    for number, journal in query.desk.journal.items():
        known = [entry for entry in journal if entry.at < query.as_of]
        decided = [place for place, entry in enumerate(known) if entry.decision]
        if not decided or not query.within_period(known[0].at):
            continue
        ids["requests"].add(number)
        for what in ("certain", "triage"):  # when it came
            if known[0].changes.get(what):
                ids[what].add(number)
        for place in decided:
            for rule in known[place].decision.get("met", []):
                rules[rule]["met"] += 1
            row = {name: value for entry in known[:place + 1] for name, value in entry.changes.items()}
            became = became_of(row, known[place:])
            if became["overridden"]:
                ids["overridden"].add(number)
            if row.get("rule"):
                for what, is_so in became.items():
                    rules[row["rule"]][what] += is_so
    rows = {(rule,): {"in_file": rule in query.desk.rules, **row} for rule, row in rules.items()}
    unused = {(rule,): {"rule": rule} for rule in query.desk.rules if rule not in rules and ids["requests"]}
    headlines = {"requests": len(ids["requests"])}
    for what in ("certain", "triage", "overridden"):
        headlines[what] = fractions.Fraction(len(ids[what]), len(ids["requests"])) if ids["requests"] else None
    return Page([], {"rules": (("rule",), rows), "unused": (("rule",), unused)}, headlines)


def became_of(row, entries):
    """Of a decision, the first of the entries: until the rules decide again, or it is cancelled or reopened."""
    first, *later = entries
    became = {"decided": True, "sent": bool(row.get("provider")), "triage": bool(row.get("triage")),
              "closed": bool(later) and later[0].action == "close" and later[0].at == first.at,
              "overridden": False, "declined": False}
    for entry in later:
        to = entry.changes.get("provider")
        if entry.decision or entry.action in ("cancel", "reopen"):
            break
        if became["sent"] and entry.action == "decline":
            became["declined"] = True
            break
        if became["sent"] and entry.action == "assign" and to and to != row["provider"]:
            became["overridden"] = True
            break
    return became


REPORTS = {"targets": targets, "providers": providers, "verification": verification, "repeat": repeat,
           "tenants": tenants, "backlog": backlog, "nightly": nightly, "residences": residences,
           "routing": routing}
UNDIVIDED = "nightly", "residences", "routing", "penalties"  # there --by says nothing


# ---------------------------------------------------------------------------------------------------------------------
# Comparing

class Regie:
    """The program."""

    def __init__(self, desk, program):
        self.desk, self.program = desk, program
        self.calls = 0

    def run(self, *words):
        self.calls += 1
        where = ["--config", self.desk.config, "--db", self.desk.database, "--lang", "en"]
        done = subprocess.run([self.program, *words, *where], capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"{words}: exit {done.returncode}: {done.stderr}")
        return done.stdout

    @staticmethod
    def words(name, query, *more):
        words = ["report", name, *more]
        for option, moment in (("--from", query.begin), ("--before", query.before), ("--at", query.now)):
            at = datetime.datetime.fromtimestamp(moment, datetime.timezone.utc)
            words += [option, at.strftime("%Y-%m-%dT%H:%M:%SZ")]
        for option, value in query.filters_of(name).items():
            words += [f"--{option}", value]
        if query.by and name not in UNDIVIDED:
            words += ["--by", ",".join(query.by)]
        if name == "repeat" and query.within != 90:
            words += ["--within", str(query.within)]
        return words

    def page(self, name, query):
        """Fractions stay the texts they are: they say how many decimals they have."""
        return json.loads(self.run(*self.words(name, query, "--format", "json", "--limit", "0")), parse_float=str)

    def ids(self, name, query, figure):
        return [int(number) for number in self.run(*self.words(name, query, "--ids", figure)).split()]


def same(ours, theirs):
    if isinstance(ours, fractions.Fraction) and isinstance(theirs, str):  # rounded to the decimals it has
        return abs(ours - fractions.Fraction(theirs)) <= fractions.Fraction(1, 2 * 10 ** len(theirs.partition(".")[2]))
    return type(ours) is type(theirs) and ours == theirs


class Comparison:
    def __init__(self, desk, program):
        self.desk, self.regie = desk, Regie(desk, program)
        self.figures = 0
        self.found = collections.defaultdict(list)  # by report and figure

    def differ(self, name, query, where, ours, theirs):
        self.figures += 1
        if not same(ours, theirs):
            ours = float(ours) if isinstance(ours, fractions.Fraction) else ours
            figure = where.split()[1 if where.startswith(("headline", "--ids")) else -1]
            self.found[name, figure].append(
                f"{' '.join(self.regie.words(name, query))}\n    {where}: regie says {theirs}, the journal {ours}")

    def tell(self):
        """The differences, the shortest of each kind; how many kinds there are."""
        for (name, figure), found in sorted(self.found.items()):
            print(f"DIFFERENT: {name}, {figure} ({len(found)} times): {min(found, key=len)[:1000]}")
        print(f"{self.figures} figures compared, {sum(map(len, self.found.values()))} different")
        return len(self.found)

    def compare(self, name, query, ids):
        ours, theirs = REPORTS[name](query.for_report(name)), self.regie.page(name, query)
        for key, value in ours.headlines.items():
            self.differ(name, query, f"headline {key}", value, theirs["headlines"][key])
        for section, (by, rows) in ours.sections.items():
            self.compare_section(name, query, section, by, rows, theirs["sections"][section])
        for section, numbers in ours.lists.items():
            listed = theirs["sections"][section]["rows"]
            numbers_there = [(row["id"], row["repeated_by"]) if section == "pairs" else row["id"] for row in listed]
            self.differ(name, query, section, sorted(numbers), sorted(numbers_there))
        if name == "backlog" and not query.by:
            self.compare_line(name, query, theirs["sections"]["over_time"]["rows"])
        if ids:
            self.compare_ids(name, query, ours)

    def compare_section(self, name, query, section, by, rows, theirs):
        told = {tuple(row[part] for part in by): row for row in theirs["rows"]}
        for key, row in rows.items():
            if key is None:
                if theirs["total"] is None:
                    continue
                there = theirs["total"]
            elif key in told:
                there = told[key]
            elif all(value in (None, 0, False) for value in row.values()):
                continue
            else:
                self.differ(name, query, f"{section} {key}", row, None)
                continue
            for column, value in row.items():
                self.differ(name, query, f"{section} {key or 'total'} {column}", value, there[column])
        for key, row in told.items():
            if key not in rows and section == "residences" and not row["requests"]:
                self.differ(name, query, f"{section} {key} expected", True, row["expected"] in (None, "0.0"))
            elif key not in rows:
                self.differ(name, query, f"{section} {key}", None, row)

    def compare_line(self, name, query, rows):
        moments = [moment_of(row["from"]) for row in rows] + [query.as_of]
        for row, begin, end in zip(rows, moments, moments[1:]):
            ours = over_time(query, {"from": begin, "to": end})
            for key in ("received", "finished", "waiting"):
                self.differ(name, query, f"over_time {row['from']} {key}", ours[key], row[key])

    def compare_ids(self, name, query, ours):
        """The requests behind each figure."""
        facts = collections.defaultdict(list)
        for fact in ours.facts:
            facts[fact.what].append(fact.round.request.number)
        columns = {"targets": TARGETS, "providers": PROVIDERS, "verification": VERIFICATION, "repeat": REPEAT,
                   "tenants": TENANTS, "backlog": BACKLOG}.get(name, {})
        for figure, numbers in ours.ids.items():
            self.differ(name, query, f"--ids {figure}", sorted(set(numbers)),
                        sorted(self.regie.ids(name, query, figure)))
        for figure, of in columns.items():
            if of.__qualname__.startswith("count."):
                theirs = self.regie.ids(name, query, figure)
                self.differ(name, query, f"--ids {figure}", sorted(set(facts[figure])), theirs)

    def compare_penalties(self, query, ids):
        page = self.regie.page("penalties", query)
        late = penalties(query)
        ours, theirs = collections.defaultdict(list), collections.defaultdict(list)
        for rows, of in (late, ours), (page["sections"]["orders"]["rows"], theirs):
            for row in rows:
                promised = row["promised_at"] if rows is late else moment_of(row["promised_at"])
                of[row["id"], row["provider"], promised].append(row)
        self.differ("penalties", query, "orders", sorted(ours), sorted(theirs))
        for key in ours.keys() & theirs.keys():
            row, there = ours[key][0], theirs[key][0]
            told = {**row, "cost": euros(row["cost"]), "penalty": euros(row["penalty"]),
                    "ended_at": row["ended_at"] and time_of(self.desk, row["ended_at"])}
            for column in sorted(there.keys() - {"promised_at"}):
                self.differ("penalties", query, f"orders {key} {column}", told[column], there[column])
        self.compare_contracts(query, late, page)
        if ids:
            for state in ["orders", "running"] + PENALTY_STATES:
                numbers = sorted({row["id"] for row in late if state in ("orders", row["state"])})
                self.differ("penalties", query, f"--ids {state}", numbers,
                            sorted(self.regie.ids("penalties", query, state)))

    def compare_contracts(self, query, late, page):
        ours = collections.defaultdict(list)  # the first day is part of a contract's name, and stands in no column
        for (provider, number, _), row in by_contract(query, late).items():
            ours[provider, number].append({"provider": provider, "contract": number, **row})
        theirs = collections.defaultdict(list)
        for row in page["sections"]["by_contract"]["rows"]:
            theirs[row["provider"], row["contract"]].append(row)
        self.differ("penalties", query, "contracts", sorted(map(str, ours)), sorted(map(str, theirs)))
        for key in ours.keys() & theirs.keys():
            for row, there in zip(*(sorted(rows[key], key=lambda row: row["orders"]) for rows in (ours, theirs))):
                for column in sorted(there):
                    self.differ("penalties", query, f"by_contract {key} {column}", row[column], there[column])
        headlines = {"orders": len(late), "total": euros(sum_of([row for row in late if row["state"] != "waived"])),
                     "not_priced": sum(row["penalty"] is None and row["state"] != "waived" for row in late)}
        for name, value in headlines.items():
            self.differ("penalties", query, f"headline {name}", value, page["headlines"][name])


def moment_of(words):
    return int(datetime.datetime.fromisoformat(words).timestamp())


# ---------------------------------------------------------------------------------------------------------------------
# What is compared

CUTS = [("agency",), ("sector",), ("residence",), ("dwelling",), ("trade",), ("urgency",), ("provider",), ("place",),
        ("channel",), ("month",), ("provider", "trade"), ("agency", "urgency"), ("month", "provider"),
        ("residence", "trade", "urgency")]


class Chance:
    """Queries by lot: the same seed gives the same."""

    def __init__(self, desk, seed):
        self.desk, self.random = desk, random.Random(seed)
        entries = [entry for journal in desk.journal.values() for entry in journal]
        self.first, self.last = min(entry.at for entry in entries), max(entry.at for entry in entries)
        # Moments at which something changes: where a figure is cut just there, it must fall on the same side.
        self.moments = sorted({entry.at for entry in entries} | {
            value for entry in entries for name, value in entry.changes.items()
            if name in ("target_at", "promised_at", "visit_from", "answer_due_at") and value})
        rows = [story.row for story in desk.stories(self.last + 1)]
        self.values = {name: sorted({row.get(name) for row in rows} - {None}) for name in
                       ("residence", "dwelling", "trade", "provider")}
        self.values["agency"] = sorted({one["agency"] for one in desk.residences.values()})
        self.values |= {"urgency": URGENCIES[1:], "place": PLACES[1:], "channel": CHANNELS[1:]}
        self.values["provider"].append("none")
        self.values["trade"] = [trade for trade in self.values["trade"] if trade != "none"]

    def midnight(self, moment):
        return self.desk.moment(self.desk.day(moment).isoformat())

    def some_moment(self):
        one = min(self.last, max(self.first, self.random.choice(self.moments)))
        return one + self.random.choice((0, 0, 0, 1, -1, self.random.randint(-DAY, DAY)))

    def period(self):
        begin = self.some_moment()
        kind = self.random.randrange(4)
        if kind == 0:  # a month
            first = self.desk.day(begin).replace(day=1)
            after = (first + datetime.timedelta(days=31)).replace(day=1)
            return self.desk.moment(first.isoformat()), self.desk.moment(after.isoformat())
        if kind == 1:  # a day, a week
            begin = self.midnight(begin)
            return begin, self.midnight(begin + self.random.choice((1, 7)) * DAY + 2 * HOUR)
        end = self.some_moment()
        return min(begin, end), max(begin, end) + 1

    def short(self):
        """The last eighth of the time: with so many periods before it something is unusual."""
        end = self.last + 1
        return Query(self.desk, end - (end - self.first) // 8, end, end)

    def query(self):
        begin, before = self.period()
        now = self.random.choice((before, self.last + 90 * DAY, self.random.randint(begin + 1, before)))
        filters = {name: self.random.choice(self.values[name])
                   for name in self.random.sample(sorted(self.values), self.random.choice((0, 0, 1, 1, 2)))
                   if self.values[name]}
        by = self.random.choice([(), (), self.random.choice(CUTS)])
        return Query(self.desk, begin, before, now, filters, by, self.random.choice((90, 90, 30, 7)))


def compare(desk, program, seed, number, ids):
    """The whole time, and as many queries by lot; of that share of them also the requests behind each figure."""
    comparison, chance = Comparison(desk, program), Chance(desk, seed)
    whole = Query(desk, chance.first - DAY, chance.last + 30 * DAY, chance.last + 60 * DAY)
    for query in [whole, chance.short()] + [chance.query() for _ in range(number)]:
        for name in REPORTS:
            comparison.compare(name, query, chance.random.random() < ids)
        comparison.compare_penalties(query, chance.random.random() < ids)
    return comparison.tell()


# ---------------------------------------------------------------------------------------------------------------------
# A month that is over stays as it was

STABLE = ["nightly", "backlog", "targets", "providers", "verification", "residences", "repeat", "tenants", "routing",
          "penalties"]  # `reminders` says how mail stands now


def pages_of(desk, month):
    """Every report of the month, by name, as regie prints it at the desk's moment; but for when it was made."""
    begin, before = month
    said = {}
    for name in STABLE:
        for by in ([], ["--by", "provider"], ["--by", "urgency"]):
            if by and name in ("nightly", "residences", "routing", "penalties"):
                continue
            page = desk.regie("report", name, "--from", begin, "--before", before, "--format", "json", "--limit", "0",
                              *by)
            said[" ".join([name, *by])] = re.sub(r'"made_at":"[^"]*"', "", page)
    return said


def stable(folder, source, program, seed):
    """A desk by lot, seen right after March and again weeks later; the database then, to be compared with."""
    os.makedirs(folder)
    config, database = random_desk.copy_of_config(source, folder), os.path.join(folder, "desk.db")
    desk = random_desk.RandomDesk(program, config, database, seed)
    busy = 18  # commands a day
    desk.live(datetime.datetime(2026, 4, 1), busy)
    march = "2026-03-01", "2026-04-01"
    earlier = pages_of(desk, march)
    # The landlord opens later from now on: what was promised before goes on as it was promised.
    random_desk.change(config, "regie.toml", 'mon-fri = "8:30-17:30"', 'mon-fri = "9:00-17:00"')
    desk.not_before = desk.now
    desk.live(datetime.datetime(2026, 4, 20), busy, opening=0.05, deep=0.1)  # whatever March has left is gone on with
    desk.live(datetime.datetime(2026, 5, 16), busy)
    changed = 0
    for name, page in pages_of(desk, march).items():
        if page != earlier[name]:
            changed += 1
            lines = [(one, other) for one, other in zip(earlier[name].splitlines(), page.splitlines()) if one != other]
            one, other = lines[0] if lines else ("", "")
            print(f"CHANGED: {name} of March, {len(lines)} lines, the first of them:")
            print(f"    {one[:500]}\n    {other[:500]}")
    actions = dict(sqlite3.connect(database).execute("select action, count(*) from journal group by action"))
    missing = [action for number, action in ACTIONS.items() if number not in actions]
    print(f"seed {seed}: {len(desk.states)} requests, {sum(actions.values())} entries; exit codes {desk.exits}")
    if missing:
        raise SystemExit(f"a desk without {', '.join(missing)} shows nothing")
    return changed


def story(desk, number, as_of):
    told = Story(number, desk.journal[number], as_of)

    def when(at):
        return "-" if at == NEVER else datetime.datetime.fromtimestamp(at, desk.zone).isoformat(" ", "seconds")

    for kind, ones in {"round": told.rounds, "job": told.jobs}.items():
        for one in ones:
            print(kind, {name: when(value) if isinstance(value, (int, float)) and value > 10 ** 6 else value
                         for name, value in vars(one).items() if name not in ("request", "jobs", "round", "rework_of")})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, words in {"compare": ("database", "config"), "stable": ("folder", "config"),
                        "story": ("database", "config", "number")}.items():
        command = commands.add_parser(name)
        for word in words:
            command.add_argument(word, type=int if word == "number" else str)
        command.add_argument("--seed", type=int, default=1)
        command.add_argument("--queries", type=int, default=20)
        command.add_argument("--ids", type=float, default=0.2)
        command.add_argument("--at")
    given = parser.parse_args()
    if given.command == "stable":
        return 1 if stable(given.folder, given.config, os.environ["REGIE"], given.seed) else 0
    desk = Desk(given.database, given.config)
    if given.command == "story":
        return story(desk, given.number, desk.moment(given.at) if given.at else NEVER)
    return 1 if compare(desk, os.environ["REGIE"], given.seed, given.queries, given.ids) else 0


if __name__ == "__main__":
    sys.exit(main())
