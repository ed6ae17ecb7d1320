/** Server-sent events over fetch, which can send a token; EventSource cannot. */
import { send } from './request.ts';

export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/** Calls back for each event until the signal aborts or the stream ends. */
export async function readEvents(
  path: string,
  {
    token,
    signal,
    onEvent,
  }: { readonly token: string | undefined; readonly signal: AbortSignal; onEvent(event: ServerEvent): void },
): Promise<void> {
  const response = await send(path, { token, signal, headers: { Accept: 'text/event-stream' } });
  if (!response.ok || response.body === null) return;
  let rest = '';
  for await (const chunk of readText(response.body)) {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = parseEvent(block);
      if (event !== undefined) onEvent(event);
    }
  }
}

async function* readText(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  // Not every browser iterates over a stream.
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

function parseEvent(block: string): ServerEvent | undefined {
  const lines = block.split('\n');
  const valuesOf = (field: string): string[] =>
    lines.filter((line) => line.startsWith(`${field}:`)).map((line) => line.slice(field.length + 1).trimStart());
  const data = valuesOf('data');
  return data.length === 0 ? undefined : { name: valuesOf('event')[0] ?? 'message', data: data.join('\n') };
}
