/**
 * The ceiling: `node:http` and nothing else. Reads and parses the body of a request and answers with JSON of the size that
 * Vivarium's answer has. `node bare-server.ts ANSWERS_FILE`; prints its port.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { SampleAnswers } from './bare.ts';

const answers = JSON.parse(readFileSync(String(process.argv[2]), 'utf8')) as SampleAnswers;

const server = createServer((request, response) => {
  const { method, url = '' } = request;
  if (method === 'GET') return send(response, 200, answers[findRead(url)]);
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    JSON.parse(Buffer.concat(chunks).toString());
    if (method === 'PATCH') response.writeHead(204).end();
    else if (url.endsWith('$batch')) send(response, 200, answers.batch);
    else send(response, 201, answers.create);
  });
});

server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));

function findRead(url: string): 'list' | 'alternateKey' | 'get' {
  if (url.includes('?')) return 'list';
  return url.includes('(') ? 'alternateKey' : 'get';
}

function send(response: ServerResponse, status: number, answer: unknown): void {
  const text = JSON.stringify(answer);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
