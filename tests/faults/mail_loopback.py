"""The far end of mail_loopback.sh: a mail server that takes, refuses or drops as it is told, and a reader of what came.

    mail_loopback.py sink FOLDER          writes FOLDER/port; reads FOLDER/mode at every mail; keeps NNN.eml and
                                          NNN.json there
    mail_loopback.py check FOLDER REGIE   FOLDER/facts has a line of JSON for each mail that must have come, in order;
                                          exit 0: all that and nothing else came, as `REGIE remind --show` has it
"""

import asyncio
import email
import email.policy
import json
import logging
import re
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path


def sink(folder):
    from aiosmtpd.smtp import SMTP

    class Handler:
        count = 0

        async def handle_RCPT(self, server, session, envelope, address, options):
            mode = (folder / "mode").read_text().split()[0]
            if mode == "tempfail":
                return "451 4.3.0 come back later"
            if mode == "permfail":
                return "550 5.1.1 nobody of that name"
            envelope.rcpt_tos.append(address)
            return "250 OK"

        async def handle_DATA(self, server, session, envelope):
            words = (folder / "mode").read_text().split()
            if words[0] == "spam":
                return "554 5.7.1 not such a text"
            self.count += 1
            name = f"{self.count:03}"
            (folder / f"{name}.eml").write_bytes(envelope.original_content)
            (folder / f"{name}.json").write_text(json.dumps({"from": envelope.mail_from, "to": envelope.rcpt_tos}))
            if words[0] == "drop":
                server.transport.abort()
            if words[0] == "slow":
                await asyncio.sleep(float(words[1]))
            return "250 stored"

    async def serve():
        handler = Handler()
        server = await asyncio.get_running_loop().create_server(lambda: SMTP(handler), "127.0.0.1", 0)
        draft = folder / "port.tmp"
        draft.write_text(str(server.sockets[0].getsockname()[1]))
        draft.rename(folder / "port")
        await server.serve_forever()

    logging.disable(logging.CRITICAL)
    asyncio.run(serve())


failures = 0


def expect(got, wanted, what):
    global failures
    if got != wanted:
        failures += 1
        print(f"FAILED: {what} is {got!r}, not {wanted!r}")


def utc(text):
    return datetime.fromisoformat(text).astimezone(timezone.utc)


SENDER = ("Régie d'Orle, réclamations", "demandes@example.org")
REPLY_TO = "reponses@example.org"
BOUNCES = "retours@example.org"
# Of the tenants: never in a subject, nor where a calendar names people.
SECRETS = ["Fontaine", "Œillets", "Éléonore", "06 39 98", "evil.example"]

HEADERS = {
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "Content-Language",
    "MIME-Version",
    "Content-Type",
}
OPTIONAL = {"Content-Transfer-Encoding", "References", "In-Reply-To", "X-Regie-Attempt"}


def check_calendar(part, wanted, secrets, what):
    import icalendar

    calendar = icalendar.Calendar.from_ical(part.get_payload(decode=True))
    expect(calendar.errors, [], f"what the parser complains about in {what}")
    events = calendar.walk("VEVENT")
    expect(len(events), 1, f"the number of events of {what}")
    event = events[0]
    expect(str(event["UID"]), wanted["uid"], f"UID of {what}")
    expect(str(event["STATUS"]), wanted["status"], f"STATUS of {what}")
    expect((event["DTSTART"].dt, event["DTEND"].dt), (utc(wanted["from"]), utc(wanted["to"])), f"the time of {what}")
    for secret in secrets:
        expect(secret in str(event["SUMMARY"]), False, f"'{secret}' in SUMMARY of {what}")
    expect([name for name in event if name in ("ATTENDEE", "CONTACT", "COMMENT")], [], f"people in {what}")
    return int(event["SEQUENCE"])


