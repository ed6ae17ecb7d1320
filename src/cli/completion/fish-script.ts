/** The script of fish. */
import type { CommandWords, Values } from './command-words.ts';
import { VALUES_WORD } from './shells.ts';

export function printFish(commands: readonly CommandWords[], maker: string): string {
  const paths = commands.filter(({ path }) => path !== '').map(({ path }) => quote(` ${path}`));
  const valued = commands.flatMap(({ path, flags }) =>
    flags.flatMap(({ word, short, values }) => {
      const names = [word, ...(short === undefined ? [] : [`-${short}`])];
      return values === undefined ? [] : names.map((name) => quote(` ${path} ${name}`.replace(/^ {2}/, ' ')));
    }),
  );
  return `# Completes vivarium, and npx vivarium, in fish. Made by: vivarium completion fish

set -g __vivarium_paths ${paths.join(' ')}
# Flags that take a value, each behind its command.
set -g __vivarium_valued ${valued.join(' ')}

# Whether the words before the cursor lead to this command, and to the argument at this position of it when one is given.
function __vivarium_at
    set -l path ''
    set -l position 0
    set -l waits
    for word in (commandline -opc)[2..]
        if set -q waits[1]
            set -e waits
        else if string match -q -- '-*' $word
            contains -- "$path $word" $__vivarium_valued; and set waits 1
        else if test $position = 0; and contains -- "$path $word" $__vivarium_paths
            set path "$path $word"
        else
            set position (math $position + 1)
        end
    end
    test "$path" = "$argv[1]"; and begin
        not set -q argv[2]; or test $position = $argv[2]
    end
end

# Values that a server knows.
function __vivarium_live
    set -l words (commandline -opc)
    set -l program $words[1]
    if not command -q $program
        set program ${quote(maker)}
        set -l folder $PWD
        while test -n "$folder"
            if test -x $folder/node_modules/.bin/vivarium
                set program $folder/node_modules/.bin/vivarium
                break
            end
            set folder (string replace -r '/[^/]*$' '' -- $folder)
        end
    end
    set -l begin (commandline -ct | string replace -r '^--[^=]*=' '')
    command $program ${VALUES_WORD} $argv[1] "=$begin" $words[2..] 2>/dev/null </dev/null
end

# Where npx is followed by vivarium: what vivarium itself would have.
function __vivarium_after_npx
    set -l words (commandline -opc)[2..]
    while string match -q -- '-*' "$words[1]"
        set -e words[1]
    end
    test "$words[1]" = vivarium
end

function __vivarium_of_npx
    set -l words (commandline -opc)[2..]
    while test "$words[1]" != vivarium
        set -e words[1]
    end
    complete -C "$(string join ' ' -- (string escape -- $words)) $(commandline -ct)"
end

complete -c npx -n __vivarium_after_npx -k -x -a '(__vivarium_of_npx)'
complete -c vivarium -f
${commands.flatMap(printCommand).join('\n')}
`;
}

function printCommand({ path, commands, flags, args }: CommandWords): readonly string[] {
  const at = quote(path === '' ? '' : ` ${path}`);
  const here = `complete -c vivarium -n ${quote(`__vivarium_at ${at}`)}`;
  const first = `complete -c vivarium -n ${quote(`__vivarium_at ${at} 0`)}`;
  return [
    ...commands.map(({ word, description }) => `${first} -a ${word} -d ${quote(description)}`),
    ...args.flatMap((values, position) => {
      const offer = printValues(values);
      return offer === '' ? [] : [`complete -c vivarium -n ${quote(`__vivarium_at ${at} ${position}`)}${offer}`];
    }),
    ...flags.map(({ word, short, values, description }) => {
      const names = `-l ${word.slice(2)}${short === undefined ? '' : ` -s ${short}`}`;
      const value = values === undefined ? '' : values.kind === 'path' ? ' -r -F' : ` -x${printValues(values)}`;
      return `${here} ${names}${value} -d ${quote(description)}`;
    }),
  ];
}

function printValues(values: Values): string {
  switch (values.kind) {
    case 'words':
      return ` -a ${quote(values.words.join(' '))}`;
    case 'live':
      return ` -a ${quote(`(__vivarium_live ${values.source})`)}`;
    case 'path':
      return ' -F';
    case 'any':
      return '';
  }
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', String.raw`\\`).replaceAll("'", String.raw`\'`)}'`;
}
