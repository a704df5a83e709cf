"""hostile_rules.py make FOLDER EXAMPLE SCALE
       Makes landlords that are out to hurt, each a copy of the example with more beside it, and messages. Sizes are
       divided by SCALE.
   hostile_rules.py measure RUNS
       Runs the commands it reads, one a line as JSON, by turns. Prints of each its name, its exits, the median of its
       processor time in milliseconds and its largest size in MiB. The caller limits the time of one.
"""
import json
import os
import random
import re
import shutil
import statistics
import sys

LETTERS = "bcdfghjklmnprstv"
VOWELS = "aeiou"
TRADES = ["plumbing", "electrical", "locksmith", "heating", "lift", "joinery", "glazing", "cleaning"]
RESIDENCES = ["BEL", "TIL", "HAL", "FON", "CAR", "PAS", "VER", "CHA", "GRA"]

chance = random.Random(1)


def word(syllables=(3, 5)):
    return "".join(chance.choice(LETTERS) + chance.choice(VOWELS) for _ in range(chance.randint(*syllables)))


def phrase():
    kind = chance.randrange(4)
    if kind == 0:
        return f"{word()} {word()}"
    if kind == 1:
        return f"{word()} ... {word()}*"
    if kind == 2:
        return f"fuite ... {word()} ... {word()}"
    return f"{word()[:4]}*"


def rule_of(name, *lines):
    """It decides nothing: every message goes on to the next."""
    return "\n".join(["[[rule]]", f'name = "{name}"', *lines, f'then.note = "{name}"']) + "\n"


def one_of_many(number):
    kind = number % 20
    if kind == 0:
        lines = [f"when.words = {json.dumps([phrase() for _ in range(50)])}"]
    elif kind < 8:
        lines = [f'when = [{{ trade = "{chance.choice(TRADES)}", words = "{phrase()}" }}, {{ words = "{phrase()}" }}]']
    elif kind < 14:
        lines = [
            f"when.trade = {json.dumps(chance.sample(TRADES, 3))}",
            f"when.residence = {json.dumps(chance.sample(RESIDENCES, 3))}",
            f'unless = [{{ words = "{phrase()}" }}, {{ season = "10-01/04-30", place = "common" }}]',
        ]
    else:
        lines = [
            f"when.from = 2025-{chance.randint(1, 12):02}-01",
            'when.during = "telephone"',
            f'when.words = ["{phrase()}", "{phrase()}"]',
        ]
    return rule_of(f"many-{number}", *lines)


def example_of(number):
    return (
        "[[rule.example]]\n"
        f'given  = {{ text = "fuite {number} sous l\'évier", residence = "BEL", dwelling = "B-203", at = "2026-03-02 14:00" }}\n'
        'expect = { trade = "plumbing" }\n'
    )


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def landlord(folder, name, example, rules="", lexicon=""):
    home = os.path.join(folder, name)
    shutil.copytree(example, home)
    main = os.path.join(home, "regie.toml")
    with open(main, encoding="utf-8") as file:
        text = file.read()
    if rules:
        text = re.sub(r"(?m)^(rules\s*=\s*\[)", r'\1"more.toml", ', text, count=1)
        write(os.path.join(home, "more.toml"), rules)
    if lexicon:
        text = re.sub(r"(?m)^(lexicon\s*=\s*\[)([^\]]*)", r'\1\2, "./words.toml"', text, count=1)
        write(os.path.join(home, "words.toml"), lexicon)
    write(main, text)


