#!/bin/bash
# TAB in bash: by function calls as bash makes them, then at a real prompt.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

fail() {
  echo "FAILED: $*" >&2
  failures=$((failures + 1))
}

if ((BASH_VERSINFO[0] < 4 || (BASH_VERSINFO[0] == 4 && BASH_VERSINFO[1] < 2))); then
  echo "SKIPPED: bash $BASH_VERSION is older than 4.2" >&2
  exit 77
fi

# Nothing of whoever runs the tests.
for variable in $(compgen -e | grep -E '^(REGIE_|XDG_|LC_|LANGUAGE)'); do unset "$variable"; done
export HOME=$work/home LANG=C.UTF-8 PATH="${REGIE%/*}:$PATH"
export REGIE_CONFIG=$SOURCE/config/examples/val-dorle REGIE_DB=$work/desk.db REGIE_LANG=en
mkdir "$HOME"
cd "$work"
regie init -q
regie open 'fuite sous évier' -R BEL -d B-203 -q > "$work/made"
regie open 'ampoule hall' -R TIL -q >> "$work/made"

# shellcheck source=/dev/null
. "$SOURCE/completions/regie.bash"
[[ $(complete -p regie) == *" -F _regie "* ]] || fail "not installed for regie: $(complete -p regie)"

# Outside of a completion bash refuses compopt; what the function asks of it is noted.
# shellcheck disable=SC2317
compopt() { asked+="$* "; }

