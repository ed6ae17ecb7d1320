/** Server-sent events from the bytes of their stream, as far as the control API writes them: lines end with a line feed. */

export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/** One after the other; comments and ids are left out. Ends, or fails, with the stream. */
export async function* readServerEvents(parts: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const part of parts) {
    const blocks = `${rest}${decoder.decode(part, { stream: true })}`.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = readEvent(block);
      if (event.data !== '') yield event;
    }
  }
}

function readEvent(block: string): ServerEvent {
  let name = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const [field, value = ''] = line.split(/: ?(.*)/s, 2);
    if (field === 'event') name = value;
    if (field === 'data') data.push(value);
  }
  return { name, data: data.join('\n') };
}
