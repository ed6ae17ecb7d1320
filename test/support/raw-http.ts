/** HTTP by the byte: what no client library would send, and whatever comes back. */
import { connect } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** The connection stays open on our side: a client that ends it early is not answered. */
const PATIENCE_MS = 10_000;

/** Sends the bytes on a connection of their own and gives all answers until its end; interim ones are left out. */
export async function sendBytes(origin: string, bytes: Uint8Array, method: string): Promise<readonly RawAnswer[]> {
  const { hostname, port } = new URL(origin);
  const received = await new Promise<Buffer>((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('The server neither answers nor hangs up.')));
    socket.on('end', () => resolve(Buffer.concat(chunks)));
    socket.on('error', (error) => (chunks.length > 0 ? resolve(Buffer.concat(chunks)) : reject(error)));
  });
  return readAnswers(received, method);
}

const HEAD_END = '\r\n\r\n';

function readAnswers(bytes: Buffer, method: string): readonly RawAnswer[] {
  const answers: RawAnswer[] = [];
  let rest = bytes;
  while (rest.length > 0) {
    const headEnd = rest.indexOf(HEAD_END);
    if (headEnd === -1) throw new Error(`No HTTP answer: ${rest.toString('latin1').slice(0, 200)}`);
    const [statusLine = '', ...lines] = rest.subarray(0, headEnd).toString('latin1').split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1]);
    const headers = Object.fromEntries(lines.map(splitHeader));
    rest = rest.subarray(headEnd + HEAD_END.length);
    if (status < 200) continue;
    // Where a request was not understood, not even its method counts.
    const isOfHead = method === 'HEAD' && (rest.length === 0 || rest.subarray(0, 5).toString() === 'HTTP/');
    const isBodiless = isOfHead || status === 204 || status === 304;
    const { body, bytesUsed } = isBodiless ? { body: Buffer.alloc(0), bytesUsed: 0 } : takeBody(rest, headers);
    rest = rest.subarray(bytesUsed);
    answers.push({ status, headers, text: body.toString('utf8') });
  }
  return answers;
}

function splitHeader(line: string): [name: string, value: string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}

function takeBody(rest: Buffer, headers: Readonly<Record<string, string>>): { body: Buffer; bytesUsed: number } {
  if (headers['transfer-encoding'] !== 'chunked') {
    const length = headers['content-length'] === undefined ? rest.length : Number(headers['content-length']);
    return { body: rest.subarray(0, length), bytesUsed: length };
  }
  const chunks: Buffer[] = [];
  let position = 0;
  for (let length = -1; length !== 0;) {
    const lineEnd = rest.indexOf('\r\n', position);
    length = Number.parseInt(rest.subarray(position, lineEnd).toString('latin1'), 16);
    chunks.push(rest.subarray(lineEnd + 2, lineEnd + 2 + length));
    position = lineEnd + 2 + length + 2;
  }
  return { body: Buffer.concat(chunks), bytesUsed: position };
}
