# Completion of regie's command line for fish 3. Install it as /usr/share/fish/vendor_completions.d/regie.fish.
#
# What may stand at the cursor is known to the program: 'regie __complete -- WORDS...' prints one value a line, then a
# tab and what it is; ':files' leaves the word to the shell.

function __regie_complete
    set -l words (commandline -opc | string replace -r '^~/' "$HOME/")
    set -l word (commandline -ct | string replace -r '^["\']' '' | string replace -ra '\\\\(.)' '$1')
    set -l program $words[1]
    command -q -- $program; or set program regie
    set -e words[1]
    set -l prefix ''
    if string match -qr '^--[^=]+=' -- $word
        set -l parts (string split -m 1 = -- $word)
        set -a words $parts[1]
        set prefix $parts[1]=
        set word $parts[2]
    end
    set -l lines ($program __complete -- $words "$word" 2>/dev/null)
    if test "$lines[1]" = :files
        __fish_complete_path "$word" | string replace -r '^' -- $prefix
    else
        test -n "$lines[1]"; and printf '%s\n' $prefix$lines
    end
end

complete -c regie -f -k -a '(__regie_complete)'
