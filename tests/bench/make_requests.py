#!/usr/bin/env python3
"""Writes requests as regie's own CSV: make_requests.py COUNT [FORTNIGHT.csv]
or, as TEXT|RESIDENCE|DWELLING|TENANT lines, such as a desk types in: make_requests.py --typed COUNT

The same COUNT gives the same file. The words are those of the example fortnight, spread over the ten years before
2026-03-02; 99.9 % are closed (at least 100 are not), so that the list of what is unfinished keeps a desk's size.
"""

import csv
import datetime
import pathlib
import random
import sys

EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / "config/examples/val-dorle/fortnight.csv"
END = datetime.datetime(2026, 3, 2, 6, 0, 0)  # UTC
YEARS = 10
COLUMNS = ["received_at", "channel", "residence", "dwelling", "tenant_name", "tenant_phone", "tenant_email",
           "tenant_flags", "description", "closed_at", "answer"]
ANSWERS = ["Réparé.", "Réparé par l'entreprise, contrôlé par le gardien.", "Passé sur place, joint remplacé.",
           "Absent deux fois, avis laissé.", "Pièce commandée puis posée.", "Vu avec le locataire, sans suite."]


def stamp(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%S+00:00")


def read_example(path):
    with open(path, encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if not set(row["description"]) & set("\n\t|")]


def varied(row, chance):
    """The description with a word more, as nobody writes the same sentence twice."""
    if chance.random() < 0.5:
        return f"{row['description']} Rappel n° {chance.randrange(1, 1_000_000)}."
    return f"{row['description']} ({chance.choice(['cuisine', 'salle de bain', 'entrée', 'palier', 'cave'])}, " \
           f"depuis {chance.randrange(1, 30)} jours)"


def dwelling(row, chance):
    if not row["dwelling"]:
        return ""
    return f"{chance.choice('ABCD')}-{chance.randrange(1, 10)}{chance.randrange(1, 20):02d}"


def write_archive(count, example, out):
    chance = random.Random(count)
    unfinished = max(100, count // 1000)
    span = YEARS * 365 * 86_400
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for number in range(count):
        row = chance.choice(example)
        received = END - datetime.timedelta(seconds=span - span * number // count)
        open_still = count - number <= unfinished
        closed = min(received + datetime.timedelta(hours=chance.randrange(2, 700)), END)
        writer.writerow([stamp(received), row["channel"], row["residence"], dwelling(row, chance), row["tenant_name"],
                         row["tenant_phone"], row["tenant_email"], row["tenant_flags"], varied(row, chance),
                         "" if open_still else stamp(closed), "" if open_still else chance.choice(ANSWERS)])


def write_typed(count, example, out):
    chance = random.Random(count)
    for _ in range(count):
        row = chance.choice(example)
        out.write("|".join([varied(row, chance), row["residence"], dwelling(row, chance), row["tenant_name"]]) + "\n")


def main(words):
    typed = words[:1] == ["--typed"]
    words = words[1:] if typed else words
    if not words:
        sys.exit(__doc__)
    example = read_example(words[1] if len(words) > 1 else EXAMPLE)
    sys.stdout.reconfigure(encoding="utf-8", newline="")
    (write_typed if typed else write_archive)(int(words[0]), example, sys.stdout)


main(sys.argv[1:])