def make_many(folder, example, scale):
    count = 10_000 // scale
    words = sorted({word() for _ in range(2 * count)})
    lexicon = ""
    for at, trade in enumerate(TRADES):
        some = words[at :: len(TRADES)][: count // len(TRADES)]
        lexicon += f'[trade.{trade}]\nhint = """\n' + "\n".join(some) + '\n"""\n'
    landlord(folder, "many", example, "".join(map(one_of_many, range(count))), lexicon)


def make_exploding(folder, example, scale):
    """What a matcher that goes back and tries again would never be done with."""
    length = 20_000 // scale
    gaps = " ... ".join(["b*"] * 100)
    rules = [rule_of(f"gaps-{n}", f'when.words = "{gaps} ... z{n}"') for n in range(100)]
    rules.append(rule_of("long", f'when.words = "{" ... ".join(["b*"] * length)} ... zzz"'))
    rules.append(rule_of("chain", f'when.words = "{" ".join(["b"] * length)} zzz"'))
    landlord(folder, "exploding", example, "".join(rules))

    count = 5_000 // scale
    near = "\n".join(f"b* ... b* ... {word()}*" for _ in range(count))
    fits = "\n".join("b*" + " b" * (n % 50) for n in range(count))
    terms = f'[trade.plumbing]\nhint = """\n{near}\n"""\n[urgency]\nurgent = """\n{fits}\n"""\n'
    landlord(folder, "same-start", example, lexicon=terms)


def make_large(folder, example, scale):
    text = "b" * (1_000_000 // scale)
    many_words = "bc " * (300_000 // scale)
    rules = rule_of("big", f'title = "{text}"', f'when.words = ["{text}", "{many_words}"]')
    rules += f'[[rule]]\nname = "said"\nwhen.words = "jamais dit"\nthen.note = "{text}"\n'
    landlord(folder, "megabyte", example, rules)
    examples = "".join(map(example_of, range(100_000 // scale)))
    landlord(folder, "examples", example, rule_of("told", 'when.words = "jamais dit"') + examples)


def make_broken(folder, example, scale):
    depth = 1_000_000 // scale
    broken = {
        "lists": "a = " + "[" * depth + "]" * depth,
        "tables": "a = " + "{a=" * depth + "1" + "}" * depth,
        "keys": "a" + ".a" * depth + " = 1",
        "titles": "[a" + ".a" * depth + "]",
        "conditions": "[[rule]]\nwhen" + ".a" * depth + " = 1",
        "not-closed": '[[rule]]\nname = "' + "b" * depth,
        "no-text": "\0" * depth,
    }
    for name, text in broken.items():
        landlord(folder, "broken-" + name, example, text + "\n")


def make_messages(folder, scale):
    count = 20_000 // scale
    messages = {
        "one-word": "b " * count,
        "known-word": "fuite " * count,
        "sentences": "gaz. " * count,
        "new-words": " ".join(word((6, 6)) for _ in range(count)),
        "elided": " ".join("l" + chance.choice(VOWELS) + word((6, 6)) for _ in range(count)),
        "long-word": "v" + "".join(chance.choice("kwxz") for _ in range(count)),
        "long-words": " ".join("v" + "".join(chance.choice("kwxz") for _ in range(200)) for _ in range(count // 200)),
        "accents": "é" * count * 10,
        "bytes": "\ufdfa" * count * 10,  # each is eighteen letters when it is folded
    }
    os.mkdir(os.path.join(folder, "messages"))
    for name, text in messages.items():
        write(os.path.join(folder, "messages", name), text + "\n")


def make(folder, example, scale):
    landlord(folder, "plain", example)
    make_many(folder, example, scale)
    make_exploding(folder, example, scale)
    make_large(folder, example, scale)
    make_broken(folder, example, scale)
    make_messages(folder, scale)


def run(words, message):
    child = os.fork()
    if child == 0:
        streams = [os.open(message or os.devnull, os.O_RDONLY)] + [os.open(os.devnull, os.O_WRONLY)] * 2
        for stream, file in enumerate(streams):
            os.dup2(file, stream)
        os.execv(words[0], words)
    _, status, usage = os.wait4(child, 0)
    return os.waitstatus_to_exitcode(status), (usage.ru_utime + usage.ru_stime) * 1000, usage.ru_maxrss / 1024


def measure(runs):
    commands = [json.loads(line) for line in sys.stdin]
    taken = {command["name"]: [] for command in commands}
    for _ in range(runs):
        for command in commands:
            taken[command["name"]].append(run(command["words"], command.get("in")))
    for name, results in taken.items():
        exits = ",".join(str(one) for one in sorted({result[0] for result in results}))
        milliseconds = statistics.median(result[1] for result in results)
        print(name, exits, round(milliseconds, 1), round(max(result[2] for result in results)))


if sys.argv[1] == "measure":
    measure(int(sys.argv[2]))
else:
    make(sys.argv[2], sys.argv[3], int(sys.argv[4]))