# offered LINE: the candidates, blank between them, as if TAB had been pressed at the end of LINE.
offered() {
  COMP_LINE=$1 COMP_POINT=${2-${#1}} COMPREPLY=() asked=''
  local status=0
  _regie regie '' '' 2> "$work/errors" || status=$?
  [[ $status -eq 0 ]] || fail "[$1] exits with $status"
  [[ ! -s $work/errors ]] || fail "[$1] says: $(cat "$work/errors")"
}

# expect LINE CANDIDATES [POINT]
expect() {
  offered "$1" "${3-${#1}}"
  [[ ${COMPREPLY[*]} == "$2" ]] || fail "[$1] offers '${COMPREPLY[*]}', not '$2'"
}

# expect_among LINE CANDIDATE...
expect_among() {
  offered "$1"
  local line=$1 wanted
  shift
  for wanted in "$@"; do
    [[ " ${COMPREPLY[*]} " == *" $wanted "* ]] || fail "[$line] does not offer '$wanted' but '${COMPREPLY[*]}'"
  done
}

# expect_files LINE: left to the shell
expect_files() {
  expect "$1" ''
  [[ $asked == '-o default ' ]] || fail "[$1] does not leave the word to the shell"
}

echo "commands"
expect 'regie op' open
expect 'regie open' open
expect_among 'regie ' open assign verify close report list config help
expect_among 'regie help re' report reopen resume
expect 'regie config ' 'check show'
expect 'regie zzz' ''
expect 'regie zzz ' ''

echo "options"
expect 'regie open --dw' --dwelling
expect_among 'regie open -' --residence --config --help
expect 'regie --lang ' 'fr en'
expect 'regie list --format js' 'json jsonl'
expect 'regie list --form open' --format 17

echo "names of the landlord's"
expect 'regie open x -R BE' BEL
expect 'regie open x -R be' BEL
expect 'regie assign 1 --to GAR' 'GAR GARANTIE GARDIENS'
expect 'regie list --trade plu' plumbing
expect 'regie list -u e' emergency
expect 'regie edit 1 --penalty wa' waived
expect 'regie edit 1 --penalty p' proposed
expect 'regie report t' 'targets tenants'
expect 'regie report targets --by resi' residence
expect 'regie report targets --format x' xlsx
expect 'regie list --as ast' astruc
expect 'regie --as ast' astruc
expect "$REGIE open x -R BE" BEL

echo "equals signs and lists"
expect 'regie list --residence=BE' BEL
expect 'regie list --residence=' "$(regie __complete -- list -R '' | cut -f 1 | paste -s -d ' ')"
expect 'regie list -R BEL,TI' BEL,TIL
expect 'regie list --residence=BEL,TI' BEL,TIL
expect 'regie list --columns id,stat' id,state
COMP_WORDBREAKS=${COMP_WORDBREAKS/=/}
expect 'regie list --residence=BE' --residence=BEL
COMP_WORDBREAKS+='='

echo "blanks and quotes"
expect "regie open \"fuite sous l'évier\" -R BE" BEL
expect "regie open 'l'\\''eau coule' -R BE" BEL
expect 'regie open l\ eau\ coule -R BE' BEL
expect 'regie open "a \"b" -R "BE' BEL
# shellcheck disable=SC2016
expect 'regie open "$(touch made-by-tab)" -R `touch made-by-tab` -R BE' BEL
[[ ! -e made-by-tab ]] || fail "TAB ran a command of the line"
cp -r "$REGIE_CONFIG" "$work/with blank"
cp -r "$REGIE_CONFIG" "$HOME/desk"
saved=$REGIE_CONFIG
unset REGIE_CONFIG
expect 'regie --config "with blank" open x -R BE' BEL
expect 'regie --config with\ blank open x -R BE' BEL
expect 'regie -c ~/desk open x -R BE' BEL
export REGIE_CONFIG=$saved

echo "requests as they are now"
expect 'regie verify ' '1 2'
expect 'regie show 2' 2
regie cancel 2 --why withdrawn -q > "$work/made"
expect 'regie verify ' 1
regie open 'volet bloqué' -R TIL -q > "$work/made"
expect 'regie verify ' '1 3'
cp "$REGIE_DB" before.db
for ((number = 4; number <= 130; number++)); do echo "2026-03-02T08:36:10+01:00,desk,BEL,panne numéro $number"; done |
  sed '1i received_at,channel,residence,description' > many.csv
regie import many.csv -q > "$work/made"
expect 'regie verify 130' 130
mv before.db "$REGIE_DB"

echo "files"
expect_files 'regie import '
expect_files 'regie import ma'
expect_files 'regie --config '
expect_files 'regie --config=ma'
expect_files 'regie list > ma'
expect_files 'regie list 2>'
expect 'regie list 2> errors -R BE' BEL

echo "nothing, and no complaint"
expect 'regie open ' ''
expect 'regie report nightly ' ''
expect 'regie open x -R NOBODY' ''
REGIE_DB=$work/nowhere.db expect 'regie verify ' ''
[[ ! -e $work/nowhere.db ]] || fail "TAB made a database"
REGIE_CONFIG=$work/nowhere expect 'regie open x -R BE' ''
REGIE_CONFIG=$work/nowhere expect 'regie op' open
echo 'no toml' > broken.toml
REGIE_CONFIG=$work/broken.toml expect 'regie open x -R BE' ''
unset -f compopt

if ! script -qfec true /dev/null > /dev/null 2>&1; then
  echo "SKIPPED: no script(1) or no pseudo terminal (is /dev/pts mounted?), so no real prompt" >&2
  [[ $failures -gt 0 ]] || exit 77
else
  echo "at a real prompt"
  cat > rc << 'RC'
PS1='READY> '
bind 'set enable-bracketed-paste off'
bind 'set show-all-if-ambiguous on'
bind 'set completion-query-items 0'
bind 'set page-completions off'
bind -x '"\C-o": printf "LINE[%s]\n" "$READLINE_LINE"'
RC
  echo ". '$SOURCE/completions/regie.bash'" >> rc
  coproc prompt { TERM=dumb exec script -qfec "'$BASH' --noprofile --rcfile '$work/rc' -i" /dev/null 2>&1; }
  # shellcheck disable=SC2154
  to=${prompt[1]} from=${prompt[0]} shell=$prompt_PID

  # heard PATTERN: reads until it is there; what was read is left in `said`.
  heard() {
    said=''
    local char
    while [[ $said != *$1* ]]; do
      IFS= read -r -d '' -n 1 -t 30 char <&"$from" || return 1
      said+=$char
    done
  }

  # typed LINE RESULT: the line after TAB. \017 shows it, \025 clears it.
  typed() {
    printf '%s\t\017\025' "$1" >&"$to"
    if ! heard $'\nLINE[' || ! heard $'\r\n'; then
      fail "[$1]: bash does not answer"
      return
    fi
    [[ ${said%$'\r\n'} == "$2]" ]] || fail "[$1] becomes '${said%]*}', not '$2'"
  }

  heard 'READY> ' || fail "bash does not start: $said"
  typed 'regie ope' 'regie open '
  typed 'regie list --resi' 'regie list --residence '
  typed 'regie list --residence=TI' 'regie list --residence=TIL '
  typed 'regie list --residence=BEL,TI' 'regie list --residence=BEL,TIL '
  typed 'regie open "x y" -R "BE' 'regie open "x y" -R "BEL" '
  typed "regie open 'x y' -R 'BE" "regie open 'x y' -R 'BEL' "
  typed 'regie assign --to=GARD' 'regie assign --to=GARDIENS '
  typed 'regie assign 1 --to GA' 'regie assign 1 --to GAR'
  typed 'regie list | regie assign 1 --to GARD' 'regie list | regie assign 1 --to GARDIENS '
  typed 'A=1 regie repo' 'A=1 regie report '
  typed 'regie import man' 'regie import many.csv '
  typed 'regie import with' 'regie import with\ blank/'
  typed 'regie --config=man' 'regie --config=many.csv '
  typed 'regie list > man' 'regie list > many.csv '
  typed 'regie list -c ~/des' 'regie list -c ~/desk/'
  typed 'regie open x -R NOBODY' 'regie open x -R NOBODY'
  printf '\025exit\n' >&"$to"
  wait "$shell" || true
fi
[[ $failures -eq 0 ]] || { echo "$failures failures" >&2; exit 1; }