def check(folder, regie):
    def said_by(*words):
        return subprocess.run([regie, "remind", *words], capture_output=True, check=True).stdout.decode()

    listed = json.loads(said_by("--list", "--limit", "0", "--format", "json"))["items"]
    message_ids = {item["mail"]: item["message_id"] for item in listed}
    expect(len(set(message_ids.values())), len(listed), "the number of Message-IDs")
    facts = [json.loads(line) for line in (folder / "facts").read_text(encoding="utf-8").splitlines()]
    came = {}  # several go at once: in any order
    for file in sorted(folder.glob("*.eml")):
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        came.setdefault((message["Message-ID"], message["X-Regie-Attempt"]), []).append((file, message))
    expect(sum(len(copies) for copies in came.values()), len(facts), "the number of mails that came")
    sequences = []
    for wanted in facts:
        number = wanted["mail"]
        what = f"mail {number}"
        copies = came.get((f"<{message_ids.get(number)}>", wanted.get("attempt")), [])
        expect(len(copies), 1, f"how often {what} came")
        if not copies:
            continue
        file, message = copies[0]
        shown = said_by("--show", str(number)).split("\n\n", 1)[1]
        raw = file.read_bytes()
        envelope = json.loads(file.with_suffix(".json").read_text())
        expect(list(message.defects), [], f"what the parser complains about in {what}")
        expect(max(len(line) for line in raw.split(b"\r\n")) <= 78, True, f"no line of {what} longer than 78")
        expect(all(byte < 0x80 for byte in raw), True, f"{what} in ASCII")
        attempts = [int(other.get("attempt", "1")) for other in facts if other["mail"] == number]
        is_kept = int(wanted.get("attempt", "1")) == max(attempts)  # of one that was sent twice, the last attempt
        if is_kept:
            expect(raw.replace(b"\r\n", b"\n").decode(), said_by("--show", str(number), "--raw"), f"{what}, byte by byte,")

        names = [name for name, _ in message.items()]
        expect(sorted(set(names)), sorted(names), f"headers of {what}, each once,")
        expect(HEADERS - set(names), set(), f"headers that {what} has not")
        expect(set(names) - HEADERS - OPTIONAL, set(), f"other headers of {what}")
        expect(envelope, {"from": BOUNCES, "to": [wanted["to"]]}, f"envelope of {what}")
        expect([a.addr_spec for a in message["To"].addresses], [wanted["to"]], f"To of {what}")
        expect(message["To"].addresses[0].display_name, wanted["name"], f"the name in To of {what}")
        sender = message["From"].addresses
        expect([(a.display_name, a.addr_spec) for a in sender], [SENDER], f"From of {what}")
        expect([a.addr_spec for a in message["Reply-To"].addresses], [REPLY_TO], f"Reply-To of {what}")
        expect(message["Auto-Submitted"], "auto-generated", f"Auto-Submitted of {what}")
        expect(message["Content-Language"], "fr", f"Content-Language of {what}")
        expect(message["Date"].datetime, datetime.fromisoformat(wanted["date"]), f"Date of {what}")
        expect(message["Date"].datetime.utcoffset(), datetime.fromisoformat(wanted["date"]).utcoffset(), f"zone of {what}")
        thread = f"<{message_ids[wanted['thread']]}>" if "thread" in wanted else None
        for name in ("References", "In-Reply-To"):
            expect(message[name], thread, f"{name} of {what}")
        expect(message["X-Regie-Attempt"], wanted.get("attempt"), f"X-Regie-Attempt of {what}")
        expect(message["Subject"], wanted["subject"], f"Subject of {what}")
        for secret in SECRETS:
            expect(secret.lower() in str(message["Subject"]).lower(), False, f"'{secret}' in the subject of {what}")

        parts = [part for part in message.walk() if not part.is_multipart()]
        text = message.get_body(("plain",))
        content = text.get_content().replace("\r\n", "\n")
        if is_kept:
            expect(content.rstrip("\n"), shown.rstrip("\n"), f"text of {what}, as --show has it,")
        expect(text.get_content_charset(), "utf-8", f"charset of {what}")
        for said in wanted.get("says", []):
            expect(said in content, True, f"{said!r} in {what}")
        attached = [part for part in parts if part is not text]
        usual = ["text/calendar"] if wanted.get("calendar") else []
        kinds = [part.get_content_type() for part in attached]
        expect(kinds, wanted.get("besides", usual), f"what is besides the text of {what}")
        if "file" in wanted:
            sent = attached[-1].get_payload(decode=True) if attached else None
            expect(sent == Path(wanted["file"]).read_bytes(), True, f"that the file with {what} is {wanted['file']}")
        if attached and wanted.get("calendar"):
            expect(attached[0].get_content_type(), "text/calendar", f"type of the attachment of {what}")
            expect(attached[0].is_attachment(), True, f"disposition of the attachment of {what}")
            expect(bool(re.fullmatch(r"[\w.-]+\.ics", attached[0].get_filename() or "")), True, f"its name in {what}")
            sequences.append(check_calendar(attached[0], wanted["calendar"], SECRETS, what))
    expect(sorted(set(sequences)), sequences, "SEQUENCE of the calendars, rising,")
    print(f"{len(came)} mails read by Python {sys.version.split()[0]}, {len(sequences)} calendars by icalendar")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    {"sink": sink, "check": check}[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:])
