'use strict';
// Encodes and decodes AWS event streams: a JSON object in each line of the input, answered by one line.
// {headers: {name: {type, value}}, body (base64)} becomes the message in base64; a JSON string, a message in base64, becomes such an object.
// Whole numbers of 64 bits, bytes and UUIDs are texts: hexadecimal, base64 and as usual; a timestamp is milliseconds.
const { EventStreamCodec, Int64 } = require('@smithy/eventstream-codec');
const readline = require('readline');
const codec = new EventStreamCodec(bytes => Buffer.from(bytes).toString('utf8'), text => new Uint8Array(Buffer.from(text, 'utf8')));
const to = {
  long: value => new Int64(Buffer.from(value, 'hex')),
  binary: value => new Uint8Array(Buffer.from(value, 'base64')),
  timestamp: value => new Date(value),
};
const from = {
  long: value => Buffer.from(value.bytes).toString('hex'),
  binary: value => Buffer.from(value).toString('base64'),
  timestamp: value => value.getTime(),
};
const map = (headers, table) => Object.fromEntries(Object.entries(headers).map(
  ([name, { type, value }]) => [name, { type, value: table[type] ? table[type](value) : value }]));
readline.createInterface({ input: process.stdin }).on('line', line => {
  const request = JSON.parse(line);
  if (typeof request === 'string') {
    const { headers, body } = codec.decode(new Uint8Array(Buffer.from(request, 'base64')));
    console.log(JSON.stringify({ headers: map(headers, from), body: Buffer.from(body).toString('base64') }));
  } else {
    const message = codec.encode({ headers: map(request.headers, to), body: new Uint8Array(Buffer.from(request.body, 'base64')) });
    console.log(Buffer.from(message).toString('base64'));
  }
});
console.log('ready');
