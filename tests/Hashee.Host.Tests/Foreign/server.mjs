// What NodeTests.cs asks a server of Node's for: node server.mjs PORT TLS-PORT FOLDER
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';

const [port, tlsPort, folder] = process.argv.slice(2);
let next = () => {};

const answers = {
  '/events': async (request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    for (let i = 1; i <= 3; i++) {
      const asked = new Promise((resolve) => (next = resolve));
      response.write(`event: piece\nid: ${i}\nda`);
      response.write(`ta: ${i}\n\n`);
      await asked;
    }
    response.end();
  },
  '/next': (request, response) => {
    next();
    response.end('ok');
  },
  '/trailers': (request, response) => {
    response.writeHead(200, { Trailer: 'Checksum' });
    response.write('hello');
    response.addTrailers({ Checksum: 'abc' });
    response.end();
  },
  '/hints': (request, response) => {
    response.writeEarlyHints({ link: '</style.css>; rel=preload; as=style' });
    response.writeProcessing();
    response.end('hello');
  },
  '/digest': (request, response) => {
    const hash = createHash('sha256');
    request.on('data', (piece) => hash.update(piece));
    request.on('end', () => response.end(hash.digest('hex')));
  },
  '/refuse': (request, response) => {
    response.statusCode = 403;
    response.end('no');
  },
  '/port': (request, response) => response.end(`${request.socket.remotePort}`),
  '/destroy': (request, response) => {
    response.writeHead(200, { 'Content-Length': 100 });
    response.write('hello', () => request.socket.destroy());
  },
  '/reset': (request) => (request.socket._parent ?? request.socket).resetAndDestroy(),
  '/old': (request, response) => {
    // Without a length, until the connection ends.
    response.useChunkedEncodingByDefault = false;
    response.writeHead(200, { Connection: 'close' });
    response.end('hello');
  },
};

const serve = (request, response) => answers[request.url](request, response);
const tls = { key: readFileSync(`${folder}/key.pem`), cert: readFileSync(`${folder}/certificate.pem`) };
http.createServer(serve).listen(port, '127.0.0.1', () => {
  https.createServer(tls, serve).listen(tlsPort, '127.0.0.1', () => console.log('listening'));
});
