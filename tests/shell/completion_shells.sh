#!/bin/bash
# TAB in zsh and fish.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
skipped=0

fail() {
  echo "FAILED: $*" >&2
  failures=$((failures + 1))
}

# Nothing of whoever runs the tests.
for variable in $(compgen -e | grep -E '^(REGIE_|XDG_|LC_|LANGUAGE|ZDOTDIR)'); do unset "$variable"; done
export HOME=$work/home LANG=C.UTF-8 PATH="${REGIE%/*}:$PATH" TERM=dumb
export REGIE_CONFIG=$SOURCE/config/examples/val-dorle REGIE_DB=$work/desk.db REGIE_LANG=en
mkdir "$HOME"
cp -r "$REGIE_CONFIG" "$HOME/desk"
cd "$work"
regie init -q
regie open 'fuite sous évier' -R BEL -d B-203 -q > made
regie open 'ampoule hall' -R TIL -q >> made
mkdir files
touch files/calls.csv

if ! command -v fish > /dev/null; then
  echo "SKIPPED: fish is not installed" >&2
  skipped=1
else
  echo "fish"
  fish -n "$SOURCE/completions/regie.fish" || fail "fish -n"

  # in_fish LINE CANDIDATES: what stands before the tab of each, and all of it when CANDIDATES has a tab itself
  in_fish() {
    # shellcheck disable=SC2016
    fish --no-config -c 'source $argv[1]; complete -C $argv[2]' "$SOURCE/completions/regie.fish" "$1" \
      > offered 2> errors || fail "fish [$1] exits with $?"
    [[ ! -s errors ]] || fail "fish [$1] says: $(cat errors)"
    local offered
    if [[ $2 == *$'\t'* ]]; then offered=$(cat offered); else offered=$(cut -f 1 offered | paste -s -d ' '); fi
    [[ $offered == "$2" ]] || fail "fish [$1] offers '$offered', not '$2'"
  }

  in_fish 'regie ope' $'open\ttake a request and send it to whoever repairs it'
  in_fish 'regie re' 'report resume reopen remind receive'
  in_fish 'regie open --dw' $'--dwelling\tthe dwelling, such as B-203; without it the common parts are meant'
  in_fish 'regie open x -R BE' $'BEL\tLes Bélandres'
  in_fish 'regie open "x y" -R "BE' BEL
  in_fish 'regie list --residence=BE' --residence=BEL
  in_fish 'regie list --residence=BEL,TI' --residence=BEL,TIL
  in_fish 'regie assign 1 --to GAR' 'GAR GARANTIE GARDIENS'
  in_fish 'regie list --trade plu' plumbing
  in_fish 'regie verify ' $'1\tBEL B-203 fuite sous évier\n2\tTIL  ampoule hall'
  in_fish 'regie import files/' files/calls.csv
  in_fish 'regie list --config=files/c' --config=files/calls.csv
  in_fish 'regie open ' ''
  in_fish "$REGIE ope" open
  REGIE_DB=$work/nowhere.db in_fish 'regie verify ' ''
  REGIE_CONFIG=$work/nowhere in_fish 'regie open x -R BE' ''
  REGIE_CONFIG=$work/nowhere in_fish 'regie -c ~/desk open x -R BE' BEL
fi

if ! command -v zsh > /dev/null; then
  echo "SKIPPED: zsh is not installed" >&2
  skipped=1
else
  echo "zsh"
  zsh -f -n "$SOURCE/completions/_regie" || fail "zsh -n"
fi
if command -v zsh > /dev/null && ! zsh -f -c 'zmodload zsh/zpty && zpty try true' 2> errors; then
  echo "SKIPPED: this zsh has no pseudo terminal (is /dev/pts mounted?), so no real prompt: $(cat errors)" >&2
  skipped=1
elif command -v zsh > /dev/null; then
  cat > "$HOME/.zshrc" << 'RC'
PS1='READY> '
unset zle_bracketed_paste
autoload -U compinit
compinit -u -D
zstyle ':completion:*' list-separator '--'
show() { print -r -- $'\n'"LINE[$BUFFER]"; BUFFER= }
zle -N show
bindkey '^O' show
RC
  # Types every line of its input, presses TAB, and prints what the line has become and what was listed meanwhile.
  cat > typist.zsh << 'TYPIST'
zmodload zsh/zpty zsh/datetime
zpty -b shell "exec zsh -d -i"
heard() {
  local piece
  said=
  integer until=$(( EPOCHSECONDS + 30 ))
  while [[ $said != *$~1* ]]; do
    if zpty -rt shell piece; then said+=$piece
    elif (( EPOCHSECONDS > until )); then return 1
    else sleep 0.02; fi
  done
}
heard 'READY> *' || { print -r -- "zsh does not start: $said"; exit 1 }
while IFS= read -r line; do
  zpty -wn shell "$line"$'\t\x0f'
  heard 'LINE\[*\]' || { print -r -- "no answer to [$line]: $said"; exit 1 }
  print -r -- "@$line"
  print -r -- "${(F)${(f)said}}"
done
zpty -d shell
TYPIST
  cat > lines << 'LINES'
regie ope
regie open --dw
regie open x -R BE
regie open x -R be
regie open "l'eau" -R "BE
regie list --residence=BE
regie list --residence=BEL,TI
regie assign 1 --to GARD
regie list --trade plu
regie verify 
regie import files/c
regie list --config=files/c
regie -c ~/desk open x -R BE
regie open x -R NOBODY
LINES
  FPATH=$SOURCE/completions:$(zsh -f -c 'print -r -- $FPATH') ZDOTDIR=$HOME \
    zsh -f typist.zsh < lines > heard 2>&1 || fail "zsh: $(cat heard)"

  # in_zsh LINE RESULT: what the line became
  in_zsh() {
    local became
    became=$(awk -v line="@$1" '$0 == line { found = 1; next } /^@/ { found = 0 }
      found && match($0, /LINE\[.*\]/) { print substr($0, RSTART + 5, RLENGTH - 6); exit }' heard)
    [[ $became == "$2" ]] || fail "zsh [$1] becomes '$became', not '$2'"
  }

  in_zsh 'regie ope' 'regie open '
  in_zsh 'regie open --dw' 'regie open --dwelling '
  in_zsh 'regie open x -R BE' 'regie open x -R BEL '
  in_zsh 'regie open x -R be' 'regie open x -R BEL '
  in_zsh "regie open \"l'eau\" -R \"BE" "regie open \"l'eau\" -R \"BEL\" "
  in_zsh 'regie list --residence=BE' 'regie list --residence=BEL '
  in_zsh 'regie list --residence=BEL,TI' 'regie list --residence=BEL,TIL '
  in_zsh 'regie assign 1 --to GARD' 'regie assign 1 --to GARDIENS '
  in_zsh 'regie list --trade plu' 'regie list --trade plumbing '
  in_zsh 'regie import files/c' 'regie import files/calls.csv '
  in_zsh 'regie list --config=files/c' 'regie list --config=files/calls.csv '
  in_zsh 'regie -c ~/desk open x -R BE' 'regie -c ~/desk open x -R BEL '
  in_zsh 'regie open x -R NOBODY' 'regie open x -R NOBODY'
  grep -q '1 *-- BEL B-203 fuite sous évier' heard || fail "zsh does not say what the requests are: $(cat heard)"
fi

[[ $failures -eq 0 ]] || { echo "$failures failures" >&2; exit 1; }
[[ $skipped -eq 0 ]] || exit 77
