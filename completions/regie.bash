# Completion of regie's command line for bash 4.2 or newer. Install it as
# /usr/share/bash-completion/completions/regie, or source it in ~/.bashrc; it needs no other package.
#
# What may stand at the cursor is known to the program: 'regie __complete -- WORDS...' prints one value a line, then a
# tab and what it is; ':files' leaves the word to the shell.

# Cuts a line into `words`, and `word` under the cursor, without their quotes. Nothing is expanded but a leading '~/':
# the line may hold commands that must not run because somebody pressed TAB. `quote` is the one that is still open;
# `redirected` is not empty when `word` is the file of a redirection.
_regie_split() {
  local line=$1 char next
  local -i i
  words=() word='' quote='' redirected=''
  local begun=''
  for ((i = 0; i < ${#line}; i++)); do
    char=${line:i:1}
    if [[ $char == "$quote" ]]; then
      quote=''
    elif [[ $quote == "'" ]]; then
      word+=$char
    elif [[ $char == \\ ]]; then
      i+=1
      next=${line:i:1}
      [[ $quote == '"' && $next != [\"\\\$\`] ]] && word+=$char
      word+=$next begun=1
    elif [[ $quote ]]; then
      word+=$char
    elif [[ $char == [\'\"] ]]; then
      quote=$char begun=1
    elif [[ $char == '~' && ! $begun && ${line:i+1:1} == / ]]; then
      word=$HOME begun=1
    elif [[ $char == [[:blank:]] ]]; then
      [[ $begun && ! $redirected ]] && words+=("$word")
      [[ $begun ]] && word='' begun='' redirected=''
    elif [[ $char == [\<\>] ]]; then
      [[ $begun && $word != [0-9\&] ]] && words+=("$word")
      word='' begun='' redirected=1
    else
      word+=$char begun=1
    fi
  done
}

_regie() {
  local -a words
  local word quote redirected prefix='' program value
  COMPREPLY=()
  _regie_split "${COMP_LINE:0:COMP_POINT}"
  if [[ $redirected ]]; then
    compopt -o default
    return
  fi
  program=${words[0]-}
  type -P -- "$program" > /dev/null || program=regie
  # Where '=' breaks words, bash replaces only what stands behind it.
  if [[ $word == --*=* ]]; then
    words+=("${word%%=*}")
    [[ $COMP_WORDBREAKS == *=* ]] || prefix=${word%%=*}=
    word=${word#*=}
  fi
  while IFS=$'\t' read -r value _; do
    if [[ $value == :files ]]; then
      if [[ $prefix ]]; then mapfile -t COMPREPLY < <(compgen -P "$prefix" -f -- "$word")
      else compopt -o default; fi
      return
    fi
    [[ $quote || $value != *[!A-Za-z0-9_.,:@%+/-]* ]] || printf -v value %q "$value"
    COMPREPLY+=("$prefix$value")
  done < <("$program" __complete -- "${words[@]:1}" "$word" 2> /dev/null)
}

complete -o nosort -F _regie regie 2> /dev/null || complete -F _regie regie
