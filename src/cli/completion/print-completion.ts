/** The script of a shell that completes commands, flags and their values. */
import type { Command } from 'commander';
import { listCommandWords } from './command-words.ts';
import type { CommandWords, FlagWords } from './command-words.ts';
import type { Shell } from './shells.ts';

/** Ends with a line feed. */
export function printCompletion(program: Command, shell: Shell): string {
  const commands = listCommandWords(program);
  if (shell === 'bash') return printBash(commands);
  return shell === 'zsh' ? printZsh(commands) : printFish(commands);
}

function printBash(commands: readonly CommandWords[]): string {
  return `# Completes vivarium in bash. Made by: vivarium completion bash

${printTables(commands)}
_vivarium() {
  local word path='' index
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}"
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    case " $(_vivarium_commands "$path") " in *" $word "*) path="\${path:+$path }$word" ;; esac
  done
  local values
  values="$(_vivarium_values "$path" "$previous")"
  [[ -z $values && $current == -* ]] && values="$(_vivarium_flags "$path")"
  [[ -z $values ]] && values="$(_vivarium_commands "$path") $(_vivarium_args "$path")"
  COMPREPLY=()
  case " $values " in
    *' :any: '*) ;;
    *' :path: '*)
      compopt -o filenames 2>/dev/null
      local IFS=$'\\n'
      COMPREPLY=($(compgen -f -- "$current"))
      ;;
    *) COMPREPLY=($(compgen -W "$values" -- "$current")) ;;
  esac
}

complete -F _vivarium vivarium
`;
}

function printZsh(commands: readonly CommandWords[]): string {
  return `#compdef vivarium
# Completes vivarium in zsh. Made by: vivarium completion zsh

${printTables(commands)}
_vivarium() {
  local word cpath='' values index
  for ((index = 2; index < CURRENT; index++)); do
    word="\${words[index]}"
    case " $(_vivarium_commands "$cpath") " in *" $word "*) cpath="\${cpath:+$cpath }$word" ;; esac
  done
  values="$(_vivarium_values "$cpath" "\${words[CURRENT - 1]}")"
  [[ -z $values && \${words[CURRENT]} == -* ]] && values="$(_vivarium_flags "$cpath")"
  [[ -z $values ]] && values="$(_vivarium_commands "$cpath") $(_vivarium_args "$cpath")"
  case " $values " in
    *' :any: '*) ;;
    *' :path: '*) _files ;;
    *) compadd -- \${(z)values} ;;
  esac
}

compdef _vivarium vivarium
`;
}

/** Four functions, in what bash and zsh have in common: what can stand at a command, and after one of its flags. */
function printTables(commands: readonly CommandWords[]): string {
  const wordsOf = (list: readonly { readonly word: string }[]): string => list.map(({ word }) => word).join(' ');
  const values = commands.flatMap(({ path, flags }) =>
    flags.flatMap((flag) =>
      flag.value === undefined ? [] : [[`${path}|${flag.word}`, printValue(flag.value)] as const],
    ),
  );
  const rows = {
    commands: commands.map(({ path, commands: below }) => [path, wordsOf(below)] as const),
    flags: commands.map(({ path, flags }) => [path, wordsOf(flags)] as const),
    args: commands.map(({ path, args }) => [path, args.isPath ? ':path:' : args.words.join(' ')] as const),
  };
  return [
    ...Object.entries(rows).map(([name, cases]) => printFunction(name, '$1', cases)),
    printFunction('values', '$1|$2', values),
  ].join('\n');
}

function printValue({ words, isPath }: NonNullable<FlagWords['value']>): string {
  if (isPath) return ':path:';
  return words.length === 0 ? ':any:' : words.join(' ');
}

/** Cases that say the same share a line. */
function printFunction(
  name: string,
  subject: string,
  cases: readonly (readonly [key: string, answer: string])[],
): string {
  const answers = Map.groupBy(
    cases.filter(([, answer]) => answer !== ''),
    ([, answer]) => answer,
  );
  const lines = [...answers].map(([answer, same]) => {
    return `    ${same.map(([key]) => `'${key}'`).join(' | ')}) echo '${answer}' ;;`;
  });
  return `_vivarium_${name}() {\n  case "${subject}" in\n${lines.join('\n')}\n  esac\n}\n`;
}

function printFish(commands: readonly CommandWords[]): string {
  const lines = commands.flatMap(({ path, commands: below, flags, args }) => {
    const at = `complete -c vivarium -n '__vivarium_at ${path}'`;
    const choices = args.words.length === 0 ? [] : [`${at} -a ${quote(args.words.join(' '))}`];
    return [
      ...below.map(({ word, description }) => `${at} -a ${word} -d ${quote(description)}`),
      ...choices,
      ...(args.isPath ? [`${at} -F`] : []),
      ...flags.map((flag) => `${at} -l ${flag.word.slice(2)}${printFishValue(flag)} -d ${quote(flag.description)}`),
    ];
  });
  return `# Completes vivarium in fish. Made by: vivarium completion fish

# Whether the words of a command are the last of those before the cursor that are commands.
function __vivarium_at
    set -l found
    for word in (commandline -opc)[2..]
        if contains -- "$found $word" $__vivarium_paths
            set found "$found $word"
        end
    end
    set -l wanted
    if set -q argv[1]
        set wanted " $argv"
    end
    test "$found" = "$wanted"
end

set -g __vivarium_paths ${commands
    .filter(({ path }) => path !== '')
    .map(({ path }) => quote(` ${path}`))
    .join(' ')}

complete -c vivarium -f
${lines.join('\n')}
`;
}

function printFishValue({ value }: FlagWords): string {
  if (value === undefined) return '';
  if (value.isPath) return ' -r -F';
  return value.words.length === 0 ? ' -x' : ` -x -a ${quote(value.words.join(' '))}`;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', String.raw`\\`).replaceAll("'", String.raw`\'`)}'`;
}
