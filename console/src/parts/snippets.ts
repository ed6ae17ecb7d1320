/** One request as a program in each language: with nothing to install where the language can do without. */

export interface SnippetRequest {
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Text of the body. */
  readonly body?: string | undefined;
}

export interface Language {
  readonly name: string;
  write(request: SnippetRequest): string;
}

export const LANGUAGES: readonly Language[] = [
  { name: 'curl', write: writeCurl },
  { name: 'JavaScript', write: writeJavaScript },
  { name: 'Python', write: writePython },
  { name: 'Go', write: writeGo },
  { name: 'Java', write: writeJava },
  { name: 'C#', write: writeCsharp },
  { name: 'PHP', write: writePhp },
  { name: 'PowerShell', write: writePowerShell },
];

/** A text literal with double quotes and JSON's escapes, which most of these languages share. */
const quote = (text: string): string => JSON.stringify(text);
const shell = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
/** `$` begins a variable in PHP, and so it does not in single quotes. */
const single = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;

function writeCurl({ method, url, headers, body }: SnippetRequest): string {
  const lines = [
    `curl -sS -X ${method}`,
    ...headers.map(([name, value]) => `-H ${shell(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [`-d ${shell(body)}`]),
    shell(url),
  ];
  return lines.join(' \\\n  ');
}

function writeJavaScript({ method, url, headers, body }: SnippetRequest): string {
  const members = [
    `  method: ${quote(method)},`,
    `  headers: {`,
    ...headers.map(([name, value]) => `    ${quote(name)}: ${quote(value)},`),
    `  },`,
    ...(body === undefined ? [] : [`  body: ${quote(body)},`]),
  ];
  return `const response = await fetch(${quote(url)}, {\n${members.join('\n')}\n});\nconsole.log(response.status, await response.text());\n`;
}

function writePython({ method, url, headers, body }: SnippetRequest): string {
  const lines = [
    'import urllib.error',
    'import urllib.request',
    '',
    'request = urllib.request.Request(',
    `    ${quote(url)},`,
    `    method=${quote(method)},`,
    '    headers={',
    ...headers.map(([name, value]) => `        ${quote(name)}: ${quote(value)},`),
    '    },',
    ...(body === undefined ? [] : [`    data=${quote(body)}.encode(),`]),
    ')',
    'try:',
    '    response = urllib.request.urlopen(request)',
    'except urllib.error.HTTPError as refusal:',
    '    response = refusal',
    'print(response.status, response.read().decode())',
  ];
  return `${lines.join('\n')}\n`;
}

function writeGo({ method, url, headers, body }: SnippetRequest): string {
  const reader = body === undefined ? 'nil' : `strings.NewReader(${quote(body)})`;
  return `package main

import (
	"fmt"
	"io"
	"log"
	"net/http"${body === undefined ? '' : '\n\t"strings"'}
)

func main() {
	request, err := http.NewRequest(${quote(method)}, ${quote(url)}, ${reader})
	if err != nil {
		log.Fatal(err)
	}
${headers.map(([name, value]) => `\trequest.Header.Set(${quote(name)}, ${quote(value)})`).join('\n')}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(response.StatusCode, string(text))
}
`;
}

function writeJava({ method, url, headers, body }: SnippetRequest): string {
  const publisher = body === undefined ? 'BodyPublishers.noBody()' : `BodyPublishers.ofString(${quote(body)})`;
  return `import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;

class Request {
  public static void main(String[] arguments) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(${quote(url)}))
        .method(${quote(method)}, ${publisher})
${headers.map(([name, value]) => `        .header(${quote(name)}, ${quote(value)})`).join('\n')}
        .build();
    var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    System.out.println(response.statusCode() + " " + response.body());
  }
}
`;
}

function writeCsharp({ method, url, headers, body }: SnippetRequest): string {
  const isContent = ([name]: readonly [string, string]): boolean => name.toLowerCase() === 'content-type';
  const type = headers.find(isContent)?.[1] ?? 'application/json';
  return `using System.Text;

using var client = new HttpClient();
using var request = new HttpRequestMessage(new HttpMethod(${quote(method)}), ${quote(url)});
${headers
  .filter((header) => !isContent(header))
  .map(([name, value]) => `request.Headers.Add(${quote(name)}, ${quote(value)});`)
  .join('\n')}
${body === undefined ? '' : `request.Content = new StringContent(${quote(body)}, Encoding.UTF8, ${quote(type)});\n`}using var response = await client.SendAsync(request);
Console.WriteLine($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
`;
}

function writePhp({ method, url, headers, body }: SnippetRequest): string {
  const options = [
    `    CURLOPT_CUSTOMREQUEST => ${single(method)},`,
    `    CURLOPT_RETURNTRANSFER => true,`,
    `    CURLOPT_HTTPHEADER => [`,
    ...headers.map(([name, value]) => `        ${single(`${name}: ${value}`)},`),
    `    ],`,
    ...(body === undefined ? [] : [`    CURLOPT_POSTFIELDS => ${single(body)},`]),
  ];
  return `<?php
$request = curl_init(${single(url)});
curl_setopt_array($request, [
${options.join('\n')}
]);
$text = curl_exec($request);
echo curl_getinfo($request, CURLINFO_RESPONSE_CODE), ' ', $text, PHP_EOL;
`;
}

function writePowerShell({ method, url, headers, body }: SnippetRequest): string {
  const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
  return `$headers = @{
${headers.map(([name, value]) => `  ${text(name)} = ${text(value)}`).join('\n')}
}
${body === undefined ? '' : `$body = ${text(body)}\n`}Invoke-WebRequest -Method ${method} -Uri ${text(url)} -Headers $headers${body === undefined ? '' : ' -Body $body'} -SkipHttpErrorCheck |
  Select-Object StatusCode, Content
`;
}
