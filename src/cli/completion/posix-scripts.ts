/** The scripts of bash, from 3.2 on, and of zsh: tables and functions that both can read, and what each has of its own. */
import type { CommandWords, Values } from './command-words.ts';
import { VALUES_WORD } from './shells.ts';

export function printBash(commands: readonly CommandWords[], maker: string): string {
  return `# Completes vivarium, and npx vivarium, in bash. Made by: vivarium completion bash

${printShared(commands, maker)}
_vivarium() {
  _vivarium_complete 0
}

# Quoted, so that nothing of a value is run or split; without what stands before a colon, which bash takes for another word.
_vivarium_offer() {
  [[ $1 == "$_vivarium_word"* ]] || return
  local head="\${_vivarium_word%"\${_vivarium_word##*:}"}"
  COMPREPLY+=("$(printf '%q' "\${1#"$head"}")")
}

# From which word of the line on it is vivarium.
_vivarium_complete() {
  local REPLY _vivarium_path _vivarium_position _vivarium_flag _vivarium_word token line isGlued=0
  local -a words
  # Equals signs and colons are words of their own to bash.
  for token in "\${COMP_WORDS[@]:$1:COMP_CWORD+1-$1}"; do
    if [[ $token == [=:] || $isGlued == 1 ]]; then
      words[\${#words[@]} - 1]+="$token"
      [[ $token == [=:] ]] && isGlued=1 || isGlued=0
    else
      words+=("$token")
    fi
  done
  local last=$((\${#words[@]} - 1))
  _vivarium_walk "\${words[@]:1:last-1}"
  _vivarium_word="\${words[last]}"
  _vivarium_find
  COMPREPLY=()
  case $REPLY in
    :any) ;;
    :path)
      compopt -o filenames 2>/dev/null
      while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$_vivarium_word")
      ;;
    :live*)
      while IFS= read -r line; do _vivarium_offer "\${line%%$'\\t'*}"; done \\
        < <(_vivarium_live "\${REPLY#:live }" "$_vivarium_word" "\${words[@]:0:last}")
      ;;
    *) for token in $REPLY; do _vivarium_offer "$token"; done ;;
  esac
}

_vivarium_npx() {
  local index
  for ((index = 1; index < COMP_CWORD; index++)); do
    case \${COMP_WORDS[index]} in
      -*) ;;
      vivarium) _vivarium_complete "$index"; return ;;
      *) break ;;
    esac
  done
  if [[ -n $_vivarium_former_npx ]]; then
    "$_vivarium_former_npx" "$@"
  elif ((index == COMP_CWORD)) && [[ -n \${COMP_WORDS[COMP_CWORD]} && vivarium == "\${COMP_WORDS[COMP_CWORD]}"* ]]; then
    COMPREPLY=(vivarium)
  else
    COMPREPLY=()
  fi
}

# What completed npx before completes all else.
[[ $(complete -p npx 2>/dev/null) =~ -F[[:space:]]([^[:space:]]+) && \${BASH_REMATCH[1]} != _vivarium_npx ]] && _vivarium_former_npx=\${BASH_REMATCH[1]}
complete -F _vivarium vivarium
complete -o bashdefault -o default -F _vivarium_npx npx
`;
}

export function printZsh(commands: readonly CommandWords[], maker: string): string {
  return `#compdef vivarium
# Completes vivarium, and npx vivarium, in zsh. Made by: vivarium completion zsh

${printShared(commands, maker)}
_vivarium() {
  _vivarium_complete "\${(@)words[1,CURRENT]}"
}

_vivarium_complete() {
  local REPLY _vivarium_path _vivarium_position _vivarium_flag _vivarium_word line
  local -a lines
  _vivarium_walk "\${(@)argv[2,-2]}"
  _vivarium_word="\${argv[-1]}"
  [[ $_vivarium_word == --*=* ]] && compset -P '*='
  _vivarium_find
  case $REPLY in
    :any) ;;
    :path) _files ;;
    :live*)
      for line in "\${(@f)$(_vivarium_live "\${REPLY#:live }" "$_vivarium_word" "\${(@)argv[1,-2]}")}"; do
        # A colon parts a value from what is said of it.
        [[ -n $line ]] && lines+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
      done
      (( $#lines )) && _describe value lines
      ;;
    *) compadd -- \${(z)REPLY} ;;
  esac
}

_vivarium_npx() {
  local index
  for ((index = 2; index < CURRENT; index++)); do
    case \${words[index]} in
      -*) ;;
      vivarium) _vivarium_complete "\${(@)words[index,CURRENT]}"; return ;;
      *) break ;;
    esac
  done
  if [[ -n $_vivarium_former_npx ]]; then
    $_vivarium_former_npx "$@"
  else
    (( index == CURRENT )) && compadd -- vivarium
    _default
  fi
}

# What completed npx before completes all else.
[[ -n \${_comps[npx]} && \${_comps[npx]} != _vivarium_npx ]] && _vivarium_former_npx=\${_comps[npx]}
compdef _vivarium vivarium
compdef _vivarium_npx npx
`;
}

