/** Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) from the bytes of their stream. */
import { createInterface } from 'node:readline';

export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/** One after the other; comments and ids are left out. Ends with the stream. */
export async function* readServerEvents(stream: NodeJS.ReadableStream): AsyncGenerator<ServerEvent> {
  let name = 'message';
  let data: string[] = [];
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
    const [field = '', value = ''] = line.split(/: ?(.*)/s, 2);
    if (field === 'event') name = value;
    if (field === 'data') data.push(value);
    if (line !== '') continue;
    if (data.length > 0) yield { name, data: data.join('\n') };
    name = 'message';
    data = [];
  }
}
