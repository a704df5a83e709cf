#!/bin/bash
# The mails that regie sends, read by somebody else's parser: the email package of Python. What `compose_samples` prints
# are letters, some of them hostile in every field, and what must be found in them.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$BUILD/bin/compose_samples" > "$work/samples"

cat > "$work/check.py" << 'PYTHON'
import email
import email.policy
import json
import re
import sys
from email.header import decode_header, make_header
from email.utils import parsedate_to_datetime

failures = 0
# The strict policy decodes what headers mean; this one says what stands in them.
raw = email.policy.compat32


def expect(got, wanted, what):
    global failures
    if got != wanted:
        failures += 1
        print(f"FAILED: {what} is {got!r}, not {wanted!r}", file=sys.stderr)


def check_bytes(name, message):
    head, _, body = message.partition("\n\n")
    expect(message.isascii(), True, f"{name}: that it is ASCII")
    expect(re.findall(r"[^\n\t -~]", message), [], f"{name}: control characters")
    expect(message.endswith("\n"), True, f"{name}: its last line has an end")
    for line in head.split("\n"):
        if len(line) > 76:
            # A name of a mail cannot be broken.
            expect(bool(re.fullmatch(r"\s*(References:|In-Reply-To:|Message-I[Dd]:)?\s*<\S+>", line)), True, f"{name}: {line!r}")
        expect(bool(re.match(r"[!-9;-~]+:|[ \t]+\S", line)), True, f"{name}: header line {line!r} is one")
    for line in body.split("\n"):
        # Headers of parts: a type cannot be broken, and of a file's name there are 78 in a line.
        longest = 80 if line.startswith("Content-Type: ") else 78 if re.match(r"\t(file)?name\*\d\*=", line) else 76
        expect(len(line) <= longest, True, f"{name}: {line!r} has at most {longest} characters")
        expect(line.startswith("From ") or line == ".", False, f"{name}: {line!r} means something to a mail program")


def name_of(value):
    """A name in several encoded words: the policy puts blanks between them, up to 3.11 at least."""
    words = " ".join(value.split()).rpartition(" <")[0]
    return str(make_header(decode_header(words))) if words.startswith("=?") else None


def check(sample):
    name, message = sample["name"], sample["message"]
    check_bytes(name, message)
    mail = email.message_from_bytes(message.encode("ascii"), policy=email.policy.default)
    for part in mail.walk():
        expect(part.defects, [], f"{name}: defects of a part")
        for header, value in part.items():
            expect(list(value.defects), [], f"{name}: defects of {header}: {value!r}")
    bare = email.message_from_bytes(message.encode("ascii"), policy=raw)

    wanted = ["From", "To", "Subject", "Date", "Message-Id", "Auto-Submitted", "X-Auto-Response-Suppress", "MIME-Version",
              "Content-Type"]
    if sample["reply_to"]:
        wanted.append("Reply-To")
    if sample["references"]:
        wanted += ["In-Reply-To", "References"]
    if sample["attempt"] > 1:
        wanted.append("X-Regie-Attempt")
    if re.fullmatch("[A-Za-z0-9-]+", sample["language"]):
        wanted.append("Content-Language")
    files = list(zip(*[iter(sample["attachments"])] * 3))
    if not sample["calendar"] and not sample["html"] and not files:
        wanted.append("Content-Transfer-Encoding")
    expect(sorted(key.lower() for key in mail.keys()), sorted(key.lower() for key in wanted), f"{name}: the headers")

    for header, who in (("From", "from"), ("To", "to")):
        addresses = mail[header].addresses
        expect(len(addresses), 1, f"{name}: the number of addresses of {header}")
        expect(addresses[0].addr_spec, sample[who], f"{name}: the address of {header}")
        expect(name_of(bare[header]) or addresses[0].display_name, sample[who + "_name"], f"{name}: the name of {header}")
    if sample["reply_to"]:
        expect(str(mail["Reply-To"]), sample["reply_to"], f"{name}: Reply-To")
    expect(str(mail["Subject"]), sample["subject"], f"{name}: Subject")
    expect(bare["Message-Id"].strip(), f"<{sample['message_id']}>", f"{name}: Message-ID")
    date = parsedate_to_datetime(bare["Date"])
    expect(int(date.timestamp()), sample["date"], f"{name}: Date")
    expect(int(date.utcoffset().total_seconds()), sample["offset"], f"{name}: the zone of Date")
    if sample["references"]:
        expect(bare["References"].split(), [f"<{one}>" for one in sample["references"]], f"{name}: References")
        expect(bare["In-Reply-To"].strip(), f"<{sample['references'][-1]}>", f"{name}: In-Reply-To")
    expect(mail["Auto-Submitted"], "auto-generated", f"{name}: Auto-Submitted")
    if sample["attempt"] > 1:
        expect(mail["X-Regie-Attempt"], str(sample["attempt"]), f"{name}: X-Regie-Attempt")

    text = mail
    if sample["calendar"] or files:
        expect(mail.get_content_type(), "multipart/mixed", f"{name}: its type")
        text, *rest = mail.iter_parts()
        expect(len(rest), len(files) + bool(sample["calendar"]), f"{name}: its parts")
        if sample["calendar"]:
            calendar = rest.pop(0)
            expect(calendar.get_content_type(), "text/calendar", f"{name}: the type of the calendar")
            expect(calendar.get_content_disposition(), "attachment", f"{name}: the calendar is attached")
            expect(calendar.get_filename(), "rendez-vous.ics", f"{name}: the file of the calendar")
            for parameter, value in (("charset", "utf-8"), ("method", "PUBLISH"), ("name", "rendez-vous.ics")):
                expect(calendar.get_param(parameter), value, f"{name}: {parameter} of the calendar")
            expect(calendar.get_payload(decode=True).decode(), sample["calendar"], f"{name}: the calendar")
        for part, (file, kind, digits) in zip(rest, files):
            expect(part.get_content_type(), kind, f"{name}: the type of {file}")
            expect(part.get_content_disposition(), "attachment", f"{name}: {file} is attached")
            expect(part.get_filename(), file, f"{name}: the name of {file}")
            expect(part.get_param("charset"), "utf-8" if kind.startswith("text/") else None, f"{name}: charset of {file}")
            expect(part.get_payload(decode=True).hex(), digits, f"{name}: the bytes of {file}")
    if sample["html"]:
        expect(text.get_content_type(), "multipart/alternative", f"{name}: the type of text and page")
        text, *rest = text.iter_parts()
        expect([part.get_content_type() for part in rest], ["text/html"], f"{name}: what the page is")
        expect(rest[0].get_param("charset"), "utf-8", f"{name}: the charset of the page")
        expect(rest[0].get_content_disposition(), None, f"{name}: the page is not attached")
        expect(rest[0].get_payload(decode=True).decode("utf-8"), sample["html"], f"{name}: the page")
    expect(text.get_content_type(), "text/plain", f"{name}: the type of the text")
    expect(text.get_param("charset"), "utf-8", f"{name}: the charset of the text")
    expect(text.get_payload(decode=True).decode("utf-8"), sample["text"], f"{name}: the text")


count = 0
with open(sys.argv[1], encoding="utf-8") as lines:
    for line in lines:
        check(json.loads(line))
        count += 1
expect(count >= 20, True, "that there are samples")
if failures == 0:
    print(f"{count} mails read back by Python {sys.version.split()[0]}")
sys.exit(1 if failures else 0)
PYTHON
python3 "$work/check.py" "$work/samples"