/** Each function leaves its answer in REPLY, which starts no process; the caller has it, and what they share, as its own. */
function printShared(commands: readonly CommandWords[], maker: string): string {
  return `${printTables(commands)}
# Where the words lead: to which command, to how many arguments of it, and to which flag that waits for its value.
_vivarium_walk() {
  local word
  _vivarium_path='' _vivarium_position=0 _vivarium_flag=''
  for word in "$@"; do
    if [[ -n $_vivarium_flag ]]; then
      _vivarium_flag=''
    elif [[ $word == -* ]]; then
      _vivarium_values "$_vivarium_path|$word"
      [[ -n $REPLY ]] && _vivarium_flag="$word"
    else
      _vivarium_commands "$_vivarium_path"
      if [[ $_vivarium_position == 0 && " $REPLY " == *" $word "* ]]; then
        _vivarium_path="\${_vivarium_path:+$_vivarium_path }$word"
      else
        _vivarium_position=$((_vivarium_position + 1))
      fi
    fi
  done
}

# What can stand there.
_vivarium_find() {
  if [[ -z $_vivarium_flag && $_vivarium_word == --*=* ]]; then
    _vivarium_flag="\${_vivarium_word%%=*}"
    _vivarium_word="\${_vivarium_word#*=}"
  fi
  if [[ -n $_vivarium_flag ]]; then
    _vivarium_values "$_vivarium_path|$_vivarium_flag"
  elif [[ $_vivarium_word == -* ]]; then
    _vivarium_flags "$_vivarium_path"
  else
    _vivarium_args "$_vivarium_path|$_vivarium_position"
    [[ -z $REPLY && $_vivarium_position == 0 ]] && _vivarium_commands "$_vivarium_path"
    [[ -z $REPLY ]] && REPLY=':any'
  fi
}

# Values that a server knows, one a line, each with what is said of it behind a tab: of which kind, what they begin with, and
# the words before, the first of which names the program.
_vivarium_live() {
  local kind="$1" begin="$2" program="$3" folder="$PWD"
  shift 3
  if ! command -v "$program" >/dev/null 2>&1; then
    program=${quote(maker)}
    while [[ -n $folder ]]; do
      [[ -x $folder/node_modules/.bin/vivarium ]] && program="$folder/node_modules/.bin/vivarium" && break
      folder="\${folder%/*}"
    done
  fi
  "$program" ${VALUES_WORD} "$kind" "=$begin" "$@" 2>/dev/null </dev/null
}
`;
}

function printTables(commands: readonly CommandWords[]): string {
  const join = (list: readonly { readonly word: string }[]): string => list.map(({ word }) => word).join(' ');
  const rows = {
    commands: commands.map(({ path, commands: below }) => [path, join(below)] as const),
    flags: commands.map(({ path, flags }) => [path, join(flags)] as const),
    args: commands.flatMap(({ path, args }) =>
      args.map((values, position) => [`${path}|${position}`, printValues(values)] as const),
    ),
    values: commands.flatMap(({ path, flags }) =>
      flags.flatMap(({ word, short, values }) => {
        if (values === undefined) return [];
        const names = [word, ...(short === undefined ? [] : [`-${short}`])];
        return names.map((name) => [`${path}|${name}`, printValues(values)] as const);
      }),
    ),
  };
  return Object.entries(rows)
    .map(([name, cases]) => printTable(name, cases))
    .join('\n');
}

/** What begins with a colon is no word. */
function printValues(values: Values): string {
  switch (values.kind) {
    case 'words':
      return values.words.join(' ');
    case 'live':
      return `:live ${values.source}`;
    default:
      return `:${values.kind}`;
  }
}

/** Cases that say the same share a line. */
function printTable(name: string, cases: readonly (readonly [key: string, answer: string])[]): string {
  const answers = Map.groupBy(
    cases.filter(([, answer]) => answer !== ''),
    ([, answer]) => answer,
  );
  const lines = [...answers].map(([answer, same]) => {
    return `    ${same.map(([key]) => quote(key)).join(' | ')}) REPLY=${quote(answer)} ;;`;
  });
  return `_vivarium_${name}() {\n  case "$1" in\n${lines.join('\n')}\n    *) REPLY='' ;;\n  esac\n}\n`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
