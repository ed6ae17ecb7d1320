/** The script of PowerShell, from 5.1 on. */
import type { CommandWords, Values, Word } from './command-words.ts';
import { VALUES_WORD } from './shells.ts';

export function printPowerShell(commands: readonly CommandWords[], maker: string): string {
  const rows = commands.map(
    ({ path, commands: below, flags, args }) => `  ${quote(path)} = @{
    Commands = ${printWords(below)}
    Flags = ${printWords(flags)}
    Arguments = @(${args.map(printValues).join(', ')})
    FlagValues = @{${flags.flatMap(printFlag).join('; ')}}
  }`,
  );
  return `# Completes vivarium, and npx vivarium, in PowerShell. Made by: vivarium completion powershell

$global:VivariumCommands = @{
${rows.join('\n')}
}

${printFunctions(maker)}

${COMPLETER}
`;
}

/** Of the session, as the completer is called from there. */
function printFunctions(maker: string): string {
  return `# Values that a server knows, each with what is said of it.
function global:Get-VivariumValue([string] $Source, [string] $Begin, [string[]] $Words, [string] $Lead) {
  $program = Get-Command $Words[0] -CommandType @('Application', 'ExternalScript') -ErrorAction SilentlyContinue | Select-Object -First 1
  $file = if ($env:OS -eq 'Windows_NT') { 'vivarium.cmd' } else { 'vivarium' }
  $folder = (Get-Location).ProviderPath
  while (-not $program -and $folder) {
    $path = Join-Path $folder "node_modules/.bin/$file"
    if (Test-Path $path) { $program = $path }
    $folder = Split-Path $folder -Parent
  }
  $rest = @($Words | Select-Object -Skip 1)
  $lines = if ($program) {
    & $program ${VALUES_WORD} $Source "=$Begin" @rest 2>$null
  } else {
    & node ${quote(maker)} ${VALUES_WORD} $Source "=$Begin" @rest 2>$null
  }
  foreach ($line in $lines) {
    $value, $said = $line -split "\`t", 2
    New-VivariumResult "$Lead$value" $said
  }
}

function global:New-VivariumResult([string] $Value, [string] $Said) {
  $text = if ($Value -match '[^\\w./:=@-]') { "'" + $Value.Replace("'", "''") + "'" } else { $Value }
  $tip = if ($Said) { $Said } else { $Value }
  [System.Management.Automation.CompletionResult]::new($text, $Value, 'ParameterValue', $tip)
}`;
}

const COMPLETER = `Register-ArgumentCompleter -Native -CommandName @('vivarium', 'npx') -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString().Trim("'", '"') })
  $begin = "$wordToComplete".Trim("'", '"')
  if ($words[0] -match 'npx(\\.\\w+)?$') {
    $first = 1
    while ($first -lt $words.Count -and $words[$first] -like '-*') { $first++ }
    if ($first -ge $words.Count) {
      if ($begin -and 'vivarium'.StartsWith($begin)) { New-VivariumResult 'vivarium' '' }
      return
    }
    if ($words[$first] -ne 'vivarium') { return }
    $words = @($words[$first..($words.Count - 1)])
  }
  # Where the words lead: to which command, to how many arguments of it, and to which flag that waits for its value.
  $path = ''
  $position = 0
  $flag = ''
  foreach ($word in @($words | Select-Object -Skip 1)) {
    if ($flag) { $flag = '' }
    elseif ($word -like '-*') { if ($VivariumCommands[$path].FlagValues.ContainsKey($word)) { $flag = $word } }
    else {
      $below = "$path $word".Trim()
      if ($position -eq 0 -and $VivariumCommands.ContainsKey($below)) { $path = $below } else { $position++ }
    }
  }
  $lead = ''
  if (-not $flag -and $begin -match '^(--[^=]+)=(.*)$') {
    $flag = $Matches[1]
    $begin = $Matches[2]
    $lead = "$flag="
  }
  $here = $VivariumCommands[$path]
  if (-not $flag -and $begin -like '-*') {
    $here.Flags | Where-Object { $_[0].StartsWith($begin) } | ForEach-Object { New-VivariumResult $_[0] $_[1] }
    return
  }
  if (-not $flag -and $position -eq 0 -and $here.Commands.Count -gt 0) {
    $here.Commands | Where-Object { $_[0].StartsWith($begin) } | ForEach-Object { New-VivariumResult $_[0] $_[1] }
    return
  }
  $values = if ($flag) { $here.FlagValues[$flag] } elseif ($position -lt $here.Arguments.Count) { $here.Arguments[$position] } else { $null }
  # Nothing: PowerShell completes a path.
  if (-not $values -or $values -eq ':path' -or $values -eq ':any') { return }
  if ($values -like ':live *') { return Get-VivariumValue $values.Substring(6) $begin $words $lead }
  $values -split ' ' | Where-Object { $_.StartsWith($begin) } | ForEach-Object { New-VivariumResult "$lead$_" '' }
}`;

function printWords(words: readonly Word[]): string {
  // A comma in front keeps a list of one from being taken for its only item.
  return `@(${words.map(({ word, description }) => `,@(${quote(word)}, ${quote(description)})`).join('; ')})`;
}

function printFlag({ word, short, values }: CommandWords['flags'][number]): readonly string[] {
  if (values === undefined) return [];
  const names = [word, ...(short === undefined ? [] : [`-${short}`])];
  return names.map((name) => `${quote(name)} = ${printValues(values)}`);
}

function printValues(values: Values): string {
  switch (values.kind) {
    case 'words':
      return quote(values.words.join(' '));
    case 'live':
      return quote(`:live ${values.source}`);
    default:
      return quote(`:${values.kind}`);
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
