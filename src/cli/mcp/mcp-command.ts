/** `vivarium mcp` on the command line. The protocol is loaded when it runs. */
import { Option } from 'commander';
import type { Command } from 'commander';
import { addControlCommand } from '../control/control-command.ts';
import type { ControlCommand } from '../control/control-command.ts';
import { readCount } from '../read-argument.ts';
import type { CommandRun } from '../server-command.ts';

const HELP = `
An assistant starts it itself, by a configuration such as
  { "mcpServers": { "vivarium": { "command": "npx", "args": ["vivarium", "mcp", "--data", "/path/to/.vivarium"] } } }
With --http-port it listens on 127.0.0.1 instead, at /mcp; clients send the control token as a bearer token.
`;

const MCP: ControlCommand = {
  summary: 'Offer a sandbox to assistants by the Model Context Protocol, over standard input and output or over HTTP.',
  help: HELP,
  options: [
    new Option(
      '--http-port <port>',
      'Listen on this port of 127.0.0.1 in place of standard input; 0 takes a free one.',
    ).argParser(readCount),
  ],
  run: async ({ control, settings, target, options }) => {
    const { serveMcp } = await import('./mcp.ts');
    await serveMcp({ control, settings, target }, options['httpPort'] as number | undefined);
    return { json: undefined, text: '' };
  },
};

export function addMcp(program: Command, run: CommandRun): void {
  addControlCommand(program, { word: 'mcp', ...MCP }, run);
}
